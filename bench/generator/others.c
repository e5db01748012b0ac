#include "others.h"

#include <string.h>

#include "bytes.h"

enum { RING = 8192 };

/* One thread puts, one fetches. */
static struct {
    int connection, length;
    uint8_t data[DATAGRAM];
} ring[RING];
static volatile uint32_t head, tail;

void others_init(void) { head = tail = 0; }

void others_put(int connection, const uint8_t *data, int length)
{
    if (tail - head >= RING)
        return;
    uint32_t at = tail % RING;
    ring[at].connection = connection;
    ring[at].length = length;
    memcpy(ring[at].data, data, (size_t)length);
    __sync_synchronize();
    tail++;
}

/* One such datagram; its length, 0 when there is none. */
int generator_other(int *connection, uint8_t *data)
{
    if (head == tail)
        return 0;
    uint32_t at = head % RING;
    int length = ring[at].length;
    *connection = ring[at].connection;
    memcpy(data, ring[at].data, (size_t)length);
    __sync_synchronize();
    head++;
    return length;
}
