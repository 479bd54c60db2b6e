#!/bin/bash
# In a Celery chain only the first task gets the headers that the publisher gave; in a group or chord every task gets them.
#
# Guess: `apply_async(headers=...)` of a canvas gives the headers to each of its tasks, as it does in a group.
# Seen with celery 5.7.0: the later tasks of a chain, the tasks of a group inside the chain, a linked task and a task that
# replaces another one run without them. `set(headers=...)` on the chain changes nothing. All tasks of a group or chord have them,
# also the chord's body, and a retry keeps them. A trace that is put into the headers by hand ends after the first task of a
# chain, and an opt-out header such as `sentry-propagate-traces` has no effect on the later ones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q celery==5.7.0
cat > hop.py <<'PYTHON'
import logging
import time

import celery
from celery.contrib.testing.worker import start_worker

logging.disable(logging.CRITICAL)
app = celery.Celery("hop", broker="memory://", backend="cache+memory://")
seen = {}


@app.task(bind=True)
def step(self, *names):
    seen[names[-1]] = (self.request.headers or {}).get("sentry-trace", "none")
    return names[-1]


@app.task(bind=True, max_retries=1)
def again(self):
    seen[f"try {self.request.retries}"] = (self.request.headers or {}).get("sentry-trace", "none")
    if not self.request.retries:
        raise self.retry(countdown=0)


@app.task(bind=True)
def replaced(self):
    seen["replaced"] = (self.request.headers or {}).get("sentry-trace", "none")
    raise self.replace(step.si("replacement"))


def run(name, count, signature, **options):
    seen.clear()
    signature.apply_async(**options)
    deadline = time.monotonic() + 20
    while len(seen) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    print(f"{name}:", ", ".join(f"{step} {value}" for step, value in sorted(seen.items())))


sent = {"headers": {"sentry-trace": "T"}}
with start_worker(app, perform_ping_check=False, pool="solo"):
    run("chain", 3, celery.chain(step.si("1"), step.si("2"), step.si("3")), **sent)
    run("chain, set", 2, celery.chain(step.si("1"), step.si("2")).set(**sent))
    run("group in a chain", 3, celery.chain(step.si("1"), celery.group(step.si("2a"), step.si("2b"))), **sent)
    run("group", 2, celery.group(step.si("1"), step.si("2")), **sent)
    run("chord", 3, celery.chord([step.si("1"), step.si("2")], step.si("body")), **sent)
    run("link", 2, step.si("1"), link=step.si("linked"), **sent)
    run("replace", 2, replaced.si(), **sent)
    run("retry", 2, again.si(), **sent)
PYTHON
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
chain: 1 T, 2 none, 3 none
chain, set: 1 T, 2 none
group in a chain: 1 T, 2a none, 2b none
group: 1 T, 2 T
chord: 1 T, 2 T, body T
link: 1 T, linked none
replace: replaced T, replacement none
retry: try 0 T, try 1 T
EXPECTED
