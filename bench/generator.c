/* Load for the forwarding benchmarks: sends synthetic VP8 and Opus RTP on time and measures what comes back.
 *
 * Python makes the connections (ICE, DTLS) and hands over socket and SRTP state of each; from then on one
 * thread here sends and receives all RTP and RTCP: packets with audio level, send time and transport-wide
 * number, sender reports and receiver reports once a second, key frames when asked for, and (if told so)
 * requests for packets of video as if they had been lost. Each packet carries its time of sending in its (encrypted)
 * last bytes; every n-th packet received is decrypted and checked, and its delay is the kernel's time of
 * arrival minus that time. Datagrams that are neither RTP nor RTCP go back to Python by a ring.
 *
 * `lock` is held by the thread but while it sleeps, and by every call that changes a table.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef int (*srtp_fn)(void *session, void *packet, int *length);

enum {
    CONNECTIONS = 4096,
    SOURCES = 2048,
    STREAMS = 64,
    GROUPS = 512,
    BATCH = 64,
    DATAGRAM = 2048,
    BINS = 20000, /* of 50 us: one second */
    BIN_NS = 50000,
    RING = 8192,
    AUDIO_NS = 20000000,
    VIDEO_NS = 33333333,
    AUDIO_BYTES = 120,
    VIDEO_BYTES = 1050,
    KEY_EVERY = 90,
    KEY_PACKETS = 12,
    DELTA_PACKETS = 2,
    CATCH_UP = 8,
    PAUSE_US = 500,
    REPORT_NS = 1000000000,
    REPORT_BLOCKS = 31,
    ESTIMATE = 20000000, /* bit/s that every receiver says its line bears */
    OUR_SSRC = 1,
};

typedef struct {
    uint32_t ssrc, last_report; /* middle of the NTP time of the newest sender report, 0: none */
    uint16_t highest;
    uint32_t cycles;
    uint64_t received, expected, report_at;
} stream_t;

typedef struct {
    int fd, group, resent_type, count, open, reporting;
    struct sockaddr_in to;
    void *sending, *receiving;
    stream_t streams[STREAMS];
    uint64_t seen, next_report;
    uint16_t transport;
} connection_t;

typedef struct {
    int connection, video, payload_type, level_id, time_id, transport_id, on, key;
    uint32_t ssrc, timestamp, packets, octets;
    uint16_t sequence, picture;
    uint64_t next, frames;
} source_t;

static srtp_fn protect, unprotect, protect_rtcp, unprotect_rtcp;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static connection_t connections[CONNECTIONS];
static source_t sources[SOURCES];
static int connection_count, source_count, poller = -1;
static volatile int stopping, running;
static int sample = 8, lost_per_million;
static uint64_t delays[BINS + 1], worst[GROUPS], sent, received, forged, resent, refused;
static uint32_t lottery = 2463534242u;
static struct {
    int connection, length;
    uint8_t data[DATAGRAM];
} ring[RING];
static volatile uint32_t ring_head, ring_tail;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    value = htonl(value);
    memcpy(at, &value, 4);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* ---- calls */

/* functions: srtp_protect, srtp_unprotect, srtp_protect_rtcp, srtp_unprotect_rtcp */
void generator_init(void **functions)
{
    protect = (srtp_fn)functions[0];
    unprotect = (srtp_fn)functions[1];
    protect_rtcp = (srtp_fn)functions[2];
    unprotect_rtcp = (srtp_fn)functions[3];
    poller = epoll_create1(0);
    connection_count = source_count = 0;
    sample = 8;
    lost_per_million = 0;
    ring_head = ring_tail = 0;
}

void generator_tune(int every, int lost)
{
    sample = every;
    lost_per_million = lost;
}

int generator_connection(
    int fd, const char *host, int port, void *sending, void *receiving, int group, int resent_type)
{
    pthread_mutex_lock(&lock);
    int number = 0;
    while (number < connection_count && connections[number].open)
        number++;
    if (number == CONNECTIONS) {
        pthread_mutex_unlock(&lock);
        return -1;
    }
    connection_t *c = &connections[number];
    memset(c, 0, sizeof *c);
    c->fd = fd;
    c->sending = sending;
    c->receiving = receiving;
    c->group = group;
    c->resent_type = resent_type;
    c->open = 1;
    c->next_report = now_ns() + (uint64_t)(number * 7919 % 1000) * 1000000u;
    c->to.sin_family = AF_INET;
    c->to.sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, host, &c->to.sin_addr);
    int one = 1, bytes = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)number};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    if (number == connection_count)
        connection_count++;
    pthread_mutex_unlock(&lock);
    return number;
}

