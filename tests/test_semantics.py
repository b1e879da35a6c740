"""What the one walk finds out: scopes, full names, the order of events across cells, and true places."""

from __future__ import annotations

import ast
import sys

import pytest

from rescode_lint.model import Span
from rescode_lint.read import read
from rescode_lint.semantics import Module, walk
from rescode_lint.semantics.module import Function
from rescode_lint.testing import NOTEBOOK, files_of


def script(text: str, path: str = "lab/io.py") -> Module:
    """A walked script that remembers its calls, names and attributes."""
    return walk(read(path, text.encode()), (ast.Call, ast.Attribute, ast.Name))


def notebook(text: str) -> Module:
    """A walked notebook, written with `# %%` before each cell."""
    return walk(read(NOTEBOOK, files_of(text)[0][NOTEBOOK].encode()))


def called(module: Module) -> list[str | None]:
    """The full names of all that is called, in order of place."""
    names = []
    for node, scope in module.nodes[ast.Call]:
        assert isinstance(node, ast.Call)
        module.here = scope
        names.append((node.lineno, node.col_offset, module.qualname(node.func)))
    return [name for _, _, name in sorted(names, key=lambda found: found[:2])]


def flow(text: str) -> str:
    """The events of a notebook: `+x` binds, `x` reads, `~x` reads later, `-x` deletes, `$x` is expanded by a magic."""
    marks = {"bind": "+", "read": "", "later": "~", "delete": "-", "expand": "$"}
    return " ".join(marks[use.kind] + use.name for use in notebook(text).flow)


# --- full names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import numpy as np\nnp.random.seed(1)", ["numpy.random.seed"]),
        ("import numpy.random\nnumpy.random.seed(1)", ["numpy.random.seed"]),
        ("import numpy.random as r\nr.seed(1)", ["numpy.random.seed"]),
        ("from numpy import random as r\nr.seed(1)", ["numpy.random.seed"]),
        ("from numpy.random import seed\nseed(1)", ["numpy.random.seed"]),
        ("from . import paths\npaths.home()", [".paths.home"]),
        ("from ..lab.io import load as fetch\nfetch()", ["..lab.io.load"]),
        ("open('x')\nx.fit()\nf()()", [None, None, None, None]),
        # an import inside a function is seen there and nowhere else
        ("def f():\n    import json\n    json.load(x)\njson.load(x)", ["json.load", None]),
        # shadowed by a parameter, a local, a later assignment of the module
        ("import time\ndef f(time):\n    time.sleep(1)", [None]),
        ("import time\ndef f():\n    time = 3\n    time.sleep(1)", [None]),
        ("import time\ntime = 3\ntime.sleep(1)", [None]),
        ("time = 3\nimport time\ntime.sleep(1)", [None]),
        ("import time\n[time.sleep() for time in clocks]\ntime.sleep(1)", [None, "time.sleep"]),
        # both branches of a guarded import mean the same thing to the code below
        ("try:\n    import cPickle as p\nexcept ImportError:\n    import pickle as p\np.load(f)", ["cPickle.load"]),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None\ntorch.load(f)", ["torch.load"]),
        # the names of a class body are not those of its methods
        ("import os\nclass A:\n    os = 1\n    def f(self):\n        os.remove('x')", ["os.remove"]),
        ("import os\nclass A:\n    os = fake\n    os.remove('x')", [None]),
        ("def f():\n    global np\n    import numpy as np\ndef g():\n    np.zeros(3)", ["numpy.zeros"]),
    ],
)
def test_qualname(text: str, names: list[str | None]) -> None:
    assert called(script(text)) == names


# --- scopes -----------------------------------------------------------------------------------------------------------


def test_scopes_bind_their_own_names() -> None:
    module = script(
        "def f(a, /, b=1, *c, d, **e):\n    with x as g:\n        h: int = 1\n    return [i for i in a]\n"
        "f = lambda j: j"
    )
    function, comprehension, anonymous = module.scopes[1:]
    assert set(module.scope.bindings) == {"f"}
    assert set(function.bindings) == set("abcdegh")
    assert (set(comprehension.bindings), comprehension.parent) == ({"i"}, function)
    assert set(anonymous.bindings) == {"j"}


