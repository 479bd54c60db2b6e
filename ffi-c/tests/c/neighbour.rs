//! Another Rust library, with its own copy of std, that panics and catches the panic.
#![crate_type = "staticlib"]

/// 7 if the panic was caught.
#[unsafe(no_mangle)]
pub extern "C" fn neighbour_catches() -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    std::panic::catch_unwind(|| assert!(std::env::var_os("NEIGHBOUR").is_some())).map_or(7, |()| 0)
}
