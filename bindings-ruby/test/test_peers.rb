# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/running"
require "json"
require "logger"
require "open3"
require "sentry-ruby"

# Between the real SDKs: Sentry's for Python before and behind us over HTTP, Sentry's for Ruby (as old as Debian has it)
# in this process. test.sh sets the Python up.
class TestPeers < Minitest::Test
  include Samples

  PYTHON = ENV.fetch("PEER_PYTHON", "python3")

  def hop(rate)
    downstream = IO.popen([PYTHON, File.join(__dir__, "peers/downstream.py")])
    ENV["DOWNSTREAM"] = "http://127.0.0.1:#{downstream.gets.to_i}/"
    server = Running.puma("-t", "1:1", config: "hop.ru")
    text, errors, = Open3.capture3(PYTHON, File.join(__dir__, "peers/upstream.py"), "http://127.0.0.1:#{server.port}/", rate)
    assert_match(/\A{/, text, errors)
    JSON.parse(text)
  ensure
    server&.stop
    Process.kill(:TERM, downstream.pid)
    downstream.close
  end

  { "1.0" => true, "0.0" => false }.each do |rate, sampled|
    define_method("test_a_trace_of_rate_#{rate}_crosses_ruby_as_it_was") do
      upstream = hop(rate)
      ruby = upstream["ruby"]
      downstream = ruby["downstream"]
      assert_equal [upstream["trace_id"]] * 2, [ruby["trace_id"], downstream["trace_id"]]
      assert_equal [sampled] * 3, [upstream["sampled"], ruby["sampled"], downstream["sampled"]]
      assert_equal ruby["span_id"], downstream["parent_span_id"]
      refute_nil ruby["parent_span_id"]
      assert_equal [upstream["context"]] * 2, [ruby["context"], downstream["context"]]
      assert_equal "upstream@1 +beta", ruby["context"]["release"]
    end
  end

  def sentry
    Sentry.init do |config|
      config.dsn = "https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1"
      config.traces_sample_rate = 1.0
      config.background_worker_threads = 0
      config.transport.transport_class = Sentry::DummyTransport
      config.logger = Logger.new(nil)
    end
  end

  def test_sentrys_sdk_for_ruby_in_both_directions
    sentry
    theirs = Sentry.start_transaction(name: "GET /")
    ours = propagator.continue_trace({ "sentry-trace" => theirs.to_sentry_trace })
    assert_equal [theirs.trace_id, theirs.span_id, theirs.sampled], [ours.trace_id, ours.parent_span_id, ours.sampled]
    back = Sentry::Transaction.from_sentry_trace(ours.headers["sentry-trace"])
    assert_equal [ours.trace_id, ours.span_id, true], [back.trace_id, back.parent_span_id, back.parent_sampled]
  end
end
