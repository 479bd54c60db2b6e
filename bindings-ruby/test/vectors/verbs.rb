# frozen_string_literal: true

require_relative "notation"
require_relative "facts"

# One method per verb of core/vectors/README.md: takes `given` and returns the values that `expect` may contain, by key. A
# value that only some vectors expect is a lambda.
module Verbs
  OPTIONS = %i[options seed transaction sampled then].freeze
  KEYS = {
    sentry_trace_parse: %i[value], traceparent_parse: %i[value], baggage_parse: %i[lines],
    start_trace: [*OPTIONS, :link, :trace_id], adopt: %i[options headers gateway then], continue_trace: [*OPTIONS, :headers, :gateway, :environ, :html],
    headers: [*OPTIONS, :headers, :existing], inject: [*OPTIONS, :headers, :existing, :url, :page_url],
    allows: %i[options url page_url], strip: %i[existing], allow_headers: %i[options existing credentials],
    missing_cors_headers: %i[options answer credentials], is_shared_cache: %i[value],
    server_timing: %i[options seed existing headers], lifetime: %i[options steps], propagator: %i[options]
  }.freeze

  module_function

  def sentry_trace_parse(given) = parse(Tracehop::SentryTrace, given)
  def traceparent_parse(given) = parse(Tracehop::Traceparent, given)

  def parse(type, given)
    parsed = type.parse(Notation.bytes(given[:value]))
    { canonical: parsed.to_s, trace_id: parsed.trace_id, span_id: parsed.span_id, sampled: parsed.sampled }
  rescue Tracehop::HeaderError => error
    { error: { kind: error.kind, at: error.at } }
  end

  def baggage_parse(given)
    baggage = Tracehop::Baggage.parse(given[:lines].map { |line| Notation.bytes(line) })
    { sentry: baggage.sentry.to_a, foreign: baggage.foreign, findings: baggage.findings }
  end

  def start_trace(given) = Facts.of(*begin_at(given))
  def continue_trace(given) = Facts.of(*begin_at(given))

  def adopt(given)
    propagator = Tracehop::Propagator.new(**Notation.options(given[:options]))
    carrier = given[:gateway] ? Notation.env(given[:gateway]) : Notation.pairs(given[:headers])
    context = propagator.adopt(carrier) or return { adopted: false }
    { adopted: true, **Facts.of(steps(given, context), propagator, []) }
  end

  def steps(given, context) = (given[:then] || []).reduce(context) { |before, step| next_context(before, step) }

  # The initial context of a vector, its propagator and the sampler's argument.
  def begin_at(given, carrier: nil)
    saw = []
    propagator = Tracehop::Propagator.new(**Notation.options(given[:options], saw))
    context = first_context(propagator, given, carrier)
    [steps(given, context), propagator, saw]
  end

  def first_context(propagator, given, carrier)
    how = [Notation.text(given[:transaction]), given[:sampled], Notation.seed(given[:seed])]
    case given
    in { headers: } then propagator.send(:native_continue_trace, carrier || Notation.pairs(headers), *how)
    in { gateway: } then propagator.send(:native_continue_trace, Notation.env(gateway), *how)
    in { environ: } then propagator.send(:native_continue_environ, Notation.pairs(environ).to_h, *how)
    in { html: } then propagator.send(:native_continue_html, Notation.bytes(html), *how)
    else start(propagator, given)
    end
  end

  def start(propagator, given)
    link = given[:link] && Notation.pairs(given[:link])
    propagator.send(:native_start_trace, Notation.text(given[:transaction]), given[:sampled], link, given[:trace_id],
                    Notation.seed(given[:seed]))
  end

  def next_context(context, step)
    case step
    in { child: digits } then context.send(:native_child, Notation.seed(digits))
    in { sample: decision } then context.sample(Notation.number(decision))
    end
  end

  def headers(given)
    context, = begin_at(given)
    set, outcome = context.send(:native_outgoing, Notation.pairs(given[:existing] || []))
    { reason: outcome.reason, set: set.to_a, findings: outcome.findings }
  end

  def inject(given)
    context, propagator = begin_at(given)
    request = Recorder.new(Notation.pairs(given[:existing] || []))
    outcome = propagator.inject(context, Notation.text(given[:url]), request, page_url: Notation.text(given[:page_url]))
    { reason: outcome.reason, set: request.set, findings: outcome.findings }
  end

  def allows(given)
    propagator = Tracehop::Propagator.new(**Notation.options(given[:options]))
    url, page_url = Notation.text(given[:url]), Notation.text(given[:page_url])
    allowed, reason, target, findings, text = propagator.send(:native_explanation, url, page_url)
    { allowed: propagator.allows(url, page_url:) & allowed, reason:, target:,
      findings: Tracehop::Finding.of(findings), explain: text }
  end

  def strip(given)
    request = Recorder.new(Notation.pairs(given[:existing]))
    { findings: Tracehop::Finding.of(Tracehop::Native.strip(request)), set: request.set }
  end

  def allow_headers(given)
    propagator = Tracehop::Propagator.new(**Notation.options(given[:options]))
    { value: propagator.allow_headers(Notation.text(given[:existing]), credentials: given.fetch(:credentials, false)) }
  end

  def missing_cors_headers(given)
    propagator = Tracehop::Propagator.new(**Notation.options(given[:options]))
    answer = Notation.pairs(given[:answer])
    { missing: propagator.missing_cors_headers(answer, credentials: given.fetch(:credentials, false)) }
  end

  def is_shared_cache(given) = { shared: Tracehop::Native.shared_cache?(Notation.text(given[:value])) }

  def server_timing(given)
    context, = begin_at(given)
    { value: context.server_timing(Notation.text(given[:existing])) }
  end

  def propagator(given)
    { ok: true, warnings: Tracehop::Propagator.new(**Notation.options(given[:options])).send(:native_warnings).size }
  rescue Tracehop::OptionError => error
    { error: { kind: error.kind, option: error.option } }
  end

  def lifetime(given)
    propagator = Tracehop::Propagator.new(**Notation.options(given[:options]))
    lifetime = nil
    steps = given[:steps].map do |step|
      lifetime, rotated = live(propagator, lifetime, step, [Notation.seed(step[:seed]), step[:now].to_f])
      [lifetime.current.trace_id, lifetime.previous&.to_s, rotated, lifetime.current.sampled, lifetime.current.link&.to_s]
    end
    %i[trace_ids previous rotated sampled links].zip(steps.transpose).to_h
  end

  def live(propagator, lifetime, step, how)
    case step
    in { new: true } then [Tracehop::TraceLifetime.send(:native_new, propagator, *how)]
    in { page_load: } then [lifetime.tap { _1.send(:native_page_load, page(page_load), *how) }]
    in { navigate: true } then [lifetime.tap { _1.send(:native_navigate, *how) }]
    in { start_new_trace: true } then [lifetime.tap { _1.send(:native_start_new_trace, *how) }]
    in { rotate_if_older: age } then [lifetime, lifetime.send(:native_rotate_if_older, age, *how)]
    end
  end

  def page(node)
    case node
    in nil then nil
    in { headers: } then Notation.pairs(headers)
    in { html: } then Notation.bytes(html)
    end
  end

  # A message of an unknown class: yields its headers by `each` and records which are set and removed.
  class Recorder
    include Enumerable

    attr_reader :set

    def initialize(pairs)
      @pairs = pairs
      @set = []
    end

    def each(&) = @pairs.each(&)
    def []=(name, value)
      @set << [name, value]
    end

    def delete(name)
      @set << [name, ""]
    end
  end
end
