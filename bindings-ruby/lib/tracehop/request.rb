# frozen_string_literal: true

module Tracehop
  # The running request or call of this fiber: its Rack env, if it has one, and its operation, as Sentry names it.
  module Request
    KEY = :tracehop_request
    Running = Struct.new(:env, :op)
    private_constant :KEY, :Running

    # @return [String, nil]
    def self.op
      Thread.current[KEY]&.op
    end

    # @return [Hash, nil]
    def self.env
      Thread.current[KEY]&.env
    end

    # Makes a request the running one while the block runs.
    def self.with(env, op: "http.server")
      before = Thread.current[KEY]
      Thread.current[KEY] = Running.new(env, op)
      yield
    ensure
      Thread.current[KEY] = before
    end
  end
  private_constant :Request
end
