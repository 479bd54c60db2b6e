"""`tracehop.testing`, `Propagator.from_env`, and what the package calls its own."""

from __future__ import annotations

import pickle
import subprocess
import sys
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
def test_a_request_is_asked_which_trace_it_carries(sampled: bool | None) -> None:
    headers = {"accept": "text/html"}
    assert tracehop.testing.carried(headers) is None
    with tracehop.testing.trace(sampled=sampled) as context:
        tracehop.Propagator().inject(context, "https://api.myapp.com/", headers)
    assert tracehop.testing.carried(headers) == (tracehop.testing.TRACE_ID, tracehop.testing.SPAN_ID, sampled)


def test_a_fixture_of_pytest_gives_each_test_the_trace(tmp_path: Path) -> None:
    """The one that the module shows."""
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
    assert repr(tracehop.Propagator.from_env({"SENTRY_DSN": "", "SENTRY_RELEASE": ""})) == "Propagator()"


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(tracehop.OptionError, match="SENTRY_TRACES_SAMPLE_RATE must be a number from 0 to 1, not 'all'"):
        tracehop.Propagator.from_env({"SENTRY_TRACES_SAMPLE_RATE": "all"})
    with pytest.raises(tracehop.OptionError, match="traces_sample_rate"):
        tracehop.Propagator.from_env({"SENTRY_TRACES_SAMPLE_RATE": "7"})


def test_what_is_public_says_that_it_is_of_tracehop() -> None:
    for name in set(tracehop.__all__) - {"HEADER_NAMES", "__version__", "asgi", "wsgi"}:
        thing: Any = getattr(tracehop, name)
        if not name.startswith("_") and hasattr(thing, "__module__"):
            assert thing.__module__ == "tracehop", name
    error = pickle.loads(pickle.dumps(tracehop.OptionError("message", "kind", "option")))
    assert (str(error), error.kind, error.option) == ("message", "kind", "option")
    assert issubclass(tracehop.SamplingContext, dict)
