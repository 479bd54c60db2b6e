"""Values that are declared in Python: exceptions, findings, and markup."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False  # As in typing, whose import takes longer than that of all of tracehop.
if TYPE_CHECKING:
    from typing import NamedTuple

    class _Finding(NamedTuple):
        code: str
        number: int
        message: str

else:
    _Finding = namedtuple("_Finding", ("code", "number", "message"))


class HeaderError(ValueError):
    """A header value that a strict ``parse`` refuses.

    ``kind`` is a fixed snake-case code, ``at`` the byte offset of the error in the value.
    """

    kind: str
    at: int

    def __init__(self, message: str, kind: str, at: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.at = at

    def __reduce__(self) -> tuple[type[HeaderError], tuple[str, str, int]]:
        return type(self), (str(self), self.kind, self.at)


class OptionError(ValueError):
    """An option with a wrong value; the message says what to do.

    ``kind`` is a fixed snake-case code, ``option`` the name of the option, ``at`` the byte offset in the pattern of a regex.
    """

    kind: str
    option: str
    at: int | None

    def __init__(self, message: str, kind: str, option: str, at: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.option = option
        self.at = at

    def __reduce__(self) -> tuple[type[OptionError], tuple[str, str, str, int | None]]:
        return type(self), (str(self), self.kind, self.option, self.at)


class Finding(_Finding):
    """An anomaly: a fixed code, its fixed number, and a sentence for people."""

    __slots__ = ()


class Markup(str):
    """Text that is safe HTML; template engines see ``__html__`` and do not escape it.

    If :func:`tracehop.meta_tags` returns no tags within a trace, ``findings`` contains the reason.
    """

    findings: tuple[Finding, ...] = ()

    def __html__(self) -> str:
        return self
