"""Notebooks run before and after a change: in copies, and compared by what they put out."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from running import hear_ctrl_c

from rescode_lint.refactor.copies import copy, in_words, shadows, survey
from rescode_lint.refactor.outputs import Ran, excerpts, homes_of, pairs, said, without_numbers
from rescode_lint.refactor.verify import CannotVerify, Verdict, _commands, verify


def notebook(*cells: str | tuple[str, str], ids: bool = True, kernel: str = "python3") -> bytes:
    """A notebook; a cell may be a pair of its tag and its text."""
    made: list[dict[str, Any]] = []
    for number, cell in enumerate(cells):
        tags, text = ([cell[0]], cell[1]) if isinstance(cell, tuple) else ([], cell)
        made.append({"cell_type": "code", "metadata": {"tags": tags}, "outputs": [], "source": text})
        if ids:
            made[-1]["id"] = f"c{number}"
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()


def without(data: bytes, *positions: int) -> bytes:
    made = json.loads(data)
    made["cells"] = [cell for position, cell in enumerate(made["cells"], 1) if position not in positions]
    return json.dumps(made).encode()


# --- what a cell says -------------------------------------------------------------------------------------------------


def printed(*texts: str, name: str = "stdout") -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": name, "text": text} for text in texts]


def shown(plain: str, **others: object) -> dict[str, Any]:
    data = {"text/plain": plain} | {kind.replace("_", "/"): value for kind, value in others.items()}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 3}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("<object object at 0x7f12ab34cd>", "<object object at 0x7f9900aa11>"),
        ("a\nCPU times: user 1 ms, sys: 0 ns, total: 1 ms\nWall time: 1.2 ms\n", "a\nCPU times: user 3\nWall time: 2 s\n"),
        ("1.23 µs ± 4 ns per loop (mean ± std. dev. of 7 runs, 10 loops each)\n", "2 ms ± 1.1 µs per loop (mean)\n"),
        ("  3%|#   | 3/90 [00:01<00:29, 2.9it/s]\r100%|####| 90/90 [00:31<00:00, 2.9it/s]\nx\n", "x\n"),
        ("loading 1\rloading 2\rdone\n", "loading 9\rdone\n"),
        ("42it [00:00, 812.12it/s]\n", ""),
        ("/tmp/ipykernel_12/3.py:2: UserWarning: old\n  warn('old')\nx\n", "x\n"),
        ("INFO:__main__:fitted\n", "INFO:study.features:fitted\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("id 6f9619ff-8b86-d011-b42d-00c04fc964ff", "id 01234567-8b86-d011-b42d-00c04fc964ff"),
        ("/tmp/tmpab12cd34/x.csv", "/tmp/tmpzz99yy88/x.csv"),
        ("<function __main__.clean(x)>", "<function study.features.clean(x)>"),
        ("<class '__main__.Bird'>", "<class 'features.Bird'>"),
    ],
)  # fmt: skip
def test_what_is_put_aside(one: str, two: str) -> None:
    homes = homes_of(["src/study/features.py", "src/study/__init__.py"])
    for name in ("stdout", "stderr"):
        assert said(printed(one, name=name), homes) == said(printed(two, name=name), homes)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1\n", "2\n"),
        ("a\n", "b\n"),
        ("Total: 3\n", "Total: 4\n"),
        ("Wall time is short\n", "Wall time is long\n"),
        ("10% | 3\n", "20% | 3\n"),
        ("INFO:a:x\n", "INFO:a:y\n"),
        ("at 0x7f", "at 0x80"),
        ("other.clean(x)", "more.clean(x)"),
    ],
)
def test_what_counts(one: str, two: str) -> None:
    assert said(printed(one)) != said(printed(two))
    assert said([shown(one)]) != said([shown(two)])


def test_outputs_as_the_format_has_them() -> None:
    assert said([]) == said(printed("\n")) == ()
    assert said(printed("a\n", "b\n")) == said(printed("a\nb\n")) == said([{**printed("")[0], "text": ["a\n", "b\n"]}])
    # which of two streams comes first is chance
    assert said(printed("a") + printed("b", name="stderr")) == said(printed("b", name="stderr") + printed("a"))
    assert said([shown("1"), shown("2")]) != said([shown("2"), shown("1")])
    assert said([shown("f", image_png="AAAA")]) == said([shown("f", image_png="BBBB")]) != said([shown("f")])
    assert said([shown("t", text_html="<b>1</b>")]) != said([shown("t", text_html="<b>2</b>")])
    style = '<style>#T_ab12c_row0 {}</style><img src="data:image/png;base64,AA+/=="> x'
    assert said([shown("t", text_html=style)]) == said(
        [shown("t", text_html=style.replace("ab12c", "00ff0").replace("AA+", "BB+"))]
    )
    assert said([shown("w", application_javascript="1")]) == said([shown("w")])
    assert said([shown("w", application_json={"b": 1, "a": [2]})]) == ('w\n{"a": [2], "b": 1}',)
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'x'", "traceback": ["line 3 of cell 2"]}
    assert said([error]) == said([{**error, "traceback": []}]) == ("KeyError: 'x'",)
    assert without_numbers(("a 1.5e-3, 12,000 b",)) == ("a #, # b",)


def test_excerpts() -> None:
    assert excerpts(("a\nb\nc",), ("a\nB\nc",)) == ("b\nc", "B\nc")
    assert excerpts((), ("x",)) == ("no output", "x")
    assert excerpts(("x\ny",), ("x",)) == ("y", "nothing more")
    assert excerpts(("1\n2\n3\n4",), ("x" * 500,)) == ("1\n2\n3\n…", "x" * 159 + "…")


def ran(*cells: str, ids: str = "") -> list[Ran]:
    return [Ran(at, ids[at - 1] if ids else None, text, ()) for at, text in enumerate(cells, 1)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ran("a", "b"), ran("a", "b"), [(1, 1), (2, 2)]),
        (ran("a", "b", "c"), ran("a", "c"), [(1, 1), (2, None), (3, 2)]),
        (ran("a"), ran("n", "a"), [(None, 1), (1, 2)]),
        (ran("a", "b\nx\ny", "c"), ran("a", "n", "x\ny", "c"), [(1, 1), (None, 2), (2, 3), (3, 4)]),
        (ran("d\nf(1)\ng(2)", "p", "q"), ran("f(1)\ng(2)", "q"), [(1, 1), (2, None), (3, 2)]),
        (ran("a", "b", ids="xy"), ran("q", "a", ids="yx"), [(1, 2), (2, 1)]),
        (ran("a", "b", ids="xy"), ran("b", "c", ids="yz"), [(1, None), (2, 1), (None, 2)]),
        (ran("a", "b", ids="xx"), ran("a", "b", ids="xx"), [(1, 1), (2, 2)]),
        (ran(), ran("a"), [(None, 1)]),
    ],
)
def test_pairs(before: list[Ran], after: list[Ran], expected: list[tuple[int | None, int | None]]) -> None:
    made = pairs(before, after)
    assert [(one and one.position, two and two.position) for one, two in made] == expected


def test_homes() -> None:
    homes = homes_of(["src/study/features.py"])
    assert homes is not None
    texts = ["src.study.features.f", "study.features.f", "features.f", "my.features.f", "myfeatures.f"]
    assert [homes.sub("M.", text) for text in texts] == ["M.f", "M.f", "M.f", "my.features.f", "myfeatures.f"]
    assert homes_of([]) is None


def test_commands() -> None:
    cells = [
        "!pip install x\ny = 1\n!pip install x",
        "%%bash\nrm -r a\nls",
        "%pip install z",
        "a = !ls",
        "%time f()",
        "x =",
    ]
    assert _commands(cells) == ["!pip install x", "%bash rm -r a …", "%pip install z", "!ls"]


# --- copies -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "lab"
    for path in (
        ".git/HEAD",
        ".venv/pyvenv.cfg",
        "env/bin/activate",
        "node_modules/x/y",
        ".rescode_cache/c",
        "a/b/c.txt",
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    (root / "a" / "__pycache__").mkdir()
    return root


def everything(folder: Path) -> dict[str, bytes | str | None]:
    found: dict[str, bytes | str | None] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
    return found


def test_a_copy_leads_nowhere_else(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "data.csv").write_text("1,2")
    (project / "file.csv").symlink_to(elsewhere / "data.csv")
    (project / "folder").symlink_to(elsewhere)
    (project / "gone").symlink_to(elsewhere / "nothing")
    (project / "a" / "inside").symlink_to(project / "a" / "b")
    (project / "big.bin").write_bytes(b"x" * 2000)
    (project / "paths.py").write_text(f"A = '{project}/a', '{project}', '{project}2', '/x{project}', '{project}.old'")
    (project / "paths.bin").write_text(f"{project}")
    (project / "gone.py").write_text("")
    (project / "run.sh").write_text("true")
    (project / "run.sh").chmod(0o755)
    if hasattr(os, "mkfifo"):
        os.mkfifo(project / "pipe")

    found = survey(str(project), 1000)
    assert [path for path, _ in found.left_out] == ["big.bin", "folder"] + ["pipe"] * hasattr(os, "mkfifo")
    to = tmp_path / "copy"
    copy(found, str(project), str(to), {"new/m.py": b"y", "a/b/c.txt": b"new", "gone.py": None})
    there = everything(to)
    assert there == {
        ".git": None,
        "a": None,
        "a/b": None,
        "a/b/c.txt": b"new",
        "a/inside": "b",
        "file.csv": b"1,2",
        "new": None,
        "new/m.py": b"y",
        "paths.bin": str(project).encode(),
        "paths.py": f"A = '{to}/a', '{to}', '{project}2', '/x{project}', '{project}.old'".encode(),
        "run.sh": b"true",
    }
    assert os.access(to / "run.sh", os.X_OK)
    assert (project / "gone.py").exists()


@pytest.mark.parametrize("path", ["../x.py", "/x.py", "a/../../x.py"])
def test_nothing_is_copied_out_of_the_copy(project: Path, tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="not in the project"):
        copy(survey(str(project)), str(project), str(tmp_path / "copy"), {path: b""})
    assert not (tmp_path / "copy").exists()


def test_small_things(tmp_path: Path) -> None:
    for name in ("random.py", "study.py", "json.txt"):
        (tmp_path / name).touch()
    (tmp_path / "types").mkdir()
    assert list(shadows(str(tmp_path))) == ["random.py", "types"]
    assert [in_words(size) for size in (0, 999, 1500, 2_000_000, 3_210_000_000)] == [
        "0 B",
        "999 B",
        "2 kB",
        "2 MB",
        "3.2 GB",
    ]


# --- runs -------------------------------------------------------------------------------------------------------------

Check = Callable[..., Verdict]


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def check(tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Check]:
    """Verifies a change of a project, which must not be touched by that."""
    root, temporary = tmp_path / "lab", tmp_path / "temporary"
    root.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    def check(before: dict[str, bytes], after: dict[str, bytes | None], *notebooks: str, **options: Any) -> Verdict:
        for path, data in before.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        known = everything(root)
        try:
            return verify(str(root), before, after, notebooks, say=lines.append, **{"timeout": 120, **options})
        finally:
            assert everything(root) == known
            assert list(temporary.iterdir()) == []

    yield check
    assert list(temporary.iterdir()) == []


def test_the_same_as_before(check: Check, lines: list[str], tmp_path: Path) -> None:
    before = notebook(
        "import logging, os, warnings\nfrom pathlib import Path",
        "def double(x):\n    warnings.warn('twice', DeprecationWarning)\n    return 2 * x",
        "data = [int(x) for x in Path('../data/x.csv').read_text().split(',')]\n[double(x) for x in data]",
        f"Path('out.txt').write_text('1')\nprint(sorted(os.listdir()), len(Path('{tmp_path}/lab/data/x.csv').read_text()))",
        "print(object(), os.getcwd(), __import__('tempfile').mkdtemp())\ndouble",
        "%time double(3)",
        "logging.getLogger().warning('low')",
        ("raises-exception", "1 / 0"),
        "!echo shell",
    )
    after = without(before.replace(b"import Path", b"import Path\\nfrom study.twice import double"), 2)
    module = b"import warnings\n\ndef double(x):\n    warnings.warn('twice', DeprecationWarning)\n    return 2 * x\n"
    files = {"nb/a.ipynb": before, "data/x.csv": b"1,2,3", "src/study/__init__.py": b""}
    verdict = check(files, {"nb/a.ipynb": after, "src/study/twice.py": module}, "nb/a.ipynb")
    assert verdict == Verdict()
    assert verdict.ok
    said = "\n".join(lines)
    assert "Runs 1 notebook before and after the change, in copies of the project (3 files, " in said
    assert "  nb/a.ipynb: 9 cells, kernel `python3`\n    with the shell: !echo shell\n" in said
    assert lines.index("runs nb/a.ipynb as it is") < lines.index("runs nb/a.ipynb as it is to be")


@pytest.mark.slow
def test_differences(check: Check) -> None:
    before = notebook(
        "import random, time\nfrom m import f",
        "f(2)",
        "print('at', time.time_ns())",
        "''.join(random.choice('abcdefghijkl') for _ in range(30))",
        "print('defined')",
        "x = 1\n'last'",
        ids=False,
        kernel="no-such-kernel",
    )
    after = without(before.replace(b"'last'", b"'first'"), 5)
    files = {"a.ipynb": before, "b.ipynb": notebook("1"), "m.py": b"def f(x):\n    return x + 1\n"}
    verdict = check(files, {"a.ipynb": after, "m.py": b"def f(x):\n    return x * 3\n"}, "b.ipynb", "a.ipynb")
    assert not verdict.ok
    assert [tuple(difference) for difference in verdict.differences] == [
        ("a.ipynb", 2, "3", "6"),
        ("a.ipynb", 5, "defined", "no output"),
        ("a.ipynb", 6, "'last'", "'first'"),
    ]
    assert verdict.lines()[:3] == ["a.ipynb:cell 2 puts out something else", "    - 3", "    + 6"]
    assert verdict.notes == (
        "`a.ipynb` cell 3 puts out something else in each run: compared without its numbers",
        "`a.ipynb` cell 4 puts out something else in each run: compared not at all",
    )


@pytest.mark.slow
def test_what_fails_after_the_change_differs(check: Check) -> None:
    before = {"a.ipynb": notebook("def f(x):\n    return x", "f(1)", "f(2)")}
    verdict = check(before, {"a.ipynb": without(before["a.ipynb"], 1)}, "a.ipynb")
    assert [tuple(difference) for difference in verdict.differences] == [
        ("a.ipynb", 2, "no error", "raises NameError: name 'f' is not defined")
    ]


@pytest.mark.slow
def test_what_fails_before_the_change_cannot_be_verified(check: Check, lines: list[str]) -> None:
    before = {
        "a.ipynb": notebook("x = 1", "import no_such_module"),
        "b.ipynb": notebook("import os, time\nos.getpid()", "while True:\n    time.sleep(0.1)"),
        "c.ipynb": notebook("import os\nos._exit(1)"),
    }
    with pytest.raises(CannotVerify) as caught:
        check(before, {}, *before, timeout=5)
    assert caught.value.reason == (
        "`a.ipynb` cell 2 raises ModuleNotFoundError: No module named 'no_such_module'; "
        "`b.ipynb` cell 2 takes longer than 5 s; `c.ipynb` cell 1 ends its kernel before the change"
    )
    assert "install what the notebook needs" in caught.value.remedy
    assert not any("as it is to be" in line for line in lines)


@pytest.mark.slow
def test_errors_are_compared_where_that_is_allowed(check: Check, lines: list[str]) -> None:
    before = notebook("import no_such_module", "def f(x):\n    return 2 * x", "1 / 0", "f(2)", "f('a')")
    same = check({"a.ipynb": before}, {}, "a.ipynb", allow_errors=True)
    told = "`a.ipynb` cell 1 raises ModuleNotFoundError: No module named 'no_such_module' before the change; 2 of 5 cells raise an error"
    assert same == Verdict(notes=(told,))
    assert told in lines
    after = {"a.ipynb": before.replace(b"2 * x", b"x / 2")}
    verdict = check({"a.ipynb": before}, after, "a.ipynb", allow_errors=True)
    assert [(difference.cell, difference.before) for difference in verdict.differences] == [(4, "4"), (5, "'aa'")]
    assert verdict.differences[1].after.startswith("TypeError")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_leaves_no_kernel_and_no_copy(tmp_path: Path) -> None:
    code = (
        "import sys; from rescode_lint.refactor.verify import verify\n"
        "verify(sys.argv[1], {}, {}, ['a.ipynb'], say=lambda line: None)"
    )
    mark = tmp_path / "mark"
    (tmp_path / "lab").mkdir()
    (tmp_path / "temporary").mkdir()
    text = f"import os, pathlib, time\npathlib.Path('{mark}').write_text(str(os.getpid()))\ntime.sleep(60)"
    (tmp_path / "lab" / "a.ipynb").write_bytes(notebook(text))
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lab")],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,
    )
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors.splitlines()[-1]
    assert list((tmp_path / "temporary").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_nothing_to_run(check: Check) -> None:
    assert check({}, {}) == Verdict()


def test_no_notebook(check: Check) -> None:
    with pytest.raises(CannotVerify, match="no valid JSON"):
        check({"a.ipynb": b"{"}, {}, "a.ipynb")
    with pytest.raises(CannotVerify, match=r"none\.ipynb"):
        check({}, {}, "none.ipynb")


def test_without_the_extra(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "nbclient" else find(name))
    with pytest.raises(CannotVerify, match=r'nbclient is not installed .*`pip install "rescode-lint\[verify\]"`'):
        check({"a.ipynb": notebook("1")}, {}, "a.ipynb")


def test_no_space(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 10}))
    with pytest.raises(CannotVerify, match="TMPDIR"):
        check({"a.ipynb": notebook("1")}, {}, "a.ipynb")
