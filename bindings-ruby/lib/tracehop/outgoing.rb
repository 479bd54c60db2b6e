# frozen_string_literal: true

module Tracehop
  # What the HTTP clients' adapters share: headers of the current context, chosen anew for each URL.
  module Outgoing
    # Sets the headers for one URL. On a redirect, a retry, or if the same request goes out again, what was written for
    # the URL before is taken back first, so that a host that is no target gets nothing of it.
    # @param written [Written, nil] what an earlier call for this request returned
    # @return [Written, nil] what was written now
    def self.prepare(propagator, url, headers, written, context = Tracehop.current)
      headers = HeaderObject.writable(headers)
      written&.undo(headers)
      return unless context

      before = Written.of(headers)
      outcome = propagator.inject(context, url, headers)
      Written.new(before, Written.of(headers)) if outcome.written?
    end

    # The same for headers that go out more than once, or whose copy does: they keep what was written to them.
    # @return [void]
    def self.write(propagator, url, headers, context = Tracehop.current)
      written = headers.instance_variable_get(:@tracehop)
      written = prepare(propagator, url, headers, written, context)
      headers.instance_variable_set(:@tracehop, written) unless headers.frozen?
    end

    # The URL that a request of Net::HTTP goes to.
    def self.net_http_url(http, request)
      host = http.address.include?(":") ? "[#{http.address}]" : http.address
      standard = http.use_ssl? ? ::Net::HTTP.https_default_port : ::Net::HTTP.http_default_port
      port = http.port == standard ? "" : ":#{http.port}"
      "#{http.use_ssl? ? "https" : "http"}://#{host}#{port}#{request.path}"
    end
  end

  # The trace headers of a request before and after they were written. Undoing restores what the caller or another
  # tracer had set; a header that somebody changed since then is theirs and stays.
  class Written
    # The lengths of our names: most others differ in it already.
    SIZES = HEADER_NAMES.map(&:size).freeze
    private_constant :SIZES

    class << self
      # @return [Hash{String => Array}] the entries of the headers that tracehop may write, by name
      def of(headers)
        found = {}
        pairs = headers.respond_to?(:to_hash) ? headers.to_hash : headers.to_a
        pairs.each do |name, value|
          known = SIZES.include?(name.size) && known(name.to_s.tr("_", "-"))
          (found[known] ||= []) << [name, value.dup] if known
        end
        found
      end

      private

      def known(name)
        HEADER_NAMES.find { |ours| ours.casecmp?(name) }
      end
    end

    def initialize(before, after)
      @before = before
      @after = after
    end

    # Takes back what was written.
    def undo(headers)
      now = self.class.of(headers)
      @after.each do |name, entries|
        restore(headers, entries, @before[name] || []) if entries != @before[name] && entries == now[name]
      end
    end

    private

    def restore(headers, entries, before)
      return restore_pairs(headers, entries, before) if headers.is_a?(Array)

      entries.each { |name, _| headers.delete(name) }
      before.each { |name, value| headers[name] = value }
    end

    def restore_pairs(pairs, entries, before)
      pairs.reject! { |pair| entries.include?(pair) }
      pairs.concat(before)
    end
  end
  private_constant :Outgoing, :Written
end
