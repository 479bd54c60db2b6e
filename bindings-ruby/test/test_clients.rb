# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/at_once"
require_relative "servers/echo"
require "aws-sigv4"
require "excon"
require "faraday"
require "faraday_middleware"
require "tracehop/excon"
require "tracehop/faraday"
require "tracehop/net_http"

# Real requests by HTTP clients: headers by target, decided again on redirects, and none without a context.
class TestClients < Minitest::Test
  include AtOnce
  include Samples

  def setup
    @other = Echo.new
    @own = Echo.new(redirect: @other.url("/landed"))
    @propagator = propagator(trace_propagation_targets: [Tracehop::Origin.new("http://127.0.0.1:#{@own.port}")])
    @context = @propagator.continue_trace(INCOMING)
  end

  def teardown
    [@own, @other].each(&:stop)
  end

  def ours
    [@context.sentry_trace, @context.baggage]
  end

  def within(&)
    Tracehop.use(@context, &)
  end

  def http(server)
    Net::HTTP.new("127.0.0.1", server.port).extend(Tracehop::NetHTTP.new(@propagator))
  end

  def test_net_http_by_target
    within { [@own, @other].each { |server| assert_equal "ok", http(server).get("/x").body } }
    assert_equal [[ours], [[nil, nil]]], [@own.seen, @other.seen]
  end

  def test_net_http_without_a_context_and_with_one_of_the_callers
    http(@own).get("/")
    within { http(@own).get("/", "Sentry-Trace" => SENTRY_TRACE, "Baggage" => "tenant=acme") }
    within { http(@own).get("/", "Baggage" => "tenant=acme") }
    assert_equal [[nil, nil], [SENTRY_TRACE, "tenant=acme"], [ours.first, "tenant=acme,#{ours.last}"]], @own.seen
  end

  def test_net_http_sends_a_request_again_to_another_host
    request = Net::HTTP::Get.new("/", "Baggage" => "tenant=acme")
    within { [@own, @other, @own].each { |server| http(server).request(request) } }
    assert_equal [[ours.first, "tenant=acme,#{ours.last}"]] * 2, @own.seen
    assert_equal [[nil, "tenant=acme"]], @other.seen
  end

  def test_threads_of_net_http_mix_no_traces
    assert_threads_mix_no_traces(@own, @propagator) { |headers| http(@own).get("/", headers) }
  end

  def test_threads_that_share_a_connection_of_faraday_mix_no_traces
    connection = Faraday.new(@own.url) { |stack| stack.use Tracehop::FaradayMiddleware, @propagator }
    assert_threads_mix_no_traces(@own, @propagator) { |headers| connection.get("/", nil, headers) }
  end

  def test_threads_that_share_a_connection_of_excon_mix_no_traces
    connection = Excon.new(@own.url, middlewares: excon_stack)
    assert_threads_mix_no_traces(@own, @propagator) { |headers| connection.get(headers:) }
  end

  # open-uri uses Net::HTTP and follows redirects.
  def test_net_http_prepended_for_all_connections
    script = <<~RUBY
      require "tracehop/net_http"
      require "open-uri"
      propagator = Tracehop::Propagator.new(trace_propagation_targets: ["#{@own.url}"])
      Net::HTTP.prepend(Tracehop::NetHTTP.new(propagator))
      Tracehop.use(propagator.continue_trace({ "sentry-trace" => "#{SENTRY_TRACE}" })) { URI.open("#{@own.url("/away")}").read }
    RUBY
    assert system(*RUBY, "-w", "-e", script)
    assert_match(/\A#{TRACE_ID}-\h{16}-1\z/, @own.seen.last.first)
    assert_equal [[nil, nil]], @other.seen
  end

  def test_net_http_by_target_over_tls
    secure = Echo.new(tls: true)
    %w[https http].each do |scheme|
      targets = propagator(trace_propagation_targets: [Tracehop::Origin.new("#{scheme}://127.0.0.1:#{secure.port}")])
      http = Net::HTTP.new("127.0.0.1", secure.port).extend(Tracehop::NetHTTP.new(targets))
      http.use_ssl, http.verify_mode = true, OpenSSL::SSL::VERIFY_NONE
      within { http.get("/") }
    end
    assert_equal [ours, [nil, nil]], secure.seen
  ensure
    secure.stop
  end

  def connection
    Faraday.new do |stack|
      stack.use FaradayMiddleware::FollowRedirects
      stack.use Tracehop::FaradayMiddleware, @propagator
      stack.adapter :net_http
    end
  end

  def test_faraday_by_target_and_again_on_a_redirect
    within { connection.get(@own.url("/away"), nil, "baggage" => "tenant=acme") }
    assert_equal [[ours.first, "tenant=acme,#{ours.last}"]], @own.seen
    assert_equal [[nil, "tenant=acme"]], @other.seen
  end

  def test_faraday_tries_again_with_the_same_headers
    tries = 0
    again = Faraday.new do |stack|
      stack.request :retry, max: 1, interval: 0, exceptions: [IOError]
      stack.use Tracehop::FaradayMiddleware, @propagator
      stack.adapter(:test) { |stub| stub.get("/") { |env| (tries += 1) < 2 ? raise(IOError) : [200, env.request_headers, ""] } }
    end
    answer = within { again.get(@own.url, nil, "baggage" => "tenant=acme") }
    assert_equal [2, ours.first, "tenant=acme,#{ours.last}"], [tries, *answer.headers.values_at(*Tracehop::HEADER_NAMES.first(2))]
  end

  # Headers of another tracer and of the user.
  THEIRS = { "traceparent" => "00-#{"a" * 32}-#{"b" * 16}-01", "tracestate" => "x=1", "baggage" => "sentry-release=theirs,tenant=acme" }.freeze

  def assert_theirs_arrived(server, baggage)
    server.headers.each { |headers| assert_equal THEIRS.merge("baggage" => baggage), headers.slice(*THEIRS.keys) }
  end

  def test_what_another_tracer_wrote_is_never_removed_by_net_http
    within { http(@other).get("/", THEIRS) }
    http = http(@other).start
    within { http.request(Net::HTTP::Get.new("/", THEIRS)) }
    http.finish
    assert_theirs_arrived(@other, THEIRS["baggage"])
    request = Net::HTTP::Get.new("/", THEIRS)
    within { [@own, @own].each { |server| http(server).request(request) } }
    assert_theirs_arrived(@own, "tenant=acme,#{ours.last}")
    within { http(@other).request(request) }
    assert_theirs_arrived(@other, THEIRS["baggage"])
  end

  def test_what_another_tracer_wrote_is_never_removed_by_faraday
    within { connection.get(@own.url("/away"), nil, THEIRS) }
    assert_theirs_arrived(@own, "tenant=acme,#{ours.last}")
    assert_theirs_arrived(@other, THEIRS["baggage"])
  end

  def test_a_header_changed_after_it_was_written_is_kept
    request = Net::HTTP::Get.new("/")
    within { http(@own).request(request) }
    request["Sentry-Trace"] = SENTRY_TRACE
    within { http(@own).request(request) }
    assert_equal [ours, [SENTRY_TRACE, ours.last]].map(&:first), @own.seen.map(&:first)
  end

  def test_a_request_object_sent_again_carries_the_current_trace
    request = Net::HTTP::Get.new("/", "Baggage" => "tenant=acme")
    contexts = Array.new(2) { @propagator.start_trace }
    contexts.each { |context| Tracehop.use(context) { http(@own).request(request) } }
    http(@own).request(request)
    assert_equal [*contexts.map { |context| [context.sentry_trace, "tenant=acme,#{context.baggage}"] }, [nil, "tenant=acme"]], @own.seen
  end

  def test_a_removed_header_is_restored_for_another_host
    @context = @propagator.continue_trace({ "sentry-trace" => SENTRY_TRACE })
    theirs = "sentry-release=theirs"
    request = Net::HTTP::Get.new("/", "Baggage" => theirs)
    within { [@own, @other].each { |server| http(server).request(request) } }
    within { connection.get(@own.url("/away"), nil, "baggage" => theirs) }
    assert_equal [[@context.sentry_trace, nil]] * 2, @own.seen
    assert_equal [[nil, theirs]] * 2, @other.seen
  end

  def test_a_callers_bytes_are_restored_for_another_host
    theirs = "user=gr\xFC\xDF".b
    request = Net::HTTP::Get.new("/", "Baggage" => theirs)
    within { [@own, @other].each { |server| http(server).request(request) } }
    assert_equal [[ours.first.b, "#{theirs},#{ours.last}".b], [nil, theirs]], [@own, @other].map { |server| server.seen.first.map { |line| line&.b } }
  end

  def excon_stack
    Excon.defaults[:middlewares] + [Tracehop::ExconMiddleware.for(@propagator), Excon::Middleware::RedirectFollower]
  end

  def excon(server, path, headers)
    within { Excon.get(server.url(path), headers:, middlewares: excon_stack) }
  end

  def test_excon_by_target_and_again_on_a_redirect
    excon(@own, "/away", THEIRS)
    assert_equal [[ours.first, "tenant=acme,#{ours.last}"]], @own.seen
    assert_theirs_arrived(@other, THEIRS["baggage"])
    assert_equal [nil], @other.seen.map(&:first)
  end

  SIGNER = Aws::Sigv4::Signer.new(service: "s3", region: "eu", access_key_id: "id", secret_access_key: "secret")
  SIGNED = %w[x-amz-date x-amz-content-sha256 baggage host].freeze

  def test_the_whole_url_is_what_excon_decides_by
    seen = []
    stack = Excon.defaults[:middlewares] + [Tracehop::ExconMiddleware.for(propagator(trace_propagation_targets: [->(url) { seen << url }]))]
    Excon.stub({}, {})
    get = ->(url, **options) { within { Excon.get(url, mock: true, middlewares: stack, **options) } }
    get.("http://[::1]:81/x?a=1") && get.("https://api.test/x", query: { b: "2 3" }) && get.("unix:///x", socket: "/tmp/x")
    assert_equal ["http://[::1]:81/x?a=1", "https://api.test:443/x?b=2+3"], seen
  ensure
    Excon.stubs.clear
  end

  def signed(headers)
    headers.merge(SIGNER.sign_request(http_method: "GET", url: @own.url, headers: headers).headers)
  end

  # AWS signs the received headers again and compares the signatures.
  def test_headers_signed_by_aws_arrive_unchanged
    within { connection.get(@own.url, nil, signed("baggage" => "tenant=acme")) }
    within { http(@own).get("/", signed("baggage" => "tenant=acme")) }
    2.times do |index|
      arrived = @own.headers[index]
      assert_equal arrived["authorization"], signed(arrived.slice(*SIGNED))["authorization"]
    end
    assert_equal [[ours.first, "tenant=acme"]] * 2, @own.seen
  end

  def test_trace_headers_signed_by_aws_are_not_changed
    within { connection.get(@own.url, nil, signed("sentry-trace" => "", "baggage" => "tenant=acme")) }
    assert_equal "tenant=acme", @own.seen.first.last
    refute_equal ours.first, @own.seen.first.first
  end

  def test_a_wrong_propagator_raises
    [-> { Tracehop::NetHTTP.new(nil) }, -> { Tracehop::FaradayMiddleware.new(nil, nil) }, -> { Tracehop::ExconMiddleware.for(nil) }].each do |wrong|
      assert_match(/takes a Tracehop::Propagator, not NilClass/, assert_raises(TypeError, &wrong).message)
    end
  end
end
