"""Draws one SVG of bars: each workload in each language, tracehop and its peers, on a logarithmic scale."""

import re
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams |= {"svg.hashsalt": "tracehop", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}

from matplotlib import pyplot  # noqa: E402: the backend comes first

SHOWN = {"rust": "Rust", "python": "Python", "ruby": "Ruby"}
WORK = {
    "W1": "parse a trace header", "W2": "read the baggage", "W3": "continue", "W4": "outgoing headers",
    "W5": "a hop", "W6": "is it a target", "W7": "meta tags",
}
COLOURS = {"tracehop": "#6a3fc0", "floor": "#c9c9c9"}
OTHERS = ("#e1863a", "#3f8fc0", "#5aa469", "#b05a7a", "#8a8a4a")


def draw(times: dict, picture: Path) -> None:
    figure, axes = pyplot.subplots(len(SHOWN), 1, figsize=(10, 3 * len(SHOWN)), constrained_layout=True)
    for axis, (language, title) in zip(axes, SHOWN.items()):
        bars(axis, {workload: times[language].get(workload, {}) for workload in WORK})
        axis.set_title(title, loc="left", fontweight="bold")
    figure.savefig(picture, metadata={"Date": None})
    # Removes trailing blanks and absolute sizes.
    picture.write_text(re.sub(r"[ \t]+$", "", picture.read_text(), flags=re.M))


def bars(axis, results: dict) -> None:
    there = {subject for timed in results.values() for subject in timed if "no baggage" not in subject}
    subjects = sorted(there, key=lambda subject: (subject not in COLOURS, subject != "tracehop", subject))
    others = iter(OTHERS)
    colours = {subject: COLOURS.get(subject) or next(others) for subject in subjects}
    for at, (workload, timed) in enumerate(results.items()):
        there = [subject for subject in subjects if subject in timed]
        for place, subject in enumerate(there):
            x = at + (place - (len(there) - 1) / 2) * 0.8 / len(subjects)
            axis.bar(x, timed[subject]["ratio"], 0.75 / len(subjects), color=colours[subject])
    axis.set_yscale("log")
    axis.set_ylim(bottom=0.05)
    axis.set_ylabel("time, tracehop's is 1")
    axis.set_xticks(range(len(WORK)), [f"{name}\n{what}" for name, what in WORK.items()])
    axis.legend([pyplot.Rectangle((0, 0), 1, 1, color=colour) for colour in colours.values()], list(colours), ncols=len(colours), frameon=False, loc="lower right", bbox_to_anchor=(1, 1))
    axis.spines[["top", "right"]].set_visible(False)
