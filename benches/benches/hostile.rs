//! W8: hostile input costs in proportion to the bytes that are read, and nothing more past the reading budget (rule B7).

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tracehop_benches::{seed, write};
use tracehop_core::{Dialect, Headers, Options, Propagator, RegexFlags, RegexTarget, Target};

const TRACE: &[u8] = b"771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
const KIB: usize = 1024;
/// 1x, 2x and 4x of 8 KiB, then 1 MB: the last three must cost the same.
const SIZES: [usize; 4] = [8 * KIB, 16 * KIB, 32 * KIB, 1_000_000];

/// A kind of hostile text of at least this many bytes.
fn hostile(kind: &str, bytes: usize) -> Vec<u8> {
    let repeated = |piece: &str| piece.repeat(bytes / piece.len() + 1).into_bytes();
    match kind {
        "members" => repeated("a=1,"),
        "sentry members" => repeated("sentry-a=1,"),
        "percents" => [&b"sentry-a="[..], &repeated("%")].concat(),
        "commas" => repeated(","),
        "blanks" => repeated(" "),
        "loose members" => repeated("sentry-a = %c3 ;p,"),
        _ => (0..bytes / 10).flat_map(|at| format!("sentry-{at}=1,").into_bytes()).collect(),
    }
}

fn baggage(c: &mut Criterion) {
    let propagator = Propagator::new(Options::default()).expect("the options are valid");
    for kind in
        ["members", "sentry members", "percents", "commas", "blanks", "loose members", "distinct keys"]
    {
        let mut group = c.benchmark_group(format!("W8 baggage of {kind}"));
        for bytes in SIZES {
            let text = hostile(kind, bytes);
            group.throughput(Throughput::Bytes(text.len() as u64));
            group.bench_with_input(BenchmarkId::from_parameter(bytes), &text, |b, text| {
                b.iter(|| {
                    let headers =
                        Headers::from_pairs([(&b"sentry-trace"[..], TRACE), (b"baggage", black_box(text))]);
                    write(&propagator.continue_trace(&headers, seed(1)))
                })
            });
        }
    }
}

fn sentry_trace(c: &mut Criterion) {
    let propagator = Propagator::new(Options::default()).expect("the options are valid");
    let mut group = c.benchmark_group("W8 sentry-trace of blanks");
    for bytes in SIZES {
        let text = [hostile("blanks", bytes), TRACE.to_vec()].concat();
        group.bench_with_input(BenchmarkId::from_parameter(bytes), &text, |b, text| {
            let headers = || Headers::from_pairs([(&b"sentry-trace"[..], black_box(text.as_slice()))]);
            b.iter(|| propagator.continue_trace(&headers(), seed(1)))
        });
    }
}

/// A pattern that stops other engines for seconds at 28 characters.
fn regex(c: &mut Criterion) {
    let regex = RegexTarget::new("^(a+)+$", RegexFlags::default(), Dialect::Python).expect("a pattern");
    let targets = [Target::Regex(&regex)];
    let options = Options { trace_propagation_targets: Some(&targets), ..Options::default() };
    let propagator = Propagator::new(options).expect("the options are valid");
    let mut group = c.benchmark_group("W8 regex ^(a+)+$");
    for count in [16, 32, 64, 128, 4096] {
        let url = format!("https://a.test/{}!", "a".repeat(count));
        group.bench_with_input(BenchmarkId::from_parameter(count), &url, |b, url| {
            b.iter(|| propagator.allows(black_box(url), None))
        });
    }
}

criterion_group!(benches, baggage, sentry_trace, regex);
criterion_main!(benches);
