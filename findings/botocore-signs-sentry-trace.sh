#!/bin/bash
# botocore leaves W3C trace headers out of an AWS signature, and signs sentry-trace.
#
# Guess: a signer treats all trace headers alike; they change at each hop, so none is signed.
# Seen with botocore 1.44.8: baggage, traceparent and tracestate are sent unsigned, sentry-trace is one of the signed
# headers. A proxy that puts its own sentry-trace into such a request makes the signature wrong.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q botocore==1.44.8
cat > sign.py <<'PYTHON'
import re

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

headers = {
    "sentry-trace": f"{'4b' * 16}-{'a3' * 8}-1",
    "baggage": "tenant=acme",
    "traceparent": f"00-{'4b' * 16}-{'a3' * 8}-01",
    "tracestate": "a=1",
}
request = AWSRequest("GET", "https://api.example/", headers=headers)
SigV4Auth(Credentials("id", "secret"), "execute-api", "eu-west-1").add_auth(request)
print(re.search("SignedHeaders=([^,]+)", request.headers["Authorization"])[1])
PYTHON
venv/bin/python sign.py | tee seen
diff seen - <<'EXPECTED'
host;sentry-trace;x-amz-date
EXPECTED
