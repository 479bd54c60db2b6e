//! A message made from the bytes of a fuzzer: a byte of switches, then lines of `name: value`.

use tracehop_core::{Buffer, Dsn, HeaderValue, Headers, Options, Propagator, Seed, Start, TraceContext};

pub(super) const SEED: Seed = Seed(*b"0123456789abcdef01234567");
/// The parts of `https://key@o1.ingest.sentry.io/2`.
pub(super) const DSN: Dsn<'static> =
    Dsn { public_key: "key", org_id: Some("1"), host: "o1.ingest.sentry.io", port: 443 };
pub(super) const URL: &str = "https://api.myapp.com/users?q=1";

/// A message, and the options of the service that reads it.
pub(super) struct Message<'a> {
    switches: u8,
    pub(super) pairs: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Message<'a> {
    /// A message of one line, and a service without options.
    pub(super) fn of(name: &'a [u8], value: &'a [u8]) -> Self {
        Message { switches: 0, pairs: vec![(name, value)] }
    }

    pub(super) fn read(data: &'a [u8]) -> Self {
        let (switches, lines) = data.split_first().map_or((0, data), |(first, rest)| (*first, rest));
        let pairs = lines.split(|byte| *byte == b'\n').map(|line| {
            let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            (&line[..colon], line.get(colon + 1..).unwrap_or_default())
        });
        Message { switches, pairs: pairs.collect() }
    }

    fn on(&self, bit: u8) -> bool {
        self.switches >> bit & 1 == 1
    }

    pub(super) fn propagator(&self) -> Propagator<'static> {
        let options = Options {
            dsn: self.on(0).then_some(DSN),
            release: self.on(1).then_some("a release \u{e9},\"<>&"),
            strict_trace_continuation: self.on(2),
            propagate_traceparent: self.on(3),
            traces_sample_rate: self.rate(),
            ..Options::default()
        };
        Propagator::new(options).expect("the options are valid")
    }

    pub(super) fn rate(&self) -> Option<f64> {
        [None, Some(0.0), Some(0.25), Some(1.0)][usize::from(self.switches >> 4 & 3)]
    }

    pub(super) fn headers(&self) -> Headers<'a> {
        Headers::from_pairs(self.pairs.iter().copied())
    }

    pub(super) fn context<'b>(&self, buffer: &'b mut Buffer) -> TraceContext<'b>
    where
        'a: 'b,
    {
        self.propagator().continue_trace(&self.headers(), Start::with(SEED), buffer)
    }
}

pub(super) fn bytes(value: &HeaderValue<'_>) -> Vec<u8> {
    let bytes: Vec<u8> = value.chunks().flatten().copied().collect();
    assert_eq!(bytes.len(), value.len(), "`len` is the length of all chunks");
    assert_eq!(bytes.is_empty(), value.is_empty());
    bytes
}

/// The headers of a context for a request without any.
pub(super) fn written(context: &TraceContext<'_>) -> Vec<(&'static str, Vec<u8>)> {
    let mut written = Vec::new();
    context.headers(&Headers::new(), |name, value| written.push((name, bytes(&value))));
    written
}

pub(super) fn headers_of<'a>(written: &'a [(&'static str, Vec<u8>)]) -> Headers<'a> {
    Headers::from_pairs(written.iter().map(|(name, value)| (name.as_bytes(), value.as_slice())))
}

/// Rule B8: no byte that could end a header, a quoted text or a tag.
pub(super) fn assert_clean(text: &[u8]) {
    let is_clean = |byte: &u8| matches!(byte, 0x21..=0x7e) && !b"\"'\\<>&".contains(byte);
    assert!(text.iter().all(is_clean), "{:?} is not clean", text.escape_ascii().to_string());
}
