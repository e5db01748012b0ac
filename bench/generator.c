/* Load for bench/forward.py: sends synthetic VP8 and Opus RTP on time and measures what comes back.
 *
 * Python makes the connections (ICE, DTLS) and hands over socket and SRTP state of each; from then on
 * one thread here does all sending and receiving. Each packet carries its time of sending in its
 * (encrypted) last bytes; every eighth packet received is decrypted and checked, and its delay is the
 * kernel's time of arrival minus that time. Datagrams that are not RTP go back to Python by a ring.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef int (*srtp_fn)(void *session, void *packet, int *length);

enum {
    CONNECTIONS = 2048,
    STREAMS = 64,
    BATCH = 64,
    DATAGRAM = 2048,
    BINS = 20000, /* of 50 us: one second */
    BIN_NS = 50000,
    RING = 4096,
    SAMPLE = 8,
    AUDIO_NS = 20000000,
    VIDEO_NS = 33333333,
    AUDIO_BYTES = 120,
    VIDEO_BYTES = 1050,
    KEY_EVERY = 60,
    KEY_PACKETS = 12,
    DELTA_PACKETS = 2,
    PAUSE_US = 500,
};

typedef struct {
    uint32_t ssrc;
    uint16_t highest;
    uint64_t received, expected;
} stream_t;

typedef struct {
    int fd;
    struct sockaddr_in to;
    void *sending, *receiving;
    stream_t streams[STREAMS];
    int count;
    uint64_t seen;
} connection_t;

typedef struct {
    int connection, payload_type, level_id;
    uint32_t ssrc, timestamp;
    uint16_t sequence, picture;
    uint64_t next, frames;
} source_t;

static srtp_fn protect, unprotect;
static connection_t connections[CONNECTIONS];
static source_t sources[2][CONNECTIONS]; /* audio, video */
static int connection_count, source_count[2], poller = -1;
static volatile int stopping, running;
static uint64_t delays[BINS + 1], sent, received, forged;
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

void generator_init(void *protect_fn, void *unprotect_fn)
{
    protect = (srtp_fn)protect_fn;
    unprotect = (srtp_fn)unprotect_fn;
    poller = epoll_create1(0);
}

int generator_connection(int fd, const char *host, int port, void *sending, void *receiving)
{
    if (connection_count == CONNECTIONS)
        return -1;
    connection_t *c = &connections[connection_count];
    memset(c, 0, sizeof *c);
    c->fd = fd;
    c->sending = sending;
    c->receiving = receiving;
    c->to.sin_family = AF_INET;
    c->to.sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, host, &c->to.sin_addr);
    int one = 1, bytes = 4 << 20;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)connection_count};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    return connection_count++;
}

void generator_source(int video, int connection, uint32_t ssrc, int payload_type, int level_id, uint64_t phase)
{
    source_t *s = &sources[video][source_count[video]];
    memset(s, 0, sizeof *s);
    s->connection = connection;
    s->ssrc = ssrc;
    s->payload_type = payload_type;
    s->level_id = level_id;
    s->sequence = (uint16_t)(ssrc & 0x3fff);
    s->next = now_ns() + phase;
    source_count[video]++;
}

void generator_reset(void)
{
    memset(delays, 0, sizeof delays);
    sent = received = forged = 0;
    for (int i = 0; i < connection_count; i++)
        for (int j = 0; j < connections[i].count; j++)
            connections[i].streams[j].received = connections[i].streams[j].expected = 0;
}

/* out: sent, received, expected by the sequence numbers seen, forged */
void generator_totals(uint64_t *out)
{
    uint64_t expected = 0;
    for (int i = 0; i < connection_count; i++)
        for (int j = 0; j < connections[i].count; j++)
            expected += connections[i].streams[j].expected;
    out[0] = sent;
    out[1] = received;
    out[2] = expected;
    out[3] = forged;
}

void generator_delays(uint64_t *out) { memcpy(out, delays, sizeof delays); }

/* One datagram that is not RTP; its length, 0 when there is none. */
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
}

static void put32(uint8_t *at, uint32_t value)
{
    value = htonl(value);
    memcpy(at, &value, 4);
}

