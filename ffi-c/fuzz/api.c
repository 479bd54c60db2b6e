/* libFuzzer on the public API: the input selects the calls, the lengths, the NULLs and the content of every text.
 *
 * Property: no sanitizer reports an error, outputs stay within their buffers, and a service that continues the headers of
 * a context has the same trace id.
 */
#include <stdlib.h>
#include <string.h>
#include <tracehop.h>

static const uint8_t *input;
static size_t left;
static void *blocks[256];
static size_t n_blocks;

static uint8_t byte(void) { return left ? (left--, *input++) : 0; }

/* A block of exactly this size, so that sanitizers detect an access past its end. */
static void *block(size_t size) {
    void *memory = malloc(size ? size : 1);
    if (n_blocks == sizeof blocks / sizeof *blocks || memory == NULL) abort();
    return blocks[n_blocks++] = memory;
}

static tracehop_str text(void) {
    tracehop_str text = {NULL, 0};
    size_t len = byte() % 64 == 0 ? (size_t)byte() << 6 : byte() % 80;
    if (len == 79) text.len = byte(); /* NULL with a length */
    if (len >= 78) return text;
    text.len = len < left ? len : left;
    text.data = memcpy(block(text.len), input, text.len);
    input += text.len;
    left -= text.len;
    return text;
}

static tracehop_header *headers(size_t *n) {
    static const tracehop_str names[] = {TRACEHOP_STR("sentry-trace"), TRACEHOP_STR("baggage"), TRACEHOP_STR("traceparent"),
                                         TRACEHOP_STR("tracestate"), TRACEHOP_STR("server-timing"), TRACEHOP_STR("authorization")};
    tracehop_header *list;
    *n = byte() % 6;
    if (*n == 5) return NULL;
    list = block(*n * sizeof *list);
    for (size_t i = 0; i < *n; i++) {
        uint8_t name = byte() % 8;
        list[i].name = name < 6 ? names[name] : text();
        list[i].value = text();
    }
    return list;
}

static tracehop_decision says(const char *url, size_t len, void *data) {
    return len && *url == *(const char *)data ? TRACEHOP_YES : TRACEHOP_UNDECIDED;
}

static double sampler(const tracehop_sampling *sampling, void *data) {
    return sampling->sample_rand * *(const uint8_t *)data;
}

static tracehop_propagator propagator(uint8_t *choice, tracehop_target *targets) {
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    uint8_t options = *choice = byte();
    if (options & 1) p.dsn = tracehop_str_from("https://key@o1.ingest.sentry.io/2");
    if (options & 2) p.org_id = text();
    if (options & 4) p.release = text();
    if (options & 8) p.traces_sample_rate = byte() / 200.0;
    if (options & 16) p.traces_sampler = sampler, p.traces_sampler_data = choice;
    p.strict_trace_continuation = options & 32;
    p.propagate_traceparent = options & 64;
    if (!(options & 128)) return p;
    p.trace_propagation_targets = targets;
    p.n_targets = byte() % 4;
    for (size_t i = 0; i < p.n_targets; i++) {
        tracehop_target target = {byte() % 5, text(), says, choice, NULL};
        targets[i] = target;
    }
    return p;
}

typedef size_t (*writer)(const tracehop_context *, char *, size_t);

static void write_texts(const tracehop_context *c) {
    static const writer writers[] = {tracehop_context_trace_id, tracehop_context_span_id, tracehop_context_parent_span_id,
                                     tracehop_context_link, tracehop_context_sentry_trace, tracehop_context_traceparent,
                                     tracehop_context_meta_tags};
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        size_t cap = byte(), needed;
        char *buf = block(cap);
        needed = writers[i](c, buf, cap);
        if (cap && strlen(buf) != (needed < cap ? needed : 0)) abort();
    }
}

static void write_headers(const tracehop_propagator *p, const tracehop_context *c) {
    size_t n, cap = (size_t)byte() << 2;
    tracehop_header *outgoing = headers(&n);
    tracehop_outcome out;
    char *buf = block(cap);
    tracehop_inject(p, c, text(), text(), outgoing, n, buf, cap, &out);
    tracehop_strip(outgoing, n, buf, cap, &out);
    tracehop_context_environ(c, buf, cap, &out);
    tracehop_context_baggage(c, text(), buf, cap);
    tracehop_context_server_timing(c, text(), buf, cap);
    tracehop_allow_headers(p, text(), byte() & 1, buf, cap);
    tracehop_envelope_trace(p, c, buf, cap, block(sizeof(tracehop_members)));
}

