#include "ring.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int ring_init(struct ring *ring, size_t room, int wake) {
    ring->bytes = malloc(room);
    ring->room = room;
    ring->wake = wake;
    return ring->bytes ? 0 : -1;
}

void ring_free(struct ring *ring) { free(ring->bytes); }

int ring_fuller(struct ring *ring, int share) {
    uint64_t used = atomic_load_explicit(&ring->written, memory_order_relaxed) -
                    atomic_load_explicit(&ring->read, memory_order_acquire);
    return used * 100 > ring->room * (uint64_t)share;
}

int ring_write(struct ring *ring, struct record *head, const uint8_t *data, int share) {
    if (ring_fuller(ring, share))
        return 0;
    uint64_t at = atomic_load_explicit(&ring->written, memory_order_relaxed);
    uint64_t read = atomic_load_explicit(&ring->read, memory_order_acquire);
    size_t whole = (sizeof *head + head->size + 7) & ~(size_t)7, place = at & (ring->room - 1);
    size_t skip = place + whole > ring->room ? ring->room - place : 0;
    if (at + skip + whole - read > ring->room)
        return 0;
    if (skip) {
        /* A record of kind 0 fills what is left of the ring; only its first word is sure to fit. */
        uint32_t rest[2] = {(uint32_t)skip, 0};
        memcpy(ring->bytes + place, rest, sizeof rest);
        at += skip;
        place = 0;
    }
    head->whole = (uint32_t)whole;
    memcpy(ring->bytes + place, head, sizeof *head);
    if (head->size)
        memcpy(ring->bytes + place + sizeof *head, data, head->size);
    atomic_store_explicit(&ring->written, at + whole, memory_order_release);
    return 1;
}

void ring_tell(struct ring *ring) {
    if (!atomic_exchange(&ring->told, 1)) {
        uint64_t one = 1;
        ssize_t gone = write(ring->wake, &one, sizeof one);
        (void)gone;
    }
}
