/* Hops (W5) a second on some threads at once: threads COUNT SECONDS. See ../threads.py. */

#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <tracehop.h>

#include "workloads.h" /* the inputs, made from workloads.json */

enum { MOST = 64 };

static const tracehop_propagator propagator = TRACEHOP_PROPAGATOR_INIT;
static const uint8_t seed[TRACEHOP_SEED_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24};
static pthread_barrier_t barrier;
static double seconds;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool hop(size_t at, char *buf) {
    tracehop_header incoming[] = {{TRACEHOP_STR("sentry-trace"), sentry_trace[at]}, {TRACEHOP_STR("baggage"), baggage[at]}};
    tracehop_context context;
    tracehop_outcome outcome;
    return tracehop_continue_trace(&propagator, incoming, 2, seed, &context) == TRACEHOP_OK &&
           tracehop_context_headers(&context, NULL, 0, buf, TRACEHOP_OUTCOME_BYTES, &outcome) == TRACEHOP_OK;
}

static void *hops(void *rate) {
    char buf[TRACEHOP_OUTCOME_BYTES];
    double began, done = 0;
    pthread_barrier_wait(&barrier);
    for (began = now(); now() - began < seconds; done += VARIANTS)
        for (size_t at = 0; at < VARIANTS; at++)
            if (!hop(at, buf))
                exit(1);
    *(double *)rate = done / (now() - began);
    return NULL;
}

int main(int argc, char **argv) {
    int threads = argc == 3 ? atoi(argv[1]) : 0;
    pthread_t running[MOST];
    double rates[MOST], all = 0;
    if (threads < 1 || threads > MOST)
        return 2;
    seconds = atof(argv[2]);
    pthread_barrier_init(&barrier, NULL, (unsigned)threads);
    for (int at = 0; at < threads; at++)
        if (pthread_create(&running[at], NULL, hops, &rates[at]))
            return 1;
    for (int at = 0; at < threads; at++) {
        pthread_join(running[at], NULL);
        all += rates[at];
    }
    printf("%f\n", all);
    return 0;
}
