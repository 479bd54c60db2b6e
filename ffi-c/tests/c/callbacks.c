/* Samplers and targets that are C functions, and the only handle: regex targets. */
#include <tracehop.h>

#include "check.h"

static const uint8_t seed[TRACEHOP_SEED_BYTES] = {7, 7, 7};
static const tracehop_str none = {NULL, 0};

struct asked { int times; double answer; tracehop_decision parent; char transaction[16]; };

static double sampler(const tracehop_sampling *sampling, void *data) {
    struct asked *asked = (struct asked *)data;
    asked->times++;
    asked->parent = sampling->parent_sampled;
    memcpy(asked->transaction, sampling->transaction.data, sampling->transaction.len);
    CHECK(sampling->trace_id.len == 32);
    CHECK(sampling->sample_rand >= 0 && sampling->sample_rand < 1);
    CHECK(sampling->parent_sample_rate == TRACEHOP_UNSET);
    return asked->answer;
}

static void samples(void) {
    static const struct { double answer; tracehop_decision sampled; double rate; uint64_t findings; } cases[] = {
        {1, TRACEHOP_YES, 1, 0},
        {0, TRACEHOP_NO, 0, 0},
        {TRACEHOP_UNSET, TRACEHOP_NO, TRACEHOP_UNSET, TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_SAMPLER_FAILED)},
        {1.5, TRACEHOP_NO, TRACEHOP_UNSET, TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_SAMPLER_FAILED)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
        struct asked asked = {0, cases[i].answer, TRACEHOP_YES, ""};
        tracehop_context c;
        p.traces_sampler = sampler;
        p.traces_sampler_data = &asked;
        CHECK(tracehop_start_trace_as(&p, seed, tracehop_str_from("GET /"), TRACEHOP_UNDECIDED, NULL, 0, &c) == TRACEHOP_OK);
        CHECK(asked.times == 1 && asked.parent == TRACEHOP_UNDECIDED && strcmp(asked.transaction, "GET /") == 0);
        CHECK(tracehop_context_sampled(&c) == cases[i].sampled);
        CHECK(tracehop_context_sample_rate(&c) == cases[i].rate);
        CHECK(tracehop_context_findings(&c) == cases[i].findings);
    }
}

static tracehop_decision says(const char *url, size_t len, void *data) {
    CHECK(len == strlen("https://a.test/x") && memcmp(url, "https://a.test/x", len) == 0);
    return *(const tracehop_decision *)data;
}

static void asks_function_targets(void) {
    static tracehop_decision answers[] = {TRACEHOP_NO, TRACEHOP_UNDECIDED, TRACEHOP_YES, 7};
    const tracehop_target targets[] = {
        TRACEHOP_TARGET_FUNCTION(says, &answers[0]), TRACEHOP_TARGET_FUNCTION(says, &answers[1]),
        TRACEHOP_TARGET_FUNCTION(says, &answers[3]), TRACEHOP_TARGET_FUNCTION(says, &answers[2]),
    };
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    tracehop_explanation explanation;
    p.trace_propagation_targets = targets;
    p.n_targets = 4;
    CHECK(tracehop_explain(&p, tracehop_str_from("https://a.test/x"), none, NULL, 0, &explanation) == TRACEHOP_OK);
    CHECK(explanation.reason == TRACEHOP_WRITTEN && explanation.target == 3);
    CHECK(explanation.findings == TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_TARGET_FAILED));
    p.n_targets = 3;
    CHECK(!tracehop_allows(&p, tracehop_str_from("https://a.test/x"), none));
    p.n_targets = 0;
    CHECK(!tracehop_allows(&p, tracehop_str_from("https://a.test/x"), none));
}

