//! The baseline size of a program: start-up, terminal and stack measurement.
#![cfg_attr(target_os = "none", no_std, no_main)]

use tracehop_embedded::console::Console;

fn run(_: &mut Console) {}

tracehop_embedded::program!(run);
