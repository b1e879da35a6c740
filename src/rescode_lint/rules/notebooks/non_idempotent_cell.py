from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import NamedTuple

from rescode_lint.facts.idempotence import ALONGSIDE, CHANGING, FLIPPING, FUNCTIONS, SETTLED, Again
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related
from rescode_lint.project import Project
from rescode_lint.project.lectures import is_wordy, lectures_of
from rescode_lint.project.put_away import is_passing
from rescode_lint.rule import Bad, NotebookRule
from rescode_lint.semantics import Module, Use

_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "adds it once more",
    ast.Sub: "subtracts it once more",
    ast.Mult: "multiplies once more",
    ast.Div: "divides once more",
    ast.FloorDiv: "divides once more",
    ast.Pow: "takes the power once more",
}
_NEUTRAL = {ast.Add: (0,), ast.Sub: (0,), ast.Mult: (1, 0), ast.Div: (1,), ast.FloorDiv: (1,), ast.Pow: (1,)}
#: Operands that make a product, a sum and the like the same again: masks and choices.
_MASK = lazy(r"mask|valid|select|keep|flag|(?:^|_)(?:is|has|in)_|where|bool|indicator|eye|theme|geom_|layer|widget")
#: Functions that leave what they get as it is, as far as a second run is concerned.
_WRAPPING = frozenset(
    {"list", "float", "int", "numpy.array", "numpy.asarray", "pandas.DataFrame", "pandas.Series", "numpy.float32"}
)
#: Libraries whose objects are put together with `+` or say something else with a method of that name.
_OTHER_PLUS = frozenset({"plotnine", "altair", "holoviews", "hvplot", "ggplot", "lets_plot", "pulp", "pyomo", "z3"})
#: Calls of a training loop, which goes on from where it was on purpose.
_TRAINING = ("backward", "step", "fit", "train_on_batch", "zero_grad", "train_step", "minimize", "partial_fit", "learn")
#: Methods that are called for what they show.
_LOOKING = frozenset(
    "head tail info describe plot hist boxplot print show to_csv to_excel to_parquet to_pickle save append extend".split()
)
#: What says by which columns tables are merged. Without it, by all that both have: and these are all, the second time.
_KEYS = frozenset({"on", "left_on", "right_on", "left_index", "right_index"})
_TABLES = frozenset({"pandas", "dask", "modin", "cudf", "geopandas", "polars", "koalas", "databricks"})
#: Methods that only tables have: without pandas, `x.merge(y)` is something else.
_OF_TABLES = frozenset(CHANGING) - {"transpose", "unsqueeze", "cumsum"}
_SUFFIXES = {
    "drop": "reduced",
    "merge": "merged",
    "join": "joined",
    "append": "all",
    "concat": "all",
    "concatenate": "all",
    "reset_index": "flat",
    "set_index": "indexed",
    "map": "code",
    "shift": "shifted",
    "diff": "diff",
    "cumsum": "cumulative",
    "log": "log",
    "log1p": "log",
    "log2": "log",
    "log10": "log",
    "sqrt": "root",
    "expand_dims": "batch",
    "unsqueeze": "batch",
    "slice": "trimmed",
    "scale": "scaled",
}


