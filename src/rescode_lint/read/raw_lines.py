"""Where the line of a cell stands in the `.ipynb` file itself, which is what a review comment needs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from rescode_lint.read.source import LINE_END

_SPACE = re.compile(r"[ \t\n\r]*")
#: Part of a cell's source: the raw line on which its JSON string begins, and the text.
_Part = tuple[int, str]


class RawLines:
    """Maps (cell, line in the cell) to the 1-based line of the raw file.

    Follows the structure of the JSON, so that neither what outputs hold nor how the file is laid out can mislead; what
    is of no interest is skipped by Python's own decoder. As there, of equal keys the last one counts.
    """

    def __init__(self, data: bytes) -> None:
        self._text = data.decode("utf-8-sig", "replace")
        self._decode = json.JSONDecoder().raw_decode
        self._counted = 0
        self._line = 1
        self._cells: list[list[_Part]] = []
        self._worksheets: list[list[_Part]] = []
        self._known: dict[int, list[int]] = {}
        try:
            self._members(self._space(0), self._root)
        except (ValueError, IndexError, RecursionError):
            self._cells, self._worksheets = [], []
        self._cells = self._cells or self._worksheets
        self._text = ""

    def line(self, cell: int, line: int) -> int:
        """The raw line of a line of a cell (both 1-based); 1 where the cell is not found."""
        if not 0 < cell <= len(self._cells):
            return 1
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = _raw_lines(self._cells[cell - 1])
        return known[min(max(line, 1), len(known)) - 1]

    # --- the structure: each of these takes an offset, and returns the one behind the value, or None to have it skipped

    def _root(self, key: str, at: int) -> int | None:
        if key == "cells":
            self._cells = []
            return self._elements(at, self._cell)
        if key == "worksheets":
            self._worksheets = []
            return self._elements(at, self._worksheet)
        return None

    def _worksheet(self, at: int) -> int | None:
        cells: list[list[_Part]] = []

        def member(key: str, at: int) -> int | None:
            if key != "cells":
                return None
            cells.clear()
            return self._elements(at, lambda at: self._cell(at, cells))

        end = self._members(at, member)
        self._worksheets += cells
        return end

    def _cell(self, at: int, cells: list[list[_Part]] | None = None) -> int | None:
        found: dict[str, list[_Part]] = {}

        def member(key: str, at: int) -> int | None:
            if key not in ("source", "input"):
                return None
            parts = found[key] = []
            end = self._part(at, parts)
            return end if parts else self._elements(at, lambda at: self._part(at, parts))

        begin = self._line_at(at)
        end = self._members(at, member)
        parts = found.get("source", found.get("input", []))
        (self._cells if cells is None else cells).append(parts or [(begin, "")])
        return end

    def _part(self, at: int, parts: list[_Part]) -> int | None:
        if self._text[at] != '"':
            return None
        value, end = self._decode(self._text, at)
        parts.append((self._line_at(at), value))
        return end

    # --- JSON

    def _members(self, at: int, visit: Callable[[str, int], int | None]) -> int | None:
        """Visits the members of an object; None where there is none."""
        if self._text[at] != "{":
            return None
        at = self._space(at + 1)
        while self._text[at] != "}":
            key, at = self._decode(self._text, at)
            at = self._space(self._space(at) + 1)
            at = self._space(visit(key, at) or self._decode(self._text, at)[1])
            if self._text[at] == ",":
                at = self._space(at + 1)
        return at + 1

    def _elements(self, at: int, visit: Callable[[int], int | None]) -> int | None:
        """Visits the elements of an array; None where there is none."""
        if self._text[at] != "[":
            return None
        at = self._space(at + 1)
        while self._text[at] != "]":
            at = self._space(visit(at) or self._decode(self._text, at)[1])
            if self._text[at] == ",":
                at = self._space(at + 1)
        return at + 1

    def _space(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def _line_at(self, at: int) -> int:
        """The raw line of an offset; offsets come in order."""
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return self._line


def _raw_lines(parts: list[_Part]) -> list[int]:
    """The raw line of each line of a cell."""
    text = "".join(part for _, part in parts)
    found: list[int] = []
    index, end = 0, len(parts[0][1])
    for start in [0, *(match.end() for match in LINE_END.finditer(text))]:
        while start >= end and index + 1 < len(parts):
            index += 1
            end += len(parts[index][1])
        found.append(parts[index][0])
    return found