/* A buffer of this size, or NULL with a size. */
static char *buffer_or_null(size_t cap) { return byte() % 16 == 0 ? NULL : block(cap); }

static void read_context(const tracehop_context *c, tracehop_context *other) {
    size_t cap = byte();
    char *buf = buffer_or_null(cap);
    if (byte() % 16 == 0) c = NULL;
    tracehop_context_findings(c);
    if (tracehop_context_parent_sampled(c) > TRACEHOP_YES || tracehop_context_sampled(c) > TRACEHOP_YES) abort();
    if (tracehop_context_sample_rand(c) >= 1 || tracehop_context_sample_rate(c) > 1) abort();
    tracehop_context_decide(c, byte() % 4 - 1, other);
    tracehop_context_dsc(c, buf, cap, block(sizeof(tracehop_members)));
}

/* Checks that a list is the same in this buffer and in one of exactly the needed size. */
static void list_members(const tracehop_str *lines, size_t n, char *buf, size_t cap) {
    tracehop_members *list = block(sizeof *list), *exact = block(sizeof *exact);
    tracehop_status status = tracehop_baggage_members(lines, n, buf, cap, list);
    if (status != TRACEHOP_OK && status != TRACEHOP_SHORT) return;
    if (tracehop_baggage_members(lines, n, block(list->needed), list->needed, exact) != TRACEHOP_OK) abort();
    if (exact->needed != list->needed || exact->findings != list->findings) abort();
    for (size_t i = 0; i < list->n_members; i++) {
        const tracehop_header *one = &list->members[i], *other = &exact->members[i];
        if (one->name.len != other->name.len || memcmp(one->name.data, other->name.data, one->name.len + 1) != 0) abort();
        if (one->value.len != other->value.len || memcmp(one->value.data, other->value.data, one->value.len + 1) != 0) abort();
    }
}

static void read_values(const tracehop_propagator *p) {
    tracehop_str lines[3] = {text(), text(), text()}, names[4];
    size_t at, n, cap = byte();
    char *buf = buffer_or_null(cap);
    tracehop_traceparent parsed;
    tracehop_header *answer = headers(&n);
    uint8_t number = byte();
    if (byte() % 16 == 0) p = NULL;
    for (size_t i = 0; i < 70 && tracehop_baggage_foreign(lines, 3, i).data; i++) continue;
    tracehop_baggage_findings(lines, 3);
    list_members(lines, 3, buf, cap);
    tracehop_traceparent_parse(lines[0], &parsed, &at);
    tracehop_is_shared_cache(lines[1]);
    if (tracehop_missing_cors_headers(p, answer, n, byte() & 1, names, 4) > 4 || tracehop_header_names(p, names, 4) > 6) abort();
    tracehop_finding_name(number), tracehop_finding_message(number), tracehop_reason_name(number - 8), tracehop_version();
    tracehop_status_name(number - 16), tracehop_status_sentence(number - 16), tracehop_status_option(number - 16);
}

static void ask_targets(const tracehop_propagator *p) {
    size_t cap = byte(), at;
    char *buf = buffer_or_null(cap);
    tracehop_explanation explanation;
    tracehop_target target;
    tracehop_targets *owner = tracehop_targets_new();
    tracehop_propagator with = *p;
    tracehop_str url = text(), page = text();
    if (tracehop_targets_add_regex(owner, text(), byte() % 40, byte() % 4, &target, &at) == TRACEHOP_OK)
        with.trace_propagation_targets = &target, with.n_targets = 1, tracehop_target_warning(&target, buf, cap);
    if (tracehop_explain(&with, url, page, buf, cap, &explanation) == TRACEHOP_OK &&
        tracehop_allows(&with, url, page) != (explanation.reason == TRACEHOP_WRITTEN)) abort();
    tracehop_targets_free(owner);
}

/* Checks that adopting the headers of a context gives the same position. */
static void adopted(const tracehop_propagator *p, const tracehop_context *c) {
    static char buf[TRACEHOP_OUTCOME_BYTES], baggage[2][TRACEHOP_DSC_BYTES + 1];
    char position[2][TRACEHOP_TRACE_CAP];
    const tracehop_str none = {NULL, 0};
    tracehop_outcome out;
    tracehop_context next;
    if (tracehop_context_headers(c, NULL, 0, buf, sizeof buf, &out) != TRACEHOP_OK) abort();
    if (tracehop_adopt(p, out.headers, out.n_headers, &next) != TRACEHOP_OK) abort();
    tracehop_context_sentry_trace(c, position[0], sizeof position[0]);
    tracehop_context_sentry_trace(&next, position[1], sizeof position[1]);
    tracehop_context_baggage(c, none, baggage[0], sizeof baggage[0]);
    tracehop_context_baggage(&next, none, baggage[1], sizeof baggage[1]);
    if (strcmp(position[0], position[1]) != 0 || strcmp(baggage[0], baggage[1]) != 0) abort();
}

