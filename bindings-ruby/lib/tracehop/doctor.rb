# frozen_string_literal: true

require "tracehop"
require_relative "doctor/echo_server"
require_relative "doctor/http1"
require_relative "doctor/http2"

module Tracehop
  # Sends the requests of `tracehop doctor`. The compiled part chooses the requests and evaluates the responses.
  module Doctor
    # The note for a missing gem http-2.
    NO_HTTP2 = "HTTP/2 was not examined: gem install http-2"

    # Examines a URL over HTTP/1.1, and over HTTP/2 if the gem http-2 is installed and the server supports it.
    # @param propagator [Propagator]
    # @param origin [String, nil] the origin of a page, for which CORS is checked as a browser does
    # @param has_targets [Boolean] true if the propagator has explicit targets: only then is a redirect to another host followed
    # @return [Array(String, String, Integer)] the report for a person, the same as JSON, and the exit code
    def self.examine(propagator, url, origin: nil, credentials: false, has_targets: false, http2: true)
      transports = [Http1, *(Http2 if http2 && Http2.available?)].to_h { |transport| [transport::NAME, transport] }
      notes = http2 && !Http2.available? ? [NO_HTTP2] : []
      ask = ->(protocol, method, at, lines) { transports.fetch(protocol).ask(method, at, lines) }
      propagator.send(:native_doctor, url, transports.keys, origin, credentials ? true : false, has_targets, notes, ask)
    end

    # Serves the echo until Ctrl-C.
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
