"""What the tests of the doors share: real processes, and throw-away projects."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOME = 'DATA = "/home/alice/data.csv"\n'
"""A line with one finding: RSC401."""

Done = subprocess.CompletedProcess[str]


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**kept, "PYTHONIOENCODING": "utf-8", **more}


def rescode(cwd: Path, *arguments: str | Path, stdin: str | bytes = b"", **more: Any) -> Done:
    """Run the command line in a process of its own."""
    return run(cwd, "-m", "rescode_lint", *arguments, stdin=stdin, **more)


def flake8(cwd: Path, *arguments: str | Path, stdin: str | bytes = b"", **more: Any) -> Done:
    return run(cwd, "-m", "flake8", *arguments, stdin=stdin, **more)


def run(cwd: Path, *arguments: str | Path, stdin: str | bytes = b"", env: Mapping[str, str] | None = None) -> Done:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, input=data, capture_output=True, env=environment(**(env or {})), timeout=120
    )
    out, error = (text.decode("utf-8", "replace").replace("\r\n", "\n") for text in (done.stdout, done.stderr))
    assert "Traceback" not in error, error
    return subprocess.CompletedProcess(command, done.returncode, out, error)


def git(cwd: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@b.org", "-c", "init.defaultBranch=main")
    # A test may itself run inside of a git hook, whose variables would name the wrong repository.
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(["git", *identity, *arguments], cwd=cwd, capture_output=True, text=True, check=True, env=env)
    return done.stdout


def hear_ctrl_c() -> None:
    """For `preexec_fn`: who was started in the background may have been told to ignore Ctrl-C, and tells its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def project(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A project with these files."""
    for path, text in {"pyproject.toml": "[tool.rescode]\n", **files}.items():
        full = root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def settle(seconds: float = 2.1) -> None:
    """Until files are old enough to be sure that they have not changed within the clock's grain."""
    time.sleep(seconds)


def messy_lab(to: Path) -> Path:
    """A copy of the messy study, without the cache that a run in place leaves."""
    shutil.copytree(ROOT / "fixtures" / "messy_lab", to, ignore=shutil.ignore_patterns(".rescode_cache"))
    return to
