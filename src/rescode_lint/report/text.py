"""What the reports share: places, counts, colours, and text that cannot hurt a terminal."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Problem, Related, Report

#: Columns of a code frame where the terminal does not say how wide it is.
WIDTH = 120


class Look(NamedTuple):
    """How a report is shown; the machine formats need none of it."""

    color: bool = False
    #: Findings and problems only: no closing line.
    quiet: bool = False
    #: Every related place, the confidence of each finding, what was suppressed.
    verbose: bool = False
    show_fixes: bool = True
    width: int = WIDTH


PLAIN = Look()
#: For lines within machine formats: what can be done about a finding stands elsewhere.
BARE = Look(show_fixes=False)

_ANSI = {"bold": "1", "red": "1;31", "dim": "2", "green": "32"}


def paint(text: str, style: str, look: Look) -> str:
    """Text in a style, where colour is wanted."""
    return f"\x1b[{_ANSI[style]}m{text}\x1b[0m" if look.color and text else text


#: Controls (escape sequences among them, tabs not), what turns the direction of writing, what no encoding can write.
_UNSAFE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def visible(text: str) -> str:
    """The text with one harmless, visible character for each that would move the cursor or break the encoding."""
    return _UNSAFE.sub(_picture, text)


def visible_lines(text: str) -> str:
    """The same, but its line breaks stay, as plain newlines."""
    return "\n".join(visible(line) for line in re.split("\r\n|\r|\n", text))


def one_line(text: str) -> str:
    """Text without line ends and control characters."""
    return visible(" ".join(line.strip() for line in text.splitlines()) if "\n" in text or "\r" in text else text)


def sentence(text: str) -> str:
    """The text closed by a full stop, unless it closes itself."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def fix_mark(finding: Finding, look: Look) -> str:
    """`[*] ` where there is a safe fix, `[-] ` where there is an unsafe one."""
    if finding.fix is None or not look.show_fixes:
        return ""
    return paint("[*]" if finding.fix.safe else "[-]", "green", look) + " "


# --- Places -----------------------------------------------------------------------------------------------------------


def is_absolute(path: str) -> bool:
    """Whether a path is absolute on any system."""
    return path.startswith("/") or re.match(r"[A-Za-z]:[\\/]", path) is not None


def shown_path(report: Report, path: str) -> str:
    """The path as seen from the caller's folder."""
    if not path or path == "-" or is_absolute(path):
        return path
    if report.folder:
        return posixpath.relpath(f"/{path}", f"/{report.folder.replace(os.sep, '/')}")
    return posixpath.normpath(posixpath.join(report.prefix.replace(os.sep, "/"), path))


def place(path: str, line: int | None = None, column: int | None = None, cell: int | None = None) -> str:
    """`path:line:column`, and `nb.ipynb:cell 7:line:column` in a notebook; what is not known is left out."""
    parts = [path] if path else []
    if cell is not None:
        parts.append(f"cell {cell}")
    if line is not None:
        parts.append(str(line))
        if column is not None:
            parts.append(str(column))
    return visible(":".join(parts))


def finding_place(report: Report, finding: Finding) -> str:
    """`path:line:column`, as a person reads it."""
    span = finding.span
    return place(shown_path(report, finding.path), span.line, span.column, span.cell)


def related_place(report: Report, related: Related) -> str:
    """The same for a related place."""
    return place(shown_path(report, related.path), related.line, cell=related.cell)


def problem_place(report: Report, problem: Problem) -> str:
    """The same for a problem, as far as it has one."""
    return place(shown_path(report, problem.path), problem.line, cell=problem.cell)


def coded(problem: Problem) -> str:
    """The message of a problem, behind its code if it has one."""
    return one_line(f"{problem.code} {problem.message}" if problem.code else problem.message)
