"""`rescode extract` as a command: all files or none, what stays byte for byte, and the way back."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from extracting import Extract, cells_of, everything, notebook, values, write
from running import ROOT, git, rescode, run

import rescode_lint.doors.extract as door

NB = "notebooks/nb.ipynb"
F = "def f(x):\n    y = x + 1\n    z = y * 2\n    return z"
STUDY = ("notebooks/01_clean.ipynb", "notebooks/02_explore.ipynb", "notebooks/03_compare.ipynb")
REPORT = "scripts/report.py"
needs_jupyter = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("nbclient", "ipykernel")), reason="runs notebooks"
)


@pytest.fixture
def extract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Extract:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return Extract(monkeypatch, capsys, tmp_path / "lab")


@pytest.fixture
def study(extract: Extract) -> Extract:
    """A copy of the study."""
    extract.root = extract.root.parent / "rain"
    shutil.copytree(ROOT / "fixtures" / "study", extract.root, ignore=shutil.ignore_patterns(".rescode_cache"))
    return extract


def commit(root: Path) -> None:
    if not (root / ".git").exists():
        git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "as it is")


def files(root: Path) -> dict[str, bytes]:
    return {path: data for path, data in everything(root).items() if data is not None}


def undo(command: str, cwd: Path) -> None:
    subprocess.run(command, shell=True, cwd=cwd, check=True, executable="/bin/sh")


# --- the study --------------------------------------------------------------------------------------------------------


def test_study_was_run_from_top_to_bottom() -> None:
    for path in STUDY:
        cells = [
            c for c in json.loads((ROOT / "fixtures/study" / path).read_bytes())["cells"] if c["cell_type"] == "code"
        ]
        assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
        assert not any(output["output_type"] == "error" for cell in cells for output in cell["outputs"])


def test_plan_writes_nothing(study: Extract) -> None:
    commit(study.root)
    before = everything(study.root)
    done = study(*STUDY)
    assert done.code == 0
    assert everything(study.root) == before
    assert not git(study.root, "status", "--porcelain")
    assert "Nothing was written. Add --apply to make this change." in done.err
    assert "src/rain/clean.py (new): there is no package yet" in done.out
    assert "--- notebooks/01_clean.ipynb:cell 2" in done.out and "+++ src/rain/clean.py" in done.out
    assert done.out.count("pip install -e .") == 1
    for twin in ("notebooks/02_explore.ipynb:cell 4", "scripts/report.py"):
        assert f"its twin in {twin} goes too" in done.out


@pytest.mark.parametrize("with_git", [True, False])
@pytest.mark.parametrize("cwd", ["", "notebooks"])
def test_study_is_moved_and_brought_back(study: Extract, with_git: bool, cwd: str) -> None:
    if with_git:
        commit(study.root)
    first = files(study.root)
    root = study.root
    before = {path: values(root, path) for path in (*STUDY, REPORT)}
    study.root = root / cwd
    done = study(*(os.path.relpath(root / path, study.root) for path in STUDY), "--apply")
    assert done.code == 0, done.err
    assert set(files(root)) - set(first) == {"pyproject.toml", "src/rain/__init__.py", "src/rain/clean.py"}
    assert {path: values(root, path) for path in (*STUDY, REPORT)} == before
    for path, data in first.items():
        if path not in (*STUDY, REPORT):
            assert (root / path).read_bytes() == data
    for path in STUDY:
        check_rest(first[path], (root / path).read_bytes())
    # again: only what was refused before is left
    second = study(*(os.path.relpath(root / path, study.root) for path in STUDY), "--apply", "--allow-dirty")
    assert second.code == 2 and not second.out
    assert all("anomaly" in line for line in second.err.splitlines() if line.startswith("rescode"))
    assert ("git restore" in done.undo) == with_git
    undo(done.undo, root / cwd)
    assert files(root) == first


def check_rest(before: bytes, after: bytes) -> None:
    """Cells that stay keep their bytes, or all but the lines of their code; none is new."""
    old = {cell["id"]: cell for cell in json.loads(before)["cells"]}
    new = json.loads(after)["cells"]
    assert [cell["id"] for cell in new] == [name for name in old if name in {cell["id"] for cell in new}]
    assert {k: v for k, v in json.loads(after).items() if k != "cells"} == {
        k: v for k, v in json.loads(before).items() if k != "cells"
    }
    for cell in new:
        if cell["source"] == old[cell["id"]]["source"]:
            text = json.dumps(cell, indent=1, ensure_ascii=False).replace("\n", "\n  ").encode()
            assert text in before and text in after
        else:
            assert cell | {"source": 0} == old[cell["id"]] | {"source": 0}
    for name in old.keys() - {cell["id"] for cell in new}:
        text = "".join(old[name]["source"])
        assert ("def " in text or "LIMITS" in text) and not old[name]["outputs"]


def test_nothing_is_left_after_all_is_moved(study: Extract) -> None:
    done = study(*STUDY, "--keep", STUDY[1], "--apply")
    assert done.code == 0, done.err
    text = "".join(path.read_text() for path in (study.root / "src").rglob("*.py"))
    assert "st.stdev" in text and "st.pstdev" not in text and text.count("def ") == 11
    done = study(*STUDY, "--apply")
    assert done.code == 2
    assert (
        done.err
        == "rescode: notebooks/01_clean.ipynb and 2 more: no definition with logic of its own is left to move\n"
    )


def test_cell_of_the_study(study: Extract) -> None:
    path = "notebooks/02_explore.ipynb"
    texts = cells_of(study.root / path)
    cell = next(i for i, text in enumerate(texts, 1) if text.startswith("totals = {}"))
    study.same(path, "--cell", str(cell), "--as", "sum_up", names="totals wet_days")
    assert "def sum_up(days):" in (study.root / "src/rain/explore.py").read_text()


@needs_jupyter
@pytest.mark.slow
def test_study_for_real(study: Extract) -> None:
    first = files(study.root)
    env = {"PYTHONPATH": str(study.root / "src")}
    report = run(study.root, REPORT, env=env).stdout
    done = rescode(study.root, "extract", "notebooks/*.ipynb", "--apply", "--verify")
    assert done.returncode == 0, done.stderr
    assert "rescode: 3 notebooks gave the same before and after\n" in done.stderr
    assert "pip install -e ." in done.stdout
    assert run(study.root, REPORT, env=env).stdout == report
    undo(done.stderr.partition("To undo it:\n")[2], study.root)
    assert files(study.root) == first


@needs_jupyter
@pytest.mark.slow
def test_notebooks_that_would_not_give_the_same(extract: Extract) -> None:
    """What no analysis sees, running shows."""
    extract.project({NB: notebook(F, "print(f(1), f.__module__)")})
    before = everything(extract.root)
    done = extract(NB, "--apply", "--verify")
    assert done.code == 2
    assert everything(extract.root) == before
    assert f"{NB}:cell 2 puts out something else\n    - 4 __main__\n    + 4 " in done.err
    assert done.err.endswith("rescode: the notebooks do not give the same as before; nothing was written\n")


@needs_jupyter
@pytest.mark.slow
def test_notebooks_that_fail_anyway(extract: Extract) -> None:
    extract.project({NB: notebook(F, "print(f(1) / 0)")})
    before = everything(extract.root)
    done = extract(NB, "--apply", "--verify")
    assert done.code == 2
    assert everything(extract.root) == before
    assert done.err.splitlines()[-1].startswith(f"rescode: cannot be verified: `{NB}` cell 2 ")
    assert done.err.endswith("; nothing was written\n")


def test_installed_for_real_is_what_is_said(study: Extract) -> None:
    """The project that is made is one that setuptools understands."""
    study(STUDY[0], "--apply")
    tomllib = pytest.importorskip("tomllib")
    made = tomllib.loads((study.root / "pyproject.toml").read_text())
    assert made["project"]["name"] == "rain"
    find = made["tool"]["setuptools"]["packages"]["find"]
    setuptools = pytest.importorskip("setuptools")
    assert setuptools.find_packages(str(study.root / find["where"][0])) == ["rain"]


@pytest.mark.parametrize("apply", [True, False])
def test_verify_without_what_runs_notebooks(extract: Extract, monkeypatch: pytest.MonkeyPatch, apply: bool) -> None:
    monkeypatch.setattr("rescode_lint.refactor.verify._missing", lambda: ["nbclient"])
    extract.project({NB: notebook(F)})
    before = everything(extract.root)
    done = extract(NB, "--verify", *(["--apply"] if apply else []))
    assert done.code == 2
    assert everything(extract.root) == before
    line = done.err.splitlines()[-1]
    assert line.startswith("rescode: cannot be verified: nbclient is not installed") and "rescode-lint[verify]" in line


# --- git --------------------------------------------------------------------------------------------------------------


def test_dirty_tree(extract: Extract) -> None:
    extract.project({NB: notebook(F), "other.py": "a = 1\n"})
    commit(extract.root)
    (extract.root / "other.py").write_text("a = 2\n")
    line = extract.refused(NB)
    assert line == (
        "rescode: the git tree has changes that are not committed (other.py); commit them, or add --allow-dirty"
    )
    assert extract(NB).code == 0, "a plan needs no clean tree"
    (extract.root / NB).write_bytes(notebook(F, "a = 2"))
    assert "(notebooks/nb.ipynb and 1 more)" in extract.refused(NB)
    first = files(extract.root)
    done = extract(NB, "--apply", "--allow-dirty")
    assert done.code == 0
    assert "git restore" not in done.undo
    undo(done.undo, extract.root)
    assert files(extract.root) == first


def test_untracked_files_are_not_dirty(extract: Extract) -> None:
    extract.project({"other.py": "a = 1\n"})
    commit(extract.root)
    write(extract.root, {NB: notebook(F)})
    first = files(extract.root)
    done = extract(NB, "--apply")
    assert done.code == 0
    undo(done.undo, extract.root)
    assert files(extract.root) == first


def test_staged_but_not_committed(extract: Extract) -> None:
    extract.project({NB: notebook(F)})
    git(extract.root, "init", "-q")
    git(extract.root, "add", "-A")
    assert "changes that are not committed" in extract.refused(NB)
    first = files(extract.root)
    done = extract(NB, "--apply", "--allow-dirty")
    undo(done.undo, extract.root)
    assert files(extract.root) == first


def test_git_that_stores_something_else(extract: Extract) -> None:
    """With a filter such as nbstripout, git does not know the outputs: it cannot bring them back."""
    extract.project({NB: notebook(F, "f(1)"), ".gitattributes": "*.ipynb filter=strip\n"})
    git(extract.root, "init", "-q")
    git(extract.root, "config", "filter.strip.clean", "sed 's/said/gone/'")
    git(extract.root, "config", "filter.strip.smudge", "cat")
    commit(extract.root)
    assert not git(extract.root, "status", "--porcelain")
    first = files(extract.root)
    assert b"said" in first[NB]
    done = extract(NB, "--apply")
    assert done.code == 0
    undo(done.undo, extract.root)
    assert files(extract.root) == first


def test_git_that_converts_line_ends(extract: Extract) -> None:
    extract.project({NB: notebook(F, "f(1)", newline="\r\n")})
    git(extract.root, "init", "-q")
    git(extract.root, "config", "core.autocrlf", "input")
    commit(extract.root)
    first = files(extract.root)
    done = extract(NB, "--apply", "--allow-dirty")
    assert done.code == 0
    undo(done.undo, extract.root)
    assert files(extract.root) == first


@pytest.mark.parametrize("with_git", [True, False])
def test_names_of_files_that_a_shell_would_take_apart(extract: Extract, with_git: bool) -> None:
    path = "my notebooks/it's ünïque $HOME.ipynb"
    extract.project({path: notebook(F), "-x.py": F + "\n"})
    if with_git:
        commit(extract.root)
    first = files(extract.root)
    done = extract(path, "--apply")
    assert done.code == 0, done.err
    undo(done.undo, extract.root)
    assert files(extract.root) == first


def test_a_project_within_a_repository(extract: Extract) -> None:
    outer = extract.root
    write(outer, {"a.txt": "a"})
    extract.root = outer / "inner"
    extract.project({NB: notebook(F), "pyproject.toml": "[tool.rescode]\n"})
    commit(outer)
    first = files(outer)
    done = extract(NB, "--apply")
    assert done.code == 0 and "git restore" in done.undo
    undo(done.undo, extract.root)
    assert files(outer) == first


# --- all or none ------------------------------------------------------------------------------------------------------


def failing(real: Callable[..., Any], at: int, error: BaseException, counter: list[int]) -> Callable[..., Any]:
    def write_it(*arguments: Any, **more: Any) -> Any:
        counter.append(1)
        if len(counter) == at:
            raise error
        return real(*arguments, **more)

    return write_it


@pytest.mark.parametrize("at", range(1, 8))
def test_a_write_that_fails(study: Extract, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Seven files: whichever cannot be written, all are as before, and folders that were made are gone."""
    before = everything(study.root)
    counter: list[int] = []
    error = OSError(errno.ENOSPC, "No space left on device")
    for name in ("create", "write_atomically"):
        monkeypatch.setattr(door, name, failing(getattr(door, name), at, error, counter))
    done = study(*STUDY, "--apply")
    assert done.code == 2
    assert "cannot be written (No space left on device); nothing was written" in done.err.splitlines()[-1]
    assert everything(study.root) == before
    assert len(counter) >= at


