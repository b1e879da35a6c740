"""The cache: what is used again, what is not, and that nothing in it is trusted blindly."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from running import HOME, project

from rescode_lint.check.plugins import Plugin
from rescode_lint.config import Root, Selection, load
from rescode_lint.model import Report
from rescode_lint.run import cache as cache_module
from rescode_lint.run import execute, pipeline
from rescode_lint.run.cache import Cache, decode, encode
from rescode_lint.run.discover import Entry
from rescode_lint.run.pipeline import Request, Session, lint

OLD = 1_700_000_000


class Watched:
    """A project, and what was read and judged in it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.read: list[str] = []
        self.judged = 0
        examine, judge = execute.examine, Session.judge

        def examine_watched(path: str, *more: Any) -> execute.Done:
            self.read.append(path)
            return examine(path, *more)

        def judge_watched(session: Session, *more: Any) -> pipeline.Outcome:
            self.judged += 1
            return judge(session, *more)

        monkeypatch.setattr(execute, "examine", examine_watched)
        monkeypatch.setattr(Session, "judge", judge_watched)
        # Files are as old as they look: nobody can turn back the time of a change of state (`ctime`).
        monkeypatch.setattr(cache_module, "_GRAIN_NS", -3600 * 10**9)

    def lint(self, *paths: str, select: tuple[str, ...] | None = None, config: list[str] | None = None) -> Report:
        self.read, self.judged = [], 0
        settings = load(Root(str(self.root)), config=config or [], command_line=Selection(select))
        return lint(Request(settings, paths, str(self.root), jobs=1))


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    files = {"a.py": HOME, "b.py": "def f(x: int = None): pass\n", "c.py": "import a\n"}
    return Watched(project(tmp_path, files), monkeypatch)


def test_a_warm_run_reads_and_judges_nothing(lab: Watched) -> None:
    first = lab.lint()
    assert (sorted(lab.read), lab.judged) == (["a.py", "b.py", "c.py"], 1)
    assert lab.lint() == first
    assert (lab.read, lab.judged) == ([], 0)
    assert [f.path for f in lab.lint("b.py").findings] == ["b.py"] * len(lab.lint("b.py").findings)
    assert (lab.read, lab.judged) == ([], 0)


def test_one_changed_file_is_read_and_the_project_judged(lab: Watched) -> None:
    lab.lint()
    (lab.root / "c.py").write_text(f"import a\n{HOME}")
    assert [f.path for f in lab.lint("c.py").findings] == ["c.py"]
    assert (lab.read, lab.judged) == (["c.py"], 1)
    lab.lint()
    assert (lab.read, lab.judged) == ([], 0)


def test_a_new_and_a_deleted_file(lab: Watched) -> None:
    lab.lint()
    (lab.root / "d.py").write_text(HOME)
    assert lab.lint().totals.files == 4
    assert lab.read == ["d.py"]
    (lab.root / "a.py").unlink()
    report = lab.lint()
    assert (lab.read, lab.judged, report.totals.files) == ([], 1, 3)
    assert "a.py" not in {finding.path for finding in report.findings}


def test_the_same_content_with_another_time_is_not_judged_by_file_again(lab: Watched) -> None:
    """As after `git checkout`, or in a new clone with a restored cache."""
    first = lab.lint()
    for path in lab.root.glob("*.py"):
        os.utime(path, (OLD, OLD))
    assert lab.lint() == first
    assert (lab.read, lab.judged) == ([], 1)
    assert lab.lint() == first
    assert lab.judged == 0


