"""Def-use across cells: what a cell takes and gives, and that a function of its inputs gives the same values.

The last part makes notebooks at random, runs them as they are, and again with one cell made a function by what
`flow_of_cell` says of it. 1,000; 200,000 with `RESCODE_NIGHTLY=1`.
"""

from __future__ import annotations

import os
import textwrap
from random import Random
from typing import Any

import pytest

from rescode_lint.read.notebook import read_notebook
from rescode_lint.semantics import Module, walk
from rescode_lint.semantics.dataflow import Flow, flow_of, flow_of_cell
from rescode_lint.testing import files_of

NIGHTLY = bool(os.environ.get("RESCODE_NIGHTLY"))


def notebook(text: str) -> Module:
    """A notebook, written with `# %%` before each cell."""
    (content,) = files_of({"nb.ipynb": textwrap.dedent(text)})[0].values()
    return walk(read_notebook("nb.ipynb", content.encode()))


def flow(text: str, cell: int = 2) -> Flow:
    """The flow of a cell, the second by default."""
    found = flow_of_cell(notebook(text), cell)
    assert found is not None
    return found


def obstacles(text: str, cell: int = 2) -> set[tuple[str, str]]:
    """What stands in the way, as (kind, name)."""
    return {(obstacle.kind, obstacle.name) for obstacle in flow(text, cell).obstacles}


# --- inputs, outputs, needs -------------------------------------------------------------------------------------------


def test_feature_cell() -> None:
    found = flow(
        """
        # %%
        import numpy as np
        from lab import clean
        table = read()
        stations = [1, 2]
        # %%
        rows = []
        for station in stations:
            part = clean(table[table.station == station])
            if len(part) > 3:
                rows.append(np.mean(part))
        result = np.array(rows)
        # %%
        print(result)
        """
    )
    assert found.inputs == ("stations", "table")
    assert found.needs == ("clean", "np")
    assert found.outputs == found.rebound == ("result",)
    assert found.mutated == found.defines == found.unknown == ()
    assert found.obstacles == ()
    assert found.bound == ("rows", "station", "part", "result")


@pytest.mark.parametrize(
    "statement",
    [
        "df['a'] = 1",
        "df.loc[0, 'a'] = 1",
        "df.a = 1",
        "df.values[0] += 1",
        "del df['a']",
        "df.drop('a', inplace=True)",
        "df.append(1)",
        "df.parts[0].extend(rows)",
        "setattr(df, 'a', 1)",
        "np.random.shuffle(df)",
        "np.add(1, 2, out=df)",
        "for df['a'] in (1, 2): pass",
    ],
)
def test_changed_in_place(statement: str) -> None:
    found = flow(f"# %%\nimport numpy as np\ndf = rows = load()\n# %%\n{statement}\n# %%\ndf")
    assert found.mutated == ("df",)
    assert found.outputs == ("df",)
    assert found.rebound == ()


@pytest.mark.parametrize(
    "statement", ["df.head()", "print(df)", "df.copy().pop()", "x = df['a']", "df == 1", "df.to_csv('x')"]
)
def test_left_as_it_was(statement: str) -> None:
    assert flow(f"# %%\ndf = load()\n# %%\n{statement}\n# %%\ndf").mutated == ()


