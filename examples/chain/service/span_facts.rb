# frozen_string_literal: true

require "json"
require "net/http"
require "tracehop"

# Rack middleware inside Tracehop::Middleware: reports a span for each request, all of it from the context.
# It reports after the reply, so that the caller does not wait for it.
class SpanFacts
  def initialize(app, service:, collector:)
    @app = app
    @service = service
    @collector = collector
  end

  def call(env)
    start = Time.now.to_f
    answer = @app.call(env)
    fact = span(Tracehop.current, env, start, answer.first)
    env["rack.after_reply"] << -> { report(fact) }
    answer
  end

  private

  def span(context, env, start, status)
    {
      service: @service, kind: "server", name: "#{env["REQUEST_METHOD"]} #{env["PATH_INFO"]}",
      trace_id: context.trace_id, span_id: context.span_id, parent_span_id: context.parent_span_id,
      sampled: context.sampled, start: start, end: Time.now.to_f, status: status,
      dynamic_sampling_context: context.dynamic_sampling_context,
      findings: context.findings.map(&:message), headers_in: seen(env)
    }
  end

  # The trace headers as they came, under the names that Rack gives them.
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