def test_another_content_of_the_same_size_and_time(lab: Watched) -> None:
    lab.lint()
    path = lab.root / "a.py"
    before = path.stat()
    path.write_text(HOME.replace("alice", "barry"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "`/home/barry" in lab.lint().findings[0].message
    assert lab.read == ["a.py"]


def test_what_is_too_fresh_is_looked_at_again(lab: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may change twice within a tick of the file system's clock, and keep its size."""
    monkeypatch.setattr(cache_module, "_GRAIN_NS", 3600 * 10**9)
    first = lab.lint()
    assert not list((lab.root / ".rescode_cache").glob("verdict-*"))
    assert lab.lint() == first
    assert (lab.read, lab.judged) == ([], 1), "its bytes are compared, and the Record is used again"
    stamps = {path: path.stat() for path in lab.root.glob("*.py")}
    (lab.root / "a.py").write_text(HOME.replace("alice", "barry"))
    status = stamps[lab.root / "a.py"]
    os.utime(lab.root / "a.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "`/home/barry" in lab.lint().findings[0].message
    monkeypatch.setattr(cache_module, "_GRAIN_NS", -3600 * 10**9)
    lab.lint()
    lab.lint()
    assert (lab.read, lab.judged) == ([], 0)


def test_what_else_the_project_holds_is_part_of_the_verdict(lab: Watched) -> None:
    """A data file, and a text that rules read: the files themselves are not read again."""
    lab.lint()
    for change in (
        lambda: (lab.root / "data.csv").touch(),
        lambda: (lab.root / "requirements.txt").write_text("numpy\n"),
        lambda: (lab.root / "requirements.txt").write_text("numpy==1.26\n"),
        lambda: (lab.root / "data.csv").unlink(),
    ):
        change()
        lab.lint()
        assert (lab.read, lab.judged) == ([], 1)
        lab.lint("b.py")
        assert (lab.read, lab.judged) == ([], 0)
    (lab.root / "data.csv").touch()
    lab.lint()
    (lab.root / "data.csv").write_text("what is in it does not matter\n")
    lab.lint()
    assert lab.judged == 0


def test_texts_as_people_write_them(tmp_path: Path) -> None:
    """UTF-16 by PowerShell, a byte order mark, bytes that are no text, submodules that are not checked out."""
    root = project(
        tmp_path,
        {
            "a.py": "x = 1\n",
            "requirements.txt": "numpy\r\nscipy\r\n".encode("utf-16"),
            "environment.yml": b"\xef\xbb\xbfname: x\n",
            "README.md": b"caf\xe9",
            ".gitmodules": b'[submodule "core"]\n\tpath = lib/core\n\turl = ../core\n',
        },
    )
    session = Session(Request(load(Root(str(root))), (), str(root), cache_folder=""))
    tree = session.tree(session.discover())
    texts = tree.texts
    assert [texts[path] for path in ("requirements.txt", "environment.yml")] == ["numpy\nscipy\n", "name: x\n"]
    assert texts["README.md"] == "caf\ufffd"
    assert tree.holds("lib/core/data/x.csv") and tree.holds("lib") and tree.holds("a.py")
    assert not tree.holds("lib/other") and not tree.holds("a.py2")


def test_another_choice_of_rules_uses_the_records_again(lab: Watched) -> None:
    lab.lint()
    assert {finding.code for finding in lab.lint(select=("RSC401",)).findings} == {"RSC401"}
    assert (lab.read, lab.judged) == ([], 1)
    assert {finding.code for finding in lab.lint(select=("RSC302",)).findings} == {"RSC302"}
    assert (lab.read, lab.judged) == ([], 1)


def test_other_options_of_a_rule_read_everything_again(lab: Watched) -> None:
    from rescode_lint.check.catalog import builtin

    rule = next(rule for rule in builtin() if rule.options)
    name, value = next(iter(rule.options.items()))
    other = json.dumps(
        not value
        if isinstance(value, bool)
        else value + 1
        if isinstance(value, int)
        else [*value, "more"]
        if isinstance(value, tuple)
        else f"{value}x"
    )
    lab.lint()
    lab.lint(config=[f"rules.{rule.code}.{name.replace('_', '-')} = {other}"])
    assert sorted(lab.read) == ["a.py", "b.py", "c.py"]
    lab.lint()
    assert (lab.read, lab.judged) == ([], 0), "both are kept"


def test_an_installed_plugin_reads_everything_again(
    lab: Watched, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """When it is installed, when it is installed anew, and when its files change."""
    folder = tmp_path_factory.mktemp("plugin")
    module = folder / "lab_rules_for_the_cache.py"
    module.write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(folder))
    lab.lint()

    def install(stamp: str) -> None:
        plugin = Plugin("lab", "lab_rules_for_the_cache:RULES", stamp)
        monkeypatch.setattr(pipeline, "plugins", lambda: (plugin,))

    module.write_text(
        "from rescode_lint.rule import FileRule\n"
        "class Odd(FileRule):\n"
        "    code, name, summary, advice = 'LAB001', 'odd-thing', 'odd', 'Mend it.'\n"
        "    def check(self, file): return iter(())\n"
        "RULES = [Odd]\n"
    )
    for stamp in ("1", "2"):
        install(stamp)
        lab.lint()
        assert len(lab.read) == 3
        lab.lint()
        assert (lab.read, lab.judged) == ([], 0)
    os.utime(module, (OLD, OLD))
    lab.lint()
    assert len(lab.read) == 3


def test_a_broken_plugin_is_said_each_time(lab: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = Plugin("lab", "no_such_module:RULES", "1")
    monkeypatch.setattr(pipeline, "plugins", lambda: (plugin,))
    for _ in range(2):
        report = lab.lint()
        assert [problem.code for problem in report.problems] == ["RSC002"]
        assert report.findings


def test_unknown_rules_are_refused_on_a_warm_run_too(lab: Watched) -> None:
    from rescode_lint.config import ConfigError

    lab.lint()
    for _ in range(2):
        with pytest.raises(ConfigError, match="RSC777777"):
            lab.lint(select=("RSC777777",))


def test_what_could_not_be_read_is_not_kept(lab: Watched) -> None:
    (lab.root / "bad.py").write_bytes(b"\0")
    for _ in range(2):
        assert [problem.path for problem in lab.lint().problems] == ["bad.py"]
        assert lab.judged == 1


def test_records_survive_the_way_to_disk_and_back(lab: Watched) -> None:
    from running import ROOT

    from rescode_lint.check.analyse import Judges, analyse
    from rescode_lint.check.catalog import builtin

    judges = Judges(builtin())
    paths = [p for lab_ in ("messy_lab", "clean_lab") for p in (ROOT / "fixtures" / lab_).rglob("*")]
    for path in paths:
        if path.suffix in (".py", ".ipynb"):
            record = analyse(path.name, path.read_bytes(), judges)
            assert decode(encode(record)) == record


def test_the_file_of_records(tmp_path: Path) -> None:
    """Odd names and texts; damaged lines are as if they were not there, and the others stay."""
    cache = Cache(str(tmp_path / "cache"), "s")
    names = ["a.py", "ä\t b.py", "line\nbreak.py", 'quote".py', os.fsdecode(b"\xff.py")]
    lines = [cache_module.Line(Entry(name, 3, OLD, OLD), "d", json.dumps(["\t", "ü", "\ud800"])) for name in names]
    cache.save_lines(lines)
    assert list(cache.lines().values()) == lines
    file = tmp_path / "cache" / "records-s"
    data = file.read_bytes().split(b"\n")
    data[1] = data[1].replace(b"\td\t", b"\te\t")
    file.write_bytes(b"\n".join(data))
    assert list(cache.lines()) == [names[0], *names[2:]]


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    cache = Cache(None, "s")
    cache.save_lines([cache_module.Line(Entry("a.py", 3, OLD, OLD), "d", "[]")])
    cache.save_verdict("key", {})
    assert cache.lines() == {}
    assert cache.verdict("key") is None
    assert list(tmp_path.iterdir()) == []


def test_the_key_of_a_verdict() -> None:
    entry = Entry("a.py", 1, OLD * 10**9, OLD * 10**9)
    keys = [Cache.key(entries, *more) for entries, *more in ([[entry]], [[entry], 1], [[entry._replace(size=2)]], [[]])]
    assert len(set(keys)) == 4
    assert None not in keys
    assert Cache.key([entry._replace(mtime_ns=time.time_ns())]) is None
    assert Cache.key([entry._replace(ctime_ns=time.time_ns())]) is None
    assert Cache.key([entry._replace(mtime_ns=time.time_ns() + 10**15)]) is None, "from the future"


def test_files_that_come_from_the_future_are_read_again_without_harm(lab: Watched) -> None:
    later = time.time() + 10**6
    os.utime(lab.root / "a.py", (later, later))
    first = lab.lint()
    assert lab.lint() == first
    assert lab.read == []
