"""The integration for Sentry's SDK: the SDK reads and writes headers as the core does."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk import tracing_utils
from silent import Silent

import tracehop
import tracehop.sentry

DSN = "https://public@o7.ingest.sentry.io/42"
TRACE, SPAN = "771a43a4192642f0b136d5159a501700", "1234567890abcdef"
SENTRY_TRACE = f"{TRACE}-{SPAN}-1"
MEMBERS = f"sentry-trace_id={TRACE},sentry-public_key=up,sentry-sample_rate=0.25,sentry-sample_rand=0.125000,sentry-sampled=true"
OTHER_SDKS = Path(sys.prefix) / "sentry-sdk"
"""The folder in which the suite's set-up installs the oldest supported release, and the one before it."""

Init = Callable[..., None]


@pytest.fixture
def init() -> Iterator[Init]:
    # The SDK's default integrations would patch the frameworks of all other tests.
    alone = {"default_integrations": False, "auto_enabling_integrations": False}

    def init_sdk(propagator: tracehop.Propagator | None = None, **options: Any) -> None:
        integrations = [tracehop.sentry.Integration(propagator)]
        sentry_sdk.init(**{"dsn": DSN, "transport": Silent, "integrations": integrations, **alone, **options})

    with sentry_sdk.isolation_scope() as scope, sentry_sdk.new_scope():
        scope.set_new_propagation_context()  # Otherwise all other tests inherit the DSC of this one.
        yield init_sdk
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.get_global_scope().set_client(None)


def sent(incoming: dict[str, str]) -> dict[str, str]:
    """Returns the headers that a transaction sends which continues these."""
    with sentry_sdk.isolation_scope():
        with sentry_sdk.start_transaction(sentry_sdk.continue_trace(incoming, name="GET /", op="http.server")):
            return dict(sentry_sdk.get_current_scope().iter_trace_propagation_headers())


def test_received_headers_are_read_and_forwarded_by_the_core(init: Init) -> None:
    init(traces_sample_rate=0.0)
    # A member's whole name is kept without blanks around it, and a percent-encoded value is sent unchanged.
    headers = sent({"sentry-trace": SENTRY_TRACE, "baggage": f"tenant=acme, sentry-a-b = 1%2f , {MEMBERS}"})
    assert headers["sentry-trace"].startswith(f"{TRACE}-") and headers["sentry-trace"].endswith("-1")
    assert headers["baggage"] == f"sentry-a-b=1%2f,{MEMBERS}"


@pytest.mark.parametrize("name", ["sentry-trace", "HTTP_SENTRY_TRACE", "Sentry-Trace"])
def test_a_trace_without_a_sampling_context_gets_none(init: Init, name: str) -> None:
    init(traces_sample_rate=1.0)
    assert "baggage" not in sent({name: SENTRY_TRACE})


@pytest.mark.parametrize("value", ["", "x", f"{TRACE}-{SPAN}-2", f"00-{TRACE}-{SPAN}-00", SENTRY_TRACE.upper(), "1", "0" * 32])
def test_a_malformed_header_starts_a_trace_of_the_sdks(init: Init, value: str) -> None:
    init(traces_sample_rate=1.0, release="api@1")
    headers = sent({"sentry-trace": value, "baggage": MEMBERS})
    assert TRACE not in headers["sentry-trace"] and "sentry-release=api%401" in headers["baggage"]


@pytest.mark.parametrize(("strict", "members", "continues"), [
    (False, "sentry-org_id=7", True), (False, "sentry-org_id=8", False), (False, "sentry-a=1", True),
    (True, "sentry-org_id=7", True), (True, "sentry-a=1", False),
])  # fmt: skip
def test_the_organisation_rule_and_strictness_are_those_of_the_options(
    init: Init, strict: bool, members: str, continues: bool
) -> None:
    init(traces_sample_rate=1.0, strict_trace_continuation=strict)
    assert sent({"sentry-trace": SENTRY_TRACE, "baggage": members})["sentry-trace"].startswith(TRACE) is continues


def test_the_sdk_decides_and_no_sampler_is_asked_twice(init: Init) -> None:
    asked: list[Any] = []

    def sampler(context: Any) -> float:
        asked.append(context)
        return 0.0

    init(tracehop.Propagator(traces_sampler=sampler), traces_sampler=sampler)
    assert sent({"sentry-trace": SENTRY_TRACE, "baggage": MEMBERS})["sentry-trace"].endswith("-0")
    assert len(asked) == 1 and "op" in asked[0]["transaction_context"]


