#include "payload.h"

#include "bytes.h"

static const struct seen nothing = {.picture_at = -1, .level_at = -1};

static void describe_vp8(const uint8_t *payload, int size, struct seen *found) {
    if (size < 2)
        return;
    int first = payload[0], at = 1;
    struct seen seen = nothing;
    if (first & 0x80) {
        int flags = payload[1];
        at = 2;
        if (flags & 0x80) {
            if (size < at + 2)
                return;
            seen.picture_at = (int16_t)at;
            seen.picture_bits = payload[at] & 0x80 ? 15 : 7;
            seen.picture = payload[at] & 0x80 ? get16(payload + at) & 0x7FFF : payload[at];
            at += seen.picture_bits == 15 ? 2 : 1;
        }
        if (flags & 0x40) {
            if (size < at + 1)
                return;
            seen.level_at = (int16_t)at;
            seen.level = payload[at++];
        }
        if (flags & 0x30)
            at += 1;
    }
    seen.key = (first & 0x17) == 0x10 && size > at && !(payload[at] & 1);
    *found = seen;
}

/* An intra picture or the parameters before it, alone, aggregated (STAP-A) or the first of a series (FU-A). */
static int h264_key(const uint8_t *payload, int size) {
    if (size < 1)
        return 0;
    int kind = payload[0] & 31;
    if (kind == 24) {
        for (int at = 1; at + 2 < size; at += 2 + get16(payload + at)) {
            int inner = payload[at + 2] & 31;
            if (inner == 5 || inner == 7)
                return 1;
        }
        return 0;
    }
    if (kind == 28) {
        if (size < 2 || !(payload[1] & 0x80))
            return 0;
        kind = payload[1] & 31;
    }
    return kind == 5 || kind == 7;
}

void payload_describe(int codec, const uint8_t *payload, int size, struct seen *found) {
    *found = nothing;
    if (codec == VP8)
        describe_vp8(payload, size, found);
    else if (codec == H264)
        found->key = (uint8_t)h264_key(payload, size);
}

int payload_tells_size(int codec, const uint8_t *payload, int size) {
    if (size < 1)
        return 0;
    int kind = payload[0] & 31;
    return codec == VP8 || kind == 7 || kind == 24;
}

void payload_shift(uint8_t *payload, const struct seen *seen, int pictures, int levels) {
    int picture = seen->picture + pictures;
    if (seen->picture_bits == 15) {
        payload[seen->picture_at] = (uint8_t)(0x80 | (picture >> 8 & 0x7F));
        payload[seen->picture_at + 1] = (uint8_t)picture;
    } else if (seen->picture_bits) {
        payload[seen->picture_at] = picture & 0x7F;
    }
    if (seen->level_at >= 0)
        payload[seen->level_at] = (uint8_t)(seen->level + levels);
}
