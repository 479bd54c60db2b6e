# frozen_string_literal: true

require_relative "test_helper"

# The compiled part is declared safe for Ractors, and propagators and contexts may be shared between them.
class TestRactor < Minitest::Test
  include Samples

  def setup
    @experimental = Warning[:experimental]
    Warning[:experimental] = false
  end

  def teardown
    Warning[:experimental] = @experimental
  end

  def test_every_ractor_may_make_its_own
    ractors = Array.new(4) do
      Ractor.new do
        own = Tracehop::Propagator.new(traces_sample_rate: 0.5, trace_propagation_targets: ["myapp", /x+/])
        Array.new(200) do
          context = own.continue_trace({ "sentry-trace" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1" })
          own.inject(context, "https://myapp.com/", headers = {})
          [headers["sentry-trace"], context.findings.size, Tracehop::Baggage.parse("sentry-a=1").sentry.size]
        end
      end
    end
    seen = ractors.flat_map(&:take)
    assert_equal 800, seen.map(&:first).uniq.size
    assert_equal [[1, 1]], seen.map { |facts| facts.last(2) }.uniq
  end

  def test_a_propagator_and_a_context_may_be_shared
    shared = Ractor.make_shareable(propagator(traces_sample_rate: 1))
    context = Ractor.make_shareable(shared.continue_trace(INCOMING))
    answer = Ractor.new(shared, context) { |service, before| Tracehop.use(before.child) { service.envelope_trace(Tracehop.current) } }.take
    assert_equal shared.envelope_trace(context), answer
  end

  # In a process of its own, because ActiveSupport's to_json works in the first Ractor only.
  def test_a_context_is_json_in_every_ractor
    script = "context = Tracehop::Propagator.new.start_trace; print Ractor.new(context, &:to_json).take == context.to_json"
    assert_equal "true", IO.popen([*RUBY, "-W0", "-r", "json", "-r", "tracehop", "-e", script], &:read)
  end

  def test_a_propagator_with_a_proc_of_this_ractor_may_not
    outside = Object.new
    assert_raises(Ractor::IsolationError) { Ractor.make_shareable(propagator(traces_sampler: ->(_) { outside })) }
  end
end
