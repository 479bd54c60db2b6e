# frozen_string_literal: true

module Tracehop
  # Who else writes trace headers in this process. A request never gets two: where the Sentry SDK or OpenTelemetry writes
  # for a client, the adapter for that client writes nothing, whichever was set up first.
  module OtherWriters
    # What they prepend to a client.
    NET_HTTP = %w[Sentry::Net::HTTP OpenTelemetry::Instrumentation::Net::HTTP::Patches::Instrumentation].freeze
    FARADAY = %w[Sentry::Faraday::Connection OpenTelemetry::Instrumentation::Faraday::Patches::Connection].freeze
    EXCON = %w[Sentry::Excon::Middleware OpenTelemetry::Instrumentation::Excon::Middlewares::TracerMiddleware].freeze
    private_constant :NET_HTTP, :FARADAY, :EXCON

    class << self
      # @param http [Net::HTTP, nil] a connection; all of them without one
      def net_http?(http = nil)
        any? && patched?("Net::HTTP", NET_HTTP) { |patch| http ? patch === http : ::Net::HTTP <= patch }
      end

      # @param app [#call] the rest of a connection's stack, whose last is the adapter
      def faraday?(app)
        return false unless any?

        app = app.instance_variable_get(:@app) until app.nil? || app.is_a?(::Faraday::Adapter)
        net_http = app.class.name == "Faraday::Adapter::NetHttp" && net_http?
        net_http || patched?("Faraday", FARADAY) { |patch| ::Faraday::Connection <= patch }
      end

      # @param middlewares [Array<Class>] of a connection
      def excon?(middlewares)
        any? && patched?("Excon", EXCON) { |patch| middlewares.include?(patch) }
      end

      # Says once that two traces are under way: ours, and that of an SDK that does not work through tracehop.
      def tell_of_sdk
        return unless sdk? && !Sentry.installed?

        tell("the Sentry SDK of this process has traces of its own: call Tracehop::Sentry.install after Sentry.init")
      end

      private

      # True if one of them is loaded.
      def any?
        !!(defined?(::Sentry) || defined?(::OpenTelemetry))
      end

      def patched?(client, names)
        found = names.find { |name| Object.const_defined?(name) && yield(Object.const_get(name)) }
        return false unless found && (!found.start_with?("Sentry") || sdk_writes?)

        installed = found.start_with?("Sentry") && Sentry.installed?
        tell("#{found.split("::").first} writes the trace headers of #{client}; tracehop's adapter leaves them alone") unless installed
        true
      end

      def sdk?
        defined?(::Sentry) && ::Sentry.respond_to?(:initialized?) && ::Sentry.initialized?
      end

      # Releases before 5.4 write if a rate is set, later ones unless an option forbids it.
      def sdk_writes?
        return false unless sdk?
        return true if Sentry.installed?

        settings = ::Sentry.configuration
        settings.respond_to?(:propagate_traces) ? settings.propagate_traces : settings.tracing_enabled?
      end

      def tell(text)
        @told ||= {}
        return if @told[text]

        @told[text] = true
        warn("tracehop: #{text}")
      end
    end
  end

  # The official SDK of this process; `tracehop/sentry` adds `install`.
  module Sentry
    class << self
      # True if the SDK of this process reads and writes headers through tracehop.
      # @return [Boolean]
      def installed?
        @installed == true && ::Sentry.initialized?
      end

      # What our adapters start or continue a trace by: the SDK's identity goes out where the SDK works through tracehop.
      # @api private
      def propagator_or(own)
        installed? ? propagator : own
      end

      # True while the SDK runs a request or a job that it continued or records.
      # @api private
      def running?
        installed? && !Position.running.nil?
      end
    end
  end
  private_constant :OtherWriters
end
