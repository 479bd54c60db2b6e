# frozen_string_literal: true

require_relative "test_helper"
require "objspace"
require "open3"

# The compiled part marks every Ruby object it uses and leaks no memory. `rake long` runs five million hops, and every vector
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

  def test_every_vector_passes_under_gc_stress
    stressed("young")
  end

  def test_some_vectors_pass_under_full_gc_stress
    stressed("full", "-n", FULL)
  end

  def test_a_context_is_as_large_as_its_texts
    continued = ->(headers) { ObjectSpace.memsize_of(Tracehop::Propagator.new.continue_trace(headers)) }
    trace = { "sentry-trace" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1" }
    baggage = "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.25"
    assert_operator continued.call(trace), :<, 300
    assert_equal baggage.size, continued.call(trace.merge("baggage" => baggage)) - continued.call(trace)
  end

  # A context stores only its own members of a line.
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

  # A long header is not copied.
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

  # The object is the context. Fiber storage (since Ruby 3.2) allocates further objects.
  unless Fiber.respond_to?(:[])
    def test_a_request_through_the_middleware_makes_one_object
      assert_equal "100", run!({ "RUBYOPT" => nil }, "memory/request.rb")
    end
  end
end