def test_interrupted_while_writing(study: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(study.root)
    counter: list[int] = []
    for name in ("create", "write_atomically"):
        monkeypatch.setattr(door, name, failing(getattr(door, name), 5, KeyboardInterrupt(), counter))
    done = study(*STUDY, "--apply")
    assert done.code == 130
    assert everything(study.root) == before


def test_a_file_that_changes_meanwhile(study: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(study.root)
    real = door._write

    def late(*arguments: Any) -> None:
        with (study.root / REPORT).open("a") as theirs:
            theirs.write("# theirs\n")
        real(*arguments)

    monkeypatch.setattr(door, "_write", late)
    done = study(*STUDY, "--apply")
    assert done.code == 2
    assert done.err.splitlines()[-1] == f"rescode: {REPORT}: has changed meanwhile; nothing was written, run again"
    after = everything(study.root)
    assert after.pop(REPORT) == (before.pop(REPORT) or b"") + b"# theirs\n"
    assert after == before


def test_a_new_file_that_is_there_meanwhile(extract: Extract, monkeypatch: pytest.MonkeyPatch) -> None:
    extract.project({NB: notebook(F)})
    before = everything(extract.root)
    real = door._write

    def late(*arguments: Any) -> None:
        write(extract.root, {"src/lab/nb.py": "theirs = 1\n"})
        real(*arguments)

    monkeypatch.setattr(door, "_write", late)
    done = extract(NB, "--apply")
    assert done.code == 2
    assert "nothing was written" in done.err.splitlines()[-1]
    after = everything(extract.root)
    assert after.pop("src/lab/nb.py") == b"theirs = 1\n"
    assert {k: v for k, v in after.items() if k not in ("src", "src/lab")} == before


@pytest.mark.parametrize("path", [NB, "notebooks/b.ipynb", "lab/core.py"])
def test_read_only_file(extract: Extract, path: str) -> None:
    extract.project(
        {
            NB: notebook("import csv", F),
            "notebooks/b.ipynb": notebook(F),
            "lab/core.py": "",
            "lab/__init__.py": "",
            "pyproject.toml": "[project]\nname = 'lab'\n",
        }
    )
    (extract.root / path).chmod(0o444)
    line = extract.refused(NB, "--to", "lab/core.py").splitlines()[-1]
    assert line == f"rescode: {path}: is read-only; nothing was written"
    assert stat.S_IMODE((extract.root / path).stat().st_mode) == 0o444


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes everywhere")
def test_read_only_folder(extract: Extract) -> None:
    extract.project({NB: notebook(F)})
    extract.root.chmod(0o555)
    try:
        assert "cannot be written" in extract.refused(NB)
    finally:
        extract.root.chmod(0o755)


def test_a_file_in_the_place_of_a_folder(extract: Extract) -> None:
    extract.project({NB: notebook(F), "src": "not a folder\n"})
    assert "nothing was written" in extract.refused(NB)


def test_permissions_stay(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(F),
            "scripts/b.py": "#!/usr/bin/env python\n" + F + "\n",
            "pyproject.toml": "[project]\nname = 'lab'\n",
        }
    )
    (extract.root / "scripts/b.py").chmod(0o755)
    done = extract(NB, "--apply")
    assert done.code == 0
    assert stat.S_IMODE((extract.root / "scripts/b.py").stat().st_mode) == 0o755
    assert (extract.root / "scripts/b.py").read_text().startswith("#!/usr/bin/env python\n")


def test_quiet(extract: Extract) -> None:
    extract.project({NB: notebook(F)})
    done = extract(NB, "--quiet")
    assert done.code == 0 and done.out and not done.err
    done = extract(NB, "--quiet", "--apply")
    assert done.code == 0 and not done.err


def test_notebooks_by_pattern(study: Extract) -> None:
    assert study("notebooks/*.ipynb").out == study(*STUDY).out
    assert "no*such.ipynb: no such file" in study.refused("no*such.ipynb")


def test_one_notebook_twice(extract: Extract) -> None:
    extract.project({NB: notebook(F)})
    assert extract(NB, f"./{NB}").out == extract(NB).out
