# frozen_string_literal: true

require "tracehop"
require "json"

# Tells what the app, its lazy body and the end of the body see as the current context.
app = lambda do |env|
  Thread.pass
  seen = { pid: Process.pid, context: Tracehop.current.sentry_trace, findings: Tracehop.current.findings.map(&:code) }
  body = Enumerator.new do |answer|
    sleep 0.001
    answer << JSON.generate(seen.merge(body: Tracehop.current&.sentry_trace))
  end
  headers = { "content-type" => "application/json" }
  headers["Access-Control-Allow-Headers"] = "X-Own" if env["REQUEST_METHOD"] == "OPTIONS"
  [200, headers, body]
end

use Tracehop::Middleware, propagator: Tracehop::Propagator.new(traces_sample_rate: 1)
run app
