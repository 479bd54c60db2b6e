"""How a proxy or an application server changes trace headers: one function for each column of docs/servers.md."""

from __future__ import annotations

import json
from collections.abc import Callable

from tracehop._doctor.http1 import NoAnswerError
from tracehop._doctor.http2 import Http2
from wire import Upstream, ask

TRACE, OTHER = (f"{digit * 32}-{digit * 16}-1".encode() for digit in "12")
LARGEST, MOST_LINES = 70_000, 2_000
FOLDED = b"baggage: a=1,\r\n b=2"
REFUSED = {400: "400", 431: "431", 500: "500", 502: "502", None: "no answer"}


def proxy(address: str, behind: Upstream, http2: str) -> list[str]:
    """Returns the row of a proxy; ``http2`` is its address for HTTP/2 without TLS."""

    def arrived(name: bytes, *lines: bytes) -> list[bytes] | int | None:
        behind.lines = []
        status, _ = ask(address, *lines)
        return behind.named(name) if status == 200 else status

    columns = (_lines, _underscore, _bytes, _empty, _case, _blanks)
    row = [column(arrived) for column in columns]
    longest = bisected(lambda size: arrived(b"baggage", b"baggage: a=" + b"x" * (size - 2)), size_of, LARGEST)
    count = bisected(lambda lines: arrived(b"baggage", *_several(lines)), lambda answer: MOST_LINES * (size_of(answer) == 3), MOST_LINES, "dropped")
    return [*row, *longest, *count, _folded(arrived, behind), _over_http2(http2, behind)]


def _several(count: int) -> list[bytes]:
    """Returns this number of header lines; the last is baggage."""
    return [*(f"x-h{number}: 1".encode() for number in range(count - 1)), b"baggage: a=1"]


Arrived = Callable[..., "list[bytes] | int | None"]


def _said(arrived: list[bytes] | int | None) -> str | None:
    """Returns the text for a request that did not arrive, or lost the header."""
    if not isinstance(arrived, list):
        return REFUSED.get(arrived, str(arrived))
    return None if arrived else "dropped"


def _lines(arrived: Arrived) -> str:
    lines = arrived(b"baggage", b"baggage: a=1", b"baggage: b=2")
    return _said(lines) or _joined([line.partition(b":")[2].strip().decode() for line in lines])


def _underscore(arrived: Arrived) -> str:
    lines = arrived(b"sentry-trace", b"sentry_trace: " + TRACE)
    return _said(lines) or f"`{lines[0].partition(b':')[0].decode()}`"


def _bytes(arrived: Arrived) -> str:
    value = b"a=\xc3\xa9\xe9"
    lines = arrived(b"baggage", b"baggage: " + value)
    return _said(lines) or ("unchanged" if value in lines[0] else "changed")


def _empty(arrived: Arrived) -> str:
    return _said(arrived(b"baggage", b"baggage:")) or "empty"


def _case(arrived: Arrived) -> str:
    lines = arrived(b"sentry-trace", b"Sentry-TRACE: " + TRACE)
    return _said(lines) or f"`{lines[0].partition(b':')[0].decode()}`"


def _blanks(arrived: Arrived) -> str:
    lines = arrived(b"baggage", b"baggage: \t a=1,\tb=2 \t ")
    if said := _said(lines):
        return said
    value = lines[0].partition(b":")[2].removeprefix(b" ")
    ends = (value.startswith(b"a"), value.endswith(b"2"))
    return {(True, True): "both", (True, False): "left", (False, True): "right", (False, False): "neither"}[ends]


def size_of(arrived: list[bytes] | int | None) -> int | None:
    """Returns the number of bytes of the value that arrived; None if it did not."""
    return len(arrived[0].partition(b":")[2].strip()) if isinstance(arrived, list) and len(arrived) == 1 else None


def _folded(arrived: Arrived, behind: Upstream) -> str:
    lines = arrived(b"baggage", FOLDED)
    if said := _said(lines):
        return said
    if any(line[:1] in (b" ", b"\t") for line in behind.lines):
        return "kept"
    return _joined([lines[0].partition(b":")[2].strip().decode()])


