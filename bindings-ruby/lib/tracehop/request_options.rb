# frozen_string_literal: true

require_relative "callback"

module Tracehop
  # The options of {Middleware}: which context a request gets.
  class RequestOptions
    def initialize(propagator, transaction_name:, trust:, exclude:, on_context:, records:)
      @propagator = propagator
      @transaction_name = callable(transaction_name, :transaction_name)
      @trust = [true, false].include?(trust) ? ->(_) { trust } : trusted(trust)
      @exclude = [*exclude].map { |rule| rule.respond_to?(:call) ? Callback.new(:exclude, rule, failed: false) : path(rule) }
      @on_context = callable(on_context, :on_context)
      @records = records
    end

    # True if this request gets no context.
    def excluded?(env)
      @exclude.any? { |rule| rule.call(env) }
    end

    # The context of this request.
    def context(env)
      context = adopted(env) || started(env)
      @on_context&.call(context, env)
      context
    end

    private

    def propagator
      Sentry.propagator_or(@propagator)
    end

    def adopted(env)
      propagator.adopt(env) if !@records && @trust.call(env)
    end

    def started(env)
      transaction = @transaction_name&.call(env)
      return propagator.continue_trace(env, transaction:) if @trust.call(env)

      propagator.start_trace(transaction:, link: env)
    end

    def callable(given, name)
      return if given.nil?
      return Callback.new(name, given) if given.respond_to?(:call)

      raise TypeError, "#{name} takes a callable or nil, not #{given.class}"
    end

    def trusted(given)
      return Callback.new(:trust, given, failed: false) if given.respond_to?(:call)

      raise TypeError, "trust takes true, false or a callable, not #{given.class}"
    end

    def path(rule)
      unless rule.is_a?(String) || rule.is_a?(Regexp)
        raise TypeError, "exclude takes paths (String or Regexp) and callables, not #{rule.class}"
      end

      ->(env) { rule === env["PATH_INFO"] }
    end
  end
  private_constant :RequestOptions
end
