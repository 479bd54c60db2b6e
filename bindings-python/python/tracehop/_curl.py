"""A curl command line, as the developer tools of browsers copy it: for a POSIX shell, or for Windows' cmd."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from ._input import InputError, Request, of_lines

# The kinds of quotes in a POSIX shell; only the last, bash's $'...', is unknown to shlex.
QUOTED = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$'(?P<ansi>(?:\\.|[^'\\])*)'""", re.DOTALL)
ESCAPE = re.compile(r"\\(?:u(?P<u>[0-9A-Fa-f]{1,4})|x(?P<x>[0-9A-Fa-f]{1,2})|(?P<octal>[0-7]{1,3})|(?P<sign>.))", re.DOTALL)
SIGNS = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def of_curl(line: str) -> Request:
    """The URL and the headers of a curl line. Raises InputError."""
    try:
        words = _words_of_cmd(line) if '^"' in line else _words_of_posix(line)
    except ValueError as error:
        raise InputError(f"the curl line cannot be read: {error}") from None
    url: str | None = None
    lines: list[str] = []
    rest = iter(words[1:])
    for word in rest:
        if word in ("-H", "--header"):
            lines.append(next(rest, ""))
        elif word.startswith("-H") and len(word) > 2:
            lines.append(word[2:])
        elif word.startswith("--header="):
            lines.append(word.removeprefix("--header="))
        elif word == "--url":
            url = next(rest, None)
        elif "://" in word:
            url = word
    return Request(url, of_lines(lines).headers if lines else [])


def _words_of_posix(line: str) -> list[str]:
    plain = QUOTED.sub(lambda found: found[0] if found["ansi"] is None else shlex.join([_unescaped(found["ansi"])]), line)
    return shlex.split(plain.replace("\\\r\n", " ").replace("\\\n", " "))


def _unescaped(text: str) -> str:
    """The text of bash's $'...'."""

    def character(found: re.Match[str]) -> str:
        if found["sign"] is not None:
            return SIGNS.get(found["sign"], found["sign"])
        number = found["u"] or found["x"]
        return chr(int(number, 16) if number else int(found["octal"], 8))

    return ESCAPE.sub(character, text)


def _words_of_cmd(line: str) -> list[str]:
    """First cmd takes its carets away, then the program splits the line by the rules of Microsoft's C library."""
    plain = re.sub(r"\^(\r?\n|.)", lambda found: " " if found[1].endswith("\n") else found[1], line, flags=re.DOTALL)
    return list(_split_as_microsoft(plain))


def _split_as_microsoft(line: str) -> Iterator[str]:
    word, is_quoted, is_word = "", False, False
    for found in re.finditer(r'(?P<slashes>\\*)(?P<quote>")|\\|[^\\"]', line):
        slashes = found["slashes"] or ""
        if found["quote"]:
            # Before a quote two backslashes stand for one, and one of an odd number for the quote itself.
            word += "\\" * (len(slashes) // 2) + '"' * (len(slashes) % 2)
            is_quoted ^= len(slashes) % 2 == 0
            is_word = True
        elif found[0].isspace() and not is_quoted:
            if is_word:
                yield word
            word, is_word = "", False
        else:
            word += found[0]
            is_word = True
    if is_quoted:
        raise ValueError("No closing quotation")
    if is_word:
        yield word
