"""Serves a WSGI app that continues the trace with the real sentry-sdk and responds with it. Prints its port."""

import json
from wsgiref.simple_server import WSGIRequestHandler, make_server

import sentry_sdk

sentry_sdk.init(dsn="https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1", traces_sample_rate=0.5, transport=lambda event: None)


class Silent(WSGIRequestHandler):
    def log_message(self, *_):
        pass


def app(environ, start_response):
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    transaction = sentry_sdk.continue_trace(headers)
    with sentry_sdk.start_transaction(transaction):
        facts = {
            "trace_id": transaction.trace_id,
            "parent_span_id": transaction.parent_span_id,
            "sampled": transaction.sampled,
            "context": transaction.get_baggage().dynamic_sampling_context(),
        }
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps(facts).encode()]


server = make_server("127.0.0.1", 0, app, handler_class=Silent)
print(server.server_port, flush=True)
server.serve_forever()
