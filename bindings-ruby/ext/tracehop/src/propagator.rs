//! `Tracehop::Propagator`: continues traces, writes outgoing headers, and CORS.

use std::convert::Infallible;

use magnus::function;
use magnus::typed_data::Obj;
use magnus::{
    DataTypeFunctions, Error, RArray, RHash, RModule, RString, Ruby, TypedData, Value, gc, method, prelude::*,
};
use tracehop_core::{Buffer, ErrorKind, Headers, Seed, Start, TraceId};
use tracehop_host::{OwnedOptions, Service};

use crate::callbacks::Callable;
use crate::carrier::Carrier;
use crate::context::TraceContext;
use crate::stored_text::Kept;
use crate::urls::{url_and_page, urls};
use crate::values::frozen;
use crate::{
    borrowed, callbacks, classes, cors, entropy, error, finding, inputs, interned_names, options, strings,
};

/// The options of a service in a Ruby object.
#[derive(TypedData)]
#[magnus(class = "Tracehop::Propagator", free_immediately, mark, size, frozen_shareable)]
pub(crate) struct Propagator(Service<Callable>);

impl DataTypeFunctions for Propagator {
    fn mark(&self, marker: &gc::Marker) {
        self.0.options().callables().for_each(|callable| marker.mark(*callable));
    }
}

impl Propagator {
    fn new(ruby: &Ruby, options: RArray) -> Result<Obj<Self>, Error> {
        Ok(frozen(ruby, Propagator(options::service(ruby, options)?)))
    }

    /// The same service without rate and sampler, for a library that decides itself.
    fn undecided(ruby: &Ruby, this: &Self) -> Result<Obj<Self>, Error> {
        let options = this.0.options().clone();
        let service =
            Service::new(OwnedOptions { traces_sample_rate: None, traces_sampler: None, ..options });
        service
            .map(|service| frozen(ruby, Propagator(service)))
            .map_err(|wrong| error::option(ruby, wrong, ""))
    }

    fn warnings(ruby: &Ruby, this: &Self) -> RArray {
        let warnings = this.0.options().warnings();
        ruby.ary_from_iter(
            warnings.map(|(index, warning)| format!("trace_propagation_targets[{index}]: {warning}")),
        )
    }

    /// Runs an act that starts or continues a trace with the core's propagator.
    pub(crate) fn begin<T>(
        &self,
        ruby: &Ruby,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> T,
    ) -> Result<T, Error> {
        self.0.with_sampler(|sampler, sampling| callbacks::sample(ruby, *sampler, sampling), act)
    }

