"""`rescode extract` moves definitions: what goes along, how it is imported, and that all gives the same as before.

What is moved is executed before and after (`Extract.same`); what is refused is in `test_extract_refusals.py`.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from extracting import Extract, cells_of, everything, notebook, values

NB = "notebooks/nb.ipynb"
MODULE = "src/lab/nb.py"


@pytest.fixture
def extract(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Extract:
    return Extract(monkeypatch, capsys, tmp_path / "lab")


def module(extract: Extract, path: str = MODULE) -> str:
    return (extract.root / path).read_text("utf-8")


def imports_of(text: str) -> set[str]:
    """The import statements of the top level."""
    return {
        ast.unparse(statement)
        for statement in ast.parse(text).body
        if isinstance(statement, ast.Import | ast.ImportFrom)
    }


# --- what goes along --------------------------------------------------------------------------------------------------


def test_only_the_imports_that_are_used(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(
                "import csv, math\nimport os.path\nimport statistics as st\nfrom collections import (\n    Counter,\n    defaultdict as dd,\n    deque,\n)\nimport xml.dom.minidom, xml.sax",
                "def f(xs):\n    made = dd(list)\n    for x in xs:\n        made[os.path.join('a', str(x))].append(math.sqrt(x))\n"
                "    return dict(made), st.mean(xs), Counter(xs), xml.dom.minidom.Node.TEXT_NODE",
                "a = f([1, 4])\nb = deque(a)",
            )
        }
    )
    extract.same(NB, names="a b")
    assert imports_of(module(extract)) == {
        "import math",
        "import os.path",
        "import statistics as st",
        "import xml.dom.minidom",
        "import xml.sax",
        "from collections import Counter",
        "from collections import defaultdict as dd",
    }


def test_names_of_a_known_star_import(extract: Extract) -> None:
    extract.project(
        {NB: notebook("from math import *", "def f(x):\n    y = sqrt(x)\n    z = pi\n    return y * z", "a = f(4)")}
    )
    extract.same(NB, names="a")
    assert imports_of(module(extract)) == {"from math import pi, sqrt"}


def test_names_of_a_star_import_of_the_project(extract: Extract) -> None:
    extract.project(
        {
            "lab/__init__.py": "",
            "lab/tools.py": "import math\n\n\ndef tidy(x):\n    return math.floor(x)\n\n\n_hidden = 1\n",
            NB: notebook(
                "from lab.tools import *", "def f(x):\n    y = tidy(x)\n    z = math.pi\n    return y * z", "a = f(4.5)"
            ),
        }
    )
    extract.same(NB, "--to", "lab/more.py", names="a")
    assert imports_of(module(extract, "lab/more.py")) == {"from lab.tools import math, tidy"}


def test_pylab(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(
                "%pylab inline",
                "def f(x):\n    y = np.mean(x)\n    z = linspace(0, 1, 5)\n    return y * z",
                "a = f([4])",
            )
        }
    )
    done = extract(NB, "--apply")
    assert done.code == 0
    text = module(extract)
    assert "import numpy as np" in text and "linspace" in "".join(imports_of(text))


def test_display(extract: Extract) -> None:
    extract.project(
        {NB: notebook("def f(x):\n    for y in x:\n        display(y)\n        x = 1\n    return x", "a = f([4])")}
    )
    assert extract(NB, "--select", "f", "--apply").code == 0
    assert imports_of(module(extract)) == {"from IPython.display import display"}


def test_helpers_constants_and_comments(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(
                "from pathlib import Path",
                "UNUSED = 3\nROOT = Path('.')  # here\n# how often\n# at most\nTIMES = 2 * 3\nBOTH = (TIMES, ROOT / 'a', {'x': -1})",
                "# Above all.\n\n# Doubles.\n# Twice, that is.\ndef helper(x):  # why not\n    # inside\n    return x * TIMES  # end\n    # below",
                "def f(x):\n    '''Says.'''\n    y = helper(x)\n    z = other(y)\n    return y, z, BOTH",
                "def other(x):\n    return x if x > 99 else other(helper(x))",
                "a = f(3)\nb = TIMES",
            )
        }
    )
    done = extract.same(NB, names="a b")
    text = module(extract)
    order = [text.index(part) for part in ("ROOT =", "TIMES =", "BOTH =", "def helper", "def f", "def other")]
    assert order == sorted(order)
    assert "# how often\n# at most\nTIMES = 2 * 3" in text
    assert "ROOT = Path('.')  # here" in text
    assert (
        "# Doubles.\n# Twice, that is.\ndef helper(x):  # why not\n    # inside\n    return x * TIMES  # end\n    # below"
        in text
    )
    assert "UNUSED" not in text
    texts = cells_of(extract.root / NB)
    assert "UNUSED = 3" in texts
    assert texts[-1] == "a = f(3)\nb = TIMES"
    assert "# Above all." in "".join(texts)
    assert "needed by the others" in done.out


def test_what_is_needed_early_stands_above(extract: Extract) -> None:
    """The notebook was run in another order than its cells have."""
    extract.project(
        {
            NB: notebook(
                "@twice\ndef f(x, n=SIZE):\n    y = x + n\n    z = y * 2\n    return z",
                "class Child(Parent):\n    size = HALF\n    def g(self):\n        x = 1\n        return x",
                "SIZE = HALF * 2",
                "def twice(g):\n    return lambda x: g(g(x))",
                "class Parent:\n    pass",
                "HALF = 3",
            )
        }
    )
    assert extract(NB, "--select", "f,Child", "--apply").code == 0
    space: dict[str, object] = {}
    exec(module(extract), space)
    assert space["f"](1) == 40  # type: ignore[operator]


def test_annotations_alone(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(
                "from collections.abc import Sequence\nfrom decimal import Decimal\nfrom fractions import Fraction",
                "def f(xs: Sequence[int]) -> Decimal:\n    y: Fraction = Fraction(1)\n    z = sum(xs)\n    return y + z",
                "a = f([4])",
            )
        }
    )
    extract.same(NB, names="a")
    text = module(extract)
    assert "from __future__ import annotations" in text
    guarded = text[text.index("if TYPE_CHECKING:") :]
    assert "    from collections.abc import Sequence\n    from decimal import Decimal\n" in guarded
    assert "from fractions import Fraction" in imports_of(text)


def test_annotations_that_are_never_evaluated(extract: Extract) -> None:
    """With the import from the future, a class may name itself and what comes below."""
    extract.project(
        {
            NB: notebook(
                "from __future__ import annotations",
                "class Node:\n    child: Node | None = None\n    def up(self, other: Node) -> Later:\n        x = 1\n        return x",
                "class Later:\n    pass",
                "def f(x: Later, y: 'Node') -> Node | None:\n    z = 1\n    return z",
                "a = Node().up(None), f(1, 2)",
            )
        }
    )  # fmt: skip
    extract.same(NB, names="a")
    assert "from __future__ import annotations" in module(extract)


def test_annotations_that_are_never_evaluated_and_a_module_that_does(extract: Extract) -> None:
    extract.project(
        {
            "lab/__init__.py": "",
            "lab/core.py": "import math\n",
            NB: notebook(
                "from __future__ import annotations\nimport lab.core",
                "class Node:\n    def up(self, other: Node) -> Node:\n        x = 1\n        return x",
                "a = Node().up(None)",
            ),
        }
    )
    extract.same(NB, "--select", "Node", names="a")


def test_decorators_go_with_their_functions(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(
                "import functools",
                "def logged(g):\n    @functools.wraps(g)\n    def inner(*args):\n        return ['logged', g(*args)]\n    return inner",
                "@functools.lru_cache(maxsize=None)\n@logged\ndef f(x):\n    y = x\n    z = y\n    return z",
                "a = f(1)\nb = f.cache_info().currsize",
            )
        }
    )
    extract.same(NB, names="a b")
    assert "@functools.lru_cache(maxsize=None)\n@logged\ndef f(x):" in module(extract)


TEXTS = [
    pytest.param("def f(x):\n    y = '''a\n  b\n\n\tc'''\n    z = \"\"\"\n\"\"\"\n    return y + z", id="multi-line strings"),
    pytest.param("def f(x):\n\ty = 1\n\tif y:\n\t\treturn x\n\treturn y", id="tabs"),
    pytest.param("def f(x):\n  y = 1\n  if y:\n      return x\n  return y", id="two blanks"),
    pytest.param("def f(größe):\n    ünï = 'ß→😀'\n    z = größe\n    return ünï, z", id="unicode"),
    pytest.param("def f(x): y = 1; z = 2; return y + z", id="one line"),
    pytest.param("def f(x):\n    y = \\\n        1\n    z = (x,\n  y)\n    return z", id="continued lines"),
    pytest.param("def f(x):\n    y = f'{x!r:>{10}} {\"a\"}'\n    z = y\n    return z", id="f-string"),
    pytest.param("def f(x):\n    y = r'\\d' + '\\t\\\\n'\n    z = b'\\xff'\n    return y, z", id="escapes"),
    pytest.param("async def g(x):\n    return x\n\nimport asyncio\ndef f(x):\n    y = x\n    z = g(x)\n    return asyncio.run(z)", id="async"),
    pytest.param("def f(x, /, y=2, *a, k=3, **kw):\n    z = x\n    z = y\n    return z, a, k, kw", id="all kinds of parameters"),
    pytest.param("def f(x):\n    match x:\n        case 1:\n            return 2\n        case [y, *z]:\n            return y\n    return 4", id="match"),
    pytest.param("def f(x):\n    if (y := x + 1) > 1:\n        return y\n    return [y for _ in 'ab']", id="walrus"),
    pytest.param("def f(x):\n    def g():\n        nonlocal x\n        x += 1\n        return x\n    y = g()\n    return y", id="nonlocal"),
    pytest.param("def f(x):\n    import math as m\n    y = m.pi\n    return y", id="import inside"),
    pytest.param("def f(x):\n    try:\n        y = x / 0\n    except ZeroDivisionError as e:\n        y = str(e)\n    return y", id="except"),
    pytest.param("def f(x):\n    y = lambda *a, k=1: (a, k)\n    z = {k: v for k, v in [(1, 2)]}\n    return y(x), z", id="lambda"),
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_texts(extract: Extract, text: str, newline: str) -> None:
    extract.project({NB: notebook("import math", text, "a = f(1)", newline=newline)})
    before = extract.root / NB
    ids = [cell["id"] for cell in json.loads(before.read_bytes())["cells"]]
    extract.same(NB, "--select", "f", names="a")
    assert text[text.index("def f") :] in module(extract)
    data = before.read_bytes()
    assert data.count(b"\r\n") == (data.count(b"\n") if newline == "\r\n" else 0)
    cells = json.loads(data)["cells"]
    assert [cell["id"] for cell in cells] == [i for i in ids if i in {cell["id"] for cell in cells}]
    assert cells[-1]["execution_count"] == len(ids) and cells[-1]["outputs"]


@pytest.mark.parametrize("indent", [None, 1, 2, 4])
def test_layout_of_the_file(extract: Extract, indent: int | None) -> None:
    extract.project(
        {
            NB: notebook(
                "import math", "def f(x):\n    y = x\n    z = y\n    return math.sqrt(z)", "a = f(4)", indent=indent
            )
        }
    )
    first = (extract.root / NB).read_bytes()
    extract.same(NB, names="a")
    after = (extract.root / NB).read_bytes()
    expected = json.loads(first)
    del expected["cells"][1]
    expected["cells"][0]["source"] = ["import math\n", "from lab.nb import f"]
    assert json.loads(after) == expected
    assert after == (json.dumps(expected, indent=indent, ensure_ascii=False) + "\n").encode()


def test_cells_with_magics(extract: Extract) -> None:
    cells = (
        "%load_ext autoreload\n%autoreload 2\nimport math",
        "%%time\ndef f(x):\n    y = x\n    z = y\n    return math.sqrt(z)",
        "%%time\n# keep\ndef g(x):\n    y = x\n    z = y\n    return f(z)\nb = g(4)",
        "!ls\nfiles = !ls\nb = f(16)",
        "%%timeit\nf(1)",
        "c = g(16)",
    )
    extract.project({NB: notebook(*cells)})
    done = extract(NB, "--apply")
    assert done.code == 0, done.err
    assert cells_of(extract.root / NB) == [
        "%load_ext autoreload\n%autoreload 2\nimport math\nfrom lab.nb import f, g",
        "%%time\nb = g(4)",
        "!ls\nfiles = !ls\nb = f(16)",
        "%%timeit\nf(1)",
        "c = g(16)",
    ]
    assert "# keep\ndef g(x):" in module(extract)


def test_rest_of_a_cell_stays(extract: Extract) -> None:
    cell = "# about a\na = 1\n\n\n# about f\ndef f(x):\n    y = x\n    z = y\n    return z\n\n\n# about b\nb = f(a);  c = 3\nb, c"
    extract.project({NB: notebook("import math", cell)})
    extract.same(NB, names="a b c")
    left = re.sub(r"\n\n+", "\n\n", cells_of(extract.root / NB)[1])
    assert left == "# about a\na = 1\n\n# about b\nb = f(a);  c = 3\nb, c"


def test_statement_on_one_line_with_another(extract: Extract) -> None:
    extract.project({NB: notebook("N = 3; M = 4", "def f(x):\n    y = x * N\n    z = y\n    return z", "a = f(1)")})
    done = extract(NB, "--select", "f", "--apply")
    assert done.code == 0
    assert cells_of(extract.root / NB)[0].endswith("N = 3; M = 4")
    assert "with `N` as a parameter" in done.out


def test_papermill_parameters_stay(extract: Extract) -> None:
    extract.project(
        {NB: notebook(("parameters", "N = 3"), "def f(x):\n    y = x * N\n    z = y\n    return z", "a = f(1)")}
    )
    done = extract.same(NB, names="a")
    assert "with `N` as a parameter" in done.out
    assert "N = 3" in cells_of(extract.root / NB)[0]


# --- state ------------------------------------------------------------------------------------------------------------

CFG = "cfg = {'a': 2, 'b': [1, 2]}\nrows = [3, 4]"
STATES = [
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = f(1)", "f(1, cfg=cfg)", id="plain"),
    pytest.param("def f():\n    y = 1\n    return y * cfg['a']", "a = f()", "f(cfg=cfg)", id="no parameters"),
    pytest.param("def f(x, y=3):\n    z = x * y\n    return z * cfg['a']", "a = f(1), f(1, 2), f(x=1, y=4)", "f(x=1, y=4, cfg=cfg)", id="default"),
    pytest.param("def f(x, *more):\n    z = x\n    return z, more, cfg['a']", "b = [1, 2]\na = f(*b), f(1, *b)", "f(1, *b, cfg=cfg)", id="star"),
    pytest.param("def f(x, k=3):\n    z = x\n    return z, k, cfg['a']", "b = {'k': 1}\na = f(1, **b), f(1, k=2)", "f(1, **b, cfg=cfg)", id="two stars"),
    pytest.param("def f(x, **more):\n    z = x\n    return z, more, cfg['a']", "a = f(1, k=2)", "f(1, k=2, cfg=cfg)", id="any keywords"),
    pytest.param("def f(x, *, k=1):\n    z = x\n    return z, k, cfg['a']", "a = f(1, k=2), f(3)", "f(1, k=2, cfg=cfg)", id="keyword only"),
    pytest.param("def f(x, /):\n    z = x\n    return z, cfg['a']", "a = f(1)", "f(1, cfg=cfg)", id="positional only"),
    pytest.param("def f(x, /, y, *a, k, **kw):\n    z = x\n    return z, y, a, k, kw, cfg['a'], rows", "a = f(1, 2, 3, k=4, m=5)", "f(1, 2, 3, k=4, m=5, cfg=cfg, rows=rows)", id="all kinds"),
    pytest.param("def f(\n    x,\n    y,\n):\n    z = x + y\n    return z * cfg['a']", "a = f(\n    1,\n    2,\n)", "f(\n    1,\n    2,\n    cfg=cfg,\n)", id="trailing commas"),
    pytest.param("def f(x, y):\n    z = x + y\n    return z * cfg['a']", "a = f(1,  # one\n      2)  # two", "f(1,  # one\n      2, cfg=cfg)  # two", id="several lines"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = f(f(f(1)))", "f(f(f(1, cfg=cfg), cfg=cfg), cfg=cfg)", id="nested calls"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = [f(x) for x in range(3) if f(x) > 1]\nb = {k: f(k) for k in (f(2), 3)}\nc = sum(f(i) for i in range(3))",
                 "[f(x, cfg=cfg) for x in range(3) if f(x, cfg=cfg) > 1]", id="comprehension"),
    pytest.param("def f(x):\n    if x < 1:\n        return cfg['a']\n    return 1 + f(x - 1)", "a = f(4)", "f(4, cfg=cfg)", id="recursion"),
    pytest.param("def h(x):\n    return x + cfg['a']\n\ndef g(x):\n    return h(x) + len(rows)\n\ndef f(x):\n    y = g(x)\n    return y * 2", "a = f(1), g(2)", "f(1, cfg=cfg, rows=rows)", id="two levels of helpers"),
    pytest.param("def even(x):\n    return cfg['a'] if x == 0 else odd(x - 1)\n\ndef odd(x):\n    return rows if x == 0 else even(x - 1)", "a = even(4), odd(4), even(3)", "even(4, cfg=cfg, rows=rows)", id="mutual recursion"),
    pytest.param("def f(x):\n    y = [z * cfg['a'] for z in x]\n    return sorted(y, key=lambda v: -v * cfg['a'])", "a = f([1, 2])", "f([1, 2], cfg=cfg)", id="used in a lambda"),
    pytest.param("def f(x):\n    def inner():\n        return cfg['a'] * x\n    y = inner()\n    return y", "a = f(2)", "f(2, cfg=cfg)", id="used in an inner function"),
    pytest.param("def f(x):\n    cfg['a'] += x\n    rows.append(x)\n    return len(rows)", "a = f(1)\na = f(2), cfg, rows", "f(2, cfg=cfg, rows=rows)", id="changed in place"),
    pytest.param("def f(x):\n    for r in rows:\n        yield r * x", "a = list(f(2))", "f(2, rows=rows)", id="generator"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "def show(x):\n    print(f(x))\nshow(1)\na = (lambda v: f(v))(2)", "print(f(x, cfg=cfg))", id="called from functions that stay"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "class Late:\n    def run(self):\n        return f(3)\na = Late().run()", "return f(3, cfg=cfg)", id="called from a method that stays"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = 0\nfor cfg in ({'a': 1}, {'a': 5}):\n    a += f(1)\nwith open('nb.ipynb') as rows:\n    b = f(2)", "a += f(1, cfg=cfg)", id="bound again"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = f(1)\ncfg = {'a': 9}\nb = f(1)\ncfg['a'] = 10\nc = f(1)", "b = f(1, cfg=cfg)", id="assigned again"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = f\\\n(1) + f (2)\nb = (f)(3)", "f (2, cfg=cfg)", id="odd layout"),
    pytest.param("def f(x):\n    y = list(x)\n    return y * cfg['a']", "a = f(i for i in range(3))", "f((i for i in range(3)), cfg=cfg)", id="bare generator"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = f(b := 3), f(x=(c := 4)), b", "f(b := 3, cfg=cfg)", id="walrus"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = f( 1 ), f(1 , ), f( # c\n  1)", "f( 1, cfg=cfg )", id="blanks"),
    pytest.param("def f( x , ) :\n    y = x\n    return y * cfg['a']", "a = f(1)", "f(1, cfg=cfg)", id="blanks in the definition"),
    pytest.param("def f(x,  # one\n      y):  # two\n    z = x\n    return z * y * cfg['a']", "a = f(1, 2)", "f(1, 2, cfg=cfg)", id="comments in the definition"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "a = f(1) if f(2) else f(3); b = f(4)\nassert f(5), f(6)", "a = f(1, cfg=cfg) if f(2, cfg=cfg) else f(3, cfg=cfg); b = f(4, cfg=cfg)", id="semicolon"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "def deco(v):\n    return lambda g: v\n@deco(f(3))\ndef a():\n    pass\na = 3", "@deco(f(3, cfg=cfg))", id="in a decorator"),
    pytest.param("def f(x) -> int:\n    '''Doc.\n\n    Text.'''\n    y: int = x\n    return y * cfg['a']", "a = f'{f(1)} {f(2)!r}'", "f(1, cfg=cfg)", id="f-string"),
    pytest.param("def f(x):\n    y = x\n    return y * cfg['a']", "try:\n    a = f(1)\nexcept KeyError:\n    a = f(2)\nif a:\n    a = f(3)\nelse:\n    a = f(4)", "a = f(4, cfg=cfg)", id="branches"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "use", "shown"), STATES)
def test_state_becomes_parameters(extract: Extract, text: str, use: str, shown: str) -> None:
    assert "a = " in use or "a += " in use
    extract.project({NB: notebook("import math", CFG, text, use)})
    names = "a cfg rows" if "as rows" not in use else "a b"
    done = extract.same(NB, "--select", ",".join(re.findall(r"def (\w+)\(", text.replace("inner(", ""))), names=names)
    assert "as parameters" in done.out or "as a parameter" in done.out
    texts = "\n".join(cells_of(extract.root / NB))
    assert shown in texts
    assert "cfg" not in imports_of(texts)


def test_constants_that_are_changed_in_place(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(
                "COUNTS = {}\nSEEN = []",
                "def f(x):\n    COUNTS[x] = COUNTS.get(x, 0) + 1\n    SEEN.append(x)\n    return len(SEEN)",
                "COUNTS['z'] = 5",
                "a = f('a'), f('z'), f('a')",
            )
        }
    )
    extract.same(NB, names="a COUNTS")


def test_constants_that_are_named_in_strings(extract: Extract) -> None:
    """What goes along is imported, where a template, an expression, a query or a magic needs it."""
    extract.project(
        {
            NB: notebook(
                "A = 3\nB = 4\nC = 5\nD = 6\nE = 7",
                "def f(x):\n    y = x + A + B\n    z = y + C + D\n    return z + E",
                "!echo {A}\na = f(1)",
                "b = '{B}'.format(**globals())",
                "c = eval('C + 1')",
                "class Frame:\n    def query(self, text):\n        return text\nd = Frame().query('x > @D')",
            )
        }
    )
    extract.same(NB, "--select", "f", names="a b c d")
    assert "from lab.nb import A, B, C, D, f" in cells_of(extract.root / NB)[0]


def test_functions_with_attributes(extract: Extract) -> None:
    text = "def f(x):\n    y = x\n    f.calls += 1\n    return y\nf.calls = 0"
    extract.project({NB: notebook(text, "a = f(1), f(2)\nb = f.calls, f.__name__")})
    extract.same(NB, "--select", "f", names="a b")


def test_classes(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook(
                "from dataclasses import dataclass, field\nfrom enum import Enum\nfrom typing import NamedTuple, ClassVar\nSIZE = 3",
                "class Kind(Enum):\n    A = 1\n    B = 2\n\n    @classmethod\n    def first(cls):\n        x = cls.A\n        return x",
                "@dataclass(order=True)\nclass Box:\n    kind: Kind = Kind.A\n    size: int = SIZE\n    items: list = field(default_factory=list)\n"
                "    made: ClassVar[int] = 0\n\n    @property\n    def area(self):\n        return self.size ** 2\n    def grow(self, by=SIZE):\n        return Box(self.kind, self.size + by)",
                "class Big(Box):\n    def grow(self, by=1):\n        x = super().grow(by)\n        return isinstance(x, Box), __class__.__name__",
                "class Row(NamedTuple):\n    a: int\n    b: 'Row | None' = None\n    def total(self):\n        x = self.a\n        return x",
                "a = Kind.first(), Box(), Box(size=4).area, Box().grow(), Big().grow(), Row(1).total(), Box() < Box(size=5)",
            )
        }
    )
    extract.same(NB, "--select", "Kind,Box,Big,Row", names="a")


def test_import_that_comes_below_the_definition(extract: Extract) -> None:
    extract.project(
        {NB: notebook("def f(x):\n    y = x\n    z = math.sqrt(y)\n    return z", "import math", "a = f(4)")}
    )
    extract.same(NB, names="a")


def test_import_that_is_made_sure_of(extract: Extract) -> None:
    text = "try:\n    import math\nexcept ImportError:\n    !pip install math\n    import math"
    extract.project({NB: notebook("import csv", text, F, "a = f(1)")})
    done = extract(NB, "--apply")
    assert done.code == 0, done.err
    texts = cells_of(extract.root / NB)
    assert "import math" in imports_of(module(extract))
    assert "from lab.nb import f" not in texts[0]


def test_twins_in_one_notebook(extract: Extract) -> None:
    extract.project({NB: notebook("import math", F, "a = f(1)", F, "b = f(2)\n" + F, "c = f(3)")})
    extract.same(NB, names="a b c")
    assert "def f" not in "".join(cells_of(extract.root / NB))


def test_comments_that_belong_to_the_file(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook("#@title Functions\n# Of f.\n" + F.replace("math.sqrt", "abs"), "a = f(1)"),
            "scripts/b.py": "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n" + F.replace("math.sqrt", "abs") + "\n",
            "scripts/c.py": "import csv\n\n# %%\n" + F.replace("math.sqrt", "abs") + "\n\n# %% more\na = f(1)\n",
        }
    )
    extract.same(NB, names="a", also=("scripts/c.py",))
    assert (extract.root / "scripts/b.py").read_text().startswith("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n")
    assert (extract.root / "scripts/c.py").read_text().count("# %%") == 2
    text = module(extract)
    assert "# Of f.\ndef f(x):" in text and "title" not in text


def test_cells_are_named_as_they_are_on_disk(extract: Extract) -> None:
    """Also where an earlier notebook's move has emptied a cell of this one."""
    extract.project(
        {
            NB: notebook("import math", F, "a = f(1)"),
            "notebooks/b.ipynb": notebook("import math", F, "def g(x):\n    y = x\n    z = y\n    return z", "def h(x):\n    y = x\n    z = 1\n    return eval(y)", "%timeit i(1)",
                                          "def i(x):\n    y = x\n    z = y\n    return z", "a = ("),
        }
    )  # fmt: skip
    done = extract(NB, "notebooks/b.ipynb")
    assert "g  from notebooks/b.ipynb:cell 3\n" in done.out
    assert "notebooks/b.ipynb:cell 4:4:12: not moved: `h` uses `eval`" in done.err
    assert "notebooks/b.ipynb:cell 5:1:1: not moved: `i` is used by a magic" in done.err
    assert "notebooks/b.ipynb:cell 7: does not parse, and stays as it is" in done.err


