# frozen_string_literal: true

require_relative "test_helper"
require "tracehop/grpc"

# All four kinds of call over a real connection.
class TestGRPC < Minitest::Test
  include Samples

  # A message that contains any text.
  Text = Struct.new(:text) do
    def self.encode(message) = message.text
    def self.decode(bytes) = new(bytes)
  end

  # As generated from a .proto file.
  class Service
    include ::GRPC::GenericService

    self.marshal_class_method = :encode
    self.unmarshal_class_method = :decode
    self.service_name = "shop.Cart"
    rpc :AskOne, Text, Text
    rpc :SendMany, stream(Text), Text
    rpc :AskMany, Text, stream(Text)
    rpc :Talk, stream(Text), stream(Text)
  end

  # Responds with the current context.
  class Cart < Service
    # The metadata of each call.
    def self.arrived = @arrived ||= Queue.new

    def told(call)
      self.class.arrived << call.metadata
      context = Tracehop.current
      Text.new(context ? "#{context.trace_id}-#{context.parent_span_id}" : "none")
    end

    def ask_one(_request, call) = told(call)
    def ask_many(_request, call) = [told(call), told(call)].each
    def send_many(call) = call.each_remote_read.map { told(call) }.first
    def talk(requests, call) = requests.map { told(call) }
  end

  Stub = Cart.rpc_stub_class
  URL = "https://api.myapp.com"
  TARGETS = [Tracehop::Origin.new(URL)].freeze

  def setup
    Cart.arrived.clear
    @propagator = propagator(trace_propagation_targets: TARGETS)
    @context = @propagator.start_trace
    @expected = "#{@context.trace_id}-#{@context.span_id}"
  end

  # A stub for a server with these options.
  def served(own = @propagator, on_findings: nil, service: propagator, **options)
    server = GRPC::RpcServer.new(pool_size: 20, interceptors: [Tracehop::GRPC::ServerInterceptor.new(service, **options)])
    port = server.add_http2_port("127.0.0.1:0", :this_port_is_insecure)
    server.handle(Cart)
    thread = Thread.new { server.run }
    server.wait_till_running
    client = Tracehop::GRPC::ClientInterceptor.new(own, URL, on_findings:)
    yield Stub.new("127.0.0.1:#{port}", :this_channel_is_insecure, interceptors: [client], timeout: 20)
  ensure
    server.stop
    thread.join
  end

  # The server's response in each kind of call.
  def calls(stub, metadata = {})
    sent = [Text.new("a"), Text.new("b")]
    {
      ask_one: [stub.ask_one(sent.first, metadata:)], send_many: [stub.send_many(sent, metadata:)],
      ask_many: stub.ask_many(sent.first, metadata:).to_a, talk: stub.talk(sent, metadata:).to_a
    }.transform_values { |answers| answers.map(&:text).uniq }
  end

  KINDS = %i[ask_one send_many ask_many talk].freeze

  def test_every_kind_of_call_continues_the_trace_and_keeps_third_party_baggage
    metadata = { "baggage" => "tenant=acme,sentry-release=old", "other" => %w[1 2] }.freeze
    seen = served { |stub| Tracehop.use(@context) { calls(stub, metadata) } }
    assert_equal KINDS.to_h { |kind| [kind, [@expected]] }, seen
    arrived = Array.new(Cart.arrived.size) { Cart.arrived.pop }
    assert_equal ["tenant=acme,#{@context.baggage}"], arrived.map { |one| one["baggage"] }.uniq
    assert_equal [%w[1 2]], arrived.map { |one| one["other"] }.uniq
    assert_equal "tenant=acme,sentry-release=old", metadata["baggage"]
  end

  def test_an_operation_of_every_kind_carries_the_trace
    sent = [Text.new("a")]
    arguments = { ask_one: sent.first, send_many: sent, ask_many: sent.first, talk: sent }
    served do |stub|
      arguments.each do |kind, request|
        operation = stub.public_send(kind, request, return_op: true, metadata: { "baggage" => "tenant=acme" })
        answer = Tracehop.use(@context) { operation.execute }
        answers = answer.is_a?(Text) ? [answer] : answer.to_a
        assert_equal [@expected], answers.map(&:text).uniq, kind
      end
    end
  end

  def test_one_metadata_of_many_threads_mixes_no_traces
    shared = { "baggage" => "tenant=acme" }.freeze
    mixed = served do |stub|
      threads = Array.new(6) do
        Thread.new do
          Array.new(30) do
            context = @propagator.start_trace
            told = Tracehop.use(context) { stub.ask_one(Text.new(""), metadata: shared).text }
            told == "#{context.trace_id}-#{context.span_id}" ? nil : told
          end
        end
      end
      threads.flat_map(&:value).compact
    end
    assert_empty mixed
  end

  def test_a_sampler_receives_the_operation_and_the_method
    seen = Queue.new
    sampling = propagator(traces_sampler: ->(sampling_context) { seen << sampling_context[:transaction_context] && 1.0 })
    served(service: sampling) { |stub| calls(stub) }
    expected = %w[AskOne SendMany AskMany Talk].map { |name| { name: "/shop.Cart/#{name}", op: "grpc.server" } }
    assert_equal expected, Array.new(seen.size) { seen.pop }
  end

  def test_without_a_context_each_call_starts_its_own_trace
    ids = served { |stub| calls(stub) }.values.flatten.map { |told| told.split("-", -1) }
    assert_equal 4, ids.map(&:first).uniq.size
    assert_equal [""], ids.map(&:last).uniq
  end

  def test_a_server_that_is_no_target_gets_nothing
    other = propagator(trace_propagation_targets: [Tracehop::Origin.new("https://other.test")])
    seen = served(other) { |stub| Tracehop.use(@context) { calls(stub, "a" => "1") } }
    refute_includes seen.to_s, @context.trace_id
  end

  def test_the_caller_keeps_a_trace_of_its_own
    seen = served { |stub| Tracehop.use(@context) { calls(stub, "sentry-trace" => SENTRY_TRACE) } }
    assert_equal [["#{TRACE_ID}-#{PARENT}"]], seen.values.uniq
  end

  def test_methods_may_be_excluded_named_and_their_callers_distrusted
    told = []
    options = {
      exclude: "/shop.Cart/AskOne", trust: ->(call) { call.path != "/shop.Cart/Talk" },
      on_context: ->(context, call) { told << [call.path, context.link&.trace_id, call.metadata["user-agent"][0, 4]] }
    }
    seen = served(**options) { |stub| Tracehop.use(@context) { calls(stub) } }
    assert_equal [["none"], [@expected], [@expected]], seen.values_at(:ask_one, :send_many, :ask_many)
    refute_includes seen[:talk].first, @context.trace_id
    assert_equal %w[SendMany AskMany Talk].map { |name| "/shop.Cart/#{name}" }, told.map(&:first)
    assert_equal [nil, nil, @context.trace_id], told.map { |one| one[1] }
    assert_equal ["grpc"], told.map(&:last).uniq
  end

  # Above its soft limit a server refuses calls at random. Here many calls succeed, and the trace continues.
  def test_metadata_that_would_grow_too_large_goes_without_our_baggage
    large = propagator(public_key: "key", release: "r" * 400, traces_sample_rate: 1.0, trace_propagation_targets: TARGETS)
    context = large.start_trace
    findings = []
    ask = ->(stub, size) { Tracehop.use(context) { stub.ask_one(Text.new(""), metadata: { "other" => "x" * size }) }.text }
    served(large, on_findings: ->(found) { findings << codes(found) }) do |stub|
      (6_800..7_400).step(3) { |size| assert_equal context.trace_id, ask.call(stub, size)[0, 32] }
      assert_equal [[:write_budget_exceeded]], findings.uniq
      with_baggage = Array.new(Cart.arrived.size) { Cart.arrived.pop }.partition { |metadata| metadata["baggage"] }
      assert_equal findings.size, with_baggage.last.size
      refute_empty with_baggage.first
      # With this, the id alone is too much.
      ask.call(stub, 7_560)
      refute_includes Cart.arrived.pop.keys, "sentry-trace"
    end
  end

  def test_a_wrong_argument_raises
    assert_match(/takes a Tracehop::Propagator, not NilClass/, assert_raises(TypeError) { Tracehop::GRPC::ServerInterceptor.new(nil) }.message)
    assert_raises(TypeError) { Tracehop::GRPC::ClientInterceptor.new(nil, URL) }
    assert_match(/URL of the server as a String, not NilClass/, assert_raises(TypeError) { Tracehop::GRPC::ClientInterceptor.new(@propagator, nil) }.message)
    assert_match(/its scheme, such as/, assert_raises(ArgumentError) { Tracehop::GRPC::ClientInterceptor.new(@propagator, "api.myapp.com:50051") }.message)
    assert_raises(TypeError) { Tracehop::GRPC::ClientInterceptor.new(@propagator, URL, on_findings: 1) }
  end
end
