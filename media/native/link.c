#include "link.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int address_read(struct address *address, const uint8_t *bytes, int size) {
    memset(address, 0, sizeof *address);
    if (size != (int)sizeof(struct sockaddr_in) && size != (int)sizeof(struct sockaddr_in6))
        return 0;
    memcpy(address->bytes, bytes, (size_t)size);
    address->size = (uint8_t)size;
    return 1;
}

static struct entry **find(struct links *links, const struct address *address) {
    uint32_t hash = 2166136261u;
    for (int at = 0; at < address->size; at++)
        hash = (hash ^ address->bytes[at]) * 16777619u;
    struct entry **place = &links->buckets[(hash ^ hash >> 16) & (BUCKETS - 1)];
    while (*place && ((*place)->address.size != address->size ||
                      memcmp((*place)->address.bytes, address->bytes, address->size)))
        place = &(*place)->next;
    return place;
}

struct link *links_find(struct links *links, const struct address *address) {
    struct entry *entry = *find(links, address);
    return entry ? entry->link : NULL;
}

int links_own(struct links *links, const struct address *address, struct link *link) {
    struct entry **place = find(links, address);
    if (!*place) {
        *place = calloc(1, sizeof **place);
        if (!*place)
            return -1;
        (*place)->address = *address;
    }
    (*place)->link = link;
    return 0;
}

static void drop(struct entry **place) {
    struct entry *gone = *place;
    *place = gone->next;
    free(gone);
}

void links_disown(struct links *links, const struct address *address, struct link *link) {
    if (address) {
        struct entry **place = find(links, address);
        if (*place)
            drop(place);
        return;
    }
    for (int bucket = 0; bucket < BUCKETS; bucket++)
        for (struct entry **place = &links->buckets[bucket]; *place;) {
            if ((*place)->link == link)
                drop(place);
            else
                place = &(*place)->next;
        }
}

void links_remove(struct links *links, struct link *link) {
    links_disown(links, NULL, link);
    struct link **place = &links->first;
    while (*place && *place != link)
        place = &(*place)->next;
    if (*place)
        *place = link->next;
    free(link->arrivals);
    free(link);
}

struct stream *stream_find(struct link *link, uint32_t ssrc) {
    for (int place = 0; place < link->streams_count; place++)
        if (link->streams[place].ssrc == ssrc)
            return &link->streams[place];
    return NULL;
}

int stream_assign(struct link *link, uint32_t ssrc, struct inlet *inlet, int repair) {
    /* One SSRC per inlet and purpose: a sender that goes on under another one leaves the old one behind. */
    struct stream *stream = stream_find(link, ssrc);
    for (int place = 0; !stream && place < link->streams_count; place++)
        if (link->streams[place].inlet == inlet && link->streams[place].repair == repair)
            stream = &link->streams[place];
    if (!stream) {
        if (link->streams_count == STREAMS)
            return -1;
        stream = &link->streams[link->streams_count++];
    }
    *stream = (struct stream){ssrc, repair, inlet};
    return 0;
}

void arrivals_note(struct link *link, int number, double now) {
    if (!link->arrivals) {
        link->arrivals = malloc(ARRIVALS * sizeof *link->arrivals);
        if (!link->arrivals)
            return;
    }
    if (link->noted - link->told < ARRIVALS)
        link->arrivals[link->noted++ & (ARRIVALS - 1)] = (struct arrival){now, (uint16_t)number};
}
