#!/usr/bin/env python3
"""Counts instructions per operation with callgrind, and compares them with the checked-in table.

Each language has one program, which calls getppid() as a mark before and after each workload; callgrind writes a part of its
count at each mark. Every workload runs one batch of passes and then three. The difference is the cost of exactly two batches:
it contains no start-up, no loading and no mark.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parent / "target/bench"
TABLE = HERE / "instructions.json"
TOLERANCE = 0.05

# Debian's interpreters, so that a count is the same on every machine.
PROGRAMS = {
    "rust": [OUT / "rust"],
    "c": [OUT / "c/counting"],
    "python": ["/usr/bin/python3", "-S", HERE / "python/counting.py"],
    "ruby": ["/usr/bin/ruby", "--disable=gems", "-I", OUT / "ruby", HERE / "ruby/counting.rb"],
}
# Workloads that a program of their own counts, beside the one for all others.
LONG = ["W9", "W10", "W11"]
PARTS = {"python": [LONG, [f"-{name}" for name in LONG]]}
# For the same reason: glibc's string functions without vectors, no random hash seed, and a Ruby heap that neither grows
# nor changes in a sweep.
SETTINGS = {
    "RUBY_GC_MALLOC_LIMIT": "16000000",
    "RUBY_GC_MALLOC_LIMIT_MAX": "16000000",
    "RUBY_GC_OLDMALLOC_LIMIT": "64000000",
    "RUBY_GC_OLDMALLOC_LIMIT_MAX": "64000000",
    "RUBY_GC_HEAP_INIT_SLOTS": "200000",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": str(OUT / "python"),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX_Fast_Unaligned_Load,-AVX,-ERMS,-FSRM,-SSSE3,-SSE4_1,-SSE4_2,-BMI1,-BMI2,-EVEX",
}


def said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def makers(language: str) -> str:
    """The factors of the count besides the source: compiler, vectors, C library, interpreter."""
    found = [platform.machine(), " ".join(said("rustc", "--version").split()[:2]), "glibc " + os.confstr("CS_GNU_LIBC_VERSION").split()[1]]
    # The core chooses its vectors at run time; valgrind supports none wider than AVX2.
    found.append("AVX2" if " avx2 " in Path("/proc/cpuinfo").read_text() else "no AVX2")
    package = {"python": "python3.11", "ruby": "libruby3.1"}.get(language)
    if package:
        found.append(said("dpkg-query", "-W", "-f=${Package} ${Version}", package))
    return ", ".join(found)


def count(language: str, workloads: list[str]) -> dict[str, int]:
    """Instructions per operation."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "part"
        callgrind = ["valgrind", "--quiet", "--tool=callgrind", "--dump-before=getppid", f"--callgrind-out-file={out}"]
        command = [*callgrind, *map(str, PROGRAMS[language]), *workloads]
        lines = subprocess.run(command, env=os.environ | SETTINGS, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        parts = [total(out.with_name(f"part.{number + 1}")) for number in range(3 * len(lines))]
    names = (line.split("\t") for line in lines)
    return {
        name: round((parts[3 * at + 2] - parts[3 * at + 1]) / int(operations)) for at, (name, operations) in enumerate(names)
    }


def total(part: Path) -> int:
    return int(re.search(r"^totals: (\d+)", part.read_text(), re.M)[1])


def compared(language: str, table: dict, counts: dict[str, int]) -> bool:
    """Prints the counts beside the table's; true if none is slower."""
    known, same = table.get(language, {}), table.get(language, {}).get("made by") == makers(language)
    slower = gained = False
    for name, now in counts.items():
        before = known.get("instructions", {}).get(name)
        change = f"{now / before - 1:+8.1%}" if before else "     new"
        print(f"{language:8}{name:26}{now:>10,}{change}")
        if before and same and not name.endswith("floor"):  # the floor is the host's cost
            slower |= now > before * (1 + TOLERANCE)
            gained |= now < before * (1 - TOLERANCE)
    if not same:
        print(f"{language}: not compared: the table was made with {known.get('made by')}, this run with {makers(language)}")
    if gained:
        print(f"{language}: faster by more than {TOLERANCE:.0%}: record the gain with BLESS=1 tools/measure.sh instructions")
    if slower:
        print(f"{language}: SLOWER by more than {TOLERANCE:.0%}")
    return not slower


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("language", nargs="?", choices=[*PROGRAMS, "all"], default="all")
    arguments.add_argument("workload", nargs="*", help="such as W5; default: all")
    chosen = arguments.parse_args()
    table = json.loads(TABLE.read_text()) if TABLE.exists() else {}
    good = True
    languages = [*PROGRAMS] if chosen.language == "all" else [chosen.language]
    runs = [(language, part) for language in languages for part in ([chosen.workload] if chosen.workload else PARTS.get(language, [[]]))]
    counted: dict[str, dict[str, int]] = {language: {} for language in languages}
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each waits for its own program
        for (language, _), counts in zip(runs, pool.map(lambda run: count(*run), runs)):
            counted[language] |= counts
    for language, counts in counted.items():
        good &= compared(language, table, counts)
        if os.environ.get("BLESS"):
            known = table.get(language, {}).get("instructions", {}) if chosen.workload else {}
            table[language] = {"made by": makers(language), "instructions": known | counts}
            TABLE.write_text(json.dumps(table, indent=2) + "\n")
    return 0 if good or os.environ.get("BLESS") else 1


if __name__ == "__main__":
    sys.exit(main())
