/* libsrtp's functions; sessions are made by Python. All return 0 for success and change the length. */
#ifndef BENCH_KEYS_H
#define BENCH_KEYS_H

typedef int (*srtp_fn)(void *session, void *packet, int *length);

extern srtp_fn protect, unprotect, protect_rtcp, unprotect_rtcp;

/* functions: srtp_protect, srtp_unprotect, srtp_protect_rtcp, srtp_unprotect_rtcp */
void keys_init(void **functions);

#endif
