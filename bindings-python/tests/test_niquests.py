"""niquests, whose urllib3 is another package of the same name: in a separate process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hosts import Ours, ours  # noqa: F401 - a fixture

SCRIPT = Path(__file__).with_name("niquests_client.py")
PACKAGES = Path(sys.prefix) / "niquests"


def test_each_hop_of_a_redirect_is_checked_again_and_threads_never_mix(ours: Ours) -> None:
    command = [sys.executable, str(SCRIPT), ours.target, f"{ours.target}/to?{ours.stranger}/to?{ours.target}/"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | {"PYTHONPATH": str(PACKAGES)})
    assert done.returncode == 0, done.stderr
    sent = [seen.get("sentry-trace") for seen in ours.at_target.seen]
    at_once = [(seen["sentry-trace"][33:], seen["baggage"].split(",")[0]) for seen in ours.at_target.seen[8:]]
    assert len(at_once) == 32 and all(baggage == f"span={span_id}" for span_id, baggage in at_once)
    first = done.stdout.strip()
    assert [sent[0], sent[1], sent[6], sent[7]] == [first] * 4
    assert sent[2] == sent[3] not in (None, first) and sent[4] is sent[5] is None
    assert ours.at_target.seen[4] == {"baggage": "tenant=acme"}
    assert ours.at_stranger.seen == [{"baggage": "tenant=acme"}] * 4
