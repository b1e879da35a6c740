"""RSC301 and RSC302: what they propose, and what they leave alone."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import pytest

from rescode_lint.model import Finding
from rescode_lint.rules.types.implicit_optional import ImplicitOptional
from rescode_lint.rules.types.missing_types import MissingTypes, certain_types, gaps, is_documented, return_type
from rescode_lint.testing import files_of, run


def function(code: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The (last) function of some code."""
    node = ast.parse(code).body[-1]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return node


def found(files: Mapping[str, str] | str, rule: type[MissingTypes | ImplicitOptional] = MissingTypes) -> list[Finding]:
    """What the rule says of some files."""
    return list(run(files_of(files)[0], rule).findings)


# --- what is missing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("def f(x): ...", ["`x`", "the return value"]),
        ("def f(x: int) -> None: ...", []),
        ("def f(x: int): ...", ["the return value"]),
        ("def f(x) -> None: ...", ["`x`"]),
        ("def f(a, /, b, *, c=1) -> None: ...", ["`a`", "`b`", "`c`"]),
        ("def f(*args, **kwargs) -> None: ...", []),
        ("def f(_, _unused) -> None: ...", []),
        ("def __init__(self, x): ...", ["`self`", "`x`"]),
        ("async def f(x: int): ...", ["the return value"]),
    ],
)
def test_gaps_of_a_function(code: str, missing: list[str]) -> None:
    assert gaps(function(code), method=False) == missing


def test_gaps_of_a_method() -> None:
    assert gaps(function("def fit(self, X): ..."), method=True) == ["`X`", "the return value"]
    assert gaps(function("@staticmethod\ndef of(x): ..."), method=True) == ["`x`", "the return value"]


# --- what is certain --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("print(x)", "None"),
        ("if x:\n    return\nprint(x)", "None"),
        ("for row in x:\n    print(row)", "None"),
        ("def inner():\n    return 1\nprint(inner())", "None"),
        ("return [y for y in x]", None),
        ("return True", "bool"),
        ("return not x", "bool"),
        ("if x:\n    return 1\nreturn 2", "int"),
        ("if x:\n    return 1\nreturn 2.5", None),
        ("if x:\n    return 1", None),
        ("if x:\n    return 'a'\nelse:\n    return f'{x}'", "str"),
        ("return f'{x}' + x", "str"),
        ("return f'{x}' + 1", None),
        ("with x:\n    return 'a'", "str"),
        ("try:\n    return 1\nexcept KeyError:\n    return 2", "int"),
        ("try:\n    return 1\nexcept KeyError:\n    pass", None),
        ("yield x", None),
        ("x.append([(yield)])", None),
        ("raise ValueError(x)", None),
        ("raise NotImplementedError", None),
        ("pass", None),
        ("'''Say why.'''", None),
        ("while True:\n    print(x)", None),
        ("print(x)\nsys.exit(1)", None),
    ],
)
def test_return_type(body: str, kind: str | None) -> None:
    indented = body.replace("\n", "\n    ")
    assert return_type(function(f"def f(x):\n    {indented}")) == kind


@pytest.mark.parametrize("decorator", ["contextmanager", "abc.abstractmethod", "property", "contextlib.contextmanager"])
def test_return_type_under_a_decorator_is_unsure(decorator: str) -> None:
    assert return_type(function(f"@{decorator}\ndef f(x):\n    print(x)")) is None


