"""The code frame: the lines of a finding with their numbers, and carets under its span.

    12 | df = pd.read_csv("/home/alice/data.csv")
       |                  ^^^^^^^^^^^^^^^^^^^^^^

A span of several lines is embraced from its first character to its last:

     7 |   model = fit(x,
       |  _________^
     8 | |             y)
       | |______________^

Columns of the screen are not characters: tabs jump, wide characters take two, combining ones none. `_screen` keeps the
two apart, and a line too long for the screen shows the window around the span.
"""

from __future__ import annotations

import unicodedata

from rescode_lint.model import Finding
from rescode_lint.report.text import Look, paint, visible

TAB = 4
#: Lines of context before and after the span; lines of a long span that are shown before the elision and after it.
CONTEXT, HEAD, TAIL = 2, 3, 1
#: The narrowest window on a long line.
NARROWEST = 40


class _Screen:
    """A line as it stands on the screen: what each column shows ("" is the right half of a wide character)."""

    def __init__(self, line: str) -> None:
        self.columns: list[str] = []
        #: The column where each character begins.
        self.starts: list[int] = []
        for char in line.rstrip("\r\n"):
            self.starts.append(len(self.columns))
            if char == "\t":
                self.columns += " " * (TAB - len(self.columns) % TAB)
            elif (shown := visible(char)).isascii():
                self.columns.append(shown)
            elif unicodedata.category(shown) in ("Mn", "Me", "Cf") and self.columns:
                self.columns[-1 if self.columns[-1] else -2] += shown
            else:
                self.columns += [shown, ""] if unicodedata.east_asian_width(shown) in "WF" else [shown]
        self.starts.append(len(self.columns))

    @property
    def blank(self) -> bool:
        return not "".join(self.columns).strip()

    @property
    def indent(self) -> int:
        return next((at for at, shown in enumerate(self.columns) if shown != " "), len(self.columns))

    def at(self, column: int) -> int:
        """The screen column where the character in a 1-based column begins."""
        return self.starts[min(max(column, 1), len(self.starts)) - 1]

    def window(self, left: int, width: int) -> str:
        shown = self.columns[left : left + width]
        if left and not self.blank:
            shown = ["…", *shown[1:]]
            if shown[1:2] == [""]:
                shown[1] = " "
        if len(self.columns) > left + width:
            if shown[-1] == "":
                shown[-2] = " "
            shown[-1] = "…"
        return "".join(shown)


def frame(finding: Finding, look: Look) -> tuple[list[str], int]:
    """The rows of the frame (none without source), and the width of its line numbers."""
    span = finding.span
    first = finding.source_first or span.line
    screens = {number: _Screen(line) for number, line in enumerate(finding.source, first)}
    if span.line not in screens:
        return [], 1
    end, end_column = span.end_line, span.end_column
    if end > span.line and end_column == 1:  # The newline belongs to the span, the line after it does not.
        end -= 1
        end_column = len(screens[end].starts) if end in screens else 0
    truncated = end not in screens
    if truncated:
        end = max(screens)
        end_column = len(screens[end].starts)
    numbers = [number for number in screens if span.line - CONTEXT <= number <= end + CONTEXT]
    while numbers[0] < span.line and screens[numbers[0]].blank:
        del numbers[0]
    while numbers[-1] > end and screens[numbers[-1]].blank:
        del numbers[-1]
    several = end > span.line
    start, stop = screens[span.line].at(span.column), screens[end].at(end_column)
    gutter = len(str(numbers[-1]))
    width = max(look.width - gutter - (5 if several else 3), NARROWEST)
    longest = max(len(screens[number].columns) for number in numbers if span.line <= number <= end)
    left = _left(start, stop, longest, width)

    def code(number: int) -> str:
        """A line of the span through the window; a line of context from its beginning."""
        return screens[number].window(left if span.line <= number <= end else 0, width)

    def row(number: int | None, mark: str, text: str, style: str = "") -> str:
        label = paint(f"{'' if number is None else number:>{gutter}} |", "dim", look)
        body = f"{mark}{paint(text, style, look)}" if style else f"{paint(mark, 'red', look)}{text}".rstrip()
        return f"{label} {body}" if mark.strip() or text.strip() else label

    rows = [row(None, "", "")]
    if not several:
        for number in numbers:
            rows.append(row(number, "", code(number)))
            if number == span.line:
                begin = max(start - left, 0)
                carets = max(min(stop - left, width) - begin, 1)
                rows.append(row(None, " " * begin, "^" * carets, "red"))
        return rows, gutter

    hidden = range(span.line + HEAD, end - TAIL + 1) if end - span.line >= HEAD + TAIL + 1 else range(0)
    begin, finish = max(start - left, 0), max(min(stop - left, width), 1)
    at_indent = start <= screens[span.line].indent
    for number in numbers:
        inside = span.line < number <= end
        mark = "| " if inside else "/ " if number == span.line and at_indent else "  "
        if number in hidden:
            if number == hidden[0]:
                rows.append(paint("...".ljust(gutter + 3), "dim", look) + paint("|", "red", look))
            continue
        rows.append(row(number, mark, code(number)))
        if number == span.line and not at_indent:
            rows.append(row(None, "", f" _{'_' * begin}^", "red"))
        if number == end:
            rows.append(row(None, "", "|_..." if truncated else f"|_{'_' * (finish - 1)}^", "red"))
    return rows, gutter


def _left(start: int, stop: int, longest: int, width: int) -> int:
    """The first column of the window: 0 where all fits or the span ends in view, else the span in the middle."""
    start, stop = min(start, stop), max(start, stop)
    if longest <= width or stop < width:
        return 0
    room = width - (stop - start)
    lead = room // 2 if room > width // 4 else min(start, width // 8)
    return max(0, min(start - lead, longest - width))
