# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/echo"
require "faraday"
require "tracehop/faraday"
require "tracehop/net_http"

# Net::HTTP and Faraday for real: headers by target, again on redirects, and nothing without a context.
class TestClients < Minitest::Test
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

  def test_net_http_prepended_for_all_connections
    script = <<~RUBY
      require "tracehop/net_http"
      propagator = Tracehop::Propagator.new
      Net::HTTP.prepend(Tracehop::NetHTTP.new(propagator))
      Tracehop.use(propagator.continue_trace({ "sentry-trace" => "#{SENTRY_TRACE}" })) { Net::HTTP.get(URI("#{@own.url}")) }
    RUBY
    assert system(RbConfig.ruby, "-w", *$LOAD_PATH.flat_map { |path| ["-I", path] }, "-e", script)
    assert_match(/\A#{TRACE_ID}-\h{16}-1\z/, @own.seen.last.first)
  end

  # Follows one redirect with the same env, as faraday_middleware's FollowRedirects does.
  class Follow < Faraday::Middleware
    def call(env)
      body = env[:body]
      @app.call(env).on_complete do |answer|
        next unless answer[:status] == 302

        answer[:url] = URI(answer[:response_headers]["location"])
        answer[:body] = body
        %i[status response response_headers].each { |key| answer.delete(key) }
        @app.call(answer)
      end
    end
  end

  def connection
    Faraday.new do |stack|
      stack.use Follow
      stack.use Tracehop::FaradayMiddleware, @propagator
      stack.adapter :net_http
    end
  end

  def test_faraday_by_target_and_again_on_a_redirect
    within { connection.get(@own.url("/away"), nil, "baggage" => "tenant=acme") }
    assert_equal [[ours.first, "tenant=acme,#{ours.last}"]], @own.seen
    assert_equal [[nil, "tenant=acme"]], @other.seen
  end

  def test_a_header_that_aws_signed_is_not_touched
    signed = "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=baggage;host;sentry-trace, Signature=b"
    within { connection.get(@own.url, nil, "Authorization" => signed, "Baggage" => "tenant=acme") }
    assert_equal [[nil, "tenant=acme"]], @own.seen
  end

  def test_a_wrong_propagator_raises
    [-> { Tracehop::NetHTTP.new(nil) }, -> { Tracehop::FaradayMiddleware.new(nil, nil) }].each do |wrong|
      assert_match(/takes a Tracehop::Propagator, not NilClass/, assert_raises(TypeError, &wrong).message)
    end
  end
end
