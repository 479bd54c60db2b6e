/* Writes a result: JSON on one line, texts as hex. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static bool needs_comma;

static void next(void) {
    if (needs_comma) putchar(',');
    needs_comma = true;
}

void answer_begin(void) {
    needs_comma = false;
    begin('{');
}

void answer_end(void) {
    end('}');
    putchar('\n');
    fflush(stdout);
}

void key(const char *name) {
    next();
    printf("\"%s\":", name);
    needs_comma = false;
}

void begin(char bracket) {
    next();
    putchar(bracket);
    needs_comma = false;
}

void end(char bracket) {
    putchar(bracket);
    needs_comma = true;
}

void put_hex(const char *bytes, size_t len) {
    next();
    putchar('"');
    for (size_t i = 0; i < len; i++) printf("%02x", (unsigned)(unsigned char)bytes[i]);
    putchar('"');
}

void put_str(tracehop_str value) { put_hex(value.data, value.len); }

void put_bool(bool value) {
    next();
    fputs(value ? "true" : "false", stdout);
}

void put_null(void) {
    next();
    fputs("null", stdout);
}

void put_number(double value) {
    if (value == TRACEHOP_UNSET) {
        put_null();
        return;
    }
    next();
    printf("%.17g", value);
}

void put_decision(tracehop_decision value) {
    if (value == TRACEHOP_UNDECIDED) put_null();
    else put_bool(value == TRACEHOP_YES);
}

void put_findings(uint64_t findings) {
    begin('[');
    for (tracehop_finding finding = 1; finding <= 64; finding++)
        if (findings & TRACEHOP_FINDING_BIT(finding)) put_str(tracehop_finding_name(finding));
    end(']');
}

/* Reports an error of the driver itself: no vector expects this key. */
void fail(const char *why, int number) {
    key("failed");
    put_hex(why, strlen(why));
    key("number");
    put_number(number);
}

char *written_text(writer write, void *what, size_t *len) {
    char *buf, *small;
    *len = write(what, NULL, 0);
    if (write(what, NULL, 1000) != *len) fail("a buffer that is NULL changes the length", 0);
    small = keep(malloc(*len ? *len : 1));
    memset(small, '#', *len ? *len : 1);
    if (write(what, small, *len) != *len) fail("a short buffer changes the length", (int)*len);
    if (*len > 0 && small[0] != '\0') fail("a short buffer contains text", (int)*len);
    buf = keep(malloc(*len + 1));
    memset(buf, '#', *len + 1);
    if (write(what, buf, *len + 1) != *len) fail("an exact buffer changes the length", (int)*len);
    if (buf[*len] != '\0') fail("no NUL after the text", (int)*len);
    return buf;
}

void put_written(writer write, void *what, bool null_if_empty) {
    size_t len;
    char *buf = written_text(write, what, &len);
    if (len == 0 && null_if_empty) put_null();
    else put_hex(buf, len);
}

static void put_listed(tracehop_str listed) {
    if (listed.data[listed.len] != '\0') fail("no NUL after the text of a list", (int)listed.len);
    put_str(listed);
}

void put_members(lister list) {
    tracehop_members members;
    tracehop_status status = list(NULL, 0, &members);
    size_t needed = members.needed;
    char *buf = keep(malloc(needed ? needed : 1));
    if (status != (needed ? TRACEHOP_SHORT : TRACEHOP_OK) || members.n_members > 0) fail("a list without a buffer", status);
    if (needed > 0 && list(buf, needed - 1, &members) != TRACEHOP_SHORT) fail("a list in a short buffer", (int)needed);
    if (list(buf, needed, &members) != TRACEHOP_OK || members.needed != needed) fail("a list in an exact buffer", (int)needed);
    begin('[');
    for (size_t i = 0; i < members.n_members; i++) {
        begin('[');
        put_listed(members.members[i].name);
        put_listed(members.members[i].value);
        end(']');
    }
    end(']');
}

void put_error(tracehop_status status, bool has_at, size_t at) {
    tracehop_str option = tracehop_status_option(status);
    key("error");
    begin('{');
    key("kind");
    put_str(tracehop_status_name(status));
    if (has_at) {
        key("at");
        put_number((double)at);
    }
    key("option");
    if (option.data) put_str(option);
    else put_null();
    end('}');
}

void put_outcome(const tracehop_outcome *outcome) {
    key("reason");
    put_str(tracehop_reason_name(outcome->reason));
    key("findings");
    put_findings(outcome->findings);
    key("set");
    begin('[');
    for (size_t i = 0; i < outcome->n_headers; i++) {
        begin('[');
        put_str(outcome->headers[i].name);
        put_str(outcome->headers[i].value);
        end(']');
    }
    end(']');
}