@pytest.mark.parametrize(
    ("code", "inputs", "outputs"),
    [
        ("x += 1", ("x",), ("x",)),
        ("x = x + 1", ("x",), ("x",)),
        ("x = 1\nx += y", ("y",), ("x",)),
        ("z = [x for x in y if x]", ("y",), ("z",)),
        ("z = [x for x in x]", ("x",), ("z",)),
        ("z = [w for v in y for w in v]", ("y",), ("z",)),
        ("z = {x: y for x in range(3)}", ("y",), ("z",)),
        ("z = [(x := v) for v in range(y)]", ("y", "x"), ("x", "z")),
        ("if (z := y) > 1: print(z)", ("y",), ("z",)),
        ("for x in range(3): z = x", (), ("x", "z")),
        ("with y as x: z = x", ("y",), ("x", "z")),
        ("try:\n    x = 1\nexcept Error as y:\n    x = y", (), ("x",)),
        ("x, (y, *z) = 1, (2, 3)", (), ("x", "y", "z")),
        ("import os\nz = os.sep + x", ("x",), ("z",)),
        ("def g(x): return x + y\nz = g(1)", ("y",), ("z",)),
        ("z = (lambda x: x + y)(1)", ("y",), ("z",)),
        ("def g():\n    y = 1\n    return y\nz = g()", (), ("z",)),
        ("class A:\n    x = y\nz = A()", ("y",), ("z",)),
        ("z = data.query('a > @y')", ("data", "y"), ("z",)),
        ("if y:\n    x = 1", ("y", "x"), ("x",)),
        ("if y:\n    x = 1\nelse:\n    x = 2", ("y",), ("x",)),
        ("while True:\n    x = 1\n    break", ("x",), ("x",)),
        ("for _ in range(y):\n    x = 1\n    z = x", ("y", "x", "z"), ("x", "z")),
        ("match y:\n    case [x, *z]: pass\n    case _: x = z = 0", ("y",), ("x", "z")),
        ("x: int = y", ("y",), ("x",)),
        ("x[y] = z = 1", ("x", "y"), ("z", "x")),
        ("temp = y\ndel temp", ("y",), ()),
        ("print(f'{x!r:>{y}}')", ("x", "y"), ()),
        ("z = lambda v=x: v", ("x",), ("z",)),
        ("assert x, y", ("x", "y"), ()),
    ],
)
def test_inputs_and_outputs(code: str, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
    above = "x = y = z = 1\ndata = load()\nfrom lab import Error\ndef load(): ..."
    found = flow(f"# %%\n{above}\n# %%\n{code}\n# %%\nprint(x, y, z, data)")
    assert (found.inputs, found.outputs) == (inputs, outputs)
    assert found.obstacles == ()


@pytest.mark.parametrize(
    ("below", "is_output"),
    [
        ("print(x)", True),
        ("x = 2", False),
        ("x = 2\nprint(x)", False),
        ("if flag: x = 2\nprint(x)", True),
        ("for x in range(3): print(x)", False),
        ("x += 1", True),
        ("x[0] = 1", True),
        ("x.a = 1", True),
        ("del x", True),
        ("def g(): return x", True),
        ("def g(x): return x", False),
        ("!echo {x}", True),
        ("%timeit f(x)", True),
        ("print x", True),  # a cell that does not parse
        ("[x for x in range(3)]", False),
        ("y = lambda: x", True),
        ("f'{x}'", True),
        ("t.query('a > @x')", True),
    ],
)
def test_read_below(below: str, is_output: bool) -> None:
    assert ("x" in flow(f"# %%\nflag = t = f = 1\n# %%\nx = make = 1\n# %%\n{below}").outputs) is is_output


def test_read_by_a_function_above_that_is_called_below() -> None:
    above = "# %%\ndef report(): print(x)\n# %%\nx = 1\n# %%\n"
    assert flow(f"{above}report()").outputs == ("x",)
    assert flow(f"{above}pass").outputs == ()


def test_a_stretch_of_statements() -> None:
    file = notebook("# %%\nimport os\na = 1\nb = a\nc = b + a\nprint(c)")
    found = flow_of(file, file.body[2:4])
    assert (found.inputs, found.outputs, found.shown) == (("a",), ("c",), None)
    assert flow_of_cell(file, 1) is not None
    assert flow_of_cell(file, 2) is None
    assert flow_of(file, file.body).shown is file.body[-1]


def test_definitions_and_imports_stay_apart() -> None:
    found = flow("# %%\nx = 1\n# %%\nimport os\ndef g(): ...\ny = g()\n# %%\nos, g, y")
    assert (found.defines, found.outputs) == (("os", "g"), ("y",))


def test_names_that_a_star_import_may_bind() -> None:
    found = flow("# %%\nfrom lab import *\nx = 1\n# %%\ny = scale(x)\n# %%\ny")
    assert (found.unknown, found.inputs, found.obstacles) == (("scale",), ("x",), ())


# --- what stands in the way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "name"),
    [
        ("global x", "global", "x"),
        ("def g():\n    global x\n    x = 2\ng()", "global", "x"),
        ("del x", "delete", "x"),
        ("if x: del y", "delete", "y"),
        ("await x", "await", ""),
        ("async with x: pass", "await", ""),
        ("z = [v async for v in x]", "await", ""),
        ("yield x", "return", ""),
        ("from lab import *", "star", ""),
        ("exec('z = 1')", "dynamic", "exec"),
        ("z = locals()['x']", "dynamic", "locals"),
        ("z = eval('x')", "dynamic", "eval"),
        ("get_ipython().system('ls')", "dynamic", "get_ipython"),
        ("z = 1\n!ls", "magic", ""),
        ("%%bash\nls", "magic", ""),
        ("z = !ls", "magic", ""),
        ("%timeit z = x", "magic", ""),
        ("if x: new = 1", "maybe-unbound", "new"),
        ("try:\n    new = 1\nexcept Error:\n    print('no')", "maybe-unbound", "new"),
        ("while x: new = 1", "maybe-unbound", "new"),
        ("z = nowhere + 1", "missing", "nowhere"),
        ("z = below + 1", "missing", "below"),
        ("z = Out[3]", "history", "Out"),
        ("sum = sum(x)", "shadowed", "sum"),
        ("class A:\n    x = x", "class-body", "x"),
        ("y = reader()", "hidden-read", "y"),
        ("z = outer()\ny = 3", "hidden-read", "y"),
        ("z = Box().get()\ny = 3", "hidden-read", "y"),
        ("writer()\nz = x", "hidden-write", "x"),
        ("z = lambda: changed", "closure", "changed"),
        ("def late(): return changed", "closure", "changed"),
        ("np.zeros(3)\nimport numpy as np", "import", "np"),
    ],
)
def test_obstacles(code: str, kind: str, name: str) -> None:
    text = f"""# %%
import numpy as np
from lab import Error
x = y = z = changed = 1
def reader(): return y
def outer(): return reader()
def writer():
    global x
    x = 2
class Box:
    def get(self): return y
# %%
{code}
# %%
changed = 2
below = 3
print(x, y, z, new, late)
"""
    if code.startswith("%%"):
        text = text.replace("\n%%bash", "\n%%bash")
        assert flow_of_cell(notebook(text), 2) is None
        return
    assert (kind, name) in obstacles(text)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("del x", "`del x` deletes what another cell made"),
        ("for v in x:\n    part = v\ndel part", "`del part` comes where `part` is bound on some paths only"),
        ("if x: del gone", "`del gone` deletes what no cell above binds"),
    ],
)
def test_a_deletion_says_whose_name_it_is(cell: str, why: str) -> None:
    flow = flow_of_cell(notebook(f"# %%\nx = [1]\n# %%\n{cell}\n"), 2)
    assert flow is not None
    assert why in [obstacle.why for obstacle in flow.obstacles]


