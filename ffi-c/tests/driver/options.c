/* The propagator described by `options`, with samplers and targets that are C functions. */
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static tracehop_targets *owner;
static struct { bool was_asked; tracehop_sampling told; char transaction[4096], trace_id[64]; } saw;

static double sampler(const tracehop_sampling *sampling, void *data) {
    const char *answer = data;
    saw.was_asked = true;
    saw.told = *sampling;
    if (sampling->transaction.len > sizeof saw.transaction || sampling->trace_id.len > sizeof saw.trace_id) abort();
    if (sampling->transaction.data) memcpy(saw.transaction, sampling->transaction.data, sampling->transaction.len);
    memcpy(saw.trace_id, sampling->trace_id.data, sampling->trace_id.len);
    if (*answer == 'd') return strtod(answer + 1, NULL);
    if (*answer == 'b') return answer[1] == '1';
    return TRACEHOP_UNSET; /* null, text or a failure: all are a failure of a C sampler */
}

void put_sampler_saw(void) {
    tracehop_str transaction = {saw.transaction, saw.told.transaction.len}, trace_id = {saw.trace_id, saw.told.trace_id.len};
    key("sampler_saw");
    if (!saw.was_asked) {
        put_null();
        return;
    }
    begin('{');
    key("transaction_context");
    begin('{');
    key("name");
    if (saw.told.transaction.data) put_str(transaction);
    else put_null();
    end('}');
    key("parent_sampled");
    put_decision(saw.told.parent_sampled);
    key("parent_sample_rate");
    put_number(saw.told.parent_sample_rate);
    key("sample_rand");
    put_number(saw.told.sample_rand);
    key("trace_id");
    put_str(trace_id);
    end('}');
}

static tracehop_decision function(const char *url, size_t len, void *data) {
    const char *answer = data;
    if (len > 0 && url == NULL) abort();
    if (*answer == 'b') return answer[1] == '1' ? TRACEHOP_YES : TRACEHOP_NO;
    return TRACEHOP_UNDECIDED;
}

static uint32_t flags(tracehop_str letters) {
    uint32_t flags = 0;
    for (size_t i = 0; i < letters.len; i++) switch (letters.data[i]) {
            case 'i': flags |= TRACEHOP_IGNORE_CASE; break;
            case 'm': flags |= TRACEHOP_MULTI_LINE; break;
            case 's': flags |= TRACEHOP_DOT_ALL; break;
            case 'x': flags |= TRACEHOP_VERBOSE; break;
            case 'a': flags |= TRACEHOP_ASCII; break;
            case 'u': flags |= TRACEHOP_UNICODE; break;
            default: abort();
        }
    return flags;
}

static tracehop_dialect dialect(tracehop_str name) {
    if (name.len == 6 && memcmp(name.data, "python", 6) == 0) return TRACEHOP_DIALECT_PYTHON;
    if (name.len == 4 && memcmp(name.data, "ruby", 4) == 0) return TRACEHOP_DIALECT_RUBY;
    if (name.len == 10 && memcmp(name.data, "ecmascript", 10) == 0) return TRACEHOP_DIALECT_ECMASCRIPT;
    return TRACEHOP_DIALECT_RUST;
}

#define TARGET "options.trace_propagation_targets.%zu"

static tracehop_status target(size_t i, tracehop_target *t) {
    const char *answer = raw(TARGET ".function", i);
    memset(t, 0, sizeof *t);
    if (has(TARGET ".regex", i))
        return tracehop_targets_add_regex(owner, text(TARGET ".regex", i), flags(text(TARGET ".flags", i)),
                                          dialect(text(TARGET ".dialect", i)), t, NULL);
    t->kind = answer ? TRACEHOP_KIND_FUNCTION : has(TARGET ".origin", i) ? TRACEHOP_KIND_ORIGIN : TRACEHOP_KIND_TEXT;
    t->text = t->kind == TRACEHOP_KIND_ORIGIN ? text(TARGET ".origin", i) : text(TARGET, i);
    t->function = function;
    t->data = (void *)answer;
    return TRACEHOP_OK;
}

static tracehop_status targets(tracehop_propagator *p) {
    size_t n = count("options.trace_propagation_targets");
    tracehop_target *list = keep(malloc(n ? n * sizeof *list : 1));
    tracehop_status status = TRACEHOP_OK;
    for (size_t i = 0; i < n && status == TRACEHOP_OK; i++) status = target(i, &list[i]);
    p->trace_propagation_targets = list;
    p->n_targets = n;
    return status;
}

/* An org id may be an integer: C takes its digits. */
static tracehop_str org_id(void) {
    const char *value = raw("options.org_id");
    tracehop_str digits = {NULL, 0};
    if (value == NULL || *value != 'd') return text("options.org_id");
    digits.data = value + 1;
    digits.len = strlen(value + 1);
    return digits;
}

/* True for a list, which a sampler in a dynamic language might return. */
static bool is_list(const char *path) {
    for (size_t i = 0; i < count(path); i++) has("%s.%zu", path, i);
    return has("%s.n", path);
}

tracehop_status options_read(tracehop_propagator *p) {
    tracehop_propagator fresh = TRACEHOP_PROPAGATOR_INIT;
    tracehop_status status = TRACEHOP_OK;
    memset(&saw, 0, sizeof saw);
    owner = tracehop_targets_new();
    fresh.dsn = text("options.dsn");
    fresh.public_key = text("options.public_key");
    fresh.org_id = org_id();
    fresh.release = text("options.release");
    fresh.environment = text("options.environment");
    if (has("options.traces_sample_rate")) fresh.traces_sample_rate = number("options.traces_sample_rate");
    fresh.traces_sampler_data = (void *)raw("options.traces_sampler.returns");
    if (has("options.traces_sampler.fails") || is_list("options.traces_sampler.returns")) fresh.traces_sampler_data = (void *)"z";
    if (fresh.traces_sampler_data) fresh.traces_sampler = sampler;
    fresh.strict_trace_continuation = boolean("options.strict_trace_continuation");
    fresh.propagate_traceparent = boolean("options.propagate_traceparent");
    /* 0 means the default in C, so 1 is used: no member fits into 1 byte either. */
    double most = number("options.max_baggage_bytes");
    if (has("options.max_baggage_bytes")) fresh.max_baggage_bytes = most == 0 ? 1 : (uint64_t)most;
    if (has("options.trace_propagation_targets.n")) status = targets(&fresh);
    *p = fresh;
    return status == TRACEHOP_OK ? tracehop_propagator_check(p) : status;
}

static size_t warning(void *target, char *buf, size_t cap) { return tracehop_target_warning(target, buf, cap); }

size_t options_warnings(const tracehop_propagator *p) {
    size_t warnings = 0;
    if (p->n_targets == TRACEHOP_TARGETS_UNSET) return 0;
    for (size_t i = 0; i < p->n_targets; i++) {
        size_t len;
        written_text(warning, (void *)&p->trace_propagation_targets[i], &len);
        warnings += len > 0;
    }
    return warnings;
}

void options_free(void) {
    tracehop_targets_free(owner);
    owner = NULL;
}
