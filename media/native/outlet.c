#include "outlet.h"

#include <string.h>

#include "bytes.h"
#include "red.h"

enum {
    MOST_AGAIN = 200, /* retransmissions for one slot in a tenth of a second */
    BLOCK = 0xBEDE,   /* one word of one-byte header extensions follows (RFC 8285) */
};

static void show(struct outlet *outlet) {
    outlet->view->started = outlet->rewriter.start >= 0;
    outlet->view->shift = (uint32_t)outlet->rewriter.timestamps;
}

static void let_go(struct outlet *outlet, const struct kept *newest, double now) {
    rewriter_rebind(&outlet->rewriter, newest, now);
    memset(outlet->again_at, 0, sizeof outlet->again_at);
    show(outlet);
}

void outlet_rebind(struct outlet *outlet, struct inlet *inlet, double now) {
    struct inlet *old = outlet->view->inlet;
    if (old)
        let_go(outlet, inlet_newest(old), now);
    outlet->view->inlet = inlet;
    outlet->view->next = NULL;
}

void outlet_restart(struct outlet *outlet, const struct inlet *inlet, const struct kept *newest, double now) {
    if (outlet->view->inlet == inlet)
        let_go(outlet, newest, now);
}

static void put_header(uint8_t *at, uint32_t second, uint32_t sequence, uint32_t timestamp, uint32_t ssrc) {
    at[0] = 0x80;
    at[1] = (uint8_t)second;
    put16(at + 2, sequence);
    put32(at + 4, timestamp);
    put32(at + 8, ssrc);
}

/* The packet before, riding along (RFC 2198); how many bytes were written, 0 if there is none that may. */
static int put_before(struct outlet *outlet, const struct kept *kept, int payload_type, uint8_t *into) {
    const struct history *history = &outlet->view->inlet->history;
    /* Never one from before the slot was bound: it may not have been meant for this listener. */
    if (kept->number <= outlet->rewriter.start)
        return 0;
    const struct kept *before = history_get(history, kept->number - 1);
    const uint8_t *payload = before ? history_payload(history, before) : NULL;
    if (!payload || before->size + kept->size > LONGEST_PAYLOAD - RED_OVERHEAD)
        return 0;
    return red_begin(into, payload_type, kept->timestamp - before->timestamp, payload, before->size);
}

/* Whether this packet of this stream goes out here; switches layers at a key frame. */
static int passes(struct outlet *outlet, struct inlet *from, const struct kept *kept, uint8_t *marker) {
    struct rewriter *rewriter = &outlet->rewriter;
    if (!outlet->link->sending || !outlet->link->address.size)
        return 0;
    if (outlet->view->inlet != from) {
        if (outlet->view->next != from || !kept->seen.key)
            return 0;
        outlet_rebind(outlet, from, outlet->view->inlet ? outlet->view->inlet->view->heard_at : 0);
        outlet->plane->view->layer_switches += 1;
    }
    if (rewriter->start >= 0)
        return kept->number >= rewriter->start;
    if (!rewriter_begin(rewriter, kept, outlet->plane->now))
        return 0;
    /* A receiver adapts its buffer at the beginning of a talk spurt. */
    *marker = outlet->video ? *marker : 128;
    show(outlet);
    return 1;
}

int outlet_forward(struct outlet *outlet, struct inlet *from, const struct kept *kept, const uint8_t *payload,
                   uint32_t value) {
    struct rewriter *rewriter = &outlet->rewriter;
    struct plane *plane = outlet->plane;
    uint8_t marker = kept->marker;
    int kind = outlet->types[from->codec][0], end = 12;
    if (kind < 0 || !passes(outlet, from, kept, &marker))
        return 0;
    uint8_t *buffer = sender_buffer(&plane->sender);
    if (outlet->element) {
        put16(buffer + 12, BLOCK);
        put16(buffer + 14, 1);
        put32(buffer + 16, outlet->element | value);
        end = 20;
    }
    if (outlet->redundant && outlet->redundant_type >= 0) {
        int before = put_before(outlet, kept, kind, buffer + end);
        end += before;
        kind = before ? outlet->redundant_type : kind;
    }
    put_header(buffer, marker | (uint32_t)kind, (uint32_t)(kept->number + rewriter->sequences),
               (uint32_t)(kept->timestamp + rewriter->timestamps), outlet->ssrc);
    if (outlet->element)
        buffer[0] = 0x90;
    memcpy(buffer + end, payload, kept->size);
    if (rewriter->shifted)
        payload_shift(buffer + end, &kept->seen, rewriter->pictures, rewriter->levels);
    int size = end + kept->size;
    outlet->view->packets += 1;
    outlet->view->octets += (uint64_t)size;
    if (plane->protect(outlet->link->sending, buffer, &size))
        return 0;
    sender_add(&plane->sender, outlet->link, size);
    return 1;
}

/* Send a packet again, as a retransmission (RFC 4588) if the subscriber knows those. */
static int send_again(struct outlet *outlet, const struct inlet *inlet, const struct kept *kept,
                      uint16_t sequence) {
    const uint8_t *payload = history_payload(&inlet->history, kept);
    const int *types = outlet->types[inlet->codec];
    struct plane *plane = outlet->plane;
    if (!payload || types[0] < 0 || !outlet->link->sending || !outlet->link->address.size)
        return 0;
    uint8_t *buffer = sender_buffer(&plane->sender);
    uint32_t stamp = (uint32_t)(kept->timestamp + outlet->rewriter.timestamps);
    int at = 12;
    if (types[1] >= 0) {
        outlet->repair_sequence += 1;
        put_header(buffer, kept->marker | (uint32_t)types[1], outlet->repair_sequence, stamp, outlet->repair_ssrc);
        put16(buffer + 12, sequence);
        at = 14;
    } else {
        put_header(buffer, kept->marker | (uint32_t)types[0], sequence, stamp, outlet->ssrc);
    }
    memcpy(buffer + at, payload, kept->size);
    if (outlet->rewriter.shifted)
        payload_shift(buffer + at, &kept->seen, outlet->rewriter.pictures, outlet->rewriter.levels);
    int size = at + kept->size;
    if (plane->protect(outlet->link->sending, buffer, &size))
        return 0;
    sender_add(&plane->sender, outlet->link, size);
    return 1;
}

int outlet_again(struct outlet *outlet, const uint16_t *sequences, int count, double now) {
    const struct inlet *inlet = outlet->view->inlet;
    int sent = 0;
    if (!inlet || outlet->rewriter.start < 0)
        return 0;
    if (now - outlet->again_since > 0.1) {
        outlet->again = 0;
        outlet->again_since = now;
    }
    for (int place = 0; place < count && outlet->again < MOST_AGAIN; place++) {
        uint16_t sequence = sequences[place];
        int64_t number = rewriter_index(&outlet->rewriter, sequence, inlet->view->high);
        const struct kept *kept = number >= 0 ? history_get(&inlet->history, number) : NULL;
        double *at = &outlet->again_at[sequence & (AGAINS - 1)].at;
        if (!kept || (outlet->again_at[sequence & (AGAINS - 1)].sequence == sequence && now - *at < 0.015))
            continue;
        outlet->again_at[sequence & (AGAINS - 1)].sequence = sequence;
        *at = now;
        outlet->again += 1;
        sent += send_again(outlet, inlet, kept, sequence);
    }
    outlet->view->resent += (uint64_t)sent;
    return sent;
}
