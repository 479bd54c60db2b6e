/* A program that was compiled with the previous header. Its propagator ends at the end of readable memory, so that the library
   crashes if it reads a newer field; the byte pattern before the end fills the struct's padding. */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>

#include "previous.h"

#include "check.h"

static const uint8_t seed[TRACEHOP_SEED_BYTES] = {7};
static const tracehop_header incoming[] = {
    {TRACEHOP_STR("sentry-trace"), TRACEHOP_STR("771a43a4192642f0b136d5159a501700-1234567890abcdef-1")},
    {TRACEHOP_STR("baggage"), TRACEHOP_STR("sentry-sample_rand=0.5")},
};

static tracehop_propagator *at_the_end_of_memory(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(memory + page, page, PROT_NONE) != 0) return NULL;
    memset(memory, 0xff, page);
    return (tracehop_propagator *)(void *)(memory + page - sizeof(tracehop_propagator));
}

static void set(tracehop_propagator *p) {
    tracehop_propagator fresh = TRACEHOP_PROPAGATOR_INIT;
    p->struct_size = fresh.struct_size;
    p->dsn = tracehop_str_from("https://key@o1.ingest.sentry.io/2");
    p->public_key = p->org_id = p->release = p->environment = fresh.release;
    p->traces_sample_rate = fresh.traces_sample_rate;
    p->traces_sampler = fresh.traces_sampler;
    p->traces_sampler_data = fresh.traces_sampler_data;
    p->trace_propagation_targets = fresh.trace_propagation_targets;
    p->n_targets = fresh.n_targets;
    p->strict_trace_continuation = false;
    p->propagate_traceparent = true;
}

static void hops(const tracehop_propagator *p) {
    const tracehop_str none = {NULL, 0}, url = TRACEHOP_STR("https://api.test/");
    tracehop_context c;
    tracehop_outcome out;
    char buf[512];
    CHECK(tracehop_propagator_check(p) == TRACEHOP_OK);
    CHECK(tracehop_continue_trace(p, incoming, 2, seed, &c) == TRACEHOP_OK && tracehop_context_sampled(&c) == TRACEHOP_YES);
    CHECK(tracehop_inject(p, &c, url, none, NULL, 0, buf, sizeof buf, &out) == TRACEHOP_OK && out.reason == TRACEHOP_WRITTEN);
    /* Baggage is written, so its maximum is the default; traceparent is written, by the last option of that header. */
    CHECK(out.n_headers == 3 && strcmp(out.headers[1].value.data, "sentry-sample_rand=0.5") == 0);
    CHECK(strcmp(out.headers[2].name.data, "traceparent") == 0);
}

int main(void) {
    tracehop_propagator *p = at_the_end_of_memory();
    if (p == NULL) return 1;
    set(p);
    hops(p);
    p->struct_size -= 8;
    CHECK(tracehop_propagator_check(p) == TRACEHOP_STRUCT_SIZE);
    p->struct_size = 0;
    CHECK(tracehop_propagator_check(p) == TRACEHOP_STRUCT_SIZE);
    return failures != 0;
}
