/* What Python calls: every entry takes the gate, does one thing and leaves. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inlet.h"
#include "outlet.h"
#include "plane.h"

const uint8_t *plane_waiting(struct plane *plane, size_t *size) {
    struct ring *ring = &plane->ring;
    uint64_t read = atomic_load_explicit(&ring->read, memory_order_relaxed);
    uint64_t written = atomic_load_explicit(&ring->written, memory_order_acquire);
    size_t place = read & (ring->room - 1), whole = written - read;
    *size = place + whole > ring->room ? ring->room - place : whole;
    return ring->bytes + place;
}

void plane_taken(struct plane *plane, size_t size) {
    atomic_fetch_add_explicit(&plane->ring.read, size, memory_order_release);
}

void plane_awake(struct plane *plane) { atomic_store(&plane->ring.told, 0); }

/* ---- connections */

struct link *link_add(struct plane *plane, uint32_t number, struct link_view *view) {
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return NULL;
    link->number = number;
    link->view = view;
    link->dormant = 1;
    plane_enter(plane);
    link->next = plane->links.first;
    plane->links.first = link;
    plane_leave(plane);
    return link;
}

static void unlist_outlet(struct plane *plane, const struct outlet *gone) {
    for (struct inlet *inlet = plane->inlets; inlet; inlet = inlet->next) {
        int kept = 0;
        for (int place = 0; place < inlet->outlets_count; place++)
            if (inlet->outlets[place] != gone)
                inlet->outlets[kept++] = inlet->outlets[place];
        inlet->outlets_count = kept;
    }
}

static void unbind_inlet(struct plane *plane, const struct inlet *gone) {
    for (struct outlet *outlet = plane->outlets; outlet; outlet = outlet->following) {
        if (outlet->view->next == gone)
            outlet->view->next = NULL;
        if (outlet->view->inlet == gone)
            outlet_rebind(outlet, NULL, plane->now);
    }
}

/* All inlets and outlets of a connection, or (NULL) all there are. */
static void remove_parts(struct plane *plane, const struct link *link) {
    for (struct outlet **place = &plane->outlets; *place;) {
        struct outlet *outlet = *place;
        if (link && outlet->link != link) {
            place = &outlet->following;
            continue;
        }
        unlist_outlet(plane, outlet);
        *place = outlet->following;
        free(outlet);
    }
    for (struct inlet **place = &plane->inlets; *place;) {
        struct inlet *inlet = *place;
        if (link && inlet->link != link) {
            place = &inlet->next;
            continue;
        }
        unbind_inlet(plane, inlet);
        *place = inlet->next;
        inlet_free(inlet);
    }
}

void link_remove(struct plane *plane, struct link *link) {
    plane_enter(plane);
    remove_parts(plane, link);
    links_remove(&plane->links, link);
    plane_leave(plane);
}

void plane_free(struct plane *plane) {
    if (plane->view) {
        remove_parts(plane, NULL);
        while (plane->links.first)
            links_remove(&plane->links, plane->links.first);
        links_disown(&plane->links, NULL, NULL);
    }
    ring_free(&plane->ring);
    if (plane->stop >= 0)
        close(plane->stop);
    free(plane);
}

void link_settle(struct plane *plane, struct link *link, void *receiving, void *sending,
                 const uint8_t *address, int size, int dormant, int transport_id) {
    plane_enter(plane);
    link->receiving = receiving;
    link->sending = sending;
    address_read(&link->address, address, size);
    link->dormant = dormant;
    link->transport_id = transport_id;
    plane_leave(plane);
}

int link_own(struct plane *plane, struct link *link, const uint8_t *address, int size) {
    struct address read;
    if (!address_read(&read, address, size))
        return -1;
    plane_enter(plane);
    int failed = links_own(&plane->links, &read, link);
    plane_leave(plane);
    return failed;
}

void link_disown(struct plane *plane, const uint8_t *address, int size) {
    struct address read;
    if (!address_read(&read, address, size))
        return;
    plane_enter(plane);
    links_disown(&plane->links, &read, NULL);
    plane_leave(plane);
}

int link_send_rtcp(struct plane *plane, struct link *link, const uint8_t *data, int size) {
    if (size < 8 || size > LONGEST - 64)
        return -1;
    plane_enter(plane);
    int failed = !link->sending || !link->address.size;
    if (!failed) {
        uint8_t *buffer = sender_buffer(&plane->sender);
        memcpy(buffer, data, (size_t)size);
        failed = plane->protect_rtcp(link->sending, buffer, &size);
        if (!failed)
            sender_add(&plane->sender, link, size);
    }
    plane_leave(plane);
    return failed ? -1 : 0;
}

int link_arrivals(struct plane *plane, struct link *link, uint16_t *numbers, double *times, int most) {
    int count = 0;
    plane_enter(plane);
    for (; count < most && link->told != link->noted; count++) {
        const struct arrival *arrival = &link->arrivals[link->told++ & (ARRIVALS - 1)];
        numbers[count] = arrival->number;
        times[count] = arrival->at;
    }
    plane_leave(plane);
    return count;
}

/* ---- streams */

