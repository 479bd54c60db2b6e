"""`tracehop doctor` through each of Debian's proxies, correct and faulty: `make nightly`."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from proxies import running

import tracehop
from tracehop._doctor import examine
from tracehop._doctor.server import server

STRIPPED = "baggage does not arrive"
FIRST_ONLY = "only the first line of baggage arrives"
CASES = [
    ("nginx", "whole", "arrives", None),
    ("nginx", "first-line", "broken", FIRST_ONLY),
    ("apache", "whole", "arrives", None),
    ("apache", "strips-baggage", "broken", STRIPPED),
    ("haproxy", "whole", "arrives", None),
    ("haproxy", "doubles", "broken", "sentry-trace arrives 2 times"),
    ("varnish", "whole", "arrives", None),
    ("varnish", "one-for-all", "cannot_tell", "it comes from a cache"),
    ("lighttpd", "whole", "arrives", None),
    ("lighttpd", "strips-baggage", "broken", STRIPPED),
    ("squid", "whole", "arrives", None),
    ("squid", "strips-baggage", "broken", STRIPPED),
    ("caddy", "whole", "arrives", None),
    ("caddy", "strips-baggage", "broken", STRIPPED),
    ("caddy", "changes", "broken", "sentry-trace arrives changed"),
    ("ats", "whole", "arrives", None),
    ("ats", "strips-baggage", "broken", STRIPPED),
    ("h2o", "whole", "arrives", None),
    ("h2o", "redirects-away", "cannot_tell", "redirects to another host"),
    ("nghttpx", "whole", "arrives", None),
    ("nghttpx_short", "whole", "broken", "it is refused: response status 431"),
    # It always loses the second line, so it has no correct configuration.
    ("tinyproxy", "whole", "broken", FIRST_ONLY),
    ("tinyproxy_anonymous", "whole", "broken", "sentry-trace does not arrive; baggage does not arrive"),
]


@pytest.fixture(scope="module")
def upstream() -> Iterator[int]:
    with server("127.0.0.1", 0) as echo:
        thread = threading.Thread(target=echo.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield echo.server_port
        echo.shutdown()
        thread.join()


@pytest.mark.parametrize(("name", "path", "verdict", "said"), CASES, ids=["-".join(case[:2]) for case in CASES])
def test_doctor_behind(upstream: int, tmp_path: Path, name: str, path: str, verdict: str, said: str | None) -> None:
    with running(name, tmp_path, upstream) as address:
        told = json.loads(examine(tracehop.Propagator(), f"{address}/{path}/")[1])
    whats = [check["what"] for check in told["checks"] if check["required"] and check["verdict"] != "arrives"]
    assert told["verdict"] == verdict, whats
    assert (said is None and not whats) or any(said in what for what in whats if said), whats
