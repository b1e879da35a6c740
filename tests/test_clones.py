"""Shapes, the search for copies, and what RSC101, RSC102 and RSC103 make of it."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.model import Definition, Summary, Tree
from rescode_lint.project import Project
from rescode_lint.project.clones import LARGEST_BUCKET, drifted, groups, home_of, import_of, twins_of
from rescode_lint.rules.notebooks.drifted_copy import DriftedCopy
from rescode_lint.rules.notebooks.duplicated_definition import DuplicatedDefinition
from rescode_lint.rules.notebooks.notebook_only_definition import NotebookOnlyDefinition
from rescode_lint.semantics.shape import CODE, statements
from rescode_lint.testing import files_of, run

NOTHING = Judges(())
BODY = "    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n    return kept\n"
CLEAN = f"def clean(rows):\n{BODY}"


def definitions(text: str, path: str = "a.py") -> tuple[Definition, ...]:
    summary = analyse(path, text.encode(), NOTHING).summary
    assert not summary.unparsed, text
    return summary.definitions


def one(text: str) -> Definition:
    return definitions(textwrap.dedent(text))[0]


def project(files: dict[str, str], *more: str) -> Project:
    data = {path: text.encode() for path, text in files_of(files)[0].items()}
    summaries = [analyse(path, text, NOTHING).summary for path, text in data.items()]
    return Project(summaries, Tree(frozenset((*data, *more))), data.get)


# --- the shape --------------------------------------------------------------------------------------------------------

SAME = [
    ("def f(a):\n    return a + 1", "def f( a ) :\n\n    # more\n    return (a\n      + 1)"),
    ("def f(a):\n    return a + 1", "def f(a):\n    '''Adds.'''\n    return a + 1"),
    ("def f(a):\n    return a + 1", "def f(b):\n    return b + 1"),
    ("def f(a):\n    return f(a - 1)", "def g(a):\n    return g(a - 1)"),
    ("def f(x):\n    return 'a' 'b'", 'def f(x):\n    return "ab"'),
    ("def f(x):\n    return [i for i in x]", "def f(xs):\n    return [each for each in xs]"),
    ("def f(x):\n    return lambda y: x + y", "def f(a):\n    return lambda b: a + b"),
    (
        "def f(x):\n    try:\n        x()\n    except E as e:\n        raise V from e",
        "def f(z):\n    try:\n        z()\n    except E as why:\n        raise V from why",
    ),
    (
        "def f(x):\n    def g():\n        nonlocal x\n        x = 1\n    g()",
        "def f(y):\n    def h():\n        nonlocal y\n        y = 1\n    h()",
    ),
    (
        "def f(x):\n    match x:\n        case [a, *b]:\n            return b",
        "def f(x):\n    match x:\n        case [p, *q]:\n            return q",
    ),
    (
        "class A:\n    '''Doc.'''\n    def m(self, x):\n        return x",
        "class A:\n    def m(self, y):\n        'Doc.'\n        return y",
    ),
    ("class A:\n    def m(self):\n        return A()", "class B:\n    def m(self):\n        return B()"),
]

OTHER = [
    ("def f(a):\n    return a + 1", "def f(a):\n    return a + 2"),
    ("def f(a):\n    return a + 1", "def f(a):\n    return a + 1.0"),
    ("def f(a):\n    return a + 1", "def f(a):\n    return a + True"),
    ("def f(a):\n    return a == '-'", "def f(a):\n    return a == None"),
    ("def f(a):\n    return a == '1'", "def f(a):\n    return a == 1"),
    ("def f(a):\n    return a == b'1'", "def f(a):\n    return a == '1'"),
    ("def f(a):\n    return a + 1", "def f(a):\n    return a - 1"),
    ("def f(a):\n    return a.x", "def f(a):\n    return a.y"),
    ("def f(a):\n    return g(x=a)", "def f(a):\n    return g(y=a)"),
    ("def f(a):\n    return {**a, 'b': 1}", "def f(a):\n    return {'b': 1, **a}"),
    ("def f(a):\n    return outer", "def f(a):\n    return another"),
    ("def f(a, b):\n    return a - b", "def f(a, b):\n    return b - a"),
    ("def f(a, b):\n    return a - b", "def f(a, *, b):\n    return a - b"),
    ("def f(a=1):\n    return a", "def f(a=2):\n    return a"),
    ("def f(x=x):\n    return x", "def f(y=y):\n    return y"),
    ("def f(a: int):\n    return a", "def f(a: str):\n    return a"),
    ("def f(a):\n    return a", "@cache\ndef f(a):\n    return a"),
    ("def f(a):\n    return a", "async def f(a):\n    return a"),
    ("def f(a):\n    return a", "class f:\n    a = 1"),
    ("def f():\n    global n\n    n = 1", "def f():\n    global m\n    m = 1"),
    ("def f():\n    import os\n    return os.x", "def f():\n    import io\n    return io.x"),
    ("def f(a):\n    if a:\n        b()\n    c()", "def f(a):\n    if a:\n        b()\n        c()"),
    ("class A(B):\n    x = 1", "class A(C):\n    x = 1"),
    ("class A:\n    x = 1", "class A:\n    y = 1"),
    (
        "class A:\n    x = 1\n    def m(self):\n        x = 2\n        return x",
        "class A:\n    y = 1\n    def m(self):\n        y = 2\n        return y",
    ),
    ("def f(a):\n    return f'{a}'", "def f(a):\n    return f'{a!r}'"),
    (
        "def f(x):\n    def g():\n        y = 1\n        return y\n    return y",
        "def f(x):\n    def g():\n        z = 1\n        return z\n    return z",
    ),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_the_same_shape(first: str, second: str) -> None:
    assert one(first).fingerprint == one(second).fingerprint != ""


@pytest.mark.parametrize(("first", "second"), OTHER)
def test_another_shape(first: str, second: str) -> None:
    assert one(first).fingerprint != one(second).fingerprint


def test_wording_tells_names_of_locals() -> None:
    first, same, renamed = (
        one(text)
        for text in (
            "def f(a):\n    b = a\n    return b",
            "def g(a):\n    b = a  # so\n    return b",
            "def f(x):\n    y = x\n    return y",
        )
    )
    assert first.fingerprint == same.fingerprint == renamed.fingerprint
    assert first.wording == same.wording != renamed.wording


@pytest.mark.parametrize(
    "text",
    ["def f(a): ...", "def f(a):\n    pass", "def f(a):\n    'Doc.'", "class E(Exception):\n    'Doc.'\n    pass"],
)
def test_what_is_empty_has_none(text: str) -> None:
    assert one(text).fingerprint == ""


def test_a_class_is_compared_whole() -> None:
    found = definitions("class A:\n    def m(self):\n        return 1\n")
    assert [bool(d.fingerprint) for d in found] == [True, False]


def test_lines_have_a_code_for_each_statement() -> None:
    text = "def f(a):\n    'Doc.'\n    try:\n        if a:\n            b()\n    except E:\n        c()\n    return a\n"
    definition = one(text)
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    names = [type(item).__name__ for item in statements(node)]
    assert names == ["FunctionDef", "Try", "If", "Expr", "ExceptHandler", "Expr", "Return"]
    assert len(definition.shape) == CODE * len(names)


def test_a_line_differs_where_it_does() -> None:
    def codes(text: str) -> list[str]:
        shape = one(text).shape
        return [shape[i : i + CODE] for i in range(0, len(shape), CODE)]

    first = codes("def f(a):\n    for b in a:\n        c(b)\n    return 1")
    second = codes("def f(a):\n    for b in a:\n        d(b)\n    return 1")
    assert [x == y for x, y in zip(first, second, strict=True)] == [True, True, False, True]


def test_a_long_number() -> None:
    assert one(f"def f():\n    return 0x{'f' * 5000}").fingerprint


def test_a_very_long_sum_has_no_shape_and_does_no_harm() -> None:
    text = f"def f(a):\n    return {' + '.join(['a'] * 1500)}\n\n\ndef g(a):\n    return a\n"
    first, second = definitions(text)
    assert second.fingerprint and not first.fingerprint


def test_halves_of_characters() -> None:
    first = {
        "cells": [{"cell_type": "code", "metadata": {}, "source": "def f():\n    return '\ud800'\n", "outputs": []}]
    }
    text = json.dumps({**first, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    assert analyse("a.ipynb", text.encode(), NOTHING).summary.definitions[0].fingerprint


# Functions made at random, over a few names.
NAMES = ["a", "b", "c"]
FREE = ["np", "table", "helper"]


def expressions() -> st.SearchStrategy[str]:
    leaves = st.sampled_from([*NAMES, *FREE]) | st.integers(0, 9).map(str) | st.sampled_from(["'x'", "0.5", "None"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["+", "-", "*", "<", "=="]), inner).map(
                lambda t: f"({t[0]} {t[1]} {t[2]})"
            ),
            st.tuples(st.sampled_from(FREE), inner).map(lambda t: f"{t[0]}({t[1]})"),
            inner.map(lambda text: f"helper.mean({text})"),
            inner.map(lambda text: f"[{text} for c in table]"),
            inner.map(lambda text: f"(lambda b: {text})"),
        ),
        max_leaves=5,
    )


def blocks(depth: int = 2) -> st.SearchStrategy[list[str]]:
    simple = st.one_of(
        st.tuples(st.sampled_from(NAMES), expressions()).map(lambda t: [f"{t[0]} = {t[1]}"]),
        expressions().map(lambda text: [f"helper({text})"]),
        expressions().map(lambda text: [f"return {text}"]),
    )
    if not depth:
        return st.lists(simple, min_size=1, max_size=3).map(lambda parts: [line for part in parts for line in part])
    inner = blocks(depth - 1).map(lambda lines: [f"    {line}" for line in lines])
    nested = st.one_of(
        st.tuples(expressions(), inner).map(lambda t: [f"if {t[0]}:", *t[1]]),
        st.tuples(st.sampled_from(NAMES), expressions(), inner).map(lambda t: [f"for {t[0]} in {t[1]}:", *t[2]]),
        st.tuples(st.sampled_from(NAMES), inner).map(lambda t: [f"def inner({t[0]}):", *t[1]]),
    )
    return st.lists(simple | nested, min_size=1, max_size=4).map(
        lambda parts: [line for part in parts for line in part]
    )


functions = blocks().map(
    lambda lines: "\n".join(["def f(a, b):", "    c = 0", *(f"    {line}" for line in lines)]) + "\n"
)


@settings(deadline=None)
@given(functions, st.sampled_from(["# note", "", "   ", "\t"]))
def test_layout_comments_and_docstring_keep_the_fingerprint(text: str, extra: str) -> None:
    plain = one(text)
    lines = text.splitlines()
    spaced = [
        lines[0],
        "    '''Some words.'''",
        *(part for line in lines[1:] for part in (line + "  # why", extra.strip())),
    ]
    assert one("\n".join(spaced) + "\n") == plain._replace(span=one("\n".join(spaced) + "\n").span)
    assert one(ast.unparse(ast.parse(text))).fingerprint == plain.fingerprint


class _Renamed(ast.NodeTransformer):
    names = {"a": "first", "b": "second", "c": "third"}

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.names.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.names.get(node.arg, node.arg)
        return node


@settings(deadline=None)
@given(functions)
def test_names_of_locals_keep_the_fingerprint(text: str) -> None:
    renamed = one(ast.unparse(_Renamed().visit(ast.parse(text))))
    assert renamed.fingerprint == one(text).fingerprint
    assert renamed.wording != one(text).wording


class _Changed(ast.NodeTransformer):
    """Changes the constant, operator, attribute or free name that comes at a given turn."""

    def __init__(self, turn: int) -> None:
        self.turn = turn
        self.done = False

    def counts(self) -> bool:
        self.turn -= 1
        self.done = self.done or self.turn == -1
        return self.turn == -1

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant(f"{node.value}!") if self.counts() else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if self.counts():
            node.op = ast.FloorDiv()
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if self.counts():
            node.attr = "median"
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name("other", node.ctx) if node.id in FREE and self.counts() else node


@settings(deadline=None)
@given(functions, st.integers(0, 12))
def test_a_change_changes_the_fingerprint(text: str, turn: int) -> None:
    change = _Changed(turn)
    changed = ast.unparse(change.visit(ast.parse(text)))
    assert (one(changed).fingerprint != one(text).fingerprint) == change.done


# --- the search -------------------------------------------------------------------------------------------------------


def paths(group: Iterable[Any]) -> list[str]:
    return [place.path for place in group]


def test_groups_begin_with_the_one_to_keep() -> None:
    files = {"b.ipynb": f"# %%\n{CLEAN}", "lab/clean.py": CLEAN, "a.ipynb": f"# %%\n{CLEAN}", "old/clean.py": CLEAN}
    (group,) = groups(project(files))
    assert paths(group) == ["lab/clean.py", "a.ipynb", "b.ipynb", "old/clean.py"]


@pytest.mark.parametrize(
    ("files", "home"),
    [
        ({"run.py": f"{CLEAN}\nread()\nfit()\nplot()\nsave()\n", "lab.py": CLEAN}, "lab.py"),
        ({"1-run.py": CLEAN, "lab/deep/er.py": CLEAN}, "lab/deep/er.py"),
        ({"a.py": CLEAN, "z.py": CLEAN, "m.py": "from z import clean\nclean([])\n"}, "z.py"),
        (
            {
                "a.py": CLEAN,
                "z.py": CLEAN,
                "tests/test_z.py": "from z import clean\n\ndef test_clean():\n    assert clean([]) == []\n",
            },
            "z.py",
        ),
        ({"x-Copy1.ipynb": f"# %%\n{CLEAN}", "x.ipynb": f"# %%\n{CLEAN}"}, "x.ipynb"),
        ({"scratch/a.py": CLEAN, "study/deep/clean.py": CLEAN}, "study/deep/clean.py"),
        ({"tests/test_a.py": f"{CLEAN}\ndef test_a():\n    clean([])\n", "b.ipynb": f"# %%\n{CLEAN}"}, "b.ipynb"),
    ],
)
def test_home_of(files: dict[str, str], home: str) -> None:
    whole = project(files)
    (group,) = groups(whole)
    assert home_of(group[::-1], whole).path == group[0].path == home
    assert {place.path for place in twins_of(group[0], whole)} == set(paths(group))


def test_import_of() -> None:
    files = {
        "src/lab/__init__.py": "",
        "src/lab/clean.py": CLEAN,
        "a.ipynb": "# %%\nx = 1",
        "one/train.py": CLEAN,
        "two/train.py": "x = 1\n",
        "3-d/clean.py": CLEAN,
    }
    whole = project(files)
    (group,) = groups(whole)
    by_path = {place.path: place for place in group}
    assert import_of(by_path["src/lab/clean.py"], whole, "a.ipynb") == "lab.clean"
    assert import_of(by_path["one/train.py"], whole, "two/train.py") == "one.train"
    assert import_of(by_path["3-d/clean.py"], whole, "a.ipynb") == ""


def test_drift_is_found_by_name_and_likeness() -> None:
    files = {
        "a.py": CLEAN,
        "b.py": CLEAN.replace("if row", "if not row"),
        "c.py": "def clean(rows):\n    return list(rows)\n",
    }
    (pair,) = drifted(project(files))
    assert (pair.home.path, pair.other.path) == ("a.py", "b.py")
    assert 0.8 < pair.alike < 1


def test_a_name_with_very_many_versions_is_cut() -> None:
    files = {f"run_{i:02}.py": CLEAN.replace("if row", f"if row != {i}") for i in range(LARGEST_BUCKET + 20)}
    found = drifted(project(files))
    assert len(found) == LARGEST_BUCKET - 1
    assert found == drifted(project(dict(reversed(files.items()))))


def test_a_source_is_read_once_and_only_if_it_can_be() -> None:
    calls: list[str] = []

    def opener(path: str) -> bytes | None:
        calls.append(path)
        return {"a.py": b"x = 1\n", "b.py": b"\0"}.get(path)

    whole = Project((Summary(path, "py") for path in ("a.py", "b.py", "c.py")), opener=opener)
    for _ in range(2):
        assert [whole.source(path) is not None for path in ("a.py", "b.py", "c.py", "d.py")] == [
            True,
            False,
            False,
            False,
        ]
    assert calls == ["a.py", "b.py", "c.py"]


# --- the rules --------------------------------------------------------------------------------------------------------


def messages(files: dict[str, str], *rules: Any) -> list[str]:
    return [f"{f.path}: {f.message}" for f in run(files_of(files)[0], *rules).findings]


def notebook(*cells: str) -> str:
    return "\n".join(f"# %%\n{cell}" for cell in cells)


def test_copies_in_a_file_are_one_finding() -> None:
    other = CLEAN.replace("clean", "scrub").replace("append(row)", "append(row.strip())")
    files = {"lab.py": f"{CLEAN}\n\n{other}", "a.ipynb": notebook(CLEAN, other)}
    (found,) = run(files_of(files)[0], DuplicatedDefinition).findings
    assert found.message.startswith("`clean` and `scrub` are identical copies of those in `lab.py`")
    assert found.advice == "Delete them here, and write `from lab import clean, scrub`."


def test_copies_in_notebooks_alone_are_moved_by_the_command() -> None:
    (found,) = run(
        files_of({"a b.ipynb": notebook(CLEAN), "c/d e.ipynb": notebook(CLEAN)})[0], DuplicatedDefinition
    ).findings
    assert found.path == "c/d e.ipynb"
    assert "`rescode extract 'a b.ipynb' --select clean`" in found.advice


def test_a_suppressed_copy_is_gone() -> None:
    other = CLEAN.replace("clean", "scrub").replace("append(row)", "append(row.strip())")
    silenced = CLEAN.replace("def clean(rows):", "def clean(rows):  # noqa: RSC102")
    found = messages({"lab.py": f"{CLEAN}\n\n{other}", "a.py": f"{silenced}\n\n{other}"}, DuplicatedDefinition)
    assert found == [
        "a.py: the function `scrub` (5 statements) is an identical copy of the one in `lab.py`"
    ] or found == ["lab.py: this file is a copy of `a.py` (`clean` and `scrub`)"]


@pytest.mark.parametrize(
    "files",
    [
        {"lab.py": CLEAN, "lab-Copy1.ipynb": notebook(CLEAN)},
        {"lab.py": CLEAN, "archive/a.ipynb": notebook(CLEAN)},
        {"lab.py": CLEAN, "docs/a.ipynb": notebook(CLEAN)},
        {"lab.py": CLEAN, "vendor/lab.py": CLEAN},
        {"lab.py": CLEAN, "course/exercise_1/lab.py": CLEAN},
        {"lab.py": CLEAN, "a.ipynb": notebook("import pandas as pd\nt = pd.read_csv('/kaggle/input/t.csv')", CLEAN)},
        {"lab.py": CLEAN, "lab.ipynb": notebook(CLEAN)},
        {"lab.py": CLEAN, "gui/requirements.txt": "numpy\n", "gui/lab.py": CLEAN},
        {"lab.py": f"if NEW:\n{textwrap.indent(CLEAN, '    ')}\nelse:\n{textwrap.indent(CLEAN, '    ')}"},
        {"lab.py": CLEAN, "a.py": CLEAN.replace("def clean", "def scrub")},
    ],
)
def test_no_word_on_such_copies(files: dict[str, str]) -> None:
    assert messages(files, DuplicatedDefinition) == []


def test_what_each_file_has_its_own_of_is_named() -> None:
    text = "def gather(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(load(row))\n    return kept\n"
    files = {
        "lab.py": f"def load(x):\n    return x + 1\n\n\n{text}",
        "b/lab2.py": f"def load(x):\n    return x + 2\n\n\n{text}\nprint(gather([]))\n",
    }
    (found,) = run(files, DuplicatedDefinition).findings
    assert "`load`, of which each file has a version of its own" in found.advice


def test_a_global_state_becomes_a_parameter() -> None:
    text = CLEAN.replace("if row", "if len(row) > limit")
    used = f"{text}\nprint(clean([]))\n"
    (found,) = run({"a.py": f"limit = 3\n{text}", "b.py": f"limit = 4\n{used}"}, DuplicatedDefinition).findings
    assert "`limit`, which it reads from the code around, as a parameter" in found.advice
    (found,) = run({"a.py": f"limit = 3\n{text}", "b.py": f"limit = 3\n{used}"}, DuplicatedDefinition).findings
    assert found.advice == "Delete it here, and write `from a import clean`."


def test_a_copy_that_nothing_uses_is_deleted() -> None:
    (found,) = run({"a.py": CLEAN, "b.py": f"x = 1\n{CLEAN}"}, DuplicatedDefinition).findings
    assert found.advice == "Delete it here: nothing in this file uses it."


def test_renamed_parameters_are_named() -> None:
    other = CLEAN.replace("rows", "lines")
    (found,) = run({"a.py": CLEAN, "b.py": f"x = 1\n{other}\nprint(clean(lines=[]))\n"}, DuplicatedDefinition).findings
    assert found.advice.endswith("calls that say `lines=` must say `rows=` then.")


def test_a_copied_folder_is_one_finding() -> None:
    other = CLEAN.replace("clean", "scrub").replace("append(row)", "append(row.strip())")
    files = {
        "new/rows.py": CLEAN,
        "new/words.py": other,
        "first_try/rows.py": f"{CLEAN}\nx = 1\n",
        "first_try/words.py": f"{other}\nx = 2\n",
        "use.py": "from new.rows import clean\nfrom new.words import scrub\nprint(clean(scrub([])))\n",
    }
    (found,) = run(files, DuplicatedDefinition).findings
    assert found.message == (
        "2 functions and classes in 2 files of `first_try` (`rows.py` and `words.py`) are copies, mostly of what stands in "
        "`new`"
    )
    assert [place.path for place in found.related] == ["first_try/rows.py", "first_try/words.py"]


def test_one_function_in_two_scripts_is_no_copied_folder() -> None:
    files = {"new/rows.py": CLEAN, "tried/a.py": f"{CLEAN}\nx = 1\n", "tried/b.py": f"{CLEAN}\nx = 2\n"}
    (found,) = run(files, DuplicatedDefinition).findings
    assert found.message == (
        "the function `clean` (5 statements) is an identical copy of the one in `tried/a.py`, and so it is in 1 more file"
    )


def test_a_module_is_not_imported_from_itself_nor_from_a_library() -> None:
    files = {
        "lab/rows.py": CLEAN,
        "debug/rows.py": f"x = 1\n{CLEAN}\nprint(clean([]))\n",
        "notes/plot.py": "from rows import clean\nprint(clean([]))\n",
    }
    (found,) = run(files, DuplicatedDefinition).findings
    assert "from rows import" not in found.advice
    files = {"code/utils/torch.py": CLEAN, "infer.py": f"import torch\nx = torch.ones(1)\n{CLEAN}\nprint(clean(x))\n"}
    (found,) = run(files, DuplicatedDefinition).findings
    assert "from torch import" not in found.advice


def test_a_notebook_and_its_export_are_one_copy() -> None:
    used = f"{CLEAN}\n" + "print(clean([]))\n" * 5
    files = files_of({"lab/rows.py": CLEAN, "figures.ipynb": notebook(used)})[0] | {"figures.py": used}
    (found,) = run(files, DuplicatedDefinition).findings
    assert found.path == "figures.ipynb" and "copies" not in found.message


def test_an_attribute_of_a_class_and_a_global_are_no_idle_variables() -> None:
    text = "class Fit:\n    rate = 0.1\n    def run(self, x):\n        y = x * self.rate\n        y = y + 1\n        y = y / 3\n        return y\n"
    found = messages({"a.py": text, "b.py": text.replace("    rate = 0.1\n", "")}, DriftedCopy)
    assert len(found) == 1 and "`rate = 0.1` is missing" in found[0]
    text = "def count(x):\n    global seen\n    seen = 1\n    y = x * 2\n    y = y + 1\n    y = y / 3\n    return y\n"
    found = messages({"a.py": text, "b.py": text.replace("    seen = 1\n", "")}, DriftedCopy)
    assert len(found) == 1 and "`seen = 1` is missing" in found[0]


def test_a_global_in_capitals_is_another_name() -> None:
    text = "def fit(rows, rate=1):\n    y = rows * rate\n    y = y + 1\n    y = y / 3\n    return y\n"
    found = messages({"a.py": text, "b.py": text.replace("rows * rate", "rows * RATE")}, DriftedCopy)
    assert len(found) == 1 and "`y = rows * RATE`" in found[0]


def test_parameters_in_another_order_are_drift() -> None:
    text = "def fit(table, names):\n    kept = table[names]\n    kept = kept.dropna()\n    kept = kept - kept.mean()\n    return kept / kept.std()\n"
    swapped = text.replace("(table, names)", "(names, table)")
    (found,) = run({"a.py": text, "b.py": f"{swapped}\nprint(fit([], 1))\n"}, DriftedCopy).findings
    assert "`fit` takes `(names, table)` here and `(table, names)` there" in found.message
    assert "calls that pass the arguments by position must change with it" in found.advice


def test_drift_shows_the_line() -> None:
    longer = CLEAN.replace("    return kept", "    kept.sort()\n    return kept")
    files = {
        "a.ipynb": notebook(longer),
        "b.ipynb": notebook("x = 1", longer.replace("if row:", "if row is not None:")),
    }
    (found,) = run(files_of(files)[0], DriftedCopy).findings
    assert found.message == (
        "the function `clean` differs from the version in `a.ipynb`, cell 1: `if row is not None` here is `if row` there"
    )
    assert [(r.path, r.cell, r.line) for r in found.related] == [
        ("a.ipynb", 1, 1),
        ("a.ipynb", 1, 4),
        ("b.ipynb", 2, 4),
    ]


def test_drift_without_the_text_is_not_told() -> None:
    files = {"a.py": CLEAN, "b.py": CLEAN.replace("if row", "if not row")}
    whole = Project([analyse(path, text.encode(), NOTHING).summary for path, text in files.items()])
    assert list(DriftedCopy().check(whole)) == []


LONG = (
    "def fit(x, y, rate=0.1):\n    total = 0\n    for a, b in zip(x, y):\n        total += (a - b) ** 2\n"
    "    rest = total / len(x)\n    print('done')\n    return rest * rate\n"
)
LONGER = LONG.replace("    return", "    rest += 1\n    rest /= 2\n    return")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("** 2", "** 3", "`total += (a - b) ** 3` here is `total += (a - b) ** 2` there"),
        ("rate=0.1", "rate=0.2", "`rate=0.2` here is `rate=0.1` there"),
        (
            "    rest = total / len(x)\n",
            "    rest = total / len(x)\n    rest = rest / 2\n",
            "`rest = rest / 2` is missing there",
        ),
        ("    total = 0\n", "    total = 0\n    x = x[x > 0]\n", "`x = x[x > 0]` is missing there"),
        ("    print('done')\n", "", ""),
        ("    print('done')\n", "    plt.plot(x)\n", ""),
        ("print('done')", "print('ready', rest)", ""),
        ("def fit(x, y, rate=0.1):", "def fit(x, y, rate: float = 0.1) -> float:", ""),
        ("in zip(x, y)", "in tqdm(zip(x, y))", ""),
        ("def fit(x, y, rate=0.1):", "def fit(x, y, rate=0.1, scale=1):", ""),
        ("    total = 0\n", "    total: int = 0\n", ""),
        ("rest", "mse", ""),
        ("    return rest * rate", "    found = rest * rate\n    return found", ""),
    ],
)
def test_what_counts_as_drift(old: str, new: str, told: str) -> None:
    found = messages({"a.py": LONG, "nb.ipynb": notebook(LONG.replace(old, new))}, DriftedCopy)
    assert [message.partition(": ")[2].partition(": ")[2] for message in found] == ([told] if told else [])


def test_a_series_of_experiments_is_meant() -> None:
    files = {
        f"{name}.py": LONG.replace("** 2", f"** {i}") for i, name in enumerate("north south east west up down".split())
    }
    assert messages(files, DriftedCopy) == []


def test_copies_are_told_once() -> None:
    rules = (NotebookOnlyDefinition, DuplicatedDefinition, DriftedCopy)
    twins = {"a.ipynb": notebook(CLEAN, "clean([])"), "b.ipynb": notebook(CLEAN, "clean([])")}
    versions = {"a.ipynb": notebook(LONG, "fit(a, b)"), "b.ipynb": notebook(LONG.replace("** 2", "** 3"), "fit(a, b)")}
    alone = {"a.ipynb": notebook(LONGER, "fit(a, b)"), "b.ipynb": notebook("fit(a, b)")}
    codes = [[f.code for f in run(files_of(files)[0], *rules).findings] for files in (twins, versions, alone)]
    assert codes == [["RSC102"], ["RSC103"], ["RSC101"]]


def test_a_notebook_that_calls_it_would_use_it() -> None:
    (found,) = run(
        files_of({"a.ipynb": notebook(LONGER, "fit(a, b)"), "b.ipynb": notebook("fit(a, b)")})[0],
        NotebookOnlyDefinition,
    ).findings
    assert "nor `b.ipynb`, which would use it" in found.message
    assert "`rescode extract a.ipynb --select fit`" in found.advice
    assert "import it here and in `b.ipynb`" in found.advice


def test_no_import_is_advised_that_fails_from_the_folder_or_closes_a_circle() -> None:
    used = f"x = 1\n{CLEAN}\nprint(clean([]))\n"
    (found,) = run({"data/head.py": CLEAN, "plots/draw.py": used}, DuplicatedDefinition).findings
    assert "from data.head import" not in found.advice and "cannot be imported from here" in found.advice
    (found,) = run(
        {"lab/base.py": CLEAN, "lab/use.py": f"import base\n{CLEAN.replace('clean', 'scrub')}"}, DuplicatedDefinition
    ).findings or (None,)
    assert found is None or "from use import" not in found.advice
    one = "import lower\n" + LONG
    (found,) = run({"upper.py": one, "lower.py": LONG.replace("** 2", "** 3")}, DriftedCopy).findings
    assert "from upper import fit" not in found.advice


def test_a_file_that_is_a_copy_goes() -> None:
    other = CLEAN.replace("clean", "scrub").replace("append(row)", "append(row.strip())")
    files = {
        "lab.py": f"{CLEAN}\n\n{other}",
        "b/lab.py": f"{CLEAN}\n\n# the same\n{other}",
        "b/run.py": "import lab\nlab.clean([])\n",
    }
    (found,) = run(files, DuplicatedDefinition).findings
    assert found.message.startswith("this file is a copy of `")
    assert found.advice.startswith("Delete this file")


def test_many_names_are_a_number() -> None:
    text = "\n\n".join(
        CLEAN.replace("clean", f"clean_{i}").replace("append(row)", f"append(row + {i})") for i in range(9)
    )
    (found,) = run(files_of({"lab.py": text, "a.ipynb": notebook(text)})[0], DuplicatedDefinition).findings
    assert found.advice == "Delete them here, and import all 9 from `lab`."
    assert "and 5 more" in found.message


def test_the_command_says_keep_and_is_silent_where_it_would_refuse() -> None:
    rules = (NotebookOnlyDefinition, DuplicatedDefinition, DriftedCopy)
    version = CLEAN.replace("if row:", "while row and load(row).fit(x).predict(z) and model.add(Net()):")
    (found,) = run(
        files_of({"a.ipynb": notebook(CLEAN), "b.ipynb": notebook(CLEAN), "c.ipynb": notebook(version)})[0],
        DuplicatedDefinition,
    ).findings
    assert "`rescode extract a.ipynb --select clean --keep a.ipynb` shows the move" in found.advice
    verdict = run(files_of({"a.ipynb": notebook(CLEAN, version, "clean([])")})[0], *rules)
    assert verdict.findings and all("rescode extract" not in f.advice for f in verdict.findings)


def test_folders_of_a_collection_share_nothing() -> None:
    files = {f"{name}/fit.py": "x = 1\n" for name in ("apple", "pear", "plum", "cherry")}
    files |= {"apple/net.py": LONG, "pear/net_of_it.py": LONG.replace("** 2", "** 3")}
    assert messages(files, DriftedCopy) == []
    assert len(messages({"apple/net.py": LONG, "pear/other.py": LONG.replace("** 2", "** 3")}, DriftedCopy)) == 1


def test_a_series_is_one_finding_without_an_import_between_its_members() -> None:
    body = "".join(f"    total += {n}\n" for n in range(9))
    fit = f"def fit(rows):\n    total = 0\n{body}    return total\n"
    files = {f"exp/exp{n:03}/train.py": f"rate = {n}\n{fit}\nprint(fit([rate]))\n" for n in range(1, 8)}
    (found,) = run(files, DuplicatedDefinition).findings
    assert found.message == "7 folders of the series `exp001` to `exp007` in `exp` repeat `fit`"
    assert "into a module beside the series" in found.advice and "from exp" not in found.advice
    small = {path: text.replace(body, body[: 3 * 15]) for path, text in files.items()}
    assert not run(small, DuplicatedDefinition).findings  # five lines in runs that are over


def test_no_member_of_a_series_is_the_copy_to_keep() -> None:
    body = "".join(f"    total += {n}\n" for n in range(9))
    fit = f"def fit(rows):\n    total = 0\n{body}    return total\n"
    files = {f"task{n:03}.py": f"rate = {n}\n{fit}\nprint(fit([rate]))\n" for n in range(1, 5)}
    found = run({**files, "tools/fitting.py": fit}, DuplicatedDefinition).findings
    assert {f.related[0].path for f in found} == {"tools/fitting.py"}


def test_an_import_is_advised_only_where_it_works() -> None:
    home = f"from words import x\n{CLEAN}\ndef more(rows):\n    return clean(rows) + x\n"
    used = f"x = 1\n{CLEAN}\nprint(clean([]))\n"
    start = {"setup.py": "from setuptools import setup\nsetup(name='lab', packages=['lab'])\n", "lab/__init__.py": ""}
    files = {**start, "lab/rows.py": CLEAN, "run.py": "", "plots/draw.py": used}
    (found,) = run(files, DuplicatedDefinition).findings
    assert "`from lab.rows import clean`" in found.advice
    (found,) = run({**files, "lab/rows.py": home, "lab/words.py": "x = []\n"}, DuplicatedDefinition).findings
    assert "cannot be imported from here" in found.advice  # `words` would not be found
    start["setup.py"] = start["setup.py"].replace("['lab']", "['other']")
    (found,) = run({**files, **start}, DuplicatedDefinition).findings
    assert "cannot be imported from here" in found.advice
    works = f"{CLEAN}\nrows = clean([])\n"
    (found,) = run({"a.py": works, "b.py": f"{CLEAN}\nprint(clean([1]))\n"}, DuplicatedDefinition).findings
    assert "does work when it is imported" in found.advice


def test_one_file_that_has_all_is_the_one_to_keep() -> None:
    other = CLEAN.replace("clean", "scrub").replace("append(row)", "append(row.strip())")
    use = "\ndef use(rows):\n    return clean(rows)\n"
    files = {
        "a.py": CLEAN,
        "b_all.py": f"{CLEAN}\n{other}",
        "c_all.py": f"{CLEAN}\n{other}{use}\nprint(scrub(use([])))\n",
    }
    found = {f.path: f for f in run(files, DuplicatedDefinition).findings}
    assert found["c_all.py"].advice == "Delete them here, and write `from b_all import clean, scrub`."
