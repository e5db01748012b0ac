#include "sender.h"

#include <string.h>

void sender_init(struct sender *sender, int socket, struct port_view *view) {
    memset(sender->messages, 0, sizeof sender->messages);
    sender->socket = socket;
    sender->view = view;
    sender->count = 0;
    for (int place = 0; place < BATCH; place++) {
        sender->pieces[place].iov_base = sender->buffers[place];
        sender->messages[place].msg_hdr.msg_iov = &sender->pieces[place];
        sender->messages[place].msg_hdr.msg_iovlen = 1;
    }
}

uint8_t *sender_buffer(struct sender *sender) {
    if (sender->count == BATCH)
        sender_flush(sender);
    return sender->buffers[sender->count];
}

void sender_add(struct sender *sender, struct link *link, int size) {
    struct msghdr *head = &sender->messages[sender->count].msg_hdr;
    head->msg_name = link->address.bytes;
    head->msg_namelen = link->address.size;
    sender->pieces[sender->count++].iov_len = (size_t)size;
}

void sender_flush(struct sender *sender) {
    int at = 0;
    while (at < sender->count) {
        int left = sendmmsg(sender->socket, sender->messages + at, (unsigned)(sender->count - at), MSG_DONTWAIT);
        if (left > 0) {
            sender->view->packets_out += (uint64_t)left;
            at += left;
        } else {
            sender->view->send_failed += 1;
            at += 1;
        }
    }
    sender->count = 0;
}
