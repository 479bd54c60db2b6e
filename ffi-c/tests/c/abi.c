/* Sizes, offsets and numbers that compiled programs depend on and that must never change. On 64-bit machines. */
#include <tracehop.h>

#include "check.h"

#define OFFSET(type, field, expected) CHECK(offsetof(type, field) == (expected))

static void structs(void) {
    CHECK(sizeof(tracehop_str) == 16);
    CHECK(sizeof(tracehop_header) == 32);
    CHECK(sizeof(tracehop_context) == 3072);
    CHECK(sizeof(tracehop_lifetime) == 3328);
    CHECK(sizeof(tracehop_target) == 48);
    CHECK(sizeof(tracehop_sampling) == 56);
    CHECK(sizeof(tracehop_sentry_trace) == 112);
    CHECK(sizeof(tracehop_traceparent) == 112);
    CHECK(sizeof(tracehop_outcome) == 320);
    CHECK(sizeof(tracehop_explanation) == 64);
    CHECK(sizeof(tracehop_members) == 2104);
    CHECK(sizeof(tracehop_propagator) == 144);
}

static void fields(void) {
    OFFSET(tracehop_str, len, 8);
    OFFSET(tracehop_header, value, 16);
    OFFSET(tracehop_propagator, struct_size, 0);
    OFFSET(tracehop_propagator, dsn, 8);
    OFFSET(tracehop_propagator, public_key, 24);
    OFFSET(tracehop_propagator, org_id, 40);
    OFFSET(tracehop_propagator, release, 56);
    OFFSET(tracehop_propagator, environment, 72);
    OFFSET(tracehop_propagator, traces_sample_rate, 88);
    OFFSET(tracehop_propagator, traces_sampler, 96);
    OFFSET(tracehop_propagator, traces_sampler_data, 104);
    OFFSET(tracehop_propagator, trace_propagation_targets, 112);
    OFFSET(tracehop_propagator, n_targets, 120);
    OFFSET(tracehop_propagator, strict_trace_continuation, 128);
    OFFSET(tracehop_propagator, propagate_traceparent, 129);
    OFFSET(tracehop_propagator, max_baggage_bytes, 136);
    OFFSET(tracehop_target, text, 8);
    OFFSET(tracehop_target, function, 24);
    OFFSET(tracehop_target, data, 32);
    OFFSET(tracehop_target, regex, 40);
    OFFSET(tracehop_sampling, parent_sampled, 16);
    OFFSET(tracehop_sampling, parent_sample_rate, 24);
    OFFSET(tracehop_sampling, sample_rand, 32);
    OFFSET(tracehop_sampling, trace_id, 40);
    OFFSET(tracehop_outcome, n_headers, 8);
    OFFSET(tracehop_outcome, headers, 16);
    OFFSET(tracehop_outcome, needed, 272);
    OFFSET(tracehop_outcome, findings, 280);
    OFFSET(tracehop_members, members, 8);
    OFFSET(tracehop_members, needed, 2056);
    OFFSET(tracehop_members, findings, 2064);
    OFFSET(tracehop_explanation, target, 8);
    OFFSET(tracehop_explanation, findings, 16);
    OFFSET(tracehop_explanation, needed, 24);
    OFFSET(tracehop_sentry_trace, span_id, 33);
    OFFSET(tracehop_sentry_trace, sampled, 52);
    OFFSET(tracehop_sentry_trace, text, 56);
}

static void numbers(void) {
    CHECK(TRACEHOP_UNDECIDED == -1 && TRACEHOP_NO == 0 && TRACEHOP_YES == 1);
    CHECK(TRACEHOP_KIND_TEXT == 0 && TRACEHOP_KIND_ORIGIN == 1 && TRACEHOP_KIND_FUNCTION == 2 && TRACEHOP_KIND_REGEX == 3);
    CHECK(TRACEHOP_DIALECT_RUST == 0 && TRACEHOP_DIALECT_PYTHON == 1 && TRACEHOP_DIALECT_RUBY == 2);
    CHECK(TRACEHOP_IGNORE_CASE == 1 && TRACEHOP_MULTI_LINE == 2 && TRACEHOP_DOT_ALL == 4);
    CHECK(TRACEHOP_VERBOSE == 8 && TRACEHOP_ASCII == 16);
    CHECK(TRACEHOP_SEED_BYTES == 24 && TRACEHOP_SPAN_SEED_BYTES == 8);
    CHECK(TRACEHOP_UNSET == -1e9);
    CHECK(TRACEHOP_TARGETS_UNSET == SIZE_MAX && TRACEHOP_NO_TARGET == SIZE_MAX);
    CHECK(TRACEHOP_OUTCOME_BYTES == 17408 && TRACEHOP_OUTCOME_HEADERS == 8);
    CHECK(TRACEHOP_MEMBERS_BYTES == 49280 && TRACEHOP_MEMBERS == 64);
}

int main(void) {
    structs();
    fields();
    numbers();
    return failures != 0;
}
