# frozen_string_literal: true

module Tracehop
  # The running request or call of this fiber: its Rack env, or without one the name of its operation in Sentry.
  module Request
    KEY = :tracehop_request
    RACK = "http.server"
    private_constant :KEY, :RACK

    class << self
      # @return [String, nil]
      def op
        running = Thread.current[KEY]
        running.is_a?(Hash) ? RACK : running
      end

      # @return [Hash, nil]
      def env
        running = Thread.current[KEY]
        running if running.is_a?(Hash)
      end

      # Sets the running request.
      # @param request [Hash, String] its Rack env or its operation
      # @return [Object] the argument of {leave}
      def enter(request)
        thread = Thread.current
        before = thread[KEY]
        thread[KEY] = request
        before
      end

      # Restores the previous running request.
      def leave(before)
        Thread.current[KEY] = before
      end

      # Sets the running request while the block runs.
      def with(request)
        before = enter(request)
        yield
      ensure
        leave(before)
      end
    end
  end
  private_constant :Request
end
