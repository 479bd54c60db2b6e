# frozen_string_literal: true

# Plugins of other installed gems, such as railties, change options, selection and reports of tests.
ENV["MT_NO_PLUGINS"] = "1"
require "minitest/autorun"
require "tracehop"

# The checkout of these tests; the gem under test is the installed one.
REPOSITORY = File.expand_path("../..", __dir__)

# The command of this Ruby with the load path of the tests.
RUBY = [RbConfig.ruby, *$LOAD_PATH.flat_map { |path| ["-I", path] }].freeze

# Data for many tests.
module Samples
  TRACE_ID = "771a43a4192642f0b136d5159a501700"
  PARENT = "1234567890abcdef"
  SENTRY_TRACE = "#{TRACE_ID}-#{PARENT}-1"
  BAGGAGE = "sentry-trace_id=#{TRACE_ID},sentry-sample_rand=0.25,sentry-release=app%401"
  INCOMING = { "sentry-trace" => SENTRY_TRACE, "baggage" => BAGGAGE }.freeze

  def propagator(**options)
    Tracehop::Propagator.new(**options)
  end

  def incoming(**options)
    propagator(**options).continue_trace(INCOMING)
  end

  def codes(findings)
    findings.map(&:code)
  end

  # A new trace id and its header.
  def fresh_trace
    id = Random.bytes(16).unpack1("H*")
    [id, "#{id}-#{Random.bytes(8).unpack1("H*")}-1"]
  end
end
