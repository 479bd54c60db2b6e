"""Wrong options and arguments raise one sentence that names them and says what is accepted or what to do."""

from __future__ import annotations

import copy
import decimal
import gc
import inspect
import pickle
import re
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import tracehop

PROPAGATOR = tracehop.Propagator()
CONTEXT = PROPAGATOR.start_trace()
CARRIER = "a mapping of names to values, or a list of \\(name, value\\) pairs, of str or bytes"

WRONG: list[tuple[str, Callable[[], Any], type[Exception], str]] = [
    ("dsn of bytes", lambda: options(dsn=b"x"), TypeError, "dsn must be a str or None, not bytes"),
    ("no dsn", lambda: options(dsn="sentry.io"), ValueError, "^dsn: the DSN must begin with https:// or http://"),
    ("a public key", lambda: options(public_key=1), TypeError, "public_key must be a str or None, not int"),
    ("org id", lambda: options(org_id="o1"), ValueError, "org_id must consist of digits or be an integer; omit it"),
    ("org id true", lambda: options(org_id=True), TypeError, "org_id must be a str of digits, an int or None, not bool"),
    ("release", lambda: options(release=1.0), TypeError, "release must be a str or None, not float"),
    ("environment", lambda: options(environment=[]), TypeError, "environment must be a str or None, not list"),
    ("rate 2", lambda: options(traces_sample_rate=2), ValueError, "traces_sample_rate must be a finite number from 0 to 1;"),
    ("rate huge", lambda: options(traces_sample_rate=10**400), ValueError, "traces_sample_rate must be a finite number"),
    ("rate of text", lambda: options(traces_sample_rate="1"), TypeError, "traces_sample_rate must be a number from 0 to 1"),
    ("sampler", lambda: options(traces_sampler=1), TypeError, "traces_sampler must be a callable or None, not int"),
    ("a lone target", lambda: targets("https://a.test"), TypeError, "trace_propagation_targets must be a list of str"),
    ("a lone origin", lambda: targets(tracehop.Origin("https://a.test")), TypeError, "must be a list of str"),
    ("a dict of targets", lambda: targets({}), TypeError, "trace_propagation_targets must be a list of str"),
    ("a target of 1", lambda: targets(["x", 1]), TypeError, r"trace_propagation_targets\[1\] must be a str, a tracehop.Origin"),
    ("bytes pattern", lambda: targets([re.compile(b"x")]), ValueError, r"targets\[0\]: a bytes pattern .* compile it from text"),
    ("look-ahead", lambda: targets([re.compile("(?=x)")]), ValueError, "look-around .* use a function as target"),
    ("strict", lambda: options(strict_trace_continuation="no"), TypeError, "strict_trace_continuation must be True or False"),
    ("max_baggage_bytes", lambda: options(max_baggage_bytes=7.5), TypeError, "max_baggage_bytes must be an int or None"),
    ("max_baggage_bytes-negative", lambda: options(max_baggage_bytes=-1), ValueError, "max_baggage_bytes must be a whole number from 0 to 7900"),
    ("traceparent", lambda: options(propagate_traceparent=1), TypeError, "propagate_traceparent must be True or False, not int"),
    ("an unknown option", lambda: options(trace_rate=1), TypeError, "unexpected keyword argument 'trace_rate'"),
    ("a positional dsn", lambda: tracehop.Propagator("x"), TypeError, "takes 0 positional arguments"),
    ("text as headers", lambda: PROPAGATOR.continue_trace("x"), TypeError, f"headers must be {CARRIER}, not str"),
    ("bytes as headers", lambda: CONTEXT.headers(b"x"), TypeError, f"existing must be {CARRIER}, not bytes"),
    ("a number as link", lambda: PROPAGATOR.start_trace(link=1), TypeError, f"link must be {CARRIER}, not int"),
    ("odd pairs", lambda: PROPAGATOR.continue_trace([("a", "b"), ("c",)]), TypeError, r"headers\[1\] must be a \(name, value\) pair"),
    ("a class as headers", lambda: PROPAGATOR.continue_trace(dict), TypeError, f"headers must be {CARRIER}, not type"),
    ("items that is no method", lambda: PROPAGATOR.continue_trace(Odd(5)), TypeError, f"headers must be {CARRIER}, not Odd"),
    ("items of nothing", lambda: PROPAGATOR.continue_environ(Odd(lambda: 5)), TypeError, f"environ must be {CARRIER}, not Odd"),
    ("items of no pairs", lambda: CONTEXT.headers(Odd(lambda: [("a", "b"), 1])), TypeError, r"existing\[1\] must be a \(name, value\) pair, not int"),
    ("text pairs", lambda: PROPAGATOR.continue_trace(["ab"]), TypeError, r"headers\[0\] must be a \(name, value\) pair, not str"),
    ("transaction", lambda: PROPAGATOR.start_trace(1), TypeError, "transaction must be a str or None, not int"),
    ("sampled", lambda: PROPAGATOR.start_trace(sampled=1), TypeError, "sampled must be True, False or None, not int"),
    ("a page", lambda: PROPAGATOR.continue_html(1), TypeError, "page must be str or bytes, not int"),
    ("an environment", lambda: PROPAGATOR.continue_environ(1), TypeError, f"environ must be {CARRIER}, not int"),
    ("a context", lambda: PROPAGATOR.inject(None, "https://a.test", {}), TypeError, "context must be a TraceContext, not NoneType"),
    ("a URL", lambda: PROPAGATOR.allows(b"https://a.test"), TypeError, r"url must be a str \(pass str\(url\) for a URL object\)"),
    ("a page URL", lambda: PROPAGATOR.explain("", 1), TypeError, "page_url must be a str .* not int"),
    ("a list to inject", lambda: PROPAGATOR.inject(CONTEXT, "", []), TypeError, "headers must be a mutable mapping such as a dict .* not list"),
    ("text to strip", lambda: tracehop.strip("x"), TypeError, "headers must be a mutable mapping"),
    ("a rate of text", lambda: CONTEXT.sample("1"), TypeError, "rate_or_bool must be a number or a bool, not str"),
    ("a rate of 2", lambda: CONTEXT.sample(2), ValueError, "rate_or_bool: a sample rate must be a finite number from 0 to 1"),
    ("a header to parse", lambda: tracehop.SentryTrace.parse(1), TypeError, "value must be str or bytes, not int"),
    ("an origin", lambda: tracehop.Origin(1), TypeError, "origin must be a str, not int"),
    ("an origin's path", lambda: tracehop.Origin("https://a.test/x"), ValueError, "origin: an origin target has no path"),
    ("existing names", lambda: PROPAGATOR.allow_headers(1), TypeError, "existing must be a str or None, not int"),
    ("credentials", lambda: PROPAGATOR.allow_headers("", 1), TypeError, "credentials must be True or False, not int"),
    ("an answer", lambda: PROPAGATOR.missing_cors_headers(1), TypeError, f"answer_headers must be {CARRIER}, not int"),
    ("a lifetime's propagator", lambda: tracehop.TraceLifetime(1), TypeError, "propagator must be a Propagator, not int"),
    ("a clock", lambda: tracehop.TraceLifetime(PROPAGATOR, clock=1), TypeError, "clock must be a callable that gives seconds"),
    ("seconds", lambda: tracehop.TraceLifetime(PROPAGATOR).rotate_if_older("1"), TypeError, "seconds must be a number of seconds"),
    ("no seconds", lambda: tracehop.TraceLifetime(PROPAGATOR).rotate_if_older(float("nan")), ValueError, "seconds must be a number of seconds, not nan"),
    ("a clock that fails", lambda: tracehop.TraceLifetime(PROPAGATOR, clock=lambda: "x"), TypeError, "clock must be a number of seconds, not str"),
    ("a page load", lambda: tracehop.TraceLifetime(PROPAGATOR).page_load(1), TypeError, f"html_or_headers must be {CARRIER}"),
    ("a cache control", lambda: tracehop.is_shared_cache(None), TypeError, "cache_control must be a str, not NoneType"),
    ("meta tags", lambda: tracehop.meta_tags(5), TypeError, "cache_control must be a str, not int"),
    ("a WSGI app", lambda: tracehop.wsgi.Middleware(5, PROPAGATOR), TypeError, "app must be a WSGI application, not int"),
    ("an ASGI app", lambda: tracehop.asgi.Middleware(None, PROPAGATOR), TypeError, "app must be an ASGI application, not NoneType"),
    ("to use", lambda: tracehop.use("x"), TypeError, "context must be a TraceContext or None, not str"),
]


