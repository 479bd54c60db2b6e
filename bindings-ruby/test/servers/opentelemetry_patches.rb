# frozen_string_literal: true

# Prints the clients whose requests carry a trace, with modules that have the names of OpenTelemetry's patches:
# opentelemetry_patches.rb none|[VERSION]

require_relative "echo"
require "excon"
require "faraday"
%w[net_http excon faraday grpc http_rb httpclient].each { |name| require "tracehop/#{name}" }

PATCHES = {
  "Net::HTTP::Patches" => "Instrumentation", "Faraday::Patches" => "Connection", "HTTP::Patches" => "Client",
  "HttpClient::Patches" => "Client", "Excon::Middlewares" => "TracerMiddleware"
}.freeze
GRPC_PATCH = "OpenTelemetry::Instrumentation::Grpc::Patches::ClientStub"

# Makes the module of this name, with its parents.
def named(name, made = Module.new)
  *outer, last = name.split("::")
  outer.inject(Object) { |parent, child| parent.const_defined?(child, false) ? parent.const_get(child) : parent.const_set(child, Module.new) }
       .const_set(last, made)
end

def patch(version)
  net_http, faraday, http_rb, httpclient, excon = PATCHES.map do |path, last|
    named(["OpenTelemetry::Instrumentation", path, *version, last].join("::"), path.start_with?("Excon") ? Class.new(Excon::Middleware::Base) : Module.new)
  end
  Net::HTTP.prepend(net_http) && Faraday::Connection.prepend(faraday) && HTTP::Client.prepend(http_rb) && HTTPClient.prepend(httpclient)
  GRPC::ClientStub.prepend(named(GRPC_PATCH))
  Excon.defaults[:middlewares] += [excon]
end

patch(ARGV.first) unless ARGV.first == "none"
ours = Tracehop::Propagator.new
Net::HTTP.prepend(Tracehop::NetHTTP.new(ours))
HTTP::Client.prepend(Tracehop::HTTPRb.new(ours))
Excon.defaults[:middlewares] += [Tracehop::ExconMiddleware.for(ours)]
echo = Echo.new
# A call of gRPC before it is sent.
call = Struct.new(:metadata_sent, :metadata_to_send).new(false, {})
view = Object.new.tap { |object| object.instance_variable_set(:@wrapped, call) }
received = -> { echo.seen.pop.first }
clients = {
  net_http: -> { Net::HTTP.get(URI(echo.url)) && received.call },
  excon: -> { Excon.get(echo.url) && received.call },
  http_rb: -> { HTTP.get(echo.url) && received.call },
  httpclient: -> { HTTPClient.new.tap { |client| client.request_filter << Tracehop::HTTPClientFilter.new(ours) }.get(echo.url) && received.call },
  faraday: lambda do
    stubs = Faraday::Adapter::Test::Stubs.new { |stub| stub.get("/") { |env| [200, {}, env.request_headers["sentry-trace"].to_s] } }
    answer = Faraday.new { |stack| (stack.use Tracehop::FaradayMiddleware, ours) && stack.adapter(:test, stubs) }.get("http://app.test/").body
    answer unless answer.empty?
  end,
  grpc: lambda do
    Tracehop::GRPC::ClientInterceptor.new(ours, echo.url).request_response(call: view, method: "/a/b") { call.metadata_to_send["sentry-trace"] }
  end
}
print Tracehop.use(ours.start_trace) { clients.select { |_, send| send.call }.keys.join(" ") }
echo.stop
