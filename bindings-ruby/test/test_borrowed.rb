# frozen_string_literal: true

require_relative "test_helper"

# The compiled part reads Ruby's strings without a copy. The result stays correct if the garbage collector moves them or
# the service's code changes them meanwhile.
class TestBorrowed < Minitest::Test
  include Samples

  SOURCES = File.join(REPOSITORY, "bindings-ruby/ext/tracehop/src")
  SEED = "0123456789abcdef01234567".b.freeze

  # Lines of each length around the limits of Ruby's embedded strings (23 bytes, and up to 640 since 3.2).
  LINES = [1, 22, 23, 24, 25, 600, 700, 17_000].map { |size| "sentry-a#{size}=#{"x" * size}" }.freeze

  def stressed
    GC.stress = true
    yield
  ensure
    GC.stress = false
  end

  # A carrier of new strings without other references.
  def carrier(lines) = { "sentry-trace" => "#{SENTRY_TRACE} ".strip, "baggage" => lines.map(&:dup) }

  def facts(context) = [context.sentry_trace, context.baggage, context.findings]

  def continued(carrier, **options) = propagator(**options).send(:native_continue_trace, carrier, nil, nil, SEED)

  (1..LINES.size).each do |count|
    define_method("test_#{count}_lines_are_read_under_gc_stress") do
      lines = LINES.first(count)
      forms = [carrier(lines), carrier(lines).to_a, lines.map { |line| ["Baggage", line] } << ["Sentry-Trace", SENTRY_TRACE]]
      forms.each do |form|
        expected = facts(continued(form))
        ours, message = propagator, Marshal.load(Marshal.dump(form))
        assert_equal expected, facts(stressed { ours.send(:native_continue_trace, message, nil, nil, SEED) })
      end
      existing = { "Baggage" => lines.map { |line| line.sub("sentry-", "") } }
      context = incoming
      assert_equal context.headers(existing), stressed { context.headers(existing) }
    end
  end

  def test_a_sampler_that_changes_the_message_changes_nothing_that_was_read
    expected = facts(continued(INCOMING, traces_sampler: ->(_) { 1 }))
    message = INCOMING.transform_values(&:dup)
    sampler = lambda do |_|
      message.each_value { |value| value.replace("?" * 100_000) }
      message.clear
      GC.compact
      1
    end
    assert_equal expected, facts(continued(message, traces_sampler: sampler))
    assert_empty message
  end

  def test_a_function_target_that_changes_url_and_headers_changes_nothing_that_was_read
    url = "https://api.myapp.com/users"
    headers = { "baggage" => "tenant=acme" }
    change = lambda do |_|
      url.replace("?" * 100_000)
      headers["baggage"].replace("!" * 100_000)
      GC.compact
      true
    end
    target = propagator(trace_propagation_targets: [change])
    assert_predicate target.inject(incoming, url = url.dup, headers = headers.transform_values(&:dup)), :written?
    assert headers["baggage"].start_with?("tenant=acme,sentry-")
    assert target.allows(url = "https://api.myapp.com/users".dup)
  end

  def test_a_url_is_text_in_its_encoding
    everywhere = propagator(trace_propagation_targets: ["é"])
    assert everywhere.allows("https://a.test/é")
    assert everywhere.allows("https://a.test/é".encode(Encoding::ISO_8859_1))
    refute everywhere.allows("https://a.test/é".b)
    refute everywhere.allows("https://a.test/\xe9".dup)
    assert propagator.allows("https://a.test/".b)
    refute propagator.allows("https://a.test/\xe9".dup)
  end

  def test_a_context_keeps_its_texts_when_the_message_changes
    message = INCOMING.transform_values(&:dup)
    context = continued(message)
    message.each_value { |value| value.replace("?" * value.size) }
    assert_equal BAGGAGE, context.baggage
    assert_equal BAGGAGE, context.child.headers["baggage"]
  end

  # The assumptions of the proof in borrowed.rs.
  def test_unsafe_code_is_in_one_file_and_ruby_get_is_not_called
    code = Dir["#{SOURCES}/*.rs"].to_h { |file| [File.basename(file), File.readlines(file).grep_v(%r{^\s*//}).join] }
    assert_equal ["borrowed.rs"], code.select { |_, text| text.match?(/\bunsafe\b/) || text.include?("allow(unsafe_code") }.keys
    assert_includes code["lib.rs"], "#![deny(unsafe_code)]"
    assert_empty code.select { |_, text| text.match?(/Ruby::get(_unchecked)?\(/) }.keys
  end
end
