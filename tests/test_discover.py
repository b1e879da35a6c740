"""What is found: the walk, the language of `.gitignore` with git itself as the oracle, passed paths, odd file systems."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rescode_lint.config import Globs, Root, Settings, find_root, load
from rescode_lint.run.discover import Discovery, discover


def make(root: Path, *paths: str) -> None:
    for path in paths:
        full = root / path
        if path.endswith("/"):
            full.mkdir(parents=True, exist_ok=True)
        else:
            full.parent.mkdir(parents=True, exist_ok=True)
            full.write_text("x = 1\n")


def run(root: Path, *paths: str, cwd: Path | None = None, force_exclude: bool = False, **fields: Any) -> Discovery:
    chosen = Settings(str(root))._replace(**fields)
    return discover(str(root), paths, chosen, str(cwd or root), force_exclude=force_exclude)


def found(root: Path, *paths: str, **fields: Any) -> list[str]:
    result = run(root, *paths, **fields)
    assert not result.problems
    return [entry.path for entry in result.entries]


def reported(result: Discovery) -> list[str] | None:
    return None if result.reported is None else sorted(result.reported)


# --- the language of .gitignore ---------------------------------------------------------------------------------------

FOLDERS = (
    "",
    "a/",
    "a/b/",
    "a/b/a/",
    "data/",
    "data/raw/",
    "src/",
    "src/a/",
    "src/data/",
    "x y/",
    "!odd/",
    "#c/",
    "abc/",
)
FILES = (
    "a.py",
    "b.py",
    "a b.py",
    "test_a.py",
    "nb.ipynb",
    "#h.py",
    "!n.py",
    "[z].py",
    "é.py",
    "a-c.py",
    "py.py",
    "data.py",
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    make(root, *(folder + name for folder in FOLDERS for name in FILES))
    git(root, "init", "-q", "--template=")
    return root


def git(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ("git", "-c", f"core.excludesFile={os.devnull}", *arguments)
    return subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True, encoding="utf-8").stdout


def kept_by_git(root: Path) -> list[str]:
    listed = git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return sorted(path for path in listed if path.endswith((".py", ".ipynb")))


def write_ignores(root: Path, ignores: dict[str, bytes]) -> None:
    for folder in FOLDERS:
        (root / folder / ".gitignore").unlink(missing_ok=True)
    for folder, text in ignores.items():
        (root / folder / ".gitignore").write_bytes(text)


fragments = st.sampled_from(
    [
        "a",
        "b",
        "src",
        "data",
        "raw",
        "abc",
        "a.py",
        "*.py",
        "*.ipynb",
        "*",
        "**",
        "***",
        "?",
        "??.py",
        "a*",
        "*a",
        "te*_a.py",
    ]
    + ["[ab]", "[!a].py", "[^b]", "[a-c].py", "[]a]*", "[[:alpha:]]*", "[a-", "[]", "[!", "\\a", "\\*", "*\\", "[z].py"]
    + [
        "\\[z].py",
        "\\#h.py",
        "#h.py",
        "!n.py",
        "\\!n.py",
        "a b.py",
        "a\\ b.py",
        "x y",
        "é.py",
        "a**",
        "**a",
        "a**b",
        ".py",
    ]
    + [
        "[a-]*",
        "[--c]*",
        "a[-]c.py",
        "[\\]a]*",
        "[c-a]*",
        "[![:upper:]]*",
        "[[:nope:]]",
        "[[:a]*",
        "nb.*",
        "d*a",
        "*.*",
    ]
    + ["[a/b]", "b\\/a", "*.p[!x]", "!odd", "\\!odd", "[[.a.]]*", "???.py", "[!a]?.py", "*a*a*", "\\\\", "#c", "\\#c"]
)
patterns = st.builds(
    lambda negated, start, parts, end, tail: negated + start + "/".join(parts) + end + tail,
    st.sampled_from(["", "", "", "!", "!", "!!"]),
    st.sampled_from(["", "", "", "/", "**/", "//"]),
    st.lists(fragments, min_size=1, max_size=3),
    st.sampled_from(["", "", "", "/", "/*", "/**", "//", "/**/"]),
    st.sampled_from(["", "", "", " ", "  ", "\\ ", "\r", "\t", " \r", "#x"]),
)
texts = st.lists(patterns | st.sampled_from(["", "# note", "!", "/", " ", "*", "!*/", "!*.py", "/*"]), max_size=6).map(
    lambda lines: "\n".join(lines).encode()
)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(ignores=st.dictionaries(st.sampled_from(["", "", "a/", "a/b/", "src/", "data/"]), texts, max_size=3))
@example(ignores={"": b"*\n!*/\n!*.py\n", "a/": b"/*\n!a.py"})
@example(ignores={"": b"a**/b.py\n", "src/": b"**/data", "data/": b"raw**//"})
@example(ignores={"": b"\xef\xbb\xbfdata/\r\n!data/raw/\r\n"})
@example(ignores={"": b"*.py\n!src/\n!src/**\nsrc/data/*\n"})
def test_gitignore_reads_as_git_reads_it(repository: Path, ignores: dict[str, bytes]) -> None:
    write_ignores(repository, ignores)
    assert found(repository, exclude=()) == kept_by_git(repository)


def test_a_part_of_a_checkout_obeys_what_is_above_it(repository: Path) -> None:
    write_ignores(repository, {"": b"/a/b/nb.ipynb\nt*_a.py\n/b.py\n", "a/": b"b/a b.py\n!test_a.py\n"})
    below = [path[len("a/b/") :] for path in kept_by_git(repository) if path.startswith("a/b/")]
    assert "nb.ipynb" not in below and "b.py" in below and "test_a.py" in below
    assert found(repository / "a/b", exclude=()) == below


def test_gitignore_counts_without_git_and_can_be_switched_off(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen/b.py", "sub/.git/HEAD")
    (tmp_path / ".gitignore").write_text("gen/\n")
    assert found(tmp_path) == ["a.py"]
    assert found(tmp_path, respect_gitignore=False) == ["a.py", "gen/b.py"]


def test_a_gitignore_that_is_no_text_does_not_matter(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "folder/.gitignore/b.py")
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe\0*\n[\n\\\n")
    assert found(tmp_path) == ["a.py", "folder/.gitignore/b.py"]


@pytest.mark.parametrize(
    ("glob", "matched", "not_matched"),
    [
        ("tests/*", ["tests/a.py", "tests/unit/a.py"], ["src/tests/a.py"]),
        ("tests", ["tests/a.py", "src/tests/a.py"], ["tests.py"]),
        ("./src/**.py", ["src/a.py", "src/b/c.py"], ["src/a.ipynb", "a.py"]),
        ("**/conf*.py", ["conftest.py", "a/b/conf.py"], ["a/xconf.py"]),
        ("notebooks/[0-9]*.ipynb", ["notebooks/01 look.ipynb"], ["notebooks/x.ipynb", "notebooks/a/1.ipynb"]),
        ("src**/x.py", ["src/x.py", "src2/y/x.py"], ["x.py"]),
    ],
)
def test_globs_of_the_settings(glob: str, matched: Sequence[str], not_matched: Sequence[str]) -> None:
    globs = Globs([glob], loose=True)
    assert [path for path in (*matched, *not_matched) if globs.covers(path)] == list(matched)


# --- the walk ---------------------------------------------------------------------------------------------------------


def test_what_is_found_and_what_is_not(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a.ipynb", "B.py", "a/z.py", "a-b.py", "stub.pyi", "notes.md", ".github/x.py", "env/mine.py")
    make(tmp_path, "bin/tool.py", "lib/x.py", "x.ipynb/inside.py")
    make(
        tmp_path,
        *(f"{name}/x.py" for name in (".git", ".hg", ".svn", ".tox", ".nox", ".eggs", "build", "dist", "_build")),
    )
    make(
        tmp_path, *(f"a/{name}/x.py" for name in ("node_modules", "__pycache__", ".ipynb_checkpoints", "site-packages"))
    )
    make(tmp_path, *(f"a/{name}/x.py" for name in (".mypy_cache", ".pytest_cache", ".ruff_cache", ".rescode_cache")))
    make(
        tmp_path, "venv/pyvenv.cfg", "venv/x.py", "conda/conda-meta/", "conda/x.py", "old/bin/activate", "old/lib/x.py"
    )
    make(tmp_path, "win/Scripts/activate", "win/Lib/x.py")
    expected = [".github/x.py", "B.py", "a-b.py", "a.ipynb", "a/z.py", "b.py", "bin/tool.py", "env/mine.py", "lib/x.py"]
    assert found(tmp_path) == [*expected, "x.ipynb/inside.py"]


def test_an_entry_knows_size_and_times(tmp_path: Path) -> None:
    make(tmp_path, "a/b.py")
    status = (tmp_path / "a/b.py").stat()
    assert run(tmp_path).entries == (("a/b.py", status.st_size, status.st_mtime_ns, status.st_ctime_ns),)


def test_a_checkout_within_the_checkout_is_another_project(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "submodule/.git", "submodule/b.py", "vendored/.git/HEAD", "vendored/c.py")
    assert found(tmp_path) == ["a.py"]
    assert found(tmp_path, "vendored") == ["a.py", "vendored/c.py"]


def test_below_a_folder_of_checkouts_each_counts(tmp_path: Path) -> None:
    make(tmp_path, "one/.git/HEAD", "one/a.py", "two/.git/HEAD", "two/b.py")
    (tmp_path / ".gitignore").write_text("a.py\n")
    assert found(tmp_path) == ["one/a.py", "two/b.py"]


def test_include_and_exclude(tmp_path: Path) -> None:
    make(tmp_path, "src/a.py", "src/readme.md", "src/win.pyw", "docs/conf.py", "docs/b.ipynb", "bin/tool", "build/c.py")
    make(tmp_path, "legacy/keep/d.py", "legacy/e.py")
    everything = ["docs/b.ipynb", "docs/conf.py", "legacy/e.py", "legacy/keep/d.py", "src/a.py"]
    assert found(tmp_path) == everything
    assert found(tmp_path, exclude=("legacy",)) == ["build/c.py", "docs/b.ipynb", "docs/conf.py", "src/a.py"]
    assert found(tmp_path, extend_exclude=("legacy/*", "docs/*.py")) == ["docs/b.ipynb", "src/a.py"]
    assert found(tmp_path, extend_exclude=("legacy/*", "!legacy/keep", "docs")) == ["legacy/keep/d.py", "src/a.py"]
    assert found(tmp_path, include=("src",)) == ["src/a.py"]
    assert found(tmp_path, include=("src/**", "bin/tool", "*.ipynb")) == ["bin/tool", "docs/b.ipynb", "src/a.py"]
    assert found(tmp_path, include=("src/*.py", "*.pyw")) == ["src/a.py", "src/win.pyw"]


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make(tmp_path, "root/a.py", "root/data/blob", "root/pkg/b.py", "root/.git/annex/k", "outside.py", "elsewhere/c.py")
    for link, target in {
        "twin.py": "a.py",
        "blob.py": "data/blob",
        "blob2.py": "data/blob",
        "annex.ipynb": ".git/annex/k",
        "out.py": "../outside.py",
        "gone_outside.py": "../nowhere.py",
        "pkg/up": "..",
        "folder.py": "pkg",
        "other": "../elsewhere",
    }.items():
        (root / link).symlink_to(target)
    assert found(root) == ["a.py", "annex.ipynb", "blob.py", "pkg/b.py"]

    assert reported(run(root, "twin.py")) == ["a.py"]
    assert reported(run(root, "blob2.py", "out.py")) == ["blob2.py", "out.py"]
    assert reported(run(root, "folder.py")) == ["pkg/b.py"]
    (outside,) = run(root, "other").problems
    assert (outside.path, outside.message) == ("../elsewhere", "lies outside of the project")


def test_links_that_lead_nowhere_are_named(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "gone.ipynb").symlink_to("deleted.ipynb")
    for paths in ((), ("loop.py", "gone.ipynb")):
        result = run(tmp_path, *paths)
        assert [problem.path for problem in result.problems] == ["gone.ipynb", "loop.py"]
        assert "link" in result.problems[0].message and "remove" in result.problems[0].remedy
    assert run(tmp_path, "a.py").problems == ()


def test_what_is_not_a_regular_file(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert found(tmp_path) == ["a.py"]
    (problem,) = run(tmp_path, "pipe.py").problems
    assert (problem.path, problem.message) == ("pipe.py", "is not a regular file")


def test_names_that_are_no_utf_8(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9"
    try:
        os.mkdir(raw)
        with open(raw + b"/\xff.py", "wb"):
            pass
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    make(tmp_path, "a.py", "line\nbreak.py")
    assert found(tmp_path) == ["a.py", os.fsdecode(b"caf\xe9/\xff.py"), "line\nbreak.py"]
    assert reported(run(tmp_path, os.fsdecode(b"caf\xe9/\xff.py"))) == [os.fsdecode(b"caf\xe9/\xff.py")]


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    make(tmp_path, "a.py", "locked/b.py", "src/c.py")
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("/locked/"):
            raise PermissionError(13, "Permission denied", path)
        if path.endswith("/deleted/"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    yield tmp_path


def test_a_folder_that_cannot_be_read_is_named_where_it_was_asked_for(locked: Path) -> None:
    result = run(locked)
    assert [entry.path for entry in result.entries] == ["a.py", "src/c.py"]
    (problem,) = result.problems
    assert (problem.path, problem.message) == ("locked", "the folder cannot be read: Permission denied")
    assert run(locked, "locked").problems == (problem,)
    assert run(locked, "src").problems == run(locked, "a.py").problems == ()
    assert found(locked, extend_exclude=("locked",)) == ["a.py", "src/c.py"]


def test_a_folder_deleted_while_we_run_is_gone(locked: Path) -> None:
    make(locked, "deleted/d.py")
    assert [entry.path for entry in run(locked).entries] == ["a.py", "src/c.py"]


# --- passed paths -----------------------------------------------------------------------------------------------------


def test_passed_paths_choose_what_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "src/b.py", "src/deep/c.py", "src-old/d.py", "src0.py")
    every = ["a.py", "src-old/d.py", "src/b.py", "src/deep/c.py", "src0.py"]
    for paths, expected in {
        (): None,
        (".",): None,
        ("src", str(tmp_path)): None,
        ("src",): ["src/b.py", "src/deep/c.py"],
        ("src/", "./src/../a.py", "a.py"): ["a.py", "src/b.py", "src/deep/c.py"],
        (str(tmp_path / "src0.py"),): ["src0.py"],
    }.items():
        result = run(tmp_path, *paths)
        assert [entry.path for entry in result.entries] == every
        assert reported(result) == expected
    assert reported(run(tmp_path, "deep", "../a.py", cwd=tmp_path / "src")) == ["a.py", "src/deep/c.py"]


def test_a_passed_file_counts_even_if_excluded(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen/b.py", ".venv/pyvenv.cfg", ".venv/c.py", "build/d.py", "build/e.py")
    (tmp_path / ".gitignore").write_text("gen/\n")
    result = run(tmp_path, "gen/b.py", ".venv/c.py", "build/d.py")
    assert reported(result) == [".venv/c.py", "build/d.py", "gen/b.py"]
    assert [entry.path for entry in result.entries] == [".venv/c.py", "a.py", "build/d.py", "gen/b.py"]
    result = run(tmp_path, "gen/b.py", "a.py", "build", force_exclude=True)
    assert reported(result) == ["a.py"] == [entry.path for entry in result.entries]


def test_a_passed_folder_is_walked_even_if_excluded(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen/b.py", "gen/sub/c.py", "gen/node_modules/d.py", "gen/sub/e.py")
    (tmp_path / ".gitignore").write_text("gen/\n")
    (tmp_path / "gen/sub/.gitignore").write_text("e.py\n")
    result = run(tmp_path, "gen/sub", "gen")
    assert reported(result) == ["gen/b.py", "gen/sub/c.py"]
    assert [entry.path for entry in result.entries] == ["a.py", "gen/b.py", "gen/sub/c.py"]


def test_without_a_project_there_are_the_passed_paths_only(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.py", "src/c.py", "src/d.py")
    result = run(tmp_path, "a.py", "src", bounded=False)
    assert [entry.path for entry in result.entries] == ["a.py", "src/c.py", "src/d.py"]
    assert result.reported is None


def test_scripts_without_a_suffix(tmp_path: Path) -> None:
    make(tmp_path, "SConstruct", "gui.pyw", "UPPER.PY")
    (tmp_path / "train").write_text("#!/usr/bin/env python3\nx = 1\n")
    (tmp_path / "uv").write_text("#!/usr/bin/env -S uv run --script\nx = 1\n")
    (tmp_path / "shell").write_text("#!/bin/sh\n# python\n")
    make(tmp_path, "notes.md")
    result = run(tmp_path, "train", "uv", "SConstruct", "gui.pyw", "UPPER.PY", "shell", "notes.md")
    assert reported(result) == ["SConstruct", "UPPER.PY", "gui.pyw", "train", "uv"]
    assert [(problem.path, problem.message) for problem in result.problems] == [
        ("notes.md", "is neither a Python file nor a notebook"),
        ("shell", "is neither a Python file nor a notebook"),
    ]


@pytest.mark.parametrize(
    ("path", "shown", "remedy"),
    [
        ("trian.py", "trian.py", "did you mean `train.py`?"),
        ("scr", "scr", "did you mean `src`?"),
        ("src/*.py", "src/*.py", "patterns are not expanded here; pass a folder, and choose with `include`"),
        ("no/such/thing", "no/such/thing", "check the spelling; paths are relative to the current folder"),
        ("train.py/", "train.py", None),
        ("nul\0.py", "nul\0.py", "check the spelling; paths are relative to the current folder"),
    ],
)
def test_a_path_that_does_not_exist(tmp_path: Path, path: str, shown: str, remedy: str | None) -> None:
    make(tmp_path, "train.py", "src/x.py")
    result = run(tmp_path, path, "src")
    if remedy is None:
        assert reported(result) == ["src/x.py", shown]
        return
    (problem,) = result.problems
    assert (problem.path, problem.message, problem.remedy) == (shown, "no such file or folder", remedy)
    assert reported(result) == ["src/x.py"]


def test_a_file_outside_of_the_project(tmp_path: Path) -> None:
    make(tmp_path, "root/a.py", "root2/b.py")
    (problem,) = run(tmp_path / "root", "../root2/b.py").problems
    assert (problem.path, problem.message) == ("../root2/b.py", "lies outside of the project")


def test_a_root_behind_a_link(tmp_path: Path) -> None:
    make(tmp_path, "real/pyproject.toml", "real/a.py", "real/src/b.py")
    (tmp_path / "link").symlink_to("real")
    root = find_root(["link/src"], str(tmp_path))
    assert root == Root(str(tmp_path / "real"))
    result = discover(root.path, ["link/src"], load(root), str(tmp_path))
    assert reported(result) == ["src/b.py"]
    assert reported(run(tmp_path / "link", "link/src/b.py", cwd=tmp_path)) == ["src/b.py"]


# --- what else there is -----------------------------------------------------------------------------------------------


def there(result: Discovery) -> list[str]:
    return sorted(result.files())


def test_all_files_that_are_not_ignored_are_put_down(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "data/raw.csv", "data/ü.csv", "build/lib/b.py", "build/model.pt", "src/dist/c.csv")
    make(
        tmp_path,
        "out/x.csv",
        "t.log",
        "node_modules/p.js",
        "venv/pyvenv.cfg",
        "venv/x.txt",
        ".git/HEAD",
        "__pycache__/a",
    )
    (tmp_path / ".gitignore").write_text("out/\n*.log\n")
    result = run(tmp_path)
    listed = [".gitignore", "a.py", "build/lib/b.py", "build/model.pt", "data/raw.csv", "data/ü.csv", "src/dist/c.csv"]
    assert there(result) == listed, "what is merely excluded from linting is there all the same"
    assert [entry.path for entry in result.entries] == ["a.py"]
    assert result.whole and result.state() != run(tmp_path, extend_exclude=("a.py",), respect_gitignore=False).state()
    (tmp_path / "data/new.csv").touch()
    assert result.state() != run(tmp_path).state()


def test_what_the_project_hides_says_nothing_about_it(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "trial/requirements.txt", "trial/setup.py", "trial/data.csv")
    found = run(tmp_path, extend_exclude=("trial",))
    assert there(found) == ["a.py", "trial/data.csv", "trial/requirements.txt", "trial/setup.py"]
    assert found.texts == ()


def test_links_and_other_checkouts_count_as_one_file(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "a.py", "lib/core/.git", "lib/core/x.py", "real/x.csv")
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "gone.csv").symlink_to("/nowhere/gone.csv")
    assert there(run(tmp_path)) == ["a.py", "gone.csv", "lib/core", "linked", "real/x.csv"]


@pytest.mark.parametrize(
    "path",
    [
        "pyproject.toml",
        "setup.py",
        "build/setup.py",
        "code/requirements.txt",
        "requirements/dev.txt",
        "requirements-gpu.in",
    ]
    + [
        "environment.yaml",
        "conda_env.yml",
        "Pipfile",
        "Pipfile.lock",
        "uv.lock",
        "conda-lock.yml",
        "README",
        "README.md",
    ]
    + ["a/b/ReadMe.rst", "Dockerfile", "docker/Dockerfile.gpu", "Makefile", "run.sh", "Snakefile", "dvc.yaml"]
    + [".gitmodules", ".github/workflows/ci.yml", "REQUIREMENTS.txt", "docs/install.rst"],
)
def test_texts_that_rules_read(tmp_path: Path, path: str) -> None:
    make(
        tmp_path, path, "notes.txt", "data/list.in", "config.yml", "a/paper.md", "a/b/c/d/run.sh", "x.csv", "sh", "lock"
    )
    assert [text.path for text in run(tmp_path).texts] == [path]


def test_ignored_texts_are_not_read(tmp_path: Path) -> None:
    make(tmp_path, "requirements.txt", "local/environment.yml", "gen/setup.py", "README.md")
    (tmp_path / ".gitignore").write_text("local/\nsetup.py\n/README*\n")
    (tmp_path / "Makefile").symlink_to("nowhere")
    assert [text.path for text in run(tmp_path).texts] == [".gitignore", "requirements.txt"]


def test_a_list_of_requirements_is_not_taken_for_data(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "requirements.txt", "notes.txt", "out/requirements.txt")
    (tmp_path / ".gitignore").write_text("*.txt\nout/\n")
    assert [text.path for text in run(tmp_path).texts] == [".gitignore", "requirements.txt"]


def test_a_passed_file_sees_the_whole_project(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "sub/b.py", "data/x.csv", "requirements.txt")
    whole, part = run(tmp_path), run(tmp_path, "sub/b.py")
    assert (part.names, part.texts, part.whole) == (whole.names, whole.texts, True)


def test_without_a_project_nobody_knows_what_else_there_is(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "sub/b.py", "data/x.csv")
    result = run(tmp_path, "a.py", bounded=False)
    assert (there(result), result.whole) == ([], False)
    assert run(tmp_path, str(tmp_path), bounded=False).whole
