# frozen_string_literal: true

require_relative "function"

module Tracehop
  # What a `traces_sampler` receives besides the core's facts: Sentry's samplers read `op` and the Rack env too.
  class SamplerInput
    # The operation of a request.
    OP = "http.server"
    private_constant :OP

    # The sampler as the core calls it.
    def self.of(sampler)
      sampler.respond_to?(:call) ? new(sampler) : sampler
    end

    def initialize(sampler)
      @sampler = Function.new(:traces_sampler, sampler)
    end

    # @param known [Hash{Symbol => Object}] what the core knows
    def call(known)
      env = Request.env
      @sampler.call(env ? { **known, transaction_context: { **known[:transaction_context], op: OP }, env: } : known)
    end
  end
  private_constant :SamplerInput
end
