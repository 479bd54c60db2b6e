//! W8: hostile input of growing size; its cost must be constant past the reading budget.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tracehop_benches::hostile::{Hostile, KINDS, SIZES, nested_quantifiers};
use tracehop_benches::{Scratch, Tracehop, Workloads};

fn headers(c: &mut Criterion) {
    let (tracehop, mut scratch) = (Tracehop::new(Workloads::load()), Scratch::default());
    for (kind, size) in KINDS.iter().flat_map(|kind| SIZES.map(|size| (kind, size))) {
        let hostile = Hostile::new(kind, size);
        let mut group = c.benchmark_group(format!("W8 {kind} {size}"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function("tracehop", |b| {
            b.iter(|| tracehop.w8(black_box(&hostile.headers()), &mut scratch).len())
        });
    }
}

fn regex(c: &mut Criterion) {
    let propagator = nested_quantifiers();
    for count in [16, 32, 64, 128, 4096] {
        let url = format!("https://a.test/{}!", "a".repeat(count));
        c.benchmark_group(format!("W8 regex {count}"))
            .bench_function("tracehop", |b| b.iter(|| propagator.allows(black_box(&url), None)));
    }
}

criterion_group!(benches, headers, regex);
criterion_main!(benches);
