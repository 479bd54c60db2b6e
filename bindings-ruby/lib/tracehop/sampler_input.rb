# frozen_string_literal: true

require_relative "function"

module Tracehop
  # What a `traces_sampler` receives besides the core's facts: Sentry's samplers read `op` and the Rack env too.
  class SamplerInput
    # The sampler as the core calls it.
    def self.of(sampler)
      sampler.respond_to?(:call) ? new(sampler) : sampler
    end

    def initialize(sampler)
      @sampler = Function.new(:traces_sampler, sampler)
    end

    # @param known [Hash{Symbol => Object}] what the core knows
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
