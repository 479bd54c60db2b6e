# frozen_string_literal: true

module Tracehop
  # Shared by the adapters of job queues: trace headers in a job's payload.
  module Job
    # The key that the Sentry SDKs use, so that jobs pass between them and tracehop.
    KEY = Native::JOB_KEY

    # The headers of a job to be pushed: those it has (a retry keeps its trace), else those of the current context.
    def self.headers(existing)
      existing = {} unless existing.is_a?(Hash)
      context = Tracehop.current
      context ? existing.merge(context.headers(existing)).reject { |_, value| value.empty? } : existing
    end

    # True if the calling code already runs in a request or a job.
    def self.running?
      Sentry.installed? ? Sentry.running? : !Tracehop.current.nil?
    end

    # Runs the job within the trace it carries; without one it starts a trace. If the Sentry SDK uses tracehop and runs
    # the job, the job already has a trace.
    def self.run(propagator, headers, &)
      return yield if Sentry.running?

      propagator = Sentry.propagator_or(propagator)
      Tracehop.use(propagator.continue_trace(headers.is_a?(Hash) ? headers : {}), &)
    end
  end
  private_constant :Job
end
