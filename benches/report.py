"""Prints the results of a run as tables, one a language, and draws them: report.py CRITERION_FOLDER PICTURE
BLESS=1 writes the README's table too.

Times come from the run (target/bench/*.json and criterion), instructions from the checked-in table, and the figures of
peers that cannot be installed here from figures.json.
"""

import json
import os
import sys
from pathlib import Path

import plot
import summary

HERE = Path(__file__).parent
OUT = HERE.parent / "target/bench"
INSTRUCTIONS = json.loads((HERE / "instructions.json").read_text())
FIGURES = json.loads((HERE / "figures.json").read_text())
WORKLOADS = ["W1", "W2", "W3", "W4", "W5", "W6", "W7"]
LANGUAGES = {"rust": "Rust", "c": "C", "python": "Python", "ruby": "Ruby"}
OURS = "tracehop"
VARIETIES = {
    "texts": "by the functions of one text",
    "configured": "with DSN, release, environment, rate",
    "floor": "floor",
}


def criterion(folder: Path) -> dict:
    """The medians of criterion in the form of the other languages' results; its benches do not run in turns."""
    found: dict = {}
    for described in sorted(folder.glob("*/*/new/benchmark.json")):
        names = json.loads(described.read_text())
        estimate = json.loads(described.with_name("estimates.json").read_text())
        found.setdefault(names["group_id"], {})[names["function_id"]] = {"ns": estimate["median"]["point_estimate"]}
    for subjects in found.values():
        for subject in subjects.values():
            subject["ratio"] = subject["ns"] / subjects[OURS]["ns"]
    return found


def results(folder: Path) -> dict:
    times = {language: json.loads((OUT / f"{language}.json").read_text()) for language in ("python", "ruby", "node")}
    return {"rust": criterion(folder), **times}


def row(name: str, cells: list[str]) -> None:
    print(f"  {name:38}", *(f"{cell:>16}" for cell in cells))


def table_of_times(times: dict) -> None:
    row("ns (times tracehop's)", WORKLOADS)
    subjects = dict.fromkeys(subject for workload in WORKLOADS for subject in times.get(workload, {}))
    for subject in subjects:
        row(subject, [cell(times.get(workload, {}).get(subject)) for workload in WORKLOADS])


def cell(timed: "dict | None") -> str:
    if not timed:
        return ""
    return f"{timed['ns']:,.0f}" + (f" ({timed['ratio']:.2f})" if timed.get("ratio", 1) != 1 else "")


def table_of_instructions(language: str) -> None:
    ours = INSTRUCTIONS[language]["instructions"]
    row("instructions (times tracehop's)", WORKLOADS)
    row(OURS, [f"{ours[workload]:,}" for workload in WORKLOADS])
    peers = {
        title: {workload: ours.get(f"{workload} {variety}") for workload in WORKLOADS} for variety, title in VARIETIES.items()
    }
    if language == "c":
        peers["tracehop in Rust"] = INSTRUCTIONS["rust"]["instructions"]
    for name, figures in FIGURES["thousand instructions"][language].items():
        peers[name] = {workload: round(1000 * figures[workload]) if workload in figures else None for workload in WORKLOADS}
    for name, counts in peers.items():
        if any(counts.values()):
            found = ((counts.get(workload), ours[workload]) for workload in WORKLOADS)
            row(name, [f"{count:,} ({count / own:.2f})" if count else "" for count, own in found])


def table_of_hostile(times: dict) -> None:
    """8, 16, 32 KiB and 1 MB in microseconds; past the budget of 16 KiB it must be flat."""
    kinds: dict = {}
    for name, subjects in times.items():
        if name.startswith("W8 "):
            kind, size = name[3:].rsplit(" ", 1)
            for subject, timed in subjects.items():
                kinds.setdefault((kind, subject), {})[int(size)] = timed["ns"] / 1000
    for (kind, subject), sizes in kinds.items():
        if subject != "floor":
            row(f"W8 {kind}, {subject}", [f"{size:,}: {sizes[size]:,.1f} us" for size in sorted(sizes)])


def table_over_bare(times: dict) -> None:
    """Workloads that a service also has without tracing: the time that each subject adds to them."""
    for workload, subjects in times.items():
        if "bare" in subjects:
            bare = subjects["bare"]["ns"]
            added = {name: timed["ns"] - bare for name, timed in subjects.items() if name != "bare"}
            row(f"{workload}, ns over the bare {bare:,.0f}", [f"{name} {ns:,.0f} ({ns / added[OURS]:.1f})" for name, ns in added.items()])


def table_of_requests(requests: dict) -> None:
    print("\nWhole requests, wrk on loopback: requests a second, the server's us a request (times the bare app's)")
    for app, subjects in requests.items():
        row(app, [f"{subject}: {timed['rps']:,.0f}/s, {timed['us']:,.0f} us ({timed['ratio']:.2f})" for subject, timed in subjects.items()])


def table_of_services(services: dict) -> None:
    print("\nPython services: us of one (us over the first of a row, times tracehop's)")
    for name, subjects in services.items():
        cells = [f"{subject}: {us(timed['ns'])} ({us(timed['added'])}, {timed['ratio']:.2f})" for subject, timed in subjects.items()]
        print(f"  {name:18}", "  ".join(cells))


def us(nanoseconds: float) -> str:
    return f"{nanoseconds / 1000:,.2f}"


def table_of_threads(threads: dict) -> None:
    print("\nHops a second on 2 threads (times those on 1)")
    for language, timed in threads.items():
        print(f"  {language:38} {timed['two']:,.0f} ({timed['ratio']:.2f})")


def main(folder: str, picture: str) -> None:
    times = results(Path(folder))
    for language, title in LANGUAGES.items():
        print(f"\n{title}")
        if language in times:
            table_of_times(times[language])
        table_of_instructions(language)
        if language in times:
            table_of_hostile(times[language])
            table_over_bare(times[language])
    print("\nNode, for scale")
    table_of_times(times["node"])
    threads = json.loads((OUT / "threads.json").read_text())
    table_of_threads(threads)
    services = json.loads((OUT / "services.json").read_text())
    table_of_services(services)
    requests = json.loads((OUT / "requests.json").read_text())
    table_of_requests(requests)
    plot.draw(times, Path(picture))
    if os.environ.get("BLESS"):
        summary.write(plot.WORK, times, INSTRUCTIONS, FIGURES, requests, services, threads)


if __name__ == "__main__":
    main(*sys.argv[1:])
