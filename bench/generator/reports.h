/* RTCP: sender and receiver reports, estimates, requests for lost packets, and what comes of it from the server. */
#ifndef BENCH_REPORTS_H
#define BENCH_REPORTS_H
#include <stdint.h>

#include "tables.h"

/* Send every report that is due by now. */
void reports_due(uint64_t now);

/* Ask for one packet again (RFC 4585 6.2.1). */
void reports_ask_again(struct connection *connection, uint32_t ssrc, uint16_t sequence);

/* Sender reports date our own reports; key frames are sent when they are asked for. */
void reports_take(int connection, uint8_t *data, int length);

#endif
