/* What comes back from the server. */
#ifndef BENCH_RECEIVING_H
#define BENCH_RECEIVING_H

/* Measure every `every`-th packet; ask again for so many of a million packets of video. */
void receiving_tune(int every, int lost_per_million);

/* All datagrams that wait in the socket of this connection. */
void receiving_drain(int connection);

#endif
