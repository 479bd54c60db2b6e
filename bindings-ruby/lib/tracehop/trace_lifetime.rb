# frozen_string_literal: true

module Tracehop
  # The current trace of a page, a screen or a session: only a page load, a navigation or an explicit new trace
  # changes it.
  # @example
  #   lifetime = Tracehop::TraceLifetime.new(propagator)
  #   lifetime.navigate
  #   lifetime.current.link == lifetime.previous
  class TraceLifetime
    # @!attribute [r] current
    #   @return [TraceContext]
    # @!attribute [r] previous
    #   @return [SentryTrace, nil] the ids of the previous trace

    # Creates a lifetime with a new trace.
    # @param propagator [Propagator]
    # @return [TraceLifetime]
    def self.new(propagator)
      native_new(Given.propagator(propagator, self), nil, nil)
    end
    private_class_method :native_new

    # A page load: continues the trace in the page's HTML or the response's headers, else starts a trace.
    # @param html_or_headers [String, Hash, Array, nil]
    # @return [TraceContext] the current context
    def page_load(html_or_headers = nil)
      native_page_load(html_or_headers, nil, nil)
      current
    end

    # A navigation within the page: starts a trace.
    # @return [TraceContext]
    def navigate
      native_navigate(nil, nil)
      current
    end

    # Starts a trace on demand.
    # @return [TraceContext]
    def start_new_trace
      native_start_new_trace(nil, nil)
      current
    end

    # Starts a trace if the current one is older than this.
    # @param seconds [Numeric]
    # @return [Boolean] true if it started one
    def rotate_if_older(seconds)
      native_rotate_if_older(seconds, nil, nil)
    end
  end
end
