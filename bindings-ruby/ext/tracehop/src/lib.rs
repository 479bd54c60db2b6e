//! The Ruby face of tracehop: converts types, calls the core, fits Ruby's habits. It holds no meaning of its own.
#![forbid(unsafe_code)]

mod baggage;
mod carrier;
mod context;
mod error;
mod finding;
mod host;
mod init;
mod kept;
mod keys;
mod lifetime;
mod methods;
mod native;
mod options;
mod outgoing;
mod propagator;
mod seed;
mod shape;
mod strings;
mod targets;
mod values;
