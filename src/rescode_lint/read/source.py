"""What reading gives: one module of virtual lines, whether it came from a script or from the cells of a notebook."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Literal, NamedTuple

from rescode_lint.model import Span
from rescode_lint.read.ipython import Magic

#: Python's own line ends. Never `str.splitlines`, which also splits at form feeds and U+2028.
LINE_END = re.compile(r"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends, as Python counts them."""
    return LINE_END.split(text) if "\r" in text else text.split("\n")


#: Halves of a character, which JSON can name and UTF-8 cannot.
_SURROGATE = re.compile("[\ud800-\udfff]")


def without_surrogates(text: str) -> str:
    """The text with a replacement character for each lone surrogate: as long, and Python can parse it."""
    return _SURROGATE.sub("\ufffd", text)


class Unreadable(Exception):
    """The bytes are no Python and no notebook; says what they are and the remedy."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Unparsed(NamedTuple):
    """A file or cell that Python cannot parse."""

    kind: Literal["python2", "newer", "conflict", "blank", "syntax"]
    message: str
    #: Virtual line and 0-based column in characters.
    line: int
    column: int


class Failure(NamedTuple):
    """The error that a cell ended with when it was last run, as its saved output tells."""

    #: `KeyError`.
    name: str
    #: What it said: one line, shortened; "" where the notebook does not keep it.
    message: str
    #: The line of the cell, 1-based, where it arose; None where the saved traceback does not tell, or the cell is no
    #: longer what it was.
    line: int | None
    #: What the Markdown cells directly above and below say.
    around: str = ""
    #: The line that raised it is no longer in the cell.
    changed: bool = False
    #: It arose where somebody was asked to type something.
    asked: bool = False


class Cell(NamedTuple):
    """One code cell of a notebook."""

    #: 1-based position among all cells, whatever their type.
    position: int
    id: str | None
    #: Virtual line of the cell's first line.
    first: int
    #: The text as the notebook has it.
    lines: tuple[str, ...]
    tags: tuple[str, ...]
    execution_count: int | None
    magics: tuple[Magic, ...] = ()
    #: Any name may be defined here: an unknown magic, `%run`, a cell that does not parse.
    opaque: bool = False
    #: Modules that a magic star-imports: `%pylab`.
    star: tuple[str, ...] = ()
    #: Virtual lines whose assignments do not reach the namespace (`%timeit`).
    isolated: tuple[tuple[int, int], ...] = ()
    unparsed: Unparsed | None = None
    #: Identifiers in the text of a cell that does not parse, which may well define them.
    maybe_binds: frozenset[str] = frozenset()
    #: Name -> version of what the saved output of a cell that installs says is there.
    installed: Mapping[str, str] = {}
    #: What it was stopped by when it was last run.
    error: Failure | None = None
    #: Whether it has saved outputs.
    has_output: bool = False
    #: Whether a heading stands in the Markdown directly above it.
    heading: bool = False


class Source:
    """A file that has been read and parsed.

    `body` holds the statements of all cells (or of the script) with *virtual* line numbers: for a script the lines of
    the file, for a notebook those of all code cells joined. `span` turns a node's position into the true one.
    """

    __slots__ = (
        "_firsts",
        "body",
        "cells",
        "kind",
        "language",
        "lines",
        "markdown",
        "masked",
        "on_gpu",
        "path",
        "prose",
        "shifts",
        "unparsed",
    )

    def __init__(
        self,
        path: str,
        kind: Literal["py", "ipynb"],
        lines: list[str],
        body: list[ast.stmt],
        *,
        masked: list[str] | None = None,
        cells: tuple[Cell, ...] = (),
        shifts: dict[int, int] | None = None,
        unparsed: tuple[Unparsed, ...] = (),
        language: str = "",
        prose: int = 0,
        markdown: str = "",
        on_gpu: bool = False,
    ) -> None:
        self.path = path
        self.kind = kind
        #: The text by virtual line (index 0 is line 1), as the user wrote it.
        self.lines = lines
        #: The same with IPython's syntax masked: what was parsed.
        self.masked = lines if masked is None else masked
        self.body = body
        self.cells = cells
        self.shifts = shifts or {}
        self.unparsed = unparsed
        self.language = language
        #: Words in the Markdown cells of a notebook.
        self.prose = prose
        #: What they say.
        self.markdown = markdown
        #: A notebook that was set up for a machine with a GPU, on Colab or Kaggle.
        self.on_gpu = on_gpu
        self._firsts = [cell.first for cell in cells]

    def cell_at(self, line: int) -> Cell | None:
        """The cell that a virtual line belongs to; None in a script."""
        if not self.cells:
            return None
        return self.cells[max(0, bisect_right(self._firsts, line) - 1)]

    def column(self, line: int, offset: int) -> int:
        """A 1-based column in characters of the user's text, from `ast`'s offset in UTF-8 bytes of the parsed text."""
        if 0 < line <= len(self.masked):
            text = self.masked[line - 1]
            if not text.isascii():
                offset = len(without_surrogates(text).encode()[:offset].decode("utf-8", "ignore"))
        shift = self.shifts.get(line, 0)
        if shift:  # what masking wrote (`;f x` became `f("x")`) may be longer than what stands there
            return min(offset + shift, len(self.lines[line - 1])) + 1
        return offset + 1

    def span(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.alias | ast.excepthandler) -> Span:
        """The true place of a node: cell, lines within it, columns in characters."""
        end_line = node.end_lineno or node.lineno
        end_offset = node.end_col_offset if node.end_col_offset is not None else node.col_offset + 1
        return self.span_of(
            node.lineno, self.column(node.lineno, node.col_offset), end_line, self.column(end_line, end_offset)
        )

    def span_of(self, line: int, column: int, end_line: int, end_column: int) -> Span:
        """The same from virtual lines and true columns."""
        cell = self.cell_at(line)
        if cell is None:
            return Span(line, column, end_line, end_column)
        shift = cell.first - 1
        return Span(line - shift, column, end_line - shift, end_column, cell.position)
