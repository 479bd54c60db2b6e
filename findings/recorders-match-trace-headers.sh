#!/bin/bash
# Tools that record HTTP responses for tests do not find a recording again once requests carry a trace.
#
# Guess: a recorded response is found by method, URL and body, whatever trace the request belongs to.
# Seen with yakbak 5.0.1, talkback 4.2.0 and @pollyjs/core 6.0.6: each compares all headers by default; talkback leaves out
# content-length and host only. As each request has another sentry-trace, each is sent to the real server and recorded again: tests
# reach the network, and new recordings are added, or in Polly replace the old one. If recording is off, the request fails. The
# options `hash`, `ignoreHeaders` and `matchRequestsBy.headers.exclude` leave `sentry-trace`, `baggage` and `traceparent` out.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund yakbak@5.0.1 talkback@4.2.0 @pollyjs/core@6.0.6 @pollyjs/adapter-node-http@6.0.6 \
    @pollyjs/persister-fs@6.0.6
cat > hop.cjs <<'JAVASCRIPT'
const http = require("node:http");
const { once } = require("node:events");
const { resolve } = require("node:path");
const { Polly } = require("@pollyjs/core");
const yakbak = require("yakbak");
const talkback = require("talkback");

Polly.register(require("@pollyjs/adapter-node-http"));
Polly.register(require("@pollyjs/persister-fs"));
const listen = async (handler) => {
  const server = http.createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
};
const send = async (url, trace) => {
  const headers = trace ? { "sentry-trace": `${trace.repeat(16)}-${"a3".repeat(8)}-1` } : {};
  const [response] = await once(http.get(url, { headers, agent: false }), "response");
  response.resume();
  await once(response, "end");
};

(async () => {
  let served = 0;
  const real = await listen((_, response) => {
    served += 1;
    response.end("ok");
  });
  const report = async (name, request) => {
    const counts = [];
    for (const trace of [undefined, undefined, "4b", "5c"]) {
      served = 0;
      await request(trace);
      counts.push(served);
    }
    console.log(`${name}: the server receives ${counts}`);
  };

  const tapes = await listen(yakbak(real, { dirname: resolve("yakbak") }));
  await report("yakbak", (trace) => send(tapes, trace));

  const recorder = talkback({ host: real, port: 0, path: resolve("talkback"), silent: true, summary: false });
  const running = await recorder.start();
  await report("talkback", (trace) => send(`http://127.0.0.1:${running.address().port}`, trace));

  await report("polly", async (trace) => {
    const options = { adapters: ["node-http"], persister: "fs", persisterOptions: { fs: { recordingsDir: resolve("polly") } } };
    const polly = new Polly("shop", options);
    await send(real, trace);
    await polly.stop();
  });
  process.exit(0);
})();
JAVASCRIPT
node --no-warnings hop.cjs | tee seen
diff seen - <<'EXPECTED'
yakbak: the server receives 1,0,1,1
talkback: the server receives 1,0,1,1
polly: the server receives 1,0,1,1
EXPECTED
