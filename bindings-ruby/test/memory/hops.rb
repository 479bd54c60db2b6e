# frozen_string_literal: true

# Makes ARGV[0] hops and prints the private memory in KiB after 10 % of them and at the end.

require "tracehop"

HOPS = Integer(ARGV.fetch(0))
HEADERS = { "sentry-trace" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1",
            "baggage" => "sentry-trace_id=771a43a4192642f0b136d5159a501700,sentry-sample_rand=0.25,tenant=acme" }.freeze
PROPAGATOR = Tracehop::Propagator.new(
  traces_sampler: ->(_) { 1 }, trace_propagation_targets: [/nowhere/, ->(url) { url.end_with?("/") }]
)

def resident
  GC.start
  File.read("/proc/self/status")[/^RssAnon:\s+(\d+)/, 1].to_i
end

def hop
  context = PROPAGATOR.continue_trace(HEADERS)
  headers = { "Baggage" => "tenant=acme" }
  PROPAGATOR.inject(context, "https://api.myapp.com/", headers)
  headers.size == 2 or raise "a hop went wrong"
end

(HOPS / 10).times { hop }
early = resident
(HOPS - HOPS / 10).times { hop }
puts "#{early} #{resident}"
