#!/bin/bash
# Elastic's Python agent replaces the tracestate of a gRPC call by the word "tracestate".
#
# Guess: a gRPC service that runs the agent passes `tracestate` on to the service that it calls, as its HTTP services do.
# Seen with elastic-apm 6.26.2 and grpcio 1.85.3: the server's interceptor takes the name of the metadata instead of its value.
# Every vendor's state is lost, Elastic's own sampling rate (`es=s:...`) too, and later services receive a list that is no
# tracestate. With `trace_continuation_strategy` `restart_external` each such call starts a new trace.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q elastic-apm==6.26.2 grpcio==1.85.3
cat > hop.py <<'PYTHON'
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import elasticapm

options = {"disable_send": True, "cloud_provider": "none", "central_config": False, "metrics_interval": "0s"}
client = elasticapm.Client(service_name="hop", **options)
elasticapm.instrument()
import grpc

CALLER = """
import grpc, sys
call = grpc.insecure_channel(sys.argv[1]).unary_unary("/first/call")
call(b"", metadata=(("traceparent", sys.argv[2]), ("tracestate", sys.argv[3])), timeout=30)
"""


class Service(grpc.GenericRpcHandler):
    def __init__(self, answer):
        self.answer = answer
        self.server = grpc.server(ThreadPoolExecutor(2))
        self.server.add_generic_rpc_handlers((self,))
        self.address = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def service(self, call):
        return grpc.unary_unary_rpc_method_handler(self.answer)


seen = {}
second = Service(lambda request, context: seen.update(context.invocation_metadata()) or request)
channel = grpc.insecure_channel(second.address)
first = Service(lambda request, context: channel.unary_unary("/second/call")(request, timeout=30))
trace_id = "4b" * 16
came = f"00-{trace_id}-{'a3' * 8}-01", "es=s:0.5,congo=t61"
subprocess.run([sys.executable, "-c", CALLER, first.address, *came], check=True)
print("same trace:", seen["traceparent"][3:35] == trace_id)
print("tracestate:", came[1], "->", seen["tracestate"])
first.server.stop(None)
second.server.stop(None)
client.close()
PYTHON
venv/bin/python hop.py 2>/dev/null | tee seen
diff seen - <<'EXPECTED'
same trace: True
tracestate: es=s:0.5,congo=t61 -> tracestate
EXPECTED