static void start(const tracehop_propagator *p, const uint8_t *seed, tracehop_context *c) {
    char *environ[] = {block(300), NULL};
    size_t n;
    tracehop_header *carried = headers(&n);
    tracehop_str variable = text();
    size_t len = variable.data && variable.len < 300 ? variable.len : 0;
    if (len) memcpy(environ[0], variable.data, len);
    environ[0][len] = '\0';
    tracehop_continue_environ(p, environ, byte() % 16 ? seed : NULL, c);
    tracehop_continue_gateway(p, carried, n, seed, c);
    if (tracehop_adopt(p, carried, n, c) == TRACEHOP_OK) adopted(p, c);
    tracehop_adopt_gateway(byte() % 16 ? p : NULL, carried, n, c);
    tracehop_continue_gateway_as(p, carried, n, seed, text(), byte() % 4 - 1, c);
    tracehop_start_trace_as(p, seed, text(), byte() % 4 - 1, carried, n, c);
    tracehop_start_trace(byte() % 16 ? p : NULL, seed, c);
}

static void live(const tracehop_propagator *p, const uint8_t *seed, tracehop_context *c) {
    tracehop_lifetime life;
    size_t n, cap = byte();
    char *buf = buffer_or_null(cap);
    bool rotated;
    tracehop_header *answer = headers(&n);
    memset(&life, 0, sizeof life);
    if (byte() % 16) tracehop_lifetime_new(p, seed, byte(), &life);
    tracehop_lifetime_page_load(&life, p, answer, n, seed, byte());
    tracehop_lifetime_page_load_html(&life, p, text(), seed, byte());
    tracehop_lifetime_navigate(&life, p, seed, byte());
    tracehop_lifetime_rotate_if_older(&life, p, byte(), seed, byte(), &rotated);
    tracehop_lifetime_start_new_trace(&life, p, seed, byte());
    tracehop_lifetime_previous(&life, buf, cap);
    tracehop_lifetime_current(&life, c);
}

/* Checks that a service with the same options continues the headers of a context. */
static void hop(const tracehop_propagator *p, const tracehop_context *c, const uint8_t *seed) {
    static char buf[TRACEHOP_OUTCOME_BYTES];
    char sent[TRACEHOP_TRACE_ID_CAP], came[TRACEHOP_TRACE_ID_CAP];
    tracehop_outcome out;
    tracehop_context next;
    if (tracehop_context_headers(c, NULL, 0, buf, sizeof buf, &out) != TRACEHOP_OK) abort();
    if (tracehop_continue_trace(p, out.headers, out.n_headers, seed, &next) != TRACEHOP_OK) abort();
    tracehop_context_trace_id(c, sent, sizeof sent);
    tracehop_context_trace_id(&next, came, sizeof came);
    /* With strict continuation a service may refuse a trace that names no organisation. */
    if (!p->strict_trace_continuation && strcmp(sent, came) != 0 && tracehop_context_link(&next, NULL, 0) == 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t choice, seed[TRACEHOP_SEED_BYTES];
    tracehop_target targets[4];
    tracehop_propagator p;
    tracehop_context c, other;
    tracehop_sentry_trace parsed;
    tracehop_header *incoming;
    size_t n;
    input = data;
    left = size;
    memset(&c, 0, sizeof c);
    memset(&other, 0, sizeof other);
    if (tracehop_seed(seed) != TRACEHOP_OK) abort();
    for (size_t i = 0; i < sizeof seed; i++) seed[i] = byte();
    p = propagator(&choice, targets);
    incoming = headers(&n);
    if (byte() & 1) tracehop_continue_html(&p, text(), seed, &c);
    if (tracehop_continue_trace_as(&p, incoming, n, seed, text(), byte() % 4 - 1, &c) == TRACEHOP_OK) hop(&p, &c, seed);
    tracehop_sentry_trace_parse(text(), &parsed, &n);
    write_texts(&c);
    write_headers(&p, &c);
    read_context(&c, &other);
    read_values(&p);
    if (tracehop_propagator_check(&p) == TRACEHOP_OK) ask_targets(&p);
    start(&p, seed, &other);
    live(&p, seed, &other);
    tracehop_context_sample(&c, byte() / 100.0, &c);
    tracehop_context_child(&c, seed, &c);
    while (n_blocks > 0) free(blocks[--n_blocks]);
    return 0;
}
