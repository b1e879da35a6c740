"""Counts per rule as JSON, with the errors and the summary of the full JSON report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescode_lint.report.json_v1 import VERSION, errors, summary
from rescode_lint.report.machine import dump
from rescode_lint.report.statistics import counts
from rescode_lint.report.text import PLAIN, Look

if TYPE_CHECKING:
    from rescode_lint.model import Report


def render(report: Report, look: Look = PLAIN) -> str:
    """Counts for each rule, as JSON."""
    rows = [{"code": row.code, "name": row.name, "count": row.times, "fixable": row.fixable} for row in counts(report)]
    return dump({"version": VERSION, "statistics": rows, "errors": errors(report), "summary": summary(report)})
