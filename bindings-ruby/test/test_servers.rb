# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/running"
require "json"

# The middleware on real servers.
class TestServers < Minitest::Test
  include Samples

  REQUESTS = 2_000

  def on(server)
    yield server
  ensure
    server.stop
  end

  def test_puma_with_threads_never_mixes_traces
    on(Running.puma("-t", "8:8")) { |server| flood(server, workers: 1) }
  end

  def test_puma_with_forked_workers_never_mixes_traces_nor_repeats_ids
    on(Running.puma("-w", "2", "-t", "4:4", "--preload")) { |server| flood(server, workers: 2) }
  end

  # Sends distinct traces from eight threads, each over connections kept open for a while.
  def flood(server, workers:)
    seen = Array.new(8) { Thread.new { (REQUESTS / 8 / 50).times.flat_map { burst(server.port, 50) } } }.flat_map(&:value)
    assert_equal REQUESTS, seen.size
    assert_equal REQUESTS, seen.map { |answer| answer[:context] }.uniq.size, "a span id was given twice"
    assert_equal workers, seen.map { |answer| answer[:pid] }.uniq.size
  end

  def burst(port, count)
    Net::HTTP.start("127.0.0.1", port) do |http|
      Array.new(count) do
        id, header = fresh_trace
        answer = JSON.parse(http.get("/", "sentry-trace" => header).body, symbolize_names: true)
        assert_equal [id, answer[:context]], [answer[:context][0, 32], answer[:body]]
        answer
      end
    end
  end

  def test_webrick
    on(Running.webrick) do |server|
      id, header = fresh_trace
      answer = server.ask("sentry-trace" => header)
      assert_equal [id, answer[:context]], [answer[:context][0, 32], answer[:body]]
      header_content_never_gives_an_error(server)
    end
  end

  def test_header_content_on_puma
    on(Running.puma("-t", "2:2")) { |server| header_content_never_gives_an_error(server) }
  end

  def test_sinatra_pages_hand_their_trace_on_unless_a_shared_cache_may_keep_them
    on(Running.puma("-t", "2:2", config: "sinatra.ru")) do |server|
      id, header = fresh_trace
      page, cached, stream = %w[/page /cached /stream].map { |path| server.get(path, "sentry-trace" => header).body }
      assert_equal id, propagator.continue_html(page).trace_id
      assert_equal ["<head></head>#{id}", "#{id}\n" * 3], [cached, stream]
    end
  end

  def header_content_never_gives_an_error(server)
    ["x", "%", "\xFF\xFE".b, "#{TRACE_ID}-#{PARENT}-9", "," * 300, "a=1," * 1_000].each do |value|
      response = server.get("/", "sentry-trace" => value, "baggage" => value)
      assert_equal "200", response.code, value
      refute_equal TRACE_ID, JSON.parse(response.body)["context"][0, 32]
    end
    response = Net::HTTP.start("127.0.0.1", server.port) { |http| http.options("/") }
    assert_equal "X-Own, sentry-trace, baggage", response["Access-Control-Allow-Headers"]
  end
end
