"""Scripts: bytes to text by PEP 263, text to statements."""

from __future__ import annotations

import ast
import re

from rescode_lint.lazy import lazy
from rescode_lint.read.ipython import mask
from rescode_lint.read.source import Source, Unreadable, split_lines, without_surrogates
from rescode_lint.read.unparsed import why_unparsed

#: PEP 263: the declaration stands on the first line, or on the second behind a comment or nothing.
_CODING = re.compile(rb"\A(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))??[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_LATIN_1 = ("latin-1", "iso-8859-1", "iso-latin-1")
BOM = b"\xef\xbb\xbf"
_LFS = b"version https://git-lfs.github.com/spec/"

_MAGIC_LINE = lazy(
    r"^[ \t]*(?:[\w.]+[ \t]*=[ \t]*)?[%!]{1,2}[ \t]*[A-Za-z]|^[ \t]*(?:\?\??[\w.]+|[\w.]+\?\??)[ \t]*$", re.M
)


def decode(data: bytes) -> str:
    """Source bytes to text, by byte order mark and coding declaration.

    Raises:
        Unreadable: binary data, an unknown encoding, or bytes that the encoding does not know.
    """
    encoding, marked = encoding_of(data)
    if marked:
        data = data[3:]
    if b"\0" in data:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Unreadable("is UTF-16, which Python does not read", "save it as UTF-8")
        raise Unreadable("is no text (it holds NUL bytes)", "restore it from version control, or add it to `exclude`")
    if data.startswith(_LFS):
        raise Unreadable("is a Git LFS pointer, not the file itself", "run `git lfs pull`")
    try:
        return data.decode(encoding)
    except LookupError:
        raise Unreadable(
            f"declares the encoding `{encoding}`, which Python does not know", "declare `utf-8` and save it so"
        ) from None
    except ValueError:
        remedy = "save it as UTF-8, or name its encoding in the first line: `# -*- coding: latin-1 -*-`"
        raise Unreadable(f"is not valid {encoding.upper()}", remedy) from None


def encoding_of(data: bytes) -> tuple[str, bool]:
    """The encoding that source bytes declare, as Python names it, and whether a byte order mark comes first.

    The mark stands for UTF-8, whatever is declared.
    """
    if data.startswith(BOM):
        return "utf-8", True
    declared = _CODING.match(data)
    return _normal(declared.group(1).decode("ascii")) if declared else "utf-8", False


def _normal(encoding: str) -> str:
    """A declared encoding as Python's tokenizer takes it: `utf-8-unix` and the like are what editors write."""
    name = encoding[:12].lower().replace("_", "-")
    if name == "utf-8" or name.startswith("utf-8-"):
        return "utf-8"
    if name in _LATIN_1 or name.startswith(tuple(f"{known}-" for known in _LATIN_1)):
        return "iso-8859-1"
    return encoding


def parse(text: str, first: int = 1) -> list[ast.stmt]:
    """Parse text whose first line is to be the virtual line `first`.

    Raises:
        SyntaxError: also for what Python refuses with other errors (nesting too deep, NUL bytes).
    """
    padded = "\n" * (first - 1) + text if first < 20_000 else text
    try:
        tree = ast.parse(padded)
    except SyntaxError as error:
        if padded is text and error.lineno:
            error.lineno += first - 1
        raise
    except UnicodeEncodeError:
        return parse(without_surrogates(text), first)
    except (RecursionError, MemoryError):
        raise SyntaxError("nested too deeply for Python's own parser", ("", first, 1, "")) from None
    except (ValueError, OverflowError) as error:  # NUL bytes, where the interpreter says so
        raise SyntaxError(str(error), ("", first, 1, "")) from None
    if padded is text and first > 1:
        ast.increment_lineno(tree, first - 1)
    return tree.body


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
        failure = error.with_traceback(None)  # or a cycle through this frame keeps the whole file
    shifts: dict[int, int] = {}
    if _MAGIC_LINE.search(text):  # a script with magics, as `%save` and careless exports leave it
        masked = mask(text)
        shifts = masked.shifts
        try:
            return Source(path, "py", lines, parse(masked.text), masked=split_lines(masked.text), shifts=shifts)
        except SyntaxError as error:
            failure = error.with_traceback(None)  # or a cycle through this frame keeps the whole file
    return Source(path, "py", lines, [], unparsed=(why_unparsed(failure, text, 1, shifts),))


def source_from_tree(path: str, lines: list[str], tree: ast.Module) -> Source:
    """A source from what flake8 has read and parsed already."""
    return Source(path, "py", split_lines("".join(lines)), tree.body)
