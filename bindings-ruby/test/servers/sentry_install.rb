# frozen_string_literal: true

# Prints the result of Tracehop::Sentry.install in a new process: sentry_install.rb CASE

require "logger"
require "sentry-ruby"
require "tracehop/sentry"

def init
  Sentry.init do |config|
    config.dsn = "https://49d0f7386ad645858ae85020e393bef3@o1.ingest.invalid/1"
    config.background_worker_threads = 0
    config.traces_sample_rate = 1.0
    config.transport.transport_class = Sentry::DummyTransport
    config.public_send(config.respond_to?(:sdk_logger=) ? :sdk_logger= : :logger=, Logger.new(nil))
  end
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
when "own"
  init
  Tracehop::Sentry.install(propagator: Tracehop::Propagator.new(release: "ours@1"))
  Tracehop::Sentry.install(propagator: Tracehop::Propagator.new(release: "ours@2"))
  transaction = Sentry.start_transaction(name: "report")
  Sentry.get_current_scope.set_span(transaction)
  print Tracehop.current.dynamic_sampling_context["release"], Tracehop.current.span_id == transaction.span_id
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