def test_state_that_a_magic_makes(extract: Extract) -> None:
    extract.project({NB: notebook("files = !ls", "def f(x):\n    y = x\n    return [y, files]", "a = f(1)")})
    done = extract(NB, "--select", "f", "--apply")
    assert done.code == 0
    assert cells_of(extract.root / NB)[-1] == "a = f(1, files=files)"


# --- twins ------------------------------------------------------------------------------------------------------------

F = "def f(x):\n    y = x + 1\n    z = y * 2\n    return math.sqrt(z)"


def test_twins_in_notebooks_and_scripts(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook("import math", F, "a = f(1)"),
            "notebooks/deep/b.ipynb": notebook("import math", F.replace("\n    z", "  # why\n\n    z"), "a = f(2)"),
            "notebooks/c.ipynb": notebook(
                "import math", "'''Hers.'''\n" + F.replace(":\n", ":\n    '''Doc.'''\n", 1) + "\na = f(3)"
            ),
            "scripts/d.py": "'''Hers.'''\nimport math\nimport sys\n\n\n"
            + F
            + "\n\n\na = f(4)\nprint(sys.maxsize, a)\n",
            "scripts/e.py": f"import math\r\n\r\n\r\n{F}\r\na = f(5)\r\n".replace("\r\n", "\n").replace("\n", "\r\n"),
            "tests/test_f.py": f"import math\n\n{F}\n\n\ndef test_f():\n    assert f(1) == 2\n",
        }
    )
    others = ("notebooks/deep/b.ipynb", "notebooks/c.ipynb", "scripts/d.py", "scripts/e.py")
    done = extract.same(NB, names="a", also=others)
    for path in others:
        assert f"its twin in {path}" in done.out
        assert "def f" not in (extract.root / path).read_text("utf-8")
    assert "def f" in (extract.root / "tests/test_f.py").read_text("utf-8")
    data = (extract.root / "scripts/e.py").read_bytes()
    assert data.count(b"\r\n") == data.count(b"\n")
    assert (extract.root / "scripts/d.py").read_text("utf-8").startswith("'''Hers.'''\nimport math\nimport sys\n")


