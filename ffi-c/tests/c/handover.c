/* Passes a trace on without a request: to a child process, to a page, and through the lifetime of that page. */
#include <tracehop.h>

#include "check.h"

static const uint8_t seed[TRACEHOP_SEED_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8}, other[TRACEHOP_SEED_BYTES] = {9};
static tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;

static int same_trace(const tracehop_context *a, const tracehop_context *b) {
    char left[TRACEHOP_TRACE_ID_CAP], right[TRACEHOP_TRACE_ID_CAP];
    tracehop_context_trace_id(a, left, sizeof left);
    tracehop_context_trace_id(b, right, sizeof right);
    return strcmp(left, right) == 0;
}

static void to_a_child_process(const tracehop_context *c) {
    char buf[TRACEHOP_OUTCOME_BYTES], lines[4][512];
    char *environ[5] = {NULL};
    tracehop_outcome out;
    tracehop_context child;
    CHECK(tracehop_context_environ(c, buf, sizeof buf, &out) == TRACEHOP_OK && out.n_headers == 3);
    for (size_t i = 0; i < out.n_headers && i < 4; i++) {
        snprintf(lines[i], sizeof lines[i], "%s=%s", out.headers[i].name.data, out.headers[i].value.data);
        environ[i] = lines[i];
    }
    CHECK(tracehop_continue_environ(&p, environ, other, &child) == TRACEHOP_OK);
    CHECK(same_trace(c, &child));
}

static void to_a_page(const tracehop_context *c) {
    char tags[1024], page[2048];
    tracehop_context loaded;
    CHECK(tracehop_context_meta_tags(c, tags, sizeof tags) > 0);
    snprintf(page, sizeof page, "<html><head>%s</head><body></body></html>", tags);
    CHECK(tracehop_continue_html(&p, tracehop_str_from(page), other, &loaded) == TRACEHOP_OK);
    CHECK(same_trace(c, &loaded));
}

static void through_the_lifetime_of_a_page(const tracehop_context *c) {
    char timing[1024], previous[TRACEHOP_TRACE_CAP], link[TRACEHOP_TRACE_CAP];
    const tracehop_str none = {NULL, 0};
    tracehop_header headers[1];
    tracehop_lifetime lifetime;
    tracehop_context current;
    bool rotated = true;
    CHECK(tracehop_lifetime_new(&p, other, 0, &lifetime) == TRACEHOP_OK);
    CHECK(tracehop_lifetime_previous(&lifetime, previous, sizeof previous) == 0);
    CHECK(tracehop_context_server_timing(c, none, timing, sizeof timing) > 0);
    headers[0].name = tracehop_str_from("Server-Timing");
    headers[0].value = tracehop_str_from(timing);
    CHECK(tracehop_lifetime_page_load(&lifetime, &p, headers, 1, other, 5) == TRACEHOP_OK);
    CHECK(tracehop_lifetime_current(&lifetime, &current) == TRACEHOP_OK && same_trace(c, &current));
    CHECK(tracehop_lifetime_rotate_if_older(&lifetime, &p, 1000, other, 1005, &rotated) == TRACEHOP_OK && !rotated);
    CHECK(tracehop_lifetime_rotate_if_older(&lifetime, &p, 1000, other, 1006, &rotated) == TRACEHOP_OK && rotated);
    CHECK(tracehop_lifetime_current(&lifetime, &current) == TRACEHOP_OK && !same_trace(c, &current));
    CHECK(tracehop_lifetime_previous(&lifetime, previous, sizeof previous) > 0);
    CHECK(tracehop_context_link(&current, link, sizeof link) > 0 && strcmp(link, previous) == 0);
}

static void through_a_gateway(const tracehop_context *c) {
    char value[TRACEHOP_TRACE_CAP];
    tracehop_header variables[2] = {{TRACEHOP_STR("SENTRY_TRACE"), TRACEHOP_STR("0")}, {TRACEHOP_STR("HTTP_SENTRY_TRACE"), {NULL, 0}}};
    tracehop_context behind;
    variables[1].value.data = value;
    variables[1].value.len = tracehop_context_sentry_trace(c, value, sizeof value);
    CHECK(tracehop_continue_gateway(&p, variables, 2, other, &behind) == TRACEHOP_OK && same_trace(c, &behind));
    CHECK(tracehop_continue_gateway(&p, variables, 1, other, &behind) == TRACEHOP_OK && !same_trace(c, &behind));
}

int main(void) {
    tracehop_context c;
    CHECK(tracehop_start_trace(&p, seed, &c) == TRACEHOP_OK);
    to_a_child_process(&c);
    to_a_page(&c);
    through_the_lifetime_of_a_page(&c);
    through_a_gateway(&c);
    return failures != 0;
}
