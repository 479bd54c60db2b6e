# frozen_string_literal: true

require "tracehop"
require_relative "job"

module Tracehop
  # Lets ActiveJob jobs carry the context in which they were enqueued, on every queue. A retry keeps its trace; a job
  # that was enqueued without a context starts its own.
  #
  # @example
  #   require "tracehop/active_job"
  #   class ApplicationJob < ActiveJob::Base
  #     include Tracehop::ActiveJob.new(propagator)
  #   end
  class ActiveJob < Module
    # The key of the Sentry SDK for Rails in a job's data.
    SENTRY = "_sentry"
    private_constant :SENTRY

    # @param propagator [Propagator]
    def initialize(propagator)
      super()
      @propagator = Given.propagator(propagator, self.class)
      define_serialize
      define_deserialize
    end

    # @return [String]
    def inspect
      "#<#{self.class}>"
    end

    private

    def included(job)
      super
      propagator = @propagator
      job.around_perform do |_job, perform|
        inline = Job.running? && !@tracehop_headers
        inline ? perform.call : Job.run(propagator, @tracehop_headers) { perform.call }
      end
    end

    def define_serialize
      define_method(:serialize) do
        data = super()
        sentry = data[SENTRY].is_a?(Hash) ? data[SENTRY] : {}
        headers = Job.headers(sentry[Job::KEY] || @tracehop_headers)
        headers.empty? ? data : data.merge(SENTRY => sentry.merge(Job::KEY => headers))
      end
    end

    def define_deserialize
      define_method(:deserialize) do |data|
        super(data)
        sentry = data[SENTRY]
        @tracehop_headers = sentry[Job::KEY] if sentry.is_a?(Hash)
      end
    end
  end
end
