# frozen_string_literal: true

module Tracehop
  # Rack middleware: continues the trace of each request, makes it the current one until the body is closed, and adds
  # the trace headers' names to answers that say which headers a browser may send.
  #
  # @example config.ru
  #   use Tracehop::Middleware, propagator: propagator
  class Middleware
    # @param app [#call] the Rack app
    # @param propagator [Propagator]
    def initialize(app, propagator:)
      @app = app
      @propagator = Given.propagator(propagator, self.class)
    end

    # @param env [Hash] the Rack env; read, never changed
    # @return [Array] the app's answer
    def call(env)
      context = @propagator.continue_trace(env)
      status, headers, body = Tracehop.use(context) { @app.call(env) }
      [status, allow_headers(headers), Body.of(body, context)]
    end

    private

    # The answer's headers with our names where they list allowed ones.
    def allow_headers(headers)
      name, list = find(headers, Native::ALLOW_HEADERS)
      return headers unless list.is_a?(String) || list.is_a?(Array)

      _, credentials = find(headers, Native::ALLOW_CREDENTIALS)
      headers.merge(name => longer(list, credentials: Native.allows_credentials?(credentials)))
    end

    # One line, or several: Rack 3 has arrays for those.
    def longer(list, credentials:)
      return @propagator.allow_headers(list, credentials:) unless list.is_a?(Array)

      list + @propagator.missing_cors_headers({ Native::ALLOW_HEADERS => list }, credentials:)
    end

    def find(headers, wanted)
      headers.find { |name, _| wanted.casecmp?(name.to_s) }
    end

    # A body whose code, however late and wherever it runs, works for the request's context.
    class Body
      # An array holds no code that could ask for the context.
      def self.of(body, context)
        body.is_a?(Array) ? body : new(body, context)
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
    private_constant :Body
  end
end
