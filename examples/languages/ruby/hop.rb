# frozen_string_literal: true

# The same program by the Ruby gem.
require "tracehop"

propagator = Tracehop::Propagator.new(
  dsn: "https://key@o1.ingest.sentry.io/2",
  release: "hop@1.0",
  trace_propagation_targets: [Tracehop::Origin.new("https://*.myapp.com"), "/internal/"]
)

$stdin.each_line(chomp: true) do |line|
  url, trace, baggage, own = line.split("\t", -1)
  incoming = { "sentry-trace" => trace, "baggage" => baggage }
  context = propagator.adopt(incoming) || propagator.continue_trace(incoming)
  request = { "baggage" => own }
  outcome = propagator.inject(context, url, request)

  sampled = { nil => "undecided", false => "no", true => "yes" }[context.sampled]
  findings = (context.findings + outcome.findings).uniq.sort_by(&:number)
  carried = %w[sentry-trace baggage].map { |name| request[name].to_s.empty? ? "-" : request[name] }
  puts [outcome.reason, sampled, *carried, findings.map(&:code).join(",")].join(" | ")
end
