# frozen_string_literal: true

module Tracehop
  # The settings of this service: its identity, its sampling and its targets. Shared by every thread.
  # sig/tracehop.rbs documents each option.
  class Propagator
    # Checks every option and raises ArgumentError or TypeError that names the wrong one and the remedy.
    # @return [Propagator]
    # @example
    #   Tracehop::Propagator.new(dsn: "https://key@o1.ingest.sentry.io/2", traces_sample_rate: 0.25)
    def self.new(dsn: nil, public_key: nil, org_id: nil, release: nil, environment: nil,
                 traces_sample_rate: nil, traces_sampler: nil, trace_propagation_targets: nil,
                 strict_trace_continuation: false, propagate_traceparent: false, max_baggage_bytes: nil)
      propagator = native_new(
        [dsn, public_key, org_id, release, environment, traces_sample_rate, SamplerInput.of(traces_sampler),
         Function.targets(trace_propagation_targets), strict_trace_continuation, propagate_traceparent, max_baggage_bytes]
      )
      warnings = propagator.send(:native_warnings)
      warn(warnings.join("\n"), uplevel: 1) unless warnings.empty?
      propagator
    end
    private_class_method :native_new

    # Continues the trace that a message carries, or starts one if it carries none. Header content never raises.
    # @param carrier [Hash, Array, #to_hash, #to_a, nil] headers by String or Symbol, pairs, or a Rack env; nil is a
    #   message without headers
    # @return [TraceContext]
    def continue_trace(carrier, transaction: nil, sampled: nil)
      native_continue_trace(HeaderObject.readable(carrier), transaction, sampled, nil)
    end

    # Starts a trace with this service as its head. `link` takes the headers of an untrusted caller, `trace_id` the id of
    # the new trace.
    # @param trace_id [String, nil] 32 lower-case hex digits
    # @return [TraceContext]
    def start_trace(transaction: nil, sampled: nil, link: nil, trace_id: nil)
      native_start_trace(transaction, sampled, link && HeaderObject.readable(link), trace_id, nil)
    end

    alias native_adopt adopt
    private :native_adopt

    # Adopts the position that the headers name: the context has the received span id, decision and DSC. For a service
    # that records no span, and for the span of an SDK in this process.
    # @param carrier [Hash, Array, #to_hash, #to_a, nil] headers by String or Symbol, pairs, or a Rack env
    # @return [TraceContext, nil] nil if the headers name no trace and span
    def adopt(carrier)
      native_adopt(HeaderObject.readable(carrier))
    end

    # Continues the trace that a page's meta tags carry.
    # @param page [String]
    # @return [TraceContext]
    def continue_html(page, transaction: nil, sampled: nil)
      native_continue_html(page, transaction, sampled, nil)
    end

    # Continues the trace that the environment of this process carries.
    # @param environ [#to_hash]
    # @return [TraceContext]
    def continue_environ(environ = ENV, transaction: nil, sampled: nil)
      native_continue_environ(environ, transaction, sampled, nil)
    end

    # Sets the headers on an outgoing request if its URL is a target.
    # @param headers [Hash, Array, #[]=] changed in place
    # @return [Outcome]
    def inject(context, url, headers, page_url: nil)
      native_inject(context, url, page_url, HeaderObject.writable(headers))
    end

    # @!method envelope_trace(context)
    #   The `trace` header of an envelope: the DSC with the members that an ingesting server needs.
    #   @param context [TraceContext]
    #   @return [Hash{String => String}]

    # @!method allows(url, page_url: nil)
    #   True if a request to this URL may carry the trace.
    #   @return [Boolean]

    alias allows? allows

    include Immutable

    # Contains no option: a DSN may contain a secret.
    # @return [String]
    def inspect
      "#<#{self.class}>"
    end

    # A sentence that names the target that decided about this URL, or says why none did; each function target that
    # raised is named too.
    # @return [String]
    def explain(url, page_url: nil)
      explanation, failures = Function.noting { native_explanation(url, page_url) }
      [explanation.last, *failures].join("; ")
    end

    # The value of Access-Control-Allow-Headers that lets a browser send the trace.
    # @return [String]
    def allow_headers(existing = "", credentials: false)
      native_allow_headers(existing, credentials)
    end

    # The names that a preflight requests except the trace headers: for a CORS library that does not know these.
    # @param requested [String] the value of Access-Control-Request-Headers
    # @return [String]
    def other_headers(requested)
      native_other_headers(requested)
    end

    # The header names that the response to a CORS preflight fails to allow.
    # @return [Array<String>]
    def missing_cors_headers(answer_headers, credentials: false)
      native_missing_cors_headers(answer_headers, credentials)
    end
  end
end
