# frozen_string_literal: true

module Tracehop
  # Adapts header objects that are neither a Hash nor pairs: those of httpclient and async-http.
  class HeaderObject
    class << self
      # Returns an object that the compiled part can read headers from.
      def readable(carrier)
        # `case` would call `===` through a slower path.
        return carrier if Hash === carrier || Array === carrier
        return carrier unless Object === carrier
        return NONE if carrier.nil?

        foreign?(carrier) ? pairs(carrier) : carrier
      end

      # Returns an object that the compiled part can write headers to.
      def writable(headers)
        return headers if Hash === headers || Array === headers || !(Object === headers && foreign?(headers))

        headers.respond_to?(:set) && headers.respond_to?(:delete) ? new(headers) : headers
      end

      # The headers of such an object as pairs.
      def pairs(headers)
        headers.respond_to?(:all) ? headers.all : headers.to_enum.to_a
      end

      private

      def foreign?(object)
        return false if object.respond_to?(:to_hash) || object.respond_to?(:to_a)

        object.respond_to?(:all) || (object.respond_to?(:each) && object.respond_to?(:fields))
      end
    end

    # A message without headers.
    NONE = {}.freeze
    private_constant :NONE

    def initialize(headers)
      @headers = headers
    end

    # Sets one header.
    def []=(name, value)
      delete(name)
      @headers.set(name, value)
    end

    # Removes one header.
    def delete(name)
      @headers.delete(name)
    end

    # @return [Array<Array(String, String)>]
    def to_a
      HeaderObject.pairs(@headers)
    end
  end
  private_constant :HeaderObject
end
