# frozen_string_literal: true

module Tracehop
  # A target that compares scheme, host and port of a URL: the recommended kind.
  # @example
  #   Tracehop::Origin.new("https://*.myapp.com")
  class Origin
    # @return [String] the origin as given
    attr_reader :text

    # @param text [String] raises ArgumentError with the remedy if it is not an origin
    def initialize(text)
      @text = Native.check_origin(text)
      freeze
    end

    # @return [String]
    def to_s
      text
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{text}>"
    end

    # @return [Boolean]
    def ==(other)
      other.is_a?(Origin) && text == other.text
    end
    alias eql? ==

    # @return [Integer]
    def hash
      [self.class, text].hash
    end
  end
end
