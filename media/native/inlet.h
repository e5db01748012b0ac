/* One RTP stream as it arrives: order, duplicates, gaps, and the way on to slots and guests. */
#ifndef MEDIA_NATIVE_INLET_H
#define MEDIA_NATIVE_INLET_H
#include <stdint.h>

#include "gaps.h"
#include "history.h"
#include "plane.h"

struct inlet {
    struct plane *plane;
    struct link *link; /* NULL: of no connection */
    struct inlet_view *view;
    uint32_t number;
    int codec, rate, video, repaired;
    int payload_type, repair_type, redundant_type, level_id;
    int live, guests;
    int told; /* Python knows that packets are missing */
    double transit;
    uint8_t heading[64]; /* of the newest packet that told the size of the picture */
    int heading_size;
    struct history history;
    struct gaps gaps;
    struct outlet **outlets;
    int outlets_count;
    struct inlet *next;
};

/* One decrypted packet, or retransmission (RFC 4588); how many packets went out for it. */
int inlet_packet(struct inlet *inlet, const uint8_t *data, int size, double now);
int inlet_repair(struct inlet *inlet, const uint8_t *data, int size, double now);

/* The sender begins anew with this number. */
int64_t inlet_restart(struct inlet *inlet, int64_t number, double now);

const struct kept *inlet_newest(const struct inlet *inlet);
void inlet_free(struct inlet *inlet);

#endif
