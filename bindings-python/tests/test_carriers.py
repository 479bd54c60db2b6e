"""The arguments of `continue_trace`, `headers` and `inject`: the carriers of real libraries, unchanged (rules K1, K2, K4)."""

from __future__ import annotations

import collections
import email.message
import http.client
import io
import types
from typing import Any

import apps  # noqa: F401 - it configures Django
import celery.app.task
import django.http
import httpx
import multidict
import pytest
import requests.structures
import starlette.datastructures
import urllib3
import websockets.datastructures
import werkzeug.datastructures
import werkzeug.test
import wsgiref.headers
import wsgiref.util
from hypothesis import given
from hypothesis import strategies as st

import tracehop

TRACE = "771a43a4192642f0b136d5159a501700"
SENTRY_TRACE = f"{TRACE}-1234567890abcdef-1"
PAIRS = [("Sentry-Trace", SENTRY_TRACE), ("Baggage", "sentry-release=a,x=1"), ("Baggage", f"sentry-trace_id={TRACE}")]
ONE_LINE = [PAIRS[0], ("Baggage", f"sentry-release=a,x=1,sentry-trace_id={TRACE}")]
PROPAGATOR = tracehop.Propagator()


def message(kind: type[email.message.Message]) -> email.message.Message:
    made = kind()
    for name, value in PAIRS:
        made[name] = value
    return made


def parsed_response() -> http.client.HTTPMessage:
    lines = "".join(f"{name}: {value}\r\n" for name, value in PAIRS)
    return http.client.parse_headers(io.BytesIO(f"{lines}\r\n".encode()))


def django_request() -> django.http.HttpRequest:
    request = django.http.HttpRequest()
    request.META = wsgi_environ()
    return request


def wsgi_environ() -> dict[str, Any]:
    environ: dict[str, Any] = {"HTTP_SENTRY_TRACE": SENTRY_TRACE, "HTTP_BAGGAGE": ONE_LINE[1][1]}
    wsgiref.util.setup_testing_defaults(environ)
    return environ


def asgi_headers() -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in PAIRS]


CARRIERS: dict[str, Any] = {
    "dict": {name.lower(): value for name, value in ONE_LINE},
    "dict in other spelling": dict(ONE_LINE),
    "dict of bytes": {name.encode(): value.encode() for name, value in ONE_LINE},
    "dict of lists": {"sentry-trace": [SENTRY_TRACE], "baggage": [value for _, value in PAIRS[1:]]},
    "OrderedDict": collections.OrderedDict(ONE_LINE),
    "UserDict": collections.UserDict(ONE_LINE),
    "MappingProxyType": types.MappingProxyType(dict(ONE_LINE)),
    "ChainMap": collections.ChainMap({}, dict(ONE_LINE)),
    "pairs": PAIRS,
    "tuple of pairs": tuple(PAIRS),
    "dict items": dict(ONE_LINE).items(),
    "generator": None,
    "kafka": [(name.lower(), value.encode()) for name, value in PAIRS],
    "celery": celery.app.task.Context({"headers": dict(ONE_LINE)}).headers,
    "grpc metadata": tuple(collections.namedtuple("Metadatum", "key value")(n.lower(), v) for n, v in PAIRS),
    "email.message": message(email.message.Message),
    "EmailMessage": message(email.message.EmailMessage),
    "http.client": parsed_response(),
    "wsgiref.headers": wsgiref.headers.Headers(PAIRS),
    "httpx": httpx.Headers(PAIRS),
    "requests": requests.structures.CaseInsensitiveDict(ONE_LINE),
    "urllib3": urllib3.HTTPHeaderDict(PAIRS),
    "aiohttp": multidict.CIMultiDict(PAIRS),
    "aiohttp proxy": multidict.CIMultiDictProxy(multidict.CIMultiDict(PAIRS)),
    "werkzeug": werkzeug.datastructures.Headers(PAIRS),
    "werkzeug environ": werkzeug.datastructures.EnvironHeaders(wsgi_environ()),
    "starlette": starlette.datastructures.Headers(raw=asgi_headers()),
    "websockets": websockets.datastructures.Headers(PAIRS),
    "asgi": asgi_headers(),
    "asgi lists": [list(pair) for pair in asgi_headers()],
    "WSGI environ": wsgi_environ(),
    "django META": django_request().META,
    "django headers": django_request().headers,
}


