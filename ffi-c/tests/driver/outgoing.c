/* Verbs that write: headers, inject, strip; and allows, which they use. */
#include <stdlib.h>
#include <string.h>

#include "driver.h"

typedef tracehop_status (*editor)(char *buf, size_t cap, tracehop_outcome *outcome);

static tracehop_propagator p;
static tracehop_context *c;
static tracehop_header *existing;
static size_t n_existing;

static tracehop_status headers(char *buf, size_t cap, tracehop_outcome *outcome) {
    return tracehop_context_headers(c, existing, n_existing, buf, cap, outcome);
}

static tracehop_status inject(char *buf, size_t cap, tracehop_outcome *outcome) {
    return tracehop_inject(&p, c, text("url"), text("page_url"), existing, n_existing, buf, cap, outcome);
}

static tracehop_status strip(char *buf, size_t cap, tracehop_outcome *outcome) {
    return tracehop_strip(existing, n_existing, buf, cap, outcome);
}

/* Edits with an empty buffer, one that is a byte too short, and an exact one. */
static void edit(editor edit) {
    tracehop_outcome measured, outcome;
    tracehop_status status;
    char *buf;
    memset(&outcome, 0xff, sizeof outcome);
    status = edit(NULL, 0, &measured);
    if (status != TRACEHOP_OK && status != TRACEHOP_SHORT) {
        put_error(status, false, 0);
        return;
    }
    if ((status == TRACEHOP_SHORT) != (measured.needed > 0)) fail("measuring", status);
    if (measured.needed > TRACEHOP_OUTCOME_BYTES) fail("more than TRACEHOP_OUTCOME_BYTES", (int)measured.needed);
    if (measured.needed > 0) {
        buf = keep(malloc(measured.needed));
        status = edit(buf, measured.needed - 1, &outcome);
        if (status != TRACEHOP_SHORT || outcome.n_headers != 0) fail("one byte too little", status);
    }
    buf = keep(malloc(measured.needed ? measured.needed : 1));
    status = edit(buf, measured.needed, &outcome);
    if (status != TRACEHOP_OK || outcome.needed != measured.needed) fail("just enough", status);
    put_outcome(&outcome);
}

static struct { tracehop_str url, page_url; tracehop_explanation explanation; } asked;

static size_t explain(void *what, char *buf, size_t cap) {
    (void)what;
    if (tracehop_explain(&p, asked.url, asked.page_url, buf, cap, &asked.explanation) != TRACEHOP_OK) return 0;
    return asked.explanation.needed;
}

static void allows(void) {
    asked.url = text("url");
    asked.page_url = text("page_url");
    key("allowed");
    put_bool(tracehop_allows(&p, asked.url, asked.page_url));
    key("explain");
    put_written(explain, NULL, false);
    key("reason");
    put_str(tracehop_reason_name(asked.explanation.reason));
    key("target");
    if (asked.explanation.target == TRACEHOP_NO_TARGET) put_null();
    else put_number((double)asked.explanation.target);
    key("findings");
    put_findings(asked.explanation.findings);
}

bool answer_outgoing(const char *verb) {
    bool is_inject = strcmp(verb, "inject") == 0, is_headers = strcmp(verb, "headers") == 0;
    bool is_allows = strcmp(verb, "allows") == 0, is_strip = strcmp(verb, "strip") == 0;
    tracehop_status status = TRACEHOP_OK;
    if (!is_inject && !is_headers && !is_allows && !is_strip) return false;
    if (!is_strip) status = options_read(&p);
    existing = pairs("existing", &n_existing);
    c = keep(malloc(sizeof *c));
    if (status == TRACEHOP_OK && (is_inject || is_headers)) status = context_start(&p, c);
    if (status != TRACEHOP_OK) put_error(status, false, 0);
    else if (is_allows) allows();
    else edit(is_inject ? inject : is_headers ? headers : strip);
    return true;
}
