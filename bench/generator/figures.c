#include "figures.h"

#include <string.h>

#include "tables.h"

enum {
    BINS = 20000, /* of 50 us: one second */
    BIN_NS = 50000,
    GROUPS = 512,
};

struct figures figures;
static uint64_t delays[BINS + 1], worst[GROUPS];

void figures_delay(int group, uint64_t delay)
{
    uint64_t bin = delay / BIN_NS;
    delays[bin > BINS ? BINS : bin]++;
    if (delay > worst[group % GROUPS])
        worst[group % GROUPS] = delay;
}

void generator_reset(void)
{
    pthread_mutex_lock(&lock);
    memset(delays, 0, sizeof delays);
    memset(worst, 0, sizeof worst);
    memset(&figures, 0, sizeof figures);
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
    out[0] = figures.sent;
    out[1] = figures.received;
    out[2] = expected;
    out[3] = figures.forged;
    out[4] = figures.resent;
    out[5] = figures.refused;
    pthread_mutex_unlock(&lock);
}

void generator_delays(uint64_t *out) { memcpy(out, delays, sizeof delays); }

/* The longest delay of each group of connections, ns. */
void generator_worst(uint64_t *out) { memcpy(out, worst, sizeof worst); }
