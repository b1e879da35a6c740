"""`rescode check --fix` and `--diff`: what was made in memory is written, or shown."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import SequenceMatcher, unified_diff

from rescode_lint.doors.terminal import CLEAN, FAILED, FOUND, write_out
from rescode_lint.facts.credentials import redacted
from rescode_lint.model import Finding, Problem, Report
from rescode_lint.read import Unreadable
from rescode_lint.read.notebook import code_cells, load, text_of
from rescode_lint.read.python import decode
from rescode_lint.report.text import Look, finding_place, one_line, paint, plural, shown_path, visible
from rescode_lint.run.pipeline import Progress, Request, Session, lint
from rescode_lint.run.repair import Change, Repaired, ground_of, repair, write


def fixed(request: Request, unsafe: bool, progress: Progress | None) -> tuple[Report, Repaired]:
    """Fix what can be fixed and write it; the report is on what remains.

    Files that are given as text stay in memory: their new text is in `Repaired`.
    """
    repaired, whole = _repaired(request, unsafe, progress)
    given = dict(request.given)
    unwritten: tuple[Problem, ...] = ()
    if given:
        given.update((change.path, change.after) for change in repaired.changes if change.path in given)
        repaired = repaired._replace(changes=tuple(change for change in repaired.changes if change.path in given))
    else:
        unwritten = write(repaired, whole.root)
    report = lint(request._replace(given=given), progress)
    vain = [finding for finding, _ in repaired.refused]
    left = (f._replace(fix=None) if any(_is_about(f, other) for other in vain) else f for f in report.findings)
    failed = {problem.path for problem in unwritten}
    count = sum(finding.path not in failed for finding in repaired.done)
    problems = (*report.problems, *repaired.problems, *unwritten)
    return report._replace(findings=tuple(left), problems=problems, fixed=count), repaired


def _is_about(finding: Finding, refused: Finding) -> bool:
    """Whether a finding is, or begins with, one whose fix was refused; lines above it may have come since."""
    return (
        (finding.path, finding.code, finding.span.cell) == (refused.path, refused.code, refused.span.cell)
        and finding.span.column == refused.span.column
        and finding.message.startswith(refused.message)
    )


def _repaired(request: Request, unsafe: bool, progress: Progress | None) -> tuple[Repaired, Report]:
    """The fixes, and a report without findings that says how paths are shown."""
    session = Session(request)
    found = session.discover()
    outcome = session.recall(found) or session.work_out(found, progress)
    frame = session.report(outcome._replace(findings=(), problems=()), found)
    reported = found.reported
    if not any(
        finding.fix and (finding.fix.safe or unsafe) and (reported is None or finding.path in reported)
        for finding in outcome.findings
    ):
        return Repaired(), frame
    return repair(ground_of(session, found), unsafe=unsafe), frame


def show_diff(request: Request, unsafe: bool, progress: Progress | None, look: Look) -> int:
    """Print what the fixes would change; returns the exit code: 1 where they would change something."""
    repaired, report = _repaired(request, unsafe, progress)
    lines = [line for change in repaired.changes for line in diff_of(change, shown_path(report, change.path), look)]
    written = write_out("".join(lines))
    if not look.quiet:
        places = plural(len(repaired.done), "place")
        files = plural(len(repaired.changes), "file")
        print(f"Would fix {places} in {files}." if lines else "Nothing would be fixed.", file=sys.stderr)
    say_refused(report, repaired)
    for problem in (*report.problems, *repaired.problems):
        print(f"rescode: {problem.path}: {problem.message}; {problem.remedy}", file=sys.stderr)
    if report.problems or repaired.problems or not written:
        return FAILED
    return FOUND if lines else CLEAN


def say_refused(report: Report, repaired: Repaired) -> None:
    """Say on standard error which fixes were not made, and why."""
    for finding, reason in repaired.refused:
        place = finding_place(report, finding)
        print(f"rescode: {place}: {finding.code} was not fixed: {one_line(reason)}", file=sys.stderr)


_Texts = dict[int | None, str]


def diff_of(change: Change, path: str, look: Look) -> Iterator[str]:
    """A unified diff of a script, or one of each cell that changes or goes."""
    before, after = _texts(change.path, change.before), _texts(change.path, change.after)
    for cell, now in _paired(before, after):
        old = before.get(cell, "")
        if now is not None and now == old and change.before is not None:
            continue
        name = path if cell is None else f"{path}:cell {cell}"
        names = "/dev/null" if change.before is None else name, "/dev/null" if now is None else name
        for line in unified_diff(_lines(old), _lines(now or ""), *names, lineterm=""):
            style = {"-": "red", "+": "green", "@": "dim"}.get(line[:1], "")
            text = visible(line.rstrip("\r"))
            yield (paint(text, style, look) if style else text) + "\n"


def _paired(before: _Texts, after: _Texts) -> Iterator[tuple[int | None, str | None]]:
    """The cells by their old number, with their new text; None where a cell is gone."""
    if len(after) >= len(before):
        yield from after.items()
        return
    cells, old, new = list(before), list(before.values()), list(after.values())
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(cells[i:i_end], new[j:j_end], strict=True)
            continue
        while i < i_end:
            # As many of the old cells go as there are too few new ones: those least like what follows.
            spare = (i_end - i) - (j_end - j)
            likeness = [_likeness(text, new[j]) for text in old[i : i + spare + 1]] if j < j_end else []
            at = i + likeness.index(max(likeness)) if likeness else i_end
            yield from ((cell, None) for cell in cells[i:at])
            if at < i_end:
                yield cells[at], new[j]
                j += 1
            i = at + 1


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split("\n"), other.split("\n"), autojunk=False).ratio()


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _texts(path: str, data: bytes | None) -> dict[int | None, str]:
    """The text of a script, or of each cell, as it may be shown: without credentials."""
    if data is None:
        return {}
    try:
        if path.endswith(".ipynb"):
            return {position: redacted(text_of(cell)) for position, cell in code_cells(load(data))}
        return {None: redacted(decode(data))}
    except Unreadable:
        return {}
