//! The properties of every input: one function for each fuzz target. `properties.rs` tries each with generated headers,
//! `regressions.rs` with the fuzzers' seeds and past failures. Each panics if its property does not hold.

mod carriers;
mod flow;
mod message;
mod outgoing;
mod policy;
mod values;

/// A property of all byte strings.
pub type Property = fn(&[u8]);

/// Every property by its name, which is also the name of its fuzz target.
pub const PROPERTIES: &[(&str, Property)] = &[
    ("sentry_trace", values::sentry_trace),
    ("traceparent", values::traceparent),
    ("baggage", values::baggage),
    ("html", carriers::html),
    ("server_timing", carriers::server_timing),
    ("environ", carriers::environ),
    ("url", policy::url),
    ("origin", policy::origin),
    ("targets", policy::targets),
    ("regex", policy::regex),
    ("cors", policy::cors),
    ("flow", flow::flow),
    ("lifetime", flow::lifetime),
    ("inject", outgoing::inject),
];

/// Checks the property of this name for an input.
pub fn hold(name: &str, data: &[u8]) {
    let property = PROPERTIES.iter().find(|(known, _)| *known == name);
    property.expect("the name of a property").1(data);
}
