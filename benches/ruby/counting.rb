# frozen_string_literal: true

# Runs workloads between marks that callgrind cuts its counts at: counting.rb [WORKLOAD...]. See ../instructions.py.
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

# 16 KiB and 1 MB show whether the cost is flat.
SKIPPED = [" 8192", " 32768"].freeze

wanted = ARGV.empty? ? ["W"] : ARGV
{ "tracehop" => "", "floor" => " floor", "bare" => " bare" }.each do |subject, suffix|
  works, root = Subjects::ALL.fetch(subject).call
  works.each do |name, (statement, inputs)|
    next if !name.start_with?(*wanted) || name.end_with?(*SKIPPED) || (!suffix.empty? && name.start_with?("W8"))

    count(name + suffix, Subjects.runner(statement, root), inputs)
  end
end
