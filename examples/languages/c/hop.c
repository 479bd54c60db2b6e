/* Reads one request per line, and prints the trace headers that it would send. The manual is tracehop.h. */
#include <stdio.h>
#include <string.h>
#include <tracehop.h>

static const tracehop_str absent = {NULL, 0};
static const tracehop_target targets[] = {TRACEHOP_TARGET_ORIGIN("https://*.myapp.com"), TRACEHOP_TARGET_TEXT("/internal/")};

/* Returns the next field of a line, without its tab. */
static tracehop_str field(char **line) {
    tracehop_str text = {*line, strcspn(*line, "\t\n")};
    *line += text.len;
    if (**line) *(*line)++ = '\0';
    return text.len ? text : absent;
}

static tracehop_header header(const char *name, tracehop_str value) {
    tracehop_header header = {tracehop_str_from(name), value};
    return header;
}

static const char *or_dash(const char *text) { return text && *text ? text : "-"; }

/* The header of the request after the edit: the value that is set, else its own. */
static const char *carried(const tracehop_outcome *out, const char *name, tracehop_str had) {
    for (size_t i = 0; i < out->n_headers; i++)
        if (strcmp(out->headers[i].name.data, name) == 0) return or_dash(out->headers[i].value.data);
    return or_dash(had.data);
}

static void print_findings(uint64_t findings) {
    const char *before = "";
    for (tracehop_finding n = 1; n <= 64; n++) {
        if (!(findings & TRACEHOP_FINDING_BIT(n))) continue;
        printf("%s%s", before, tracehop_finding_name(n).data);
        before = ",";
    }
}

static int hop(const tracehop_propagator *p, char *line) {
    static char buf[TRACEHOP_OUTCOME_BYTES];
    const char *const decisions[] = {"undecided", "no", "yes"};
    uint8_t seed[TRACEHOP_SEED_BYTES];
    tracehop_context context;
    tracehop_outcome out;
    tracehop_status status;
    tracehop_str url = field(&line), trace = field(&line), baggage = field(&line), own = field(&line);
    tracehop_header incoming[] = {header("sentry-trace", trace), header("baggage", baggage)}, outgoing[] = {header("baggage", own)};

    status = tracehop_adopt(p, incoming, 2, &context);
    if (status == TRACEHOP_NO_TRACE) {
        if (tracehop_seed(seed) != TRACEHOP_OK) return 1;
        status = tracehop_continue_trace(p, incoming, 2, seed, &context);
    }
    if (status != TRACEHOP_OK) return 1;
    if (tracehop_inject(p, &context, url, absent, outgoing, 1, buf, sizeof buf, &out) != TRACEHOP_OK) return 1;

    printf("%s | %s | ", tracehop_reason_name(out.reason).data, decisions[tracehop_context_sampled(&context) + 1]);
    printf("%s | %s | ", carried(&out, "sentry-trace", absent), carried(&out, "baggage", own));
    print_findings(tracehop_context_findings(&context) | out.findings);
    puts("");
    return 0;
}

int main(void) {
    char line[8192];
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    tracehop_status status;
    p.dsn = tracehop_str_from("https://key@o1.ingest.sentry.io/2");
    p.release = tracehop_str_from("hop@1.0");
    p.trace_propagation_targets = targets;
    p.n_targets = 2;
    status = tracehop_propagator_check(&p);
    if (status != TRACEHOP_OK) return fprintf(stderr, "%s\n", tracehop_status_sentence(status).data), 1;
    while (fgets(line, sizeof line, stdin))
        if (hop(&p, line) != 0) return 1;
    return 0;
}
