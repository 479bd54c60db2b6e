#!/bin/bash
# A trace that is not sampled becomes a sampled one in a consumer with Zipkin's instrumentation for KafkaJS.
#
# Guess: a consumer reads `X-B3-Sampled: 0` of a message as "not sampled", records nothing and sends 0 on.
# Seen with zipkin and zipkin-instrumentation-kafkajs 0.22.0: the consumer keeps the text of the header as the decision, and
# "0" is true in JavaScript. The consumer records its spans and sends `X-B3-Sampled: 1`, so every later service records the trace
# too; the services before Kafka do not. Zipkin's HTTP server compares the text with "1" and "true". The Kafka client here is a
# stand-in that hands headers to the consumer as buffers, as KafkaJS does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --silent --no-audit zipkin@0.22.0 zipkin-instrumentation-kafkajs@0.22.0
cat > hop.mjs <<'JAVASCRIPT'
import zipkin from "zipkin";
import instrument from "zipkin-instrumentation-kafkajs";

const topics = { orders: [], bills: [] };
const client = {
  producer: () => ({ send: async ({ topic, messages }) => void topics[topic].push(...messages) }),
  consumer: () => ({
    run: async ({ eachMessage }) => {
      const [{ value, headers }] = topics.orders;
      const buffers = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]));
      await eachMessage({ topic: "orders", partition: 0, message: { value, headers: buffers } });
    },
  }),
};
const service = (localServiceName, shouldSample) => {
  const record = ({ annotation }) => (recorder.seen += annotation.annotationType === "ServiceName");
  const recorder = { setDefaultTags() {}, record, seen: 0 };
  const sampler = new zipkin.sampler.Sampler(shouldSample);
  const tracer = new zipkin.Tracer({ ctxImpl: new zipkin.ExplicitContext(), localServiceName, recorder, sampler });
  return { kafka: instrument(client, { tracer }), tracer, recorder };
};
for (const sampled of [false, true]) {
  topics.orders = [];
  topics.bills = [];
  const shop = service("shop", () => sampled);
  const billing = service("billing", () => sampled);
  await shop.kafka.producer().send({ topic: "orders", messages: [{ value: "x" }] });
  console.log(`shop sends X-B3-Sampled: ${topics.orders[0].headers["X-B3-Sampled"]}, spans recorded: ${shop.recorder.seen}`);
  const eachMessage = () => billing.kafka.producer().send({ topic: "bills", messages: [{ value: "x" }] });
  await billing.kafka.consumer().run({ eachMessage });
  console.log(`billing sends X-B3-Sampled: ${topics.bills[0].headers["X-B3-Sampled"]}, spans recorded: ${billing.recorder.seen}`);
}
JAVASCRIPT
timeout 60 node hop.mjs | tee seen
diff seen - <<'EXPECTED'
shop sends X-B3-Sampled: 0, spans recorded: 0
billing sends X-B3-Sampled: 1, spans recorded: 2
shop sends X-B3-Sampled: 1, spans recorded: 1
billing sends X-B3-Sampled: 1, spans recorded: 2
EXPECTED
