# frozen_string_literal: true

require_relative "test_helper"
require "rack"
require "rack/lint"
require "tracehop/echo"

# The app that shows the received trace headers to `tracehop doctor`.
class TestEcho < Minitest::Test
  include Samples

  def ask(method = "GET", env = {})
    Rack::MockRequest.new(Rack::Lint.new(Tracehop::Echo)).request(method, "/any/path", env)
  end

  def shown(env)
    JSON.parse(ask("GET", env).body)["tracehop-echo"]
  end

  def test_trace_headers_are_shown_byte_for_byte_and_no_others
    env = { "HTTP_SENTRY_TRACE" => SENTRY_TRACE, "HTTP_BAGGAGE" => "a=\xC3\xA9".b, "HTTP_COOKIE" => "secret=1", "sentry-trace" => "x" }
    assert_equal({ "sentry-trace" => [SENTRY_TRACE], "baggage" => ["a=\u00C3\u00A9"] }, shown(env)["headers"])
    assert_equal "GET", shown(env)["method"]
  end

  def test_each_method_gets_200_that_no_cache_stores
    %w[GET HEAD OPTIONS POST].each do |method|
      answer = ask(method)
      assert_equal [200, "no-store", "1"], [answer.status, answer["cache-control"], answer["tracehop-echo"]]
      assert_equal method == "HEAD", answer.body.empty?
    end
  end

  def test_no_two_responses_have_the_same_id
    refute_equal shown({})["id"], shown({})["id"]
  end
end
