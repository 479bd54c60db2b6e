# frozen_string_literal: true

module Tracehop
  # What the HTTP clients' adapters share: headers of the current context, chosen anew for each URL.
  module Outgoing
    # Sets the headers for one URL. On a redirect, a retry, or if the same request goes out again, what was written for
    # the URL before is taken back first, so that a host that is no target gets nothing of it.
    # @param written [Array, nil] what an earlier call for this request returned
    # @return [Array(Hash, Hash), nil] what was written now, and the entries of the trace headers from before
    def self.prepare(propagator, url, headers, written, context = Tracehop.current)
      headers = HeaderObject.writable(headers)
      undo(headers, written) if written
      Native.write(propagator, context, url, headers) if context
    end

    # The same for headers that go out more than once, or whose copy does: they keep what was written to them.
    # @return [void]
    def self.write(propagator, url, headers, context = Tracehop.current)
      earlier = headers.instance_variable_get(:@tracehop)
      written = prepare(propagator, url, headers, earlier, context)
      headers.instance_variable_set(:@tracehop, written) unless written.equal?(earlier) || headers.frozen?
    end

    # The URL that a request of Net::HTTP goes to.
    def self.net_http_url(http, request)
      host = http.address
      host = "[#{host}]" if host.include?(":")
      scheme = http.use_ssl? ? "https" : "http"
      standard = http.use_ssl? ? ::Net::HTTP.https_default_port : ::Net::HTTP.http_default_port
      port = ":#{http.port}" unless http.port == standard
      "#{scheme}://#{host}#{port}#{request.path}"
    end

    # Takes back what was written: what the caller or another tracer had set stands there again. A header that somebody
    # changed since then is theirs and stays.
    # @param written [Array(Hash, Hash)]
    def self.undo(headers, written)
      ours, before = written
      now = Native.entries(headers)
      ours.each do |name, value|
        entries = now[name] || []
        restore(headers, entries, before[name] || []) if lines(entries) == [*value&.b]
      end
    end

    class << self
      private

      def lines(entries)
        entries.flat_map { |_, value| [*value] }.map { |line| line.to_s.b }
      end

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
  end
  private_constant :Outgoing
end
