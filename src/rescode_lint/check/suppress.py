"""Comments, cell tags and what they silence.

`# noqa` counts as flake8 counts it: anywhere on the lines of a statement, in any case, with codes or prefixes of codes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from rescode_lint.model import Finding, Span, Suppression
from rescode_lint.semantics import Module

#: flake8's own expressions (`flake8.defaults`), kept in step with it by a test.
NOQA = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.I)
NOQA_FILE = re.compile(r"\s*# flake8[:=]\s*noqa(?P<codes>:\s?(?P<list>.*))?\s*$", re.I)
IGNORE = re.compile(r"#\s*rescode:\s*ignore\b(?:\[(?P<codes>[^\]]*)\])?", re.I)
TAG = "rescode-skip"
_MARK = re.compile("noqa|rescode", re.I)
_SEPARATOR = re.compile(r"[,\s]+")


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
        for kind, pattern in (("noqa", NOQA), ("ignore", IGNORE)):
            match = pattern.search(text)
            if match is None:
                continue
            codes = tuple(code for code in _SEPARATOR.split(match["codes"] or "") if code)
            if kind == "noqa":
                codes = tuple(code.upper() for code in codes)
            at = source.cell_at(number)
            start = match.start() + 1
            span = source.span_of(number, start, number, match.end() + 1)
            if kind == "ignore" and at is not None and number == at.first and not text[: match.start()].strip():
                found.append(Suppression("cell", codes, 1, max(len(at.lines), 1), at.position, span))
                continue
            first, last = statement_lines(module, number)
            shift = at.first - 1 if at else 0
            position = at.position if at else None
            found.append(Suppression(kind, codes, first - shift, last - shift, position, span))
    return tuple(found)


def statement_lines(module: Module, line: int) -> tuple[int, int]:
    """First and last virtual line of the logical line that holds a line: a simple statement, or a compound's header."""
    body: list[ast.stmt] = module.body
    first = last = line
    while body:
        inner = next((s for s in body if _first(s) <= line <= (s.end_lineno or s.lineno)), None)
        if inner is None:
            return line, line
        blocks = _blocks(inner)
        if not blocks:
            return inner.lineno, inner.end_lineno or inner.lineno
        header_end = max(inner.lineno, _first(blocks[0][0]) - 1)
        if line <= header_end:
            decorators = getattr(inner, "decorator_list", ())
            for decorator in decorators:
                if decorator.lineno <= line <= decorator.end_lineno:
                    return decorator.lineno, decorator.end_lineno
            return (inner.lineno, header_end) if line >= inner.lineno else (line, line)
        body = [statement for block in blocks for statement in block]
    return first, last


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
    if suppression.kind != "file" and suppression.cell != span.cell or not suppression.first <= span.line <= suppression.last:
        return False
    return not suppression.codes or any(
        finding.code.startswith(code.upper()) or finding.name == code.lower() for code in suppression.codes
    )


def silence(
    findings: Iterable[Finding], by_path: dict[str, tuple[Suppression, ...]]
) -> tuple[list[Finding], dict[str, int], set[tuple[str, int]]]:
    """Split off what is silenced: the findings left, how many went in which file, the (path, index) of what was used."""
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
