# frozen_string_literal: true

# Runs workloads between marks at which callgrind splits its counts: counting.rb [WORKLOAD...]. See ../instructions.py.
require_relative "subjects"

PASSES = 32

# The heap is swept before each, so that earlier garbage is not counted.
def count(name, run, inputs)
  GC.start
  run.call(inputs, 2 * PASSES)
  [PASSES, 3 * PASSES].each do |passes|
    Process.ppid
    run.call(inputs, passes)
  end
  Process.ppid
  puts "#{name}\t#{2 * PASSES * inputs.size}"
end

# 16 KiB and 1 MB show if the cost is constant.
SKIPPED = [" 8192", " 32768"].freeze

# W1 is not W10.
wanted = ->(name) { ARGV.empty? || ARGV.any? { |word| "#{name} ".start_with?("#{word} ") } }
{ "tracehop" => "", "floor" => " floor", "bare" => " bare" }.each do |subject, suffix|
  works, root = Subjects::ALL.fetch(subject).call
  works.each do |name, (statement, inputs)|
    next if !wanted.call(name) || name.end_with?(*SKIPPED) || (!suffix.empty? && name.start_with?("W8"))

    count(name + suffix, Subjects.runner(statement, root), inputs)
  end
end

return unless ARGV.empty? || ARGV.any? { |word| word.start_with?("W10") }

# Without gems, Debian's Faraday is found by its folders; it is loaded after the others are counted.
$LOAD_PATH.concat(Dir["/usr/share/rubygems-integration/all/gems/{faraday-[0-9],multipart-post-,ruby2_keywords-}*/lib"])
require_relative "clients"
Tracehop.use(Clients::CONTEXT) do
  Clients.works.each do |name, statement, inputs, root|
    count(name, Subjects.runner(statement, root), inputs * 4) if wanted.call(name)
  end
end
