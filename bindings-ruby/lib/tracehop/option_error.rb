# frozen_string_literal: true

module Tracehop
  # An option of {Propagator.new}, or a rate given to {TraceContext#sample}, has an invalid value.
  # The message names the option and the remedy. An option of a wrong type raises TypeError.
  class OptionError < ArgumentError
    # @return [Symbol] what is wrong, such as :dsn_public_key
    attr_reader :kind

    # @return [Symbol, nil] the wrong option, such as :dsn
    attr_reader :option

    # @return [Integer, nil] the byte offset of the error in a target
    attr_reader :at

    # @param message [String]
    # @param kind [Symbol]
    # @param option [Symbol, nil]
    # @param at [Integer, nil]
    def initialize(message = nil, kind: nil, option: nil, at: nil)
      super(message)
      @kind = kind
      @option = option
      @at = at
    end
  end
end
