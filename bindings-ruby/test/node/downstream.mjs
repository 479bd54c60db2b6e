// Continues the trace of each request with the real @sentry/node and responds with the trace it read. Prints its port.

import { createServer } from "node:http";
import { getDynamicSamplingContextFromSpan } from "@sentry/core";
import * as Sentry from "@sentry/node";

Sentry.init({
  dsn: "https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1",
  tracesSampleRate: 0.5,
  transport: () => ({ send: async () => ({}), flush: async () => true }),
});

function facts(headers) {
  const incoming = { sentryTrace: headers["sentry-trace"], baggage: headers.baggage };
  return Sentry.continueTrace(incoming, () =>
    Sentry.startSpan({ name: "GET /downstream" }, (span) => ({
      trace_id: span.spanContext().traceId,
      parent_span_id: Sentry.spanToJSON(span).parent_span_id,
      sampled: span.spanContext().traceFlags === 1,
      context: getDynamicSamplingContextFromSpan(span),
    })),
  );
}

const server = createServer((request, response) => response.end(JSON.stringify(facts(request.headers))));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
