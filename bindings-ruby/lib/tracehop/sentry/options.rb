# frozen_string_literal: true

module Tracehop
  module Sentry
    # A propagator by the SDK's configuration. Old releases lack some of its options.
    module Options
      # Sampling is the SDK's: without a rate the core decides nothing.
      def self.propagator(configuration, targets: targets(configuration))
        Propagator.new(
          dsn: configuration.dsn&.to_s, org_id: read(configuration, :org_id), release: configuration.release,
          environment: configuration.environment, trace_propagation_targets: targets,
          strict_trace_continuation: read(configuration, :strict_trace_continuation) || false
        )
      end

      # The targets as the SDK has them.
      def self.targets_of(configuration)
        read(configuration, :trace_propagation_targets)
      end

      # The SDK's default allows every URL, which is `nil` here; a text is a regular expression there.
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
