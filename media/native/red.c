#include "red.h"

#include <string.h>

#include "bytes.h"

enum { LONGEST_OFFSET = (1 << 14) - 1, LONGEST_BLOCK = (1 << 10) - 1 };

int red_parse(const uint8_t *payload, int size, int kind, struct redundant *found) {
    uint32_t words[RED_BLOCKS];
    int at = 0, count = 0;
    while (at < size && payload[at] & 0x80) {
        if (at + 4 > size || count == RED_BLOCKS || (payload[at] & 0x7F) != kind)
            return -1;
        words[count++] = get32(payload + at);
        at += 4;
    }
    if (at >= size || payload[at] != kind)
        return -1;
    at += 1;
    for (int number = 0; number < count; number++) {
        struct riding *one = &found->older[count - 1 - number];
        one->payload = payload + at;
        one->size = (int)(words[number] & LONGEST_BLOCK);
        one->offset = words[number] >> 10 & LONGEST_OFFSET;
        at += one->size;
    }
    if (at > size)
        return -1;
    found->count = count;
    found->primary = payload + at;
    found->primary_size = size - at;
    return 0;
}

int red_begin(uint8_t *into, int kind, uint32_t offset, const uint8_t *older, int size) {
    if (offset < 1 || offset > LONGEST_OFFSET || size < 1 || size > LONGEST_BLOCK)
        return 0;
    put32(into, 1u << 31 | (uint32_t)kind << 24 | offset << 10 | (uint32_t)size);
    into[4] = (uint8_t)kind;
    memcpy(into + RED_OVERHEAD, older, (size_t)size);
    return RED_OVERHEAD + size;
}
