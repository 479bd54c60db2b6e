"""``EcmaRegExp``: a regex target with a browser's syntax. core/vectors/targets-dialects.json contains the meaning of patterns."""

from __future__ import annotations

import copy
import pickle

import pytest

from tracehop import EcmaRegExp, OptionError, Propagator


def test_a_pattern_of_a_browser_keeps_its_meaning_and_its_parts() -> None:
    target = EcmaRegExp(r"^\/(?!\/)", "i")
    propagator = Propagator(trace_propagation_targets=[target])
    assert propagator.allows("/users", "https://a.test/") and not propagator.allows("https://b.test/users", "https://a.test/")
    assert (target.pattern, target.flags, repr(target)) == (r"^\/(?!\/)", "i", r"EcmaRegExp('^\\/(?!\\/)', 'i')")
    assert copy.copy(target) == pickle.loads(pickle.dumps(target)) == target
    assert pickle.loads(pickle.dumps(propagator)) == propagator
    assert {target, EcmaRegExp(target.pattern, "i")} == {target} and target != EcmaRegExp(target.pattern)
    assert repr(propagator) == f"Propagator(trace_propagation_targets=[{target!r}])"


@pytest.mark.parametrize(("pattern", "flags", "kind", "at"), [("a(?=b)", "", "regex_look_around", 1), ("a", "g", "regex_flag", None), (r"(a)\1", "", "regex_back_reference", 3)])
def test_what_cannot_be_matched_is_refused_with_its_offset(pattern: str, flags: str, kind: str, at: int | None) -> None:
    with pytest.raises(OptionError) as refused:
        EcmaRegExp(pattern, flags)
    assert (refused.value.kind, refused.value.at) == (kind, at)
    assert pickle.loads(pickle.dumps(refused.value)).at == at