static void send_packet(source_t *s, int length, int marker, uint8_t *packet)
{
    connection_t *c = &connections[s->connection];
    uint64_t now = now_ns();
    packet[1] = (uint8_t)(s->payload_type | (marker ? 0x80 : 0));
    packet[2] = (uint8_t)(s->sequence >> 8);
    packet[3] = (uint8_t)s->sequence;
    s->sequence++;
    put32(packet + 4, s->timestamp);
    put32(packet + 8, s->ssrc);
    memcpy(packet + length - 12, "MARK", 4);
    memcpy(packet + length - 8, &now, 8);
    if (protect(c->sending, packet, &length))
        return;
    if (sendto(c->fd, packet, (size_t)length, MSG_DONTWAIT, (void *)&c->to, sizeof c->to) > 0)
        sent++;
}

static void send_audio(source_t *s)
{
    uint8_t packet[DATAGRAM] = {0x80};
    int at = 12;
    if (s->level_id) {
        const uint8_t extension[8] = {0xbe, 0xde, 0, 1, (uint8_t)(s->level_id << 4), 40, 0, 0};
        packet[0] = 0x90;
        memcpy(packet + at, extension, sizeof extension);
        at += (int)sizeof extension;
    }
    s->timestamp += 960;
    send_packet(s, at + AUDIO_BYTES, 0, packet);
}

static void send_video(source_t *s)
{
    int key = s->frames++ % KEY_EVERY == 0, count = key ? KEY_PACKETS : DELTA_PACKETS;
    s->timestamp += 3000;
    s->picture = (s->picture + 1) & 0x7fff;
    for (int i = 0; i < count; i++) {
        uint8_t packet[DATAGRAM] = {0x80};
        /* Descriptor with a 15-bit picture id, then the first byte of the frame: P bit clear in key frames. */
        const uint8_t head[5] = {(uint8_t)(i ? 0x80 : 0x90), 0x80, (uint8_t)(0x80 | s->picture >> 8),
                                 (uint8_t)s->picture, (uint8_t)!key};
        memcpy(packet + 12, head, sizeof head);
        send_packet(s, 12 + VIDEO_BYTES, i == count - 1, packet);
    }
}

static stream_t *stream_of(connection_t *c, uint32_t ssrc, uint16_t sequence)
{
    for (int i = 0; i < c->count; i++)
        if (c->streams[i].ssrc == ssrc)
            return &c->streams[i];
    if (c->count == STREAMS)
        return NULL;
    stream_t *s = &c->streams[c->count++];
    s->ssrc = ssrc;
    s->highest = (uint16_t)(sequence - 1);
    s->received = s->expected = 0;
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
    uint64_t bin = at > then ? (at - then) / BIN_NS : 0;
    delays[bin > BINS ? BINS : bin]++;
}

static void take(int number, uint8_t *data, int length, struct msghdr *message)
{
    connection_t *c = &connections[number];
    if (length < 12)
        return;
    if (data[0] < 128 || data[0] > 191 || (data[1] >= 192 && data[1] < 224)) {
        if (ring_tail - ring_head < RING) {
            uint32_t at = ring_tail % RING;
            ring[at].connection = number;
            ring[at].length = length;
            memcpy(ring[at].data, data, (size_t)length);
            __sync_synchronize();
            ring_tail++;
        }
        return;
    }
    uint32_t ssrc = (uint32_t)data[8] << 24 | (uint32_t)data[9] << 16 | (uint32_t)data[10] << 8 | data[11];
    uint16_t sequence = (uint16_t)(data[2] << 8 | data[3]);
    stream_t *s = stream_of(c, ssrc, sequence);
    received++;
    if (!s)
        return;
    int16_t step = (int16_t)(sequence - s->highest);
    s->received++;
    if (step > 0) {
        s->expected += (uint64_t)step;
        s->highest = sequence;
    }
    if (++c->seen % SAMPLE == 0)
        measure(c, data, length, arrival(message));
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

void generator_run(void)
{
    struct epoll_event events[256];
    running = 1;
    stopping = 0;
    while (!stopping) {
        uint64_t now = now_ns();
        for (int video = 0; video < 2; video++)
            for (int i = 0; i < source_count[video]; i++) {
                source_t *s = &sources[video][i];
                for (int behind = 0; s->next <= now && behind < 8; behind++) {
                    if (video)
                        send_video(s);
                    else
                        send_audio(s);
                    s->next += video ? VIDEO_NS : AUDIO_NS;
                }
            }
        /* Sleep, then look: waiting in epoll would charge the server for waking us at every packet, and
           the delay is taken from the kernel's time of arrival anyway. */
        usleep(PAUSE_US);
        int count = epoll_wait(poller, events, 256, 0);
        for (int i = 0; i < count; i++)
            drain((int)events[i].data.u32);
    }
    running = 0;
}
