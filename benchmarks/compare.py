"""Compare speed, in one run and by ratio, on any folder: `ast.parse`, this tool, and its peers.

    python benchmarks/compare.py FOLDER [--only-ours] [--write benchmarks/RESULTS.md]

Peers that are not installed beside this interpreter are named and left out (`benchmarks/requirements.txt` lists them).
CPU time is user and system time of the process and its children; the median of several runs counts. Absolute times mean
little on a shared machine: read the ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from rescode_lint import __version__
from rescode_lint.config import Root, load
from rescode_lint.run.discover import discover

#: Reads the same files and parses them, code cells one by one; nothing else.
BARE = """
import ast, json, sys, warnings
warnings.simplefilter("ignore")
for path in sys.stdin.read().split("\\0"):
    with open(path, "rb") as file:
        data = file.read()
    try:
        if path.endswith(".py"):
            ast.parse(data)
            continue
        cells = json.loads(data).get("cells", ())
    except (SyntaxError, ValueError):
        continue
    for cell in cells:
        if cell["cell_type"] == "code":
            try:
                ast.parse("".join(cell["source"]))
            except (SyntaxError, ValueError):
                pass
"""
#: Rules of ruff that look for what ours look for.
RUFF_RULES = "N,ANN,RUF013,PTH,S108,F821,F401,E9"


class Cost(NamedTuple):
    """CPU and wall time of one command, in seconds, and its peak memory in MB."""

    cpu: float
    wall: float
    memory: float


def cost(
    command: Sequence[str], cwd: Path, stdin: str = "", runs: int = 3, before: Callable[[], object] | None = None
) -> Cost:
    """The median cost of a command. `before` is called before each run, outside of what is measured."""
    costs = []
    for _ in range(runs):
        if before is not None:
            before()
        with tempfile.TemporaryFile("w+") as given:
            given.write(stdin)
            given.seek(0)
            start = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=cwd, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            costs.append(Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - start, usage.ru_maxrss / 1024))
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))


def ours(*arguments: str) -> list[str]:
    """Our command line."""
    return [
        sys.executable,
        "-m",
        "rescode_lint",
        "check",
        "--isolated",
        "--exit-zero",
        "-q",
        "-o",
        os.devnull,
        *arguments,
    ]


def files_of(folder: Path, include: tuple[str, ...] = ("*.py", "*.ipynb")) -> list[str]:
    """The files that we would read."""
    settings = load(Root(str(folder)), isolated=True)._replace(include=include)
    return [entry.path for entry in discover(str(folder), (), settings, str(folder)).entries]


def lines_of(folder: Path, files: list[str]) -> int:
    """Physical lines of the `.py` files."""
    return sum((folder / file).read_bytes().count(b"\n") for file in files if file.endswith(".py"))


def compare_ours(folder: Path, runs: int) -> list[tuple[str, str]]:
    """Our own targets, on all files of a folder: (what, figure)."""
    files = files_of(folder)
    bare = cost([sys.executable, "-c", BARE], folder, "\0".join(files), runs)
    start = cost([sys.executable, "-c", "pass"], folder, runs=15)
    one = cost(ours("--no-cache", "-j", "1"), folder, runs=runs)
    all_cores = cost(ours("--no-cache"), folder, runs=runs)
    rows = [
        ("files", f"{len(files)} ({lines_of(folder, files)} lines of .py)"),
        ("bare `ast.parse`: CPU", f"{bare.cpu:.2f} s"),
        ("cold, one process: CPU, against bare `ast.parse`", f"{one.cpu / bare.cpu:.2f} x"),
        ("cold, all cores: wall, one process against all", f"{one.wall / all_cores.wall:.2f} x"),
        ("cold, all cores: CPU, against bare `ast.parse`", f"{all_cores.cpu / bare.cpu:.2f} x"),
        ("cold, one process: peak memory", f"{one.memory:.0f} MB"),
    ]
    with tempfile.TemporaryDirectory() as cache:
        kept = ("--cache-dir", cache)
        time.sleep(2.1)  # what is younger than the clock's grain is not trusted
        cost(ours(*kept), folder, runs=2)
        warm = cost(ours(*kept), folder, runs=9)
        rows.append((f"warm, {len(files)} files: CPU, against `python -c pass`", f"{warm.cpu / start.cpu:.1f} x"))
    changed = next((file for file in files if file.endswith(".py")), files[0])
    with tempfile.TemporaryDirectory() as copy:
        place = Path(copy) / "copy"
        shutil.copytree(folder, place, symlinks=True)
        time.sleep(2.1)
        cost(ours(), place, runs=2)
        text = (place / changed).read_bytes()
        turn = iter(range(1000))

        def touch() -> None:
            (place / changed).write_bytes(text + b"\n# " + str(next(turn)).encode())

        single = cost(ours(changed), place, runs=9, before=touch)
        rows.append(
            ("warm, one file changed and passed: CPU, against `python -c pass`", f"{single.cpu / start.cpu:.1f} x")
        )
    return rows


def compare_peers(folder: Path, runs: int) -> list[tuple[str, str]]:
    """The peers on the `.py` files of a folder: (what, how many times our CPU time)."""
    files = files_of(folder, ("*.py",))
    only = ("--config", 'include = ["*.py"]')
    mine = cost(ours("--no-cache", "-j", "1", *only), folder, runs=runs)
    rows = [("ours, cold, one process, .py only: CPU", f"{mine.cpu:.2f} s")]
    flake8 = [sys.executable, "-m", "flake8", "--isolated", "-j", "1"]
    peers: list[tuple[str, str, list[str]]] = [
        (
            "flake8 with pep8-naming, flake8-annotations, flake8-use-pathlib",
            "pep8ext_naming",
            [*flake8, "--select", "N,ANN,PTH"],
        ),
        ("TorchFix (in flake8)", "torchfix", [*flake8, "--select", "TOR"]),
        ("pylint", "pylint", [sys.executable, "-m", "pylint", "-j", "1", "--rcfile", os.devnull]),
    ]
    for name, module, command in peers:
        if find_spec(module) is None:
            rows.append((name, "not installed"))
        else:
            theirs = cost([*command, *files], folder, runs=1)
            rows.append((f"{name}: its CPU time against ours", f"{theirs.cpu / mine.cpu:.1f} x"))
    ruff = shutil.which("ruff", path=os.path.dirname(sys.executable))
    if ruff is None:
        rows.append(("ruff", "not installed"))
        return rows
    every = [ruff, "check", "--isolated", "--exit-zero", "-q", "--select", RUFF_RULES]
    cold = cost([*every, "--no-cache", "."], folder, runs=runs)
    rows.append(
        (
            "ruff, cold, all cores: our CPU time (cold, one process, .py only) against its",
            f"{mine.cpu / cold.cpu:.1f} x",
        )
    )
    with tempfile.TemporaryDirectory() as theirs_kept, tempfile.TemporaryDirectory() as ours_kept:
        warm_command = [*every, "--cache-dir", theirs_kept, "."]
        cost(warm_command, folder, runs=1)
        warm = cost(warm_command, folder, runs=9)
        cost(ours("--cache-dir", ours_kept), folder, runs=2)
        mine_warm = cost(ours("--cache-dir", ours_kept), folder, runs=9)
        rows.append(("ruff, warm: our CPU time (warm, all files) against its", f"{mine_warm.cpu / warm.cpu:.1f} x"))
    return rows


def main() -> None:
    """Measure and print, or add to a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only-ours", action="store_true", help="leave the peers out")
    parser.add_argument("--write", type=Path, metavar="FILE", help="add the table to this file")
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    rows = compare_ours(folder, arguments.runs)
    if not arguments.only_ours:
        rows += compare_peers(folder, arguments.runs)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    head = f"## {folder.name} (rescode-lint {__version__}, Python {platform.python_version()}, {cores} cores)"
    table = "\n".join(
        [head, "", "| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)]
    )
    print(table)
    if arguments.write:
        with arguments.write.open("a", encoding="utf-8") as file:
            file.write(f"{table}\n\n")


if __name__ == "__main__":
    main()
