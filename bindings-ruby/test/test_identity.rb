# frozen_string_literal: true

require_relative "test_helper"

# Ids stay unique across forks, threads and seeded generators.
class TestIdentity < Minitest::Test
  include Samples

  def ids(count)
    parent = propagator
    Array.new(count) { parent.start_trace }.flat_map { |context| [context.trace_id, context.span_id, context.child.span_id] }
  end

  def forked(count)
    IO.popen("-") { |pipe| pipe ? pipe.read.split : print(ids(count).join(" ")) }
  end

  def test_forks_share_no_id
    ids(10)
    all = [*forked(50), *ids(50), *forked(50), *forked(50), *ids(50)]
    assert_equal 750, all.size
    assert_equal all.size, all.uniq.size
  end

  def test_a_fork_of_a_fork_shares_no_id
    nested = IO.popen("-") { |pipe| pipe ? pipe.read.split : print([*ids(5), *forked(5), *ids(5)].join(" ")) }
    assert_equal 60, [*nested, *ids(5)].uniq.size
  end

  def test_threads_share_no_id
    all = Array.new(16) { Thread.new { ids(100) } }.flat_map(&:value)
    assert_equal all.size, all.uniq.size
  end

  def test_a_seeded_generator_does_not_repeat_ids
    both = Array.new(2) do
      srand(7)
      ids(1)
    end
    assert_equal 6, both.flatten.uniq.size
  end
end
