# frozen_string_literal: true

require_relative "tracehop/version"
require_relative "tracehop/native"
require_relative "tracehop/header_error"
require_relative "tracehop/option_error"
require_relative "tracehop/finding"
require_relative "tracehop/values"
require_relative "tracehop/origin"
require_relative "tracehop/propagator"
require_relative "tracehop/trace_context"
require_relative "tracehop/trace_lifetime"
require_relative "tracehop/current"
require_relative "tracehop/middleware"

# Carries a Sentry trace across every hop: reads what a message brings, starts or continues a trace, and writes what
# the next message takes along. One core in Rust gives the same answer to the same bytes in Rust, C, Python and Ruby.
#
# @example A hop
#   propagator = Tracehop::Propagator.new(dsn: "https://key@o1.ingest.sentry.io/2", release: "api@1")
#   context = propagator.continue_trace(env)
#   propagator.inject(context, "https://api.myapp.com/users", headers)
module Tracehop
  # The header names that tracehop reads and may write.
  HEADER_NAMES = Native::HEADER_NAMES

  # Removes from a message what tracehop may have added: for a redirect to a host that is no target.
  # @param headers [Hash, Array, #[]=] changed in place
  # @return [Array<Finding>] what was odd
  def self.strip(headers)
    Finding.of(Native.strip(headers))
  end
end
