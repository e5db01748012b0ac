/* What a forwarder needs of a payload: whether a decoder can start from it, and VP8's ids (RFC 7741). */
#ifndef MEDIA_NATIVE_PAYLOAD_H
#define MEDIA_NATIVE_PAYLOAD_H
#include <stdint.h>

enum codec { OPUS, VP8, H264, CODECS };

struct seen {
    uint8_t key;          /* a key frame begins here */
    uint8_t picture_bits; /* 0: no picture id */
    uint8_t level;        /* TL0PICIDX */
    uint16_t picture;
    int16_t picture_at, level_at; /* -1: absent */
};

void payload_describe(int codec, const uint8_t *payload, int size, struct seen *found);

/* Whether the first packet of a key frame tells how large the picture is: in H.264 its parameters do. */
int payload_tells_size(int codec, const uint8_t *payload, int size);

/* Add to the ids of a payload. */
void payload_shift(uint8_t *payload, const struct seen *seen, int pictures, int levels);

#endif
