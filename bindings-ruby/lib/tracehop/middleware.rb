# frozen_string_literal: true

require_relative "preflight"
require_relative "request_options"

module Tracehop
  # Rack middleware: continues the trace of each request, makes it the current one until the body is closed, and lets
  # browsers send the trace headers. Inside of another one, or of the Sentry SDK with `tracehop/sentry`, it keeps the
  # context that is there.
  #
  # @example config.ru
  #   use Tracehop::Middleware, propagator: propagator
  # @example A public entry point, whose callers' traces are linked, not continued
  #   use Tracehop::Middleware, propagator: propagator, trust: false, exclude: "/health"
  class Middleware
    # Where the context is in the env.
    ENV_KEY = "tracehop.context"

    # @param app [#call] the Rack app
    # @param propagator [Propagator]
    # @param transaction [#call, nil] given the env, returns the name of the transaction
    # @param trust [Boolean, #call] false links the caller's trace and starts one; a callable is given the env
    # @param exclude [#===, Array<#===>] paths, or callables given the env, whose requests get no context
    # @param on_context [#call, nil] given each new context, with its findings, and the env
    # @param records [Boolean] false if this service records no spans: the caller's position goes on unchanged
    def initialize(app, propagator:, transaction: nil, trust: true, exclude: [], on_context: nil, records: true)
      @app = app
      @preflight = Preflight.new(Given.propagator(propagator, self.class))
      @request = RequestOptions.new(propagator, transaction:, trust:, exclude:, on_context:, records:)
    end

    # @param env [Hash] the Rack env; gets the context under {ENV_KEY}
    # @return [Array] the app's response
    def call(env)
      return @preflight.call(env) { |asked| @app.call(asked) } if env.key?(ENV_KEY) || @request.excluded?(env)

      Request.with(env) { respond(env, @request.context(env)) }
    end

    private

    def respond(env, context)
      # A frozen env is passed on as it is.
      env[ENV_KEY] = context unless env.frozen?
      status, headers, body = @preflight.call(env) { |asked| Tracehop.use(context) { @app.call(asked) } }
      [status, headers, Body.of(body, context)]
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
