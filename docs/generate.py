"""Write `docs/rules/` from the rules: one page each, and an index by family.

In the other pages, a block below `<!-- output of: rescode … -->` gets what that command says in `fixtures/messy_lab`.

python docs/generate.py            # write
python docs/generate.py --check    # only say what is stale; exit code 1 if anything is
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import sys
from itertools import groupby
from pathlib import Path

from rescode_lint.check.catalog import builtin
from rescode_lint.doors.page import NOT_MEASURED, measured, page
from rescode_lint.rule import Rule

DOCS = Path(__file__).resolve().parent
LAB = DOCS.parent / "fixtures" / "messy_lab"
_OUTPUT = re.compile(r"(<!-- output of: rescode (?P<command>.*?) -->\n+```text\n).*?(?=^```$)", re.M | re.S)
_FIX = {None: "no", True: "safe", False: "unsafe"}
_INTRODUCTION = """\
# The rules

<!-- Written by `python docs/generate.py` from the rules themselves. -->

`rescode explain CODE` shows the same pages in the terminal, `rescode rules` the same list, with the rules of your
plugins. A rule is on by default only if at least nine in ten of its findings, sampled on real research repositories,
are right ([how that was measured](../precision.md)).
How rules are chosen: [configuration](../configuration.md#choosing-rules).
"""


def pages(rules: tuple[type[Rule], ...], precision: str) -> dict[str, str]:
    """File name -> text, for all of `docs/rules/`."""
    known = measured(precision)
    found = {f"{rule.code}.md": _page(rule, known.get(rule.code, NOT_MEASURED)) for rule in rules}
    found["README.md"] = index(rules)
    return found


def _page(rule: type[Rule], precision: str) -> str:
    said = f"{precision} [How it was measured](../precision.md)." if precision != NOT_MEASURED else precision
    return page(rule, said) + "\n[All rules](README.md)\n"


def index(rules: tuple[type[Rule], ...]) -> str:
    """The list of all rules by family."""
    parts = [_INTRODUCTION]
    for family, group in groupby(rules, lambda rule: rule.family()):
        rows = [
            f"| [{r.code}]({r.code}.md) | {r.name} | {r.summary.replace('|', chr(92) + '|')} "
            f"| {'on' if r.default else 'off'} | {_FIX[r.safe_fix]} |"
            for r in group
        ]
        head = "| Code | Name | What it finds | Default | Fix |\n|---|---|---|---|---|"
        parts.append(f"\n## {family.capitalize()}\n\n" + "\n".join([head, *rows]) + "\n")
    return "".join(parts)


def with_outputs(text: str) -> str:
    """A hand-written page with fresh output in its marked blocks."""

    def fresh(match: re.Match[str]) -> str:
        command = [sys.executable, "-m", "rescode_lint", *shlex.split(match["command"])]
        command += ["--no-cache"] if "check" in command else []
        return match[1] + subprocess.run(command, cwd=LAB, capture_output=True, encoding="utf-8").stdout

    return _OUTPUT.sub(fresh, text)


def stale(folder: Path = DOCS) -> dict[Path, str | None]:
    """What differs from the rules: path -> the text that it should have, None where it should not be."""
    precision = folder / "precision.md"
    text = precision.read_text(encoding="utf-8") if precision.exists() else ""
    wanted = {folder / "rules" / name: content for name, content in pages(builtin(), text).items()}
    for path in (*sorted(folder.glob("*.md")), folder.parent / "README.md"):
        if path.exists():
            wanted[path] = with_outputs(path.read_text(encoding="utf-8"))
    found: dict[Path, str | None] = {
        path: content
        for path, content in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    }
    return found | {path: None for path in sorted((folder / "rules").glob("*.md")) if path not in wanted}


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    differing = stale()
    for path, content in differing.items():
        print(f"{path.relative_to(DOCS.parent)}: {'stale' if check else 'removed' if content is None else 'written'}")
        if check:
            continue
        if content is None:
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
