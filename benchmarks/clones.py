"""The search for copies: what it finds, what it costs, how it grows.

    python benchmarks/clones.py FOLDER [--write benchmarks/RESULTS.md]

FOLDER holds checked-out repositories. Recall is measured in each of them against a plain comparison of trees: `ast.dump` of
every function and class at the top of a script or a cell, its docstring taken out. Cost is CPU time of this process, the
shapes and the search against a whole cold run in one process. Growth is measured with copies of all files of the folder
as one project, under other paths, with other names and fingerprints. Read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import ast
import gc
import platform
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from rescode_lint import __version__
from rescode_lint.check.analyse import analyse
from rescode_lint.config import Root, Selection, load
from rescode_lint.model import Summary
from rescode_lint.project import Project
from rescode_lint.project.clones import Clones
from rescode_lint.read import Source, Unreadable, read
from rescode_lint.run.pipeline import Request, Session
from rescode_lint.semantics import walk
from rescode_lint.semantics.shape import shapes

RULES = ("RSC101", "RSC102", "RSC103")
Place = tuple[str, int]


def sessions(folder: Path) -> Iterator[tuple[Path, Session]]:
    """Each repository with all rules at their defaults, whatever it configures itself."""
    for repository in sorted(path for path in folder.iterdir() if path.is_dir()):
        settings = load(Root(str(repository)), isolated=True, command_line=Selection(None))
        yield repository, Session(Request(settings, cwd=str(repository), cache_folder=""))


def files_of(repository: Path, session: Session) -> dict[str, bytes]:
    """The bytes of all files that are linted."""
    found = {}
    for entry in session.discover().entries:
        try:
            found[entry.path] = (repository / entry.path).read_bytes()
        except OSError:
            continue
    return found


def plain(source: Source) -> Iterator[tuple[str, int, str]]:
    """The definitions at the top: kind and name, virtual line, and the tree without its docstring as text."""
    for node in source.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        first = node.body[0]
        text = (
            isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        )
        body = node.body[1:] if text else node.body
        if all(isinstance(item, ast.Pass) or ast.unparse(item) == "..." for item in body):
            continue  # nothing to copy
        node.body, whole = body, node.body
        yield node.name, node.lineno, ast.dump(node)
        node.body = whole


def recall(files: dict[str, bytes], found: Counter[str]) -> None:
    """Count the twins that a plain comparison of trees finds, and how many of them ours puts together."""
    by_dump: dict[str, list[Place]] = defaultdict(list)
    ours: dict[Place, str] = {}
    for path, data in files.items():
        try:
            source = read(path, data)
            module = walk(source)
        except (Unreadable, RecursionError):
            continue
        shape_of = {node.lineno: shape.fingerprint for node, shape in shapes(module).items()}  # type: ignore[attr-defined]
        for _, line, dump in plain(source):
            by_dump[dump].append((path, line))
            ours[path, line] = shape_of.get(line, "")
    for places in by_dump.values():
        found["definitions"] += len(places)
        if len(places) > 1:
            best = Counter(ours[place] for place in places if ours[place])
            found["twins"] += len(places)
            found["together"] += max(best.values(), default=0)
    groups: dict[str, set[str]] = defaultdict(set)
    of_place = {place: dump for dump, places in by_dump.items() for place in places}
    for place, fingerprint in ours.items():
        groups[fingerprint].add(of_place[place])
    found["renamed"] += sum(len(dumps) - 1 for fingerprint, dumps in groups.items() if fingerprint)


def timed(work: Callable[[], object], times: int) -> float:
    """CPU seconds, the least of several runs."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def cost(files: dict[str, bytes], session: Session, seconds: dict[str, float]) -> list[Summary]:
    """Add up what a cold run takes in this process, and what of it the search for copies; give back the Summaries."""
    judges = session.judges()
    tree = session.tree(session.discover())
    start = time.process_time()
    records = {path: analyse(path, data, judges) for path, data in files.items()}
    session.judge(records, tree)
    seconds["cold"] += time.process_time() - start
    for data in files.values():
        start = time.process_time()
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError):
            continue
        finally:
            seconds["parse"] += time.process_time() - start
    for path, data in files.items():
        try:
            module = walk(read(path, data))
        except (Unreadable, RecursionError):
            continue
        seconds["shapes"] += timed(lambda m=module: shapes(m), 1)  # type: ignore[misc]
    project = Project((record.summary for record in records.values()), tree, session.open)
    project.tested_units  # noqa: B018 - others need it too, and it is computed once
    for rule in judges.of_projects:
        if rule.code in RULES:
            start = time.process_time()
            rule.across(list(rule.check(project)), project)
            seconds["search"] += time.process_time() - start
    return [record.summary for record in records.values()]


