# frozen_string_literal: true

require_relative "test_helper"
require "faraday"
require "net/http"
require "rack"
require "uri"

# The changes of inject, headers and strip to the caller's message.
class TestOutgoing < Minitest::Test
  include Samples

  URL = "https://api.myapp.com/users"

  def setup
    @propagator = propagator(trace_propagation_targets: ["api.myapp.com"])
    @context = @propagator.continue_trace(INCOMING)
  end

  def inject(headers)
    @propagator.inject(@context, URL, headers)
  end

  def test_a_bare_hash
    headers = { "accept" => "*/*" }
    outcome = inject(headers)
    assert outcome.written?
    assert_equal :written, outcome.reason
    assert_equal %w[accept sentry-trace baggage], headers.keys
    assert_equal [@context.sentry_trace, @context.baggage], headers.values.last(2)
  end

  def test_injecting_twice_is_injecting_once
    headers = {}
    inject(headers)
    before = headers.dup
    assert_equal :kept, inject(headers).reason
    assert_equal before, headers
  end

  def test_other_spellings_become_one_header
    [{ "Baggage" => "tenant=acme" }, { baggage: "tenant=acme" }, { "BAGGAGE" => ["tenant=acme"] }].each do |headers|
      inject(headers)
      assert_equal %w[baggage sentry-trace], headers.keys.sort
      assert_equal "tenant=acme,#{@context.baggage}", headers["baggage"]
    end
  end

  def test_pairs
    pairs = [["Accept", "*/*"], ["Baggage", "a=1"], ["baggage", "b=2"]]
    inject(pairs)
    assert_equal [["Accept", "*/*"], ["sentry-trace", @context.sentry_trace], ["baggage", "a=1,b=2,#{@context.baggage}"]], pairs
  end

  def test_a_net_http_message
    request = Net::HTTP::Get.new("/", "Baggage" => "tenant=acme")
    inject(request)
    assert_equal "tenant=acme,#{@context.baggage}", request["baggage"]
    assert_equal [@context.sentry_trace], request.get_fields("Sentry-Trace")
  end

  def test_an_object_is_converted_to_headers_once
    [{}, { "baggage" => ["tenant=acme"] }].each do |headers|
      request, asked = Net::HTTP::Get.new("/", headers.transform_values(&:first)), 0
      request.define_singleton_method(:to_hash) { super().tap { asked += 1 } }
      inject(request)
      assert_equal [@context.sentry_trace, 1], [request["sentry-trace"], asked]
    end
  end

  def test_rack_and_faraday_headers_and_a_rack_env
    rack = defined?(Rack::Headers) ? Rack::Headers : Rack::Utils::HeaderHash
    [rack, Faraday::Utils::Headers].each do |type|
      headers = type.new.merge!("Baggage" => "tenant=acme")
      inject(headers)
      assert_equal "tenant=acme,#{@context.baggage}", headers["Baggage"], type
      assert_equal 2, headers.size
      Tracehop.strip(headers)
      assert_equal [["baggage", "tenant=acme"]], headers.map { |name, value| [name.downcase, value] }
    end
    env = Rack::MockRequest.env_for("/", "HTTP_BAGGAGE" => "tenant=acme")
    inject(env)
    assert_equal "tenant=acme,#{@context.baggage}", env["HTTP_BAGGAGE"]
    assert_equal @context.span_id, @propagator.continue_trace(env).parent_span_id
  end

  def test_an_empty_value_removes_the_header
    headless = propagator.continue_trace({ "sentry-trace" => SENTRY_TRACE })
    headers = { "baggage" => "sentry-release=old" }
    assert_equal "", headless.headers(headers)["baggage"]
    propagator.inject(headless, URL, headers)
    assert_equal %w[sentry-trace], headers.keys
  end

  def test_headers_changes_nothing_and_reads_frozen_objects
    existing = { "baggage" => "tenant=acme" }.freeze
    assert_equal "tenant=acme,#{@context.baggage}", @context.headers(existing)["baggage"]
    assert_equal({}, @context.headers("Sentry-Trace" => SENTRY_TRACE))
    assert_equal %w[sentry-trace baggage], @context.headers.keys
    assert_raises(FrozenError) { inject(existing) }
  end

  def test_a_url_that_is_no_target_changes_nothing
    headers = {}.freeze
    outcome = @propagator.inject(@context, "https://other.test/", headers)
    assert_equal [:not_a_target, [:target_not_allowed]], [outcome.reason, codes(outcome.findings)]
    refute outcome.written?
  end

  def test_a_uri_object_is_a_url
    assert @propagator.allows(URI(URL))
    assert @propagator.allows?(URI(URL), page_url: URI("https://www.myapp.com/"))
    assert_match(/contained in the URL/, @propagator.explain(URI(URL)))
  end

  def test_a_url_of_a_wrong_type_raises
    [7, nil, Object.new, [URL]].each do |wrong|
      error = assert_raises(TypeError) { @propagator.allows(wrong) }
      assert_match(/url takes a String or a URI, not #{wrong.class}/, error.message)
    end
    error = assert_raises(TypeError) { @propagator.allows(URL, page_url: 7) }
    assert_match(/page_url takes a String or a URI, not Integer/, error.message)
  end

  def test_third_party_members_keep_their_bytes_and_encoding
    ["gr\u00fc\u00df=\u00e4", "gr\xFC=\xE4".dup.force_encoding("ISO-8859-1"), "\xFF=\xFE".b, "\xFF=1".dup.force_encoding("UTF-8")].each do |foreign|
      headers = { "baggage" => foreign.dup.freeze }
      inject(headers)
      assert_equal foreign.encoding, headers["baggage"].encoding
      assert_equal foreign.b, headers["baggage"].b.split(",").first
    end
    headers = {}
    inject(headers)
    assert_equal [Encoding::UTF_8] * 2, headers.values.map(&:encoding)
  end

  def test_strip
    headers = { "Sentry-Trace" => SENTRY_TRACE, :baggage => "tenant=acme,#{BAGGAGE}", "traceparent" => "x", "accept" => "*/*" }
    assert_same headers, Tracehop.strip(headers)
    assert_equal({ "accept" => "*/*", "baggage" => "tenant=acme" }, headers)
  end

  def test_a_signed_header_is_not_touched
    headers = { "Authorization" => "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=baggage;host, Signature=y" }
    outcome = inject(headers)
    assert_equal %w[Authorization sentry-trace], headers.keys
    assert_equal [:header_signed], codes(outcome.findings)
  end

  def test_a_message_of_a_wrong_type_raises
    ["text", nil, 7, Object.new].each do |wrong|
      error = assert_raises(TypeError) { inject(wrong) }
      assert_match(/headers takes a Hash, .*, not #{wrong.class}/, error.message)
      assert_raises(TypeError) { Tracehop.strip(wrong) }
    end
    error = assert_raises(TypeError) { @propagator.inject(nil, URL, {}) }
    assert_equal "context takes a Tracehop::TraceContext, not NilClass", error.message
  end

  def test_cors
    assert_equal "X-Own, sentry-trace, baggage", @propagator.allow_headers("X-Own")
    assert_equal "*", @propagator.allow_headers("*")
    assert_equal %w[baggage], @propagator.missing_cors_headers({ "access-control-allow-headers" => "Sentry-Trace" })
    assert_equal [], @propagator.missing_cors_headers([["Access-Control-Allow-Headers", "*"]])
    answer = Net::HTTPOK.new("1.1", "200", "OK")
    2.times { |index| answer.add_field("Access-Control-Allow-Headers", Tracehop::HEADER_NAMES[index]) }
    assert_equal [], @propagator.missing_cors_headers(answer)
    assert_equal %w[sentry-trace baggage], @propagator.missing_cors_headers({ access_control_allow_headers: "x" })
    assert_equal [], @propagator.missing_cors_headers({ access_control_allow_headers: "baggage, sentry-trace" })
  end
end
