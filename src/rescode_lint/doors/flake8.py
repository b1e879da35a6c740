"""The flake8 plugin: for a `.py` file, what `rescode check` says of it, project rules included.

flake8 calls a plugin file by file, and in several processes. So the project is read once, before flake8 forks, and each
file is judged from the tree that flake8 has parsed: where that gives what the project's own reading gave, the project's
findings hold; where it does not (standard input, a file that has just changed), the project is judged again with it.
"""

from __future__ import annotations

import argparse
import ast
import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from flake8.exceptions import ExecutionError  # type: ignore[import-untyped]

from rescode_lint import __version__
from rescode_lint.check.analyse import analyse_tree
from rescode_lint.config import ConfigError, Selection, find_root, load, locate, matches
from rescode_lint.model import Finding, Problem, Record, Tree
from rescode_lint.report.text import one_line
from rescode_lint.rule import Rule
from rescode_lint.run.discover import Discovery
from rescode_lint.run.pipeline import Outcome, Request, Session

Violation = tuple[int, int, str, type["Plugin"]]

_STDIN = "stdin"
#: What is no finding but keeps us from finding: shown wherever any rule of ours is.
_PROBLEMS = ("RSC000", "RSC002")


class Plugin:
    """What flake8 makes for each file."""

    name = "rescode-lint"
    version = __version__
    #: The project that flake8 was called on; made by `parse_options`, and inherited by the processes it forks.
    lab: ClassVar[Lab | None] = None

    def __init__(self, tree: ast.Module, filename: str, lines: list[str]) -> None:
        self.tree = tree
        self.filename = filename
        self.lines = lines

    @classmethod
    def parse_options(cls, option_manager: object, options: argparse.Namespace, args: Sequence[str]) -> None:
        """Read the project; flake8 calls this once in each process that it does not fork."""
        try:
            cls.lab = Lab(options)
            if cls.lab.is_on:
                _ = cls.lab.outcome  # before flake8 forks
        except ConfigError as error:
            raise ExecutionError(f"rescode-lint: {error}") from None

    def run(self) -> Iterator[Violation]:
        """Yield line, column (0-based, as flake8 wants it) and text of each finding."""
        if self.lab is None or not self.lab.is_on:
            return
        findings, problems = self.lab.review(self.filename, self.lines, self.tree)
        for finding in findings:
            text = f"{finding.code} {one_line(finding.message)}"
            yield finding.span.line, finding.span.column - 1, text, type(self)
        for problem in problems:
            remedy = f" ({one_line(problem.remedy)})" if problem.remedy else ""
            yield problem.line or 1, 0, f"{problem.code} {one_line(problem.message)}{remedy}", type(self)


class Lab:
    """The project around the files that flake8 was called on, and the settings of both tools."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.cwd = os.getcwd()
        shown = options.stdin_display_name
        self.from_stdin = f"{_STDIN}.py" if shown == _STDIN else shown
        self.names = {shown: self.from_stdin} if "-" in options.filenames else {}
        self.paths = tuple(self.from_stdin if path == "-" else path for path in options.filenames)
        self.noqa = not options.disable_noqa
        root = find_root(self.paths, self.cwd)
        settings = load(root, isolated=bool(options.isolated), cwd=self.cwd)
        jobs = 0 if options.jobs.is_auto else max(options.jobs.n_jobs, 1)
        request = Request(settings, tuple(path for path in self.paths if path != self.from_stdin), self.cwd, jobs)
        session = Session(request)
        selection = _selection(options, session.catalog.rules)
        self.session = Session(request._replace(settings=settings._replace(command_line=selection)))
        self.is_on = bool(self.session.chosen)
        if self.is_on and options.select is not None:
            options.select += [code for code in _PROBLEMS if not code.startswith(tuple(options.select))]

    # --- the project --------------------------------------------------------------------------------------------------

    @cached_property
    def found(self) -> Discovery:
        """The project's files, and which of them flake8 was asked for."""
        found = self.session.discover()
        # Standard input stands alone, and everything else is there for the rules alone.
        return found._replace(reported=frozenset()) if self.names else found

    @cached_property
    def records(self) -> dict[str, Record]:
        """What the project's own reading gave, by path."""
        found = self.session.records(self.found)
        if self.noqa:
            return found
        return {path: _without_noqa(record) for path, record in found.items()}

    @cached_property
    def outcome(self) -> Outcome:
        """What is said of the project as it lies on the disk."""
        return self.session.judge(self.records, self.tree)

    @cached_property
    def tree(self) -> Tree:
        """What the project holds besides."""
        return self.session.tree(self.found)

    # --- one file -----------------------------------------------------------------------------------------------------

    def review(self, filename: str, lines: list[str], tree: ast.Module) -> tuple[Sequence[Finding], Sequence[Problem]]:
        """What is to be said of a file."""
        path = self._path(filename)
        if path is None:
            return (), ()
        on_disk = self.records.get(path)
        if filename not in self.names and on_disk is not None and any(p.code == "RSC000" for p in on_disk.problems):
            # flake8 reads as Latin-1 what is in no encoding that it knows.
            return (), (*on_disk.problems, *self._of_nobody(path, self.outcome))
        record = analyse_tree(path, lines, tree, self.session.judges())
        if not self.noqa:
            record = _without_noqa(record)
        outcome = self.outcome if record == on_disk else self.session.judge({**self.records, path: record}, self.tree)
        findings = [finding for finding in outcome.findings if finding.path == path]
        problems = [problem for problem in outcome.problems if problem.path == path]
        return findings, (*problems, *self._of_nobody(path, outcome))

    def _path(self, filename: str) -> str | None:
        """The path of a file as the project knows it; None where `rescode check` would not speak of it."""
        passed = filename in self.names or filename in self.paths
        full = locate([self.names.get(filename, filename)], self.cwd)[0]
        for candidate in (full, os.path.realpath(full)):
            path = os.path.relpath(candidate, self.session.settings.root).replace(os.sep, "/")
            if filename in self.names:
                return path
            if path in self.records and (self.found.reported is None or path in self.found.reported):
                return path
            if not passed:
                break
        return None

    def _of_nobody(self, path: str, outcome: Outcome) -> Iterator[Problem]:
        """Problems that belong to no file, such as a plugin that cannot be loaded: said with the first."""
        if not self.names:
            first = min((p for p in self._asked() if p.endswith(".py")), default=path)
            if path != first:
                return
        for problem in self.session.catalog.problems:
            yield problem._replace(message=f"{problem.path}: {problem.message}")
        yield from (problem for problem in outcome.problems if not problem.path)

    def _asked(self) -> Iterator[str]:
        reported = self.found.reported
        return (path for path in self.records if reported is None or path in reported)


def _selection(options: argparse.Namespace, rules: Sequence[type[Rule]]) -> Selection:
    """Of what flake8 is told to select and ignore, what speaks of our rules; it filters what we report once more."""

    def ours(codes: Sequence[str] | None) -> tuple[str, ...]:
        return tuple(code for code in codes or () if any(matches(code, rule) for rule in rules))

    return Selection(
        None if options.select is None else ours(options.select),
        ours(options.extend_select),
        ours(options.ignore) + ours(options.extend_ignore),
    )


def _without_noqa(record: Record) -> Record:
    """For `--disable-noqa`."""
    return record._replace(suppressions=tuple(s for s in record.suppressions if s.kind not in ("noqa", "file")))
