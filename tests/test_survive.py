"""Files of every kind that research repositories hold: each is read, or said to be unreadable; none stops the others."""

from __future__ import annotations

import json
import subprocess
import sys
import tokenize
import tracemalloc
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import rescode
from survivors import (
    CLUTTER,
    HOME,
    MAGICS,
    NOTEBOOKS,
    SURVIVORS,
    Survivor,
    cell,
    dumped,
    nested,
    notebook,
    old,
    old_cell,
)

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.check.catalog import builtin
from rescode_lint.check.judge import judge
from rescode_lint.config import Root, load
from rescode_lint.model import Report
from rescode_lint.read import Unreadable, read
from rescode_lint.read.notebook import code_cells, text_of
from rescode_lint.read.notebook import load as load_notebook
from rescode_lint.read.python import decode as decode_source
from rescode_lint.read.raw_lines import RawLines
from rescode_lint.read.source import split_lines
from rescode_lint.run.cache import decode, encode
from rescode_lint.run.pipeline import Request, lint

FIXTURES = Path(__file__).parent.parent / "fixtures"
RULES = builtin()
CODES = {rule.code for rule in RULES}
JUDGES = Judges(RULES)
RUNS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def expected(survivor: Survivor) -> tuple[dict[int | None, str], list[tuple[int | None, int, int, int]]]:
    """What does not parse on this Python, and the places of RSC401."""
    homes = [(home.cell, home.line, home.column, home.end) for home in survivor.homes]
    if sys.version_info >= survivor.since:
        return dict(survivor.unparsed), homes
    return {None if survivor.path.endswith(".py") else 2: "newer"}, homes


# --- each alone -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("survivor", SURVIVORS, ids=str)
def test_alone(survivor: Survivor) -> None:
    record = analyse(survivor.path, survivor.data, JUDGES)
    assert decode(encode(record)) == record
    verdict = judge([record], JUDGES, RULES, CODES)
    if survivor.problem:
        (problem,) = verdict.problems
        assert problem.path == survivor.path
        assert problem.code == "RSC000"
        assert survivor.problem[0] in problem.message
        assert survivor.problem[1] in problem.remedy
        assert not verdict.findings
        return
    assert not verdict.problems
    assert record.summary.language == survivor.language
    assert record.summary.cells == survivor.cells
    unparsed, homes = expected(survivor)
    assert {span.cell: kind for kind, _, span in record.summary.unparsed} == unparsed
    found = [f.span for f in verdict.findings if f.code == "RSC401"]
    assert [(s.cell, s.line, s.column, s.end_column) for s in found] == homes
    told = [f for f in verdict.findings if f.code == "RSC000"]
    assert len(told) == len(set(unparsed.values()))


def test_one_finding_for_all_python_2() -> None:
    old_files = [s for s in SURVIVORS if "python2" in s.unparsed.values()]
    records = [analyse(s.path, s.data, JUDGES) for s in old_files]
    found = [f for f in judge(records, JUDGES, RULES, CODES).findings if "Python 2" in f.message]
    places = sum(list(s.unparsed.values()).count("python2") for s in old_files)
    (finding,) = found
    assert f"{len(old_files)} files" in finding.message
    assert len(finding.related) == places - 1
    assert finding.path == min(s.path for s in old_files)


def test_python_2_that_is_expected_somewhere_is_told_elsewhere() -> None:
    records = [analyse(path, b"print 1\n", JUDGES) for path in ("legacy/a.py", "b.py")]
    verdict = judge(records, JUDGES, RULES, CODES, lambda path: ("RSC000",) if path.startswith("legacy") else ())
    (finding,) = (f for f in verdict.findings if f.code == "RSC000")
    assert finding.path == "b.py"
    assert not finding.related


@pytest.mark.parametrize("depth", [100, 1_000, 3_000, 10_000, 50_000])
def test_long_sums(depth: int) -> None:
    """What Python parses is checked; where it is too long for us or for Python itself, that is said."""
    data = f"{HOME}\nx = {' + '.join(['a'] * depth)}\n".encode()
    record = analyse("x.py", data, JUDGES)
    assert not any("fault" in problem.message for problem in record.problems)
    if not record.problems and not record.summary.unparsed:
        assert [f.code for f in record.findings] == ["RSC401"]
    elif record.problems:
        assert "nested too deeply" in record.problems[0].message
    else:
        assert "nested too deeply" in record.summary.unparsed[0][1]


