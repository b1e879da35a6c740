"""The whole way: discovery, Records, verdict, report. What a door needs is `lint`.

A run that finds everything as it was needs the last verdict alone: what else a run needs is imported where it begins.
"""

from __future__ import annotations

import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from rescode_lint import __version__
from rescode_lint.check.plugins import plugins
from rescode_lint.config import Settings, options, per_file_ignores, selected, unfixable, validate
from rescode_lint.model import Finding, Problem, Record, Related, Report, Totals, Tree
from rescode_lint.run.cache import FOLDER, Cache, decode_finding, stamp
from rescode_lint.run.discover import Discovery, discover

if TYPE_CHECKING:
    from rescode_lint.check.analyse import Judges
    from rescode_lint.check.catalog import Catalog
    from rescode_lint.run.execute import Work

HOME = "https://github.com/rescode-lint/rescode-lint"

#: Of a text besides Python no more is read: nobody writes so much by hand.
_LARGEST = 1_000_000

Progress = Callable[[int, int], None]


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
    #: What the report will show beyond spans and messages: "raw_line", "source", "rules".
    places: frozenset[str] = frozenset()
    #: One finding for a cause in many files, for who reads all of the report; False where each place is commented on.
    one_for_each_cause: bool = True
    #: Files whose text is given instead of read, by path relative to the root: standard input.
    given: Mapping[str, bytes] = {}


def lint(request: Request, progress: Progress | None = None) -> Report:
    """Lint a project, or a part of it with the whole project in mind.

    Raises:
        ConfigError: the settings name rules or options that do not exist.
    """
    session = Session(request)
    found = session.discover()
    outcome = session.recall(found) or session.work_out(found, progress)
    return session.report(outcome, found)


class Seen(NamedTuple):
    """What the totals count of a file."""

    kind: str
    language: str = ""
    cells: int = 0
    unparsed: int = 0
    #: Not a word of it could be read.
    unread: bool = False


#: Most files are scripts that parse: the kept verdict leaves them out.
_SCRIPT = Seen("py")


