/*
 * What Python sees of the C plane. Read by the compiler and, line by line without the '#', by cffi: plain
 * declarations only.
 *
 * The structs named *_view are written by the plane and read by Python at any time: each of their words is
 * whole by itself, but what belongs together may be of two moments. Whoever adds a part to the plane gives
 * it its view and keeps the view until the part is removed. Every call takes the plane's gate; none waits.
 */
#ifndef MEDIA_NATIVE_API_H
#define MEDIA_NATIVE_API_H
#include <stddef.h>
#include <stdint.h>

struct plane;
struct link;
struct inlet;
struct outlet;

struct port_view {
    uint64_t packets_in, packets_out, send_failed;
    uint64_t bad_length, bad_check, unknown_address, unknown_kind;
    uint64_t layer_switches;
    uint64_t not_handed; /* what Python was too slow to take */
    uint64_t delays[18]; /* the buckets of media.histogram */
    double delay_sum;    /* seconds */
};

struct link_view {
    double heard;
    uint64_t refused;
};

struct inlet_view {
    int64_t high, base;
    uint64_t packets, octets, duplicates, malformed, recovered;
    uint64_t received; /* by themselves, not as retransmissions, since the last restart */
    uint64_t asked, repaired, abandoned;
    double heard_at, jitter; /* jitter in ticks of the RTP clock */
    uint32_t latest;         /* timestamp of the newest packet */
    uint32_t restarts, key_frames, missing;
    uint32_t headings; /* packets that told the size of the picture */
    int32_t level, begun;
};

struct outlet_view {
    uint64_t packets, octets, resent;
    struct inlet *inlet, *next;
    uint32_t shift;
    int32_t started;
};

/* What the plane hands over, in front of `size` bytes of data and of padding to a multiple of 8. */
struct record {
    uint32_t whole; /* bytes to the next record */
    uint16_t kind, size;
    uint32_t owner; /* the number of a link or an inlet */
    uint32_t timestamp;
    double at;
    uint16_t sequence;
    uint8_t marker, level;
    uint8_t address_size;
    uint8_t address[31]; /* a sockaddr as the socket gave it */
};

/* ---- the plane */

/* `srtp`: libsrtp's unprotect, unprotect_rtcp, protect, protect_rtcp. NULL without memory. */
struct plane *plane_new(int socket, int wake, void *srtp[4], struct port_view *view);
int plane_start(struct plane *plane); /* 0 or an errno */
void plane_stop(struct plane *plane); /* returns when the thread has ended */
void plane_free(struct plane *plane);

/* What waits for Python: the next stretch of whole records, and leave to write over it. */
const uint8_t *plane_waiting(struct plane *plane, size_t *size);
void plane_taken(struct plane *plane, size_t size);
void plane_awake(struct plane *plane); /* the wake-up was heard */

/* ---- connections */

struct link *link_add(struct plane *plane, uint32_t number, struct link_view *view);
void link_remove(struct plane *plane, struct link *link); /* with its inlets and outlets */
void link_settle(struct plane *plane, struct link *link, void *receiving, void *sending,
                 const uint8_t *address, int size, int dormant, int transport_id);
int link_own(struct plane *plane, struct link *link, const uint8_t *address, int size);
void link_disown(struct plane *plane, const uint8_t *address, int size);
int link_send_rtcp(struct plane *plane, struct link *link, const uint8_t *data, int size);
/* How many: transport-wide numbers and times of arrival of the packets since the last call. */
int link_arrivals(struct plane *plane, struct link *link, uint16_t *numbers, double *times, int most);

/* ---- streams; codec: 0 opus, 1 vp8, 2 h264 */

struct inlet *inlet_add(struct plane *plane, struct link *link, uint32_t number, struct inlet_view *view,
                        int codec, int rate, int repaired);
void inlet_types(struct plane *plane, struct inlet *inlet, int payload, int repair, int redundant,
                 int level_id);
int inlet_assign(struct plane *plane, struct inlet *inlet, uint32_t ssrc, int repair);
void inlet_live(struct plane *plane, struct inlet *inlet, int live);
int inlet_outlets(struct plane *plane, struct inlet *inlet, struct outlet **outlets, int count);
void inlet_guests(struct plane *plane, struct inlet *inlet, int any);
int inlet_take(struct plane *plane, struct inlet *inlet, const uint8_t *data, int size, double now,
               int repair);
/* The first bytes of the newest packet that told the size of the picture; how many there are. */
int inlet_heading(struct plane *plane, struct inlet *inlet, uint8_t *into, int most);
void inlet_renew(struct plane *plane, struct inlet *inlet);
/* The sequence numbers to ask for now, at most 128; `lost`: how many were given up. */
int inlet_due(struct plane *plane, struct inlet *inlet, double now, double rtt, uint16_t *ask, int *lost);

/* ---- slots; types that are not there are -1, an extension that is not there is 0 */

struct outlet *outlet_add(struct plane *plane, struct link *link, struct outlet_view *view, int video,
                          uint32_t ssrc, uint32_t repair_ssrc, uint32_t random, int extension,
                          int redundant_type);
void outlet_types(struct plane *plane, struct outlet *outlet, int codec, int payload, int repair);
void outlet_bind(struct plane *plane, struct outlet *outlet, struct inlet *inlet, double now);
void outlet_want(struct plane *plane, struct outlet *outlet, struct inlet *next);
void outlet_park(struct plane *plane, struct outlet *outlet, double now);
void outlet_redundant(struct plane *plane, struct outlet *outlet, int redundant);
int outlet_resend(struct plane *plane, struct outlet *outlet, const uint16_t *sequences, int count,
                  double now);

#endif
