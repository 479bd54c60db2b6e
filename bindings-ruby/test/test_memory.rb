# frozen_string_literal: true

require_relative "test_helper"
require "open3"

# Nothing is held that Ruby does not know of, and nothing is kept.
class TestMemory < Minitest::Test
  HOPS = ENV.fetch("HOPS", "200000")
  RUBY = [RbConfig.ruby, *$LOAD_PATH.flat_map { |path| ["-I", path] }].freeze

  def run!(env, *arguments)
    text, status = Open3.capture2e(env, *RUBY, *arguments, chdir: __dir__)
    assert status.success?, text[-2_000..] || text
    text
  end

  def test_every_vector_holds_under_gc_stress
    assert_match(/0 failures, 0 errors/, run!({ "STRESS" => "young" }, "-r", "./memory/stress.rb", "test_vectors.rb"))
  end

  def test_some_vectors_hold_under_full_gc_stress
    some = "/headers|lifetime|sampler|function/"
    assert_match(/[1-9]\d* runs.* 0 failures, 0 errors/, run!({ "STRESS" => "full" }, "-r", "./memory/stress.rb", "test_vectors.rb", "-n", some))
  end

  # HOPS=5000000 is the long run.
  def test_memory_stays_flat_over_many_hops
    early, late = run!({}, "memory/hops.rb", HOPS).split.map(&:to_i)
    assert_operator late, :<, early + 2_048, "KiB after a tenth of the hops and at the end"
  end
end
