"""Why a text does not parse: Python 2, a newer Python than this one, a merge conflict, a blank of an exercise, a mistake."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence

from rescode_lint.lazy import lazy
from rescode_lint.read.source import Unparsed, split_lines

#: Comments and strings, which may hold anything. Their quotes stay, with what stands before them.
_TEXT = lazy(
    r"""(?s)#[^\r\n]*"""
    r"""|\"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*\"\"\"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"""
    r"""|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'"""
)
_CONFLICT = lazy(r"^<{7}(?: [^\r\n]*)?\r?\n(?:.*?\n)?={7}\r?\n(?:.*?\n)?>{7}(?: |\r?$)", re.M | re.S)
_PRINT = r"print(?:\s*[\"'`{]|[ \t]+(?!(?:in|is|and|or|if|else|for|as)\b)[\w~])"
_EXCEPT = lazy(r"^[ \t]*except\s*(?:[\w.]+|\([^()]*\))\s*,\s*(\w+)\s*:", re.M)
#: What Python 2 allowed and Python 3 does not: telling wherever it stands.
_OLD = lazy(rf"(?:^|[:;])[ \t]*{_PRINT}", re.M)
#: The same, in the line where the parser stopped.
_OLD_HERE = lazy(
    r"(?:^|[:;])\s*exec\s+[\"'\w]"
    r"|(?:^|[:;])\s*raise\s+[\w.]+\s*,"
    r"|(?:^|[:;])\s*print\s*>>"
    r"|<>|`[^`]+`|\b[uU][rR][\"']"
    r"|(?<![\w.])0[0-7]{2,}\b(?!\.)|\b(?:\d+|0[xX][0-9a-fA-F]+)[lL]\b"
    r"|\bdef\s+\w+\s*\((?:[^()]*,)?\s*\(|\blambda(?:\s+\w+\s*,)*\s*\("
)
#: What an exercise writes where the reader is to write: `<YOUR CODE>`, `x = # your code here`, `____`.
_BLANK = lazy(
    r"<[^<>\n]*(?:\byour\b|\.\.\.|…)[^<>\n]*>|<\.\.\.>|#+[ \t]*(?:your|fill[ \t]in)\b[^\r\n]*"
    r"|\byour[ _-](?:code|solution|answer|implementation)\b|\bSTART CODE HERE\b|(?<!\w)_{3,}(?!\w)",
    re.I,
)
#: The same where nothing else can be meant, so that it need not be near the place where the parser stopped.
_EXERCISE = lazy(r"<your code\b[^<>\n]*>|#+[ \t]*(?:your code|START CODE)\b[^\r\n]*", re.I)
#: What came with which Python, in the line where an older one stops.
_NEW_HERE = (
    ((3, 11), lazy(r"^\s*except\s*\*|\w\[(?:[^\[\]]*,)?\s*\*\s*\w|\*\w+\s*:\s*\*\w")),
    ((3, 12), lazy(r"^\s*type\s+\w+\s*(?:\[.*\])?\s*=\s*\S|\bdef\s+\w+\[|^\s*class\s+\w+\[")),
    ((3, 13), lazy(r"(?:\bdef|^\s*class|^\s*type)\s+\w+\[[^\]]*=")),
    ((3, 14), lazy(r"(?<![\w\"'])(?:[rR]?[tT]|[tT][rR])[\"']")),
    ((3, 15), lazy(r"^\s*lazy\s+(?:import|from)\s")),
)
#: PEP 701: the quotes of an f-string within its braces, in pairs.
_NESTED_QUOTES = lazy(r"(?<![\w\"'])(?:[rR]?[fF]|[fF][rR])(\"\"\"|'''|\"|')(?:(?!\1).)*\{[^{}]*\1[^{}]*\1[^{}]*\}")
_NEW_MESSAGES = "f-string expression part cannot include"


def why_unparsed(error: SyntaxError, text: str, first: int = 1, shifts: Mapping[int, int] | None = None) -> Unparsed:
    """What kind of text it is that does not parse, and the place (virtual line, 0-based column).

    Args:
        error: what the parser said, of this text or of what masking made of it.
        text: as the user wrote it.
        first: the virtual line of the text's first.
        shifts: line in the text -> characters that masking removed at its start.
    """
    conflict = _CONFLICT.search(text)
    if conflict:
        line = len(split_lines(text[: conflict.start()]))
        return Unparsed("conflict", "a merge conflict was committed", first + line - 1, 0)
    lines = split_lines(text)
    line = min(max((error.lineno or first) - first + 1, 1), len(lines))
    column = (error.offset or 1) - 1 + (shifts or {}).get(line, 0)
    place = (first + line - 1, max(min(column, len(lines[line - 1]) - 1), 0))
    message = error.msg or "invalid syntax"
    code = _TEXT.sub(_emptied, text)
    here = lines[line - 1]
    bare = _TEXT.sub(_emptied, here)
    if _OLD.search(code) or _OLD_HERE.search(bare) or any(_is_old(name) for name in _EXCEPT.findall(code)):
        return Unparsed("python2", "Python 2 syntax", *place)
    blank = _BLANK.search(_around(lines, line - 1)) or _EXERCISE.search(text)
    if blank:
        return Unparsed("blank", " ".join(blank[0].split()), *place)
    if _is_newer(message, here, bare):
        return Unparsed("newer", message, *place)
    if re.search(r"\basync\s*=(?!=)|\.async\b", bare):
        message = "async is a keyword since Python 3.7"
    return Unparsed("syntax", message, *place)


def _around(lines: Sequence[str], at: int) -> str:
    """The line where the parser stopped and the one before it, with the comments around them.

    A parser that misses something stops at the next line of code; one that misses a bracket goes back to the open one.
    """
    first, last = at, at + 1
    while first > 0 and not _code(lines[first - 1]):
        first -= 1
    first = max(first - 1, 0)
    while first > 0 and not _code(lines[first - 1]):
        first -= 1
    while last < len(lines) and not _code(lines[last]):
        last += 1
    return "\n".join(lines[first : last + 1])


def _code(line: str) -> str:
    """What a line holds besides a comment."""
    return line.partition("#")[0].strip()


def _emptied(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] == "#":
        return ""
    quote = found[:3] if found[:3] in ('"""', "'''") else found[0]
    return quote + "\n" * found.count("\n") + quote


def _is_old(name: str) -> bool:
    """Whether the last name in `except A, name:` is a variable (Python 2) and no second exception (Python 3.14)."""
    return name[0].islower() or name[0] == "_" or len(name) == 1


def _is_newer(message: str, here: str, bare: str) -> bool:
    version = sys.version_info[:2]
    if version < (3, 12) and (message.startswith(_NEW_MESSAGES) or _NESTED_QUOTES.search(here)):
        return True
    if version < (3, 14) and _EXCEPT.search(bare):
        return True
    return any(version < since and pattern.search(bare) for since, pattern in _NEW_HERE)
