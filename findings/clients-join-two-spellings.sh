#!/bin/bash
# wretch and graphql-request join `sentry-trace` and `Sentry-Trace` to one value that is no trace.
#
# Guess: header names ignore case, so a header given for one request replaces the client's header of the other spelling, as it
# replaces one of the same spelling.
# Seen with wretch 2.11.1, graphql-request 7.4.0, ky 1.14.3, ofetch 1.5.1 and axios 1.21.1: wretch and graphql-request merge the
# headers as keys of an object, so both spellings reach Node's fetch, which joins them by a comma. The request has one
# `sentry-trace: first, second`, which the format of the header does not allow: a reader takes one of the two traces, or none. The
# other three clients send the second alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit wretch@2.11.1 graphql-request@7.4.0 graphql@16.11.0 ky@1.14.3 ofetch@1.5.1 axios@1.21.1
cat > hop.mjs <<'JAVASCRIPT'
import { createServer } from "node:http";
import axios from "axios";
import { GraphQLClient } from "graphql-request";
import ky from "ky";
import { ofetch } from "ofetch";
import wretch from "wretch";

let received;
const server = createServer((request, response) => {
  received = request.headers["sentry-trace"];
  response.setHeader("content-type", "application/json").end('{"data": {}}');
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}/`;
const first = { headers: { "sentry-trace": "first" } };
const clients = {
  wretch: (second) => wretch(url).headers(first.headers).headers(second.headers).get().json(),
  "graphql-request": (second) => new GraphQLClient(url, first).request("{ a }", {}, second.headers),
  ky: (second) => ky.extend(first).get(url, second).json(),
  ofetch: (second) => ofetch.create(first)(url, second),
  axios: (second) => axios.create(first).get(url, second),
};
for (const [name, send] of Object.entries(clients)) {
  for (const spelling of ["sentry-trace", "Sentry-Trace"]) {
    await send({ headers: { [spelling]: "second" } });
    console.log(`${name}, ${spelling}: ${received}`);
  }
}
server.close();
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
wretch, sentry-trace: second
wretch, Sentry-Trace: first, second
graphql-request, sentry-trace: second
graphql-request, Sentry-Trace: first, second
ky, sentry-trace: second
ky, Sentry-Trace: second
ofetch, sentry-trace: second
ofetch, Sentry-Trace: second
axios, sentry-trace: second
axios, Sentry-Trace: second
EXPECTED
