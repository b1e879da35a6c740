"""Fixes over a whole project, in memory: pass by pass until nothing more is to be fixed, then written at once.

Only the files that change are read again between passes. Nothing is written before all of it is made.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.check.judge import judge
from rescode_lint.config import per_file_ignores, unfixable
from rescode_lint.facts.credentials import redacted
from rescode_lint.model import Finding, Problem, Record, Tree
from rescode_lint.project import Project
from rescode_lint.rule import Option, Rule
from rescode_lint.run.discover import Discovery
from rescode_lint.run.execute import quiet
from rescode_lint.run.pipeline import Progress, Session

if TYPE_CHECKING:
    from rescode_lint.fix.engine import Outcome, Refusal

PASSES = 10


class Change(NamedTuple):
    """A file before and after; `before` is None where it is new."""

    path: str
    before: bytes | None
    after: bytes


class Repaired(NamedTuple):
    """What the fixes come to."""

    changes: tuple[Change, ...] = ()
    #: The findings that were fixed, one for each place.
    done: tuple[Finding, ...] = ()
    refused: tuple[Refusal, ...] = ()
    problems: tuple[Problem, ...] = ()
    passes: int = 0

    def of(self, path: str) -> bytes | None:
        """The new bytes of a file; None where it stays as it is."""
        return next((change.after for change in self.changes if change.path == path), None)


class Ground(NamedTuple):
    """What fixes are made on: a project in memory, and how to read a file of it as it is now."""

    records: dict[str, Record]
    tree: Tree
    rules: Sequence[type[Rule]]
    #: Of the rules, by code.
    options: Mapping[str, Mapping[str, Option]]
    #: Codes of the rules that are on.
    chosen: Collection[str]
    #: Path -> codes that are off there.
    ignored: Callable[[str], Collection[str]]
    #: Path -> bytes; raises OSError.
    read: Callable[[str], bytes]
    #: The files to fix; None means all.
    reported: Collection[str] | None = None
    #: Codes of the rules whose fixes are not wanted.
    unfixable: Collection[str] = ()


def ground_of(session: Session, found: Discovery, progress: Progress | None = None) -> Ground:
    """The project of a session."""
    given, root = session.request.given, session.settings.root

    def read(path: str) -> bytes:
        if path in given:
            return given[path]
        with open(os.path.join(root, path), "rb") as file:
            return file.read()

    rules = session.catalog.rules
    return Ground(
        session.all_records(found, progress),
        session.tree(found),
        rules,
        session.work.options,
        session.chosen,
        per_file_ignores(session.settings, rules),
        read,
        found.reported,
        unfixable(session.settings, rules),
    )


def repair(ground: Ground, *, unsafe: bool = False, passes: int = PASSES) -> Repaired:
    """Make all fixes in the files that are asked for, in memory.

    Args:
        ground: the project.
        unsafe: those too that may change what the program does.
        passes: how often to look again at what came out.
    """
    with warnings.catch_warnings():
        quiet()
        return _Repair(ground, unsafe).run(passes)


class _Repair:
    def __init__(self, ground: Ground, unsafe: bool) -> None:
        self.ground = ground
        self.unsafe = unsafe
        self.judges = Judges(ground.rules, ground.options)
        self.rules: Mapping[str, Rule] = {rule.code: rule(ground.options.get(rule.code)) for rule in ground.rules}
        self.records = dict(ground.records)
        self.before: dict[str, bytes | None] = {}
        self.after: dict[str, bytes] = {}
        self.done: list[Finding] = []
        self.refused: dict[tuple[object, ...], Refusal] = {}
        self.problems: list[Problem] = []

    def run(self, passes: int) -> Repaired:
        number = 0
        while todo := self.todo():
            if number == passes:
                self.problems += map(_endless, (findings[0] for findings in todo.values()))
                break
            number += 1
            from rescode_lint.fix.engine import fix_file  # loads libcst, which a run without fixes does not need

            project = self.project()
            changed = False
            for path, findings in todo.items():
                data = self.read(path)
                if data is not None:
                    outcome = fix_file(path, data, findings, self.rules, project, self.judges, self.ground.chosen)
                    changed = self.take(path, data, outcome) or changed
            if not changed:
                break
        changes = tuple(Change(path, self.before[path], self.after[path]) for path in sorted(self.after))
        return Repaired(
            tuple(change for change in changes if change.before != change.after),
            tuple(self.done),
            tuple(self.refused.values()),
            tuple(self.problems),
            number,
        )

    def project(self) -> Project:
        """All files as the fixes so far leave them."""
        return Project((record.summary for record in self.records.values()), self.ground.tree, self.open)

    def open(self, path: str) -> bytes | None:
        """The same for the bytes of one file."""
        try:
            return self.after[path] if path in self.after else self.ground.read(path)
        except OSError:
            return None

    def todo(self) -> dict[str, list[Finding]]:
        """What can still be fixed, by file, one finding for each place."""
        ground = self.ground
        records = [self.records[path] for path in sorted(self.records)]
        verdict = judge(
            records,
            self.judges,
            ground.rules,
            ground.chosen,
            ground.ignored,
            ground.tree,
            merge=False,
            opener=self.open,
        )
        found: dict[str, list[Finding]] = defaultdict(list)
        for finding in verdict.findings:
            if finding.fix is None or not (finding.fix.safe or self.unsafe) or _key(finding) in self.refused:
                continue
            if finding.code in ground.unfixable:
                continue
            if ground.reported is None or finding.path in ground.reported:
                found[finding.path].append(finding)
        return found

    def with_edits(self, findings: Iterable[Finding]) -> list[Finding]:
        from rescode_lint.fix.engine import File
        from rescode_lint.read.rewrite import edits_between

        project = self.project()
        places = self.todo()
        edited: list[Finding] = []
        file: File | None = None
        for finding in findings:
            mine = [place for place in places.get(finding.path, ()) if _same(place, finding)] if finding.fix else []
            data = self.read(finding.path) if mine else None
            if data is not None:
                if file is None or file.path != finding.path:
                    file = File(finding.path, data, self.rules, project, self.judges, self.ground.chosen)
                outcome = file.fixed(mine)
                edits = () if outcome.shared else edits_between(data, outcome.data, trim=False)
                if all(redacted(edit.text) == edit.text for edit in edits):  # no report may hold a credential
                    finding = finding._replace(edits=edits)
            edited.append(finding)
        return edited

    def read(self, path: str) -> bytes | None:
        """The bytes of a file as they are now; None where they are no longer those that were judged."""
        if path in self.after:
            return self.after[path]
        try:
            data = self.ground.read(path)
        except OSError as error:
            self.problems.append(Problem(path, f"cannot be read ({error.strerror})", "check its permissions"))
            return None
        record = analyse(path, data, self.judges)
        if record.findings != self.records[path].findings:
            self.problems.append(Problem(path, "has changed meanwhile, and was left alone", "run again"))
            self.records[path] = record._replace(findings=())
            return None
        self.before[path] = data
        return data

    def take(self, path: str, data: bytes, outcome: Outcome) -> bool:
        """Note what became of a file; whether something did."""
        for refusal in outcome.refused:
            self.refused[_key(refusal.finding)] = refusal
        self.problems += (problem for problem in outcome.problems if problem not in self.problems)
        if outcome.data == data:
            return False
        files = {path: outcome.data}
        if outcome.shared:
            from rescode_lint.fix.shared import CannotShare, with_shared

            try:
                files |= with_shared(outcome.shared, self.current)
            except CannotShare as why:
                for finding in outcome.done:
                    self.refused[_key(finding)] = _refusal(finding, str(why))
                return False
        for name, after in files.items():
            self.after[name] = after
            self.records[name] = analyse(name, after, self.judges)
        self.done += outcome.done
        return True

    def current(self, path: str) -> bytes | None:
        """The bytes of a file as the fixes so far leave it; None where there is none."""
        if path in self.after:
            return self.after[path]
        if path not in self.before:  # read once: what is written later must be made of this, and replace just this
            try:
                self.before[path] = self.ground.read(path)
            except FileNotFoundError:
                self.before[path] = None
        return self.before[path]


def _refusal(finding: Finding, reason: str) -> Refusal:
    from rescode_lint.fix.engine import Refusal

    return Refusal(finding, reason)


def _key(finding: Finding) -> tuple[object, ...]:
    """What makes a finding the same in the next pass, where other lines may have moved it: all but the line."""
    span = finding.span
    return finding.path, finding.code, finding.message, span.cell, span.column, span.end_line - span.line


def _same(place: Finding, finding: Finding) -> bool:
    """Whether a place is (one of those of) a finding."""
    if place.code != finding.code:
        return False
    return place.group == finding.group if finding.group else place.span == finding.span


def _endless(finding: Finding) -> Problem:
    message = f"the fix of {finding.code} {finding.name} does not come to an end"
    remedy = f"report it, and go on with `--ignore {finding.code}`"
    return Problem(finding.path, message, remedy, "RSC002", finding.span.cell, finding.span.line)


def write(repaired: Repaired, root: str) -> tuple[Problem, ...]:
    """Write what was made. A file that cannot be written, or has changed meanwhile, stays as it is and is named."""
    from rescode_lint.fix.write import Changed, create, write_atomically

    problems: list[Problem] = []
    # New modules first: what is written after them imports them.
    for path, before, after in sorted(repaired.changes, key=lambda change: change.before is not None):
        full = os.path.join(root, path)
        try:
            if before is None:
                create(full, after)
            else:
                write_atomically(full, after, expected=before)
        except Changed:
            problems.append(Problem(path, "has changed meanwhile, and was left alone", "run again"))
        except OSError as error:
            problems.append(
                Problem(path, f"cannot be written ({error.strerror})", "check its permissions, and run again")
            )
    return tuple(problems)


def with_edits(findings: Iterable[Finding], session: Session, found: Discovery) -> list[Finding]:
    """The findings with what their fix does to the file, for reports that let a reviewer accept it.

    Of a finding that stands for several places of a file, all of them; of one that needs changes in other files, none.
    """
    findings = list(findings)
    if not any(finding.fix for finding in findings):
        return findings
    with warnings.catch_warnings():
        quiet()
        return _Repair(ground_of(session, found), unsafe=True).with_edits(findings)


def fixed_of(repaired: Repaired) -> Counter[str]:
    """How many places were fixed, by rule."""
    return Counter(finding.code for finding in repaired.done)
