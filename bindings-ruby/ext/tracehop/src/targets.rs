//! Targets: text, origins, Regexps and callables, turned into the core's kinds once, when they are configured.

use magnus::{Error, RArray, RRegexp, RString, Ruby, Value, gc, prelude::*};
use tracehop_core::{Origin, Target};
use tracehop_host::{Dialect, RegexFlags, RegexTarget};

use crate::host::{Callable, Host};
use crate::init::root;
use crate::{error, strings};

const ACCEPTED: &str = "an array of String, Tracehop::Origin, Regexp or an object with call (a proc)";

/// What was configured, owned; the functions stand apart, in the order of their places in the list.
pub(crate) struct Targets {
    list: Vec<Configured>,
    functions: Vec<Callable>,
}

/// One configured target.
enum Configured {
    Text(String),
    Origin(Origin<String>),
    Regex(Box<RegexTarget>),
    Function,
}

impl Targets {
    /// Reads the option `trace_propagation_targets`.
    pub(crate) fn read(ruby: &Ruby, option: Value) -> Result<Option<Self>, Error> {
        if option.is_nil() {
            return Ok(None);
        }
        let Some(given) = RArray::from_value(option) else {
            return Err(error::wrong_type(ruby, "trace_propagation_targets", ACCEPTED, option));
        };
        let mut targets = Targets { list: Vec::new(), functions: Vec::new() };
        for (index, target) in given.into_iter().enumerate() {
            let configured = configured(ruby, target, index)?;
            if let Configured::Function = configured {
                targets.functions.push(target.into());
            }
            targets.list.push(configured);
        }
        Ok(Some(targets))
    }

    /// What asks the functions.
    pub(crate) fn asking<'h>(&self, host: &'h Host<'_>) -> Vec<impl Fn(&str) -> Option<bool> + 'h> {
        let functions = self.functions.iter().copied();
        functions.map(|function| move |url: &str| host.allows(function, url)).collect()
    }

    /// The core's targets over these; `asking` is what [`Targets::asking`] answered.
    pub(crate) fn lent<'t>(
        &'t self,
        asking: &'t [impl Fn(&str) -> Option<bool> + 't],
    ) -> impl Iterator<Item = Target<'t>> {
        let mut asking = asking.iter();
        self.list.iter().filter_map(move |target| match target {
            Configured::Text(text) => Some(Target::Text(text)),
            Configured::Origin(origin) => Some(Target::Origin(origin.lent())),
            Configured::Regex(regex) => Some(Target::Matcher(&**regex)),
            Configured::Function => asking.next().map(|function| Target::Matcher(function)),
        })
    }

    /// The warnings that they deserve (rule O4).
    pub(crate) fn warnings(&self) -> impl Iterator<Item = String> {
        self.list.iter().enumerate().filter_map(|(index, target)| {
            let Configured::Text(text) = target else { return None };
            Some(format!("trace_propagation_targets[{index}]: {}", Target::Text(text).warning()?))
        })
    }

    /// Keeps the callables alive.
    pub(crate) fn mark(&self, marker: &gc::Marker) {
        self.functions.iter().for_each(|function| marker.mark(*function));
    }
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
        return Ok(Configured::Function);
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
