"""New text into the bytes of a file: what has not changed stays as it is, byte for byte."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from rescode_lint.model import Edit
from rescode_lint.read.json_places import CellPlace, JsonPlaces
from rescode_lint.read.python import BOM, decode, encoding_of
from rescode_lint.read.source import Unreadable


class CannotRewrite(Exception):
    """The file cannot hold the new text; says why and the remedy."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def rewrite(path: str, data: bytes, texts: Mapping[int | None, str | None]) -> bytes:
    """The bytes of a file with new text.

    Args:
        path: its name, which says whether it is a notebook.
        data: its bytes.
        texts: for a script its text, under None; for a notebook the source of each cell that is to change, by its
            1-based position among all cells of the file as it is. Line ends are in the text. A cell whose text is None
            goes, whatever its type; a script stays.

    Raises:
        CannotRewrite: the text does not go into the encoding, or the notebook is of an old format or an odd shape.
    """
    if path.endswith(".ipynb"):
        return _notebook(data, {position: text for position, text in texts.items() if position is not None})
    text = texts.get(None)
    return data if text is None else _script(data, text)


# --- scripts ----------------------------------------------------------------------------------------------------------


def _script(data: bytes, text: str) -> bytes:
    encoding, marked = encoding_of(data)
    mark = BOM if marked else b""
    try:
        before = decode(data)
    except Unreadable as why:
        raise CannotRewrite(why.message, why.remedy) from None
    if text == before:
        return data
    remedy = "save it as UTF-8, with `# -*- coding: utf-8 -*-` in the first line or no declaration at all"
    try:
        after = mark + text.encode(encoding)
        exact = mark + before.encode(encoding) == data
    except UnicodeEncodeError as error:
        what = f"`{error.object[error.start]}` is not in" if error.object[error.start].isprintable() else "beyond"
        raise CannotRewrite(f"cannot hold the new text ({what} its encoding {encoding.upper()})", remedy) from None
    if not exact:
        raise CannotRewrite(f"is in {encoding.upper()}, which gives more than one form to the same text", remedy)
    try:
        read_back = decode(after) == text
    except Unreadable:
        read_back = False
    if not read_back:
        raise CannotRewrite("would no longer be read in its encoding", remedy)
    return after


# --- notebooks --------------------------------------------------------------------------------------------------------

_OPEN = "open and save it with Jupyter first"
#: One character of a JSON string as it is written.
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[^u]|[^\\]", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|[0-9a-fA-F]{4})|[^u])")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
#: Between the halves of a character that JSON would join.
_HALVES = re.compile("(?<=[\ud800-\udbff])(?=[\udc00-\udfff])")


def _notebook(data: bytes, texts: Mapping[int, str | None]) -> bytes:
    mark = BOM if data.startswith(BOM) else b""
    try:
        text = data[len(mark) :].decode("utf-8")
    except UnicodeDecodeError:
        raise CannotRewrite("is no UTF-8 text, so no notebook", "restore it from version control") from None
    places = JsonPlaces(text)
    if places.cells is None:
        if places.worksheets or places.format is not None:
            raise CannotRewrite(f"is a notebook of format {places.format}", _OPEN)
        raise CannotRewrite("is no notebook", "restore it from version control")
    writer = _Writer(text, places.cells)
    changes: list[tuple[int, int, str]] = []
    gone: set[int] = set()
    for position, new in texts.items():
        if not 0 < position <= len(places.cells):
            raise CannotRewrite(f"has no cell {position}", "run the tool again")
        place = places.cells[position - 1]
        if new is None:
            gone.add(position - 1)
            continue
        if new == _text_of(place):
            continue
        if place.source is None or place.odd:
            raise CannotRewrite(f"has a source in cell {position} that is not text", _OPEN)
        changes.append((*place.source, writer.source(position - 1, new)))
    changes += ((start, end, "") for start, end in _without(text, places.cells, gone))
    pieces: list[str] = []
    done = 0
    for start, end, new in sorted(changes):
        pieces += text[done:start], new
        done = end
    return mark + "".join((*pieces, text[done:])).encode("utf-8") if changes else data