/* The connection and its sources are over; its descriptor and keys may be closed when this returned. */
void generator_remove(int number)
{
    pthread_mutex_lock(&lock);
    epoll_ctl(poller, EPOLL_CTL_DEL, connections[number].fd, NULL);
    connections[number].open = 0;
    for (int i = 0; i < source_count; i++)
        if (sources[i].connection == number)
            sources[i].connection = -1, sources[i].on = 0;
    pthread_mutex_unlock(&lock);
}

/* ids: payload type, audio level, absolute send time, transport-wide number (0: without) */
int generator_source(int video, int connection, uint32_t ssrc, const int *ids)
{
    pthread_mutex_lock(&lock);
    int number = 0;
    while (number < source_count && sources[number].connection >= 0)
        number++;
    if (number < SOURCES) {
        source_t *s = &sources[number];
        memset(s, 0, sizeof *s);
        s->connection = connection;
        s->video = video;
        s->ssrc = ssrc;
        s->payload_type = ids[0];
        s->level_id = ids[1];
        s->time_id = ids[2];
        s->transport_id = ids[3];
        s->sequence = (uint16_t)(ssrc & 0x3fff);
        if (number == source_count)
            source_count++;
    }
    pthread_mutex_unlock(&lock);
    return number < SOURCES ? number : -1;
}

/* A source starts, `phase` ns from now and with a key frame, or falls silent. */
void generator_turn(int number, int on, uint64_t phase)
{
    pthread_mutex_lock(&lock);
    source_t *s = &sources[number];
    if (on && !s->on) {
        s->next = now_ns() + phase;
        s->key = 1;
        /* The key frames of many senders come at different times. */
        s->frames = (uint64_t)(number * 37 % KEY_EVERY);
    }
    s->on = on;
    connections[s->connection].reporting = on;
    pthread_mutex_unlock(&lock);
}

/* A receiver reports what comes, or keeps quiet. */
void generator_reports(int number, int on)
{
    pthread_mutex_lock(&lock);
    connections[number].reporting = on;
    pthread_mutex_unlock(&lock);
}

void generator_reset(void)
{
    pthread_mutex_lock(&lock);
    memset(delays, 0, sizeof delays);
    memset(worst, 0, sizeof worst);
    sent = received = forged = resent = refused = 0;
    for (int i = 0; i < connection_count; i++)
        for (int j = 0; j < connections[i].count; j++)
            connections[i].streams[j].received = connections[i].streams[j].expected = 0;
    pthread_mutex_unlock(&lock);
}

/* out: sent, received, expected by the sequence numbers seen, forged, sent again by the server, not sent */
void generator_totals(uint64_t *out)
{
    uint64_t expected = 0;
    pthread_mutex_lock(&lock);
    for (int i = 0; i < connection_count; i++)
        for (int j = 0; connections[i].open && j < connections[i].count; j++)
            expected += connections[i].streams[j].expected;
    out[0] = sent;
    out[1] = received;
    out[2] = expected;
    out[3] = forged;
    out[4] = resent;
    out[5] = refused;
    pthread_mutex_unlock(&lock);
}

void generator_delays(uint64_t *out) { memcpy(out, delays, sizeof delays); }

/* The longest delay of each group of connections, ns. */
void generator_worst(uint64_t *out) { memcpy(out, worst, sizeof worst); }

/* One datagram that is neither RTP nor RTCP; its length, 0 when there is none. */
int generator_other(int *connection, uint8_t *data)
{
    if (ring_head == ring_tail)
        return 0;
    uint32_t at = ring_head % RING;
    int length = ring[at].length;
    *connection = ring[at].connection;
    memcpy(data, ring[at].data, (size_t)length);
    __sync_synchronize();
    ring_head++;
    return length;
}

void generator_stop(void)
{
    stopping = 1;
    while (running)
        usleep(1000);
    close(poller);
}

/* ---- sending */

static void send_packet(source_t *s, int length, int marker, uint8_t *packet, uint64_t now)
{
    connection_t *c = &connections[s->connection];
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
        sent++;
    else
        refused++;
}

