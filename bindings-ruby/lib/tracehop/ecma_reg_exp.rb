# frozen_string_literal: true

module Tracehop
  # A regex target with the syntax and meaning of ECMAScript's `new RegExp(pattern, flags)`, for patterns copied from a
  # browser's code. {Propagator.new} raises OptionError if it cannot be matched in linear time.
  # @example
  #   Tracehop::EcmaRegExp.new("^\\/internal-api\\/")
  class EcmaRegExp
    # @return [String] the pattern between the slashes
    attr_reader :pattern

    # @return [String] letters of "dimsu"
    attr_reader :flags

    # @param pattern [String]
    # @param flags [String]
    def initialize(pattern, flags = "")
      @pattern = String.new(pattern).freeze
      @flags = String.new(flags).freeze
      freeze
    end

    # @return [Boolean]
    def ==(other)
      other.is_a?(EcmaRegExp) && [pattern, flags] == [other.pattern, other.flags]
    end
    alias eql? ==

    # @return [Integer]
    def hash
      [self.class, pattern, flags].hash
    end

    # @return [String]
    def inspect
      "#<#{self.class} /#{pattern}/#{flags}>"
    end
  end
end
