//! The Fetch standard's CORS check (rule H4): the responses that a browser passes to a page of another origin.

use tracehop_core::{Options, Propagator};

const PAGE: &str = "https://page.test";

fn allowed(response: &[(&str, &str)], credentials: bool) -> bool {
    let response = response.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
    Propagator::allows_origin(response, PAGE, credentials)
}

#[test]
fn one_header_with_the_origin_or_a_star_allows_it() {
    assert!(allowed(&[("access-control-allow-origin", PAGE)], false));
    assert!(allowed(&[("Access-Control-Allow-Origin", " * ")], false));
}

#[test]
fn no_header_another_origin_or_two_headers_forbid_it() {
    assert!(!allowed(&[], false));
    for other in
        ["https://page.test/", "https://PAGE.test", "https://other.test", "null", "", "https://page.test, *"]
    {
        assert!(!allowed(&[("Access-Control-Allow-Origin", other)], false), "{other}");
    }
    let twice = [("Access-Control-Allow-Origin", PAGE), ("Access-Control-Allow-Origin", PAGE)];
    assert!(!allowed(&twice, false));
}

#[test]
fn credentials_need_the_origin_itself_and_their_own_header() {
    let named = ("Access-Control-Allow-Origin", PAGE);
    assert!(allowed(&[("Access-Control-Allow-Credentials", "true"), named], true));
    assert!(!allowed(
        &[("Access-Control-Allow-Credentials", "true"), ("Access-Control-Allow-Origin", "*")],
        true
    ));
    assert!(!allowed(&[named], true));
    assert!(!allowed(&[named, ("Access-Control-Allow-Credentials", "True")], true));
}

#[test]
fn other_headers_keeps_the_order_and_case_of_names_that_are_not_ours() {
    let of = |list, propagate_traceparent| {
        let options = Options { propagate_traceparent, ..Options::default() };
        Propagator::new(options).expect("options").other_headers(list).to_string()
    };
    assert_eq!(of("X-A, Baggage,x-b,sentry-trace, , TRACEPARENT,tracestate", true), "X-A, x-b");
    assert_eq!(of("traceparent, baggage", false), "traceparent");
    assert_eq!(of("x-baggage,baggage-x", true), "x-baggage, baggage-x");
    assert_eq!(of("sentry-trace,baggage", false), "");
    assert_eq!(of("", false), "");
}
