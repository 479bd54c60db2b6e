# frozen_string_literal: true

require_relative "test_helper"

# A wrong option raises when it is configured and names itself and the remedy; exceptions of callables do no harm.
class TestOptions < Minitest::Test
  include Samples

  URL = "https://api.myapp.com/"

  def test_an_option_of_a_wrong_type_raises_type_error
    { dsn: 7, public_key: :key, org_id: 1.5, release: Object.new, environment: 7, traces_sample_rate: "0.5", traces_sampler: 7,
      trace_propagation_targets: "api", strict_trace_continuation: nil, propagate_traceparent: "yes" }.each do |name, wrong|
      error = assert_raises(TypeError) { propagator(name => wrong) }
      assert_match(/\A#{name} takes .+, not #{wrong.class}\z/, error.message)
    end
    error = assert_raises(TypeError) { propagator(trace_propagation_targets: ["a", 7]) }
    assert_match(/\Atrace_propagation_targets\[1\] takes .*Tracehop::Origin.*, not Integer/, error.message)
  end

  def test_an_option_of_a_wrong_value_raises_option_error
    { dsn: "https://sentry.io/1", org_id: "abc", traces_sample_rate: 1.5 }.each do |name, wrong|
      error = assert_raises(Tracehop::OptionError) { propagator(name => wrong) }
      assert_equal name, error.option
      assert_match(/#{name}|DSN/, error.message)
      assert_kind_of ArgumentError, error
    end
    assert_raises(Tracehop::OptionError) { propagator(traces_sample_rate: Float::NAN) }
    assert_raises(ArgumentError) { propagator(no_such_option: 1) }
  end

  def test_numbers_and_booleans_are_rates_and_integers_org_ids
    assert_equal 1.0, propagator(traces_sample_rate: true).start_trace.sample_rate
    assert_equal 0.5, propagator(traces_sample_rate: Rational(1, 2)).start_trace.sample_rate
    assert_equal "7", propagator(org_id: 7).start_trace.dynamic_sampling_context["org_id"]
  end

  def test_arguments_of_a_wrong_type_raise
    assert_raises(TypeError) { propagator.continue_trace({}, transaction: 7) }
    error = assert_raises(TypeError) { propagator.continue_trace({}, sampled: 1) }
    assert_match(/sampled takes true, false or nil, not Integer/, error.message)
    assert_raises(TypeError) { propagator.start_trace(link: 7) }
    assert_raises(TypeError) { propagator.start_trace.sample("0.5") }
    assert_raises(TypeError) { propagator.start_trace.sample(nil) }
    assert_raises(Tracehop::OptionError) { propagator.start_trace.sample(2) }
  end

  def test_a_text_target_that_looks_like_a_regex_warns_at_the_caller
    _, err = capture_io { Tracehop::Propagator.new(trace_propagation_targets: ["^https://api"]) }
    assert_match(/test_options\.rb:\d+: warning: .*regex/, err)
    assert_silent { propagator(trace_propagation_targets: ["https://api.myapp.com"]) }
  end

  def test_regexp_targets_keep_their_options
    { /API\.MYAPP/i => true, /API\.MYAPP/ => false, /api . myapp/x => true, %r{^https://api} => true, /\Ahttps/ => true,
      /myapp\z/ => false, %r{com/$} => true }.each do |regexp, expected|
      assert_equal expected, propagator(trace_propagation_targets: [regexp]).allows(URL), regexp.inspect
    end
  end

  def test_a_regexp_that_would_mean_something_else_is_refused
    [/(?=api)/, /(a)\1/, /a*+b/, /(?>a)/, /\G/, /\K/, /(?<!a)b/, /[a&&b]/].each do |regexp|
      error = assert_raises(Tracehop::OptionError, regexp.inspect) { propagator(trace_propagation_targets: ["x", regexp]) }
      assert_equal :trace_propagation_targets, error.option
      assert_match(/trace_propagation_targets\[1\]: .*function/, error.message)
    end
  end

  def test_bytes_in_a_regexp_are_the_characters_that_ruby_reads
    accent = Regexp.new('caf\xC3\xA9')
    [accent, /\u00e9/, /[\xC3\xA9]/, /é/u, Regexp.new("caf".encode("EUC-JP"))].each do |regexp|
      %w[https://a.test/café https://a.test/cafÃ©].each do |url|
        assert_equal regexp.match?(url), propagator(trace_propagation_targets: [regexp]).allows(url), [regexp, url].inspect
      end
    end
  end

  # Matching them against the text of a URL raises in Ruby.
  def test_a_regexp_of_another_encoding_is_refused
    [/\xE9/n, Regexp.new("\xA4\xA2".dup.force_encoding("EUC-JP")), Regexp.new("é".encode("ISO-8859-1"))].each do |regexp|
      capture_io { assert_raises(Encoding::CompatibilityError) { regexp.match?("https://a.test/é") } }
      error = assert_raises(Tracehop::OptionError, regexp.inspect) { propagator(trace_propagation_targets: [regexp]) }
      assert_match(/bytes pattern/, error.message)
    end
  end

  # A backtracking engine would take exponential time.
  def test_a_nested_quantifier_takes_linear_time
    targets = propagator(trace_propagation_targets: [/^https:\/\/(\w+\.?)+example\.com/])
    refute targets.allows("https://#{"a" * 5_000}!")
  end

  def test_callables_are_function_targets
    seen = []
    targets = propagator(trace_propagation_targets: [->(url) { seen << url && false }, method(:ours?)])
    assert targets.allows(URL)
    assert_equal [URL], seen
  end

  def ours?(url)
    url.include?("myapp")
  end

  def test_a_standard_error_in_a_target_means_no
    failing = propagator(trace_propagation_targets: [->(_) { raise ArgumentError, "no" }])
    outcome = failing.inject(incoming, URL, {})
    assert_equal [:not_a_target, %i[target_not_allowed target_failed]], [outcome.reason, codes(outcome.findings)]
  end

  def raising(error)
    ->(_) { raise error }
  end

  def test_what_a_wrong_function_raises_is_reported_once_with_its_backtrace
    functions = { traces_sampler: raising("rate"), trace_propagation_targets: ["x", raising("first"), raising(IndexError)] }
    failing = propagator(**functions)
    _, reported = capture_io { 2.times { failing.inject(failing.start_trace, URL, {}) } }
    names = %w[traces_sampler trace_propagation_targets[1] trace_propagation_targets[2]]
    assert_equal names, reported.scan(/^tracehop: (\S+) raised;/).flatten
    assert_equal 3, reported.scan(/#{File.basename(__FILE__)}:\d+:in .*raising/).size
    assert_match(/ rate \(RuntimeError\)/, reported)
  end

  def test_explain_names_each_target_that_raised
    failing = propagator(trace_propagation_targets: [raising("first"), raising(IndexError), Tracehop::Origin.new("https://a.test")])
    capture_io do
      2.times do
        raised = "trace_propagation_targets[0] raised RuntimeError: first; trace_propagation_targets[1] raised IndexError: IndexError"
        assert_equal "not allowed: none of the 3 trace_propagation_targets matches the URL; #{raised}", failing.explain("https://b.test")
        assert_match(/\Aallowed: origin target 3, .*; #{Regexp.escape(raised)}\z/, failing.explain("https://a.test"))
      end
    end
  end

  def test_a_sampler_gets_sentrys_hash_and_may_fail
    seen = nil
    sampled = propagator(traces_sampler: ->(hash) { (seen = hash) && 1 }).continue_trace(INCOMING, transaction: "GET /")
    assert_equal({ name: "GET /" }, seen[:transaction_context])
    assert_equal [true, nil, 0.25, TRACE_ID], seen.values_at(:parent_sampled, :parent_sample_rate, :sample_rand, :trace_id)
    assert_equal [true, 1.0], [sampled.sampled, sampled.sample_rate]
    [->(_) { raise "no" }, ->(_) { nil }, ->(_) { "1" }, ->(_) { 7 }, ->(_) { Float::NAN }].each do |bad|
      context = propagator(traces_sampler: bad).start_trace
      assert_equal [false, nil, [:sampler_failed]], [context.sampled, context.sample_rate, codes(context.findings)]
    end
  end

  def test_interrupts_exits_and_throws_pass_through
    interrupting = propagator(traces_sampler: ->(_) { raise Interrupt }, trace_propagation_targets: [->(_) { throw :out, 7 }])
    assert_raises(Interrupt) { interrupting.start_trace }
    assert_raises(SystemExit) { propagator(traces_sampler: ->(_) { exit }).start_trace }
    assert_equal(7, catch(:out) { interrupting.allows(URL) })
    thread = Thread.new { propagator(traces_sampler: ->(_) { Thread.current.kill }).start_trace && flunk }
    assert_nil thread.join.value
  end

  def test_equal_patterns_of_a_browser_are_equal
    regexp = Tracehop::EcmaRegExp.new("a", "i")
    assert_equal [regexp], [regexp, Tracehop::EcmaRegExp.new("a", "i")].uniq
    refute_equal regexp, Tracehop::EcmaRegExp.new("a")
  end

  def test_origin
    assert_equal "https://*.myapp.com", Tracehop::Origin.new("https://*.myapp.com").to_s
    assert_equal Tracehop::Origin.new("https://a.b"), Tracehop::Origin.new("https://a.b")
    assert propagator(trace_propagation_targets: [Tracehop::Origin.new("https://*.myapp.com")]).allows(URL)
    error = assert_raises(Tracehop::OptionError) { Tracehop::Origin.new("https://a.b/path") }
    assert_match(/origin target has no path/, error.message)
  end

  def test_a_wrong_type_of_origin_raises
    error = assert_raises(TypeError) { Tracehop::Origin.new(nil) }
    assert_match(/Tracehop::Origin.new takes a String, not NilClass/, error.message)
  end
end