class Odd:
    """Has `items`, but not that of a mapping."""

    def __init__(self, items: Any) -> None:
        self.items = items


def options(**given: Any) -> tracehop.Propagator:
    return tracehop.Propagator(**given)


def targets(given: Any) -> tracehop.Propagator:
    return tracehop.Propagator(trace_propagation_targets=given)


@pytest.mark.parametrize(("act", "kind", "sentence"), [pytest.param(*rest, id=name) for name, *rest in WRONG])
def test_wrong_argument_error_names_it(act: Callable[[], Any], kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        act()


def test_errors_carry_codes_and_survive_pickling() -> None:
    with pytest.raises(tracehop.HeaderError) as header:
        tracehop.SentryTrace.parse("771a43a4192642f0b136d5159a501700-x")
    assert (header.value.kind, header.value.at) == ("span_id_malformed", 33)
    with pytest.raises(tracehop.OptionError) as option:
        options(traces_sample_rate=-1)
    assert (option.value.kind, option.value.option) == ("traces_sample_rate", "traces_sample_rate")
    for error in (header.value, option.value):
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), vars(again)) == (str(error), vars(error))
        assert isinstance(error, ValueError)


@pytest.mark.parametrize("rate", [0, 1, 0.5, True, False, decimal.Decimal("0.5")], ids=repr)
def test_numbers_of_any_kind_are_rates(rate: Any) -> None:
    assert options(traces_sample_rate=rate).start_trace().sample_rate == float(rate)
    assert options(traces_sampler=lambda _: rate).start_trace().sample_rate == float(rate)