def _without(text: str, cells: list[CellPlace], gone: set[int]) -> Iterator[tuple[int, int]]:
    """The stretches to leave out, so that these cells are gone: each with the comma and the space before it."""
    kept = [index for index in range(len(cells)) if index not in gone]
    if gone and not kept:
        behind = cells[-1].end
        yield cells[0].start - len(_space_before(text, cells[0].start)), text.index("]", behind)
        return
    if gone and kept[0]:
        yield cells[0].start, cells[kept[0]].start
    for one, two in zip(kept, [*kept[1:], len(cells)], strict=True):
        if two > one + 1:
            yield cells[one].end, cells[two - 1].end


def _text_of(place: CellPlace) -> str:
    return "".join(part.value for part in place.parts)


class _Layout(NamedTuple):
    """What stands before, between and behind the elements of an array."""

    before: str
    between: str
    behind: str


class _Piece(NamedTuple):
    """An element to be: a stretch of the new text, and which old element it was, if it is one unchanged."""

    start: int
    end: int
    old: int | None = None


class _Writer:
    """Writes the sources of one notebook in the way in which they were written."""

    def __init__(self, text: str, cells: list[CellPlace]) -> None:
        self.text = text
        self.cells = cells

    def source(self, index: int, new: str) -> str:
        """The JSON of a cell's source, as one string or as an array, whichever it is."""
        place = self.cells[index]
        old = _text_of(place)
        runs = list(_runs(_lines(old), _lines(new)))
        units = self._units(place, old, new, runs)
        if place.source and self.text[place.source[0]] == '"':
            made = _string(units, 0, len(new))
            strings = [made]
        else:
            pieces = [*_pieces([part.value for part in place.parts], new, runs)]
            strings = [_string(units, piece.start, piece.end) for piece in pieces]
            made = self._array(index, pieces, strings)
        if "".join(json.loads(string) for string in strings) != new:
            raise CannotRewrite(f"cannot hold the new text of cell {index + 1}", _OPEN)
        return made

    # --- the characters

    def _units(self, place: CellPlace, old: str, new: str, runs: list[_Run]) -> list[str]:
        """Each character of the new text as JSON: as it was written, where it was there before."""
        start, end = place.source or (0, 0)
        unit = _Unit(_Style(self.text[start:end]), self._style)
        before: list[str] = []
        for part in place.parts:
            before += _UNIT.findall(self.text, part.start + 1, part.end - 1)
        units: list[str] = []
        done = 0
        for run in runs:
            head, tail = _common(old[run.start : run.end], new[run.new_start : run.new_end])
            units += before[done : run.start + head]
            units += (unit(character) for character in new[run.new_start + head : run.new_end - tail])
            done = run.end - tail
        return units + before[done:]

    @cached_property
    def _style(self) -> _Style:
        return _Style(self.text)

    # --- the array

    def _array(self, index: int, pieces: list[_Piece], strings: list[str]) -> str:
        if not strings:
            return "[]"
        place = self.cells[index]
        layout = self._layout(index)
        gaps = [self.text[one.end : two.start] for one, two in zip(place.parts, place.parts[1:], strict=False)]
        made = ["[", layout.before, strings[0]]
        last = 0
        for one, string in zip(pieces, strings[1:], strict=False):
            last = last if one.old is None else one.old
            made += gaps[min(last, len(gaps) - 1)] if gaps else layout.between, string
        return "".join((*made, layout.behind, "]"))

    def _layout(self, index: int) -> _Layout:
        """The layout of a cell's array; where it holds too little to tell, that of the nearest other, or of the cell."""
        own = self._own_layout(self.cells[index])
        if own and own.between:
            return own
        others = sorted(range(len(self.cells)), key=lambda other: abs(other - index))
        for other in others:
            layout = self._own_layout(self.cells[other])
            if layout and layout.between and (own is None or own.before == layout.before):
                return layout if own is None else own._replace(between=layout.between)
        place = self.cells[index]
        colon = ", " if place.source and self.text[place.source[0] - 1] == " " else ","
        if own:
            return own._replace(between=colon)
        before = _space_before(self.text, place.key)
        if "\n" not in before:
            return _Layout("", colon, "")
        outer = _space_before(self.text, place.start)
        step = before.removeprefix(outer) if "\n" in outer and before.startswith(outer) else " "
        return _Layout(before + step, f",{before}{step}", before)

    def _own_layout(self, place: CellPlace) -> _Layout | None:
        if not place.parts or place.source is None or place.odd or self.text[place.source[0]] != "[":
            return None
        start, end = place.source
        first, *others = place.parts
        before = self.text[start + 1 : first.start]
        between = self.text[first.end : others[0].start] if others else before and f",{before}"
        return _Layout(before, between, self.text[place.parts[-1].end : end - 1])


