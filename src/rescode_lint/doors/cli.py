"""The command line: `rescode check`, `rescode explain`, `rescode rules`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from rescode_lint import __version__

CLEAN, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
_DESCRIPTION = "An engineer's code review for research code: scripts and notebooks, read as one project."
_EPILOG = "exit codes: 0 nothing found, 1 findings, 2 the tool could not do (all of) its job, 130 interrupted"
#: What the machine formats show of a place, and `full`, which shows the code.
_PLACES = {"full": frozenset({"source"}), "concise": frozenset[str]()}
_MACHINE = frozenset({"raw_line"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    try:
        return _main(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        print("rescode: interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `| head`: nobody reads on, which is no failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN


def _main(argv: list[str]) -> int:
    arguments = _parser().parse_args(argv)
    if arguments.command == "check":
        from rescode_lint.doors.check import check

        return check(arguments)
    from rescode_lint.doors.explain import explain, list_rules

    return explain(arguments) if arguments.command == "explain" else list_rules(arguments)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.replace(",", " ").split() if code)


def _jobs(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 (all cores) or more")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rescode", description=_DESCRIPTION, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"rescode-lint {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _check_options(
        commands.add_parser(
            "check", help="review files, or the repository around the current folder", description=_DESCRIPTION, epilog=_EPILOG
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


def _color_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colour in the output")


def _check_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="files or folders (default: the whole project); `-` reads standard input")
    choice = parser.add_argument_group("rules")
    codes = {"metavar": "CODES", "type": _codes, "action": "append"}
    choice.add_argument("--select", help="only these rules: codes, prefixes (RSC4), names or ALL, with commas", **codes)  # type: ignore[arg-type]
    choice.add_argument("--extend-select", help="these rules too", **codes)  # type: ignore[arg-type]
    choice.add_argument("--ignore", help="not these rules", **codes)  # type: ignore[arg-type]
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
