#!/bin/bash
# Jaeger's Ruby client reads the flags of a traceparent as its own, where 2 means debug.
#
# Guess: a trace that is not sampled stays so, whichever of its formats the client reads and writes.
# Seen with ruby-jaeger-client 1.3.0: the flags are copied as a number. 02 of traceparent (not sampled, random trace id) becomes
# Jaeger's debug flag: the trace is sent as sampled in traceparent, as `x-b3-flags: 1` and as `:2`, which make every later service
# keep it. 03, and the 3 that Jaeger's clients send for debug, become `x-b3-sampled: 3`, which is no value of B3; a reader such as
# zipkin-go 0.1.5 reports an invalid header and starts another trace.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-cache show ruby-jaeger-client > /dev/null 2>&1 || apt-get -qq update
packages=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
    ruby-jaeger-client=1.3.0-1 | grep -E '^(ruby-(jaeger-client|opentracing|thrift)$|ruby3.1$|libruby3.1$|libyaml-0-2$|libffi8$)' | sort -u)
# shellcheck disable=SC2086
apt-get -qq download $packages 2>/dev/null
for package in ./*.deb; do dpkg-deb -x "$package" root; done
library=root/usr/lib/x86_64-linux-gnu
export LD_LIBRARY_PATH=$folder/$library
RUBYLIB=$(printf '%s:' root/usr/lib/ruby/3.1.0 $library/ruby/3.1.0 root/usr/share/rubygems-integration/*/gems/*/lib \
    $library/rubygems-integration/3.1.0/{gems/*/lib,extensions/*/*/*})
export RUBYLIB
cat > hop.rb <<'RUBY'
require "jaeger/client"

def codecs(kind) = %w[TraceContext B3 Jaeger].map { |name| Jaeger.const_get(kind).const_get("#{name}RackCodec") }

w3c, _, jaeger = codecs(:Extractors)
trace = "4b" * 16
span = "a3" * 8
[
  ["traceparent ...-02", w3c, { "HTTP_TRACEPARENT" => "00-#{trace}-#{span}-02" }],
  ["traceparent ...-03", w3c, { "HTTP_TRACEPARENT" => "00-#{trace}-#{span}-03" }],
  ["uber-trace-id ...:3", jaeger, { "HTTP_UBER_TRACE_ID" => "#{trace}:#{span}:0:3" }]
].each do |name, extractor, came|
  sent = codecs(:Injectors).each_with_object({}) { |injector, headers| injector.inject(extractor.extract(came), headers) }
  sent = sent.slice("traceparent", "x-b3-sampled", "x-b3-flags", "uber-trace-id")
  puts "#{name} -> #{sent.map { |key, value| "#{key} #{value.gsub(/#{trace}|#{span}/, "...")}" }.join(", ")}"
end
RUBY
root/usr/bin/ruby3.1 --disable-gems -W0 hop.rb | tee seen
diff seen - <<'EXPECTED'
traceparent ...-02 -> traceparent 00-...-...-01, x-b3-flags 1, uber-trace-id ...%3A...%3A0%3A2
traceparent ...-03 -> traceparent 00-...-...-01, x-b3-sampled 3, uber-trace-id ...%3A...%3A0%3A3
uber-trace-id ...:3 -> traceparent 00-...-...-01, x-b3-sampled 3, uber-trace-id ...%3A...%3A0%3A3
EXPECTED
