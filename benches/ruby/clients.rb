# frozen_string_literal: true

# Calls through each client: bare, with the trace headers set by hand, and with tracehop's adapter. There is no network, and no
# SDK in this process, because it would write instead of the adapters. As a program it times them in turns: clients.rb [SECONDS]
# prints a line for each client, in CPU microseconds of this process.
require "faraday"
require "tracehop/faraday"
require "tracehop/net_http"
require_relative "workloads"

module Clients
  # Responds to each request from memory.
  class Answering
    ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def write_nonblock(text, **) = text.bytesize
    def read_nonblock(_size, buffer = nil, **) = buffer ? buffer.replace(ANSWER) : ANSWER.dup
    def to_io = self
    def wait_readable(*) = nil
    def close = nil
    def closed? = false
  end

  # A connection to that client.
  class Connection < Net::HTTP
    def connect = @socket = Net::BufferedIO.new(Answering.new)
  end

  PROPAGATOR = Tracehop::Propagator.new
  CONTEXT = PROPAGATOR.continue_trace(Workloads::HEADERS.first)

  def self.net_http
    http = Connection.new("api.myapp.com")
    http.keep_alive_timeout = 3_600
    yield http if block_given?
    http.start
  end

  def self.faraday
    Faraday.new("http://api.myapp.com") do |connection|
      yield connection if block_given?
      connection.adapter(:test) { |stubs| stubs.get("/users") { [200, {}, "{}"] } }
    end
  end

  # The headers are set by hand from `it`.
  module Bare
    HTTP = Clients.net_http
    FARADAY = Clients.faraday
  end

  # The adapter sets them.
  module Adapted
    HTTP = Clients.net_http { |http| http.extend(Tracehop::NetHTTP.new(PROPAGATOR)) }
    FARADAY = Clients.faraday { |connection| connection.use Tracehop::FaradayMiddleware, PROPAGATOR }
  end

  STATEMENTS = { "W10 Net::HTTP" => 'HTTP.request(Net::HTTP::Get.new("/users", it))', "W10 Faraday" => 'FARADAY.get("/users", nil, it)' }.freeze

  # By suffix: the module of a statement's constants, and the headers that the caller sets.
  SUBJECTS = { "" => [Adapted, {}], " bare" => [Bare, {}], " floor" => [Bare, CONTEXT.headers] }.freeze

  # Each workload's name, statement, inputs and constants.
  def self.works
    SUBJECTS.flat_map do |suffix, (root, headers)|
      STATEMENTS.map { |name, statement| [name + suffix, statement, [headers], root] }
    end
  end
end

return unless $PROGRAM_NAME == __FILE__

require_relative "subjects"

TURN = 50

def microseconds(run, inputs)
  began = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :float_microsecond)
  run.call(inputs, TURN)
  (Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :float_microsecond) - began) / TURN
end

def median(numbers) = numbers.sort[numbers.size / 2]

# The times of these runs, in turns.
def turns(runs)
  deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + (ARGV[0] || 2).to_f
  found = []
  found << runs.map { |run| microseconds(*run) } while found.size < 5 || Process.clock_gettime(Process::CLOCK_MONOTONIC) < deadline
  found
end

Tracehop.use(Clients::CONTEXT) do
  works = Clients.works.to_h { |name, statement, inputs, root| [name, [Subjects.runner(statement, root), inputs]] }
  Clients::STATEMENTS.each_key do |name|
    found = turns(works.values_at(name, "#{name} bare", "#{name} floor"))
    more = [found.map { |ours, bare, _| ours - bare }, found.map { |_, bare, floor| floor - bare }].map { |each| median(each) }
    puts format("bench: %s: %.1f us bare, %.1f us more with tracehop's adapter, %.1f us of it the client's own for both headers", name, median(found.map { |each| each[1] }), *more)
  end
end
