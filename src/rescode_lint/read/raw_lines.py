"""Where the line of a cell stands in the `.ipynb` file itself, which is what a review comment needs."""

from __future__ import annotations

import re
from bisect import bisect_right

from rescode_lint.read.source import LINE_END

#: The tokens of JSON (RFC 8259); a string is one token, so that what outputs hold cannot mislead.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]', re.S)


class RawLines:
    """Maps (cell, line in the cell) to the 1-based line of the raw file."""

    def __init__(self, data: bytes) -> None:
        self.text = data.decode("utf-8-sig", "replace")
        self.ends = [match.start() for match in re.finditer("\n", self.text)]
        #: For each cell: the offsets of its source strings, each with the number of line ends in it.
        self.cells = self._scan()

    def line(self, cell: int, line: int) -> int:
        """The raw line of a line of a cell (both 1-based); 1 where the cell is not found."""
        if not 0 < cell <= len(self.cells):
            return 1
        parts = self.cells[cell - 1]
        left = line - 1
        for offset, breaks in parts:
            if left < breaks or (left == breaks and (offset, breaks) == parts[-1]):
                return bisect_right(self.ends, offset) + 1
            left -= breaks
        return bisect_right(self.ends, parts[-1][0]) + 1 if parts else 1

    def _scan(self) -> list[list[tuple[int, int]]]:
        cells: list[list[tuple[int, int]]] = []
        #: The open containers: the key that leads to each ("" for an element of an array), and whether it is an array.
        frames: list[tuple[str, bool]] = []
        key = word = ""
        awaits_key = False
        for match in _TOKEN.finditer(self.text):
            token = match.group()
            first = token[0]
            if first == '"':
                if awaits_key:
                    word = token[1:-1]
                elif _in_cell(frames) and key in _SOURCE:
                    cells[-1].append((match.start(), _breaks(token)))
                elif frames and frames[-1][1] and frames[-1][0] in _SOURCE and _in_cell(frames[:-1]):
                    cells[-1].append((match.start(), _breaks(token)))
            elif first == ":":
                key, awaits_key = word, False
            elif first in "{[":
                frames.append((key, first == "["))
                key, awaits_key = "", first == "{"
                if _in_cell(frames):
                    cells.append([])
            elif first in "}]":
                if frames:
                    frames.pop()
                awaits_key = False
            else:  # a comma
                key, awaits_key = "", bool(frames) and not frames[-1][1]
        return cells


_SOURCE = ("source", "input")


def _in_cell(frames: list[tuple[str, bool]]) -> bool:
    """Whether the innermost container is an element of `cells` (in format 3: of `worksheets[...].cells`)."""
    return len(frames) in (3, 5) and frames[-2] == ("cells", True) and frames[-1] == ("", False)


def _breaks(token: str) -> int:
    """How many line ends a JSON string literal holds."""
    text = re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], "x"), token[1:-1], flags=re.S)
    return len(LINE_END.findall(text))