class Outcome(NamedTuple):
    """What is said of the whole project, before it is cut down to the files that were asked for."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    #: How many findings were silenced in which file.
    suppressed: Mapping[str, int]
    seen: Mapping[str, Seen]


class Session:
    """The rules, options and cache of one project: what stays the same from file to file.

    Raises:
        ConfigError: where rules are needed, and the settings name some that do not exist.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.settings = request.settings
        self.installed = plugins()
        folder = request.cache_folder
        if folder is None:
            folder = os.path.join(self.settings.root, FOLDER)
        self.cache = Cache(folder or None, stamp(self.installed, sorted(self.settings.rules), self._plugin_files()))

    @cached_property
    def catalog(self) -> Catalog:
        """All rules; the settings are checked against them."""
        from rescode_lint.check.catalog import catalog

        found = catalog(self.installed)
        validate(self.settings, found.rules)
        return found

    @cached_property
    def work(self) -> Work:
        """What a worker process needs."""
        from rescode_lint.run.execute import Work

        rules = self.catalog.rules
        return Work(
            self.settings.root,
            rules,
            {rule.code: options(self.settings, rule) for rule in rules if rule.options},  # type: ignore[misc]
        )

    @cached_property
    def chosen(self) -> frozenset[str]:
        """The codes of the rules that are on."""
        return selected(self.settings, self.catalog.rules)

    def judges(self) -> Judges:
        """The rules, ready to judge."""
        from rescode_lint.check.analyse import Judges

        return Judges(self.work.rules, self.work.options)

    def discover(self) -> Discovery:
        """The files of the project, and which of them were asked for."""
        found = discover(self.settings.root, self.request.paths, self.settings, self.request.cwd)
        return found._replace(reported=frozenset(self.request.given)) if self.request.given else found

    def key(self, found: Discovery) -> str | None:
        """The state of the project, for the verdict that is kept; None where it cannot be kept."""
        if self.request.given:
            return None
        return self.cache.key((*found.entries, *found.texts), self.settings, state=found.state())

    def recall(self, found: Discovery) -> Outcome | None:
        """What the last run said of the files that are asked for, if nothing has changed since."""
        key = self.key(found)
        kept = self.cache.verdict(key) if key else None
        if kept is None:
            return None
        reported = found.reported
        seen: dict[str, Seen] = {entry.path: _SCRIPT for entry in found.entries}
        seen.update((path, Seen(*row)) for path, row in kept["seen"].items())
        findings = (row for row in kept["findings"] if reported is None or row[4] in reported)
        return Outcome(tuple(decode_finding(row) for row in findings), (), kept["suppressed"], seen)

    def records(self, found: Discovery, progress: Progress | None = None) -> dict[str, Record]:
        """The Record of every file of the project, by path: kept ones where a file is unchanged."""
        from rescode_lint.run.execute import records

        entries = [entry for entry in found.entries if entry.path not in self.request.given]
        return records(entries, self.work, self.cache, jobs=self.request.jobs, progress=progress)

    def all_records(self, found: Discovery, progress: Progress | None = None) -> dict[str, Record]:
        """The same with the files whose text is given."""
        by_path = self.records(found, progress)
        if self.request.given:
            import warnings

            from rescode_lint.check.analyse import analyse
            from rescode_lint.run.execute import quiet

            judges = self.judges()
            with warnings.catch_warnings():
                quiet()
                by_path.update((path, analyse(path, data, judges)) for path, data in self.request.given.items())
        return by_path

    def work_out(self, found: Discovery, progress: Progress | None = None) -> Outcome:
        """Read what has changed, and judge the project."""
        outcome = self.judge(self.all_records(found, progress), self.tree(found))
        key = self.key(found)
        if key and not outcome.problems and not self.catalog.problems:
            self.cache.save_verdict(key, _kept(outcome))
        return outcome

    def tree(self, found: Discovery) -> Tree:
        """What the project holds besides, with its texts; a text that cannot be read is left out."""
        texts: dict[str, str] = {}
        for entry in found.texts:
            try:
                with open(os.path.join(self.settings.root, entry.path), "rb") as file:
                    data = file.read(_LARGEST)
            except OSError:
                continue
            utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # as PowerShell's `pip freeze >` writes it
            text = data.decode("utf-16" if utf_16 else "utf-8-sig", "replace")
            texts[entry.path] = text.replace("\r\n", "\n").replace("\r", "\n")
        submodules = re.findall(r"(?m)^\s*path\s*=\s*(.*\S)", texts.get(".gitmodules", ""))
        return Tree(frozenset((*found.files(), *submodules, *self.request.given)), texts, found.whole)

    def open(self, path: str) -> bytes | None:
        """The bytes of a file of the project; None where it cannot be read."""
        if path in self.request.given:
            return self.request.given[path]
        try:
            with open(os.path.join(self.settings.root, path), "rb") as file:
                return file.read()
        except OSError:
            return None

    def judge(self, by_path: Mapping[str, Record], tree: Tree) -> Outcome:
        """The outcome for these Records."""
        from rescode_lint.check.judge import judge

        everything = [by_path[path] for path in sorted(by_path)]
        rules = self.catalog.rules
        ignored = per_file_ignores(self.settings, rules)
        verdict = judge(everything, self.judges(), rules, self.chosen, ignored, tree, opener=self.open)
        if left := unfixable(self.settings, rules):
            findings = (f._replace(fix=None) if f.code in left else f for f in verdict.findings)
            verdict = verdict._replace(findings=tuple(findings))
        return Outcome(*verdict, {record.summary.path: _seen(record) for record in everything})

    def report(self, outcome: Outcome, found: Discovery) -> Report:
        """The report on the files that were asked for."""
        request, reported = self.request, found.reported
        findings: Iterable[Finding] = outcome.findings
        problems: Iterable[Problem] = outcome.problems
        if reported is not None:
            findings = [finding for finding in findings if finding.path in reported]
            problems = [problem for problem in problems if not problem.path or problem.path in reported]
        if request.one_for_each_cause:
            findings = one_for_each_cause(findings)
        if not request.places.isdisjoint(("raw_line", "source")):
            from rescode_lint.run.places import with_places

            findings = with_places(findings, self.settings.root, request.given, request.places)
        if "edits" in request.places:
            from rescode_lint.run.repair import with_edits

            findings = with_edits(findings, self, found)
        # Where nothing is wrong with the catalog, it may not even have been needed.
        broken = self.catalog.problems if "catalog" in vars(self) else ()
        rules = [rule for rule in self.catalog.rules if rule.code in self.chosen] if "rules" in request.places else ()
        return Report(
            version=__version__,
            root=self.settings.root,
            prefix=_relative(self.settings.root, request.cwd),
            folder=_relative(request.cwd, self.settings.root),
            findings=tuple(findings),
            problems=(*broken, *found.problems, *problems),
            totals=_totals(outcome, reported),
            rules=tuple(rule.info() for rule in rules),
            url=HOME,
        )

    def _plugin_files(self) -> list[tuple[str, int, int]]:
        """The state of the files of installed plugins, whose rules may change without being installed anew."""
        if not self.installed:
            return []
        mine = __name__.partition(".")[0]
        tops = {rule.__module__.partition(".")[0] for rule in self.catalog.rules} - {mine}
        files = {
            getattr(module, "__file__", None) for name, module in sys.modules.items() if name.partition(".")[0] in tops
        }
        return sorted((file, *_state(file)) for file in files if file)


