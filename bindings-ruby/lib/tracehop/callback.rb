# frozen_string_literal: true

module Tracehop
  # A function of the service's that a request passes through: one that raises never harms the request. It is reported
  # once, with its backtrace, and counts as what is safe.
  class Callback
    # An optional one.
    # @return [Callback, nil]
    def self.of(name, given)
      return if given.nil?
      return new(name, given) if given.respond_to?(:call)

      raise TypeError, "#{name} takes a callable or nil, not #{given.class}"
    end

    # @param name [Symbol] the option
    # @param given [#call]
    # @param failed [Object] what it returns if the function raises
    def initialize(name, given, failed: nil)
      @name = name
      @given = given
      @failed = failed
      @reported = false
    end

    # @return [Object] what the function returns
    def call(*arguments)
      @given.call(*arguments)
    rescue StandardError => error
      report(error)
      @failed
    end

    private

    def report(error)
      return if @reported

      @reported = true
      warn("tracehop: #{@name} raised, and counts as #{@failed.inspect} now:\n#{error.full_message(highlight: false)}")
    end
  end
  private_constant :Callback
end
