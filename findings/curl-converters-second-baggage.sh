#!/bin/bash
# Tools that turn a recorded request into code drop the first of its two `baggage` lines.
#
# Guess: a curl command or HAR entry with two lines of `baggage` becomes code that sends both, since a HAR file lists headers as
# pairs and curl sends repeated headers.
# Seen with curlconverter 4.12.0 and httpsnippet 3.0.10: curlconverter writes both lines as keys of one dict in Python and one
# object in JavaScript, where the second replaces the first. httpsnippet reads the HAR headers into an object first, so that each
# of its targets, also the plain HTTP text, has the last line only. A request that is replayed to find a lost trace then lacks the
# sampling context that it had. The PHP code of curlconverter has both lines.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit curlconverter@4.12.0 httpsnippet@3.0.10
cat > hop.mjs <<'JAVASCRIPT'
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { toJavaScript, toPhp, toPythonHttp } from "curlconverter";
import { HTTPSnippet } from "httpsnippet";

let received;
const server = createServer((request, response) => {
  received = request.rawHeaders.filter((_, at, all) => at % 2 && all[at - 1].toLowerCase() === "baggage");
  response.end("{}");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/`;
const lines = ["sentry-sample_rand=0.25", "tenant=acme"];
async function run(program, ...words) {
  received = undefined;
  await new Promise((resolve) => execFile(program, words, resolve));
}

const command = `curl ${url} ${lines.map((line) => `-H 'baggage: ${line}'`).join(" ")}`;
await run("python3", "-c", toPythonHttp(command));
console.log("curlconverter, Python sends:", received);
await run("node", "-e", toJavaScript(command));
console.log("curlconverter, JavaScript sends:", received);
console.log("curlconverter, PHP has:", toPhp(command).match(/(?<='baggage: )[^']+/g));

const headers = lines.map((value) => ({ name: "baggage", value }));
const snippet = new HTTPSnippet({ method: "GET", url, httpVersion: "HTTP/1.1", headers, headersSize: -1, bodySize: -1 });
await run("node", "-e", `(async () => {${snippet.convert("javascript", "fetch")}})()`);
console.log("httpsnippet, JavaScript sends:", received);
console.log("httpsnippet, HTTP has:", snippet.convert("http", "http1.1").match(/(?<=^baggage: ).+?(?=\r?$)/gim));
server.close();
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
curlconverter, Python sends: [ 'tenant=acme' ]
curlconverter, JavaScript sends: [ 'tenant=acme' ]
curlconverter, PHP has: [ 'sentry-sample_rand=0.25', 'tenant=acme' ]
httpsnippet, JavaScript sends: [ 'tenant=acme' ]
httpsnippet, HTTP has: [ 'tenant=acme' ]
EXPECTED
