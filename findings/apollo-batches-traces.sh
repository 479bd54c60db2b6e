#!/bin/bash
# Apollo's batching link sends no batch once each operation has its own trace, or all operations with the trace of the first.
#
# Guess: two operations with different trace headers go in one request, with the headers of the first.
# Seen with @apollo/client 4.3.8: by default, the key of a batch contains the headers of the operation's context as JSON. A link that
# puts a sentry-trace of its own into each operation's context makes all keys different, so `BatchHttpLink` sends one request for each
# operation without a warning. With an option `batchKey` that leaves the headers out, the guess holds: the second operation is
# recorded in the trace of the first. An instrumented `fetch` that adds the headers keeps the batch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund @apollo/client@4.3.8 graphql@16.15.0 rxjs@7.8.2
cat > hop.mjs <<'JAVASCRIPT'
import { ApolloClient, gql, InMemoryCache } from "@apollo/client";
import { BatchHttpLink } from "@apollo/client/link/batch-http";

const queries = { cart: gql("query cart { a }"), user: gql("query user { a }") };
const requests = [];
const fetch = async (_, options) => {
  const operations = JSON.parse(options.body);
  requests.push(`${operations.map((operation) => operation.operationName)} with ${options.headers["sentry-trace"]}`);
  return Response.json(operations.map(() => ({ data: { a: 1 } })));
};
for (const batchKey of [undefined, () => "all"]) {
  for (const traces of [{}, { cart: "T1", user: "T2" }]) {
    const link = new BatchHttpLink({ uri: "https://myapp.com/graphql", fetch, batchKey });
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    const send = (name) => client.query({ query: queries[name], context: traces[name] && { headers: { "sentry-trace": traces[name] } } });
    await Promise.all([send("cart"), send("user")]);
    console.log(`${batchKey ? "own batchKey" : "default"}: ${requests.splice(0).join("; ")}`);
  }
}
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
default: cart,user with undefined
default: cart with T1; user with T2
own batchKey: cart,user with undefined
own batchKey: cart,user with T1
EXPECTED
