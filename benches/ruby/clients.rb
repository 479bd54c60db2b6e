# frozen_string_literal: true

# Times a call through each client's adapter beside the client alone, in turns, without a network: clients.rb [SECONDS]
# prints a line for each. The SDK is not in this process, because it would write in the adapters' place.
require "faraday"
require "tracehop/faraday"
require "tracehop/net_http"
require_relative "workloads"

# Answers each request from memory.
class Answering
  ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

  def write_nonblock(text, **) = text.bytesize
  def read_nonblock(_size, buffer = nil, **) = buffer ? buffer.replace(ANSWER) : ANSWER.dup
  def to_io = self
  def wait_readable(*) = nil
  def close = nil
  def closed? = false
end

# A connection to it.
class Connection < Net::HTTP
  def connect = @socket = Net::BufferedIO.new(Answering.new)
end

PROPAGATOR = Tracehop::Propagator.new
CONTEXT = PROPAGATOR.continue_trace(Workloads::HEADERS.first)

def net_http = Connection.new("api.myapp.com").tap { |http| http.keep_alive_timeout = 3_600 }

def faraday(&)
  Faraday.new("http://api.myapp.com") do |connection|
    yield connection if block_given?
    connection.adapter(:test) { |stubs| stubs.get("/users") { [200, {}, "{}"] } }
  end
end

# One call of each.
CLIENTS = {
  "Net::HTTP" => [net_http, net_http.extend(Tracehop::NetHTTP.new(PROPAGATOR))].map do |http|
    http.start
    proc { http.request(Net::HTTP::Get.new("/users")) }
  end,
  "Faraday" => [faraday, faraday { |connection| connection.use Tracehop::FaradayMiddleware, PROPAGATOR }].map do |connection|
    proc { connection.get("/users") }
  end
}.freeze

def nanoseconds(call, times)
  began = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :nanosecond)
  times.times(&call)
  (Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :nanosecond) - began).fdiv(times)
end

def median(numbers) = numbers.sort[numbers.size / 2]

Tracehop.use(CONTEXT) do
  CLIENTS.each do |name, calls|
    deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + (ARGV[0] || 2).to_f
    turns = []
    turns << calls.map { |call| nanoseconds(call, 50) } while turns.size < 5 || Process.clock_gettime(Process::CLOCK_MONOTONIC) < deadline
    bare = median(turns.map(&:first))
    puts format("bench: W10 %s: %.1f us, %.1f us more with tracehop's adapter (%.2f times)", name, bare / 1000, median(turns.map { |a, b| b - a }) / 1000,
                median(turns.map { |a, b| b / a }))
  end
end
