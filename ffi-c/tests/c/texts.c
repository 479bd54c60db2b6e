/* Static texts are C strings too: a NUL follows each at its length. */
#include <tracehop.h>

#include "check.h"

enum { NUMBERS = 300 };

static bool is_c_string(tracehop_str text) {
    return text.data ? text.len > 0 && strlen(text.data) == text.len : text.len == 0;
}

static void names_and_sentences(void) {
    int statuses = 0, findings = 0, reasons = 0;
    for (int n = -NUMBERS; n < NUMBERS; n++) {
        tracehop_str name = tracehop_status_name(n), option = tracehop_status_option(n);
        CHECK(is_c_string(name) && is_c_string(tracehop_status_sentence(n)) && is_c_string(option));
        CHECK((name.data == NULL) == (tracehop_status_sentence(n).data == NULL));
        CHECK(option.data == NULL || n >= TRACEHOP_DSN_SCHEME);
        statuses += name.data != NULL;
    }
    for (tracehop_finding n = 0; n < NUMBERS; n++) {
        CHECK(is_c_string(tracehop_finding_name(n)) && is_c_string(tracehop_finding_message(n)));
        findings += tracehop_finding_name(n).data != NULL;
    }
    for (tracehop_reason n = -NUMBERS; n < NUMBERS; n++) {
        CHECK(is_c_string(tracehop_reason_name(n)));
        reasons += tracehop_reason_name(n).data != NULL;
    }
    CHECK(statuses > 30 && findings >= TRACEHOP_FINDING_CONTROL_BYTE_DROPPED && reasons > TRACEHOP_OWN_HOST);
    CHECK(strcmp(tracehop_status_name(TRACEHOP_SHORT).data, "short") == 0);
    CHECK(strcmp(tracehop_status_name(TRACEHOP_DSN_HOST).data, "dsn_host") == 0);
    CHECK(strcmp(tracehop_status_option(TRACEHOP_DSN_HOST).data, "dsn") == 0);
    CHECK(strcmp(tracehop_finding_name(TRACEHOP_FINDING_ORG_MISMATCH).data, "org_mismatch") == 0);
    CHECK(strcmp(tracehop_reason_name(TRACEHOP_NOT_A_TARGET).data, "not_a_target") == 0);
}

static void header_names(void) {
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    tracehop_str names[8];
    size_t n;
    p.propagate_traceparent = true;
    n = tracehop_header_names(&p, names, 8);
    CHECK(n == 4);
    for (size_t i = 0; i < n && i < 8; i++) CHECK(names[i].data && is_c_string(names[i]));
    n = tracehop_missing_cors_headers(&p, NULL, 0, false, names, 8);
    CHECK(n > 0);
    for (size_t i = 0; i < n && i < 8; i++) CHECK(names[i].data && is_c_string(names[i]));
}

/* The maximum number of targets, and one more. */
static void many_targets(void) {
    static const tracehop_target last = TRACEHOP_TARGET_ORIGIN("https://last.test"), other = TRACEHOP_TARGET_TEXT("other");
    static tracehop_target targets[TRACEHOP_TARGETS + 1];
    const tracehop_str url = tracehop_str_from("https://last.test/"), none = {NULL, 0};
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    for (size_t i = 0; i <= TRACEHOP_TARGETS; i++) targets[i] = i == TRACEHOP_TARGETS - 1 ? last : other;
    p.trace_propagation_targets = targets;
    p.n_targets = TRACEHOP_TARGETS;
    CHECK(tracehop_propagator_check(&p) == TRACEHOP_OK && tracehop_allows(&p, url, none));
    p.n_targets = TRACEHOP_TARGETS + 1;
    CHECK(tracehop_propagator_check(&p) == TRACEHOP_LENGTH && !tracehop_allows(&p, url, none));
}

int main(void) {
    names_and_sentences();
    header_names();
    many_targets();
    return failures != 0;
}
