# frozen_string_literal: true

require_relative "test_helper"
require "rack"
require "rack/lint"

# The middleware without a server: when the context is current, and what becomes of answers.
class TestMiddleware < Minitest::Test
  include Samples

  ENV_IN = { "HTTP_SENTRY_TRACE" => SENTRY_TRACE, "HTTP_BAGGAGE" => BAGGAGE }.freeze

  # A lazy body that tells what was current in each of its calls.
  class Lazy
    attr_reader :seen

    def initialize = @seen = []
    def each = yield((@seen << Tracehop.current&.trace_id).last.to_s)
    def close = @seen << [:close, Tracehop.current&.trace_id]
  end

  def call(app, env = ENV_IN, **options)
    Tracehop::Middleware.new(app, propagator: propagator(**options)).call(Rack::MockRequest.env_for("/", env.dup))
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

  def test_a_body_keeps_what_it_is
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

  def test_it_passes_racks_own_lint
    app = Rack::Lint.new(->(_) { [200, { "content-type" => "text/plain" }, ["ok"]] })
    stack = Rack::Lint.new(Tracehop::Middleware.new(app, propagator: propagator))
    assert_equal "ok", Rack::MockRequest.new(stack).get("/", ENV_IN).body
  end

  def test_cors_names_join_answers_that_list_some
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

  def test_meta_tags_of_the_running_request
    tags = ->(*control) { call(->(_) { [Tracehop.meta_tags(*control), {}, []] }).first }
    assert_equal TRACE_ID, propagator.continue_html(tags.()).trace_id
    assert_equal TRACE_ID, propagator.continue_html(tags.("private, max-age=60")).trace_id
    ["public", "max-age=1, s-maxage=60", "immutable"].each { |control| assert_equal "", tags.(control) }
    assert_equal "", Tracehop.meta_tags
    assert Tracehop.shared_cache?("public")
    refute Tracehop.shared_cache?(nil)
  end

  def test_a_wrong_type_of_cache_control_raises
    assert_match(/cache_control takes a String, not Integer/, assert_raises(TypeError) { Tracehop.shared_cache?(7) }.message)
  end

  def test_a_page_that_gets_no_tags_is_told_why
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

  def test_the_env_is_not_changed
    env = Rack::MockRequest.env_for("/", ENV_IN.dup).freeze
    assert_equal 200, Tracehop::Middleware.new(->(_) { [200, {}, []] }, propagator: propagator).call(env).first
  end

  def test_a_wrong_propagator_raises
    error = assert_raises(TypeError) { Tracehop::Middleware.new(->(_) {}, propagator: nil) }
    assert_match(/Tracehop::Middleware takes a Tracehop::Propagator, not NilClass/, error.message)
    assert_raises(ArgumentError) { Tracehop::Middleware.new(->(_) {}) }
  end
end
