//! What a program weighs before it does anything: start-up, terminal and stack measure.
#![cfg_attr(target_os = "none", no_std, no_main)]

use tracehop_embedded::console::Console;

fn run(_: &mut Console) {}

tracehop_embedded::program!(run);