@pytest.mark.parametrize(
    ("signature", "body", "certain"),
    [
        ("a=1.0", "return a", ["`a: float`"]),
        ("a='x'", "return a", ["`a: str`"]),
        ("a=False", "return a", ["`a: bool`"]),
        ("*, a=b'x'", "return a", ["`a: bytes`"]),
        ("a=-2.5", "return a", ["`a: float`"]),
        ("a=None", "return a", []),
        ("a=()", "return a", []),
        # A whole number may stand for a measure:
        ("n_rows=5", "return table[n_rows]", ["`n_rows: int`"]),
        ("seed=0", "return rng(seed)", ["`seed: int`"]),
        ("gap=3", "return minute > gap", ["`gap: int`"]),
        ("width=5", "return width / 2", []),
        ("gap=3", "return minute > gap * 0.5", []),
        ("start=0", "return minute - start", []),
        ("start=0", "return rows[start:]", ["`start: int`"]),
        ("times=1", "return [x for _ in range(times)]", ["`times: int`"]),
        ("learning_rate=1", "return step(learning_rate)", []),
        ("sigma=3", "return blur(sigma)", []),
        # What the body asks of it may be more than the default shows:
        ("a=False", "return 1 if a is None else 2", []),
        ("a=False", "return 1 if a is True else 2", ["`a: bool`"]),
        ("a=True", "return a == 'auto'", []),
        ("a='mean'", "return a if isinstance(a, str) else a()", []),
        ("a='mean'", "return a in ('mean', 'max')", ["`a: str`"]),
        ("a='mean'", "return a in ('mean', 0)", []),
        ("a=1.0", "return [x for x in a]", []),
        ("a=1.0", "return a > 0", ["`a: float`"]),
        ("a=False", "return a(1)", []),
        ("a=True", "return a.sum()", []),
    ],
)
def test_what_defaults_say(signature: str, body: str, certain: list[str]) -> None:
    node = function(f"def f({signature}):\n    {body}")
    assert certain_types(node, [m for m in gaps(node, method=False) if m.startswith("`")]) == certain


def test_what_is_certain_is_proposed() -> None:
    (finding,) = found("def plot(rows, n_bins=20, log=False):\n    ax.hist(rows, bins=n_bins, log=log)\n    ax.grid()")
    assert finding.message == "`plot` has no types for `rows`, `n_bins`, `log` and the return value"
    assert finding.advice == (
        "Certain from the code: `-> None`. The defaults say `n_bins: int` and `log: bool`. "
        "Write them, and what else is missing."
    )
    (finding,) = found("def stop(log=False):\n    print(log)")
    assert finding.advice == "Certain from the code: `-> None`. The default says `log: bool`."


# --- how often it speaks ----------------------------------------------------------------------------------------------


def test_many_functions_of_a_module_are_one_finding() -> None:
    five = "".join(f"def f{i}(x):\n    return x + {i}\n\n" for i in range(5))
    assert len(found(five)) == 5
    (finding,) = found(five + "class Model:\n    def fit(self, X):\n        return self\n")
    assert finding.message == "6 public functions of this module lack types: `f0`, `f1`, `f2`, `f3` and 2 more"
    assert [place.line for place in finding.related] == [4, 7, 10, 13, 17]


def test_small_functions_of_a_notebook_are_said_only_where_there_are_many() -> None:
    assert not found("# %%\ndef percent(x):\n    return 100 * x\n")
    (finding,) = found("# %%\n" + "".join(f"def f{i}(x):\n    return x + {i}\n\n" for i in range(6)))
    assert "6 public functions of this notebook" in finding.message


def test_a_project_without_types_is_one_finding_at_the_module_that_most_import() -> None:
    files = {f"step_{i}.py": f"from common import load\n\ndef run_{i}(x):\n    return load(x)\n" for i in "abcdefghijk"}
    (finding,) = found({**files, "common.py": "def load(path):\n    return open(path)\n"})
    assert finding.path == "common.py"
    assert finding.message == (
        "12 public functions in 12 files of this project lack types; begin with `common.py`, which 11 files import"
    )
    assert len(finding.related) == 11


def test_a_project_that_knows_types_may_have_some_gaps() -> None:
    typed = "".join(f"def f{i}(x: int) -> int:\n    return x + {i}\n\n" for i in range(20))
    files = {f"step_{i}.py": f"def run_{i}(x):\n    return x\n" for i in "abcdef"}
    (finding,) = found({**files, "typed.py": typed})
    assert finding.message.startswith("6 public functions in 6 files of this project lack types that its others have;")
    del files["step_a.py"]
    assert len(found({**files, "typed.py": typed})) == 5
    assert len(found(files)) == 1


def test_it_begins_with_many_functions_that_many_files_use() -> None:
    users = {f"step{i}.py": "from paths import root\nfrom model import fit\n" for i in range(4)}
    files = {
        **users,
        "step4.py": "from paths import root\n",
        "paths.py": "def root(name):\n    return name\n",
        "model.py": "def fit(x):\n    return x\n\ndef predict(x):\n    return x\n",
        "old/all.py": "def f(x):\n    return x\n" * 3,
        "archive_of/plots.py": "def plot(x):\n    return x\n",
    }
    (finding,) = found(files)
    assert "begin with `model.py`, which 4 files import" in finding.message


