#include "gaps.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_AT_ONCE = 256 };
/* As in media/feedback.py, which says why. */
static const double FIRST_ASK = 0.008, LONGEST = 1.0, PATIENCE = 0.25;
static const double AGAIN_SHARE = 1.1, AGAIN_MORE = 0.012, SOONEST = 0.02, LATEST = 0.3;

void gaps_free(struct gaps *gaps) {
    free(gaps->table);
    gaps->table = NULL;
    gaps->count = 0;
}

void gaps_clear(struct gaps *gaps) {
    gaps->count = 0;
    gaps->view->missing = 0;
}

int gaps_open(struct gaps *gaps, int64_t first, int64_t last, double now) {
    struct inlet_view *view = gaps->view;
    if (!gaps->table)
        gaps->table = malloc(MOST_MISSING * sizeof *gaps->table);
    if (last - first >= MOST_AT_ONCE || view->missing >= MOST_AT_ONCE || !gaps->table) {
        view->abandoned += (uint64_t)(last - first + 1) + view->missing;
        gaps_clear(gaps);
        return 0;
    }
    int count = 0;
    for (int place = 0; place < gaps->count; place++)
        if (gaps->table[place].number >= 0)
            gaps->table[count++] = gaps->table[place];
    for (int64_t number = first; number <= last; number++)
        gaps->table[count++] = (struct missing){number, now, now + FIRST_ASK};
    gaps->count = count;
    view->missing = (uint32_t)count;
    return 1;
}

void gaps_fill(struct gaps *gaps, int64_t number) {
    for (int place = 0; place < gaps->count; place++)
        if (gaps->table[place].number == number) {
            gaps->table[place].number = -1;
            gaps->view->missing -= 1;
            gaps->view->repaired += 1;
            return;
        }
}

int gaps_due(struct gaps *gaps, double now, double rtt, uint16_t *ask, int *lost) {
    double wait = fmin(fmax(rtt * AGAIN_SHARE + AGAIN_MORE, SOONEST), LATEST);
    int kept = 0, due = 0;
    *lost = 0;
    for (int place = 0; place < gaps->count; place++) {
        struct missing one = gaps->table[place];
        if (one.number < 0)
            continue;
        if (now - one.since > LONGEST) {
            *lost += 1;
            continue;
        }
        if (one.at <= now && due < MOST_ASKED) {
            ask[due++] = (uint16_t)one.number;
            one.at = now + fmax(wait, (now - one.since) * PATIENCE);
        }
        gaps->table[kept++] = one;
    }
    gaps->count = kept;
    gaps->view->missing = (uint32_t)kept;
    gaps->view->asked += (uint64_t)due;
    gaps->view->abandoned += (uint64_t)*lost;
    return due;
}
