/* Protected datagrams on their way into the socket, a handful per system call. */
#ifndef MEDIA_NATIVE_SENDER_H
#define MEDIA_NATIVE_SENDER_H
#include <stdint.h>
#include <sys/socket.h>

#include "link.h"

enum { BATCH = 32, ROOM = 1984 };

struct sender {
    int socket, count;
    struct port_view *view;
    struct mmsghdr messages[BATCH];
    struct iovec pieces[BATCH];
    uint8_t buffers[BATCH][ROOM];
};

void sender_init(struct sender *sender, int socket, struct port_view *view);

/* Where the next datagram may be written; sends what waits when there is no room. */
uint8_t *sender_buffer(struct sender *sender);

/* The datagram in that buffer goes to this link, whose address stays where it is until the next flush. */
void sender_add(struct sender *sender, struct link *link, int size);

/* A full socket buffer drops datagrams, as the network would. */
void sender_flush(struct sender *sender);

#endif
