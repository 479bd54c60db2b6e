"""Runs every conformance vector with every carrier that Python has for it; one test for each vector."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from carriers import Items, Recorder, every_shape, to_bytes
from notation import RECORD_KEYS, Sampler, Unknown, bytes_of, only, options_of, pairs_of, plain, records

import tracehop
from tracehop._tracehop import _feed, _strip

VECTORS = list(records())
Answer = dict[str, Any]


@pytest.mark.parametrize(
    ("verb", "record"), [pytest.param(verb, record, id=f"{file}: {record['name']}") for file, verb, record in VECTORS]
)
def test_vector(verb: str, record: dict[str, Any]) -> None:
    only(record, *RECORD_KEYS)
    if "python" in record.get("skip", {}):
        pytest.skip(record["skip"]["python"])
    if verb not in VERBS:
        raise Unknown(f"verb {verb}")
    for shape, answer in VERBS[verb](record["given"]):
        for key, expected in record["expect"].items():
            if key not in answer:
                raise Unknown(f"expect.{key}")
            actual = answer[key]() if callable(answer[key]) else answer[key]
            assert actual == told(key, expected), f"{key} of {shape}"


def told(key: str, expected: Any) -> Any:
    """Returns the expectation, with its bytes written out."""
    if key in ("set", "headers", "environ"):
        return [(name, bytes_of(value)) for name, value in expected]
    if key in ("dynamic_sampling_context", "envelope_trace", "sentry"):
        return [tuple(pair) for pair in plain(expected)]
    if key == "foreign":
        return [bytes_of(member) for member in expected]
    return plain(expected)


def codes(findings: tuple[tracehop.Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def parse(kind: type[tracehop.SentryTrace] | type[tracehop.Traceparent], given: Answer) -> Any:
    only(given, "value")
    value = bytes_of(given["value"])
    for shape in (value, value.decode(errors="surrogateescape"), bytearray(value), memoryview(value)):
        try:
            parsed = kind.parse(shape)
        except tracehop.HeaderError as error:
            yield type(shape), {"error": Some({"kind": error.kind, "at": error.at})}
        else:
            ids = {"trace_id": parsed.trace_id, "span_id": parsed.span_id, "sampled": parsed.sampled}
            yield type(shape), {"canonical": str(parsed), **ids}


class Some(dict[str, Any]):
    """Equal if every expected key is equal; an empty expected error matches any error."""

    def __eq__(self, expected: object) -> bool:
        return isinstance(expected, dict) and expected.items() <= self.items()

    __hash__ = None


def baggage_parse(given: Answer) -> Any:
    only(given, "lines")
    lines = [bytes_of(line) for line in given["lines"]]
    texts = [line.decode(errors="surrogateescape") for line in lines]
    shapes: list[tuple[str, Any]] = [("lines of bytes", lines), ("as_text", texts)]
    if len(lines) == 1:
        shapes += [("bytes", lines[0]), ("as_text", texts[0])]
    for shape, value in shapes:
        baggage = tracehop.Baggage.parse(value)
        yield shape, {
            "sentry": list(baggage.sentry.items()),
            "foreign": [to_bytes(member, shape) for member in baggage.foreign],
            "findings": codes(baggage.findings),
        }


def incoming(given: Answer, verb: str = "continue_trace") -> Any:
    """Returns for each carrier a function of the options that makes the record's context."""
    seed = bytes.fromhex(given.get("seed", ""))
    extra = {key: plain(given[key]) for key in ("transaction", "sampled", "trace_id") if key in given}
    steps = given.get("then", [])
    seed += b"".join(bytes.fromhex(step["child"]) for step in steps if "child" in step)

    def begin(act: str, *args: Any, **more: Any) -> Any:
        def begun() -> tuple[tracehop.Propagator, tracehop.TraceContext, dict[str, Any]]:
            options = options_of(given["options"])
            propagator = tracehop.Propagator(**options)
            _feed(seed)
            context = getattr(propagator, act)(*args, **extra, **more)
            for step in steps if context else ():
                only(step, "child", "sample")
                context = context.child() if "child" in step else context.sample(step["sample"])
            _feed(b"")
            return propagator, context, options

        return begun

    if "headers" in given:
        yield from ((shape, begin(verb, carrier)) for shape, carrier in every_shape(pairs_of(given["headers"])))
    elif "gateway" in given:
        pairs = [(name, value.decode("latin-1")) for name, value in pairs_of(given["gateway"])]
        yield from (("environ", begin(verb, dict(pairs))), ("items", begin(verb, Items(pairs))))
    elif "environ" in given:
        texts = {name: value.decode(errors="surrogateescape") for name, value in pairs_of(given["environ"])}
        yield "os.environ", begin("continue_environ", texts)
    elif "html" in given:
        page = bytes_of(given["html"])
        yield from (("bytes", begin("continue_html", page)), ("view", begin("continue_html", memoryview(page))))
        yield "str", begin("continue_html", page.decode(errors="surrogateescape"))
    elif "link" in given:
        shapes = every_shape(pairs_of(given["link"]))
        yield from ((shape, begin("start_trace", link=carrier)) for shape, carrier in shapes)
    else:
        yield "start", begin("start_trace")


