//! Propagation targets that a host owns (rules O1 to O4).

use smallvec::SmallVec;
use tracehop_core::{Matcher, Target};

use crate::captured::Captured;
use crate::owned_parts::OwnedOrigin;
use crate::regex::RegexTarget;

/// One target, owned: `C` is a callable of the host's, `P` what it stores with a regex, such as the pattern as it was given.
#[derive(Clone, Debug)]
pub enum OwnedTarget<C, P = ()> {
    /// A part of the URL.
    Text(Box<str>),
    /// Scheme, host and port.
    Origin(OwnedOrigin),
    /// A regex.
    Regex(Box<RegexTarget>, P),
    /// A function, which is given the URL.
    Function(C),
}

impl<C, P> OwnedTarget<C, P> {
    /// A sentence for the developer if a text target looks like a regex (rule O4).
    pub fn warning(&self) -> Option<&'static str> {
        match self {
            OwnedTarget::Text(text) => Target::Text(text).warning(),
            _ => None,
        }
    }

    /// The callable, if this is a function.
    pub fn function(&self) -> Option<&C> {
        match self {
            OwnedTarget::Function(function) => Some(function),
            _ => None,
        }
    }

    fn borrow<'a>(&'a self, function: impl FnOnce() -> Option<&'a dyn Matcher>) -> Option<Target<'a>> {
        match self {
            OwnedTarget::Text(text) => Some(Target::Text(text)),
            OwnedTarget::Origin(origin) => Some(Target::Origin(origin.borrow())),
            OwnedTarget::Regex(regex, _) => Some(Target::Matcher(&**regex)),
            OwnedTarget::Function(_) => function().map(Target::Matcher),
        }
    }
}

/// Runs `act` with the core's view of these targets; `ask` calls a function with the URL.
pub(crate) fn with_targets<C, P, T, E>(
    targets: &[OwnedTarget<C, P>],
    ask: impl Fn(&C, &str) -> Result<Option<bool>, E>,
    act: impl FnOnce(&[Target<'_>]) -> T,
) -> Result<T, E> {
    let captured = Captured::default();
    let (captured_by, ask) = (&captured, &ask);
    let functions = targets.iter().filter_map(OwnedTarget::function);
    let matchers: SmallVec<[_; 4]> =
        functions.map(|function| move |url: &str| captured_by.call(|| ask(function, url))).collect();
    let mut functions = matchers.iter();
    let borrowed: SmallVec<[Target<'_>; 4]> = targets
        .iter()
        .filter_map(|target| target.borrow(|| functions.next().map(|ask| ask as &dyn Matcher)))
        .collect();
    let answer = act(&borrowed);
    captured.finish(answer)
}
