#include "rewriter.h"

#include <string.h>

void rewriter_init(struct rewriter *rewriter, int video, uint32_t sequence, uint32_t timestamp) {
    memset(rewriter, 0, sizeof *rewriter);
    rewriter->video = video;
    rewriter->rate = video ? 90000 : 48000;
    rewriter->last_sequence = (int64_t)sequence - 1;
    rewriter->last_timestamp = timestamp;
    rewriter->last_picture = rewriter->last_level = -1;
    rewriter->start = -1;
}

int rewriter_begin(struct rewriter *rewriter, const struct kept *first, double now) {
    if (rewriter->video && !first->seen.key)
        return 0;
    int64_t elapsed = 0;
    if (rewriter->last_time > 0) {
        elapsed = (int64_t)((now - rewriter->last_time) * rewriter->rate);
        if (elapsed < rewriter->rate / 30)
            elapsed = rewriter->rate / 30;
    }
    rewriter->sequences = rewriter->last_sequence + 1 - first->number;
    rewriter->timestamps = rewriter->last_timestamp + elapsed - first->timestamp;
    int picture = first->seen.picture_bits ? first->seen.picture : 0;
    rewriter->pictures = rewriter->last_picture >= 0 ? rewriter->last_picture + 1 - picture : 0;
    rewriter->levels = rewriter->last_level >= 0 ? rewriter->last_level + 1 - first->seen.level : 0;
    rewriter->shifted = rewriter->pictures || rewriter->levels;
    rewriter->start = first->number;
    return 1;
}

void rewriter_rebind(struct rewriter *rewriter, const struct kept *newest, double now) {
    if (rewriter->start >= 0 && newest && newest->number >= rewriter->start) {
        rewriter->last_sequence = newest->number + rewriter->sequences;
        rewriter->last_timestamp = newest->timestamp + rewriter->timestamps;
        rewriter->last_time = now;
        if (newest->seen.picture_bits)
            rewriter->last_picture = (newest->seen.picture + rewriter->pictures) & 0x7FFF;
        if (newest->seen.level_at >= 0)
            rewriter->last_level = (newest->seen.level + rewriter->levels) & 0xFF;
    }
    rewriter->start = -1;
}

int64_t rewriter_index(const struct rewriter *rewriter, uint16_t sequence, int64_t near) {
    if (rewriter->start < 0)
        return -1;
    int64_t index = near - ((near + rewriter->sequences - sequence) & 0xFFFF);
    return index >= rewriter->start ? index : -1;
}
