// The JavaScript SDK as a line filter: reads a request in JSON on each line, and writes its reading in JSON.

import { createInterface } from "node:readline";
import * as sentry from "@sentry/core";
import { ServerRuntimeClient } from "@sentry/core/server";

const optional = (value) => value ?? null;

function sentry_trace({ value }) {
  const read = sentry.extractTraceparentData(value);
  return read ? [optional(read.traceId), optional(read.parentSpanId), optional(read.parentSampled)] : null;
}

function baggage({ value }) {
  return Object.entries(sentry.baggageHeaderToDynamicSamplingContext(value) ?? {});
}

function write({ trace_id, span_id, sampled, members }) {
  return {
    "sentry-trace": sentry.generateSentryTraceHeader(trace_id, span_id, sampled ?? undefined),
    baggage: sentry.dynamicSamplingContextToSentryBaggageHeader(Object.fromEntries(members)) ?? "",
    traceparent: sentry.generateTraceparentHeader(trace_id, span_id, sampled ?? undefined),
  };
}

function start(options) {
  const client = new ServerRuntimeClient({
    dsn: options.dsn,
    orgId: options.org_id,
    release: options.release,
    environment: options.environment,
    tracesSampleRate: options.traces_sample_rate ?? undefined,
    strictTraceContinuation: options.strict_trace_continuation,
    integrations: [],
    stackParser: () => [],
    transport: () => ({ send: async () => ({}), flush: async () => true }),
  });
  sentry.setCurrentClient(client);
  client.init();
}

// Continues, decides if there is a rate, and returns what it forwards.
function hop({ options, headers }) {
  start(options);
  const incoming = { sentryTrace: headers["sentry-trace"], baggage: headers.baggage };
  const attributes = { "sentry.source": "route" };
  return sentry.continueTrace(incoming, () =>
    sentry.startSpan({ name: "/hop", attributes }, (span) => ({
      parent_span_id: optional(sentry.getCurrentScope().getPropagationContext().parentSpanId),
      headers: sentry.getTraceData(options.traces_sample_rate === null ? {} : { span }),
    })),
  );
}

const kinds = { sentry_trace, baggage, write, hop };
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(kinds[request.kind](request)));
}
