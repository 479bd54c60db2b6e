# frozen_string_literal: true

require_relative "test_helper"
require "active_job"
require "tracehop/active_job"
require "tracehop/sidekiq"

# The job adapters without a queue: the contents of the payload, and jobs that run inline.
class TestActiveJob < Minitest::Test
  include Samples

  OURS = Tracehop::Propagator.new

  # Records the context in which it ran.
  class Job < ActiveJob::Base
    include Tracehop::ActiveJob.new(OURS)
    self.logger = Logger.new(nil)
    self.queue_adapter = :inline

    class << self
      attr_accessor :ran
    end

    def perform
      self.class.ran = Tracehop.current
    end
  end

  def test_the_payload_has_the_headers_under_the_key_of_sentrys_sdk
    context = incoming
    data = Tracehop.use(context) { Job.new.serialize }
    assert_equal context.headers, data.dig("_sentry", "trace_propagation_headers")
    refute Job.new.serialize.key?("_sentry")
    Job.execute(data)
    assert_equal [context.trace_id, context.span_id], [Job.ran.trace_id, Job.ran.parent_span_id]
    assert_nil Tracehop.current
  end

  # Writes like sentry-rails: an ApplicationJob's ancestors come before tracehop's module.
  module SDK
    HEADERS = { "sentry-trace" => Samples::SENTRY_TRACE, "baggage" => Samples::BAGGAGE }.freeze

    def serialize = super.merge("_sentry" => { "user" => 7, "trace_propagation_headers" => HEADERS })
  end

  class Base < ActiveJob::Base
    prepend SDK
  end

  class Traced < Base
    include Tracehop::ActiveJob.new(OURS)
  end

  def test_headers_that_the_sdk_wrote_stay
    data = Tracehop.use(OURS.start_trace) { Traced.new.serialize }
    assert_equal({ "user" => 7, "trace_propagation_headers" => SDK::HEADERS }, data["_sentry"])
  end

  def test_a_job_that_runs_in_place_belongs_to_the_running_request
    context = incoming
    Tracehop.use(context) { Job.perform_now }
    assert_same context, Job.ran
    Job.perform_now
    refute_nil Job.ran
    refute_equal TRACE_ID, Job.ran.trace_id
  end

  def test_malformed_payloads_never_raise
    data = Job.new.serialize
    [7, nil, "x", {}, { "trace_propagation_headers" => 7 }, { "trace_propagation_headers" => { "sentry-trace" => 7 } }].each do |odd|
      Job.execute(data.merge("_sentry" => odd))
      assert_nil Job.ran.parent_span_id
      assert Tracehop.use(incoming) { Job.deserialize(data.merge("_sentry" => odd)).serialize }
    end
  end

  def test_sidekiqs_middlewares_read_and_write_the_job_hash
    context = incoming
    job = {}
    Tracehop.use(context) { Tracehop::Sidekiq::Client.new.call("W", job, "q") { assert_equal :key, :key } }
    assert_equal context.headers, job["trace_propagation_headers"]
    Tracehop.use(incoming) { Tracehop::Sidekiq::Client.new.call("W", job, "q") { nil } }
    assert_equal context.headers, job["trace_propagation_headers"], "a retry keeps its trace"
    assert_equal context.trace_id, Tracehop::Sidekiq::Server.new(OURS).call(nil, job, "q") { Tracehop.current.trace_id }
    assert_match(/\h{32}/, Tracehop::Sidekiq::Server.new(OURS).call(nil, { "trace_propagation_headers" => "odd" }, "q") { Tracehop.current.trace_id })
    odd = { "trace_propagation_headers" => "odd" }
    Tracehop.use(context) { Tracehop::Sidekiq::Client.new.call("W", odd, "q") { nil } }
    assert_equal context.headers, odd["trace_propagation_headers"]
    assert_raises(TypeError) { Tracehop::Sidekiq::Server.new(nil) }
    assert_raises(TypeError) { Tracehop::ActiveJob.new(nil) }
  end
end