@pytest.mark.parametrize("name", CARRIERS)
def test_every_carrier_continues(name: str) -> None:
    carrier = (pair for pair in PAIRS) if name == "generator" else CARRIERS[name]
    context = PROPAGATOR.continue_trace(carrier)
    assert (context.trace_id, context.parent_span_id, context.sampled) == (TRACE, "1234567890abcdef", True)
    assert list(context.dynamic_sampling_context)[:2] == ["release", "trace_id"]


def mutable() -> dict[str, Any]:
    return {
        "dict": {"Baggage": "tenant=acme"},
        "dict of bytes": {b"baggage": b"tenant=acme"},
        "OrderedDict": collections.OrderedDict(Baggage="tenant=acme"),
        "email.message": message_of("tenant=acme"),
        "httpx": httpx.Headers({"Baggage": "tenant=acme"}),
        "requests": requests.structures.CaseInsensitiveDict({"Baggage": "tenant=acme"}),
        "urllib3": urllib3.HTTPHeaderDict({"Baggage": "tenant=acme"}),
        "aiohttp": multidict.CIMultiDict({"Baggage": "tenant=acme"}),
        "werkzeug": werkzeug.datastructures.Headers({"Baggage": "tenant=acme"}),
        "starlette": starlette.datastructures.MutableHeaders({"Baggage": "tenant=acme"}),
        "wsgiref.headers": wsgiref.headers.Headers([("Baggage", "tenant=acme")]),
        "websockets": websockets.datastructures.Headers({"Baggage": "tenant=acme"}),
    }


def message_of(baggage: str) -> email.message.Message:
    made = email.message.Message()
    made["Baggage"] = baggage
    return made


@pytest.mark.parametrize("name", mutable())
def test_every_mutable_carrier_is_injected_once_and_stripped(name: str) -> None:
    headers = mutable()[name]
    context = tracehop.Propagator(release="api@1").start_trace()
    for expected in ("written", "kept"):
        assert PROPAGATOR.inject(context, "https://a.test/", headers).reason == expected
        lines = {str(key).lower(): value for key, value in headers.items()}
        assert len(list(headers.items())) == 2, "no header is repeated"
        assert lines["sentry-trace"] == context.sentry_trace
        assert lines["baggage"] == f"tenant=acme,{context.baggage}"
    assert tracehop.strip(headers) is headers
    assert [value for _, value in headers.items()] == ["tenant=acme"]


def test_a_repeated_name_for_which_items_raises_is_read_and_replaced() -> None:
    headers = websockets.datastructures.Headers([("Baggage", "a=1"), ("Origin", "x"), ("Baggage", "b=2")])
    with pytest.raises(websockets.datastructures.MultipleValuesError):
        list(headers.items())
    assert "Access-Control-Allow-Origin" not in PROPAGATOR.missing_cors_headers(headers)
    context = PROPAGATOR.start_trace()
    assert PROPAGATOR.inject(context, "https://a.test/", headers).reason == "written"
    assert dict(headers.items())["baggage"] == f"a=1,b=2,{context.baggage}"


def test_removal_leaves_no_empty_header() -> None:
    context = PROPAGATOR.continue_trace({"sentry-trace": SENTRY_TRACE})
    assert context.baggage is None
    headers = {"Baggage": "sentry-release=old"}
    assert context.headers(headers)["baggage"] == ""
    assert PROPAGATOR.inject(context, "https://a.test/", headers)
    assert headers == {"sentry-trace": context.sentry_trace}


def test_a_wsgi_environ_is_read_by_its_own_names_only() -> None:
    """Such an environ contains process variables, whose names can be anything (rule K2)."""
    environ = wsgi_environ() | {"sentry-trace": "0" * 31 + "1-" + "1" * 16, "SENTRY_TRACE": "2" * 32}
    assert PROPAGATOR.continue_trace(environ).trace_id == TRACE
    del environ["HTTP_SENTRY_TRACE"]
    assert PROPAGATOR.continue_trace(environ).parent_span_id is None
    assert PROPAGATOR.continue_trace(types.MappingProxyType(environ)).parent_span_id is None


def test_wsgi_environ_of_two_variables_is_recognised() -> None:
    for plain in ("sentry-trace", "Sentry-Trace"):
        context = PROPAGATOR.continue_trace({plain: SENTRY_TRACE, "REQUEST_METHOD": "GET"})
        assert context.parent_span_id is None
    context = PROPAGATOR.continue_trace({"HTTP_SENTRY_TRACE": SENTRY_TRACE, "REQUEST_METHOD": "GET"})
    assert context.trace_id == TRACE