@pytest.mark.parametrize("text", [
    nested(150),
    f"x = {'-' * 3000}1",
    f"x = a{'.b' * 3000}",
    f"x = f{'()' * 3000}",
    f"x = {'not ' * 3000}1",
    f"x = {'lambda: ' * 150}1",
    f"x = {'[' * 90}{']' * 90}",
    f"x = a{' if b else c' * 500}",
    "if x: pass\n" + "elif x: pass\n" * 3000,
    "".join(f"{' ' * n}def f():\n" for n in range(90)) + " " * 90 + "pass",
], ids=lambda text: f"{text[:20]}-{len(text)}")  # fmt: skip
@pytest.mark.parametrize("name", ["x.py", "x.ipynb"])
def test_deep(text: str, name: str) -> None:
    data = dumped(notebook(text)) if name.endswith(".ipynb") else text.encode()
    record = analyse(name, data, JUDGES)
    assert all("too deep" in problem.message for problem in record.problems), record.problems


def test_a_notebook_of_50_megabytes() -> None:
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo\n" * 80_000}}
    cells = [cell("plot()", outputs=[output]) for _ in range(54)] + [cell(HOME)]
    data = dumped(notebook(*cells))
    assert len(data) > 50_000_000
    tracemalloc.start()
    try:
        record = analyse("big.ipynb", data, JUDGES)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        raw = RawLines(data)
        _, peak_of_lines = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not record.problems
    assert record.summary.cells == 55
    assert [f.span.cell for f in record.findings if f.code == "RSC401"] == [55]
    assert peak < 3 * len(data)
    assert peak_of_lines < 3 * len(data)
    assert HOME.split('"')[1] in data.split(b"\n")[raw.line(55, 1) - 1].decode()


# --- all together -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("survivors")
    (root / "pyproject.toml").write_text("[tool.rescode]\n")
    for survivor in (*SURVIVORS, *CLUTTER):
        full = root / survivor.path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(survivor.data)
    return root


