/* What the header of commit 9e0dd1c declared, as far as previous.c uses it. Frozen: programs that were compiled with it must
   keep working with every later library of the same SONAME. */
#ifndef TRACEHOP_H
#define TRACEHOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACEHOP_PROPAGATOR_INIT { \
    sizeof(tracehop_propagator), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, TRACEHOP_UNSET, NULL, NULL, NULL, \
    TRACEHOP_TARGETS_UNSET, false, false, \
}
#define TRACEHOP_STR(literal) { (literal), sizeof(literal) - 1 }
#define TRACEHOP_TARGETS_UNSET SIZE_MAX
#define TRACEHOP_UNSET -1e9
#define TRACEHOP_SEED_BYTES 24
#define TRACEHOP_CONTEXT_WORDS 383
#define TRACEHOP_OUTCOME_HEADERS 8
#define TRACEHOP_OK 0
#define TRACEHOP_STRUCT_SIZE -3
#define TRACEHOP_YES 1
#define TRACEHOP_WRITTEN 0

typedef struct tracehop_regex tracehop_regex;
typedef struct tracehop_str { const char *data; size_t len; } tracehop_str;
typedef struct tracehop_header { tracehop_str name, value; } tracehop_header;
typedef int32_t tracehop_status, tracehop_decision, tracehop_reason;
typedef struct tracehop_target {
    int32_t kind;
    tracehop_str text;
    tracehop_decision (*function)(const char *url, size_t len, void *data);
    void *data;
    const tracehop_regex *regex;
} tracehop_target;
typedef struct tracehop_propagator {
    size_t struct_size;
    tracehop_str dsn, public_key, org_id, release, environment;
    double traces_sample_rate;
    double (*traces_sampler)(const void *sampling, void *data);
    void *traces_sampler_data;
    const tracehop_target *trace_propagation_targets;
    size_t n_targets;
    bool strict_trace_continuation;
    bool propagate_traceparent;
} tracehop_propagator;
typedef struct tracehop_context { uint64_t tag, words[TRACEHOP_CONTEXT_WORDS]; } tracehop_context;
typedef struct tracehop_outcome {
    tracehop_reason reason;
    size_t n_headers;
    tracehop_header headers[TRACEHOP_OUTCOME_HEADERS];
    size_t needed;
    uint64_t findings, reserved[4];
} tracehop_outcome;

tracehop_str tracehop_str_from(const char *text);
tracehop_status tracehop_propagator_check(const tracehop_propagator *propagator);
tracehop_status tracehop_continue_trace(const tracehop_propagator *propagator, const tracehop_header *headers, size_t n,
                                        const uint8_t *seed, tracehop_context *context);
tracehop_decision tracehop_context_sampled(const tracehop_context *context);
tracehop_status tracehop_inject(const tracehop_propagator *propagator, const tracehop_context *context, tracehop_str url,
                                tracehop_str page_url, const tracehop_header *outgoing, size_t n, char *buf, size_t cap,
                                tracehop_outcome *outcome);

#endif
