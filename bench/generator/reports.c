#include "reports.h"

#include <string.h>

#include "bytes.h"
#include "keys.h"

enum {
    REPORT_BLOCKS = 31,
    FULL = 1000,         /* bytes: no further sender report goes in */
    ESTIMATE = 20000000, /* bit/s that every receiver says its line bears */
    OUR_SSRC = 1,
    SENDER_REPORT = 200,
    RECEIVER_REPORT = 201,
    DESCRIPTION = 202,
    TRANSPORT_FEEDBACK = 205,
    PAYLOAD_FEEDBACK = 206,
};

static void send_rtcp(struct connection *c, uint8_t *packet, int length)
{
    if (!protect_rtcp(c->sending, packet, &length))
        (void)!sendto(c->fd, packet, (size_t)length, MSG_DONTWAIT, (void *)&c->to, sizeof c->to);
}

static void head(uint8_t *at, int count, int kind, int words)
{
    at[0] = (uint8_t)(0x80 | count);
    at[1] = (uint8_t)kind;
    put16(at + 2, (uint32_t)words);
}

static void ntp(uint64_t now, uint8_t *at)
{
    put32(at, (uint32_t)(now / SECOND_NS + 2208988800u));
    put32(at + 4, (uint32_t)(((now % SECOND_NS) << 32) / SECOND_NS));
}

/* Sender report and description of one source (RFC 3550 6.4.1, 6.5); its length. */
static int sender_report(struct source *s, uint8_t *at, uint64_t now)
{
    head(at, 0, SENDER_REPORT, 6);
    put32(at + 4, s->ssrc);
    ntp(now, at + 8);
    put32(at + 16, s->timestamp);
    put32(at + 20, s->packets);
    put32(at + 24, s->octets);
    head(at + 28, 1, DESCRIPTION, 4);
    put32(at + 32, s->ssrc);
    memcpy(at + 36, "\x01\x08generate\0\0", 12);
    return 48;
}

/* A clean line, whatever came: what one overload did must not be carried into the next measurement. */
static void report_block(struct stream *s, uint8_t *at, uint64_t now)
{
    put32(at, s->ssrc);
    put32(at + 4, 0);
    put32(at + 8, s->cycles << 16 | s->highest);
    put32(at + 12, 90);
    put32(at + 16, s->last_report);
    put32(at + 20, s->last_report ? (uint32_t)(((now - s->report_at) << 16) / SECOND_NS) : 0);
}

/* Receiver report of all streams and the estimate (RFC 3550 6.4.2, draft-alvestrand-rmcat-remb). */
static void receiver_report(struct connection *c, uint64_t now)
{
    uint8_t packet[DATAGRAM];
    int blocks = c->count < REPORT_BLOCKS ? c->count : REPORT_BLOCKS, at = 8;
    head(packet, blocks, RECEIVER_REPORT, 1 + 6 * blocks);
    put32(packet + 4, OUR_SSRC);
    for (int i = 0; i < blocks; i++, at += 24)
        report_block(&c->streams[i], packet + at, now);
    head(packet + at, 15, PAYLOAD_FEEDBACK, 4 + blocks);
    put32(packet + at + 4, OUR_SSRC);
    put32(packet + at + 8, 0);
    memcpy(packet + at + 12, "REMB", 4);
    /* 6 bits of exponent, 18 of mantissa */
    put32(packet + at + 16, (uint32_t)blocks << 24 | 8u << 18 | (ESTIMATE >> 8));
    at += 20;
    for (int i = 0; i < blocks; i++, at += 4)
        put32(packet + at, c->streams[i].ssrc);
    send_rtcp(c, packet, at);
}

static void report(int number, uint64_t now)
{
    struct connection *c = &connections[number];
    uint8_t packet[DATAGRAM];
    int size = 0;
    c->next_report += SECOND_NS;
    if (c->next_report < now)
        c->next_report = now + SECOND_NS;
    if (!c->reporting)
        return;
    if (c->count) {
        receiver_report(c, now);
        return;
    }
    for (int i = 0; i < source_count && size < FULL; i++)
        if (sources[i].connection == number && sources[i].packets)
            size += sender_report(&sources[i], packet + size, now);
    if (size)
        send_rtcp(c, packet, size);
}

void reports_due(uint64_t now)
{
    for (int i = 0; i < connection_count; i++)
        if (connections[i].open && connections[i].next_report <= now)
            report(i, now);
}

void reports_ask_again(struct connection *c, uint32_t ssrc, uint16_t sequence)
{
    uint8_t packet[DATAGRAM];
    head(packet, 0, RECEIVER_REPORT, 1);
    put32(packet + 4, OUR_SSRC);
    head(packet + 8, 1, TRANSPORT_FEEDBACK, 3);
    put32(packet + 12, OUR_SSRC);
    put32(packet + 16, ssrc);
    put16(packet + 20, sequence);
    put16(packet + 22, 0);
    send_rtcp(c, packet, 24);
}

static void take_sender_report(struct connection *c, const uint8_t *at)
{
    for (int i = 0; i < c->count; i++)
        if (c->streams[i].ssrc == get32(at + 4)) {
            c->streams[i].last_report = get32(at + 10);
            c->streams[i].report_at = now_ns();
        }
}

void reports_take(int number, uint8_t *data, int length)
{
    struct connection *c = &connections[number];
    if (unprotect_rtcp(c->receiving, data, &length))
        return;
    for (int at = 0; at + 12 <= length; at += 4 + 4 * (int)get16(data + at + 2)) {
        int kind = data[at + 1], count = data[at] & 31;
        if (kind == SENDER_REPORT && at + 28 <= length)
            take_sender_report(c, data + at);
        else if (kind == PAYLOAD_FEEDBACK && (count == 1 || count == 4)) /* PLI or FIR */
            for (int i = 0; i < source_count; i++)
                if (sources[i].connection == number && sources[i].video)
                    sources[i].key = 1;
    }
}