def test_free_names_are_handed_outwards() -> None:
    module = script(
        "def f(a):\n    def g():\n        return a + b\n    return g\n"
        "class C:\n    c = 1\n    def m(self):\n        return c, d"
    )
    assert set(module.scope.uses) == {"b", "c", "d"}


def test_walrus_in_a_comprehension_binds_outside_of_it() -> None:
    module = script("def f(rows):\n    return [last := row for row in rows], last")
    assert "last" in module.scopes[1].bindings
    assert "last" not in module.scope.uses


def test_global_binds_in_the_module() -> None:
    module = script("def f():\n    global total\n    total = 1")
    assert "total" in module.scope.bindings
    assert "total" not in module.scopes[1].bindings


@pytest.mark.parametrize(
    "pattern", ["[first, *rest]", "{'a': first, **rest}", "Point(x=first) as rest", "(first, 1) | (1, first) as rest"]
)
def test_match_binds(pattern: str) -> None:
    assert {"first", "rest"} <= set(script(f"match thing:\n    case {pattern}:\n        pass").scope.bindings)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_type_parameters_are_no_names_of_the_module() -> None:
    module = script(
        "def f[T: Base](x: T) -> T:\n    return x\nclass A[K](list[K]):\n    def m(self) -> K: ...\n"
        "type Pair[V] = tuple[V, W]"
    )
    assert set(module.scope.uses) == {"Base", "list", "tuple", "W"}
    assert set(module.scope.bindings) == {"f", "A", "Pair"}
    assert [site.node.name for site in module.definitions] == ["f", "A", "m"]


def test_definitions_say_their_size() -> None:
    module = script(
        'class A:\n    """What it is."""\n    def f(self):\n        """What it does."""\n'
        "        if x:\n            y = [i for i in z]\n        return y\n"
        "def g():\n    def inner():\n        pass\n    return inner"
    )
    found = [(s.node.name, s.owner and s.owner.name, s.statements, s.branches) for s in module.definitions]
    assert found == [("A", None, 5, 2), ("f", "A", 3, 2), ("g", None, 3, 0)]


def test_what_a_script_does() -> None:
    module = script(
        "import sys\nsys.path.insert(0, '../src')\nsys.path.append('lib')\nX = 3\nrun()\n"
        "if __name__ == '__main__':\n    start()\n"
    )
    assert module.sys_path == ["../src", "lib"]
    assert module.main_guard
    assert module.script_statements == 3
    assert "run" in module.scope.uses
    assert "start" not in module.scope.uses


# --- the order of events ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("# %%\nx = y\n# %%\nprint(x)", "y +x print x"),
        ("# %%\nx += 1", "x +x"),
        ("# %%\nx: int = y\nz: int", "int y +x int"),
        ("# %%\nfor x in y:\n    z = x\nelse:\n    x", "y +x x +z x"),
        ("# %%\nwith f() as (a, b):\n    a", "f +a +b a"),
        ("# %%\nimport a.b, c as d\nfrom e import f", "+a +d +f"),
        ("# %%\ndel x", "x -x"),
        ("# %%\nif (n := f()):\n    n", "f +n n"),
        ("# %%\ntry:\n    a\nexcept E as e:\n    e", "a E +e e"),
        # a comprehension runs now, a function later; defaults, decorators and annotations now
        ("# %%\n[a for a in b if a > c]", "b c"),
        ("# %%\n@d\ndef f(x=a) -> r:\n    return x + later", "d a r +f ~later"),
        ("# %%\ng = lambda x: x + later", "~later +g"),
        # class bodies run now, and the names of a class are not those of its methods
        ("# %%\nclass A(Base):\n    n = m\n    k = n\n    def f(self):\n        return n", "Base m ~n +A"),
        ("# %%\ndef f():\n    global count\n    count = 1", "+f +count"),
        # the guard is open in a notebook
        ("# %%\nif __name__ == '__main__':\n    x = run()", "__name__ run +x"),
    ],
)
def test_flow(text: str, events: str) -> None:
    assert flow(text) == events


