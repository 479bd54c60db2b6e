#!/bin/bash
# Zipkin's Python packages do not pass the debug state of B3 on, and one of them reads only one of its two spellings.
#
# Guess: `b3: ...-d` and `X-B3-Flags: 1`, by which B3 asks every service to keep the trace, reach the next service.
# Seen with aiozipkin 1.1.1 and py_zipkin 1.2.8: both write `X-B3-Flags: 0` in every request. From `X-B3-Flags: 1`, with which B3
# sends no X-B3-Sampled, aiozipkin reads no decision, because it looks for the name in upper case among lower-case names; its
# sampler may drop the trace. In the single header it reads and writes `d`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q aiozipkin==1.1.1 py_zipkin==1.2.8
cat > hop.py <<'PYTHON'
import aiozipkin
from py_zipkin.request_helpers import create_http_headers, extract_zipkin_attrs_from_headers
from py_zipkin.storage import Tracer

ids = {"X-B3-TraceId": "4b" * 16, "X-B3-SpanId": "a3" * 8}
for name, came in (("X-B3-Flags: 1", {**ids, "X-B3-Flags": "1"}), ("b3: d", {"b3": f"{'4b' * 16}-{'a3' * 8}-d"})):
    read = aiozipkin.make_context(came)
    several, single = read.make_headers(), read.make_single_header()
    print(f"aiozipkin, {name}: debug {read.debug}, sampled {read.sampled}")
    print(f"  sent: X-B3-Flags: {several['X-B3-Flags']}, X-B3-Sampled: {several['X-B3-Sampled']}, or b3: {single['b3'][50:]}")
    attributes = extract_zipkin_attrs_from_headers(came)
    tracer = Tracer()
    tracer.push_zipkin_attrs(attributes)
    sent = create_http_headers(tracer=tracer)
    print(f"py_zipkin, {name}: flags {attributes.flags}, sampled {attributes.is_sampled}")
    print(f"  sent: X-B3-Flags: {sent['X-B3-Flags']}, X-B3-Sampled: {sent['X-B3-Sampled']}")
PYTHON
venv/bin/python hop.py | tee seen
diff seen - <<'EXPECTED'
aiozipkin, X-B3-Flags: 1: debug False, sampled None
  sent: X-B3-Flags: 0, X-B3-Sampled: 0, or b3: 0
py_zipkin, X-B3-Flags: 1: flags 1, sampled True
  sent: X-B3-Flags: 0, X-B3-Sampled: 1
aiozipkin, b3: d: debug True, sampled True
  sent: X-B3-Flags: 0, X-B3-Sampled: 1, or b3: d
py_zipkin, b3: d: flags 1, sampled True
  sent: X-B3-Flags: 0, X-B3-Sampled: 1
EXPECTED
