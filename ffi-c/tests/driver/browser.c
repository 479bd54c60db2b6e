/* Verbs between server and browser: allow_headers, missing_cors_headers, is_shared_cache, server_timing. */
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static tracehop_propagator p;
static tracehop_context *c;

static size_t allow_headers_text(void *what, char *buf, size_t cap) {
    (void)what;
    return tracehop_allow_headers(&p, text("existing"), boolean("credentials"), buf, cap);
}

static size_t server_timing_text(void *what, char *buf, size_t cap) {
    (void)what;
    return tracehop_context_server_timing(c, text("existing"), buf, cap);
}

static void missing_cors_headers(void) {
    size_t n, count;
    tracehop_header *answer = pairs("answer", &n);
    bool credentials = boolean("credentials");
    tracehop_str *names;
    count = tracehop_missing_cors_headers(&p, answer, n, credentials, NULL, 0);
    names = keep(malloc(count ? count * sizeof *names : 1));
    if (tracehop_missing_cors_headers(&p, answer, n, credentials, names, count) != count) fail("the count changed", 0);
    key("missing");
    begin('[');
    for (size_t i = 0; i < count; i++) put_str(names[i]);
    end(']');
}

bool answer_browser(const char *verb) {
    if (strcmp(verb, "is_shared_cache") == 0) {
        key("shared");
        put_bool(tracehop_is_shared_cache(text("value")));
        return true;
    }
    if (strcmp(verb, "allow_headers") != 0 && strcmp(verb, "missing_cors_headers") != 0 && strcmp(verb, "server_timing") != 0)
        return false;
    c = keep(malloc(sizeof *c));
    if (options_read(&p) != TRACEHOP_OK) fail("options", 0);
    if (*verb == 'm') {
        missing_cors_headers();
        return true;
    }
    if (*verb == 's' && context_start(&p, c) != TRACEHOP_OK) fail("context", 0);
    key("value");
    put_written(*verb == 's' ? server_timing_text : allow_headers_text, NULL, false);
    return true;
}
