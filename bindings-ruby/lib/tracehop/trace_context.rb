# frozen_string_literal: true

module Tracehop
  # One position in one trace: frozen when it is made, shareable between threads and Ractors.
  # The whole manual stands in sig/tracehop.rbs.
  class TraceContext
    alias sampled? sampled

    # Two contexts are equal where their ids, decision and sampling context are.
    # @return [Boolean]
    def ==(other)
      other.instance_of?(self.class) && identity == other.identity
    end
    alias eql? ==

    # @return [Integer]
    def hash
      identity.hash
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{sentry_trace}>"
    end

    # What was odd about the message this context continues.
    # @return [Array<Finding>]
    def findings
      Finding.of(native_findings)
    end

    # A context with a new span id, whose parent is this one.
    # @return [TraceContext]
    def child
      native_child(nil)
    end

    # The headers to set on an outgoing request, whatever its URL.
    # @param existing [Hash, Array, nil] the headers the request has; read, never changed
    # @return [Hash{String => String}] an empty value means: remove that header
    def headers(existing = nil)
      native_headers(existing)
    end

    # The meta tags that hand this trace to a page; `html_safe` where ActiveSupport is.
    # @return [String]
    def meta_tags
      tags = native_meta_tags
      tags.respond_to?(:html_safe) ? tags.html_safe : tags
    end

    # The value of a Server-Timing header that hands this trace to a page.
    # @return [String]
    def server_timing(existing = "")
      native_server_timing(existing)
    end

    protected

    def identity
      [sentry_trace, parent_span_id, baggage]
    end
  end
end
