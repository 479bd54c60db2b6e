# frozen_string_literal: true

require_relative "test_helper"
require_relative "vectors/notation"
require "async/http"
require "faraday"
require "httpclient"
require "action_dispatch"
require "json"
require "net/http"
require "rack"

# The carriers of continue_trace: all forms give the same context, and none is changed.
class TestCarriers < Minitest::Test
  include Samples

  SEED = Random.bytes(24)
  # Rack's class for headers, which depends on its version.
  RACK_HEADERS = defined?(Rack::Headers) ? Rack::Headers : Rack::Utils::HeaderHash
  FACTS = %i[sentry_trace parent_span_id baggage sample_rand findings dynamic_sampling_context].freeze

  # The same headers in every form that has one value per name.
  FORMS = {
    hash: ->(headers) { headers },
    upper_case: ->(headers) { headers.transform_keys(&:upcase) },
    capitalized: ->(headers) { headers.transform_keys { |name| name.split("-").map(&:capitalize).join("-") } },
    symbols: ->(headers) { headers.transform_keys { |name| name.tr("-", "_").to_sym } },
    dashed_symbols: ->(headers) { headers.transform_keys(&:to_sym) },
    lines: ->(headers) { headers.transform_values { |value| [value] } },
    pairs: ->(headers) { headers.to_a },
    env: ->(headers) { headers.to_h { |name, value| ["HTTP_#{name.upcase.tr("-", "_")}", value] }.merge("REQUEST_METHOD" => "GET") },
    env_pairs: ->(headers) { FORMS[:env].call(headers).to_a },
    rack_headers: ->(headers) { RACK_HEADERS[FORMS[:capitalized].call(headers)] },
    faraday_headers: ->(headers) { Faraday::Utils::Headers.new(headers) },
    sidekiq_job: ->(headers) { { "class" => "W", "args" => [1], "jid" => "7", "trace_propagation_headers" => headers } },
    enumerable: ->(headers) { headers.each },
    default_proc: ->(headers) { Hash.new { raise "no such header" }.merge!(headers) },
    frozen: ->(headers) { headers.to_h { |name, value| [name.dup.freeze, value.dup.freeze] }.freeze },
    utf8: ->(headers) { headers.transform_values { |value| value.dup.force_encoding(Encoding::UTF_8) } },
    latin1: ->(headers) { headers.transform_values { |value| value.dup.force_encoding(Encoding::ISO_8859_1) } },
    ascii: ->(headers) { headers.transform_values { |value| value.dup.force_encoding(Encoding::US_ASCII) } },
    binary: ->(headers) { headers.to_h { |name, value| [name.b, value.b] } }
  }.freeze

  VECTORS = Dir[File.join(REPOSITORY, "core/vectors/continue_*.json")].flat_map do |file|
    records = JSON.parse(File.read(file), symbolize_names: true)
    records[:verb] == "continue_trace" ? records[:vectors].map { |vector| vector[:given] } : []
  end
  GIVEN = VECTORS.filter_map do |given|
    headers = given[:headers] && Notation.hash(given[:headers])
    [given, headers.transform_keys(&:downcase)] if headers&.each_value&.all?(String) && headers.each_key.none? { _1.include?("_") }
  end

  def facts(given, carrier)
    options = Notation.options(given[:options])
    context = propagator(**options).send(:native_continue_trace, carrier, nil, nil, SEED)
    FACTS.map { |name| context.public_send(name) }
  end

  FORMS.each do |name, form|
    define_method("test_every_vector_as_#{name}") do
      refute_empty GIVEN
      GIVEN.each { |given, headers| assert_equal facts(given, headers.to_a), facts(given, form.call(headers)), headers }
    end
  end

  def test_a_net_http_message
    request = Net::HTTP::Post.new("/", "Sentry-Trace" => SENTRY_TRACE)
    request.add_field("Baggage", "sentry-a=1")
    request.add_field("Baggage", "sentry-b=2")
    context = propagator.continue_trace(request)
    assert_equal TRACE_ID, context.trace_id
    assert_equal %w[a b], context.dynamic_sampling_context.keys.first(2)
  end

  # Many libraries have nil for a message without headers.
  def test_nil_is_a_message_without_headers
    context = propagator.continue_trace(nil)
    assert_nil context.parent_span_id
    assert_includes codes(context.findings), :sentry_trace_missing
  end

  def httpclient(pairs)
    HTTP::Message::Headers.new.tap { |headers| pairs.each { |name, value| headers.add(name, value) } }
  end

  def test_header_objects_of_known_libraries_are_read
    objects = {
      httpclient: httpclient(INCOMING),
      async_http: Protocol::HTTP::Headers.new(INCOMING.to_a),
      rails: ActionDispatch::Http::Headers.from_hash("REQUEST_METHOD" => "GET", "HTTP_SENTRY_TRACE" => SENTRY_TRACE, "HTTP_BAGGAGE" => BAGGAGE)
    }
    objects.each do |name, object|
      context = propagator.continue_trace(object)
      assert_equal [TRACE_ID, "app@1"], [context.trace_id, context.dynamic_sampling_context["release"]], name
    end
  end

  def test_header_objects_of_known_libraries_are_written
    [Protocol::HTTP::Headers.new([["baggage", "tenant=acme"]]), httpclient({ "baggage" => "tenant=acme" })].each do |object|
      context = incoming
      assert propagator.inject(context, "http://x.test/", object).written?
      again = propagator.continue_trace(object)
      assert_equal [context.span_id, context.trace_id], [again.parent_span_id, again.trace_id]
    end
  end

  def test_the_headers_of_a_job_count_if_it_has_none_of_its_own
    job = { "sentry-trace" => SENTRY_TRACE, "trace_propagation_headers" => { "sentry-trace" => fresh_trace.last } }
    assert_equal TRACE_ID, propagator.continue_trace(job).trace_id
    [7, nil, [], "text", { 7 => 7 }, { "sentry-trace" => 7 }].each do |odd|
      assert_nil propagator.continue_trace({ "jid" => "7", "trace_propagation_headers" => odd }).parent_span_id
    end
    assert_equal TRACE_ID, propagator.continue_trace({ trace_propagation_headers: INCOMING }).trace_id
  end

  # A write to one of these raises FrozenError.
  def test_reading_changes_nothing
    service = propagator
    (FORMS.keys - %i[enumerable default_proc]).each do |name|
      carrier = Ractor.make_shareable(FORMS[name].call(INCOMING.transform_values(&:dup)))
      assert_equal TRACE_ID, service.continue_trace(carrier).trace_id, name
      assert_equal SENTRY_TRACE, service.start_trace(link: carrier).link.to_s, name
      assert_equal TRACE_ID, Tracehop::TraceLifetime.new(service).page_load(carrier).trace_id, name
      assert_equal({}, service.continue_trace({}).headers(carrier), name) unless name == :sidekiq_job
    end
  end

  def test_several_lines_in_an_array_are_all_read
    context = propagator.continue_trace({ "sentry-trace" => SENTRY_TRACE, "baggage" => ["sentry-a=1", "sentry-b=2"] })
    assert_equal({ "a" => "1", "b" => "2" }, context.dynamic_sampling_context.slice("a", "b"))
  end

  def test_values_of_other_types_are_skipped_with_a_finding
    [nil, 7, :text, 1.5, Object.new, { "a" => 1 }].each do |other|
      context = propagator.continue_trace({ "sentry-trace" => SENTRY_TRACE, "baggage" => other })
      assert_equal TRACE_ID, context.trace_id
      assert_includes codes(context.findings), :value_type_skipped
    end
  end

  def test_keys_of_other_types_are_ignored
    context = propagator.continue_trace(INCOMING.merge(7 => "x", nil => "y", Object.new => "z"))
    assert_equal TRACE_ID, context.trace_id
  end

  def test_a_rack_env_has_only_its_http_names
    env = { "REQUEST_METHOD" => "GET", "sentry-trace" => SENTRY_TRACE, "SENTRY_TRACE" => SENTRY_TRACE, sentry_trace: SENTRY_TRACE }
    assert_includes codes(propagator.continue_trace(env).findings), :sentry_trace_missing
  end

  # A small Hash is first read for its lower-case names. If that does not suffice, no header is read twice.
  def test_a_small_hash_of_other_keys_is_read_once
    [{ "sentry-trace" => SENTRY_TRACE, "Baggage" => "sentry-a=1" }, { "sentry-trace" => SENTRY_TRACE, baggage: "sentry-a=1" },
     { "sentry-trace" => SENTRY_TRACE, 7 => "x" }, { "REQUEST_METHOD" => "GET", "HTTP_SENTRY_TRACE" => SENTRY_TRACE },
     { "sentry-trace" => SENTRY_TRACE, "trace_propagation_headers" => INCOMING }].each do |carrier|
      context = propagator.continue_trace(carrier)
      assert_equal TRACE_ID, context.trace_id, carrier
      refute_includes codes(context.findings), :sentry_trace_repeated, carrier
    end
  end

  def test_only_the_lower_case_name_counts
    other, header = fresh_trace
    context = propagator.continue_trace({ "Sentry-Trace" => header, "sentry-trace" => SENTRY_TRACE })
    assert_equal TRACE_ID, context.trace_id
    refute_equal other, context.trace_id
  end

  def test_a_carrier_of_a_wrong_type_raises_and_says_what_is_accepted
    odd = Object.new
    odd.define_singleton_method(:to_hash) { 7 }
    [7, "text", :text, Object.new, (1..), odd, Struct.new(:to_a).new, Hash].each do |wrong|
      error = assert_raises(TypeError) { propagator.continue_trace(wrong) }
      assert_match(/headers_or_env takes a Hash, .*, not #{wrong.class}/, error.message)
    end
    assert_match(/not BasicObject/, assert_raises(TypeError) { propagator.continue_trace(BasicObject.new) }.message)
    error = assert_raises(TypeError) { Tracehop::TraceLifetime.new(propagator).page_load(7) }
    assert_match(/html_or_headers \(a String of HTML, or headers\) takes a Hash, .*, not Integer/, error.message)
    assert_raises(TypeError) { propagator.continue_trace([%w[a b c]]) }
    assert_raises(TypeError) { propagator.continue_trace(["sentry-trace", SENTRY_TRACE]) }
    assert_raises(TypeError) { propagator.continue_html(nil) }
    assert_raises(TypeError) { propagator.continue_environ(7) }
  end

  def test_hostile_bytes_never_raise
    random = Random.new(7)
    500.times do
      value = random.bytes(random.rand(64)).force_encoding([Encoding::UTF_8, Encoding::BINARY, Encoding::UTF_16LE].sample(random:))
      context = propagator.continue_trace({ "sentry-trace" => SENTRY_TRACE, "baggage" => value, value => value })
      assert_equal TRACE_ID, context.trace_id
      assert context.headers("baggage" => value)
      assert propagator.continue_html(value)
    end
  end

  def test_the_environment_of_the_process
    context = incoming
    child = propagator.continue_environ(context.environ)
    assert_equal [context.trace_id, context.span_id], [child.trace_id, child.parent_span_id]
    assert propagator.continue_environ
  end

  def test_meta_tags_of_a_page
    context = incoming
    page = "<html><head>#{context.meta_tags}</head>"
    assert_equal context.span_id, propagator.continue_html(page).parent_span_id
  end
end
