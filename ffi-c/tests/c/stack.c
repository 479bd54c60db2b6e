/* Measures the maximum stack of each function: runs it on a separate stack filled with a pattern, and counts the overwritten
   bytes. Prints a line for each row of the table at the beginning of tracehop.h: row, colon, bytes. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <ucontext.h>

#include <tracehop.h>

#include "check.h"

enum { STACK = 1 << 20, PAINT = 0xa5 };

static unsigned char stack[STACK] __attribute__((aligned(64)));
static ucontext_t caller, callee;
static const uint8_t seed[TRACEHOP_SEED_BYTES] = {7};
static const tracehop_str none = {NULL, 0}, url = TRACEHOP_STR("https://api.example.com/users?id=1");
static char page[TRACEHOP_HTML_READ_BYTES], baggage[TRACEHOP_BAGGAGE_READ_BYTES], buf[TRACEHOP_MEMBERS_BYTES];
static tracehop_header headers[3];
static tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
static tracehop_context c, other;
static tracehop_lifetime life;
static tracehop_target targets[TRACEHOP_TARGETS];
static tracehop_targets *owner;
static tracehop_outcome outcome;
static tracehop_members members;
static tracehop_explanation explanation;

static size_t used(void (*run)(void)) {
    size_t free = 0;
    memset(stack, PAINT, sizeof stack);
    if (getcontext(&callee) != 0) abort();
    callee.uc_stack.ss_sp = stack;
    callee.uc_stack.ss_size = sizeof stack;
    callee.uc_link = &caller;
    makecontext(&callee, run, 0);
    if (swapcontext(&caller, &callee) != 0) abort();
    while (free < sizeof stack && stack[free] == PAINT) free++;
    return sizeof stack - free;
}

static tracehop_str asked, page_url, pattern;

static void nothing(void) {}
static void start(void) { tracehop_start_trace(&p, seed, &other); }
static void proceed(void) { tracehop_continue_trace(&p, headers, 2, seed, &other); }
static void gateway(void) { tracehop_continue_gateway(&p, headers, 2, seed, &other); }
static void adopt(void) { tracehop_adopt(&p, headers, 2, &other); }
static void html(void) { tracehop_continue_html(&p, tracehop_str_from(page), seed, &other); }
static void child(void) { tracehop_context_child(&c, seed, &other); }
static void own_child(void) { tracehop_context_child(&other, seed, &other); }
static void sample(void) { tracehop_context_sample(&c, 0.5, &other); }
static void own_sample(void) { tracehop_context_sample(&other, 0.5, &other); }
static void dsc(void) { tracehop_context_dsc(&c, buf, sizeof buf, &members); }
static void envelope(void) { tracehop_envelope_trace(&p, &c, buf, sizeof buf, &members); }
static void list(void) { tracehop_baggage_members(&headers[1].value, 1, buf, sizeof buf, &members); }
static void foreign(void) { tracehop_baggage_foreign(&headers[1].value, 1, 9); }
static void own_baggage(void) { tracehop_context_baggage(&c, headers[1].value, buf, sizeof buf); }
static void meta_tags(void) { tracehop_context_meta_tags(&c, buf, sizeof buf); }
static void server_timing(void) { tracehop_context_server_timing(&c, none, buf, sizeof buf); }
static void edit(void) { tracehop_context_headers(&c, headers + 1, 1, buf, sizeof buf, &outcome); }
static void environment(void) { tracehop_context_environ(&c, buf, sizeof buf, &outcome); }
static void strip(void) { tracehop_strip(headers, 2, buf, sizeof buf, &outcome); }
static void cors(void) { tracehop_missing_cors_headers(&p, headers, 2, true, NULL, 0); }
static void live(void) { tracehop_lifetime_new(&p, seed, 0, &life); }
static void load(void) { tracehop_lifetime_page_load(&life, &p, headers, 2, seed, 1); }
static void load_html(void) { tracehop_lifetime_page_load_html(&life, &p, tracehop_str_from(page), seed, 1); }
static void navigate(void) { tracehop_lifetime_navigate(&life, &p, seed, 2); }
static void rotate(void) { tracehop_lifetime_rotate_if_older(&life, &p, 1, seed, 9, NULL); }
static void current(void) { tracehop_lifetime_current(&life, &other); }
static void check(void) { tracehop_propagator_check(&p); }
static void inject(void) { tracehop_inject(&p, &c, asked, page_url, headers + 1, 1, buf, sizeof buf, &outcome); }
static void allows(void) { tracehop_allows(&p, asked, page_url); }
static void explain(void) { tracehop_explain(&p, asked, page_url, buf, sizeof buf, &explanation); }
static void add_regex(void) { CHECK(tracehop_targets_add_regex(owner, pattern, 0, TRACEHOP_DIALECT_RUST, targets, NULL) == TRACEHOP_OK); }

/* The maximum that these functions use; the list ends with NULL. */
static size_t most(void (*const *run)(void)) {
    size_t base = used(nothing), bytes = 0;
    for (; *run; run++) {
        size_t more = used(*run) - base;
        if (more > bytes) bytes = more;
    }
    return bytes;
}

