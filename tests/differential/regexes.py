#!/usr/bin/env python3
"""Compares the regex dialects with their hosts: CPython's re, Ruby's Onigmo and Node's V8.

regexes.py MATCHES [PATTERNS [SEED]]: PATTERNS random patterns of each dialect (2,000; SEED 1), each with 12 texts. MATCHES is
the program target/debug/examples/matches. A pattern may be refused; otherwise it must match exactly what its host matches, except
non-ASCII texts, which it may fail to match as rule O4 says.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import warnings
from typing import Any

from regex_cases import READ, REFUSED

Question = dict[str, Any]

COMMON = [
    "a", "b", "s", "k", "i", "K", "/", "://", "\\.", ".", "-", "_", "1", "é", "ß", "²", "(", "(?:", ")", ")", "|", "*", "+", "?", "{2}", "{1,2}", "{,2}",
    "^", "$", "\\b", "\\B", "\\w", "\\W", "\\d", "\\D", "\\s", "\\S", "[", "[^", "]", "]", "[a-k]", "[^a-k]", "[\\w.-]", "[\\W]", "[^\\W]", "[k-]", "[-a]",
    "\\x61", "\\u0061", "\\141", "\\0", "\\/", "\\-", "\\_", "(?!a)", "(?!s|k)", "^https?://", "https", "[]", "[^]",
    " ", "#", "\n", "\\ ", "\\#", "\\\n", "\x0b", "\t",
]
OWN = {
    "python": ["(?i)", "(?i:", "(?-i:", "(?a:", "(?s:", "\\A", "\\Z", "(?P<n>", "(?#c\\)", "*?", "İ", "ı", "[h-j]", "\\U00000061", "(?#", "(?x:", "(?-x:", "(?-s:", "(?u:", "\\N{DIGIT ONE}", "{,}", "*+", "(?>"],
    "ruby": ["(?i)", "(?i:", "(?m:", "(?-i:", "\\A", "\\z", "\\Z", "\\h", "\\H", "(?<n>", "(?#c\\)x)", "[[:alpha:]]", "[[:^digit:]]", "\\p{Alnum}", "\\p{^Lower}", "\\xC3\\xA9", "\\u{61}", "ﬀ", "&&", "(?#", "(?x:", "(?-x:", "(?a:", "(?u:", "\\R", "\\X", "\\u{61 62}", "\\pL", "\\M-a", "\\C-a", "{2}?", "{,}", "*+", "(?>", "(?~a)", "[a-\\d]", "[\\d-a]", "[[a]b]"],
    "ecmascript": ["(?<n>", "\\a", "\\e", "\\z", "\\8", "{", "}", "\\cA", "😀", "\\u{61}", "[\\w-a]", "(?i:", "\\1", "\\k<n>", "[\\b]", "[\\c]", "\\ca", "\\x6", "\\u006", "{1", "(?#", "\\p{L}", "]", "\\u{1F600}", "\\ud83d\\ude00"],
}
FLAGS = {"python": "aimsx", "ruby": "isx", "ecmascript": "imsu"}
LETTERS = ["a", "b", "s", "ss", "k", "K", "i", "I", "1", "-", "_", ".", "/", "é", "É", "ß", "ſ", "\u212a", "ı", "İ", "²", "٣", "c", "h", "😀", "x", "A", "{", "}", "#", "ab", "h", "\\", " "]


def questions(dialect: str, count: int, seed: int) -> list[Question]:
    """Returns random patterns and texts; a text is the start of a URL or arbitrary."""
    chance = random.Random(f"{dialect} {seed}")
    made = []
    for _ in range(count):
        pattern = "".join(chance.choice(COMMON + OWN[dialect]) for _ in range(chance.randint(1, 6)))
        flags = "".join(flag for flag in FLAGS[dialect] if chance.random() < 0.2)
        texts = [chance.choice(["u", "https://", "/"]) + "".join(chance.choice(LETTERS) for _ in range(chance.randint(0, 5))) for _ in range(12)]
        made.append({"dialect": dialect, "pattern": pattern, "flags": flags, "texts": texts})
    return made


def python(asked: list[Question]) -> list[Any]:
    """Returns the result of CPython's re; None for a pattern that it refuses."""
    answers: list[Any] = []
    for question in asked:
        try:
            bits = sum(getattr(re, flag.upper()) for flag in question["flags"])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compiled = re.compile(question["pattern"], bits)
            answers.append([compiled.search(text) is not None for text in question["texts"]])
        except (re.error, ValueError, OverflowError):
            answers.append(None)
    return answers


