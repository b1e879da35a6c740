"""What the tests of `rescode extract` share: notebooks, runs of the command, and what code gives before and after."""

from __future__ import annotations
import __future__

import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rescode_lint.doors.cli import main

Cell = str | tuple[str, str]


def notebook(*cells: Cell, indent: int | None = 1, newline: str = "\n", **metadata: Any) -> bytes:
    """A notebook; a cell is code, or a pair of a kind (`markdown`, `raw`, or a tag of a code cell) and a text."""
    made: list[dict[str, Any]] = []
    count = 0
    for number, cell in enumerate(cells, 1):
        kind, text = ("code", cell) if isinstance(cell, str) else cell
        tags = [] if kind in ("code", "markdown", "raw") else [kind]
        row: dict[str, Any] = {"cell_type": kind if not tags else "code", "id": f"c{number:02}"}
        row["metadata"] = {"tags": tags} if tags else {}
        if row["cell_type"] == "code":
            count += 1
            output = {"name": "stdout", "output_type": "stream", "text": [f"said {number}\n"]}
            row |= {"execution_count": count, "outputs": [output]}
        row["source"] = text.splitlines(keepends=True)
        made.append(row)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    whole = {"cells": made, "metadata": {**kernel, **metadata}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(whole, indent=indent, ensure_ascii=False) + "\n"
    return text.replace("\n", newline).encode("utf-8", "surrogatepass")


def cells_of(path: Path) -> list[str]:
    """The texts of all cells."""
    return ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for path, text in files.items():
        full = root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def everything(root: Path) -> dict[str, bytes | None]:
    """All files and folders, but for git's and the cache's."""
    found: dict[str, bytes | None] = {}
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if not {".git", ".rescode_cache", "__pycache__"}.isdisjoint(parts):
            continue
        found["/".join(parts)] = None if path.is_dir() else path.read_bytes()
    return found


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def undo(self) -> str:
        """The command that it says brings everything back."""
        return self.err.partition("To undo it:\n")[2].strip()


class Extract:
    """`rescode extract` in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], root: Path) -> None:
        self.monkeypatch, self.capsys, self.root = monkeypatch, capsys, root

    def __call__(self, *arguments: str | Path) -> Ran:
        self.monkeypatch.chdir(self.root)
        self.capsys.readouterr()
        try:
            code = main(["extract", *map(str, arguments)])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in err
        return Ran(code, out, err)

    def project(self, files: Mapping[str, str | bytes]) -> Path:
        """A project with these files, whose root is clear."""
        return write(self.root, {"README.md": "# Study\n", **files})

    def refused(self, *arguments: str | Path) -> str:
        """What stderr says of a command that must fail and write nothing: one line."""
        before = everything(self.root)
        done = self(*arguments, "--apply")
        assert done.code == 2, done
        assert everything(self.root) == before
        assert len(done.err.splitlines()) == 1, done.err
        assert done.err.startswith("rescode: ")
        return done.err.strip()

    def same(self, path: str, *arguments: str | Path, names: str, also: tuple[str, ...] = ()) -> Ran:
        """Extract for good; the named globals of the notebook (and of others) must be as before.

        What a value is, its `repr` tells.
        """
        paths = (path, *also)
        before = [values(self.root, one, names.split() if one == path else None) for one in paths]
        done = self(path, *arguments, "--apply")
        assert done.code == 0, done.err
        after = [values(self.root, one, names.split() if one == path else None) for one in paths]
        assert after == before, everything(self.root)
        return done


def values(root: Path, path: str, names: list[str] | None = None) -> dict[str, str]:
    """What globals hold after a run from top to bottom, and what was printed.

    Without names, all that are no functions, classes or modules.
    """
    full = root / path
    if path.endswith(".ipynb"):
        rows = json.loads(full.read_bytes())["cells"]
        texts = ["".join(row["source"]) for row in rows if row["cell_type"] == "code"]
    else:
        texts = [full.read_bytes().decode()]
    space: dict[str, Any] = {"__name__": "__main__", "display": print, "__file__": str(full)}
    said = io.StringIO()
    with _imports_from(root, full.parent), contextlib.redirect_stdout(said):
        flags = 0
        for text in texts:
            plain = re.sub(r"(?m)^(\s*)%time ", r"\1", text)
            plain = re.sub(r"(?m)^\s*[%!].*$", "pass", plain)
            if "from __future__ import annotations" in text:  # IPython heeds it in all cells below
                flags = __future__.annotations.compiler_flag
            exec(compile(plain, path, "exec", flags, dont_inherit=True), space)
        plain_kinds = (int, float, str, bytes, list, tuple, dict, set, frozenset, type(None))
        if names is None:
            names = [name for name, value in space.items() if isinstance(value, plain_kinds) and name[0] != "_"]
            names = [name for name in names if not name.isupper()]
        found = {name: re.sub(r" at 0x[0-9a-f]+", "", repr(space[name])) for name in names}
    return {**found, "<printed>": said.getvalue()}


@contextlib.contextmanager
def _imports_from(root: Path, folder: Path) -> Iterator[None]:
    known, modules, cwd = list(sys.path), set(sys.modules), os.getcwd()
    writes = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    os.chdir(folder)
    sys.path[:0] = [str(folder), str(root / "src"), str(root)]
    sys.path_importer_cache.clear()
    try:
        yield
    finally:
        sys.path[:] = known
        os.chdir(cwd)
        sys.dont_write_bytecode = writes
        for name in set(sys.modules) - modules:
            module = sys.modules[name]
            places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
            if any(str(place).startswith(str(root)) for place in places):
                del sys.modules[name]
