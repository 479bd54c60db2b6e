# frozen_string_literal: true

require_relative "test_helper"
require "rack"
require "rack/lint"
require "rack/cors"

# The middleware without a server: when the context is current, and how responses are changed.
class TestMiddleware < Minitest::Test
  include Samples

  ENV_IN = { "HTTP_SENTRY_TRACE" => SENTRY_TRACE, "HTTP_BAGGAGE" => BAGGAGE }.freeze

  # A lazy body that records the current context in each of its calls.
  class Lazy
    attr_reader :seen

    def initialize = @seen = []
    def each = yield((@seen << Tracehop.current&.trace_id).last.to_s)
    def close = @seen << [:close, Tracehop.current&.trace_id]
  end

  MIDDLEWARE = %i[trust].freeze

  def call(app, env = ENV_IN, **options)
    ours = options.slice(*MIDDLEWARE)
    Tracehop::Middleware.new(app, propagator: propagator(**options.except(*MIDDLEWARE)), **ours).call(Rack::MockRequest.env_for("/", env.dup))
  end

  def test_the_context_is_current_until_the_body_is_closed_and_never_outside
    body = Lazy.new
    status, _, answer = call(->(_) { [Tracehop.current.trace_id, {}, body] })
    assert_equal TRACE_ID, status
    assert_nil Tracehop.current
    answer.each { |part| assert_equal TRACE_ID, part }
    answer.close
    assert_nil Tracehop.current
    assert_equal [TRACE_ID, [:close, TRACE_ID]], body.seen
  end

  def test_a_body_keeps_its_methods
    file = Struct.new(:to_path) { def each = yield("") }.new("/tmp/x")
    _, _, body = call(->(_) { [200, {}, file] })
    assert_equal "/tmp/x", body.to_path
    assert_respond_to body, :each
    refute_respond_to body, :call
    assert_raises(NoMethodError) { body.call }
    assert_nil body.close
    stream = ->(out) { out << Tracehop.current.trace_id }
    assert_equal [TRACE_ID], call(->(_) { [200, {}, stream] }).last.call([])
    assert_same ["a"].class, call(->(_) { [200, {}, ["a"]] }).last.class
  end

  def test_an_app_that_raises_leaves_no_context_behind
    assert_raises(RuntimeError) { call(->(_) { raise "app" }) }
    assert_nil Tracehop.current
  end

  def test_a_service_that_records_nothing_passes_the_position_on_unchanged
    headers = ->(_) { [200, Tracehop.current.headers, []] }
    middleware = Tracehop::Middleware.new(headers, propagator: propagator, records: false)
    _, sent, = middleware.call(Rack::MockRequest.env_for("/", ENV_IN.dup))
    assert_equal SENTRY_TRACE, sent["sentry-trace"]
    _, sent, = middleware.call(Rack::MockRequest.env_for("/"))
    assert_match(/\A\h{32}-\h{16}/, sent["sentry-trace"])
    refute_includes sent["sentry-trace"], TRACE_ID
  end

  def test_it_passes_racks_own_lint
    app = Rack::Lint.new(->(_) { [200, { "content-type" => "text/plain" }, ["ok"]] })
    stack = Rack::Lint.new(Tracehop::Middleware.new(app, propagator: propagator))
    assert_equal "ok", Rack::MockRequest.new(stack).get("/", ENV_IN).body
  end

  def test_cors_names_are_added_to_responses_that_list_names
    list = ->(headers, **options) { call(->(_) { [200, headers.freeze, []] }, **options)[1] }
    assert_equal({ "Access-Control-Allow-Headers" => "X, sentry-trace, baggage" }, list.({ "Access-Control-Allow-Headers" => "X" }))
    assert_equal({ "access-control-allow-headers" => "*" }, list.({ "access-control-allow-headers" => "*" }))
    with = { "access-control-allow-headers" => "*", "Access-Control-Allow-Credentials" => "true" }
    assert_equal "*, sentry-trace, baggage", list.(with)["access-control-allow-headers"]
    all = list.({ "Access-Control-Allow-Headers" => "X" }, propagate_traceparent: true)
    assert_equal "X, sentry-trace, baggage, traceparent, tracestate", all.values.first
    assert_equal({ "x" => "y" }, list.({ "x" => "y" }))
    assert_equal({ "access-control-allow-headers" => 7 }, list.({ "access-control-allow-headers" => 7 }))
    lines = { "access-control-allow-headers" => ["X, Baggage", "Y"] }
    assert_equal({ "access-control-allow-headers" => ["X, Baggage", "Y", "sentry-trace"] }, list.(lines))
  end

  def test_cors_names_are_added_to_headers_in_pairs
    given = [["Set-Cookie", "a=1"], ["Access-Control-Allow-Headers", "X"], ["Set-Cookie", "b=2"]].freeze
    _, headers, = call(->(_) { [200, given, []] })
    assert_equal [*given.values_at(0, 2), ["Access-Control-Allow-Headers", "X, sentry-trace, baggage"]], headers
  end

  def test_the_response_of_a_hijacked_request_is_returned_unchanged
    preflight = ENV_IN.merge("REQUEST_METHOD" => "OPTIONS", "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" => "baggage")
    [nil, :async, [-1, nil, nil], [-1, {}, []]].product([ENV_IN, preflight]).each do |response, env|
      response.nil? ? assert_nil(call(->(_) {}, env)) : assert_equal(response, call(->(_) { response }, env))
    end
  end

  # Refuses a preflight that has one unknown name.
  def cors(env)
    inner = Rack::Cors.new(->(_) { [200, {}, []] }) do
      allow do
        origins "https://page.test"
        resource "*", headers: %w[X-A], methods: [:get]
      end
    end
    preflight = { "REQUEST_METHOD" => "OPTIONS", "HTTP_ACCESS_CONTROL_REQUEST_METHOD" => "GET", "HTTP_ORIGIN" => "https://page.test" }
    call(inner, preflight.merge(env))
  end

  def test_a_preflight_reaches_a_cors_library_that_refuses_unknown_names
    [["sentry-trace,baggage", "sentry-trace, baggage"], ["x-a, baggage,Sentry-Trace", "x-a, sentry-trace, baggage"]].each do |asked, allowed|
      status, headers, = cors({ "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" => asked })
      assert_equal [200, allowed], [status, headers.to_h.transform_keys(&:downcase)["access-control-allow-headers"]]
    end
    ["sentry-trace,x-b", "x-b"].each do |asked|
      _, headers, = cors({ "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" => asked })
      refute headers.to_h.transform_keys(&:downcase).key?("access-control-allow-headers"), asked
    end
    _, headers, = cors({ "HTTP_ACCESS_CONTROL_REQUEST_HEADERS" => "baggage", "HTTP_ORIGIN" => "https://stranger.test" })
    refute headers.to_h.transform_keys(&:downcase).key?("access-control-allow-headers")
  end

  def test_nested_middlewares_start_one_trace
    seen = []
    inner = Tracehop::Middleware.new(->(env) { seen << env["tracehop.context"] << Tracehop.current && [200, {}, []] }, propagator: propagator)
    outer = ->(env) { (seen << Tracehop.current) && inner.call(env) }
    call(outer, {})
    assert_equal 1, seen.uniq.size
  end

  def test_an_env_that_is_used_again_keeps_its_context
    seen = []
    app = ->(status) { Tracehop::Middleware.new(->(_) { (seen << Tracehop.current) && [status, {}, Lazy.new] }, propagator: propagator) }
    page = Rack::MockRequest.new(Rack::Cascade.new([app.(404), app.(200)])).get("/", ENV_IN.dup)
    assert_equal [1, TRACE_ID, TRACE_ID], [seen.uniq.size, seen.last.trace_id, page.body]
    assert_nil Tracehop.current
  end

  def test_options
    entry = call(->(_) { [Tracehop.current, {}, []] }, trust: false).first
    assert_equal [TRACE_ID, nil], [entry.link.trace_id, entry.parent_span_id]
    by_path = ->(env) { env["PATH_INFO"] != "/" }
    assert_equal TRACE_ID, call(->(_) { [Tracehop.current, {}, []] }, trust: by_path).first.link.trace_id
    named = with_options(transaction_name: ->(env) { env["PATH_INFO"] }, env: {})
    assert_equal "/", named.dynamic_sampling_context["transaction"]
    ["/", %r{\A/}, ->(env) { env["PATH_INFO"] == "/" }, ["/health", "/"]].each { |rule| assert_nil with_options(exclude: rule) }
    told = []
    context = with_options(on_context: ->(*given) { told.concat(given) })
    assert_equal [context, Hash], [told.first, told.last.class]
  end

  def test_a_wrong_option_raises
    { trust: 7, exclude: 7, transaction_name: 7, on_context: 7, records: 7 }.each do |name, wrong|
      assert_match(/#{name} takes .*, not Integer/, assert_raises(TypeError) { with_options(name => wrong) }.message)
    end
  end

  def test_a_wrong_function_harms_no_request_and_is_reported_once
    broken = ->(*) { raise "broken" }
    %i[transaction_name trust exclude on_context].each do |name|
      middleware = Tracehop::Middleware.new(->(_) { [Tracehop.current, {}, []] }, propagator: propagator, name => broken)
      contexts = nil
      _, reported = capture_io { contexts = Array.new(2) { middleware.call(Rack::MockRequest.env_for("/", ENV_IN.dup)).first } }
      assert_equal 1, reported.scan(/tracehop: #{name} raised.*broken/m).size
      assert_match(/test_middleware.rb/, reported)
      contexts.each { |context| name == :trust ? assert_equal(TRACE_ID, context.link.trace_id) : assert_equal(TRACE_ID, context.trace_id) }
    end
  end

  def test_a_transaction_name_that_is_no_text_is_ignored
    [:symbol, 7, ["/"]].each { |name| assert_equal TRACE_ID, with_options(transaction_name: ->(_) { name }).trace_id }
  end

  def test_excluded_paths_are_compared_as_text_whatever_their_bytes
    excluded = ->(rule, path) { with_options(exclude: rule, env: ENV_IN.merge("PATH_INFO" => path)).nil? }
    ["/caf\u00e9", "/caf\u00e9".b].product([/\u00e9\z/, "/caf\u00e9"]).each { |path, rule| assert excluded.(rule, path) }
    ["/\xff", "/\xff".b, nil].each { |path| refute excluded.(/\u00e9/, path) }
    assert excluded.(%r{\A/up}, "/up\xff")
  end

  def with_options(env: ENV_IN, **options)
    app = ->(_) { [Tracehop.current, {}, []] }
    Tracehop::Middleware.new(app, propagator: propagator, **options).call(Rack::MockRequest.env_for("/", env.dup)).first
  end

  def test_a_sampler_receives_what_sentrys_samplers_read
    told = nil
    call(->(_) { [200, {}, []] }, {}, traces_sampler: ->(given) { (told = given) && 1 })
    assert_equal ["http.server", "/"], [told[:transaction_context][:op], told[:env]["PATH_INFO"]]
  end

  def test_meta_tags_of_the_running_request
    tags = ->(*control) { call(->(_) { [Tracehop.meta_tags(*control), {}, []] }).first }
    assert_equal TRACE_ID, propagator.continue_html(tags.()).trace_id
    assert_equal TRACE_ID, propagator.continue_html(tags.("private, max-age=60")).trace_id
    ["public", "max-age=1, s-maxage=60", "immutable", ["max-age=1", "public"]].each { |control| assert_equal "", tags.(control) }
    assert_equal "", Tracehop.meta_tags
    assert Tracehop.shared_cache?("public")
    refute Tracehop.shared_cache?(nil)
  end

  def test_a_wrong_type_of_cache_control_raises
    assert_match(/cache_control takes a String, not Integer/, assert_raises(TypeError) { Tracehop.shared_cache?(7) }.message)
  end

  def test_a_page_without_tags_receives_the_finding
    told = []
    tags = ->(control) { Tracehop.meta_tags(control) { |finding| told << finding.code } }
    Tracehop.use(incoming) { ["public", "private", nil].each(&tags) }
    tags.("public")
    assert_equal [:shared_cache], told
  end

  def test_rails_does_not_escape_the_tags
    page = IO.popen([*RUBY, File.join(__dir__, "rails_view.rb")], &:read)
    assert_equal TRACE_ID, propagator.continue_html(page).trace_id
    assert_match(%r{</head>&lt;escaped&gt;\nActiveSupport::SafeBuffer\n<meta }, page)
    assert_equal 4, page.scan("<meta ").size
  end

  def test_a_frozen_env_is_not_changed
    env = Rack::MockRequest.env_for("/", ENV_IN.dup).freeze
    assert_equal 200, Tracehop::Middleware.new(->(_) { [200, {}, []] }, propagator: propagator).call(env).first
  end

  def test_a_wrong_propagator_raises
    error = assert_raises(TypeError) { Tracehop::Middleware.new(->(_) {}, propagator: nil) }
    assert_match(/Tracehop::Middleware takes a Tracehop::Propagator, not NilClass/, error.message)
    assert_raises(ArgumentError) { Tracehop::Middleware.new(->(_) {}) }
  end
end