def test_loops_are_taken_to_turn_where_the_cell_below_would_fail_anyway() -> None:
    assert obstacles("# %%\nx = [1]\n# %%\nfor v in x: last = v\n# %%\nprint(last)") == set()
    assert obstacles("# %%\nx = [1]\n# %%\nfor v in x: last = v\n# %%\nif x: print(last)") == {
        ("maybe-unbound", "last")
    }


def test_an_input_that_is_bound_on_some_paths() -> None:
    above = "# %%\nflag = 0\nif flag: x = 1\n# %%\n"
    assert obstacles(f"{above}z = x") == set()
    assert obstacles(f"{above}if flag: z = x") == {("maybe-unbound", "x")}


# --- by execution -----------------------------------------------------------------------------------------------------


class Writer:
    """Writes code in which every name is a list of numbers, from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def name(self) -> str:
        return self.random.choice("abcd")

    def expression(self, depth: int = 2) -> str:
        one = self.expression(depth - 1) if depth else self.random.choice([self.name(), "[2]", "[0, 1]"])
        other = self.expression(depth - 1) if depth else self.name()
        inner, parameter, plain = self.name(), self.name(), self.name()  # no walrus in what a comprehension goes over
        return self.random.choice(
            [
                one,
                one,
                one,
                f"({one} + {other})[:5]",
                f"[{inner} + 1 for {inner} in {plain}]",
                f"[v for v in {plain} if v in {other}]",
                f"({one} if {other} else [7])",
                f"({one} or {other})",
                f"({inner} := {one})",
                f"[({inner} := [v])[0] for v in {plain}]",
                f"(lambda {parameter}: {parameter} + {inner})({one})[:5]",
                f"sorted({one}, key=lambda v: (v in {plain}, v))",
                f"list(v for v in {plain})",
            ]
        )

    def statement(self, depth: int = 2) -> str:
        one, other, target, second = self.expression(), self.expression(), self.name(), self.name()
        simple = [
            f"{target} = {one}",
            f"{target} = {one}",
            f"{target} += {one}",
            f"{target}.append(len({one}))",
            f"{target}[:1] = {one}[:1]",
            f"{target}, {second} = {one}, {other}",
            f"{target}: list = {one}",
            f"show({one})",
            f"del {target}",
            f"{target} = mine = {one}",
            f"show(g_{target}())",
            f"{target} = g_{second}()",
        ]
        if depth == 0 or self.random.random() < 0.5:
            return self.random.choice(simple)
        body, more = (textwrap.indent(self.block(depth - 1), "    ") for _ in range(2))
        return self.random.choice(
            [
                f"if {one}:\n{body}",
                f"if {one}:\n{body}\nelse:\n{more}",
                f"for {target} in [{one}, {other}]:\n{body}",
                f"for {target} in ({one},)[:len({other})]:\n    if {other}: break\n{body}\nelse:\n{more}",
                f"for _n in {one}[:2]:\n    if {other}: continue\n{body}",
                f"while show({one}) and len(log) % 3:\n{body}",
                f"try:\n{body}\nexcept (IndexError, ValueError) as {target}:\n{more}",
                f"try:\n{body}\n    raise ValueError\nexcept ValueError:\n{more}",
                f"try:\n{body}\nfinally:\n{more}",
                f"with Quiet({one}) as {target}:\n{body}",
                f"def g_{target}({second}=[1]):\n    {self.name()} = {one}\n    return {other}",
                f"def g_{target}():\n    return {one}",
                f"def g_{target}():\n    global {second}\n    {second} = {one}\n    return {second}",
                f"{target} = (lambda f: f())(lambda: {second})",
                f"class K_{target}:\n    {second} = {one}\n{target} = K_{target}.{second}",
                f"match {one}:\n    case [{target}, *{second}]:\n        {target} = [{target}]\n    case _:\n        {target} = {other}",
            ]
        )

    def block(self, depth: int = 1) -> str:
        return "\n".join(self.statement(depth) for _ in range(self.random.randint(1, 3)))


class Quiet:
    def __init__(self, value: list[int]) -> None:
        self.value = value

    def __enter__(self) -> list[int]:
        return self.value

    def __exit__(self, *arguments: object) -> None:
        return None


def execute(cells: list[str]) -> tuple[list[Any] | None, str]:
    """What the cells show, one after the other; None if one fails or does not end."""
    log: list[Any] = []

    def show(value: Any) -> Any:
        if len(log) > 200:
            raise KeyboardInterrupt
        log.append(repr(value))
        return value

    namespace: dict[str, Any] = {"show": show, "log": log, "Quiet": Quiet}
    for cell in cells:
        try:
            exec(compile(cell, "cell", "exec"), namespace)
        except (Exception, KeyboardInterrupt) as error:
            return None, f"{type(error).__name__}: {error}"
    return log, ""


def as_function(cell: str, found: Flow) -> str:
    """The cell made a function, as an extraction would."""
    body = textwrap.indent(cell, "    ")
    returned = ", ".join(found.rebound)
    call = f"_made({', '.join(found.inputs)})"
    return f"def _made({', '.join(found.inputs)}):\n{body}\n    return ({returned}{',' if returned else ''})\n" + (
        f"({returned},) = {call}" if returned else call
    )


def notebook_of(seed: int) -> tuple[list[str], int]:
    """The cells of a notebook that is made at random, and which of them to make a function of."""
    writer = Writer(seed)
    above, below = ([writer.block() for _ in range(writer.random.randint(0, 2))] for _ in range(2))
    if seed % 2:
        start = "a = b = c = []\nd = [1]\ndef g_a(): return [2]\ndef g_b(): return a\ng_c = g_d = list"
        return [start, *above, writer.block(2), *below, "show([a, b, c, d, g_b()])"], 1 + len(above)
    return [
        "a = [1, 2]\nb = [3]\ng_a = g_b = g_c = g_d = list\nif g_a(): c = 1\nelse: d = [3]",
        *above,
        writer.block(2),
        *below,
        f"show({writer.name()})",
    ], 1 + len(above)


@pytest.mark.parametrize("batch", range(10))
def test_as_a_function_it_gives_the_same_values(batch: int) -> None:
    """Where nothing stands in the way, the cell as a function of its inputs shows and leaves what the cell does."""
    number = 20_000 if NIGHTLY else 100
    compared = 0
    for seed in range(batch * number, (batch + 1) * number):
        cells, at = notebook_of(seed)
        before, _ = execute(cells)
        if before is None:
            continue
        text = "\n".join(f"# %%\n{text}" for text in ["from lab import show, log, Quiet", *cells])
        found = flow_of_cell(notebook(text), at + 2)
        assert found is not None
        if found.obstacles or found.defines:
            continue
        changed = [*cells]
        changed[at] = as_function(cells[at], found)
        after, why = execute(changed)
        assert after == before, f"seed {seed}: {why}\n" + "\n# %%\n".join(changed)
        compared += 1
    assert compared > number / 20  # or the notebooks tell nothing
