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

    # @param env [Hash] the Rack env
    # @return [Array] the answer
    def self.call(env)
      body = JSON.generate(KEY => { id: SecureRandom.hex(8), method: env["REQUEST_METHOD"], headers: shown(env) })
      headers = { "content-type" => "application/json", "content-length" => body.bytesize.to_s,
                  "cache-control" => "no-store", "vary" => "*", KEY => "1" }
      [200, headers, env["REQUEST_METHOD"] == "HEAD" ? [] : [body]]
    end

    # @return [Hash{String => Array<String>}]
    def self.shown(env)
      lines = HEADER_NAMES.to_h { |name| [name, env[["HTTP", name.upcase.tr("-", "_")].join("_")]] }
      lines.compact.transform_values { |value| [value.dup.force_encoding("ISO-8859-1").encode("UTF-8")] }
    end
    private_class_method :shown
  end
end
