# frozen_string_literal: true

module Tracehop
  module Sentry
    # The context of a message that the SDK reads.
    module Incoming
      # The context that an adapter or an earlier read of the same message made, else a new one.
      # @param message [Hash, nil] a Rack env, a job's headers
      def self.context(message)
        known = message[Middleware::ENV_KEY] if message.is_a?(Hash)
        return known if known.is_a?(TraceContext)

        found = Sentry.propagator.continue_trace(message)
        outer = Storage.get
        outer && same?(outer, found) ? outer : found
      end

      # True if both continue the same span, or none.
      def self.same?(outer, found)
        outer.parent_span_id == found.parent_span_id && (found.parent_span_id.nil? || outer.trace_id == found.trace_id)
      end
      private_class_method :same?
    end
    private_constant :Incoming
  end
end