def test_paths_are_all_different() -> None:
    assert not [path for path, times in Counter(s.path.lower() for s in SURVIVORS).items() if times > 1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_together(folder: Path, jobs: int) -> None:
    settings = load(Root(str(folder)), isolated=True)
    places = frozenset({"source", "raw_line", "rules"})
    report = lint(
        Request(settings, cwd=str(folder), jobs=jobs, cache_folder="", places=places, one_for_each_cause=False)
    )
    _check(report)


def _check(report: Report) -> None:
    unreadable = {s.path for s in SURVIVORS if s.problem}
    others = [s for s in SURVIVORS if s.language]
    readable = [s for s in SURVIVORS if not s.problem and not s.language]
    assert {problem.path for problem in report.problems} == unreadable
    assert len(report.problems) == len(unreadable)
    totals = report.totals
    assert totals.files + len(others) + len(unreadable) == len(SURVIVORS)
    assert totals.notebooks == len([s for s in readable if s.path.endswith(".ipynb")])
    assert totals.cells == sum(s.cells for s in readable)
    assert dict(totals.other_languages) == Counter(s.language for s in others)
    wanted = {s.path: expected(s) for s in readable}
    assert totals.unparsed_files == len([1 for path, (bad, _) in wanted.items() if bad and path.endswith(".py")])
    assert totals.unparsed_cells == sum(len(bad) for path, (bad, _) in wanted.items() if path.endswith(".ipynb"))
    homes = {(path, *home) for path, (_, homes) in wanted.items() for home in homes}
    found = [f for f in report.findings if f.code == "RSC401"]
    assert {(f.path, f.span.cell, f.span.line, f.span.column, f.span.end_column) for f in found} == homes
    told = {f.path for f in report.findings if f.code == "RSC000"}
    told |= {r.path for f in report.findings if f.code == "RSC000" for r in f.related}
    assert told == {path for path, (bad, _) in wanted.items() if bad}
    data = {s.path: s.data for s in readable}
    for finding in found:
        assert "".join(finding.source), finding
        text = data[finding.path].decode("latin-1")
        if finding.path.endswith(".ipynb") and finding.path != "source_pieces.ipynb":  # whose lines are in pieces
            assert "/home/" in text.split("\n")[finding.raw_line - 1], finding


def test_on_the_command_line(folder: Path) -> None:
    for name in ("json", "concise", "full", "sarif", "github", "gitlab", "rdjson", "junit"):
        done = rescode(folder, "check", "--no-cache", "--output-format", name)
        assert done.returncode == 2, name
        for survivor in SURVIVORS:
            if survivor.problem:
                path = survivor.path
                assert path in done.stdout + done.stderr or json.dumps(path)[1:-1] in done.stdout, (name, path)
        assert "fault of rescode" not in done.stdout + done.stderr
        assert all(line.startswith("rescode: ") for line in done.stderr.splitlines()), done.stderr
        if name == "json":
            report = json.loads(done.stdout)
            assert {e["path"] for e in report["errors"]} == {s.path for s in SURVIVORS if s.problem}
            homes = [f for f in report["findings"] if f["code"] == "RSC401"]
            assert sum(1 + len(f["related"]) for f in homes) == sum(len(expected(s)[1]) for s in SURVIVORS)


@pytest.mark.parametrize("name", ["x.py", "x.ipynb"])
def test_the_warnings_of_python_are_not_ours(tmp_path: Path, name: str) -> None:
    text = 'x = "\\d"\nif x is 1: pass\n'
    data = dumped(notebook(text)) if name.endswith(".ipynb") else text.encode()
    (tmp_path / name).write_bytes(data)
    for arguments, stdin in (([name], b""), (["-", "--stdin-filename", name], data)):
        done = rescode(
            tmp_path, "check", "--no-cache", "--isolated", *arguments, stdin=stdin, env={"PYTHONWARNINGS": "always"}
        )
        assert not done.stderr


# --- PEP 263, with Python's own tokenizer as the oracle ---------------------------------------------------------------

_NAMES = [
    "utf-8",
    "latin-1",
    "latin1",
    "iso-8859-15",
    "UTF_8",
    "utf-8-unix",
    "latin-1-dos",
    "cp1252",
    "ascii",
    "klingon",
]
_DECLARATIONS = st.one_of(
    st.sampled_from(["", "\n", "# text\n", "#!/usr/bin/python\r\n", "x = 1\n", " \f\n", '"""', "# a"]),
    st.builds(
        "{}#{}coding{}{}{}\n".format,
        st.sampled_from(["", " ", "\t", "x = 1 "]),
        st.sampled_from(["", " -*- ", " vim: file", " en"]),
        st.sampled_from([":", "=", ": ", ":\t", " :"]),
        st.sampled_from(_NAMES),
        st.sampled_from(["", " -*-", ";", " :"]),
    ),
)


@RUNS
@given(st.lists(_DECLARATIONS, max_size=4), st.booleans())
def test_coding_declarations_count_as_for_python(parts: list[str], with_mark: bool) -> None:
    head = "".join(parts).encode()
    data = head + "\n# é\n".encode()
    if b"\r" in head:
        head = head.replace(b"\r\n", b"\n")
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        wanted = data.decode(encoding)
    except (SyntaxError, ValueError):
        with pytest.raises(Unreadable):
            decode_source(data)
        return
    assert decode_source(data) == wanted
    if with_mark:
        assert decode_source(b"\xef\xbb\xbf" + data) == data.decode()


# --- the fast reader and nbformat -------------------------------------------------------------------------------------

_TEXT = st.text(st.sampled_from("ab =1\n\r\t'\"\\#%!?é🐦\u2028\x0c\xa0\x85:[]{}"), max_size=30)
_SOURCE = st.one_of(_TEXT, st.lists(_TEXT, max_size=5), _TEXT.map(lambda text: text.splitlines(keepends=True)))
_METADATA = st.sampled_from([{}, {"tags": ["a"]}, {"collapsed": True}, {"source": ["x"], "cells": [{"source": "y"}]}])
_OUTPUT = st.one_of(
    st.builds(lambda text: {"output_type": "stream", "name": "stdout", "text": text}, _SOURCE),
    st.just({"output_type": "stream", "name": "stdout", "text": ['"source": [\n', '"cells": [{\n', "]}"]}),
    st.builds(lambda text: {"output_type": "execute_result", "metadata": {"cells": [{"source": text}]},
        "data": {"text/plain": text, "application/json": {"cells": [{"source": text}]}}, "execution_count": 1}, _SOURCE),
)  # fmt: skip
_CODE = st.fixed_dictionaries({
    "cell_type": st.just("code"), "metadata": _METADATA, "source": _SOURCE, "outputs": st.lists(_OUTPUT, max_size=2),
    "execution_count": st.none() | st.integers(0, 9),
}, optional={"id": st.from_regex(r"[a-zA-Z0-9_-]{1,12}", fullmatch=True)})  # fmt: skip
_PROSE = st.fixed_dictionaries({
    "cell_type": st.sampled_from(["markdown", "raw"]), "metadata": _METADATA, "source": _SOURCE,
}, optional={"attachments": st.just({"a.png": {"image/png": "source"}})})  # fmt: skip
CELLS = st.lists(_CODE | _PROSE, max_size=6)
LAYOUTS: list[dict[str, Any]] = [
    {"indent": 1},
    {"indent": 4},
    {"indent": None, "separators": (",", ":")},
    {"indent": 1, "ensure_ascii": False},
    {"indent": 2, "sort_keys": True},
    {"indent": "\t"},
]


def ours(data: bytes) -> list[tuple[int, str, str | None]]:
    return [(position, text_of(one), one.get("id")) for position, one in code_cells(load_notebook(data))]


def theirs(data: bytes) -> list[tuple[int, str, str | None]]:
    read = nbformat.reads(data.decode("utf-8-sig"), as_version=4)
    return [
        (position, one.source, one.get("id")) for position, one in enumerate(read.cells, 1) if one.cell_type == "code"
    ]


@pytest.mark.filterwarnings("ignore")
@RUNS
@given(CELLS, st.sampled_from([0, 1, 2, 4]), st.sampled_from(LAYOUTS))
def test_cells_are_those_of_nbformat(cells: list[dict[str, Any]], minor: int, layout: dict[str, Any]) -> None:
    data = json.dumps(notebook(*cells, minor=minor), **layout).encode()
    assert ours(data) == theirs(data)


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.ipynb")), ids=lambda path: path.name)
def test_cells_of_fixtures_are_those_of_nbformat(path: Path) -> None:
    assert ours(path.read_bytes()) == theirs(path.read_bytes())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "survivor", [s for s in NOTEBOOKS if s.path.startswith(("v3", "v2", "v4", "cell_")) and not s.problem], ids=str
)
def test_cells_of_survivors_are_those_of_nbformat(survivor: Survivor) -> None:
    # nbformat invents ids where format 4.5 wants them
    assert [one[:2] for one in ours(survivor.data)] == [one[:2] for one in theirs(survivor.data)]


