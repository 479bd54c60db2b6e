// The official SDK for JavaScript, with the client of a server.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The packages are those of the current folder.
const require = createRequire(`${process.cwd()}/`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const sentry = await load("@sentry/core");
const { ServerRuntimeClient } = await load("@sentry/core/server");

export const SUBJECT = `@sentry/core ${sentry.SDK_VERSION} (JavaScript)`;
const OPTIONS = ["dsn", "org_id", "release", "environment", "traces_sample_rate", "strict_trace_continuation"];
const only = (given, known) => Object.keys(given).every((key) => known.includes(key));

export function sentry_trace_parse({ value }) {
  const read = sentry.extractTraceparentData(value);
  if (!read?.traceId) return { error: true };
  return { trace_id: read.traceId, span_id: read.parentSpanId ?? null, sampled: read.parentSampled ?? null };
}

export function baggage_parse({ lines }) {
  return { sentry: Object.entries(sentry.baggageHeaderToDynamicSamplingContext(lines) ?? {}) };
}

function start(options) {
  const client = new ServerRuntimeClient({
    dsn: options.dsn ?? "https://key@sentry.test/2",
    orgId: options.org_id,
    release: options.release,
    environment: options.environment,
    tracesSampleRate: options.traces_sample_rate,
    strictTraceContinuation: options.strict_trace_continuation,
    integrations: [],
    stackParser: () => [],
    transport: () => ({ send: async () => ({}), flush: async () => true }),
  });
  sentry.setCurrentClient(client);
  client.init();
}

export function continue_trace(given) {
  if (!only(given, ["options", "seed", "headers"]) || !only(given.options, OPTIONS)) return null;
  if (given.headers.some(([, value]) => typeof value !== "string")) return null;
  start(given.options);
  const values = (wanted) => given.headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value).join(",");
  const incoming = { sentryTrace: values("sentry-trace") || undefined, baggage: values("baggage") || undefined };
  const records = given.options.traces_sample_rate !== undefined;
  return sentry.continueTrace(incoming, () =>
    sentry.startSpan({ name: "/hop", attributes: { "sentry.source": "route" } }, (span) => {
      const headers = sentry.getTraceData(records ? { span } : {});
      const [trace_id, span_id, flag] = headers["sentry-trace"].split("-");
      const parent_span_id = sentry.getCurrentScope().getPropagationContext().parentSpanId ?? null;
      return {
        trace_id,
        span_id,
        parent_span_id,
        sentry_trace: headers["sentry-trace"],
        // Leaves out the baggage of a new trace, which always has the SDK's environment.
        ...(parent_span_id ? { baggage: headers.baggage || null } : {}),
        ...(records ? { sampled: flag === undefined ? null : flag === "1" } : {}),
      };
    }),
  );
}

export function allows({ options, url, page_url }) {
  const targets = options.trace_propagation_targets;
  if (!only(options, ["trace_propagation_targets"]) || !targets || page_url) return null;
  if (targets.some((target) => typeof target !== "string")) return null;
  return { allowed: sentry.stringMatchesSomePattern(url, targets) };
}
