/* Declares the compiled part safe for Ractors: it holds no state but constants and a pool of random bytes a thread.
   magnus has no word for this, and Rust could say it only with unsafe code. Ruby asks while it loads the library, so
   a constructor is in time. */
#include <stdbool.h>

void rb_ext_ractor_safe(bool flag);

__attribute__((constructor)) static void declare_ractor_safe(void) { rb_ext_ractor_safe(true); }
