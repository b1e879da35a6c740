"""`rescode extract` on what a reader who looked for wrong results tried: refused, or the same values as before."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from extracting import Cell, Extract, cells_of, notebook

NB = "notebooks/nb.ipynb"
DEEP = "notebooks/old/nb.ipynb"
GROW = "def grow(x):\n    y = x\n    for i in range(3):\n        y += i\n    return y"


@pytest.fixture
def extract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Extract:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    return Extract(monkeypatch, capsys, tmp_path / "lab")


def text_of(extract: Extract, path: str = NB) -> str:
    return "\n".join(cells_of(extract.root / path))


# --- the import stands where it works ---------------------------------------------------------------------------------

SHOWS_THE_WAY = {
    "magic": (NB, "%cd ..", "src.tides"),
    "os.chdir": (NB, "import os\nos.chdir('..')", "src.tides"),
    "pathlib": (
        DEEP,
        "import sys\nfrom pathlib import Path\nTOP = Path.cwd().parents[1]\nsys.path.insert(0, str(TOP / 'src'))",
        "tides",
    ),
    "os.path": (
        DEEP,
        "import os, sys\nsys.path.append(os.path.join(os.getcwd(), '..', '..', 'src'))",
        "tides",
    ),
}


@pytest.mark.parametrize("name", SHOWS_THE_WAY)
def test_the_import_stands_below_what_shows_the_way(extract: Extract, name: str) -> None:
    path, way, module = SHOWS_THE_WAY[name]
    files: dict[str, str | bytes] = {"src/tides.py": "def ebb(x):\n    return -x\n"}
    if module.startswith("src."):
        files["src/__init__.py"] = ""
    own = notebook("import math", way, f"from {module} import ebb", GROW, "a = ebb(grow(math.floor(2.5)))")
    extract.project({path: own, **files})
    extract.same(path, names="a")
    assert "def grow" in (extract.root / "src/tides.py").read_text()
    text = text_of(extract, path)
    moved = re.search(rf"from {re.escape(module)} import .*grow", text)
    assert moved and moved.start() > text.index(way.splitlines()[-1])


def test_the_import_stands_below_what_sets_the_environment(extract: Extract) -> None:
    """The module reads the variable by another one, when it is imported first."""
    extract.project(
        {
            "nb.ipynb": notebook(
                "import os\nimport math",
                "os.environ['LAB_REVIEW_SPEED'] = 'fast'",
                "from depth import speed",
                GROW,
                "a = (grow(math.floor(3.2)), speed())",
            ),
            "depth.py": "import knobs\n\n\ndef speed():\n    return knobs.SPEED\n",
            "knobs.py": "import os\n\nSPEED = os.environ.get('LAB_REVIEW_SPEED', 'slow')\n",
        }
    )
    extract.monkeypatch.delenv("LAB_REVIEW_SPEED", raising=False)
    before_and_after = []
    code = (
        "import json, sys; sys.path[:0] = ['.']; space = {}\n"
        "for row in json.load(open('nb.ipynb'))['cells']: exec(''.join(row['source']), space)\n"
        "print(space['a'])"
    )
    for apply in (False, True):
        if apply:
            assert extract("nb.ipynb", "--apply").code == 0
        before_and_after.append(run_python(extract.root, code))
    assert before_and_after == ["(6, 'fast')\n"] * 2


def run_python(root: Path, code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True).stdout


# --- constants that are not what their line says ----------------------------------------------------------------------


class Same(NamedTuple):
    cells: tuple[Cell, ...]
    files: dict[str, str | bytes] = {}
    options: tuple[str, ...] = ("--to", "lib.py")


SAME = {
    "copy of what was changed": Same(
        (
            "BASE = {'k': 1}\nBASE['k'] = 7\nUSED = dict(BASE)",
            "def f(x):\n    y = USED['k']\n    z = y + x\n    return z",
            "a = f(1)",
        )
    ),
    "copy of what has grown": Same(
        (
            "SIZES = [1, 2]\nSIZES.append(3)\nFIXED = tuple(SIZES)",
            "def f(x):\n    y = FIXED\n    z = len(y) + x\n    return z",
            "a = f(1)",
        )
    ),
    "what a star import binds again": Same(
        ("RATE = 1", "from knobs import *", "def f(x):\n    y = x * RATE\n    z = y\n    return z", "a = f(2)"),
        {"knobs.py": "RATE = 5\n"},
    ),
    "what a module gives at that moment": Same(
        (
            "import store\nstore.STATE.append(1)\nITEMS = store.list()",
            "def f(x):\n    y = ITEMS\n    z = y\n    return z, x",
            "a = f(1)",
        ),
        {"store.py": "STATE = []\n\n\ndef list():\n    return [*STATE]\n"},
    ),
    "a dataclass that reads its types": Same(
        (
            "from dataclasses import dataclass, fields\nfrom decimal import Decimal",
            "@dataclass\nclass Row:\n    n: int\n    v: float\n\ndef parse(texts) -> Row:\n"
            "    values = [f.type(t) for f, t in zip(fields(Row), texts)]\n    row = Row(*values)\n    return row",
            "def twice(d: Decimal):\n    e = d + d\n    g = e\n    return g",
            "row = parse(['1', '2.5'])\na = (row.n, row.v, twice(Decimal(2)))",
        )
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_values(extract: Extract, name: str) -> None:
    case = SAME[name]
    extract.project({"nb.ipynb": notebook(*case.cells), **case.files})
    extract.same("nb.ipynb", *case.options, names="a")


# --- refused ----------------------------------------------------------------------------------------------------------


class No(NamedTuple):
    cells: tuple[Cell, ...]
    says: tuple[str, ...]
    select: str = "f"
    files: dict[str, str | bytes] = {}


STATE = "rate = 2\ndef f(x):\n    t = rate\n    for i in range(x):\n        t += i\n    return t"
RELOADS = "class Loader:\n    def reload(self):\n        global {0}\n        {0} = 2\nloader = Loader()"
#: Turns the annotations of all it holds into text.
LATE = "from __future__ import annotations\n\n\ndef g():\n    return 1\n"

REFUSED = {
    "exec binds the constant": No(
        (
            "RATE = 1",
            "exec(open('knobs.py').read())",
            "def f(x):\n    y = x * RATE\n    z = y\n    return z",
            "a = f(2)",
        ),
        ("`RATE`", "`exec`"),
        files={"knobs.py": "RATE = 5\n"},
    ),
    "a method rebinds it": No(
        (
            "df = 1\n" + RELOADS.format("df"),
            "def f(loader):\n    loader.reload()\n    y = df\n    return y * 10",
            "a = f(loader)",
        ),
        ("`df`", "which `Loader` rebinds"),
    ),
    "a method rebinds the constant": No(
        (
            "LIMIT = 1\n" + RELOADS.format("LIMIT"),
            "def f(x):\n    y = LIMIT\n    return y * x",
            "loader.reload()\na = f(1)",
        ),
        ("`LIMIT`", "which `Loader` rebinds"),
    ),
    "the module has the name by a star import": No(
        ("def sqrt(x):\n    y = x\n    for _ in range(9):\n        y = (y + x / y) / 2\n    return y", "a = sqrt(9)"),
        ("`lib.py` uses another `sqrt`",),
        "sqrt",
        {"lib.py": "from cmath import *\n\n\ndef root():\n    return sqrt(-1)\n"},
    ),
    "the module has the name of an import by a star import": No(
        ("from math import sqrt\ndef f(x):\n    y = sqrt(x)\n    z = y\n    return z", "a = f(4)"),
        ("`lib.py` uses another `sqrt`",),
        files={"lib.py": "from cmath import *\n\n\ndef root():\n    return sqrt(-1)\n"},
    ),
    "annotations would be text": No(
        (
            "from dataclasses import dataclass, fields\n@dataclass\nclass Row:\n    n: int\n    def parse(self, s):\n"
            "        for one in fields(self):\n            setattr(self, one.name, one.type(s))\n        return self",
            "a = Row(1).parse('7')",
        ),
        ("turns annotations into text",),
        "Row",
        {"lib.py": LATE},
    ),
    "a base class notes its subclasses": No(
        (
            "SEEN = []\nclass Base:\n    def __init_subclass__(cls):\n        SEEN.append(cls.__name__)",
            "SEEN.append('first')",
            "class Child(Base):\n    def go(self):\n        x = 1\n        y = x\n        return y",
            "a = SEEN",
        ),
        ("`Base.__init_subclass__` runs when `Child` is defined",),
        "Child",
    ),
    "a decorator notes what it is given": No(
        (
            "SEEN = {}\ndef note(name):\n    def deco(fn):\n        SEEN[name] = fn\n        return fn\n    return deco",
            "@note('f')\ndef f(x):\n    y = x\n    z = y\n    return z",
            "SEEN.clear()\na = list(SEEN)",
        ),
        ("`note` runs when `f` is defined",),
    ),
    "eval of a variable": No((STATE, "x = 3\ntext = 'f(x)'\na = eval(text)"), ("`rate`", "`eval` may call it unseen")),
    "eval of an f-string": No((STATE, "n = '3'\na = eval(f'f({n})')"), ("`rate`", "`eval` may call it unseen")),
    "globals by a variable": No(
        (STATE, "a = [globals()[n](3) for n in ['f']]"), ("`rate`", "`globals` may call it unseen")
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(extract: Extract, name: str) -> None:
    case = REFUSED[name]
    extract.project({"nb.ipynb": notebook(*case.cells), **case.files})
    line = extract.refused("nb.ipynb", "--select", case.select, "--to", "lib.py")
    assert all(part in line for part in case.says), line


def test_names_of_locals_that_are_looked_at_are_no_detail(extract: Extract) -> None:
    """The copies differ in the name of a local only, but one of them fails for it."""
    own = (
        "def f(x):\n    total = 0\n    for i in range(x):\n        total += i\n    return '{total}'.format(**locals())"
    )
    other = own.replace("total =", "acc =").replace("total +=", "acc +=")
    extract.project({"a.ipynb": notebook(own, "a = f(3)"), "b.ipynb": notebook(other, "b = 1")})
    before = (extract.root / "b.ipynb").read_bytes()
    done = extract("a.ipynb", "--to", "lib.py", "--apply")
    assert done.code == 2
    assert "`f` is different in b.ipynb:cell 1" in done.err
    assert (extract.root / "b.ipynb").read_bytes() == before
    assert not (extract.root / "lib.py").exists()


# --- what is written --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["statistics", "json"])
def test_a_project_that_is_called_like_a_module_of_python(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    """A package of this name would hide behind the module of Python, or hide it."""
    extract = Extract(monkeypatch, capsys, tmp_path / name)
    extract.project({NB: notebook(GROW, "a = grow(3)")})
    extract.same(NB, names="a")
    assert not (extract.root / "src" / name).exists()
    assert f"from {name}_project.nb import grow" in text_of(extract)


def test_a_value_that_becomes_the_last_of_its_cell_is_not_shown(extract: Extract) -> None:
    extract.project(
        {
            "nb.ipynb": notebook(
                "x = [1, 2, 3]", "len(x)\n" + GROW, GROW.replace("grow", "g") + "\nlen(x)", "a = grow(3)"
            )
        }
    )
    extract.same("nb.ipynb", "--to", "lib.py", "--select", "grow,g", names="a")
    text = text_of(extract, "nb.ipynb")
    assert text.count("len(x);") == 1
    assert re.search(r"(?m)^len\(x\)$", text), "it was shown before, and still is"


def test_comments_stay_with_their_arguments(extract: Extract) -> None:
    extract.project(
        {
            "nb.ipynb": notebook(
                "k = len('ab')\ndef f(\n    a,  # rows\n    b,  # columns\n):\n    y = a\n    z = b\n    return y + z + k",
                "c = f(\n    1,  # of them\n    2,  # of those\n)",
            )
        }
    )
    extract.same("nb.ipynb", "--to", "lib.py", names="c k")
    assert "f(\n    1,  # of them\n    2,  # of those\n    k=k,\n)" in text_of(extract, "nb.ipynb")
    assert "def f(\n    a,  # rows\n    b,  # columns\n    k,\n):" in (extract.root / "lib.py").read_text()


def test_twins_are_listed_under_the_module_of_theirs(extract: Extract) -> None:
    """Two notebooks have a function of one name, each goes to a module of its own, and one of them has a twin."""
    shrink = GROW.replace("+=", "-=")
    extract.project(
        {
            "one/lib.py": "def u():\n    return 1\n",
            "two/lib.py": "def v():\n    return 1\n",
            "one/a.ipynb": notebook("from lib import u", GROW, "a = grow(3) + u()"),
            "one/c.ipynb": notebook(GROW, "c = grow(4)"),
            "two/b.ipynb": notebook("from lib import v", shrink, "b = grow(3) + v()"),
        }
    )
    done = extract("one/a.ipynb", "two/b.ipynb", "--leave-others")
    assert done.code == 0, done.err
    summary = done.out.partition("\n\n")[0]
    blocks = re.split(r"(?m)^(?=\S+\.py)", summary)
    one, two = ([block for block in blocks if block.startswith(f"{name}/")] for name in ("one", "two"))
    assert len(one) == len(two) == 1, done.out
    assert one[0].count("one/c.ipynb:cell 1") == 1
    assert "its twin in one/c.ipynb:cell 1 goes too" in one[0]
    assert "goes too" not in two[0]


def test_two_runs_are_undone_one_after_the_other(extract: Extract) -> None:
    """Git does not know the notebook, so that each run keeps aside what it changes."""
    root = extract.project({})
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    own = notebook(GROW, GROW.replace("grow", "shrink").replace("+=", "-="), "a = grow(3) + shrink(2)")
    (root / "nb.ipynb").write_bytes(own)
    first = extract.same("nb.ipynb", "--select", "grow", names="a")
    between = (root / "nb.ipynb").read_bytes()
    second = extract.same("nb.ipynb", "--select", "shrink", names="a")
    subprocess.run(second.undo, shell=True, cwd=root, check=True)
    assert (root / "nb.ipynb").read_bytes() == between
    subprocess.run(first.undo, shell=True, cwd=root, check=True)
    assert (root / "nb.ipynb").read_bytes() == own
    assert not list((root / "src").rglob("*.py"))
