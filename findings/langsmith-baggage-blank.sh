#!/bin/bash
# LangSmith replaces the baggage that is there, and reads its own member only if no blank is before it.
#
# Guess: LangSmith adds its members to `baggage` and finds them in any list that W3C Baggage allows: after other members, after a
# comma and a blank, from a second line.
# Seen with langsmith 0.15.1 (Python) and 0.12.0 (JavaScript): `toHeaders(headers)` sets `baggage`, so the members of Sentry or
# OpenTelemetry are gone; in Python the documented `headers.update(run.to_headers())` does the same. Both readers split the list at
# commas and compare the names without removing blanks. Node joins two `baggage` lines by a comma and a blank: the run of the called
# service is then recorded in the project "default" instead of its parent's.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --no-compile langsmith==0.15.1
npm install --ignore-scripts --silent --no-audit langsmith@0.12.0
cat > hop.py <<'PYTHON'
from langsmith.run_trees import RunTree

headers = {"baggage": "sentry-sample_rate=0.5"}
headers.update(RunTree(name="hop", project_name="shop").to_headers())
print("Python sends:", headers["baggage"])
for baggage in "{1},{0}", "{0},{1}", "{0}, {1}":
    text = baggage.format("sentry-sample_rate=0.5", "langsmith-project=shop")
    run = RunTree.from_headers({**headers, "baggage": text})
    print(f"Python reads {text}: project {run.session_name}")
PYTHON
cat > hop.mjs <<'JAVASCRIPT'
import { once } from "node:events";
import { createServer, request } from "node:http";
import { RunTree } from "langsmith/run_trees";

const headers = new Headers({ baggage: "sentry-sample_rate=0.5" });
new RunTree({ name: "hop", project_name: "shop", tracingEnabled: false }).toHeaders(headers);
console.log("JavaScript sends:", headers.get("baggage"));
const server = createServer((incoming, response) => {
  const run = RunTree.fromHeaders(incoming.headers);
  console.log(`JavaScript reads ${incoming.headers.baggage}: project ${run.project_name}`);
  response.end();
});
await once(server.listen(0, "127.0.0.1"), "listening");
for (const baggage of ["sentry-sample_rate=0.5,langsmith-project=shop", ["sentry-sample_rate=0.5", "langsmith-project=shop"]]) {
  const options = { host: "127.0.0.1", port: server.address().port, headers: { ...Object.fromEntries(headers), baggage } };
  const [response] = await once(request(options).end(), "response");
  response.resume();
}
server.close();
process.exit(0);
JAVASCRIPT
{
    venv/bin/python hop.py
    timeout 60 node hop.mjs
} | tee seen
diff seen - <<'EXPECTED'
Python sends: langsmith-project=shop
Python reads langsmith-project=shop,sentry-sample_rate=0.5: project shop
Python reads sentry-sample_rate=0.5,langsmith-project=shop: project shop
Python reads sentry-sample_rate=0.5, langsmith-project=shop: project default
JavaScript sends: langsmith-project=shop
JavaScript reads sentry-sample_rate=0.5,langsmith-project=shop: project shop
JavaScript reads sentry-sample_rate=0.5, langsmith-project=shop: project default
EXPECTED