def _over_http2(address: str, behind: Upstream) -> str:
    behind.lines = []
    try:
        status = Http2().ask(f"{address}/whole/", [("baggage", "a=1"), ("baggage", "b=2")]).status
    except NoAnswerError:
        return "no"
    arrived = behind.named(b"baggage") if status == 200 else status
    return _said(arrived) or _joined([line.partition(b":")[2].strip().decode() for line in arrived])


def bisected(send: Callable[[int], object], passing_of: Callable[..., int | None], most: int, less: str = "cut") -> list[str]:
    """Returns the largest number that passes whole, and the result for one more; ``less`` if that is answered with 200."""
    passing, failing, last = 16, most + 1, None
    tried = most
    while failing - passing > 1:
        answer = send(tried)
        if (passing_of(answer) or 0) >= tried:
            passing = tried
        else:
            failing, last = tried, answer
        tried = (passing + failing) // 2
    if failing > most:
        return [f"over {most:,}", ""]
    return [f"{passing:,}", (_said(last) if last is None or isinstance(last, (int, list)) else None) or less]


def application(address: str) -> list[str]:
    """Returns the row of a server that runs tracehop's echo application."""

    def shown(*lines: bytes) -> dict[str, list[str]] | int | None:
        status, body = ask(address, *lines)
        return _headers(body) if status == 200 else status

    def size(headers: dict[str, list[str]] | int | None) -> int | None:
        return len(headers.get("baggage", [""])[0]) if isinstance(headers, dict) else None

    two = shown(b"baggage: a=1", b"baggage: b=2")
    orders = [shown(b"sentry_trace: " + OTHER, b"sentry-trace: " + TRACE), shown(b"sentry-trace: " + TRACE, b"sentry_trace: " + OTHER)]
    raw = shown(b"baggage: a=\xe9")
    longest = bisected(lambda count: shown(b"baggage: a=" + b"x" * (count - 2)), size, LARGEST)
    count = bisected(lambda lines: shown(*_several(lines)), lambda answer: MOST_LINES * (size(answer) == 3), MOST_LINES, "dropped")
    return [_values(two), _spelling(orders), _raw(raw), *longest, *count, _values(shown(FOLDED)), _shown_over_http2(address)]


def _headers(body: bytes) -> dict[str, list[str]]:
    start, end = body.find(b"{"), body.rfind(b"}")
    headers: dict[str, list[str]] = json.loads(body[start : end + 1])["tracehop-echo"]["headers"]
    return headers


def _shown_over_http2(address: str) -> str:
    try:
        answer = Http2().ask(f"{address}/whole/", [("baggage", "a=1"), ("baggage", "b=2")])
    except NoAnswerError:
        return "no"
    return _values(_headers(answer.body) if answer.status == 200 else answer.status)


def _values(headers: dict[str, list[str]] | int | None) -> str:
    """Returns what arrived of the members `a=1` and `b=2`."""
    return _joined(headers.get("baggage", [])) if isinstance(headers, dict) else REFUSED.get(headers, str(headers))


def _joined(lines: list[str]) -> str:
    if not lines:
        return "dropped"
    if len(lines) == 2:
        return "two lines"
    return {"a=1": "the first only", "a=1,": "the first only", "b=2": "the last only"}.get(lines[0], f"`{lines[0].encode('unicode_escape').decode()}`")


def _spelling(orders: list[dict[str, list[str]] | int | None]) -> str:
    seen = [headers.get("sentry-trace", []) if isinstance(headers, dict) else [] for headers in orders]
    both = [headers.get("sentry_trace") for headers in orders if isinstance(headers, dict)]
    trace, other = TRACE.decode(), OTHER.decode()
    if seen == [[trace], [trace]]:
        return "both, apart" if any(both) else "the dash"
    if seen == [[trace], [other]]:
        return "the last"
    separators = [lines[0].replace(trace, "").replace(other, "") for lines in seen if lines]
    return f"both, joined `{separators[0]}`" if separators and separators[0] else "other"


def _raw(headers: dict[str, list[str]] | int | None) -> str:
    if not isinstance(headers, dict):
        return REFUSED.get(headers, str(headers))
    if headers.get("baggage") == ["a=\xe9"]:
        return "kept"
    return "changed" if any(headers.get("baggage", [])) else "the whole value is gone"
