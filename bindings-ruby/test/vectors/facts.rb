# frozen_string_literal: true

# The values of a context that a vector may expect, by key.
module Facts
  GETTERS = %i[trace_id span_id parent_span_id sampled parent_sampled sample_rate sample_rand findings sentry_trace
               baggage traceparent].freeze

  module_function

  def of(context, propagator, saw)
    GETTERS.to_h { |name| [name, -> { context.public_send(name) }] }.merge(
      dynamic_sampling_context: -> { context.dynamic_sampling_context.to_a },
      link: -> { context.link&.to_s },
      headers: -> { context.headers.to_a },
      meta_tags: -> { context.meta_tags.to_str },
      environ: -> { context.environ.to_a },
      envelope_trace: -> { propagator.envelope_trace(context).to_a },
      sampler_saw: -> { saw.last }
    )
  end
end