/* The header extension (RFC 8285) behind the fixed header; where the payload begins. */
static int extend(source_t *s, uint8_t *packet, uint64_t now)
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

static void send_audio(source_t *s)
{
    uint8_t packet[DATAGRAM] = {0x80};
    uint64_t now = now_ns();
    s->timestamp += 960;
    send_packet(s, extend(s, packet, now) + AUDIO_BYTES, 0, packet, now);
}

static void send_video(source_t *s)
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

static void send_rtcp(connection_t *c, uint8_t *packet, int length)
{
    if (!protect_rtcp(c->sending, packet, &length))
        (void)!sendto(c->fd, packet, (size_t)length, MSG_DONTWAIT, (void *)&c->to, sizeof c->to);
}

static int head(uint8_t *at, int count, int kind, int words)
{
    at[0] = (uint8_t)(0x80 | count);
    at[1] = (uint8_t)kind;
    put16(at + 2, (uint32_t)words);
    return 4;
}

static void ntp(uint64_t now, uint8_t *at)
{
    put32(at, (uint32_t)(now / 1000000000u + 2208988800u));
    put32(at + 4, (uint32_t)(((now % 1000000000u) << 32) / 1000000000u));
}

/* Sender report and description of one source (RFC 3550 6.4.1, 6.5). */
static int sender_report(source_t *s, uint8_t *at, uint64_t now)
{
    head(at, 0, 200, 6);
    put32(at + 4, s->ssrc);
    ntp(now, at + 8);
    put32(at + 16, s->timestamp);
    put32(at + 20, s->packets);
    put32(at + 24, s->octets);
    head(at + 28, 1, 202, 4);
    put32(at + 32, s->ssrc);
    memcpy(at + 36, "\x01\x08generate\0\0", 12);
    return 48;
}

/* A clean line, whatever came: what one overload did must not be carried into the next measurement. */
static void report_block(stream_t *s, uint8_t *at, uint64_t now)
{
    put32(at, s->ssrc);
    put32(at + 4, 0);
    put32(at + 8, s->cycles << 16 | s->highest);
    put32(at + 12, 90);
    put32(at + 16, s->last_report);
    put32(at + 20, s->last_report ? (uint32_t)(((now - s->report_at) << 16) / 1000000000u) : 0);
}

/* Receiver report of all streams and the estimate (RFC 3550 6.4.2, draft-alvestrand-rmcat-remb). */
static void receiver_report(connection_t *c, uint64_t now)
{
    uint8_t packet[DATAGRAM];
    int blocks = c->count < REPORT_BLOCKS ? c->count : REPORT_BLOCKS, at = 8;
    head(packet, blocks, 201, 1 + 6 * blocks);
    put32(packet + 4, OUR_SSRC);
    for (int i = 0; i < blocks; i++, at += 24)
        report_block(&c->streams[i], packet + at, now);
    head(packet + at, 15, 206, 4 + blocks);
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
    connection_t *c = &connections[number];
    uint8_t packet[DATAGRAM];
    int size = 0;
    c->next_report += REPORT_NS;
    if (c->next_report < now)
        c->next_report = now + REPORT_NS;
    if (!c->reporting)
        return;
    if (c->count) {
        receiver_report(c, now);
        return;
    }
    for (int i = 0; i < source_count && size < 1000; i++)
        if (sources[i].connection == number && sources[i].packets)
            size += sender_report(&sources[i], packet + size, now);
    if (size)
        send_rtcp(c, packet, size);
}

static void ask_again(connection_t *c, uint32_t ssrc, uint16_t sequence)
{
    uint8_t packet[DATAGRAM];
    head(packet, 0, 201, 1);
    put32(packet + 4, OUR_SSRC);
    head(packet + 8, 1, 205, 3);
    put32(packet + 12, OUR_SSRC);
    put32(packet + 16, ssrc);
    put16(packet + 20, sequence);
    put16(packet + 22, 0);
    send_rtcp(c, packet, 24);
}

/* ---- receiving */

static stream_t *stream_of(connection_t *c, uint32_t ssrc, uint16_t sequence)
{
    for (int i = 0; i < c->count; i++)
        if (c->streams[i].ssrc == ssrc)
            return &c->streams[i];
    if (c->count == STREAMS)
        return NULL;
    stream_t *s = &c->streams[c->count++];
    memset(s, 0, sizeof *s);
    s->ssrc = ssrc;
    s->highest = (uint16_t)(sequence - 1);
    return s;
}

