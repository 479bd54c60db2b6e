#!/usr/bin/env node
// Runs the conformance vectors against an adapter in JavaScript: run.mjs ADAPTER.mjs [--failures] [--json]
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = [join(here, "vectors/core"), join(here, "../../core/vectors")].find(existsSync);
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// Decodes the notation of bytes to text; throws if the bytes are not UTF-8.
function text(notation) {
  if (Array.isArray(notation)) return notation.map(text);
  if (notation === null || typeof notation !== "object") return notation;
  if ("hex" in notation) return decoder.decode(Buffer.from(notation.hex, "hex"));
  if ("repeat" in notation) return text(notation.repeat).repeat(notation.times);
  if ("concat" in notation) return notation.concat.map(text).join("");
  return Object.fromEntries(Object.entries(notation).map(([key, value]) => [key, text(value)]));
}

// True if the data are equal, ignoring the order of an object's keys.
const sorted = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
    : Array.isArray(value) ? value.map(sorted) : value;
const equal = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

// The members of a baggage value, in no order, without a random number that the SDK drew.
const members = (baggage, given) => [
  ...new Set((baggage ?? "").split(",").filter((member) => !member.startsWith("sentry-sample_rand=") || given.includes(member))),
].sort();

function alike(key, expected, actual, given) {
  if (key === "error") return actual !== null;
  if (key === "baggage") {
    return equal(members(expected, given), members(actual, given)) && (expected === null) === (actual === null);
  }
  return equal(expected, actual);
}

// The answer with the seed's ids, which the vectors expect, instead of those that the SDK drew.
function withIdsOfTheSeed(answer, given, seed) {
  const ids = new Map([[answer.span_id, seed.slice(32)]]);
  if (answer.trace_id && !given.includes(answer.trace_id)) ids.set(answer.trace_id, seed.slice(0, 32));
  let written = JSON.stringify(answer);
  for (const [drawn, stated] of ids) if (drawn) written = written.replaceAll(drawn, stated);
  return JSON.parse(written);
}

// passed, failed, or not asked; and what differs.
function verdict(adapter, verb, record) {
  const seed = record.given.seed ?? "1".repeat(48);
  // No other SDK can draw an id of zeros, so such vectors are not asked.
  if (!adapter[verb] || /^0*$/.test(seed.slice(0, 32)) || /^0*$/.test(seed.slice(32))) return ["not asked"];
  let given, expect, answer;
  try {
    [given, expect] = [text(record.given), text(record.expect)];
  } catch {
    return ["not asked"];
  }
  try {
    answer = adapter[verb](given);
  } catch (error) {
    return ["failed", { raised: String(error) }];
  }
  if (!answer) return ["not asked"];
  const written = JSON.stringify(given);
  if (given.seed) answer = withIdsOfTheSeed(answer, written, seed);
  // A value instead of an expected error, and the reverse, are differences.
  if ("error" in expect !== "error" in answer) return ["failed", { error: [expect.error, answer] }];
  const compared = Object.keys(expect).filter((key) => key in answer);
  const wrong = compared.filter((key) => !alike(key, expect[key], answer[key], written));
  if (wrong.length > 0) return ["failed", Object.fromEntries(wrong.map((key) => [key, [expect[key], answer[key]]]))];
  return [compared.length > 0 ? "passed" : "not asked"];
}

const [path, ...options] = process.argv.slice(2);
const adapter = await import(pathToFileURL(resolve(path)));
const files = {};
for (const file of readdirSync(folder).filter((name) => name.endsWith(".json")).sort()) {
  const stem = file.slice(0, -".json".length);
  const document = JSON.parse(readFileSync(join(folder, file), "utf8"));
  for (const record of document.vectors ?? []) {
    const [result, wrong] = verdict(adapter, document.verb, record);
    files[stem] ??= { passed: 0, failed: 0, "not asked": 0 };
    files[stem][result] += 1;
    if (wrong && options.includes("--failures")) console.error(`${stem}: ${record.name}: ${JSON.stringify(wrong)}`);
  }
}
if (options.includes("--json")) {
  console.log(JSON.stringify({ subject: adapter.SUBJECT, files }));
} else {
  for (const [stem, count] of Object.entries(files)) {
    console.log(`${stem}: ${count.passed} passed, ${count.failed} failed, ${count["not asked"]} not asked`);
  }
  const total = Object.values(files).reduce((sum, count) => sum + count.passed + count.failed + count["not asked"], 0);
  console.log(`${adapter.SUBJECT}: vectors: ${total}`);
}
