"""Scripts: bytes to text by PEP 263, text to statements, and why a text does not parse."""

from __future__ import annotations

import ast
import re

from rescode_lint.read.ipython import mask
from rescode_lint.read.source import Source, Unparsed, Unreadable, split_lines

#: PEP 263: the declaration stands on the first or second line.
_CODING = re.compile(rb"\A(?:[ \t\f]*#[^\r\n]*(?:\r\n|\r|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_BOM = b"\xef\xbb\xbf"
_LFS = b"version https://git-lfs.github.com/spec/"

_MAGIC_LINE = re.compile(r"^[ \t]*[%!]{1,2}[ \t]*[A-Za-z]", re.M)
_CONFLICT = re.compile(r"^<{7} .*?^={7}\r?$.*?^>{7} ", re.M | re.S)
_CONFLICT_MARK = re.compile(r"^(?:<{7} |={7}$|>{7} )")
#: What Python 2 allowed and Python 3 does not, seen in the line where the parser stopped.
_PYTHON_2 = re.compile(
    r"""^\s*(?:print(?:\s+[^\s=(.,\[]|\s*>>|\s+\(.*\)\s*[%,]|\s*$)|exec\s+["'\w])"""  # print x, exec "code"
    r"""|^\s*except\s+[\w.()\[\], ]+,\s*\w+\s*:"""
    r"""|^\s*raise\s+[\w.]+\s*,"""
    r"""|<>|(?<![\w.])0[0-7]+\b(?!\.)|\b\d+[lL]\b|\bur["']|`[^`]+`"""
    r"""|\bdef\s+\w+\(.*\([\w\s,]+\).*\)\s*:|\blambda\s*\("""
    r"""|;\s*print\s+\S|:\s*print\s+\S"""
)
_PRINT_2 = re.compile(r"^\s*print\s+(?![(=.\[,]|in\b|is\b|and\b|or\b|if\b)\S", re.M)
_EXCEPT_2 = re.compile(r"^\s*except\s+[\w.]+\s*,\s*\w+\s*:", re.M)


def decode(data: bytes) -> str:
    """Source bytes to text, by byte order mark and coding declaration.

    Raises:
        Unreadable: binary data, an unknown encoding, or bytes that the encoding does not know.
    """
    if data.startswith(_BOM):
        data = data[3:]
    if b"\0" in data:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Unreadable("is UTF-16, which Python does not read", "save it as UTF-8")
        raise Unreadable(
            "is no text (it holds NUL bytes)", "restore it from version control, or add it to `exclude`"
        )
    if data.startswith(_LFS):
        raise Unreadable("is a Git LFS pointer, not the file itself", "run `git lfs pull`")
    encoding = "utf-8"
    declared = _CODING.match(data[:500])
    if declared:
        encoding = declared.group(1).decode("ascii", "replace")
    try:
        return data.decode(encoding)
    except LookupError:
        raise Unreadable(
            f"declares the encoding `{encoding}`, which Python does not know", "declare `utf-8` and save it so"
        ) from None
    except (UnicodeDecodeError, ValueError):
        remedy = "save it as UTF-8, or name its encoding in the first line: `# -*- coding: latin-1 -*-`"
        raise Unreadable(f"is not valid {encoding.upper()}", remedy) from None


def parse(text: str, first: int = 1) -> list[ast.stmt]:
    """Parse text whose first line is to be the virtual line `first`.

    Raises:
        SyntaxError: also for what Python refuses with other errors (nesting too deep, lone surrogates).
    """
    padded = "\n" * (first - 1) + text if first < 20_000 else text
    try:
        tree = ast.parse(padded)
    except UnicodeEncodeError:
        return parse(padded.encode("utf-8", "replace").decode("utf-8"))
    except (RecursionError, MemoryError):
        raise SyntaxError("nested too deeply for Python's own parser", ("", first, 1, "")) from None
    except ValueError as error:  # NUL bytes, where the interpreter says so
        raise SyntaxError(str(error), ("", first, 1, "")) from None
    if padded is text and first > 1:
        ast.increment_lineno(tree, first - 1)
    return tree.body


def why_unparsed(error: SyntaxError, text: str, first: int = 1) -> Unparsed:
    """What kind of text it is that does not parse, and the place (virtual line, 0-based column)."""
    lines = split_lines(text)
    line = min(max((error.lineno or first) - first + 1, 1), len(lines))
    culprit = lines[line - 1]
    column = max((error.offset or 1) - 1, 0)
    place = (first + line - 1, min(column, len(culprit)))
    conflict = _CONFLICT.search(text)
    if conflict:
        at = text.count("\n", 0, conflict.start())
        return Unparsed("conflict", "a merge conflict was committed", first + at, 0)
    message = error.msg or "invalid syntax"
    if (
        "print" in message and "parentheses" in message
        or "exec" in message and "parentheses" in message
        or "leading zeros in decimal" in message
        or "multiple exception types must be parenthesized" in message
        or _PYTHON_2.search(culprit)
        or _PRINT_2.search(text)
        or _EXCEPT_2.search(text)
    ):
        return Unparsed("python2", "Python 2 syntax", *place)
    return Unparsed("newer" if _is_newer(culprit, text) else "syntax", message, *place)


_NEWER = re.compile(
    r"^\s*type\s+\w+\s*(?:\[.*\])?\s*=\s*\S"  # 3.12
    r"|^\s*(?:async\s+)?def\s+\w+\[.*\]\s*\(|^\s*class\s+\w+\[.*\]"  # 3.12
    r"|^\s*except\s*\*"  # 3.11
    r"|\[[^\]]*\*\w+[^\]]*\]"  # 3.11
    r"|\bt[\"']"  # 3.14
)
_NESTED_QUOTES = re.compile(r"""\b[rR]?[fF](["'])(?:(?!\1).)*\{[^}]*\1""")  # 3.12, PEP 701


def _is_newer(culprit: str, text: str) -> bool:
    return bool(_NEWER.search(culprit) or _NESTED_QUOTES.search(culprit))


def read_python(path: str, data: bytes) -> Source:
    """Read a script.

    Raises:
        Unreadable: the bytes are no text.
    """
    text = decode(data)
    lines = split_lines(text)
    try:
        return Source(path, "py", lines, parse(text))
    except SyntaxError as error:
        if _MAGIC_LINE.search(text):
            try:
                return _read_ipython_script(path, text, lines)
            except SyntaxError:
                pass
        return Source(path, "py", lines, [], unparsed=(why_unparsed(error, text),))


def _read_ipython_script(path: str, text: str, lines: list[str]) -> Source:
    """A `.py` with magics, as `%save` and careless exports leave it."""
    masked = mask(text)
    body = parse(masked.text)
    return Source(path, "py", lines, body, masked=split_lines(masked.text), shifts=masked.shifts)


def source_from_tree(path: str, lines: list[str], tree: ast.Module) -> Source:
    """A source from what flake8 has read and parsed already."""
    return Source(path, "py", split_lines("".join(lines)), tree.body)