static uint64_t arrival(struct msghdr *message)
{
    for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h; h = CMSG_NXTHDR(message, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(h), sizeof t);
            return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
        }
    return now_ns();
}

static void measure(connection_t *c, uint8_t *data, int length, uint64_t at)
{
    if (unprotect(c->receiving, data, &length) || length < 24 || memcmp(data + length - 12, "MARK", 4)) {
        forged++;
        return;
    }
    uint64_t then;
    memcpy(&then, data + length - 8, 8);
    uint64_t delay = at > then ? at - then : 0, bin = delay / BIN_NS;
    delays[bin > BINS ? BINS : bin]++;
    if (delay > worst[c->group % GROUPS])
        worst[c->group % GROUPS] = delay;
}

/* Sender reports date our own reports; key frames are sent when they are asked for. */
static void take_rtcp(int number, uint8_t *data, int length)
{
    connection_t *c = &connections[number];
    if (unprotect_rtcp(c->receiving, data, &length))
        return;
    for (int at = 0; at + 12 <= length; at += 4 + 4 * (data[at + 2] << 8 | data[at + 3])) {
        int kind = data[at + 1], count = data[at] & 31;
        if (kind == 200 && at + 28 <= length) {
            for (int i = 0; i < c->count; i++)
                if (c->streams[i].ssrc == get32(data + at + 4)) {
                    c->streams[i].last_report = get32(data + at + 10);
                    c->streams[i].report_at = now_ns();
                }
        } else if (kind == 206 && (count == 1 || count == 4)) {
            for (int i = 0; i < source_count; i++)
                if (sources[i].connection == number && sources[i].video)
                    sources[i].key = 1;
        }
    }
}

static void take_rtp(connection_t *c, uint8_t *data, int length, struct msghdr *message)
{
    uint32_t ssrc = get32(data + 8);
    uint16_t sequence = (uint16_t)(data[2] << 8 | data[3]);
    if ((data[1] & 127) == c->resent_type) {
        resent++;
        return;
    }
    stream_t *s = stream_of(c, ssrc, sequence);
    received++;
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
    if (lost_per_million && length > VIDEO_BYTES) {
        lottery ^= lottery << 13;
        lottery ^= lottery >> 17;
        lottery ^= lottery << 5;
        if ((int)(lottery % 1000000u) < lost_per_million)
            ask_again(c, ssrc, sequence);
    }
    if (++c->seen % (unsigned)sample == 0)
        measure(c, data, length, arrival(message));
}

static void take(int number, uint8_t *data, int length, struct msghdr *message)
{
    if (length < 12)
        return;
    if (data[0] >= 128 && data[0] <= 191) {
        if (data[1] >= 192 && data[1] < 224)
            take_rtcp(number, data, length);
        else
            take_rtp(&connections[number], data, length, message);
    } else if (ring_tail - ring_head < RING) {
        uint32_t at = ring_tail % RING;
        ring[at].connection = number;
        ring[at].length = length;
        memcpy(ring[at].data, data, (size_t)length);
        __sync_synchronize();
        ring_tail++;
    }
}

static void drain(int number)
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

static void send_due(uint64_t now)
{
    for (int i = 0; i < source_count; i++) {
        source_t *s = &sources[i];
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
    for (int i = 0; i < connection_count; i++)
        if (connections[i].open && connections[i].next_report <= now)
            report(i, now);
}

void generator_run(void)
{
    static struct epoll_event events[CONNECTIONS];
    running = 1;
    stopping = 0;
    while (!stopping) {
        pthread_mutex_lock(&lock);
        send_due(now_ns());
        pthread_mutex_unlock(&lock);
        /* Sleep, then look: waiting in epoll would charge the server for waking us at every packet, and
           the delay is taken from the kernel's time of arrival anyway. */
        usleep(PAUSE_US);
        pthread_mutex_lock(&lock);
        int count = epoll_wait(poller, events, CONNECTIONS, 0);
        for (int i = 0; i < count; i++)
            drain((int)events[i].data.u32);
        pthread_mutex_unlock(&lock);
    }
    running = 0;
}
