//! The names of methods that are called on the hot path, interned when the compiled part is loaded.

use magnus::Ruby;
use magnus::value::LazyId;

macro_rules! names {
    ($($name:ident = $text:literal,)*) => {
        $(pub(crate) static $name: LazyId = LazyId::new($text);)*

        /// Interns all of them now, because the first use would do it under a lock.
        pub(crate) fn intern(ruby: &Ruby) {
            $(LazyId::force(&$name, ruby);)*
        }
    };
}

names! {
    CALL = "call",
    DELETE = "delete",
    DUP = "dup",
    HOST = "host",
    HTML_SAFE = "html_safe",
    SCHEME = "scheme",
    STORE = "[]=",
    TO_A = "to_a",
    TO_HASH = "to_hash",
    TO_S = "to_s",
}
