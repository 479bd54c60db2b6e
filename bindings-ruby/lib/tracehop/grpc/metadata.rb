# frozen_string_literal: true

module Tracehop
  module GRPC
    # Adds the headers of a trace to the metadata of one outgoing call.
    class Metadata
      # A server refuses calls at random if all metadata, including gRPC's own entries, is larger than this.
      SOFT_LIMIT = 8 * 1024
      # The measured size of gRPC's own entries.
      OWN_ENTRIES = 540
      # Bytes that HTTP/2 adds to the name and value of each entry.
      ENTRY = 32
      # The finding if the sentry- baggage was left out.
      TOO_LARGE = Finding::ALL.find { |finding| finding.code == :write_budget_exceeded }
      private_constant :SOFT_LIMIT, :OWN_ENTRIES, :ENTRY, :TOO_LARGE

      # @return [Array<Finding>]
      attr_reader :findings

      # @param path [String] the path of the method
      # @param given [Hash] the caller's metadata, which is not changed
      def initialize(path, given, context)
        @path = path
        @given = given.transform_keys(&:to_s)
        @ours = context.headers(@given)
        @findings = []
        leave_out(context.baggage) if too_large?
      end

      # Adds the trace headers to the metadata that the call will send. gRPC expects interceptors to edit the caller's
      # Hash, but that may be frozen or used by several threads at once.
      # @param view [GRPC::ActiveCall::InterceptableView]
      def write_to(view)
        call = view.instance_variable_get(:@wrapped)
        return if @ours.empty? || call.metadata_sent

        sent = call.metadata_to_send
        sent.replace(with_ours(sent))
        # The call later merges the caller's metadata into it; that must not overwrite the trace headers.
        metadata = self
        sent.define_singleton_method(:merge!) { |more| replace(metadata.with_ours(to_h.merge(more))) }
      end

      # @return [Hash] this metadata, with its entries of these names replaced by the trace headers
      def with_ours(metadata)
        metadata.reject { |name, _| @ours.key?(name.to_s) }.merge(@ours.reject { |_, value| value.empty? })
      end

      private

      def too_large?
        size = with_ours(@given).sum do |name, value|
          [*value].sum { |line| name.bytesize + line.to_s.bytesize + ENTRY }
        end
        OWN_ENTRIES + @path.bytesize + size > SOFT_LIMIT
      end

      # Leaves the baggage out but sends the trace id, which is short. Entries that the caller set stay unchanged.
      def leave_out(baggage)
        @findings = [TOO_LARGE]
        @ours = @ours.reject { |name, value| value == baggage || @given.key?(name) }
        @ours = {} if too_large?
      end
    end
    private_constant :Metadata
  end
end
