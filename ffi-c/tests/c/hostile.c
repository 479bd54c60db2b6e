/* NULL everywhere, NULL with a length, unfilled structs, and buffers of every length that is too short. */
#include <stdlib.h>
#include <tracehop.h>

#include "check.h"

static const uint8_t seed[TRACEHOP_SEED_BYTES] = {1};
static const tracehop_str none = {NULL, 0}, lie = {NULL, 7};
static const tracehop_header lying[] = {{{NULL, 3}, {NULL, 0}}};
static const tracehop_header carried[] = {
    {TRACEHOP_STR("sentry-trace"), TRACEHOP_STR("771a43a4192642f0b136d5159a501700-1234567890abcdef-1")},
    {TRACEHOP_STR("baggage"), TRACEHOP_STR("a=1,sentry-public_key=key,sentry-release=%F0%9F%90%87,sentry-sample_rand=0.1")},
};
static tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
static tracehop_context c, blank;

static void null_inputs(void) {
    tracehop_context out;
    CHECK(tracehop_propagator_check(NULL) == TRACEHOP_NULL);
    CHECK(tracehop_start_trace(NULL, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_start_trace(&p, NULL, &out) == TRACEHOP_NULL);
    CHECK(tracehop_start_trace(&p, seed, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_start_trace_as(&p, seed, lie, TRACEHOP_YES, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_start_trace_as(&p, seed, none, 2, NULL, 0, &out) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_start_trace_as(&p, seed, none, TRACEHOP_YES, NULL, 1, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_trace(&p, NULL, 1, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_trace(&p, lying, 1, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_trace(&p, carried, SIZE_MAX, seed, &out) == TRACEHOP_LENGTH);
    CHECK(tracehop_continue_trace(NULL, carried, 2, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_trace(&p, carried, 2, NULL, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_trace(&p, carried, 2, seed, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_continue_trace(&p, NULL, 0, seed, &out) == TRACEHOP_OK);
    CHECK(tracehop_continue_gateway(&p, NULL, 1, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_adopt(&p, NULL, 1, &out) == TRACEHOP_NULL && tracehop_adopt(&p, lying, 1, &out) == TRACEHOP_NULL);
    CHECK(tracehop_adopt(&p, carried, SIZE_MAX, &out) == TRACEHOP_LENGTH);
    CHECK(tracehop_adopt(NULL, carried, 2, &out) == TRACEHOP_NULL && tracehop_adopt(&p, carried, 2, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_adopt(&p, carried, 0, &out) == TRACEHOP_NO_TRACE && tracehop_adopt(&p, NULL, 0, &out) == TRACEHOP_NO_TRACE);
    CHECK(tracehop_adopt_gateway(&p, NULL, 1, &out) == TRACEHOP_NULL);
    CHECK(tracehop_adopt_gateway(&p, carried, 2, &out) == TRACEHOP_NO_TRACE);
    CHECK(tracehop_continue_trace_as(NULL, carried, 2, seed, none, TRACEHOP_YES, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_trace_as(&p, carried, 2, seed, none, 9, &out) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_continue_gateway_as(&p, NULL, 1, seed, none, TRACEHOP_YES, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_gateway_as(&p, carried, 2, seed, none, 9, &out) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_continue_environ(&p, NULL, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_continue_html(&p, lie, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_context_child(NULL, seed, &out) == TRACEHOP_NULL);
    CHECK(tracehop_context_child(&c, NULL, &out) == TRACEHOP_NULL);
    CHECK(tracehop_context_child(&c, seed, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_context_sample(&c, 1.5, &out) == TRACEHOP_RATE);
    CHECK(tracehop_context_sample(&c, 0.5, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_context_decide(&c, TRACEHOP_UNDECIDED, &out) == TRACEHOP_UNKNOWN);
    CHECK(!tracehop_allows(NULL, none, none) && !tracehop_allows(&p, lie, none));
    CHECK(tracehop_sentry_trace_parse(none, NULL, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_traceparent_parse(lie, NULL, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_str_from(NULL).data == NULL);
    CHECK(!tracehop_is_shared_cache(none) && tracehop_is_shared_cache(lie));
    CHECK(tracehop_is_shared_cache(tracehop_str_from("private, x=\xff")) && !tracehop_is_shared_cache(tracehop_str_from("private")));
    CHECK(tracehop_header_names(NULL, NULL, 0) == 0 && tracehop_header_names(&p, NULL, 9) == 2);
    CHECK(tracehop_missing_cors_headers(&p, NULL, 1, true, NULL, 0) == 0);
    CHECK(tracehop_baggage_foreign(NULL, 1, 0).data == NULL && tracehop_baggage_findings(NULL, 1) == 0);
}

static void null_texts(void) {
    CHECK(tracehop_allow_headers(NULL, none, true, NULL, 0) == 0 && tracehop_allow_headers(&p, lie, true, NULL, 9) == 0);
    CHECK(tracehop_allow_headers(&p, none, true, NULL, 9) > 0);
    CHECK(tracehop_target_warning(NULL, NULL, 0) == 0);
    CHECK(tracehop_lifetime_previous(NULL, NULL, 0) == 0);
    CHECK(tracehop_finding_name(0).data == NULL && tracehop_finding_message(UINT32_MAX).data == NULL);
    CHECK(tracehop_reason_name(-1).data == NULL && tracehop_version() != NULL);
    CHECK(tracehop_status_name(INT32_MIN).data == NULL && tracehop_status_sentence(INT32_MAX).data == NULL);
    CHECK(tracehop_status_option(TRACEHOP_OK).data == NULL);
}

/* The library without std, which the firmware example links, has no regexes. */
#ifndef WITHOUT_STD
static void null_regexes(void) {
    tracehop_targets *owner = tracehop_targets_new();
    tracehop_target target;
    CHECK(tracehop_targets_add_regex(NULL, none, 0, TRACEHOP_DIALECT_RUST, &target, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_targets_add_regex(owner, none, 0, TRACEHOP_DIALECT_RUST, NULL, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_targets_add_regex(owner, lie, 0, TRACEHOP_DIALECT_RUST, &target, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_targets_add_regex(owner, none, 1 << 20, TRACEHOP_DIALECT_RUST, &target, NULL) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_targets_add_regex(owner, none, 0, 99, &target, NULL) == TRACEHOP_UNKNOWN);
    CHECK(tracehop_seed(NULL) == TRACEHOP_NULL);
    tracehop_targets_free(NULL);
    tracehop_targets_free(owner);
}
#else
static void null_regexes(void) {}
#endif

static void null_outcomes(void) {
    tracehop_outcome out;
    tracehop_explanation explanation;
    CHECK(tracehop_inject(&p, &c, none, none, NULL, 0, NULL, 0, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_inject(&p, NULL, none, none, NULL, 0, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_inject(NULL, &c, none, none, NULL, 0, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_inject(&p, &c, none, none, NULL, 1, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_inject(&p, &c, lie, none, NULL, 0, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_inject(&p, &c, none, none, NULL, 0, NULL, 0, &out) == TRACEHOP_OK && out.n_headers == 0);
    CHECK(tracehop_context_headers(NULL, NULL, 0, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_context_environ(NULL, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_strip(NULL, 1, NULL, 0, &out) == TRACEHOP_NULL);
    CHECK(tracehop_strip(carried, 2, NULL, 0, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_explain(&p, none, none, NULL, 0, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_explain(&p, none, none, NULL, 0, &explanation) == TRACEHOP_OK && explanation.needed > 0);
}

static void null_lists(void) {
    static const tracehop_str lies[] = {{NULL, 7}};
    tracehop_members members;
    CHECK(tracehop_baggage_members(NULL, 1, NULL, 0, &members) == TRACEHOP_NULL);
    CHECK(tracehop_baggage_members(lies, 1, NULL, 0, &members) == TRACEHOP_NULL);
    CHECK(tracehop_baggage_members(lies, SIZE_MAX, NULL, 0, &members) == TRACEHOP_LENGTH);
    CHECK(tracehop_baggage_members(NULL, 0, NULL, 0, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_baggage_members(NULL, 0, NULL, 9, &members) == TRACEHOP_OK && members.n_members == 0);
    CHECK(tracehop_context_dsc(NULL, NULL, 0, &members) == TRACEHOP_NULL);
    CHECK(tracehop_context_dsc(&blank, NULL, 0, &members) == TRACEHOP_UNFILLED);
    CHECK(tracehop_context_dsc(&c, NULL, 0, NULL) == TRACEHOP_NULL);
    CHECK(tracehop_context_dsc(&c, NULL, SIZE_MAX, &members) == TRACEHOP_SHORT && members.members[0].name.data == NULL);
    CHECK(tracehop_envelope_trace(NULL, &c, NULL, 0, &members) == TRACEHOP_NULL);
    CHECK(tracehop_envelope_trace(&p, NULL, NULL, 0, &members) == TRACEHOP_NULL);
}

static void unfilled(void) {
    tracehop_context out;
    tracehop_lifetime lifetime;
    tracehop_outcome outcome;
    char buf[8];
    memset(&lifetime, 0, sizeof lifetime);
    CHECK(tracehop_context_child(&blank, seed, &out) == TRACEHOP_UNFILLED);
    CHECK(tracehop_context_sample(&blank, 1, &out) == TRACEHOP_UNFILLED);
    CHECK(tracehop_context_headers(&blank, NULL, 0, NULL, 0, &outcome) == TRACEHOP_UNFILLED);
    CHECK(tracehop_context_trace_id(&blank, buf, sizeof buf) == 0 && *buf == '\0');
    CHECK(tracehop_context_sampled(&blank) == TRACEHOP_UNDECIDED && tracehop_context_sampled(NULL) == TRACEHOP_UNDECIDED);
    CHECK(tracehop_context_sample_rate(NULL) == TRACEHOP_UNSET && tracehop_context_sample_rand(&blank) == TRACEHOP_UNSET);
    CHECK(tracehop_context_parent_sampled(&blank) == TRACEHOP_UNDECIDED && tracehop_context_parent_sampled(NULL) == TRACEHOP_UNDECIDED);
    CHECK(tracehop_context_findings(NULL) == 0);
    CHECK(tracehop_lifetime_page_load_html(NULL, &p, none, seed, 0) == TRACEHOP_NULL);
    CHECK(tracehop_lifetime_start_new_trace(&lifetime, &p, seed, 0) == TRACEHOP_UNFILLED);
    CHECK(tracehop_lifetime_navigate(&lifetime, &p, seed, 0) == TRACEHOP_UNFILLED);
    CHECK(tracehop_lifetime_navigate(NULL, &p, seed, 0) == TRACEHOP_NULL);
    CHECK(tracehop_lifetime_page_load(&lifetime, &p, NULL, 0, seed, 0) == TRACEHOP_UNFILLED);
    CHECK(tracehop_lifetime_rotate_if_older(&lifetime, &p, 1, seed, 0, NULL) == TRACEHOP_UNFILLED);
    CHECK(tracehop_lifetime_current(&lifetime, &out) == TRACEHOP_UNFILLED);
    CHECK(tracehop_lifetime_new(&p, seed, 0, NULL) == TRACEHOP_NULL);
}

static void wrong_propagators(void) {
    tracehop_propagator wrong = p;
    tracehop_context out;
    memset(&out, 0, sizeof out);
    wrong.struct_size = 0;
    CHECK(tracehop_propagator_check(&wrong) == TRACEHOP_STRUCT_SIZE);
    wrong.struct_size = sizeof wrong + 8;
    CHECK(tracehop_propagator_check(&wrong) == TRACEHOP_STRUCT_SIZE);
    wrong.struct_size = offsetof(tracehop_propagator, max_baggage_bytes); /* that of the first header */
    wrong.max_baggage_bytes = UINT64_MAX;
    CHECK(tracehop_propagator_check(&wrong) == TRACEHOP_OK);
    wrong.struct_size = sizeof wrong;
    CHECK(tracehop_propagator_check(&wrong) == TRACEHOP_MAX_BAGGAGE_BYTES);
    wrong = p;
    wrong.release = tracehop_str_from("\xff");
    CHECK(tracehop_propagator_check(&wrong) == TRACEHOP_UTF8);
    wrong = p;
    wrong.n_targets = 1;
    CHECK(tracehop_propagator_check(&wrong) == TRACEHOP_NULL);
    CHECK(!tracehop_allows(&wrong, tracehop_str_from("https://a.test/"), none));
    // Functions without a URL do not read the targets.
    CHECK(tracehop_continue_trace(&wrong, carried, 2, seed, &out) == TRACEHOP_OK);
    memset(&out, 0, sizeof out);
    wrong.n_targets = SIZE_MAX - 1;
    CHECK(tracehop_propagator_check(&wrong) == TRACEHOP_NULL);
    wrong = p;
    wrong.traces_sample_rate = 2;
    CHECK(tracehop_start_trace(&wrong, seed, &out) == TRACEHOP_TRACES_SAMPLE_RATE);
    CHECK(tracehop_context_sampled(&out) == TRACEHOP_UNDECIDED);
    CHECK(tracehop_continue_trace(&wrong, carried, 2, seed, &out) == TRACEHOP_TRACES_SAMPLE_RATE);
}

/* A call with a URL reports a wrong target, even if an earlier target matches. */
static void wrong_targets(void) {
    static const tracehop_str url = TRACEHOP_STR("https://a.test/caf\xc3\xa9");
    tracehop_target targets[] = {TRACEHOP_TARGET_TEXT("https://a.test"), TRACEHOP_TARGET_TEXT("caf\xff")};
    tracehop_propagator asking = p;
    tracehop_explanation explanation;
    tracehop_outcome outcome, untouched;
    memset(&outcome, 0x5a, sizeof outcome);
    untouched = outcome;
    asking.trace_propagation_targets = targets;
    asking.n_targets = 2;
    CHECK(tracehop_propagator_check(&asking) == TRACEHOP_UTF8 && !tracehop_allows(&asking, url, none));
    CHECK(tracehop_explain(&asking, url, none, NULL, 0, &explanation) == TRACEHOP_UTF8);
    CHECK(tracehop_inject(&asking, &c, url, none, NULL, 0, NULL, 0, &outcome) == TRACEHOP_UTF8);
    CHECK(memcmp(&outcome, &untouched, sizeof outcome) == 0);
    targets[1].text = tracehop_str_from("caf\xc3\xa9");
    CHECK(tracehop_propagator_check(&asking) == TRACEHOP_OK && tracehop_allows(&asking, url, none));
    CHECK(tracehop_allows(&asking, tracehop_str_from("https://b.test/caf\xc3\xa9"), none));
    CHECK(!tracehop_allows(&asking, tracehop_str_from("https://a.test/caf\xff"), none));
    targets[1].kind = 9;
    CHECK(tracehop_explain(&asking, url, none, NULL, 0, &explanation) == TRACEHOP_UNKNOWN);
}

typedef size_t (*text_writer)(const tracehop_context *, char *, size_t);

static size_t baggage(const tracehop_context *context, char *buf, size_t cap) {
    return tracehop_context_baggage(context, none, buf, cap);
}

static size_t server_timing(const tracehop_context *context, char *buf, size_t cap) {
    return tracehop_context_server_timing(context, none, buf, cap);
}

static const text_writer writers[] = {
    tracehop_context_trace_id, tracehop_context_span_id,   tracehop_context_parent_span_id, tracehop_context_sentry_trace,
    tracehop_context_traceparent, tracehop_context_meta_tags, tracehop_context_link, baggage, server_timing,
};

/* Every cap from 0 to one more than needed, each in a block of exactly that size. */
static void short_buffers(void) {
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        size_t needed = writers[i](&c, NULL, 0);
        CHECK(writers[i](NULL, NULL, 0) == 0);
        for (size_t cap = 1; cap <= needed + 1; cap++) {
            char *buf = (char *)malloc(cap);
            CHECK(writers[i](&c, buf, cap) == needed);
            CHECK(strlen(buf) == (cap > needed ? needed : 0));
            free(buf);
        }
    }
}

static void short_outcomes(void) {
    tracehop_outcome out;
    size_t needed;
    CHECK(tracehop_context_headers(&c, NULL, 0, NULL, 0, &out) == TRACEHOP_SHORT);
    needed = out.needed;
    for (size_t cap = 0; cap <= needed; cap++) {
        char *buf = (char *)malloc(cap + 1);
        tracehop_status status = tracehop_context_headers(&c, NULL, 0, buf, cap, &out);
        CHECK(status == (cap < needed ? TRACEHOP_SHORT : TRACEHOP_OK));
        CHECK(out.needed == needed && out.n_headers == (size_t)(cap < needed ? 0 : 2));
        for (size_t i = out.n_headers; i < TRACEHOP_OUTCOME_HEADERS; i++) CHECK(!out.headers[i].name.data && !out.headers[i].value.data);
        free(buf);
    }
}

/* All members or none at every cap; entries past the members are absent. */
static void short_lists(void) {
    static const tracehop_str line = TRACEHOP_STR("sentry-a=1,x=2,sentry-b=%20,sentry-a=%C3%A9");
    const size_t needed = sizeof "a" + sizeof "\xc3\xa9" + sizeof "b" + sizeof " ";
    tracehop_members members;
    for (size_t cap = 0; cap <= needed; cap++) {
        char *buf = (char *)malloc(cap + 1);
        tracehop_status status = tracehop_baggage_members(&line, 1, buf, cap, &members);
        size_t n = cap < needed ? 0 : 2;
        CHECK(status == (n ? TRACEHOP_OK : TRACEHOP_SHORT) && members.needed == needed && members.n_members == n);
        for (size_t i = n; i < TRACEHOP_MEMBERS; i++) CHECK(!members.members[i].name.data && !members.members[i].value.data);
        if (n) CHECK(strcmp(members.members[0].value.data, "\xc3\xa9") == 0 && strcmp(members.members[1].name.data, "b") == 0);
        free(buf);
    }
    CHECK(members.findings == TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_MEMBER_REPEATED));
}

int main(void) {
    CHECK(tracehop_continue_trace(&p, carried, 2, seed, &c) == TRACEHOP_OK);
    null_inputs();
    null_texts();
    null_regexes();
    null_outcomes();
    null_lists();
    unfilled();
    wrong_propagators();
    wrong_targets();
    short_buffers();
    short_outcomes();
    short_lists();
    return failures != 0;
}
