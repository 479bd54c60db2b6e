# frozen_string_literal: true

require "socket"
require_relative "../echo"

module Tracehop
  module Doctor
    # `tracehop doctor --echo`: the echo application in a server that shows each header line as received.
    class EchoServer
      def initialize(host, port)
        @server = TCPServer.new(host, port)
      end

      # @return [Integer]
      def port
        @server.addr[1]
      end

      # Serves until the server is closed.
      def run
        loop { Thread.new(@server.accept) { |connection| serve(connection) } }
      rescue IOError
        nil
      end

      # Ends {#run}.
      def close
        @server.close
      end

      private

      # Several requests, because load balancers and proxies keep connections open.
      def serve(connection)
        loop { break unless answer(connection) }
      rescue SystemCallError, IOError
        nil
      ensure
        connection.close
      end

      # @return [Boolean] true if another request may follow
      def answer(connection)
        method, _, version = connection.gets("\r\n", chomp: true)&.split
        return false unless version

        lines = headers(connection)
        stays = version == "HTTP/1.1" && discard(connection, lines) && value(lines, "connection") != "close"
        body = Echo.body(method, lines)
        connection.write("HTTP/1.1 200 OK\r\n", head(body, stays), method == "HEAD" ? "" : body)
        stays
      end

      def headers(connection)
        lines = []
        while (line = connection.gets("\r\n", chomp: true)) && !line.empty?
          name, value = line.split(":", 2)
          lines << [name, value.to_s.strip]
        end
        lines
      end

      def head(body, stays)
        lines = { **Echo.response_headers(body), "connection" => stays ? "keep-alive" : "close" }
        "#{lines.map { |name, value| "#{name}: #{value}\r\n" }.join}\r\n"
      end

      # Reads the request's body, so that the next request on this connection is read from its start.
      def discard(connection, lines)
        length = value(lines, "content-length") || "0"
        return false if value(lines, "transfer-encoding") || !length.match?(/\A\d+\z/)

        connection.read(length.to_i)
        true
      end

      def value(lines, wanted)
        lines.find { |name, _| name.casecmp?(wanted) }&.last&.downcase
      end
    end
  end
end
