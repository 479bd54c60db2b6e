//! The Ruby binding of tracehop: converts types, calls the core and follows Ruby's conventions. All logic is in the core.
#![deny(unsafe_code)]

mod baggage;
mod borrowed;
mod callbacks;
mod carrier;
mod classes;
mod command;
mod context;
mod copied;
mod cors;
mod entropy;
mod error;
mod finding;
mod functions;
mod init;
mod inject;
mod input_kind;
mod inputs;
mod interned_names;
mod key;
mod lifetime;
mod methods;
mod options;
mod outgoing;
mod propagator;
mod stored_text;
mod strings;
mod targets;
mod urls;
mod values;
