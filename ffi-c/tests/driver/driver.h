/* The line driver: reads one request per line, writes one result per line.
 *
 *     verb path=s<hex> path=d<number> path=b<0 or 1> path=z          (text, number, boolean, null)
 *
 * Paths are those of a vector's `given`: options.dsn, headers.0.1. An array also has its length: headers.n.
 * The result is a JSON object whose texts are hex. Every value is in a memory block of its exact size, and every text is
 * written three times, also into too short a buffer, so that a sanitizer detects an access past the end.
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <tracehop.h>

/* request.c: the fields of the current request. */
void request_read(char *line);
const char *request_verb(void);
const char *request_unused(void);
void request_free(void);
/* True if there is a field with this path, or (below) one inside it. */
bool has(const char *path, ...);
/* The bytes of a text; {NULL, 0} if there is no such field. */
tracehop_str text(const char *path, ...);
double number(const char *path, ...);
bool boolean(const char *path, ...);
tracehop_decision decision(const char *path);
size_t count(const char *path);
/* The raw field, type first: "s..", "d..", "b..", "z"; NULL if there is none. */
const char *raw(const char *path, ...);
/* Bytes of a hex field; the request owns them. */
const uint8_t *hex_bytes(const char *path, size_t n, ...);
/* An array of [name, value] pairs; NULL for none. */
tracehop_header *pairs(const char *path, size_t *n);
void *keep(void *memory);

/* answer.c: writes the result. */
typedef size_t (*writer)(void *what, char *buf, size_t cap);
void answer_begin(void);
void answer_end(void);
void key(const char *name);
void begin(char bracket);
void end(char bracket);
void put_str(tracehop_str value);
void put_hex(const char *bytes, size_t len);
void put_bool(bool value);
void put_number(double value);
void put_null(void);
void put_decision(tracehop_decision value);
void put_findings(uint64_t findings);
/* Calls a writer with an empty, a too short and an exact buffer. */
char *written_text(writer write, void *what, size_t *len);
void put_written(writer write, void *what, bool null_if_empty);
/* Lists members with no buffer, a too short one and an exact one. */
typedef tracehop_status (*lister)(char *buf, size_t cap, tracehop_members *members);
void put_members(lister list);
void put_error(tracehop_status status, bool has_at, size_t at);
void put_outcome(const tracehop_outcome *outcome);
void fail(const char *why, int number);

/* options.c: the propagator of `options`. */
tracehop_status options_read(tracehop_propagator *p);
size_t options_warnings(const tracehop_propagator *p);
void put_sampler_saw(void);
void options_free(void);

/* One function per file of verbs; false if the file does not have the verb. */
bool answer_parse(const char *verb);
bool answer_context(const char *verb);
bool answer_outgoing(const char *verb);
bool answer_browser(const char *verb);
bool answer_lifetime(const char *verb);

/* context.c */
tracehop_status context_start(const tracehop_propagator *p, tracehop_context *c);
#endif
