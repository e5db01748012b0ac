#include "inlet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "outlet.h"
#include "red.h"
#include "rtp.h"

enum {
    RESTART = 1024, /* a jump of sequence numbers this large is a sender that began anew */
    RIDING = 2,     /* older packets riding along with one (RFC 2198) that are looked at */
    SILENT = 127,
    GUESTS_SHARE = 85,
    HEADING = sizeof ((struct inlet *)0)->heading,
};

/* A packet that is new: what `accept` needs of it. */
struct fresh {
    int64_t number;
    uint32_t timestamp;
    uint8_t marker;
    int level;
    const uint8_t *payload;
    int size;
};

const struct kept *inlet_newest(const struct inlet *inlet) {
    return history_get(&inlet->history, inlet->view->high);
}

static int tell(struct inlet *inlet, enum kind kind, double now, int urgent) {
    struct record head = {.kind = (uint16_t)kind, .owner = inlet->number, .at = now};
    return plane_hand(inlet->plane, &head, NULL, 100, urgent);
}

int64_t inlet_restart(struct inlet *inlet, int64_t number, double now) {
    struct inlet_view *view = inlet->view;
    const struct kept *newest = inlet_newest(inlet);
    for (int place = 0; place < inlet->outlets_count; place++)
        outlet_restart(inlet->outlets[place], inlet, newest, view->heard_at);
    gaps_clear(&inlet->gaps);
    history_clear(&inlet->history);
    view->base = -1;
    view->received = 0;
    view->restarts += 1;
    tell(inlet, KEY_FRAME, now, 1);
    view->high = (number & 0xFFFF) + 65536;
    return view->high;
}

static void gap(struct inlet *inlet, int64_t first, int64_t last, double now) {
    if (!inlet->view->missing)
        inlet->told = 0;
    if (!gaps_open(&inlet->gaps, first, last, now))
        tell(inlet, KEY_FRAME, now, 1);
    else if (!inlet->told)
        inlet->told = tell(inlet, GAP, now, 0);
}

/* The unwrapped number of a packet that is new; -1 for one that came before or far too late. */
static int64_t place(struct inlet *inlet, uint16_t sequence, double now) {
    struct inlet_view *view = inlet->view;
    if (view->high < 0)
        return view->high = (int64_t)sequence + 65536;
    int64_t number = view->high + ((sequence - view->high + 32768) & 65535) - 32768;
    int64_t step = number - view->high;
    if (step > RESTART)
        return inlet_restart(inlet, number, now);
    if (step > 0) {
        if (step > 1 && inlet->repaired)
            gap(inlet, view->high + 1, number - 1, now);
        view->high = number;
    } else if (step <= -inlet->history.size) {
        return step < -RESTART ? inlet_restart(inlet, number, now) : -1;
    } else if (history_get(&inlet->history, number)) {
        return -1;
    } else if (view->missing) {
        gaps_fill(&inlet->gaps, number);
    }
    return number;
}

/* RFC 3550 appendix A.8. */
static void note(struct inlet *inlet, int64_t number, uint32_t timestamp, double now) {
    struct inlet_view *view = inlet->view;
    if (view->base < 0)
        view->base = number;
    view->received += 1;
    double transit = now * inlet->rate - timestamp, change = fabs(transit - inlet->transit);
    inlet->transit = transit;
    /* A wrap of the timestamp or a pause of the sender is not jitter. */
    if (change < 10.0 * inlet->rate)
        view->jitter += (change - view->jitter) / 16;
}

