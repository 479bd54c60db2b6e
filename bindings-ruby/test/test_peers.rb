# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/running"
require "json"
require "logger"
require "open3"
require "sentry-ruby"

# Traces between real SDKs: Sentry's for Python and JavaScript as caller and callee over HTTP, in every pair; Sentry's for
# Ruby (Debian's old release) in this process. tools/test.sh installs the others.
class TestPeers < Minitest::Test
  include Samples

  # The command of each peer's upstream or downstream. Node looks for packages beside the script.
  COMMANDS = {
    python: ->(role) { [ENV.fetch("PEER_PYTHON"), File.join(__dir__, "peers/#{role}.py")] },
    javascript: ->(role) { ["node", File.join(ENV.fetch("NODE_TESTS"), "#{role}.mjs")] }
  }.freeze
  RATES = [["1.0", true], ["0.0", false]].freeze

  def between(behind)
    downstream = IO.popen(COMMANDS[behind].call("downstream"))
    ENV["DOWNSTREAM"] = "http://127.0.0.1:#{downstream.gets.to_i}/"
    server = Running.puma("-t", "1:1", config: "hop.ru")
    yield "http://127.0.0.1:#{server.port}/"
  ensure
    server&.stop
    Process.kill(:TERM, downstream.pid)
    downstream.close
  end

  def hop(before, *arguments)
    text, errors, = Open3.capture3(*COMMANDS[before].call("upstream"), *arguments)
    assert_match(/\A{/, text, errors)
    JSON.parse(text)
  end

  COMMANDS.each_key do |behind|
    define_method("test_a_trace_crosses_ruby_to_#{behind}_unchanged") do
      between(behind) do |url|
        COMMANDS.keys.product(RATES) { |before, (rate, sampled)| agree(hop(before, url, rate), sampled) }
      end
    end
  end

  def agree(upstream, sampled)
    ruby = upstream["ruby"]
    downstream = ruby["downstream"]
    assert_equal [upstream["trace_id"]] * 2, [ruby["trace_id"], downstream["trace_id"]]
    assert_equal [sampled] * 3, [upstream["sampled"], ruby["sampled"], downstream["sampled"]]
    assert_equal ruby["span_id"], downstream["parent_span_id"]
    refute_nil ruby["parent_span_id"]
    assert_equal upstream["context"], ruby["context"]
    assert_equal numbers(ruby["context"]), numbers(downstream["context"])
    assert_equal "upstream@1 +beta", ruby["context"]["release"]
  end

  # The DSC with its numbers parsed: JavaScript's SDK reformats them, such as 0.5 for 0.500000.
  def numbers(context)
    context.merge("sample_rand" => context["sample_rand"].to_f)
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
  ensure
    # Debian's release has no Sentry.close; while it is initialized, tracehop's clients write no headers.
    Sentry.instance_variable_set(:@main_hub, nil)
  end
end
