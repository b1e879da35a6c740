"""Damaged notebooks and damaged source: whatever is done to a file, the tool says something sensible of it.

Some hundreds of examples; 10,000 of each kind with `RESCODE_NIGHTLY=1`.
"""

from __future__ import annotations

import copy
import json
import os
import re
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survivors import SURVIVORS

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.check.catalog import builtin
from rescode_lint.check.judge import Verdict, judge
from rescode_lint.model import Record, Report, Span, Totals
from rescode_lint.read import Unreadable
from rescode_lint.read.notebook import code_cells, load, text_of
from rescode_lint.read.python import decode as decode_source
from rescode_lint.read.source import split_lines
from rescode_lint.report import FORMATS, render
from rescode_lint.run.cache import decode, encode
from rescode_lint.run.places import with_places
from rescode_lint.testing import cases, files_of

FIXTURES = Path(__file__).parent.parent / "fixtures"
RULES = builtin()
CODES = {rule.code for rule in RULES}
JUDGES = Judges(RULES)
NIGHTLY = bool(os.environ.get("RESCODE_NIGHTLY"))
RUNS = settings(
    max_examples=10_000 if NIGHTLY else 300,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.filterwarnings("ignore")  # odd escapes in what is parsed, old formats in nbformat


# --- the material -----------------------------------------------------------------------------------------------------


class Seed(NamedTuple):
    path: str
    data: bytes

    def __repr__(self) -> str:
        return self.path


@cache
def seeds(ending: str) -> tuple[Seed, ...]:
    """Files of the fixtures and of the rules' examples, and the survivors, the largest left out."""
    found = [
        Seed(str(path.relative_to(FIXTURES)), path.read_bytes())
        for path in sorted(FIXTURES.rglob(f"*{ending}"))
        if ".ipynb_checkpoints" not in path.parts
    ]
    for case in cases(*RULES):
        code = case.example if isinstance(case.example, str | dict) else case.example.code  # type: ignore[union-attr]
        found += [Seed(f"{case}/{path}", text.encode()) for path, text in files_of(code)[0].items()]
    found += [Seed(survivor.path, survivor.data) for survivor in SURVIVORS]
    return tuple(seed for seed in found if seed.path.endswith(ending) and len(seed.data) < 30_000)


@cache
def neighbours() -> tuple[Record, ...]:
    """Two files of the fixtures, so that a project is more than one file."""
    names = ("messy_lab/birdlab/features.py", "messy_lab/notebooks/01_explore.ipynb")
    return tuple(analyse(name, (FIXTURES / name).read_bytes(), JUDGES) for name in names)


ODD = (
    "\r", "\r\n", "\n\n", "\t", "\f", "\xa0", "\ufeff", "\u2028", "\x85", "\x1a", "\x00", "é", "数据", "🐦", "e\u0301", "ﬁ", "\u202e",
    "\ud83d", "'", '"', '"""', "'''", "\\", "\\\n", "#", "%", "%%", "!", "?", "(", ")", "[", "]", "{", "}", ":", ";", "=", "`",
    "%time ", "%%time\n", "%%bash\n", "%pylab\n", "%run x.ipynb\n", "!ls {x} $y\n", "x = !ls\n", "ls\n", "cd /home/bob\n", ">>> ", "In [1]: ",
    "# noqa", "# noqa: RSC401,", "# rescode: ignore[", "# rescode: ignore[RSC106] because\n", "# flake8: noqa\n",
    "async ", "await ", "lambda x: ", "yield ", "global x\n", "nonlocal x\n", "del x\n", "import a.b as c, d\n", "from . import *\n",
    "from ..x import (y as z)\n", "def f(a, /, b: int = None, *c, d=1, **e) -> 'int':\n    ", "class C(D, metaclass=E):\n    ",
    "@decorate(x)\n", "match x:\n    case [a, *b, {'c': d, **e}]:\n        ", "try:\n    x\nexcept* E as e:\n    pass\n",
    "with a as (b, c), d:\n    ", "x: 'list[int]' = []\n", "(y := 1)\n", "f'{x!r:>{w}} {y=}'", "type X[T] = T\n", "print 'x'\n",
    "<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n", "if __name__ == '__main__':\n    ", "sys.path.append('/home/x')\n", "'/home/alice/x'",
    "exec('x = 1')\n", "globals()['x'] = 1\n", "get_ipython().magic('time x')\n", "0" * 5000, "0x" + "f" * 5000, "(" * 250, "f(" * 60, "-" * 2000,
    "x = " + "+".join("a" * 2000) + "\n", "1_0.e1j", "...", "->", "**", "*", "//=", "\n    ", "\n\t", "\n        return x\n",
)  # fmt: skip
WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**30, float("nan"), "", "x", "code", "\ud800", [], {}, [[]], [None], [1, "a\n", None], {"a": 1},
    {"cell_type": "code"}, ["x = (\n", "y"], {"source": "x"}, [{"source": "x"}], "python2", "R", ["rescode-skip"], "Python",
)  # fmt: skip
_NUMBER = st.integers(0, 1 << 16)
_SOURCE_OPS = ("cut", "flip", "delete", "double", "swap", "splice", "insert", "insert", "indent", "join", "ends")
_CELL_OPS = ("delete", "double", "swap", "retype", "text", "text", "text", "wrong", "wrong", "key", "old")
Steps = list[tuple[str, int, int]]
SOURCE_STEPS = st.lists(st.tuples(st.sampled_from(_SOURCE_OPS), _NUMBER, _NUMBER), max_size=6)
CELL_STEPS = st.lists(st.tuples(st.sampled_from(_CELL_OPS), _NUMBER, _NUMBER), max_size=6)
LAYOUTS: tuple[dict[str, Any], ...] = (
    {"indent": 1}, {"indent": None, "separators": (",", ":")}, {"indent": 4, "ensure_ascii": False}, {"indent": 1, "sort_keys": True},
)  # fmt: skip


