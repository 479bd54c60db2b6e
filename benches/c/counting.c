/* Runs workloads between marks that callgrind cuts its counts at: counting [WORKLOAD...]. See ../instructions.py. */

#include <stdio.h>
#include <string.h>
#include <tracehop.h>
#include <unistd.h>

#include "workloads.h" /* the inputs, made from workloads.json */

enum { PASSES = 8 };

static tracehop_propagator propagator = TRACEHOP_PROPAGATOR_INIT;
static tracehop_context contexts[VARIANTS];
static const uint8_t seed[TRACEHOP_SEED_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24};
static char buf[TRACEHOP_OUTCOME_BYTES];
static tracehop_str hostile;

static void proceed(tracehop_str trace, tracehop_str baggage, tracehop_context *context) {
    tracehop_header incoming[] = {{TRACEHOP_STR("sentry-trace"), trace}, {TRACEHOP_STR("baggage"), baggage}};
    tracehop_continue_trace(&propagator, incoming, 2, seed, context);
}

static void both_headers(const tracehop_context *context) {
    tracehop_outcome outcome;
    tracehop_context_headers(context, NULL, 0, buf, sizeof buf, &outcome);
}

/* The same two values by the functions that write one text each, as Rust's workload writes them. */
static void both_texts(const tracehop_context *context) {
    tracehop_str none = {NULL, 0};
    size_t len = tracehop_context_sentry_trace(context, buf, sizeof buf);
    tracehop_context_baggage(context, none, buf + len + 1, sizeof buf - len - 1);
}

static void w1(size_t at) {
    tracehop_sentry_trace parsed;
    size_t wrong;
    tracehop_sentry_trace_parse(sentry_trace[at], &parsed, &wrong);
}

static void w2(size_t at) {
    tracehop_members members;
    tracehop_baggage_members(&baggage[at], 1, buf, sizeof buf, &members);
}

static void w3(size_t at) {
    tracehop_context context;
    proceed(sentry_trace[at], baggage[at], &context);
}

static void w4(size_t at) { both_headers(&contexts[at]); }

static void w5(size_t at) {
    tracehop_context context;
    proceed(sentry_trace[at], baggage[at], &context);
    both_headers(&context);
}

static void w4_texts(size_t at) { both_texts(&contexts[at]); }

static void w5_texts(size_t at) {
    tracehop_context context;
    proceed(sentry_trace[at], baggage[at], &context);
    both_texts(&context);
}

static void w6(size_t at) {
    tracehop_str no_page = {NULL, 0};
    tracehop_allows(&propagator, urls[at], no_page);
}

static void w7(size_t at) { tracehop_context_meta_tags(&contexts[at], buf, sizeof buf); }

static tracehop_str members(size_t bytes) {
    static char text[1000000];
    for (size_t at = 0; at < bytes; at++)
        text[at] = "a=1,"[at % 4];
    tracehop_str hostile = {text, bytes};
    return hostile;
}

static void w8(size_t at) {
    tracehop_context context;
    proceed(sentry_trace[at], hostile, &context);
    both_headers(&context);
}

/* What services set; every call checks it anew. The organisation is that of the inputs. */
static void configure(void) {
    propagator.dsn = tracehop_str_from("https://49d0f7386ad645858ae85020e393bef3@o447951.ingest.sentry.io/4501234567890123");
    propagator.release = tracehop_str_from("shop@2.14.0+build.7");
    propagator.environment = tracehop_str_from("production");
    propagator.traces_sample_rate = 0.25;
}

static void run(void (*work)(size_t), size_t variants, size_t passes) {
    for (size_t at = 0; at < passes * variants; at++)
        work(at % variants);
}

static void count(const char *name, size_t variants, void (*work)(size_t), char **wanted) {
    if (*wanted) {
        while (*wanted && strncmp(name, *wanted, strlen(*wanted)) != 0)
            wanted++;
        if (!*wanted)
            return;
    }
    run(work, variants, 2 * PASSES);
    getppid();
    run(work, variants, PASSES);
    getppid();
    run(work, variants, 3 * PASSES);
    getppid();
    printf("%s\t%zu\n", name, 2 * PASSES * variants);
}

int main(int argc, char **argv) {
    tracehop_targets *owner = tracehop_targets_new();
    size_t wrong;
    for (size_t at = 0; at < N_TARGETS; at++)
        if (targets[at].kind == TRACEHOP_KIND_REGEX)
            tracehop_targets_add_regex(owner, targets[at].text, 0, TRACEHOP_DIALECT_PYTHON, &targets[at], &wrong);
    propagator.trace_propagation_targets = targets;
    propagator.n_targets = N_TARGETS;
    for (size_t at = 0; at < VARIANTS; at++)
        proceed(sentry_trace[at], baggage[at], &contexts[at]);

    char **wanted = argv + (argc > 0);
    count("W1", VARIANTS, w1, wanted);
    count("W2", VARIANTS, w2, wanted);
    count("W3", VARIANTS, w3, wanted);
    count("W4", VARIANTS, w4, wanted);
    count("W5", VARIANTS, w5, wanted);
    count("W4 texts", VARIANTS, w4_texts, wanted);
    count("W5 texts", VARIANTS, w5_texts, wanted);
    count("W6", VARIANTS, w6, wanted);
    count("W7", VARIANTS, w7, wanted);
    hostile = members(16384);
    count("W8 members 16384", 1, w8, wanted);
    hostile = members(1000000);
    count("W8 members 1000000", 1, w8, wanted);
    configure();
    count("W3 configured", VARIANTS, w3, wanted);
    count("W5 configured", VARIANTS, w5, wanted);
    count("W6 configured", VARIANTS, w6, wanted);
    tracehop_targets_free(owner);
    return 0;
}
