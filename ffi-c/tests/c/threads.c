/* Eight threads read one propagator, one context and one set of regexes at once; each also makes its own contexts. */
#include <pthread.h>
#include <tracehop.h>

#include "check.h"

enum { THREADS = 8, ROUNDS = 200 };

static const tracehop_header incoming[] = {
    {TRACEHOP_STR("sentry-trace"), TRACEHOP_STR("771a43a4192642f0b136d5159a501700-1234567890abcdef-1")},
    {TRACEHOP_STR("baggage"), TRACEHOP_STR("sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.5")},
};
static tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
static tracehop_context shared;

/* Built with RACE, a thread writes to the shared context, and the sanitizer must report it. */
#ifdef RACE
#define CHILD (*(uint8_t *)data == 0 ? &shared : &child)
#else
#define CHILD &child
#endif

static void *work(void *data) {
    uint8_t seed[TRACEHOP_SEED_BYTES] = {0};
    char text[256], expected[256];
    const tracehop_str none = {NULL, 0}, url = {"https://api.test/v1", 19};
    size_t wrong = 0;
    memcpy(expected, "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.5", 72);
    seed[0] = *(uint8_t *)data;
    for (int i = 0; i < ROUNDS; i++) {
        tracehop_context own, child;
        seed[1] = (uint8_t)i;
        wrong += tracehop_continue_trace(&p, incoming, 2, seed, &own) != TRACEHOP_OK;
        wrong += tracehop_context_child(&shared, seed, CHILD) != TRACEHOP_OK;
        wrong += tracehop_context_baggage(&shared, none, text, sizeof text) != 71 || strcmp(text, expected) != 0;
        wrong += !tracehop_allows(&p, url, none);
    }
    return wrong ? data : NULL;
}

int main(void) {
    uint8_t seed[TRACEHOP_SEED_BYTES] = {1}, numbers[THREADS];
    pthread_t threads[THREADS];
    tracehop_targets *owner = tracehop_targets_new();
    tracehop_target target;
    CHECK(tracehop_targets_add_regex(owner, tracehop_str_from("/v[0-9]$"), 0, TRACEHOP_DIALECT_RUST, &target, NULL) == TRACEHOP_OK);
    p.trace_propagation_targets = &target;
    p.n_targets = 1;
    CHECK(tracehop_continue_trace(&p, incoming, 2, seed, &shared) == TRACEHOP_OK);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = (uint8_t)i;
        CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        CHECK(pthread_join(threads[i], &wrong) == 0 && wrong == NULL);
    }
    tracehop_targets_free(owner);
    return failures != 0;
}
