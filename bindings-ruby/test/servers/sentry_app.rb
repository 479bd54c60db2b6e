# frozen_string_literal: true

# A service with the Sentry SDK in a new process: sentry_app.rb RACK_OR_RAILS RATE ORDER RECEIVER REDIS
# ORDER: installed (by Tracehop::Sentry), or without it and with tracehop's clients set up before or after the SDK.
# Calls the receiver by each client and pushes jobs, once with and once without an incoming trace; prints the traces it saw.
# SENTRY_RUBY is the folder of a newer SDK's sources.

framework, rate, order, receiver, redis = ARGV
%w[ruby sidekiq rails].each { |name| $LOAD_PATH.unshift("#{ENV["SENTRY_RUBY"]}/sentry-#{name}/lib") } if ENV["SENTRY_RUBY"]
ENV["REDIS_URL"] = redis

require "json"
require "logger"
require "faraday"
require "rack"
require "sidekiq"
require "active_job"
if framework == "rails"
  require "action_controller/railtie"
  require "active_job/railtie"
  require "sentry-rails"
  Rails.logger = Logger.new(nil)

  # The service in Rails, with tracehop's middleware outside the SDK's.
  class Application < Rails::Application
    config.eager_load = false
    config.secret_key_base = "0" * 32
    config.logger = Rails.logger
    config.hosts.clear
    config.action_dispatch.show_exceptions = false
  end
end
require "sentry-ruby"
require "sentry-sidekiq"
require "tracehop/active_job"
require "tracehop/faraday"
require "tracehop/net_http"
require "tracehop/sentry"
require "tracehop/sidekiq"

PROPAGATOR = Tracehop::Propagator.new(release: "ours@1")
Net::HTTP.prepend(Tracehop::NetHTTP.new(PROPAGATOR)) if order == "before"
INCOMING = {
  "HTTP_SENTRY_TRACE" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1",
  "HTTP_BAGGAGE" => "tenant=acme,sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.25,sentry-release=theirs%401"
}.freeze

Sentry.init do |config|
  config.dsn = "https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1"
  config.traces_sample_rate = Float(rate) unless rate == "none"
  config.release = "shop@1 +beta"
  config.background_worker_threads = 0
  config.transport.transport_class = Sentry::DummyTransport
  config.public_send(config.respond_to?(:sdk_logger=) ? :sdk_logger= : :logger=, Logger.new(nil))
end
Net::HTTP.prepend(Tracehop::NetHTTP.new(PROPAGATOR)) if order == "after"
Tracehop::Sentry.install if order == "installed"

# A Sidekiq job.
class Plain
  include Sidekiq::Worker
  def perform = $seen = Seen.position
end

# An ActiveJob job.
class Framework < ActiveJob::Base
  include Tracehop::ActiveJob.new(PROPAGATOR)
  self.logger = Logger.new(nil)
  self.queue_adapter = :inline
  def perform = $seen = Seen.position
end

Sidekiq.configure_client do |config|
  config.client_middleware do |chain|
    chain.add Sentry::Sidekiq::SentryContextClientMiddleware
    chain.add Tracehop::Sidekiq::Client
  end
end

# The trace at one point of the program.
module Seen
  # The current context, and the SDK's current span.
  def self.position
    scope = Sentry.get_current_scope
    span = scope.get_span
    { current: Tracehop.current&.sentry_trace, span: span&.span_id, trace: span&.trace_id }
  end

  # The headers of a job in Redis.
  def self.sidekiq
    jid = Plain.perform_async
    jobs = Sidekiq.redis { |connection| connection.lrange("queue:default", 0, -1) }.map { |text| JSON.parse(text) }
    jobs.find { |job| job["jid"] == jid }
  end

  # Runs a job like Sidekiq's worker, in a thread without the request's context.
  def self.run_sidekiq(job)
    Thread.new do
      chain = Sidekiq::Middleware::Chain.new
      chain.add Tracehop::Sidekiq::Server, PROPAGATOR
      chain.add Sentry::Sidekiq::SentryContextServerMiddleware
      chain.invoke(Plain.new, job, "default") { Plain.new.perform }
      $seen
    end.value
  end

  def self.run_active_job(data)
    Thread.new { ActiveJob::Base.execute(data) && $seen }.value || $seen
  end
end

# Sends requests by every client.
class Shop
  def initialize(receiver) = @receiver = receiver

  def call(env)
    url = "#{@receiver}#{env["PATH_INFO"]}"
    Net::HTTP.get(URI("#{url}-net_http"))
    Faraday.new { |stack| (stack.use Tracehop::FaradayMiddleware, PROPAGATOR) && stack.adapter(:net_http) }.get("#{url}-faraday")
    job, data = Seen.sidekiq, Framework.new.serialize
    $told = { meta: Tracehop.meta_tags, **Seen.position, sidekiq: job, active_job: data, context: env["tracehop.context"]&.sentry_trace }
    [200, {}, ["ok"]]
  end
end

def recorded
  events = Sentry.get_current_client.transport.events.map { |event| JSON.parse(JSON.generate(event.respond_to?(:to_h) ? event.to_h : event.to_hash)) }
  events.filter_map { |event| event.slice("contexts", "spans", "transaction") if event["type"] == "transaction" }
end

def app(framework, receiver)
  shop = Shop.new(receiver)
  if framework == "rack"
    return Rack::Builder.new do
      use Sentry::Rack::CaptureExceptions
      use Tracehop::Middleware, propagator: PROPAGATOR
      run shop
    end.to_app
  end

  Application.config.middleware.insert_before 0, Tracehop::Middleware, propagator: PROPAGATOR
  Application.routes.append { mount shop => "/" }
  Application.initialize!
end

server = app(framework, receiver)
tell = lambda do |name, headers|
  Sentry.get_current_client.transport.events.clear
  status, _, body = server.call(Rack::MockRequest.env_for("/#{framework}-#{rate}-#{order}-#{name}", headers.dup))
  body.close if body.respond_to?(:close)
  raise "the service answered #{status}" unless status == 200

  { **$told, ran_sidekiq: Seen.run_sidekiq($told[:sidekiq]), ran_active_job: Seen.run_active_job($told[:active_job]), recorded: recorded }
end
puts JSON.generate({ incoming: tell.call("incoming", INCOMING), none: tell.call("none", {}), version: Sentry::VERSION })
