/* Numbers in network order, and the time. */
#ifndef BENCH_BYTES_H
#define BENCH_BYTES_H
#include <stdint.h>
#include <time.h>

enum { SECOND_NS = 1000000000, DATAGRAM = 2048 };

/* Since 1970: the kernel dates arrivals by the same clock. */
static inline uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

static inline void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

static inline uint32_t get16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

static inline uint32_t get32(const uint8_t *at) { return get16(at) << 16 | get16(at + 2); }

#endif
