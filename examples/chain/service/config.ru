# frozen_string_literal: true

# The stock service: Rack on Puma with the Sentry SDK, called by the Python backend.
require "sentry-ruby"
require "tracehop/sentry"
require_relative "span_facts"
require_relative "stock"

Sentry.init do |config|
  config.dsn = ENV.fetch("CHAIN_DSN")
  config.release = "stock@0.9.1"
  config.environment = "demo"
  config.traces_sample_rate = 1.0
  # The demo has no Sentry server: SpanFacts reports what the SDK recorded.
  config.transport.transport_class = Sentry::DummyTransport
  config.background_worker_threads = 0
end
Tracehop::Sentry.install

use Sentry::Rack::CaptureExceptions
use SpanFacts, service: "stock", collector: URI("#{ENV.fetch("CHAIN_PAGE")}/collector/spans")
run Stock.new
