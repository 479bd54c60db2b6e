# frozen_string_literal: true

require "json"
require "securerandom"
require "tracehop"

module Tracehop
  # A Rack app that responds with the trace headers it received, for `tracehop doctor`. It replaces the application,
  # under the same server and behind the same proxies.
  #
  # It responds to any method and path with 200, because load balancers require that, and no cache may store the
  # response. The body is JSON: `{"tracehop-echo": {"id": text unique to the response, "method": text, "headers": {name:
  # [lines]}}}`; each byte of a value is one character (latin-1). A Rack server has already joined the lines.
  #
  # @example config.ru
  #   require "tracehop/echo"
  #   run Tracehop::Echo
  module Echo
    # The member of the body, and the header that marks a response without body.
    KEY = "tracehop-echo"

    # The names in the response: those of trace headers, also in the spelling with underscores of gateways and callers.
    NAMES = HEADER_NAMES.flat_map { |name| [name, name.tr("-", "_")] }.uniq.freeze
    private_constant :NAMES

    # @param env [Hash] the Rack env
    # @return [Array] the response
    def self.call(env)
      method = env["REQUEST_METHOD"]
      body = body(method, lines(env))
      [200, response_headers(body), method == "HEAD" ? [] : [body]]
    end

    # The body of a response to a request with these header lines.
    # @param lines [Array<Array(String, String)>]
    # @return [String]
    def self.body(method, lines)
      shown = lines.group_by { |name, _| name.downcase }.slice(*NAMES)
      headers = shown.transform_values { |found| found.map { |_, value| latin1(value) } }
      JSON.generate(KEY => { id: SecureRandom.hex(8), method:, headers: })
    end

    # The headers of a response with this body.
    # @return [Hash{String => String}]
    def self.response_headers(body)
      { "content-type" => "application/json", "content-length" => body.bytesize.to_s,
        "cache-control" => "no-store", "vary" => "*", KEY => "1" }
    end

    def self.lines(env)
      HEADER_NAMES.filter_map { |name| (value = env[["HTTP", name.upcase.tr("-", "_")].join("_")]) && [name, value] }
    end
    private_class_method :lines

    def self.latin1(value)
      value.dup.force_encoding("ISO-8859-1").encode("UTF-8")
    end
    private_class_method :latin1
  end
end
