# frozen_string_literal: true

module Tracehop
  # CORS in {Middleware}: browsers may send the trace headers wherever the app allows them anything.
  class Preflight
    # The header that lists the names which a browser asks for, as a Rack env has it.
    ASKED = ["HTTP", Native::REQUEST_HEADERS.upcase.tr("-", "_")].join("_").freeze
    private_constant :ASKED

    # @param propagator [Propagator]
    def initialize(propagator)
      @propagator = propagator
      @ours = propagator.missing_cors_headers([])
    end

    # Calls the app. A preflight asks it for all names but ours, because CORS libraries refuse the whole of it for one name
    # that they do not know; what they allow is completed by ours.
    # @return [Array] the app's response
    def call(env, app)
      asked = without_ours(env) if env["REQUEST_METHOD"] == "OPTIONS"
      status, headers, body = response = app.call(asked || env)
      return response unless asked || Native.lists_headers?(headers)

      [status, allow_headers(headers, asked), body]
    end

    private

    # The env of a preflight that asks for our names, without them; nil for any other request.
    def without_ours(env)
      names = env[ASKED] or return
      return if @propagator.missing_cors_headers({ Native::ALLOW_HEADERS => names }) == @ours

      others = @propagator.other_headers(names)
      others.empty? ? env.except(ASKED) : env.merge(ASKED => others)
    end

    # The response's headers with our names if they list allowed ones, or allow a preflight that asked for ours.
    def allow_headers(headers, asked)
      name, list = Native.entry(headers, Native::ALLOW_HEADERS)
      origin, = asked && Native.entry(headers, Native::ALLOW_ORIGIN)
      name, list = Native::ALLOW_HEADERS, "" if name.nil? && origin
      name = name.downcase if origin && origin == origin.downcase
      return headers unless list.is_a?(String) || list.is_a?(Array)

      _, credentials = Native.entry(headers, Native::ALLOW_CREDENTIALS)
      headers.merge(name => longer(list, credentials: Native.allows_credentials?(credentials)))
    end

    # One line, or several: Rack 3 has arrays for those.
    def longer(list, credentials:)
      return @propagator.allow_headers(list, credentials:) unless list.is_a?(Array)

      list + @propagator.missing_cors_headers({ Native::ALLOW_HEADERS => list }, credentials:)
    end
  end
  private_constant :Preflight
end
