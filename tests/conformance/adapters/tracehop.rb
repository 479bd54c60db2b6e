# frozen_string_literal: true

require "tracehop"

# tracehop itself: every vector that is asked must pass.
module Adapter
  SUBJECT = "tracehop #{Tracehop::VERSION} (Ruby)"
  OPTIONS = %i[dsn org_id release environment traces_sample_rate strict_trace_continuation].freeze

  module_function

  def sentry_trace_parse(given) = parse(Tracehop::SentryTrace, given)

  def traceparent_parse(given) = parse(Tracehop::Traceparent, given)

  def parse(kind, given)
    read = kind.parse(given[:value])
    { trace_id: read.trace_id, span_id: read.span_id, sampled: read.sampled }
  rescue Tracehop::HeaderError
    { error: true }
  end

  def baggage_parse(given)
    read = Tracehop::Baggage.parse(given[:lines])
    { sentry: read.sentry.to_a, foreign: read.foreign }
  end

  def continue_trace(given)
    return unless (given.keys - %i[options seed headers]).empty? && (given[:options].keys - OPTIONS).empty? && given[:headers]

    context = Tracehop::Propagator.new(**given[:options]).continue_trace(given[:headers])
    %i[trace_id span_id parent_span_id sampled baggage sentry_trace].to_h { |name| [name, context.public_send(name)] }
  end

  def allows(given)
    targets = given[:options][:trace_propagation_targets]
    return if (given[:options].keys - %i[trace_propagation_targets]).any? || Array(targets).any?(Hash)

    { allowed: Tracehop::Propagator.new(**given[:options]).allows?(given[:url], page_url: given[:page_url]) }
  end
end
