/* The plane as its parts see it: one thread, one socket, one gate. Everything below api.h runs inside the gate. */
#ifndef MEDIA_NATIVE_PLANE_H
#define MEDIA_NATIVE_PLANE_H
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "api.h"
#include "link.h"
#include "ring.h"
#include "sender.h"

enum { SHORTEST = 12, LONGEST = 1500, LONGEST_PAYLOAD = 1440 };

/* libsrtp: in place, 0 when it worked. */
typedef int srtp_call(void *session, void *data, int *size);

struct plane {
    int socket, stop;
    struct port_view *view;
    srtp_call *unprotect, *unprotect_rtcp, *protect, *protect_rtcp;
    pthread_t thread;
    int running;
    pthread_mutex_t gate;
    pthread_cond_t turn;
    atomic_int waiting, ending;
    struct ring ring;
    struct links links;
    struct sender sender;
    struct inlet *inlets;
    struct outlet *outlets;
    uint64_t forwarded;
    double now; /* Unix seconds, when the packet in hand was taken up */
};

/* Python's side of the gate: the thread lets it in between two packets. */
void plane_enter(struct plane *plane);
void plane_leave(struct plane *plane);

/* Hand something over; 1 if there was room (see ring.h). `urgent` wakes the reader. */
int plane_hand(struct plane *plane, struct record *head, const uint8_t *data, int share, int urgent);

double plane_clock(void);

#endif
