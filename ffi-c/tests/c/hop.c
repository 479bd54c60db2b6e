/* One hop: continues the received trace and writes both headers. Compiled as C99, C11 and C++17. */
#include <tracehop.h>

#include "check.h"

#define INCOMING "771a43a4192642f0b136d5159a501700-1234567890abcdef-1"
#define TRACE "771a43a4192642f0b136d5159a501700"

static const uint8_t seed[TRACEHOP_SEED_BYTES] = {10, 247, 101, 25, 22, 205, 67, 221, 132, 72, 235, 33,
                                                  28, 128, 49, 156, 183, 173, 107, 113, 105, 32, 51, 49};

static const tracehop_header incoming[] = {
    {TRACEHOP_STR("Accept"), TRACEHOP_STR("*/*")},
    {TRACEHOP_STR("Sentry-Trace"), TRACEHOP_STR(INCOMING)},
    {TRACEHOP_STR("baggage"), TRACEHOP_STR("tenant=acme,sentry-trace_id=" TRACE ",sentry-sample_rand=0.5")},
};

static const tracehop_header outgoing[] = {
    {TRACEHOP_STR("Baggage"), TRACEHOP_STR("tier=gold;x=1,sentry-release=old")},
};

static int is(tracehop_str text, const char *expected) {
    return text.len == strlen(expected) && memcmp(text.data, expected, text.len) == 0;
}

static tracehop_propagator service(void) {
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    p.dsn = tracehop_str_from("https://key@o1.ingest.sentry.io/2");
    p.release = tracehop_str_from("api@1.0");
    return p;
}

static void continues(const tracehop_propagator *p, tracehop_context *c) {
    char text[TRACEHOP_TRACE_CAP];
    CHECK(tracehop_continue_trace(p, incoming, 3, seed, c) == TRACEHOP_OK);
    CHECK(tracehop_context_trace_id(c, text, sizeof text) == 32);
    CHECK(strcmp(text, TRACE) == 0);
    CHECK(tracehop_context_parent_span_id(c, text, sizeof text) == 16);
    CHECK(strcmp(text, "1234567890abcdef") == 0);
    CHECK(tracehop_context_sampled(c) == TRACEHOP_YES);
    CHECK(tracehop_context_sample_rand(c) == 0.5);
    CHECK(tracehop_context_findings(c) == 0);
}

static void lists_what_the_sender_said(const tracehop_context *c) {
    static const tracehop_str lines[] = {TRACEHOP_STR("tenant=acme, sentry-release=api%401.0"), TRACEHOP_STR("sentry-environment=prod")};
    char buf[1024];
    tracehop_members list;
    CHECK(tracehop_baggage_members(lines, 2, buf, sizeof buf, &list) == TRACEHOP_OK);
    CHECK(list.n_members == 2 && list.findings == 0);
    CHECK(strcmp(list.members[0].name.data, "release") == 0 && strcmp(list.members[0].value.data, "api@1.0") == 0);
    CHECK(is(list.members[1].name, "environment") && is(list.members[1].value, "prod"));
    CHECK(tracehop_context_dsc(c, buf, sizeof buf, &list) == TRACEHOP_OK && list.n_members == 2);
    CHECK(is(list.members[1].name, "sample_rand") && is(list.members[1].value, "0.5"));
}

static void writes_both_headers(const tracehop_context *c) {
    char text[TRACEHOP_TRACE_CAP], baggage[256];
    const tracehop_str none = {NULL, 0};
    CHECK(tracehop_context_sentry_trace(c, text, sizeof text) == 51);
    CHECK(strcmp(text, TRACE "-b7ad6b7169203331-1") == 0);
    CHECK(tracehop_context_baggage(c, none, baggage, sizeof baggage) > 0);
    CHECK(strcmp(baggage, "sentry-trace_id=" TRACE ",sentry-sample_rand=0.5") == 0);
}

static void injects(const tracehop_propagator *p, const tracehop_context *c) {
    char buf[TRACEHOP_OUTCOME_BYTES];
    tracehop_outcome out;
    const tracehop_str none = {NULL, 0};
    tracehop_str url = tracehop_str_from("https://api.example.com/users");
    CHECK(tracehop_inject(p, c, url, none, outgoing, 1, buf, sizeof buf, &out) == TRACEHOP_OK);
    CHECK(out.reason == TRACEHOP_WRITTEN && out.n_headers == 2);
    CHECK(is(out.headers[0].name, "sentry-trace"));
    CHECK(strcmp(out.headers[0].value.data, TRACE "-b7ad6b7169203331-1") == 0);
    CHECK(is(out.headers[1].name, "baggage"));
    CHECK(is(out.headers[1].value, "tier=gold;x=1,sentry-trace_id=" TRACE ",sentry-sample_rand=0.5"));
}

static void asks_its_targets(tracehop_propagator p, const tracehop_context *c) {
    static const tracehop_target targets[] = {TRACEHOP_TARGET_ORIGIN("https://*.example.com"), TRACEHOP_TARGET_TEXT("/internal/")};
    char buf[TRACEHOP_OUTCOME_BYTES];
    tracehop_outcome out;
    const tracehop_str none = {NULL, 0};
    p.trace_propagation_targets = targets;
    p.n_targets = 2;
    CHECK(tracehop_allows(&p, tracehop_str_from("https://api.example.com/"), none));
    CHECK(!tracehop_allows(&p, tracehop_str_from("https://api.example.com.evil.test/"), none));
    CHECK(tracehop_inject(&p, c, tracehop_str_from("https://other.test/"), none, NULL, 0, buf, sizeof buf, &out) == TRACEHOP_OK);
    CHECK(out.reason == TRACEHOP_NOT_A_TARGET && out.n_headers == 0);
    CHECK(out.findings == TRACEHOP_FINDING_BIT(TRACEHOP_FINDING_TARGET_NOT_ALLOWED));
    CHECK(is(tracehop_reason_name(out.reason), "not_a_target"));
}

static void names_a_wrong_option(tracehop_propagator p) {
    tracehop_status status;
    p.dsn = tracehop_str_from("ftp://key@host/1");
    status = tracehop_propagator_check(&p);
    CHECK(status == TRACEHOP_DSN_SCHEME);
    CHECK(is(tracehop_status_option(status), "dsn"));
    CHECK(is(tracehop_status_name(status), "dsn_scheme"));
    CHECK(tracehop_status_sentence(status).len > 0);
}

int main(void) {
    tracehop_propagator p = service();
    tracehop_context c;
    CHECK(tracehop_propagator_check(&p) == TRACEHOP_OK);
    CHECK(strcmp(tracehop_version(), TRACEHOP_VERSION) == 0);
    continues(&p, &c);
    lists_what_the_sender_said(&c);
    writes_both_headers(&c);
    injects(&p, &c);
    asks_its_targets(p, &c);
    names_a_wrong_option(p);
    if (failures == 0) puts("one hop, both headers");
    return failures != 0;
}