def test_received_sample_rand_decides(init: Init) -> None:
    for rate, flag in ((0.126, "1"), (0.124, "0")):
        init(traces_sample_rate=rate)
        headers = sent({"sentry-trace": f"{TRACE}-{SPAN}", "baggage": MEMBERS})
        assert headers["sentry-trace"].endswith(f"-{flag}")
        assert f"sentry-sample_rate={rate}" in headers["baggage"], "the rate that decided replaces the old one"


def test_text_targets_are_regular_expressions_in_linear_time(init: Init) -> None:
    init(trace_propagation_targets=[r"^https://(\w+\.)?myapp\.com/", "(a+)+$"])
    client = sentry_sdk.get_client()
    urls = ["https://api.myapp.com/", "https://myapp.com.evil.test/", "https://x/" + "a" * 5000 + "!", DSN]
    assert [tracing_utils.should_propagate_trace(client, url) for url in urls] == [True, False, False, False]


@pytest.mark.parametrize(("targets", "allowed"), [(None, False), ([], False), ([".*"], True)])
def test_unset_targets_are_those_of_the_sdk(init: Init, targets: Any, allowed: bool) -> None:
    init(trace_propagation_targets=targets)
    assert tracing_utils.should_propagate_trace(sentry_sdk.get_client(), "https://x.test/") is allowed


def test_a_target_that_needs_backtracking_is_refused() -> None:
    with pytest.raises(tracehop.OptionError, match="look"):
        tracehop.sentry.Integration().setup_once_with_options({"trace_propagation_targets": ["(?=x)"]})


ACCEPTED = {
    "dsn": [f"{DSN}\n", f" {DSN}", sentry_sdk.utils.Dsn(DSN)],
    "release": [17, "api@1 "],
    "environment": [5],
    "traces_sample_rate": [2, "0.5", float("nan")],
    "trace_propagation_targets": [[tracehop.Origin("https://x.test")], [lambda url: url == "https://x.test/"], {"x"}],
}


@pytest.mark.parametrize(("option", "value"), [(name, value) for name, values in ACCEPTED.items() for value in values], ids=repr)
def test_an_option_of_the_sdk_of_any_type_that_works_is_accepted(init: Init, option: str, value: Any) -> None:
    init(**{option: value})
    context = tracehop.current()
    assert context and context.dynamic_sampling_context["public_key"] == "public"
    assert tracing_utils.should_propagate_trace(sentry_sdk.get_client(), "https://x.test/")
    assert not tracing_utils.should_propagate_trace(sentry_sdk.get_client(), DSN)


@pytest.mark.parametrize(("targets", "sentence"), [
    (["a", "("], r"trace_propagation_targets\[1\]: the regex '\(' is not valid: missing \)"),
    ("https://x.test", "trace_propagation_targets must be a list"),
    ([3], r"trace_propagation_targets\[0\] must be a str"),
])  # fmt: skip
def test_wrong_targets_raise_in_init_and_leave_a_later_client_to_the_sdk(init: Init, targets: Any, sentence: str) -> None:
    with pytest.raises((tracehop.OptionError, TypeError), match=sentence):
        tracehop.sentry.Integration().setup_once_with_options({"trace_propagation_targets": targets})
    init()
    init(trace_propagation_targets=targets)
    with pytest.warns(RuntimeWarning, match=sentence):
        assert tracehop.current() is None


def test_a_later_client_with_such_a_target_is_left_to_the_sdk(init: Init) -> None:
    init()
    init(trace_propagation_targets=["(?=x)x"])
    with pytest.warns(RuntimeWarning, match="untouched"):
        assert tracing_utils.should_propagate_trace(sentry_sdk.get_client(), "https://x.test/")
    assert tracehop.current() is None


def test_explicit_propagator_supplies_its_targets(init: Init) -> None:
    init(tracehop.Propagator(trace_propagation_targets=[tracehop.Origin("https://*.myapp.com")]))
    client = sentry_sdk.get_client()
    assert tracing_utils.should_propagate_trace(client, "https://api.myapp.com/")
    assert not tracing_utils.should_propagate_trace(client, "https://evil.test/?https://api.myapp.com")


