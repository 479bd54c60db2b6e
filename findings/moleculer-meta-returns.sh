#!/bin/bash
# A trace in Moleculer's `ctx.meta` is replaced by the one of an action that was called, also for later calls.
#
# Guess: `ctx.meta` goes with a call to the called action, as headers do; what that action writes stays in its own calls.
# Seen with moleculer 0.14.36: when a call returns, its meta is merged into the caller's. An action that puts its own position there
# for the calls that it makes changes the caller's position too: the caller's next call has the wrong parent, and of two calls at
# the same time the one that ends last decides.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --ignore-scripts --silent --no-audit moleculer@0.14.36
cat > hop.mjs <<'JAVASCRIPT'
import { setTimeout as sleep } from "node:timers/promises";
import moleculer from "moleculer";

const broker = new moleculer.ServiceBroker({ logger: false });
const parent = (ctx) => ctx.call("audit.write");
broker.createService({ name: "audit", actions: { write: (ctx) => ctx.meta.trace } });
const position = (name, delay) => async (ctx) => {
  ctx.meta.trace = name;
  await sleep(delay);
};
broker.createService({ name: "stock", actions: { reserve: position("stock", 1) } });
broker.createService({ name: "payment", actions: { slow: position("slow payment", 60), quick: position("quick payment", 1) } });
broker.createService({
  name: "order",
  actions: {
    async one(ctx) {
      console.log("before:", await parent(ctx));
      await ctx.call("stock.reserve");
      console.log("after a call:", await parent(ctx));
    },
    async two(ctx) {
      await Promise.all([ctx.call("payment.slow"), ctx.call("payment.quick")]);
      console.log("after two calls:", await parent(ctx));
    },
  },
});
await broker.start();
await broker.call("order.one", {}, { meta: { trace: "order" } });
await broker.call("order.two", {}, { meta: { trace: "order" } });
process.exit(0);
JAVASCRIPT
node hop.mjs | tee seen
diff seen - <<'EXPECTED'
before: order
after a call: stock
after two calls: slow payment
EXPECTED
