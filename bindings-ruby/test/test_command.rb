# frozen_string_literal: true

require_relative "test_helper"
require "tracehop/command"
require "open3"
require "tempfile"
require "stringio"

# `tracehop explain`: its output and its exit codes.
class TestCommand < Minitest::Test
  include Samples

  def tracehop(*arguments, input: "")
    output, errors = StringIO.new, StringIO.new
    code = Tracehop::Command.new(arguments, input: StringIO.new(input), output:, errors:).run
    [code, output.string, errors.string]
  end

  EXPLAIN = JSON.parse(File.read(File.join(REPOSITORY, "host/vectors/explain.json")))["vectors"]
  Minitest.after_run { puts "explain: #{EXPLAIN.size}" }

  def option(name, value)
    values = value.is_a?(Array) ? value : [value]
    values.flat_map { |each| ["--#{name.tr("_", "-")}", *(each.to_s unless each == true)] }
  end

  # The arguments of a vector; the text of a HAR file is at this path.
  def arguments(given, path)
    options = given.slice("url", "page_url").merge(given.fetch("options", {}))
    first = given["texts"].first
    input = { "har" => ["--har", path], "curl" => ["--curl", first], "text" => [] }
    ["explain", *options.flat_map { |name, value| option(name, value) }, *input.fetch(given["kind"]) { given["texts"].flat_map { |line| ["-H", line] } }]
  end

  def printed(expect, json)
    return [2, "", "tracehop explain: #{expect["error"]}\n"] if expect["error"]

    # Older releases of json write an empty list on three lines.
    text = json ? JSON.pretty_generate(expect["json"]).gsub(/\[\s+\]/, "[]") : expect["text"].join("\n")
    [expect["code"], text.empty? ? "" : "#{text}\n", ""]
  end

  EXPLAIN.each do |vector|
    define_method("test_explain_#{vector["name"]}") do
      given, expect = vector.values_at("given", "expect")
      har(given["texts"].first.to_s) do |path|
        [[], ["--json"]].each do |json|
          said = tracehop(*arguments(given, path), *json, input: given["texts"].first.to_s)
          assert_equal printed(expect, json.any?), said
        end
      end
    end
  end

  def har(text)
    Tempfile.create { |file| yield file.tap { file.write(text) && file.flush }.path }
  end

  def test_headers_as_arguments_are_those_of_the_option
    lines = ["Sentry-Trace: #{SENTRY_TRACE}", "Baggage: #{BAGGAGE},tenant=acme"]
    assert_equal tracehop("explain", *lines.flat_map { |line| ["-H", line] }), tracehop("explain", *lines)
    assert_match(/CONTINUES the trace.*release = app@1 .*tenant=acme/m, tracehop("explain", *lines)[1])
  end

  def test_input_that_is_not_utf8_is_no_error
    assert_equal [1, 2], [tracehop("explain", input: "a: \xFF\n").first, tracehop("explain", input: "\xFF\n").first]
  end

  def test_arguments_that_are_not_valid_text_are_no_error
    line = "baggage: a=caf\xE9"
    [line, line.b, line.dup.force_encoding("US-ASCII")].each do |odd|
      assert_equal tracehop("explain", input: line), tracehop("explain", odd)
    end
    assert_match(/sentry-release=%EF%BF%BD$/, tracehop("explain", "a: b", "--release", "\xFF")[1])
    assert_match(/give an absolute URL|URI/, tracehop("doctor", "http://127.0.0.1:1/\xFF").last)
  end

  def test_a_missing_file_is_wrong_usage
    assert_equal 2, tracehop("explain", "--har", "/none").first
  end

  def test_wrong_usage_is_exit_code_two
    assert_match(/usage: tracehop explain/, tracehop.last)
    assert_equal 2, tracehop("explain", "--no-such").first
    code, _, errors = tracehop("explain", "--dsn", "nonsense", "a: b")
    assert_equal [2, true], [code, errors.match?(/DSN must begin with/)]
    assert_equal [0, "tracehop #{Tracehop::VERSION}\n"], tracehop("--version").first(2)
    assert_equal 0, tracehop("--help").first
    [[], ["http:///health"]].each { |url| assert_match(/give an absolute URL/, tracehop("doctor", *url).last) }
    assert_match(/takes one URL/, tracehop("doctor", "http://127.0.0.1:9/", "http://127.0.0.1:9/").last)
    %w[-1 65536].each { |port| assert_match(/a port from 0 to 65535/, tracehop("doctor", "--echo", port).last) }
    assert_match(/no response from 127.0.0.1:9: connection refused/, tracehop("doctor", "http://127.0.0.1:9/").last)
  end

  def executable
    file = Gem.loaded_specs["tracehop"]&.bin_file("tracehop") || File.join(REPOSITORY, "bindings-ruby/exe/tracehop")
    [*RUBY, file]
  end

  def test_the_executable
    text, status = Open3.capture2e(*executable, "explain", stdin_data: "sentry-trace: #{SENTRY_TRACE}")
    assert_equal [0, true], [status.exitstatus, text.include?(TRACE_ID)]
  end

  def test_a_reader_that_closes_the_pipe_is_no_error
    reading, writing = IO.pipe
    reading.close
    Tempfile.create do |errors|
      Process.wait(Process.spawn(*executable, "explain", "sentry-trace: #{SENTRY_TRACE}", out: writing, err: errors.fileno))
      assert_equal [0, ""], [$?.exitstatus, File.read(errors.path)]
    end
    writing.close
  end
end
