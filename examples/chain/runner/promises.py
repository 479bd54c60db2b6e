"""What must be observed. Each function takes the evidence and returns the facts that prove its promise.

The browser's headers are read by the official SDK's own functions (drive/browse.mjs), so tracehop is not its own judge.
"""

import tracehop

ALL = []
FOREIGN = "tenant=acme;tier=gold"
MEMBERS = {"sample_rate", "sample_rand", "sampled", "release", "environment"}
STEPS = ("order", "after", "again")


class Broken(Exception):
    """The observation differs from the promise."""


def promise(says):
    """Adds a function to the list, with the sentence that it checks."""

    def keep(function):
        function.says = says
        ALL.append(function)
        return function

    return keep


def expect(held, otherwise):
    """Breaks the promise unless the condition is true."""
    if not held:
        raise Broken(otherwise)


def equal(found, wanted, what):
    """Breaks the promise unless both are equal."""
    expect(found == wanted, f"{what}: {found!r} is not {wanted!r}")


def chain(evidence, step):
    """The spans of one order, from the browser's request to the Ruby service."""
    sent = evidence.request(step, "/orders").position
    page = evidence.span(service="page", span_id=sent["parentSpanId"])
    orders = evidence.span(service="orders", kind="server", parent_span_id=page.span_id)
    client = evidence.span(service="orders", kind="client", parent_span_id=orders.span_id)
    stock = evidence.span(service="stock", parent_span_id=client.span_id)
    return [page, orders, client, stock]


@promise("The page load continued the server's trace from the meta tags.")
def continued(evidence):
    server = evidence.span(service="front", name="GET /")
    load = evidence.span(op="pageload")
    equal(evidence.tags, server.headers_out, "the meta tags in the page")
    equal(load.trace_id, server.trace_id, "the page load's trace")
    equal(load.parent_span_id, server.span_id, "the page load's parent")
    return f"trace {load.trace_id}, parent {load.parent_span_id}"


@promise("One trace id from the browser through Python to Ruby, every parent span id the sender's span.")
def one_trace(evidence):
    for step in STEPS:
        spans = chain(evidence, step)
        equal({span.trace_id for span in spans}, {spans[0].trace_id}, f"the trace ids of “{step}”")
        equal({span.sampled for span in spans}, {True}, f"the decisions of “{step}”")
    known = {span.span_id for span in evidence.spans} | {None}
    orphans = [f"{span.service} {span.name}" for span in evidence.spans if span.parent_span_id not in known]
    expect(not orphans, f"spans whose parent nobody made: {orphans}")
    return " → ".join(f"{span.service} {span.span_id}" for span in chain(evidence, "order"))


@promise("The spans of the Python API are those that its Sentry SDK recorded.")
def api_is_recorded(evidence):
    ids = ("trace_id", "span_id", "parent_span_id")
    recorded = {tuple(span[name] for name in ids) for span in evidence.recorded}
    shown = [span for span in evidence.spans if span.service == "orders" and span.kind != "preflight"]
    missing = [span.name for span in shown if tuple(getattr(span, name) for name in ids) not in recorded]
    equal(missing, [], "spans that nobody recorded")
    return f"{len(shown)} spans of {len(recorded)} recorded ones"


@promise("The same sentry- members arrive at Ruby, with the decoded values that left the browser.")
def same_members(evidence):
    for step in STEPS:
        members = evidence.request(step, "/orders").members
        page, *_, stock = chain(evidence, step)
        equal(stock.dynamic_sampling_context, members, f"what arrived of “{step}”")
        equal(page.dynamic_sampling_context, members, f"the envelope's trace header of “{step}”")
        expect(MEMBERS <= set(members), f"members that the browser did not send: {MEMBERS - set(members)}")
    expect("transaction" in members, "the browser's own trace sent no transaction")
    return ", ".join(f"{name}={members[name]}" for name in (*sorted(MEMBERS), "transaction"))


@promise("A foreign baggage member set by the page arrives at the backend untouched, and goes no further.")
def foreign_untouched(evidence):
    for step in STEPS:
        _, orders, client, _ = chain(evidence, step)
        arrived = orders.headers_in["baggage"]
        equal(arrived, evidence.request(step, "/orders").headers["baggage"], "the header at the backend")
        equal([bytes_or_text(raw) for raw in tracehop.Baggage.parse(arrived).foreign], [FOREIGN], "its foreign members")
        expect(FOREIGN not in client.headers_out["baggage"], "the foreign member was passed on to Ruby")
    return FOREIGN


def bytes_or_text(raw):
    """The text of a raw member."""
    return raw.decode() if isinstance(raw, bytes) else raw


@promise("After the page-load span had ended, a further request still belonged to the same trace.")
def still_the_same(evidence):
    load = evidence.span(op="pageload")
    further = chain(evidence, "after")[0]
    expect(further.start > load.end, "the page load had not ended yet")
    equal(further.trace_id, load.trace_id, "the further request's trace")
    return f"{(further.start - load.end) * 1000:.0f} ms later, trace {further.trace_id}"


@promise("The navigation began a new trace, and the requests after it belong to that one.")
def new_by_navigation(evidence):
    load, navigation = evidence.span(op="pageload"), evidence.span(op="navigation")
    expect(navigation.trace_id != load.trace_id, "the navigation stayed in the page load's trace")
    equal(navigation.parent_span_id, None, "the navigation's parent")
    equal(chain(evidence, "again")[-1].trace_id, navigation.trace_id, "the trace at Ruby")
    return f"trace {navigation.trace_id}"


@promise("A request to an origin that is no target carried neither header.")
def stranger_sees_nothing(evidence):
    request = evidence.request("stranger", "/hello")
    equal(request.headers, {}, "what left the browser")
    equal(request.answer, {"headers": []}, "what the stranger saw")
    return request.url


@promise("A malformed sentry-trace sent by curl got a normal 200 answer and a new trace.")
def malformed_is_harmless(evidence):
    for curl in evidence.curls:
        equal(curl.status, 200, f"the status for {curl.value}")
        server = evidence.span(service="orders", kind="server", trace_id=curl.trace_id)
        equal(server.parent_span_id, None, f"the parent for {curl.value}")
        expect(server.findings, f"no finding reports {curl.value}")
        equal(evidence.span(service="stock", trace_id=curl.trace_id).status, 200, f"Ruby's status for {curl.value}")
    known = {span.trace_id for span in evidence.spans if span.service == "page"}
    expect(not known & {curl.trace_id for curl in evidence.curls}, "a trace of the browser's was continued")
    equal(len({curl.trace_id for curl in evidence.curls}), len(evidence.curls), "how many traces began")
    return f"{len(evidence.curls)} malformed values, {len(evidence.curls)} new traces"


@promise("The browser asked by preflight for both headers, and the API allowed them.")
def preflight_was_real(evidence):
    asked = evidence.span(kind="preflight")
    names = asked.headers_in["access-control-request-headers"].split(",")
    expect({"sentry-trace", "baggage"} <= set(names), f"the browser asked for {names}")
    missing = tracehop.Propagator().missing_cors_headers(asked.headers_out)
    equal(list(missing), [], "the names that the answer lacks")
    return asked.headers_out["access-control-allow-headers"]


@promise("The page showed the Ruby service's answer, without an error in its console.")
def shown(evidence):
    stock = evidence.request("order", "/orders").answer["stock"]
    expect(f"{stock['left']} tins of {stock['tea']}" in evidence.shown, f"the page showed {evidence.shown!r}")
    equal(evidence.problems, [], "the browser's console")
    return evidence.shown.strip()
