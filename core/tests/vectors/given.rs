//! Turns the notation of the vectors into the arguments of core.

use std::cell::RefCell;
use std::time::Duration;

use serde_json::{Value, json};
use tracehop_core::{
    Dsn, Error, HeaderName, Headers, Options, Origin, Propagator, Sampler, SamplingContext, Seed, Target,
};
use tracehop_host::RegexTarget;

use crate::compare::only_keys;
use crate::regex::regex;

const OPTIONS: [&str; 11] = [
    "dsn",
    "public_key",
    "org_id",
    "release",
    "environment",
    "traces_sample_rate",
    "traces_sampler",
    "trace_propagation_targets",
    "strict_trace_continuation",
    "propagate_traceparent",
    "max_baggage_bytes",
];

const TARGET: [&str; 6] = ["origin", "regex", "flags", "dialect", "bytes", "function"];

/// The bytes of a text of the notation.
pub(crate) fn bytes(text: &Value) -> Vec<u8> {
    match text {
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Object(form) if form.contains_key("hex") => hex(form["hex"].as_str().unwrap()),
        Value::Object(form) if form.contains_key("repeat") => {
            bytes(&form["repeat"]).repeat(usize::try_from(form["times"].as_u64().unwrap()).unwrap())
        }
        Value::Object(form) if form.contains_key("concat") => {
            form["concat"].as_array().unwrap().iter().flat_map(bytes).collect()
        }
        _ => panic!("no text: {text}"),
    }
}

/// A text of the notation; `None` if the key is absent or null.
pub(crate) fn text(object: &Value, key: &str) -> Option<String> {
    let value = object.get(key).filter(|value| !value.is_null())?;
    Some(String::from_utf8(bytes(value)).expect("text"))
}

/// Bytes in the form of results.
pub(crate) fn encoded(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({"hex": bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()}),
    }
}

/// An expected value in the form of results.
pub(crate) fn normal(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(form) if ["hex", "repeat", "concat"].iter().any(|key| form.contains_key(*key)) => {
            encoded(&bytes(value))
        }
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), normal(value))).collect(),
        other => other.clone(),
    }
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

pub(crate) fn seed(object: &Value) -> Seed {
    Seed(hex(object["seed"].as_str().expect("a seed")).try_into().expect("24 bytes"))
}

pub(crate) fn seconds(value: &Value) -> Duration {
    Duration::from_secs_f64(value.as_f64().expect("seconds"))
}

/// A boolean or a number, as the bindings read a rate; `None` for anything else.
pub(crate) fn rate(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(sampled) => Some(f64::from(u8::from(*sampled))),
        Value::Number(number) => number.as_f64(),
        Value::Object(form) => form["double"].as_str().map(|text| text.parse().unwrap()),
        _ => None,
    }
}

/// Pairs of name and value; `None` is a value that is neither text nor bytes.
pub(crate) struct Pairs(Vec<(Vec<u8>, Option<Vec<u8>>)>);

impl Pairs {
    pub(crate) fn of(list: &Value) -> Self {
        let value = |value: &Value| if value.get("other").is_some() { None } else { Some(bytes(value)) };
        Pairs(list.as_array().expect("pairs").iter().map(|pair| (bytes(&pair[0]), value(&pair[1]))).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().filter_map(|(name, value)| Some((name.as_slice(), value.as_deref()?)))
    }

    /// The headers, added one by one, as by a host without its own types.
    pub(crate) fn headers(&self) -> Headers<'_> {
        let mut headers = Headers::from_pairs(self.iter());
        let is_read = |name: &[u8]| HeaderName::named(name).is_some();
        if self.0.iter().any(|(name, value)| value.is_none() && is_read(name)) {
            headers.skip_value();
        }
        headers
    }
}

type Ask = dyn Fn(&str) -> Option<bool>;

enum OwnedTarget {
    Text(String),
    Origin(String),
    Regex(RegexTarget),
    Function(Box<Ask>),
}

