/* Reads a request line into fields, and records which of them were used. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

enum { FIELDS = 4096 };

static struct field {
    const char *path;
    const char *value;
    tracehop_str bytes;
    bool is_used;
} fields[FIELDS];
static size_t n_fields, n_kept;
static void **kept;
static const char *verb;

void *keep(void *memory) {
    kept = realloc(kept, (n_kept + 1) * sizeof *kept);
    if (kept == NULL || memory == NULL) abort();
    return kept[n_kept++] = memory;
}

static unsigned digit(char c) { return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10); }

static char *decode(const char *hex, size_t len) {
    char *bytes = malloc(len ? len : 1);
    for (size_t i = 0; i < len; i++) bytes[i] = (char)(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    return keep(bytes);
}

void request_read(char *line) {
    n_fields = 0;
    verb = strtok(line, " \n");
    for (char *word; (word = strtok(NULL, " \n")) != NULL; n_fields++) {
        char *value = strchr(word, '=');
        struct field *field = &fields[n_fields];
        if (value == NULL || n_fields + 1 == FIELDS) abort();
        *value++ = '\0';
        memset(field, 0, sizeof *field);
        field->path = word;
        field->value = value;
        if (*value == 's') {
            field->bytes.len = strlen(value + 1) / 2;
            field->bytes.data = decode(value + 1, field->bytes.len);
        }
    }
}

const char *request_verb(void) { return verb; }

const char *request_unused(void) {
    for (size_t i = 0; i < n_fields; i++)
        if (!fields[i].is_used) return fields[i].path;
    return NULL;
}

void request_free(void) {
    while (n_kept > 0) free(kept[--n_kept]);
    free(kept);
    kept = NULL;
}

static struct field *find(const char *format, va_list arguments) {
    char path[256];
    vsnprintf(path, sizeof path, format, arguments);
    for (size_t i = 0; i < n_fields; i++)
        if (strcmp(fields[i].path, path) == 0) {
            fields[i].is_used = true;
            return &fields[i];
        }
    return NULL;
}

#define FIND(field, format) \
    struct field *field; \
    va_list arguments; \
    va_start(arguments, format); \
    field = find(format, arguments); \
    va_end(arguments)

bool has(const char *format, ...) {
    FIND(field, format);
    return field != NULL;
}

tracehop_str text(const char *format, ...) {
    tracehop_str absent = {NULL, 0};
    FIND(field, format);
    return field ? field->bytes : absent;
}

const char *raw(const char *format, ...) {
    FIND(field, format);
    return field ? field->value : NULL;
}

double number(const char *format, ...) {
    FIND(field, format);
    return field ? strtod(field->value + 1, NULL) : 0;
}

bool boolean(const char *format, ...) {
    FIND(field, format);
    return field && strcmp(field->value, "b1") == 0;
}

tracehop_decision decision(const char *path) {
    const char *value = raw("%s", path);
    if (value == NULL || *value != 'b') return TRACEHOP_UNDECIDED;
    return value[1] == '1' ? TRACEHOP_YES : TRACEHOP_NO;
}

size_t count(const char *path) { return (size_t)number("%s.n", path); }

const uint8_t *hex_bytes(const char *format, size_t n, ...) {
    va_list arguments;
    struct field *field;
    va_start(arguments, n);
    field = find(format, arguments);
    va_end(arguments);
    if (field == NULL || field->bytes.len != 2 * n) abort();
    return (const uint8_t *)decode(field->bytes.data, n);
}

tracehop_header *pairs(const char *path, size_t *n) {
    tracehop_header *headers;
    *n = count(path);
    if (*n == 0) return NULL;
    headers = keep(malloc(*n * sizeof *headers));
    for (size_t i = 0; i < *n; i++) {
        has("%s.%zu.n", path, i);
        headers[i].name = text("%s.%zu.0", path, i);
        headers[i].value = text("%s.%zu.1", path, i);
    }
    return headers;
}
