/* RTP headers and their extensions (RFC 3550, RFC 8285), read where they lie; which RTCP is in a hurry. */
#ifndef MEDIA_NATIVE_RTP_H
#define MEDIA_NATIVE_RTP_H
#include <stdint.h>

struct rtp {
    uint32_t timestamp;
    uint16_t sequence;
    uint8_t marker; /* 0 or 128: where it lies in the header */
    uint8_t kind;
    int extension, extension_end; /* the whole block with its profile; 0: there is none */
    int payload, end;
};

/* 0, or -1 if the lengths do not add up. `least`: what a padding count of 0 stands for. */
int rtp_parse(const uint8_t *data, int size, int least, struct rtp *found);

/* The audio level (RFC 6464) by its extension's id; 127 if it is not there. */
int rtp_level(const uint8_t *data, const struct rtp *header, int id);

/* The value of a two-byte element by its id; -1 if it is not there. */
int rtp_short_element(const uint8_t *data, int size, int id);

/* Whether a decrypted RTCP packet asks for packets or a key frame; reports can wait for the next tick. */
int rtcp_urgent(const uint8_t *data, int size);

#endif
