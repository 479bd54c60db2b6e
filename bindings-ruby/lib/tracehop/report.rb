# frozen_string_literal: true

require "json"
require "tracehop"

module Tracehop
  # What `tracehop explain` tells about the headers of one message: all of it comes from the core.
  class Report
    # @param propagator [Propagator]
    # @param pairs [Array<Array(String, String)>] the message's headers
    # @param url [String, nil] where this service would send a request next
    # @param page_url [String, nil] the page that would make it
    # @param request [String, nil] where the message itself went
    def initialize(propagator, pairs, url: nil, page_url: nil, request: nil)
      @propagator = propagator
      @pairs = pairs
      @url = url
      @page_url = page_url
      @request = request
      @context = propagator.continue_trace(pairs)
    end

    # Does the message's trace go on here? A new trace would be another one each time.
    def continues?
      @propagator.continue_trace(@pairs).trace_id == @context.trace_id
    end

    # @return [Hash]
    def to_h
      { request: @request, continues: continues?, **ids, **decision,
        dynamic_sampling_context: @context.dynamic_sampling_context,
        foreign: Baggage.send(:native_of, @pairs).foreign,
        findings: @context.findings.map { |finding| { code: finding.code, number: finding.number, message: finding.message } },
        sends: @context.headers,
        url: @url && { url: @url, allowed: @propagator.allows(@url, page_url: @page_url), why: why } }
    end

    # @return [String]
    def to_json(*arguments)
      JSON.pretty_generate(to_h, *arguments)
    end

    # @return [String] for people
    def to_s
      facts = to_h
      [*@request, trace(facts), *table("sampling context", facts[:dynamic_sampling_context]),
       *list("foreign baggage, shown and never forwarded", facts[:foreign]),
       *list("odd", @context.findings.map { |finding| "#{finding.code}: #{finding}" }),
       *table("this service would send", facts[:sends]), *(@url ? ["#{@url}\n  #{why}"] : [])].join("\n")
    end

    private

    def ids
      { trace_id: @context.trace_id, parent_span_id: @context.parent_span_id, link: @context.link&.to_s }
    end

    def decision
      { sampled: @context.sampled, sample_rate: @context.sample_rate, sample_rand: @context.sample_rand }
    end

    def trace(facts)
      start = facts[:continues] ? "continues trace" : "starts a new trace, such as"
      decision = { true => "sampled", false => "not sampled" }.fetch(facts[:sampled], "undecided")
      rate = facts[:sample_rate] ? " at rate #{facts[:sample_rate]}" : ""
      ["#{start} #{facts[:trace_id]}", facts[:parent_span_id] && "  parent span #{facts[:parent_span_id]}",
       facts[:link] && "  refused: #{facts[:link]}", "  #{decision}#{rate}, sample_rand #{facts[:sample_rand]}"].compact.join("\n")
    end

    def why
      @propagator.explain(@url, page_url: @page_url)
    end

    def table(title, facts)
      width = facts.keys.map(&:length).max
      facts.empty? ? [] : ["#{title}:", *facts.map { |name, value| "  #{name.ljust(width)}  #{value}" }]
    end

    def list(title, lines)
      lines.empty? ? [] : ["#{title}:", *lines.map { |line| "  #{line}" }]
    end
  end
end
