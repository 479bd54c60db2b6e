# frozen_string_literal: true

require_relative "test_helper"
require "open3"

# The current context belongs to one fiber: requests that share a thread never mix.
class TestCurrent < Minitest::Test
  include Samples

  def test_use_restores_what_was_current
    outer, inner = Array.new(2) { propagator.start_trace }
    answer = Tracehop.use(outer) do
      assert_raises(RuntimeError) { Tracehop.use(inner) { raise Tracehop.current.trace_id } }
      catch(:out) { Tracehop.use(inner) { throw :out } }
      assert_nil(Tracehop.use(nil) { Tracehop.current })
      Tracehop.current
    end
    assert_equal [outer, nil], [answer, Tracehop.current]
  end

  def test_a_wrong_type_of_context_raises
    error = assert_raises(TypeError) { Tracehop.use("x") { flunk } }
    assert_match(/TraceContext or nil, not String/, error.message)
  end

  def test_fibers_of_one_thread_never_mix
    contexts = Array.new(200) { propagator.start_trace }
    fibers = contexts.map do |context|
      Fiber.new do
        Tracehop.use(context) do
          5.times { Fiber.yield(Tracehop.current) }
        end
        nil
      end
    end
    5.times { assert_equal contexts, fibers.map(&:resume) }
    fibers.each(&:resume)
    assert_nil Tracehop.current
  end

  # A thread that a pool starts in one request later works for other requests.
  def test_fiber_storage_is_inherited_by_fibers_and_not_by_threads
    context = propagator.start_trace
    seen = Tracehop.use(context) { [Fiber.new { Tracehop.current }.resume, Thread.new { Tracehop.current }.value] }
    assert_equal [Fiber.respond_to?(:[]) ? context : nil, nil], seen.map(&:itself)
  end

  def test_a_wrapped_block_runs_within_the_context_that_wrapped_it
    context = propagator.start_trace
    block = Tracehop.use(context) { Tracehop.wrap { |number, add:| [Tracehop.current, number + add] } }
    assert_equal [context, 3], Thread.new { block.call(1, add: 2) }.value
    assert_equal [context, 3], block.call(1, add: 2)
    # As frameworks run the blocks of routes and callbacks.
    assert_equal [context, 3], Object.new.instance_exec(1, add: 2, &block)
    assert_nil Tracehop.current
  end

  def test_wrap_without_a_block_is_a_wrong_call
    assert_raises(ArgumentError) { Tracehop.wrap }
  end

  # As in ActionController::Live.
  def test_a_thread_with_the_copied_values_of_another_has_its_context
    context = propagator.start_trace
    locals = Tracehop.use(context) { Thread.current.keys.to_h { |key| [key, Thread.current[key]] } }
    assert_same(context, Thread.new { locals.each { |key, value| Thread.current[key] = value } && Tracehop.current }.value)
  end

  # Debian 12 has Ruby 3.1, which has no fiber storage.
  def test_fiber_storage_in_a_newer_ruby
    script, test = File.join(ENV.fetch("NODE_TESTS"), "newer_ruby.mjs"), File.join(__dir__, "node/newer_storage.rb")
    source = $LOADED_FEATURES.grep(%r{/tracehop/current\.rb\z}).first
    text, status = Open3.capture2("node", "--no-warnings", script, source, test, err: File::NULL)
    assert_equal [true, "4.0.0: outer outer inner outer nil, true\n"], [status.success?, text]
  end

  def test_two_thousand_requests_in_fibers_of_one_thread_never_mix
    app = Tracehop::Middleware.new(->(_) { [Fiber.yield(Tracehop.current.trace_id), {}, waiting] }, propagator: propagator)
    requests = Array.new(2_000) do
      id, header = fresh_trace
      [id, Fiber.new { app.call({ "REQUEST_METHOD" => "GET", "HTTP_SENTRY_TRACE" => header }).last.each(&:itself) }]
    end
    3.times { requests.shuffle.each { |id, fiber| assert_equal id, fiber.resume } }
  end

  # A body that waits twice.
  def waiting
    body = Object.new
    body.define_singleton_method(:each) { |&_| 2.times { Fiber.yield(Tracehop.current.trace_id) } }
    body
  end

  def test_threads_never_mix
    threads = Array.new(50) do
      Thread.new do
        context = propagator.start_trace
        Tracehop.use(context) { Array.new(40) { Thread.pass || Tracehop.current.equal?(context) }.all? }
      end
    end
    assert threads.all?(&:value)
  end
end