NUMPY = "def f(x, y):\n    '''Fit.\n\n    Parameters\n    ----------\n    x, y : array\n        Where.\n    '''\n    return x\n"


@pytest.mark.parametrize(
    ("code", "documented"),
    [
        (NUMPY, True),
        (NUMPY.replace("x, y :", "x :"), False),
        ("def f(x, y):\n    '''Fit.\n\n    Args:\n        x (int): One.\n        y (list[int]): Many.\n    '''", True),
        ("def f(x, y):\n    '''Fit.\n\n    Args:\n        x: One.\n        y: Many.\n    '''", False),
        ("def f(x, y):\n    '''Fit.\n\n    :type x: int\n    :param int y: many\n    '''", True),
        ("def f(x, y):\n    return x", False),
        ("def f(x: int):\n    '''x : int'''", False),
    ],
)
def test_types_in_the_docstring(code: str, documented: bool) -> None:
    node = function(code)
    assert is_documented(node, gaps(node, method=False)) is documented


def test_a_project_whose_docstrings_tell_the_types() -> None:
    (finding,) = found(NUMPY)
    assert finding.message == "`f` has no types for `x`, `y` and the return value; the docstring tells which"
    assert finding.advice.startswith("Write the types into the signature")
    (finding,) = found({f"{name}.py": NUMPY for name in ("fit", "load", "plot")})
    assert "lack types (those of 3 stand in docstrings, where no type checker reads them)" in finding.message
    assert finding.advice.startswith("Move the types from the docstrings into the signatures")


@pytest.mark.parametrize(
    "files",
    [
        {"examples/demo.py": "def f(x):\n    return x"},
        {"setup.py": "def f(x):\n    return x"},
        {"lab/fixtures.py": "import pytest\n\ndef f(x):\n    return x"},
        {"a.py": "@app.route('/')\ndef index():\n    return 'hello'"},
        {"a.py": "def f(*args, **kwargs):\n    return g(*args, **kwargs)"},
        {"a.py": "class A(Base):\n    def fit(self, x):\n        return x"},
        {"a.py": "if __name__ == '__main__':\n    def f(x):\n        return x"},
        {"a.py": "a = load()\nb = tidy(a)\nplot(b)\n\ndef percent(x):\n    return 100 * x"},
        {"a.py": "def main():\n    run()\n    print(2)"},
        {"a.py": "def parse_args():\n    parser = ArgumentParser()\n    return parser.parse_args()"},
        {"src/testing/lab/checks.py": "def f(x):\n    return x"},
        {"a.py": "class _A:\n    def fit(self, x):\n        return x"},
    ],
)
def test_left_alone(files: dict[str, str]) -> None:
    assert not found(files)


def test_a_base_that_decides_nothing() -> None:
    (finding,) = found("class A(object):\n    def fit(self, x):\n        return x")
    assert finding.message.startswith("`A.fit`")


# --- RSC302 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "def f(x: int = None): ...",
        "def f(x: 'int' = None): ...",
        "def f(x: int | str = None): ...",
        "from typing import Union\ndef f(x: Union[int, str] = None): ...",
        "from typing import List\ndef f(x: List[int] = None): ...",
        "from typing import Literal\ndef f(x: Literal['a', 'b'] = None): ...",
        "from typing import Annotated\ndef f(x: Annotated[int, 'm'] = None): ...",
        "from collections.abc import Callable\ndef f(x: Callable[[int], int] = None): ...",
        "from __future__ import annotations\nimport numpy as np\ndef f(x: np.ndarray = None): ...",
        "import datetime as dt\ndef f(x: dt.date = None): ...",
        "from pathlib import Path\ndef f(x: Path = None): ...",
        "import torch\nasync def f(*, x: torch.Tensor = None): ...",
        "class A: ...\ndef f(x: A = None): ...",
        "from dataclasses import dataclass, InitVar\n@dataclass\nclass A:\n    x: InitVar[int] = None",
        "from pydantic import BaseModel\nclass A(BaseModel):\n    x: float = None",
        "x: int = None",
    ],
)
def test_none_where_the_type_does_not_allow_it(code: str) -> None:
    assert len(found(code, ImplicitOptional)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "def f(x: int | None = None): ...",
        "def f(x: None = None): ...",
        "def f(x: 'Optional[int]' = None): ...",
        "from typing import Literal\ndef f(x: Literal['a', None] = None): ...",
        "from typing import Union\ndef f(x: Union[int, None] = None): ...",
        "from typing import Annotated\ndef f(x: Annotated[int | None, 'm'] = None): ...",
        "from typing import TypeVar\nRow = TypeVar('Row')\ndef f(x: Row = None): ...",
        "from jaxtyping import Float\ndef f(x: Float[Array, 'b'] = None): ...",
        "import numpy.typing as npt\ndef f(x: npt.ArrayLike = None): ...",
        "from lab.types import Seed\ndef f(x: Seed = None): ...",
        "from .types import Seed\ndef f(x: Seed = None): ...",
        "from dataclasses import InitVar\nclass A:\n    x: InitVar[int | None] = None",
        "from sqlalchemy.orm import Mapped\nclass A:\n    x: Mapped[int] = None",
        "from typing import Any, Hashable\ndef f(x: Any = None, y: Hashable = None): ...",
        "Alias = int | None\ndef f(x: Alias = None): ...",
        "def f(x: int = 0): ...",
        "def f(x: 'not a type' = None): ...",
    ],
)
def test_none_where_it_may_be(code: str) -> None:
    assert not found(code, ImplicitOptional)


