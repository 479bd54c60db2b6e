# frozen_string_literal: true

require "net/http"
require "openssl"

module Tracehop
  module Doctor
    # One request over HTTP/1.1 on a connection of its own: a proxy may close a connection on which it refused a request.
    module Http1
      # The name of the protocol.
      NAME = "HTTP/1.1"
      # How long one step may take.
      SECONDS = 10
      # How much of a body is read.
      BODY_BYTES = 1 << 20

      # A request with header lines in the order and number in which they are given.
      class Request < Net::HTTPGenericRequest
        def initialize(method, path, lines)
          super(method, false, true, path)
          @lines = lines
        end

        # What Net::HTTP writes.
        def each_capitalized(&)
          @lines.each(&)
        end
      end

      # Sends a request.
      # @return [Array, String] status, header lines, body and where it redirects to; or why there is no answer
      def self.ask(method, url, lines)
        uri = URI(url)
        # Without a proxy, and without a second try.
        connection = Net::HTTP.new(uri.hostname, uri.port, nil)
        connection.max_retries = 0
        connection.use_ssl = uri.scheme == "https"
        connection.open_timeout = connection.read_timeout = connection.write_timeout = SECONDS
        lines = [["Host", authority(uri)], %w[Accept-Encoding identity], *lines]
        connection.start { answer(connection, Request.new(method, uri.request_uri, lines), url) }
      rescue Net::HTTPBadResponse, SystemCallError, IOError, Timeout::Error, SocketError, OpenSSL::SSL::SSLError => error
        reason(error)
      end

      # Host and port, if that is not the scheme's own.
      def self.authority(uri)
        uri.port == uri.default_port ? uri.host : "#{uri.host}:#{uri.port}"
      end

      # Where a redirect leads, as an absolute URL.
      def self.location(url, location)
        location && URI.join(url, location).to_s
      rescue URI::Error
        location
      end

      # Why there is no answer: by one of the words that the compiled part knows, or as Ruby says it.
      def self.reason(error)
        case error
        when Errno::ECONNREFUSED then "refused"
        # What a server sends beside closing may be lost: how the close is seen depends on the moment.
        when Net::HTTPBadResponse, EOFError, Errno::ECONNRESET, Errno::ECONNABORTED, Errno::EPIPE then "closed"
        when Timeout::Error, Errno::ETIMEDOUT then "timed out"
        else error.message
        end
      end

      def self.answer(connection, request, url)
        body = +""
        response = connection.request(request) { |coming| read(coming, body) }
        headers = response.to_hash.flat_map { |name, values| values.map { |value| [name, value] } }
        [response.code.to_i, headers, body, location(url, response["location"])]
      end
      private_class_method :answer

      def self.read(response, body)
        response.read_body { |part| body << part if body.bytesize < BODY_BYTES }
      end
      private_class_method :read
    end
  end
end