LEFT = [
    pytest.param("import cmath as math", F, "its imports differ", id="imports"),
    pytest.param("from math import *\nimport math\nmath = math", F, "", id="assigned"),
    pytest.param("import math\nN = 4\ndef h(x):\n    return x", None, "its `N` is another", id="constant"),
    pytest.param("import math\nN = 3\ndef h(x):\n    return x * 7", None, "its `h` is another", id="helper"),
    pytest.param(
        "import math\nN = 3\nfrom os.path import join as h", None, "its imports differ", id="helper is imported"
    ),
    pytest.param("import math\nN = 3\nh = abs", None, "other names are around it there", id="helper is a value"),
    pytest.param(
        "import math\nN = input\ndef h(x):\n    return x",
        None,
        "other names are around it there",
        id="constant is none",
    ),
    pytest.param(
        "import math\nN = 3\ndef h(x):\n    return x\ndef sum(x):\n    return 0",
        None,
        "other names are around it there",
        id="builtin",
    ),
    pytest.param("import math", F + "\n%timeit f(1)", "`f` is used by a magic or a string, `f(1)`", id="magic"),
    pytest.param("import math", F + "\nf = abs", "`f` is bound in another way too", id="bound again"),
]


@pytest.mark.parametrize(("head", "text", "reason"), LEFT)
def test_twins_that_are_left(extract: Extract, head: str, text: str | None, reason: str) -> None:
    more = F.replace("math.sqrt(z)", "h(sum([z, N]))")
    own = (
        notebook("import math", F, "a = f(1)")
        if text
        else notebook("import math\nN = 3\ndef h(x):\n    return x", more, "a = f(1)")
    )
    extract.project({NB: own, "notebooks/b.ipynb": notebook(head, text or more)})
    done = extract.same(NB, "--select", "f", names="a")
    assert "def f" in cells_of(extract.root / "notebooks/b.ipynb")[-1]
    assert "left in notebooks/b.ipynb:cell 2: " + reason in done.out


