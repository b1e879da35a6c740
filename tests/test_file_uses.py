"""Which files a script or notebook reads and writes: the table, what a Summary keeps of it, and what the rules make of it."""

from __future__ import annotations

import ast

import pytest

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.facts.files import file_names, is_placeholder, named_by_convention, role_of_mode, touches
from rescode_lint.model import FileUse, Tree
from rescode_lint.project import Project
from rescode_lint.rules.paths.repeated_path_literal import RepeatedPathLiteral
from rescode_lint.rules.reproducibility.artifact_without_writer import ArtifactWithoutWriter
from rescode_lint.rules.reproducibility.unversioned_artifact import UnversionedArtifact
from rescode_lint.run.cache import decode, encode
from rescode_lint.testing import files_of, fix, run


def uses(code: str) -> list[FileUse]:
    files, _ = files_of(code)
    ((path, text),) = files.items()
    return list(analyse(path, text.encode(), Judges(())).summary.files)


def told(code: str) -> list[tuple[str, str]]:
    return [(use.role, use.text) for use in uses(code)]


@pytest.mark.parametrize(
    ("call", "name", "wanted"),
    [
        ("open('x')", None, [("'x'", "read")]),
        ("open('x', 'wb')", None, [("'x'", "write")]),
        ("open('x', mode='a')", None, [("'x'", "append")]),
        ("open(mode=how, file='x')", None, [("'x'", "read")]),
        ("path.open('w')", None, [("path", "write")]),
        ("tar.open('x.tar')", None, []),
        ("webbrowser.open('x')", "webbrowser.open", []),
        ("np.load('x')", "numpy.load", [("'x'", "read")]),
        ("yaml.load('x')", "yaml.load", []),
        ("torch.save(net, 'x')", "torch.save", [("'x'", "write")]),
        ("torch.save(net, f='x')", "torch.save", [("'x'", "write")]),
        ("df.to_csv('x')", None, [("'x'", "write")]),
        ("df.to_csv('x', mode='a')", None, [("'x'", "append")]),
        ("df.to_csv()", None, []),
        ("df.to_csv(*names)", None, []),
        ("shutil.copy('a', 'b')", "shutil.copy", [("'a'", "read"), ("'b'", "write")]),
        ("imread('x')", None, [("'x'", "read")]),
        ("load('x')", None, []),
        ("h5py.File('x', 'r+')", "h5py.File", [("'x'", "append")]),
        ("f()('x')", None, []),
    ],
)
def test_table(call: str, name: str | None, wanted: list[tuple[str, str]]) -> None:
    statement = ast.parse(call).body[0]
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert [(ast.unparse(touch.node), touch.role) for touch in touches(statement.value, name)] == wanted


def test_names_come_in_one_order() -> None:
    assert list(file_names()) == list(file_names())
    assert "read_csv" in file_names()


@pytest.mark.parametrize(
    ("mode", "role"), [("r", "read"), ("rb", "read"), ("w+", "write"), ("x", "write"), ("a", "append")]
)
def test_modes(mode: str, role: str) -> None:
    assert role_of_mode(mode) == role


def test_conventions_and_placeholders() -> None:
    assert named_by_convention("docs/README.md")
    assert named_by_convention("data/..")
    assert not named_by_convention("data/songs.csv")
    assert is_placeholder("path/to/songs.csv")
    assert not is_placeholder("pathology/tools.csv")


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("P = 'a/b.csv'\nopen(P)", [("read", "a/b.csv")]),
        ("import os\nopen(os.path.join('a', 'b.csv'))", [("read", "a/b.csv")]),
        ("from pathlib import Path\nD = Path('a')\nopen(D / 'b.csv')", [("read", "a/b.csv")]),
        ("from pathlib import Path\n(Path('a') / 'b.csv').write_text('x')", [("write", "a/b.csv")]),
        ("for i in x:\n    open(f'a/{i}.csv', 'w')", [("write", "a/*.csv")]),
        ("open('a/%03d.csv' % n)", [("read", "a/*.csv")]),
        ("open('a/{}.csv'.format(n))", [("read", "a/*.csv")]),
        ("def f(p='a.csv'):\n    open(p)", [("read", "a.csv")]),
        ("p = 'a.csv'\np += 'z'\nopen(p)", [("read", "*"), ("other", "a.csv")]),
        ("open('./a//b.csv')", [("read", "a/b.csv")]),
        ("open(r'a\\b.csv')", [("read", "a/b.csv")]),
        ("save(x, 'b.pkl')", [("other", "b.pkl")]),
        ("save(x, f'{d}/b.pkl')", [("other", "*/b.pkl")]),
        ("# %%\n!wget https://x.org/a.csv", [("command", "https://x.org/a.csv")]),
        ("# %%\n!unzip a.zip -d data", [("command", "a.zip")]),
        ("import os\nos.system('unzip a.zip')", [("command", "a.zip")]),
        ("model.run('a.csv')", [("other", "a.csv")]),
        ("print 'a'\nopen('b.csv')", [("other", "b.csv")]),
        ("p = p\nopen(p)", [("read", "*")]),
        ("p = q\nq = p\nopen(q)", [("read", "*")]),
    ],
)
def test_summary(code: str, wanted: list[tuple[str, str]]) -> None:
    assert told(code) == wanted


