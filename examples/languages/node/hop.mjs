// The same program by koffi.
import { randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import koffi from "koffi";

// The numbers are read from the header.
const header = readFileSync(process.env.TRACEHOP_HEADER ?? "/usr/local/include/tracehop.h", "utf8");
const number = Object.fromEntries([...header.matchAll(/^#define TRACEHOP_(\w+) (-?[\d.e]+)$/gm)].map(([, name, value]) => [name, Number(value)]));

const library = koffi.load(process.env.TRACEHOP_LIBRARY ?? "libtracehop.so.0.2");
koffi.struct("tracehop_str", { data: "const char *", len: "size_t" });
koffi.struct("tracehop_header", { name: "tracehop_str", value: "tracehop_str" });
koffi.struct("tracehop_target", { kind: "int32_t", text: "tracehop_str", function: "void *", data: "void *", regex: "void *" });
koffi.struct("tracehop_outcome", {
  reason: "int32_t", n_headers: "size_t", headers: koffi.array("tracehop_header", number.OUTCOME_HEADERS), needed: "size_t",
  findings: "uint64_t", reserved: koffi.array("uint64_t", 4),
});
const Propagator = koffi.struct("tracehop_propagator", {
  struct_size: "size_t", dsn: "tracehop_str", public_key: "tracehop_str", org_id: "tracehop_str", release: "tracehop_str",
  environment: "tracehop_str", traces_sample_rate: "double", traces_sampler: "void *", traces_sampler_data: "void *",
  trace_propagation_targets: "tracehop_target *", n_targets: "size_t", strict_trace_continuation: "bool", propagate_traceparent: "bool",
  max_baggage_bytes: "uint64_t",
});
const tracehop = Object.fromEntries(
  [
    "int32_t tracehop_propagator_check(tracehop_propagator *p)",
    "int32_t tracehop_adopt(tracehop_propagator *p, tracehop_header *headers, size_t n, void *context)",
    "int32_t tracehop_continue_trace(tracehop_propagator *p, tracehop_header *headers, size_t n, uint8_t *seed, void *context)",
    "int32_t tracehop_inject(tracehop_propagator *p, void *context, tracehop_str url, tracehop_str page_url, tracehop_header *outgoing, size_t n, uint8_t *buf, size_t cap, _Out_ tracehop_outcome *outcome)",
    "int32_t tracehop_context_sampled(void *context)",
    "uint64_t tracehop_context_findings(void *context)",
    "tracehop_str tracehop_finding_name(uint32_t finding)",
    "tracehop_str tracehop_reason_name(int32_t reason)",
    "tracehop_str tracehop_status_sentence(int32_t status)",
  ].map((prototype) => [prototype.match(/tracehop_(\w+)\(/)[1], library.func(prototype)]),
);

const str = (text) => (text ? { data: text, len: Buffer.byteLength(text) } : { data: null, len: 0 });
const pair = ([name, value]) => ({ name: str(name), value: str(value) });
const check = (status) => {
  if (status !== number.OK) throw new Error(tracehop.status_sentence(status).data);
};

const targets = [[number.KIND_ORIGIN, "https://*.myapp.com"], [number.KIND_TEXT, "/internal/"]].map(([kind, text]) => (
  { kind, text: str(text), function: null, data: null, regex: null }
));
const propagator = {
  struct_size: koffi.sizeof(Propagator), dsn: str("https://key@o1.ingest.sentry.io/2"), public_key: str(), org_id: str(),
  release: str("hop@1.0"), environment: str(), traces_sample_rate: number.UNSET, traces_sampler: null, traces_sampler_data: null,
  trace_propagation_targets: targets, n_targets: targets.length, strict_trace_continuation: false, propagate_traceparent: false,
  max_baggage_bytes: number.BAGGAGE_WRITE_BYTES,
};
check(tracehop.propagator_check(propagator));

const decisions = { [number.UNDECIDED]: "undecided", [number.NO]: "no", [number.YES]: "yes" };
const names = (findings) => Array.from({ length: 64 }, (_, n) => n + 1)
  .filter((n) => (findings >> BigInt(n - 1)) & 1n)
  .map((n) => tracehop.finding_name(n).data);

const context = new BigUint64Array(1 + number.CONTEXT_WORDS);
const buffer = new Uint8Array(number.OUTCOME_BYTES);
for await (const line of createInterface({ input: process.stdin })) {
  const [url, trace, baggage, own] = line.split("\t");
  const incoming = Object.entries({ "sentry-trace": trace, baggage }).map(pair);
  let status = tracehop.adopt(propagator, incoming, incoming.length, context);
  if (status === number.NO_TRACE) {
    const seed = randomFillSync(new Uint8Array(number.SEED_BYTES));
    status = tracehop.continue_trace(propagator, incoming, incoming.length, seed, context);
  }
  check(status);
  const outcome = {};
  check(tracehop.inject(propagator, context, str(url), str(), [pair(["baggage", own])], 1, buffer, buffer.length, outcome));

  const set = outcome.headers.slice(0, Number(outcome.n_headers)).map(({ name, value }) => [name.data, value.data]);
  const request = { baggage: own, ...Object.fromEntries(set) };
  const findings = names(BigInt(tracehop.context_findings(context)) | BigInt(outcome.findings));
  const carried = ["sentry-trace", "baggage"].map((name) => request[name] || "-");
  console.log([tracehop.reason_name(outcome.reason).data, decisions[tracehop.context_sampled(context)], ...carried, findings.join(",")].join(" | "));
}
