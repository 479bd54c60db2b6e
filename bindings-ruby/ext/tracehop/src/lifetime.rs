//! `Tracehop::TraceLifetime`: the current trace of a page, a screen or a session.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use magnus::typed_data::Obj;
use magnus::value::Opaque;
use magnus::{
    DataTypeFunctions, Error, Float, RModule, RString, Ruby, TryConvert, TypedData, Value, function, gc,
    method, prelude::*,
};
use tracehop_core::{HeaderName, Headers, Seed, TraceLifetime as Core};

use crate::carrier::Carrier;
use crate::context::TraceContext;
use crate::propagator::Propagator;
use crate::values::{SentryTrace, frozen};
use crate::{callbacks, classes, entropy, error, inputs};

/// The core's lifetime in a Ruby object, with the propagator that starts its traces.
#[derive(TypedData)]
#[magnus(class = "Tracehop::TraceLifetime", free_immediately, mark, size)]
pub(crate) struct TraceLifetime {
    propagator: Opaque<Obj<Propagator>>,
    core: RefCell<Core>,
}

impl DataTypeFunctions for TraceLifetime {
    fn mark(&self, marker: &gc::Marker) {
        marker.mark(self.propagator);
    }
}

impl TraceLifetime {
    fn new(ruby: &Ruby, propagator: Obj<Propagator>, given: Value, now: Value) -> Result<Obj<Self>, Error> {
        let (seed, now) = (entropy::context(ruby, given)?, time(now)?);
        let core = propagator.begin(ruby, |propagator| Core::new(propagator, seed, now))?;
        Ok(ruby.obj_wrap(TraceLifetime { propagator: propagator.into(), core: RefCell::new(core) }))
    }

    fn page_load(ruby: &Ruby, this: &Self, page: Value, given: Value, now: Value) -> Result<(), Error> {
        if page.is_nil() {
            return this.load(ruby, None, given, now);
        }
        if RString::from_value(page).is_some() {
            let (html, mut scratch) =
                (inputs::page(ruby, page, "html_or_headers")?, vec![0; Headers::SCRATCH_BYTES]);
            return this.load(ruby, Some(&Headers::from_html(&html, &mut scratch)), given, now);
        }
        let name = "html_or_headers (a String of HTML, or headers)";
        let carrier = Carrier::read(ruby, page, name, &HeaderName::ALL)?.copied();
        let mut headers = Headers::new();
        carrier.show(&mut headers);
        this.load(ruby, Some(&headers), given, now)
    }

    fn load(&self, ruby: &Ruby, page: Option<&Headers<'_>>, given: Value, now: Value) -> Result<(), Error> {
        self.change(ruby, given, now, |propagator, core, seed, now| {
            core.page_load(propagator, page, seed, now)
        })
    }

    fn navigate(ruby: &Ruby, this: &Self, given: Value, now: Value) -> Result<(), Error> {
        this.change(ruby, given, now, |propagator, core, seed, now| core.navigate(propagator, seed, now))
    }

    fn start_new_trace(ruby: &Ruby, this: &Self, given: Value, now: Value) -> Result<(), Error> {
        this.change(ruby, given, now, |propagator, core, seed, now| {
            core.start_new_trace(propagator, seed, now)
        })
    }

    fn rotate_if_older(
        ruby: &Ruby,
        this: &Self,
        age: Value,
        given: Value,
        now: Value,
    ) -> Result<bool, Error> {
        let age = seconds(ruby, age)?;
        this.change(ruby, given, now, |propagator, core, seed, now| {
            core.rotate_if_older(propagator, age, seed, now)
        })
    }

    fn current(ruby: &Ruby, this: &Self) -> Obj<TraceContext> {
        TraceContext::keeping(ruby, &this.core.borrow().current())
    }

    fn previous(ruby: &Ruby, this: &Self) -> Option<Obj<SentryTrace>> {
        this.core.borrow().previous().map(|previous| frozen(ruby, SentryTrace(previous)))
    }

    /// Changes a copy and stores it, because a sampler that runs meanwhile may use the same lifetime.
    fn change<T>(
        &self,
        ruby: &Ruby,
        given: Value,
        now: Value,
        step: impl FnOnce(&tracehop_core::Propagator<'_>, &mut Core, Seed, Duration) -> T,
    ) -> Result<T, Error> {
        let (seed, now) = (entropy::context(ruby, given)?, time(now)?);
        let mut core = self.core.borrow().clone();
        let answer = ruby
            .get_inner(self.propagator)
            .begin(ruby, |propagator| step(propagator, &mut core, seed, now))?;
        self.core.replace(core);
        Ok(answer)
    }
}

/// The given time in seconds, for tests, or the time of the monotonic clock.
fn time(given: Value) -> Result<Duration, Error> {
    static START: OnceLock<Instant> = OnceLock::new();
    match given.is_nil() {
        true => Ok(START.get_or_init(Instant::now).elapsed()),
        false => {
            Ok(Duration::try_from_secs_f64(Float::try_convert(given)?.to_f64()).unwrap_or(Duration::MAX))
        }
    }
}

fn seconds(ruby: &Ruby, given: Value) -> Result<Duration, Error> {
    let wrong = || error::wrong_type(ruby, "seconds", "a number of seconds, 0 or more", given);
    let number = callbacks::rate(ruby, given).ok_or_else(wrong)?;
    if number.is_nan() || number < 0.0 {
        return Err(Error::new(ruby.exception_arg_error(), "seconds takes a number of seconds, 0 or more"));
    }
    Ok(Duration::try_from_secs_f64(number).unwrap_or(Duration::MAX))
}

pub(crate) fn define(ruby: &Ruby, root: RModule) -> Result<(), Error> {
    let class = classes::class::<TraceLifetime>(ruby, root, "TraceLifetime")?;
    class.define_singleton_method("native_new", function!(TraceLifetime::new, 3))?;
    class.define_method("current", method!(TraceLifetime::current, 0))?;
    class.define_method("previous", method!(TraceLifetime::previous, 0))?;
    class.define_private_method("native_page_load", method!(TraceLifetime::page_load, 3))?;
    class.define_private_method("native_navigate", method!(TraceLifetime::navigate, 2))?;
    class.define_private_method("native_start_new_trace", method!(TraceLifetime::start_new_trace, 2))?;
    class.define_private_method("native_rotate_if_older", method!(TraceLifetime::rotate_if_older, 3))
}
