# frozen_string_literal: true

module Tracehop
  # Checks what adapters are given, once, when they are set up.
  module Given
    # @raise [TypeError] names the adapter and what it takes
    def self.propagator(given, adapter)
      return given if given.is_a?(Propagator)

      raise TypeError, "#{adapter} takes a Tracehop::Propagator, not #{given.class}"
    end
  end
  private_constant :Given
end
