# frozen_string_literal: true

module Tracehop
  # An option of {Propagator.new}, or a rate given to {TraceContext#sample}, holds a value that cannot be used.
  # The message names the option and the remedy. (An option of a wrong type raises TypeError.)
  class OptionError < ArgumentError
    # @return [Symbol] what is wrong, such as :dsn_public_key
    attr_reader :kind

    # @return [Symbol, nil] the option that is wrong, such as :dsn
    attr_reader :option

    # @param message [String]
    # @param kind [Symbol]
    # @param option [Symbol, nil]
    def initialize(message = nil, kind: nil, option: nil)
      super(message)
      @kind = kind
      @option = option
    end
  end
end
