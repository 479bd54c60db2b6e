# frozen_string_literal: true

require "grpc"
require "tracehop"
require_relative "grpc/metadata"

module Tracehop
  # gRPC both ways, and all four kinds of call.
  #
  # @example A client
  #   require "tracehop/grpc"
  #   Cart::Stub.new(host, credentials, interceptors: [Tracehop::GRPC::ClientInterceptor.new(propagator, "https://api.myapp.com")])
  # @example A server
  #   GRPC::RpcServer.new(interceptors: [Tracehop::GRPC::ServerInterceptor.new(propagator)])
  module GRPC
    # A call that a server serves: what the functions among the options of {ServerInterceptor} are given.
    class Call
      # @return [String] `/package.Service/Method`
      attr_reader :path

      # @return [Object] gRPC's own view of the call
      attr_reader :call

      # @api private
      def initialize(path, call)
        @path = path
        @call = call
      end

      # @return [Hash{String => String, Array<String>}] what arrived
      def metadata
        call.metadata
      end
    end

    # Adds the current trace to the metadata of each call where the URL of the server and the method is a target. The
    # caller's own Hash is not edited. Metadata that would exceed the 8 KiB from which servers refuse calls at random
    # goes without our baggage. First in the list of interceptors it sees what all others add.
    class ClientInterceptor < ::GRPC::ClientInterceptor
      # @param propagator [Propagator]
      # @param url [String] the URL of the server, because a channel does not say where it leads; the name of the method
      #   is appended
      # @param on_findings [#call, nil] given an array with the finding `:write_budget_exceeded` if our baggage was left out
      def initialize(propagator, url, on_findings: nil)
        super()
        @propagator = Given.propagator(propagator, self.class)
        @url = url.chomp("/")
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
        return unless context && @propagator.allows?(@url + method)

        metadata = Metadata.new(method, given, context)
        metadata.write_to(call)
        @on_findings.call(metadata.findings) if @on_findings && metadata.findings.any?
      end
    end

    # Serves each call within the context of the trace that its metadata carries; the name of the method is the
    # transaction's.
    class ServerInterceptor < ::GRPC::ServerInterceptor
      # The options are those of {Middleware}; their functions are given a {Call}, and `exclude` takes paths of methods.
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

      # gRPC hands over the Ruby method alone.
      def path(method)
        service = method.receiver.class
        name = service.rpc_descs.keys.find { |key| ::GRPC::GenericService.underscore(key.to_s) == method.name.to_s }
        "/#{service.service_name}/#{name}"
      end
    end
  end
end
