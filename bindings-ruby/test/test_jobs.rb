# frozen_string_literal: true

require_relative "test_helper"
require "socket"
require "tmpdir"

# Sidekiq and ActiveJob with a real Redis and a worker process.
class TestJobs < Minitest::Test
  include Samples

  WORKER = File.join(__dir__, "servers/worker.rb")
  NAMES = %w[pushed pushed-nested fails fails active active-fails active-fails outside active-outside cron active-cron].freeze

  # Redis and the worker run once for all tests.
  def self.seen
    @seen ||= Dir.mktmpdir do |folder|
      port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
      ENV["REDIS_URL"] = "redis://127.0.0.1:#{port}/0"
      redis = spawn("redis-server", "--port", port.to_s, "--bind", "127.0.0.1", "--save", "", "--dir", folder, out: File::NULL)
      require WORKER
      push
      worker = spawn(*RUBY, "-S", "sidekiq", "-q", "default", "-c", "2",
                     "-r", WORKER, out: "#{folder}/log", err: "#{folder}/log")
      results("#{folder}/log")
    ensure
      [worker, redis].compact.each { |pid| Process.kill(:TERM, pid) && Process.wait(pid) }
    end
  end

  def self.push
    sleep 0.05 until redis_answers?
    Tracehop.use(PROPAGATOR.continue_trace(Samples::INCOMING)) do
      %w[pushed fails].each { |name| Plain.perform_async(name) }
      %w[active active-fails].each { |name| Framework.perform_later(name) }
      SCHEDULE.each { |name, job| Sidekiq::Cron::Job.create(name:, cron: "* * * * * *", class: job.name, args: [name]) }
    end
    Plain.perform_async("outside")
    Framework.perform_later("active-outside")
  end

  def self.redis_answers?
    Sidekiq.redis(&:ping)
  rescue Redis::CannotConnectError
    false
  end

  def self.results(log)
    300.times do
      seen = Sidekiq.redis { |redis| redis.lrange("seen", 0, -1) }.map { |text| JSON.parse(text, symbolize_names: true) }
      return seen if seen.map { |fact| fact[:name] }.sort == NAMES.sort

      sleep 0.1
    end
    raise "the jobs did not run within 30 s: #{File.read(log)}"
  end

  def seen(name)
    self.class.seen.select { |fact| fact[:name] == name }
  end

  def test_a_job_belongs_to_the_trace_it_was_pushed_in
    %w[pushed active].each { |name| assert_equal [[TRACE_ID, BAGGAGE]], seen(name).map { |fact| fact.values_at(:trace, :baggage) } }
    assert_equal [TRACE_ID], seen("pushed-nested").map { |fact| fact[:trace] }
    refute_equal seen("pushed").first[:parent], seen("pushed-nested").first[:parent]
  end

  def test_a_retry_keeps_its_trace_and_parent
    %w[fails active-fails].each do |name|
      assert_equal [TRACE_ID] * 2, seen(name).map { |fact| fact[:trace] }
      assert_equal 1, seen(name).map { |fact| fact[:parent] }.uniq.size
    end
  end

  # Even if the schedule itself was written within a trace.
  def test_a_cron_and_a_job_pushed_outside_of_a_trace_start_their_own
    traces = %w[cron active-cron outside active-outside].flat_map { |name| seen(name).map { |fact| fact.values_at(:trace, :parent) } }
    assert_equal 4, traces.map(&:first).uniq.size
    assert_equal [nil] * 4, traces.map(&:last)
    refute_includes traces.map(&:first), TRACE_ID
  end
end