@pytest.mark.parametrize("answer", [None, "1", 2, float("nan"), 10**400, object(), []], ids=repr)
def test_sampler_without_a_valid_rate_means_not_sampled(answer: Any) -> None:
    context = options(traces_sampler=lambda _: answer).start_trace()
    assert (context.sampled, context.sample_rate) == (False, None)
    assert [finding.code for finding in context.findings] == ["sentry_trace_missing", "sampler_failed"][1:]


def test_exceptions_of_samplers_and_targets_are_caught_and_interrupts_raised() -> None:
    def raising(error: BaseException) -> Callable[[Any], bool]:
        def act(_: Any) -> bool:
            raise error

        return act

    contained = options(traces_sampler=raising(ZeroDivisionError()), trace_propagation_targets=[raising(KeyError())])
    context = contained.start_trace()
    assert context.sampled is False
    outcome = contained.inject(context, "https://a.test/", {})
    assert (outcome.reason, [finding.code for finding in outcome.findings]) == (
        "not_a_target",
        ["target_not_allowed", "target_failed"],
    )
    for interrupt in (KeyboardInterrupt, SystemExit, GeneratorExit):
        passing = options(traces_sampler=raising(interrupt()), trace_propagation_targets=[raising(interrupt())])
        for act in (
            lambda: passing.start_trace(),
            lambda: passing.continue_trace({}),
            lambda: passing.allows("https://a.test/"),
            lambda: passing.explain("https://a.test/"),
            lambda: passing.inject(context, "https://a.test/", {}),
            lambda: tracehop.TraceLifetime(passing),
        ):
            with pytest.raises(interrupt):
                act()


def test_a_text_target_that_looks_like_a_regex_warns_at_the_caller() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        targets(["^https://api"])
    assert caught[0].filename == __file__
    assert "Origin" in str(caught[0].message) or "origin" in str(caught[0].message)


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        (re.compile("API", re.I), "https://api.test/", True),
        (re.compile("^https://a .test # a comment", re.X), "https://a.test/", True),
        (re.compile("A.TEST"), "https://a.test/", False),
        (re.compile(r"\w+\.test", re.A), "https://é.test/", False),
        (re.compile(r"^https://\w+\.test"), "https://é.test/", True),
    ],
    ids=repr,
)
def test_regexes_mean_what_they_mean_in_python(pattern: re.Pattern[str], url: str, expected: bool) -> None:
    assert bool(pattern.search(url)) is expected
    assert targets([pattern]).allows(url) is expected


@pytest.mark.parametrize("pattern", [r".$", r"[^a]$", r"\W$", "^https:"])
def test_a_url_with_a_lone_surrogate_is_no_target(pattern: str) -> None:
    """No client sends it, and the regex engine reads valid characters only."""
    assert re.search(pattern, "https://x/\ud800")
    assert not targets([re.compile(pattern)]).allows("https://x/\ud800")