#: In so many files a cause is told file by file, so that a commit sees its own; what is grave, in more.
_EACH, _EACH_GRAVE = 2, 5


def one_for_each_cause(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for a cause that shows in more than two files, or more than five where it is an error.

    It stands at the first place, says in how many files it is, and lists the others.
    """
    findings = list(findings)
    by_cause: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.cause:
            by_cause.setdefault((finding.code, finding.cause), []).append(finding)
    for found in by_cause.values():
        files = {finding.path for finding in found}
        if len(files) <= (_EACH_GRAVE if found[0].severity == "error" else _EACH):
            continue
        first, *others = found
        places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others)
        whole = first._replace(
            message=f"{first.message} (as in {len(files) - 1} more files: `{first.cause}`)",
            related=first.related + places,
        )
        gone = set(map(id, others))
        findings = [whole if f is first else f for f in findings if id(f) not in gone]
    return findings


def _state(file: str) -> tuple[int, int]:
    try:
        status = os.stat(file)
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _seen(record: Record) -> Seen:
    summary = record.summary
    unread = any(problem.code == "RSC000" for problem in record.problems)
    return Seen(summary.kind, summary.language, summary.cells, len(summary.unparsed), unread)


def _kept(outcome: Outcome) -> dict[str, Any]:
    """What is kept of a verdict without problems."""
    return {
        "findings": outcome.findings,
        "suppressed": outcome.suppressed,
        "seen": {path: seen for path, seen in outcome.seen.items() if seen != _SCRIPT},
    }


def _totals(outcome: Outcome, reported: Collection[str] | None) -> Totals:
    """What was looked at, of what was asked for."""
    files = notebooks = cells = unparsed_files = unparsed_cells = 0
    others: Counter[str] = Counter()
    for path, seen in outcome.seen.items():
        if seen.unread or (reported is not None and path not in reported):
            continue
        if seen.language:
            others[seen.language] += 1
            continue
        files += 1
        if seen.kind == "ipynb":
            notebooks += 1
            cells += seen.cells
            unparsed_cells += seen.unparsed
        else:
            unparsed_files += bool(seen.unparsed)
    suppressed = sum(n for path, n in outcome.suppressed.items() if reported is None or path in reported)
    return Totals(files, notebooks, cells, tuple(sorted(others.items())), unparsed_files, unparsed_cells, suppressed)


def _relative(path: str, start: str) -> str:
    """A path as seen from a folder, "" for the folder itself."""
    relative = os.path.relpath(os.path.realpath(path), os.path.realpath(start)).replace(os.sep, "/")
    return "" if relative == "." else relative
