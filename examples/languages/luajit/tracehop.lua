-- libtracehop by LuaJIT's ffi, with the names of the Python and Ruby packages. The declarations are read from tracehop.h.
-- TRACEHOP_HEADER and TRACEHOP_LIBRARY are the paths of header and library, if these are not in the usual folders.
local ffi = require("ffi")

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local header = read(os.getenv("TRACEHOP_HEADER") or "/usr/local/include/tracehop.h")

-- The macros that are numbers.
local number = {}
for name, value in header:gmatch("\n#define (TRACEHOP_[%w_]+) (%-?[%d.e]+)%f[\n]") do number[name] = tonumber(value) end

-- LuaJIT's parser supports neither macros nor C++ keywords.
local code = header:gsub("\\\n", ""):gsub("\n#[^\n]*", ""):gsub('\nextern "C" {', ""):gsub('\n}  // extern "C"', "")
ffi.cdef((code:gsub("%[(TRACEHOP_[%w_]+)%]", function(name) return ("[%d]"):format(number[name]) end)))
ffi.cdef("int getentropy(void *buffer, size_t length);")
local C = ffi.load(os.getenv("TRACEHOP_LIBRARY") or "tracehop")

local OK, NO_TRACE, NAMES = number.TRACEHOP_OK, number.TRACEHOP_NO_TRACE, 8
local seed, edit = ffi.new("uint8_t[?]", number.TRACEHOP_SEED_BYTES), ffi.new("tracehop_outcome")
local buffer, names = ffi.new("char[?]", number.TRACEHOP_OUTCOME_BYTES), ffi.new("tracehop_str[?]", NAMES)

