# frozen_string_literal: true

require_relative "test_helper"
require "open3"

# Threads that use the compiled part at the same time.
class TestThreads < Minitest::Test
  # A new process in which several threads do this for the first time, while Ruby switches between them at every call.
  def first_use(expression)
    script = <<~RUBY
      require "tracehop"
      TracePoint.new(:c_call) { Thread.pass }.enable
      print Array.new(4) { Thread.new { #{expression} } }.map(&:value).map(&:class).uniq
    RUBY
    Open3.capture2e("timeout", "-s", "KILL", "60", *RUBY, "-e", script).first
  end

  {
    "TraceContext" => "Tracehop::Propagator.new.start_trace",
    "Outcome" => '(own = Tracehop::Propagator.new).inject(own.start_trace, "http://a.test/", {})',
    "SentryTrace" => %(Tracehop::SentryTrace.parse("#{"1" * 32}-#{"2" * 16}")),
    "Traceparent" => %(Tracehop::Traceparent.parse("00-#{"1" * 32}-#{"2" * 16}-01")),
    "Baggage" => 'Tracehop::Baggage.parse("a=1")',
    "Propagator" => "Tracehop::Propagator.new",
    "TraceLifetime" => "Tracehop::TraceLifetime.new(Tracehop::Propagator.new)",
  }.each do |name, expression|
    define_method("test_threads_never_wait_for_each_other_at_the_first_#{name}") do
      assert_equal "[Tracehop::#{name}]", first_use(expression)
    end
  end
end
