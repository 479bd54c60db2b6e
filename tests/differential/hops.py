"""A model of a whole hop by the rules; each difference of an SDK is one named switch.

The inputs are the product of all relevant cases, so nothing here is random.
"""

from itertools import product

import model

TRACE, OTHER, SPAN = "771a43a4192642f0b136d5159a501700", "bc6d53f15eb88f4320054569b8c553d4", "1234567890abcdef"

EITHER = "either decision"

CHOSEN = {
    "no_flag_without_rate": ("P4", "without a rate, the flag that came in is not handed on"),
    "plain_head_without_rate": ("D1", "without a rate, a head writes neither sample_rand nor transaction"),
    "keeps_trace_id": ("D3", "a trace_id that differs from the one of the trace is handed on"),
    "heads_bare_trace": ("D4", "a trace that came without a dynamic sampling context gets one that is invented here"),
    "fills_bare_trace": ("D4", "a trace that came without a dynamic sampling context gets sample_rand and sample_rate"),
    "fills_foreign_baggage": ("D4", "a trace that came with foreign baggage alone gets sample_rand"),
    "one_is_a_rand": ("P5", "a sample_rand of 1 is taken, and makes a sampled trace unsampled"),
    "any_rate": ("P5", "a sample_rate above 1 is used when sample_rand is drawn"),
    "no_impossible_rand": ("P5", "where flag and rate contradict each other, sample_rand is not repaired"),
    "rand_of_one": ("P5", "where the flag is 0 and the rate 1, sample_rand is drawn as 1"),
}
PEERS = {
    "sentry-sdk": {"no_flag_without_rate", "plain_head_without_rate", "keeps_trace_id", "heads_bare_trace",
        "fills_foreign_baggage", "no_impossible_rand", "any_rate"},
    "@sentry/core": {"plain_head_without_rate", "keeps_trace_id", "fills_bare_trace", "one_is_a_rand", "rand_of_one"},
}

TRACES = [None, "", "malformed", TRACE, f"{TRACE}-{SPAN}", f"{TRACE}-{SPAN}-1", f"{TRACE}-{SPAN}-0"]
CONTEXTS = [None, {}, {"trace_id": TRACE}, {"trace_id": OTHER, "sample_rand": "0.25"}]
CONTEXTS += [{"trace_id": TRACE, "sample_rand": "0.25", "sample_rate": rate} for rate in ("0", "0.5", "1", "x")]
CONTEXTS += [{"sample_rate": "0.5", "sample_rand": rand, "unknown": "a b"} for rand in ("1", "-0.5", "abc", "0.75", "5.19e-8")]
CONTEXTS += [{"trace_id": TRACE, "sample_rate": rate, "sampled": "true"} for rate in ("0", "0.5", "1", "2")]
CONTEXTS += [{"trace_id": TRACE, "sample_rand": "0.25", "org_id": org} for org in ("1", "2")]
RATES = [None, 0.0, 0.3, 1.0]
HOSTS = ["sentry.example.com", "o1.ingest.sentry.io"]


def cases():
    for trace, context, rate, host, strict in product(TRACES, CONTEXTS, RATES, HOSTS, [False, True]):
        headers = {} if trace is None else {"sentry-trace": trace}
        if context is not None:
            members = [f"sentry-{name}={value.replace(' ', '%20')}" for name, value in context.items()]
            headers["baggage"] = ",".join(["vendor=kept", *members])
        options = {"dsn": f"https://key@{host}/2", "release": "r@1", "environment": "prod"}
        options |= {"traces_sample_rate": rate, "strict_trace_continuation": strict}
        yield {"kind": "hop", "options": options, "headers": headers}


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def refused(ours, theirs, strict):
    return ours != theirs if ours and theirs else strict and bool(ours or theirs)