BEGUN = ("options", "seed", "headers", "gateway", "environ", "html", "link", "transaction", "sampled", "then")


def context(given: Answer) -> Any:
    only(given, *BEGUN, "trace_id")
    for shape, begin in incoming(given):
        yield shape, facts(*begin())


def adopt(given: Answer) -> Any:
    only(given, "options", "headers", "gateway", "then")
    for shape, begin in incoming(given, "adopt"):
        propagator, made, options = begin()
        yield shape, {"adopted": True, **facts(propagator, made, options)} if made else {"adopted": made is not None}


def facts(propagator: tracehop.Propagator, made: tracehop.TraceContext, options: dict[str, Any]) -> Answer:
    """Returns everything that a record may expect of a context."""
    sampler = options.get("traces_sampler")
    return {
        "trace_id": made.trace_id,
        "span_id": made.span_id,
        "parent_span_id": made.parent_span_id,
        "sampled": made.sampled,
        "parent_sampled": made.parent_sampled,
        "sample_rate": made.sample_rate,
        "sample_rand": made.sample_rand,
        "dynamic_sampling_context": list(made.dynamic_sampling_context.items()),
        "link": made.link and str(made.link),
        "findings": codes(made.findings),
        "sentry_trace": made.sentry_trace,
        "baggage": made.baggage,
        "traceparent": made.traceparent,
        "headers": [(name, value.encode("ascii")) for name, value in made.headers().items()],
        "meta_tags": made.meta_tags(),
        "environ": [(name, value.encode("ascii")) for name, value in made.environ().items()],
        "envelope_trace": list(propagator.envelope_trace(made).items()),
        "sampler_saw": sampler.saw if isinstance(sampler, Sampler) else None,
    }


def outgoing(given: Answer) -> Any:
    """Returns what `headers` and `inject` set: the returned dict and the changes in place."""
    only(given, *BEGUN, "existing", "url", "page_url")
    _, begin = next(incoming(given))
    for shape, existing in every_shape(pairs_of(given["existing"])):
        propagator, made, _ = begin()
        request = Recorder(existing.items() if hasattr(existing, "items") else existing)
        if "url" in given:
            outcome = propagator.inject(made, plain(given["url"]), request, page_url=given.get("page_url"))
        else:
            outcome = tracehop.Propagator().inject(made, "https://a.test/", request)
            assert made.headers(existing) == request.changes
        if shape == "as_dict":
            check_dict(propagator, made, given, existing, request)
        changes = [(name, to_bytes(value, shape)) for name, value in request.changes.items()]
        yield shape, {"reason": outcome.reason, "findings": codes(outcome.findings), "set": changes}


def check_dict(
    propagator: tracehop.Propagator,
    made: tracehop.TraceContext,
    given: Answer,
    request: dict[str, Any],
    expected: Recorder,
) -> None:
    """Checks that a plain dict ends like any other mapping, and that injecting twice equals injecting once."""
    propagator = propagator if "url" in given else tracehop.Propagator()
    for _ in range(2):
        propagator.inject(made, plain(given.get("url", "https://a.test/")), request, page_url=given.get("page_url"))
        assert sorted(request.items(), key=str) == sorted(expected.items(), key=str)


def strip(given: Answer) -> Any:
    only(given, "existing")
    for shape, existing in every_shape(pairs_of(given["existing"])):
        request = Recorder(existing.items() if hasattr(existing, "items") else existing)
        findings = codes(_strip(request))
        assert tracehop.strip(request) is request
        yield shape, {"findings": findings, "set": [(name, to_bytes(value, shape)) for name, value in request.changes.items()]}


