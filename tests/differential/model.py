"""A reference reader of the headers; each difference of an SDK from tracehop's rules is one named switch.

Without switches it reads by `sentry-trace` rules S1 to S5, baggage rules B1 to B3 and traceparent rule C6.
A peer's reading must equal the one with its own switches: a difference without a switch is a failure.
"""

import re
from urllib.parse import unquote_to_bytes

BLANKS = " \t\r\n"
PREFIX = "sentry-"

# Every difference that the rules choose: switch -> (rule, what the peer does instead).
CHOSEN = {
    "blanks_sp_ht": ("S2", "only SP and HT are trimmed: a value that ends in CR or LF is malformed"),
    "final_lf": ("S2", "one final LF is ignored"),
    "blanks_unicode": ("S2, B1", "all Unicode white space is trimmed"),
    "no_list": ("S2", "several values joined by commas are malformed"),
    "list_parts_unicode": ("S2", "the parts of a comma list are trimmed of all Unicode white space"),
    "undashed": ("S2", "the dashes are optional"),
    "traceless": ("S2", "a value without a trace id is read"),
    "wrapped": ("S2", "a value wrapped as 00-...-00 is unwrapped"),
    "three_parts": ("S2", "both ids are needed, in hex of any case, and an unknown third part means deferred"),
    "zero_ids": ("S3", "ids of all zero are read"),
    "no_limit": ("S5", "a value of any length is read"),
    "inner_blanks": ("B1", "blanks around the first = are part of the key and the value"),
    "keep_empty": ("B1", "a member with an empty name or value is kept"),
    "keep_empty_name": ("B1", "a member with an empty name is kept"),
    "cut_at_equals": ("B1", "the value ends at its own first ="),
    "name_to_dash": ("B2", "the name ends at its own first dash"),
    "keep_properties": ("B2", "what follows a ; is part of the value"),
    "decode_key_first": ("B2", "the prefix is looked for after decoding"),
    "tokens_only": ("B2", "a name that is not an HTTP token is dropped"),
    "trim_decoded": ("B3", "blanks that were percent-encoded are trimmed too"),
    "drop_malformed": ("B3", "a member with a malformed % is dropped"),
    "drop_invalid_utf8": ("B3", "a member that is not UTF-8 is dropped"),
    "prototype": ("B3", "the name __proto__ is lost"),
    "lax_numbers": ("C6", "the numbers of a traceparent may have any width or a plus or minus"),
}

SENTRY_TRACE = {
    "sentry-sdk": {
        "blanks_sp_ht", "final_lf", "list_parts_unicode", "undashed", "traceless", "wrapped", "zero_ids", "no_limit",
    },
    "@sentry/core": {"blanks_sp_ht", "no_list", "undashed", "traceless", "zero_ids", "no_limit"},
    "sentry-core": {"blanks_unicode", "no_list", "three_parts", "zero_ids", "no_limit"},
}
BAGGAGE = {
    "sentry-sdk": {"blanks_unicode", "inner_blanks", "keep_empty", "name_to_dash", "keep_properties"},
    "@sentry/core": {
        "blanks_unicode", "keep_empty_name", "keep_properties", "decode_key_first", "drop_malformed",
        "drop_invalid_utf8", "prototype",
    },
    "opentelemetry": {
        "blanks_unicode", "keep_empty", "cut_at_equals", "decode_key_first", "tokens_only", "trim_decoded",
        "drop_invalid_utf8",
    },
}
TRACEPARENT = {"opentelemetry": {"blanks_unicode", "lax_numbers"}}


def strip(text, switches):
    return text.strip() if "blanks_unicode" in switches else text.strip(BLANKS)


def sentry_trace(value, switches=frozenset()):
    """Returns [trace id, span id or None, decision or None], or None if the value is malformed."""
    if "no_list" not in switches:
        value = first_part(value, switches)
    if not value:
        return None
    if "wrapped" in switches and value.startswith("00-") and value.endswith("-00"):
        value = value[3:-3]
    value = trimmed(value, switches)
    return lenient(value, switches) if "three_parts" in switches else dashed(value, switches)


def first_part(value, switches):
    seen = value.encode() if "no_limit" in switches else value.encode()[:256]
    text = seen.decode(errors="replace")
    if "list_parts_unicode" in switches:
        return next((part.strip() for part in text.split(",") if part.strip()), None) if "," in text else text
    parts = text.split(",")
    at = next((at for at, part in enumerate(parts) if part.strip(BLANKS)), None)
    cut = len(value.encode()) > len(seen) and at == len(parts) - 1
    return None if at is None or cut else parts[at]