def expected(case, switches=frozenset()):
    """Returns what a hop forwards: trace id or None for a new one, parent, flag, and members; (lo, hi) for a drawn number."""
    options, headers = case["options"], case["headers"]
    rate, org = options["traces_sample_rate"], "1" if "//key@o1." in options["dsn"] else None
    trace = model.sentry_trace(headers.get("sentry-trace", ""))
    context = model.baggage(headers.get("baggage", "")) if trace else {}
    if not trace or refused(org, context.get("org_id"), options["strict_trace_continuation"]):
        return None, None, *head(None, rate, org, None, switches)
    trace_id, parent, flag = trace
    if not context:
        return trace_id, parent, *bare(trace_id, flag, case, org, switches)
    rand = rand_of(context, flag, switches)
    sampled, decided_here = decision(flag, rate, rand)
    if rand == 1 and rate is not None:
        sampled = False
    context = frozen(context, trace_id, rand, switches)
    if decided_here:
        context["sample_rate"] = rate
    return trace_id, parent, shown(sampled, rate, switches), context


def head(trace_id, rate, org, flag, switches):
    """Returns the context of a head of trace, whose trace id is not known beforehand."""
    sampled, _ = decision(flag, rate, (0.0, 1.0))
    context = {"trace_id": trace_id, "public_key": "key", "release": "r@1", "environment": "prod"}
    if org:
        context["org_id"] = org
    if rate is not None or "plain_head_without_rate" not in switches:
        context |= {"sample_rand": (0.0, 1.0), "transaction": "/hop"}
    if rate is not None:
        context |= {"sample_rate": rate if flag is None else float(flag), "sampled": sampled}
    return shown(sampled, rate, switches), context


def bare(trace_id, flag, case, org, switches):
    rate = case["options"]["traces_sample_rate"]
    if "fills_foreign_baggage" in switches and rate is None and "baggage" in case["headers"]:
        return shown(flag, rate, switches), {"sample_rand": (0.0, 1.0)}
    if "heads_bare_trace" in switches:
        return head(trace_id, rate, org, flag, switches)
    sampled, decided_here = decision(flag, rate, (0.0, 1.0))
    context = {"sample_rand": (0.0, 1.0)} if "fills_bare_trace" in switches and rate is not None else {}
    if context and decided_here:
        context["sample_rate"] = rate
    return shown(sampled, rate, switches), context


def rand_of(context, flag, switches):
    """Returns the received sample_rand, the interval from which one is drawn, or None if it is left out."""
    rand, rate = number(context.get("sample_rand")), number(context.get("sample_rate"))
    if rand is not None and 0 <= rand and (rand < 1 or rand == 1 and "one_is_a_rand" in switches):
        return rand
    usable = rate is not None and 0 <= rate and (rate <= 1 or "any_rate" in switches)
    if flag is None or not usable:
        return 0.0, 1.0
    low, high = (0.0, rate) if flag else (rate, 1.0)
    if low < high:
        return low, high
    if "rand_of_one" in switches and not flag:
        return 1.0
    return None if "no_impossible_rand" in switches else (0.0, 1.0)


def frozen(context, trace_id, rand, switches):
    context = dict(context)
    if rand is not None:
        context["sample_rand"] = rand
    if "trace_id" in context and "keeps_trace_id" not in switches:
        context["trace_id"] = trace_id
    return context


def decision(flag, rate, rand):
    """Returns (sampled, true if this service's rate decided); EITHER if it depends on a drawn number."""
    if flag is not None or rate is None:
        return flag, False
    if isinstance(rand, tuple):
        return {0.0: False, 1.0: True}.get(rate, EITHER), True
    return rand < rate, True


def shown(sampled, rate, switches):
    return None if rate is None and "no_flag_without_rate" in switches else sampled


def agrees(expected, answer):
    """True if this answer, read by the rules, is the expected one."""
    trace_id, parent, sampled, context = expected
    read = model.sentry_trace(answer["headers"]["sentry-trace"])
    members = model.baggage(answer["headers"].get("baggage") or "")
    fits = (trace_id or read[0]) == read[0] and parent == answer["parent_span_id"] and member_fits(sampled, read[2])
    if context.get("trace_id", "") is None:
        context = context | {"trace_id": read[0]}
    return fits and context.keys() == members.keys() and all(value_fits(context[name], members[name]) for name in context)


def member_fits(expected, value):
    return value is not None if expected == EITHER else value is expected


def value_fits(expected, text):
    if expected == EITHER or isinstance(expected, bool):
        return member_fits(expected, {"true": True, "false": False}.get(text))
    if isinstance(expected, tuple):
        return expected[0] <= float(text) < expected[1]
    return float(text) == expected if isinstance(expected, float) else text == expected
