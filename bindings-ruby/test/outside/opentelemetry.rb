# frozen_string_literal: true

# Not in run.rb, because Debian has no opentelemetry-ruby: OPENTELEMETRY_RUBY is the folder of its sources.
#   OPENTELEMETRY_RUBY=... GEM_HOME=target/test/gems ruby -w bindings-ruby/test/outside/opentelemetry.rb

require_relative "../test_helper"
$LOAD_PATH.unshift("#{ENV.fetch("OPENTELEMETRY_RUBY")}/api/lib")
require "opentelemetry"
require "tracehop/opentelemetry"

# The propagator under OpenTelemetry's own context, alone and together with its W3C propagators.
class TestOpenTelemetry < Minitest::Test
  include Samples

  # OpenTelemetry's baggage propagator needs Ruby 3.2.
  OTHERS = [OpenTelemetry::Trace::Propagation::TraceContext.text_map_propagator].freeze

  def ours
    Tracehop::OpenTelemetryPropagator.new(propagator(release: "ours@1"))
  end

  def within(parent, flags: OpenTelemetry::Trace::TraceFlags::SAMPLED)
    trace_id = OpenTelemetry::Trace.current_span(parent).context
    ids = trace_id.valid? ? { trace_id: trace_id.trace_id } : {}
    span = OpenTelemetry::Trace::SpanContext.new(**ids, trace_flags: flags)
    [span, OpenTelemetry::Trace.context_with_span(OpenTelemetry::Trace.non_recording_span(span), parent_context: parent)]
  end

  def test_a_received_trace_continues_at_the_current_span
    remote = ours.extract(INCOMING.dup, context: OpenTelemetry::Context.empty)
    assert_equal [TRACE_ID, PARENT], OpenTelemetry::Trace.current_span(remote).context.then { |span| [span.hex_trace_id, span.hex_span_id] }
    span, context = within(remote)
    carrier = { "baggage" => "tenant=acme" }
    ours.inject(carrier, context: context)
    assert_equal "#{TRACE_ID}-#{span.hex_span_id}-1", carrier["sentry-trace"]
    assert_equal "tenant=acme,#{BAGGAGE}", carrier["baggage"]
  end

  def test_a_trace_started_here_has_a_dsc
    span, context = within(OpenTelemetry::Context.empty, flags: OpenTelemetry::Trace::TraceFlags::DEFAULT)
    carrier = {}
    ours.inject(carrier, context: context)
    assert_equal "#{span.hex_trace_id}-#{span.hex_span_id}-0", carrier["sentry-trace"]
    members = Tracehop::Baggage.parse(carrier["baggage"]).sentry
    assert_equal [span.hex_trace_id, "ours@1", "false"], members.values_at("trace_id", "release", "sampled")
  end

  def test_without_a_span_or_a_valid_trace_nothing_changes
    carrier = {}
    ours.inject(carrier, context: OpenTelemetry::Context.empty)
    assert_empty carrier
    empty = OpenTelemetry::Context.empty
    [{}, { "sentry-trace" => "x" }].each { |odd| assert_same empty, ours.extract(odd, context: empty) }
    assert_equal Tracehop::HEADER_NAMES, ours.fields
  end

  def test_with_other_propagators_each_header_is_written_once
    all = OpenTelemetry::Context::Propagation::CompositeTextMapPropagator.compose_propagators([*OTHERS, ours])
    remote = all.extract(INCOMING.merge("baggage" => "tenant=acme,#{BAGGAGE}"), context: OpenTelemetry::Context.empty)
    span, context = within(remote)
    carrier = { "baggage" => "tenant=acme" }
    all.inject(carrier, context: context)
    assert_equal [TRACE_ID, span.hex_span_id], carrier["traceparent"].split("-")[1, 2]
    assert_equal "#{TRACE_ID}-#{span.hex_span_id}-1", carrier["sentry-trace"]
    assert_equal "tenant=acme,#{BAGGAGE}", carrier["baggage"]
  end
end
