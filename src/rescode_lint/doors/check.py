"""`rescode check`: arguments to a Request, a Report to an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping

from rescode_lint.config import ConfigError, Selection, Settings, find_root, load
from rescode_lint.doors.cli import _MACHINE, _PLACES, CLEAN, FAILED, FOUND
from rescode_lint.model import Problem, Report
from rescode_lint.report import FORMATS, render
from rescode_lint.run.execute import Progress
from rescode_lint.run.pipeline import Request, lint

_PATIENCE = 1.0  # seconds without a sign of life before the progress bar shows


def check(arguments: argparse.Namespace) -> int:
    """Check files and print the report; returns the exit code."""
    started = time.monotonic()
    cwd = os.getcwd()
    try:
        name = arguments.output_format or ("full" if sys.stdout.isatty() and not arguments.output_file else "concise")
        if name not in FORMATS:
            raise ConfigError(f"--output-format: no format is called `{name}`; choose from {', '.join(FORMATS)}")
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
        request = Request(
            settings=settings,
            paths=() if given_name else tuple(paths),
            cwd=cwd,
            jobs=arguments.jobs,
            cache_folder="" if arguments.no_cache else arguments.cache_dir,
            places=_PLACES.get(name, _MACHINE),
            given=_given(given_name, settings, cwd) if given_name else {},
        )
        if arguments.show_settings:
            _show_settings(settings)
            return CLEAN
        if arguments.verbose:
            print(f"rescode: root {root.path}, settings {settings.config_file or 'none'}", file=sys.stderr)
        with _Bar(arguments.quiet) as progress:
            report = lint(request, progress)
    except ConfigError as error:
        print(f"rescode: {error}", file=sys.stderr)
        return FAILED
    if arguments.verbose:
        print(f"rescode: {report.totals.files} files in {time.monotonic() - started:.2f} s", file=sys.stderr)
    return _deliver(report, name, arguments)


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
        raise ConfigError(f"--stdin-filename {name}: lies outside of the project {settings.root}")
    return {relative: sys.stdin.buffer.read()}


def _joined(parts: list[tuple[str, ...]] | None) -> tuple[str, ...]:
    return tuple(code for part in parts or () for code in part)


def _show_settings(settings: Settings) -> None:
    for key, value in settings._asdict().items():
        print(f"{key.replace('_', '-')} = {value!r}")


def _deliver(report: Report, name: str, arguments: argparse.Namespace) -> int:
    color = not arguments.output_file and _wants_color(arguments.color)
    text = render(report, name, color=color, quiet=arguments.quiet, statistics=arguments.statistics)
    failed = bool(report.problems)
    if arguments.output_file:
        failed |= not _write(arguments.output_file, text)
    else:
        out = sys.stdout
        out.buffer.write(text.encode("utf-8", "replace"))
        out.flush()
    if name not in ("full", "concise"):
        for problem in report.problems:
            print(f"rescode: {_line(problem)}", file=sys.stderr)
    if failed:
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


def _wants_color(choice: str) -> bool:
    """As the informal standards have it: NO_COLOR and FORCE_COLOR (no-color.org, force-color.org)."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


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