def test_the_lower_case_name_hides_other_spellings_of_a_mapping() -> None:
    for wrap in (dict, types.MappingProxyType):
        context = PROPAGATOR.continue_trace(wrap({"Sentry-Trace": "3" * 32, "sentry-trace": SENTRY_TRACE}))
        assert context.trace_id == TRACE
        assert context.findings[0].code == "baggage_missing"


@pytest.mark.parametrize("value", [None, 7, 1.5, object(), {}, {"a": 1}, [None, 3]], ids=repr)
def test_a_value_of_another_type_is_skipped_with_a_finding(value: Any) -> None:
    context = PROPAGATOR.continue_trace({"sentry-trace": value})
    assert "value_type_skipped" in [finding.code for finding in context.findings]
    outcome = PROPAGATOR.inject(context, "https://a.test/", headers := {"baggage": value})
    assert outcome and headers["baggage"] == context.baggage
    assert "value_type_skipped" in [finding.code for finding in outcome.findings]


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_any_bytes_give_a_context(wrap: Any) -> None:
    assert PROPAGATOR.continue_trace({"sentry-trace": wrap(SENTRY_TRACE.encode())}).trace_id == TRACE
    assert str(tracehop.SentryTrace.parse(wrap(SENTRY_TRACE.encode()))) == SENTRY_TRACE


def test_released_or_strided_memoryview_does_not_raise() -> None:
    released = memoryview(SENTRY_TRACE.encode())
    released.release()
    strided = memoryview(SENTRY_TRACE.encode())[::2]
    for view in (released, strided):
        assert PROPAGATOR.continue_trace({"sentry-trace": view}).trace_id != TRACE


def test_dict_that_changes_during_reading_is_read() -> None:
    class Odd(str):
        def __getitem__(self, at: Any) -> str:
            carrier.clear()
            return super().__getitem__(at)

    carrier = {"Sentry-Trace": Odd("7" * 20_000), "x": "1", "Baggage": Odd("a=1," * 20_000)}
    assert PROPAGATOR.continue_trace(carrier).findings[0].code == "sentry_trace_malformed"


FOREIGN = st.text(st.characters(codec="utf-8", exclude_characters=",", exclude_categories=["Cc", "Z"]), min_size=1)


@given(st.lists(FOREIGN.filter(lambda text: not text.startswith("sentry-")), min_size=1, max_size=5))
def test_third_party_text_is_returned_as_the_same_text(members: list[str]) -> None:
    text = ",".join(members)
    given_back = PROPAGATOR.start_trace().headers({"baggage": text})["baggage"]
    assert given_back.startswith(f"{text},sentry-trace_id=")
    assert tracehop.Baggage.parse(text).foreign == members


@given(st.binary(min_size=1, max_size=40).filter(lambda b: not any(c < 0x21 or c in b"\x7f," for c in b)))
def test_third_party_bytes_are_returned_as_latin_1_text(member: bytes) -> None:
    given_back = PROPAGATOR.start_trace().headers({"baggage": b"x" + member})["baggage"]
    assert given_back.encode("latin-1").startswith(b"x" + member + b",sentry-trace_id=")
    mixed = PROPAGATOR.start_trace().headers([("baggage", b"x" + member), ("baggage", "\u20ac=1")])["baggage"]
    assert mixed.startswith((b"x" + member).decode("latin-1") + ",\u20ac=1,sentry-trace_id=")


def test_surrogates_are_returned_unchanged() -> None:
    for text in ("a=\udc80", "a=\udcff\u20ac"):
        assert PROPAGATOR.start_trace().headers({"baggage": text})["baggage"].startswith(f"{text},")
    assert PROPAGATOR.continue_trace({"sentry-trace": "\ud800", "baggage": "\ud800=\udc80"}).findings


@given(st.dictionaries(st.text() | st.binary(), st.text() | st.binary() | st.none() | st.lists(st.text() | st.binary())))
def test_no_content_raises(carrier: Any) -> None:
    PROPAGATOR.continue_trace(carrier)
    PROPAGATOR.continue_trace(list(carrier.items()))
    PROPAGATOR.start_trace(link=carrier).headers(carrier)
    PROPAGATOR.inject(PROPAGATOR.start_trace(), "https://a.test/", carrier)


@given(st.text() | st.binary())
def test_no_page_and_no_baggage_raises(content: Any) -> None:
    PROPAGATOR.continue_html(content)
    tracehop.Baggage.parse(content)
    tracehop.Baggage.parse([content, content])
    tracehop.TraceLifetime(PROPAGATOR).page_load(content)
