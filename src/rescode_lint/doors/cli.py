"""The command line: `rescode check`, `rescode extract`, `rescode explain`, `rescode rules`."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, NoReturn

from rescode_lint import __version__
from rescode_lint.doors.terminal import CLEAN, FAILED, INTERRUPTED, forget_stdout

_DESCRIPTION = "An engineer's code review for research code: scripts and notebooks, read as one project."
_EPILOG = "exit codes: 0 nothing found, 1 findings, 2 the tool could not do (all of) its job, 130 interrupted"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    collects = gc.isenabled()
    gc.disable()  # what a run makes it needs until its end
    try:
        _open_streams()
        return _main(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        print("rescode: interrupted; no report was written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `rescode rules | head`: nobody reads on, which is no failure
        forget_stdout()
        return CLEAN
    finally:
        if collects:
            gc.enable()


def command() -> NoReturn:
    """`main` as a process of its own, which ends at once: the system takes all back sooner than Python frees it."""
    status = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def _main(argv: list[str]) -> int:
    arguments = _parser().parse_args(argv)
    if arguments.command == "check":
        from rescode_lint.doors.check import check

        return check(arguments)
    if arguments.command == "extract":
        from rescode_lint.doors.extract import run

        return run(arguments)
    from rescode_lint.doors.explain import explain, list_rules

    return explain(arguments) if arguments.command == "explain" else list_rules(arguments)


def _open_streams() -> None:
    """Standard error may be closed (`2>&-`); and names of files may be in no encoding at all."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (for the rest of the process)
    elif isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


class _Formatter(argparse.HelpFormatter):
    """Help as wide as the terminal, found without `shutil`, which takes as long to import as the parser takes to run."""

    def __init__(self, prog: str, **more: Any) -> None:
        try:
            width = int(os.environ["COLUMNS"])
        except (KeyError, ValueError):
            try:
                width = os.get_terminal_size(1).columns
            except (OSError, ValueError):
                width = 80
        super().__init__(prog, width=max(width - 2, 40), max_help_position=28, **more)


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong and what to do."""

    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=_Formatter, allow_abbrev=False, **more)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Not even those of a command are left over: it is the command that knows its options."""
        namespace, left = super().parse_known_args(args, namespace)
        if left:
            self.error(f"unrecognized arguments: {' '.join(left)}")
        return namespace, left

    def error(self, message: str) -> NoReturn:
        """End with one line."""
        unknown = message.removeprefix("unrecognized arguments: ")
        remedy = f"`{self.prog} --help` lists what there is"
        if unknown != message:
            option = unknown.split()[0]
            message = (
                f"there is no option `{option}`" if option.startswith("-") else f"`{unknown}` is one word too many"
            )
            close = _close(option.partition("=")[0], self._option_string_actions)
            remedy = f"did you mean `{close}`?" if close else remedy
        self.exit(FAILED, f"rescode: {message}; {remedy}\n")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            names = list(map(str, action.choices))
            close = _close(str(value), names)
            remedy = f"did you mean `{close}`?" if close else f"choose from {', '.join(names)}"
            what = "command" if action.dest == "command" else action.option_strings[-1]
            self.exit(FAILED, f"rescode: {what}: there is no `{value}`; {remedy}\n")


def _close(word: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches  # slow to import, and rarely needed

    return next(iter(get_close_matches(word, list(known), 1)), None)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.replace(",", " ").split() if code)


