# frozen_string_literal: true

# Sends requests from several threads at the same time, each in its own trace.
module AtOnce
  # The trace id of each request to a server, and the body of its response.
  def answers_at_once(server, path)
    8.times.map do
      Thread.new do
        Array.new(25) do
          id, header = fresh_trace
          [id, server.get(path, "sentry-trace" => header).body]
        end
      end
    end.flat_map(&:value)
  end

  # The block sends one request with the given headers to the server `own`.
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
