# frozen_string_literal: true

# Bunny as in docs/queues.md: bunny.rb PORT sends a message within a trace and one without headers, and prints one line
# for each of: the sent trace, and the trace and parent that each message continues.
require "bunny"
require "tracehop"

connection = Bunny.new(port: Integer(ARGV.fetch(0)), log_level: :error).start
channel = connection.create_channel
queue = channel.queue("orders.rb", auto_delete: true)
propagator = Tracehop::Propagator.new(public_key: "key")
context = propagator.start_trace
channel.default_exchange.publish("1", routing_key: queue.name, headers: context.headers("baggage" => "tenant=acme"))
channel.default_exchange.publish("2", routing_key: queue.name)
puts [context.trace_id, context.span_id, "tenant=acme,#{context.baggage}"].join(" ")
received = []
until received.size == 2
  _, properties, = queue.pop
  received << properties if properties
end
received.each do |properties|
  continued = propagator.continue_trace(properties.headers)
  puts [continued.trace_id, continued.parent_span_id, properties.headers&.fetch("baggage", nil)].join(" ")
end
connection.close
