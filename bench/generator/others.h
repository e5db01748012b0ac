/* Datagrams that are neither RTP nor RTCP, on their way back to Python. */
#ifndef BENCH_OTHERS_H
#define BENCH_OTHERS_H
#include <stdint.h>

void others_init(void);

/* Dropped when nobody fetched the last ones. */
void others_put(int connection, const uint8_t *data, int length);

#endif
