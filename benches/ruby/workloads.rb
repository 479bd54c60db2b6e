# frozen_string_literal: true

require "json"

# The inputs of the workloads: 64 variants of each, of equal length, so that no cache gets the same text twice.
module Workloads
  FILE = JSON.parse(File.read("#{__dir__}/../workloads.json"))
  SENTRY_TRACE = FILE["sentry_trace"]
  BAGGAGE = FILE["baggage"]
  URLS = FILE["urls"]
  TARGETS = FILE["targets"].map { |target| target.is_a?(String) ? target : Regexp.new(target["regex"]) }
  HEADERS = SENTRY_TRACE.zip(BAGGAGE).map { |trace, baggage| { "sentry-trace" => trace, "baggage" => baggage } }
  # The Rack env that Puma makes for a request with these and 18 other headers.
  EXTRA = FILE["extra_headers"].to_h { |name, value| ["HTTP_#{name.upcase.tr("-", "_")}", value] }
  SERVER = {
    "REQUEST_METHOD" => "GET", "SCRIPT_NAME" => "", "PATH_INFO" => "/users/1", "QUERY_STRING" => "page=2", "SERVER_NAME" => "api.myapp.com",
    "SERVER_PORT" => "443", "SERVER_PROTOCOL" => "HTTP/1.1", "REMOTE_ADDR" => "127.0.0.1", "rack.version" => [1, 6],
    "rack.url_scheme" => "https", "rack.multithread" => true, "rack.multiprocess" => false, "rack.run_once" => false
  }.freeze
  ENVS = SENTRY_TRACE.zip(BAGGAGE).map { |trace, baggage| { **SERVER, **EXTRA, "HTTP_SENTRY_TRACE" => trace, "HTTP_BAGGAGE" => baggage } }

  SIZES = [8192, 16_384, 32_768, 1_000_000].freeze
  REPEATED = ->(piece) { ->(size) { (piece * (size / piece.size + 1))[0, size] } }
  KINDS = {
    "members" => REPEATED["a=1,"],
    "percents" => ->(size) { "sentry-a=#{"%" * (size - 9)}" },
    "commas" => REPEATED[","],
    "blanks" => REPEATED[" "],
    "keys" => ->(size) { (0...size / 11).map { |at| "sentry-#{at}=1," }.join[0, size] }
  }.freeze
  HOSTILE = KINDS.to_a.product(SIZES).to_h do |(kind, text), size|
    ["W8 #{kind} #{size}", [{ "sentry-trace" => SENTRY_TRACE[0], "baggage" => text[size] }]]
  end
end
