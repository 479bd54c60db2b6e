/* Out of memory: the linker passes the library's allocations to the functions below, which fail the k-th one.
   Each try runs in a child process, because the regex engine aborts. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tracehop.h>

#include "check.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

static unsigned allocations, failing; /* 0: none fails */

static bool fails(void) { return ++allocations == failing; }
void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *memory, size_t size) { return fails() ? NULL : __real_realloc(memory, size); }
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
    return fails() ? 12 : __real_posix_memalign(memory, alignment, size);
}

static const uint8_t seed[TRACEHOP_SEED_BYTES] = {7};
static const tracehop_str none = {NULL, 0};
static tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
static tracehop_context c;
static tracehop_targets *owner;
static tracehop_target target;

/* The result of a try. */
enum { DONE, REFUSED, ABORTED, BROKEN };

static int make_owner(void) { return (owner = tracehop_targets_new()) ? DONE : REFUSED; }

static int add_regex(void) {
    tracehop_status status = tracehop_targets_add_regex(owner, tracehop_str_from("^https://a/"), 0, TRACEHOP_DIALECT_RUST, &target, NULL);
    return status == TRACEHOP_OK ? DONE : status == TRACEHOP_NO_MEMORY ? REFUSED : BROKEN;
}

static int ask(void) { return tracehop_allows(&p, tracehop_str_from("https://a/b"), none) ? DONE : BROKEN; }

/* Fails the k-th allocation; if the call is refused, checks that the same call succeeds afterwards. */
static int try(int (*call)(void), unsigned k) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) _exit(BROKEN);
        allocations = 0, failing = k;
        int end = call();
        failing = 0;
        _exit(end == REFUSED && call() != DONE ? BROKEN : end);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) return BROKEN;
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? ABORTED : BROKEN;
}

static unsigned ends[4];

/* Fails allocations of a call one at a time until it succeeds: each of the first ones, then every few. */
static void fail_each(int (*call)(void)) {
    memset(ends, 0, sizeof ends);
    for (unsigned k = 1; ends[DONE] + ends[BROKEN] == 0; k += 1 + k / 8) ends[try(call, k)]++;
    CHECK(ends[BROKEN] == 0);
}

static void hop(void) {
    static tracehop_header incoming[] = {{TRACEHOP_STR("sentry-trace"), TRACEHOP_STR("771a43a4192642f0b136d5159a501700-1234567890abcdef-1")}};
    static char buf[TRACEHOP_OUTCOME_BYTES];
    tracehop_outcome out;
    allocations = 0, failing = 1;
    CHECK(tracehop_continue_trace(&p, incoming, 1, seed, &c) == TRACEHOP_OK);
    CHECK(tracehop_inject(&p, &c, tracehop_str_from("https://a/b"), none, NULL, 0, buf, sizeof buf, &out) == TRACEHOP_OK);
    CHECK(allocations == 0);
    failing = 0;
}

int main(void) {
    hop();
    fail_each(make_owner);
    CHECK(ends[REFUSED] == 1 && ends[ABORTED] == 0 && make_owner() == DONE);
    fail_each(add_regex);
    CHECK(ends[REFUSED] == 2 && ends[ABORTED] > 0 && add_regex() == DONE);
    p.trace_propagation_targets = &target;
    p.n_targets = 1;
    fail_each(ask);
    CHECK(ends[REFUSED] == 0 && ends[ABORTED] > 0 && ask() == DONE);
    tracehop_targets_free(owner);
    return failures != 0;
}
