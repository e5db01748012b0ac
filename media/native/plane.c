#include "plane.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "inlet.h"
#include "outlet.h"
#include "rtp.h"

enum {
    MOST = 32,        /* datagrams per system call */
    PIECE = 2048,     /* longer datagrams are cut off, and then too long */
    RING = 1 << 22,   /* a second of everybody's packets to recorders */
    SAMPLE = 63,      /* the delay of every 64th packet that is forwarded is measured */
    STRANGERS_SHARE = 25,
    LINKS_SHARE = 95,
    NICE = -10,
};

/* The bounds of media.histogram, in seconds. */
static const double BOUNDS[] = {0.00005, 0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.0015, 0.002,
                                0.003,   0.005,  0.0075, 0.01,   0.02,   0.05,    0.1,   0.5};

struct batch {
    struct mmsghdr messages[MOST];
    struct iovec pieces[MOST];
    struct address addresses[MOST];
    union {
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr head;
    } controls[MOST];
    uint8_t buffers[MOST][PIECE];
};

double plane_clock(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void plane_enter(struct plane *plane) {
    atomic_fetch_add(&plane->waiting, 1);
    pthread_mutex_lock(&plane->gate);
    atomic_fetch_sub(&plane->waiting, 1);
    plane->now = plane_clock();
}

void plane_leave(struct plane *plane) {
    sender_flush(&plane->sender);
    pthread_mutex_unlock(&plane->gate);
    pthread_cond_signal(&plane->turn);
}

int plane_hand(struct plane *plane, struct record *head, const uint8_t *data, int share, int urgent) {
    int handed = ring_write(&plane->ring, head, data, share);
    plane->view->not_handed += !handed;
    if (urgent || !handed)
        ring_tell(&plane->ring);
    return handed;
}

static void hand_datagram(struct plane *plane, enum kind kind, const struct link *link, const uint8_t *data,
                          int size, double at, const struct address *from, int urgent) {
    struct record head = {.kind = (uint16_t)kind, .size = (uint16_t)size, .at = at,
                          .owner = link ? link->number : 0, .address_size = from->size};
    memcpy(head.address, from->bytes, sizeof head.address);
    plane_hand(plane, &head, data, link ? LINKS_SHARE : STRANGERS_SHARE, urgent);
}

/* Whether an encrypted packet is one; how many packets went out for it. */
static int take_media(struct plane *plane, struct link *link, uint8_t *data, int size, double at,
                      const struct address *from) {
    if (!link->receiving)
        return 0;
    int feedback = data[1] >= 192 && data[1] < 224;
    if ((feedback ? plane->unprotect_rtcp : plane->unprotect)(link->receiving, data, &size)) {
        link->view->refused += 1;
        return 0;
    }
    if (feedback) {
        hand_datagram(plane, RTCP, link, data, size, at, from, rtcp_urgent(data, size));
        return 0;
    }
    struct stream *stream = stream_find(link, (uint32_t)data[8] << 24 | (uint32_t)data[9] << 16 |
                                                  (uint32_t)data[10] << 8 | data[11]);
    if (link->dormant || !stream || (!stream->inlet->live && !stream->repair)) {
        hand_datagram(plane, RTP, link, data, size, at, from, 1);
        return 0;
    }
    link->view->heard = at;
    if (link->transport_id) {
        int number = rtp_short_element(data, size, link->transport_id);
        if (number >= 0)
            arrivals_note(link, number, at);
    }
    return (stream->repair ? inlet_repair : inlet_packet)(stream->inlet, data, size, at);
}

static int take(struct plane *plane, uint8_t *data, int size, const struct address *from, double at) {
    struct port_view *view = plane->view;
    view->packets_in += 1;
    if (size < SHORTEST || size > LONGEST) {
        view->bad_length += 1;
        return 0;
    }
    struct link *link = links_find(&plane->links, from);
    int first = data[0];
    if (first < 4) {
        /* What is no STUN message by its length or cookie ends here (RFC 8489 section 5). */
        if (size < 20 || size % 4 || memcmp(data + 4, "\x21\x12\xA4\x42", 4))
            view->bad_check += 1;
        else if (!link && ring_fuller(&plane->ring, STRANGERS_SHARE))
            view->bad_check += 1;
        else
            hand_datagram(plane, STUN, link, data, size, at, from, 1);
    } else if (!link) {
        view->unknown_address += 1;
    } else if (first >= 128 && first < 192) {
        return take_media(plane, link, data, size, at, from);
    } else if (first >= 20 && first < 64) {
        hand_datagram(plane, DTLS, link, data, size, at, from, 1);
    } else {
        view->unknown_kind += 1;
    }
    return 0;
}

/* When the kernel got a datagram; 0 if it does not say. */
static double stamp(struct msghdr *message) {
    for (struct cmsghdr *one = CMSG_FIRSTHDR(message); one; one = CMSG_NXTHDR(message, one))
        if (one->cmsg_level == SOL_SOCKET && one->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec time;
            memcpy(&time, CMSG_DATA(one), sizeof time);
            return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
        }
    return 0;
}

static void measure(struct port_view *view, double seconds) {
    unsigned place = 0;
    while (place < sizeof BOUNDS / sizeof *BOUNDS && seconds > BOUNDS[place])
        place++;
    view->delays[place] += 1;
    view->delay_sum += seconds;
}

/* Let Python in if it waits: it holds the gate for microseconds, and nobody else wants it. */
static void give_way(struct plane *plane) {
    if (!atomic_load(&plane->waiting))
        return;
    sender_flush(&plane->sender);
    while (atomic_load(&plane->waiting))
        pthread_cond_wait(&plane->turn, &plane->gate);
}

static int receive(struct plane *plane, struct batch *batch) {
    for (int place = 0; place < MOST; place++) {
        struct msghdr *head = &batch->messages[place].msg_hdr;
        head->msg_namelen = sizeof batch->addresses[place].bytes;
        head->msg_controllen = sizeof batch->controls[place];
    }
    int count = recvmmsg(plane->socket, batch->messages, MOST, MSG_DONTWAIT, NULL);
    if (count <= 0)
        return 0;
    pthread_mutex_lock(&plane->gate);
    for (int place = 0; place < count; place++) {
        struct mmsghdr *message = &batch->messages[place];
        batch->addresses[place].size = (uint8_t)message->msg_hdr.msg_namelen;
        double at = stamp(&message->msg_hdr);
        give_way(plane);
        plane->now = plane_clock();
        int sent = take(plane, batch->buffers[place], (int)message->msg_len, &batch->addresses[place],
                        at > 0 ? at : plane->now);
        if (sent && at > 0 && !(plane->forwarded++ & SAMPLE)) {
            sender_flush(&plane->sender);
            measure(plane->view, plane_clock() - at);
        }
    }
    sender_flush(&plane->sender);
    pthread_mutex_unlock(&plane->gate);
    return count;
}

/* Packets before everything else, where that is allowed: a join must not hold them up on a shared core. */
static void go_first(void) {
    struct sched_param priority;
    int policy;
    if (pthread_getschedparam(pthread_self(), &policy, &priority))
        return;
    priority.sched_priority += 1;
    if (policy == SCHED_RR || policy == SCHED_FIFO)
        pthread_setschedparam(pthread_self(), policy, &priority);
    else
        setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
}

static void *run(void *whole) {
    struct plane *plane = whole;
    go_first();
    struct batch *batch = calloc(1, sizeof *batch);
    struct pollfd awaited[2] = {{.fd = plane->socket, .events = POLLIN}, {.fd = plane->stop, .events = POLLIN}};
    for (int place = 0; batch && place < MOST; place++) {
        struct msghdr *head = &batch->messages[place].msg_hdr;
        batch->pieces[place] = (struct iovec){batch->buffers[place], PIECE};
        head->msg_iov = &batch->pieces[place];
        head->msg_iovlen = 1;
        head->msg_name = batch->addresses[place].bytes;
        head->msg_control = batch->controls[place].bytes;
    }
    while (batch && !atomic_load(&plane->ending))
        if (receive(plane, batch) < MOST)
            poll(awaited, 2, -1);
    free(batch);
    return NULL;
}

int plane_start(struct plane *plane) {
    sigset_t all, before;
    sigfillset(&all);
    /* Signals are Python's: the thread is born with all of them blocked. */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&plane->thread, NULL, run, plane);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    plane->running = !error;
    if (plane->running)
        pthread_setname_np(plane->thread, "media-plane");
    return error;
}

void plane_stop(struct plane *plane) {
    if (!plane->running)
        return;
    uint64_t one = 1;
    atomic_store(&plane->ending, 1);
    ssize_t gone = write(plane->stop, &one, sizeof one);
    (void)gone;
    pthread_join(plane->thread, NULL);
    plane->running = 0;
}

struct plane *plane_new(int socket, int wake, void *srtp[4], struct port_view *view) {
    struct plane *plane = calloc(1, sizeof *plane);
    if (!plane)
        return NULL;
    plane->stop = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (plane->stop < 0 || ring_init(&plane->ring, RING, wake)) {
        plane_free(plane);
        return NULL;
    }
    plane->socket = socket;
    plane->view = view;
    memcpy(&plane->unprotect, srtp, sizeof(void *));
    memcpy(&plane->unprotect_rtcp, srtp + 1, sizeof(void *));
    memcpy(&plane->protect, srtp + 2, sizeof(void *));
    memcpy(&plane->protect_rtcp, srtp + 3, sizeof(void *));
    pthread_mutex_init(&plane->gate, NULL);
    pthread_cond_init(&plane->turn, NULL);
    sender_init(&plane->sender, socket, view);
    return plane;
}