def copied(summaries: list[Summary], times: int) -> list[Summary]:
    """The files so many times, under other paths, with definitions of other names and shapes."""
    found = list(summaries)
    for turn in range(1, times):
        for summary in summaries:
            definitions = tuple(
                d._replace(name=f"{d.name}_{turn}", fingerprint=d.fingerprint and f"{d.fingerprint}{turn}")
                for d in summary.definitions
            )
            found.append(summary._replace(path=f"copy{turn}/{summary.path}", definitions=definitions))
    return found


def growth(summaries: list[Summary]) -> Iterator[tuple[int, int, int, float]]:
    """How often the files, their definitions and groups, and the seconds that the search takes."""
    for times in (1, 2, 4, 8):
        project = Project(copied(summaries, times))
        project.tests, project.importers, project.tested_units  # noqa: B018 - as above
        clones = Clones(project)
        seconds = timed(lambda p=project: (Clones(p).groups, Clones(p).drifted), 7)  # type: ignore[misc]
        yield times, sum(map(len, clones.by_fingerprint.values())), len(clones.groups), seconds


def main() -> None:
    """Measure, and print the tables or put them at the end of a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, help="append the tables to this file")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    gc.disable()  # as the tool does
    found: Counter[str] = Counter()
    seconds: dict[str, float] = defaultdict(float)
    everything: list[Summary] = []
    repositories = lines = 0
    for repository, session in sessions(arguments.folder):
        files = files_of(repository, session)
        recall(files, found)
        gc.collect()
        summaries = cost(files, session, seconds)
        repositories += 1
        lines += sum(summary.lines for summary in summaries)
        everything += [summary._replace(path=f"{repository.name}/{summary.path}") for summary in summaries]
    share = (seconds["shapes"] + seconds["search"]) / (seconds["cold"] - seconds["shapes"] - seconds["search"])
    rows = [
        ("repositories, lines (code cells included)", f"{repositories}, {lines}"),
        ("functions and classes at the top that are not empty", str(found["definitions"])),
        ("with an identical twin by plain comparison of trees", str(found["twins"])),
        ("of these found", f"{found['together']} ({found['together'] / max(found['twins'], 1):.1%})"),
        (
            "further versions that only differ in names of locals, docstrings within or the own name",
            str(found["renamed"]),
        ),
        ("shapes: CPU, against `ast.parse` of the scripts", f"{seconds['shapes'] / seconds['parse']:.2f} x"),
        ("shapes and search (RSC101 to RSC103): what they add to a cold run without them", f"{share:.1%}"),
        ("of which the search", f"{seconds['search'] / (seconds['cold'] - seconds['shapes'] - seconds['search']):.1%}"),
    ]
    out = [
        f"## The search for copies: {arguments.folder.name} (rescode-lint {__version__}, Python {platform.python_version()})",
        "",
        "| what | figure |",
        "|---|---|",
        *(f"| {what} | {figure} |" for what, figure in rows),
        "",
        "| files | definitions | groups of copies | search, against once | for each definition, against once |",
        "|---|---|---|---|---|",
    ]
    first: tuple[int, float] | None = None
    for times, definitions, groups, taken in growth(everything):
        first = first or (definitions, taken)
        each = (taken / definitions) / (first[1] / first[0])
        out.append(f"| {times} x | {definitions} | {groups} | {taken / first[1]:.2f} x | {each:.2f} x |")
    text = "\n".join(out) + "\n"
    print(text)
    if arguments.write:
        with arguments.write.open("a", encoding="utf-8") as file:
            file.write("\n" + text)


if __name__ == "__main__":
    main()