def test_twins_whose_imports_lead_elsewhere(extract: Extract) -> None:
    """`import tools` is another file in another folder."""
    text = "def f(x):\n    y = x\n    z = tools.N\n    return y + z"
    extract.project(
        {
            "one/nb.ipynb": notebook("import tools", text, "a = f(1)"),
            "one/tools.py": "N = 1\n",
            "two/nb.ipynb": notebook("import tools", text, "a = f(1)"),
            "two/tools.py": "N = 2\n",
        }
    )
    done = extract.same("one/nb.ipynb", names="a", also=("two/nb.ipynb",))
    assert "left in two/nb.ipynb:cell 2: its imports differ" in done.out
    assert "def f" in "".join(cells_of(extract.root / "two/nb.ipynb"))
    assert "one/nb.py (new): the notebook imports from its own folder" in done.out
    assert "from nb import f" in cells_of(extract.root / "one/nb.ipynb")[0]


def test_module_beside_the_notebook_is_not_called_like_a_library(extract: Extract) -> None:
    text = "def f(x):\n    y = x\n    z = tools.N\n    return csv.QUOTE_ALL, y + z"
    extract.project(
        {
            "one/mathy.ipynb": notebook("import tools, csv", text, "a = f(1)"),
            "one/tools.py": "N = 1\n",
            "two/x.py": "import mathy\n",
        }
    )
    extract.same("one/mathy.ipynb", names="a")
    assert (extract.root / "one/mathy_functions.py").exists()


