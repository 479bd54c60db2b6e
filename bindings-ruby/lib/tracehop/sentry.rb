# frozen_string_literal: true

require "tracehop"
require_relative "job"
require_relative "net_http"
require_relative "sentry/options"
require_relative "sentry/position"
require_relative "sentry/incoming"
require_relative "sentry/rack"
require_relative "sentry/seams"

module Tracehop
  # Lets the Sentry SDK read and write headers through tracehop, so that the process has one trace with the spans that
  # the SDK records. {Tracehop.current}, the meta tags, clients and jobs use the SDK's current position.
  #
  # @example
  #   require "tracehop/sentry"
  #   Sentry.init { |config| config.dsn = ENV["SENTRY_DSN"] }
  #   Tracehop::Sentry.install
  module Sentry
    # Exceptions of options that are refused.
    REFUSED = [ArgumentError, ::TypeError, RegexpError].freeze
    private_constant :REFUSED

    class << self
      # Lets the SDK use tracehop. If the SDK release lacks a method that tracehop needs, nothing is changed and a warning
      # names the method.
      # @param propagator [Propagator, nil] nil takes identity, targets and strictness from the SDK's configuration; rate
      #   and sampler are not used, because the SDK decides
      # @return [Boolean] true if the SDK now uses tracehop
      # @raise [ArgumentError] if the SDK is missing or not initialized
      def install(propagator: nil)
        unless defined?(::Sentry) && ::Sentry.initialized?
          raise ArgumentError, "Tracehop::Sentry.install comes after Sentry.init: the SDK is not initialized"
        end

        missing = Seams.missing
        return refuse(missing) if missing

        @given = propagator && Given.propagator(propagator, "#{self}.install").send(:native_undecided)
        configure(::Sentry.configuration) unless @given
        Seams.install
        @installed = true
      end

      # The propagator that the SDK uses. The SDK reads its configuration for each request, so a later `Sentry.init` and
      # targets that are set later are respected too.
      # @api private
      def propagator
        return @given if @given

        configuration = ::Sentry.configuration if @propagator
        reconfigure(configuration) if configuration && !configured?(configuration)
        @propagator
      end

      private

      def configured?(configuration)
        configuration.equal?(@configuration) && Options.targets_of(configuration) == @targets
      end

      def configure(configuration)
        @configuration = configuration
        @targets = Options.targets_of(configuration).dup
        @propagator = Options.propagator(configuration)
      end

      # Does not raise, because it runs during a request.
      def reconfigure(configuration)
        configure(configuration)
      rescue *REFUSED => error
        warn("tracehop: no request gets headers until the SDK's options change: #{error.message}")
        @propagator = without_targets(configuration)
      end

      # Without targets, and without the other options if one of them is refused.
      def without_targets(configuration)
        Options.propagator(configuration, targets: [])
      rescue *REFUSED
        Propagator.new(trace_propagation_targets: [])
      end

      def refuse(missing)
        warn("tracehop: the Sentry SDK #{::Sentry::VERSION} is left as it is, because it has no #{missing}", uplevel: 2)
        false
      end
    end
  end
end
