# frozen_string_literal: true

require_relative "test_helper"
require "json"

# The carrier vectors: which entries of each kind of carrier are headers (rules K1, K2).
class TestCarrierVectors < Minitest::Test
  VECTORS = JSON.parse(File.read(File.join(REPOSITORY, "host/vectors/carriers.json")))["vectors"]
  Minitest.after_run { puts "carriers: #{VECTORS.size}" }

  # A message that converts its headers to a Hash or an array.
  Message = Struct.new(:entries, :conversion) do
    def respond_to?(name, *) = name == conversion ? true : super && !%i[to_a to_hash].include?(name)
    def to_hash = entries.to_h
    def to_a = entries
  end

  KINDS = {
    "map" => :to_h.to_proc, "pairs" => :itself.to_proc, "none" => ->(_) {},
    "items" => ->(entries) { Message.new(entries, :to_hash) }, "multi" => ->(entries) { Message.new(entries, :to_a) }
  }.freeze

  VECTORS.each do |vector|
    define_method("test_#{vector["name"]}") do
      given, expect = vector.values_at("given", "expect")
      context = Tracehop::Propagator.new.continue_trace(KINDS.fetch(given["kind"]).call(given["entries"]))
      trace_id = context.trace_id if context.parent_span_id
      assert_equal [expect["trace_id"]], [trace_id]
      expect.fetch("members", []).each { |name, value| assert_equal value, context.dynamic_sampling_context[name] }
    end
  end
end
