# frozen_string_literal: true

require "excon"
require "tracehop"
require_relative "outgoing"

module Tracehop
  # Lets Excon carry the current context to the URLs that the propagator allows. It decides separately for each URL of a
  # redirect and for each retry.
  #
  # @example
  #   require "tracehop/excon"
  #   Excon.defaults[:middlewares] += [Tracehop::ExconMiddleware.for(propagator)]
  class ExconMiddleware < ::Excon::Middleware::Base
    class << self
      # @return [Propagator] the propagator of this class
      # @api private
      attr_reader :propagator

      # Returns the middleware for one propagator.
      # @param propagator [Propagator]
      # @return [Class]
      def for(propagator)
        propagator = Given.propagator(propagator, self)
        Class.new(self) { @propagator = propagator }
      end

      # The keys that Excon copies from one request of a redirect to the next.
      # @api private
      def valid_parameter_keys
        %i[tracehop]
      end
    end

    # @param datum [Hash] Excon's request
    # @return [Hash]
    def request_call(datum)
      unless OtherWriters.excon?(datum[:middlewares] || [])
        datum[:tracehop] = Outgoing.prepare(self.class.propagator, Outgoing.excon_url(datum), datum[:headers], datum[:tracehop])
      end
      super
    end
  end
end
