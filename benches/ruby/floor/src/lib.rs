//! The floor: the same calls with the same arguments and results as tracehop's, without the work. It measures the
//! overhead of the host language for a call, an object, a Hash and its strings.

use magnus::typed_data::Obj;
use magnus::value::Lazy;
use magnus::{Error, RHash, RString, Ruby, TypedData, Value, prelude::*};

const TRACE: &str = "771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
/// The outgoing DSC of the workloads.
const MEMBERS: &str = "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-public_key=49d0f7386ad645858ae85020e393bef3,\
    sentry-sample_rate=0.01337,sentry-sample_rand=0.004221,sentry-sampled=true,\
    sentry-release=frontend%401.42.0%2Bbuild.7,sentry-environment=production,\
    sentry-transaction=GET%20%2Fcheckout%2F%3Aid,sentry-org_id=447951";
const META: &str = "<meta name=\"sentry-trace\" content=\"";
const META_BAGGAGE: &str = "\"/><meta name=\"baggage\" content=\"";

/// A key that is made once.
macro_rules! key {
    ($ruby:expr, $name:literal) => {{
        static KEY: Lazy<RString> = Lazy::new(|ruby| ruby.str_new($name).to_interned_str());
        $ruby.get_inner(&KEY)
    }};
}

#[magnus::wrap(class = "TracehopFloor::SentryTrace", free_immediately, frozen_shareable)]
struct SentryTrace;

#[magnus::wrap(class = "TracehopFloor::Baggage", free_immediately, frozen_shareable)]
struct Baggage;

#[magnus::wrap(class = "TracehopFloor::TraceContext", free_immediately, frozen_shareable)]
struct TraceContext;

#[magnus::wrap(class = "TracehopFloor::Propagator", free_immediately, frozen_shareable)]
struct Propagator;

/// A frozen object.
fn frozen<T: TypedData>(ruby: &Ruby, value: T) -> Obj<T> {
    let object = ruby.obj_wrap(value);
    object.freeze();
    object
}

/// A Hash of these keys and texts, made in one call.
#[inline(always)]
fn filled<const N: usize>(ruby: &Ruby, pairs: [(RString, &str); N]) -> Result<RHash, Error> {
    let hash = ruby.hash_new();
    hash.bulk_insert(
        pairs.map(|(key, text)| [key.as_value(), ruby.str_new(text).as_value()]).as_flattened(),
    )?;
    Ok(hash)
}

fn parse_trace(ruby: &Ruby, _value: RString) -> Obj<SentryTrace> {
    frozen(ruby, SentryTrace)
}

fn parse_baggage(ruby: &Ruby, _value: RString) -> Obj<Baggage> {
    frozen(ruby, Baggage)
}

impl Baggage {
    fn sentry(ruby: &Ruby, _this: &Self) -> Result<RHash, Error> {
        filled(
            ruby,
            [
                (key!(ruby, "trace_id"), "771a43a4192642f0b136d5159a501700"),
                (key!(ruby, "public_key"), "49d0f7386ad645858ae85020e393bef3"),
                (key!(ruby, "sample_rate"), "0.01337"),
                (key!(ruby, "sample_rand"), "0.004221"),
                (key!(ruby, "sampled"), "true"),
                (key!(ruby, "release"), "frontend@1.42.0+build.7"),
                (key!(ruby, "environment"), "production"),
                (key!(ruby, "transaction"), "GET /checkout/:id"),
                (key!(ruby, "org_id"), "447951"),
            ],
        )
    }
}

impl TraceContext {
    fn headers(ruby: &Ruby, _this: &Self, _existing: &[Value]) -> Result<RHash, Error> {
        filled(ruby, [(key!(ruby, "sentry-trace"), TRACE), (key!(ruby, "baggage"), MEMBERS)])
    }

    fn meta_tags(ruby: &Ruby, _this: &Self) -> RString {
        ruby.str_new(&[META, TRACE, META_BAGGAGE, MEMBERS, "\"/>"].concat())
    }
}

impl Propagator {
    fn new(ruby: &Ruby, _options: Value) -> Obj<Self> {
        frozen(ruby, Propagator)
    }

    fn continue_trace(
        ruby: &Ruby,
        _this: &Self,
        _headers: RHash,
        _transaction: Value,
        _sampled: Value,
    ) -> Obj<TraceContext> {
        frozen(ruby, TraceContext)
    }

    fn allows(&self, _url_and_page_url: &[Value]) -> bool {
        true
    }
}

mod init {
    use magnus::{Error, Ruby, Value, function, method, prelude::*};

    use super::{Baggage, Propagator, TraceContext};

    /// Keyword arguments are cheapest if a Ruby method parses them.
    const KEYWORDS: &str = "def continue_trace(headers, transaction: nil, sampled: nil) = \
        native_continue_trace(headers, transaction, sampled)";

    #[magnus::init]
    fn init(ruby: &Ruby) -> Result<(), Error> {
        let root = ruby.define_module("TracehopFloor")?;
        let object = ruby.class_object();
        root.define_class("SentryTrace", object)?
            .define_singleton_method("parse", function!(super::parse_trace, 1))?;
        let baggage = root.define_class("Baggage", object)?;
        baggage.define_singleton_method("parse", function!(super::parse_baggage, 1))?;
        baggage.define_method("sentry", method!(Baggage::sentry, 0))?;
        let context = root.define_class("TraceContext", object)?;
        context.define_method("headers", method!(TraceContext::headers, -1))?;
        context.define_method("meta_tags", method!(TraceContext::meta_tags, 0))?;
        let propagator = root.define_class("Propagator", object)?;
        propagator.define_singleton_method("new", function!(Propagator::new, 1))?;
        propagator.define_private_method("native_continue_trace", method!(Propagator::continue_trace, 3))?;
        propagator.funcall::<_, _, Value>("class_eval", (KEYWORDS,))?;
        propagator.define_method("allows", method!(Propagator::allows, -1))
    }
}