def trimmed(value, switches):
    if "blanks_sp_ht" not in switches:
        return strip(value, switches)
    if "final_lf" in switches and value.endswith("\n"):
        value = value[:-1]
    return value.strip(" \t")


def dashed(value, switches):
    ids = r"([0-9a-f]{32})?-?([0-9a-f]{16})?-?([01])?"
    strict = r"([0-9a-f]{32})(?:-(?:-?|([0-9a-f]{16})-?))?(?:(?<=-)([01]))?"
    match = re.fullmatch(ids if "undashed" in switches else strict, value)
    if not match or not (match[1] or "traceless" in switches):
        return None
    return zeroes(match[1], match[2], {"0": False, "1": True}.get(match[3]), switches)


def lenient(value, switches):
    trace_id, span_id, flag = (value.split("-", 2) + ["", ""])[:3]
    if not (re.fullmatch("[0-9a-fA-F]{32}", trace_id) and re.fullmatch("[0-9a-fA-F]{16}", span_id)):
        return None
    return zeroes(trace_id.lower(), span_id.lower(), {"0": False, "1": True}.get(flag), switches)


def zeroes(trace_id, span_id, sampled, switches):
    if "zero_ids" in switches:
        return [trace_id, span_id, sampled]
    if not trace_id or not int(trace_id, 16):
        return None
    return [trace_id, span_id if span_id and int(span_id, 16) else None, sampled]


def baggage(value, switches=frozenset()):
    """Returns the `sentry-` members as a dict, with the last value of a repeated name."""
    read = {}
    for member in value.split(","):
        pair = sentry_member(member, switches)
        if pair and not (pair[0] == "__proto__" and "prototype" in switches):
            read[pair[0]] = pair[1]
    return read


def sentry_member(member, switches):
    member = strip(member, switches)
    if "cut_at_equals" in switches:
        member = "=".join(member.split(";")[0].split("=")[:2])
    if "=" not in member:
        return None
    key, value = member.split("=", 1)
    if "inner_blanks" not in switches:
        key, value = strip(key, switches), strip(value, switches)
    if "keep_properties" not in switches:
        value = strip(value.split(";")[0], switches)
    if "decode_key_first" in switches:
        key = decoded(key, switches)
    if key is None or not key.startswith(PREFIX):
        return None
    name = key[len(PREFIX):] if "decode_key_first" in switches else named(key, switches)
    return kept(name, decoded(value, switches), switches)


def named(key, switches):
    return decoded(key.split("-")[1] if "name_to_dash" in switches else key[len(PREFIX):], switches)


def kept(name, value, switches):
    if name is None or value is None:
        return None
    if "tokens_only" in switches and not re.fullmatch("[!#$%&'*+.^_`|~0-9A-Za-z-]*", name):
        return None
    if not name and not {"keep_empty", "keep_empty_name"} & switches:
        return None
    if not value and "keep_empty" not in switches:
        return None
    return name, value


def decoded(text, switches):
    if "drop_malformed" in switches and re.search("%(?![0-9a-fA-F]{2})", text):
        return None
    raw = unquote_to_bytes(text)
    try:
        plain = raw.decode()
    except UnicodeDecodeError:
        plain = None if "drop_invalid_utf8" in switches else raw.decode(errors="replace")
    return plain.strip() if plain is not None and "trim_decoded" in switches else plain


def traceparent(value, switches=frozenset()):
    """Returns [trace id, span id, True or None], or None if the value is malformed."""
    value = strip(value, switches) if switches else value.strip(" \t")
    if "lax_numbers" in switches:
        return lax_traceparent(value)
    match = re.fullmatch("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(.*)", value, re.DOTALL)
    if not match or match[1] == "ff" or not int(match[2], 16) or not int(match[3], 16):
        return None
    if match[5] and (match[1] == "00" or match[5][0] != "-"):
        return None
    return [match[2], match[3], True if int(match[4], 16) & 1 else None]


def lax_traceparent(value):
    fields = value.split("-")
    if fields[-1] == "":
        fields.pop()
    if len(fields) < 4 or any(field != field.lower() for field in fields[1:4]):
        return None
    version, trace_id, span_id, flags = (unsigned(*pair) for pair in zip(fields, (8, 128, 64, 8)))
    if None in (version, trace_id, span_id, flags) or version > 254 or version == 0 and len(fields) != 4:
        return None
    if not trace_id or not span_id:
        return None
    return [f"{trace_id:032x}", f"{span_id:016x}", True if flags & 1 else None]


def unsigned(text, bits):
    """Parses a number like Rust's from_str_radix: a leading plus is accepted."""
    match = re.fullmatch(r"\+?([0-9a-fA-F]+)", text)
    number = int(match[1], 16) if match else None
    return number if number is not None and number < 1 << bits else None
