#!/bin/bash
# Ruby's HTTP clients disagree how a header named by a symbol is spelled, and how one with two values is sent.
#
# Guess: `sentry_trace: "..."`, the usual way to write a hash in Ruby, is sent as `Sentry-Trace` by each client, and an array of two
# values as two lines or as one list.
# Seen with excon 0.88.0, httparty 0.21.0, rest-client 2.1.0 and faraday 1.1.0: excon and httparty keep the underscore, so nginx
# drops the header by default and other servers take it for another name; the trace ends. rest-client and faraday write a dash. For
# two values of `baggage` rest-client sends what `inspect` returns, brackets and quotes included: the first key is `["a` and the
# second `"b`, and no reader finds the sampling context. httparty raises; excon sends two lines, faraday one list.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-cache show ruby-excon > /dev/null 2>&1 || apt-get -qq update
packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
    ruby-excon=0.88.0-1 ruby-httparty=0.21.0-1 ruby-rest-client=2.1.0-3 ruby-faraday=1.1.0-7 |
    grep -E '^(ruby-|ruby3.1$|libruby3.1$|libyaml-0-2$|libffi8$)' | sort -u)
# shellcheck disable=SC2086
apt-get -qq download $packages 2>/dev/null
for package in ./*.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$folder/root/usr/lib/x86_64-linux-gnu
RUBYLIB=$(printf '%s:' root/usr/lib/ruby/{vendor_ruby,3.1.0} root/usr/lib/x86_64-linux-gnu/ruby/{vendor_ruby/3.1.0,3.1.0} \
    root/usr/share/rubygems-integration/*/gems/*/lib)
export RUBYLIB
cat > hop.rb <<'RUBY'
require "excon"
require "faraday"
require "httparty"
require "rest-client"
require "socket"

server = TCPServer.new("127.0.0.1", 0)
url = "http://127.0.0.1:#{server.addr[1]}/"
lines = Queue.new
Thread.new do
  loop do
    client = server.accept
    head = []
    head << client.gets.chomp until head.last == ""
    lines << head.grep(/\A(sentry|baggage)/i)
    client.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    client.close
  end
end
clients = {
  excon: ->(headers) { Excon.get(url, headers: headers) },
  httparty: ->(headers) { HTTParty.get(url, headers: headers) },
  "rest-client": ->(headers) { RestClient.get(url, headers) },
  faraday: ->(headers) { Faraday.get(url, nil, headers) }
}
clients.each do |name, get|
  [{ sentry_trace: "T" }, { "baggage" => ["a=1", "b=2"] }].each do |headers|
    get.call(headers)
    puts "#{name}: #{lines.pop.join(" and ")}"
  rescue NoMethodError
    puts "#{name}: NoMethodError"
  end
end
RUBY
root/usr/bin/ruby3.1 --disable-gems -W0 hop.rb | tee seen
diff seen - <<'EXPECTED'
excon: sentry_trace: T
excon: baggage: a=1 and baggage: b=2
httparty: Sentry_trace: T
httparty: NoMethodError
rest-client: Sentry-Trace: T
rest-client: Baggage: ["a=1", "b=2"]
faraday: Sentry-Trace: T
faraday: Baggage: a=1, b=2
EXPECTED
