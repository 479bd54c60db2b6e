#![cfg_attr(target_os = "none", no_std, no_main)]

tracehop_embedded::program!(tracehop_embedded::tour::run);
