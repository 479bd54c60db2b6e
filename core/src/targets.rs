//! Propagation targets: the URLs that may get trace headers, and the target that decided (rules O1 to O5).

use core::fmt;

use crate::wire::url::{Resolved, Url, contains, is_relative, resolve};

mod origin;

pub use origin::Origin;

/// A host's comparison of URLs: a regex or a function. Every `Fn(&str) -> Option<bool>` is one.
///
/// # Example: a function as target
/// ```
/// use tracehop_core::{Options, Propagator, Target};
/// let is_internal = |url: &str| Some(url.ends_with(".internal/"));
/// let targets = [Target::Matcher(&is_internal)];
/// let propagator = Propagator::new(Options { trace_propagation_targets: Some(&targets), ..Options::default() })?;
/// assert!(propagator.allows("https://api.internal/", None));
/// # Ok::<(), tracehop_core::Error>(())
/// ```
pub trait Matcher {
    /// True if the target matches this text, a URL or the path of one; `None` if it failed, which counts as no.
    fn matches(&self, text: &str) -> Option<bool>;

    /// The pattern of a regex, which is also matched with the path of a same-origin URL; `None` for a function (rule O2).
    fn pattern(&self) -> Option<&str> {
        None
    }
}

impl<F: Fn(&str) -> Option<bool>> Matcher for F {
    fn matches(&self, text: &str) -> Option<bool> {
        self(text)
    }
}

/// One propagation target.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// Matches if the absolute URL contains this text literally.
    Text(&'a str),
    /// Compares scheme, host and port: the recommended kind.
    Origin(Origin<'a>),
    /// Calls the host: a regex or a function.
    Matcher(&'a dyn Matcher),
}

impl Target<'_> {
    /// A sentence for the developer if a text target looks like a regex or a wildcard and so matches no URL (rule O4).
    pub fn warning(&self) -> Option<&'static str> {
        let Target::Text(text) = self else { return None };
        let looks_like_regex =
            ["^", "*", "\\", "?:", "|"].iter().any(|sign| contains(text, sign)) || text.ends_with('$');
        looks_like_regex.then_some(
            "a text in trace_propagation_targets is compared literally, but this one looks like a regex or a wildcard: \
             use a regex target, or better an origin target such as https://*.myapp.com",
        )
    }

    /// The kind of this target in one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Target::Text(_) => "text",
            Target::Origin(_) => "origin",
            Target::Matcher(matcher) if matcher.pattern().is_some() => "regex",
            Target::Matcher(_) => "function",
        }
    }

    /// True if it matches this URL, or its path if the page has the same origin (rule O2); `None` if it failed.
    fn matches(&self, url: &Url<'_>, path: Option<&str>) -> Option<bool> {
        match self {
            Target::Text(text) => {
                Some(contains(url.text, text) || path.is_some_and(|path| contains(path, text)))
            }
            Target::Origin(origin) => Some(origin.covers(&url.origin)),
            Target::Matcher(matcher) => match (matcher.matches(url.text), path) {
                (Some(false), Some(path)) if matcher.pattern().is_some() => matcher.matches(path),
                (answer, _) => answer,
            },
        }
    }
}

impl fmt::Debug for Target<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Text(text) => f.debug_tuple("Text").field(text).finish(),
            Target::Origin(origin) => f.debug_tuple("Origin").field(origin).finish(),
            Target::Matcher(matcher) => f.debug_tuple("Matcher").field(&matcher.pattern()).finish(),
        }
    }
}

/// The reason why a URL may get trace headers or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No targets are configured, so every URL is one.
    Everywhere,
    /// No targets are configured, and the URL has the page's origin.
    SameOrigin,
    /// The target with this index matched.
    Matched(usize),
    /// The URL does not parse or contains a forbidden byte.
    Malformed,
    /// It is this service's own ingest host.
    OwnHost,
    /// No targets are configured, and the URL has another origin than the page.
    OtherOrigin,
    /// None of the targets matched.
    Unmatched,
}

/// A verdict, and whether a function target failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decided {
    pub(crate) verdict: Verdict,
    pub(crate) target_failed: bool,
}

impl From<Verdict> for Decided {
    fn from(verdict: Verdict) -> Self {
        Decided { verdict, target_failed: false }
    }
}

/// Decides about a URL, absolute or relative to the page.
pub(crate) fn decide(
    targets: Option<&[Target<'_>]>,
    url: &str,
    page: Option<&str>,
    is_own: impl Fn(&Url<'_>) -> bool,
) -> Decided {
    let base = page.and_then(Url::parse);
    match base {
        Some(base) if is_relative(url) => decide_relative(targets, url, &base, is_own),
        _ => decide_absolute(targets, url, page.is_some(), base.as_ref(), is_own),
    }
}

fn decide_relative(
    targets: Option<&[Target<'_>]>,
    url: &str,
    base: &Url<'_>,
    is_own: impl Fn(&Url<'_>) -> bool,
) -> Decided {
    let mut resolved = Resolved::new();
    match resolve(url, base.text, &mut resolved) {
        Some(url) => decide_absolute(targets, url, true, Some(base), is_own),
        None => Verdict::Malformed.into(),
    }
}

fn decide_absolute(
    targets: Option<&[Target<'_>]>,
    url: &str,
    has_page: bool,
    base: Option<&Url<'_>>,
    is_own: impl Fn(&Url<'_>) -> bool,
) -> Decided {
    let Some(url) = Url::parse(url) else { return Verdict::Malformed.into() };
    if is_own(&url) {
        return Verdict::OwnHost.into();
    }
    let is_same_origin = base.is_some_and(|base| base.origin == url.origin);
    match targets {
        Some(targets) => judge(targets, &url, is_same_origin),
        None if !has_page => Verdict::Everywhere.into(),
        None if is_same_origin => Verdict::SameOrigin.into(),
        None => Verdict::OtherOrigin.into(),
    }
}

fn judge(targets: &[Target<'_>], url: &Url<'_>, is_same_origin: bool) -> Decided {
    let path = is_same_origin.then(|| url.path());
    let mut target_failed = false;
    for (index, target) in targets.iter().enumerate() {
        match target.matches(url, path) {
            Some(true) => return Decided { verdict: Verdict::Matched(index), target_failed },
            Some(false) => {}
            None => target_failed = true,
        }
    }
    Decided { verdict: Verdict::Unmatched, target_failed }
}
