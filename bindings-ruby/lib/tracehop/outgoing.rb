# frozen_string_literal: true

module Tracehop
  # What the HTTP clients' adapters share: headers of the current context, chosen anew for each URL.
  module Outgoing
    # Sets the headers for one URL. On a redirect or a retry, what was set for the URL before goes first, so that a
    # host that is no target gets nothing of it.
    # @param ours [Boolean] does the request carry headers that were set here?
    # @return [Boolean] does it now?
    def self.prepare(propagator, url, headers, ours:)
      Tracehop.strip(headers) if ours
      context = Tracehop.current
      context ? propagator.inject(context, url, headers).written? : false
    end
  end
  private_constant :Outgoing
end
