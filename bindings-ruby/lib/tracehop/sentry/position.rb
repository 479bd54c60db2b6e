# frozen_string_literal: true

module Tracehop
  module Sentry
    # The SDK's position: the span that it records, else its propagation context, as a {TraceContext} with the same ids.
    module Position
      TRACE = HEADER_NAMES[0]
      BAGGAGE = HEADER_NAMES[1]
      private_constant :TRACE, :BAGGAGE

      class << self
        # The position of the running request or job: the first of a recorded span, the trace that the SDK continued, and
        # the trace that an adapter continued; nil without any.
        def running
          scope = ::Sentry.get_current_scope
          of_span(scope&.get_span) || continued(scope) || Storage.get
        end

        # The running position, else that of the SDK's propagation context, which events outside of a request name.
        def current
          running || of_propagation_context(::Sentry.get_current_scope)
        end

        # The position of a scope, for the headers of its hub.
        def of_scope(scope)
          of_span(scope.get_span) || of_propagation_context(scope)
        end

        # The position of a span. It is stored in the span until the sampling decision changes.
        def of_span(span)
          return unless span

          kept = span.instance_variable_get(:@tracehop_position)
          return kept.last if kept && kept.first == span.sampled

          position = Sentry.propagator.adopt({ TRACE => span.to_sentry_trace, BAGGAGE => Seams.baggage(span) })
          span.instance_variable_set(:@tracehop_position, [span.sampled, position]) unless span.frozen?
          position
        end

        private

        def continued(scope)
          context = propagation_context(scope)
          context.tracehop if context&.tracehop_message?
        end

        def of_propagation_context(scope)
          propagation_context(scope)&.tracehop
        end

        # nil in old releases.
        def propagation_context(scope)
          scope.propagation_context if scope.respond_to?(:propagation_context)
        end
      end
    end
    private_constant :Position
  end
end
