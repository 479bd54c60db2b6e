#!/usr/bin/env ruby
# frozen_string_literal: true

# Runs the conformance vectors against an adapter in Ruby: run.rb ADAPTER.rb [--failures] [--json]
# The adapter defines the module Adapter, with a method for each verb that it supports.
require "json"

FOLDER = ["vectors/core", "../../core/vectors"].map { |path| File.expand_path(path, __dir__) }.find { |path| Dir.exist?(path) }

# Bytes that are not UTF-8: such vectors are not asked.
class NoText < StandardError; end

# Decodes the notation of bytes to text.
def text(notation)
  case notation
  in { hex: digits }
    [digits].pack("H*").force_encoding("UTF-8").tap { |found| raise NoText unless found.valid_encoding? }
  in { repeat: piece, times: } then text(piece) * times
  in { concat: pieces } then pieces.map { |piece| text(piece) }.join
  in Hash then notation.transform_values { |value| text(value) }
  in Array then notation.map { |value| text(value) }
  else notation
  end
end

# An answer as data: bytes that are not UTF-8 are written with escapes, so that they equal no expectation.
def data(answer)
  case answer
  when Hash then answer.transform_values { |value| data(value) }
  when Array then answer.map { |value| data(value) }
  when String then answer.valid_encoding? ? answer : answer.inspect
  else answer
  end
end

# The members of a baggage value, in no order, without a random number that the SDK drew.
def members(baggage, given)
  baggage.to_s.split(",").reject { |member| member.start_with?("sentry-sample_rand=") && !given.include?(member) }.uniq.sort
end

def alike?(key, expected, actual, given)
  case key
  when :error then !actual.nil?
  when :baggage then members(expected, given) == members(actual, given) && expected.nil? == actual.nil?
  else expected == actual
  end
end

# The answer with the seed's ids, which the vectors expect, instead of those that the SDK drew.
def with_ids_of_the_seed(answer, given, seed)
  ids = { answer[:span_id] => seed[32..] }
  ids[answer[:trace_id]] = seed[...32] if answer[:trace_id] && !given.include?(answer[:trace_id])
  written = ids.compact.reject { |drawn, _| drawn.nil? }.reduce(JSON.generate(answer)) { |all, (drawn, stated)| all.gsub(drawn, stated) }
  JSON.parse(written, symbolize_names: true)
end

# :passed, :failed or :"not asked"; and what differs.
def verdict(verb, record)
  seed = record[:given][:seed] || ("1" * 48)
  # No other SDK can draw an id of zeros, so such vectors are not asked.
  return [:"not asked"] if !Adapter.respond_to?(verb) || seed[...32].hex.zero? || seed[32..].hex.zero?

  given = text(record[:given])
  expect = text(record[:expect])
  compare(Adapter.public_send(verb, given), given, expect, seed)
rescue NoText
  [:"not asked"]
rescue StandardError => error
  [:failed, { raised: error.inspect }]
end

def compare(answer, given, expect, seed)
  return [:"not asked"] if answer.nil?

  answer = data(answer)
  written = JSON.generate(given)
  answer = with_ids_of_the_seed(answer, written, seed) if given[:seed]
  # A value instead of an expected error, and the reverse, are differences.
  return [:failed, { error: [expect[:error], answer] }] if expect.key?(:error) != answer.key?(:error)

  compared = expect.keys & answer.keys
  wrong = compared.reject { |key| alike?(key, expect[key], answer[key], written) }
  return [:failed, wrong.to_h { |key| [key, [expect[key], answer[key]]] }] unless wrong.empty?

  [compared.empty? ? :"not asked" : :passed]
end

path, *options = ARGV
require File.expand_path(path)
files = {}
Dir[File.join(FOLDER, "*.json")].sort.each do |file|
  stem = File.basename(file, ".json")
  document = JSON.parse(File.read(file), symbolize_names: true)
  document.fetch(:vectors, []).each do |record|
    result, wrong = verdict(document[:verb].to_sym, record)
    (files[stem] ||= { passed: 0, failed: 0, "not asked": 0 })[result] += 1
    $stderr.puts("#{stem}: #{record[:name]}: #{JSON.generate(wrong)}") if wrong && options.include?("--failures")
  end
end
if options.include?("--json")
  puts JSON.generate({ subject: Adapter::SUBJECT, files: })
else
  files.each { |stem, count| puts "#{stem}: #{count.map { |name, number| "#{number} #{name}" }.join(", ")}" }
  puts "#{Adapter::SUBJECT}: vectors: #{files.sum { |_, count| count.values.sum }}"
end
