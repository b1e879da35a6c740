"""Findings as a compiler shows them: the place, the code with carets, the advice, the other places."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rescode_lint.report.closing import closing
from rescode_lint.report.frame import frame
from rescode_lint.report.text import (
    PLAIN,
    Look,
    coded,
    finding_place,
    fix_mark,
    one_line,
    paint,
    problem_place,
    related_place,
    shown_path,
    visible,
)

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Problem, Report

#: How many related places are named before the rest is counted.
PLACES = 5


def _header(place: str, path: str, rest: str, look: Look) -> str:
    path = visible(path)
    return f"{paint(path, 'bold', look)}{place[len(path) :]}{': ' if place else ''}{rest}"


def _note(label: str, text: str, indent: int, look: Look, style: str = "dim") -> str:
    """`= label: text`, further lines of the text below its first."""
    lines = [visible(line.rstrip()) for line in text.strip().splitlines()] or [""]
    head = f"{' ' * (indent + 1)}{paint('=', 'dim', look)} {paint(f'{label}:', style, look)} "
    below = " " * (indent + 1 + len(label) + 4)
    return f"{head}{lines[0]}" + "".join(f"\n{below}{line}".rstrip() for line in lines[1:])


def _finding(report: Report, finding: Finding, look: Look, why: str) -> str:
    code = paint(finding.code, "red", look)
    name = f" {finding.name}:" if finding.name else ""
    rest = f"{code}{name} {fix_mark(finding, look)}{one_line(finding.message)}"
    lines = [_header(finding_place(report, finding), shown_path(report, finding.path), rest, look)]
    rows, indent = frame(finding, look)
    lines += rows
    notes = []
    if why:
        text = textwrap.fill(f"{why} More: `rescode explain {finding.code}`", max(look.width - indent - 8, 40))
        notes.append(_note("why", text, indent, look))
    if finding.advice:
        notes.append(_note("help", finding.advice, indent, look, "green"))
    if finding.fix is not None and look.show_fixes:
        how = "`--fix`" if finding.fix.safe else "`--fix --unsafe-fixes`"
        notes.append(_note("fix", f"{finding.fix.title} ({how})", indent, look, "green"))
    related = finding.related if look.verbose else finding.related[:PLACES]
    for other in related:
        message = f" {one_line(other.message)}" if other.message else ""
        notes.append(_note("also", f"{related_place(report, other)}{message}", indent, look))
    if more := len(finding.related) - len(related):
        notes.append(_note("also", f"… and {more} more", indent, look))
    if look.verbose:
        notes.append(_note("note", f"severity {finding.severity}, confidence {finding.confidence}", indent, look))
    if rows and notes:
        lines.append(f"{' ' * indent} {paint('|', 'dim', look)}")
    return "\n".join(lines + notes)


def _problem(report: Report, problem: Problem, look: Look) -> str:
    rest = f"{paint('error', 'red', look)}: {coded(problem)}"
    head = _header(problem_place(report, problem), shown_path(report, problem.path), rest, look)
    return "\n".join([head, _note("help", problem.remedy, 1, look, "green")]) if problem.remedy else head


def render(report: Report, look: Look = PLAIN) -> str:
    """Findings with their code, their reason and their remedy."""
    whys = {rule.code: rule.why for rule in report.rules}
    # The reason stands at the first finding of each rule: teaching, not nagging.
    blocks = [_finding(report, finding, look, whys.pop(finding.code, "")) for finding in report.findings]
    blocks += [_problem(report, problem, look) for problem in report.problems]
    if not look.quiet:
        blocks.append(closing(report, look))
    return "\n\n".join(blocks) + "\n" if blocks else ""
