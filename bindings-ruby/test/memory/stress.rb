# frozen_string_literal: true

# Loaded before the vectors: every call into the compiled part runs under GC.stress, so that an object that the compiled part
# uses but does not mark is freed immediately. STRESS is Ruby's own flag: 1 collects young objects, true all objects.

require "tracehop"

module Stress
  FLAG = ENV.fetch("STRESS") == "full" || 1
  TYPES = [Tracehop::Propagator, Tracehop::TraceContext, Tracehop::TraceLifetime, Tracehop::Baggage, Tracehop::SentryTrace,
           Tracehop::Traceparent, Tracehop::Outcome, Tracehop::Native].freeze

  def self.on(type)
    compiled = (type.instance_methods(false) + type.private_instance_methods(false)).reject do |name|
      type.instance_method(name).source_location || %i[new allocate].include?(name)
    end
    type.prepend(wrapper(compiled))
  end

  def self.wrapper(names)
    Module.new do
      names.each do |name|
        define_method(name) do |*arguments, **options, &block|
          before, GC.stress = GC.stress, FLAG
          super(*arguments, **options, &block)
        ensure
          GC.stress = before
        end
      end
    end
  end

  TYPES.each { |type| [type, type.singleton_class].each { |owner| on(owner) } }
end
