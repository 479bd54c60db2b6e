//! W8: hostile headers. Their cost must be proportional to the bytes that are read, and constant past the reading budget
//! (rule B7).

use tracehop_core::{Headers, Options, Propagator, Target};

use crate::workloads::regex;

const TRACE: &str = "771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
const KIB: usize = 1024;

/// 1x, 2x and 4x of 8 KiB, then 1 MB: the last three must cost the same.
pub const SIZES: [usize; 4] = [8 * KIB, 16 * KIB, 32 * KIB, 1_000_000];

/// The kinds of hostile text.
pub const KINDS: [&str; 8] =
    ["members", "percents", "commas", "blanks", "keys", "sentry members", "loose members", "trace"];

/// A hostile message: the values of both headers.
#[derive(Debug)]
pub struct Hostile {
    trace: String,
    baggage: String,
}

impl Hostile {
    /// A message of this kind and size in bytes.
    #[must_use]
    pub fn new(kind: &str, bytes: usize) -> Self {
        if kind == "trace" {
            return Hostile { trace: " ".repeat(bytes) + TRACE, baggage: String::new() };
        }
        Hostile { trace: TRACE.into(), baggage: baggage(kind, bytes) }
    }

    /// The headers of the message.
    #[must_use]
    pub fn headers(&self) -> Headers<'_> {
        Headers::from_pairs([
            (&b"sentry-trace"[..], self.trace.as_bytes()),
            (&b"baggage"[..], self.baggage.as_bytes()),
        ])
    }
}

fn baggage(kind: &str, bytes: usize) -> String {
    let mut text = match kind {
        "members" => "a=1,".repeat(bytes),
        "percents" => format!("sentry-a={}", "%".repeat(bytes)),
        "commas" => ",".repeat(bytes),
        "blanks" => " ".repeat(bytes),
        "keys" => (0..bytes / 11).map(|at| format!("sentry-{at}=1,")).collect(),
        "sentry members" => "sentry-a=1,".repeat(bytes),
        "loose members" => "sentry-a = %c3 ;p,".repeat(bytes),
        _ => panic!("no such kind: {kind}"),
    };
    text.truncate(bytes);
    text
}

/// A propagator with the target `^(a+)+$`, a pattern that takes backtracking engines seconds for 28 characters.
///
/// # Panics
/// Never: the pattern is valid.
#[must_use]
pub fn nested_quantifiers() -> Propagator<'static> {
    let targets: &'static [Target<'static>] = Box::leak(Box::new([Target::Matcher(regex("^(a+)+$"))]));
    let options = Options { trace_propagation_targets: Some(targets), ..Options::default() };
    Propagator::new(options).expect("the options are valid")
}
