# frozen_string_literal: true

module Tracehop
  module Sentry
    # Builds a propagator from the SDK's configuration. Old releases lack some of its options.
    module Options
      # Sets no rate, so that the core makes no decision: the SDK samples.
      def self.propagator(configuration, targets: targets(configuration))
        Propagator.new(
          dsn: configuration.dsn&.to_s, org_id: read(configuration, :org_id), release: configuration.release,
          environment: configuration.environment, trace_propagation_targets: targets,
          strict_trace_continuation: read(configuration, :strict_trace_continuation) || false
        )
      end

      # The SDK's targets.
      def self.targets_of(configuration)
        read(configuration, :trace_propagation_targets)
      end

      # The SDK's targets as the core's: its default, which allows every URL, is `nil` here, and its texts are regexes.
      def self.targets(configuration)
        return [] if read(configuration, :propagate_traces) == false

        targets = targets_of(configuration)
        return if targets.nil? || targets.include?(/.*/)

        targets.map { |target| target.is_a?(String) ? Regexp.new(target) : target }
      end

      def self.read(configuration, option)
        configuration.public_send(option) if configuration.respond_to?(option)
      end
      private_class_method :targets, :read
    end
    private_constant :Options
  end
end