@pytest.mark.parametrize("pattern", ["a\ud800b", r"\ud800", "[\ud800-\udfff]", r"[^\ud800]"])
def test_a_regex_that_names_a_lone_surrogate_is_refused(pattern: str) -> None:
    with pytest.raises(tracehop.OptionError, match=r"trace_propagation_targets\[0\]"):
        targets([re.compile(pattern)])


def test_reprs_show_the_values() -> None:
    origin = tracehop.Origin("https://*.myapp.com")
    propagator = options(dsn="https://k@sentry.io/1", traces_sample_rate=0.5, trace_propagation_targets=[origin])
    assert repr(propagator) == (
        "Propagator(dsn='https://k@sentry.io/1', traces_sample_rate=0.5, "
        "trace_propagation_targets=[Origin('https://*.myapp.com')])"
    )
    context = propagator.continue_trace({"sentry-trace": "7" * 32 + "-" + "8" * 16})
    assert repr(context) == (
        f"TraceContext('{context.sentry_trace}', parent_span_id='8888888888888888', findings=[baggage_missing])"
    )
    assert repr(propagator.inject(context, "https://evil.test", {})) == (
        "Outcome(reason='not_a_target', findings=[target_not_allowed])"
    )
    assert repr(tracehop.SentryTrace.parse("7" * 32)) == f"SentryTrace('{'7' * 32}')"
    assert repr(tracehop.Baggage.parse("a=1,sentry-b=2")) == "Baggage(sentry={'b': '2'}, foreign=['a=1'], findings=[])"
    assert repr(tracehop.TraceLifetime(propagator)).startswith("TraceLifetime(current='")
    assert repr(tracehop.use(context)) == f"use({context!r})"
    for middleware in (tracehop.wsgi.Middleware, tracehop.asgi.Middleware):
        assert repr(middleware(len, propagator)) == f"Middleware({len!r}, {propagator!r})"
    assert (repr(origin), str(origin)) == ("Origin('https://*.myapp.com')", "https://*.myapp.com")


def test_copy_of_a_context_is_the_same_object() -> None:
    assert copy.copy(CONTEXT) is CONTEXT
    assert copy.deepcopy([CONTEXT])[0] is CONTEXT
    with pytest.raises(AttributeError):
        CONTEXT.trace_id = "x"


def contexts() -> Iterator[tracehop.TraceContext]:
    """Returns one of each kind: continued, linked, adopted, head, child, decided anew, with a low limit."""
    trace_id, span_id = "7" * 32, "8" * 16
    incoming = {
        "sentry-trace": f"{trace_id}-{span_id}-0",
        "baggage": f"tenant=acme,sentry-trace_id={trace_id},sentry-sample_rate=0.123456789012345,sentry-release=a%20b,sentry-x",
        "traceparent": f"00-{trace_id}-{span_id}-00",
        "tracestate": "vendor=a b,other=1",
    }
    service = options(dsn="https://k@o1.ingest.sentry.io/1", propagate_traceparent=True, traces_sample_rate=0.5)
    yield service.continue_trace(incoming)
    yield service.continue_trace({"traceparent": incoming["traceparent"], "tracestate": "vendor=1"})
    yield service.continue_trace({}).sample(True)
    yield service.start_trace(link=incoming).child()
    yield options(release="a" * 100, max_baggage_bytes=60).start_trace()
    for headers in (incoming, {"sentry-trace": f"{trace_id}-{span_id}"}):
        adopted = service.adopt(headers)
        assert adopted
        yield adopted


def facts(context: tracehop.TraceContext) -> dict[str, Any]:
    """Returns each public property and the result of each method that draws no id."""
    properties = [name for name, kind in vars(tracehop.TraceContext).items() if inspect.isgetsetdescriptor(kind)]
    known = {name: getattr(context, name) for name in properties if not name.startswith("__")}
    writes = [context.headers(), context.headers({"baggage": "a=1"}), context.meta_tags(), context.server_timing("db;dur=1"), context.environ()]
    return {**known, "writes": writes, "decided": [context.sample(rate).headers() for rate in (True, 0.5)], "repr": repr(context)}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickled_context_equals_the_one_that_was_pickled(protocol: int) -> None:
    for context in contexts():
        again = pickle.loads(pickle.dumps(context, protocol))
        assert facts(again) == facts(context)
        assert again == context and hash(again) == hash(context)


