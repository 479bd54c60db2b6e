# frozen_string_literal: true

module Tracehop
  module GRPC
    # The metadata of one outgoing call with the headers of a trace.
    class Metadata
      # A server refuses calls at random above this size of all metadata; gRPC's own entries take some of it.
      SOFT_LIMIT = 8 * 1024
      # Bytes of these, as measured.
      OWN_ENTRIES = 540
      # Bytes that HTTP/2 counts for each entry beside its name and value.
      ENTRY = 32
      # What is found where our baggage was left out.
      TOO_LARGE = Finding::ALL.find { |finding| finding.code == :write_budget_exceeded }
      private_constant :SOFT_LIMIT, :OWN_ENTRIES, :ENTRY, :TOO_LARGE

      # @return [Array<Finding>]
      attr_reader :findings

      # @param path [String] of the method
      # @param given [Hash] the caller's own metadata, which is not changed
      def initialize(path, given, context)
        @path = path
        @given = given.transform_keys(&:to_s)
        @ours = context.headers(@given)
        @findings = []
        leave_out(context.baggage) if too_large?
      end

      # Adds ours to what the call is about to send. Interceptors are expected to edit the caller's Hash, but that may be
      # frozen, or be sent by several threads at once.
      # @param view [GRPC::ActiveCall::InterceptableView]
      def write_to(view)
        call = view.instance_variable_get(:@wrapped)
        return if @ours.empty? || call.metadata_sent

        sent = call.metadata_to_send
        sent.replace(with_ours(sent))
        # The call merges the caller's own into it later, which must not undo what was written.
        metadata = self
        sent.define_singleton_method(:merge!) { |more| replace(metadata.with_ours(to_h.merge(more))) }
      end

      # @return [Hash] this metadata with ours in place of the entries of these names
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

      # The id of the trace alone takes little. What the caller set stays as it is.
      def leave_out(baggage)
        @findings = [TOO_LARGE]
        @ours = @ours.reject { |name, value| value == baggage || @given.key?(name) }
        @ours = {} if too_large?
      end
    end
    private_constant :Metadata
  end
end
