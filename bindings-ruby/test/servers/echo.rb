# frozen_string_literal: true

require "openssl"
require "webrick"
require "webrick/https"

# A small HTTP server in this process that records the received headers and redirects /away to a given URL.
class Echo
  # A key and a certificate for a server on this machine.
  TLS = lambda do
    key, name = OpenSSL::PKey::EC.generate("prime256v1"), OpenSSL::X509::Name.parse("/CN=127.0.0.1")
    certificate = OpenSSL::X509::Certificate.new
    certificate.subject = certificate.issuer = name
    certificate.public_key = key
    certificate.not_before, certificate.not_after = Time.now - 60, Time.now + 3_600
    { SSLEnable: true, SSLCertificate: certificate.sign(key, "SHA256"), SSLPrivateKey: key }
  end

  attr_reader :seen, :headers, :paths, :port

  def initialize(redirect: nil, tls: false)
    @seen = []
    @headers = []
    @paths = {}
    started = Queue.new
    @server = WEBrick::HTTPServer.new(Port: 0, BindAddress: "127.0.0.1", Logger: WEBrick::Log.new(File::NULL),
                                      AccessLog: [], StartCallback: -> { started << true }, **(tls ? TLS.call : {}))
    @port = @server.config[:Port]
    @server.mount_proc("/") { |request, response| answer(request, response, redirect) }
    @thread = Thread.new { @server.start }
    started.pop
  end

  def url(path = "/")
    "http://127.0.0.1:#{port}#{path}"
  end

  def stop
    @server.shutdown
    @thread.join
  end

  private

  def answer(request, response, redirect)
    @seen << Tracehop::HEADER_NAMES.first(2).map { |name| request[name] }
    @paths[request.path] = request.header
    @headers << request.header.transform_values(&:first)
    response.set_redirect(WEBrick::HTTPStatus::Found, redirect) if redirect && request.path == "/away"
    response.body = "ok"
  end
end
