# frozen_string_literal: true

require "tracehop"
require_relative "net_http"
require_relative "sentry/options"
require_relative "sentry/position"
require_relative "sentry/incoming"
require_relative "sentry/rack"
require_relative "sentry/seams"

module Tracehop
  # The official Sentry SDK reads and writes headers through tracehop: one trace in the process, whose spans are those
  # that the SDK records. {Tracehop.current}, the meta tags, clients and jobs use the SDK's current position.
  #
  # @example
  #   require "tracehop/sentry"
  #   Sentry.init { |config| config.dsn = ENV["SENTRY_DSN"] }
  #   Tracehop::Sentry.install
  module Sentry
    class << self
      # Puts tracehop behind the SDK. An SDK release that lacks one of the places it needs is left as it is, with a
      # warning that names it.
      # @param propagator [Propagator, nil] nil takes identity, targets and strictness from the SDK's configuration
      # @return [Boolean] true if the SDK works through tracehop now
      # @raise [ArgumentError] if there is no SDK that was initialized
      def install(propagator: nil)
        unless defined?(::Sentry) && ::Sentry.initialized?
          raise ArgumentError, "Tracehop::Sentry.install comes after Sentry.init: the SDK is not initialized"
        end

        missing = Seams.missing
        return refuse(missing) if missing

        @given = propagator && Given.propagator(propagator, "#{self}.install")
        configure(::Sentry.configuration) unless @given
        Seams.install
        @installed = true
      end

      # The propagator that the SDK reads and writes with. The SDK asks its configuration for each request, so targets that
      # are set later count too.
      # @api private
      def propagator
        return @given if @given

        configuration = ::Sentry.configuration if @propagator
        reconfigure(configuration) if configuration && Options.targets_of(configuration) != @targets
        @propagator
      end

      private

      def configure(configuration)
        @targets = Options.targets_of(configuration).dup
        @propagator = Options.propagator(configuration)
      end

      # In the middle of a request nothing raises.
      def reconfigure(configuration)
        configure(configuration)
      rescue ArgumentError, ::TypeError, RegexpError => error
        warn("tracehop: no request gets headers until the SDK's targets are set anew: #{error.message}")
        @propagator = Options.propagator(configuration, targets: [])
      end

      def refuse(missing)
        warn("tracehop: the Sentry SDK #{::Sentry::VERSION} is left as it is, because it has no #{missing}", uplevel: 2)
        false
      end
    end
  end
end