def _jobs(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, 0 for all cores, not `{text}`")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="rescode", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"rescode-lint {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", prog="rescode")
    _check_options(
        commands.add_parser(
            "check",
            help="review files, or the repository around the current folder",
            description=_DESCRIPTION,
            epilog=_EPILOG,
        )
    )
    extracts = "move definitions out of notebooks into a module"
    _extract_options(
        commands.add_parser(
            "extract",
            help=extracts,
            description=f"{extracts.capitalize()}: shows the plan as a diff, and writes it with --apply.",
            epilog="exit codes: 0 planned or done, 2 something that was asked for cannot be moved (nothing is written)",
        )
    )
    for name, text in (
        ("explain", "why a rule matters, a bad and a good example, how to fix, how to silence"),
        ("rules", "all rules, their defaults, which have a fix"),
    ):
        command = commands.add_parser(name, help=text, description=text.capitalize() + ".")
        if name == "explain":
            command.add_argument("rule", nargs="+", help="code or name, such as RSC401 or personal-path")
        command.add_argument(
            "--output-format", choices=("text", "markdown" if name == "explain" else "json"), default="text"
        )
        _color_option(command)
    return parser


def _extract_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("notebooks", nargs="+", metavar="NOTEBOOK", help="the notebooks to take from")
    what = parser.add_argument_group("what")
    what.add_argument(
        "--select", action="append", metavar="NAMES", help="only these functions and classes, with commas"
    )
    what.add_argument(
        "--cell", type=int, metavar="N", help="make a function of the code of this cell, and a call of it"
    )
    what.add_argument("--as", dest="name", metavar="NAME", help="the name of that function")
    what.add_argument("--to", metavar="MODULE", help="the module, a `.py` of the project (default: it is chosen)")
    what.add_argument("--keep", metavar="PATH", help="of copies that differ, the file whose version all shall use")
    what.add_argument(
        "--leave-others", action="store_true", help="copies that differ are meant so, and stay as they are"
    )
    how = parser.add_argument_group("how")
    how.add_argument("--apply", action="store_true", help="write the change, to all files or to none")
    how.add_argument("--allow-dirty", action="store_true", help="also where git has changes that are not committed")
    how.add_argument(
        "--verify",
        action="store_true",
        help="run the notebooks before and after, in copies, and compare their outputs (needs `rescode-lint[verify]`)",
    )
    how.add_argument(
        "--timeout",
        type=int,
        default=600,
        metavar="SECONDS",
        help="with --verify: how long one notebook may run (default: 600)",
    )
    how.add_argument(
        "--allow-errors",
        action="store_true",
        help="with --verify: go on after cells that fail, which must then fail in the same way before and after",
    )
    how.add_argument("-q", "--quiet", action="store_true", help="only the plan, no closing line")
    _color_option(parser)


def _color_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour in the output")


def _check_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files or folders (default: the whole project); `-` reads standard input",
    )
    choice = parser.add_argument_group("rules")
    codes = {"metavar": "CODES", "type": _codes, "action": "append"}
    choice.add_argument("--select", help="only these rules: codes, prefixes (RSC4), names or ALL, with commas", **codes)  # type: ignore[arg-type]
    choice.add_argument("--extend-select", help="these rules too", **codes)  # type: ignore[arg-type]
    choice.add_argument("--ignore", help="not these rules", **codes)  # type: ignore[arg-type]
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="make the safe fixes, and report what remains")
    fixes.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: also those that may change what is done"
    )
    fixes.add_argument("--diff", action="store_true", help="show what --fix would change, write nothing")
    fixes.add_argument("--fix-only", action="store_true", help="--fix, without a report on what remains")
    settings = parser.add_argument_group("settings")
    settings.add_argument(
        "--config", metavar="FILE|KEY=VALUE", action="append", default=[], help="a TOML file, or one setting in TOML"
    )
    settings.add_argument("--isolated", action="store_true", help="read no settings file")
    settings.add_argument("--show-settings", action="store_true", help="print the settings in force, check nothing")
    output = parser.add_argument_group("output")
    output.add_argument(
        "--output-format",
        metavar="FORMAT",
        help="full (default on a terminal), concise (default elsewhere), json, sarif, github, gitlab, rdjson or junit",
    )
    output.add_argument("-o", "--output-file", metavar="FILE", help="write the report there")
    output.add_argument("--statistics", action="store_true", help="counts for each rule instead of findings")
    output.add_argument("-e", "--exit-zero", action="store_true", help="exit with 0 even if there are findings")
    output.add_argument("-q", "--quiet", action="store_true", help="findings only, no closing line")
    output.add_argument("-v", "--verbose", action="store_true", help="say what is read and from where")
    _color_option(output)  # type: ignore[arg-type]
    work = parser.add_argument_group("work")
    work.add_argument("-n", "--no-cache", action="store_true", help="neither read nor write the cache")
    work.add_argument("--cache-dir", metavar="FOLDER", help="the cache (default: .rescode_cache in the project's root)")
    work.add_argument("-j", "--jobs", type=_jobs, default=0, metavar="N", help="processes (default: 0, all cores)")
    work.add_argument("--stdin-filename", metavar="FILE", help="the name of what is read from standard input")


if __name__ == "__main__":
    sys.exit(main())
