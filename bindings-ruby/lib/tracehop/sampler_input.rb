# frozen_string_literal: true

require_relative "function"

module Tracehop
  # Adds `op` and the Rack env to the input of a `traces_sampler`, because Sentry's samplers read them.
  class SamplerInput
    # Wraps a sampler for the core.
    def self.of(sampler)
      sampler.respond_to?(:call) ? new(sampler) : sampler
    end

    def initialize(sampler)
      @sampler = Function.new(:traces_sampler, sampler)
    end

    # @param known [Hash{Symbol => Object}] the core's values
    def call(known)
      @sampler.call(Request.op ? served(known) : known)
    end

    private

    def served(known)
      transaction_context = { **known[:transaction_context], op: Request.op }
      { **known, transaction_context:, **(Request.env ? { env: Request.env } : {}) }
    end
  end
  private_constant :SamplerInput
end
