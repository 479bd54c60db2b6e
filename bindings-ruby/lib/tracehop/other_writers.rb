# frozen_string_literal: true

module Tracehop
  # Detects other libraries that write trace headers in this process. If the Sentry SDK or OpenTelemetry writes them for a
  # client, tracehop's adapter for that client writes nothing, in any order of setup.
  module OtherWriters
    # Releases of OpenTelemetry since 2025 have a patch for each version of its conventions.
    OPENTELEMETRY = lambda do |patches, name|
      ["", "Dup::", "Old::", "Stable::"].map { |version| "OpenTelemetry::Instrumentation::#{patches}::#{version}#{name}" }
    end
    # The modules that they prepend to a client.
    NET_HTTP = ["Sentry::Net::HTTP", *OPENTELEMETRY.call("Net::HTTP::Patches", "Instrumentation")].freeze
    FARADAY = ["Sentry::Faraday::Connection", *OPENTELEMETRY.call("Faraday::Patches", "Connection")].freeze
    EXCON = ["Sentry::Excon::Middleware", *OPENTELEMETRY.call("Excon::Middlewares", "TracerMiddleware")].freeze
    HTTP_RB = OPENTELEMETRY.call("HTTP::Patches", "Client").freeze
    HTTPCLIENT = OPENTELEMETRY.call("HttpClient::Patches", "Client").freeze
    GRPC = ["OpenTelemetry::Instrumentation::Grpc::Patches::ClientStub"].freeze
    private_constant :OPENTELEMETRY, :NET_HTTP, :FARADAY, :EXCON, :HTTP_RB, :HTTPCLIENT, :GRPC

    class << self
      # @param http [Net::HTTP, nil] a connection; nil means all connections
      def net_http?(http = nil)
        any? && patched?("Net::HTTP", NET_HTTP) { |patch| http ? patch === http : ::Net::HTTP <= patch }
      end

      # @param app [#call] the rest of a connection's stack, which ends with the adapter
      def faraday?(app)
        return false unless any?

        app = app.instance_variable_get(:@app) until app.nil? || app.is_a?(::Faraday::Adapter)
        net_http = app.class.name == "Faraday::Adapter::NetHttp" && net_http?
        net_http || patched?("Faraday", FARADAY) { |patch| ::Faraday::Connection <= patch }
      end

      # @param middlewares [Array<Class>] the middlewares of a connection
      def excon?(middlewares)
        any? && patched?("Excon", EXCON) { |patch| middlewares.include?(patch) }
      end

      # @param client [HTTP::Client]
      def http_rb?(client)
        any? && patched?("HTTP.rb", HTTP_RB) { |patch| patch === client }
      end

      # The filter is not told which client sends the request.
      def httpclient?
        any? && patched?("HTTPClient", HTTPCLIENT) { |patch| ::HTTPClient <= patch }
      end

      # The interceptor is not told which stub makes the call.
      def grpc?
        any? && patched?("gRPC", GRPC) { |patch| ::GRPC::ClientStub <= patch }
      end

      # Warns once that there are two traces: tracehop's, and that of a Sentry SDK that does not use tracehop.
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

      # Releases before 5.4 write headers if a rate is set, later ones unless an option forbids it.
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

      # The propagator for tracehop's adapters: the SDK's if the SDK uses tracehop, so that its identity is sent.
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
