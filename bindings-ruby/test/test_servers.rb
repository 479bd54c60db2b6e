# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/at_once"
require_relative "servers/running"
require "json"

# The middleware on real servers.
class TestServers < Minitest::Test
  include AtOnce
  include Samples

  REQUESTS = 2_000

  def on(server)
    yield server
  ensure
    server.stop
  end

  def test_puma_with_threads_never_mixes_traces
    on(Running.puma("-t", "16:16")) { |server| flood(server, workers: 1) }
  end

  def test_puma_with_forked_workers_never_mixes_traces_nor_repeats_ids
    on(Running.puma("-w", "2", "-t", "8:8", "--preload")) { |server| flood(server, workers: 2) }
  end

  def test_a_fiber_for_each_request_on_one_thread_never_mixes_traces
    on(Running.fibers) { |server| flood(server, workers: 1) }
  end

  # All requests are sent before the first response is read; every tenth has no trace.
  def flood(server, workers:)
    sent = Array.new(REQUESTS) { |number| send_one(server.port, number % 10 == 0 ? [] : fresh_trace) }
    seen = sent.map { |id, io| answer(id, io) }
    assert_equal REQUESTS, seen.map { |answer| answer[:context][0, 32] }.uniq.size, "a trace id was used twice"
    assert_equal REQUESTS, seen.map { |answer| answer[:context][33, 16] }.uniq.size, "a span id was used twice"
    assert_equal workers, seen.map { |answer| answer[:pid] }.uniq.size
  end

  def send_one(port, (id, header))
    io = Net::BufferedIO.new(TCPSocket.new("127.0.0.1", port))
    io.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n#{"Sentry-Trace: #{header}\r\n" if id}\r\n")
    [id, io]
  end

  def answer(id, io)
    response = Net::HTTPResponse.read_new(io)
    response.reading_body(io, true) { response.body }
    answer = JSON.parse(response.body, symbolize_names: true)
    assert_equal [id || answer[:context][0, 32], answer[:context]], [answer[:context][0, 32], answer[:body]]
    answer
  ensure
    io.close
  end

  def test_webrick
    on(Running.webrick) do |server|
      a_context_ends_with_its_body(server)
      header_content_never_gives_an_error(server)
    end
  end

  def test_puma_with_one_thread
    on(Running.puma("-t", "1:1")) { |server| a_context_ends_with_its_body(server) }
  end

  def a_context_ends_with_its_body(server)
    id, header = fresh_trace
    answer = server.ask("sentry-trace" => header)
    assert_equal [id, answer[:context]], [answer[:context][0, 32], answer[:body]]
    assert_equal answer[:context], server.get("/closed").body
    refute_equal id, server.ask[:context][0, 32]
  end

  def test_header_content_on_puma
    on(Running.puma("-t", "2:2")) { |server| header_content_never_gives_an_error(server) }
  end

  def test_sinatra_pages_have_meta_tags_unless_a_shared_cache_may_store_them
    on(Running.puma("-t", "2:2", config: "sinatra.ru")) do |server|
      id, header = fresh_trace
      page, cached, stream = %w[/page /cached /stream].map { |path| server.get(path, "sentry-trace" => header).body }
      assert_equal id, propagator.continue_html(page).trace_id
      assert_equal ["<head></head>#{id}", "#{id}\n" * 3], [cached, stream]
    end
  end

  def test_sinatra_in_threads_never_mixes_traces
    on(Running.puma("-t", "8:8", config: "sinatra.ru")) do |server|
      answers_at_once(server, "/stream").each { |id, body| assert_equal "#{id}\n" * 3, body }
    end
  end

  def test_grape_in_threads_never_mixes_traces
    on(Running.puma("-t", "8:8", config: "grape.ru")) do |server|
      answers_at_once(server, "/tea").each { |id, body| assert_equal [id, id], body.split }
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
