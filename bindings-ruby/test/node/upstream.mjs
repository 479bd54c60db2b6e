// Starts a span with the real @sentry/node, calls the Ruby service, and prints the trace of both as JSON.

import { getDynamicSamplingContextFromSpan } from "@sentry/core";
import * as Sentry from "@sentry/node";

Sentry.init({
  dsn: "https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1",
  release: "upstream@1 +beta",
  environment: "test",
  tracesSampleRate: Number(process.argv[3]),
  transport: () => ({ send: async () => ({}), flush: async () => true }),
});
await Sentry.startSpan({ name: "GET /upstream", op: "test" }, async (span) => {
  const ruby = await (await fetch(process.argv[2])).json();
  const { traceId, traceFlags } = span.spanContext();
  const context = getDynamicSamplingContextFromSpan(span);
  console.log(JSON.stringify({ trace_id: traceId, sampled: traceFlags === 1, context, ruby }));
});
process.exit();
