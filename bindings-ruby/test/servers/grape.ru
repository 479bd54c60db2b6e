# frozen_string_literal: true

require "grape"
require "tracehop"

# Responds with the current trace, read in both ways.
class Stock < Grape::API
  format :txt
  get("/tea") { [env["tracehop.context"], Tracehop.current].map(&:trace_id).join("\n") }
end

use Tracehop::Middleware, propagator: Tracehop::Propagator.new
run Stock
