# frozen_string_literal: true

module Tracehop
  module Sentry
    # Runs before the SDK's Rack middleware, so that the headers of a request are read once.
    module RackCall
      # @param env [Hash]
      def call(env)
        return super if (env.key?(Middleware::ENV_KEY) && Storage.get) || env.frozen? || !Sentry.installed?

        Request.with(env) do
          context = env[Middleware::ENV_KEY] = Sentry.propagator.continue_trace(env)
          ResponseBody.keep(Tracehop.use(context) { super(env) }, env[Middleware::ENV_KEY])
        end
      end
    end

    # Sets the context of the env to the position of the transaction that is recorded for it.
    module RackTransaction
      private

      def start_transaction(env, scope)
        super.tap do |transaction|
          position = Position.of_span(transaction) if Sentry.installed? && !env.frozen?
          env[Middleware::ENV_KEY] = position if position
        end
      end
    end
    private_constant :RackCall, :RackTransaction
  end
end
