# frozen_string_literal: true

require_relative "modern"
require_relative "legacy"

module Tracehop
  module Sentry
    # The places of the SDK that tracehop stands behind. Releases since 5.10 have a propagation context; those before 5.4
    # have transactions alone, and no baggage.
    module Seams
      RACK = [["Sentry::Rack::CaptureExceptions", :call]].freeze
      private_constant :RACK

      class << self
        # The first place that this release lacks, by its name.
        # @return [String, nil]
        def missing
          (generation::PLACES + RACK).filter_map { |owner, *methods| absent(owner, methods) }.first
        end

        # Once: a module that is prepended again stays where it is.
        def install
          generation.install
          tracehop.prepend(CurrentPosition)
          ::Sentry::Rack::CaptureExceptions.prepend(RackCall, RackTransaction)
          rails = ::Sentry::Rails::CaptureExceptions if defined?(::Sentry::Rails::CaptureExceptions)
          rails&.prepend(RackTransaction)
        end

        # The text of the sampling context of a span.
        def baggage(span)
          generation.baggage(span)
        end

        private

        def generation
          defined?(::Sentry::PropagationContext) || defined?(::Sentry::Baggage) ? Modern : Legacy
        end

        def tracehop
          Tracehop.singleton_class
        end

        def absent(owner, methods)
          return owner unless Object.const_defined?(owner)

          type = Object.const_get(owner)
          lacks = methods.find { |method| !all_methods(type).include?(method) }
          lacks && "#{owner}##{lacks}"
        end

        def all_methods(type)
          type.instance_methods + type.private_instance_methods + type.methods
        end
      end
    end

    # {Tracehop.current} of a process whose SDK works through tracehop.
    module CurrentPosition
      # @return [TraceContext, nil]
      def current
        Sentry.installed? ? Position.current : super
      end
    end
    private_constant :Seams, :CurrentPosition
  end
end