def test_twins_with_state(extract: Extract) -> None:
    text = "def f(x):\n    y = x\n    z = cfg['a']\n    return y * z"
    extract.project(
        {
            NB: notebook("cfg = {'a': 1}", text, "a = f(1)"),
            "notebooks/b.ipynb": notebook("cfg = {'a': 2}\n" + text + "\nb = f(2)"),
            "notebooks/c.ipynb": notebook(text, "list(map(f, []))"),
            "scripts/d.py": f"cfg = {{'a': 3}}\n{text}\nd = f(2)\n",
        }
    )
    done = extract.same(NB, names="a", also=("notebooks/b.ipynb", "scripts/d.py"))
    assert "its twin in notebooks/b.ipynb:cell 1 goes too" in done.out
    assert "left in notebooks/c.ipynb:cell 1: " in done.out
    assert "left in scripts/d.py: it reads the global `cfg` there" in done.out


def test_two_notebooks_that_share_a_name_for_two_things(extract: Extract) -> None:
    other = "def f(x):\n    print('something else')\n    if x:\n        raise ValueError(x)\n    return [x]"
    extract.project({NB: notebook("import math", F, "a = f(1)"), "notebooks/b.ipynb": notebook(other, "a = f(0)")})
    done = extract(NB, "notebooks/b.ipynb", "--apply")
    assert done.code == 0, done.err
    assert values(extract.root, NB, ["a"])["a"] == "2.0"
    assert values(extract.root, "notebooks/b.ipynb", ["a"])["a"] == "[0]"


