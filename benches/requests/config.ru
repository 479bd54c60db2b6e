# frozen_string_literal: true

# A Rack app: bare, or with the middleware that SUBJECT names. Both only propagate: nothing is sampled or sent.
case ENV.fetch("SUBJECT")
when "tracehop"
  require "tracehop"
  use Tracehop::Middleware, propagator: Tracehop::Propagator.new
when "official SDK"
  require "sentry-ruby"
  Sentry.init do |config|
    config.dsn = "https://key@o1.ingest.sentry.io/2"
    config.transport.transport_class = Sentry::DummyTransport
    config.logger = Logger.new(File::NULL)
  end
  use Sentry::Rack::CaptureExceptions
end

run ->(_env) { [200, { "content-type" => "text/plain" }, ["hello"]] }
