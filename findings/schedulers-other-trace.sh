#!/bin/bash
# APScheduler (coroutines) and node-schedule run all jobs in the trace of the request that added a job last.
#
# Guess: a job that a request adds runs in the context of that request, or in none; jobs that are there already are not changed.
# Seen with APScheduler 3.11.3 (AsyncIOScheduler), node-schedule 2.1.1, cron 4.4.0, croner 11.0.1 and node-cron 4.6.0: the first two
# have one timer for all jobs, and a timer keeps the context (contextvars, AsyncLocalStorage) in which it is set. After request B
# has added its job, the job of request A runs as B, and with APScheduler so does a job that was there before any request, again
# and again. Their requests carry the `sentry-trace` and baggage of B, whose trace never ends. cron, croner and node-cron have
# a timer for each job.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile apscheduler==3.11.3
npm install --ignore-scripts --silent --no-audit node-schedule@2.1.1 cron@4.4.0 croner@11.0.1 node-cron@4.6.0
cat > hop.py <<'PYTHON'
import asyncio
import contextvars

from apscheduler.schedulers.asyncio import AsyncIOScheduler

current = contextvars.ContextVar("current", default="none")
seen = {}


async def job(name):
    seen[name] = current.get()


async def request(scheduler, name):
    current.set(name)
    scheduler.add_job(job, "interval", seconds=0.2, args=[name])


async def main():
    scheduler = AsyncIOScheduler()
    scheduler.start()
    scheduler.add_job(job, "interval", seconds=0.2, args=["start"])
    for name in ("none", "A", "B"):
        if name != "none":
            await asyncio.create_task(request(scheduler, name))
        await asyncio.sleep(1)
        print(f"APScheduler after {name}:", ", ".join(f"{job} as {trace}" for job, trace in sorted(seen.items())))


asyncio.run(main())
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { CronJob } from "cron";
import { Cron } from "croner";
import nodeCron from "node-cron";
import nodeSchedule from "node-schedule";

const current = new AsyncLocalStorage();
const everySecond = "* * * * * *";
const schedulers = {
  "node-schedule": (job) => nodeSchedule.scheduleJob(everySecond, job),
  cron: (job) => CronJob.from({ cronTime: everySecond, onTick: job, start: true }),
  croner: (job) => new Cron(everySecond, job),
  "node-cron": (job) => nodeCron.schedule(everySecond, job),
};
const seen = {};
for (const [name, add] of Object.entries(schedulers)) {
  for (const trace of ["A", "B"]) {
    current.run(trace, () => add(() => ((seen[name] ??= {})[trace] = current.getStore())));
  }
}
await sleep(3500);
for (const name of Object.keys(schedulers)) {
  console.log(`${name}: A as ${seen[name].A}, B as ${seen[name].B}`);
}
process.exit(0);
JAVASCRIPT
{
    venv/bin/python hop.py
    node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
APScheduler after none: start as none
APScheduler after A: A as A, start as A
APScheduler after B: A as B, B as B, start as B
node-schedule: A as B, B as B
cron: A as A, B as B
croner: A as A, B as B
node-cron: A as A, B as B
EXPECTED
