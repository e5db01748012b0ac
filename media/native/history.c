#include "history.h"

#include <stdlib.h>
#include <string.h>

static const double LEAST_SECONDS = 1.5;

void history_init(struct history *history, int video) {
    memset(history, 0, sizeof *history);
    history->size = video ? 512 : 64;
    history->room = video ? 1 << 16 : 1 << 13;
    history->most = video ? 1 << 20 : 1 << 17;
}

void history_free(struct history *history) {
    free(history->ring);
    free(history->bytes);
    history->ring = NULL;
    history->bytes = NULL;
}

void history_clear(struct history *history) {
    for (int place = 0; history->ring && place < history->size; place++)
        history->ring[place].number = -1;
}

static int begin(struct history *history, double now) {
    history->turned_at = now;
    history->ring = malloc((size_t)history->size * sizeof *history->ring);
    history->bytes = malloc(history->room);
    if (!history->ring || !history->bytes) {
        history_free(history);
        return -1;
    }
    history_clear(history);
    return 0;
}

/* Twice the room; every byte keeps its position, and what lay in one piece still does. */
static void grow(struct history *history) {
    uint64_t room = history->room, mask = 2 * room - 1;
    uint8_t *bytes = malloc(room * 2);
    if (!bytes)
        return;
    uint64_t turn = history->head & ~(room - 1), part = history->head - turn;
    memcpy(bytes + (turn & mask), history->bytes, part);
    if (turn >= room) {
        memcpy(bytes + ((turn - room) & mask) + part, history->bytes + part, room - part);
        history->floor = history->head - room;
    }
    free(history->bytes);
    history->bytes = bytes;
    history->room = room * 2;
}

struct kept *history_add(struct history *history, const struct kept *kept, const uint8_t *payload, double now) {
    if (!history->ring && begin(history, now))
        return NULL;
    uint64_t at = history->head & (history->room - 1);
    if (at + kept->size > history->room) {
        if (now - history->turned_at < LEAST_SECONDS && history->room < history->most)
            grow(history);
        at = history->head & (history->room - 1);
        if (at + kept->size > history->room) {
            history->head += history->room - at;
            history->turned_at = now;
            at = 0;
        }
    }
    struct kept *place = &history->ring[kept->number & (history->size - 1)];
    *place = *kept;
    place->position = history->head;
    memcpy(history->bytes + at, payload, kept->size);
    history->head += kept->size;
    return place;
}

const struct kept *history_get(const struct history *history, int64_t number) {
    if (!history->ring || number < 0)
        return NULL;
    const struct kept *kept = &history->ring[number & (history->size - 1)];
    return kept->number == number ? kept : NULL;
}

const uint8_t *history_payload(const struct history *history, const struct kept *kept) {
    uint64_t oldest = history->head > history->room ? history->head - history->room : 0;
    if (kept->position < oldest || kept->position < history->floor)
        return NULL;
    return history->bytes + (kept->position & (history->room - 1));
}
