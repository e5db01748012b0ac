/* Connections, what they send (sources) and what comes in on them (streams). */
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>

enum {
    CONNECTIONS = 4096,
    SOURCES = 2048,
    STREAMS = 64,
    KEY_EVERY = 90, /* frames */
};

struct stream {
    uint32_t ssrc, last_report; /* middle of the NTP time of the newest sender report, 0: none */
    uint16_t highest;
    uint32_t cycles;
    uint64_t received, expected, report_at;
};

struct connection {
    int fd, group, resent_type, count, open, reporting;
    struct sockaddr_in to;
    void *sending, *receiving; /* SRTP sessions */
    struct stream streams[STREAMS];
    uint64_t seen, next_report;
    uint16_t transport; /* next transport-wide number */
};

struct source {
    int connection, video, payload_type, level_id, time_id, transport_id, on, key;
    uint32_t ssrc, timestamp, packets, octets;
    uint16_t sequence, picture;
    uint64_t next, frames;
};

/* Held by the generator's thread but while it sleeps, and by every call that changes a table. */
extern pthread_mutex_t lock;
extern struct connection connections[CONNECTIONS];
extern struct source sources[SOURCES];
extern int connection_count, source_count;
extern int poller; /* epoll descriptor of all sockets; data.u32 is the connection's number */

void tables_init(void);

/* The stream of this SSRC, a new one from this sequence number on; NULL when there are too many. */
struct stream *stream_of(struct connection *connection, uint32_t ssrc, uint16_t sequence);

#endif
