"""Make every fix of every rule in every file of a folder of repositories, in memory, and check what comes out.

python benchmarks/fixes.py FOLDER [--select CODES] [--safe] [--copies FOLDER]

Checked of each file that changes, by other means than those of the engine: it parses; no comment is lost; what differs lies
in the fixed spans, or is an import or constant that was added; no other finding appears in the repository; and fixing it
again changes nothing. With `--copies`, the repositories are written there, fixed.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import shutil
import tokenize
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.check.judge import judge
from rescode_lint.config import Root, Selection, load
from rescode_lint.model import Finding
from rescode_lint.read import read
from rescode_lint.run.pipeline import Request, Session
from rescode_lint.run.repair import PASSES, Change, Ground, Repaired, ground_of, repair, write

_ADDED = re.compile(r"\s*(?:(?:from|import)\s.+|[A-Z][A-Z0-9_]* = .+|#.*|\"\"\".*\"\"\")?\s*\Z")


class Tally(NamedTuple):
    """What was counted, by rule."""

    found: Counter[str]
    fixable: Counter[str]
    done: Counter[str]
    refused: Counter[tuple[str, str]]
    faults: list[str]


def cells(path: str, data: bytes) -> dict[int | None, list[str]]:
    """The lines of a script, or of each cell by position: as the user wrote them."""
    source = read(path, data)
    if not source.cells:
        return {None: source.lines}
    return {cell.position: list(cell.lines) for cell in source.cells}


def comments(path: str, data: bytes) -> Counter[str]:
    """The comments of a file, by Python's tokenizer."""
    source = read(path, data)
    text = "\n".join(source.masked)
    found: Counter[str] = Counter()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found[token.string] += 1
    except (tokenize.TokenError, SyntaxError):  # a notebook whose cells do not go together
        pass
    return found


