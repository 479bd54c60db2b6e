# frozen_string_literal: true

require_relative "test_helper"
require "json"
require_relative "vectors/verbs"

# Every record of core/vectors is one test method here.
class TestVectors < Minitest::Test
  FILES = Dir[File.join(REPOSITORY, "core/vectors/*.json")].sort.freeze
  KEYS = %i[name rules given expect note skip].freeze
  # Files that list what no vector can reach are beside the vectors and contain none.
  NOT_VECTORS = %w[unreachable.json].freeze

  @count = 0
  class << self
    attr_reader :count

    def define(file)
      records = JSON.parse(File.read(file), symbolize_names: true)
      records.fetch(:vectors).each do |vector|
        @count += 1
        define_method("test_#{File.basename(file, ".json")}: #{vector.fetch(:name)}") do
          run_vector(records.fetch(:verb).to_sym, vector)
        end
      end
    end
  end

  FILES.reject { |file| NOT_VECTORS.include?(File.basename(file)) }.each { |file| define(file) }
  Minitest.after_run { puts "vectors: #{count}" }

  def run_vector(verb, vector)
    assert_empty vector.keys - KEYS, "keys that this runner does not know"
    return pass if vector.dig(:skip, :ruby)

    given = vector.fetch(:given)
    assert_empty given.keys - Verbs::KEYS.fetch(verb), "given keys that this runner does not know"
    answer = nil
    # Warnings about targets are counted, not shown.
    capture_io { answer = Verbs.public_send(verb, given) }
    check vector.fetch(:expect), answer
  end

  def check(expect, answer)
    assert_empty expect.keys - answer.keys, "expect keys that this runner does not know" unless expect.key?(:error)
    expect.each do |key, wanted|
      got = answer[key]
      got = got.call if got.respond_to?(:call)
      assert Notation.same?(wanted, got), "#{key}: expected #{wanted.inspect}, got #{got.inspect}"
    end
  end
end