def test_the_advice_speaks_the_dialect_of_the_file() -> None:
    code = "from typing import Optional\ndef f(x: int = None, y: Optional[int] = None): ..."
    (finding,) = found(code, ImplicitOptional)
    assert finding.advice == "Write `x: Optional[int] = None`, or give a default that is `int`."


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        ({"environment.yml": "dependencies:\n  - python=3.7.3\n"}, "Write `x: Optional[int] = None`, with"),
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.9'\n"}, "Write `x: Optional[int] = None`, with"),
        ({"pyproject.toml": "[project]\nrequires-python = '>=3.12'\n"}, "Write `x: int | None = None`, or"),
        ({"setup.py": "from setuptools import setup\nsetup(python_requires='>=3.6')\n"}, "Write `x: Optional[int]"),
        ({"environment.yml": "dependencies:\n  - numpy=1.7\n"}, "Write `x: int | None = None` (`Optional[int]` if"),
    ],
)
def test_the_advice_speaks_the_python_of_the_project(files: dict[str, str], advice: str) -> None:
    (finding,) = found({**files, "lab/a.py": "def f(x: int = None): ..."}, ImplicitOptional)
    assert finding.advice.startswith(advice), finding.advice


def test_annotations_that_are_not_evaluated_run_on_any_python() -> None:
    code = "from __future__ import annotations\n\ndef f(x: int = None): ..."
    (finding,) = found({"environment.yml": "dependencies:\n  - python=3.7\n", "a.py": code}, ImplicitOptional)
    assert finding.advice.startswith("Write `x: int | None = None`, or")


# --- one finding for a project ----------------------------------------------------------------------------------------

UNTYPED = "def scale(rows, by):\n    return [row * by for row in rows]\n\ndef shift(rows, by):\n    return rows + by\n"


def test_copies_of_a_file_count_once() -> None:
    files = {f"site{name}/tools.py": UNTYPED for name in ("North", "South", "West")}
    more = {
        "plots.py": "def bars(rows):\n    return len(rows)\n",
        "tables.py": "def rows(path):\n    return len(path)\n",
    }
    (finding,) = found({**files, **more})
    assert finding.message.startswith("4 public functions in 3 files of this project lack types"), finding.message


def test_begin_with_what_lacks_parameters_and_is_nobody_elses() -> None:
    header = "# Copyright 2020 Somebody Inc.\n# Licensed under the Apache License, Version 2.0\n# \n# \n# \n\n"
    users = {f"use{i}.py": "from theirs import scale\nfrom clock import now\nscale(1, 2)\nnow()\n\n\n\n" for i in "abc"}
    files = {
        **users,
        "theirs.py": header + UNTYPED,
        "clock.py": "import time\n\n\n\n\ndef now():\n    return time.time()\n",
        "tools.py": "\n\n\n\n\n" + UNTYPED,
        "run.py": "from tools import shift\nshift(1, 2)\n\n\n\n\n",
    }
    (finding,) = found(files)
    assert "begin with `tools.py`" in finding.message
    assert finding.span.line == 9, "what another file uses"
