# frozen_string_literal: true

require "tracehop"

module Tracehop
  # A propagator with opentelemetry-ruby's interface: reads and writes Sentry's headers for the spans that OpenTelemetry
  # records. Put it after all others, because it keeps the baggage that they wrote.
  #
  # @example
  #   require "opentelemetry/sdk"
  #   require "tracehop/opentelemetry"
  #   others = [OpenTelemetry::Trace::Propagation::TraceContext.text_map_propagator,
  #             OpenTelemetry::Baggage::Propagation.text_map_propagator]
  #   OpenTelemetry.propagation = OpenTelemetry::Context::Propagation::CompositeTextMapPropagator.compose_propagators(
  #     [*others, Tracehop::OpenTelemetryPropagator.new(propagator)]
  #   )
  class OpenTelemetryPropagator
    # The key of the received trace in OpenTelemetry's context.
    KEY = "tracehop.context"
    TRACE = HEADER_NAMES[0]
    BAGGAGE = HEADER_NAMES[1]
    private_constant :KEY, :TRACE, :BAGGAGE

    # @param propagator [Propagator]
    def initialize(propagator)
      @propagator = Given.propagator(propagator, self.class)
    end

    # @param carrier [Object] headers
    # @return [OpenTelemetry::Context] with the remote span that the carrier names; unchanged if it names none
    def extract(carrier, context: ::OpenTelemetry::Context.current, getter: ::OpenTelemetry::Context::Propagation.text_map_getter)
      found = @propagator.continue_trace(HEADER_NAMES.to_h { |name| [name, getter.get(carrier, name)] }.compact)
      return context unless found.parent_span_id

      span = ::OpenTelemetry::Trace.non_recording_span(remote(found))
      ::OpenTelemetry::Trace.context_with_span(span, parent_context: context.set_value(KEY, found))
    end

    # Sets the headers of the current span; keeps baggage that is already in the carrier.
    # @param carrier [Object] headers
    # @return [nil]
    def inject(carrier, context: ::OpenTelemetry::Context.current, setter: ::OpenTelemetry::Context::Propagation.text_map_setter)
      span = ::OpenTelemetry::Trace.current_span(context).context
      return unless span.valid?

      existing = carrier.respond_to?(:to_hash) || carrier.respond_to?(:to_a) ? carrier : {}
      position(span, context.value(KEY)).headers(existing).each { |name, value| setter.set(carrier, name, value) }
      nil
    end

    # @return [Array<String>] the names that {#inject} may set
    def fields
      HEADER_NAMES
    end

    private

    # OpenTelemetry has no undecided state, so an undecided trace is passed on as sampled.
    def remote(found)
      flags = found.sampled == false ? ::OpenTelemetry::Trace::TraceFlags::DEFAULT : ::OpenTelemetry::Trace::TraceFlags::SAMPLED
      ids = { trace_id: [found.trace_id].pack("H*"), span_id: [found.parent_span_id].pack("H*") }
      ::OpenTelemetry::Trace::SpanContext.new(**ids, trace_flags: flags, remote: true)
    end

    # The position of a span, with the DSC of the received trace, or a new DSC if the trace started here.
    def position(span, found)
      sampled = span.trace_flags.sampled?
      found = @propagator.start_trace(trace_id: span.hex_trace_id, sampled:) unless found&.trace_id == span.hex_trace_id
      decided = found.sampled.nil? ? found.sample(sampled) : found
      trace = decided.headers[TRACE].sub(decided.span_id, span.hex_span_id)
      @propagator.adopt({ TRACE => trace, BAGGAGE => decided.baggage.to_s })
    end
  end
end