#: Places that a note for the whole project shows besides its own.
_SHOWN = 5
#: The end of a second name for the original.
_RAW = "raw"
#: So many cells below may have to read a new name; with more of them it is no help.
_READERS = 3
#: Methods that show a table, and attributes that are all of it.
_LOOKS = frozenset({"head", "tail", "info", "describe"})
_WHOLE = frozenset({"values", "loc", "iloc", "T", "to_numpy", "apply", "plot"})
#: Operations whose second run hangs on which columns and rows are there.
_JOINING = frozenset({"drop", "merge", "join", "concat", "append", "insert"})
_LABELS = frozenset({"columns", "index", "keys", "var_names", "obs_names"})
#: Changes that say less than others in the same chain.
_PLAIN = frozenset({"scale", "sum", "slice"})
_CELL = lazy(r"\bcells? \d+(?:, \d+)*(?: and \d+)?")
_FRESH = frozenset({ast.Constant, ast.Name, ast.ListComp, ast.Dict, ast.List, ast.Lambda})
_DEFINING = (ast.alias, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: Statements that may change what an earlier cell has set, and nodes that may set something.
_STATEMENTS = frozenset({ast.Assign, ast.AugAssign, ast.Expr, ast.Delete, ast.For})
_SETTING = frozenset(
    {ast.Assign, ast.For, ast.comprehension, ast.AnnAssign, ast.withitem, ast.NamedExpr, ast.Call, ast.Expr, ast.Global}
)


class _Change(NamedTuple):
    """An operation that is not the same when it is done twice."""

    again: Again
    #: What it is: "drop", "concat", "scale"; for the name of the result.
    what: str


class _Repeat(NamedTuple):
    """A statement that must not run twice."""

    node: ast.stmt
    #: `df`, `df["price"]`.
    thing: str
    root: str
    change: _Change
    #: The better code, "" where there is none in one line.
    better: str = ""
    #: The same, made from another name for the original: `df = df_raw.T`.
    begun: str = ""


class NonIdempotentCell(NotebookRule):
    """A cell is run more than once: to look again, after a correction, by mistake. If it takes a table from another cell and
    puts its result back under the same name, each run starts from what the last one left: prices are divided by 100 twice,
    rows are there twice, and the figure below depends on how often somebody pressed Shift-Enter. Nothing in the saved
    notebook tells.

    Named are changes that are known to differ the second time, made to what an earlier cell has set: arithmetic, dropping
    a column by name, setting or resetting the index, merging and concatenating a table with itself, shifting, logarithms,
    mapping by a dictionary, and lists and sums that are continued from another cell. What gives the same again
    (`dropna`, `fillna`, `astype`, `sort_values`, `rename`, ...) is left alone, and so is every unknown function. Changes
    whose second run fails at once (a column that is gone) spoil nothing: they are one note for the whole project.
    """

    code = "RSC107"
    name = "non-idempotent-cell"
    summary = "a cell that changes its result each time it is run"
    advice = "Bind the result to a new name, or make the change in the cell that sets the original."
    how_to_fix = (
        "Give the result a name of its own (`prices = raw / 100`), so that the cell starts from the same value whenever it "
        "is run. Or put the step into the cell that loads the data. A list is emptied in the cell that fills it."
    )
    limits = (
        "Only statements at the top level of a cell are judged (and what loops there append or sum up), only operations that are "
        "surely different the second time, and only where the cell does not set the name or the column itself. "
        "Cells with training loops, lectures and tutorials are left alone."
    )
    confidence = "medium"
    merge_above = 3

    VALID = (
        # A new name: each run starts from the same table.
        "# %%\nimport pandas as pd\nraw = pd.read_csv('a.csv')\n# %%\ntable = raw.drop(columns='id')",
        # The cell sets what it changes.
        "# %%\nimport pandas as pd\n# %%\ndf = pd.read_csv('a.csv')\ndf = df.drop(columns='id')\ndf['p'] = df['p'] / 100",
        "# %%\nimport pandas as pd\nraw = pd.read_csv('a.csv')\ndf = 0\n# %%\ndf = raw.copy()\ndf['p'] /= 100",
        # The same again, however often.
        "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf = df.dropna().drop_duplicates()\n"
        "df['name'] = df['name'].str.strip().str.lower()\ndf = df.reset_index(drop=True)\ndf['n'] = df['n'].astype(int)",
        "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf = df.drop(columns='id', errors='ignore')",
        "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf = df.drop(df[df.age > 99].index)",
        # The second run normalises what is normal already.
        "# %%\nimport numpy as np\nx = np.loadtxt('a.txt')\n# %%\nx = x - x.mean()\nx = x / np.linalg.norm(x)",
        "# %%\nimport numpy as np\nx = np.loadtxt('a.txt')\n# %%\nmean = x.mean(axis=0)\nx = x - mean",
        # The column that is dropped is made in the same cell, before or after.
        "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf['tmp'] = df.a.rank()\ndf['b'] = df.tmp.max()\n"
        "df = df.drop(columns='tmp')",
        "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf = df.reset_index()\ndf = df.rename(columns={'index': 'day'})\n"
        "df = df.set_index('day')",
        # Counters and lists that begin here, and training that goes on.
        "# %%\nrows = [1, 2]\n# %%\ntotal = 0\nfound = []\nfor row in rows:\n    total += row\n    found.append(row)",
        "# %%\nlosses = []\n# %%\nfor batch in loader:\n    loss = net(batch)\n    loss.backward()\n    losses.append(loss.item())",
        # A mask is applied twice without harm.
        "# %%\nimage = load()\nmask = image > 3\n# %%\nimage = image * mask",
        # It takes what is not there yet.
        "# %%\nimport pandas as pd\ndf, new = pd.read_csv('a.csv'), pd.read_csv('b.csv')\n# %%\n"
        "more = [c for c in new.columns if c not in df.columns]\ndf = pd.concat([df, new[more]], axis=1)",
        # Guarded.
        "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\nif 'id' in df:\n    df = df.drop(columns='id')",
        # In a function each call has its own.
        "# %%\nx = 1\n# %%\ndef scale(x):\n    x = x / 100\n    return x",
        # True is 1: the mapping gives the same again.
        "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf['won'] = df['won'].map({True: 1, False: 0})",
    )
    INVALID = (
        Bad(
            "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf = df.drop(columns='id')\n^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`df`",
            "table = df.drop(columns='id')",
        ),
        Bad(
            "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf['p'] = df['p'] / 100\n^^^^^^^^^^^^^^^^^^^^^^^",
            "divides once more",
            "df['p_share'] = df['p'] / 100",
        ),
        Bad(
            "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf.drop('id', axis=1, inplace=True)\n"
            "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "raises a `KeyError`",
            "table = df.drop('id', axis=1)",
        ),
        Bad("# %%\nyear = 2019\n# %%\nyear += 1\n^^^^^^^^^\nprint(year)", "`year`", "next_year = year + 1"),
        Bad(
            "# %%\nimport numpy as np\nx = np.loadtxt('a.txt')\n# %%\nx = np.log(x + 1)\n^^^^^^^^^^^^^^^^^",
            "logarithm of the logarithm",
            "log_x = np.log(x + 1)",
        ),
        Bad(
            "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\nnew = pd.read_csv('b.csv')\n# %%\n"
            "df = pd.concat([df, new])\n^^^^^^^^^^^^^^^^^^^^^^^^^\n# %%\ndf['sex'] = df['sex'].map({'m': 0, 'f': 1})\n"
            "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "the second run concatenates once more",
        ),
        Bad(
            "# %%\nscores = []\n# %%\nfor run in [1, 2, 3]:\n    scores.append(run * 2)\n    ^^^^^^^^^^^^^^^^^^^^^^",
            "`scores`",
            "scores = []\nfor run in [1, 2, 3]:\n    scores.append(run * 2)",
        ),
        Bad("# %%\nx = load()\n# %%\nx = x[1:]\n^^^^^^^^^", "cuts", "tail = x[1:]"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for each cell that must not run twice; of a list that grows, one."""
        if is_wordy(file.source.prose, sum(1 for cell in file.cells if any(cell.lines))):
            return
        known: dict[str, int] = {}
        binds = [use for use in file.flow if use.kind == "bind"]
        lines: dict[str, list[int]] = {}
        for use in binds:
            lines.setdefault(use.name, []).append(use.line)
        at, said = 0, set[str]()
        tables = any(i.module.partition(".")[0] in _TABLES for i in file.imports)
        for cell, body in file.cell_bodies():
            while at < len(binds) and binds[at].line < cell.first:
                if isinstance(binds[at].node, _DEFINING):
                    known.pop(binds[at].name, None)
                else:
                    known[binds[at].name] = binds[at].line
                at += 1
            if not known or cell.isolated or any(magic.kind == "cell" for magic in cell.magics):
                continue
            repeats = list(_Cell(file, body, known, tables, lines).repeats())
            repeats = [repeat for repeat in repeats if repeat.better != "list" or repeat.root not in said]
            said.update(repeat.root for repeat in repeats if repeat.better == "list")
            if repeats:
                yield self._judge(repeats, file, known)

    def _judge(self, repeats: list[_Repeat], file: Module, known: dict[str, int]) -> Finding:
        """One finding for a cell."""
        first, *others = repeats
        loud = first.change.again.is_loud
        if not loud:  # what stands below a change that fails is not reached
            others = list(takewhile(lambda repeat: not repeat.change.again.is_loud, others))
        line, made = _set_at(first, file, known)
        setter = file.source.cell_at(line)
        where = f"cell {setter.position}" if setter else "another cell"
        thing = f"`{first.thing}`"
        if first.better == "list":
            message = f"{thing} goes on from where the last run left it: {where} sets it, and the second run {first.change.again.effect}"
            advice = f"Set {thing} at the top of this cell, so that each run begins anew."
            if _grows_elsewhere(file, first):
                item = _item(first, file)
                advice = (
                    f"Make {thing} a dictionary, and let each cell set its own key, `{first.thing}[...] = {item}`: a second "
                    "run then replaces what the first has set."
                    if item
                    else f"Set {thing} in the cell that fills it, and fill it in one cell, so that each run begins anew."
                )
        else:
            message = f"{thing} is overwritten with its own change: the second run {first.change.again.effect}"
            advice = _advice(first, file, line, where, made)
        names = [f"`{name}`" for name in dict.fromkeys(repeat.thing for repeat in others) if name != first.thing]
        if names:
            message += f"; the same goes for {', '.join(names[:3])}" + (
                f" and {len(names) - 3} more" if names[3:] else ""
            )
        related = tuple(
            Related(file.path, span.cell, span.line, f"`{repeat.thing}`: the second run {repeat.change.again.effect}")
            for repeat in others
            for span in (file.span(repeat.node),)
        )
        return self.finding(
            file.span(first.node),
            message,
            advice=advice,
            related=related,
            group="" if loud else "cells",
            severity="note" if loud else None,
        )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the notebook, which names what is changed."""
        first = findings[0]
        names = list(dict.fromkeys(finding.message.split("`")[1] for finding in findings))
        shown = ", ".join(f"`{name}`" for name in names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        return first._replace(
            message=f"{len(findings)} cells of this notebook change what they start from, so its result depends on how "
            f"often each was run: {shown}; here, {first.message}",
            related=first.related
            + tuple(
                place
                for f in findings[1:]
                for place in (Related(f.path, f.span.cell, f.span.line, f.message), *f.related)
            ),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """None in lectures, where a cell shows one step to a reader; one note for all cells that fail the second time."""
        if not findings:
            return findings
        lectures = lectures_of(project.notebooks)
        kept: dict[tuple[str, ...], Finding] = {}
        loud: list[Finding] = []
        for finding in sorted(findings, key=lambda f: (f.path.count("/"), f.path, f.span.cell or 0)):
            if finding.path in lectures or is_passing(finding.path):
                continue
            if finding.severity == "note":
                loud.append(finding)
                continue
            same = _pasted(finding)
            if same in kept:
                where = "in this" if finding.path == kept[same].path else "in another"
                place = Related(finding.path, finding.span.cell, finding.span.line, f"the same {where} notebook")
                finding = kept[same]._replace(related=(*kept[same].related, place))
            kept[same] = finding
        return [*kept.values(), *_one_note(loud)]


def _one_note(findings: list[Finding]) -> list[Finding]:
    """One finding for all cells of the project whose second run fails: nothing is spoilt by it."""
    if len(findings) < 2:
        return findings
    first, *others = findings
    books = len({finding.path for finding in findings})
    where = f"of {books} notebooks" if books > 1 else "of this notebook"
    places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others[:_SHOWN])
    return [
        first._replace(
            message=f"{first.message} ({len(others)} more cell{'s' if len(others) > 1 else ''} {where} cannot be run twice either)",
            related=first.related + places,
        )
    ]


def _pasted(finding: Finding) -> tuple[str, ...]:
    """The same for findings about a cell that stands in several notebooks, as far as its statement is shown."""
    text = _CELL.sub("", f"{finding.message}\n{finding.advice}")
    if " = " in finding.advice and "= ..." not in finding.advice and not finding.message[:1].isdigit():
        return (text,)
    return text, finding.path, str(finding.span)


def _set_at(repeat: _Repeat, file: Module, known: dict[str, int]) -> tuple[int, str]:
    """The line above that sets what is changed, and what it sets: `adata.obs`, else `adata`."""
    line, made = known[repeat.root], repeat.root
    for statement in file.body if repeat.thing != repeat.root else ():
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        between = line < statement.lineno < repeat.node.lineno
        if between and repeat.thing in [_quoted(ast.unparse(target)) for target in targets]:
            line, made = statement.lineno, repeat.thing
    return line, made


def _advice(repeat: _Repeat, file: Module, line: int, where: str, made: str) -> str:
    """What can be done about a change, word by word, without breaking what stands between or below.

    Args:
        repeat: the change.
        file: the notebook.
        line: the line above that sets what is changed.
        where: its cell, in words.
        made: what it sets.
    """
    begin, end = repeat.node.lineno, repeat.node.end_lineno or repeat.node.lineno
    setter = next((s for s in file.body if s.lineno <= line <= (s.end_lineno or s.lineno)), None)
    after = (setter.end_lineno or line) if setter else line
    words = {n.id for n in ast.walk(repeat.node) if isinstance(n, ast.Name)}
    between = [use for use in file.flow if after < use.line < begin]
    is_read = any(use.name == repeat.root and _concerns(repeat, use, file) for use in between)
    needs = any(use.kind == "bind" and use.name in words for use in between)
    own = file.source.cell_at(begin)
    ways = []
    below = _below(repeat, file, end)
    if repeat.better and below is not None and len(below) <= _READERS:
        ways.append(f"bind the result to a new name, `{repeat.better}`")
        if below:
            new = _quoted(repeat.better.partition(" = ")[0])
            cells = [str(cell) for cell in below if own is None or cell != own.position]
            places = ["below in this cell"] if len(cells) < len(below) else []
            if cells:
                some = " and ".join(filter(None, (", ".join(cells[:-1]), cells[-1])))
                places.append(f"in cell{'s' if len(cells) > 1 else ''} {some}")
            ways[-1] += f", and read `{new}` {' and '.join(places)}"
    if repeat.change.again.safe:
        ways.append(repeat.change.again.safe)
    if not is_read and not needs:
        ways.append(f"do it in {where}, which sets `{made}`")
    above = own is not None and any(own.first <= use.line for use in between if use.name == repeat.root)
    raw = f"{repeat.root}_{_RAW}"
    if not ways and repeat.begun and isinstance(setter, ast.Assign) and not above and raw not in file.scope.bindings:
        ways.append(
            f"give the original a second name where {where} sets it, `{raw} = {repeat.root}`, and begin from that here, "
            f"`{repeat.begun}`"
        )
    if not ways:
        ways.append(f"keep the original under a name of its own in {where}, and compute from that here")
    if len(ways) > 1:
        ways[-1] = f"or {ways[-1]}"
    advice = ", ".join(ways)
    return f"{advice[0].upper()}{advice[1:]}."


def _below(repeat: _Repeat, file: Module, line: int) -> list[int] | None:
    """The cells below a line that read what is changed, until it is set anew; None where nobody knows which read it."""
    cells: list[int] = []
    for use in file.flow:
        if use.name != repeat.root or (use.line <= line and use.kind != "later"):
            continue
        if use.kind == "bind":
            break
        if not _concerns(repeat, use, file):
            continue
        if repeat.thing != repeat.root and not _names_column(repeat, use, file):
            return None
        cell = file.source.cell_at(use.line)
        if cell is not None and cell.position not in cells:
            cells.append(cell.position)
    return cells


def _concerns(repeat: _Repeat, use: Use, file: Module) -> bool:
    """Whether a use of a table reads the column that is changed, or may; of anything else, every use."""
    column = _column(repeat)
    if column is None or not isinstance(use.node, ast.expr):
        return use.kind != "bind"
    match file.parents(use.node)[:2]:
        case [ast.Subscript(value=value, slice=ast.Constant(value=str(other))), *_] if value is use.node:
            return other == column
        case [ast.Subscript(value=value, slice=ast.List(elts=elements)), *_] if value is use.node:
            return any(not isinstance(e, ast.Constant) or e.value == column for e in elements)
        case [ast.Attribute(attr=attr), ast.Call(args=[], keywords=[])]:
            return attr not in _LOOKS
        case [ast.Attribute(attr=attr), *_]:
            return attr == column or attr in _WHOLE
    return use.kind != "bind"


def _names_column(repeat: _Repeat, use: Use, file: Module) -> bool:
    """Whether a use of a table names the one column that is changed."""
    column = _column(repeat)
    match file.parents(use.node)[:1] if isinstance(use.node, ast.expr) else []:
        case [ast.Subscript(slice=ast.Constant(value=value))]:
            return bool(value == column)
        case [ast.Attribute(attr=attr)]:
            return attr == column
    return False


def _column(repeat: _Repeat) -> str | None:
    """The column that a statement changes; None where it is a name or something else."""
    match repeat.node:
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target):
            match target:
                case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(column))):
                    return column
                case ast.Attribute(value=ast.Name(), attr=attr):
                    return attr
    return None


def _item(repeat: _Repeat, file: Module) -> str:
    """What a cell, not a loop in it, appends; "" where that is long, or several things."""
    match repeat.node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append"), args=[item])) if repeat.node in file.body:
            text = ast.unparse(item)
            return text if len(text) <= 40 and "`" not in text else ""
    return ""


def _grows_elsewhere(file: Module, repeat: _Repeat) -> bool:
    """Whether other cells put something into the same list."""
    own = file.source.cell_at(repeat.node.lineno)
    return any(
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == repeat.root
        and file.source.cell_at(call.lineno) is not own
        for call, _ in file.calls_of("append", "extend")
    )


class _Cell:
    """The statements of one cell, and what those before it have set."""

    def __init__(
        self, file: Module, body: list[ast.stmt], known: dict[str, int], tables: bool, lines: dict[str, list[int]]
    ) -> None:
        self.file = file
        self.body = body
        self.known = known
        #: Where each name of the notebook is bound.
        self.lines = lines
        file.here = file.scope
        self.tables = tables
        self.first, self.last = body[0].lineno, body[-1].end_lineno or body[-1].lineno

    def repeats(self) -> Iterator[_Repeat]:
        found = [
            repeat
            for statement in self.body
            if statement.__class__ in _STATEMENTS
            for repeat in self.statement(statement)
        ]
        if not found:
            return
        anew, columns = self.set_here({repeat.node for repeat in found})
        asked = self.asked() if any(repeat.change.what in _JOINING for repeat in found) else frozenset()
        structure: dict[str, set[str]] = {}
        for repeat in found:
            if repeat.change.what in ("drop", "set_index", "reset_index", "merge", "join", "T", "transpose", "insert"):
                structure.setdefault(repeat.root, set()).add(repeat.change.what)
        seen: set[str] = set()
        for repeat in found:
            if repeat.root in anew or repeat.thing in columns or (repeat.root, "*") in columns:
                continue
            if repeat.change.what in _JOINING and repeat.root in asked:
                continue
            if repeat.change.what == "drop" and any((repeat.root, c) in columns for c in _words_of(repeat.node)):
                continue
            if len(structure.get(repeat.root, ())) > 1 or repeat.root in seen:
                continue
            if repeat.thing == repeat.root:
                seen.add(repeat.root)  # the first change of a table tells it for all that follow
            yield repeat

    def asked(self) -> frozenset[str]:
        """The tables of which the cell asks what columns or rows they have already: `[c for c in new if c not in df.columns]`."""
        found = set()
        for node in (n for statement in self.body for n in ast.walk(statement)):
            match node:
                case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[where]):
                    if isinstance(where, ast.Name):
                        found.add(where.id)
                case ast.Call(func=ast.Attribute(attr="isin" | "difference" | "intersection")) as where:
                    pass
                case _:
                    continue
            for inner in ast.walk(where):
                if isinstance(inner, ast.Attribute) and inner.attr in _LABELS:
                    found.update(n.id for n in ast.walk(inner) if isinstance(n, ast.Name))
        return frozenset(found)

    def set_here(self, repeats: set[ast.stmt]) -> tuple[set[str], set[object]]:
        """The names that the cell sets to something else than their own change; (table, column) that it stores."""
        anew: set[str] = set()
        columns: set[object] = set()
        for statement in self.body:
            for node in [statement] if statement in repeats else ast.walk(statement):
                if node.__class__ not in _SETTING:
                    continue
                match node:
                    case ast.Assign(targets=targets, value=value) if node not in repeats:
                        for target in targets:
                            self.stored(target, value, anew, columns)
                    case ast.For(target=target) | ast.comprehension(target=target) | ast.AnnAssign(target=target):
                        self.stored(target, None, anew, columns)
                    case ast.withitem(optional_vars=ast.Name(id=name)) | ast.NamedExpr(target=ast.Name(id=name)):
                        anew.add(name)
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="insert" | "rename")):
                        columns.add((name, "*"))
                    case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr))):
                        if attr not in _LOOKING and statement not in repeats:
                            anew.add(name)  # `model.compute()` sets what the cell changes next
                    case ast.Global(names=names):
                        anew.update(names)
        return anew, columns

    def stored(self, target: ast.expr, value: ast.expr | None, anew: set[str], columns: set[object]) -> None:
        match target:
            case ast.Name(id=name):
                if value is None or not self.is_own(name, value):
                    anew.add(name)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self.stored(element, None, anew, columns)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=column)):
                columns.add((name, column))
                columns.add(ast.unparse(target))
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=name))) | ast.Subscript(value=ast.Name(id=name)):
                columns.add((name, "*"))
            case ast.Attribute(value=ast.Name(id=name), attr=attr):
                columns.add((name, attr))
                columns.add((name, "*"))
            case ast.Starred(value=inner):
                self.stored(inner, None, anew, columns)

    def is_own(self, name: str, value: ast.expr) -> bool:
        """Whether a value is made from the name itself by steps that are known to give the same again."""
        while True:
            match value:
                case ast.Name(id=found):
                    return found == name
                case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in SETTLED:
                    value = inner
                case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                    value = inner
                case _:
                    return False

    # --- what a statement changes

    def statement(self, node: ast.stmt) -> Iterator[_Repeat]:
        match node:
            case ast.Assign(targets=[target], value=value):
                yield from self.assigned(node, target, value)
            case ast.AugAssign(target=target, op=op, value=value):
                yield from self.augmented(node, target, op, value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) as call):
                if name in self.known:
                    yield from self.called(node, name, attr, call)
            case ast.Delete(targets=[ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str()))]):
                if name in self.known and self.tables:
                    change = _Change(Again("raises a `KeyError`, as the column is gone"), "drop")
                    yield _Repeat(node, name, name, change)
            case ast.For():
                yield from self.loop(node)

    def assigned(self, node: ast.stmt, target: ast.expr, value: ast.expr) -> Iterator[_Repeat]:
        if value.__class__ in _FRESH:
            return
        match value:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop"), args=[ast.Constant(value=str())]):
                if name in self.known and self.tables:
                    gone = _Change(Again("raises a `KeyError`, as the column is gone"), "drop")
                    better = f'{ast.unparse(target)} = {name}["{value.args[0].value}"]'  # type: ignore[attr-defined]
                    yield _Repeat(node, name, name, gone, better)
                return
        root = _root(target)
        if root is None or root not in self.known:
            return
        change = self.change(target, value)
        if change is not None:
            thing, better = _quoted(ast.unparse(target)), self.better(target, value, change)
            yield _Repeat(node, thing, root, change, better, self.begun(target, value))

    def augmented(self, node: ast.stmt, target: ast.expr, op: ast.operator, value: ast.expr) -> Iterator[_Repeat]:
        root = _root(target)
        if root is None or root not in self.known or type(op) not in _ARITHMETIC:
            return
        thing = ast.unparse(target)
        if not self.is_effective(op, value, root):
            return
        change = _Change(Again(_arithmetic(op, value)), _kind(op))
        result = ast.BinOp(target, op, value)
        better = self.better(target, result, change)
        yield _Repeat(node, _quoted(thing), root, change, better, self.begun(target, result))

    def called(self, node: ast.stmt, name: str, attr: str, call: ast.Call) -> Iterator[_Repeat]:
        if attr in ("append", "extend") or (attr == "insert" and len(call.args) == 2):
            yield from self.grown(node, name, [node])
        elif attr == "insert" and len(call.args) > 2 and self.tables:
            yield _Repeat(node, name, name, _Change(CHANGING["insert"], "insert"))
        elif any(
            k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value is True for k in call.keywords
        ):
            change = self.method(attr, call, name)
            if change is not None and change.what in ("drop", "set_index", "reset_index"):
                kept = [k for k in call.keywords if k.arg != "inplace"]
                target, value = ast.Name(name), ast.Call(call.func, call.args, kept)
                yield _Repeat(node, name, name, change, self.better(target, value, change), self.begun(target, value))

    def loop(self, node: ast.For) -> Iterator[_Repeat]:
        """Lists and sums of an earlier cell that a loop continues."""
        inner: list[ast.stmt] = list(node.body)
        while inner:
            statement = inner.pop(0)
            match statement:
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend"))):
                    if name in self.known:
                        yield from self.grown(statement, name, [node])
                case ast.AugAssign(target=ast.Name(id=name), op=ast.Add()):
                    if name in self.known:
                        yield from self.grown(statement, name, [node])
                case ast.For() | ast.If() | ast.With() | ast.While():
                    inner = [*statement.body, *getattr(statement, "orelse", ()), *inner]

    def grown(self, node: ast.stmt, name: str, around: list[ast.stmt]) -> Iterator[_Repeat]:
        setter = self.setter(name)
        if setter is None:
            return
        if any(self.first <= call.lineno <= self.last for call, _ in self.file.calls_of(*_TRAINING)):
            return
        is_sum = isinstance(node, ast.AugAssign)
        if is_sum != isinstance(setter, ast.Constant):
            return
        effect = "adds everything to the old sum" if is_sum else "appends the same items once more"
        yield _Repeat(node, name, name, _Change(Again(effect), "grow"), "list")

    def setter(self, name: str) -> ast.expr | None:
        """The empty list or the zero that an earlier cell gives to a name; None if it is anything else."""
        line = self.known[name]
        for statement in self.file.body:
            if statement.lineno <= line <= (statement.end_lineno or statement.lineno):
                match statement:
                    case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                        match value:
                            case ast.List(elts=[]) | ast.Call(func=ast.Name(id="list"), args=[], keywords=[]):
                                return value
                            case ast.Constant(value=int() | float()) if not value.value:
                                return value
        return None

    # --- what is known of an operation

    def change(self, target: ast.expr, value: ast.expr) -> _Change | None:
        """How `value` changes `target`, if it is made from it, and surely differs when it is made again."""
        path = self.path(value, target)
        if path is None:
            return None
        root = _root(target) or ""
        found: list[_Change] = []
        for outer, inner in pairwise(path):
            step = self.step(outer, inner, root)
            if step is None:
                return None
            if step.what:
                found.append(step)
        named = {step.what for step in found} - _PLAIN
        if not found or len(named) > 1:
            return None
        occurrences = sum(1 for n in ast.walk(value) if isinstance(n, ast.Name) and n.id == root)
        if occurrences > 1 and not named & {"merge", "join", "append", "concat"}:
            return None
        return next((step for step in found if step.what in named), found[-1])

    def path(self, value: ast.expr, target: ast.expr) -> list[ast.AST] | None:
        """From the value down to the place where the target stands in it, along what is done to it."""
        path: list[ast.AST] = [value]
        while True:
            node = path[-1]
            if _same(node, target):
                return path
            match node:
                case ast.Call(func=ast.Attribute(value=inner)) if self.file.qualname(node.func) is None:
                    path.append(inner)
                case ast.Call(args=[inner, *_]):
                    path.append(inner)
                case ast.List(elts=elements) | ast.Tuple(elts=elements):
                    own = next((e for e in elements if _same(e, target)), None)
                    if own is None:
                        return None
                    path.append(own)
                case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.UnaryOp(operand=inner):
                    path.append(inner)
                case ast.BinOp(left=left, right=right):
                    path.append(left if self.path(left, target) else right)
                case _:
                    return None

    def step(self, outer: ast.AST, inner: ast.AST, root: str) -> _Change | None:
        """What one operation on the way does; an empty one if it gives the same again; None if nobody knows."""
        nothing = _Change(Again(""), "")
        match outer:
            case ast.BinOp(left=left, op=op, right=right):
                other = right if inner is left else left
                if not self.is_effective(op, other, root):
                    return None
                return _Change(Again(_arithmetic(op, other) if inner is left else _reversed(op)), _kind(op))
            case ast.UnaryOp(op=ast.USub() | ast.Invert()):
                return _Change(Again("turns the sign back"), "scale")
            case ast.Call(func=ast.Attribute(attr=attr)) if self.file.qualname(outer.func) is None:
                return nothing if attr in ALONGSIDE else self.method(attr, outer, root)
            case ast.Call():
                return self.function(outer, inner)
            case ast.List() | ast.Tuple():
                return nothing
            case ast.Attribute(attr=attr):
                if attr in FLIPPING:
                    return _Change(FLIPPING[attr], attr)
                return nothing if attr in ALONGSIDE else None
            case ast.Subscript(slice=ast.Slice() as cut):
                return _slice(cut)
        return None

    def method(self, attr: str, call: ast.Call, root: str) -> _Change | None:
        again = CHANGING.get(attr)
        if again is None or (attr in _OF_TABLES and not self.tables):
            return None
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        if None in given:
            return None
        first = call.args[0] if call.args else None
        match attr:
            case "drop":
                return self.dropped(call, given, root)
            case "reset_index":
                if "drop" in given or "level" in given or call.args or "names" in given:
                    return None
            case "set_index":
                if "drop" in given or "append" in given or not self.is_given(first or given.get("keys"), root):
                    return None
                if not isinstance(first or given.get("keys"), ast.Constant | ast.List):
                    return None
            case "map":
                if not isinstance(first, ast.Dict) or not _maps_elsewhere(first):
                    return None
            case "merge" | "join" | "append":
                other = first or given.get("right") or given.get("other")
                if other is None or isinstance(other, ast.Constant | ast.JoinedStr):
                    return None
                if attr == "merge" and (_is_filter(other, given.get("on")) or not given.keys() & _KEYS):
                    return None
                if "lsuffix" in given or "rsuffix" in given or "suffixes" in given:
                    again = CHANGING["merge"]
            case "shift" | "diff" | "pct_change" | "cumsum" | "transpose":
                pass
        return _Change(again, attr)

    def dropped(self, call: ast.Call, given: dict[str | None, ast.expr], root: str) -> _Change | None:
        if "errors" in given or "level" in given:
            return None
        labels: ast.expr | None = given.get("columns")
        if labels is None:
            axis = given.get("axis", call.args[1] if len(call.args) > 1 else None)
            labels = given.get("labels", call.args[0] if call.args else None)
            if not (isinstance(axis, ast.Constant) and axis.value in (1, "columns")):
                return None
        if not self.is_given(labels, root):
            return None
        return _Change(CHANGING["drop"], "drop")

    def is_given(self, labels: ast.expr | None, root: str) -> bool:
        """Whether labels are written out, or a list that other cells set: not computed from the table here."""
        match labels:
            case ast.Constant(value=str()):
                return True
            case ast.List(elts=[_, *_] as elements):
                return all(isinstance(element, ast.Constant) for element in elements)
            case ast.Name(id=name):
                return name in self.known and name != root and not self.is_set_here(name)
        return False

    def is_set_here(self, name: str) -> bool:
        return any(self.first <= line <= self.last for line in self.lines.get(name, ()))

    def function(self, call: ast.Call, inner: ast.AST) -> _Change | None:
        name = self.file.qualname(call.func)
        if name is None and isinstance(call.func, ast.Name) and call.func.id not in self.file.scope.bindings:
            name = call.func.id
        if name is None:
            return None
        name = name.replace("np.", "numpy.", 1) if name.startswith("np.") else name
        if name in _WRAPPING:
            return _Change(Again(""), "")
        again = FUNCTIONS.get(name)
        if again is None:
            return None
        what = name.rpartition(".")[2]
        if what == "merge" and not _KEYS.intersection(keyword.arg or "" for keyword in call.keywords):
            return None
        if what in ("concat", "concatenate", "vstack", "hstack", "column_stack"):
            if not isinstance(inner, ast.List | ast.Tuple) or len(inner.elts) < 2:
                return None
            return _Change(again, "concat")
        if what in ("transpose", "swapaxes", "rot90"):
            return _Change(again, what)
        return _Change(again, what)

    def is_effective(self, op: ast.operator, other: ast.expr, root: str) -> bool:
        """Whether arithmetic with `other` surely makes a difference each time."""
        kind = type(op)
        if kind not in _ARITHMETIC:
            return False
        if isinstance(other, ast.Constant) and other.value in _NEUTRAL[kind]:
            return False
        if isinstance(op, ast.Add) and any(i.module.partition(".")[0] in _OTHER_PLUS for i in self.file.imports):
            return False
        for node in ast.walk(other):
            match node:
                case ast.Compare() | ast.BoolOp() | ast.Not() | ast.Invert():
                    return False
                case ast.Name(id=name):
                    if name == root or _MASK.search(name.lower()) or self.is_set_here(name):
                        return False
                case ast.Attribute(attr=name):
                    if _MASK.search(name.lower()):
                        return False
        return True

    def begun(self, target: ast.expr, value: ast.expr) -> str:
        """The statement that begins from another name for the original: `x = x_raw / 2`; "" where it is long."""
        if not isinstance(target, ast.Name):
            return ""
        copied = ast.parse(ast.unparse(value), mode="eval").body
        for node in ast.walk(copied):
            if isinstance(node, ast.Name) and node.id == target.id:
                node.id = f"{target.id}_{_RAW}"
        text = f"{target.id} = {ast.unparse(copied)}"
        return text if len(text) <= 80 and "`" not in text else ""

    def better(self, target: ast.expr, value: ast.expr, change: _Change) -> str:
        """The statement with a new name for the result; "" if it is too long to be shown."""
        suffix = _SUFFIXES.get(change.what, "new")
        match target:
            case ast.Name(id=name):
                left = f"{name}_{suffix}"
            case ast.Subscript(value=table, slice=ast.Constant(value=str(column))):
                left = f"{ast.unparse(table)}['{column}_{suffix}']"
            case _:
                return ""
        text = f"{left} = {ast.unparse(value)}"
        return text if len(text) <= 80 and "`" not in text else f"{left} = ..."


