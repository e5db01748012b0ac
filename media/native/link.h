/* Connections as the plane sees them: keys, address, the streams they bring, when their packets came. */
#ifndef MEDIA_NATIVE_LINK_H
#define MEDIA_NATIVE_LINK_H
#include <stdint.h>

#include "api.h"

enum { STREAMS = 32, ARRIVALS = 1024, BUCKETS = 4096 };

struct address {
    uint8_t bytes[32]; /* a sockaddr */
    uint8_t size;      /* 0: none */
};

struct stream {
    uint32_t ssrc;
    int repair;
    struct inlet *inlet;
};

struct arrival {
    double at;
    uint16_t number; /* transport-wide */
};

struct link {
    struct link_view *view;
    void *receiving, *sending; /* srtp_t; NULL before the handshake is done */
    struct address address;
    uint32_t number;
    int dormant, transport_id;
    int streams_count;
    struct stream streams[STREAMS];
    struct arrival *arrivals; /* NULL until the first transport-wide number */
    uint32_t noted, told;
    struct link *next;
};

/* Whose packets come from an address. */
struct entry {
    struct address address;
    struct link *link;
    struct entry *next;
};

struct links {
    struct link *first;
    struct entry *buckets[BUCKETS];
};

/* 0 if it is no address. */
int address_read(struct address *address, const uint8_t *bytes, int size);

struct link *links_find(struct links *links, const struct address *address);
int links_own(struct links *links, const struct address *address, struct link *link);

/* Forget one address, or with `address` NULL all of a link. */
void links_disown(struct links *links, const struct address *address, struct link *link);
void links_remove(struct links *links, struct link *link);

struct stream *stream_find(struct link *link, uint32_t ssrc);

/* The SSRC brings this inlet's packets; 0, or -1 when there are too many. */
int stream_assign(struct link *link, uint32_t ssrc, struct inlet *inlet, int repair);

void arrivals_note(struct link *link, int number, double now);

#endif
