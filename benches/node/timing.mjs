// Times @sentry/core on W1 to W7, for scale: timing.mjs WORKLOADS_JSON SECONDS_A_WORKLOAD writes JSON.
import * as sentry from "@sentry/core";
import { readFileSync } from "node:fs";

const BATCH_NS = 1e6;
const work = JSON.parse(readFileSync(process.argv[2]));
const seconds = Number(process.argv[3] ?? 2);

const headers = work.sentry_trace.map((trace, at) => [trace, work.baggage[at]]);
const targets = work.targets.map((target) => (target.regex ? new RegExp(target.regex) : target));
const proceed = ([trace, baggage]) => sentry.propagationContextFromHeaders(trace, baggage);
const outgoing = ({ traceId, parentSpanId, sampled, dsc }) => [
  sentry.generateSentryTraceHeader(traceId, parentSpanId, sampled),
  sentry.dynamicSamplingContextToSentryBaggageHeader(dsc),
];
const metaTags = (context) => {
  const [trace, baggage] = outgoing(context);
  return `<meta name="sentry-trace" content="${trace}"/>\n<meta name="baggage" content="${baggage}"/>`;
};

const contexts = headers.map(proceed);
const works = {
  W1: [sentry.extractTraceparentData, work.sentry_trace],
  W2: [sentry.baggageHeaderToDynamicSamplingContext, work.baggage],
  W3: [proceed, headers],
  W4: [outgoing, contexts],
  W5: [(pair) => outgoing(proceed(pair)), headers],
  W6: [(url) => sentry.stringMatchesSomePattern(url, targets), work.urls],
  W7: [metaTags, contexts],
};

const now = () => Number(process.hrtime.bigint());
let kept; // so that no work is left out

function batch(run, inputs, passes) {
  const began = now();
  for (let pass = 0; pass < passes; pass++) for (const input of inputs) kept = run(input);
  return (now() - began) / passes / inputs.length;
}

function timed(run, inputs) {
  batch(run, inputs, 100);
  const passes = Math.max(1, Math.floor(BATCH_NS / batch(run, inputs, 1) / inputs.length));
  const deadline = now() + seconds * 1e9;
  const batches = [];
  while (now() < deadline) batches.push(batch(run, inputs, passes));
  batches.sort((a, b) => a - b);
  return { "@sentry/core": { ns: batches[batches.length >> 1] } };
}

const result = Object.entries(works).map(([name, [run, inputs]]) => [name, timed(run, inputs)]);
console.log(JSON.stringify(Object.fromEntries(result), null, 1));
if (!kept) throw new Error("no work was done");
