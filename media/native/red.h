/* Redundant audio payloads: older packets ride along with the newest (RFC 2198). */
#ifndef MEDIA_NATIVE_RED_H
#define MEDIA_NATIVE_RED_H
#include <stdint.h>

enum { RED_BLOCKS = 8, RED_OVERHEAD = 5 };

struct riding {
    const uint8_t *payload;
    int size;
    uint32_t offset; /* timestamp ticks before the packet's */
};

struct redundant {
    const uint8_t *primary;
    int primary_size, count;
    struct riding older[RED_BLOCKS]; /* the packet just before first */
};

/* 0, or -1 if the lengths do not add up or a block is of another payload type. */
int red_parse(const uint8_t *payload, int size, int kind, struct redundant *found);

/* Write header and older packet; how many bytes, 0 if the header cannot say so. */
int red_begin(uint8_t *into, int kind, uint32_t offset, const uint8_t *older, int size);

#endif