RUBY = """
require "json"
STDIN.each_line do |line|
  q = JSON.parse(line)
  bits = { "i" => Regexp::IGNORECASE, "s" => Regexp::MULTILINE, "x" => Regexp::EXTENDED }
  begin
    regexp = Regexp.new(q["pattern"], q["flags"].chars.sum { |flag| bits[flag] })
    puts JSON.generate(q["texts"].map { |text| regexp.match?(text) })
  rescue RegexpError, ArgumentError, Encoding::CompatibilityError
    puts "null"
  end
end
"""
NODE = """
const lines = require('fs').readFileSync(0, 'utf8').split('\\n').filter(Boolean)
for (const line of lines) {
  const q = JSON.parse(line)
  let answer = null
  try {
    const regexp = new RegExp(q.pattern, q.flags)
    answer = q.texts.map(text => regexp.test(text))
  } catch {}
  console.log(JSON.stringify(answer))
}
"""


def run(command: list[str], asked: list[Question]) -> list[Any]:
    """Returns the answers of a program, one line each."""
    lines = "".join(json.dumps(question) + "\n" for question in asked)
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


HOSTS = {"python": python, "ruby": lambda asked: run(["ruby", "-W0", "-e", RUBY], asked), "ecmascript": lambda asked: run(["node", "-e", NODE], asked)}


def case_differences(matches: str) -> list[str]:
    """Returns what is wrong with the cases that are not random."""
    wrong = []
    for dialect, host in HOSTS.items():
        asked = [{"dialect": of, "flags": flags, "pattern": pattern, "texts": texts} for of, flags, pattern, texts in READ if of == dialect]
        for question, theirs, ours in zip(asked, host(asked), run([matches], asked), strict=True):
            if theirs != ours:
                wrong.append(f"{dialect}: {question['pattern']!r} {question['flags']!r} on {question['texts']}: the host says {theirs}, tracehop {ours}")
    asked = [{"dialect": dialect, "flags": flags, "pattern": pattern, "texts": ["/"]} for dialect, flags, pattern, _ in REFUSED]
    for (dialect, flags, pattern, kind), ours in zip(REFUSED, run([matches], asked), strict=True):
        if not isinstance(ours, dict) or ours["error"] != kind:
            wrong.append(f"{dialect}: {pattern!r} {flags!r} is not refused by {kind}: {ours}")
    return wrong


def main(arguments: list[str]) -> int:
    """Prints the counts, and each difference."""
    matches, count, seed = arguments[0], int(arguments[1]) if arguments[1:] else 2000, int(arguments[2]) if arguments[2:] else 1
    of_cases = case_differences(matches)
    print(*of_cases, f"cases: {len(READ)} read as their hosts do and {len(REFUSED)} refused, {len(of_cases)} differences", sep="\n")
    wrong = len(of_cases)
    for dialect, host in HOSTS.items():
        asked = questions(dialect, count, seed)
        pairs = refused = closed = 0
        for question, theirs, ours in zip(asked, host(asked), run([matches], asked), strict=True):
            if theirs is None or isinstance(ours, dict):
                refused += theirs is not None
                continue
            for text, wanted, got in zip(question["texts"], theirs, ours, strict=True):
                pairs += 1
                is_closed = wanted and not got and not text.isascii()
                closed += is_closed
                if wanted != got and not is_closed:
                    wrong += 1
                    if wrong <= 20:
                        print(f"{dialect}: {question['pattern']!r} {question['flags']!r} on {text!r}: the host says {wanted}, tracehop {got}")
        print(f"{dialect}: {pairs} pairs, {refused} of {count} patterns refused, {closed} texts beyond ASCII not matched")
    print(f"regexes: {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
