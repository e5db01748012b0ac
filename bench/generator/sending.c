#include "sending.h"

#include <string.h>

#include "bytes.h"
#include "figures.h"
#include "keys.h"
#include "tables.h"

enum {
    AUDIO_NS = 20000000,
    VIDEO_NS = 33333333,
    AUDIO_BYTES = 120,
    KEY_PACKETS = 12,
    DELTA_PACKETS = 2,
    CATCH_UP = 8,
};

static void send_packet(struct source *s, int length, int marker, uint8_t *packet, uint64_t now)
{
    struct connection *c = &connections[s->connection];
    packet[1] = (uint8_t)(s->payload_type | (marker ? 0x80 : 0));
    put16(packet + 2, s->sequence++);
    put32(packet + 4, s->timestamp);
    put32(packet + 8, s->ssrc);
    memcpy(packet + length - 12, "MARK", 4);
    memcpy(packet + length - 8, &now, 8);
    s->packets++;
    s->octets += (uint32_t)length - 12;
    if (protect(c->sending, packet, &length))
        return;
    if (sendto(c->fd, packet, (size_t)length, MSG_DONTWAIT, (void *)&c->to, sizeof c->to) > 0)
        figures.sent++;
    else
        figures.refused++;
}

/* The header extension (RFC 8285) behind the fixed header; where the payload begins. */
static int extend(struct source *s, uint8_t *packet, uint64_t now)
{
    int at = 16;
    if (s->level_id) {
        packet[at++] = (uint8_t)(s->level_id << 4);
        packet[at++] = 40;
    }
    if (s->time_id) {
        /* Seconds in 6.18 fixed point, wrapping at 64: times 2^18 / 10^9. */
        uint64_t value = ((now % 64000000000u) << 9) / 1953125u;
        packet[at++] = (uint8_t)(s->time_id << 4 | 2);
        packet[at++] = (uint8_t)(value >> 16);
        packet[at++] = (uint8_t)(value >> 8);
        packet[at++] = (uint8_t)value;
    }
    if (s->transport_id) {
        packet[at++] = (uint8_t)(s->transport_id << 4 | 1);
        put16(packet + at, connections[s->connection].transport++);
        at += 2;
    }
    if (at == 16)
        return 12;
    at = (at + 3) & ~3;
    packet[0] |= 0x10;
    put16(packet + 12, 0xbede);
    put16(packet + 14, (uint32_t)(at - 16) / 4);
    return at;
}

static void send_audio(struct source *s)
{
    uint8_t packet[DATAGRAM] = {0x80};
    uint64_t now = now_ns();
    s->timestamp += 960;
    send_packet(s, extend(s, packet, now) + AUDIO_BYTES, 0, packet, now);
}

static void send_video(struct source *s)
{
    int key = s->frames++ % KEY_EVERY == 0 || s->key, count = key ? KEY_PACKETS : DELTA_PACKETS;
    s->key = 0;
    s->timestamp += 3000;
    s->picture = (s->picture + 1) & 0x7fff;
    for (int i = 0; i < count; i++) {
        uint8_t packet[DATAGRAM] = {0x80};
        uint64_t now = now_ns();
        int at = extend(s, packet, now);
        /* Descriptor with a 15-bit picture id, then the first byte of the frame: P bit clear in key frames. */
        const uint8_t head[5] = {(uint8_t)(i ? 0x80 : 0x90), 0x80, (uint8_t)(0x80 | s->picture >> 8),
                                 (uint8_t)s->picture, (uint8_t)!key};
        memcpy(packet + at, head, sizeof head);
        send_packet(s, at + VIDEO_BYTES, i == count - 1, packet, now);
    }
}

void sending_due(uint64_t now)
{
    for (int i = 0; i < source_count; i++) {
        struct source *s = &sources[i];
        if (!s->on)
            continue;
        for (int behind = 0; s->next <= now && behind < CATCH_UP; behind++) {
            if (s->video)
                send_video(s);
            else
                send_audio(s);
            s->next += s->video ? VIDEO_NS : AUDIO_NS;
        }
    }
}
