# frozen_string_literal: true

module Tracehop
  module Sentry
    # Where the SDK is: the span that it records, else its propagation context, as a {TraceContext} with the same ids.
    module Position
      TRACE = HEADER_NAMES[0]
      BAGGAGE = HEADER_NAMES[1]
      private_constant :TRACE, :BAGGAGE

      class << self
        # The position of the running request or job, in this order: a recorded span, what the SDK continued, what an
        # adapter continued; nil outside of all.
        def running
          scope = ::Sentry.get_current_scope
          of_span(scope&.get_span) || continued(scope) || Storage.get
        end

        # The same, else that of a process that works for no request: what the SDK's events name there.
        def current
          running || of_propagation_context(::Sentry.get_current_scope)
        end

        # The position of a scope, for its hub's own headers.
        def of_scope(scope)
          of_span(scope.get_span) || of_propagation_context(scope)
        end

        # The position of a span. It is kept with the span until a decision changes it.
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

        # None in old releases.
        def propagation_context(scope)
          scope.propagation_context if scope.respond_to?(:propagation_context)
        end
      end
    end
    private_constant :Position
  end
end
