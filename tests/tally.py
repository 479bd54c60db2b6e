#!/usr/bin/env python3
"""Adds up the counts of cargo test, pytest and minitest in log files.

`tally.py --line LOG` prints one suite's counts, or its last line if it has none; `tally.py LOG...` prints the vectors
of each runner, checks that they are equal, and ends with the line `N passed, N failed`.
"""

import re
import sys
from pathlib import Path

CARGO = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed", re.M)
PYTEST = re.compile(r"^=* ?(\d+ (?:passed|failed|errors?|skipped).*) in [\d.]+s", re.M)
MINITEST = re.compile(r"^(\d+) (?:runs|tests), \d+ assertions, (\d+) failures, (\d+) errors, (\d+) skips", re.M)
CARRIERS = re.compile(r"^\W*carriers: (\d+)", re.M)
VECTORS = re.compile(r"^\W*vectors: (\d+)", re.M)


def counts(log: str) -> tuple[int, int]:
    """Returns the numbers of passed and failed tests of one log."""
    passed = failed = 0
    for ok, bad in CARGO.findall(log):
        passed, failed = passed + int(ok), failed + int(bad)
    for summary in PYTEST.findall(log):
        found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)", summary)}
        passed += found.get("passed", 0)
        failed += sum(number for word, number in found.items() if word != "passed")
    for runs, failures, errors, skips in MINITEST.findall(log):
        bad = int(failures) + int(errors)
        passed, failed = passed + int(runs) - bad - int(skips), failed + bad
    return passed, failed


def main(arguments: list[str]) -> int:
    """Prints the counts of the named logs."""
    if arguments[:1] == ["--line"]:
        log = Path(arguments[1]).read_text(errors="replace")
        passed, failed = counts(log)
        # A suite without counts ends with a sentence.
        said = f"{passed} passed, {failed} failed" if passed or failed else log.rstrip().rpartition("\n")[2]
        print(said)
        return 0
    total = [0, 0]
    vectors: dict[str, int] = {}
    carriers: dict[str, int] = {}
    for path in map(Path, arguments):
        log = path.read_text(errors="replace")
        total = [sum(pair) for pair in zip(total, counts(log))]
        if found := VECTORS.search(log):
            vectors[path.stem] = int(found[1])
        if found := CARRIERS.search(log):
            carriers[path.stem] = int(found[1])
    print("vectors:", ", ".join(f"{suite} {number}" for suite, number in vectors.items()))
    runners = {"core", "c", "python", "ruby"}
    equal = runners <= vectors.keys() and len(set(vectors.values())) == 1
    if not equal:
        print("the four runners did not run the same number of vectors", file=sys.stderr)
    print("carriers:", ", ".join(f"{suite} {number}" for suite, number in carriers.items()))
    if {"host", "python", "ruby"} > carriers.keys() or len(set(carriers.values())) > 1:
        print("the three runners did not run the same number of carrier vectors", file=sys.stderr)
        equal = False
    print(f"{total[0]} passed, {total[1]} failed")
    return 0 if equal and total[1] == 0 and total[0] > 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
