/* Declares the compiled part safe for Ractors: its only state is constants and a pool of random bytes per thread.
   magnus has no function for this, and in Rust it would need unsafe code. Ruby checks the declaration while it loads the
   library, so a constructor is early enough. */
#include <stdbool.h>

void rb_ext_ractor_safe(bool flag);

__attribute__((constructor)) static void declare_ractor_safe(void) { rb_ext_ractor_safe(true); }
