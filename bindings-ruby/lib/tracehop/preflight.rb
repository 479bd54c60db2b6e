# frozen_string_literal: true

module Tracehop
  # CORS in {Middleware}: lets browsers send the trace headers if the app allows them to send any headers.
  class Preflight
    # The Rack env key of the header with the names that a browser requests.
    ASKED = ["HTTP", Native::REQUEST_HEADERS.upcase.tr("-", "_")].join("_").freeze
    private_constant :ASKED

    # @param propagator [Propagator]
    def initialize(propagator)
      @propagator = propagator
      @ours = propagator.missing_cors_headers([])
    end

    # Calls the app. Removes the trace header names from a preflight request, because CORS libraries refuse a preflight with
    # one unknown name, and adds them to the names that the app allows.
    # @return [Array] the app's response
    def call(env, app)
      asked = without_ours(env) if env["REQUEST_METHOD"] == "OPTIONS"
      status, headers, body = response = app.call(asked || env)
      # After a full hijack the server ignores the response, which may be nil.
      return response unless headers && (asked || Native.lists_headers?(headers))

      [status, allow_headers(headers, asked), body]
    end

    private

    # The env of a preflight that requests trace headers, without their names; nil for any other request.
    def without_ours(env)
      names = env[ASKED] or return
      return if @propagator.missing_cors_headers({ Native::ALLOW_HEADERS => names }) == @ours

      others = @propagator.other_headers(names)
      others.empty? ? env.except(ASKED) : env.merge(ASKED => others)
    end

    # The response's headers with the trace header names, if they list allowed names or allow a preflight that requested
    # trace headers.
    def allow_headers(headers, asked)
      name, list = Native.entry(headers, Native::ALLOW_HEADERS)
      origin, = asked && Native.entry(headers, Native::ALLOW_ORIGIN)
      name, list = Native::ALLOW_HEADERS, "" if name.nil? && origin
      name = name.downcase if origin && origin == origin.downcase
      return headers unless list.is_a?(String) || list.is_a?(Array)

      _, credentials = Native.entry(headers, Native::ALLOW_CREDENTIALS)
      with(headers, name, longer(list, credentials: Native.allows_credentials?(credentials)))
    end

    # The headers with one of them replaced: Rack 2 also has arrays of pairs.
    def with(headers, name, value)
      return headers.merge(name => value) unless headers.is_a?(Array)

      headers.reject { |key, _| key == name } << [name, value]
    end

    # Adds names to one line, or to several: Rack 3 has arrays of lines.
    def longer(list, credentials:)
      return @propagator.allow_headers(list, credentials:) unless list.is_a?(Array)

      list + @propagator.missing_cors_headers({ Native::ALLOW_HEADERS => list }, credentials:)
    end
  end
  private_constant :Preflight
end
