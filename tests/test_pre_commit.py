"""The hook, run by the real pre-commit in a throw-away repository. The one environment that it needs is built once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import HOME, ROOT, Done, git

CALIBRATE = '''"""Calibration."""


def calibrate(values: list[float], gain: float) -> list[float]:
    """Apply the gain, and clip."""
    clipped: list[float] = []
    for value in values:
        scaled = value * gain
        if scaled > 1.0:
            scaled = 1.0
        if scaled < 0.0:
            scaled = 0.0
        clipped.append(scaled)
    return clipped
'''


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This repository as it stands, uncommitted changes included, as a fresh clone of one commit: path and revision."""
    clone = tmp_path_factory.mktemp("pre-commit") / "tool"
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for path in filter(None, listed):
        if (ROOT / path).is_file() and not path.startswith(("tests/", "fixtures/", "benchmarks/")):
            (clone / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, clone / path)
    git(clone, "init", "-q")
    git(clone, "add", "-A")
    git(clone, "commit", "-qm", "as it stands")
    return clone, git(clone, "rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTHON"))}
    home = tmp_path_factory.mktemp("pre-commit-home")
    return {**kept, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never"}


@pytest.fixture(scope="module")
def pre_commit(environment: dict[str, str]) -> Callable[..., Done]:
    def run(cwd: Path, *arguments: str | Path) -> Done:
        command = [sys.executable, "-m", "pre_commit", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)

    return run


@pytest.fixture(scope="module")
def lab(tool: tuple[Path, str], pre_commit: Callable[..., Done], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with our hook installed in it, where everything that is committed is clean."""
    root = tmp_path_factory.mktemp("pre-commit-lab")
    clone, revision = tool
    (root / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {clone}\n  rev: {revision}\n  hooks:\n  - id: rescode-check\n"
    )
    (root / "pyproject.toml").write_text('[tool.rescode]\nselect = ["RSC1", "RSC4"]\n')
    (root / "calibration.py").write_text(CALIBRATE)
    git(root, "init", "-q")
    installed = pre_commit(root, "install")
    assert installed.returncode == 0, installed.stdout + installed.stderr
    return root


def notebook(*cells: str) -> str:
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell}
                for cell in cells
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        },
        indent=1,
    )


@pytest.mark.slow
def test_the_hook(
    lab: Path, pre_commit: Callable[..., Done], environment: dict[str, str], tool: tuple[Path, str]
) -> None:
    """From the first commit to `try-repo`, in one environment."""

    def commit(*paths: str) -> Done:
        git(lab, "add", *paths)
        done = pre_commit(lab, "run")
        if done.returncode == 0:
            git(lab, "commit", "-qm", "work", "--no-verify")
        return done

    # Clean files pass.
    done = commit(".pre-commit-config.yaml", "pyproject.toml", "calibration.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rescode check" in done.stdout
    assert "Passed" in done.stdout

    # A bad one is refused, and named; others that are just as bad, but not committed, are not.
    (lab / "load.py").write_text(HOME)
    (lab / "draft.py").write_text(HOME)
    done = commit("load.py")
    assert done.returncode == 1
    assert "load.py:1:8: RSC401" in done.stdout
    assert "draft.py" not in done.stdout
    assert "in 1 file." in done.stdout

    # Mended, it passes.
    (lab / "load.py").write_text('DATA = "data.csv"\n')
    assert commit("load.py").returncode == 0

    # The rules know the whole project: a module that is not passed has this function, and none has that one.
    other = CALIBRATE.replace("calibrate", "normalise").replace("gain", "weight")
    (lab / "known.ipynb").write_text(notebook(CALIBRATE, "calibrate([1.0], 2.0)"))
    (lab / "unknown.ipynb").write_text(notebook(other.replace("1.0", "9.0"), "normalise([1.0], 2.0)"))
    done = commit("known.ipynb", "unknown.ipynb")
    assert done.returncode == 1
    assert "unknown.ipynb:cell 1:4:5: RSC101" in done.stdout
    known = [line for line in done.stdout.splitlines() if line.startswith("known.ipynb")]
    assert ["RSC102" in line and "`calibration.py`" in line for line in known] == [True]
    git(lab, "reset", "-q")

    # git itself, through the hook that `pre-commit install` wrote.
    git(lab, "add", "draft.py")
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.org", "commit", "-qm", "work"]
    done = subprocess.run(command, cwd=lab, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "draft.py:1:8: RSC401" in done.stdout + done.stderr
    git(lab, "reset", "-q")

    # `try-repo`, which takes the same revision and so the same environment.
    done = pre_commit(lab, "try-repo", tool[0], "rescode-check", "--files", "draft.py")
    assert done.returncode == 1
    assert "draft.py:1:8: RSC401" in done.stdout
    assert pre_commit(lab, "try-repo", tool[0], "rescode-check", "--files", "load.py").returncode == 0

    # The hook that fixes: the commit stops, the file is mended and can be staged again.
    table = lab / "table.py"
    table.write_text('import pandas as pd\n\nDATA = "data/"\nsongs = pd.read_csv(DATA + "songs.csv")\n')
    git(lab, "add", "table.py")
    done = pre_commit(lab, "try-repo", tool[0], "rescode-fix", "--files", "table.py")
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert "Fixed 1 place in 1 file." in done.stdout
    assert 'pd.read_csv(Path(DATA) / "songs.csv")' in table.read_text()
    git(lab, "add", "table.py")
    assert pre_commit(lab, "try-repo", tool[0], "rescode-fix", "--files", "table.py").returncode == 0
