# frozen_string_literal: true

require "cgi" # The SDK loads only a part of it, which does not work alone on Ruby 3.1.
require "sentry-ruby"

# The official SDK for Ruby, from 5.10 on, which has a propagation context.
module Adapter
  SUBJECT = "sentry-ruby #{Sentry::VERSION} (Ruby)"
  OPTIONS = %i[dsn org_id release environment traces_sample_rate strict_trace_continuation].freeze
  NAMES = { "sentry-trace" => "HTTP_SENTRY_TRACE", "baggage" => "HTTP_BAGGAGE" }.freeze

  module_function

  def sentry_trace_parse(given)
    trace_id, span_id, sampled = Sentry::PropagationContext.extract_sentry_trace(given[:value])
    trace_id ? { trace_id:, span_id:, sampled: } : { error: true }
  end

  def baggage_parse(given)
    { sentry: Sentry::Baggage.from_incoming_header(given[:lines].join(",")).items.to_a }
  end

  def start(options)
    Sentry.init do |config|
      config.dsn = options.fetch(:dsn, "https://key@sentry.test/2")
      config.transport.transport_class = Sentry::DummyTransport
      config.background_worker_threads = 0
      config.sdk_logger = Logger.new(nil)
      options.each { |name, value| config.public_send("#{name}=", value) unless name == :dsn }
    end
  end

  def continue_trace(given)
    return unless (given.keys - %i[options seed headers]).empty? && (given[:options].keys - OPTIONS).empty? && given[:headers]
    return unless given[:headers].all? { |_, value| value.is_a?(String) }

    start(given[:options])
    env = given[:headers].group_by { |name, _| NAMES[name.downcase] }.transform_values { |lines| lines.map(&:last).join(",") }
    transaction = Sentry.continue_trace(env.compact, name: "/hop", source: :route)
    return position unless given[:options][:traces_sample_rate]

    span = Sentry.start_transaction(**(transaction ? { transaction: } : { name: "/hop", source: :route }))
    said(span, span.to_sentry_trace, span.to_baggage).merge(sampled: span.sampled)
  end

  def position
    said(Sentry.get_current_scope.propagation_context, Sentry.get_traceparent, Sentry.get_baggage)
  end

  # Leaves out the baggage of a new trace, which always has the SDK's environment.
  def said(from, sentry_trace, baggage)
    facts = { trace_id: from.trace_id, span_id: from.span_id, parent_span_id: from.parent_span_id, sentry_trace: }
    from.parent_span_id ? facts.merge(baggage: baggage.to_s.empty? ? nil : baggage) : facts
  end
end