class _Unit:
    """Writes a character that was not there before, in the style of its source, or else of its file."""

    def __init__(self, own: _Style, whole: _Style) -> None:
        self.styles = own, whole

    def __call__(self, character: str) -> str:
        code = ord(character)
        if character in _SHORT:
            return _SHORT[character]
        if 0x20 <= code < 0x7F or (code >= 0x7F and not 0xD800 <= code <= 0xDFFF and not self.escapes):
            return character
        if code < 0x10000:
            return self.form.format(code)
        code -= 0x10000
        return self.form.format(0xD800 + (code >> 10)) + self.form.format(0xDC00 + (code & 0x3FF))

    @cached_property
    def escapes(self) -> bool:
        """Whether what is not ASCII is escaped."""
        return next((style.escapes for style in self.styles if style.escapes is not None), False)

    @cached_property
    def form(self) -> str:
        """An escape, but for its number."""
        upper = next((style.upper for style in self.styles if style.upper is not None), False)
        return "\\u{:04X}" if upper else "\\u{:04x}"


class _Style:
    """How a stretch of JSON writes what is not ASCII."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def escapes(self) -> bool | None:
        """Whether it is escaped; None where there is none."""
        if not self.text.isascii():
            return False
        codes = (match[1] for match in _ESCAPE.finditer(self.text) if match[1])
        return True if any(len(code) > 4 or _is_character(int(code, 16)) for code in codes) else None

    @cached_property
    def upper(self) -> bool | None:
        """Whether the digits of escapes are upper case; None where none tells."""
        for match in _ESCAPE.finditer(self.text):
            letters = [digit for digit in match[1] or "" if digit.isalpha() and digit != "u"]
            if letters:
                return letters[0].isupper()
        return None


def _is_character(code: int) -> bool:
    """Whether only who escapes everything would escape it: not so controls, half characters and U+2028."""
    return code >= 0xA0 and not 0xD800 <= code <= 0xDFFF and code not in (0x2028, 0x2029, 0xFEFF)


def _string(units: list[str], start: int, end: int) -> str:
    return f'"{"".join(units[start:end])}"'


def _space_before(text: str, at: int) -> str:
    return text[len(text[:at].rstrip(" \t\r\n")) : at] if at > 0 else ""


# --- where two texts differ -------------------------------------------------------------------------------------------


class _Run(NamedTuple):
    """Lines that differ, by where they begin and end in the old text and in the new."""

    start: int
    end: int
    new_start: int
    new_end: int


#: With more lines than these, those that come often are no longer looked up one by one.
_MANY = 2000


def _lines(text: str) -> list[str]:
    """Lines with their ends, as `nbformat` splits a source."""
    return text.splitlines(keepends=True)


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    """The runs of lines that differ."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-tail - 1] == new[-tail - 1]:
        tail += 1
    left, right = old[head : len(old) - tail], new[head : len(new) - tail]
    matcher = SequenceMatcher(None, left, right, autojunk=len(right) > _MANY)
    at, new_at = [0], [0]
    for lines, ends in ((old, at), (new, new_at)):
        for line in lines:
            ends.append(ends[-1] + len(line))
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what != "equal":
            yield _Run(at[head + start], at[head + end], new_at[head + new_start], new_at[head + new_end])


