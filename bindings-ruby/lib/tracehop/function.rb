# frozen_string_literal: true

module Tracehop
  # A sampler or a function target: what it raises is reported once, with its backtrace, and goes on to the core, which
  # counts it as "not sampled" or "no match" and reports a finding.
  class Function
    # The failures that a fiber asked for.
    KEY = :tracehop_failures
    private_constant :KEY

    # The targets, with each function among them wrapped.
    def self.targets(given)
      return given unless given.is_a?(Array)

      given.each_with_index.map do |target, index|
        target.respond_to?(:call) ? new("trace_propagation_targets[#{index}]", target) : target
      end
    end

    # Sentences about the functions that raise while the block runs.
    # @return [Array(Object, Array<String>)] what the block returns, and these sentences
    def self.noting
      before = Thread.current[KEY]
      Thread.current[KEY] = failures = []
      [yield, failures]
    ensure
      Thread.current[KEY] = before
    end

    # @param option [String, Symbol] what it was given as
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

      # One that Ractors share is frozen, and reports each time.
      @reported = true unless frozen?
      warn("tracehop: #{@option} raised; later exceptions of it are not reported:\n#{error.full_message(highlight: false)}")
    end
  end
  private_constant :Function
end
