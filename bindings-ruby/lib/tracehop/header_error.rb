# frozen_string_literal: true

module Tracehop
  # One header value is malformed. Raised only by the strict parsers SentryTrace.parse and Traceparent.parse;
  # continuing a trace never raises on header content.
  class HeaderError < ArgumentError
    # @return [Symbol] what is wrong, such as :span_id_malformed
    attr_reader :kind

    # @return [Integer] the byte offset of the error
    attr_reader :at

    # @param message [String] one sentence that says what is wrong and where
    # @param kind [Symbol]
    # @param at [Integer]
    def initialize(message = nil, kind: nil, at: nil)
      super(message)
      @kind = kind
      @at = at
    end
  end
end