def _common(old: str, new: str) -> tuple[int, int]:
    """How many characters two texts share at their beginning and at their end."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-tail - 1] == new[-tail - 1]:
        tail += 1
    return head, tail


def _pieces(old: list[str], new: str, runs: list[_Run]) -> Iterator[_Piece]:
    """The elements of a source: old ones as they are where no line of theirs changed, and a line each between them."""
    same: list[tuple[int, int, int]] = []  # stretches that did not change: start, end, and how far they moved
    start, shift = 0, 0
    for run in runs:
        same.append((start, run.start, shift))
        start, shift = run.end, run.new_end - run.end
    same.append((start, len(new) - shift, shift))
    kept: list[_Piece] = []
    number, at = 0, 0
    for index, value in enumerate(old):
        end = at + len(value)
        while same[number][1] < end:
            number += 1
        start, _, shift = same[number]
        if start <= at:
            kept.append(_Piece(at + shift, end + shift, index))
        at = end
    done, before = 0, -1
    for piece in [*kept, _Piece(len(new), len(new), len(old))]:
        index = piece.old or 0
        gone = old[before + 1 : index]
        if done < piece.start:
            yield from _split(new, done, piece.start, whole=len(gone) == 1 and len(_lines(gone[0])) > 1)
        if index < len(old):
            yield piece
        done, before = piece.end, index


def _split(new: str, start: int, end: int, *, whole: bool) -> Iterator[_Piece]:
    """A stretch of the new text, line by line unless it is to stay `whole`."""
    ends = {end, *(match.start() for match in _HALVES.finditer(new, start, end))}
    if not whole:
        ends.update(start + length for length in accumulate(map(len, _lines(new[start:end]))))
    for stop in sorted(ends - {start}):
        yield _Piece(start, stop)
        start = stop


# --- edits ------------------------------------------------------------------------------------------------------------

_DISK_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


def edits_between(before: bytes, after: bytes, *, trim: bool = True) -> tuple[Edit, ...]:
    """What turns the text of a file as it is on disk into another, from top to bottom: one edit a run of changed lines.

    Each is trimmed to the words that differ, or takes whole lines. A byte order mark counts as no column.

    Raises:
        Unreadable: one of the two is no text.
    """
    old, new = decode(before), decode(after)
    lines = _DISK_LINE.findall(old)
    starts = [0, *accumulate(map(len, lines))]
    if lines and not lines[-1].endswith(("\r", "\n")):
        starts.pop()
    edits: list[Edit] = []
    for run in _runs(lines, _DISK_LINE.findall(new)):
        one, two = old[run.start : run.end], new[run.new_start : run.new_end]
        head, tail = _common(one, two) if trim else (0, 0)
        while _is_inside(one, head) or _is_inside(two, head):
            head -= 1
        while _is_inside(one, len(one) - tail) or _is_inside(two, len(two) - tail):
            tail -= 1
        start, end = run.start + head, run.end - tail
        line, end_line = bisect_right(starts, start), bisect_right(starts, end)
        column, end_column = start - starts[line - 1] + 1, end - starts[end_line - 1] + 1
        edits.append(Edit(line, column, end_line, end_column, two[head : len(two) - tail]))
    return tuple(edits)


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut there would go through a word, an escape or a line end."""
    if not 0 < at < len(text):
        return False
    one, two = text[at - 1], text[at]
    return one == "\\" or (one == "\r" and two == "\n") or (_is_word(one) and _is_word(two))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
