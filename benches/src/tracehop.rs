//! W1 to W7 with tracehop, each on the variant with an index. Texts and contexts are written into reused buffers.

use std::fmt::Write;

use tracehop_core::{
    Baggage, Buffer, Dsn, Error, HeaderValue, Headers, Options, Propagator, Seed, SentryMembers, SentryTrace,
    Start, StoredContext, TraceContext,
};

use crate::Workloads;

/// The other headers of a request that a proxy passes on.
const OTHERS: [(&[u8], &[u8]); 16] = [
    (b"host", b"api.myapp.com"),
    (b"user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    (b"accept", b"application/json, text/plain, */*"),
    (b"accept-language", b"en-US,en;q=0.5"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"content-type", b"application/json"),
    (b"content-length", b"1024"),
    (b"origin", b"https://www.myapp.com"),
    (b"referer", b"https://www.myapp.com/checkout"),
    (b"cookie", b"session=0123456789abcdef0123456789abcdef"),
    (b"connection", b"keep-alive"),
    (b"x-request-id", b"0b1c2d3e4f5061728394a5b6c7d8e9f0"),
    (b"x-forwarded-for", b"203.0.113.7, 10.0.0.1"),
    (b"x-forwarded-proto", b"https"),
    (b"sec-fetch-mode", b"cors"),
    (b"cache-control", b"no-cache"),
];

/// The buffers that a workload writes to.
#[derive(Debug)]
pub struct Scratch {
    headers: [u8; 1024],
    text: String,
    page: Vec<u8>,
    buffer: Buffer,
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch {
            headers: [0; 1024],
            text: String::with_capacity(1024),
            page: Vec::with_capacity(1024),
            buffer: Buffer::new(),
        }
    }
}

/// A propagator, and the contexts that it made from the inputs.
#[derive(Debug)]
pub struct Tracehop {
    work: &'static Workloads,
    propagator: Propagator<'static>,
    with_dsn: Propagator<'static>,
    requests: Vec<Vec<(&'static [u8], &'static [u8])>>,
    contexts: Vec<StoredContext>,
}

impl Tracehop {
    /// Prepares the workloads with these inputs.
    ///
    /// # Panics
    /// If the options of the workloads are not valid.
    #[must_use]
    pub fn new(work: &'static Workloads) -> Self {
        let options = Options { trace_propagation_targets: Some(&work.targets), ..Options::default() };
        let propagator = Propagator::new(options).expect("the options are valid");
        let dsn = Dsn::parse("https://49d0f7386ad645858ae85020e393bef3@o447951.ingest.sentry.io/2");
        let with_dsn = Propagator::new(Options { dsn: dsn.ok(), ..options }).expect("the options are valid");
        let proceed = |at| {
            let mut buffer = Buffer::new();
            let headers = Headers::from_pairs(work.pairs(at));
            StoredContext::new(&propagator.continue_trace(&headers, seed(at), &mut buffer))
        };
        let contexts = (0..Workloads::VARIANTS).map(proceed).collect();
        let requests = (0..Workloads::VARIANTS).map(|at| OTHERS.into_iter().chain(work.pairs(at)).collect());
        let requests = requests.collect();
        Tracehop { work, propagator, with_dsn, requests, contexts }
    }

    /// W1: one trace header.
    ///
    /// # Errors
    /// If it is not valid.
    pub fn w1(&self, at: usize) -> Result<SentryTrace, Error> {
        SentryTrace::parse(self.work.sentry_trace[at].as_bytes())
    }

    /// W2: all of Sentry's values, decoded.
    pub fn w2<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a str {
        scratch.text.clear();
        let mut sentry = SentryMembers::empty();
        Baggage::new(self.work.baggage[at].as_bytes()).sentry_into(&mut sentry);
        for member in sentry.iter() {
            match member.value().as_plain() {
                Some(text) => scratch.text.push_str(text),
                None => drop(write!(scratch.text, "{}", member.value())),
            }
        }
        &scratch.text
    }

    /// W3: continue.
    pub fn w3<'a>(&self, at: usize, scratch: &'a mut Scratch) -> TraceContext<'a> {
        let incoming = Headers::from_pairs(self.work.pairs(at));
        self.propagator.continue_trace(&incoming, seed(at), &mut scratch.buffer)
    }

    /// W4: both headers of a context.
    pub fn w4<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a [u8] {
        both_headers(&self.contexts[at].get(), &mut scratch.headers)
    }

    /// W5: a hop.
    pub fn w5<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a [u8] {
        let incoming = Headers::from_pairs(self.work.pairs(at));
        hop(&self.propagator, &incoming, at, scratch)
    }

    /// W5 as in a service of Sentry's cloud: 18 headers, and a DSN whose organisation is compared.
    pub fn w5_with_dsn<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a [u8] {
        let incoming = Headers::from_pairs(self.requests[at].iter().copied());
        hop(&self.with_dsn, &incoming, at, scratch)
    }

    /// W6: true if this URL may have headers.
    #[must_use]
    pub fn w6(&self, at: usize) -> bool {
        self.propagator.allows(&self.work.urls[at], None)
    }

    /// W7: both meta tags.
    pub fn w7<'a>(&self, at: usize, scratch: &'a mut Scratch) -> &'a [u8] {
        scratch.page.clear();
        self.contexts[at].get().write_meta_tags(|piece| scratch.page.extend_from_slice(piece));
        &scratch.page
    }

    /// W8: a hop with these headers.
    pub fn w8<'a>(&self, headers: &Headers<'_>, scratch: &'a mut Scratch) -> &'a [u8] {
        hop(&self.propagator, headers, 1, scratch)
    }
}

fn hop<'a>(
    propagator: &Propagator<'_>,
    incoming: &Headers<'_>,
    at: usize,
    scratch: &'a mut Scratch,
) -> &'a [u8] {
    let context = propagator.continue_trace(incoming, seed(at), &mut scratch.buffer);
    both_headers(&context, &mut scratch.headers)
}

/// A fixed seed: the core has no randomness.
fn seed(at: usize) -> Start<'static> {
    Start::with(Seed([at as u8 | 0x40; 24]))
}

/// Both values, one after the other.
fn both_headers<'a>(context: &TraceContext<'_>, buffer: &'a mut [u8]) -> &'a [u8] {
    let mut len = 0;
    context.headers(&Headers::new(), |_, value: HeaderValue<'_>| {
        len += value.copy_to(&mut buffer[len..]);
    });
    &buffer[..len]
}
