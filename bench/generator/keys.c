#include "keys.h"

srtp_fn protect, unprotect, protect_rtcp, unprotect_rtcp;

void keys_init(void **functions)
{
    protect = (srtp_fn)functions[0];
    unprotect = (srtp_fn)functions[1];
    protect_rtcp = (srtp_fn)functions[2];
    unprotect_rtcp = (srtp_fn)functions[3];
}
