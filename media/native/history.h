/*
 * The recent packets of one stream: known duplicates, and what can be sent again.
 *
 * Payloads lie one behind the other in a ring of bytes that doubles while it holds less than a second and a
 * half of them, so that a stream takes the memory its bitrate needs.
 */
#ifndef MEDIA_NATIVE_HISTORY_H
#define MEDIA_NATIVE_HISTORY_H
#include <stdint.h>

#include "payload.h"

struct kept {
    int64_t number;    /* unwrapped sequence number; -1: none */
    uint64_t position; /* of the payload among all bytes ever kept */
    uint32_t timestamp;
    uint16_t size;
    uint8_t marker; /* 0 or 128 */
    struct seen seen;
};

struct history {
    struct kept *ring; /* NULL before the first packet */
    uint8_t *bytes;
    uint64_t head;  /* position of the next byte */
    uint64_t floor; /* what lies before it was not taken along when the ring grew */
    uint64_t room, most;
    double turned_at; /* when the ring of bytes was last filled */
    int size;         /* packets, a power of two */
};

void history_init(struct history *history, int video);
void history_free(struct history *history);
void history_clear(struct history *history);

/* Keep a packet; the one that was `size` before it is forgotten. NULL without memory. */
struct kept *history_add(struct history *history, const struct kept *kept, const uint8_t *payload, double now);

/* The packet with this number as far as it is known that it came; NULL if not. */
const struct kept *history_get(const struct history *history, int64_t number);

/* Its payload, NULL when it was written over. */
const uint8_t *history_payload(const struct history *history, const struct kept *kept);

#endif
