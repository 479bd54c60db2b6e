//! The Ruby face of tracehop: converts types, calls the core, fits Ruby's habits. It holds no meaning of its own.
#![forbid(unsafe_code)]

mod baggage;
mod callbacks;
mod carrier;
mod classes;
mod command;
mod context;
mod entropy;
mod error;
mod finding;
mod functions;
mod init;
mod input_kind;
mod interned_names;
mod lifetime;
mod methods;
mod options;
mod outgoing;
mod propagator;
mod stored_text;
mod strings;
mod targets;
mod values;
