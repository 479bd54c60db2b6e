# frozen_string_literal: true

module Tracehop
  # Checks the arguments of adapters once, when they are created.
  module Given
    # @raise [TypeError] names the adapter and the accepted type
    def self.propagator(given, adapter)
      return given if given.is_a?(Propagator)

      raise TypeError, "#{adapter} takes a Tracehop::Propagator, not #{given.class}"
    end

    # @raise [TypeError] names the option
    def self.switch(option, given)
      return given if [true, false].include?(given)

      raise TypeError, "#{option} takes true or false, not #{given.class}"
    end
  end
  private_constant :Given
end
