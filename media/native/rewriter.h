/* Continuous numbers for one slot: sequence, timestamp and VP8 ids run on when streams change. */
#ifndef MEDIA_NATIVE_REWRITER_H
#define MEDIA_NATIVE_REWRITER_H
#include <stdint.h>

#include "history.h"

struct rewriter {
    int64_t start; /* number of the first packet that passes; -1: none has yet */
    int64_t sequences, timestamps, last_sequence, last_timestamp;
    double last_time;
    int pictures, levels, last_picture, last_level;
    int video, rate;
    int shifted; /* the VP8 ids of the payload change */
};

void rewriter_init(struct rewriter *rewriter, int video, uint32_t sequence, uint32_t timestamp);

/* Start from this packet if a decoder can; 1 when it did. */
int rewriter_begin(struct rewriter *rewriter, const struct kept *first, double now);

/* The stream under the slot goes; `newest` is the newest packet of it, or NULL. */
void rewriter_rebind(struct rewriter *rewriter, const struct kept *newest, double now);

/* The stream's unwrapped number of our `sequence`; -1 if it is not of this stream. */
int64_t rewriter_index(const struct rewriter *rewriter, uint16_t sequence, int64_t near);

#endif