# --- raw lines --------------------------------------------------------------------------------------------------------


def check_raw_lines(data: bytes) -> int:
    """Each line that occurs once, in the cells and in the file, stands on the raw line that we say; returns how many."""
    physical = data.decode("utf-8-sig").split("\n")
    raw = RawLines(data)
    where = [(i, n, text) for i, source, _ in ours(data) for n, text in enumerate(split_lines(source), 1)]
    checked = 0
    for position, number, text in where:
        forms = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}
        homes = [n for n, line in enumerate(physical, 1) if any(form in line for form in forms)]
        line = raw.line(position, number)
        assert 1 <= line <= len(physical)
        if text and len(homes) == 1:
            assert line == homes[0], (position, number, text)
            checked += 1
    return checked


@pytest.mark.filterwarnings("ignore")
@RUNS
@given(CELLS, st.sampled_from(LAYOUTS), st.booleans(), st.booleans())
def test_raw_lines(cells: list[dict[str, Any]], layout: dict[str, Any], crlf: bool, mark: bool) -> None:
    for number, one in enumerate(cells):  # so that every line can be told from every other
        lines = text_of(one).splitlines(keepends=True)
        texts = [f"{line.rstrip()}<{number}.{n}>{line[len(line.rstrip()) :]}" for n, line in enumerate(lines)]
        one["source"] = texts if isinstance(one["source"], list) else "".join(texts)
    data = json.dumps(notebook(*cells), **layout).encode()
    if crlf:
        data = data.replace(b"\n", b"\r\n")
    if mark:
        data = b"\xef\xbb\xbf" + data
    check_raw_lines(data)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_raw_lines_of_a_known_notebook(layout: dict[str, Any]) -> None:
    text = [f"line_{n} = 'é🐦'\n" for n in range(9)] + ["last"]
    misleading = {"output_type": "stream", "name": "stdout", "text": ['"source": [\n', '"cells": [{\n', "]}, {"]}
    made = notebook(
        cell(["# Title\n", "\n", "text"], "markdown", attachments={"source": {"a": ["b"]}}),
        cell(text, outputs=[misleading]),
        cell([line.replace("line", "row") for line in text], outputs=[misleading]),
        metadata={"cells": [{"source": ["x"]}], "source": ["y"], "worksheets": [{"cells": [{"input": "z"}]}]},
    )
    # of all lines, "last" alone occurs twice, unless all the file is one line
    assert check_raw_lines(json.dumps(made, **layout).encode()) == (20 if layout["indent"] is None else 18)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_raw_lines_of_format_3(layout: dict[str, Any]) -> None:
    text = [f"line_{n} = 'é'\n" for n in range(5)]
    made = old(
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text"]},
        old_cell(text, outputs=[{"output_type": "stream", "stream": "stdout", "text": ['"input": [\n', "]"]}]),
    )
    made["worksheets"].append({"metadata": {}, "cells": [old_cell([line.replace("line", "row") for line in text])]})
    assert check_raw_lines(json.dumps(made, **layout).encode()) == 10


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.ipynb")), ids=lambda path: path.name)
def test_raw_lines_of_fixtures(path: Path) -> None:
    assert check_raw_lines(path.read_bytes()) > 0


