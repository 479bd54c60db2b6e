// The same program by cgo. Memory that C reads is allocated by C, as cgo requires.
package main

/*
#cgo pkg-config: tracehop
#include <stdlib.h>
#include <tracehop.h>

static tracehop_propagator service(void) {
    static const tracehop_target targets[] = {TRACEHOP_TARGET_ORIGIN("https://*.myapp.com"), TRACEHOP_TARGET_TEXT("/internal/")};
    tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
    p.dsn = tracehop_str_from("https://key@o1.ingest.sentry.io/2");
    p.release = tracehop_str_from("hop@1.0");
    p.trace_propagation_targets = targets;
    p.n_targets = 2;
    return p;
}
*/
import "C"

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"log"
	"os"
	"strings"
	"unsafe"
)

// arena owns the C strings of one request.
type arena []unsafe.Pointer

func (a *arena) str(text string) C.tracehop_str {
	data := C.CString(text)
	*a = append(*a, unsafe.Pointer(data))
	return C.tracehop_str{data: data, len: C.size_t(len(text))}
}

// headers copies an array of headers to C memory.
func (a *arena) headers(pairs ...string) (*C.tracehop_header, C.size_t) {
	n := len(pairs) / 2
	array := (*C.tracehop_header)(C.malloc(C.size_t(n) * C.sizeof_tracehop_header))
	*a = append(*a, unsafe.Pointer(array))
	for i := range unsafe.Slice(array, n) {
		unsafe.Slice(array, n)[i] = C.tracehop_header{name: a.str(pairs[2*i]), value: a.str(pairs[2*i+1])}
	}
	return array, C.size_t(n)
}

func (a arena) free() {
	for _, memory := range a {
		C.free(memory)
	}
}

func must(status C.tracehop_status) {
	if status != C.TRACEHOP_OK {
		log.Fatal(text(C.tracehop_status_sentence(status)))
	}
}

func text(str C.tracehop_str) string { return C.GoStringN(str.data, C.int(str.len)) }

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// carried returns the request's header after the edit: the value that is set, else its own.
func carried(out *C.tracehop_outcome, name, had string) string {
	for _, header := range out.headers[:out.n_headers] {
		if text(header.name) == name {
			return orDash(text(header.value))
		}
	}
	return orDash(had)
}

func names(findings C.uint64_t) string {
	var names []string
	for n := 1; n <= 64; n++ {
		if findings>>(n-1)&1 == 1 {
			names = append(names, text(C.tracehop_finding_name(C.tracehop_finding(n))))
		}
	}
	return strings.Join(names, ",")
}

func hop(p *C.tracehop_propagator, url, trace, baggage, own string) {
	var a arena
	defer a.free()
	var seed [C.TRACEHOP_SEED_BYTES]C.uint8_t
	var context C.tracehop_context
	buf := (*C.char)(C.malloc(C.TRACEHOP_OUTCOME_BYTES))
	a = append(a, unsafe.Pointer(buf))
	out := C.tracehop_outcome{}

	incoming, n := a.headers("sentry-trace", trace, "baggage", baggage)
	status := C.tracehop_adopt(p, incoming, n, &context)
	if status == C.TRACEHOP_NO_TRACE {
		if _, err := rand.Read(unsafe.Slice((*byte)(&seed[0]), len(seed))); err != nil {
			log.Fatal(err)
		}
		status = C.tracehop_continue_trace(p, incoming, n, &seed[0], &context)
	}
	must(status)
	outgoing, n := a.headers("baggage", own)
	must(C.tracehop_inject(p, &context, a.str(url), C.tracehop_str{}, outgoing, n, buf, C.TRACEHOP_OUTCOME_BYTES, &out))

	sampled := map[C.tracehop_decision]string{C.TRACEHOP_UNDECIDED: "undecided", C.TRACEHOP_NO: "no", C.TRACEHOP_YES: "yes"}
	fmt.Println(text(C.tracehop_reason_name(out.reason)), "|", sampled[C.tracehop_context_sampled(&context)], "|",
		carried(&out, "sentry-trace", ""), "|", carried(&out, "baggage", own), "|",
		names(C.tracehop_context_findings(&context)|out.findings))
}

func main() {
	p := (*C.tracehop_propagator)(C.malloc(C.sizeof_tracehop_propagator))
	*p = C.service()
	must(C.tracehop_propagator_check(p))
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		hop(p, fields[0], fields[1], fields[2], fields[3])
	}
}