def test_merged_with_what_the_module_has(extract: Extract) -> None:
    extract.project(
        {
            "lab/__init__.py": "",
            "lab/core.py": f"import math\n\n\n{F}\n",
            NB: notebook("import sys\nsys.path.append('..')\nimport math", F, "a = f(1)"),
        }
    )
    before = (extract.root / "lab/core.py").read_bytes()
    done = extract.same(NB, names="a")
    assert "it has the same definition already" in done.out and "the module has it already" in done.out
    assert (extract.root / "lab/core.py").read_bytes() == before
    assert "from lab.core import f" in cells_of(extract.root / NB)[0]


# --- drifted copies ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [NB, "notebooks/b.ipynb", "scripts/c.py"])
def test_keep(extract: Extract, keep: str) -> None:
    extract.project(
        {
            NB: notebook("import math", F, "a = f(1)"),
            "notebooks/b.ipynb": notebook("import math", F.replace("* 2", "* 8"), "a = f(1)"),
            "scripts/c.py": "import math\n\n\n" + F.replace("* 2", "* 32") + "\n",
            "pyproject.toml": "[project]\nname = 'lab'\nversion = '1'\n",
            "scripts/__init__.py": "",
        }
    )
    done = extract(NB, "--select", "f", "--keep", keep, "--apply")
    assert done.code == 0, done.err
    expected = {NB: "2.0", "notebooks/b.ipynb": "4.0", "scripts/c.py": "8.0"}[keep]
    for path in (NB, "notebooks/b.ipynb"):
        assert values(extract.root, path, ["a"])["a"] == expected
        assert "def f" not in "".join(cells_of(extract.root / path))
    text = (extract.root / "scripts/c.py").read_text()
    assert ("def f" in text) == (keep == "scripts/c.py")


