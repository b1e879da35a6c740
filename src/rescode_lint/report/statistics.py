"""Counts per rule, most frequent first: `  12  RSC401  personal-path`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.report.concise import problem_line
from rescode_lint.report.text import PLAIN, Look, paint

if TYPE_CHECKING:
    from rescode_lint.model import Report


class Count(NamedTuple):
    """How often a rule spoke."""

    code: str
    name: str
    times: int
    #: How many of them have a fix.
    fixable: int


def counts(report: Report) -> list[Count]:
    """The counts of all rules that spoke."""
    found = Counter((finding.code, finding.name) for finding in report.findings)
    fixable = Counter((finding.code, finding.name) for finding in report.findings if finding.fix is not None)
    rows = [Count(*rule, count, fixable[rule]) for rule, count in found.items()]
    return sorted(rows, key=lambda row: (-row.times, row.code, row.name))


def render(report: Report, look: Look = PLAIN) -> str:
    """Counts for each rule, the most frequent first."""
    rows = counts(report)
    digits = max((len(str(row.times)) for row in rows), default=0)
    width = max((len(row.code) for row in rows), default=0)
    lines = [f"{row.times:>{digits}}  {paint(row.code.ljust(width), 'red', look)}  {row.name}".rstrip() for row in rows]
    lines += [problem_line(report, problem, look) for problem in report.problems]
    return "".join(f"{line}\n" for line in lines)
