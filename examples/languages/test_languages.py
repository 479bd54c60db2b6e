"""One program in eight languages: the same requests give the same lines, except for random values."""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "target"
DIST, OUT = TARGET / "dist", TARGET / "languages"
REQUESTS = (HERE / "requests.tsv").read_text().splitlines()

BUILD = {
    "c": "cc -std=c99 -D_DEFAULT_SOURCE -Wall -Wextra -Wpedantic -Werror c/hop.c $(pkg-config --cflags --libs tracehop) -o $OUT/c",
    "cpp": "c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror cpp/hop.cpp $(pkg-config --cflags --libs tracehop) -o $OUT/cpp",
    "go": "cd go && go vet . && go build -o $OUT/go .",
    "node": "npm ci --silent --ignore-scripts --prefix node",
}
RUN = {
    "c": "$OUT/c",
    "cpp": "$OUT/cpp",
    "go": "$OUT/go",
    "luajit": "luajit luajit/hop.lua",
    "node": "node node/hop.mjs",
    "php": "php php/hop.php",
    "python": f"{sys.executable} -W error python/hop.py",
    "ruby": "ruby -w ruby/hop.rb",
}
ENVIRONMENT = os.environ | {
    "OUT": str(OUT),
    "PKG_CONFIG_PATH": str(DIST),
    "LD_LIBRARY_PATH": str(DIST),
    "TRACEHOP_HEADER": str(DIST / "tracehop.h"),
    "TRACEHOP_LIBRARY": str(DIST / "libtracehop.so.0.2"),
    "LUA_PATH": str(HERE / "luajit/?.lua"),
    "GOCACHE": str(OUT / "go-cache"),
    "GOPROXY": "off",
}
# A trace id, a span id, a sample_rand.
DRAWN = re.compile(r"\b(?:[0-9a-f]{32}|[0-9a-f]{16}|0\.[0-9]{6})\b")


def shell(command: str, **given) -> str:
    """The output of a command, which must succeed and print no error."""
    done = subprocess.run(["sh", "-c", command], cwd=HERE, env=ENVIRONMENT, capture_output=True, text=True, **given)
    assert (done.returncode, done.stderr) == (0, ""), f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@cache
def lines(language: str) -> list[str]:
    """The output of the program in this language, one line per request."""
    OUT.mkdir(parents=True, exist_ok=True)
    shell(BUILD.get(language, "true"))
    return shell(RUN[language], input="".join(f"{request}\n" for request in REQUESTS)).splitlines()


def without_drawn(language: str) -> list[str]:
    """The lines with random values replaced by a mark."""
    pairs = zip(REQUESTS, lines(language), strict=True)
    return [DRAWN.sub(lambda found: found[0] if found[0] in request else "drawn", line) for request, line in pairs]


@pytest.mark.parametrize("language", RUN)
def test_every_language_says_the_same_of_every_request(language):
    assert without_drawn(language) == without_drawn("python")


def test_the_lines_are_of_every_kind():
    reasons = {line.split(" | ")[0] for line in without_drawn("python")}
    assert reasons == {"written", "not_a_target", "own_host"}
    assert any("drawn-drawn" in line for line in without_drawn("python")), "no request begins a trace"


def written(language: str) -> list[tuple[str, str]]:
    """The span id of each written line, and its request."""
    pairs = zip(lines(language), REQUESTS, strict=True)
    return [(line.split(" | ")[2].split("-")[1], request) for line, request in pairs if line.startswith("written")]


@pytest.mark.parametrize("language", RUN)
def test_a_program_without_spans_passes_the_callers_span_on(language):
    for span, request in written(language):
        _, trace, _, _ = request.split("\t")
        is_position = re.fullmatch("[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}(-[01])?", trace)
        assert (f"-{span}" in trace) is bool(is_position), request


def test_no_span_id_is_drawn_twice():
    drawn = [span for language in RUN for span, request in written(language) if span not in request]
    assert len(drawn) == len(set(drawn)) >= 2 * len(RUN)
