#!/bin/bash
# eventsource ignores its option `headers` since version 3, so a stream is opened without its trace.
#
# Guess: `new EventSource(url, { headers })`, which version 2 and other packages send, is sent by version 4 too, or is an error.
# Seen with eventsource 2.0.2, 3.0.7 and 4.1.1, extended-eventsource 2.1.0 and event-source-polyfill 1.0.31: the newer two versions
# open the stream without the headers and say nothing; they have to be set by a function `fetch` now. A service that updates the
# package keeps its streams and loses their traces.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --silent --no-audit eventsource@4.1.1 second@npm:eventsource@2.0.2 third@npm:eventsource@3.0.7 \
    extended-eventsource@2.1.0 event-source-polyfill@1.0.31
cat > hop.mjs <<'JAVASCRIPT'
import { once } from "node:events";
import { createServer } from "node:http";
import polyfill from "event-source-polyfill";
import { EventSource } from "eventsource";
import { EventSource as Extended } from "extended-eventsource";
import Second from "second";
import { EventSource as Third } from "third";

const server = createServer((request, response) => {
  console.log(`${request.url.slice(1)}: ${request.headers["sentry-trace"] ?? "no sentry-trace"}`);
  response.setHeader("content-type", "text/event-stream").write("data: x\n\n");
});
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${server.address().port}/`;
const headers = { "sentry-trace": "T" };
const withFetch = { fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }) };
const sources = {
  "eventsource-2": () => new Second(`${url}eventsource-2`, { headers }),
  "eventsource-3": () => new Third(`${url}eventsource-3`, { headers }),
  "eventsource-4": () => new EventSource(`${url}eventsource-4`, { headers }),
  "eventsource-4-with-fetch": () => new EventSource(`${url}eventsource-4-with-fetch`, withFetch),
  "extended-eventsource": () => new Extended(`${url}extended-eventsource`, { headers }),
  "event-source-polyfill": () => new polyfill.EventSourcePolyfill(`${url}event-source-polyfill`, { headers }),
};
for (const open of Object.values(sources)) {
  const source = open();
  await new Promise((resolve) => (source.onmessage = resolve));
  source.close();
}
process.exit(0);
JAVASCRIPT
timeout 60 node hop.mjs | tee seen
diff seen - <<'EXPECTED'
eventsource-2: T
eventsource-3: no sentry-trace
eventsource-4: no sentry-trace
eventsource-4-with-fetch: T
extended-eventsource: T
event-source-polyfill: T
EXPECTED
