# frozen_string_literal: true

require "json"
require "tracehop"
require "tracehop/net_http"

PROPAGATOR = Tracehop::Propagator.new(org_id: 1)
Net::HTTP.prepend(Tracehop::NetHTTP.new(PROPAGATOR))

# Calls the next service and responds with its own trace.
app = lambda do |_|
  context = Tracehop.current
  downstream = JSON.parse(Net::HTTP.get(URI(ENV.fetch("DOWNSTREAM"))))
  facts = { trace_id: context.trace_id, span_id: context.span_id, parent_span_id: context.parent_span_id, sampled: context.sampled,
            context: context.dynamic_sampling_context, downstream: }
  [200, { "content-type" => "application/json" }, [JSON.generate(facts)]]
end

use Tracehop::Middleware, propagator: PROPAGATOR
run app
