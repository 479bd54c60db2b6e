# frozen_string_literal: true

module Tracehop
  module Sentry
    # The context of a message that the SDK reads.
    module Incoming
      # The context that an adapter or an earlier read of the same message made, else a new one. The position of a
      # recorded span, which an env has after its first read, names no caller.
      # @param message [Hash, nil] a Rack env, a job's headers
      def self.context(message)
        known = message[Middleware::ENV_KEY] if message.is_a?(Hash)
        return known if known.is_a?(TraceContext) && caller_of(known)

        found = read(message)
        outer = Storage.get
        outer && caller_of(outer) == caller_of(found) ? outer : found
      end

      # Starts a trace for headers of another type in a job's payload: the SDK does not raise there.
      def self.read(message)
        Sentry.propagator.continue_trace(message)
      rescue ::TypeError
        Sentry.propagator.start_trace
      end

      # The trace and the span that a context continues or refuses to continue; nil if it names none.
      def self.caller_of(context)
        return [context.trace_id, context.parent_span_id] if context.parent_span_id

        [context.link.trace_id, context.link.span_id] if context.link
      end
      private_class_method :caller_of, :read
    end
    private_constant :Incoming
  end
end