def mutated(text: str, steps: Steps, material: str) -> str:
    """A text, damaged step by step."""
    for step, a, b in steps:
        lines = text.split("\n")
        line = a % len(lines)
        at = a % (len(text) + 1)
        match step:
            case "cut":
                text = text[:at] + text[at + 1 + b % 80 :]
            case "flip":
                text = text[:at] + chr((ord(text[at]) ^ (1 << b % 7)) if at < len(text) else 65) + text[at + 1 :]
            case "delete":
                text = "\n".join(lines[:line] + lines[line + 1 + b % 3 :])
            case "double":
                text = "\n".join(lines[: line + 1 + b % 3] + lines[line:])
            case "swap":
                other = b % len(lines)
                lines[line], lines[other] = lines[other], lines[line]
                text = "\n".join(lines)
            case "splice":
                begin = b % (len(material) + 1)
                text = text[:at] + material[begin : begin + 200] + text[at:]
            case "insert":
                text = text[:at] + ODD[b % len(ODD)] + text[at:]
            case "indent":
                lines[line] = (" " * (b % 9) or "\t") + lines[line]
                text = "\n".join(lines)
            case "join":
                text = "\n".join(lines[:line]) + "\n".join(lines[line:])
            case "ends":
                text = text.replace("\n", ("\r\n", "\r", "\n\r", "\\\n", "\n\f")[b % 5])
    return text


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """All (container, key) of a JSON value."""
    stack = [value]
    while stack:
        container = stack.pop()
        items = list(container.items()) if isinstance(container, dict) else list(enumerate(container))
        for key, inner in items:
            yield container, key
            if isinstance(inner, dict | list):
                stack.append(inner)


def mutated_notebook(value: Any, steps: Steps, inner: Steps, material: str) -> Any:
    """A notebook, damaged step by step: its cells, their text, any value of the JSON."""
    value = copy.deepcopy(value)
    for step, a, b in steps:
        cells = value.get("cells") if isinstance(value, dict) else None
        if step in ("wrong", "key"):
            found = list(places_in(value)) if isinstance(value, dict | list) else []
            if not found:
                continue
            container, key = found[a % len(found)]
            if step == "wrong":
                container[key] = copy.deepcopy(WRONG[b % len(WRONG)])
            else:
                del container[key]
            continue
        if not isinstance(cells, list) or not cells:
            continue
        index, other = a % len(cells), b % len(cells)
        match step:
            case "delete":
                del cells[index]
            case "double":
                cells.insert(other, copy.deepcopy(cells[index]))
            case "swap":
                cells[index], cells[other] = cells[other], cells[index]
            case "retype" if isinstance(cells[index], dict):
                cells[index]["cell_type"] = ("code", "markdown", "raw", "heading")[b % 4]
            case "text" if isinstance(cells[index], dict):
                text = mutated(text_of(cells[index]), inner, material)
                cells[index]["source"] = text.splitlines(keepends=True) if b % 2 else text
            case "old":
                value = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [_aged(one) for one in cells]}]}
    return value


def _aged(one: Any) -> Any:
    if not isinstance(one, dict) or one.get("cell_type") != "code":
        return one
    return {"cell_type": "code", "input": one.get("source"), "language": "python", "metadata": {}, "outputs": []}


def as_bytes(value: Any, layout: int) -> bytes:
    return json.dumps(value, **LAYOUTS[layout % len(LAYOUTS)]).encode("utf-8", "surrogatepass")


# --- what must hold ---------------------------------------------------------------------------------------------------


def table_of(path: str, data: bytes) -> dict[int | None, list[str]]:
    """Cell -> its lines; None -> those of a script. Empty for what cannot be read."""
    try:
        if path.endswith(".ipynb"):
            return {position: split_lines(text_of(cell)) for position, cell in code_cells(load(data))}
        return {None: split_lines(decode_source(data))}
    except Unreadable:
        return {}


def check_span(span: Span, table: dict[int | None, list[str]]) -> None:
    assert span.cell in table, span
    lines = table[span.cell]
    assert 1 <= span.line <= span.end_line <= len(lines), (span, len(lines))
    assert 1 <= span.column <= len(lines[span.line - 1]) + 1, (span, lines[span.line - 1])
    # one wide where the line is empty
    assert 1 <= span.end_column <= max(len(lines[span.end_line - 1]), 1) + 1, (span, lines[span.end_line - 1])
    assert (span.line, span.column) < (span.end_line, span.end_column), span