def test_third_party_baggage_stays_byte_for_byte(init: Init) -> None:
    init()
    headers = {"baggage": "tenant=a%2fb;p=1, sentry-old=1,x"}
    for _ in range(2):
        tracing_utils.add_sentry_baggage_to_headers(headers, MEMBERS)
        assert headers["baggage"] == f"tenant=a%2fb;p=1,x,{MEMBERS}"


def test_the_current_context_is_the_sdks_position(init: Init) -> None:
    init(traces_sample_rate=1.0)
    with sentry_sdk.start_transaction(name="GET /") as transaction:
        with sentry_sdk.start_span(op="inner") as span:
            current = tracehop.current()
            assert current and (current.trace_id, current.span_id, current.sampled) == (transaction.trace_id, span.span_id, True)
            assert current.dynamic_sampling_context["transaction"] == "GET /"
    outside = tracehop.current()
    assert outside and outside.trace_id == sentry_sdk.get_current_scope().get_active_propagation_context().trace_id


def test_recorded_position_takes_precedence_over_use(init: Init) -> None:
    """Every client sends the position that the SDK recorded."""
    init(traces_sample_rate=1.0)
    own, idle = tracehop.Propagator().start_trace(), tracehop.current()
    assert idle
    with tracehop.use(own):
        assert tracehop.current() is own
        with sentry_sdk.start_transaction(name="job") as transaction, tracehop.use(own):
            position = tracehop.current()
            assert position and position.span_id == transaction.span_id
            with tracehop.use(None):
                position = tracehop.current()
                assert position and position.span_id == transaction.span_id
        with tracehop.use(None):
            position = tracehop.current()
            assert position and position.trace_id == idle.trace_id


def test_position_of_a_received_message_takes_precedence_over_use(init: Init) -> None:
    init()
    for incoming in ({"sentry-trace": SENTRY_TRACE}, {}):
        sentry_sdk.get_isolation_scope().generate_propagation_context(incoming)
        with tracehop.use(tracehop.Propagator().start_trace()) as own:
            position = tracehop.current()
            assert position and own and position.trace_id != own.trace_id
            assert (position.trace_id == TRACE) is bool(incoming)


def test_sdk_without_the_integration_is_unchanged(init: Init) -> None:
    init()
    legacy = {"trace_id": TRACE, "parent_span_id": SPAN, "parent_sampled": None}
    assert tracing_utils.extract_sentrytrace_data(f"00-{TRACE}-{SPAN}-00") is None
    sentry_sdk.get_client().integrations.clear()
    assert tracing_utils.extract_sentrytrace_data(f"00-{TRACE}-{SPAN}-00") == legacy
    assert tracehop.current() is None


def test_code_block_of_the_page_sets_up_the_sdk() -> None:
    page = (Path(__file__).parents[2] / "docs/beside-sentry.md").read_text()
    (block,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    program = f"{block}\ntags = tracehop.meta_tags()\nprint(tags.count('<meta'), 'sentry-org_id=1' in tags)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "2 True\n"


PROGRAM = """
import sys, warnings
import sentry_sdk, tracehop.sentry
from sentry_sdk import tracing_utils
before = tracing_utils.should_propagate_trace
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for _ in range(2):
        sentry_sdk.init(integrations=[tracehop.sentry.Integration()], traces_sample_rate=1.0)
told = [str(warning.message) for warning in caught if "tracehop" in str(warning.message)]
print(sentry_sdk.VERSION, before is tracing_utils.should_propagate_trace, tracehop.current() is None, *told, sep="\\n")
"""


@functools.cache
def run_with(release: str) -> list[str]:
    """Returns the program's output with this release of the SDK, which the suite's set-up has installed."""
    path = str(OTHER_SDKS / release)
    program = f"import sys; sys.path.insert(0, {path!r})\n{PROGRAM}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.splitlines()


def test_the_oldest_supported_release_has_every_seam() -> None:
    assert run_with("2.50.0") == ["2.50.0", "False", "False"]


def test_a_release_that_lacks_a_seam_is_left_untouched_with_one_warning_that_names_it() -> None:
    version, is_untouched, has_no_position, *told = run_with("2.49.0")
    assert (version, is_untouched, has_no_position) == ("2.49.0", "True", "True")
    assert len(told) == 1 and "add_sentry_baggage_to_headers" in told[0]