struct inlet *inlet_add(struct plane *plane, struct link *link, uint32_t number, struct inlet_view *view,
                        int codec, int rate, int repaired) {
    struct inlet *inlet = calloc(1, sizeof *inlet);
    if (!inlet)
        return NULL;
    *inlet = (struct inlet){.plane = plane, .link = link, .view = view, .number = number, .codec = codec,
                            .rate = rate, .video = codec != OPUS, .repaired = repaired};
    inlet->repair_type = inlet->redundant_type = inlet->payload_type = -1;
    inlet->gaps.view = view;
    view->high = view->base = -1;
    view->level = 127;
    history_init(&inlet->history, inlet->video);
    plane_enter(plane);
    inlet->next = plane->inlets;
    plane->inlets = inlet;
    plane_leave(plane);
    return inlet;
}

void inlet_types(struct plane *plane, struct inlet *inlet, int payload, int repair, int redundant,
                 int level_id) {
    plane_enter(plane);
    inlet->payload_type = payload;
    inlet->repair_type = repair;
    inlet->redundant_type = redundant;
    inlet->level_id = level_id;
    plane_leave(plane);
}

int inlet_assign(struct plane *plane, struct inlet *inlet, uint32_t ssrc, int repair) {
    plane_enter(plane);
    int failed = inlet->link ? stream_assign(inlet->link, ssrc, inlet, repair) : -1;
    plane_leave(plane);
    return failed;
}

void inlet_live(struct plane *plane, struct inlet *inlet, int live) {
    plane_enter(plane);
    inlet->live = live;
    plane_leave(plane);
}

int inlet_outlets(struct plane *plane, struct inlet *inlet, struct outlet **outlets, int count) {
    struct outlet **list = malloc(((size_t)count + 1) * sizeof *list);
    if (!list)
        return -1;
    if (count)
        memcpy(list, outlets, (size_t)count * sizeof *list);
    plane_enter(plane);
    free(inlet->outlets);
    inlet->outlets = list;
    inlet->outlets_count = count;
    plane_leave(plane);
    return 0;
}

void inlet_guests(struct plane *plane, struct inlet *inlet, int any) {
    plane_enter(plane);
    inlet->guests = any;
    plane_leave(plane);
}

int inlet_take(struct plane *plane, struct inlet *inlet, const uint8_t *data, int size, double now,
               int repair) {
    plane_enter(plane);
    plane->now = now;
    int sent = (repair ? inlet_repair : inlet_packet)(inlet, data, size, now);
    plane_leave(plane);
    return sent;
}

void inlet_renew(struct plane *plane, struct inlet *inlet) {
    plane_enter(plane);
    if (inlet->view->high >= 0) {
        inlet_restart(inlet, 0, inlet->view->heard_at);
        inlet->view->high = -1;
    }
    plane_leave(plane);
}

int inlet_heading(struct plane *plane, struct inlet *inlet, uint8_t *into, int most) {
    plane_enter(plane);
    int size = inlet->heading_size < most ? inlet->heading_size : most;
    memcpy(into, inlet->heading, (size_t)size);
    plane_leave(plane);
    return size;
}

int inlet_due(struct plane *plane, struct inlet *inlet, double now, double rtt, uint16_t *ask, int *lost) {
    plane_enter(plane);
    int due = gaps_due(&inlet->gaps, now, rtt, ask, lost);
    plane_leave(plane);
    return due;
}

/* ---- slots */

struct outlet *outlet_add(struct plane *plane, struct link *link, struct outlet_view *view, int video,
                          uint32_t ssrc, uint32_t repair_ssrc, uint32_t random, int extension,
                          int redundant_type) {
    struct outlet *outlet = calloc(1, sizeof *outlet);
    if (!outlet)
        return NULL;
    *outlet = (struct outlet){.plane = plane, .link = link, .view = view, .ssrc = ssrc,
                              .repair_ssrc = repair_ssrc, .video = video, .redundant_type = redundant_type};
    for (int codec = 0; codec < CODECS; codec++)
        outlet->types[codec][0] = outlet->types[codec][1] = -1;
    outlet->element = extension ? (uint32_t)(extension << 4 | (video ? 2 : 0)) << 24 : 0;
    outlet->repair_sequence = random & 0x3FFF;
    rewriter_init(&outlet->rewriter, video, random >> 14 & 0x3FFF, ssrc >> 1 ^ random >> 2);
    plane_enter(plane);
    outlet->following = plane->outlets;
    plane->outlets = outlet;
    plane_leave(plane);
    return outlet;
}

void outlet_types(struct plane *plane, struct outlet *outlet, int codec, int payload, int repair) {
    plane_enter(plane);
    outlet->types[codec][0] = payload;
    outlet->types[codec][1] = repair;
    plane_leave(plane);
}

void outlet_bind(struct plane *plane, struct outlet *outlet, struct inlet *inlet, double now) {
    plane_enter(plane);
    outlet_rebind(outlet, inlet, now);
    plane_leave(plane);
}

void outlet_want(struct plane *plane, struct outlet *outlet, struct inlet *next) {
    plane_enter(plane);
    outlet->view->next = next;
    plane_leave(plane);
}

void outlet_park(struct plane *plane, struct outlet *outlet, double now) {
    plane_enter(plane);
    if (outlet->view->inlet)
        outlet_restart(outlet, outlet->view->inlet, inlet_newest(outlet->view->inlet), now);
    plane_leave(plane);
}

void outlet_redundant(struct plane *plane, struct outlet *outlet, int redundant) {
    plane_enter(plane);
    outlet->redundant = redundant;
    plane_leave(plane);
}

int outlet_resend(struct plane *plane, struct outlet *outlet, const uint16_t *sequences, int count,
                  double now) {
    plane_enter(plane);
    int sent = outlet_again(outlet, sequences, count, now);
    plane_leave(plane);
    return sent;
}
