//! The floor: the same calls with the same arguments and results as tracehop's, and no work. What is left is what
//! the host language asks for a call, an object, a Hash and its strings.

use magnus::typed_data::Obj;
use magnus::value::Lazy;
use magnus::{Error, RHash, RString, Ruby, Value};

const TRACE: &str = "771a43a4192642f0b136d5159a501700-1234567890abcdef-1";
/// The sampling context of the workloads as it goes out.
const MEMBERS: &str = "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-public_key=49d0f7386ad645858ae85020e393bef3,\
    sentry-sample_rate=0.01337,sentry-sample_rand=0.004221,sentry-sampled=true,\
    sentry-release=frontend%401.42.0%2Bbuild.7,sentry-environment=production,\
    sentry-transaction=GET%20%2Fcheckout%2F%3Aid,sentry-org_id=447951";
const META: &str = "<meta name=\"sentry-trace\" content=\"";
const META_BAGGAGE: &str = "\"><meta name=\"baggage\" content=\"";

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

fn parse_trace(ruby: &Ruby, _value: Value) -> Obj<SentryTrace> {
    ruby.obj_wrap(SentryTrace)
}

fn parse_baggage(ruby: &Ruby, _value: Value) -> Obj<Baggage> {
    ruby.obj_wrap(Baggage)
}

impl Baggage {
    fn sentry(ruby: &Ruby, _this: &Self) -> Result<RHash, Error> {
        let hash = ruby.hash_new();
        hash.aset(key!(ruby, "trace_id"), ruby.str_new("771a43a4192642f0b136d5159a501700"))?;
        hash.aset(key!(ruby, "public_key"), ruby.str_new("49d0f7386ad645858ae85020e393bef3"))?;
        hash.aset(key!(ruby, "sample_rate"), ruby.str_new("0.01337"))?;
        hash.aset(key!(ruby, "sample_rand"), ruby.str_new("0.004221"))?;
        hash.aset(key!(ruby, "sampled"), ruby.str_new("true"))?;
        hash.aset(key!(ruby, "release"), ruby.str_new("frontend@1.42.0+build.7"))?;
        hash.aset(key!(ruby, "environment"), ruby.str_new("production"))?;
        hash.aset(key!(ruby, "transaction"), ruby.str_new("GET /checkout/:id"))?;
        hash.aset(key!(ruby, "org_id"), ruby.str_new("447951"))?;
        Ok(hash)
    }
}

impl TraceContext {
    fn headers(ruby: &Ruby, _this: &Self) -> Result<RHash, Error> {
        let hash = ruby.hash_new();
        hash.aset(key!(ruby, "sentry-trace"), ruby.str_new(TRACE))?;
        hash.aset(key!(ruby, "baggage"), ruby.str_new(MEMBERS))?;
        Ok(hash)
    }

    fn meta_tags(ruby: &Ruby, _this: &Self) -> RString {
        ruby.str_new(&[META, TRACE, META_BAGGAGE, MEMBERS, "\">"].concat())
    }
}

impl Propagator {
    fn new(ruby: &Ruby, _options: Value) -> Obj<Self> {
        ruby.obj_wrap(Propagator)
    }

    fn continue_trace(ruby: &Ruby, _this: &Self, _headers: Value) -> Obj<TraceContext> {
        ruby.obj_wrap(TraceContext)
    }

    fn allows(&self, _url: Value) -> bool {
        true
    }
}

mod init {
    use magnus::{Error, Ruby, function, method, prelude::*};

    use super::{Baggage, Propagator, TraceContext};

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
        context.define_method("headers", method!(TraceContext::headers, 0))?;
        context.define_method("meta_tags", method!(TraceContext::meta_tags, 0))?;
        let propagator = root.define_class("Propagator", object)?;
        propagator.define_singleton_method("new", function!(Propagator::new, 1))?;
        propagator.define_method("continue_trace", method!(Propagator::continue_trace, 1))?;
        propagator.define_method("allows", method!(Propagator::allows, 1))
    }
}
