"""GitLab's Code Quality report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescode_lint.model import Finding, Span
from rescode_lint.report.machine import described, dump, file_line, repository_path, unique_fingerprints
from rescode_lint.report.text import PLAIN, Look

if TYPE_CHECKING:
    from rescode_lint.model import Problem, Report

SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def _as_finding(problem: Problem) -> Finding:
    line = 1 if problem.line is None or problem.cell is not None else problem.line
    name = problem.code or "error"
    return Finding(name, "", problem.message, problem.remedy, problem.path, Span(line, 1, line, 1), "error")


def _entry(report: Report, finding: Finding, fingerprint: str, severity: str) -> dict[str, object]:
    return {
        "description": f"{finding.code}: {described(finding)}",
        "check_name": finding.name or finding.code,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": repository_path(report, finding.path), "lines": {"begin": file_line(finding)}},
    }


def render(report: Report, look: Look = PLAIN) -> str:
    """A code quality report of GitLab."""
    problems = [_as_finding(problem) for problem in report.problems]
    severities = [SEVERITIES[finding.severity] for finding in report.findings] + ["critical"] * len(problems)
    findings = [*report.findings, *problems]
    fingerprints = unique_fingerprints(findings)
    rows = zip(findings, fingerprints, severities, strict=True)
    return dump([_entry(report, *row) for row in rows])