impl OwnedTarget {
    fn of(target: &Value) -> Result<Self, Error> {
        if target.is_object() && ["repeat", "concat", "hex"].iter().all(|form| target.get(form).is_none()) {
            only_keys(target, &TARGET).expect("a target");
        }
        if let Some(origin) = text(target, "origin") {
            return Ok(OwnedTarget::Origin(origin));
        }
        if let Some(pattern) = text(target, "regex") {
            return regex(&pattern, target).map(OwnedTarget::Regex);
        }
        if let Some(answer) = target.get("function") {
            let answer = answer.as_bool();
            return Ok(OwnedTarget::Function(Box::new(move |_| answer)));
        }
        Ok(OwnedTarget::Text(String::from_utf8(bytes(target)).expect("text")))
    }

    fn target(&self) -> Result<Target<'_>, Error> {
        Ok(match self {
            OwnedTarget::Text(text) => Target::Text(text),
            OwnedTarget::Origin(origin) => Target::Origin(Origin::parse(origin)?),
            OwnedTarget::Regex(regex) => Target::Matcher(regex),
            OwnedTarget::Function(function) => Target::Matcher(function),
        })
    }
}

/// The sampler's argument in the shape of rule P7.
fn shaped(context: &SamplingContext<'_>) -> Value {
    json!({
        "transaction_context": {"name": context.transaction},
        "parent_sampled": context.parent_sampled,
        "parent_sample_rate": context.parent_sample_rate,
        "sample_rand": context.sample_rand,
        "trace_id": context.trace_id.to_string(),
    })
}

/// A propagator, and the arguments that its sampler got.
pub(crate) struct Asked<'p> {
    pub(crate) propagator: Propagator<'p>,
    pub(crate) targets: &'p [Target<'p>],
    pub(crate) saw: &'p RefCell<Value>,
}

/// Makes the propagator of a record and passes it to `ask`; a refused option is the error.
pub(crate) fn with<R>(given: &Value, ask: impl FnOnce(&Asked<'_>) -> R) -> Result<Result<R, Error>, String> {
    let options = &given["options"];
    only_keys(options, &OPTIONS)?;
    Ok(with_options(options, ask))
}

fn with_options<R>(options: &Value, ask: impl FnOnce(&Asked<'_>) -> R) -> Result<R, Error> {
    let [dsn, public_key, release, environment] =
        ["dsn", "public_key", "release", "environment"].map(|name| text(options, name));
    let org_id = options["org_id"].as_i64().map(|id| id.to_string()).or_else(|| text(options, "org_id"));
    let owned = options["trace_propagation_targets"].as_array();
    let owned =
        owned.map(|list| list.iter().map(OwnedTarget::of).collect::<Result<Vec<_>, _>>()).transpose()?;
    let targets =
        owned.as_ref().map(|list| list.iter().map(OwnedTarget::target).collect::<Result<Vec<_>, _>>());
    let targets = targets.transpose()?;
    let saw = RefCell::new(Value::Null);
    let answer = rate(&options["traces_sampler"]["returns"]);
    let sampler: Box<Sampler<'_>> = Box::new(|context| {
        saw.replace(shaped(context));
        answer
    });
    let propagator = Propagator::new(Options {
        dsn: Dsn::parse_option(dsn.as_deref())?,
        public_key: public_key.as_deref(),
        org_id: org_id.as_deref(),
        release: release.as_deref(),
        environment: environment.as_deref(),
        traces_sample_rate: rate(&options["traces_sample_rate"]),
        traces_sampler: options.get("traces_sampler").map(|_| &*sampler),
        trace_propagation_targets: targets.as_deref(),
        strict_trace_continuation: options["strict_trace_continuation"] == json!(true),
        propagate_traceparent: options["propagate_traceparent"] == json!(true),
        max_baggage_bytes: options["max_baggage_bytes"].as_u64().map(|most| most as usize),
    })?;
    Ok(ask(&Asked { propagator, targets: targets.as_deref().unwrap_or_default(), saw: &saw }))
}
