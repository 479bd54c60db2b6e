"""Throughput of a hop (W5) on 2 threads over 1, in Rust and C, in turns: threads.py FOLDER TURNS SECONDS writes JSON.

FOLDER contains the programs. The ratio is the median of the ratios of consecutive runs; on a machine with 2 cores it is at
most 2, and less if other processes run.
"""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

PROGRAMS = {"Rust": "rust-threads", "C": "c/threads"}


def hops(program: Path, threads: int, seconds: str) -> float:
    return float(subprocess.run([program, str(threads), seconds], check=True, capture_output=True, text=True).stdout)


def measured(program: Path, turns: int, seconds: str) -> dict[str, float]:
    seen = [[hops(program, threads, seconds) for threads in (1, 2)] for _ in range(turns)]
    return {
        "one": median(one for one, _ in seen), "two": median(two for _, two in seen), "ratio": median(two / one for one, two in seen)
    }


def main(folder: str, turns: str, seconds: str) -> None:
    json.dump({language: measured(Path(folder) / name, int(turns), seconds) for language, name in PROGRAMS.items()}, sys.stdout, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
