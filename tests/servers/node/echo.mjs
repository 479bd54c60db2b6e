// The trace headers that a Node application sees, in the form of tracehop's echo: echo.mjs http|express|fastify HOST PORT
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

const [kind, host, port] = process.argv.slice(2);
const NAMES = ["sentry-trace", "sentry_trace", "baggage"];

function echo({ method, headers }) {
  const came = NAMES.filter((name) => headers[name] !== undefined).map((name) => [name, [headers[name]].flat()]);
  return { "tracehop-echo": { id: randomUUID(), method, headers: Object.fromEntries(came) } };
}

const starts = {
  http: async () =>
    createServer((request, response) => response.end(JSON.stringify(echo(request)))).listen(port, host),
  express: async () => {
    const { default: express } = await import("express");
    express().use((request, response) => response.json(echo(request))).listen(port, host);
  },
  fastify: async () => {
    const { default: fastify } = await import("fastify");
    const app = fastify();
    app.all("/*", async (request) => echo(request));
    await app.listen({ host, port: Number(port) });
  },
};

await starts[kind]();
