"""The official SDK for C and C++; SENTRY_NATIVE names its shared library, from 0.15 on.

Built without a backend and a transport: cmake -B build -DSENTRY_BACKEND=none -DSENTRY_TRANSPORT=none -DSENTRY_BUILD_SHARED_LIBS=ON
"""

import ctypes
import os
import tempfile

native = ctypes.CDLL(os.environ["SENTRY_NATIVE"])
native.sentry_sdk_version.restype = ctypes.c_char_p
for name in ("sentry_options_new", "sentry_transaction_context_new", "sentry_transaction_start"):
    getattr(native, name).restype = ctypes.c_void_p
EACH = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)

SUBJECT = f"sentry-native {native.sentry_sdk_version().decode()} (C)"
TEXTS = {"dsn", "org_id", "release", "environment"}
OPTIONS = TEXTS | {"traces_sample_rate", "strict_trace_continuation"}


def init(folder, options):
    made = ctypes.c_void_p(native.sentry_options_new())
    native.sentry_options_set_debug(made, 0)
    native.sentry_options_set_database_path(made, folder.encode())
    for name, value in {"dsn": "https://key@sentry.test/2", **options}.items():
        setter = getattr(native, f"sentry_options_set_{name}")
        if name in TEXTS:
            setter(made, str(value).encode())
        elif name == "traces_sample_rate":
            setter(made, ctypes.c_double(value))
        else:
            setter(made, int(value))
    native.sentry_init(made)


def sent(headers, options):
    """Returns the headers of a transaction that continues these."""
    with tempfile.TemporaryDirectory() as folder:
        init(folder, options)
        context = ctypes.c_void_p(native.sentry_transaction_context_new(b"/hop", b"http.server"))
        for name, value in headers:
            data = value.encode()
            native.sentry_transaction_context_update_from_header_n(
                context, name.encode(), ctypes.c_size_t(len(name)), data, ctypes.c_size_t(len(data))
            )
        # A sampling context without values.
        transaction = ctypes.c_void_p(native.sentry_transaction_start(context, ctypes.c_uint64(NULL)))
        headers = {}
        each = EACH(lambda name, value, _: headers.update({name.decode().lower(): value.decode()}))
        native.sentry_transaction_iter_headers(transaction, each, None)
        native.sentry_transaction_finish(transaction)
        native.sentry_close()
    return headers


native.sentry_value_new_null.restype = ctypes.c_uint64
NULL = native.sentry_value_new_null()


def read(sentry_trace):
    trace_id, span_id, *flag = sentry_trace.split("-")
    return {"trace_id": trace_id, "span_id": span_id, "sampled": flag == ["1"] if flag else None}


def sentry_trace_parse(given):
    """Returns trace id and decision of a value that it continues; the SDK exposes no parent."""
    answer = read(sent([("sentry-trace", given["value"])], {"traces_sample_rate": 1.0})["sentry-trace"])
    if answer["trace_id"] not in given["value"].lower():
        return {"error": True}
    return {"trace_id": answer["trace_id"]}


def continue_trace(given):
    options = given["options"]
    if not given.keys() <= {"options", "seed", "headers"} or not options.keys() <= OPTIONS or "headers" not in given:
        return None
    # Without a rate no transaction sends headers.
    if options.get("traces_sample_rate") is None or any(not isinstance(value, str) for _, value in given["headers"]):
        return None
    headers = sent(given["headers"], options)
    answer = read(headers["sentry-trace"]) | {"sentry_trace": headers["sentry-trace"]}
    is_continued = any(answer["trace_id"] in value.lower() for name, value in given["headers"] if name.lower() == "sentry-trace")
    return answer | {"baggage": headers.get("baggage")} if is_continued else answer