def _root(target: ast.expr) -> str | None:
    """The name behind `x`, `df["a"]`, `df.a` and `df.loc[:, "a"]`."""
    match target:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant()) | ast.Attribute(value=ast.Name(id=name)):
            return name
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(id=name), attr="loc"),
            slice=ast.Tuple(elts=[ast.Slice(None, None, None), ast.Constant()]),
        ):
            return name
    return None


def _quoted(thing: str) -> str:
    return thing.replace("`", "")


def _kind(op: ast.operator) -> str:
    return "scale" if isinstance(op, ast.Mult | ast.Div | ast.FloorDiv) else "sum"


def _arithmetic(op: ast.operator, other: ast.expr) -> str:
    text = _ARITHMETIC[type(op)]
    shown = ast.unparse(other)
    if "it" in text.split() and len(shown) <= 24 and "`" not in shown:
        return text.replace("it", f"`{shown}`", 1)
    if isinstance(op, ast.Div | ast.Mult | ast.FloorDiv) and len(shown) <= 24 and "`" not in shown:
        return text.replace("once more", f"once more by `{shown}`").replace(
            "divides once more by", "divides once more by"
        )
    return text.replace("adds it", "adds").replace("subtracts it", "subtracts")


def _reversed(op: ast.operator) -> str:
    if isinstance(op, ast.Add | ast.Mult):
        return {ast.Add: "adds once more", ast.Mult: "multiplies once more"}[type(op)]
    return "gives something else, or turns it back"


