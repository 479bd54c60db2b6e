"""The README's table of a run, between its two marks."""

import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
MARKED = re.compile(r"(<!-- BLESS=1 make bench -->\n).*?(<!-- end -->)", re.DOTALL)
SERVICES = {
    "W9": "what a middleware adds to the bare application",
    "W10": "what an adapter adds to the bare client",
    "W11": "the SDK's own work, without and with the integration",
}
HEAD = (
    "| | Rust: instructions, beside opentelemetry_sdk | C | Python: instructions; times beside sentry-sdk and its floor"
    " | Ruby: instructions, beside sentry-ruby 6.6.2 and its floor |"
)


def lines(work: dict, times: dict, instructions: dict, figures: dict, requests: dict, services: dict, threads: dict) -> list[str]:
    counts = {language: table["instructions"] for language, table in instructions.items()}
    sentry_ruby = figures["thousand instructions"]["ruby"]["sentry-ruby 6.6.2"]
    opentelemetry = figures["thousand instructions"]["rust"]["opentelemetry_sdk 0.33.1"]
    written = [HEAD, "|---|--:|--:|--:|--:|"]
    for name, what in work.items():
        rust, ruby, python = counts["rust"][name], counts["ruby"][name], times["python"][name]
        peer = f", **{1000 * opentelemetry[name] / rust:.0f} x**" if name in opentelemetry else ""
        written.append(
            f"| {name}: {what} | {rust:,}{peer} | {counts['c'][name]:,} "
            f"| {counts['python'][name]:,}, **{python['sentry-sdk']['ratio']:.0f} x**, {1 / python['floor']['ratio']:.1f} "
            f"| {ruby:,}, **{1000 * sentry_ruby[name] / ruby:.0f} x**, {ruby / counts['ruby'][f'{name} floor']:.1f} |"
        )
    written += ["", "| the server's time for a whole request under load, times the bare application's | tracehop | official SDK |", "|---|--:|--:|"]
    written += [f"| {app} | {subjects['tracehop']['ratio']:.2f} | {subjects['official SDK']['ratio']:.2f} |" for app, subjects in requests.items()]
    written += ["", "| Python, times tracehop's | peers |", "|---|--:|", *of_services(services)]
    rates = [f"{language} {timed['ratio']:.2f}" for language, timed in threads.items()]
    return [*written, "", f"Throughput of a hop on 2 threads, times that on 1: {', '.join(rates)}."]


def of_services(services: dict) -> list[str]:
    """W9 to W11: the cost of a middleware, a client and the integration in a Python service, as multiples of tracehop's."""
    written = []
    for name, subjects in services.items():
        key, ours = ("ns", "sentry-sdk with tracehop") if name.startswith("W11") else ("added", "tracehop")
        peers = [
            f"{subject} {timed[key] / subjects[ours][key]:.1f}"
            for subject, timed in subjects.items()
            if subject not in ("bare", ours)
        ]
        written.append(f"| {name}: {SERVICES[name.split()[0]]} | {', '.join(peers)} |")
    return written


def write(*results) -> None:
    text = "\n".join(lines(*results))
    README.write_text(MARKED.sub(lambda marks: f"{marks[1]}{text}\n{marks[2]}", README.read_text()))
