# frozen_string_literal: true

module Tracehop
  # A body whose code, however late and wherever it runs, works for the request's context.
  class ResponseBody
    # A response whose body works for this context. An array holds no code that could ask for it.
    def self.keep(response, context)
      status, headers, body = response
      body.is_a?(Array) ? response : [status, headers, new(body, context)]
    end

    def initialize(body, context)
      @body = body
      @context = context
    end

    # The end of the request.
    def close
      Tracehop.use(@context) { @body.close } if @body.respond_to?(:close)
    end

    def respond_to_missing?(name, include_all = false)
      @body.respond_to?(name, include_all)
    end

    # Whatever the server asks of the body.
    def method_missing(name, ...)
      return super unless @body.respond_to?(name)

      Tracehop.use(@context) { @body.public_send(name, ...) }
    end
  end
  private_constant :ResponseBody
end
