# frozen_string_literal: true

module Tracehop
  # What the job queues' adapters share: how the headers of a trace stand in a job's payload.
  module Job
    # Where the Sentry SDKs keep them, so that a job may go from one to the other.
    KEY = Native::JOB_KEY

    # The headers a job goes out with: those it has (a retry keeps its trace), else those of the current context.
    def self.headers(existing)
      existing = {} unless existing.is_a?(Hash)
      context = Tracehop.current
      context ? existing.merge(context.headers(existing)).reject { |_, value| value.empty? } : existing
    end

    # True if the calling code already serves a request or a job.
    def self.running?
      Sentry.installed? ? Sentry.running? : !Tracehop.current.nil?
    end

    # Runs the job within the trace it carries; without one it starts its own. Inside of a Sentry SDK that works through
    # tracehop it has one already.
    def self.run(propagator, headers, &)
      return yield if Sentry.running?

      propagator = Sentry.propagator_or(propagator)
      Tracehop.use(propagator.continue_trace(headers.is_a?(Hash) ? headers : {}), &)
    end
  end
  private_constant :Job
end
