# frozen_string_literal: true

require_relative "test_helper"
require "json"

# The value objects: frozen, equal by value, and readable by `inspect`.
class TestContext < Minitest::Test
  include Samples

  def test_getters_of_a_continued_trace
    context = incoming(release: "ours@1")
    assert_equal [TRACE_ID, PARENT, true, true], [context.trace_id, context.parent_span_id, context.sampled?, context.parent_sampled]
    assert_equal({ "trace_id" => TRACE_ID, "sample_rand" => "0.25", "release" => "app@1" }, context.dynamic_sampling_context)
    assert_equal "#{TRACE_ID}-#{context.span_id}-1", context.sentry_trace
    assert_equal "00-#{TRACE_ID}-#{context.span_id}-01", context.traceparent
    assert_equal [BAGGAGE, 0.25, nil, nil], [context.baggage, context.sample_rand, context.sample_rate, context.link]
  end

  def test_child_and_sample_give_new_contexts
    context = incoming
    child = context.child
    assert_equal [context.trace_id, context.span_id], [child.trace_id, child.parent_span_id]
    assert_equal [true, 0.5], [context.sample(0.5).sampled, context.sample(0.5).sample_rate]
    assert_equal [false, nil], [context.sample(false).sampled, context.sample(false).sample_rate]
    assert_equal true, context.sampled
  end

  def test_a_link
    context = propagator.start_trace(link: INCOMING)
    refute_equal TRACE_ID, context.trace_id
    assert_equal SENTRY_TRACE, context.link.to_s
    assert_equal context.link, Tracehop::SentryTrace.parse(SENTRY_TRACE)
  end

  def test_objects_are_frozen_and_equal_by_value
    context = incoming
    assert context.frozen?
    assert_equal context, context.sample(true)
    refute_equal context, context.child
    assert_equal 1, [context, context].uniq.size
    assert_match(/\A#<Tracehop::TraceContext #{TRACE_ID}-\h{16}-1>\z/, context.inspect)
    assert_raises(TypeError) { Tracehop::TraceContext.new }
  end

  def test_strict_parsers_report_kind_and_offset
    error = assert_raises(Tracehop::HeaderError) { Tracehop::SentryTrace.parse("#{TRACE_ID}-x") }
    assert_equal [:span_id_malformed, 33], [error.kind, error.at]
    assert_match(/at byte 33/, error.message)
    assert_kind_of ArgumentError, error
    assert_raises(Tracehop::HeaderError) { Tracehop::Traceparent.parse("00-1") }
    assert_equal "00-#{TRACE_ID}-#{PARENT}-01", Tracehop::Traceparent.parse("00-#{TRACE_ID}-#{PARENT}-01").to_s
  end

  def test_baggage_shows_its_members
    baggage = Tracehop::Baggage.parse(["tenant=acme;x=1", "sentry-release=a%40b"])
    assert_equal({ "release" => "a@b" }, baggage.sentry)
    assert_equal ["tenant=acme;x=1"], baggage.foreign
    assert_equal({}, Tracehop::Baggage.parse("\xFF".b).sentry)
  end

  def test_passing_a_trace_to_a_page
    context = incoming
    assert_equal 2, context.meta_tags.scan("<meta name=").size
    assert_equal "cache;dur=1, sentry-trace;desc=\"#{context.sentry_trace}\", baggage;desc=\"#{context.baggage}\"",
                 context.server_timing("cache;dur=1")
    assert_instance_of String, context.meta_tags
  end

  def test_findings_are_a_fixed_table
    finding = Tracehop::Finding::ALL.first
    assert_equal [:sentry_trace_missing, 1], [finding.code, finding.number]
    assert_equal finding.message, finding.to_s
    assert_same finding, propagator.continue_trace({}).findings.first
    assert Ractor.shareable?(Tracehop::Finding::ALL)
  end

  def test_trace_lifetime
    lifetime = Tracehop::TraceLifetime.new(propagator)
    first = lifetime.current
    assert_equal TRACE_ID, lifetime.page_load(INCOMING).trace_id
    assert_equal first.trace_id, lifetime.previous.trace_id
    assert_equal TRACE_ID, lifetime.navigate.link.trace_id
    refute lifetime.rotate_if_older(60)
    assert lifetime.rotate_if_older(0)
    assert_equal TRACE_ID, lifetime.page_load("<head>#{incoming.meta_tags}</head>").trace_id
    assert_raises(ArgumentError) { lifetime.rotate_if_older(-1) }
  end

  def test_wrong_types_raise_and_say_what_is_accepted
    { "value takes a String, not NilClass" => -> { Tracehop::SentryTrace.parse(nil) },
      "value takes a String, not Symbol" => -> { Tracehop::Traceparent.parse(:x) },
      "Tracehop::TraceLifetime takes a Tracehop::Propagator, not NilClass" => -> { Tracehop::TraceLifetime.new(nil) },
      "seconds takes a number of seconds, 0 or more, not String" => -> { Tracehop::TraceLifetime.new(propagator).rotate_if_older("60") },
      "context takes a Tracehop::TraceContext, not Hash" => -> { propagator.envelope_trace({}) },
      "existing takes a String, not NilClass" => -> { incoming.server_timing(nil) }
    }.each { |message, act| assert_equal message, assert_raises(TypeError, &act).message }
    assert_equal [:value_type_skipped], codes(Tracehop::Baggage.parse(7).findings)
  end

  def test_a_sampler_may_use_the_lifetime_that_calls_it
    lifetime = nil
    sampler = ->(_) { lifetime ? lifetime.current.sample_rand : 1 }
    lifetime = Tracehop::TraceLifetime.new(propagator(traces_sampler: sampler))
    assert lifetime.navigate
  end

  def test_a_copy_of_a_value_is_the_value
    baggage = Tracehop::Baggage.parse(BAGGAGE)
    outcome = propagator.inject(incoming, "http://x.test/", {})
    [incoming, Tracehop::SentryTrace.parse(SENTRY_TRACE), baggage, outcome, propagator, Tracehop::Finding::ALL.first].each do |value|
      assert_same value, value.dup
      assert_same value, value.clone
      assert_same value, value.deep_dup
    end
  end

  def test_a_context_in_a_text_and_in_json
    context = incoming
    assert_equal context.sentry_trace, "#{context}"
    facts = { "trace_id" => TRACE_ID, "span_id" => context.span_id, "parent_span_id" => PARENT, "sampled" => true }
    assert_equal facts, JSON.parse(JSON.generate(context))
    assert_equal facts, JSON.parse(context.to_json)
    assert_equal facts, context.as_json
    assert_equal [SENTRY_TRACE].to_json, [Tracehop::SentryTrace.parse(SENTRY_TRACE)].to_json
  end

  def test_values_pass_through_marshal
    values = [Tracehop::SentryTrace.parse(SENTRY_TRACE), Tracehop::Traceparent.parse(incoming.traceparent), Tracehop::Finding::ALL.first]
    values.each { |value| assert_equal value, Marshal.load(Marshal.dump(value)) }
  end

  def test_a_marshalled_context_equals_the_one_that_was_marshalled
    contexts.each do |context|
      loaded = Marshal.load(Marshal.dump(context))
      assert_equal facts(context), facts(loaded)
      assert_equal context, loaded
      assert_predicate loaded, :frozen?
    end
  end

  def test_a_damaged_context_of_marshal_raises_type_error_or_keeps_to_the_rules
    text = incoming._dump(-1)
    assert_operator facts(Tracehop::TraceContext._load(text)).size, :>, 15
    ["", "2#{text[1..]}", text[0, 60], text.sub(TRACE_ID, "0" * 32), "\xFF"].each do |wrong|
      assert_raises(TypeError, wrong.inspect) { Tracehop::TraceContext._load(wrong) }
    end
    forged = Tracehop::TraceContext._load("#{text.rstrip},evil=1,sentry-x=\"><script>\r\n ")
    assert forged.baggage.end_with?(",sentry-x=%22%3E%3Cscript%3E"), forged.baggage
  end

  def test_a_propagator_shows_no_secret
    secret = propagator(dsn: "https://key:secret@o1.ingest.sentry.io/2")
    wrong = assert_raises(ArgumentError) { propagator(dsn: "https://key:secret@") }
    [secret.inspect, secret.to_s, "#{secret}", wrong.message].each { |text| refute_match(/secret/, text) }
  end

  private

  # One of each kind: continued, linked, adopted, head, child, decided again, with a low limit.
  def contexts
    carried = { "sentry-trace" => "#{TRACE_ID}-#{PARENT}-0", "traceparent" => "00-#{TRACE_ID}-#{PARENT}-00", "tracestate" => "vendor=a b,other=1",
                "baggage" => "tenant=acme,sentry-trace_id=#{TRACE_ID},sentry-sample_rate=0.123456789012345,sentry-release=a%20b,sentry-x" }
    service = propagator(dsn: "https://k@o1.ingest.sentry.io/1", propagate_traceparent: true, traces_sample_rate: 0.5)
    [service.continue_trace(carried), service.continue_trace(carried.slice("traceparent", "tracestate")), service.start_trace.sample(true),
     service.start_trace(link: carried).child, propagator(release: "a" * 100, max_baggage_bytes: 60).start_trace,
     service.adopt(carried), service.adopt(carried.slice("sentry-trace"))]
  end

  # The result of each public method that draws no random bytes.
  def facts(context)
    readers = %i[trace_id span_id parent_span_id sampled parent_sampled sample_rate sample_rand dynamic_sampling_context link sentry_trace
                 baggage traceparent findings headers meta_tags server_timing environ inspect hash to_json]
    known = readers.to_h { |name| [name, context.public_send(name)] }
    known.merge(beside: context.headers("baggage" => "a=1"), decided: [true, 0.5].map { |rate| context.sample(rate).headers })
  end
end
