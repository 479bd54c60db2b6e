# frozen_string_literal: true

# Times every subject on every workload, in turns within one run: timing.rb [SECONDS_A_WORKLOAD] writes JSON.
#
# Nanoseconds are medians of batches and count only the CPU time of this process. A ratio is the median of the ratios of
# consecutive batches, so that load on the machine affects both alike.
require_relative "subjects"

BATCH_NS = 1_000_000

def now(clock = Process::CLOCK_MONOTONIC)
  Process.clock_gettime(clock, :nanosecond)
end

# Nanoseconds of one operation.
def batch(run, inputs, passes)
  began = now(Process::CLOCK_PROCESS_CPUTIME_ID)
  run.call(inputs, passes)
  (now(Process::CLOCK_PROCESS_CPUTIME_ID) - began).fdiv(passes * inputs.size)
end

# The run, with the number of passes that fills a batch.
def calibrated(run, inputs)
  run.call(inputs, 1)
  [run, inputs, [1, (BATCH_NS / batch(run, inputs, 1) / inputs.size).to_i].max]
end

def median(numbers)
  sorted = numbers.sort
  (sorted[(sorted.size - 1) / 2] + sorted[sorted.size / 2]) / 2.0
end

def in_turns(entrants, seconds)
  batches = entrants.transform_values { [] }
  deadline = now + seconds * 1e9
  entrants.each { |name, entrant| batches[name] << batch(*entrant) } while now < deadline || batches["tracehop"].size < 5
  batches.transform_values do |each|
    { ns: median(each), ratio: median(each.zip(batches["tracehop"]).map { |a, b| a / b }) }
  end
end

field = Subjects::ALL.transform_values(&:call)
result = field["tracehop"].first.keys.to_h do |workload|
  able = field.select { |_, (works, _)| works.key?(workload) }
  entrants = able.transform_values { |works, root| calibrated(Subjects.runner(works[workload][0], root), works[workload][1]) }
  [workload, in_turns(entrants, (ARGV[0] || 2).to_f)]
end
puts JSON.pretty_generate(result)
