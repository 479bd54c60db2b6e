-- Traces at the edge: gives each request a trace before it is passed on, and responds to preflights.
local tracehop = require("tracehop")

local gateway = {}
gateway.__index = gateway

-- Creates a gateway from a propagator's options.
function gateway.new(options) return setmetatable({ propagator = tracehop.propagator(options) }, gateway) end

-- Sets headers, and removes those with an empty value, on the request and in the table that represents it.
local function apply(headers, set)
  for name, value in pairs(set) do
    headers[name] = value ~= "" and value or nil
    ngx.req.set_header(name, headers[name])
  end
end

-- Adopts the position of a trusted caller, because a gateway records no span, or starts a trace if there is none. The trace
-- of any other caller is replaced, and its ids are kept as a link.
function gateway:context(headers, is_trusted)
  if is_trusted then return self.propagator:adopt(headers) or self.propagator:continue_trace(headers) end
  return self.propagator:start_trace(headers)
end

-- Removes the received trace from a request, and sets the new one if `url` is a target.
function gateway:trace(url, is_trusted)
  local headers = ngx.req.get_headers(0)
  local context = self:context(headers, is_trusted)
  apply(headers, tracehop.strip(headers).set)
  local outcome = self.propagator:inject(context, url, headers)
  apply(headers, outcome.set)

  local log = ngx.var
  log.trace_id, log.trace_span_id, log.trace_link, log.trace_outcome =
    context:trace_id(), context:span_id(), context:link(), outcome.reason
end

-- Responds to a preflight: a page of this origin may send the trace headers, and those that the API needs.
function gateway:preflight(origin, methods, headers)
  ngx.header["Vary"] = "Origin"
  if origin ~= "" then
    ngx.header["Access-Control-Allow-Origin"] = origin
    ngx.header["Access-Control-Allow-Methods"] = methods
    ngx.header["Access-Control-Allow-Headers"] = self.propagator:allow_headers(headers)
  end
  ngx.exit(ngx.HTTP_NO_CONTENT)
end

return gateway
