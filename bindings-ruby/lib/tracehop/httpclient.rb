# frozen_string_literal: true

require "httpclient"
require "tracehop"
require_relative "outgoing"

module Tracehop
  # Lets an HTTPClient carry the current context to the URLs that the propagator allows. It decides separately for each
  # URL of a redirect. Requests by `get_async` and the like run in a new thread, which has no current context.
  #
  # @example
  #   require "tracehop/httpclient"
  #   client.request_filter << Tracehop::HTTPClientFilter.new(propagator)
  class HTTPClientFilter
    # @param propagator [Propagator]
    def initialize(propagator)
      @propagator = Given.propagator(propagator, self.class)
    end

    # Called before each request.
    # @param request [HTTP::Message]
    def filter_request(request)
      headers = request.header
      Outgoing.write(@propagator, url(headers), headers) unless OtherWriters.httpclient?
    end

    # Called after each response.
    # @return [nil] the response is not changed
    def filter_response(_request, _response); end

    private

    def url(headers)
      url = headers.request_uri.dup
      url.query = headers.create_query_part
      url.to_s
    end
  end
end
