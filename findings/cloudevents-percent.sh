#!/bin/bash
# The CloudEvents SDKs for JavaScript and Python disagree whether an attribute in an HTTP header is percent-encoded.
#
# Guess: an extension attribute that contains a baggage value arrives as it was set, whichever SDK sends and receives the event.
# Seen with cloudevents 2.2.0 for Python and cloudevents 10.0.0 for JavaScript: section 3.1.3.2 of the HTTP binding asks for a
# percent sign to be sent as %25, and for one round of decoding. `cloudevents.core` of Python does both, its older
# `cloudevents.v1` and the JavaScript package do neither. From JavaScript to Python `sentry-transaction=a%2Cb` is decoded once too
# often, so the comma splits the member and "b" is lost. From Python to JavaScript it is decoded once too little: the name of the
# transaction is "a%2Cb".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q cloudevents==2.2.0
npm install --silent --no-audit cloudevents@10.0.0
cat > hop.py <<'PYTHON'
import json
import sys

from cloudevents.core.bindings.http import HTTPMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from cloudevents.v1.http import CloudEvent as OldCloudEvent
from cloudevents.v1.http import from_http
from cloudevents.v1.http import to_binary as old_to_binary

if sys.argv[1] == "send":
    attributes = {"id": "1", "source": "/shop", "type": "order", "specversion": "1.0", "sentrybaggage": sys.argv[2]}
    message = to_binary(CloudEvent(attributes=dict(attributes), data=b"x"), JSONFormat())
    old_headers, _ = old_to_binary(OldCloudEvent(attributes, "x"))
    json.dump([message.headers, old_headers], sys.stdout)
else:
    headers = json.loads(sys.argv[2])
    print("read by cloudevents.core:", from_binary(HTTPMessage(headers, b"x"), JSONFormat()).get_extension("sentrybaggage"))
    print("read by cloudevents.v1:  ", from_http(headers, b"x")["sentrybaggage"])
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { execFileSync } from "node:child_process";
import { CloudEvent, HTTP } from "cloudevents";

const python = (...words) => execFileSync("venv/bin/python", ["-W", "ignore", "hop.py", ...words], { encoding: "utf8" });
const sentrybaggage = "sentry-transaction=a%2Cb";
console.log("set:                     ", sentrybaggage);
const sent = HTTP.binary(new CloudEvent({ id: "1", source: "/shop", type: "order", sentrybaggage, data: "x" })).headers;
console.log("sent by JavaScript:      ", sent["ce-sentrybaggage"]);
process.stdout.write(python("receive", JSON.stringify(sent)));
const [core, v1] = JSON.parse(python("send", sentrybaggage));
for (const [name, headers] of [["core:", core], ["v1:  ", v1]]) {
  console.log(`sent by cloudevents.${name}`, headers["ce-sentrybaggage"]);
  console.log("read by JavaScript:      ", HTTP.toEvent({ headers, body: "x" }).sentrybaggage);
}
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
set:                      sentry-transaction=a%2Cb
sent by JavaScript:       sentry-transaction=a%2Cb
read by cloudevents.core: sentry-transaction=a,b
read by cloudevents.v1:   sentry-transaction=a%2Cb
sent by cloudevents.core: sentry-transaction=a%252Cb
read by JavaScript:       sentry-transaction=a%252Cb
sent by cloudevents.v1:   sentry-transaction=a%2Cb
read by JavaScript:       sentry-transaction=a%2Cb
EXPECTED
