//! A request that the host is to send, and its result.

/// A name and its value.
pub(crate) type Line = (String, String);

/// One request to send, with header lines in the order and number in which they are given.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// One of the protocols that the host named.
    pub protocol: &'a str,
    /// The method.
    pub method: &'a str,
    /// An absolute URL.
    pub url: &'a str,
    /// Header lines except `Host`.
    pub lines: &'a [(String, String)],
}

/// A response.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Header lines in order.
    pub headers: Vec<(String, String)>,
    /// At most a megabyte of the body.
    pub body: Vec<u8>,
    /// The target of a redirect as an absolute URL.
    pub location: Option<String>,
}

impl Answer {
    /// True if the response is an error.
    pub(crate) fn is_error(&self) -> bool {
        self.status >= 400
    }

    /// True if it has this header.
    pub(crate) fn has(&self, wanted: &str) -> bool {
        self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted))
    }

    /// Header lines as bytes.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()))
    }
}

/// The reason why a request got no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nothing listens there.
    Refused,
    /// The connection was closed before the end of a response.
    Closed,
    /// Nothing was received in time.
    TimedOut,
    /// Something else, in the words of the host.
    Other(String),
}

impl From<String> for NoAnswer {
    /// The reason of this name; any other text is [`NoAnswer::Other`].
    fn from(reason: String) -> Self {
        match reason.as_str() {
            "refused" => NoAnswer::Refused,
            "closed" => NoAnswer::Closed,
            "timed out" => NoAnswer::TimedOut,
            _ => NoAnswer::Other(reason),
        }
    }
}

impl NoAnswer {
    /// The sentence for a server of this name.
    pub(crate) fn sentence(&self, server: &str) -> String {
        let why = match self {
            NoAnswer::Refused => "connection refused",
            NoAnswer::Closed => "the connection was closed without a response",
            NoAnswer::TimedOut => "timed out",
            NoAnswer::Other(why) => why,
        };
        format!("no response from {server}: {why}")
    }
}
