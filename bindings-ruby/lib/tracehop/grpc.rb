# frozen_string_literal: true

require "grpc"
require "tracehop"
require_relative "grpc/metadata"

module Tracehop
  # gRPC clients and servers, and all four kinds of call.
  #
  # @example A client
  #   require "tracehop/grpc"
  #   Cart::Stub.new(host, credentials, interceptors: [Tracehop::GRPC::ClientInterceptor.new(propagator, "https://api.myapp.com")])
  # @example A server
  #   GRPC::RpcServer.new(interceptors: [Tracehop::GRPC::ServerInterceptor.new(propagator)])
  module GRPC
    # A call that a server handles: the argument of the functions in the options of {ServerInterceptor}.
    class Call
      # @return [String] `/package.Service/Method`
      attr_reader :path

      # @return [Object] gRPC's call object
      attr_reader :call

      # @api private
      def initialize(path, call)
        @path = path
        @call = call
      end

      # @return [Hash{String => String, Array<String>}] the received metadata
      def metadata
        call.metadata
      end
    end

    # Adds the current trace to the metadata of each call whose URL and method are a target. Does not change the caller's
    # Hash. If the metadata would exceed 8 KiB, above which servers refuse calls at random, the sentry- baggage is left
    # out. Put it first in the list of interceptors, so that it sees the metadata that all others add.
    class ClientInterceptor < ::GRPC::ClientInterceptor
      # @param propagator [Propagator]
      # @param url [String] the URL of the server, because a channel does not expose its address; the name of the method
      #   is appended
      # @param on_findings [#call, nil] called with an array of the finding `:write_budget_exceeded` if the sentry- baggage
      #   was left out
      def initialize(propagator, url, on_findings: nil)
        super()
        @propagator = Given.propagator(propagator, self.class)
        @url = Given.server_url(url, self.class)
        @on_findings = Callback.of(:on_findings, on_findings)
      end

      # @!method request_response
      #   @return [Object] the response
      # @!method client_streamer
      #   @return [Object] the response
      # @!method server_streamer
      #   @return [Enumerator] the responses
      # @!method bidi_streamer
      #   @return [Enumerator] the responses
      %i[request_response client_streamer server_streamer bidi_streamer].each do |kind|
        define_method(kind) do |call: nil, method: nil, metadata: nil, **_, &send|
          carry(call, method, metadata || {})
          send.call
        end
      end

      private

      def carry(call, method, given)
        context = Tracehop.current
        return unless context && @propagator.allows?(@url + method) && !OtherWriters.grpc?

        metadata = Metadata.new(method, given, context)
        metadata.write_to(call)
        @on_findings.call(metadata.findings) if @on_findings && metadata.findings.any?
      end
    end

    # Runs each call within the context of the trace in its metadata; the transaction has the name of the method.
    class ServerInterceptor < ::GRPC::ServerInterceptor
      # The options are those of {Middleware}; their functions are called with a {Call}, and `exclude` takes paths of methods.
      # @param propagator [Propagator]
      def initialize(propagator, transaction_name: :path.to_proc, trust: true, exclude: [], on_context: nil, records: true)
        super()
        Given.propagator(propagator, self.class)
        @request = RequestOptions.new(
          propagator, transaction_name:, trust:, exclude:, on_context:, records:, path: :path.to_proc, headers: :metadata.to_proc
        )
      end

      # @!method request_response
      #   @return [Object]
      # @!method client_streamer
      #   @return [Object]
      # @!method server_streamer
      #   @return [Object]
      # @!method bidi_streamer
      #   @return [Object]
      %i[request_response client_streamer server_streamer bidi_streamer].each do |kind|
        define_method(kind) do |call: nil, method: nil, **_, &serve|
          served = Call.new(path(method), call)
          @request.excluded?(served) ? serve.call : within(served, &serve)
        end
      end

      private

      def within(served, &)
        Request.with("grpc.server") { Tracehop.use(@request.context(served), &) }
      end

      # gRPC passes only the Ruby method.
      def path(method)
        service = method.receiver.class
        name = service.rpc_descs.keys.find { |key| ::GRPC::GenericService.underscore(key.to_s) == method.name.to_s }
        "/#{service.service_name}/#{name}"
      end
    end
  end
end
