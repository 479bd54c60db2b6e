"""The workload for the wheel's PGO profile, run by tools/build.sh.

The messages are of every kind that a service receives, most of them as the SDKs write them; none is of the workloads
that benches/ measures.
"""

import re
from itertools import cycle, islice
from random import Random
from typing import Any

import tracehop

ROUNDS = 4_000
random = Random(7)


def digits(count: int) -> str:
    return f"{random.getrandbits(4 * count):0{count}x}"


def browser() -> dict[str, str]:
    """Headers of a page with tracing: all members of the JavaScript SDKs, including the decision."""
    trace = digits(32)
    members = {
        "environment": "staging", "release": "front%401.20.3", "public_key": digits(32), "trace_id": trace,
        "org_id": "4507", "transaction": "GET%20%2Fcart%2F%3Aid", "sampled": "true", "sample_rand": f"{random.random():.16f}",
        "sample_rate": "0.5",
    }
    return {
        "host": "cart.example", "accept": "*/*", "user-agent": "Mozilla/5.0",
        "sentry-trace": f"{trace}-{digits(16)}-1",
        "baggage": ",".join(f"sentry-{key}={value}" for key, value in members.items()),
    }


def service() -> dict[str, str]:
    """Headers of a Python or Ruby service, with third-party members and blanks between its own."""
    trace = digits(32)
    return {
        "sentry-trace": f"{trace}-{digits(16)}-{random.choice('01')}",
        "baggage": f"tenant=blue, sentry-trace_id={trace}, user=42;ttl=30,sentry-public_key={digits(32)},"
        f"sentry-sample_rate=0.{random.randrange(1, 9999)},sentry-sampled=true,sentry-environment=prod%20eu,"
        f"sentry-sample_rand=0.{random.randrange(10**6):06},sentry-replay_id={digits(32)}",
    }


def deferring() -> dict[str, str]:
    """Headers of tracing without performance."""
    trace = digits(32)
    baggage = f"sentry-trace_id={trace},sentry-environment=production,sentry-release=3f,sentry-public_key={digits(32)}"
    return {"sentry-trace": f"{trace}-{digits(16)}", "baggage": baggage}


def strangers() -> dict[str, str]:
    """Only third-party members, and W3C's header."""
    return {"traceparent": f"00-{digits(32)}-{digits(16)}-01", "baggage": "session=9f,region = eu ,plan=gold%21"}


def odd() -> dict[str, str]:
    """Malformed or hostile headers, which should be fast too."""
    baggages = ["sentry-a=%" * 300, "a=1," * 800, "=,;," * 400, "sentry-sample_rand=nan,\u00e9=1", "k=" + "v" * 9_000]
    traces = ["", "nonsense", f"{digits(31)}-{digits(16)}", "0" * 32]
    return {"sentry-trace": random.choice(traces), "baggage": random.choice(baggages)}


def messages() -> list[Any]:
    """Messages in the containers that servers use."""
    plain = [browser(), browser(), service(), service(), deferring(), strangers(), {}, {"host": "cart.example"}]
    pairs = [[(name.encode(), value.encode()) for name, value in made().items()] for made in (browser, service)]
    gateway = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in service().items()}
    titled = {name.title(): value for name, value in browser().items()}
    return [*plain, *pairs, gateway, titled]


def serve(propagator: tracehop.Propagator, message: Any) -> None:
    """Handles one request, and sends two."""
    context = propagator.continue_trace(message)
    context.headers()
    requests: list[tuple[str, dict[str, str]]] = [
        ("https://api.example/v1/stock", {}),
        ("http://pay.example/", {"baggage": "tenant=blue"}),
    ]
    for url, headers in requests:
        if propagator.allows(url):
            propagator.inject(context.child(), url, headers)


def pass_on(propagator: tracehop.Propagator, message: Any) -> None:
    """Handles one request, and sends one."""
    propagator.continue_trace(message).headers()


def main() -> None:
    targets: list[Any] = ["localhost", tracehop.Origin("https://*.example"), re.compile(r"^/api/")]
    dsn = "https://key@o4507.ingest.example/1"
    services = [
        tracehop.Propagator(),
        tracehop.Propagator(trace_propagation_targets=targets),
        tracehop.Propagator(dsn=dsn, release="cart@7", environment="production", traces_sample_rate=0.5),
        tracehop.Propagator(dsn=dsn, traces_sampler=lambda _: 0.1, propagate_traceparent=True, trace_propagation_targets=targets),
    ]
    for propagator in islice(cycle(services), ROUNDS):
        for message in messages():
            serve(propagator, message)
            pass_on(propagator, message)
        headers = browser()
        tracehop.SentryTrace.parse(headers["sentry-trace"])
        dict(tracehop.Baggage.parse(headers["baggage"]).sentry)
        propagator.start_trace("GET /cart").meta_tags()
        if random.random() < 0.05:
            serve(propagator, odd())


main()