#define ROW(name, ...) do { \
    void (*const runs[])(void) = {__VA_ARGS__, NULL}; \
    printf("%s: %zu\n", name, most(runs)); \
} while (0)

/* The largest possible DSC, with third-party members. */
static void fill(void) {
    size_t len = 0;
    for (int i = 0; i < TRACEHOP_MEMBERS; i++) len += (size_t)sprintf(baggage + len, "sentry-key%02d=%0*d,", i, 80, i);
    sprintf(baggage + len, "a=1");
    sprintf(page, "<meta name=\"sentry-trace\" content=\"771a43a4192642f0b136d5159a501700-1234567890abcdef-1\">"
                  "<meta name=\"baggage\" content=\"%s\">", baggage);
    headers[0].name = tracehop_str_from("sentry-trace");
    headers[0].value = tracehop_str_from("771a43a4192642f0b136d5159a501700-1234567890abcdef-1");
    headers[1].name = tracehop_str_from("baggage");
    headers[1].value = tracehop_str_from(baggage);
    p.dsn = tracehop_str_from("https://key@o1.ingest.sentry.io/2");
    p.propagate_traceparent = true;
    owner = tracehop_targets_new();
}

/* Configures `n` targets; only the last allows the URL. */
static void configure(size_t n) {
    tracehop_target last = TRACEHOP_TARGET_ORIGIN("https://*.example.com"), first = TRACEHOP_TARGET_ORIGIN("https://other.test");
    for (size_t i = 0; i < n; i++) targets[i] = i + 1 == n ? last : first;
    p.trace_propagation_targets = targets;
    p.n_targets = n;
}

/* Uses a URL relative to a page, which needs more stack than an absolute one. */
static void ask(size_t n, const char *row) {
    configure(n);
    asked = tracehop_str_from("/users");
    page_url = url;
    ROW(row, check, allows, explain, inject);
    CHECK(outcome.reason == TRACEHOP_WRITTEN);
}

/* Uses a URL that is not ASCII: for the first such text a regex compiles another program. */
static void ask_a_regex(void) {
    configure(TRACEHOP_TARGETS);
    pattern = tracehop_str_from("^https://(\\w+|[a-z]*)[.]example[.]com/caf");
    add_regex();
    targets[TRACEHOP_TARGETS - 1] = targets[0];
    asked = tracehop_str_from("/caf\xc3\xa9");
    page_url = url;
    ROW("inject, allows or explain, up to 256 targets, with regexes", inject);
    CHECK(outcome.reason == TRACEHOP_WRITTEN);
}

static char nested[1024];

/* Writes `depth` nested groups, each between `open` and `close`. */
static void fill_nested(size_t depth, const char *open, const char *close) {
    char *end = nested;
    for (size_t i = 0; i < depth; i++) end += sprintf(end, "%s", open);
    *end++ = 'b';
    for (size_t i = 0; i < depth; i++) end += sprintf(end, "%s", close);
    pattern = tracehop_str_from(nested);
}

static bool is_taken(void) {
    return tracehop_targets_add_regex(owner, pattern, 0, TRACEHOP_DIALECT_RUST, targets, NULL) == TRACEHOP_OK;
}

/* Groups nested to the limit: alternatives, and repetitions, which stay nested when they are compiled. */
static void nest(void) {
    size_t depth = 100;
    do fill_nested(depth, "(a|", ")"); while (depth-- > 1 && !is_taken());
    size_t bytes = most((void (*const[])(void)){add_regex, NULL}), repeated;
    for (depth = 100, fill_nested(depth, "(a", ")*c"); depth > 1 && !is_taken(); fill_nested(--depth, "(a", ")*c")) {}
    repeated = most((void (*const[])(void)){add_regex, NULL});
    printf("tracehop_targets_add_regex, groups nested to the limit: %zu\n", bytes > repeated ? bytes : repeated);
}

int main(void) {
    fill();
    ROW("start, continue or adopt", start, proceed, gateway, adopt);
    ROW("tracehop_continue_html", html);
    proceed();
    c = other;
    ROW("tracehop_context_sample and _decide", sample, own_sample);
    ROW("tracehop_lifetime_page_load", live, load);
    ROW("tracehop_lifetime_page_load_html", load_html);
    ROW("other functions of a lifetime", live, navigate, rotate, current);
    ask(4, "inject, allows or explain, up to 4 targets");
    ask(32, "inject, allows or explain, up to 32 targets");
    ask(TRACEHOP_TARGETS, "inject, allows or explain, up to 256 targets");
    pattern = tracehop_str_from("^https://(api|web)[.]example[.]com/");
    ROW("tracehop_targets_add_regex", add_regex);
    nest();
    ask_a_regex();
    ROW("any other function", child, own_child, dsc, envelope, list, foreign, own_baggage, meta_tags, server_timing, edit, environment, strip, cors);
    tracehop_targets_free(owner);
    return failures != 0;
}
