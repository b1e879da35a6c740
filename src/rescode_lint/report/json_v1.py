"""JSON, version 1: all that a finding says, for other programs. Keys are added, never changed, within a version."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rescode_lint.model import family
from rescode_lint.report.machine import dump, file_line
from rescode_lint.report.text import PLAIN, Look

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Problem, Report

VERSION = 1


def _finding(finding: Finding) -> dict[str, object]:
    span = finding.span
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "advice": finding.advice,
        "path": finding.path,
        "cell": span.cell,
        "cell_id": finding.cell_id,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "raw_line": file_line(finding),
        "severity": finding.severity,
        "confidence": finding.confidence,
        "fix": None if finding.fix is None else finding.fix._asdict(),
        "related": [related._asdict() for related in finding.related],
        "fingerprint": finding.fingerprint,
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "cell": problem.cell,
        "line": problem.line,
        "code": problem.code,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def summary(report: Report) -> dict[str, object]:
    """What was looked at, and what came of it."""
    totals = report.totals
    codes = Counter(sorted(finding.code for finding in report.findings))
    return {
        "findings": len(report.findings),
        "errors": len(report.problems),
        "files": totals.files,
        "notebooks": totals.notebooks,
        "cells": totals.cells,
        "by_family": Counter(family(code) for code in codes.elements()),
        "by_code": codes,
        "other_languages": dict(totals.other_languages),
        "unparsed_files": totals.unparsed_files,
        "unparsed_cells": totals.unparsed_cells,
        "suppressed": totals.suppressed,
    }


def errors(report: Report) -> list[dict[str, object]]:
    """What could not be done."""
    return [_problem(problem) for problem in report.problems]


def render(report: Report, look: Look = PLAIN) -> str:
    """Our own JSON, version 1."""
    return dump(
        {
            "version": VERSION,
            "findings": [_finding(finding) for finding in report.findings],
            "errors": errors(report),
            "summary": summary(report),
        }
    )
