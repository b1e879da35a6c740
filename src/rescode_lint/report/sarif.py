"""SARIF 2.1.0, for code scanning on GitHub and the viewers in editors.

A notebook's finding lies on a line of its JSON, where a review comment lands; its cell is the logical location, and the
place within the cell is among the properties. Columns and context are left out there: those of the cell would lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from rescode_lint.model import RuleInfo, family
from rescode_lint.report.machine import NAME, described, dump, file_line, in_notebook, repository_path
from rescode_lint.report.text import PLAIN, Look, is_absolute, sentence

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Problem, Related, Report

    Json = dict[str, object]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
RANKS = {"high": 90.0, "medium": 60.0, "low": 30.0}


def _uri(path: str) -> str:
    try:
        return quote(path, errors="surrogateescape")
    except UnicodeEncodeError:
        return quote(path, errors="replace")


def _artifact(report: Report, path: str) -> Json:
    """Where a file lies; what is known by its absolute path has no place under the root."""
    path = repository_path(report, path)
    if is_absolute(path):
        path = path.replace("\\", "/")
        drive, rest = (path[:2], path[2:]) if path[1:2] == ":" else ("", path)
        return {"uri": f"file:///{drive}{_uri(rest)}" if drive else f"file://{_uri(rest)}"}
    return {"uri": _uri(path), "uriBaseId": ROOT}


def _cell(path: str, cell: int, cell_id: str | None = None) -> Json:
    return {"name": f"cell {cell}", "fullyQualifiedName": f"{path}#{cell_id or f'cell-{cell}'}", "kind": "cell"}


def _location(report: Report, finding: Finding) -> Json:
    span = finding.span
    region: Json = {"startLine": file_line(finding)}
    physical: Json = {"artifactLocation": _artifact(report, finding.path), "region": region}
    if not in_notebook(finding):
        region |= {"startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column}
        _add_source(physical, region, finding)
    location: Json = {"physicalLocation": physical}
    if span.cell is not None:
        location["logicalLocations"] = [_cell(finding.path, span.cell, finding.cell_id)]
    return location


def _add_source(physical: Json, region: Json, finding: Finding) -> None:
    """The text of the region, and of the whole lines around it, where the finding carries them."""
    span, lines = finding.span, [line.rstrip("\r\n") for line in finding.source]
    first = finding.source_first or span.line
    last = first + len(lines) - 1
    if not first <= span.line <= span.end_line <= last:
        return
    physical["contextRegion"] = {"startLine": first, "endLine": last, "snippet": {"text": "\n".join(lines)}}
    inside = lines[span.line - first : span.end_line - first + 1]
    inside[-1] = inside[-1][: span.end_column - 1]
    inside[0] = inside[0][span.column - 1 :]
    region["snippet"] = {"text": "\n".join(inside)}


def _related(report: Report, number: int, related: Related) -> Json:
    physical: Json = {"artifactLocation": _artifact(report, related.path)}
    location: Json = {"id": number, "physicalLocation": physical}
    if related.cell is None:
        physical["region"] = {"startLine": max(related.line, 1)}
    else:
        location["logicalLocations"] = [_cell(related.path, related.cell)]
        location["properties"] = {"cell": related.cell, "cellLine": related.line}
    location["message"] = {"text": sentence(related.message) or "See also."}
    return location


def _result(report: Report, finding: Finding, index: int) -> Json:
    span = finding.span
    properties: Json = {"confidence": finding.confidence}
    if span.cell is not None:
        properties |= {
            "cell": span.cell,
            "cellId": finding.cell_id,
            "cellLine": span.line,
            "cellColumn": span.column,
            "cellEndLine": span.end_line,
            "cellEndColumn": span.end_column,
        }
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity,
        "rank": RANKS[finding.confidence],
        "message": {"text": described(finding)},
        "locations": [_location(report, finding)],
        "properties": properties,
    }
    if finding.related:
        result["relatedLocations"] = [_related(report, *numbered) for numbered in enumerate(finding.related, 1)]
    if finding.fix and finding.edits:
        result["fixes"] = [_fix(report, finding)]
    if finding.fingerprint:
        result["partialFingerprints"] = {"rescode/v1": finding.fingerprint}
    return result


def _fix(report: Report, finding: Finding) -> Json:
    """The fix as edits of the file on disk: of a notebook, of its JSON."""
    title = finding.fix.title if finding.fix else ""
    replacements: list[Json] = [
        {
            "deletedRegion": {
                "startLine": edit.line,
                "startColumn": edit.column,
                "endLine": edit.end_line,
                "endColumn": edit.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in finding.edits
    ]
    change: Json = {"artifactLocation": _artifact(report, finding.path), "replacements": replacements}
    return {"description": {"text": sentence(title[:1].upper() + title[1:])}, "artifactChanges": [change]}


def _rule(rule: RuleInfo) -> Json:
    prose = rule.help or sentence(rule.summary)
    descriptor: Json = {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": sentence(rule.summary)},
        "fullDescription": {"text": sentence(rule.summary)},
        "help": {"text": prose, "markdown": prose},
        "defaultConfiguration": {"enabled": rule.default, "level": rule.severity},
        "properties": {"tags": [family(rule.code)], "fixable": rule.fixable, "kebabName": rule.name},
    }
    if rule.url:
        descriptor["helpUri"] = rule.url
    return descriptor


def _rules(report: Report) -> list[RuleInfo]:
    """The rules of the run, and what little is known of a rule that only its findings show."""
    rules = {rule.code: rule for rule in report.rules}
    for finding in report.findings:
        if finding.code not in rules:
            name = finding.name or finding.code
            rules[finding.code] = RuleInfo(
                finding.code, name, name.replace("-", " "), finding.advice, finding.severity, True, False, ""
            )
    return [rules[code] for code in sorted(rules)]


def _notification(report: Report, problem: Problem) -> Json:
    notification: Json = {
        "level": "error",
        "message": {"text": f"{sentence(problem.message)} {sentence(problem.remedy)}".strip()},
    }
    if problem.code:
        notification["descriptor"] = {"id": problem.code}
    if problem.path:
        physical: Json = {"artifactLocation": _artifact(report, problem.path)}
        location: Json = {"physicalLocation": physical}
        if problem.cell is not None:
            location["logicalLocations"] = [_cell(problem.path, problem.cell)]
        elif problem.line is not None:
            physical["region"] = {"startLine": max(problem.line, 1)}
        notification["locations"] = [location]
    return notification


def render(report: Report, look: Look = PLAIN) -> str:
    """A SARIF 2.1.0 log."""
    rules = _rules(report)
    index = {rule.code: number for number, rule in enumerate(rules)}
    totals = report.totals
    driver: Json = {
        "name": NAME,
        "fullName": f"{NAME} {report.version}",
        "version": report.version,
        "semanticVersion": report.version,
        "rules": [_rule(rule) for rule in rules],
    }
    if report.url:
        driver["informationUri"] = report.url
    run: Json = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.problems,
                "toolExecutionNotifications": [_notification(report, problem) for problem in report.problems],
            }
        ],
        "results": [_result(report, finding, index[finding.code]) for finding in report.findings],
        "properties": {
            "files": totals.files,
            "notebooks": totals.notebooks,
            "cells": totals.cells,
            "otherLanguages": dict(totals.other_languages),
            "unparsedFiles": totals.unparsed_files,
            "unparsedCells": totals.unparsed_cells,
            "suppressed": totals.suppressed,
        },
    }
    return dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
