/* The packets one stream misses: asked for with a retry timer, given up after a second. */
#ifndef MEDIA_NATIVE_GAPS_H
#define MEDIA_NATIVE_GAPS_H
#include <stdint.h>

#include "api.h"

enum { MOST_MISSING = 512, MOST_ASKED = 128 };

struct missing {
    int64_t number; /* -1: came meanwhile */
    double since, at;
};

struct gaps {
    struct missing *table; /* NULL before the first gap */
    int count;             /* places in use, in the order they were opened */
    struct inlet_view *view;
};

void gaps_free(struct gaps *gaps);
void gaps_clear(struct gaps *gaps);

/* Packets `first` to `last` did not come; 0 when so many are gone that asking is pointless. */
int gaps_open(struct gaps *gaps, int64_t first, int64_t last, double now);

/* A late packet came. */
void gaps_fill(struct gaps *gaps, int64_t number);

int gaps_due(struct gaps *gaps, double now, double rtt, uint16_t *ask, int *lost);

#endif
