"""Bad input: one clear line that names the culprit and the remedy, exit code 2 where the job could not be done (130 on
Ctrl-C), the other files still checked, nothing written, never a traceback.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest
from running import HOME, Done, environment, hear_ctrl_c, project, rescode, settle

from rescode_lint.doors.cli import main
from rescode_lint.run.discover import Entry
from rescode_lint.run.execute import Work, _run_in

CLEAN, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return project(tmp_path, {"good.py": HOME})


def refused(done: Done, *words: str) -> None:
    """One line on standard error, nothing on standard output, exit code 2."""
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("rescode: ")
    for word in words:
        assert word in done.stderr


def noted(done: Done, *words: str) -> None:
    """One line about the culprit among the findings of the other files, exit code 2."""
    assert done.returncode == FAILED
    assert "good.py:1:8: RSC401" in done.stdout
    lines = [line for line in done.stdout.splitlines() if "error: " in line]
    assert len(lines) == 1, done.stdout
    for word in words:
        assert word in lines[0]
    assert "; 1 error.\n" in done.stdout
    assert done.stderr == ""


# --- what was typed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "--selct", "RSC4"], ["there is no option `--selct`; did you mean `--select`?"]),
        (["check", "--frobnicate"], ["there is no option `--frobnicate`; `rescode check --help` lists"]),
        (["check", "--sel", "RSC4"], ["there is no option `--sel`; did you mean `--select`?"]),
        (["check", "--select"], ["--select", "expected one argument"]),
        (["check", "--select", "RSC9999"], ["--select: no rule is called `RSC9999`"]),
        (["check", "--select", "personal-pth"], ["no rule is called `personal-pth`; did you mean `personal-path`?"]),
        (["check", "--ignore", "E501"], ["--ignore: no rule is called `E501`"]),
        (["check", "--output-format", "yaml"], ["no format is called `yaml`; choose from full, concise, json"]),
        (["check", "--jobs", "many"], ["-j/--jobs", "must be a whole number", "`many`"]),
        (["check", "--jobs", "-1"], ["-j/--jobs"]),
        (["check", "--color", "sometimes"], ["--color: there is no `sometimes`; choose from auto, always, never"]),
        (["check", "-", "good.py"], ["`-` (standard input) stands alone"]),
        (["check", "--stdin-filename", "x.py"], ["--stdin-filename needs `-`"]),
        (["check", "-", "--stdin-filename", "x.txt"], ["x.txt: must end in .py or .ipynb"]),
        (["check", "--config", "nowhere.toml"], ["nowhere.toml: no such file"]),
        (["check", "--config", "selct = []"], ["there is no key `selct`; did you mean `select`?"]),
        (["chek"], ["there is no `chek`; did you mean `check`?"]),
        ([], ["COMMAND", "`rescode --help`"]),
        (["check", "--output-file", "nowhere/report.txt"], ["nowhere/report.txt: there is no folder `nowhere`"]),
        (["check", "--output-file", "."], ["--output-file .: is a folder"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_options(lab: Path, arguments: list[str], words: list[str]) -> None:
    refused(rescode(lab, *arguments), *words)
    assert sorted(path.name for path in lab.iterdir()) == ["good.py", "pyproject.toml"]


@pytest.mark.parametrize("arguments", [["check"], ["check", "--show-settings"]])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.rescode]\nselect = [\n", ["pyproject.toml:2: broken TOML", "--isolated"]),
        ("[tool.rescode]\nselct = []\n", ["there is no key `selct`; did you mean `select`?"]),
        ('[tool.rescode]\nselect = "RSC4"\n', ["`select` must be a list of strings, not a string"]),
        ('[tool.rescode]\nselect = ["RSC777777"]\n', ["no rule is called `RSC777777`"]),
        ("[tool.rescode]\nselect = ['\xff']\n".encode("latin-1"), ["pyproject.toml:2: TOML must be UTF-8"]),
    ],
)
def test_settings(lab: Path, arguments: list[str], text: str | bytes, words: list[str]) -> None:
    project(lab, {"pyproject.toml": text})
    refused(rescode(lab, *arguments), *words)
    assert rescode(lab, "check", "--isolated").returncode == FOUND


# --- what is on the disk ----------------------------------------------------------------------------------------------


def test_a_path_that_does_not_exist(lab: Path) -> None:
    noted(
        rescode(lab, "check", "god.py", "good.py"), "god.py: error: no such file or folder", "did you mean `good.py`?"
    )


def test_a_path_outside_of_the_project(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = project(tmp_path_factory.mktemp("other"), {"x.py": HOME})
    done = rescode(lab, "check", "good.py", other / "x.py")
    assert done.returncode in (FOUND, FAILED)  # whatever is around both
    assert "RSC401" in done.stdout


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("bad.py", b"\x7fELF\x02\x01\x01\x00\x00\x00", ["is no text (it holds NUL bytes)", "add it to `exclude`"]),
        ("bad.py", b"x = 1\0\n", ["is no text (it holds NUL bytes)"]),
        ("bad.py", "x = 1\n".encode("utf-16"), ["is UTF-16", "save it as UTF-8"]),
        ("bad.py", b"x = '\xff'\n", ["is not valid UTF-8", "coding: latin-1"]),
        ("bad.py", b"# coding: klingon\nx = 1\n", ["`klingon`", "declare `utf-8`"]),
        ("bad.py", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", ["Git LFS", "git lfs pull"]),
        ("bad.ipynb", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", ["Git LFS", "git lfs pull"]),
        ("bad.ipynb", b'{"cells": [{"cell_type": "code", "sou', ["is no valid JSON (line 1", "version control"]),
        ("bad.ipynb", b"", ["is empty"]),
        ("bad.ipynb", b"[]", ["is JSON, but no notebook"]),
        ("bad.ipynb", b"\x89PNG\r\n\x1a\n\0", ["is no UTF-8 text"]),
        ("bad.ipynb", b"<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> x\n", ["holds a merge conflict"]),
        ("bad.ipynb", b"[" * 100_000, ["nested too deeply"]),
    ],
)
def test_what_cannot_be_read(lab: Path, name: str, data: bytes, words: list[str]) -> None:
    project(lab, {name: data})
    for arguments in ([], [name, "good.py"], ["--jobs", "2"]):
        noted(rescode(lab, "check", *arguments), f"{name}: error: RSC000 ", *words)
    done = rescode(lab, "check", "good.py")
    assert done.returncode == FOUND, "who does not ask for it does not hear of it"
    done = rescode(lab, "check", "--output-format", "json")
    assert done.returncode == FAILED
    assert [error["path"] for error in json.loads(done.stdout)["errors"]] == [name]
    assert done.stderr.startswith(f"rescode: {name}: ")
    assert rescode(lab, "check", name).stdout.splitlines()[-1] == "Nothing was checked; 1 error."


@pytest.mark.parametrize(
    "text",
    [
        "x = (\n",
        "print 'hello'\n",
        "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n",
        "def f(:\n",
        "\tx = 1\n        y = 2\n",
        "x = '\n",
        '"""',
        "x = " + "(" * 300 + ")" * 300 + "\n",
        "x = " + "-" * 50_000 + "1\n",
        "x = a" + ".b" * 50_000 + "\n",
        "x = " + "1 + " * 20_000 + "1\n",
        "if x:\n    pass\n" + "elif x:\n    pass\n" * 5_000,
        "x = " + "[" * 90 + "]" * 90 + "\n",
        "\f\n\x1a\n",
        "x = '\\N{NO SUCH NAME}'\n",
        "x = 0777; y = 1__0\n",
    ],
    ids=lambda text: repr(text[:18]),
)
def test_what_cannot_be_parsed(lab: Path, text: str) -> None:
    """The file is named, one way or the other, and the others are checked."""
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    project(lab, {"bad.py": text, "bad.ipynb": json.dumps(notebook)})
    for jobs in ("1", "2"):
        done = rescode(lab, "check", "--jobs", jobs)
        assert "good.py:1:8: RSC401" in done.stdout
        assert done.stderr == ""
        assert done.returncode in (FOUND, FAILED)


