# frozen_string_literal: true

module Tracehop
  # A body whose methods run within the request's context, at any time and in any thread.
  class ResponseBody
    # Returns the response with its body wrapped. An array is not wrapped, because it contains no code to run; there may
    # be no body after a full hijack.
    def self.keep(response, context)
      status, headers, body = response
      body.nil? || body.is_a?(Array) ? response : [status, headers, new(body, context)]
    end

    def initialize(body, context)
      @body = body
      @context = context
    end

    # Closes the body at the end of the request.
    def close
      Tracehop.use(@context) { @body.close } if @body.respond_to?(:close)
    end

    def respond_to_missing?(name, include_all = false)
      @body.respond_to?(name, include_all)
    end

    # Forwards every other method that the server calls.
    def method_missing(name, ...)
      return super unless @body.respond_to?(name)

      Tracehop.use(@context) { @body.public_send(name, ...) }
    end
  end
  private_constant :ResponseBody
end
