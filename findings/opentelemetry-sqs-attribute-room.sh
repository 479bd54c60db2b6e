#!/bin/bash
# An SQS message that is forwarded with six attributes of its own keeps the position of the service before.
#
# Guess: OpenTelemetry's instrumentation replaces the trace of a message that is sent on with its attributes, and leaves the trace
# out only if its fields do not fit into the ten attributes of SQS.
# Seen with @opentelemetry/instrumentation-aws-sdk 0.78.0 and @aws-sdk/client-sqs 3.1175.0: it adds three to the attribute count,
# for `traceparent`, `tracestate` and `baggage`, whether there is a state or baggage to send and whether they are there already. If
# the sum is above ten, nothing is written. A new message with eight attributes has no trace although `traceparent` would fit, and a
# forwarded one keeps the old fields: the next service is linked to the service before the one that sent the message, which seems
# to have sent nothing. The same function is used for SNS.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --silent --no-audit @opentelemetry/instrumentation-aws-sdk@0.78.0 @opentelemetry/api@1.9.1 \
    @opentelemetry/sdk-trace-node@2.12.1 @aws-sdk/client-sqs@3.1175.0
cat > hop.cjs <<'JAVASCRIPT'
const { context, propagation } = require("@opentelemetry/api");
const { AwsInstrumentation } = require("@opentelemetry/instrumentation-aws-sdk");
const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");

new NodeTracerProvider().register();
new AwsInstrumentation().enable();
const { SendMessageCommand, SQSClient } = require("@aws-sdk/client-sqs");
let sent;
const handle = async ({ body }) => {
  sent = JSON.parse(new TextDecoder().decode(body)).MessageAttributes;
  return { response: { statusCode: 200, headers: {}, body: Buffer.from("{}") } };
};
const requestHandler = { handle, updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}) };
const credentials = { accessKeyId: "x", secretAccessKey: "x" };
const sqs = new SQSClient({ region: "eu-west-1", credentials, requestHandler, md5: false });
const send = async (MessageAttributes) => {
  const QueueUrl = "https://sqs.eu-west-1.amazonaws.com/1/orders";
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageAttributes }));
  return sent;
};
const entries = { tenant: { value: "acme" } };
const withBaggage = (task) => context.with(propagation.setBaggage(context.active(), propagation.createBaggage(entries)), task);
const attribute = { DataType: "String", StringValue: "x" };
const own = (number) => Object.fromEntries([...Array(number).keys()].map((key) => [`own${key}`, attribute]));
const main = async () => {
  for (const number of [5, 6, 7, 8]) {
    const first = await withBaggage(() => send(own(number)));
    const fields = Object.keys(first).filter((key) => !key.startsWith("own"));
    console.log(`${number} attributes: sent with ${fields.join(" and ") || "no trace"}`);
    if (!fields.length) continue;
    const second = await withBaggage(() => send({ ...first }));
    const same = second.traceparent.StringValue === first.traceparent.StringValue;
    console.log(`  forwarded with ${same ? "the first" : "its own"} traceparent, ${Object.keys(second).length} attributes`);
  }
};
main();
JAVASCRIPT
NODE_NO_WARNINGS=1 timeout 60 node hop.cjs | tee seen
diff seen - <<'EXPECTED'
5 attributes: sent with traceparent and baggage
  forwarded with its own traceparent, 7 attributes
6 attributes: sent with traceparent and baggage
  forwarded with the first traceparent, 8 attributes
7 attributes: sent with traceparent and baggage
  forwarded with the first traceparent, 9 attributes
8 attributes: sent with no trace
EXPECTED
