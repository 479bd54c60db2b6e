"""The inputs of the differential tests: the same in every run, because the seed is fixed."""

from random import Random

NAMES = [
    "trace_id", "public_key", "sample_rate", "sample_rand", "sampled", "release", "environment", "org_id",
    "transaction", "replay_id", "unknown", "a-b", "a-", "-", "1", "__proto__", "caf%C3%A9", "%zz", "", "é",
]
VALUES = [
    "", "1", "true", "0.25", "GET%20%2Fusers", "GET+%2Fusers", "a=b==c", "==", "a;p=1", ";p", " padded ", "\tpadded\t",
    "%ff", "%c3", "%C3%A9", "%zz", "%4", "%", "100%", "%2520", "%00", "%20x%20", "\"q\"", "a\\b", "<a>&'", "é", "😀",
    "a/b:c@d!$()*", "x" * 100, "\x0bvt\x0b", "a%3Bb%2Cc%3Dd", "\xa0nbsp\xa0", "%ED%A0%80", "%F0%9F%98%80",
]
KEYS = ["sentry-{}", "sentry-{}", "sentry-{}", "sentry-{} ", " sentry-{}", "SENTRY-{}", "sentry_{}", "x-{}", "%73entry-{}"]
SEPARATORS = [",", ",", ", ", " , ", ",,", ",\t"]
BLANKS = ["", "", "", " ", "\t", "  ", "\n", "\r\n", "\x0b", "\xa0"]


def hex_id(random, length):
    return "".join(random.choices("0123456789abcdef", k=length))


def odd_id(random, length):
    drawn = hex_id(random, length)
    choices = [drawn] * 8 + ["0" * length, drawn.upper(), drawn[1:], drawn + "0", "", drawn[:-1] + "g", drawn[:-1] + "é"]
    return random.choice(choices)


def sentry_trace(random):
    parts = [odd_id(random, 32), odd_id(random, 16), random.choice(["1", "0", "1", "0", "", "2", "x", "true", "1-x", "-"])]
    kept = parts[: random.choice([1, 2, 3, 3, 3, 3])]
    value = random.choice(["-", "-", "-", "-", "-", "", "--", "_"]).join(kept)
    if random.random() < 0.1:
        value = random.choice(["-", "00-", "--"]) + value + random.choice(["-", "-00", ""])
    return random.choice(BLANKS) + value + random.choice(BLANKS)


def sentry_traces(random, count):
    for _ in range(count):
        value = sentry_trace(random)
        if random.random() < 0.15:
            value = random.choice(SEPARATORS).join([value, random.choice(["", " ", sentry_trace(random)])])
        if random.random() < 0.05:
            value = random.choice([",", " ,", ", ,"]) + value
        if random.random() < 0.03:
            value = value + " " * 300 if random.random() < 0.5 else " " * 300 + value
        yield value


def member(random):
    key = random.choice(KEYS).format(random.choice(NAMES))
    return key + random.choice(["=", "=", "=", "=", " = ", "=\t", ""]) + random.choice(VALUES)


def baggages(random, count):
    for _ in range(count):
        members = [member(random) for _ in range(random.choice([1, 1, 1, 2, 5, 20]))]
        yield random.choice(BLANKS) + random.choice(SEPARATORS).join(members) + random.choice(BLANKS)


def traceparents(random, count):
    for _ in range(count):
        fields = [
            random.choice(["00", "00", "00", "01", "cc", "fe", "ff", "0", "+0", "000", "FE"]),
            odd_id(random, 32),
            odd_id(random, 16),
            random.choice(["00", "01", "02", "03", "ff", "1", "+1", "001", "0A", ""]),
        ]
        tail = random.choice(["", "", "", "-", "-x", ".x", "-01-what"])
        yield random.choice(["", " ", "\t"]) + "-".join(fields) + tail + random.choice(["", " "])


def facts(random, count):
    """Returns the facts that a peer has to write."""
    texts = ["GET /users/{id}", "a b", "é😀", "100%", "a+b", "a=b", "a;b", "a,b", "it's (a) test*!", "\"<&>\\\"", "~._-/"]
    names = ["release", "environment", "transaction", "public_key", "org_id", "unknown"]
    for _ in range(count):
        chosen = random.sample(names, random.randrange(1, len(names)))
        yield {
            "trace_id": hex_id(random, 32),
            "span_id": hex_id(random, 16),
            "sampled": random.choice([True, False, None]),
            "members": [[name, random.choice(texts)] for name in chosen],
        }


def inputs(seed=20260):
    random = Random(seed)
    return {
        "sentry_trace": list(sentry_traces(random, 4000)),
        "baggage": list(baggages(random, 4000)),
        "traceparent": list(traceparents(random, 2000)),
        "write": list(facts(random, 1000)),
    }
