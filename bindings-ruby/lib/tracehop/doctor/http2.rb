# frozen_string_literal: true

require "openssl"
require "socket"
require_relative "http1"

module Tracehop
  module Doctor
    # Sends one request over HTTP/2 by the gem http-2: with ALPN for https, and with prior knowledge for http (RFC 9113,
    # section 3.3).
    class Http2
      # The name of the protocol.
      NAME = "HTTP/2"
      # How many bytes are read at once.
      RECEIVE_BYTES = 1 << 16

      # The server does not support HTTP/2, or ended the connection or the stream.
      class Refused < StandardError; end

      # True if the gem is installed.
      def self.available?
        require "http/2"
        true
      rescue LoadError
        false
      end

      # Sends a request.
      # @return [Array, String] like {Http1.ask}
      def self.ask(method, url, lines)
        uri = URI(url)
        socket = connect(uri)
        begin
          new(socket).answer(request(method, uri, lines), url)
        ensure
          socket.close
        end
      rescue Refused => error
        error.message
      rescue HTTP2::Error::Error, SystemCallError, IOError, Timeout::Error, SocketError, OpenSSL::SSL::SSLError => error
        Http1.reason(error)
      end

      def self.request(method, uri, lines)
        pseudo = { ":method" => method, ":scheme" => uri.scheme, ":authority" => Http1.authority(uri), ":path" => uri.request_uri }
        [*pseudo, *lines.map { |name, value| [name.downcase, value] }]
      end
      private_class_method :request

      def self.connect(uri)
        raw = Socket.tcp(uri.hostname, uri.port, connect_timeout: Http1::SECONDS)
        raw.setsockopt(:TCP, :NODELAY, true)
        uri.scheme == "https" ? secured(raw, uri) : raw
      end
      private_class_method :connect

      def self.secured(raw, uri)
        context = OpenSSL::SSL::SSLContext.new.tap { |made| made.set_params(alpn_protocols: ["h2"]) }
        socket = OpenSSL::SSL::SSLSocket.new(raw, context)
        socket.sync_close = true
        socket.hostname = uri.hostname
        socket.connect
        return socket if socket.alpn_protocol == "h2"

        socket.close
        raise Refused, "HTTP/2 is not offered"
      end
      private_class_method :secured

      def initialize(socket)
        @socket = socket
        @headers = []
        @body = +""
        @connection = HTTP2::Client.new
        @connection.on(:frame) { |bytes| @socket.write(bytes) }
        @connection.on(:goaway) { |_, error| @error = "the connection was ended (error #{number(error)})" }
        @stream = @connection.new_stream
        @stream.on(:headers) { |pairs| @headers.concat(pairs) }
        @stream.on(:data) { |part| @body << part }
        @stream.on(:close) { |error| error && error != :no_error ? @error = "the stream was reset (error #{number(error)})" : @done = true }
      end

      # Sends one request and returns its response.
      def answer(lines, url)
        @stream.headers(lines, end_stream: true)
        @connection << receive until @done || @error || @body.bytesize > Http1::BODY_BYTES
        raise Refused, @error if @error

        # Interim responses have statuses, too.
        status = @headers.reverse.assoc(":status") or raise Refused, "the response has no status"
        location = @headers.assoc("location")&.last
        [status.last.to_i, @headers.reject { |name, _| name.start_with?(":") }, @body, Http1.location(url, location)]
      end

      private

      # Reads the next bytes.
      def receive
        raise Errno::ETIMEDOUT unless pending? || @socket.to_io.wait_readable(Http1::SECONDS)

        @socket.readpartial(RECEIVE_BYTES)
      end

      def pending?
        @socket.respond_to?(:pending) && @socket.pending.positive?
      end

      def number(error)
        HTTP2::Framer::DEFINED_ERRORS.fetch(error, error)
      end
    end
  end
end