def test_raw_lines_of_odd_notebooks() -> None:
    """Cells that are no objects count as positions, and of keys that come twice the last one counts."""
    data = b'{"cells": [1, "a",\n[{"source": "x"}],\n{"source": ["b"],\n"source":\n["c\\n",\n"d"]}, null,\n{"source": 3},\n{}]}'
    raw = RawLines(data)
    assert [raw.line(4, 1), raw.line(4, 2), raw.line(4, 9)] == [5, 6, 6]
    assert [raw.line(1, 1), raw.line(3, 1), raw.line(6, 1), raw.line(7, 1), raw.line(8, 1), raw.line(0, 1)] == [
        1,
        2,
        7,
        8,
        1,
        1,
    ]
    again = RawLines(b'{"cells": [{"source": "x"}],\n"cells":\n[{"source": "y"}]}')
    assert again.line(1, 1) == 3
    assert RawLines(b"no json").line(1, 1) == 1


def test_pieces_that_end_within_a_line() -> None:
    data = json.dumps(notebook(cell(["a\r", "\nb", "c\n", "", "d"])), indent=1).encode()
    raw = RawLines(data)
    physical = data.decode().split("\n")
    assert [physical[raw.line(1, n) - 1].strip(' ",') for n in (1, 2, 3)] == ["a\\r", "\\nb", "d"]


# --- spans ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAGICS)
def test_spans_in_cells(name: str) -> None:
    """The span of the path is the path, whatever stands before it."""
    text, line, column = MAGICS[name]
    record = analyse("x.ipynb", dumped(notebook("é = 1", text)), JUDGES)
    (finding,) = (f for f in record.findings if f.code == "RSC401")
    assert (finding.span.cell, finding.span.line, finding.span.column) == (2, line, column)
    assert split_lines(text)[line - 1][column - 1 : finding.span.end_column - 1] == '"/home/alice/data.csv"'


def test_nothing_is_imported_for_a_plain_notebook() -> None:
    """`nbformat` is slow: only old formats need it."""
    code = (
        "import sys; from rescode_lint.read import read; read('x.ipynb', sys.stdin.buffer.read());"
        "sys.exit('nbformat' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=dumped(notebook(HOME)), check=False)
    assert done.returncode == 0


def test_reading_again_is_reading_the_same() -> None:
    for survivor in SURVIVORS:
        if not survivor.problem:
            assert read(survivor.path, survivor.data).lines == read(survivor.path, survivor.data).lines
