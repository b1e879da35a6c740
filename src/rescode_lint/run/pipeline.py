"""The whole way: discovery, Records, verdict, report. What a door needs is `lint`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rescode_lint import __version__
from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.check.catalog import Catalog, catalog, plugins
from rescode_lint.check.judge import Verdict, judge, totals
from rescode_lint.config import Settings, options, per_file_ignores, selected, validate
from rescode_lint.model import Finding, Problem, Record, Report, Totals
from rescode_lint.rule import Option
from rescode_lint.run.cache import FOLDER, Cache, decode_finding, decode_totals, stamp
from rescode_lint.run.discover import Discovery, discover
from rescode_lint.run.execute import Progress, Work, quiet, records
from rescode_lint.run.places import with_places


HOME = "https://github.com/rescode-lint/rescode-lint"


class Request(NamedTuple):
    """What to lint, and how."""

    settings: Settings
    #: As passed, relative to `cwd`; none means the whole project.
    paths: tuple[str, ...] = ()
    cwd: str = "."
    #: 0: all cores.
    jobs: int = 0
    #: None: `.rescode_cache` in the root. "": no cache.
    cache_folder: str | None = None
    #: Which of "raw_line" and "source" the report will show.
    places: frozenset[str] = frozenset()
    #: Files whose text is given instead of read, by path relative to the root: standard input.
    given: Mapping[str, bytes] = {}


def lint(request: Request, progress: Progress | None = None) -> Report:
    """Lint a project, or a part of it with the whole project in mind.

    Raises:
        ConfigError: the settings name rules or options that do not exist.
    """
    quiet()
    session = Session(request)
    found = discover(session.settings.root, request.paths, session.settings, request.cwd)
    if request.given:
        found = found._replace(reported=frozenset(request.given))
    key = None if request.given else session.cache.key(found.entries, session.settings, session.catalog.problems)
    outcome = session.recall(key) or session.work_out(found, key, progress)
    return session.report(outcome, found)


class Outcome(NamedTuple):
    """What is said of the whole project, before it is cut down to the files that were asked for."""

    verdict: Verdict
    totals: Totals


class Session:
    """The rules, options and cache of one project: what stays the same from file to file."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.settings = request.settings
        installed = plugins()
        self.catalog: Catalog = catalog(installed)
        validate(self.settings, self.catalog.rules)
        self.options: dict[str, dict[str, Option]] = {
            rule.code: options(self.settings, rule)  # type: ignore[misc]
            for rule in self.catalog.rules
            if rule.options
        }
        folder = request.cache_folder
        if folder is None:
            folder = os.path.join(self.settings.root, FOLDER)
        self.cache = Cache(folder or None, stamp(installed, sorted(self.options.items())))
        self.chosen = selected(self.settings, self.catalog.rules)
        self.ignored = per_file_ignores(self.settings, self.catalog.rules)

    @property
    def work(self) -> Work:
        """What a worker process needs."""
        return Work(self.settings.root, self.catalog.rules, self.options)

    def judges(self) -> Judges:
        """The rules, ready to judge."""
        return Judges(self.catalog.rules, self.options)

    def recall(self, key: str | None) -> Outcome | None:
        """The outcome of the last run, if nothing has changed since."""
        kept = self.cache.verdict(key) if key else None
        if kept is None:
            return None
        findings = tuple(decode_finding(row) for row in kept["findings"])
        problems = tuple(Problem(*row) for row in kept["problems"])
        return Outcome(Verdict(findings, problems, kept["suppressed"]), decode_totals(kept["totals"]))

    def work_out(self, found: Discovery, key: str | None, progress: Progress | None = None) -> Outcome:
        """Read what has changed, and judge the project."""
        entries = [entry for entry in found.entries if entry.path not in self.request.given]
        by_path = records(entries, self.work, self.cache, jobs=self.request.jobs, progress=progress)
        for path, data in self.request.given.items():
            by_path[path] = analyse(path, data, self.judges())
        outcome = self.judge(by_path)
        if key and not outcome.verdict.problems:
            findings, problems, suppressed = outcome.verdict
            kept = {"findings": findings, "problems": problems, "suppressed": suppressed, "totals": outcome.totals}
            self.cache.save_verdict(key, kept)
        return outcome

    def judge(self, by_path: Mapping[str, Record]) -> Outcome:
        """The outcome for these Records."""
        everything = list(by_path.values())
        verdict = judge(everything, self.judges(), self.catalog.rules, self.chosen, self.ignored)
        return Outcome(verdict, totals(everything, verdict.suppressed))

    def report(self, outcome: Outcome, found: Discovery) -> Report:
        """The report on the files that were asked for."""
        verdict, counts = outcome
        reported = found.reported
        findings: Sequence[Finding] = verdict.findings
        problems: Sequence[Problem] = verdict.problems
        if reported is not None:
            findings = [finding for finding in findings if finding.path in reported]
            problems = [problem for problem in problems if not problem.path or problem.path in reported]
        if self.request.places:
            findings = with_places(findings, self.settings.root, self.request.given, self.request.places)
        return Report(
            version=__version__,
            root=self.settings.root,
            prefix=_relative(self.settings.root, self.request.cwd),
            folder=_relative(self.request.cwd, self.settings.root),
            findings=tuple(findings),
            problems=(*self.catalog.problems, *found.problems, *problems),
            totals=counts,
            rules=tuple(rule.info() for rule in self.catalog.rules if rule.code in self.chosen),
            url=HOME,
        )


def _relative(path: str, start: str) -> str:
    """A path as seen from a folder, "" for the folder itself."""
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(start)).replace(os.sep, "/")
    return "" if relative == "." else relative
