# frozen_string_literal: true

require_relative "callback"

module Tracehop
  # The options of {Middleware} and of gRPC's interceptor: which context a request gets. `path` and `headers` are given
  # the request, which is a Rack env unless they are set.
  class RequestOptions
    def initialize(
      propagator, transaction_name:, trust:, exclude:, on_context:, records:, path: ->(env) { env["PATH_INFO"] }, headers: :itself.to_proc
    )
      @propagator = propagator
      @path = path
      @headers = headers
      @transaction_name = Callback.of(:transaction_name, transaction_name)
      @trust = [true, false].include?(trust) ? ->(_) { trust } : trusted(trust)
      @exclude = [*exclude].map { |rule| rule.respond_to?(:call) ? Callback.new(:exclude, rule, failed: false) : same_path(rule) }
      @on_context = Callback.of(:on_context, on_context)
      @records = records
    end

    # True if this request gets no context.
    def excluded?(request)
      @exclude.any? { |rule| rule.call(request) }
    end

    # The context of this request.
    def context(request)
      context = adopted(request) || started(request)
      @on_context&.call(context, request)
      context
    end

    private

    def propagator
      Sentry.propagator_or(@propagator)
    end

    def adopted(request)
      propagator.adopt(@headers.call(request)) if !@records && @trust.call(request)
    end

    def started(request)
      transaction = @transaction_name&.call(request)
      headers = @headers.call(request)
      return propagator.continue_trace(headers, transaction:) if @trust.call(request)

      propagator.start_trace(transaction:, link: headers)
    end

    def trusted(given)
      return Callback.new(:trust, given, failed: false) if given.respond_to?(:call)

      raise TypeError, "trust takes true, false or a callable, not #{given.class}"
    end

    def same_path(rule)
      unless rule.is_a?(String) || rule.is_a?(Regexp)
        raise TypeError, "exclude takes paths (String or Regexp) and callables, not #{rule.class}"
      end

      ->(request) { rule === @path.call(request) }
    end
  end
  private_constant :RequestOptions
end
