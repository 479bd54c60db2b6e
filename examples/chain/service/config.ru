# frozen_string_literal: true

# The stock service: Rack on Puma, one hop after the Python backend.
require "tracehop"
require_relative "span_facts"
require_relative "stock"

propagator = Tracehop::Propagator.new(
  dsn: ENV.fetch("CHAIN_DSN"), release: "stock@0.9.1", environment: "demo", traces_sample_rate: 1.0
)

use Tracehop::Middleware, propagator: propagator
use SpanFacts, service: "stock", collector: URI("#{ENV.fetch("CHAIN_PAGE")}/collector/spans")
run Stock.new