    /// Runs an act that may use the targets.
    pub(crate) fn leave<T>(
        &self,
        ruby: &Ruby,
        act: impl FnOnce(&tracehop_core::Propagator<'_>) -> T,
    ) -> Result<T, Error> {
        self.0.with_targets(|function, url| callbacks::allows(ruby, *function, url), act)
    }

    fn continue_trace(
        ruby: &Ruby,
        this: &Self,
        carrier: Value,
        name: Value,
        sampled: Value,
        given: Value,
    ) -> Result<Obj<TraceContext>, Error> {
        let mut found = Carrier::default();
        found.fill(ruby, carrier, "headers_or_env", this.0.header_names())?;
        if this.0.options().traces_sampler.is_some() {
            let (copied, mut headers) = (found.copied(), Headers::new());
            copied.show(&mut headers);
            return this.continued(ruby, &headers, [name, sampled, given]);
        }
        let service = &this.0;
        let stored = with_start(ruby, [name, sampled, given], |start| {
            found.borrow(|headers| {
                let mut buffer = Buffer::new();
                service.propagator().continue_trace(headers, start, &mut buffer).store(Kept::of)
            })
        })?;
        Ok(frozen(ruby, TraceContext(stored)))
    }

    fn continue_html(
        ruby: &Ruby,
        this: &Self,
        page: Value,
        name: Value,
        sampled: Value,
        given: Value,
    ) -> Result<Obj<TraceContext>, Error> {
        let page = inputs::page(ruby, page, "page")?;
        let mut scratch = vec![0; Headers::SCRATCH_BYTES];
        this.continued(ruby, &Headers::from_html(&page, &mut scratch), [name, sampled, given])
    }

    fn continue_environ(
        ruby: &Ruby,
        this: &Self,
        environ: Value,
        name: Value,
        sampled: Value,
        given: Value,
    ) -> Result<Obj<TraceContext>, Error> {
        let variables = inputs::variables(ruby, environ, "environ")?;
        let pairs = variables.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
        this.continued(ruby, &Headers::from_environ(pairs), [name, sampled, given])
    }

    /// The context that continues these headers; may call the sampler.
    #[inline(never)]
    fn continued(
        &self,
        ruby: &Ruby,
        headers: &Headers<'_>,
        beginning: [Value; 3],
    ) -> Result<Obj<TraceContext>, Error> {
        let mut buffer = Buffer::new();
        let context = with_start(ruby, beginning, |start| {
            self.begin(ruby, |core| core.continue_trace(headers, start, &mut buffer))
        })??;
        Ok(TraceContext::keeping(ruby, &context))
    }

    fn start_trace(
        ruby: &Ruby,
        this: &Self,
        name: Value,
        sampled: Value,
        link: Value,
        trace_id: Value,
        given: Value,
    ) -> Result<Obj<TraceContext>, Error> {
        let (name, sampled) = beginning(ruby, name, sampled)?;
        let trace_id = given_trace_id(ruby, trace_id)?;
        let seed = entropy::context(ruby, given)?;
        let link = match link.is_nil() {
            true => None,
            false => Some(Carrier::read(ruby, link, "link", this.0.header_names())?.copied()),
        };
        let mut headers = Headers::new();
        link.iter().for_each(|link| link.show(&mut headers));
        let start = Start {
            seed,
            trace_id,
            transaction: name.as_deref(),
            sampled,
            link: link.is_some().then_some(&headers),
        };
        let mut buffer = Buffer::new();
        let context = this.begin(ruby, |core| core.start_trace(start, &mut buffer))?;
        Ok(TraceContext::keeping(ruby, &context))
    }

    /// Adopts the position that a message names; nil if it names none.
    fn adopt(ruby: &Ruby, this: &Self, carrier: Value) -> Result<Option<Obj<TraceContext>>, Error> {
        let found = Carrier::read(ruby, carrier, "headers_or_env", this.0.header_names())?;
        let service = &this.0;
        let stored = found.borrow(|headers| {
            let mut buffer = Buffer::new();
            service.propagator().adopt(headers, &mut buffer).map(|context| context.store(Kept::of))
        });
        Ok(stored.map(|stored| frozen(ruby, TraceContext(stored))))
    }

    fn allows(ruby: &Ruby, this: &Self, args: &[Value]) -> Result<bool, Error> {
        let (url, page) = url_and_page(args)?;
        if let Some(allowed) = this.allows_text(url, page) {
            return Ok(allowed);
        }
        let (url, page) = urls(ruby, url, page)?;
        this.leave(ruby, |core| core.allows(&url, page.as_deref()))
    }

    /// Like `allows`, without a copy of the URL; `None` if it is not text or if a function target may be called.
    fn allows_text(&self, url: Value, page: Option<Value>) -> Option<bool> {
        let url = RString::from_value(url)?;
        let service = &self.0;
        let mut targets = service.options().trace_propagation_targets.iter().flatten();
        if page.is_some() || targets.any(|target| target.function().is_some()) {
            return None;
        }
        let nobody = |_: &Callable, _: &str| Ok::<_, Infallible>(None);
        borrowed::text(url, |url| {
            service.with_targets(nobody, |core| url.map(|url| core.allows(url, None))).ok().flatten()
        })
    }

    /// Allowed or not, the reason, the index of the target, the numbers of the findings, the sentence.
    fn explanation(ruby: &Ruby, this: &Self, url: Value, page: Option<Value>) -> Result<RArray, Error> {
        let (url, page) = urls(ruby, url, page)?;
        let facts = this.leave(ruby, |core| {
            let why = core.explain(&url, page.as_deref());
            (why.allowed(), why.reason().name(), why.target(), why.findings(), why.to_string())
        })?;
        let (allowed, reason, target, findings, sentence) = facts;
        let list = ruby.ary_new();
        list.push(allowed)?;
        list.push(ruby.sym_new(reason))?;
        list.push(target)?;
        list.push(finding::numbers(ruby, findings))?;
        list.push(sentence)?;
        Ok(list)
    }

    fn envelope_trace(ruby: &Ruby, this: &Self, context: Value) -> Result<RHash, Error> {
        let context = TraceContext::given(ruby, context)?;
        let facts = ruby.hash_new();
        let mut failed = None;
        this.begin(ruby, |core| {
            core.envelope_trace(&context.core(), |name, value| {
                let key = interned_names::member(ruby, name);
                failed = failed.take().or(facts.aset(key, strings::decoded(ruby, value)).err());
            });
        })?;
        failed.map_or(Ok(facts), Err)
    }
}

/// Runs an act with the arguments of a continuation: name, decision and seed.
#[inline(always)]
fn with_start<T>(
    ruby: &Ruby,
    [name, sampled, given]: [Value; 3],
    act: impl FnOnce(Start<'_>) -> T,
) -> Result<T, Error> {
    let (name, sampled) = beginning(ruby, name, sampled)?;
    let mut seed = Seed([0; 24]);
    entropy::draw(ruby, given, &mut seed.0)?;
    Ok(act(Start { transaction: name.as_deref(), sampled, ..Start::with(seed) }))
}

/// The arguments of a continuation or a start: name and decision.
#[inline(always)]
fn beginning(ruby: &Ruby, name: Value, sampled: Value) -> Result<(Option<String>, Option<bool>), Error> {
    let name = strings::optional(ruby, name, "transaction")?;
    let wrong = || error::wrong_type(ruby, "sampled", "true, false or nil", sampled);
    Ok((name, options::decision(sampled).ok_or_else(wrong)?))
}

/// The id of a new trace, if given.
fn given_trace_id(ruby: &Ruby, id: Value) -> Result<Option<TraceId>, Error> {
    let Some(id) = strings::optional(ruby, id, "trace_id")? else { return Ok(None) };
    let wrong = || error::argument(ruby, "trace_id", ErrorKind::TraceIdMalformed);
    TraceId::parse(id.as_bytes()).map(Some).ok_or_else(wrong)
}

pub(crate) fn define(ruby: &Ruby, root: RModule) -> Result<(), Error> {
    let class = classes::class::<Propagator>(ruby, root, "Propagator")?;
    class.define_singleton_method("native_new", function!(Propagator::new, 1))?;
    class.define_method("envelope_trace", method!(Propagator::envelope_trace, 1))?;
    class.define_method("adopt", method!(Propagator::adopt, 1))?;
    class.define_method("allows", method!(Propagator::allows, -1))?;
    class.define_private_method("native_warnings", method!(Propagator::warnings, 0))?;
    class.define_private_method("native_undecided", method!(Propagator::undecided, 0))?;
    class.define_private_method("native_continue_trace", method!(Propagator::continue_trace, 4))?;
    class.define_private_method("native_continue_html", method!(Propagator::continue_html, 4))?;
    class.define_private_method("native_continue_environ", method!(Propagator::continue_environ, 4))?;
    class.define_private_method("native_start_trace", method!(Propagator::start_trace, 5))?;
    class.define_private_method("native_inject", method!(Propagator::inject, 4))?;
    class.define_private_method("native_explanation", method!(Propagator::explanation, 2))?;
    cors::define(class)
}
