# frozen_string_literal: true

# Prints how many objects the middleware allocates in 100 requests, without those of the app.

require "tracehop"

ENV_IN = { "REQUEST_METHOD" => "GET", "PATH_INFO" => "/", "rack.version" => [1, 6],
           "HTTP_SENTRY_TRACE" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1",
           "HTTP_BAGGAGE" => "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.25" }.freeze
ANSWER = [200, { "content-type" => "text/plain", "content-length" => "2" }.freeze, ["ok"].freeze].freeze
BARE = ->(_) { ANSWER }
OURS = Tracehop::Middleware.new(BARE, propagator: Tracehop::Propagator.new)

def made(app)
  envs = Array.new(100) { ENV_IN.dup }
  before = GC.stat(:total_allocated_objects)
  envs.each { |env| app.call(env) }
  GC.stat(:total_allocated_objects) - before
end

# Twice, because Ruby's method caches are objects too.
bare, ours = [BARE, OURS, BARE, OURS].map { |app| made(app) }.last(2)
print ours - bare
