"""The time axis of one trace: a visitor's pauses are folded, so that milliseconds stay visible.

Between two folds is a stretch. A short one is drawn wider than its share of the time, which its ticks show.
"""

from dataclasses import dataclass
from itertools import pairwise

QUIET_SECONDS = 0.4
FOLD_PERCENT = 4.0
FOLDS_PERCENT = 30.0
LEAST_SHARE = 0.3
TICK_PERCENT = 11.0
FOLD_LABEL_PERCENT = 11.0
FOLD_LABELS = 4
STEPS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)


@dataclass
class Stretch:
    """A period with activity, and its position on the axis in percent of the width."""

    start: float
    end: float
    left: float = 0.0
    width: float = 0.0

    @property
    def seconds(self):
        return max(self.end - self.start, 1e-6)

    def at(self, time):
        return self.left + (time - self.start) / self.seconds * self.width

    def ticks(self, origin):
        """Round times since the origin, at least one label width apart."""
        step = next((s for s in STEPS_MS if s / 1000 / self.seconds * self.width >= TICK_PERCENT), STEPS_MS[-1])
        first = -int((origin - self.start) * 1000 // step)
        last = int((self.end - origin) * 1000 // step)
        times = [number * step for number in range(first, last + 1)]
        return [{"left": self.at(origin + ms / 1000), "label": _label(ms)} for ms in times]


class Scale:
    """Converts a time to a position on the axis."""

    def __init__(self, spans):
        self.origin = min(span.start for span in spans)
        self.stretches = _stretches(spans)
        self.fold_width = min(FOLD_PERCENT, FOLDS_PERCENT / len(self.stretches))
        self._place()

    def _place(self):
        total = sum(stretch.seconds for stretch in self.stretches)
        shares = [max(stretch.seconds / total, LEAST_SHARE) for stretch in self.stretches]
        room, left = 100.0 - self.fold_width * (len(shares) - 1), 0.0
        for stretch, share in zip(self.stretches, shares):
            stretch.left, stretch.width = left, room * share / sum(shares)
            left += stretch.width + self.fold_width

    def left(self, time):
        """The position of a time."""
        return next((s for s in self.stretches if time <= s.end), self.stretches[-1]).at(time)

    def across(self, start, end):
        """The width of a span, including its folds."""
        return self.left(end) - self.left(start)

    def folds(self):
        """The position and duration of each pause."""
        width = self.fold_width
        return [
            {"left": after.left - width, "width": width, "seconds": after.start - before.end}
            for before, after in pairwise(self.stretches)
        ]

    @property
    def folds_are_named(self):
        """True if the folds are few enough for labels that do not overlap."""
        return len(self.stretches) <= FOLD_LABELS + 1

    def ticks(self):
        """The marks of all stretches."""
        found = [tick for stretch in self.stretches for tick in stretch.ticks(self.origin)]
        return [tick for tick in found if not self._hidden(tick)]

    def _hidden(self, tick):
        """True if a fold already has a label there."""
        if not self.folds_are_named:
            return False
        middles = [fold["left"] + fold["width"] / 2 for fold in self.folds()]
        return any(abs(tick["left"] - middle) < FOLD_LABEL_PERCENT for middle in middles)


def _label(ms):
    if ms >= 1000:
        return f"{ms / 1000:g} s"
    return f"{ms} ms" if ms else "0"


def _stretches(spans):
    found = []
    for span in sorted(spans, key=lambda span: span.start):
        if found and span.start - found[-1].end < QUIET_SECONDS:
            found[-1].end = max(found[-1].end, span.end)
        else:
            found.append(Stretch(span.start, span.end))
    return found
