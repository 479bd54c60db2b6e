-- The same program by LuaJIT's ffi.
local tracehop = require("tracehop")

local propagator = tracehop.propagator({
  dsn = "https://key@o1.ingest.sentry.io/2",
  release = "hop@1.0",
  trace_propagation_targets = { { origin = "https://*.myapp.com" }, "/internal/" },
})

local function or_dash(text) return text and text ~= "" and text or "-" end

for line in io.lines() do
  local url, trace, baggage, own = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
  local incoming = { ["sentry-trace"] = trace, baggage = baggage }
  local context = propagator:adopt(incoming) or propagator:continue_trace(incoming)
  local outcome = propagator:inject(context, url, { baggage = own })

  local sampled = ({ [true] = "yes", [false] = "no" })[context:sampled()] or "undecided"
  local findings = tracehop.finding_names(bit.bor(context:findings(), outcome.findings))
  local carried = { or_dash(outcome.set["sentry-trace"]), or_dash(outcome.set.baggage or own) }
  print(table.concat({ outcome.reason, sampled, carried[1], carried[2], table.concat(findings, ",") }, " | "))
end
