"""GitHub's workflow commands, which become annotations on the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescode_lint.report.concise import finding_line
from rescode_lint.report.machine import NAME, file_line, in_notebook, repository_path
from rescode_lint.report.text import PLAIN, Look, coded, visible_lines

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Problem, Report

LEVELS = {"error": "error", "warning": "warning", "note": "notice"}


def _data(text: str) -> str:
    """Escaped as the runner reads it; no carriage return is left to escape."""
    return visible_lines(text).replace("%", "%25").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")


def _command(level: str, properties: dict[str, object], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value not in ("", None))
    return f"::{level} {listed}::{_data(message)}\n"


def _finding(report: Report, finding: Finding) -> str:
    span, line = finding.span, file_line(finding)
    where: dict[str, object] = {"file": repository_path(report, finding.path), "line": line}
    if in_notebook(finding):  # Columns of a cell are not columns of its JSON.
        where["endLine"] = line
    elif span.end_line > span.line:  # GitHub refuses columns on several lines.
        where["endLine"] = span.end_line
    else:
        where |= {"col": span.column, "endLine": line, "endColumn": span.end_column}
    where["title"] = f"{NAME} {finding.code} {finding.name}".rstrip()
    advice = f"\n{finding.advice}" if finding.advice else ""
    return _command(LEVELS[finding.severity], where, f"{finding_line(report, finding)}{advice}")


def _problem(report: Report, problem: Problem) -> str:
    line = problem.line if problem.cell is None else None
    where: dict[str, object] = {"file": repository_path(report, problem.path), "line": line, "title": f"{NAME} error"}
    remedy = f"\n{problem.remedy}" if problem.remedy else ""
    cell = f"cell {problem.cell}: " if problem.cell is not None else ""
    return _command("error", where, f"{cell}{coded(problem)}{remedy}")


def render(report: Report, look: Look = PLAIN) -> str:
    """Workflow commands of GitHub Actions."""
    findings = [_finding(report, finding) for finding in report.findings]
    return "".join(findings + [_problem(report, problem) for problem in report.problems])
