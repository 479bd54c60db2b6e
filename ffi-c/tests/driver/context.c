/* Verbs that make a context: start_trace, continue_trace and adopt, and all its getters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static struct { const tracehop_propagator *p; const tracehop_context *c; } now;

#define WRITER(name, call) \
    static size_t name(void *what, char *buf, size_t cap) { \
        (void)what; \
        return call; \
    }

static const tracehop_str none = {NULL, 0};

WRITER(trace_id, tracehop_context_trace_id(now.c, buf, cap))
WRITER(span_id, tracehop_context_span_id(now.c, buf, cap))
WRITER(parent_span_id, tracehop_context_parent_span_id(now.c, buf, cap))
WRITER(trace_link, tracehop_context_link(now.c, buf, cap))
WRITER(sentry_trace, tracehop_context_sentry_trace(now.c, buf, cap))
WRITER(traceparent, tracehop_context_traceparent(now.c, buf, cap))
WRITER(baggage, tracehop_context_baggage(now.c, none, buf, cap))
WRITER(meta_tags, tracehop_context_meta_tags(now.c, buf, cap))

static tracehop_status dsc(char *buf, size_t cap, tracehop_members *members) {
    return tracehop_context_dsc(now.c, buf, cap, members);
}

static tracehop_status envelope(char *buf, size_t cap, tracehop_members *members) {
    return tracehop_envelope_trace(now.p, now.c, buf, cap, members);
}

static void put_headers(const char *name, const tracehop_outcome *outcome) {
    key(name);
    begin('[');
    for (size_t i = 0; i < outcome->n_headers; i++) {
        begin('[');
        put_str(outcome->headers[i].name);
        put_str(outcome->headers[i].value);
        end(']');
    }
    end(']');
}

static void put_texts(void) {
    static const struct { const char *name; writer write; bool is_optional; } texts[] = {
        {"trace_id", trace_id, false},         {"span_id", span_id, false}, {"parent_span_id", parent_span_id, true},
        {"link", trace_link, true},            {"sentry_trace", sentry_trace, false}, {"baggage", baggage, true},
        {"traceparent", traceparent, false},   {"meta_tags", meta_tags, false},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        key(texts[i].name);
        put_written(texts[i].write, NULL, texts[i].is_optional);
    }
}

static void put_edits(void) {
    tracehop_outcome outcome;
    char *buf = keep(malloc(TRACEHOP_OUTCOME_BYTES));
    tracehop_status status = tracehop_context_headers(now.c, NULL, 0, buf, TRACEHOP_OUTCOME_BYTES, &outcome);
    if (status != TRACEHOP_OK) fail("headers", status);
    put_headers("headers", &outcome);
    status = tracehop_context_environ(now.c, buf, TRACEHOP_OUTCOME_BYTES, &outcome);
    if (status != TRACEHOP_OK) fail("environ", status);
    put_headers("environ", &outcome);
}

static void put_context(const tracehop_propagator *p, const tracehop_context *c) {
    now.p = p;
    now.c = c;
    put_texts();
    key("dynamic_sampling_context");
    put_members(dsc);
    key("envelope_trace");
    put_members(envelope);
    put_edits();
    key("sampled");
    put_decision(tracehop_context_sampled(c));
    key("parent_sampled");
    put_decision(tracehop_context_parent_sampled(c));
    key("sample_rate");
    put_number(tracehop_context_sample_rate(c));
    key("sample_rand");
    put_number(tracehop_context_sample_rand(c));
    key("findings");
    put_findings(tracehop_context_findings(c));
    put_sampler_saw();
}

/* NAME=value strings, like POSIX `environ`. */
static char **environ_of(const char *path) {
    size_t n;
    tracehop_header *variables = pairs(path, &n);
    char **environ = keep(malloc((n + 1) * sizeof *environ));
    for (size_t i = 0; i < n; i++) {
        size_t name = variables[i].name.len, value = variables[i].value.len;
        environ[i] = keep(malloc(name + value + 2));
        memcpy(environ[i], variables[i].name.data, name);
        environ[i][name] = '=';
        memcpy(environ[i] + name + 1, variables[i].value.data, value);
        environ[i][name + value + 1] = '\0';
    }
    environ[n] = NULL;
    return environ;
}

