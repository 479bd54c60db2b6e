# frozen_string_literal: true

module Tracehop
  # The running request or call of this fiber: its Rack env, or the operation of one that has none, as Sentry names it.
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

      # Makes a request the running one.
      # @param request [Hash, String] its Rack env or its operation
      # @return [Object] what {leave} takes
      def enter(request)
        thread = Thread.current
        before = thread[KEY]
        thread[KEY] = request
        before
      end

      # Makes the one before it the running one.
      def leave(before)
        Thread.current[KEY] = before
      end

      # Makes a request the running one while the block runs.
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
