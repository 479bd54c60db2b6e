# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/echo"
require "json"
require "net/http"
require "open3"
require "socket"
require "tmpdir"

# The Sentry SDK in real processes, with and without Tracehop::Sentry.install: every outgoing message carries one trace,
# the one that the SDK records.
class TestSentry < Minitest::Test
  include Samples

  APP = File.join(__dir__, "servers/sentry_app.rb")
  RATES = %w[none 0 0.5 1].freeze
  FRAMEWORKS = %w[rack rails].freeze

  class << self
    # All services run at the same time, once for all tests.
    def seen
      @seen ||= Dir.mktmpdir do |folder|
        port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
        redis = spawn("redis-server", "--port", port.to_s, "--bind", "127.0.0.1", "--save", "", "--dir", folder, out: File::NULL)
        @receiver = Echo.new
        cells = FRAMEWORKS.product(RATES, %w[installed]) + FRAMEWORKS.product(%w[none 1], %w[before after])
        cells.map { |cell| [cell, Thread.new { serve(cell, "redis://127.0.0.1:#{port}/0") }] }.to_h { |cell, thread| [cell, thread.value] }
      ensure
        Process.kill(:TERM, redis) && Process.wait(redis)
      end
    end

    def serve(cell, redis)
      text, errors, = Open3.capture3(*RUBY, APP, *cell, @receiver.url(""), redis)
      raise errors if text.empty?

      JSON.parse(text.lines.last, symbolize_names: true).merge(errors: errors)
    end

    # The headers that a client sent, each with all its lines.
    def lines(path)
      seen
      @receiver.paths.fetch(path)
    end
  end

  def each_service(order)
    self.class.seen.each do |(framework, rate, how), told|
      %i[incoming none].each { |name| yield told[name], name, rate, "#{framework}-#{rate}-#{how}-#{name}" } if how == order
    end
  end

  def ids(told)
    told[:recorded].flat_map { |event| [event.dig(:contexts, :trace), *event[:spans]] }.map { |span| span[:span_id] }
  end

  def test_each_client_sends_the_span_that_is_recorded
    each_service("installed") do |told, name, rate, path|
      %w[net_http faraday].each do |client|
        lines = self.class.lines("/#{path}-#{client}")
        assert_equal [1, 1], [lines["sentry-trace"].size, lines["baggage"].size], path
        check(lines["sentry-trace"].first, lines["baggage"].first, told, name, rate, path)
      end
    end
  end

  def test_each_job_carries_the_current_position
    each_service("installed") do |told, name, rate, path|
      [told[:sidekiq], told[:active_job][:_sentry]].each do |job|
        headers = job[:trace_propagation_headers]
        check(headers[:"sentry-trace"], headers[:baggage], told, name, rate, path)
      end
    end
  end

  def check(sentry_trace, baggage, told, name, rate, path)
    trace = Tracehop::SentryTrace.parse(sentry_trace)
    current = Tracehop::SentryTrace.parse(told[:current])
    assert_equal [current.trace_id, current.sampled], [trace.trace_id, trace.sampled], path
    assert_equal TRACE_ID, trace.trace_id, path if name == :incoming
    recorded = ids(told)
    assert_includes recorded, trace.span_id, path if recorded.any? && trace.sampled
    assert_equal trace.sampled, !recorded.empty?, path unless rate == "none"
    members = Tracehop::Baggage.parse(baggage).sentry
    assert_equal [trace.trace_id, name == :incoming ? "theirs@1" : "shop@1 +beta"], members.values_at("trace_id", "release"), path
  end

  def test_current_and_the_meta_tags_are_the_sdks_position
    each_service("installed") do |told, _, rate, path|
      page = propagator.continue_html(told[:meta])
      current = Tracehop::SentryTrace.parse(told[:current])
      assert_equal [current.trace_id, current.span_id], [page.trace_id, page.parent_span_id], path
      assert_equal told[:span], current.span_id, path unless rate == "none"
    end
  end

  def test_jobs_run_in_the_trace_that_they_were_pushed_in
    each_service("installed") do |told, _, rate, path|
      current = Tracehop::SentryTrace.parse(told[:current])
      %i[ran_sidekiq ran_active_job].each do |ran|
        assert_equal current.trace_id, told[ran][:current][0, 32], "#{path} #{ran}"
        assert_equal current.trace_id, told[ran][:trace], "#{path} #{ran}" unless rate == "none" || told[ran][:trace].nil?
      end
    end
  end

  # At the rate 0.5 the sent random number decides.
  def test_the_dsc_has_the_rate_that_decided
    each_service("installed") do |told, name, rate, path|
      next if name == :incoming || rate == "none"

      members = Tracehop::Baggage.parse(self.class.lines("/#{path}-net_http")["baggage"].first).sentry
      sampled = Float(members["sample_rand"]) < Float(rate)
      assert_equal [Float(rate), sampled.to_s], [Float(members["sample_rate"]), members["sampled"]], path
    end
  end

  def test_without_the_integration_no_header_is_sent_twice_in_either_order
    %w[before after].each do |order|
      each_service(order) do |told, _, _, path|
        %w[net_http faraday].each do |client|
          lines = self.class.lines("/#{path}-#{client}")
          assert_operator lines.fetch("sentry-trace", []).size, :<=, 1, path
          assert_operator lines.fetch("baggage", []).size, :<=, 1, path
          members = lines.fetch("baggage", []).join.scan(/sentry-trace_id=/)
          assert_operator members.size, :<=, 1, path
          recorded = ids(told)
          assert_includes recorded, lines["sentry-trace"].first[33, 16], path if recorded.any?
        end
      end
    end
  end

  def test_without_the_integration_the_second_trace_is_noticed
    told = self.class.seen.select { |(_, rate, order), _| rate == "1" && order == "after" }
    told.each_value { |service| assert_match(/Tracehop::Sentry.install after Sentry.init/, service[:errors]) }
  end

  def test_sentrys_sdk_for_node_continues_every_trace
    node = IO.popen(["node", File.join(ENV.fetch("NODE_TESTS"), "downstream.mjs")])
    # A new connection for each request, because Node closes a connection that is idle while the services start.
    http = Net::HTTP.new("127.0.0.1", node.gets.to_i)
    continued = %w[installed before after].sum { |order| continued_by(http, order) }
    assert_operator continued, :>=, FRAMEWORKS.size * RATES.size * 4, "each installed service, by both clients"
  ensure
    Process.kill(:TERM, node.pid)
    node.close
  end

  # Checks that the receiver continues every trace; returns their number.
  def continued_by(http, order)
    continued = 0
    each_service(order) do |_, _, _, path|
      %w[net_http faraday].each do |client|
        headers = self.class.lines("/#{path}-#{client}").slice("sentry-trace", "baggage").transform_values(&:first)
        next if order != "installed" && headers.empty? # the SDK alone has no trace without a rate

        trace = Tracehop::SentryTrace.parse(headers.fetch("sentry-trace"))
        read = JSON.parse(http.get("/", headers).body)
        assert_equal trace.trace_id, read["trace_id"], path
        assert_equal trace.sampled, read["sampled"], path unless trace.sampled.nil?
        assert_equal trace.span_id, read["parent_span_id"], path if read["sampled"]
        continued += 1
      end
    end
    continued
  end

  # Debian's release, also for a test run with a newer one.
  OLD = { "SENTRY_RUBY" => nil }.freeze

  def install(how, env = {})
    text, errors, = Open3.capture3(env, *RUBY, File.join(__dir__, "servers/sentry_install.rb"), how)
    [text, errors.lines.grep(/tracehop: /).map(&:chomp)]
  end

  def test_install_comes_after_the_sdks_init
    assert_match(/install comes after Sentry.init/, install("early").first)
  end

  def test_a_release_that_lacks_a_method_is_not_changed_and_one_warning_names_it
    text, warnings = install("lacks", OLD)
    assert_equal "falsefalseSentry::Transaction", text
    assert_match(/the Sentry SDK \S+ is left as it is, because it has no Sentry::Net::HTTP#set_sentry_trace_header\z/, warnings.first)
    assert_equal 1, warnings.size
  end

  def test_a_recorded_position_counts_more_than_a_block_of_ones_own
    assert_equal ["truetruetrue", []], install("block")
  end

  def test_a_propagator_overrides_the_sdks_options
    assert_equal ["ours@2true", []], install("own", OLD)
    assert_match(/install takes a Tracehop::Propagator, not Integer/, install("wrong").first)
  end

  # A mounted application with the SDK's own middleware, a cascade, a retry, and a gateway outside of the SDK.
  def test_a_request_that_is_read_again_continues_the_same_caller
    assert_equal ["truetrue771a truetrue771a truetrue771a true771a", []], install("again")
  end

  def test_a_refused_caller_is_not_continued
    assert_equal ["truefalsefalsetruefalse", []], install("refused")
  end

  def test_the_sdk_decides_and_not_a_propagators_rate_or_sampler
    assert_equal ["true0.75true1.0", []], install("decides")
  end

  # With the SDK's own middleware for Sidekiq, and no other file of tracehop than tracehop/sentry.
  def test_a_job_with_odd_headers_starts_a_trace
    assert_equal ["32" * 5, []], install("odd")
  end

  # A refused DSN leaves no identity and allows no URL, because a request must not raise.
  def test_a_second_init_counts
    text, warnings = install("twice")
    assert_equal '["other", "2"]truefalse [nil, nil]falsefalse ', text
    assert_match(/no request gets headers until the SDK's options change: dsn: the DSN has no project/, warnings.first)
    assert_equal 1, warnings.size
  end

  # A target that needs backtracking allows no URL, because a request must not raise.
  def test_targets_that_are_set_after_install_count
    text, warnings = install("targets")
    assert_equal "truetrue falsetrue falsetrue falsefalse truetrue ", text
    assert_match(/no request gets headers until the SDK's options change: .*linear time/, warnings.first)
    assert_equal 1, warnings.size
  end
end
