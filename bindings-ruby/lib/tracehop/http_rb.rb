# frozen_string_literal: true

require "http"
require "tracehop"
require_relative "outgoing"

module Tracehop
  # Lets HTTP.rb carry the current context to the URLs that the propagator allows. It decides separately for each URL of
  # a redirect.
  #
  # @example
  #   require "tracehop/http_rb"
  #   HTTP::Client.prepend(Tracehop::HTTPRb.new(propagator))
  class HTTPRb < Module
    # @param propagator [Propagator]
    def initialize(propagator)
      super()
      propagator = Given.propagator(propagator, self.class)
      define_method(:perform) do |request, options|
        written = Outgoing.prepare(propagator, request.uri.to_s, request.headers, nil) unless OtherWriters.http_rb?(self)
        super(request, options)
      ensure
        # The next request of a redirect copies the headers of this one.
        Outgoing.undo(request.headers, written) if written
      end
    end

    # @return [String]
    def inspect
      "#<#{self.class}>"
    end
  end
end
