# frozen_string_literal: true

module Tracehop
  # The Rack env of the running request, for this fiber.
  module Request
    # The key of the env.
    KEY = :tracehop_env
    private_constant :KEY

    # @return [Hash, nil]
    def self.env
      Thread.current[KEY]
    end

    # Makes an env the running one while the block runs.
    def self.with(env)
      before = Thread.current[KEY]
      Thread.current[KEY] = env
      yield
    ensure
      Thread.current[KEY] = before
    end
  end
  private_constant :Request
end
