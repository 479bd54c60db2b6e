# frozen_string_literal: true

require_relative "preflight"
require_relative "request_options"
require_relative "response_body"

module Tracehop
  # Rack middleware: continues the trace of each request, makes it current until the body is closed, and lets browsers
  # send the trace headers. Inside another tracehop middleware, or inside the Sentry SDK with `tracehop/sentry`, it keeps
  # the existing context.
  #
  # @example config.ru
  #   use Tracehop::Middleware, propagator: propagator
  # @example A public entry point, whose callers' traces are linked, not continued
  #   use Tracehop::Middleware, propagator: propagator, trust: false, exclude: "/health"
  class Middleware
    # The key of the context in the env.
    ENV_KEY = "tracehop.context"

    # @param app [#call] the Rack app
    # @param propagator [Propagator]
    # @param transaction_name [#call, nil] called with the env, returns the name of the transaction
    # @param trust [Boolean, #call] false links the caller's trace and starts one; a callable is called with the env
    # @param exclude [#===, Array<#===>] paths, or callables that take the env, whose requests get no context
    # @param on_context [#call, nil] called with each new context, which has its findings, and the env
    # @param records [Boolean] false if this service records no spans: the caller's position is passed on unchanged
    def initialize(app, propagator:, transaction_name: nil, trust: true, exclude: [], on_context: nil, records: true)
      @app = app
      @preflight = Preflight.new(Given.propagator(propagator, self.class))
      @request = RequestOptions.new(propagator, transaction_name:, trust:, exclude:, on_context:, records:)
      @excludes = @request.excludes?
    end

    # @param env [Hash] the Rack env; gets the context under {ENV_KEY}
    # @return [Array] the app's response
    def call(env)
      known = env[ENV_KEY]
      # Without a current context, an earlier call with the same env has ended: that of a cascade or a retry.
      return @preflight.call(env, @app) if known ? Storage.get : @excludes && @request.excluded?(env)

      # Inline, because blocks and helper objects would cost more than the rest of this method.
      request = Request.enter(env)
      outer = Storage.get
      begin
        context = known || @request.context(env)
        OtherWriters.tell_of_sdk if defined?(::Sentry)
        # A frozen env cannot be changed.
        env[ENV_KEY] = context unless env.frozen?
        Storage.set(context)
        ResponseBody.keep(@preflight.call(env, @app), context)
      ensure
        Storage.set(outer)
        Request.leave(request)
      end
    end
  end
end
