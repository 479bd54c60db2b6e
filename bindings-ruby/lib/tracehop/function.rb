# frozen_string_literal: true

module Tracehop
  # A sampler or a function target. Its first exception is printed with its backtrace. Each exception is passed on to
  # the core, which treats it as "not sampled" or "no match" and reports a finding.
  class Function
    # The key of the failures that {noting} collects in this fiber.
    KEY = :tracehop_failures
    private_constant :KEY

    # Returns the targets with each function wrapped.
    def self.targets(given)
      return given unless given.is_a?(Array)

      given.each_with_index.map do |target, index|
        target.respond_to?(:call) ? new("trace_propagation_targets[#{index}]", target) : target
      end
    end

    # Runs the block and collects one sentence for each function that raises.
    # @return [Array(Object, Array<String>)] the block's value, and these sentences
    def self.noting
      before = Thread.current[KEY]
      Thread.current[KEY] = failures = []
      [yield, failures]
    ensure
      Thread.current[KEY] = before
    end

    # @param option [String, Symbol] the option that contains the function
    # @param given [#call]
    def initialize(option, given)
      @option = option
      @given = given
      @reported = false
    end

    # @return [Object] what the function returns
    def call(*arguments)
      @given.call(*arguments)
    rescue StandardError => error
      Thread.current[KEY]&.push("#{@option} raised #{error.class}: #{error.message}")
      report(error)
      raise
    end

    private

    def report(error)
      return if @reported

      # A function shared between Ractors is frozen, so each of its exceptions is reported.
      @reported = true unless frozen?
      warn("tracehop: #{@option} raised; later exceptions of it are not reported:\n#{error.full_message(highlight: false)}")
    end
  end
  private_constant :Function
end
