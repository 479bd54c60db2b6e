# frozen_string_literal: true

module Tracehop
  module Sentry
    # The SDK before 5.4, as in Debian 12: it has transactions but no DSC, and no trace without a rate.
    module Legacy
      # The methods that {Seams} checks.
      PLACES = [
        ["Sentry::Transaction", :from_sentry_trace, :set_initial_sample_decision],
        ["Sentry::Hub", :start_transaction],
        ["Sentry::Net::HTTP", :set_sentry_trace_header]
      ].freeze

      # Prepends tracehop's modules.
      def self.install
        ::Sentry::Transaction.prepend(Transaction)
        ::Sentry::Transaction.singleton_class.prepend(FromHeader)
        ::Sentry::Hub.prepend(Hub)
        ::Sentry::Net::HTTP.prepend(NetHTTPHeaders)
        if defined?(::Sentry::Sidekiq::SentryContextServerMiddleware)
          ::Sentry::Sidekiq::SentryContextServerMiddleware.prepend(SidekiqServer)
          ::Sentry::Sidekiq::SentryContextClientMiddleware.prepend(SidekiqClient)
        end
        return unless defined?(::Sentry::Rails)

        # Otherwise loaded by Rails with the first job.
        require "sentry/rails/active_job"
        ::Sentry::Rails::ActiveJobExtensions::SentryReporter.singleton_class.prepend(ActiveJobReporter)
      end

      # The DSC of a span as text.
      def self.baggage(span)
        span.transaction&.tracehop&.baggage.to_s
      end

      # The options of a transaction in the trace of a context.
      def self.ids(context)
        { trace_id: context.trace_id, parent_span_id: context.parent_span_id, parent_sampled: context.parent_sampled }
      end

      # A transaction with the context that provided its ids.
      module Transaction
        attr_writer :tracehop

        # @return [TraceContext]
        def tracehop
          @tracehop ||= Sentry.propagator.start_trace(trace_id: trace_id)
        end

        # Decides by the random number of the trace, so that the DSC contains the rate that was used.
        def set_initial_sample_decision(sampling_context:)
          rate = tracehop_rate(sampling_context) if Sentry.installed? && @tracing_enabled && @sampled.nil?
          return super if rate.nil?
          return @sampled = rate if rate == sampling_context[:parent_sampled]

          @tracehop = tracehop.sample(rate)
          @sampled = @tracehop.sampled
        rescue OptionError, ::TypeError
          super
        end

        private

        def tracehop_rate(told)
          return @traces_sampler.call(told) if @traces_sampler.is_a?(Proc)

          told[:parent_sampled].nil? ? @traces_sample_rate : told[:parent_sampled]
        end
      end

      # A transaction that continues a header.
      module FromHeader
        # @return [::Sentry::Transaction, nil]
        def from_sentry_trace(sentry_trace, hub: ::Sentry.get_current_hub, **options)
          return super unless Sentry.installed? && sentry_trace && hub.configuration.tracing_enabled?

          context = Incoming.context({ HEADER_NAMES.first => sentry_trace })
          new(**Legacy.ids(context), hub: hub, **options).tap { |transaction| transaction.tracehop = context }
        end
      end

      # Starts a transaction in the trace of the running request or job.
      module Hub
        # @return [::Sentry::Transaction, nil]
        def start_transaction(transaction: nil, custom_sampling_context: {}, **options)
          return super unless Sentry.installed? && configuration.tracing_enabled?

          transaction ||= begin
            context = Storage.get || Sentry.propagator.start_trace
            ::Sentry::Transaction.new(**Legacy.ids(context), hub: self, **options).tap { |made| made.tracehop = context }
          end
          super
        end
      end

      # Sends the span that is recorded for a Net::HTTP request, else the current position.
      module NetHTTPHeaders
        private

        def set_sentry_trace_header(request, span)
          return super unless Sentry.installed?
          return if from_sentry_sdk?

          Outgoing.write(Sentry.propagator, Outgoing.net_http_url(self, request), request, Position.of_span(span) || Tracehop.current)
        end
      end

      # Adds the headers of the current position to a job.
      module SidekiqClient
        # @param job [Hash] the job, which is written to Redis
        def call(_worker, job, *)
          headers = Tracehop.current&.headers if Sentry.installed?
          job[Job::KEY] ||= headers if headers
          super
        end
      end

      # Runs a job in the trace of its headers. The SDK itself reads only `sentry_trace`.
      module SidekiqServer
        # @param job [Hash]
        def call(worker, job, queue, &)
          return super unless Sentry.installed?

          headers = job[Job::KEY] || { HEADER_NAMES.first => job["sentry_trace"].to_s }
          trace = headers[HEADER_NAMES.first] if headers.is_a?(Hash)
          Tracehop.use(Incoming.context(headers)) { super(worker, job.merge("sentry_trace" => trace), queue, &) }
        end
      end

      # Runs a job in the trace of its headers. The SDK alone would start a trace for each job.
      module ActiveJobReporter
        # @return [Object] what the job returns
        def record(job, &)
          return super unless Sentry.installed? && (headers = job.instance_variable_get(:@tracehop_headers))

          Tracehop.use(Incoming.context(headers)) { super(job, &) }
        end
      end
    end
    private_constant :Legacy
  end
end
