# frozen_string_literal: true

require_relative "test_helper"
require "tracehop/command"
require "open3"
require "tempfile"
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

  CURL = "curl -sS 'https://x.test/a' \\\n -H 'Sentry-Trace: #{SENTRY_TRACE}' --header 'Baggage: a=1' --header='X: y' -H'Z: https://no.test'"

  def test_lines_and_a_curl_line_on_standard_input_and_as_options
    lines = "GET /a: HTTP/1.1\nsentry-trace: #{SENTRY_TRACE}\nbaggage: a=1\n"
    texts = [tracehop("explain", input: lines), tracehop("explain", input: CURL), tracehop("explain", "--curl", CURL),
             tracehop("explain", "-H", "sentry-trace: #{SENTRY_TRACE}", "--header", "baggage: a=1")]
    assert_equal [0] * 4, texts.map(&:first)
    texts.each { |_, text, _| assert_match(/continues trace #{TRACE_ID}.*foreign.*\n  a=1/m, text) }
    assert_match(%r{\Ahttps://x\.test/a\n}, texts[1][1])
    ["curl -H'sentry-trace: #{SENTRY_TRACE}' x", "curl '--header=Sentry-Trace:#{SENTRY_TRACE}' x"].each do |line|
      assert_equal 0, tracehop("explain", input: line).first
    end
    _, text, = tracehop("explain", "--json", input: CURL)
    assert_equal "https://x.test/a", JSON.parse(text)["request"]
  end

  HAR = { log: { entries: [["one", SENTRY_TRACE], %w[two nonsense]].map do |path, value|
    { request: { url: "https://x.test/#{path}", headers: [{ name: "Sentry-Trace", value: }, { name: "A", value: "b" }] } }
  end } }.freeze

  def har(text)
    Tempfile.create { |file| yield file.tap { file.write(text) && file.flush }.path }
  end

  def test_every_request_of_a_har_file
    har("\uFEFF#{JSON.generate(HAR)}") do |path|
      code, text, = tracehop("explain", "--har", path)
      assert_match(%r{\Ahttps://x.test/one\ncontinues.*\n\nhttps://x.test/two\nstarts a new}m, text)
      facts = JSON.parse(tracehop("explain", "--har", path, "--json")[1])
      assert_equal [1, [true, false]], [code, facts.map { |fact| fact["continues"] }]
    end
  end

  def test_what_is_no_har_file_no_curl_line_and_no_header_is_told
    ["{}", "[]", "no", '{"log":{"entries":[{"request":7}]}}'].each do |text|
      har(text) { |path| assert_match(/#{path} is no HAR file: /, tracehop("explain", "--har", path).last) }
    end
    assert_equal 2, tracehop("explain", "--har", "/none").first
    assert_match(/curl line cannot be read: Unmatched/, tracehop("explain", "--curl", "curl 'x").last)
    assert_match(/no header found: give lines of the form/, tracehop("explain", "no header").last)
  end

  def test_what_this_service_would_send
    options = %w[--public-key k --release r@1 --environment e --traces-sample-rate 1 --propagate-traceparent]
    code, text, = tracehop("explain", "--json", *options, input: "")
    facts = JSON.parse(text)
    assert_equal [1, true, 1.0], [code, *facts.values_at("sampled", "sample_rate")]
    assert_equal Tracehop::HEADER_NAMES.first(3).sort, facts["sends"].keys.sort
    assert_equal "r@1", propagator.continue_trace(facts["sends"]).dynamic_sampling_context["release"]
  end

  def test_a_broken_trace_is_exit_code_one
    code, text, = tracehop("explain", "sentry-trace: nonsense")
    assert_equal 1, code
    assert_match(/starts a new trace.*sentry_trace_malformed: The sentry-trace header is malformed/m, text)
    assert_equal [1, 2], [tracehop("explain", input: "a: \xFF\n").first, tracehop("explain", input: "\xFF\n").first]
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
    text, status = Open3.capture2e(*RUBY, file, "explain", stdin_data: "sentry-trace: #{SENTRY_TRACE}")
    assert_equal [0, true], [status.exitstatus, text.include?(TRACE_ID)]
  end
end
