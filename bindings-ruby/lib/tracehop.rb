# frozen_string_literal: true

require_relative "tracehop/version"
require_relative "tracehop/native"
require_relative "tracehop/fork"
require_relative "tracehop/header_error"
require_relative "tracehop/option_error"
require_relative "tracehop/values"
require_relative "tracehop/finding"
require_relative "tracehop/given"
require_relative "tracehop/origin"
require_relative "tracehop/ecma_reg_exp"
require_relative "tracehop/request"
require_relative "tracehop/sampler_input"
require_relative "tracehop/header_object"
require_relative "tracehop/propagator"
require_relative "tracehop/trace_context"
require_relative "tracehop/trace_lifetime"
require_relative "tracehop/current"
require_relative "tracehop/cache_control"
require_relative "tracehop/other_writers"
require_relative "tracehop/middleware"

# Carries a Sentry trace across every hop: reads the headers of a message, starts or continues a trace, and writes the
# headers of the next message. The logic is in one Rust core, so Rust, C, Python and Ruby give the same results.
#
# @example A hop
#   propagator = Tracehop::Propagator.new(dsn: "https://key@o1.ingest.sentry.io/2", release: "api@1")
#   context = propagator.continue_trace(env)
#   propagator.inject(context, "https://api.myapp.com/users", headers)
module Tracehop
  # The header names that tracehop reads and may write.
  HEADER_NAMES = Native::HEADER_NAMES

  # Removes the trace headers from a message, such as on a redirect to a host that is no target.
  # @param headers [Hash, Array, #[]=] changed in place
  # @return [Object] the same headers
  def self.strip(headers)
    Native.strip(HeaderObject.writable(headers))
    headers
  end

  # The meta tags of the current context for a page whose response has this Cache-Control; none if there is no context,
  # and none if a shared cache may store the page, because all its visitors would share one trace.
  # @param cache_control [String, Array<String>, #cache_control, nil] the header's value, its lines as in Rack 3, or
  #   Rails' `response`: Rails writes the header after the view is rendered
  # @yieldparam finding [Finding] why a page within a trace gets no tags
  # @return [String] `html_safe` if ActiveSupport is loaded
  # @example
  #   Tracehop.meta_tags(headers["Cache-Control"]) { |finding| logger.warn(finding.message) }
  # @example Rails
  #   Tracehop.meta_tags(response)
  def self.meta_tags(cache_control = nil, &)
    context = current
    if context && (shared_cache?(CacheControl.of(cache_control)) || CacheControl.shared_page?)
      Finding.of([Native::SHARED_CACHE]).each(&) if block_given?
      context = nil
    end
    tags = context ? context.meta_tags : ""
    tags.respond_to?(:html_safe) ? tags.html_safe : tags
  end

  # True if a shared cache may store a response with this Cache-Control, which must then carry no trace.
  # @param cache_control [String, Array<String>, nil] the header's value, or its lines
  # @return [Boolean]
  def self.shared_cache?(cache_control)
    cache_control = cache_control.join(", ") if cache_control.is_a?(Array)
    Native.shared_cache?(cache_control || "")
  end
end
