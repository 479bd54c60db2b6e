# frozen_string_literal: true

module Tracehop
  # A position in a trace: frozen, shareable between threads and Ractors.
  # sig/tracehop.rbs documents each method.
  class TraceContext
    # @!attribute [r] trace_id
    #   @return [String] 32 lower-case hex digits
    # @!attribute [r] span_id
    #   @return [String] 16 lower-case hex digits; new, unless it was adopted
    # @!attribute [r] parent_span_id
    #   @return [String, nil] the span that this one continues; nil at the head of a trace
    # @!attribute [r] sampled
    #   @return [Boolean, nil] the sampling decision; nil if there is none yet
    # @!attribute [r] parent_sampled
    #   @return [Boolean, nil] the sender's sampling decision; nil if it left the decision open
    # @!attribute [r] sample_rate
    #   @return [Float, nil] the rate of the decision made here, else the received one
    # @!attribute [r] sample_rand
    #   @return [Float, nil] the random number of the trace, in [0,1); nil if an adopted position has none
    # @!attribute [r] dynamic_sampling_context
    #   @return [Hash{String => String}] the frozen dynamic sampling context (DSC), decoded, in order
    # @!attribute [r] link
    #   @return [SentryTrace, nil] the trace that this one is linked to without continuing it: a refused continuation, the
    #     trace of an untrusted caller, or the previous trace of a lifetime
    # @!attribute [r] sentry_trace
    #   @return [String] the value of the outgoing sentry-trace header
    # @!attribute [r] baggage
    #   @return [String, nil] the sentry- members of the outgoing baggage header
    # @!attribute [r] traceparent
    #   @return [String] the value of an outgoing traceparent header

    # @!method sample(rate_or_bool)
    #   Returns a context with the same ids and a new decision.
    #   @param rate_or_bool [Numeric, Boolean] a rate from 0 to 1, or the decision itself
    #   @return [TraceContext]

    # @!method headers(existing = nil)
    #   The headers to set on an outgoing request, for any URL.
    #   @param existing [Hash, Array, nil] the headers the request has; not changed
    #   @return [Hash{String => String}] an empty value means: remove that header

    # @!method meta_tags
    #   The meta tags that pass this trace to a page; `html_safe` if ActiveSupport is loaded.
    #   @return [String]

    # @!method environ
    #   The environment variables that pass this trace to a child process.
    #   @return [Hash{String => String}]
    #   @example
    #     system(Tracehop.current.environ, "bin/report")

    alias sampled? sampled

    include Immutable

    # True if ids, decision and DSC are equal.
    # @return [Boolean]
    def ==(other)
      other.instance_of?(self.class) && identity == other.identity
    end
    alias eql? ==

    # @return [Integer]
    def hash
      identity.hash
    end

    # @return [String] the value of the outgoing sentry-trace header
    def to_s
      sentry_trace
    end

    # The ids and the decision, for log lines.
    # @return [Hash{Symbol => Object}]
    def to_h
      { trace_id:, span_id:, parent_span_id:, sampled: }
    end

    # @return [Hash{String => Object}] for ActiveSupport
    def as_json(*)
      to_h.transform_keys(&:to_s)
    end

    # @return [String] the JSON of {to_h}
    def to_json(*arguments)
      # A Ractor cannot load a file.
      require "json" unless defined?(::JSON)
      to_h.to_json(*arguments)
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{sentry_trace}>"
    end

    # The findings about the message that this context continues.
    # @return [Array<Finding>]
    def findings
      Finding.of(native_findings)
    end

    # Returns a context with a new span id and this one as its parent.
    # @return [TraceContext]
    def child
      native_child(nil)
    end

    # The value of a Server-Timing header that passes this trace to a page.
    # @return [String]
    def server_timing(existing = "")
      native_server_timing(existing)
    end

    # The text that Marshal stores: all that the context reports and writes.
    # @return [String]
    def _dump(_level)
      native_serialize
    end

    # @return [TraceContext] equal to the one that {#_dump} stored
    # @raise [TypeError] if the text is damaged or of another version of tracehop
    def self._load(text)
      native_deserialize(text) or raise TypeError, "the text contains no #{self} of this version of tracehop"
    end
    private_class_method :native_deserialize

    protected

    def identity
      [sentry_trace, parent_span_id, baggage]
    end
  end
end
