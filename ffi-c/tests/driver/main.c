/* Reads requests until end of file. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static void answer(void) {
    const char *verb = request_verb(), *unused;
    answer_begin();
    if (!answer_parse(verb) && !answer_context(verb) && !answer_outgoing(verb) && !answer_browser(verb) &&
        !answer_lifetime(verb))
        fail("this verb is unknown", 0);
    unused = request_unused();
    if (unused != NULL) {
        key("unknown");
        put_hex(unused, strlen(unused));
    }
    answer_end();
    options_free();
    request_free();
}

int main(void) {
    char *line = NULL;
    size_t cap = 0;
    while (getline(&line, &cap, stdin) > 0) {
        request_read(line);
        answer();
    }
    free(line);
    return 0;
}
