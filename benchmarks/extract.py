"""How many definitions of notebooks `rescode extract` moves, and whether every move is sound, as far as reading can tell.

    python benchmarks/extract.py FOLDER [--only PART] [--reasons] [--places]

FOLDER holds repositories, one a folder. Every function and class of a notebook that RSC101 would call logic is moved by
itself, in memory, with `--keep` for its own version where copies have drifted. After each move every file must parse,
and pyflakes must find no undefined name that was not there before. Nothing is written, and nothing is run.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from pathlib import Path

from pyflakes.checker import Checker  # type: ignore[import-untyped]
from pyflakes.messages import UndefinedName  # type: ignore[import-untyped]

from rescode_lint.config import Root, load
from rescode_lint.read import Unreadable, read
from rescode_lint.refactor.extract import extract
from rescode_lint.refactor.needs import Refused
from rescode_lint.refactor.plan import Plan, Wish
from rescode_lint.refactor.target import NoTarget
from rescode_lint.refactor.workspace import Workspace
from rescode_lint.rules.notebooks.notebook_only_definition import NotebookOnlyDefinition
from rescode_lint.run.pipeline import Request, Session


def workspace_of(folder: Path) -> Workspace:
    settings = load(Root(str(folder)), cwd=str(folder), isolated=True)
    session = Session(Request(settings=settings, cwd=str(folder), cache_folder=""))
    found = session.discover()

    def data(path: str) -> bytes | None:
        try:
            return (folder / path).read_bytes()
        except OSError:
            return None

    return Workspace(session.all_records(found), session.tree(found), data, name=folder.name)


def undefined(path: str, data: bytes) -> tuple[set[str], int]:
    """The undefined names by pyflakes, and how many cells or files do not parse."""
    import ast

    try:
        source = read(path, data)
    except Unreadable:
        return set(), 1
    names: set[str] = set()
    if not source.unparsed or source.kind == "ipynb":
        checker = Checker(ast.Module(source.body, []), path)
        names = {message.message_args[0] for message in checker.messages if isinstance(message, UndefinedName)}
    return names, len(source.unparsed)


def faults(plan: Plan) -> list[str]:
    found = []
    changes = [change for change in plan.changes if change.path.endswith((".py", ".ipynb"))]
    was = {change.path: undefined(change.path, change.before) for change in changes if change.before is not None}
    known = {name for names, _ in was.values() for name in names}
    for change in changes:
        names, unparsed = undefined(change.path, change.after)
        if unparsed > was.get(change.path, ((), 0))[1]:
            found.append(f"{change.path}: does not parse")
        found += [f"{change.path}: `{name}` is not defined" for name in sorted(names - known)]
    return found


def kind_of(reason: str) -> str:
    return re.sub(r"`[^`]*`", "`…`", reason.split("\n")[0].partition(":")[0] if "\n" in reason else reason)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--reasons", action="store_true")
    parser.add_argument("--places", action="store_true", help="each refusal and fault with its place")
    arguments = parser.parse_args()
    judge = NotebookOnlyDefinition()
    totals: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    print(f"{'repository':42} {'found':>6} {'moved':>6} {'drifted':>8} {'faults':>7} {'files':>6} {'s':>6}")
    for folder in sorted(path for path in arguments.folder.iterdir() if path.is_dir() and arguments.only in path.name):
        started = time.process_time()
        base = workspace_of(folder)
        row: Counter[str] = Counter()
        for summary in base.project.notebooks:
            document = base.document(summary.path)
            for definition in dict.fromkeys(summary.definitions):
                if document is None or definition.name not in document.definitions:
                    continue
                if not judge.has_logic(definition, summary):
                    continue
                row["found"] += 1
                place = f"{folder.name}/{summary.path}:cell {definition.span.cell} {definition.name}"
                plan = _moved(base.fork(), summary.path, definition.name, keep="")
                if any("--keep" in why.remedy for why in plan.refused):
                    row["drifted"] += 1
                    plan = _moved(base.fork(), summary.path, definition.name, keep=summary.path)
                if plan.moved:
                    row["moved"] += 1
                    row["files"] += len(plan.changes)
                    for fault in faults(plan):
                        row["faults"] += 1
                        print("   FAULT", place, fault)
                for why in plan.refused:
                    reasons[kind_of(why.reason)] += 1
                    if arguments.places:
                        print("  ", place, "|", why.reason.replace("\n", " ")[:200])
        totals += row
        if row["found"]:
            seconds = time.process_time() - started
            counts = f"{row['found']:6} {row['moved']:6} {row['drifted']:8} {row['faults']:7} {row['files']:6}"
            print(f"{folder.name[:42]:42} {counts} {seconds:6.1f}", flush=True)
    share = 100 * totals["moved"] / max(totals["found"], 1)
    print(
        f"{'all':42} {totals['found']:6} {totals['moved']:6} {totals['drifted']:8} {totals['faults']:7} {totals['files']:6}"
    )
    print(f"moved: {share:.1f} %")
    for reason, count in reasons.most_common() if arguments.reasons else ():
        print(f"{count:5}  {reason}")
    return 1 if totals["faults"] else 0


def _moved(workspace: Workspace, path: str, name: str, keep: str) -> Plan:
    try:
        return extract(workspace, [Wish(path, (name,), keep=keep)])
    except (Refused, NoTarget) as why:
        refused = why if isinstance(why, Refused) else Refused(name, str(why), "")
        return Plan(refused=(refused,))


if __name__ == "__main__":
    sys.exit(main())