def check(path: str, data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        record = analyse(path, data, JUDGES)
    assert decode(encode(record)) == record
    table = table_of(path, data)
    for problem in record.problems:
        assert problem.code == "RSC000", problem
        assert "fault" not in problem.message, problem
        assert problem.remedy
    if not table:
        assert record.problems or not record.findings
    for suppression in record.suppressions:
        check_span(suppression.span, table)
    summary = record.summary
    for noun in (*summary.definitions, *summary.names):
        check_span(noun.span, table)
    for _, message, span in summary.unparsed:
        assert message
        check_span(span, table)

    records = [record, *neighbours()]
    verdict = judge(records, JUDGES, RULES, CODES)
    assert judge(records[::-1], JUDGES, RULES, CODES) == verdict._replace(problems=verdict.problems[::-1])
    assert not [problem for problem in verdict.problems if problem.code == "RSC002"], verdict.problems
    for finding in verdict.findings:
        assert finding.name
        assert finding.message.strip()
        assert finding.advice.strip()
        assert finding.fingerprint
        for related in finding.related:
            assert related.line >= 1
            if related.path == path:
                assert related.cell in table
        if finding.path == path:
            check_span(finding.span, table)
    check_reports(path, data, verdict)


def check_reports(path: str, data: bytes, verdict: Verdict) -> None:
    placed = with_places(
        [finding for finding in verdict.findings if finding.path == path], ".", {path: data}, {"raw_line", "source"}
    )
    physical = data.count(b"\n") + data.count(b"\r") + 1
    for finding in placed:
        assert 1 <= finding.raw_line <= physical, finding
        assert finding.source, finding
    report = Report("0", "/root", "", tuple(placed), verdict.problems, Totals(1), tuple(r.info() for r in RULES))
    document = json.loads(render(report, "json"))
    assert len(document["findings"]) == len(placed)
    other = sorted(FORMATS)[len(data) % len(FORMATS)]
    for name in sorted(FORMATS) if NIGHTLY else {"concise", other}:
        text = render(report, name)
        if re.fullmatch(r"[\w./-]+", path, re.A):  # others are quoted, in each format in its own way
            assert text.count(path) >= len(placed), name


# --- the properties ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [*seeds(".py"), *seeds(".ipynb")], ids=repr)
def test_undamaged(seed: Seed) -> None:
    check(seed.path, seed.data)


@RUNS
@given(st.sampled_from(seeds(".py")), st.sampled_from(seeds(".py")), SOURCE_STEPS)
def test_damaged_source(seed: Seed, other: Seed, steps: Steps) -> None:
    text = mutated(seed.data.decode("utf-8", "replace"), steps, other.data.decode("utf-8", "replace"))
    check("damaged.py", text.encode("utf-8", "surrogatepass"))


@RUNS
@given(st.sampled_from(seeds(".ipynb")), st.sampled_from(seeds(".py")), CELL_STEPS, SOURCE_STEPS, st.integers(0, 3))
def test_damaged_notebooks(seed: Seed, other: Seed, steps: Steps, inner: Steps, layout: int) -> None:
    try:
        value = json.loads(seed.data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        value = {"cells": [{"cell_type": "code", "source": seed.data.decode("utf-8", "replace")}], "nbformat": 4}
    value = mutated_notebook(value, steps, inner, other.data.decode("utf-8", "replace"))
    check("damaged.ipynb", as_bytes(value, layout))


@RUNS
@given(
    st.sampled_from((*seeds(".py"), *seeds(".ipynb"))),
    st.lists(st.tuples(st.sampled_from(["cut", "flip", "insert", "double"]), _NUMBER, _NUMBER), min_size=1, max_size=8),
)
def test_damaged_bytes(seed: Seed, steps: Steps) -> None:
    data = bytearray(seed.data)
    for step, a, b in steps:
        at = a % (len(data) + 1)
        if step == "cut":
            del data[at : at + 1 + b % 50]
        elif step == "flip" and at < len(data):
            data[at] ^= 1 << b % 8
        elif step == "double":
            data[at:at] = data[at : at + b % 200]
        else:
            data[at:at] = ODD[b % len(ODD)].encode("utf-8", "surrogatepass")[: 1 + b % 7]
    check("damaged.ipynb" if seed.path.endswith(".ipynb") else "damaged.py", bytes(data))


@RUNS
@given(st.lists(st.sampled_from(ODD), max_size=12).map("".join))
def test_odd_fragments(text: str) -> None:
    """Nothing but what trips readers up, as a script and as two cells."""
    check("odd.py", text.encode("utf-8", "surrogatepass"))
    cells = [{"cell_type": "code", "source": part} for part in (text, "x = 1\n" + text)]
    check("odd.ipynb", as_bytes({"cells": cells, "nbformat": 4}, len(text)))
