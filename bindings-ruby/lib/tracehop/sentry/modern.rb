# frozen_string_literal: true

require "erb"

module Tracehop
  module Sentry
    # The SDK since 5.10: its propagation context, baggage and HTTP clients.
    module Modern
      # The methods that {Seams} checks.
      PLACES = [
        ["Sentry::PropagationContext", :initialize, :get_traceparent, :get_baggage],
        ["Sentry::Baggage", :from_incoming_header, :serialize, :items],
        ["Sentry::Utils::HttpTracing", :set_propagation_headers, :propagate_trace?],
        ["Sentry::Hub", :get_trace_propagation_headers, :get_trace_propagation_meta]
      ].freeze

      # Prepends tracehop's modules.
      def self.install
        ::Sentry::PropagationContext.prepend(PropagationContext)
        ::Sentry::PropagationContext.singleton_class.prepend(SentryTraceHeader)
        ::Sentry::Baggage.prepend(Baggage)
        ::Sentry::Baggage.singleton_class.prepend(BaggageHeader)
        ::Sentry::Hub.prepend(Hub)
        ::Sentry::Utils::HttpTracing.prepend(HttpTracing)
        ::Sentry::Faraday::Instrumenter.prepend(FaradayURL) if defined?(::Sentry::Faraday::Instrumenter)
        ::Sentry::Excon::Instrumenter.prepend(ExconURL) if defined?(::Sentry::Excon::Instrumenter)
      end

      # The DSC of a span as text.
      def self.baggage(span)
        span.to_baggage.to_s
      end

      # The trace of a scope: read from a message, or started.
      module PropagationContext
        # @param env [Hash, nil] the message that is continued
        def initialize(scope, env = nil)
          return super unless Sentry.propagator

          @scope = scope
          @tracehop_message = !env.nil?
          take(@tracehop = Incoming.context(env))
        end

        # @return [TraceContext] with the same ids
        def tracehop
          @tracehop ||= Sentry.propagator.adopt(HEADER_NAMES.first(2).zip([get_traceparent, get_baggage&.serialize.to_s]).to_h)
        end

        # True if the trace was read from a message.
        def tracehop_message?
          @tracehop_message
        end

        # @return [String]
        def get_traceparent
          @tracehop ? @tracehop.sentry_trace : super
        end

        # @return [::Sentry::Baggage]
        def get_baggage
          @tracehop ? @baggage ||= Baggage.of(@tracehop) : super
        end

        private

        def take(context)
          @trace_id = context.trace_id
          @span_id = context.span_id
          @parent_span_id = context.parent_span_id
          @parent_sampled = context.parent_sampled
          @sample_rand = context.sample_rand
          @incoming_trace = !@parent_span_id.nil? || !@parent_sampled.nil?
          @baggage = Baggage.of(context) if @incoming_trace
        end
      end

      # Parses a sentry-trace header.
      module SentryTraceHeader
        # @return [Array(String, String, Boolean), nil]
        def extract_sentry_trace(value)
          parsed = SentryTrace.parse(value.to_s.strip)
          [parsed.trace_id, parsed.span_id, parsed.sampled]
        rescue HeaderError
          nil
        end
      end

      # A DSC: that of a {TraceContext}, or the SDK's own items as it freezes them.
      module Baggage
        # The SDK's object for a {TraceContext}.
        def self.of(context)
          ::Sentry::Baggage.new(nil, mutable: false).tap { |baggage| baggage.instance_variable_set(:@tracehop, context) }
        end

        # @return [Hash{String => String}]
        def items
          @items ||= @tracehop ? @tracehop.dynamic_sampling_context : {}
        end

        # @return [Hash{String => String}]
        def dynamic_sampling_context
          items
        end

        # @return [String]
        def serialize
          return @tracehop.baggage.to_s if @tracehop

          prefix = ::Sentry::Baggage::SENTRY_PREFIX
          items.map { |name, value| "#{prefix}#{ERB::Util.url_encode(name)}=#{ERB::Util.url_encode(value)}" }.join(",")
        end
      end

      # The Sentry members of a header.
      module BaggageHeader
        # @return [::Sentry::Baggage]
        def from_incoming_header(header)
          items = Tracehop::Baggage.parse(header).sentry
          new(items, mutable: items.empty?)
        end
      end

      # The headers and meta tags that the SDK returns to the application.
      module Hub
        # @return [Hash{String => String}]
        def get_trace_propagation_headers
          current_scope ? Position.of_scope(current_scope)&.headers || {} : {}
        end

        # @return [String]
        def get_trace_propagation_meta
          current_scope ? Position.of_scope(current_scope)&.meta_tags.to_s : ""
        end
      end

      # The HTTP clients that the SDK patches.
      module HttpTracing
        # Only remembers the URL. Targets are compared when the headers are written, because the SDK's URL has no port.
        def propagate_trace?(url)
          return super unless Sentry.installed?

          url && ::Sentry.configuration.propagate_traces && @tracehop_url = url
        end

        # @param headers [Net::HTTPRequest, Hash]
        def set_propagation_headers(headers)
          return super unless Sentry.installed?

          Outgoing.write(Sentry.propagator, tracehop_url(headers), headers)
        end

        private

        def tracehop_url(headers)
          is_a?(::Net::HTTP) ? Outgoing.net_http_url(self, headers) : headers.instance_variable_get(:@tracehop_url) || @tracehop_url
        end
      end

      # The whole URL of a Faraday request.
      module FaradayURL
        # @param env [Faraday::Env]
        def instrument(name, env, &)
          env[:request_headers].instance_variable_set(:@tracehop_url, env[:url].to_s)
          super
        end
      end

      # The whole URL of an Excon request.
      module ExconURL
        # @param env [Hash] Excon's datum
        def start_transaction(env)
          env[:headers].instance_variable_set(:@tracehop_url, Outgoing.excon_url(env))
          super
        end
      end
    end
    private_constant :Modern
  end
end
