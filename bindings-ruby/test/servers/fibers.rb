# frozen_string_literal: true

# Serves config.ru at the port ARGV[0] by async-http: one thread, with a fiber for each request and each body.

require "async"
require "async/http/body/writable"
require "async/http/endpoint"
require "async/http/server"
require "rack"

APP, = Rack::Builder.parse_file(File.join(__dir__, "config.ru"))

def env(request)
  headers = request.headers.to_h.to_h { |name, value| ["HTTP_#{name.upcase.tr("-", "_")}", value.to_s] }
  headers.merge("REQUEST_METHOD" => request.method, "PATH_INFO" => request.path)
end

def stream(body)
  written = Async::HTTP::Body::Writable.new
  Async do
    body.each { |part| written.write(part) }
  ensure
    body.close
    written.close
  end
  written
end

Async do
  endpoint = Async::HTTP::Endpoint.parse("http://127.0.0.1:#{ARGV.fetch(0)}")
  Async::HTTP::Server.for(endpoint) do |request|
    status, headers, body = APP.call(env(request))
    Protocol::HTTP::Response[status, headers, stream(body)]
  end.run
end
