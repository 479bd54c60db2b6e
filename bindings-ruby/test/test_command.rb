# frozen_string_literal: true

require_relative "test_helper"
require "tracehop/command"
require "open3"
require "stringio"

# `tracehop explain`: what it says, and its exit codes.
class TestCommand < Minitest::Test
  include Samples

  def tracehop(*arguments, input: "")
    output, errors = StringIO.new, StringIO.new
    code = Tracehop::Command.new(arguments, input: StringIO.new(input), output:, errors:).run
    [code, output.string, errors.string]
  end

  def test_headers_as_arguments
    code, text, = tracehop("explain", "Sentry-Trace: #{SENTRY_TRACE}", "Baggage: #{BAGGAGE},tenant=acme")
    assert_equal 0, code
    assert_match(/continues trace #{TRACE_ID}\n  parent span #{PARENT}\n  sampled, sample_rand 0.25/, text)
    assert_match(/release      app@1/, text)
    assert_match(/foreign baggage.*\n  tenant=acme/, text)
  end

  def test_headers_and_a_curl_line_on_standard_input
    [*["sentry-trace: #{SENTRY_TRACE}\nbaggage: #{BAGGAGE}\n", "curl -sS https://x.test \\\n -H 'sentry-trace: #{SENTRY_TRACE}' --header 'Baggage: a=1'"]].each do |input|
      assert_equal 0, tracehop("explain", input:).first
    end
  end

  def test_a_broken_trace_is_exit_code_one
    code, text, = tracehop("explain", "sentry-trace: nonsense")
    assert_equal 1, code
    assert_match(/starts a new trace.*sentry_trace_malformed: The sentry-trace header is malformed/m, text)
    assert_equal 1, tracehop("explain", input: "\xFF\n").first
    code, text, = tracehop("explain", "--org-id", "7", "sentry-trace: #{SENTRY_TRACE}", "baggage: sentry-org_id=8")
    assert_equal [1, true], [code, text.include?("refused: #{SENTRY_TRACE}")]
  end

  def test_json_and_a_url
    _, text, = tracehop("explain", "--json", "--origin", "https://*.myapp.com", "--url", "https://evil.test/", "sentry-trace: #{SENTRY_TRACE}")
    facts = JSON.parse(text)
    assert_equal [true, TRACE_ID, false], [facts["continues"], facts["trace_id"], facts.dig("url", "allowed")]
    assert_equal %w[baggage_missing], facts["findings"].map { |finding| finding["code"] }
    assert_match(/none of the 1/, tracehop("explain", "--target", "x", "--url", "https://evil.test/", "a: b")[1])
  end

  def test_wrong_usage_is_exit_code_two
    assert_match(/usage: tracehop explain/, tracehop.last)
    assert_equal 2, tracehop("explain", "--no-such").first
    code, _, errors = tracehop("explain", "--dsn", "nonsense", "a: b")
    assert_equal [2, true], [code, errors.match?(/DSN must begin with/)]
    assert_equal [0, "tracehop #{Tracehop::VERSION}\n"], tracehop("--version").first(2)
    assert_equal 0, tracehop("--help").first
  end

  def test_the_executable
    file = Gem.loaded_specs["tracehop"]&.bin_file("tracehop") || File.join(REPOSITORY, "bindings-ruby/exe/tracehop")
    load_path = $LOAD_PATH.flat_map { |path| ["-I", path] }
    text, status = Open3.capture2e(RbConfig.ruby, *load_path, file, "explain", stdin_data: "sentry-trace: #{SENTRY_TRACE}")
    assert_equal [0, true], [status.exitstatus, text.include?(TRACE_ID)]
  end
end
