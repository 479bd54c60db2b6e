/* Two Rust libraries in one program. */
#include <tracehop.h>

#include "check.h"

int neighbour_catches(void);

int main(void) {
    tracehop_targets *owner = tracehop_targets_new();
    tracehop_target target;
    CHECK(neighbour_catches() == 7);
    CHECK(tracehop_targets_add_regex(owner, tracehop_str_from("^a+$"), 0, TRACEHOP_DIALECT_RUST, &target, NULL) == TRACEHOP_OK);
    CHECK(neighbour_catches() == 7);
    tracehop_targets_free(owner);
    return failures != 0;
}
