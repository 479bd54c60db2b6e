"""Starts a transaction with the real sentry-sdk, calls the Ruby service, and prints the traces of both as JSON."""

import json
import sys
import urllib.request

import sentry_sdk

sentry_sdk.init(
    dsn="https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1",
    release="upstream@1 +beta",
    environment="test",
    traces_sample_rate=float(sys.argv[2]),
    transport=lambda event: None,
)
with sentry_sdk.start_transaction(op="test", name="GET /upstream") as transaction:
    with urllib.request.urlopen(sys.argv[1]) as answer:
        ruby = json.load(answer)
    context = transaction.get_baggage().dynamic_sampling_context()
    print(json.dumps({"trace_id": transaction.trace_id, "sampled": transaction.sampled, "context": context, "ruby": ruby}))