def test_copies_that_are_meant_to_differ_are_left(extract: Extract) -> None:
    other = notebook("import math", F.replace("* 2", "* 8"), "a = f(1)")
    extract.project({NB: notebook("import math", F, "a = f(1)"), "notebooks/b.ipynb": other})
    refused = extract(NB, "--select", "f", "--apply")
    assert refused.code == 2 and "--leave-others" in refused.err
    done = extract.same(NB, "--select", "f", "--leave-others", names="a")
    assert done.code == 0, done.err
    assert "def f" in "".join(cells_of(extract.root / "notebooks/b.ipynb"))


def test_a_twin_with_other_local_names_goes_too(extract: Extract) -> None:
    one = "def g(x):\n    total = 0\n    for item in x:\n        total += item\n    return total"
    two = one.replace("total", "result").replace("item", "value")
    three = two.replace("(x)", "(xs)").replace("in x", "in xs")
    files = {
        NB: notebook(one, "a = g([1])"),
        "notebooks/b.ipynb": notebook(two, "a = g([2])"),
        "notebooks/c.ipynb": notebook(three, "a = g([3])"),
    }
    extract.project(files)
    done = extract.same(NB, "--select", "g", names="a", also=("notebooks/b.ipynb", "notebooks/c.ipynb"))
    assert "def g" not in "".join(cells_of(extract.root / "notebooks/b.ipynb"))
    assert "left in notebooks/c.ipynb:cell 1: its parameters have other names" in done.out


def test_keep_of_a_copy_that_takes_other_arguments(extract: Extract) -> None:
    extract.project(
        {
            NB: notebook("import math", F, "a = f(1)"),
            "notebooks/b.ipynb": notebook("import math", F.replace("(x)", "(x, y=0)", 1), "a = f(1, 2)"),
        }
    )
    done = extract.same(NB, "--select", "f", "--keep", NB, names="a", also=("notebooks/b.ipynb",))
    assert "left in notebooks/b.ipynb:cell 2: its parameters differ" in done.out


# --- the way of the import --------------------------------------------------------------------------------------------

DEF = "def f(x):\n    y = x + 1\n    z = y * 2\n    return z"
SETTINGS = "[project]\nname = 'lab'\nversion = '1'\n"


@pytest.mark.parametrize(
    ("files", "head", "options", "line", "to", "install"),
    [
        pytest.param({}, "import csv", (), "from lab.nb import f", "src/lab/nb.py", True, id="no package"),
        pytest.param({"src/study/__init__.py": "", "pyproject.toml": SETTINGS}, "import csv", (), "from study.nb import f",
                     "src/study/nb.py", True, id="package in src"),
        pytest.param({"study/__init__.py": "", "pyproject.toml": SETTINGS}, "import csv", (), "from study.nb import f",
                     "study/nb.py", True, id="flat package"),
        pytest.param({"study/__init__.py": ""}, "import csv", (), "from study.nb import f", "study/nb.py", True, id="flat package, not installable"),
        pytest.param({"study/__init__.py": "", "study/io.py": "K = 1\n"}, "import sys\nsys.path.append('..')\nfrom study.io import K", ("--to", "study/nb.py"),
                     "from study.nb import f", "study/nb.py", False, id="path edit"),
        pytest.param({"study/__init__.py": "", "study/io.py": "K = 1\n"}, "import sys\nsys.path.insert(0, '../study')\nimport io, csv", ("--to", "study/nb.py"),
                     "from nb import f", "study/nb.py", False, id="path edit into the package"),
        pytest.param({"src/study/__init__.py": "", "src/study/io.py": "K = 1\n"}, "import sys\nsys.path.append('../src')\nimport csv", (),
                     "from study.nb import f", "src/study/nb.py", False, id="path edit to src"),
        pytest.param({"src/study/__init__.py": "", "src/study/nb.py": "K = 1\n"}, "import csv", (),
                     "from study.nb import f", "src/study/nb.py", True, id="a module of that name"),
        pytest.param({"notebooks/tools.py": "K = 1\n"}, "from tools import K", (), "from tools import K, f", "notebooks/tools.py", False,
                     id="module beside the notebook"),
        pytest.param({}, "import csv", ("--to", "notebooks/tools.py"), "from tools import f", "notebooks/tools.py", False, id="new module beside"),
        pytest.param({}, "import csv", ("--to", "src/study/features.py"), "from study.features import f", "src/study/features.py", True, id="new package in src"),
        pytest.param({}, "import csv", ("--to", "src/features.py"), "from features import f", "src/features.py", True, id="new module in src"),
        pytest.param({"study/__init__.py": "", "pyproject.toml": SETTINGS}, "import csv", ("--to", "study/__init__.py"), "from study import f", "study/__init__.py", True, id="the package itself"),
        pytest.param({}, "import csv", ("--to", "study/deep/features.py"), "from study.deep.features import f", "study/deep/features.py", True, id="new flat package"),
    ],
)  # fmt: skip
def test_ways(
    extract: Extract, files: dict[str, str], head: str, options: tuple[str, ...], line: str, to: str, install: bool
) -> None:
    extract.project({NB: notebook(head, DEF, "a = f(1)"), **files})
    done = extract.same(NB, *options, names="a")
    assert line in cells_of(extract.root / NB)[0].splitlines()
    assert "def f" in (extract.root / to).read_text()
    assert ("pip install -e ." in done.out) == install
    if install:  # what is said to be installed can be
        assert (extract.root / "pyproject.toml").exists()
        package = (extract.root / to).parent
        while package.name not in ("src", extract.root.name):
            assert (package / "__init__.py").exists()
            package = package.parent


