/* Load for the forwarding benchmarks: sends synthetic VP8 and Opus RTP on time and measures what comes back.
 *
 * Python makes the connections (ICE, DTLS) and hands over socket and SRTP state of each; from then on one
 * thread here sends and receives all RTP and RTCP: packets with audio level, send time and transport-wide
 * number, sender reports and receiver reports once a second, key frames when asked for, and (if told so)
 * requests for packets of video as if they had been lost. Each packet carries its time of sending in its (encrypted)
 * last bytes; every n-th packet received is decrypted and checked, and its delay is the kernel's time of
 * arrival minus that time. Datagrams that are neither RTP nor RTCP go back to Python by a ring.
 */
#include <sys/epoll.h>
#include <unistd.h>

#include "bytes.h"
#include "keys.h"
#include "others.h"
#include "receiving.h"
#include "reports.h"
#include "sending.h"
#include "tables.h"

enum { PAUSE_US = 500, SAMPLE = 8 };

static volatile int stopping, running;

/* functions: see keys_init */
void generator_init(void **functions)
{
    keys_init(functions);
    tables_init();
    others_init();
    receiving_tune(SAMPLE, 0);
}

void generator_tune(int every, int lost_per_million) { receiving_tune(every, lost_per_million); }

void generator_run(void)
{
    static struct epoll_event events[CONNECTIONS];
    running = 1;
    stopping = 0;
    while (!stopping) {
        pthread_mutex_lock(&lock);
        uint64_t now = now_ns();
        sending_due(now);
        reports_due(now);
        pthread_mutex_unlock(&lock);
        /* Sleep, then look: waiting in epoll would charge the server for waking us at every packet, and
           the delay is taken from the kernel's time of arrival anyway. */
        usleep(PAUSE_US);
        pthread_mutex_lock(&lock);
        int count = epoll_wait(poller, events, CONNECTIONS, 0);
        for (int i = 0; i < count; i++)
            receiving_drain((int)events[i].data.u32);
        pthread_mutex_unlock(&lock);
    }
    running = 0;
}

void generator_stop(void)
{
    stopping = 1;
    while (running)
        usleep(1000);
    close(poller);
}
