# frozen_string_literal: true

require_relative "callback"

module Tracehop
  # The options of {Middleware} and of the gRPC interceptor, which select the context of a request. `path` and `headers`
  # are functions of the request; by default the request is a Rack env, which is also its headers.
  class RequestOptions
    def initialize(
      propagator, transaction_name:, trust:, exclude:, on_context:, records:, path: ->(env) { env["PATH_INFO"] }, headers: nil
    )
      @propagator = propagator
      @path = path
      @headers = headers
      @transaction_name = Callback.of(:transaction_name, transaction_name)
      @trust = [true, false].include?(trust) ? trust : trusted(trust)
      @exclude = [*exclude].map { |rule| Callback.new(:exclude, rule.respond_to?(:call) ? rule : same_path(rule), failed: false) }
      @on_context = Callback.of(:on_context, on_context)
      @records = Given.switch(:records, records)
    end

    # True if there is a rule that excludes requests.
    def excludes?
      !@exclude.empty?
    end

    # True if this request gets no context.
    def excluded?(request)
      @exclude.any? { |rule| rule.call(request) }
    end

    # The context of this request.
    def context(request)
      headers = @headers ? @headers.call(request) : request
      context = (adopted(headers, request) unless @records) || started(headers, request)
      @on_context&.call(context, request)
      context
    end

    private

    def propagator
      defined?(::Sentry) ? Sentry.propagator_or(@propagator) : @propagator
    end

    def adopted(headers, request)
      propagator.adopt(headers) if trusts?(request)
    end

    def started(headers, request)
      name = @transaction_name&.call(request)
      transaction = name if name.is_a?(String)
      return propagator.continue_trace(headers, transaction:) if trusts?(request)

      propagator.start_trace(transaction:, link: headers)
    end

    def trusts?(request)
      @trust == true || (@trust && @trust.call(request))
    end

    def trusted(given)
      return Callback.new(:trust, given, failed: false) if given.respond_to?(:call)

      raise TypeError, "trust takes true, false or a callable, not #{given.class}"
    end

    def same_path(rule)
      unless rule.is_a?(String) || rule.is_a?(Regexp)
        raise TypeError, "exclude takes paths (String or Regexp) and callables, not #{rule.class}"
      end

      # As UTF-8, because a path has any bytes and encoding, on which a Regexp may raise.
      ->(request) { rule === @path.call(request).to_s.dup.force_encoding(Encoding::UTF_8).scrub }
    end
  end
  private_constant :RequestOptions
end
