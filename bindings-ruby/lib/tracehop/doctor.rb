# frozen_string_literal: true

require "tracehop"
require_relative "doctor/echo_server"
require_relative "doctor/http1"
require_relative "doctor/http2"

module Tracehop
  # `tracehop doctor`: the requests that it sends. What it sends, and what the answers say, is decided in the compiled part.
  module Doctor
    # What is said where the gem http-2 is missing.
    NO_HTTP2 = "HTTP/2 was not examined: gem install http-2"

    # Examines a URL over HTTP/1.1, and over HTTP/2 if the gem http-2 is there and the server speaks it.
    # @param propagator [Propagator]
    # @param origin [String, nil] the origin of a page whose requests are judged as a browser does
    # @param has_targets [Boolean] were the propagator's targets chosen? Only then may a redirect lead to another host
    # @return [Array(String, String, Integer)] the report for a person, the same as JSON, and the exit code
    def self.examine(propagator, url, origin: nil, credentials: false, has_targets: false, http2: true)
      transports = [Http1, *(Http2 if http2 && Http2.available?)].to_h { |transport| [transport::NAME, transport] }
      notes = http2 && !Http2.available? ? [NO_HTTP2] : []
      ask = ->(protocol, method, at, lines) { transports.fetch(protocol).ask(method, at, lines) }
      propagator.send(:native_doctor, url, transports.keys, origin, credentials ? true : false, has_targets, notes, ask)
    end

    # Serves what arrives until Ctrl-C.
    def self.serve(host, port, output)
      server = EchoServer.new(host, port)
      output.puts("echo on http://#{host}:#{server.port}/ until Ctrl-C")
      output.flush
      server.run
      0
    rescue Interrupt
      0
    end
  end
  private_constant :Doctor
end
