#!/bin/bash
# Three of six packages that limit concurrency run a waiting function in the trace of the request before it.
#
# Guess: a function that request B queues runs in the asynchronous context of B, also if it has to wait for one of request A.
# Seen with bottleneck 2.19.5, p-queue 10.0.0, async 3.2.6, fastq 1.20.3, p-limit 7.3.3 and throat 6.0.2 on Node's
# AsyncLocalStorage, in which tracers keep the current trace: bottleneck, async.queue and fastq start a waiting function from the
# end of the one before it, so it runs as A, and so do those that wait after it. Its requests carry A's `sentry-trace` and baggage,
# but only under load: without waiting each runs as itself. p-queue, p-limit and throat start it as B.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --silent --no-audit bottleneck@2.19.5 p-queue@10.0.0 async@3.2.6 fastq@1.20.3 p-limit@7.3.3 \
    throat@6.0.2
cat > hop.mjs <<'JAVASCRIPT'
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import async from "async";
import Bottleneck from "bottleneck";
import { promise } from "fastq";
import pLimit from "p-limit";
import PQueue from "p-queue";
import throat from "throat";

const current = new AsyncLocalStorage();
const bottleneck = new Bottleneck({ maxConcurrent: 1 });
const queue = new PQueue({ concurrency: 1 });
const ofAsync = async.queue(async (work) => work(), 1);
const ofFastq = promise(async (work) => work(), 1);
const limiters = {
  bottleneck: (work) => bottleneck.schedule(work),
  "p-queue": (work) => queue.add(work),
  async: (work) => ofAsync.push(work),
  fastq: (work) => ofFastq.push(work),
  "p-limit": pLimit(1),
  throat: throat(1),
};
for (const [name, limit] of Object.entries(limiters)) {
  const request = (trace) => current.run(trace, () => limit(async () => {
    const seen = current.getStore();
    await sleep(5);
    return `${trace} as ${seen}`;
  }));
  const apart = [await request("A"), await request("B")];
  const together = await Promise.all(["A", "B", "C"].map(request));
  console.log(`${name}: apart ${apart.join(", ")}; together ${together.join(", ")}`);
}
process.exit(0);
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
bottleneck: apart A as A, B as B; together A as A, B as A, C as A
p-queue: apart A as A, B as B; together A as A, B as B, C as C
async: apart A as A, B as B; together A as A, B as A, C as A
fastq: apart A as A, B as B; together A as A, B as A, C as A
p-limit: apart A as A, B as B; together A as A, B as B, C as C
throat: apart A as A, B as B; together A as A, B as B, C as C
EXPECTED
