# frozen_string_literal: true

require_relative "workloads"

# The subjects: each has, for each workload, a statement that uses `it`, and the inputs for `it`.
module Subjects
  HOP = "PROPAGATOR.continue_trace(it).headers"
  # A middleware writes into the env of its request.
  REQUEST = "STACK.call(it.dup)"
  ANSWER = [200, { "content-type" => "application/json", "content-length" => "2", "cache-control" => "no-store" }.freeze, ["{}"].freeze].freeze
  APP = ->(_env) { ANSWER }
  OFFICIAL = { "W1" => ["Transaction.from_sentry_trace(it)", Workloads::SENTRY_TRACE], "W9" => [REQUEST, Workloads::ENVS] }.freeze

  # tracehop and its floor, which has the same classes.
  def self.faces(root)
    root.const_set(:PROPAGATOR, root::Propagator.new(trace_propagation_targets: Workloads::TARGETS))
    contexts = Workloads::HEADERS.map { |headers| root::PROPAGATOR.continue_trace(headers) }
    works = {
      "W1" => ["SentryTrace.parse(it)", Workloads::SENTRY_TRACE],
      "W2" => ["Baggage.parse(it).sentry", Workloads::BAGGAGE],
      "W3" => ["PROPAGATOR.continue_trace(it)", Workloads::HEADERS],
      "W4" => ["it.headers", contexts],
      "W5" => [HOP, Workloads::HEADERS],
      "W6" => ["PROPAGATOR.allows(it)", Workloads::URLS],
      "W7" => ["it.meta_tags", contexts],
      **Workloads::HOSTILE.transform_values { |headers| [HOP, headers] }
    }
    [works, root]
  end

  # An app with tracehop.
  def self.tracehop
    works, root = faces(Tracehop)
    root.const_set(:STACK, Tracehop::Middleware.new(APP, propagator: Tracehop::Propagator.new))
    [{ **works, "W9" => [REQUEST, Workloads::ENVS] }, root]
  end

  # The bare app.
  module Bare
    STACK = APP
  end

  # The SDK with a rate of 0: it propagates and records nothing, as tracehop does.
  def self.official
    Sentry.init do |config|
      config.dsn = "https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1"
      config.transport.transport_class = Sentry::DummyTransport
      config.background_worker_threads = 0
      config.public_send(config.respond_to?(:sdk_logger=) ? :sdk_logger= : :logger=, Logger.new(nil))
      config.traces_sample_rate = 0.0
    end
    Sentry.const_set(:STACK, Sentry::Rack::CaptureExceptions.new(APP))
    [OFFICIAL, Sentry]
  end

  ALL = {
    "tracehop" => lambda {
      require "tracehop"
      tracehop
    },
    "floor" => lambda {
      require "tracehop_floor_ruby"
      faces(TracehopFloor)
    },
    # Debian's release reads no baggage: it has only W1. The figures of the newer one are in figures.json.
    "sentry-ruby-core" => lambda {
      require "sentry-ruby"
      official
    },
    "bare" => -> { [{ "W9" => [REQUEST, Workloads::ENVS] }, Bare] }
  }.freeze

  # A function of (inputs, passes): the loop contains the statement itself, not a call. Its constants are the subject's.
  def self.runner(statement, root)
    root.module_eval(<<~RUBY, __FILE__, __LINE__ + 1)
      lambda do |inputs, passes|
        at, end_at, size = 0, passes * inputs.size, inputs.size
        while at < end_at
          it = inputs[at % size]
          #{statement}
          at += 1
        end
      end
    RUBY
  end
end