def faults(change: Change, done: list[Finding]) -> Iterator[str]:
    """What is wrong with a changed file."""
    path, before, after = change
    if before is None:
        ast.parse(after)
        return
    old, new = read(path, before), read(path, after)
    if len(new.unparsed) > len(old.unparsed):
        yield "does not parse"
        return
    if lost := comments(path, before) - comments(path, after):
        yield f"lost {sorted(lost)[0]}"
    places = cells(path, before)
    written = cells(path, after)
    if len(written) < len(places):  # cells that were left empty are gone
        fixed = {finding.span.cell for finding in done}
        rest = list(written.values())
        written = {}
        for number, (cell, lines) in enumerate(places.items()):
            below = next(iter([*places.values()][number + 1 :]), [])
            emptied = cell in fixed and not outside_of(cell, lines, done)
            follows = not rest or "".join(rest[0]).strip() or not "".join(below).strip()
            if emptied and follows and len(rest) < len(places) - number:
                continue
            if not rest:
                yield f"cell {cell} is gone, which was not empty"
                return
            written[cell] = rest.pop(0)
    moved = {places[f.span.cell][number - 1] for f in done for number in range(f.span.line, f.span.end_line + 1)}
    for cell, lines in written.items():
        spans = [f.span for f in done if f.span.cell == cell]
        inside = {line for span in spans for line in range(span.line, span.end_line + 1)}
        for tag, i, i_end, j, j_end in SequenceMatcher(None, places[cell], lines, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            if tag == "insert":
                strange = [line for line in lines[j:j_end] if not _ADDED.match(line) and line not in moved]
                if strange and i not in inside and i + 1 not in inside:
                    yield f"cell {cell}: {strange[0]!r} was added"
            elif outside := [n for n in range(i + 1, i_end + 1) if n not in inside and _counts(places[cell][n - 1])]:
                yield f"cell {cell} line {outside[0]}: changed outside of the fixed spans"


def _counts(line: str) -> bool:
    """Whether a line holds more than a comment: comments are counted, and may move with what they speak of."""
    return bool(line.partition("#")[0].strip())


def outside_of(cell: int | None, lines: list[str], done: list[Finding]) -> list[str]:
    """The lines of a cell that say something and that no fix touched."""
    inside = {line for f in done if f.span.cell == cell for line in range(f.span.line, f.span.end_line + 1)}
    return [line for number, line in enumerate(lines, 1) if number not in inside and _counts(line)]


def judged(ground: Ground) -> Counter[tuple[str, str]]:
    """How often each rule speaks in each file."""
    records = [ground.records[path] for path in sorted(ground.records)]
    judges = Judges(ground.rules, ground.options)
    verdict = judge(records, judges, ground.rules, ground.chosen, ground.ignored, ground.tree, merge=False)
    return Counter((finding.path, finding.code) for finding in verdict.findings)


def after(ground: Ground, repaired: Repaired) -> Ground:
    """The project with the changes in it."""
    new = {change.path: change.after for change in repaired.changes}
    judges = Judges(ground.rules, ground.options)
    records = {**ground.records, **{path: analyse(path, data, judges) for path, data in new.items()}}
    before: Callable[[str], bytes] = ground.read
    return ground._replace(records=records, read=lambda path: new[path] if path in new else before(path))


def fix(repository: Path, select: tuple[str, ...], unsafe: bool, tally: Tally, copies: Path | None) -> None:
    """Fix one repository, pass by pass, and count."""
    settings = load(Root(str(repository)), isolated=True, command_line=Selection(select))
    session = Session(Request(settings, cwd=str(repository), cache_folder=""))
    ground = first = ground_of(session, session.discover())
    judges = Judges(ground.rules, ground.options)
    records = list(ground.records.values())
    verdict = judge(records, judges, ground.rules, ground.chosen, ground.ignored, ground.tree, merge=False)
    tally.found.update(finding.code for finding in verdict.findings)
    tally.fixable.update(finding.code for finding in verdict.findings if finding.fix and (unsafe or finding.fix.safe))
    name = repository.name
    for number in range(PASSES + 1):
        repaired = repair(ground, unsafe=unsafe, passes=1)
        problems = [p for p in repaired.problems if "does not come to an end" not in p.message]
        tally.faults.extend(f"{name}/{problem.path}: {problem.message}" for problem in problems)
        if number == 0:
            tally.refused.update((finding.code, reason) for finding, reason in repaired.refused)
        if not repaired.changes:
            break
        tally.done.update(finding.code for finding in repaired.done)
        for change in repaired.changes:
            done = [finding for finding in repaired.done if finding.path == change.path]
            tally.faults.extend(f"{name}/{change.path}: {fault}" for fault in faults(change, done))
        ground = after(ground, repaired)
    else:
        tally.faults.append(f"{name}: does not come to an end")
    was = judged(first)
    for place, count in judged(ground).items():
        if count > was[place] and place[0] in first.records:
            tally.faults.append(f"{name}/{place[0]}: {place[1]} appears {count - was[place]} times more")
    if copies is not None:
        target = copies / name
        shutil.copytree(repository, target, dirs_exist_ok=True, symlinks=True)
        whole = repair(first, unsafe=unsafe)
        tally.faults.extend(f"{name}/{p.path}: {p.message}" for p in write(whole, str(target)))


def main() -> None:
    """Fix every repository of the folder, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--select", default="ALL", help="codes, with commas")
    parser.add_argument("--safe", action="store_true", help="only safe fixes")
    parser.add_argument("--copies", type=Path, help="write the fixed repositories there")
    parser.add_argument("--only", default="", help="only repositories whose name holds this")
    parser.add_argument("--reasons", action="store_true", help="also why fixes were refused")
    arguments = parser.parse_args()
    tally = Tally(Counter(), Counter(), Counter(), Counter(), [])
    repositories = [p for p in sorted(arguments.folder.iterdir()) if p.is_dir() and arguments.only in p.name]
    for repository in repositories:
        fix(repository, tuple(arguments.select.split(",")), not arguments.safe, tally, arguments.copies)
    print("| rule | places found | with a fix | fixed | share of places |\n|---|---|---|---|---|")
    for code in sorted(tally.fixable):
        share = tally.done[code] / max(tally.found[code], 1)
        print(f"| {code} | {tally.found[code]} | {tally.fixable[code]} | {tally.done[code]} | {share:.0%} |")
    print(f"\n{len(repositories)} repositories, {sum(tally.done.values())} places fixed, {len(tally.faults)} faults")
    for fault in tally.faults:
        print(f"- {fault}")
    if arguments.reasons:
        for (code, reason), count in tally.refused.most_common():
            print(f"{count:5} {code} {reason}")


if __name__ == "__main__":
    main()