@pytest.mark.parametrize(
    ("text", "events"),
    [
        # where its line stands, not where the cell begins
        ("# %%\nurl = 1\n!curl {url}\nurl", "+url $url url"),
        ("# %%\n!curl {url}\nurl = 1", "$url +url"),
        ("# %%\nif colab:\n    url = 1\n    !curl {url}\nx = 2", "colab +url $url +x"),
        ("# %%\nfiles = !ls {folder}", "$folder +files"),
        # the names of the function in which it stands are its own
        ("# %%\ndef f(url):\n    !curl {url} {other}", "+f $other"),
        # a cell magic defines when its cell is done
        ("# %%\n%%capture out\nx = 1\n# %%\nout", "+x +out out"),
        ("# %%\n%store -r x\nx", "+x x"),
    ],
)
def test_flow_of_magics(text: str, events: str) -> None:
    assert flow(text) == events


def test_flow_crosses_cells_and_leaves_out_the_unparsed() -> None:
    module = notebook("# %%\nx = 1\n# %%\nprint x\n# %%\n%pylab inline\nfrom lab import *\n# %%\ny = x")
    found = [(use.name, use.kind, module.source.cell_at(use.line)) for use in module.flow]
    assert [(name, kind, cell and cell.position) for name, kind, cell in found if name in "xy"] == [
        ("x", "bind", 1),
        ("x", "read", 4),
        ("y", "bind", 4),
    ]
    assert [star for _, star in module.stars] == ["pylab", "lab"]


def test_scripts_have_no_flow() -> None:
    assert script("x = 1\nx").flow == []


# --- places -----------------------------------------------------------------------------------------------------------


def definition(module: Module, name: str) -> Function | ast.ClassDef:
    """The definition of that name."""
    return next(site.node for site in module.definitions if site.node.name == name)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("def f(): pass", Span(1, 5, 1, 6)),
        ("class  f: pass", Span(1, 8, 1, 9)),
        ("async   def  f(): pass", Span(1, 14, 1, 15)),
        ("@f\n@f\ndef f(): pass", Span(3, 5, 3, 6)),
        ("é = 1; ñ = 2\ndef f(): pass", Span(2, 5, 2, 6)),
        ("if 'é':\n    def f(): pass", Span(2, 9, 2, 10)),
        ("class e:\n    def f(self): pass", Span(2, 9, 2, 10)),
    ],
)
def test_name_span(text: str, span: Span) -> None:
    module = script(text)
    assert module.name_span(definition(module, "f")) == span


def test_spans_count_characters() -> None:
    module = script("s = 'naïve — 🐦'; path = load(s)\n")
    node, _ = module.nodes[ast.Call][0]
    assert isinstance(node, ast.Call)
    assert module.span(node) == Span(1, 25, 1, 32)


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("load(x)", 1),
        ("%time load(x)", 7),
        ("%time y = 'é', load(x)", 16),
        ("  load(x)", 3),
        (">>> load(x)", 5),
    ],
)
def test_spans_in_cells_with_shifted_columns(cell: str, column: int) -> None:
    source = read(NOTEBOOK, files_of(f"# %%\n1\n# %% [markdown]\ntext\n# %%\n{cell}")[0][NOTEBOOK].encode())
    module = walk(source, (ast.Call,))
    node, _ = module.nodes[ast.Call][0]
    assert isinstance(node, ast.Call)
    assert module.span(node) == Span(1, column, 1, column + 7, cell=3)


def test_parents() -> None:
    module = script("x = 1; f(y)\n@deco\ndef g():\n    if a:\n        return [h(z) for z in b]\n")
    kinds = {
        name.id: [type(parent).__name__ for parent in module.parents(name)]
        for name, _ in module.nodes[ast.Name]
        if isinstance(name, ast.Name)
    }
    assert kinds["y"] == ["Call", "Expr"]
    assert kinds["deco"] == ["FunctionDef"]
    assert kinds["h"] == ["Call", "ListComp", "Return", "If", "FunctionDef"]


def test_parents_of_what_is_not_in_the_file() -> None:
    module = script("x = 1")
    assert module.parents(ast.parse("y").body[0]) == []
