"""JUnit's XML: a suite for each file, a failed case for each finding, one passed case where there is none.

Characters that XML cannot hold are shown by the pictures of `visible`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from rescode_lint.report.closing import closing
from rescode_lint.report.machine import NAME, file_line, repository_path
from rescode_lint.report.text import PLAIN, Look, coded, finding_place, place, related_place, visible_lines

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Problem, Report


def _tag(name: str, attributes: dict[str, object]) -> str:
    known = {key: visible_lines(str(value)) for key, value in attributes.items() if value is not None}
    return f"<{name}" + "".join(f" {key}={quoteattr(value)}" for key, value in known.items())


def _case(kind: str, case: dict[str, object], detail: dict[str, object], text: str) -> list[str]:
    body = f"{_tag(kind, detail)}>{escape(visible_lines(text))}</{kind}>"
    return [f"    {_tag('testcase', case)}>", f"      {body}", "    </testcase>"]


def _finding(report: Report, finding: Finding) -> list[str]:
    span, path = finding.span, repository_path(report, finding.path)
    where = place("", span.line, span.column, span.cell)
    case: dict[str, object] = {
        "name": f"{finding.code} {finding.name}".rstrip() + f" at {where}",
        "classname": path,
        "file": path,
        "line": file_line(finding),
        "time": 0,
    }
    lines = [f"{finding_place(report, finding)}: {finding.code} {finding.message}", finding.advice]
    lines += [f"also: {related_place(report, other)} {other.message}".rstrip() for other in finding.related]
    text = "\n".join(line for line in lines if line)
    return _case("failure", case, {"message": finding.message, "type": finding.code}, text)


def _problem(report: Report, problem: Problem) -> list[str]:
    path = repository_path(report, problem.path) or NAME
    where = place("", problem.line, cell=problem.cell)
    case: dict[str, object] = {
        "name": (problem.code or "error") + (f" at {where}" if where else ""),
        "classname": path,
        "file": path,
        "line": problem.line if problem.cell is None else None,
        "time": 0,
    }
    text = "\n".join(filter(None, [coded(problem), problem.remedy]))
    return _case("error", case, {"message": problem.message, "type": problem.code or "error"}, text)


def _suite(name: str, failures: list[list[str]], errors: list[list[str]], passed: list[list[str]]) -> list[str]:
    cases = failures + errors + passed
    counts = {"tests": len(cases), "failures": len(failures), "errors": len(errors), "skipped": 0, "time": 0}
    lines = [line for case in cases for line in case]
    return [f"  {_tag('testsuite', {'name': name, **counts})}>", *lines, "  </testsuite>"]


def render(report: Report, look: Look = PLAIN) -> str:
    """JUnit XML: a test case a finding."""
    failures: dict[str, list[list[str]]] = {}
    errors: dict[str, list[list[str]]] = {}
    for finding in report.findings:
        failures.setdefault(repository_path(report, finding.path), []).append(_finding(report, finding))
    for problem in report.problems:
        errors.setdefault(repository_path(report, problem.path) or NAME, []).append(_problem(report, problem))
    suites = [_suite(name, failures.get(name, []), errors.get(name, []), []) for name in sorted({*failures, *errors})]
    if not suites:
        case = {"name": closing(report), "classname": NAME, "time": 0}
        suites = [_suite(NAME, [], [], [[f"    {_tag('testcase', case)}/>"]])]
    counts = {
        "name": NAME,
        "tests": len(report.findings) + len(report.problems) or 1,
        "failures": len(report.findings),
        "errors": len(report.problems),
        "time": 0,
    }
    lines = [line for suite in suites for line in suite]
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return "\n".join([head, f"{_tag('testsuites', counts)}>", *lines, "</testsuites>"]) + "\n"
