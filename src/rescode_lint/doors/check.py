"""`rescode check`: arguments to a Request, a Report to an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rescode_lint.config import ConfigError, Selection, Settings, find_root, load
from rescode_lint.doors.terminal import (
    CLEAN,
    FAILED,
    FOUND,
    on_terminal,
    wants_color,
    write_error,
    write_out,
    write_out_bytes,
)
from rescode_lint.model import Problem, Report
from rescode_lint.report import FORMATS, STATISTICS, render
from rescode_lint.report.text import Look, plural
from rescode_lint.run.pipeline import Progress, Request, lint

if TYPE_CHECKING:
    from rescode_lint.run.repair import Repaired

#: What a format shows of a place and of the rules.
_PLACES = {
    "full": frozenset({"rules", "source"}),
    "concise": frozenset[str](),
    "sarif": frozenset({"raw_line", "rules", "source", "edits"}),
    "rdjson": frozenset({"raw_line", "rules", "source", "edits"}),
}
_MACHINE = frozenset({"raw_line"})
#: Formats whose findings become comments beside the lines of a change: each place needs its own.
_BESIDE_THE_LINE = frozenset({"sarif", "github", "gitlab", "rdjson"})
_PATIENCE = 1.0  # seconds without a sign of life before the progress bar shows


def check(arguments: argparse.Namespace) -> int:
    """Check files and print the report; returns the exit code."""
    started = time.monotonic()
    try:
        name = _format(arguments)
        cwd = _cwd()
        paths, given_name = _paths(arguments)
        root = find_root([given_name] if given_name else paths, cwd)
        settings = load(
            root,
            config=arguments.config,
            isolated=arguments.isolated,
            command_line=Selection(
                _joined(arguments.select) if arguments.select else None,
                _joined(arguments.extend_select),
                _joined(arguments.ignore),
            ),
            cwd=cwd,
        )
        if arguments.verbose:
            print(f"rescode: root {root.path}, settings {settings.config_file or 'none'}", file=sys.stderr)
        if arguments.show_settings:
            return _show_settings(settings)
        request = Request(
            settings=settings,
            paths=() if given_name else tuple(paths),
            cwd=cwd,
            jobs=arguments.jobs,
            cache_folder="" if arguments.no_cache else arguments.cache_dir,
            places=_PLACES.get(name, _MACHINE),
            one_for_each_cause=name not in _BESIDE_THE_LINE,
            given=_given(given_name, settings, cwd) if given_name else {},
        )
        with _Bar(arguments.quiet) as progress:
            if arguments.diff:
                from rescode_lint.doors.fix import show_diff

                look = Look(color=wants_color(arguments.color), quiet=arguments.quiet)
                return show_diff(request, arguments.unsafe_fixes, progress, look)
            if arguments.fix or arguments.fix_only:
                from rescode_lint.doors.fix import fixed

                report, repaired = fixed(request, arguments.unsafe_fixes, progress)
            else:
                report, repaired = lint(request, progress), None
    except ConfigError as error:
        print(f"rescode: {error}", file=sys.stderr)
        return FAILED
    if arguments.verbose:
        seconds = f"{time.monotonic() - started:.2f} s"
        print(f"rescode: {report.totals.files} files in {seconds}", file=sys.stderr)
    if repaired is None:
        return _deliver(report, name, arguments)
    return _deliver_fixed(report, repaired, name, arguments, request.given)


def _deliver_fixed(
    report: Report, repaired: Repaired, name: str, arguments: argparse.Namespace, given: Mapping[str, bytes]
) -> int:
    """What remains; of standard input the new text, on standard output."""
    from rescode_lint.doors.fix import say_refused

    out = write_out
    done = True
    for path, before in given.items():
        after = repaired.of(path)
        done = write_out_bytes(before if after is None else after)
        out = write_error
    if not arguments.quiet:
        say_refused(report, repaired)
    if not arguments.fix_only:
        return _deliver(report, name, arguments, out) if done else FAILED
    if not arguments.quiet:
        files = len({finding.path for finding in repaired.done})
        print(f"Fixed {plural(report.fixed, 'place')} in {plural(files, 'file')}.", file=sys.stderr)
    for problem in report.problems:
        print(f"rescode: {_line(problem)}", file=sys.stderr)
    return FAILED if report.problems or not done else CLEAN


def _format(arguments: argparse.Namespace) -> str:
    """The output format; whatever cannot be delivered is refused before any work is done."""
    name: str = arguments.output_format or ("full" if on_terminal() and not arguments.output_file else "concise")
    if name not in FORMATS:
        raise ConfigError(f"--output-format: no format is called `{name}`; choose from {', '.join(FORMATS)}")
    if arguments.statistics and name not in STATISTICS:
        raise ConfigError(f"--statistics: the format `{name}` has no counts; choose from {', '.join(STATISTICS)}")
    if not arguments.output_file:
        if sys.stdout is None:
            raise ConfigError("standard output is closed; open it, or choose an --output-file")
    elif os.path.isdir(arguments.output_file):
        raise ConfigError(f"--output-file {arguments.output_file}: is a folder; name a file in it")
    elif not os.path.isdir(folder := os.path.dirname(arguments.output_file) or "."):
        raise ConfigError(f"--output-file {arguments.output_file}: there is no folder `{folder}`; make it first")
    return name


def _cwd() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise ConfigError("the current folder does not exist any more; change to one that does") from None


def _paths(arguments: argparse.Namespace) -> tuple[list[str], str | None]:
    paths: list[str] = arguments.paths
    if paths == ["-"]:
        return [], arguments.stdin_filename or "stdin.py"
    if "-" in paths:
        raise ConfigError("`-` (standard input) stands alone: leave the other paths out")
    if arguments.stdin_filename:
        raise ConfigError("--stdin-filename needs `-` as the path")
    return paths, None


def _given(name: str, settings: Settings, cwd: str) -> Mapping[str, bytes]:
    full = os.path.realpath(os.path.join(cwd, name))
    relative = os.path.relpath(full, settings.root).replace(os.sep, "/")
    if not relative.endswith((".py", ".ipynb")):
        raise ConfigError(f"--stdin-filename {name}: must end in .py or .ipynb")
    if relative.startswith("../"):
        raise ConfigError(f"--stdin-filename {name}: lies outside of the project {settings.root}; pass a path in it")
    if sys.stdin is None:
        raise ConfigError("standard input is closed; pass a path instead of `-`")
    return {relative: sys.stdin.buffer.read()}


def _joined(parts: list[tuple[str, ...]] | None) -> tuple[str, ...]:
    return tuple(code for part in parts or () for code in part)


def _show_settings(settings: Settings) -> int:
    from rescode_lint.check.catalog import catalog
    from rescode_lint.config import selected, validate

    rules = catalog().rules
    validate(settings, rules)
    chosen = selected(settings, rules)
    lines = [f"{key.replace('_', '-')} = {value!r}" for key, value in settings._asdict().items()]
    lines += ["", "# the rules that are on"]
    lines += [f"{rule.code}  {rule.name}" for rule in rules if rule.code in chosen]
    return CLEAN if write_out("\n".join(lines) + "\n") else FAILED


def _deliver(report: Report, name: str, arguments: argparse.Namespace, out: Callable[[str], bool] = write_out) -> int:
    color = not arguments.output_file and wants_color(arguments.color)
    text = render(
        report, name, color=color, quiet=arguments.quiet, verbose=arguments.verbose, statistics=arguments.statistics
    )
    done = _write(arguments.output_file, text) if arguments.output_file else out(text)
    if name not in ("full", "concise"):
        for problem in report.problems:
            print(f"rescode: {_line(problem)}", file=sys.stderr)
        if not report.totals.files and not report.problems and not arguments.quiet:
            print("rescode: nothing to check: no Python files or notebooks found", file=sys.stderr)
    if report.problems or not done:
        return FAILED
    return FOUND if report.findings and not arguments.exit_zero else CLEAN


def _line(problem: Problem) -> str:
    where = f"{problem.path}: " if problem.path else ""
    return f"{where}{problem.message}" + (f"; {problem.remedy}" if problem.remedy else "")


def _write(path: str, text: str) -> bool:
    try:
        with open(path, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        print(f"rescode: {path}: cannot be written ({error.strerror}); choose another --output-file", file=sys.stderr)
        return False
    return True


class _Bar:
    """A progress bar on standard error, for runs of more than a second on a terminal."""

    def __init__(self, quiet: bool) -> None:
        self.silent = quiet or not sys.stderr.isatty()
        self.since = time.monotonic()
        self.bar: object = None

    def __enter__(self) -> Progress | None:
        return None if self.silent else self.update

    def update(self, done: int, total: int) -> None:
        if self.bar is None:
            if time.monotonic() - self.since < _PATIENCE:
                return
            from rich.console import Console  # slow to import
            from rich.progress import Progress as Bar

            self.bar = bar = Bar(console=Console(stderr=True), transient=True)
            bar.start()
            self.task = bar.add_task("reading", total=total)
        self.bar.update(self.task, completed=done)  # type: ignore[attr-defined]

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()  # type: ignore[attr-defined]
