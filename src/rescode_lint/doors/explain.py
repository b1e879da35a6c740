"""`rescode explain` and `rescode rules`: what the rules say of themselves."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import textwrap
from collections.abc import Iterator
from difflib import get_close_matches
from itertools import groupby
from typing import ClassVar

from rescode_lint.check.catalog import Catalog, catalog
from rescode_lint.doors.page import page
from rescode_lint.doors.terminal import CLEAN, FAILED, on_terminal, wants_color, write_out
from rescode_lint.report.text import Look, paint
from rescode_lint.rule import Rule
from rescode_lint.run.execute import quiet

#: Prose is hard to read in longer lines.
_WIDTH = 100
_FIX = {None: "-", True: "safe", False: "unsafe"}


def explain(arguments: argparse.Namespace) -> int:
    """Print the pages of the rules that were asked for; returns the exit code."""
    quiet()
    known = catalog()
    found: dict[str, type[Rule]] = {}
    unknown: list[str] = []
    for wanted in arguments.rule:
        rule = _find(wanted, known.rules)
        if rule is None:
            unknown.append(wanted)
        else:
            found[rule.code] = rule
    done = True
    text = "\n---\n\n".join(page(rule) + _more(rule) for rule in found.values())
    if text:
        color = wants_color(arguments.color)
        shown = arguments.output_format == "text" and (on_terminal() or color)
        done = _write(rendered(text, color, _columns(_WIDTH)) if shown else text)
    for wanted in unknown:
        print(f"rescode: no rule is called `{wanted}`; {_hint(wanted, known.rules)}", file=sys.stderr)
    if unknown:
        _tell_problems(known)
    return FAILED if unknown or not done else CLEAN


def list_rules(arguments: argparse.Namespace) -> int:
    """Print all rules; returns the exit code."""
    known = catalog()
    if arguments.output_format == "json":
        text = _json(known)
    else:
        width = _columns() if on_terminal() else 0
        text = "".join(f"{line}\n" for line in _table(known.rules, Look(color=wants_color(arguments.color)), width))
    done = _write(text)
    _tell_problems(known)
    return FAILED if known.problems or not done else CLEAN


def rendered(text: str, color: bool, width: int) -> str:
    """Markdown as a terminal shows it."""
    from io import StringIO

    from rich.console import Console, ConsoleOptions, RenderResult  # slow to import
    from rich.markdown import CodeBlock, Heading, Markdown
    from rich.padding import Padding
    from rich.syntax import Syntax
    from rich.text import Text
    from rich.theme import Theme

    class LeftHeading(Heading):
        """A heading without rich's frame and centring."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            """Its text in its style."""
            yield Text(self.text.plain, style=f"markdown.{self.tag}")

    class PlainBlock(CodeBlock):
        """Code in the terminal's own colours, without a background; reports without any."""

        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            """Indented, so that it can be told from prose without colours too."""
            code = str(self.text).rstrip()
            if self.lexer_name == "text":  # a report, in the colours of `check`
                shown = Text(code)
                shown.highlight_regex(r"(?m)^\S.*?: (?=[A-Z]{3,5}\d{3} )", "bold")
                shown.highlight_regex(r"(?m)(?<=: )[A-Z]{3,5}\d{3}(?= )", "bold red")
                shown.highlight_regex(r"(?m)^  help:", "green")
            else:
                shown = Syntax(code, self.lexer_name, theme="ansi_dark", background_color="default").highlight(code)
                shown.rstrip()
                shown.highlight_regex(r"(?m)^ *\^+ *$", "bold red")
            yield Padding(shown, (0, 0, 0, 4))

    class Page(Markdown):
        """Markdown with these elements."""

        elements: ClassVar = {
            **Markdown.elements,
            "heading_open": LeftHeading,
            "fence": PlainBlock,
            "code_block": PlainBlock,
        }

    theme = Theme(
        {
            "markdown.h1": "bold underline",
            "markdown.h2": "bold cyan",
            "markdown.code": "cyan",
            "markdown.hr": "dim",
            "markdown.item.bullet": "default",
        }
    )
    out = StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        theme=theme,
        legacy_windows=False,
    )
    console.print(Page(text, hyperlinks=False))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _find(wanted: str, rules: tuple[type[Rule], ...]) -> type[Rule] | None:
    folded = wanted.strip().lower().replace("_", "-")
    return next((rule for rule in rules if folded in (rule.code.lower(), rule.name)), None)


def _hint(wanted: str, rules: tuple[type[Rule], ...]) -> str:
    begin = [rule.code for rule in rules if wanted and rule.code.startswith(wanted.upper())]
    names = {name.lower(): name for rule in rules for name in (rule.code, rule.name)}
    close = begin[:4] or [names[name] for name in get_close_matches(wanted.lower().replace("_", "-"), names, 1, 0.6)]
    if not close:
        return "`rescode rules` lists them"
    return f"did you mean {' or '.join(f'`{name}`' for name in close)}?"


def _more(rule: type[Rule]) -> str:
    url = rule.info().url
    return f"\nThe newest version of this page, with the measured precision:\n{url}\n" if url else ""


def _tell_problems(known: Catalog) -> None:
    for problem in known.problems:
        print(f"rescode: {problem.message}; {problem.remedy}", file=sys.stderr)


def _columns(most: int = 1000) -> int:
    return max(40, min(shutil.get_terminal_size((_WIDTH, 24)).columns, most))


def _write(text: str) -> bool:
    if sys.stdout is None:
        print("rescode: standard output is closed; open it", file=sys.stderr)
        return False
    return write_out(text)


# --- rescode rules ----------------------------------------------------------------------------------------------------


def _table(rules: tuple[type[Rule], ...], look: Look, width: int) -> Iterator[str]:
    """Rows by family; on a terminal, long summaries go on below themselves."""
    names = max(len(rule.name) for rule in rules)
    codes = max(len(rule.code) for rule in rules)
    before = 2 + codes + 2 + names + 2 + 7 + 2 + 6 + 2
    yield paint(f"  {'code':{codes}}  {'name':{names}}  default  fix     what it finds", "dim", look)
    for family, group in groupby(rules, lambda rule: rule.family()):
        yield ""
        yield paint(family, "bold", look)
        for rule in group:
            summary = textwrap.wrap(rule.summary, width - before) if width >= before + 20 else [rule.summary]
            code = paint(rule.code.ljust(codes), "red", look)
            state = ("on" if rule.default else "off").ljust(7)
            yield f"  {code}  {rule.name:{names}}  {state}  {_FIX[rule.safe_fix]:6}  {summary[0]}"
            yield from (" " * before + line for line in summary[1:])
    yield ""
    on = sum(rule.default for rule in rules)
    fixes = sum(rule.safe_fix is not None for rule in rules)
    yield f"{len(rules)} rules, {on} of them on by default, {fixes} with a fix. `rescode explain CODE` tells more."


def _json(known: Catalog) -> str:
    rows = [
        {
            "code": rule.code,
            "name": rule.name,
            "family": rule.family(),
            "summary": rule.summary,
            "default": rule.default,
            "fix": None if rule.safe_fix is None else {"safe": rule.safe_fix},
            "severity": rule.severity,
            "confidence": rule.confidence,
            "options": dict(rule.options),
            "url": rule.info().url or None,
        }
        for rule in known.rules
    ]
    errors = [{"message": problem.message, "remedy": problem.remedy} for problem in known.problems]
    return json.dumps({"version": 1, "rules": rows, "errors": errors}, indent=2) + "\n"
