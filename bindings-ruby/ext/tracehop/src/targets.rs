//! Targets: text, origins, Regexps and callables, turned into the core's kinds once, when they are configured.

use magnus::{Error, RArray, RRegexp, RString, Ruby, Value, gc, prelude::*};
use smallvec::SmallVec;
use tracehop_core::{Dialect, Origin, RegexFlags, RegexTarget, Target};

use crate::host::{Callable, Host};
use crate::init::root;
use crate::{error, strings};

const ACCEPTED: &str = "an array of String, Tracehop::Origin, Regexp or an object with call (a proc)";

/// One configured target, owned.
pub(crate) enum Configured {
    Text(String),
    Origin(Origin<String>),
    Regex(Box<RegexTarget>),
    Function(Callable),
}

/// Reads the option `trace_propagation_targets`.
pub(crate) fn read(ruby: &Ruby, option: Value) -> Result<Option<Vec<Configured>>, Error> {
    if option.is_nil() {
        return Ok(None);
    }
    let Some(list) = RArray::from_value(option) else {
        return Err(error::wrong_type(ruby, "trace_propagation_targets", ACCEPTED, option));
    };
    list.into_iter()
        .enumerate()
        .map(|(index, target)| configured(ruby, target, index))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// What asks the function targets, in their order.
pub(crate) fn functions<'h>(
    targets: &[Configured],
    host: &'h Host<'_>,
) -> Vec<impl Fn(&str) -> Option<bool> + 'h> {
    let callables = targets.iter().filter_map(|target| match target {
        Configured::Function(callable) => Some(*callable),
        _ => None,
    });
    callables.map(|callable| move |url: &str| host.allows(callable, url)).collect()
}

/// The core's targets over these; `functions` are those of [`functions`].
pub(crate) fn borrowed<'t>(
    targets: &'t [Configured],
    functions: &'t [impl Fn(&str) -> Option<bool> + 't],
) -> SmallVec<[Target<'t>; 4]> {
    let mut functions = functions.iter();
    let borrowed = targets.iter().filter_map(|target| match target {
        Configured::Text(text) => Some(Target::Text(text)),
        Configured::Origin(origin) => Some(Target::Origin(origin.lent())),
        Configured::Regex(regex) => Some(Target::Regex(regex)),
        Configured::Function(_) => functions.next().map(|function| Target::Function(function)),
    });
    borrowed.collect()
}

/// The warnings that targets deserve (rule O4).
pub(crate) fn warnings(targets: &[Configured]) -> impl Iterator<Item = String> {
    targets.iter().enumerate().filter_map(|(index, target)| {
        let Configured::Text(text) = target else { return None };
        Some(format!("trace_propagation_targets[{index}]: {}", Target::Text(text).warning()?))
    })
}

/// Keeps the callables alive.
pub(crate) fn mark(targets: &[Configured], marker: &gc::Marker) {
    targets.iter().for_each(|target| {
        if let Configured::Function(callable) = target {
            marker.mark(*callable);
        }
    });
}

fn configured(ruby: &Ruby, target: Value, index: usize) -> Result<Configured, Error> {
    let refuse = |wrong| error::option(ruby, wrong, &format!("[{index}]"));
    if let Some(text) = RString::from_value(target) {
        return Ok(Configured::Text(strings::text(text)));
    }
    if let Some(regexp) = RRegexp::from_value(target) {
        return regex(regexp)?.map(|regex| Configured::Regex(Box::new(regex))).map_err(refuse);
    }
    if is_origin(ruby, target)? {
        let text = strings::text(target.funcall("text", ())?);
        let parsed = Origin::parse(&text).map_err(refuse)?;
        return Ok(Configured::Origin(parsed.map(String::from)));
    }
    if target.respond_to("call", false)? {
        return Ok(Configured::Function(target.into()));
    }
    Err(error::wrong_type(ruby, &format!("trace_propagation_targets[{index}]"), ACCEPTED, target))
}

fn is_origin(ruby: &Ruby, target: Value) -> Result<bool, Error> {
    let origin: magnus::RClass = root(ruby)?.const_get("Origin")?;
    Ok(target.is_kind_of(origin))
}

/// A Regexp with its options; what Ruby calls multi-line lets the dot match a line break.
fn regex(regexp: RRegexp) -> Result<Result<RegexTarget, tracehop_core::Error>, Error> {
    let source = strings::text(regexp.funcall("source", ())?);
    let options = regexp.options();
    let flags = RegexFlags {
        ignore_case: options.is_ignorecase(),
        dot_all: options.is_multiline(),
        verbose: options.is_extend(),
        ..RegexFlags::default()
    };
    Ok(RegexTarget::new(&source, flags, Dialect::Ruby))
}
