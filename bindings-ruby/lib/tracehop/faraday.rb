# frozen_string_literal: true

require "tracehop"
require_relative "outgoing"

module Tracehop
  # Lets a Faraday connection carry the current context to the URLs that the propagator allows. Inside a middleware
  # that follows redirects it decides separately for each URL.
  #
  # @example
  #   require "tracehop/faraday"
  #   Faraday.new { |connection| connection.use Tracehop::FaradayMiddleware, propagator }
  class FaradayMiddleware
    # @param app [#call] the rest of the stack
    # @param propagator [Propagator]
    def initialize(app, propagator)
      @app = app
      @propagator = Given.propagator(propagator, self.class)
    end

    # @param env [Faraday::Env]
    # @return [Faraday::Response]
    def call(env)
      return @app.call(env) if OtherWriters.faraday?(@app)

      # Like `env[:tracehop]`, without the lookup of a struct member of this name.
      own = env.custom_members
      own[:tracehop] = Outgoing.prepare(@propagator, env.url, env.request_headers, own[:tracehop])
      @app.call(env)
    end
  end
end
