# frozen_string_literal: true

# Prints the resident bytes of a context that was continued from the headers of the workloads, and those of its child.
require "tracehop"
require_relative "workloads"

COUNT = 100_000
PROPAGATOR = Tracehop::Propagator.new

def resident
  GC.start
  File.read("/proc/self/status")[/^RssAnon:\s+(\d+)/, 1].to_i * 1024
end

# The objects, and the resident bytes of each.
def kept
  objects = Array.new(COUNT)
  before = resident
  COUNT.times { |at| objects[at] = yield(at) }
  [objects, (resident - before) / COUNT]
end

contexts, context = kept { |at| PROPAGATOR.continue_trace(Workloads::HEADERS[at % Workloads::HEADERS.size]) }
_, child = kept { |at| contexts[at].child }
puts "bench: a live context takes #{context} bytes, its child #{child}"
