/* What is counted and timed. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H
#include <stdint.h>

struct figures {
    uint64_t sent, received, forged, resent, refused;
};

extern struct figures figures;

/* One packet of this group took so long, ns. */
void figures_delay(int group, uint64_t delay);

#endif
