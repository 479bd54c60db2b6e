# frozen_string_literal: true

require "net/http"
require "socket"

# A real server in a new process, on a free port; prints its output if it does not start.
class Running
  CONFIG = "config.ru"

  attr_reader :port

  def self.puma(*options, config: CONFIG)
    start { |port| ["puma", "-q", "-b", "tcp://127.0.0.1:#{port}?backlog=4096", *options, File.join(__dir__, config)] }
  end

  def self.webrick(config: CONFIG)
    start { |port| ["rackup", "-s", "webrick", "-q", "-o", "127.0.0.1", "-p", port.to_s, File.join(__dir__, config)] }
  end

  def self.fibers
    start { |port| [File.join(__dir__, "fibers.rb"), port.to_s] }
  end

  def self.start
    new { |port| [*RUBY, "-S", *yield(port)] }
  end

  def initialize
    @port = TCPServer.open("127.0.0.1", 0) { |server| server.addr[1] }
    @output, writer = IO.pipe
    @pid = spawn(*yield(@port), out: writer, err: writer)
    writer.close
    await
  end

  def get(path = "/", headers = {})
    Net::HTTP.start("127.0.0.1", port) { |http| http.get(path, headers) }
  end

  # The JSON of a response.
  def ask(headers = {})
    JSON.parse(get("/", headers).body, symbolize_names: true)
  end

  def stop
    Process.kill(:TERM, @pid)
    Process.wait(@pid)
  rescue Errno::ESRCH, Errno::ECHILD
    nil
  end

  private

  def await
    1200.times do
      return TCPSocket.open("127.0.0.1", port).close
    rescue Errno::ECONNREFUSED
      raise "the server did not start: #{@output.read}" if Process.wait(@pid, Process::WNOHANG)

      sleep 0.05
    end
    stop
    raise "the server did not answer within 60 s: #{@output.read}"
  end
end
