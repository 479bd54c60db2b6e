/* The verb lifetime: one entry per step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

enum { STEPS = 64 };

static tracehop_lifetime *lifetime;
static tracehop_context *current;

static size_t previous(void *what, char *buf, size_t cap) {
    (void)what;
    return tracehop_lifetime_previous(lifetime, buf, cap);
}

static tracehop_status page_load(const tracehop_propagator *p, size_t i, const uint8_t *seed, uint64_t now) {
    char path[64];
    size_t n;
    tracehop_header *headers;
    if (has("steps.%zu.page_load.html", i))
        return tracehop_lifetime_page_load_html(lifetime, p, text("steps.%zu.page_load.html", i), seed, now);
    if (has("steps.%zu.page_load", i)) return tracehop_lifetime_page_load(lifetime, p, NULL, 0, seed, now);
    snprintf(path, sizeof path, "steps.%zu.page_load.headers", i);
    headers = pairs(path, &n);
    if (headers == NULL) headers = keep(malloc(sizeof *headers));
    return tracehop_lifetime_page_load(lifetime, p, headers, n, seed, now);
}

static tracehop_status step(const tracehop_propagator *p, size_t i, int *rotated) {
    const uint8_t *seed = hex_bytes("steps.%zu.seed", TRACEHOP_SEED_BYTES, i);
    uint64_t now = (uint64_t)(number("steps.%zu.now", i) * 1000);
    tracehop_status status;
    bool is_rotated = false;
    *rotated = -1;
    if (has("steps.%zu.new", i)) return tracehop_lifetime_new(p, seed, now, lifetime);
    if (has("steps.%zu.navigate", i)) return tracehop_lifetime_navigate(lifetime, p, seed, now);
    if (has("steps.%zu.start_new_trace", i)) return tracehop_lifetime_start_new_trace(lifetime, p, seed, now);
    if (!has("steps.%zu.rotate_if_older", i)) return page_load(p, i, seed, now);
    status = tracehop_lifetime_rotate_if_older(lifetime, p, (uint64_t)(number("steps.%zu.rotate_if_older", i) * 1000), seed,
                                               now, &is_rotated);
    *rotated = is_rotated;
    return status;
}

static size_t trace_link(void *what, char *buf, size_t cap) {
    (void)what;
    return tracehop_context_link(current, buf, cap);
}

static void put_each(const char *name, tracehop_str *texts, size_t n) {
    key(name);
    begin('[');
    for (size_t i = 0; i < n; i++) {
        if (texts[i].len > 0) put_str(texts[i]);
        else put_null();
    }
    end(']');
}

static size_t trace_id(void *what, char *buf, size_t cap) {
    (void)what;
    return tracehop_context_trace_id(current, buf, cap);
}

bool answer_lifetime(const char *verb) {
    tracehop_propagator p;
    tracehop_str ids[STEPS], before[STEPS], links[STEPS];
    tracehop_decision sampled[STEPS];
    int rotated[STEPS];
    size_t n = 0, steps;
    if (strcmp(verb, "lifetime") != 0) return false;
    lifetime = keep(malloc(sizeof *lifetime));
    current = keep(malloc(sizeof *current));
    if (options_read(&p) != TRACEHOP_OK) fail("options", 0);
    steps = count("steps");
    for (; n < steps && n < STEPS; n++) {
        tracehop_status status = step(&p, n, &rotated[n]);
        if (status == TRACEHOP_OK) status = tracehop_lifetime_current(lifetime, current);
        if (status != TRACEHOP_OK) fail("step", status);
        ids[n].data = written_text(trace_id, NULL, &ids[n].len);
        before[n].data = written_text(previous, NULL, &before[n].len);
        links[n].data = written_text(trace_link, NULL, &links[n].len);
        sampled[n] = tracehop_context_sampled(current);
    }
    put_each("trace_ids", ids, n);
    put_each("previous", before, n);
    put_each("links", links, n);
    key("rotated");
    begin('[');
    for (size_t i = 0; i < n; i++) {
        if (rotated[i] < 0) put_null();
        else put_bool(rotated[i]);
    }
    end(']');
    key("sampled");
    begin('[');
    for (size_t i = 0; i < n; i++) put_decision(sampled[i]);
    end(']');
    return true;
}
