# frozen_string_literal: true

# Requests of several threads at the same time, each under a trace of its own.
module AtOnce
  # The block sends one request with the headers that it is given to the server `own`.
  def assert_threads_mix_no_traces(own, propagator)
    4.times.map do
      Thread.new do
        10.times do
          context = propagator.start_trace
          Tracehop.use(context) { yield({ "X-Expected" => context.sentry_trace }) }
        end
      end
    end.each(&:join)
    seen = own.headers.map { |headers| headers.values_at("x-expected", "sentry-trace") }
    assert_equal 40, seen.uniq.size
    seen.each { |expected, arrived| assert_equal expected, arrived }
  end
end
