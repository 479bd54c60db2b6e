# frozen_string_literal: true

require_relative "test_helper"
require "tracehop/command"
require "net/http"
require "stringio"

# `tracehop doctor` of the gem: its requests and its echo. tests/servers/test_doctors.py compares it with that of the wheel.
class TestDoctor < Minitest::Test
  EchoServer = Tracehop.const_get(:Doctor)::EchoServer

  def doctor(*arguments)
    output, errors = StringIO.new, StringIO.new
    code = Tracehop::Command.new(["doctor", *arguments], output:, errors:).run
    [code, output.string, errors.string]
  end

  def with_echo
    server = EchoServer.new("127.0.0.1", 0)
    thread = Thread.new { server.run }
    yield server.port
  ensure
    server.close
    thread.join
  end

  # A server that sends this response to every request.
  def with_answer(answer)
    server = TCPServer.new("127.0.0.1", 0)
    thread = Thread.new do
      loop { server.accept.then { |connection| connection.readpartial(65_536) && connection.write(answer) && connection.close } }
    rescue IOError
      nil
    end
    yield server.addr[1]
  ensure
    server.close
    thread.join
  end

  def test_a_trace_arrives_over_both_protocols_or_a_note_says_why_not
    with_echo do |port|
      code, text, = doctor("--json", "http://127.0.0.1:#{port}/any/path")
      report = JSON.parse(text)
      assert_equal [0, "arrives", "echo"], [code, *report.values_at("verdict", "seen_by")]
      assert_equal ["HTTP/2 was not examined"], report["notes"].map { |note| note[/\A[^:]+/] }
      assert_match(/: the trace arrives\n  HTTP\/1.1 one line: ok/, doctor("--no-http2", "http://127.0.0.1:#{port}")[1])
    end
  end

  def test_the_echo_responds_to_each_method_on_a_persistent_connection
    with_echo do |port|
      Net::HTTP.start("127.0.0.1", port) do |http|
        answers = %w[GET HEAD OPTIONS].map { |method| http.send_request(method, "/", nil, "Baggage" => "a=1", "Cookie" => "b") }
        answers << http.post("/", "body", "Content-Type" => "text/plain")
        assert_equal [%w[200 no-store]] * 4, answers.map { |answer| [answer.code, answer["cache-control"]] }
        assert_equal [{ "baggage" => ["a=1"] }, {}], answers.values_at(0, 3).map { |answer| JSON.parse(answer.body)["tracehop-echo"]["headers"] }
      end
    end
  end

  def test_a_response_that_shows_no_trace_is_exit_code_two
    with_answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok") do |port|
      code, text, = doctor("--no-http2", "http://127.0.0.1:#{port}/")
      assert_equal [2, true], [code, text.include?("CANNOT TELL")]
    end
  end

  def test_a_response_that_cannot_be_read_is_no_response
    ["content-length: x\r\n\r\n", "content-encoding: gzip\r\ncontent-length: 2\r\n\r\nok"].each do |rest|
      with_answer("HTTP/1.1 200 OK\r\n#{rest}") do |port|
        code, text, error = doctor("--no-http2", "http://127.0.0.1:#{port}/")
        assert_equal [2, "", "tracehop doctor: no response from 127.0.0.1:#{port}"], [code, text, error[/.*#{port}/]]
      end
    end
  end

  # Sends these headers, each list by itself, as response to one request over HTTP/2.
  def ask_over_http2(*responses)
    server = TCPServer.new("127.0.0.1", 0)
    thread = Thread.new do
      socket, connection = server.accept, HTTP2::Server.new
      connection.on(:frame) { |bytes| socket.write(bytes) }
      connection.on(:stream) do |stream|
        stream.on(:half_close) { responses.each { |headers| stream.headers(headers, end_stream: headers.equal?(responses.last)) } }
      end
      loop { connection << socket.readpartial(65_536) }
    rescue IOError, SystemCallError
      nil
    end
    Tracehop.const_get(:Doctor)::Http2.ask("GET", "http://127.0.0.1:#{server.addr[1]}/", [])
  ensure
    thread.join
    server.close
  end

  def test_the_status_of_a_response_over_http2
    require "http/2"
    assert_equal 200, ask_over_http2({ ":status" => "103" }, { ":status" => "200" }).first
    assert_equal "the response has no status", ask_over_http2({ "x" => "y" })
  end

  def test_a_server_without_a_response_is_named
    with_answer("no HTTP\r\n\r\n") do |port|
      assert_equal [2, "", "tracehop doctor: no response from 127.0.0.1:#{port}: the connection was closed without a response\n"],
                   doctor("--no-http2", "http://127.0.0.1:#{port}/")
    end
  end
end
