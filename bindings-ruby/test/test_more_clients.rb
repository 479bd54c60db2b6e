# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/at_once"
require_relative "servers/echo"
require "http"
require "httpclient"
require "open3"
require "rest-client"
require "typhoeus"
require "tracehop/http_rb"
require "tracehop/httpclient"
require "tracehop/net_http"

# HTTP.rb, HTTPClient and rest-client decide separately for each URL of a redirect; Typhoeus, whose libcurl follows
# redirects, runs with redirects off.
class TestMoreClients < Minitest::Test
  include AtOnce
  include Samples

  # Headers of another tracer and of the user.
  THEIRS = { "traceparent" => "00-#{"a" * 32}-#{"b" * 16}-01", "tracestate" => "x=1", "baggage" => "sentry-release=theirs,tenant=acme" }.freeze

  # rest-client opens a new Net::HTTP connection for each request.
  TRACED = Module.new do
    def self.decide_by(propagator) = @traced = Tracehop::NetHTTP.new(propagator)
    def self.new_connection(connection) = connection.extend(@traced)
    def net_http_object(...) = TRACED.new_connection(super)
  end
  RestClient::Request.prepend(TRACED)

  CLIENTS = {
    http_rb: lambda do |propagator, url, headers|
      client = HTTP::Client.new(follow: {}).extend(Tracehop::HTTPRb.new(propagator))
      client.request(:get, url, headers:).to_s
    end,
    httpclient: lambda do |propagator, url, headers|
      client = HTTPClient.new
      client.request_filter << Tracehop::HTTPClientFilter.new(propagator)
      client.get(url, header: headers, follow_redirect: true).body
    end,
    rest_client: lambda do |propagator, url, headers|
      TRACED.decide_by(propagator)
      RestClient.get(url, headers).body
    end
  }.freeze

  def setup
    @other = Echo.new
    @own = Echo.new(redirect: @other.url("/landed"))
    @propagator = propagator(trace_propagation_targets: [Tracehop::Origin.new("http://127.0.0.1:#{@own.port}")], propagate_traceparent: true)
    @context = @propagator.continue_trace(INCOMING)
  end

  def teardown
    [@own, @other].each(&:stop)
  end

  def within(context = @context, &)
    Tracehop.use(context, &)
  end

  CLIENTS.each do |name, send|
    define_method("test_#{name}_by_target_and_again_on_a_redirect") do
      assert_equal("ok", within { send.call(@propagator, @own.url("/away"), { "Baggage" => "tenant=acme" }) })
      assert_equal [[@context.sentry_trace, "tenant=acme,#{@context.baggage}"]], @own.seen
      assert_equal @context.traceparent, @own.headers.first["traceparent"]
      assert_equal [[nil, "tenant=acme"]], @other.seen
      refute_includes @other.headers.first.keys, "traceparent"
    end

    define_method("test_what_others_wrote_is_never_removed_by_#{name}") do
      within { send.call(@propagator, @own.url("/away"), THEIRS) }
      assert_equal [[@context.sentry_trace, "tenant=acme,#{@context.baggage}"]], @own.seen
      [@own, @other].each { |server| assert_equal THEIRS["traceparent"], server.headers.first["traceparent"] }
      assert_equal THEIRS, @other.headers.first.slice(*THEIRS.keys)
    end

    define_method("test_#{name}_without_a_context_and_with_a_trace_of_the_callers") do
      send.call(@propagator, @own.url, {})
      within { send.call(@propagator, @own.url, { "Sentry-Trace" => SENTRY_TRACE }) }
      assert_equal [[nil, nil], [SENTRY_TRACE, nil]], @own.seen
    end

    define_method("test_threads_of_#{name}_mix_no_traces") do
      assert_threads_mix_no_traces(@own, @propagator) { |headers| send.call(@propagator, @own.url, headers) }
    end
  end

  def test_a_request_object_sent_again_carries_the_current_trace
    client = HTTP::Client.new.extend(Tracehop::HTTPRb.new(@propagator))
    request = client.build_request(:get, @own.url, headers: { "Baggage" => "tenant=acme" })
    contexts = Array.new(2) { @propagator.start_trace }
    [*contexts, nil].each { |context| within(context) { client.perform(request, client.default_options).flush } }
    expected = contexts.map { |context| [context.sentry_trace, "tenant=acme,#{context.baggage}"] }
    assert_equal [*expected, [nil, "tenant=acme"]], @own.seen
  end

  def test_the_query_is_part_of_the_url_that_httpclient_decides_by
    seen = []
    client = HTTPClient.new
    client.request_filter << Tracehop::HTTPClientFilter.new(propagator(trace_propagation_targets: [->(url) { seen << url }]))
    within { client.get(@own.url("/x?a=1"), query: { "b" => "2" }) }
    assert_equal [@own.url("/x?a=1&b=2")], seen.uniq
  end

  # As in the recipe.
  def test_typhoeus_that_follows_no_redirect
    headers = {}
    @propagator.inject(@context, @own.url("/away"), headers)
    response = Typhoeus.get(@own.url("/away"), headers:, followlocation: false)
    assert_equal [302, @other.url("/landed")], [response.code, response.headers["Location"]]
    assert_equal [@context.sentry_trace], @own.seen.map(&:first)
    assert_empty @other.seen
  end

  # OpenTelemetry's releases before 2025 have one patch for each client, later ones one for each version of its conventions.
  def test_what_opentelemetry_patches_is_left_to_it_in_every_release
    run = ->(*version) { Open3.capture3(*RUBY, File.join(__dir__, "servers/opentelemetry_patches.rb"), *version).first(2) }
    every = %w[net_http excon http_rb httpclient faraday grpc]
    assert_equal every.join(" "), run.("none").first
    [[], ["Dup"], ["Old"], ["Stable"]].each do |version|
      sent, warnings = run.(*version)
      assert_equal ["", every.size], [sent, warnings.scan("OpenTelemetry writes the trace headers of").size], version
    end
  end

  def test_a_wrong_propagator_raises
    [Tracehop::HTTPRb, Tracehop::HTTPClientFilter].each do |adapter|
      assert_match(/takes a Tracehop::Propagator, not NilClass/, assert_raises(TypeError) { adapter.new(nil) }.message)
    end
  end
end
