"""What reports show of a place beyond its span: the source lines, and for notebooks the line in the raw file.

Only the files that have findings are read again, and only for the formats that show it.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from itertools import groupby

from rescode_lint.facts.credentials import redacted
from rescode_lint.model import Finding
from rescode_lint.read.notebook import load, text_of
from rescode_lint.read.python import decode
from rescode_lint.read.raw_lines import RawLines
from rescode_lint.read.source import Unreadable, split_lines

#: Lines shown above a finding.
CONTEXT = 1
#: Lines around these that may say that what they hold is a credential.
_AROUND = 6


def with_places(
    findings: Iterable[Finding], root: str, given: Mapping[str, bytes], wanted: Collection[str]
) -> list[Finding]:
    """The findings with `raw_line` and `cell_id`, and with `source` where that is wanted."""
    found: list[Finding] = []
    for path, group in groupby(sorted(findings, key=lambda f: f.path), key=lambda f: f.path):
        of_file = list(group)
        try:
            data = given.get(path)
            if data is None:
                with open(os.path.join(root, path), "rb") as file:
                    data = file.read()
            found += _placed(of_file, path, data, "source" in wanted)
        except (OSError, Unreadable):  # it changed since it was judged; its findings still stand
            found += of_file
    return found


def _placed(findings: list[Finding], path: str, data: bytes, source: bool) -> list[Finding]:
    if not path.endswith(".ipynb"):
        lines = split_lines(decode(data)) if source else []
        return [
            _with_source(finding._replace(raw_line=finding.span.line), lines if source else None)
            for finding in findings
        ]
    notebook = load(data)
    cells = notebook["cells"]
    raw = RawLines(data)
    found: list[Finding] = []
    for finding in findings:
        position = finding.span.cell or 0
        cell = cells[position - 1] if 0 < position <= len(cells) else {}
        identity = cell.get("id") if isinstance(cell, dict) else None
        text = split_lines(text_of(cell)) if source and isinstance(cell, dict) else None
        placed = finding._replace(
            raw_line=raw.line(position, finding.span.line), cell_id=identity if isinstance(identity, str) else None
        )
        found.append(_with_source(placed, text))
    return found


def _with_source(finding: Finding, lines: list[str] | None) -> Finding:
    if lines is None:
        return finding
    first, last = max(finding.span.line - CONTEXT, 1), finding.span.end_line
    begin = max(first - 1 - _AROUND, 0)
    shown = redacted("\n".join(lines[begin : last + _AROUND]), keep_width=True).split("\n")
    return finding._replace(source=tuple(shown[first - 1 - begin : last - begin]), source_first=first)
