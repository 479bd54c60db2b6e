# frozen_string_literal: true

require_relative "modern"
require_relative "legacy"

module Tracehop
  module Sentry
    # The SDK's methods that tracehop overrides. Releases since 5.10 have a propagation context; those before 5.4 have only
    # transactions, and no baggage.
    module Seams
      RACK = [["Sentry::Rack::CaptureExceptions", :call]].freeze
      private_constant :RACK

      class << self
        # The name of the first class or method that this release lacks.
        # @return [String, nil]
        def missing
          (generation::PLACES + RACK).filter_map { |owner, *methods| absent(owner, methods) }.first
        end

        # May be called again: prepending a module a second time has no effect.
        def install
          generation.install
          tracehop.prepend(CurrentPosition)
          ::Sentry::Rack::CaptureExceptions.prepend(RackCall, RackTransaction)
          rails = ::Sentry::Rails::CaptureExceptions if defined?(::Sentry::Rails::CaptureExceptions)
          rails&.prepend(RackTransaction)
        end

        # The DSC of a span as text.
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

    # {Tracehop.current} of a process whose SDK uses tracehop.
    module CurrentPosition
      # @return [TraceContext, nil]
      def current
        Sentry.installed? ? Position.current : super
      end
    end
    private_constant :Seams, :CurrentPosition
  end
end
