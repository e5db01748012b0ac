/* One slot of a subscriber: rewrites, protects and sends what its stream brings. */
#ifndef MEDIA_NATIVE_OUTLET_H
#define MEDIA_NATIVE_OUTLET_H
#include <stdint.h>

#include "inlet.h"
#include "rewriter.h"

enum { AGAINS = 256 };

struct outlet {
    struct plane *plane;
    struct link *link;
    struct outlet_view *view; /* its `inlet` and `next` are the ones in force */
    uint32_t ssrc, repair_ssrc;
    int video, redundant, redundant_type;
    int types[CODECS][2]; /* payload and repair type */
    uint32_t element;     /* the extension's word but for its value; 0: none is sent */
    struct rewriter rewriter;
    uint16_t repair_sequence;
    int again;
    double again_since;
    struct {
        uint16_t sequence;
        double at;
    } again_at[AGAINS]; /* when a packet was last sent again, by its low bits */
    struct outlet *following;
};

/* Send one packet of `from`; 1 if it leaves. `value`: the header extension's 24 bits. */
int outlet_forward(struct outlet *outlet, struct inlet *from, const struct kept *kept, const uint8_t *payload,
                   uint32_t value);

/* Another stream, or none, under the slot. */
void outlet_rebind(struct outlet *outlet, struct inlet *inlet, double now);

/* The sender of `inlet` begins anew; `newest` was its newest packet. */
void outlet_restart(struct outlet *outlet, const struct inlet *inlet, const struct kept *newest, double now);

/* The subscriber misses these; how many were sent again. */
int outlet_again(struct outlet *outlet, const uint16_t *sequences, int count, double now);

#endif
