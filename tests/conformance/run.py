#!/usr/bin/env python3
"""Runs the conformance vectors against an adapter in Python, or a program in any language: run.py ADAPTER [--failures] [--json]"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = next(folder for folder in (HERE / "vectors/core", HERE.parents[1] / "core/vectors") if folder.is_dir())


def text(notation):
    """Decodes the notation of bytes to text; raises UnicodeDecodeError if the bytes are not UTF-8."""
    match notation:
        case {"hex": digits}:
            return bytes.fromhex(digits).decode()
        case {"repeat": piece, "times": times}:
            return text(piece) * int(times)
        case {"concat": pieces}:
            return "".join(map(text, pieces))
        case dict():
            return {key: text(value) for key, value in notation.items()}
        case list():
            return [text(value) for value in notation]
    return notation


def members(baggage, given):
    """Returns the members of a baggage value, in no order, without a random number that the SDK drew."""
    found = (baggage or "").split(",")
    return {member for member in found if not member.startswith("sentry-sample_rand=") or member in given}


def alike(key, expected, actual, given):
    if key == "error":
        return actual is not None
    if key == "baggage":
        return members(expected, given) == members(actual, given) and (expected is None) == (actual is None)
    return expected == actual


def with_ids_of_the_seed(answer, given, seed):
    """Returns the answer with the seed's ids, which the vectors expect, instead of those that the SDK drew."""
    ids = {answer.get("span_id"): seed[32:]}
    if (trace_id := answer.get("trace_id")) and trace_id not in given:
        ids[trace_id] = seed[:32]
    written = json.dumps(answer)
    for drawn, stated in ids.items():
        if drawn:
            written = written.replace(drawn, stated)
    return json.loads(written)


def verdict(adapter, verb, record):
    """Returns passed, failed, or not asked; and what differs."""
    act = getattr(adapter, verb, None)
    seed = record["given"].get("seed", "1" * 48)
    # No other SDK can draw an id of zeros, so such vectors are not asked.
    if act is None or not int(seed[:32], 16) or not int(seed[32:], 16):
        return "not asked", {}
    try:
        given, expect = text(record["given"]), text(record["expect"])
    except UnicodeDecodeError:
        return "not asked", {}
    try:
        answer = act(given)
    except Exception as error:
        return "failed", {"raised": repr(error)}
    if answer is None:
        return "not asked", {}
    written = json.dumps(given, ensure_ascii=False)
    answer = with_ids_of_the_seed(answer, written, seed) if "seed" in given else answer
    # A value instead of an expected error, and the reverse, are differences.
    if ("error" in expect) != ("error" in answer):
        return "failed", {"error": [expect.get("error"), answer]}
    compared = expect.keys() & answer.keys()
    wrong = {key: [expect[key], answer[key]] for key in compared if not alike(key, expect[key], answer[key], written)}
    return "failed" if wrong else "passed" if compared else "not asked", wrong


class Program:
    """A program that reads a line of JSON with `verb` and `given`, and writes a line with the SDK's answer, or null."""

    def __init__(self, path):
        pipe = subprocess.PIPE
        self._process = subprocess.Popen([Path(path).resolve()], stdin=pipe, stdout=pipe, text=True, encoding="utf-8")
        self.SUBJECT = self._ask("subject", None)

    def __getattr__(self, verb):
        return lambda given: self._ask(verb, given)

    def _ask(self, verb, given):
        self._process.stdin.write(json.dumps({"verb": verb, "given": given}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def load(path):
    """Loads the adapter: a module of functions, or a program."""
    if Path(path).suffix != ".py":
        return Program(path)
    spec = importlib.util.spec_from_file_location("adapter", path)
    adapter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(adapter)
    return adapter


def main(path, *options):
    adapter = load(path)
    counts = {}
    for file in sorted(FOLDER.glob("*.json")):
        document = json.loads(file.read_text())
        for record in document.get("vectors", []):
            result, wrong = verdict(adapter, document["verb"], record)
            count = counts.setdefault(file.stem, {"passed": 0, "failed": 0, "not asked": 0})
            count[result] += 1
            if wrong and "--failures" in options:
                print(f"{file.stem}: {record['name']}: {json.dumps(wrong)}", file=sys.stderr)
    if "--json" in options:
        print(json.dumps({"subject": adapter.SUBJECT, "files": counts}))
        return
    for stem, count in counts.items():
        print(f"{stem}: {count['passed']} passed, {count['failed']} failed, {count['not asked']} not asked")
    print(f"{adapter.SUBJECT}: vectors: {sum(sum(count.values()) for count in counts.values())}")


if __name__ == "__main__":
    main(*sys.argv[1:])
