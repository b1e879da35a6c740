"""Where the line of a cell stands in the `.ipynb` file itself, which is what a review comment needs."""

from __future__ import annotations

from rescode_lint.read.json_places import JsonPlaces
from rescode_lint.read.source import LINE_END

#: Part of a cell's source: the raw line on which its JSON string begins, and the text.
_Part = tuple[int, str]


class RawLines:
    """Maps (cell, line in the cell) to the 1-based line of the raw file."""

    def __init__(self, data: bytes) -> None:
        text = data.decode("utf-8-sig", "replace")
        places = JsonPlaces(text)
        self._cells: list[list[_Part]] = []
        self._known: dict[int, list[int]] = {}
        line, counted = 1, 0
        for cell in places.cells or places.worksheets:
            parts: list[_Part] = []
            for start, value in [(part.start, part.value) for part in cell.parts] or [(cell.start, "")]:
                line += text.count("\n", counted, start)  # offsets come in order
                counted = start
                parts.append((line, value))
            self._cells.append(parts)

    def line(self, cell: int, line: int) -> int:
        """The raw line of a line of a cell (both 1-based); 1 where the cell is not found."""
        if not 0 < cell <= len(self._cells):
            return 1
        known = self._known.get(cell)
        if known is None:
            known = self._known[cell] = _raw_lines(self._cells[cell - 1])
        return known[min(max(line, 1), len(known)) - 1]


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
