# frozen_string_literal: true

require "tracehop"
require "json"

# Streams the trace that the app saw and the one that is current during streaming; GET /closed returns that at the end.
class Lazy
  class << self
    attr_accessor :closed
  end

  def initialize(seen)
    @seen = seen
  end

  def each
    sleep 0.001
    yield JSON.generate(@seen.merge(body: Tracehop.current&.sentry_trace))
  end

  def close
    self.class.closed = Tracehop.current&.sentry_trace
  end
end

app = lambda do |env|
  next [200, { "content-type" => "text/plain" }, [Lazy.closed.to_s]] if env["PATH_INFO"] == "/closed"

  sleep 0.001
  seen = { pid: Process.pid, context: Tracehop.current.sentry_trace, findings: Tracehop.current.findings.map(&:code) }
  headers = { "content-type" => "application/json" }
  headers["access-control-allow-headers"] = "X-Own" if env["REQUEST_METHOD"] == "OPTIONS"
  [200, headers, Lazy.new(seen)]
end

use Tracehop::Middleware, propagator: Tracehop::Propagator.new(traces_sample_rate: 1)
run app