/* Calls the function with name and decision, or without them if the request has neither. */
static tracehop_status continued(const tracehop_propagator *p, const uint8_t *seed, tracehop_context *c) {
    bool is_gateway = has("gateway.n");
    size_t n;
    tracehop_header *headers = pairs(is_gateway ? "gateway" : "headers", &n);
    if (has("transaction") || has("sampled"))
        return (is_gateway ? tracehop_continue_gateway_as : tracehop_continue_trace_as)(
            p, headers, n, seed, text("transaction"), decision("sampled"), c);
    return (is_gateway ? tracehop_continue_gateway : tracehop_continue_trace)(p, headers, n, seed, c);
}

static tracehop_status started(const tracehop_propagator *p, const uint8_t *seed, tracehop_context *c) {
    size_t n;
    tracehop_header *link = pairs("link", &n);
    if (has("transaction") || has("sampled") || has("link.n"))
        return tracehop_start_trace_as(p, seed, text("transaction"), decision("sampled"), link, n, c);
    return tracehop_start_trace(p, seed, c);
}

static tracehop_status after(size_t i, tracehop_context *c) {
    if (has("then.%zu.child", i)) return tracehop_context_child(c, hex_bytes("then.%zu.child", 8, i), c);
    if (*raw("then.%zu.sample", i) == 'd') return tracehop_context_sample(c, number("then.%zu.sample", i), c);
    return tracehop_context_decide(c, boolean("then.%zu.sample", i) ? TRACEHOP_YES : TRACEHOP_NO, c);
}

static tracehop_status adopted(const tracehop_propagator *p, tracehop_context *c) {
    bool is_gateway = has("gateway.n");
    size_t n;
    tracehop_header *headers = pairs(is_gateway ? "gateway" : "headers", &n);
    return (is_gateway ? tracehop_adopt_gateway : tracehop_adopt)(p, headers, n, c);
}

/* The context of a request: from any carrier, then the steps of `then`. */
tracehop_status context_start(const tracehop_propagator *p, tracehop_context *c) {
    uint8_t seed[TRACEHOP_SEED_BYTES] = {0};
    tracehop_status status;
    size_t n;
    if (has("seed")) memcpy(seed, hex_bytes("seed", sizeof seed), sizeof seed);
    if (has("trace_id")) memcpy(seed, hex_bytes("trace_id", 16), 16);
    if (strcmp(request_verb(), "adopt") == 0) status = adopted(p, c);
    else if (has("html")) status = tracehop_continue_html(p, text("html"), seed, c);
    else if (has("environ.n")) status = tracehop_continue_environ(p, environ_of("environ"), seed, c);
    else if (has("headers.n") || has("gateway.n")) status = continued(p, seed, c);
    else status = started(p, seed, c);
    n = count("then");
    for (size_t i = 0; i < n && status == TRACEHOP_OK; i++) status = after(i, c);
    return status;
}

bool answer_context(const char *verb) {
    tracehop_propagator p;
    tracehop_context *c = keep(malloc(sizeof *c));
    tracehop_status status;
    bool is_adopt = strcmp(verb, "adopt") == 0;
    if (!is_adopt && strcmp(verb, "start_trace") != 0 && strcmp(verb, "continue_trace") != 0) return false;
    status = options_read(&p);
    if (status == TRACEHOP_OK) status = context_start(&p, c);
    if (is_adopt && (status == TRACEHOP_OK || status == TRACEHOP_NO_TRACE)) {
        key("adopted");
        put_bool(status == TRACEHOP_OK);
    }
    if (status == TRACEHOP_OK) put_context(&p, c);
    else if (status != TRACEHOP_NO_TRACE) put_error(status, false, 0);
    return true;
}