def test_a_long_sum_is_not_followed_for_ever() -> None:
    assert len(uses("open(" + " + ".join(["'a'"] * 400) + ")")) == 1


def test_loops_and_conditions() -> None:
    (use,) = uses("for k in ks:\n    t = f(k)\n    if t:\n        t.to_csv('a.csv')")
    assert (use.loop, "c" in use.flags, "n" in use.flags) == ("k", True, True)
    (use,) = uses("if x:\n    for k in ks:\n        t.to_csv('a.csv')")
    assert (use.loop, "c" in use.flags, "n" in use.flags) == ("k", False, False)
    (use,) = uses("for k in ks:\n    def f(t):\n        t.to_csv('a.csv')")
    assert use.loop == ""
    (use,) = uses("while True:\n    try:\n        t = f()\n        t.to_csv('a.csv')\n    finally:\n        pass")
    assert (use.loop, "t" in use.flags, "n" in use.flags) == ("while", True, True)


def test_the_cache_keeps_them() -> None:
    record = analyse("a.py", b"open('a.csv')\nopen('b.csv', 'w')", Judges(()))
    assert decode(encode(record)) == record
    assert len(record.summary.files) == 2


def test_nothing_is_said_where_the_project_is_not_whole() -> None:
    record = analyse("a.py", b"open('a.csv')", Judges(()))
    assert list(ArtifactWithoutWriter().check(Project([record.summary], Tree(whole=False)))) == []
    assert len(list(ArtifactWithoutWriter().check(Project([record.summary], Tree(frozenset({"a.py"})))))) == 1


def test_one_suppressed_place_leaves_the_others() -> None:
    files = {
        name: f'import numpy as np\nx = np.load("m/x{name}.npy"){more}\n'
        for name, more in (("a.py", "  # noqa: RSC608"), ("b.py", ""))
    }
    (finding,) = run(files, ArtifactWithoutWriter).findings
    assert finding.path == "b.py"
    assert finding.related == ()


def test_same_export_of_a_notebook_is_one_writer() -> None:
    notebook = files_of("# %%\nfit().to_csv('a.csv')")[0]["example.ipynb"]
    assert run({"fit.ipynb": notebook, "fit.py": "fit().to_csv('a.csv')"}, UnversionedArtifact).findings == ()


def test_constants_of_one_name_get_the_folder_too() -> None:
    files = dict.fromkeys(("a.py", "b.py", "c.py"), 'open("raw/songs.csv")\nopen("clean/songs.csv")\n')
    after, repaired = fix(files, RepeatedPathLiteral)
    assert repaired.problems == ()
    assert after["a.py"] == "from paths import SONGS_CSV, RAW_SONGS_CSV\n\nopen(RAW_SONGS_CSV)\nopen(SONGS_CSV)\n"
    assert 'SONGS_CSV = "clean/songs.csv"\n' in after["paths.py"]
    assert 'RAW_SONGS_CSV = "raw/songs.csv"\n' in after["paths.py"]


def test_no_fix_where_others_import_the_scripts() -> None:
    files = {f"lab/{name}.py": 'def load():\n    return open("data/songs.csv")\n' for name in "abc"}
    files["run.py"] = "from lab.a import load\nload()\n"
    findings = run(files, RepeatedPathLiteral).findings
    assert len(findings) == 1
    assert findings[0].fix is None


def test_in_a_package_the_import_is_relative() -> None:
    files = {f"lab/{name}.py": 'def load():\n    return open("data/songs.csv")\n' for name in "abc"}
    files["lab/__init__.py"] = ""
    files["run.py"] = (
        "from lab.a import load\nfrom lab.b import load as second\nfrom lab.c import load as third\nload()\n"
    )
    after, repaired = fix(files, RepeatedPathLiteral)
    assert repaired.problems == ()
    assert after["lab/a.py"].startswith("from .paths import SONGS_CSV\n")
    assert "lab/paths.py" in after