def test_contexts_with_equal_ids_decision_and_dsc_are_equal() -> None:
    incoming = {"sentry-trace": "7" * 32 + "-" + "8" * 16, "baggage": "sentry-release=a"}
    context = PROPAGATOR.adopt(incoming)
    assert context and context == PROPAGATOR.adopt(incoming) and len({context, PROPAGATOR.adopt(incoming)}) == 1
    others = [{**incoming, "baggage": "sentry-release=b"}, {**incoming, "sentry-trace": incoming["sentry-trace"] + "-1"}]
    assert all(context != other for other in (*map(PROPAGATOR.adopt, others), context.child(), PROPAGATOR.continue_trace(incoming), "x"))


def test_damaged_pickle_of_a_context_raises_value_error_or_follows_the_rules() -> None:
    deserialize, (text,) = CONTEXT.__reduce__()
    assert len(facts(deserialize(text))) > 15
    for wrong in ("", "2" + text[1:], text[:60], text.replace(CONTEXT.trace_id, "0" * 32), "\u00e9", "\ud800", None, b"1"):
        with pytest.raises(ValueError, match="the pickle contains no TraceContext of this version of tracehop"):
            deserialize(wrong)
    forged = deserialize(text.rstrip() + ",evil=1,sentry-x=\"><script>\r\n ")
    assert forged.baggage.endswith(",sentry-x=%22%3E%3Cscript%3E")


def test_context_size_is_that_of_its_texts_and_copies_share_them() -> None:
    assert sys.getsizeof(CONTEXT) < 300
    baggage = CONTEXT.baggage
    assert CONTEXT.headers()["baggage"] is baggage
    assert CONTEXT.child().baggage is baggage


def sampler(_: Any) -> float:
    return 0.5


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda given: pickle.loads(pickle.dumps(given))])
def test_values_and_propagators_copy_and_pickle(again: Callable[[Any], Any]) -> None:
    for value in (
        tracehop.SentryTrace.parse("7" * 32 + "--0"),
        tracehop.Traceparent.parse(f"00-{'7' * 32}-{'8' * 16}-01"),
        tracehop.Origin("https://*.myapp.com"),
    ):
        assert again(value) == value
    targets = [tracehop.Origin("https://a.test"), re.compile("x", re.I), "https://b.test/"]
    propagator = options(dsn="https://k@sentry.io/1", traces_sampler=sampler, trace_propagation_targets=targets)
    assert repr(again(propagator)) == repr(propagator)
    assert again(propagator).explain("https://X.test/") == propagator.explain("https://X.test/")


def test_process_local_objects_refuse_to_pickle() -> None:
    outcome = PROPAGATOR.inject(CONTEXT, "https://a.test", {})
    for value in (tracehop.TraceLifetime(PROPAGATOR), outcome, tracehop.Baggage.parse("a=1")):
        with pytest.raises(TypeError, match=f"cannot pickle 'tracehop.{type(value).__name__}' object"):
            pickle.dumps(value)


def test_values_compare_and_hash() -> None:
    one, two = tracehop.SentryTrace.parse("7" * 32), tracehop.SentryTrace.parse(" " + "7" * 32 + "-")
    assert one == two and hash(one) == hash(two) and one != tracehop.SentryTrace.parse("8" * 32)
    assert {tracehop.Origin("https://a.test"), tracehop.Origin("https://a.test")} == {tracehop.Origin("https://a.test")}


def test_meta_tags_are_safe_html_and_none_for_a_shared_cache() -> None:
    tags = CONTEXT.meta_tags()
    assert isinstance(tags, str) and tags.__html__() is tags and tags.startswith('<meta name="sentry-trace"')
    assert tracehop.meta_tags() == ""
    with tracehop.use(CONTEXT):
        assert tracehop.meta_tags("private") == tracehop.meta_tags(None) == tags
        none = tracehop.meta_tags("public, max-age=60")
        assert (none, [odd.code for odd in none.findings]) == ("", ["shared_cache"])
        assert tracehop.meta_tags("private").findings == ()
    assert tracehop.meta_tags("public").findings == ()


def test_a_propagator_in_a_cycle_is_collected() -> None:
    class Holder:
        def sampler(self, _: Any) -> float:
            return 1.0

    holder = Holder()
    holder.propagator = options(traces_sampler=holder.sampler)
    gone = weakref.ref(holder)
    del holder
    gc.collect()
    assert gone() is None
