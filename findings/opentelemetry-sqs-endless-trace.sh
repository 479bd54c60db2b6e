#!/bin/bash
# A worker that deletes SQS messages in batches nests every batch in the one before: one trace that never ends.
#
# Guess: OpenTelemetry's instrumentation ends the span of each message when it is deleted, by one call or by a batch, so each
# receipt of messages starts its own trace.
# Seen with opentelemetry-instrumentation-boto3sqs 0.66b1 and boto3 1.44.8: a loop over the messages makes the span of each message
# current until the message is deleted. `delete_message_batch` ends only the span of its first entry, because the `return` of the
# wrapper is inside its loop. So the span of the last message stays current, the next receipt becomes its child, and the requests of
# all later messages carry the first trace with its sampling decision. The spans of the other messages are never recorded. A worker
# that calls `delete_message` for each message has one trace per receipt. The responses are stubs; no queue is needed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile boto3==1.44.8 opentelemetry-instrumentation-boto3sqs==0.66b1 opentelemetry-sdk==1.45.1
cat > hop.py <<'PYTHON'
import sys

import boto3
from botocore.stub import Stubber
from opentelemetry import propagate, trace
from opentelemetry.instrumentation.boto3sqs import Boto3SQSInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

spans = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(spans))
Boto3SQSInstrumentor().instrument()
sqs = boto3.client("sqs", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
url = "https://sqs.eu-west-1.amazonaws.com/1/orders"
in_batches = sys.argv[1] == "delete_message_batch"
names = []
print(f"{sys.argv[1]}:")
with Stubber(sqs) as stub:
    for number in range(3):
        handles = [f"{number}a", f"{number}b"]
        answer = {"Messages": [{"MessageId": handle, "ReceiptHandle": handle, "Body": "x"} for handle in handles]}
        stub.add_response("receive_message", answer)
        if in_batches:
            stub.add_response("delete_message_batch", {"Successful": [], "Failed": []})
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2)["Messages"]:
            headers = {}
            propagate.inject(headers)
            trace_id = headers["traceparent"].split("-")[1]
            names += [] if trace_id in names else [trace_id]
            print(f"a request for message {message['MessageId']} has trace {names.index(trace_id) + 1}")
            if not in_batches:
                stub.add_response("delete_message", {})
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if in_batches:
            entries = [{"Id": handle, "ReceiptHandle": handle} for handle in handles]
            sqs.delete_message_batch(QueueUrl=url, Entries=entries)
print("recorded spans of messages:", [span.name for span in spans.get_finished_spans()].count("orders process"))
PYTHON
{
    venv/bin/python hop.py delete_message
    venv/bin/python hop.py delete_message_batch
} | tee seen
diff seen - <<'EXPECTED'
delete_message:
a request for message 0a has trace 1
a request for message 0b has trace 1
a request for message 1a has trace 2
a request for message 1b has trace 2
a request for message 2a has trace 3
a request for message 2b has trace 3
recorded spans of messages: 6
delete_message_batch:
a request for message 0a has trace 1
a request for message 0b has trace 1
a request for message 1a has trace 1
a request for message 1b has trace 1
a request for message 2a has trace 1
a request for message 2b has trace 1
recorded spans of messages: 3
EXPECTED
