/*
 * From the plane's thread to Python: a ring of records, bounded, so that a flood costs its own packets.
 *
 * One side writes (whoever holds the plane's gate), one reads (Python's event loop, which holds nothing).
 */
#ifndef MEDIA_NATIVE_RING_H
#define MEDIA_NATIVE_RING_H
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "api.h"

enum kind {
    STUN = 1,  /* of anybody; owner 0 for a stranger */
    DTLS,      /* of a link */
    RTCP,      /* decrypted, of a link */
    RTP,       /* decrypted, of a link: of an unknown stream, or the first packet of one that is not live */
    GUESTS,    /* a payload of an inlet somebody records or listens to */
    GAP,       /* an inlet began to miss packets */
    KEY_FRAME, /* an inlet needs a key frame */
};

struct ring {
    uint8_t *bytes;
    size_t room;
    _Atomic uint64_t written, read;
    atomic_int told; /* the reader was woken and has not looked yet */
    int wake;
};

int ring_init(struct ring *ring, size_t room, int wake);
void ring_free(struct ring *ring);

/* 1 if there was room. `share`: the percentage of the ring that this kind of record may fill. */
int ring_write(struct ring *ring, struct record *head, const uint8_t *data, int share);

/* Wake the reader, once. */
void ring_tell(struct ring *ring);

/* Whether more than so many per cent are in use. */
int ring_fuller(struct ring *ring, int share);

#endif
