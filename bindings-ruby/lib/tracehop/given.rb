# frozen_string_literal: true

module Tracehop
  # Checks the arguments of adapters once, when they are created.
  module Given
    # @raise [TypeError] names the adapter and the accepted type
    def self.propagator(given, adapter)
      return given if given.is_a?(Propagator)

      raise TypeError, "#{adapter} takes a Tracehop::Propagator, not #{given.class}"
    end

    # @return [String] the URL of a server, without a slash at its end
    # @raise [TypeError, ArgumentError] names the adapter
    def self.server_url(given, adapter)
      raise TypeError, "#{adapter} takes the URL of the server as a String, not #{given.class}" unless given.is_a?(String)
      return given.chomp("/") if given.include?("://")

      raise ArgumentError, "#{adapter} takes the URL of the server with its scheme, such as \"https://api.myapp.com:50051\", not #{given.inspect}"
    end

    # @raise [TypeError] names the option
    def self.switch(option, given)
      return given if [true, false].include?(given)

      raise TypeError, "#{option} takes true or false, not #{given.class}"
    end
  end
  private_constant :Given
end
