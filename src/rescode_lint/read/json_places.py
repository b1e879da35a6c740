"""Where the source of each cell stands in the JSON of a notebook, character by character.

Follows the structure of the JSON, so that neither what outputs hold nor how the file is laid out can mislead; what is
of no interest is skipped by Python's own decoder. As there, of equal keys the last one counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple

_SPACE = re.compile(r"[ \t\n\r]*")


class Part(NamedTuple):
    """A JSON string, quotes included, and what it says."""

    start: int
    end: int
    value: str


class CellPlace(NamedTuple):
    """One cell, whatever it is; offsets count the characters of the file."""

    start: int
    #: Where the key `source` (`input` in format 3) begins; -1 where there is none.
    key: int = -1
    #: Where its value begins and ends, if it is a string or an array.
    source: tuple[int, int] | None = None
    #: The strings that the source is made of.
    parts: tuple[Part, ...] = ()
    #: The array holds something else too.
    odd: bool = False
    #: Behind the cell.
    end: int = 0


class JsonPlaces:
    """The cells of a notebook; none where the text is no JSON."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._decode = json.JSONDecoder().raw_decode
        #: Cells of format 4; None where it is another format.
        self.cells: list[CellPlace] | None = None
        #: Cells of format 3 and older.
        self.worksheets: list[CellPlace] = []
        #: What the file says of its format.
        self.format: object = None
        try:
            end = self._members(self._space(0), self._root)
            if end is not None and self._space(end) < len(text):
                raise ValueError("more than one value")
        except (ValueError, IndexError, RecursionError):
            self.cells, self.worksheets = None, []
        self._text = ""

    # --- the structure: each of these takes an offset, and returns the one behind the value, or None to have it skipped

    def _root(self, key: str, _: int, at: int) -> int | None:
        if key == "cells":
            self.cells = []
            return self._elements(at, lambda at: self._cell(at, self.cells))
        if key == "worksheets":
            self.worksheets = []
            return self._elements(at, self._worksheet)
        if key == "nbformat":
            self.format, at = self._decode(self._text, at)
            return at
        return None

    def _worksheet(self, at: int) -> int | None:
        cells: list[CellPlace] = []

        def member(key: str, _: int, at: int) -> int | None:
            if key != "cells":
                return None
            cells.clear()
            return self._elements(at, lambda at: self._cell(at, cells))

        end = self._members(at, member)
        self.worksheets += cells
        return end

    def _cell(self, at: int, cells: list[CellPlace] | None) -> int | None:
        start = at
        found: dict[str, CellPlace] = {}

        def member(key: str, begin: int, at: int) -> int | None:
            if key not in ("source", "input"):
                return None
            parts: list[Part] = []
            values = 0

            def element(at: int) -> int | None:
                nonlocal values
                values += 1
                return self._part(at, parts)

            end = self._part(at, parts) or self._elements(at, element)
            source = (at, end) if end is not None else None
            found[key] = CellPlace(start, begin, source, tuple(parts), values > len(parts))
            return end

        end = self._members(at, member) or self._decode(self._text, at)[1]
        if cells is not None:
            place = found.get("source") or found.get("input") or CellPlace(start)
            cells.append(place._replace(end=end))
        return end

    def _part(self, at: int, parts: list[Part]) -> int | None:
        if self._text[at] != '"':
            return None
        value, end = self._decode(self._text, at)
        parts.append(Part(at, end, value))
        return end

    # --- JSON

    def _members(self, at: int, visit: Callable[[str, int, int], int | None]) -> int | None:
        """Visits the members of an object (key, where the key is, where the value is); None where there is none."""
        if self._text[at] != "{":
            return None
        at = self._space(at + 1)
        while self._text[at] != "}":
            begin = at
            key, at = self._decode(self._text, at)
            at = self._space(at)
            if self._text[at] != ":":
                raise ValueError("no colon")
            at = self._space(at + 1)
            at = self._next(visit(key, begin, at) or self._decode(self._text, at)[1], "}")
        return at + 1

    def _elements(self, at: int, visit: Callable[[int], int | None]) -> int | None:
        """Visits the elements of an array; None where there is none."""
        if self._text[at] != "[":
            return None
        at = self._space(at + 1)
        while self._text[at] != "]":
            at = self._next(visit(at) or self._decode(self._text, at)[1], "]")
        return at + 1

    def _next(self, at: int, closing: str) -> int:
        """The offset of the next member or element, or of what closes them."""
        at = self._space(at)
        if self._text[at] == ",":
            at = self._space(at + 1)
            if self._text[at] != closing:
                return at
        elif self._text[at] == closing:
            return at
        raise ValueError("no comma, or one too many")

    def _space(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at
