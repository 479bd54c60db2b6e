"""`tracehop.testing`, `Propagator.from_env`, and the public names of the package."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import pytest

import tracehop
import tracehop.testing

DSN = "https://key@o1.ingest.sentry.io/2"


def test_the_trace_of_a_test_is_the_same_in_each_run() -> None:
    seen = []
    for _ in range(2):
        with tracehop.testing.trace(release="shop@1", traces_sample_rate=1.0) as context:
            assert tracehop.current() is context
            seen.append((context.trace_id, context.span_id, context.sampled, context.sample_rand, context.baggage))
    assert seen[0] == seen[1]
    assert seen[0][:3] == (tracehop.testing.TRACE_ID, tracehop.testing.SPAN_ID, True)
    assert tracehop.current() is None


@pytest.mark.parametrize("sampled", [True, False, None])
def test_carried_returns_the_trace_of_a_request(sampled: bool | None) -> None:
    headers = {"accept": "text/html"}
    assert tracehop.testing.carried(headers) is None
    with tracehop.testing.trace(sampled=sampled) as context:
        tracehop.Propagator().inject(context, "https://api.myapp.com/", headers)
    assert tracehop.testing.carried(headers) == (tracehop.testing.TRACE_ID, tracehop.testing.SPAN_ID, sampled)


def test_a_fixture_of_pytest_gives_each_test_the_trace(tmp_path: Path) -> None:
    """The fixture in the module's docstring."""
    lines = (tracehop.testing.__doc__ or "").partition("::\n")[2].splitlines()
    (tmp_path / "conftest.py").write_text("\n".join(line.removeprefix("    ") for line in lines))
    (tmp_path / "test_it.py").write_text(
        f"import tracehop\n\ndef test_it(trace):\n    assert tracehop.current() is trace\n    assert trace.trace_id == '{tracehop.testing.TRACE_ID}'\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    assert "1 passed" in subprocess.run(command, capture_output=True, text=True, cwd=tmp_path).stdout


def test_options_come_from_the_variables_of_sentrys_sdks(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "SENTRY_DSN": DSN,
        "SENTRY_RELEASE": "shop@1",
        "SENTRY_ENVIRONMENT": "staging",
        "SENTRY_TRACES_SAMPLE_RATE": "0.25",
    }
    expected = tracehop.Propagator(dsn=DSN, release="shop@1", environment="staging", traces_sample_rate=0.25)
    assert repr(tracehop.Propagator.from_env(environ)) == repr(expected)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert repr(tracehop.Propagator.from_env()) == repr(expected)
    assert "release='mine'" in repr(tracehop.Propagator.from_env(release="mine", strict_trace_continuation=True))
    assert repr(tracehop.Propagator.from_env({"SENTRY_DSN": "", "SENTRY_RELEASE": " "})) == "Propagator()"
    # The file of a secret ends with a newline.
    assert tracehop.Propagator.from_env({name: f"{value}\n" for name, value in environ.items()}) == expected


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(tracehop.OptionError, match="SENTRY_TRACES_SAMPLE_RATE must be a number from 0 to 1, not 'all'"):
        tracehop.Propagator.from_env({"SENTRY_TRACES_SAMPLE_RATE": "all"})
    with pytest.raises(tracehop.OptionError, match="traces_sample_rate"):
        tracehop.Propagator.from_env({"SENTRY_TRACES_SAMPLE_RATE": "7"})


OPTIONS: dict[str, Any] = {
    "dsn": "https://key:secret@o1.ingest.sentry.io/2",
    "public_key": "other",
    "org_id": "7",
    "release": "shop@1",
    "environment": "staging",
    "traces_sample_rate": 0.25,
    "traces_sampler": len,
    "trace_propagation_targets": ["api", tracehop.Origin("https://*.myapp.com"), re.compile("^x"), callable],
    "strict_trace_continuation": True,
    "propagate_traceparent": True,
}


def test_every_option_can_be_read() -> None:
    propagator, plain = tracehop.Propagator(**OPTIONS), tracehop.Propagator()
    for name, value in OPTIONS.items():
        assert getattr(propagator, name) == value, name
        assert getattr(plain, name) in (None, False)


def test_propagators_with_equal_options_are_equal() -> None:
    one, same = tracehop.Propagator(**OPTIONS), tracehop.Propagator(**OPTIONS)
    assert one == same and hash(one) == hash(same) and one != 1
    for name in OPTIONS:
        assert tracehop.Propagator(**{key: value for key, value in OPTIONS.items() if key != name}) != one, name


def test_secret_of_a_dsn_is_in_no_repr() -> None:
    propagator = tracehop.Propagator(**OPTIONS)
    app = tracehop.wsgi.Middleware(len, propagator)  # type: ignore[arg-type]
    for thing in (propagator, app, tracehop.testing, tracehop.TraceLifetime(propagator)):
        assert "secret" not in repr(thing)
    assert "dsn='https://key:***@o1.ingest.sentry.io/2'" in repr(propagator)
    assert pickle.loads(pickle.dumps(tracehop.Propagator(dsn=OPTIONS["dsn"]))).dsn == OPTIONS["dsn"]


def test_every_object_can_be_referenced_weakly() -> None:
    propagator = tracehop.Propagator()
    context = propagator.start_trace()
    outcome = propagator.inject(context, "https://a.test/", {})
    values = (tracehop.SentryTrace.parse(context.sentry_trace), tracehop.Traceparent.parse(context.traceparent))
    more = (tracehop.Baggage.parse("a=1"), tracehop.Origin("https://a.test"), tracehop.TraceLifetime(propagator))
    for thing in (propagator, context, outcome, *values, *more):
        assert weakref.ref(thing)() is thing
    noted = weakref.WeakKeyDictionary({context: 1})
    del context, thing
    assert not noted


def test_a_text_target_that_allows_everything_is_refused() -> None:
    with pytest.raises(tracehop.OptionError, match="an empty text is contained in every URL") as refused:
        tracehop.Propagator(trace_propagation_targets=["https://api.test", ""])
    assert (refused.value.kind, refused.value.option) == ("target_empty", "trace_propagation_targets")


@pytest.mark.parametrize("text", ["*", "https://*.myapp.com", "https?://x", "api.test$", "^https://", "a|b"])
def test_a_text_target_that_matches_nothing_warns_and_names_the_other_kinds(text: str) -> None:
    with pytest.warns(UserWarning, match="use a regex target, or better an origin target"):
        tracehop.Propagator(trace_propagation_targets=[text])


def test_public_names_report_the_module_tracehop() -> None:
    for name in set(tracehop.__all__) - {"HEADER_NAMES", "__version__", "asgi", "wsgi"}:
        thing: Any = getattr(tracehop, name)
        if not name.startswith("_") and hasattr(thing, "__module__"):
            assert thing.__module__ == "tracehop", name
    error = pickle.loads(pickle.dumps(tracehop.OptionError("message", "kind", "option")))
    assert (str(error), error.kind, error.option) == ("message", "kind", "option")
    assert issubclass(tracehop.SamplingContext, dict)
