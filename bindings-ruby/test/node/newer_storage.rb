# frozen_string_literal: true

# Evaluated after lib/tracehop/current.rb by a Ruby with fiber storage: fibers inherit the context, and what they set
# stays theirs.
module Tracehop
  class TraceContext; end
end

outer, inner = Array.new(2) { Tracehop::TraceContext.new }
seen = Tracehop.use(outer) do
  fiber = Fiber.new { [Tracehop.current, Tracehop.use(inner) { Fiber.yield && Tracehop.current }, Tracehop.current] }
  fiber.resume
  [Tracehop.current, *fiber.resume(true)]
end
told = seen.map { |context| { outer => "outer", inner => "inner" }[context] }
"#{RUBY_VERSION}: #{[*told, Tracehop.current.inspect].join(" ")}, #{Fiber.respond_to?(:[])}"
