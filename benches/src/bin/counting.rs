//! Runs workloads between marks at which callgrind splits its counts: `counting [WORKLOAD...]`. See `instructions.py`.

use std::hint::black_box;
use std::os::unix::process::parent_id;

use tracehop_benches::hostile::{Hostile, KINDS, SIZES};
use tracehop_benches::{Scratch, Tracehop, Workloads};

const PASSES: usize = 8;

/// Counts one workload if it is selected; `work` takes the index of a variant.
fn count<T>(name: &str, variants: usize, mut work: impl FnMut(usize) -> T) {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if !wanted.is_empty() && !wanted.iter().any(|each| name.starts_with(each)) {
        return;
    }
    let mut run =
        |passes| (0..passes * variants).for_each(|at| drop(black_box(work(black_box(at % variants)))));
    run(2 * PASSES);
    for passes in [PASSES, 3 * PASSES] {
        black_box(parent_id());
        run(passes);
    }
    black_box(parent_id());
    println!("{name}\t{}", 2 * PASSES * variants);
}

fn main() {
    let (tracehop, mut scratch) = (Tracehop::new(Workloads::load()), Scratch::default());
    const ALL: usize = Workloads::VARIANTS;
    count("W1", ALL, |at| tracehop.w1(at));
    count("W2", ALL, |at| tracehop.w2(at, &mut scratch).len());
    count("W3", ALL, |at| tracehop.w3(at, &mut scratch).span_id());
    count("W4", ALL, |at| tracehop.w4(at, &mut scratch).len());
    count("W5", ALL, |at| tracehop.w5(at, &mut scratch).len());
    count("W5 with 18 headers and a DSN", ALL, |at| tracehop.w5_with_dsn(at, &mut scratch).len());
    count("W6", ALL, |at| tracehop.w6(at));
    count("W7", ALL, |at| tracehop.w7(at, &mut scratch).len());
    for (kind, size) in KINDS.iter().flat_map(|kind| [SIZES[1], SIZES[3]].map(|size| (kind, size))) {
        let hostile = Hostile::new(kind, size);
        count(&format!("W8 {kind} {size}"), 1, |_| tracehop.w8(&hostile.headers(), &mut scratch).len());
    }
}
