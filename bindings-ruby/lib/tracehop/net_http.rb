# frozen_string_literal: true

require "net/http"
require "tracehop"
require_relative "outgoing"

module Tracehop
  # Lets Net::HTTP carry the current context to the URLs that the propagator allows. Opt in, for all connections or
  # for one.
  #
  # @example All connections of this process
  #   require "tracehop/net_http"
  #   Net::HTTP.prepend(Tracehop::NetHTTP.new(propagator))
  # @example One connection
  #   http.extend(Tracehop::NetHTTP.new(propagator))
  class NetHTTP < Module
    # @param propagator [Propagator]
    def initialize(propagator)
      super()
      propagator = Given.propagator(propagator, self.class)
      # A request object may be sent more than once, and is passed here twice if the connection was not started.
      define_method(:request) do |request, body = nil, &block|
        Outgoing.write(propagator, Outgoing.net_http_url(self, request), request) unless OtherWriters.net_http?(self)
        super(request, body, &block)
      end
    end

    # @return [String]
    def inspect
      "#<#{self.class}>"
    end
  end
end