def allows(given: Answer) -> Any:
    only(given, "options", "url", "page_url")
    propagator = tracehop.Propagator(**quiet(given))
    url, page_url = plain(given["url"]), given.get("page_url")
    sentence = propagator.explain(url, page_url)
    target = re.search(r"target (\d+)", sentence)
    outcome = propagator.inject(propagator.start_trace(), url, {}, page_url)
    answer = {
        "allowed": propagator.allows(url, page_url),
        "explain": sentence,
        "target": int(target[1]) - 1 if target else None,
        "reason": outcome.reason,
        "findings": codes(outcome.findings),
    }
    yield "url", answer


def quiet(given: Answer) -> dict[str, Any]:
    """Returns the options of a record without its targets' warnings, which another verb tests."""
    warnings.simplefilter("ignore", UserWarning)
    return options_of(given["options"])


def propagator(given: Answer) -> Any:
    only(given, "options")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tracehop.Propagator(**options_of(given["options"]))
        except tracehop.OptionError as error:
            yield "options", {"error": Some({"kind": error.kind, "option": error.option})}
            return
    yield "options", {"ok": True, "warnings": len(caught)}


def allow_headers(given: Answer) -> Any:
    only(given, "options", "existing", "credentials")
    made = tracehop.Propagator(**options_of(given["options"]))
    yield "text", {"value": made.allow_headers(given["existing"], given["credentials"])}


def missing_cors_headers(given: Answer) -> Any:
    only(given, "options", "answer", "credentials")
    made = tracehop.Propagator(**options_of(given["options"]))
    for shape, answer in every_shape(pairs_of(given["answer"])):
        yield shape, {"missing": made.missing_cors_headers(answer, given["credentials"])}


def is_shared_cache(given: Answer) -> Any:
    only(given, "value")
    yield "text", {"shared": tracehop.is_shared_cache(given["value"])}


def server_timing(given: Answer) -> Any:
    only(given, "options", "seed", "headers", "existing")
    for shape, begin in incoming(given):
        yield shape, {"value": begin()[1].server_timing(given["existing"])}


def lifetime(given: Answer) -> Any:
    only(given, "options", "steps")
    first, *steps = given["steps"]
    only(first, "new", "seed", "now")
    now = [first["now"]]
    _feed(bytes.fromhex(first["seed"]))
    life = tracehop.TraceLifetime(tracehop.Propagator(**options_of(given["options"])), clock=lambda: now[0])
    rotated: list[bool | None] = [None]
    states = [(life.current, life.previous)]
    for step in steps:
        now[0] = step["now"]
        _feed(bytes.fromhex(step["seed"]))
        rotated.append(take(life, step))
        states.append((life.current, life.previous))
    _feed(b"")
    yield "steps", {
        "trace_ids": [current.trace_id for current, _ in states],
        "previous": [previous and str(previous) for _, previous in states],
        "rotated": rotated,
        "sampled": [current.sampled for current, _ in states],
        "links": [current.link and str(current.link) for current, _ in states],
    }


def take(life: tracehop.TraceLifetime, step: Answer) -> bool | None:
    act, value = next((key, value) for key, value in step.items() if key not in ("seed", "now"))
    only(step, "seed", "now", act)
    match act, value:
        case "page_load", None:
            life.page_load()
        case "page_load", {"headers": headers}:
            life.page_load(pairs_of(headers))
        case "page_load", {"html": page}:
            life.page_load(bytes_of(page))
        case ("navigate" | "start_new_trace"), True:
            getattr(life, act)()
        case "rotate_if_older", seconds:
            return life.rotate_if_older(seconds)
        case _:
            raise Unknown(f"step {act}")
    return None


VERBS = {
    "sentry_trace_parse": lambda given: parse(tracehop.SentryTrace, given),
    "traceparent_parse": lambda given: parse(tracehop.Traceparent, given),
    "baggage_parse": baggage_parse,
    "start_trace": context,
    "continue_trace": context,
    "adopt": adopt,
    "headers": outgoing,
    "inject": outgoing,
    "allows": allows,
    "strip": strip,
    "allow_headers": allow_headers,
    "missing_cors_headers": missing_cors_headers,
    "is_shared_cache": is_shared_cache,
    "server_timing": server_timing,
    "lifetime": lifetime,
    "propagator": propagator,
}