def test_import_below_the_path_edit(extract: Extract) -> None:
    extract.project(
        {
            "study/__init__.py": "",
            "study/io.py": "K = 1\n",
            NB: notebook(
                "import csv",
                "import sys, os\nsys.path.append(os.path.abspath('..'))",
                "from study.io import K",
                DEF,
                "a = f(K)",
            ),
        }
    )
    extract.same(NB, "--to", "study/core.py", names="a")
    texts = cells_of(extract.root / NB)
    assert "study.core" in "".join(texts[1:]) and "study.core" not in texts[0]


def test_relative_imports_in_a_script(extract: Extract) -> None:
    extract.project(
        {
            "pyproject.toml": SETTINGS,
            "lab/__init__.py": "",
            "lab/io.py": "K = 1\n",
            "lab/run.py": f"from .io import K\n\n\n{DEF}\n\n\ndef run():\n    return f(K)\n",
            NB: notebook("import csv", DEF, "a = f(1)"),
        }
    )
    done = extract.same(NB, "--to", "lab/core.py", names="a")
    assert "its twin in lab/run.py goes too" in done.out
    assert "from .core import f" in (extract.root / "lab/run.py").read_text()


def test_new_package_is_not_called_like_what_is_imported(extract: Extract) -> None:
    extract.root = extract.root.parent / "csv"
    extract.project({NB: notebook("import csv", DEF, "a = f(1)")})
    extract.same(NB, names="a")
    assert not (extract.root / "src" / "csv").exists()


def test_new_module_is_not_called_like_one_of_the_standard_library(extract: Extract) -> None:
    extract.project(
        {"notebooks/01_statistics.ipynb": notebook("import statistics", DEF, "a = f(1)\nb = statistics.mean([a])")}
    )
    extract.same("notebooks/01_statistics.ipynb", names="a b")


def test_module_with_a_main_guard(extract: Extract) -> None:
    theirs = '"""Tools."""\n# -*- mode -*-\nimport csv\n\nK = 1  # k\n\n\ndef main():\n    print(K)\n\n\nif __name__ == "__main__":\n    main()\n'
    extract.project({"notebooks/tools.py": theirs, NB: notebook("from tools import K\nimport math", F + "\na = f(K)")})
    extract.same(NB, names="a")
    text = (extract.root / "notebooks/tools.py").read_text()
    head, _, tail = text.partition("\n\ndef f(x):")
    assert "import math" in head and theirs.startswith('"""Tools."""\n# -*- mode -*-\nimport csv\n')
    assert text.endswith('\n\n\nif __name__ == "__main__":\n    main()\n')
    assert tail.index("if __name__") > 0


def test_empty_target(extract: Extract) -> None:
    extract.project(
        {
            "lab/__init__.py": "",
            "lab/core.py": "",
            NB: notebook("import math", F, "a = f(1)"),
            "pyproject.toml": SETTINGS,
        }
    )
    extract.same(NB, "--to", "lab/core.py", names="a")
    assert module(extract, "lab/core.py").startswith('"""')


@pytest.mark.parametrize(
    "theirs", ["K = 1", "\ufeffK = 1\n", "K = 1\r\nL = 2\r\n", "# -*- coding: latin-1 -*-\nK = 'ä'\n"]
)
def test_encodings_of_the_target(extract: Extract, theirs: str) -> None:
    data = theirs.encode("latin-1" if "latin" in theirs else "utf-8")
    extract.project(
        {
            "lab/__init__.py": "",
            "lab/core.py": data,
            NB: notebook("import math", F, "a = f(1)"),
            "pyproject.toml": SETTINGS,
        }
    )
    extract.same(NB, "--to", "lab/core.py", names="a")
    after = (extract.root / "lab/core.py").read_bytes()
    assert after.startswith(data.split(b"K")[0])
    assert after.count(b"\r\n") == (after.count(b"\n") if "\r" in theirs else 0)


# --- a cell becomes a function ----------------------------------------------------------------------------------------

CELLS = [
    pytest.param(("data = [1, 2]", "import math\n# totals\ntotal = 0\nfor d in data:\n    total += d\ntotal", "b = total * 2"), "total b", id="loop"),
    pytest.param(("data = [1, 2]", "%%time\ntotal = 0\nfor d in data:\n    total += d", "b = total * 2"), "total b", id="under %%time"),
    pytest.param(("data = [1, 2]\ncfg = {'k': 3}", "def h(x):\n    return x * cfg['k']\nmade = [h(d) for d in data]\nkeep = {d for d in made}", "b = made, keep"), "made keep b", id="with a helper"),
    pytest.param(("N = 3\ndata = [1, 2]", "out = []\nfor d in data:\n    if d < N:\n        out.append(d)\nprint(len(out))\nout", "b = out"), "out b", id="constant and print"),
    pytest.param(("data = [1, 2]", "for d in data:\n    print(d)", "b = 1"), "b data", id="prints alone"),
    pytest.param(("data = {}", "for d in range(3):\n    data[d] = d", "b = data"), "b data", id="in place"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "names"), CELLS)
def test_cell(extract: Extract, cells: tuple[str, ...], names: str) -> None:
    extract.project({NB: notebook(("markdown", "# a"), *cells)})
    extract.same(NB, "--cell", "3", "--as", "build", names=names)
    assert "def build(" in module(extract)
    assert "build(" in "".join(cells_of(extract.root / NB))


def test_cell_without_apply(extract: Extract) -> None:
    extract.project({NB: notebook("data = [1]", "t = 0\nfor d in data:\n    t += d", "t")})
    before = everything(extract.root)
    done = extract(NB, "--cell", "2", "--as", "build")
    assert done.code == 0 and "+t = build(data)" in done.out
    assert everything(extract.root) == before
