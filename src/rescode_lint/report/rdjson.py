"""reviewdog's diagnostic format: one DiagnosticResult. Its columns count the bytes of UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescode_lint.report.concise import finding_line, problem_line
from rescode_lint.report.machine import NAME, described, dump, file_line, in_notebook
from rescode_lint.report.text import PLAIN, Look, sentence, shown_path

if TYPE_CHECKING:
    from rescode_lint.model import Edit, Finding, Problem, Report

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def _position(finding: Finding, line: int, column: int) -> dict[str, int]:
    """A place in bytes; without the source, or in the JSON of a notebook, only the line is certain."""
    first = finding.source_first or finding.span.line
    if not 0 <= line - first < len(finding.source):
        return {"line": line}
    before = finding.source[line - first][: column - 1]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}


def _range(finding: Finding) -> dict[str, object]:
    span = finding.span
    if in_notebook(finding):
        return {"start": {"line": file_line(finding)}}
    start = _position(finding, span.line, span.column)
    end = _position(finding, span.end_line, span.end_column)
    if ("column" in start) != ("column" in end):
        start, end = {"line": span.line}, {"line": span.end_line}
    return {"start": start, "end": end}


def _finding(report: Report, finding: Finding, url: str) -> dict[str, object]:
    code = {"value": finding.code, "url": url} if url else {"value": finding.code}
    diagnostic: dict[str, object] = {
        "message": described(finding),
        "location": {"path": shown_path(report, finding.path), "range": _range(finding)},
        "severity": SEVERITIES[finding.severity],
        "code": code,
        "original_output": finding_line(report, finding),
    }
    if finding.edits:
        diagnostic["suggestions"] = [_suggestion(edit) for edit in finding.edits]
    return diagnostic


def _suggestion(edit: Edit) -> dict[str, object]:
    """An edit, which takes whole lines: a range of lines without columns, or a place between two lines."""
    if (edit.line, edit.column) == (edit.end_line, edit.end_column):
        place = {"line": edit.line, "column": edit.column}
        return {"range": {"start": place, "end": place}, "text": edit.text}
    last = edit.end_line - (edit.end_column == 1)
    return {"range": {"start": {"line": edit.line}, "end": {"line": last}}, "text": edit.text.removesuffix("\n")}


def _problem(report: Report, problem: Problem) -> dict[str, object]:
    location: dict[str, object] = {"path": shown_path(report, problem.path)}
    if problem.line is not None and problem.cell is None:
        location["range"] = {"start": {"line": problem.line}}
    diagnostic: dict[str, object] = {
        "message": f"{sentence(problem.message)} {sentence(problem.remedy)}".strip(),
        "location": location,
        "severity": "ERROR",
        "original_output": problem_line(report, problem),
    }
    if problem.code:
        diagnostic["code"] = {"value": problem.code}
    return diagnostic


def render(report: Report, look: Look = PLAIN) -> str:
    """A `DiagnosticResult` of reviewdog."""
    urls = {rule.code: rule.url for rule in report.rules}
    findings = [_finding(report, finding, urls.get(finding.code, "")) for finding in report.findings]
    problems = [_problem(report, problem) for problem in report.problems]
    source = {"name": NAME, "url": report.url} if report.url else {"name": NAME}
    return dump({"source": source, "severity": "WARNING", "diagnostics": findings + problems})
