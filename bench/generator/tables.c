#include "tables.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bytes.h"

enum { MS_NS = 1000000, SPREAD = 7919, SOCKET_BYTES = 4 << 20 };

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
struct connection connections[CONNECTIONS];
struct source sources[SOURCES];
int connection_count, source_count, poller = -1;

void tables_init(void)
{
    poller = epoll_create1(0);
    connection_count = source_count = 0;
}

static int free_connection(void)
{
    int number = 0;
    while (number < connection_count && connections[number].open)
        number++;
    return number;
}

static void open_socket(int number)
{
    int fd = connections[number].fd, one = 1, bytes = SOCKET_BYTES;
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)number};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
}

/* Its number, -1 when there is no room. */
int generator_connection(
    int fd, const char *host, int port, void *sending, void *receiving, int group, int resent_type)
{
    pthread_mutex_lock(&lock);
    int number = free_connection();
    if (number < CONNECTIONS) {
        struct connection *c = &connections[number];
        memset(c, 0, sizeof *c);
        c->fd = fd;
        c->sending = sending;
        c->receiving = receiving;
        c->group = group;
        c->resent_type = resent_type;
        c->open = 1;
        c->next_report = now_ns() + (uint64_t)(number * SPREAD % 1000) * MS_NS;
        c->to.sin_family = AF_INET;
        c->to.sin_port = htons((uint16_t)port);
        inet_pton(AF_INET, host, &c->to.sin_addr);
        open_socket(number);
        if (number == connection_count)
            connection_count++;
    }
    pthread_mutex_unlock(&lock);
    return number < CONNECTIONS ? number : -1;
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
        struct source *s = &sources[number];
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
    struct source *s = &sources[number];
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

struct stream *stream_of(struct connection *c, uint32_t ssrc, uint16_t sequence)
{
    for (int i = 0; i < c->count; i++)
        if (c->streams[i].ssrc == ssrc)
            return &c->streams[i];
    if (c->count == STREAMS)
        return NULL;
    struct stream *s = &c->streams[c->count++];
    memset(s, 0, sizeof *s);
    s->ssrc = ssrc;
    s->highest = (uint16_t)(sequence - 1);
    return s;
}
