"""Prints the inputs as a C header: workloads.py WORKLOADS_JSON"""

import json
import sys
from pathlib import Path

work = json.loads(Path(sys.argv[1]).read_text())


def text(value: str) -> str:
    return f"TRACEHOP_STR({json.dumps(value)})"


def target(given: "str | dict") -> str:
    kind, value = ("REGEX", given["regex"]) if isinstance(given, dict) else ("TEXT", given)
    return f"{{TRACEHOP_KIND_{kind}, {text(value)}, NULL, NULL, NULL}}"


print(f"enum {{ VARIANTS = {work['variants']}, N_TARGETS = {len(work['targets'])} }};")
for name in ("sentry_trace", "baggage", "urls"):
    print(f"static const tracehop_str {name}[VARIANTS] = {{", *(f"    {text(value)}," for value in work[name]), "};", sep="\n")
print("static tracehop_target targets[N_TARGETS] = {", *(f"    {target(given)}," for given in work["targets"]), "};", sep="\n")
