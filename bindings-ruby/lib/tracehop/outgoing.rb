# frozen_string_literal: true

module Tracehop
  # Shared by the adapters of HTTP clients: sets the headers of the current context, decided separately for each URL.
  module Outgoing
    # Sets the headers for one URL. If the request was sent before (a redirect, a retry, a reused object), first removes
    # the headers written for the earlier URL, so that a host that is no target gets none of them.
    # @param written [Array, nil] the value that an earlier call for this request returned
    # @return [Array(Hash, Hash), nil] the written entries, and the previous entries of the trace headers
    def self.prepare(propagator, url, headers, written, context = Tracehop.current)
      headers = HeaderObject.writable(headers)
      undo(headers, written) if written
      Native.write(propagator, context, url, headers) if context
    end

    # Like {prepare}, for a headers object that may be sent or copied again: stores the written entries in the object.
    # @return [void]
    def self.write(propagator, url, headers, context = Tracehop.current)
      earlier = headers.instance_variable_get(:@tracehop)
      written = prepare(propagator, url, headers, earlier, context)
      headers.instance_variable_set(:@tracehop, written) unless written.equal?(earlier) || headers.frozen?
    end

    # The URL of a Net::HTTP request.
    def self.net_http_url(http, request)
      scheme = http.use_ssl? ? "https" : "http"
      standard = http.use_ssl? ? ::Net::HTTP.https_default_port : ::Net::HTTP.http_default_port
      port = ":#{http.port}" unless http.port == standard
      "#{scheme}://#{bracketed(http.address)}#{port}#{request.path}"
    end

    # The URL of an Excon request, with the host to which it connects.
    def self.excon_url(datum)
      port = ":#{datum[:port]}" if datum[:port]
      "#{datum[:scheme]}://#{bracketed(datum[:hostname])}#{port}#{datum[:path]}#{::Excon::Utils.query_string(datum)}"
    end

    # Restores the entries that the caller or another tracer had set. A header that was changed after {prepare} wrote it
    # is kept.
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

      # The host of a URL: an IPv6 address in brackets; nil for Excon's Unix socket.
      def bracketed(host)
        host&.include?(":") ? "[#{host}]" : host
      end

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