-- A Lua string as a tracehop_str. C borrows it, so keep a reference to the string meanwhile.
local function str(text) return ffi.new("tracehop_str", text, text and #text or 0) end
local function text(str) return str.data ~= nil and ffi.string(str.data, str.len) or nil end

local function check(status)
  if status ~= OK then error("tracehop: " .. text(C.tracehop_status_sentence(status)), 3) end
end

local function random()
  if ffi.C.getentropy(seed, number.TRACEHOP_SEED_BYTES) ~= 0 then error("no random bytes from the operating system") end
  return seed
end

-- Converts headers to an array for C, which the next call overwrites: a table of names, each with a value or a list of values.
local room, list = 64, ffi.new("tracehop_header[64]")
local function put(n, name, value)
  if n == room then
    local more = ffi.new("tracehop_header[?]", 2 * room)
    ffi.copy(more, list, ffi.sizeof("tracehop_header") * room)
    room, list = 2 * room, more
  end
  local header = list[n]
  header.name.data, header.name.len, header.value.data, header.value.len = name, #name, value, #value
  return n + 1
end
local function array(headers)
  local n = 0
  for name, value in pairs(headers or {}) do
    if type(value) == "table" then
      for _, line in ipairs(value) do n = put(n, name, line) end
    else
      n = put(n, name, value)
    end
  end
  return list, n
end

-- The names of reasons, read once, because LuaJIT does not compile calls that pass a struct by value.
local reasons = setmetatable({}, { __index = function(known, reason)
  known[reason] = text(C.tracehop_reason_name(reason))
  return known[reason]
end })

-- The headers that an edit sets, by name; an empty value means: remove that header.
local function outcome(status)
  check(status)
  local set = {}
  for i = 0, tonumber(edit.n_headers) - 1 do set[text(edit.headers[i].name)] = text(edit.headers[i].value) end
  return { reason = reasons[edit.reason], set = set, findings = edit.findings }
end

-- The text that a function writes into the buffer; nil if it writes none.
local function written(len) return len > 0 and ffi.string(buffer, len) or nil end
local CAP = number.TRACEHOP_OUTCOME_BYTES

local Context = {}
Context.__index = Context

function Context:trace_id() return written(C.tracehop_context_trace_id(self.raw, buffer, CAP)) end
function Context:span_id() return written(C.tracehop_context_span_id(self.raw, buffer, CAP)) end
function Context:link() return written(C.tracehop_context_link(self.raw, buffer, CAP)) end
function Context:findings() return C.tracehop_context_findings(self.raw) end

-- true, false, or nil for undecided.
function Context:sampled()
  local decision = C.tracehop_context_sampled(self.raw)
  if decision ~= number.TRACEHOP_UNDECIDED then return decision == number.TRACEHOP_YES end
end

local Propagator = {}
Propagator.__index = Propagator

-- Continues the trace that these headers carry.
function Propagator:continue_trace(headers)
  local context = ffi.new("tracehop_context")
  local list, n = array(headers)
  check(C.tracehop_continue_trace(self.raw, list, n, random(), context))
  return setmetatable({ raw = context }, Context)
end

-- Adopts the position that these headers name, for a program that records no span; nil if they name none.
function Propagator:adopt(headers)
  local context = ffi.new("tracehop_context")
  local list, n = array(headers)
  local status = C.tracehop_adopt(self.raw, list, n, context)
  if status == NO_TRACE then return nil end
  check(status)
  return setmetatable({ raw = context }, Context)
end

-- Starts a trace with a link to the untrusted one in these headers.
function Propagator:start_trace(link)
  local context = ffi.new("tracehop_context")
  local list, n = array(link)
  check(C.tracehop_start_trace_as(self.raw, random(), str(), number.TRACEHOP_UNDECIDED, list, n, context))
  return setmetatable({ raw = context }, Context)
end

-- The headers to set on a request to `url` that has these headers.
function Propagator:inject(context, url, headers)
  local list, n = array(headers)
  return outcome(C.tracehop_inject(self.raw, context.raw, str(url), str(), list, n, buffer, CAP, edit))
end

-- The value of Access-Control-Allow-Headers.
function Propagator:allow_headers(existing, credentials)
  return written(C.tracehop_allow_headers(self.raw, str(existing), credentials or false, buffer, CAP))
end

-- The names of the headers that the propagator reads.
function Propagator:header_names()
  local found = {}
  for i = 1, tonumber(C.tracehop_header_names(self.raw, names, NAMES)) do found[i] = text(names[i - 1]) end
  return found
end

local tracehop = {}

local function targets(list)
  local array = ffi.new("tracehop_target[?]", #list)
  for i, target in ipairs(list) do
    local origin = type(target) == "table" and target.origin
    array[i - 1].kind = origin and number.TRACEHOP_KIND_ORIGIN or number.TRACEHOP_KIND_TEXT
    array[i - 1].text = str(origin or target)
  end
  return array
end

-- Creates a propagator from options with the names of the Sentry SDKs' options. A target is a text, or { origin = ".." }.
function tracehop.propagator(options)
  local raw, list = ffi.new("tracehop_propagator"), options.trace_propagation_targets
  -- C borrows the texts and the targets, so references to them are stored.
  local self = setmetatable({ raw = raw, options = options, targets = list and targets(list) }, Propagator)
  raw.struct_size, raw.traces_sample_rate = ffi.sizeof(raw), number.TRACEHOP_UNSET
  raw.n_targets = list and #list or -1ULL
  for name, value in pairs(options) do
    if value == list then value = self.targets end
    raw[name] = type(value) == "string" and str(value) or value
  end
  check(C.tracehop_propagator_check(raw))
  return self
end

-- The headers to set or remove on a request with these headers so that it carries no trace.
function tracehop.strip(headers)
  local list, n = array(headers)
  return outcome(C.tracehop_strip(list, n, buffer, CAP, edit))
end

-- The names of a set of findings, in the order of their numbers.
function tracehop.finding_names(findings)
  local found = {}
  for n = 1, 64 do
    if bit.band(bit.rshift(findings, n - 1), 1) == 1 then found[#found + 1] = text(C.tracehop_finding_name(n)) end
  end
  return found
end

return tracehop
