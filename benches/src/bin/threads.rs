//! Hops (W5) a second on several threads at once: `threads COUNT SECONDS`. See `threads.py`.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use tracehop_benches::{Scratch, Tracehop, Workloads};

/// Hops a second of one thread; all threads start together.
fn hops(barrier: &Barrier, time: Duration) -> f64 {
    let (tracehop, mut scratch) = (Tracehop::new(Workloads::load()), Scratch::default());
    barrier.wait();
    let (began, mut done) = (Instant::now(), 0_u32);
    while began.elapsed() < time {
        for at in 0..Workloads::VARIANTS {
            black_box(tracehop.w5(black_box(at), &mut scratch));
        }
        done += 1;
    }
    f64::from(done) * Workloads::VARIANTS as f64 / began.elapsed().as_secs_f64()
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<f64>().expect("a number"));
    let mut next = || arguments.next().expect("threads COUNT SECONDS");
    let (threads, time) = (next() as usize, Duration::from_secs_f64(next()));
    let barrier = Barrier::new(threads);
    let all: f64 = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(|| hops(&barrier, time))).collect();
        running.into_iter().map(|thread| thread.join().expect("a thread that ends")).sum()
    });
    println!("{all}");
}
