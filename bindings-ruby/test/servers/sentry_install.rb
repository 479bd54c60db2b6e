# frozen_string_literal: true

# Prints the result of Tracehop::Sentry.install in a new process: sentry_install.rb CASE
# SENTRY_RUBY is the folder of a newer SDK's sources.

%w[ruby sidekiq].each { |name| $LOAD_PATH.unshift("#{ENV["SENTRY_RUBY"]}/sentry-#{name}/lib") } if ENV["SENTRY_RUBY"]

require "logger"
require "rack"
require "sentry-ruby"
require "tracehop/sentry"

def init(dsn = "https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1")
  Sentry.init do |config|
    config.dsn = dsn
    config.background_worker_threads = 0
    config.traces_sample_rate = 1.0
    config.transport.transport_class = Sentry::DummyTransport
    config.public_send(config.respond_to?(:sdk_logger=) ? :sdk_logger= : :logger=, Logger.new(nil))
  end
end

# The application with middlewares, the SDK's innermost.
def stack(*outer, &app)
  middlewares = [*outer, [Sentry::Rack::CaptureExceptions, {}]]
  middlewares.reverse.inject(app) { |inner, (kind, options)| kind.new(inner, **options) }
end

def request(app, baggage = "sentry-sample_rand=0.25")
  incoming = { "HTTP_SENTRY_TRACE" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1", "HTTP_BAGGAGE" => baggage }
  Rack::MockRequest.new(app).get("/", incoming)
end

# True for each read of one request that is recorded as a continuation of the caller's span.
def continued
  span = Sentry.get_current_scope.get_span
  [span.trace_id, span.parent_span_id, Tracehop.current.trace_id] == %w[771a43a4192642f0b136d5159a501700 1234567890abcdef 771a43a4192642f0b136d5159a501700]
end

case ARGV.first
when "early"
  begin
    Tracehop::Sentry.install
  rescue ArgumentError => error
    print error.message
  end
when "lacks"
  init
  Sentry::Net::HTTP.send(:remove_method, :set_sentry_trace_header)
  print Tracehop::Sentry.install, Tracehop::Sentry.installed?, Sentry::Transaction.ancestors.first
when "wrong"
  init
  begin
    Tracehop::Sentry.install(propagator: 7)
  rescue TypeError => error
    print error.message
  end
when "block"
  init
  Tracehop::Sentry.install
  own = Tracehop::Propagator.new.start_trace
  print Tracehop.use(own) { Tracehop.current.equal?(own) }
  transaction = Sentry.start_transaction(name: "report")
  Sentry.get_current_scope.set_span(transaction)
  [own, nil].each { |context| print Tracehop.use(context) { Tracehop.current.span_id == transaction.span_id } }
when "twice"
  init
  Tracehop::Sentry.install
  ["https://other@o2.ingest.invalid/2", "https://other@o2.ingest.invalid/prefix-2"].each do |dsn|
    init(dsn)
    service = Tracehop::Sentry.propagator
    print service.start_trace.dynamic_sampling_context.values_at("public_key", "org_id")
    print service.allows("https://o1.ingest.invalid/"), service.allows("https://o2.ingest.invalid/"), " "
  end
when "own"
  init
  Tracehop::Sentry.install(propagator: Tracehop::Propagator.new(release: "ours@1"))
  Tracehop::Sentry.install(propagator: Tracehop::Propagator.new(release: "ours@2"))
  transaction = Sentry.start_transaction(name: "report")
  Sentry.get_current_scope.set_span(transaction)
  print Tracehop.current.dynamic_sampling_context["release"], Tracehop.current.span_id == transaction.span_id
when "again"
  init
  Tracehop::Sentry.install
  page = ->(_) { print(continued) || [200, {}, Enumerator.new { |body| body << Tracehop.current.trace_id[..3] }] }
  missing = ->(_) { print(continued) || [404, {}, []] }
  print request(stack { |env| missing.(env) && stack(&page).call(env) }).body, " "
  print request(Rack::Cascade.new([stack(&missing), stack(&page)])).body, " "
  fails = true
  retried = stack { |env| fails ? (fails = print(continued)) || raise("once") : page.(env) }
  print request(->(env) { fails ? (retried.call(env) rescue retried.call(env)) : retried.call(env) }).body, " "
  gateway = [Tracehop::Middleware, { propagator: Tracehop::Propagator.new, records: false }]
  print request(stack(gateway, &page)).body
when "decides"
  init
  own = { traces_sampler: ->(_) { print("asked ") || 0 }, traces_sample_rate: 0 }
  Tracehop::Sentry.install(propagator: Tracehop::Propagator.new(**own))
  page = ->(_) { print(Tracehop.current.sampled, Tracehop.current.dynamic_sampling_context["sample_rate"].to_f) || [200, {}, []] }
  request(stack(&page), "sentry-sample_rand=0.25,sentry-sample_rate=0.75")
  Rack::MockRequest.new(stack(&page)).get("/")
when "odd"
  require "sidekiq"
  require "sentry-sidekiq"
  init
  Tracehop::Sentry.install
  worker = Sentry::Sidekiq::SentryContextServerMiddleware.new
  [7, "x", [7], { "sentry-trace" => 7 }, nil].each do |headers|
    worker.call(Object.new, { "class" => "Report", "args" => [], "trace_propagation_headers" => headers }, "default") { print Tracehop.current.trace_id.size }
  end
when "refused"
  init
  Tracehop::Sentry.install
  page = ->(_) { print(continued) || [200, {}, []] }
  request(stack(&page), "sentry-org_id=1")
  request(stack(&page), "sentry-org_id=2")
  request(stack([Tracehop::Middleware, { propagator: Tracehop::Propagator.new, trust: false }], &page))
  strict = Tracehop::Propagator.new(org_id: 1, strict_trace_continuation: true)
  Tracehop::Sentry.install(propagator: strict)
  ["sentry-org_id=1", "sentry-release=a"].each { |baggage| request(stack(&page), baggage) }
when "targets"
  init
  targets = nil
  # Debian's release has no such option; newer ones have it, and an application may set it after `init`.
  Sentry.configuration.define_singleton_method(:trace_propagation_targets) { targets }
  Tracehop::Sentry.install
  [nil, [/only/], ["only"], [/(?<=a)b/], [/.*/]].each do |given|
    targets = given
    print Tracehop::Sentry.propagator.allows("https://other.test/"), Tracehop::Sentry.propagator.allows("https://only.test/"), " "
  end
end
