# frozen_string_literal: true

module Tracehop
  # An anomaly of a message or a call: a fixed code without any content of the message.
  class Finding
    # @return [Symbol] the name of the code, such as :sentry_trace_malformed
    attr_reader :code

    # @return [Integer] the number of the code, from 1; it never changes and is never reused
    attr_reader :number

    # @return [String] one sentence that describes the anomaly
    attr_reader :message

    # @api private
    def initialize(number, name, message)
      @code = name.to_sym
      @number = number
      @message = message
      freeze
    end

    private_class_method :new

    include Immutable

    # Every finding, in the order of its number.
    ALL = Ractor.make_shareable(Native::FINDINGS.map { |entry| new(*entry) })

    BY_NUMBER = Ractor.make_shareable(ALL.to_h { |finding| [finding.number, finding] })
    private_constant :BY_NUMBER

    # The findings with these numbers.
    # @api private
    def self.of(numbers)
      BY_NUMBER.values_at(*numbers).freeze
    end

    # Marshal loads the same object.
    def self._load(number)
      BY_NUMBER[number.to_i]
    end
    private_class_method :_load

    # @return [String] the sentence
    def to_s
      message
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{code} (#{number})>"
    end

    private

    # The state that Marshal stores.
    def _dump(_level)
      number.to_s
    end
  end
end
