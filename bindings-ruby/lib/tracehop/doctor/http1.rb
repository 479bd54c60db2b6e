# frozen_string_literal: true

require "net/http"
require "openssl"
require "zlib"

module Tracehop
  module Doctor
    # Sends one request over HTTP/1.1 on a new connection, because a proxy may close a connection after it refuses a request.
    module Http1
      # The name of the protocol.
      NAME = "HTTP/1.1"
      # The timeout of one step.
      SECONDS = 10
      # Maximum bytes of a body that are read.
      BODY_BYTES = 1 << 20
      # What Net::HTTP raises without a usable response.
      FAILURES = [
        Net::HTTPBadResponse, Net::HTTPHeaderSyntaxError, Zlib::Error, SystemCallError, IOError, Timeout::Error, SocketError, OpenSSL::SSL::SSLError
      ].freeze

      # A request that sends its header lines unchanged and in order.
      class Request < Net::HTTPGenericRequest
        def initialize(method, path, lines)
          super(method, false, true, path)
          @lines = lines
        end

        # Called by Net::HTTP to write the headers.
        def each_capitalized(&)
          @lines.each(&)
        end
      end

      # Sends a request.
      # @return [Array, String] status, header lines, body and redirect URL; or the reason why there is no response
      def self.ask(method, url, lines)
        uri = URI(url)
        # No proxy and no retry.
        connection = Net::HTTP.new(uri.hostname, uri.port, nil)
        connection.max_retries = 0
        connection.use_ssl = uri.scheme == "https"
        connection.open_timeout = connection.read_timeout = connection.write_timeout = SECONDS
        lines = [["Host", authority(uri)], %w[Accept-Encoding identity], *lines]
        connection.start { answer(connection, Request.new(method, uri.request_uri, lines), url) }
      rescue *FAILURES => error
        reason(error)
      end

      # The host, and the port if it is not the scheme's default.
      def self.authority(uri)
        uri.port == uri.default_port ? uri.host : "#{uri.host}:#{uri.port}"
      end

      # The target of a redirect as an absolute URL.
      def self.location(url, location)
        location && URI.join(url, location).to_s
      rescue URI::Error
        location
      end

      # The reason why there is no response: one of the words that the compiled part knows, or Ruby's message.
      def self.reason(error)
        case error
        when Errno::ECONNREFUSED then "refused"
        # Which of these a closed connection raises depends on timing.
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
