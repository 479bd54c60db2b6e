# frozen_string_literal: true

require "json"
require "net/http"
require "tracehop"

# Rack middleware inside the SDK's: reports the span that the SDK records for each request.
# It reports after the response, so that the caller does not wait for it.
class SpanFacts
  def initialize(app, service:, collector:)
    @app = app
    @service = service
    @collector = collector
  end

  def call(env)
    start = Time.now.to_f
    answer = @app.call(env)
    fact = span(Sentry.get_current_scope.get_span, env, start, answer.first)
    env["rack.after_reply"] << -> { report(fact) }
    answer
  end

  private

  def span(recorded, env, start, status)
    context = Tracehop.current
    {
      service: @service, kind: "server", name: "#{env["REQUEST_METHOD"]} #{env["PATH_INFO"]}",
      trace_id: recorded.trace_id, span_id: recorded.span_id, parent_span_id: recorded.parent_span_id,
      sampled: recorded.sampled, start: start, end: Time.now.to_f, status: status,
      dynamic_sampling_context: context.dynamic_sampling_context,
      findings: context.findings.map(&:message), headers_in: seen(env)
    }
  end

  # The received trace headers, by their names in Rack.
  def seen(env)
    names = Tracehop::HEADER_NAMES.to_h { |name| [name, env["HTTP_#{name.upcase.tr("-", "_")}"]] }
    names.compact
  end

  def report(fact)
    Net::HTTP.post(@collector, JSON.generate(fact), "content-type" => "application/json")
  rescue SystemCallError, IOError => e
    warn "the collector took no span: #{e.message}"
  end
end
