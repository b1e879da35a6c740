"""The closing line of the reports that a person reads: what was found, in how much, and what could not be looked at."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rescode_lint.model import family
from rescode_lint.report.text import PLAIN, Look, finding_place, one_line, paint, plural, visible

if TYPE_CHECKING:
    from rescode_lint.model import Finding, Report

#: More findings than these are not read in one go: the closing lines then say which come first.
_AT_ONCE = 12
#: So many of them, each of another rule.
_FIRST = 5
_SEVERITIES = ("error", "warning", "note")
_CONFIDENCES = ("high", "medium", "low")


def closing(report: Report, look: Look = PLAIN) -> str:
    """The lines that sum up a run."""
    findings, totals = report.findings, report.totals
    seen = plural(totals.files, "file") + (f" and {plural(totals.cells, 'cell')}" if totals.cells else "")
    counts = Counter(family(finding.code) for finding in sorted(findings, key=lambda finding: finding.code))
    if findings:
        families = ", ".join(f"{name} {count}" for name, count in counts.items())
        found = paint(f"Found {plural(len(findings), 'finding')}", "bold", look)
        head = f"{found} ({families}) in {seen}"
    elif not totals.files:
        head = "Nothing was checked" if report.problems else "Nothing to check: no Python files or notebooks found"
    elif report.problems or totals.unparsed_files or totals.unparsed_cells:
        head = f"No findings in {seen}"
    else:
        head = f"{paint('All clear', 'green', look)}: {seen}"
    if report.fixed:
        head = f"{paint('Fixed ' + plural(report.fixed, 'place'), 'green', look)}. {head}"
    return "; ".join([head, *_unseen(report, look)]) + "." + _fixable(report, look) + _first(report, look)


def by_weight(finding: Finding) -> tuple[int, int, int]:
    """A key to sort findings by: the gravest first, of those the surest, of those the ones with the most places."""
    severity, confidence = _SEVERITIES.index(finding.severity), _CONFIDENCES.index(finding.confidence)
    return severity, confidence, -len(finding.related)


def _first(report: Report, look: Look) -> str:
    """Where to begin, if there is too much to read it all: the weightiest findings, one of each rule."""
    if len(report.findings) <= _AT_ONCE:
        return ""
    ranked = sorted((finding for finding in report.findings if family(finding.code) != "tool"), key=by_weight)
    first: dict[str, Finding] = {}
    for finding in ranked:
        first.setdefault(finding.code, finding)
    lines = []
    for finding in list(first.values())[:_FIRST]:
        indent = " " * (len(finding.code) + 3)
        message, room = one_line(finding.message), max(look.width - len(indent), 40)
        message = message if len(message) <= room else f"{message[: room - 2].rstrip()} …"
        lines.append(f"\n  {paint(finding.code, 'red', look)} {message}")
        lines.append(f"\n{indent}{paint(finding_place(report, finding), 'bold', look)}")
    return "\nBegin with:" + "".join(lines) if lines else ""


def _fixable(report: Report, look: Look) -> str:
    """How many of the findings a fix is ready for, and how to have it made."""
    fixes = [finding.fix for finding in report.findings if finding.fix] if look.show_fixes else []
    safe = sum(fix.safe for fix in fixes)
    parts = []
    if safe:
        parts.append(f"[*] {plural(safe, 'finding')} can be fixed with `--fix`")
    if unsafe := len(fixes) - safe:
        more = f"{unsafe} more" if safe else plural(unsafe, "finding")
        parts.append(f"[-] {more} with `--fix --unsafe-fixes`, which may change what the program does")
    if parts and not safe:
        parts[0] = parts[0].replace(" with ", " can be fixed with ")
    return f"\n{', '.join(parts)}; `--diff` shows them first." if parts else ""


def _unseen(report: Report, look: Look) -> list[str]:
    totals = report.totals
    parts = []
    if others := sum(count for _, count in totals.other_languages):
        languages = ", ".join(f"{visible(language)} {count}" for language, count in totals.other_languages)
        noun = "notebook in another language" if others == 1 else "notebooks in other languages"
        parts.append(f"{others} {noun} left out ({languages})")
    if totals.unparsed_files:
        parts.append(f"{plural(totals.unparsed_files, 'file')} could not be parsed")
    if totals.unparsed_cells:
        parts.append(f"{plural(totals.unparsed_cells, 'cell')} could not be parsed")
    if report.problems:
        parts.append(paint(plural(len(report.problems), "error"), "red", look))
    if look.verbose and totals.suppressed:
        parts.append(f"{plural(totals.suppressed, 'finding')} suppressed")
    return parts
