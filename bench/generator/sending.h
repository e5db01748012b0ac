/* Synthetic VP8 and Opus over RTP. */
#ifndef BENCH_SENDING_H
#define BENCH_SENDING_H
#include <stdint.h>

enum { VIDEO_BYTES = 1050 };

/* Send what is due by now; whoever is far behind gives up some packets. */
void sending_due(uint64_t now);

#endif
