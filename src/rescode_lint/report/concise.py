"""One line a finding: `path:line:column: CODE message`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescode_lint.report.closing import closing
from rescode_lint.report.text import BARE, PLAIN, Look, coded, finding_place, fix_mark, one_line, paint, problem_place

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Problem, Report


def finding_line(report: Report, finding: Finding, look: Look = BARE) -> str:
    """One finding on one line."""
    place = paint(finding_place(report, finding), "bold", look)
    return f"{place}: {paint(finding.code, 'red', look)} {fix_mark(finding, look)}{one_line(finding.message)}"


def problem_line(report: Report, problem: Problem, look: Look = PLAIN) -> str:
    """One problem on one line."""
    place = problem_place(report, problem)
    head = f"{paint(place, 'bold', look)}: " if place else ""
    remedy = f" ({one_line(problem.remedy)})" if problem.remedy else ""
    return f"{head}{paint('error', 'red', look)}: {coded(problem)}{remedy}"


def render(report: Report, look: Look = PLAIN) -> str:
    """One line a finding: `path:line:col: CODE message`."""
    lines = [finding_line(report, finding, look) for finding in report.findings]
    lines += [problem_line(report, problem, look) for problem in report.problems]
    if not look.quiet:
        lines.append(closing(report, look))
    return "".join(f"{line}\n" for line in lines)
