"""Comments, cell tags and what they silence.

`# noqa` counts as flake8 counts it: anywhere on the lines of a statement, in any case, with codes or prefixes of codes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Span, Suppression
from rescode_lint.semantics import Module

#: flake8's own expressions (`flake8.defaults`), kept in step with it by a test.
NOQA = lazy(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.I)
NOQA_FILE = lazy(r"\s*# flake8[:=]\s*noqa(?P<codes>:\s?(?P<list>.*))?\s*$", re.I)
IGNORE = lazy(r"#\s*rescode:\s*ignore\b(?:\[(?P<codes>[^\]]*)\])?", re.I)
PATTERNS = (("noqa", NOQA), ("ignore", IGNORE))
TAG = "rescode-skip"
#: Fields of compound statements that hold other statements.
_BODIES = frozenset({"body", "orelse", "finalbody", "handlers", "cases", "decorator_list"})
_MARK = lazy("noqa|rescode", re.I)
_SEPARATOR = lazy(r"[,\s]+")


def suppressions(module: Module) -> tuple[Suppression, ...]:
    """All suppressions of a file, with the lines that they cover."""
    found: list[Suppression] = []
    source = module.source
    for cell in source.cells:
        if TAG in cell.tags:
            last = max(len(cell.lines), 1)
            found.append(Suppression("tag", (), 1, last, cell.position, Span(1, 1, 1, 2, cell.position)))
    for number, text in enumerate(source.lines, 1):
        if "#" not in text or not _MARK.search(text):
            continue
        whole = NOQA_FILE.match(text)
        if whole:
            codes = tuple(code.upper() for code in _SEPARATOR.split(whole["list"] or "") if code)
            span = source.span_of(number, 1, number, len(text) + 1)
            found.append(Suppression("file", codes, 1, 1 << 30, None, span))
            continue
        for kind, pattern in PATTERNS:
            match = pattern.search(text)
            if match is None:
                continue
            codes = tuple(code for code in _SEPARATOR.split(match["codes"] or "") if code)
            if kind == "noqa":
                codes = tuple(code.upper() for code in codes)
            at = source.cell_at(number)
            start = match.start() + 1
            logical = logical_line(module, number)
            if _in_string(module, logical, number, start):
                if kind == "ignore":
                    continue
                kind = "string"  # flake8 heeds it all the same
            span = source.span_of(number, start, number, match.end() + 1)
            if kind == "ignore" and at is not None and number == at.first and not text[: match.start()].strip():
                found.append(Suppression("cell", codes, 1, max(len(at.lines), 1), at.position, span))
                continue
            shift = at.first - 1 if at else 0
            position = at.position if at else None
            found.append(Suppression(kind, codes, logical.first - shift, logical.last - shift, position, span))
    return tuple(found)


def in_text(text: str) -> tuple[Suppression, ...]:
    """The suppressions of a file that is no Python (requirements, YAML, TOML): each speaks of its own line."""
    found: list[Suppression] = []
    for number, line in enumerate(text.split("\n"), 1):
        match = IGNORE.search(line)
        if match is not None:
            codes = tuple(code for code in _SEPARATOR.split(match["codes"] or "") if code)
            span = Span(number, match.start() + 1, number, match.end() + 1)
            found.append(Suppression("ignore", codes, number, number, None, span))
    return tuple(found)


class _Logical(NamedTuple):
    """A logical line: a simple statement, a decorator, or the header of a compound statement."""

    #: Virtual lines.
    first: int
    last: int
    nodes: tuple[ast.AST, ...] = ()


def logical_line(module: Module, line: int) -> _Logical:
    """The logical line that holds a virtual line, as flake8 joins them."""
    body: list[ast.stmt] = module.body
    while body:
        inner = next((s for s in body if _first(s) <= line <= (s.end_lineno or s.lineno)), None)
        if inner is None:
            break
        blocks = _blocks(inner)
        if not blocks:
            return _Logical(inner.lineno, inner.end_lineno or inner.lineno, (inner,))
        header_end = max(inner.lineno, _first(blocks[0][0]) - 1)
        if line <= header_end:
            for decorator in getattr(inner, "decorator_list", ()):
                if decorator.lineno <= line <= decorator.end_lineno:
                    return _Logical(decorator.lineno, decorator.end_lineno, (decorator,))
            if line < inner.lineno:
                break
            return _Logical(inner.lineno, header_end, tuple(_header(inner)))
        body = [statement for block in blocks for statement in block]
    return _Logical(line, line)


def _header(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a compound statement before its colon."""
    for field, value in ast.iter_fields(statement):
        if field not in _BODIES:
            yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, ast.AST))


def _in_string(module: Module, logical: _Logical, line: int, column: int) -> bool:
    """Whether what stands at a virtual line and true column is a part of a string, so no comment."""
    source = module.source
    for part in logical.nodes:
        for node in ast.walk(part):
            if isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno <= line <= (
                node.end_lineno or node.lineno
            ):
                begin = (node.lineno, source.column(node.lineno, node.col_offset))
                end_line = node.end_lineno or node.lineno
                if begin <= (line, column) < (end_line, source.column(end_line, node.end_col_offset or 0)):
                    return True
    return False


def _first(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    if isinstance(statement, ast.Match):
        return [case.body for case in statement.cases]
    blocks = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
    for handler in getattr(statement, "handlers", ()):
        blocks.insert(1, handler.body)
    return [block for block in blocks if block]


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Whether a suppression silences a finding of the same file."""
    span = finding.span
    if (
        suppression.kind != "file" and suppression.cell != span.cell
    ) or not suppression.first <= span.line <= suppression.last:
        return False
    return not suppression.codes or any(
        finding.code.startswith(code.upper()) or finding.name == code.lower() for code in suppression.codes
    )


def silence(
    findings: Iterable[Finding], by_path: dict[str, tuple[Suppression, ...]]
) -> tuple[list[Finding], dict[str, int], set[tuple[str, int]]]:
    """Split off what is silenced: the findings left, how many went in which file, (path, index) of what was used."""
    left: list[Finding] = []
    used: set[tuple[str, int]] = set()
    silenced: dict[str, int] = {}
    for finding in findings:
        hits = [i for i, s in enumerate(by_path.get(finding.path, ())) if covers(s, finding)]
        used.update((finding.path, index) for index in hits)
        if hits:
            silenced[finding.path] = silenced.get(finding.path, 0) + 1
        else:
            left.append(finding)
    return left, silenced, used