def _slice(cut: ast.Slice) -> _Change | None:
    """`x[1:]`, `x[:-1]` and `x[::-1]`; other slices give the same again, or nobody knows."""
    lower, upper, step = (_number(part) for part in (cut.lower, cut.upper, cut.step))
    if (cut.lower and lower is None) or (cut.upper and upper is None) or (cut.step and step is None):
        return None
    if step == -1 and cut.lower is None and cut.upper is None:
        return _Change(Again("turns it back"), "flip")
    if step not in (None, 1):
        return _Change(Again("thins it out once more"), "slice")
    if (lower is not None and lower > 0) or (upper is not None and upper < 0):
        return _Change(Again("cuts off as much once more"), "slice")
    return _Change(Again(""), "")


def _number(node: ast.expr | None) -> int | None:
    match node:
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None


def _maps_elsewhere(mapping: ast.Dict) -> bool:
    """Whether no value of a literal dictionary is a key of it too."""
    keys, values = set[object](), set[object]()
    for key, value in zip(mapping.keys, mapping.values, strict=True):
        value = value.operand if isinstance(value, ast.UnaryOp) else value
        if not isinstance(key, ast.Constant) or not isinstance(value, ast.Constant):
            return False
        keys.add(key.value)
        values.add(value.value)
    return bool(keys) and not keys & values


def _is_filter(other: ast.expr, on: ast.expr | None) -> bool:
    """`df.merge(ids[["id"]], on="id")` keeps rows and adds no column."""
    return isinstance(other, ast.Subscript) and (
        on is None or ast.unparse(other.slice).strip("[]") == ast.unparse(on).strip("[]")
    )


def _same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two names, columns or attributes are the same, wherever they stand."""
    if one.__class__ is not other.__class__:
        return False
    match one, other:
        case ast.Name(id=first), ast.Name(id=second):
            return first == second
        case ast.Constant(value=first), ast.Constant(value=second):
            return bool(first == second)
        case ast.Attribute(), ast.Attribute():
            return one.attr == other.attr and _same(one.value, other.value)
        case ast.Subscript(), ast.Subscript():
            return _same(one.slice, other.slice) and _same(one.value, other.value)
    return isinstance(one, ast.Tuple | ast.Slice) and ast.unparse(one) == ast.unparse(other)


def _words_of(node: ast.stmt) -> set[object]:
    """The literals in a statement: the columns that it drops."""
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
