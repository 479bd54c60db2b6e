//! Converts targets from Ruby (text, origins, Regexps and callables) to the core's kinds, once, when they are configured.

use magnus::{Error, RArray, RRegexp, RString, Ruby, Value, prelude::*};
use tracehop_core::ErrorKind;
use tracehop_host::{Dialect, OwnedOrigin, OwnedTarget, RegexFlags, RegexTarget};

use crate::callbacks::Callable;
use crate::classes::root;
use crate::{error, strings};

const ACCEPTED: &str =
    "an array of String, Tracehop::Origin, Regexp, Tracehop::EcmaRegExp or an object with call (a proc)";

/// Reads the option `trace_propagation_targets`.
pub(crate) fn owned(ruby: &Ruby, option: Value) -> Result<Option<Vec<OwnedTarget<Callable>>>, Error> {
    if option.is_nil() {
        return Ok(None);
    }
    let Some(given) = RArray::from_value(option) else {
        return Err(error::wrong_type(ruby, "trace_propagation_targets", ACCEPTED, option));
    };
    let targets = given.into_iter().enumerate().map(|(index, each)| target(ruby, each, index));
    targets.collect::<Result<_, _>>().map(Some)
}

fn target(ruby: &Ruby, target: Value, index: usize) -> Result<OwnedTarget<Callable>, Error> {
    let refuse = |wrong| error::option(ruby, wrong, &format!("[{index}]"));
    if let Some(text) = RString::from_value(target) {
        return Ok(OwnedTarget::Text(strings::text(text).into()));
    }
    if let Some(regexp) = RRegexp::from_value(target) {
        return regex(regexp)?.map(|regex| OwnedTarget::Regex(Box::new(regex), ())).map_err(refuse);
    }
    if is_a(ruby, target, "EcmaRegExp")? {
        let regex = ecma_reg_exp(target)?;
        return regex.map(|regex| OwnedTarget::Regex(Box::new(regex), ())).map_err(refuse);
    }
    if is_a(ruby, target, "Origin")? {
        let text = strings::text(target.funcall("text", ())?);
        return OwnedOrigin::parse(&text).map(OwnedTarget::Origin).map_err(refuse);
    }
    if target.respond_to("call", false)? {
        return Ok(OwnedTarget::Function(target.into()));
    }
    Err(error::wrong_type(ruby, &format!("trace_propagation_targets[{index}]"), ACCEPTED, target))
}

/// True for an object of this class of the gem.
fn is_a(ruby: &Ruby, target: Value, class: &str) -> Result<bool, Error> {
    let class: magnus::RClass = root(ruby)?.const_get(class)?;
    Ok(target.is_kind_of(class))
}

fn ecma_reg_exp(target: Value) -> Result<Result<RegexTarget, tracehop_core::Error>, Error> {
    let pattern = strings::text(target.funcall("pattern", ())?);
    let flags = strings::text(target.funcall("flags", ())?);
    let flags = RegexFlags::ecmascript(&flags).ok_or(tracehop_core::Error::new(ErrorKind::RegexFlag, 0));
    Ok(flags.and_then(|flags| RegexTarget::new(&pattern, flags, Dialect::EcmaScript)))
}

/// A Regexp with its options; Ruby's multi-line option lets the dot match a line break.
fn regex(regexp: RRegexp) -> Result<Result<RegexTarget, tracehop_core::Error>, Error> {
    let encoding: String = regexp.funcall::<_, _, Value>("encoding", ())?.funcall("to_s", ())?;
    // In another encoding a Regexp matches bytes.
    if !matches!(encoding.as_str(), "UTF-8" | "US-ASCII") {
        return Ok(Err(tracehop_core::Error::new(ErrorKind::RegexBytes, 0)));
    }
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
