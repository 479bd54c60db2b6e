# frozen_string_literal: true

require "json"
require "sidekiq"
require "active_job"
require "sidekiq-cron"
require "tracehop/active_job"
require "tracehop/sidekiq"

PROPAGATOR = Tracehop::Propagator.new(traces_sample_rate: 1)

# Writes the trace that a job saw to a Redis list; for a job that runs every second, only the first.
module Tell
  def tell(name)
    return if name.end_with?("cron") && Sidekiq.redis { |redis| redis.incr(name) } > 1

    context = Tracehop.current
    facts = { name:, trace: context.trace_id, parent: context.parent_span_id, baggage: context.baggage }
    Sidekiq.redis { |redis| redis.rpush("seen", JSON.generate(facts)) }
  end
end

# Pushes another job, fails once, then succeeds.
class Plain
  include Sidekiq::Worker
  include Tell
  sidekiq_options retry: 2
  sidekiq_retry_in { 1 }

  def perform(name)
    tell(name)
    Plain.perform_async("#{name}-nested") if name == "pushed"
    return unless name == "fails" && Sidekiq.redis { |redis| redis.incr("tries") } < 2

    raise "once"
  end
end

# The same job by ActiveJob.
class Framework < ActiveJob::Base
  include Tracehop::ActiveJob.new(PROPAGATOR)
  include Tell
  self.queue_adapter = :sidekiq
  self.logger = Logger.new(nil)
  retry_on(IOError, wait: 1, attempts: 2) { nil }

  def perform(name)
    tell(name)
    raise IOError, "once" if name == "active-fails" && executions < 2
  end
end

# Cron jobs run every second, and the clock is checked every second.
SCHEDULE = { "cron" => Plain, "active-cron" => Framework }.freeze
Sidekiq.options[:cron_poll_interval] = 1

Sidekiq.configure_client { |config| config.client_middleware { |chain| chain.add Tracehop::Sidekiq::Client } }
Sidekiq.configure_server do |config|
  config.options[:average_scheduled_poll_interval] = 1 if config.respond_to?(:options)
  config.client_middleware { |chain| chain.add Tracehop::Sidekiq::Client }
  config.server_middleware { |chain| chain.add Tracehop::Sidekiq::Server, PROPAGATOR }
end
