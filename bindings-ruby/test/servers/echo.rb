# frozen_string_literal: true

require "webrick"

# A small HTTP server in this process that notes the trace headers it is sent, and redirects where it is told to.
class Echo
  attr_reader :seen, :port

  def initialize(redirect: nil)
    @seen = []
    started = Queue.new
    @server = WEBrick::HTTPServer.new(Port: 0, BindAddress: "127.0.0.1", Logger: WEBrick::Log.new(File::NULL),
                                      AccessLog: [], StartCallback: -> { started << true })
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
    response.set_redirect(WEBrick::HTTPStatus::Found, redirect) if redirect && request.path == "/away"
    response.body = "ok"
  end
end