static void takes_many_targets(void) {
    static tracehop_target targets[TRACEHOP_TARGETS + 1];
    const tracehop_target filler = TRACEHOP_TARGET_TEXT("nowhere"), last = TRACEHOP_TARGET_TEXT("a.test");
    static const size_t counts[] = {1, 4, 5, 32, 33, TRACEHOP_TARGETS};
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    tracehop_explanation explanation;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (size_t at = 0; at < counts[i]; at++) targets[at] = at + 1 < counts[i] ? filler : last;
        p.trace_propagation_targets = targets;
        p.n_targets = counts[i];
        CHECK(tracehop_explain(&p, tracehop_str_from("https://a.test/x"), none, NULL, 0, &explanation) == TRACEHOP_OK);
        CHECK(explanation.target == counts[i] - 1);
    }
    p.n_targets = TRACEHOP_TARGETS + 1;
    CHECK(tracehop_propagator_check(&p) == TRACEHOP_LENGTH);
}

static void matches_regexes(void) {
    tracehop_targets *owner = tracehop_targets_new();
    tracehop_target targets[2];
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    size_t at = 99;
    CHECK(tracehop_targets_add_regex(owner, tracehop_str_from("^https://API\\."), TRACEHOP_IGNORE_CASE, TRACEHOP_DIALECT_RUST,
                                     &targets[0], NULL) == TRACEHOP_OK);
    CHECK(tracehop_targets_add_regex(owner, tracehop_str_from("/v[12]/\\Z"), 0, TRACEHOP_DIALECT_PYTHON, &targets[1], &at) ==
          TRACEHOP_OK);
    p.trace_propagation_targets = targets;
    p.n_targets = 2;
    CHECK(tracehop_allows(&p, tracehop_str_from("https://api.test/"), none));
    CHECK(tracehop_allows(&p, tracehop_str_from("https://a.test/v1/"), none));
    CHECK(!tracehop_allows(&p, tracehop_str_from("https://a.test/v3/"), none));
    CHECK(tracehop_targets_add_regex(owner, tracehop_str_from("a(?=b)"), 0, TRACEHOP_DIALECT_PYTHON, &targets[1], &at) ==
          TRACEHOP_REGEX_LOOK_AROUND);
    CHECK(at == 1 && targets[1].kind == TRACEHOP_KIND_REGEX);
    CHECK(tracehop_targets_add_regex(owner, tracehop_str_from("a"), 64, 0, &targets[1], NULL) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_targets_add_regex(owner, tracehop_str_from("a"), 0, 4, &targets[1], NULL) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_targets_add_regex(NULL, none, 0, 0, &targets[1], NULL) == TRACEHOP_NULL);
    CHECK(tracehop_targets_add_regex(owner, none, 0, 0, NULL, NULL) == TRACEHOP_NULL);
    tracehop_targets_free(owner);
    tracehop_targets_free(NULL);
}

static void refuses_odd_targets(void) {
    tracehop_target target = TRACEHOP_TARGET_FUNCTION(NULL, NULL);
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    p.trace_propagation_targets = &target;
    p.n_targets = 1;
    CHECK(tracehop_propagator_check(&p) == TRACEHOP_NULL);
    target.kind = TRACEHOP_KIND_REGEX;
    CHECK(tracehop_propagator_check(&p) == TRACEHOP_NULL);
    target.kind = 99;
    CHECK(tracehop_propagator_check(&p) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_target_warning(&target, NULL, 0) == 0 && tracehop_target_warning(NULL, NULL, 0) == 0);
}

static void seeds(void) {
    static const uint8_t zeros[TRACEHOP_SEED_BYTES] = {0};
    uint8_t first[TRACEHOP_SEED_BYTES], second[TRACEHOP_SEED_BYTES];
    CHECK(tracehop_seed(first) == TRACEHOP_OK && tracehop_seed(second) == TRACEHOP_OK);
    CHECK(memcmp(first, second, sizeof first) != 0 && memcmp(first, zeros, sizeof first) != 0);
}

int main(void) {
    samples();
    asks_function_targets();
    takes_many_targets();
    matches_regexes();
    refuses_odd_targets();
    seeds();
    return failures != 0;
}
