#include "rtp.h"

#include "bytes.h"

enum { ONE_BYTE = 0xBEDE, SILENT = 127, NACKS = 205, PICTURES = 206 };

int rtp_parse(const uint8_t *data, int size, int least, struct rtp *found) {
    if (size < 12 || data[0] >> 6 != 2)
        return -1;
    int at = 12 + ((data[0] & 15) << 2);
    found->extension = found->extension_end = 0;
    if (data[0] & 16) {
        if (size < at + 4)
            return -1;
        found->extension = at;
        at += 4 + (get16(data + at + 2) << 2);
        found->extension_end = at;
        if (at > size)
            return -1;
    }
    if (data[0] & 32 && (!least || size > at))
        size -= data[size - 1] ? data[size - 1] : least;
    if (size < at)
        return -1;
    found->marker = data[1] & 128;
    found->kind = data[1] & 127;
    found->sequence = get16(data + 2);
    found->timestamp = get32(data + 4);
    found->payload = at;
    found->end = size;
    return 0;
}

/* One element in two-byte form: where its value lies and how long it is; -1 if it is not there. */
static int two_byte(const uint8_t *data, int at, int end, int id, int *length) {
    while (at < end) {
        if (data[at] == 0) {
            at += 1;
            continue;
        }
        if (at + 2 > end)
            return -1;
        int number = data[at], size = data[at + 1];
        at += 2;
        if (at + size > end)
            return -1;
        if (number == id) {
            *length = size;
            return at;
        }
        at += size;
    }
    return -1;
}

int rtp_level(const uint8_t *data, const struct rtp *header, int id) {
    int at = header->extension, end = header->extension_end, length = 0;
    if (!at || !id)
        return SILENT;
    int profile = get16(data + at);
    at += 4;
    if (profile != ONE_BYTE) {
        at = profile >> 4 == 0x100 ? two_byte(data, at, end, id, &length) : -1;
        return at >= 0 && length > 0 ? data[at] & 127 : SILENT;
    }
    while (at + 1 < end) {
        int head = data[at];
        if (head >> 4 == id)
            return data[at + 1] & 127;
        at += head ? 2 + (head & 15) : 1;
    }
    return SILENT;
}

int rtp_short_element(const uint8_t *data, int size, int id) {
    int at = 12 + ((data[0] & 15) << 2), length = 0;
    if (!(data[0] & 16) || at + 4 > size)
        return -1;
    int profile = get16(data + at), end = at + 4 + (get16(data + at + 2) << 2), wanted = id << 4 | 1;
    if (end > size)
        return -1;
    at += 4;
    if (profile != ONE_BYTE) {
        at = profile >> 4 == 0x100 ? two_byte(data, at, end, id, &length) : -1;
        return at >= 0 && length == 2 ? get16(data + at) : -1;
    }
    while (at + 2 < end) {
        int head = data[at];
        if (head == wanted)
            return get16(data + at + 1);
        at += head ? 2 + (head & 15) : 1;
    }
    return -1;
}

int rtcp_urgent(const uint8_t *data, int size) {
    for (int at = 0; at + 4 <= size; at += 4 + 4 * get16(data + at + 2)) {
        int kind = data[at + 1], format = data[at] & 31;
        if ((kind == NACKS && format == 1) || (kind == PICTURES && (format == 1 || format == 4)))
            return 1;
    }
    return 0;
}