def test_an_unreadable_file(lab: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """`chmod 000`; where root runs the tests, who may read everything, `open` says it."""
    project(lab, {"secret.py": HOME})
    (lab / "secret.py").chmod(0)
    if os.access(lab / "secret.py", os.R_OK):
        from rescode_lint.run import execute

        def guarded(path: str, mode: str = "r", **more: object) -> object:
            if str(path).endswith("secret.py"):
                raise PermissionError(13, "Permission denied", path)
            return open(path, mode, **more)  # type: ignore[call-overload]

        monkeypatch.setattr(execute, "open", guarded, raising=False)
    monkeypatch.chdir(lab)
    for arguments in ([], ["good.py", "secret.py"]):
        status = main(["check", "--output-format", "concise", *arguments])
        out, error = capfd.readouterr()
        noted(
            subprocess.CompletedProcess([], status, out, error),
            "secret.py: error: RSC000 cannot be read (Permission denied) (check its permissions)",
        )


def test_a_folder_named_like_a_notebook(lab: Path) -> None:
    project(lab, {"x.ipynb/inside.py": HOME.replace("alice", "bob"), "y.py/z.py": HOME})
    done = rescode(lab, "check", "-q")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["good.py", "x.ipynb/inside.py", "y.py/z.py"]
    assert rescode(lab, "check", "-q", "x.ipynb").stdout.startswith("x.ipynb/inside.py:1:8: RSC401")


@POSIX
def test_links_that_lead_nowhere_or_in_circles(lab: Path) -> None:
    (lab / "loop").symlink_to(lab)
    (lab / "sub").mkdir()
    (lab / "sub" / "up").symlink_to("..")
    (lab / "circle.py").symlink_to("circle.py")
    noted(rescode(lab, "check"), "circle.py: error: a symbolic link that leads to no file", "remove the link")
    noted(rescode(lab, "check", "circle.py", "good.py"), "circle.py")


@POSIX
def test_the_lock_of_an_editor(lab: Path) -> None:
    """Emacs writes who edits a file into a link beside it."""
    (lab / ".#good.py").symlink_to("alice@lab.4711:1700000000")
    assert rescode(lab, "check").returncode == FOUND


@POSIX
def test_what_is_no_regular_file(lab: Path) -> None:
    os.mkfifo(lab / "pipe.py")
    assert rescode(lab, "check").returncode == FOUND
    noted(rescode(lab, "check", "pipe.py", "good.py"), "pipe.py: error: is not a regular file")


def test_odd_names(lab: Path) -> None:
    names = ["sp ace.py", "ä.py", "-dash.py", "line\nbreak.py", "[x].py", "'quote'.py", "esc\x1b[31m.py"]
    if sys.platform == "win32":
        names = names[:3]
    project(lab, {name: HOME.replace("alice", f"alice{number}") for number, name in enumerate(names)})
    if sys.platform == "linux":
        (lab / os.fsdecode(b"latin-\xff.py")).write_text(HOME)
    for name in ("concise", "full", "json", "sarif", "github", "gitlab", "rdjson", "junit"):
        for _ in range(2):
            done = rescode(lab, "check", "--output-format", name)
            assert done.returncode == FOUND
            assert done.stdout.count("RSC401") >= len(names) + 1
            assert "\x1b" not in done.stdout
    assert rescode(lab, "check", "--", "-dash.py").returncode == FOUND


# --- while we run -----------------------------------------------------------------------------------------------------


def test_a_file_that_goes_or_changes_while_we_run(
    lab: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from rescode_lint.run import pipeline

    project(lab, {"gone.py": HOME, "other.py": "x = 1\n"})
    discover = pipeline.discover

    def meanwhile(*arguments: object) -> object:
        found = discover(*arguments)  # type: ignore[arg-type]
        (lab / "gone.py").unlink()
        (lab / "other.py").write_text('x = "/data/more.csv"\n')
        return found

    monkeypatch.chdir(lab)
    monkeypatch.setattr(pipeline, "discover", meanwhile)
    status = main(["check", "--output-format", "concise"])
    out, error = capfd.readouterr()
    done = subprocess.CompletedProcess([], status, out, error)
    noted(done, "gone.py: error: RSC000 was deleted while we ran (run again)")
    assert "other.py:1:5: RSC402" in out
    monkeypatch.undo()
    done = rescode(lab, "check")
    assert (done.returncode, done.stdout.count("RSC4")) == (FOUND, 2)


def test_a_rule_that_crashes(lab: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """It is named with the file, the other rules go on, and the result is not kept as if it were one."""
    from rescode_lint.rules.paths.personal_path import PersonalPath
    from rescode_lint.rules.tests.untested_module import UntestedModule

    def crash(*_: object) -> Iterator[object]:
        raise KeyError("x")

    project(lab, {"more.py": 'x = "/data/more.csv"\n'})
    monkeypatch.chdir(lab)
    monkeypatch.setattr(PersonalPath, "check", crash)
    monkeypatch.setattr(UntestedModule, "check", crash)
    for _ in range(2):
        assert main(["check", "--output-format", "concise", "--cache-dir", "cache"]) == FAILED
        out, _ = capfd.readouterr()
        assert re.search(r"good\.py(:1)?: error: RSC002 the rule RSC401 personal-path crashed: KeyError: 'x'", out)
        assert "go on with `--ignore RSC401`" in out
        assert "\nerror: RSC002 the rule RSC501 untested-module crashed" in out
        assert "more.py:1:5: RSC402" in out
    assert main(["check", "--output-format", "concise", "--ignore", "RSC401,RSC501", "--cache-dir", "cache"]) == FOUND
    monkeypatch.undo()
    assert rescode(lab, "check", "--cache-dir", "cache").returncode == FOUND


def test_a_fault_of_ours(lab: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Even a crash outside of any rule costs one file only, and is named."""
    from rescode_lint.check import analyse

    walk = analyse.walk

    def crash(source: analyse.Source, *more: object) -> object:
        if source.path == "odd.py":
            raise ZeroDivisionError("oops")
        return walk(source, *more)  # type: ignore[arg-type]

    project(lab, {"odd.py": "x = 1\n"})
    monkeypatch.chdir(lab)
    monkeypatch.setattr(analyse, "walk", crash)
    status = main(["check", "--output-format", "concise", "--no-cache"])
    out, error = capfd.readouterr()
    noted(
        subprocess.CompletedProcess([], status, out, error),
        "odd.py: error: RSC000 could not be checked, by a fault of rescode-lint (ZeroDivisionError in test_bad_input.py:",
    )


# --- closed streams ---------------------------------------------------------------------------------------------------


def shell(cwd: Path, command: str) -> Done:
    python = f"'{sys.executable}' -m rescode_lint"
    command = command.replace("RESCODE", python)
    done = subprocess.run(["bash", "-c", command], cwd=cwd, capture_output=True, text=True, env=environment())
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


@POSIX
def test_nobody_reads_on(lab: Path) -> None:
    """`| head`: what was found still decides about the exit code."""
    project(lab, {"big.py": HOME * 20_000})
    done = shell(lab, "RESCODE check | head -1; exit ${PIPESTATUS[0]}")
    assert done.returncode == FOUND
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""
    assert shell(lab, "RESCODE rules | head -1; exit ${PIPESTATUS[0]}").returncode == CLEAN


@POSIX
def test_standard_output_closed(lab: Path) -> None:
    refused(shell(lab, "RESCODE check >&-"), "standard output is closed", "--output-file")
    assert shell(lab, "RESCODE check --output-file report.txt >&-").returncode == FOUND
    assert "RSC401" in (lab / "report.txt").read_text()


@POSIX
def test_standard_error_and_input_closed(lab: Path) -> None:
    assert shell(lab, "RESCODE check -v 2>&-").returncode == FOUND
    done = shell(lab, "RESCODE check --selct 2>&-")
    assert (done.returncode, done.stdout) == (FAILED, "")
    refused(shell(lab, "RESCODE check - <&-"), "standard input is closed")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_a_full_disk(lab: Path) -> None:
    refused(shell(lab, "RESCODE check > /dev/full"), "standard output cannot be written (No space left on device)")
    refused(shell(lab, "RESCODE check --output-file /dev/full"), "/dev/full: cannot be written (No space left")


@POSIX
def test_the_current_folder_is_gone(lab: Path) -> None:
    done = shell(lab, "mkdir x && cd x && rmdir ../x && RESCODE check")
    assert done.returncode == FAILED
    assert "the current folder does not exist any more" in done.stderr


# --- signals ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough for two processes and some seconds."""
    text = "\n".join(f"def f_{i}(x, fileName=None):\n    total = x + {i}\n    return total * {i}" for i in range(4000))
    return project(tmp_path_factory.mktemp("large"), {f"m_{number}.py": f"{HOME}{text}" for number in range(24)})


def start(cwd: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "rescode_lint", "check", "--jobs", "2", "--no-cache", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        cwd=cwd,
        stdout=pipe,
        stderr=pipe,
        text=True,
        env=environment(),
        start_new_session=True,
        preexec_fn=hear_ctrl_c,
    )


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Its child processes, once both are there."""
    for _ in range(600):
        try:
            found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        except OSError:
            found = []
        if len(found) >= 2:
            return [int(pid) for pid in found]
        if process.poll() is not None:
            break
        time.sleep(0.01)
    pytest.fail("no workers were seen")


def gone(pids: list[int], seconds: float = 10.0) -> bool:
    def alive(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    end = time.monotonic() + seconds
    while any(map(alive, pids)):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


LINUX = pytest.mark.skipif(
    not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists(), reason="needs Linux's /proc"
)


@LINUX
@pytest.mark.parametrize("delay", [0.0, 0.02, 0.3])
def test_ctrl_c(large: Path, delay: float) -> None:
    """To the whole group, as a terminal sends it: one line, 130, no report, no orphan."""
    process = start(large, "--output-file", "report.txt")
    children = workers(process)
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (INTERRUPTED, "")
    assert error == "rescode: interrupted; no report was written\n"
    assert gone(children)
    assert not (large / "report.txt").exists()
    assert not (large / ".rescode_cache").exists()


@pytest.mark.slow
@LINUX
def test_a_worker_that_is_killed(large: Path) -> None:
    """As for lack of memory: its part is done again, and the report is the same."""
    process = start(large)
    os.kill(workers(process)[0], signal.SIGKILL)
    out, error = process.communicate(timeout=120)
    assert (process.returncode, error) == (FOUND, "")
    assert out == rescode(large, "check", "--jobs", "1", "--no-cache").stdout


@pytest.mark.parametrize("taken", [0, 1, 3])
def test_a_pool_that_breaks_while_it_is_filled(taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had not taken is done by the parent."""
    project(tmp_path, {f"m_{number}.py": HOME for number in range(4)})
    submit, calls = ProcessPoolExecutor.submit, iter(range(100))

    def breaks(*arguments: Any, **named: Any) -> Any:
        if next(calls) >= taken:
            raise BrokenProcessPool
        return submit(*arguments, **named)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", breaks)
    entries = [Entry(f"m_{number}.py", 0, 0, 0) for number in range(4)]
    work = Work(str(tmp_path), (), {})
    done = list(_run_in(2, [[entry] for entry in entries], work))
    assert [entry for entry, _ in done] == entries
    assert all(result.digest for _, result in done)


@LINUX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_parent_that_is_killed_leaves_no_orphans(large: Path, number: signal.Signals) -> None:
    process = start(large)
    children = workers(process)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert gone(children)


# --- the cache --------------------------------------------------------------------------------------------------------


@pytest.fixture
def warm(lab: Path) -> tuple[Path, str]:
    """A laboratory with a cache, and what is to be said of it."""
    project(lab, {"more.py": 'x = "/data/more.csv"\n', "bad_name.py": "def f(fileName: int = None): pass\n"})
    settle()
    return lab, rescode(lab, "check").stdout


def test_damaged_cache_files(warm: tuple[Path, str]) -> None:
    """Cut short, bytes flipped, emptied, replaced by folders: the answer is the same, and the cache mends itself."""
    root, wanted = warm
    files = sorted(path for path in (root / ".rescode_cache").iterdir() if "-" in path.name)
    assert len(files) == 2
    whole = {path: path.read_bytes() for path in files}
    for path in files:
        data = whole[path]
        damaged = [b"", data[: len(data) // 2], data[:-1], b"\xff" * 50, b"\0" * len(data), data * 2]
        for at in range(0, len(data), max(len(data) // 12, 1)):
            damaged.append(data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :])
        for bad in damaged:
            for other in files:
                other.write_bytes(whole[other])
            path.write_bytes(bad)
            if path.name.startswith("records"):
                next(p for p in files if p.name.startswith("verdict")).unlink()
            done = rescode(root, "check")
            assert (done.stdout, done.stderr) == (wanted, ""), bad
    for path in files:
        path.unlink()
        path.mkdir()
    assert rescode(root, "check").stdout == wanted


def test_a_cache_that_cannot_be_written(warm: tuple[Path, str], tmp_path: Path) -> None:
    root, wanted = warm
    (tmp_path / "file").write_text("")
    for folder in ("file", "file/below", "/proc/nowhere" if sys.platform == "linux" else "file"):
        done = rescode(root, "check", "--cache-dir", folder)
        assert (done.stdout, done.stderr, done.returncode) == (wanted, "", FOUND)
    cache = root / "read-only"
    cache.mkdir(mode=0o555)
    done = rescode(root, "check", "--cache-dir", cache)
    assert (done.stdout, done.stderr, done.returncode) == (wanted, "", FOUND)


def test_a_cache_of_another_version(warm: tuple[Path, str]) -> None:
    """Its name says so: it is left alone, and forgotten when nobody has used it for a month."""
    root, wanted = warm
    cache = root / ".rescode_cache"
    old = cache / "records-0123456789abcdef"
    older = cache / "verdict-0123456789abcdef"
    for path in (old, older):
        path.write_text("anything")
    long_ago = time.time() - 40 * 24 * 3600
    os.utime(older, (long_ago, long_ago))
    project(root, {"new.py": "x = 1\n"})
    assert rescode(root, "check").stdout == wanted.replace("4 files", "5 files").replace("3 files", "4 files")
    assert old.read_text() == "anything"
    assert not older.exists()


def test_concurrent_runs(tmp_path: Path) -> None:
    """Several at once on one cold cache: all say the same, and the cache is whole."""
    root = project(tmp_path, {f"m_{n}.py": f"{HOME}def f_{n}(x: int = None): return x\n" for n in range(60)})
    command = [sys.executable, "-m", "rescode_lint", "check"]
    pipe = subprocess.PIPE
    for _ in range(2):
        processes = [
            subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True, env=environment())
            for _ in range(5)
        ]
        results = {process.communicate(timeout=60) for process in processes}
        assert len(results) == 1
        assert results.pop()[1] == ""
        settle()
    assert not [path for path in (root / ".rescode_cache").iterdir() if path.name.endswith(".tmp")]
    assert rescode(root, "check").stdout == rescode(root, "check", "--no-cache").stdout