static int accept_packet(struct inlet *inlet, const struct fresh *fresh, double now) {
    struct inlet_view *view = inlet->view;
    struct kept kept = {.number = fresh->number, .timestamp = fresh->timestamp, .marker = fresh->marker,
                        .size = (uint16_t)fresh->size};
    payload_describe(inlet->codec, fresh->payload, fresh->size, &kept.seen);
    uint32_t value = (uint32_t)fresh->level << 16;
    if (inlet->video) {
        value = (uint32_t)(int64_t)(inlet->plane->now * 262144) & 0xFFFFFF;
        view->key_frames += kept.seen.key;
        if (kept.seen.key && payload_tells_size(inlet->codec, fresh->payload, fresh->size)) {
            inlet->heading_size = fresh->size < HEADING ? fresh->size : HEADING;
            memcpy(inlet->heading, fresh->payload, (size_t)inlet->heading_size);
            view->headings += 1;
        }
    } else {
        view->level = fresh->level;
    }
    history_add(&inlet->history, &kept, fresh->payload, now);
    view->heard_at = now;
    view->packets += 1;
    view->octets += (uint64_t)fresh->size;
    if (fresh->number == view->high) {
        view->latest = fresh->timestamp;
        view->begun = 1;
    }
    int sent = 0;
    for (int place = 0; place < inlet->outlets_count; place++)
        sent += outlet_forward(inlet->outlets[place], inlet, &kept, fresh->payload, value);
    if (inlet->guests) {
        struct record head = {.kind = GUESTS, .owner = inlet->number, .size = (uint16_t)fresh->size,
                              .sequence = (uint16_t)fresh->number, .timestamp = fresh->timestamp,
                              .marker = fresh->marker, .level = (uint8_t)fresh->level, .at = now};
        plane_hand(inlet->plane, &head, fresh->payload, GUESTS_SHARE, ring_fuller(&inlet->plane->ring, 25));
    }
    return sent;
}

/* Fill the holes just before a packet from what rode along with it, oldest first. */
static int recover(struct inlet *inlet, const struct fresh *fresh, const struct redundant *unwrapped, double now) {
    int sent = 0;
    for (int back = unwrapped->count < RIDING ? unwrapped->count : RIDING; back > 0; back--) {
        const struct riding *one = &unwrapped->older[back - 1];
        int64_t missing = fresh->number - back;
        if (!one->size || !one->offset || history_get(&inlet->history, missing))
            continue;
        struct fresh late = {missing, fresh->timestamp - one->offset, 0, fresh->level, one->payload, one->size};
        inlet->view->recovered += 1;
        sent += accept_packet(inlet, &late, now);
    }
    return sent;
}

int inlet_packet(struct inlet *inlet, const uint8_t *data, int size, double now) {
    struct inlet_view *view = inlet->view;
    struct redundant unwrapped = {.count = -1};
    struct rtp header;
    if (rtp_parse(data, size, 0, &header) || header.end - header.payload > LONGEST_PAYLOAD) {
        view->malformed += 1;
        return 0;
    }
    struct fresh fresh = {0, header.timestamp, header.marker, rtp_level(data, &header, inlet->level_id),
                          data + header.payload, header.end - header.payload};
    if (header.kind == inlet->redundant_type &&
        red_parse(fresh.payload, fresh.size, inlet->payload_type, &unwrapped) == 0) {
        fresh.payload = unwrapped.primary;
        fresh.size = unwrapped.primary_size;
    } else if (header.kind != inlet->payload_type) {
        view->malformed += 1;
        return 0;
    }
    int64_t before = view->high;
    fresh.number = place(inlet, header.sequence, now);
    if (fresh.number < 0) {
        view->duplicates += 1;
        return 0;
    }
    note(inlet, fresh.number, header.timestamp, now);
    int sent = 0;
    if (unwrapped.count > 0 && before >= 0 && llabs(fresh.number - before) < inlet->history.size)
        sent = recover(inlet, &fresh, &unwrapped, now);
    return sent + accept_packet(inlet, &fresh, now);
}

int inlet_repair(struct inlet *inlet, const uint8_t *data, int size, double now) {
    struct rtp header;
    if (rtp_parse(data, size, 1, &header) || header.end - header.payload < 2 ||
        header.kind != inlet->repair_type || inlet->view->high < 0)
        return 0;
    struct fresh fresh = {0, header.timestamp, header.marker, SILENT, data + header.payload + 2,
                          header.end - header.payload - 2};
    if (fresh.size > LONGEST_PAYLOAD) {
        inlet->view->malformed += 1;
        return 0;
    }
    fresh.number = place(inlet, get16(data + header.payload), now);
    if (fresh.number < 0) {
        inlet->view->duplicates += 1;
        return 0;
    }
    return accept_packet(inlet, &fresh, now);
}

void inlet_free(struct inlet *inlet) {
    history_free(&inlet->history);
    gaps_free(&inlet->gaps);
    free(inlet->outlets);
    free(inlet);
}
