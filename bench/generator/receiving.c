#include "receiving.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "bytes.h"
#include "figures.h"
#include "keys.h"
#include "others.h"
#include "reports.h"
#include "sending.h"
#include "tables.h"

enum { BATCH = 64 };

static int sample, lost_per_million;
static uint32_t lottery = 2463534242u;

void receiving_tune(int every, int lost)
{
    sample = every;
    lost_per_million = lost;
}

static uint64_t arrival(struct msghdr *message)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h; h = CMSG_NXTHDR(message, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(h), sizeof t);
            return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
        }
    return now_ns();
}

static void measure(struct connection *c, uint8_t *data, int length, uint64_t at)
{
    if (unprotect(c->receiving, data, &length) || length < 24 || memcmp(data + length - 12, "MARK", 4)) {
        figures.forged++;
        return;
    }
    uint64_t then;
    memcpy(&then, data + length - 8, 8);
    figures_delay(c->group, at > then ? at - then : 0);
}

static int drawn(void)
{
    lottery ^= lottery << 13;
    lottery ^= lottery >> 17;
    lottery ^= lottery << 5;
    return (int)(lottery % 1000000u) < lost_per_million;
}

static void take_rtp(struct connection *c, uint8_t *data, int length, struct msghdr *message)
{
    uint32_t ssrc = get32(data + 8);
    uint16_t sequence = (uint16_t)get16(data + 2);
    if ((data[1] & 127) == c->resent_type) {
        figures.resent++;
        return;
    }
    struct stream *s = stream_of(c, ssrc, sequence);
    figures.received++;
    if (!s)
        return;
    int16_t step = (int16_t)(sequence - s->highest);
    s->received++;
    if (step > 0) {
        s->expected += (uint64_t)step;
        s->cycles += sequence < s->highest;
        s->highest = sequence;
    }
    /* As browsers do, only video is asked for again. */
    if (lost_per_million && length > VIDEO_BYTES && drawn())
        reports_ask_again(c, ssrc, sequence);
    if (++c->seen % (unsigned)sample == 0)
        measure(c, data, length, arrival(message));
}

/* Told apart as in RFC 7983 and RFC 5761. */
static void take(int number, uint8_t *data, int length, struct msghdr *message)
{
    if (length < 12)
        return;
    if (data[0] < 128 || data[0] > 191)
        others_put(number, data, length);
    else if (data[1] >= 192 && data[1] < 224)
        reports_take(number, data, length);
    else
        take_rtp(&connections[number], data, length, message);
}

void receiving_drain(int number)
{
    static uint8_t data[BATCH][DATAGRAM], control[BATCH][128];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    int count = BATCH;
    while (count == BATCH) {
        memset(messages, 0, sizeof messages);
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){data[i], DATAGRAM};
            messages[i].msg_hdr.msg_iov = &parts[i];
            messages[i].msg_hdr.msg_iovlen = 1;
            messages[i].msg_hdr.msg_control = control[i];
            messages[i].msg_hdr.msg_controllen = sizeof control[i];
        }
        count = recvmmsg(connections[number].fd, messages, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++)
            take(number, data[i], (int)messages[i].msg_len, &messages[i].msg_hdr);
    }
}
