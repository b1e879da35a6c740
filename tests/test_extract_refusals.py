"""What `rescode extract` refuses: one line with the place and the remedy, exit code 2, and nothing is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from extracting import Cell, Extract, cells_of, everything, notebook

NB = "notebooks/nb.ipynb"


@pytest.fixture
def extract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Extract:
    return Extract(monkeypatch, capsys, tmp_path / "lab")


class Case(NamedTuple):
    name: str
    cells: tuple[Cell, ...]
    #: `cell:line` of the place.
    place: str
    #: Parts of the line.
    says: tuple[str, ...]
    #: What is asked for.
    select: str = "clean"
    files: dict[str, str | bytes] = {}
    options: tuple[str, ...] = ()


CLEAN = "def clean(x):\n    y = x + 1\n    z = y - 3\n    return z * 2"
STATE = "def clean(x):\n    return x * cfg['a']"

CASES = [
    # --- magics, strings, the namespace
    Case("line magic", (CLEAN, "a = 1\n%timeit clean(a)"), "2:2", ("`clean` is used by a magic or a string, `clean(a)`",)),
    Case("cell magic", (CLEAN, "%%timeit a = clean(0)\nclean(a)"), "2:1", ("`clean` is used by a magic or a string",)),
    Case("cell of another language", (CLEAN, "%%script python\nclean(a)"), "2:1", ("`clean` is used by a magic or a string",)),
    Case("shell", (CLEAN, "!echo {clean(1)}"), "2:1", ("`clean` is used by a magic or a string",)),
    Case("eval", (CLEAN, "b = 3\n\neval('clean(1)')"), "2:3", ("`clean` is used by a magic or a string, `clean(1)`",)),
    Case("timeit", ("import timeit", CLEAN, "timeit.timeit('clean(1)', globals=globals())"), "3:1", ("clean(1)",)),
    Case("globals item", (CLEAN, "globals()['clean'](1)"), "2:1", ("`globals()['clean']`",)),
    Case("a helper's magic", ("def clean(x):\n    return tidy(x)", "def tidy(x):\n    return x", "%timeit tidy(1)"), "3:1",
         ("`clean` needs `tidy`", "is used by a magic")),
    Case("globals", ("def clean(x):\n    y = 1\n    return globals()['z']",), "1:3", ("`clean` uses `globals`",)),
    Case("eval inside", ("def clean(x):\n    return eval(x)",), "1:2", ("`clean` uses `eval`",)),
    Case("get_ipython", ("def clean(x):\n    get_ipython().system('ls')",), "1:2", ("uses `get_ipython`",)),
    Case("history", ("def clean(x):\n    return _ + x",), "1:2", ("uses `_`",)),
    Case("history number", ("def clean(x):\n    return _12 + Out[3]",), "1:2", ("uses `Out`",)),
    Case("name", ("def clean(x):\n    return __name__ + x",), "1:2", ("uses `__name__`",)),
    Case("magic within", ("def clean(x):\n    !ls\n    return x",), "1:2", ("holds IPython syntax, `!ls`",)),
    Case("magic within, 2", ("def clean(x):\n    %matplotlib inline\n    return x",), "1:2", ("holds IPython syntax",)),
    # --- names
    Case("rebinds", ("n = 0", "def clean(x):\n    global n\n    n += x"), "2:3", ("`clean` rebinds the global `n`",)),
    Case("deletes", ("n = 0", "def clean(x):\n    global n\n    del n"), "2:3", ("`clean` rebinds the global `n`",)),
    Case("declares", ("n = []", "def clean(x):\n    global n\n    return n + x", "clean([1])"), "2:3", ("`n`", "global")),
    Case("nothing defines", ("def clean(x):\n    return x + nowhere",), "1:2", ("`clean` reads `nowhere`, which nothing",)),
    Case("star", ("from lab_of_theirs import *", "def clean(x):\n    return x + norm(x)"), "2:2",
         ("`clean` reads `norm`, which may come from `from lab_of_theirs import *`",)),
    Case("relative", ("from .lab import norm", "def clean(x):\n    return norm(x)"), "2:2", ("relative import",)),
    Case("default", ("n = len('abc')", "def clean(x=n):\n    return x"), "2:1",
         ("`n` is read when `clean` is defined (by a default, a decorator or a class body)",)),
    Case("lambda default", ("n = len('abc')", "def clean(x=lambda: n):\n    return x()"), "2:1", ("`n` is read when",)),
    Case("decorator", ("memory = dict(a=1)", "@memory.setdefault\ndef clean(x):\n    return x"), "2:1",
         ("`memory` is read when `clean` is defined",)),
    Case("class body", ("n = len('abc')", "class Clean:\n    size = n\n"), "2:2", ("`n` is read when",), "Clean"),
    Case("method", ("n = len('abc')", "class Clean:\n    def f(self):\n        return n\n"), "2:3",
         ("the class `Clean` reads the global `n`", "`__init__`"), "Clean"),
    Case("class with a helper", ("n = len('abc')", "def f():\n    return n", "class Clean:\n    def g(self):\n        return f()"),
         "3:1", ("the class `Clean` uses a function that reads the global `n`",), "Clean"),
    Case("called early", ("n = len('abc')", "def f(g):\n    return n and g", "class Clean:\n    a = f(1)"), "3:",
         ("`Clean`", "`f` is called when `Clean` is defined"), "Clean"),
    Case("any keywords", ("cfg = dict(a=1)", "def clean(x, **more):\n    return x, cfg, more", "b = {}\nclean(1, **b)"), "3:2",
         ("what is passed with `**` may hold a `cfg` already",)),
    Case("own name", ("cfg = dict(a=1)", STATE.replace("clean", "inner"), "def clean(x):\n    cfg = 3\n    return inner(x) + cfg"),
         "3:1", ("has a `cfg` of its own",)),
    Case("two ways", (CLEAN, "def clean(x):\n    return 2"), "2:1", ("`clean` is defined twice in this file",)),
    Case("bound too", (CLEAN, "clean = print"), "2:1", ("`clean` is bound in another way too",)),
    Case("conditional twin", (CLEAN, "if 1 > 2:\n    def clean(x):\n        return x"), "2:2", ("`clean`", "another way")),
    Case("deleted", (CLEAN, "clean(1)\ndel clean"), "2:2", ("`clean` is bound in another way too",)),
    Case("import and more", ("import json", "json = None", "def clean(x):\n    return json.loads(x)"), "2:1",
         ("`clean` uses `json`, which is imported and also bound",)),
    Case("import perhaps", ("try:\n    import cupy\nexcept ImportError:\n    pass", "def clean(x):\n    return cupy.sum(x)"), "",
         ("`clean`", "`cupy`")),
    Case("nested helper", ("if True:\n    def tidy(x):\n        return x", "def clean(x):\n    return tidy(x)"), "2:2",
         ("`clean` uses `tidy`", "no function or class `tidy` stands at the top level")),
    Case("helper twice", ("def tidy(x):\n    return x", "def tidy(x):\n    return 2", "def clean(x):\n    return tidy(x)"), "2:1",
         ("`clean` uses `tidy`, and `tidy` is defined twice",)),
    Case("query", ("limit = len('abc')", "def clean(df):\n    y = 1\n    return df.query('a > @limit and b < @y')"), "2:3",
         ("`clean` reads the global `limit` in a string",)),
    # --- state that becomes a parameter
    Case("no call", ("cfg = dict(a=1)", STATE, "list(map(clean, [1]))"), "3:1",
         ("`clean` reads `cfg` and is used here without a call", "`lambda x: clean(x)`")),
    Case("no call of a helper", ("cfg = dict(a=1)", STATE.replace("clean", "tidy"), "def clean(x):\n    return list(map(tidy, x))"),
         "3:2", ("`tidy` reads `cfg` and is used here without a call",)),
    Case("shadowed", ("cfg = dict(a=1)", STATE, "def show(cfg):\n    print(clean(1), cfg)"), "3:2",
         ("here `cfg` is something else",)),
    Case("shadowed in a comprehension", ("cfg = dict(a=1)", STATE, "[clean(1) for cfg in range(3)]"), "3:1",
         ("here `cfg` is something else",)),
    Case("argument of that name", ("cfg = dict(a=1)", "def clean(x, **more):\n    return x, cfg, more", "clean(1, cfg=2)"),
         "3:1", ("an argument is called `cfg` already",)),
    Case("global is deleted", ("cfg = dict(a=1)", STATE, "clean(1)\ndel cfg"), "3:2", ("`cfg`, which is deleted here",)),
    Case("global is rebound", ("cfg = dict(a=1)", STATE, "def reset():\n    global cfg\n    cfg = {}", "clean(1)"), "3:",
         ("`cfg`, which `reset` rebinds",)),
    Case("late", ("cfg = [1]", "def clean(x):\n    for i in range(x):\n        yield cfg", "g = clean(2)", "cfg = [2]"), "2:",
         ("`clean` may read the global `cfg` after its call",)),
    Case("late lambda", ("cfg = [1]", "def clean(x):\n    return lambda y: cfg[0] + x + y", "g = clean(2)", "cfg = [2]"), "2:",
         ("`clean` may read the global `cfg` after its call",)),
    Case("late in a loop", ("def clean(x):\n    return lambda y: n + x + y", "made = []\nfor n in range(3):\n    made.append(clean(n))"),
         "1:", ("`clean` may read the global `n` after its call",)),
    Case("not yet", (STATE, "if len('abc') > 5:\n    cfg = dict(a=1)", "clean(1)"), "3:1",
         ("`clean` is used here, and `cfg`, which it would be given, may not exist yet", "on every path")),
    Case("not yet in a try", (STATE, "try:\n    cfg = dict(a=1)\nexcept ValueError:\n    pass", "clean(1)"), "3:1", ("may not exist yet",)),
    Case("not yet in a loop", (STATE, "for cfg in []:\n    pass", "clean(1)"), "3:1", ("may not exist yet",)),
    Case("below", (STATE, "clean(1)", "cfg = dict(a=1)"), "2:1", ("may not exist yet",)),
    Case("through another", (STATE, "def show():\n    print(clean(1))", "show()", "cfg = dict(a=1)"), "", ("may not exist yet",)),
    Case("run by another", ("cfg = dict(a=1)", STATE, "clean(1)"), "", ("`notebooks/other.ipynb` runs this notebook", "`cfg`"),
         files={"notebooks/other.ipynb": notebook("%run nb.ipynb", "clean(2)")}),
    Case("decorated", ("from functools import lru_cache\ncfg = dict(a=1)", "@lru_cache\n" + STATE, "clean(1)"), "2:",
         ("`clean`", "`cfg`", "decorat")),
    Case("locals", ("cfg = dict(a=1)", "def clean(x):\n    y = cfg['a']\n    return dict(locals())", "clean(1)"), "2:3", ("`locals`",)),
    Case("decorated helper's state", ("from functools import lru_cache\ncfg = dict(a=1)",
         "def tidy(x):\n    return cfg['a'] * x\n\n@lru_cache\ndef clean(x):\n    return tidy(x)", "clean(1)"), "2:", ("`clean`", "`cfg`", "decorat")),
    # --- cells that do not parse
    Case("unparsed", ("a = (", "def clean(x)\n    return 1", "def clean(x):\n    return x"), "2:1",
         ("`clean` is named in cell 2, which does not parse",)),
    Case("unparsed call", ("cfg = dict(a=1)", STATE, "clean(1)\nprint 'done'"), "3:1", ("`clean` is named in cell 3",)),
    # --- the module
    Case("another there", (CLEAN,), "1:1", ("`lab/core.py` has another `clean` (line 1)",), options=("--to", "lab/core.py"),
         files={"lab/core.py": "def clean(x):\n    raise NotImplementedError\n"}),
    Case("another value there", (CLEAN,), "1:1", ("`lab/core.py` has another `clean` (line 1)",), options=("--to", "lab/core.py"),
         files={"lab/core.py": "clean = 1\n"}),
    Case("another constant there", ("N = 3", "def clean(x):\n    return x + N"), "1:1", ("has another `N`",),
         options=("--to", "lab/core.py"), files={"lab/core.py": "N = 4\n"}),
    Case("another helper there", ("def tidy(x):\n    return x + 1", "def clean(x):\n    return tidy(x)"), "", ("`lab/core.py` has the same `clean`, but other names around it",),
         options=("--to", "lab/core.py"),
         files={"lab/core.py": "from os.path import join as tidy\n\ndef clean(x):\n    return tidy(x)\n"}),
    Case("another import there", ("import math", "def clean(x):\n    return math.sqrt(x)"), "2:1", ("`math` is something else in `lab/core.py`",),
         options=("--to", "lab/core.py"), files={"lab/core.py": "import cmath as math\n"}),
    Case("same, but other names", ("import math", "def clean(x):\n    return math.sqrt(x)"), "2:1",
         ("`lab/core.py` has the same `clean`, but other names around it",), options=("--to", "lab/core.py"),
         files={"lab/core.py": "import cmath as math\n\ndef clean(x):\n    return math.sqrt(x)\n"}),
    Case("same, with a global", ("cfg = dict(a=1)", STATE, "clean(1)"), "2:1", ("`lab/core.py` has the same `clean`, but other names around it",),
         options=("--to", "lab/core.py"), files={"lab/core.py": "cfg = dict(a=1)\n\n" + STATE + "\n"}),
    Case("target does not parse", (CLEAN,), "1:1", ("`lab/core.py` does not parse (line 1)",), options=("--to", "lab/core.py"),
         files={"lab/core.py": "def broken(:\n"}),
    Case("imports the target under a name", ("import lab.core as c", "def clean(x):\n    return c.f(x)"), "2:1", ("`clean` imports `lab/core.py` as `c`",),
         options=("--to", "lab/core.py"), files={"lab/core.py": "def f(x):\n    return x\n", "lab/__init__.py": ""}),
    Case("circle", ("from lab.io import load", "def clean(x):\n    return load(x)"), "2:1",
         ("lab/core.py -> lab/io.py -> lab/mid.py -> lab/core.py",), options=("--to", "lab/core.py"),
         files={"lab/core.py": "K = 1\n", "lab/io.py": "from lab.mid import K\n\ndef load(x):\n    return K\n",
                "lab/mid.py": "from lab.core import K\n", "lab/__init__.py": ""}),
    Case("out of reach", ("import tools", "def clean(x):\n    return tools.f(x)"), "2:1",
         ("`clean` needs `notebooks/tools.py`, which only files in `notebooks` can import as `tools`",), options=("--to", "src/study/core.py"),
         files={"notebooks/tools.py": "def f(x):\n    return x\n"}),
    Case("path below use", ("def clean(x):\n    return x + 1", "clean(1)", "import sys\nsys.path.append('..')\nfrom lab.io import load"), "3:2",
         ("edited only below its first use",), options=("--to", "lab/core.py"),
         files={"lab/io.py": "def load(x):\n    return x\n", "lab/__init__.py": ""}),
    # --- drifted copies
    Case("drift", (CLEAN,), "1:1", ("`clean` is different in notebooks/b.ipynb:cell 1", "`--keep notebooks/nb.ipynb` or `--keep notebooks/b.ipynb`"),
         files={"notebooks/b.ipynb": notebook(CLEAN.replace("* 2", "* 3"))}),
    Case("drift in a script", (CLEAN,), "1:1", ("`clean` is different in scripts/b.py", "`--keep scripts/b.py`"),
         files={"scripts/b.py": CLEAN.replace("* 2", "* 3") + "\n"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_refused(case: Case, extract: Extract) -> None:
    extract.project({NB: notebook(*case.cells), **case.files})
    before = everything(extract.root)
    done = extract(NB, "--select", case.select, "--apply", *case.options)
    assert done.code == 2, done
    assert everything(extract.root) == before
    lines = [line for line in done.err.splitlines() if "does not parse, and stays" not in line]
    shown = [line for line in lines if line.startswith("    ")]
    assert len(lines) - len(shown) == 1, lines
    assert bool(shown) == case.name.startswith("drift")
    line = lines[0]
    assert line.startswith("rescode: ") and "not moved: " in line and f"`{case.select}`" in line
    for part in case.says:
        assert part in line
    assert line.split("; ")[-1].strip(), "says what to do"
    if case.place:
        cell, _, number = case.place.partition(":")
        place = rf"rescode: {re.escape(NB)}:cell {cell}:" + (rf"{number}:" if number else r"\d+:") + r"\d+: not moved"
        assert re.match(place, line), line


def test_drift_is_shown(extract: Extract) -> None:
    extract.project({NB: notebook(CLEAN), "notebooks/b.ipynb": notebook(CLEAN.replace("* 2", "* 3"))})
    done = extract(NB)
    assert done.err.splitlines()[1:] == [
        "    --- notebooks/nb.ipynb",
        "    +++ notebooks/b.ipynb",
        "    -    return z * 2",
        "    +    return z * 3",
    ]


def test_one_of_two_is_refused(extract: Extract) -> None:
    """By name: nothing is moved. Not by name: what can be moved, is."""
    extract.project({NB: notebook(CLEAN, "def other(x):\n    if x:\n        return eval(x)")})
    assert "`other` uses `eval`" in extract.refused(NB, "--select", "clean,other")
    done = extract(NB, "--apply")
    assert done.code == 0
    assert "`other` uses `eval`" in done.err
    assert "def other" in "".join(cells_of(extract.root / NB))
    assert "def clean" not in "".join(cells_of(extract.root / NB))


def test_all_are_refused(extract: Extract) -> None:
    extract.project({NB: notebook("def other(x):\n    if x:\n        return eval(x)")})
    assert "`other` uses `eval`" in extract.refused(NB)


def test_nothing_to_move(extract: Extract) -> None:
    extract.project({NB: notebook("a = 1", ("markdown", "# b"))})
    line = extract.refused(NB)
    assert line == f"rescode: {NB}: no definition with logic of its own is left to move"


def test_unparsed_cells_stay(extract: Extract) -> None:
    broken = ("def broken(:\n    pass", "print 'python 2'")
    extract.project({NB: notebook(broken[0], CLEAN, ("markdown", "# b"), broken[1], "clean(1)")})
    done = extract(NB, "--apply")
    assert done.code == 0
    assert done.err.splitlines()[:2] == [f"rescode: {NB}:cell {n}: does not parse, and stays as it is" for n in (1, 4)]
    texts = cells_of(extract.root / NB)
    assert broken[0] in texts and broken[1] in texts
    assert "def clean" not in "".join(texts)


# --- what is asked for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no.ipynb",), "no.ipynb: no such file"),
        (("notebooks",), "notebooks: is no notebook; name files that end in `.ipynb`"),
        (("scripts/a.py",), "scripts/a.py: is no notebook"),
        (("notebooks/r.ipynb",), "notebooks/r.ipynb: is in R; name a notebook in Python"),
        (("notebooks/broken.ipynb",), "notebooks/broken.ipynb: is no notebook that can be read"),
        (("notebooks/old/x.ipynb",), "is excluded by the settings"),
        ((NB, "--select", "clean,nowhere"), f"no function or class `nowhere` stands at the top level of {NB}"),
        ((NB, "--select", "f"), "no function or class `f` stands at the top level"),
        ((NB, "--to", "../elsewhere.py"), "--to ../elsewhere.py: lies outside of the project"),
        ((NB, "--to", "/tmp/elsewhere.py"), "--to /tmp/elsewhere.py: lies outside of the project"),
        ((NB, "--keep", "../nb.ipynb"), "--keep ../nb.ipynb: lies outside of the project"),
        ((NB, "--keep", "gone.py"), "gone.py: "),
        ((NB, "--to", "lab/core.txt"), "`lab/core.txt` is no Python module; name a file that ends in `.py`"),
        ((NB, "--to", "lab"), "`lab` is no Python module"),
        ((NB, "--to", NB), f"`{NB}` is no Python module"),
        ((NB, "--to", "lab/my-core.py"), "`lab/my-core.py` cannot be imported (`my-core` is no name)"),
        ((NB, "--to", "setup.py"), "`setup.py` is no module that others import"),
        ((NB, "--to", "tests/test_a.py"), "`tests/test_a.py` is no module that others import"),
        ((NB, "--to", "lab/class.py"), "`lab/class.py` cannot be imported (`class` is no name)"),
        ((NB, "--to", "scripts/train.py"), "`scripts/train.py` does its work when it is imported"),
        ((NB, "--keep", "scripts/train.py"), "scripts/train.py: not moved: it defines nothing of what is to be moved"),
        ((NB, "--to", "my-lab/core.py"), "`my-lab/core.py` cannot be imported (`my-lab` is no name)"),
        ((NB, "--cell", "1"), "--cell and --as go together"),
        ((NB, "--as", "f"), "--cell and --as go together"),
        ((NB, "--cell", "1", "--as", "f", "--select", "clean"), "--cell takes one notebook, and no --select"),
        ((NB, "notebooks/r.ipynb", "--cell", "1", "--as", "g"), "--cell takes one notebook"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_asked_for_what_is_not(extract: Extract, arguments: tuple[str, ...], says: str) -> None:
    r = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}, "language_info": {"name": "R"}}
    extract.project(
        {
            NB: notebook(CLEAN, "if 1:\n    def f():\n        return 1"),
            "notebooks/r.ipynb": notebook("clean <- function(x) x", **r),
            "notebooks/broken.ipynb": b"{ no json",
            "notebooks/old/x.ipynb": notebook(CLEAN),
            "scripts/a.py": "a = 1\n",
            "tests/test_a.py": "def test_a():\n    pass\n",
            "scripts/train.py": "import sys\n\nfor a in sys.argv:\n    print(a)\n" + "print(a)\n" * 4,
            "pyproject.toml": '[tool.rescode]\nextend-exclude = ["notebooks/old"]\n',
        }
    )
    assert says in extract.refused(*arguments)


CELLS = [
    (("7", "f"), "cell 7 is no code cell (code cells are 2 to 6)"),
    (("0", "f"), "cell 0 is no code cell"),
    (("-1", "f"), "cell -1 is no code cell"),
    (("1", "f"), "cell 1 is no code cell"),
    (("2", "f"), "cell 2 holds no code that a function could hold"),
    (("4", "f"), "`!` works in a notebook only"),
    (("5", "f"), "cell 5 does not parse"),
    (("3", "class"), "`class` is no name for a function"),
    (("3", "2f"), "`2f` is no name for a function"),
    (("3", "a b"), "`a b` is no name for a function"),
    (("3", "clean"), "`clean` has a meaning already"),
    (("3", "total"), "`total` has a meaning already"),
    (("3", "print"), "`print` has a meaning already"),
    (("3", "later"), "`later` has a meaning already"),
]


@pytest.mark.parametrize(
    ("asked", "says"), CELLS, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_cells_that_are_no_function(extract: Extract, asked: tuple[str, str], says: str) -> None:
    loop = "total = 0\nfor a in range(3):\n    total += clean(a)"
    cells: tuple[Any, ...] = (
        ("markdown", "# a"),
        "import math\n\n" + CLEAN,
        loop,
        "files = !ls\nprint(files)",
        "a = (",
        "print(total, later)",
    )
    extract.project({NB: notebook(*cells)})
    cell, name = asked
    line = extract.refused(NB, f"--cell={cell}", "--as", name)
    assert says in line


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (("for a in range(3):\n    b = unknown(a)", "print(b)"), "no cell above binds `unknown`"),
        (("a = [1]", "b = a\ndel a", "print(b)"), "`del a` deletes"),
        (("if len('a') > 3:\n    b = 1", "print(b)"), "`b`"),
        (("b = Out[1]", "print(b)"), "`Out`"),
        (("exec('b = 1')\nc = 1", "print(b, c)"), "`exec()`"),
    ],
)
def test_cells_whose_flow_cannot_be_seen(extract: Extract, cells: tuple[str, ...], says: str) -> None:
    extract.project({NB: notebook(*cells)})
    assert says in extract.refused(NB, f"--cell={len(cells) - 1}", "--as", "f")


def test_select_of_several_notebooks(extract: Extract) -> None:
    extract.project({"a.ipynb": notebook(CLEAN), "b.ipynb": notebook("def other(x):\n    return x")})
    done = extract("a.ipynb", "b.ipynb", "--select", "clean other")
    assert done.code == 0 and "clean" in done.out and "other" in done.out


def test_notebooks_in_r_are_left_alone_among_others(extract: Extract) -> None:
    r = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}, "language_info": {"name": "R"}}
    extract.project({"a.ipynb": notebook(CLEAN), "b.ipynb": notebook("f <- function(x) x", **r)})
    done = extract("a.ipynb", "b.ipynb")
    assert done.code == 0
    assert "rescode: b.ipynb: is in R, and is left alone" in done.err


def test_version_3_notebooks(extract: Extract) -> None:
    cell = {
        "cell_type": "code",
        "input": [CLEAN],
        "outputs": [],
        "language": "python",
        "metadata": {},
        "collapsed": False,
    }
    old = {
        "metadata": {"name": "a"},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    extract.project({NB: json.dumps(old).encode()})
    done = extract(NB, "--apply")
    assert done.code in (0, 2)
    assert done.code == 0 or len(done.err.splitlines()) == 1
