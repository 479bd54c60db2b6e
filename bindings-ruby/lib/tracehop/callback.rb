# frozen_string_literal: true

require_relative "function"

module Tracehop
  # A callback of the service that runs during a request. If it raises, the request continues with a safe default.
  class Callback < Function
    # Wraps an optional callback.
    # @return [Callback, nil]
    def self.of(option, given)
      return if given.nil?
      return new(option, given) if given.respond_to?(:call)

      raise TypeError, "#{option} takes a callable or nil, not #{given.class}"
    end

    # @param failed [Object] what it returns if the function raises
    def initialize(option, given, failed: nil)
      super(option, given)
      @failed = failed
    end

    # @return [Object] what the function returns
    def call(*)
      super
    rescue StandardError
      @failed
    end
  end
  private_constant :Callback
end
