# frozen_string_literal: true

require_relative "test_helper"
require "objspace"
require "open3"

# Nothing is held that Ruby does not know of, and nothing is kept. `rake long` runs five million hops, and every vector
# under full GC.stress.
class TestMemory < Minitest::Test
  HOPS = ENV.fetch("HOPS", "1000000")
  FULL = ENV.fetch("STRESSED", "/headers|lifetime|sampler|function/")

  def run!(env, *arguments)
    text, status = Open3.capture2e(env, *RUBY, *arguments, chdir: __dir__)
    assert status.success?, text[-2_000..] || text
    text
  end

  def stressed(how, *options)
    text = run!({ "STRESS" => how }, "-r", "./memory/stress.rb", "test_vectors.rb", *options)
    assert_match(/[1-9]\d* runs.* 0 failures, 0 errors/, text)
  end

  def test_every_vector_holds_under_gc_stress
    stressed("young")
  end

  def test_some_vectors_hold_under_full_gc_stress
    stressed("full", "-n", FULL)
  end

  def test_a_context_is_as_large_as_what_it_holds
    continued = ->(headers) { ObjectSpace.memsize_of(Tracehop::Propagator.new.continue_trace(headers)) }
    trace = { "sentry-trace" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1" }
    baggage = "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.25"
    assert_operator continued.call(trace), :<, 300
    assert_equal baggage.size, continued.call(trace.merge("baggage" => baggage)) - continued.call(trace)
  end

  # A context keeps nothing of the line around its own members.
  def test_a_context_keeps_no_third_party_members
    trace = { "sentry-trace" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1" }
    baggage = "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.25"
    propagator = Tracehop::Propagator.new
    ["a=1,", "a=#{"x" * 1_000},"].each do |foreign|
      line = foreign + baggage
      context = propagator.continue_trace(trace.merge("baggage" => line))
      line.replace("?" * line.size)
      assert_equal baggage, context.headers["baggage"]
      assert_equal baggage, context.child.baggage
      bare = ObjectSpace.memsize_of(propagator.continue_trace(trace))
      assert_equal baggage.size, ObjectSpace.memsize_of(context) - bare
    end
  end

  # Nothing of a long header is copied.
  def test_a_long_header_leaves_no_work_to_the_garbage_collector
    long = "a=1," * 250_000
    propagator, headers = Tracehop::Propagator.new, { "baggage" => long }
    GC.start
    GC.disable
    before = GC.stat(:malloc_increase_bytes)
    100.times { propagator.continue_trace(headers) }
    assert_operator GC.stat(:malloc_increase_bytes) - before, :<, 100_000
    assert_equal "a=1," * 250_000, long
  ensure
    GC.enable
  end

  def test_memory_stays_flat_over_many_hops
    early, late = run!({}, "memory/hops.rb", HOPS).split.map(&:to_i)
    puts "memory: #{early} KiB after a tenth of #{HOPS} hops, #{late} KiB at the end"
    assert_operator late, :<, early + 1_024
  end

  # The context. Fiber storage, which Ruby has since 3.2, takes objects of its own.
  unless Fiber.respond_to?(:[])
    def test_a_request_through_the_middleware_makes_one_object
      assert_equal "100", run!({ "RUBYOPT" => nil }, "memory/request.rb")
    end
  end
end
