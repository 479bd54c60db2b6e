/* Verbs that read one value: sentry_trace_parse, traceparent_parse, baggage_parse, propagator. */
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static void put_parsed(const char *canonical, const char *trace_id, const char *span_id, tracehop_decision sampled) {
    key("canonical");
    put_hex(canonical, strlen(canonical));
    key("trace_id");
    put_hex(trace_id, strlen(trace_id));
    key("span_id");
    if (*span_id) put_hex(span_id, strlen(span_id));
    else put_null();
    key("sampled");
    put_decision(sampled);
}

static void sentry_trace(void) {
    tracehop_sentry_trace parsed;
    size_t at = 0;
    tracehop_status status = tracehop_sentry_trace_parse(text("value"), &parsed, &at);
    if (status != TRACEHOP_OK) put_error(status, true, at);
    else put_parsed(parsed.text, parsed.trace_id, parsed.span_id, parsed.sampled);
}

static void traceparent(void) {
    tracehop_traceparent parsed;
    size_t at = 0;
    tracehop_status status = tracehop_traceparent_parse(text("value"), &parsed, &at);
    if (status != TRACEHOP_OK) put_error(status, true, at);
    else put_parsed(parsed.text, parsed.trace_id, parsed.span_id, parsed.sampled);
}

static struct { tracehop_str *lines; size_t n; } list;

static tracehop_status members(char *buf, size_t cap, tracehop_members *members) {
    return tracehop_baggage_members(list.lines, list.n, buf, cap, members);
}

static void baggage(void) {
    tracehop_str member;
    list.n = count("lines");
    list.lines = keep(malloc(list.n ? list.n * sizeof *list.lines : 1));
    for (size_t i = 0; i < list.n; i++) list.lines[i] = text("lines.%zu", i);
    key("sentry");
    put_members(members);
    key("foreign");
    begin('[');
    for (size_t i = 0; (member = tracehop_baggage_foreign(list.lines, list.n, i)).data != NULL; i++) put_str(member);
    end(']');
    key("findings");
    put_findings(tracehop_baggage_findings(list.lines, list.n));
}

static void propagator(void) {
    tracehop_propagator p;
    tracehop_status status = options_read(&p);
    if (status != TRACEHOP_OK) {
        put_error(status, false, 0);
        return;
    }
    key("ok");
    put_bool(true);
    key("warnings");
    put_number((double)options_warnings(&p));
}

bool answer_parse(const char *verb) {
    if (strcmp(verb, "sentry_trace_parse") == 0) sentry_trace();
    else if (strcmp(verb, "traceparent_parse") == 0) traceparent();
    else if (strcmp(verb, "baggage_parse") == 0) baggage();
    else if (strcmp(verb, "propagator") == 0) propagator();
    else return false;
    return true;
}
