#!/bin/bash
# Debian's OpenTelemetry for Go refuses a traceparent that is sampled and has a random trace id, and no other.
#
# Guess: the flags 03 of W3C Trace Context level 2 (sampled, random trace id) are read as sampled, as a reader of level 1 reads them.
# Seen with golang-opentelemetry-otel-dev 1.1.0: with version 00, flags above 02 are an error, so the trace ends. 02 (random, not
# sampled) passes and is sent as 00. Sampled traces that another vendor or tracehop with `propagate_traceparent` started end at the
# first Go service, while those that nobody records continue. A traceparent of a later version with the same flags is read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-cache show golang-opentelemetry-otel-dev > /dev/null 2>&1 || apt-get -qq update
command -v go > /dev/null || apt-get -qq install -y golang-go > /dev/null
apt-get -qq download golang-opentelemetry-otel-dev=1.1.0-2 2>/dev/null
dpkg-deb -x ./*.deb root
export GOPATH=$folder/root/usr/share/gocode GOCACHE=$folder/cache GO111MODULE=off
cat > hop.go <<'GO'
package main

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/otel/propagation"
)

func main() {
	ids := strings.Repeat("4b", 16) + "-" + strings.Repeat("a3", 8)
	for _, form := range []string{"00-%s-00", "00-%s-01", "00-%s-02", "00-%s-03", "01-%s-03"} {
		came, sent := propagation.HeaderCarrier{}, propagation.HeaderCarrier{}
		came.Set("traceparent", fmt.Sprintf(form, ids))
		propagation.TraceContext{}.Inject(propagation.TraceContext{}.Extract(context.Background(), came), sent)
		fmt.Printf("%s -> %q\n", came.Get("traceparent"), sent.Get("traceparent"))
	}
}
GO
go run hop.go | tee seen
diff seen - <<'EXPECTED'
00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-00 -> "00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-00"
00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-01 -> "00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-01"
00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-02 -> "00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-00"
00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-03 -> ""
01-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-03 -> "00-4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b4b-a3a3a3a3a3a3a3a3-01"
EXPECTED
