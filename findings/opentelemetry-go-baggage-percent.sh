#!/bin/bash
# Each Go service with Debian's OpenTelemetry percent-encodes the values of baggage once more.
#
# Guess: `sentry-release=shop%401.0` is forwarded as it came, and so is the baggage of a second line.
# Seen with golang-opentelemetry-otel-dev 1.1.0: a value is kept as it is written in the header, and encoded when it is sent. Its
# percent sign becomes `%25`, in the next service `%2525`. `=` and `:`, which need no encoding, become `%3D` and `%3A` on the way. A
# service after two hops reads the release `shop%25401.0`, which exists nowhere. Only the first of two lines is read.
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
	"net/http"
	"sort"
	"strings"

	"go.opentelemetry.io/otel/propagation"
)

func main() {
	headers := http.Header{"Baggage": {"sentry-release=shop%401.0,tenant=a=b:c", "plan=pro"}}
	for _, service := range []string{"first", "second", "third"} {
		ctx := propagation.Baggage{}.Extract(context.Background(), propagation.HeaderCarrier(headers))
		headers = http.Header{}
		propagation.Baggage{}.Inject(ctx, propagation.HeaderCarrier(headers))
		members := strings.Split(headers.Get("baggage"), ",")
		sort.Strings(members)
		fmt.Println(service, "service sends:", strings.Join(members, ","))
	}
}
GO
go run hop.go | tee seen
diff seen - <<'EXPECTED'
first service sends: sentry-release=shop%25401.0,tenant=a%3Db%3Ac
second service sends: sentry-release=shop%2525401.0,tenant=a%253Db%253Ac
third service sends: sentry-release=shop%252525401.0,tenant=a%25253Db%25253Ac
EXPECTED
