# frozen_string_literal: true

require "tracehop"
require_relative "job"

module Tracehop
  # Lets Sidekiq jobs carry the context in which they were pushed. A retry keeps its trace; a job that was pushed without
  # a context (by cron) starts its own.
  #
  # @example
  #   require "tracehop/sidekiq"
  #   Sidekiq.configure_client { |config| config.client_middleware { |chain| chain.add Tracehop::Sidekiq::Client } }
  #   Sidekiq.configure_server do |config|
  #     config.client_middleware { |chain| chain.add Tracehop::Sidekiq::Client }
  #     config.server_middleware { |chain| chain.add Tracehop::Sidekiq::Server, propagator }
  #   end
  module Sidekiq
    # Client middleware: runs when a job is pushed.
    class Client
      # @param job [Hash] the job, which is written to Redis
      def call(_worker, job, _queue, _redis = nil)
        headers = Job.headers(job[Job::KEY])
        job[Job::KEY] = headers unless headers.empty?
        yield
      end
    end

    # Server middleware: runs when a job runs.
    class Server
      # @param propagator [Propagator]
      def initialize(propagator)
        @propagator = Given.propagator(propagator, self.class)
      end

      # @param job [Hash]
      def call(_worker, job, _queue, &)
        Job.run(@propagator, job[Job::KEY], &)
      end
    end
  end
end
