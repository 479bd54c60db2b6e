# frozen_string_literal: true

require "grape"
require "tracehop"

# Answers with the trace that it runs in, by both ways to ask for it.
class Stock < Grape::API
  format :txt
  get("/tea") { [env["tracehop.context"], Tracehop.current].map(&:trace_id).join("\n") }
end

use Tracehop::Middleware, propagator: Tracehop::Propagator.new
run Stock
