# frozen_string_literal: true

require "json"
require "securerandom"
require "tracehop"

module Tracehop
  # A Rack app that answers with the trace headers that reached it, for `tracehop doctor` to look at. It takes the place
  # of the application, under the same server and behind the same proxies.
  #
  # Any method and path is answered with 200, as load balancers ask for, and no cache may keep the answer. The body is
  # JSON: `{"tracehop-echo": {"id": text that no other answer has, "method": text, "headers": {name: [lines]}}}`; each
  # byte of a value is one character (latin-1). A Rack server has joined the lines already.
  #
  # @example config.ru
  #   require "tracehop/echo"
  #   run Tracehop::Echo
  module Echo
    # The member of the answer, and the header that marks an answer without body.
    KEY = "tracehop-echo"

    # The names that are shown: those of trace headers, also as gateways and callers spell them with underscores.
    NAMES = HEADER_NAMES.flat_map { |name| [name, name.tr("-", "_")] }.uniq.freeze
    private_constant :NAMES

    # @param env [Hash] the Rack env
    # @return [Array] the answer
    def self.call(env)
      method = env["REQUEST_METHOD"]
      body = body(method, lines(env))
      [200, response_headers(body), method == "HEAD" ? [] : [body]]
    end

    # The body of an answer to a request with these header lines.
    # @param lines [Array<Array(String, String)>]
    # @return [String]
    def self.body(method, lines)
      shown = lines.group_by { |name, _| name.downcase }.slice(*NAMES)
      headers = shown.transform_values { |found| found.map { |_, value| latin1(value) } }
      JSON.generate(KEY => { id: SecureRandom.hex(8), method:, headers: })
    end

    # The headers of an answer with this body.
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
