from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from typing import ClassVar, NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.lectures import is_wordy
from rescode_lint.read import Cell
from rescode_lint.rule import Bad, NotebookRule, Option
from rescode_lint.rules.notebooks._copies import quoted
from rescode_lint.rules.notebooks._reading import (
    family,
    has_versions,
    hindrance,
    in_cell,
    leans_on_neighbours,
    needed,
    read_in_cell,
    reading,
    stands_alone,
    taught,
)
from rescode_lint.semantics import Module
from rescode_lint.semantics.dataflow import Flow, effects_of, flow_of, root

#: More inputs or outputs than these, and a function of the cell would be no gain to its reader.
_INPUTS, _OUTPUTS = 5, 3
#: How much of a cell's statements must be the loop and what belongs to it, and how large that loop is.
_SHARE, _CORE = 0.5, 6
#: Calls that draw, display, ask or wait: what a notebook is for.
_SHOWING = lazy(
    r"plot\w*|\w+plot|scatter|imshow|hist\d*d?|bar|barh|contourf?|pcolormesh|errorbar|fill_between|quiver|axv\w+|axh\w+|annotate"
    r"|legend|colorbar|set_title|set_[xy]\w+|suptitle|savefig|subplots?|add_subplot|add_axes|figure|xlabel|ylabel|title"
    r"|x?y?ticks|add_trace|update_layout|show|display|HTML|Image|Markdown|clear_output|twinx|gcf|gca|add_patch|add_artist"
    r"|interact\w*|input|widgets?|draw\w*|animate|FuncAnimation|pie|violinplot|boxplot|heatmap|embedding|umap|tsne|spy|matshow"
)
#: Calls of a training loop.
_TRAINING = frozenset(
    """
    apply_gradients backward cross_val_predict cross_val_score cross_validate fit fit_generator minimize optimize_parameters
    partial_fit train train_and_evaluate train_epoch train_model train_on_batch train_one_epoch train_step zero_grad
    """.split()
)
_DRAWING_MODULES = frozenset({"matplotlib", "seaborn", "plotly", "bokeh", "altair", "ipywidgets", "IPython", "pylab"})
_VERBS = lazy(
    r"(?:build|compute|calculate|calc|collect|extract|make|create|get|find|load|read|parse|clean|filter|select|count|merge|join"
    r"|convert|transform|encode|split|generate|simulate|estimate|fill|impute|normali[sz]e|scale|aggregate|group|match|map"
    r"|assign|label|sample|search|detect|remove|prepare|preprocess|process|format|download|fetch|score|rank|sort|add|combine|run)\Z",
    re.I,
)
_COMMENT = lazy(
    r"\s*#+\s*(?:\d+[.)]\s*)?([A-Za-z][\w' -]*?)(?:\s(?:by|using|via|because|so that|such that|where|which)\s.*)?\s*[.:]*\s*\Z"
)
#: Text that is made for a paper or a page: LaTeX and HTML.
_MARKUP = lazy(r"\$|\\\\|\\[a-z]+\{|\s&\s|</?(?:td|tr|b|i|br|p|div|span|a|li)\b")
#: Words that name no result.
_GENERAL = frozenset(
    "all arr array data df dict frame list new out output res result results temp tmp val vals value values x y".split()
)
#: More words of prose than these, and a cell that sets its own numbers is a worked example.
_EXPLAINED = 100
_LOOPS = (ast.For, ast.While)
_BRANCHES = (ast.If, ast.Try, ast.Match)
_DEFINING = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: Methods that fill a container.
_FILLING = frozenset({"append", "extend", "add", "update", "setdefault"})
#: A notebook that is a copy by its name.
_COPY = lazy(r"(?:\A|/)copy[ _]of|[ _-]copy\d*\.|\(\d+\)\.|(?:\A|/)untitled", re.I)
#: Names of lists of what went wrong.
_FAILED = lazy(r"err(?:or)?s?\Z|fail|skip|bad|missing|log\Z|exceptions?\Z", re.I)
_SIZE = lazy(r"\((\d+) statements\)")
_COMMAND = lazy(r"(; `rescode extract [^`]+)` shows it")
_SMALL = frozenset(
    {"the", "a", "an", "all", "each", "every", "of", "for", "to", "in", "and", "our", "this", "from", "with"}
)
#: Words after which something must come.
_LEADING = frozenset({"to", "of", "by", "per", "in", "with", "for", "and", "from"})
#: Words of a comment that speaks of the first line only.
_BEGINNING = frozenset({"empty", "list", "dict", "dictionary", "new", "initial", "array", "variables"})


class _Logic(NamedTuple):
    """A stretch of a cell that is a function in all but name."""

    cell: Cell
    #: The loop that is its core.
    loop: ast.For | ast.While
    statements: list[ast.stmt]
    #: Statements in it, those nested included.
    size: int
    #: The expression with which the cell ends.
    shown: ast.stmt | None


class _Signature(NamedTuple):
    """What the function would take and give."""

    takes: list[str]
    #: What it returns.
    gives: list[str]
    #: What it changes in place.
    changes: list[str]
    #: Of both, what comes out of the loop.
    made: list[str]
    #: The values that it works with: inputs and its own.
    names: frozenset[str]


class _Size(NamedTuple):
    statements: int
    branches: int
    loops: int


class LogicInCell(NotebookRule):
    """A loop with branches at the top level of a cell is a function that nobody can call: it cannot be tested on three
    made-up rows, the next notebook gets a pasted copy, and its loop variables and half-built lists stay in the
    namespace, where a later cell picks them up by accident. As a function it has a name, says what it needs and what it
    gives, and can move into a module.

    Named are cells of ten statements or more with a loop that holds other loops or branches, and that make something
    which later cells use. Cells that draw, print or display, training loops, widgets, lectures and tutorials are left
    alone, and so are notebooks that stand alone (on Kaggle, or each in a folder of its own) or were only fetched
    (`downloads`, `tmp`, `outputs`); so is what could not be a function without more ado, because it needs a magic, or too many inputs.
    """

    code = "RSC104"
    name = "logic-in-cell"
    summary = "a cell whose top-level code is really a function"
    advice = "Make it a function with its inputs as parameters, and call it."
    how_to_fix = (
        "`rescode extract NOTEBOOK --cell N --as NAME` shows the cell as a function and a call of it. Or by hand: `def`, "
        "its inputs as parameters, its outputs returned, and one line that calls it. Then it can move into a module and "
        "have a test."
    )
    limits = (
        f"What needs more than {_INPUTS} inputs or gives more than {_OUTPUTS} outputs is left alone, and so are cells in which "
        "less than half of the statements belong to the loop. A call of a method that changes its object in silence is "
        "not seen as an output."
    )
    severity = "note"
    confidence = "medium"
    merge_above = 1
    options: ClassVar[Mapping[str, Option]] = {"min-statements": 10}

    VALID = (
        # What it collects is for the figure below.
        "# %%\nruns = load()\n# %%\nnames = []\nplaces = []\nfor run in runs:\n    short = run.name[:3]\n    if short not in names:\n"
        "        place = run.place\n        if place is None:\n            place = 0\n        names.append(short)\n"
        "        places.append(place)\nlab.dotplot(names, places)\n# %%\nlen(names)",
        # It reads what the last turn of another loop has left: no clear input.
        "# %%\nfiles = ['a', 'b']\nj = 0\n# %%\nareas = []\nfor name in files:\n    parts = read(name)\n    sizes = []\n"
        "    for j in range(len(parts)):\n        sizes.append(parts[j].area)\n    if len(sizes) == 2:\n"
        "        areas.append(sum(sizes))\n    else:\n        areas.append(parts[j].area)\n# %%\nareas",
        # Small enough to be read where it stands.
        "# %%\npaths = ['a', 'b']\n# %%\nfirst = {}\nfor path in paths:\n    if exists(path):\n        text = read(path)\n"
        "    else:\n        text = read(path + '-0')\n    first[path] = text\n# %%\nfirst",
        # Two lines are no function.
        "# %%\nfiles = ['a', 'b']\n# %%\nsizes = []\nfor name in files:\n    sizes.append(len(name))\n# %%\nsum(sizes)",
        # A figure.
        "# %%\nimport matplotlib.pyplot as plt\nruns = load()\n# %%\nhigh = []\nfor run in runs:\n    if run.ok:\n        x = run.x\n"
        "        y = run.y * 2\n        plt.plot(x, y)\n        high.append(y)\n# %%\nhigh",
        # What it prints is all that it gives.
        "# %%\nrows = load()\n# %%\nfor row in rows:\n    if row.ok:\n        a = row.a\n        b = row.b\n        c = a + b\n"
        "        d = c * 2\n        print(a, b, c, d)",
        # A linear narrative.
        "# %%\nimport pandas as pd\n# %%\ndf = pd.read_csv('a.csv')\ndf = df.dropna()\ndf['x'] = df.a / df.b\ndf['y'] = df.x.rank()\n"
        "df = df.sort_values('y')\ndf = df.head(10)\n# %%\ndf",
        # A training loop.
        "# %%\nlosses = []\n# %%\nfor epoch in range(3):\n    for batch in loader:\n        if batch is None:\n            continue\n"
        "        loss = net(batch)\n        loss.backward()\n        step()\n        losses.append(loss)\n# %%\nlosses",
        # A loop that only prints, between two plain lines.
        "# %%\nimport numpy as np\ncounts = np.loadtxt('a.txt')\n# %%\norder = np.argsort(counts)\nfor i in order:\n    n = counts[i]\n"
        "    half = n / 2\n    if n > 3:\n        text = f'{i}: {half}'\n        print(text)\nshown = counts > 8\n# %%\norder, shown",
        # Text for a paper.
        "# %%\nrows = load()\n# %%\nlines = []\nfor row in rows:\n    cells = [row.name]\n    for value in row.values:\n"
        "        if value > 0:\n            cells.append(f'${value:.2f}$')\n    lines.append(cells)\n    row.done = 1\n# %%\nlines",
        # Cross-validation.
        "# %%\nfolds = split()\n# %%\nscores = []\nfor train, test in folds:\n    if len(test) < 2:\n        continue\n"
        "    model = library.train(train)\n    guess = model.predict(test)\n    score = compare(guess, test)\n"
        "    scores.append(score)\n# %%\nscores",
        # What the last turn has left behind is no result.
        "# %%\nfiles = ['a', 'b']\n# %%\nfor name in files:\n    text = open(name).read()\n    if not text:\n        continue\n"
        "    parts = text.split()\n    first = parts[0]\n    open(name + '.first', 'w').write(first)\n# %%\nfirst",
        # It was fetched, and nobody works on it here.
        {
            "outputs/first/fit.ipynb": "# %%\nrows = load()\n# %%\nlimit = 3\nkept = []\nfor row in rows:\n    a = row.a * 2\n    b = row.b * 2\n"
            "    if a < 0:\n        a = -a\n    if a + b < limit:\n        continue\n    kept.append(a - b)\n# %%\nlen(kept), limit"
        },
        # On Kaggle a notebook stands alone.
        "# %%\nrows = load('/kaggle/input/cells/a.csv')\n# %%\nlimit = 3\nkept = []\nfor row in rows:\n    a = row.a * 2\n    b = row.b * 2\n"
        "    if a < 0:\n        a = -a\n    if a + b < limit:\n        continue\n    kept.append(a - b)\n# %%\nlen(kept), limit",
        # It is a function already.
        "# %%\ndef clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            a = row[0]\n            b = row[1]\n"
        "            kept.append(a + b)\n    return kept\n# %%\nkept = clean([])",
    )
    INVALID = (
        Bad(
            "# %%\nimport numpy as np\ntable = load()\nstations = [1, 2]\n# %%\nrows = []\nfor station in stations:\n"
            "^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "    part = table[table.station == station]\n    if len(part) < 3:\n        continue\n"
            "    if part.value.isna().any():\n        part = part.dropna()\n    mean = part.value.mean()\n    spread = part.value.std()\n"
            "    rows.append((station, mean, spread))\n"
            "summary = np.array(rows)\n# %%\nprint(summary)",
            "takes `stations` and `table`, and gives `summary`",
            "def build_summary(stations, table):\n    ...\n    return summary\n\nsummary = build_summary(stations, table)",
        ),
        # A number that the cell sets itself is a parameter; so the loop's list is all that it gives.
        Bad(
            "# %%\nrows = load()\n# %%\nlimit = 3\nkept = []\nfor row in rows:\n"
            "^^^^^^^^^^^^^^^^\n"
            "    a = row.a * 2\n    b = row.b * 2\n    if a < 0:\n        a = -a\n    if a + b < limit:\n        continue\n"
            "    kept.append(a - b)\n# %%\n"
            "len(kept), limit",
            "takes `limit` and `rows`, and gives `kept`",
            "limit = 3\n\ndef build_kept(limit, rows):\n    ...\n    return kept\n\nkept = build_kept(limit, rows)",
        ),
        # The other half of a pair; a constant in capitals is no parameter.
        Bad(
            "# %%\nLIMIT = 3\nrows = load()\n# %%\ncolours = []\nbrightness = []\nfor row in rows:\n"
            "^^^^^^^^^^^^^^^^\n"
            "    a = row.a * 2\n    b = row.b * 2\n    if a < 0:\n        a = -a\n    if a + b > LIMIT:\n        colours.append(a - b)\n        brightness.append(b)\n"
            "# %%\nmax(brightness)",
            "takes `rows`, and gives `brightness` and `colours`",
            "def process_rows(rows):\n    ...\n    return brightness, colours\n\nbrightness, colours = process_rows(rows)",
        ),
        Bad(
            "# %%\ntext = 'a b'\nstop = ['a']\n# %%\n# Count words\nfreq = {}\nfor line in text.splitlines():\n"
            "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "    if not line.strip():\n        continue\n    for word in line.split():\n        word = word.strip()\n        word = word.lower()\n"
            "        if word in stop:\n            continue\n        freq[word] = freq.get(word, 0) + 1\n# %%\nmax(freq.values())",
            "`for line in text.splitlines()`",
            "def count_words(text, stop):\n    ...\n    return freq",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for each cell that could be a function."""
        if not any(isinstance(statement, _LOOPS) for statement in file.body):
            return
        found = [logic for cell, body in file.cell_bodies() for logic in self._logic(cell, body)]
        if not found or is_wordy(file.source.prose, sum(1 for cell in file.cells if any(cell.lines))):
            return
        file.here = file.scope
        last_read: dict[str, int] = {}
        values: dict[str, int] = {}
        others: set[str] = set()
        for use in file.flow:
            if use.kind != "bind":  # a function may be called anywhere
                line = len(file.source.lines) + 1 if use.kind == "later" else use.line
                last_read[use.name] = max(last_read.get(use.name, 0), line)
            elif isinstance(use.node, (ast.alias, *_DEFINING)):
                others.add(use.name)
            else:
                values.setdefault(use.name, use.line)
        for name in others & values.keys():
            del values[name]
        for logic in found:
            if not _is_promising(logic, last_read, values, others, file) or _is_narrative(logic, file):
                continue
            flow = flow_of(file, logic.statements)
            if not _is_function(flow) or _is_tangled(logic, flow, file):
                continue
            signature = _signature(logic, flow, file)
            if signature is not None:
                yield self._judge(logic, signature, file)

    def _logic(self, cell: Cell, body: list[ast.stmt]) -> Iterator[_Logic]:
        """The cell's core loop with the statements that belong to it, if that is most of the cell."""
        if not any(isinstance(s, _LOOPS) for s in body) or any(m.kind == "cell" for m in cell.magics):
            return
        least = self.option["min-statements"]
        assert isinstance(least, int)
        sizes = [_size([statement]) for statement in body]
        loops = [
            (size.statements, -index)
            for index, (statement, size) in enumerate(zip(body, sizes, strict=True))
            if isinstance(statement, _LOOPS)
            and size.statements >= _CORE
            and size.branches + size.loops > 1
            and not _is_single(statement)
        ]
        if not loops:
            return
        statements = [s for s in body if not isinstance(s, _DEFINING)]
        whole = sum(size.statements for statement, size in zip(body, sizes, strict=True) if statement in statements)
        core = body[-max(loops)[1]]
        in_loops = sum(s.statements for b, s in zip(body, sizes, strict=True) if isinstance(b, _LOOPS))
        if in_loops < _SHARE * whole or whole < least:
            return
        assert isinstance(core, ast.For | ast.While)
        shown = statements.pop() if isinstance(statements[-1], ast.Expr) else None  # what the cell shows
        first, last = body.index(statements[0]), body.index(statements[-1])
        yield _Logic(cell, core, body[first : last + 1], whole, shown)

    def _judge(self, logic: _Logic, signature: _Signature, file: Module) -> Finding:
        head = _head(logic.loop, file)
        name = _name(logic, signature, file)
        takes, gives, changes = (
            [f"`{n}`" for n in names] for names in (signature.takes, signature.gives, signature.changes)
        )
        what = " and ".join(
            [*([f"gives {_listed(gives)}"] if gives else []), *([f"changes {_listed(changes)}"] if changes else [])]
        )
        needs = f"takes {_listed(takes)}" if takes else "takes nothing but constants"
        shown = ast.unparse(logic.loop).partition("\n")[0].rstrip(":")
        shown = shown if len(shown) <= 60 and "`" not in shown else shown.replace("`", "")[:56] + "..."
        message = (
            f"the code around `{shown}` ({logic.size} statements) is a function without a name: it {needs}, and {what}"
        )
        text = f"def {name}({', '.join(signature.takes)}): ..."
        if signature.gives:
            text += f" return {', '.join(signature.gives)}"
        advice = f"Make it `{text}`; `rescode extract {quoted(file.path)} --cell {logic.cell.position} --as {name}` shows it."
        return self.finding(head, message, advice=advice, group="cells")

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the notebook, at the largest."""
        first, *others = sorted(findings, key=lambda f: (-_statements(f), f.span))
        if all(other.message == first.message for other in others):
            cells = ", ".join(str(other.span.cell) for other in others)
            return first._replace(
                message=f"{first.message}; cell{'s' if len(others) > 1 else ''} {cells} of this notebook "
                f"hold{'' if len(others) > 1 else 's'} the same code",
                advice=f"{first.advice} Call it there, too.",
                related=tuple(Related(f.path, f.span.cell, f.span.line, "the same") for f in others),
            )
        return first._replace(
            message=f"{first.message}; {len(others)} more cell{'s' if len(others) > 1 else ''} of this notebook "
            f"{'are functions' if len(others) > 1 else 'is a function'}, too",
            related=tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """None in lectures, where the reader is to see each step, and in notebooks that stand alone or are another's."""
        if not findings:
            return findings
        lectures = taught(project)
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in findings:
            if finding.path not in lectures and not stands_alone(project.files[finding.path], project):
                key = (_SIZE.sub("", finding.message), finding.path if finding.related else "")
                groups.setdefault(key, []).append(finding)
        return [_copies([_advised(finding, project) for finding in members]) for members in groups.values()]


def _advised(finding: Finding, project: Project) -> Finding:
    """The finding without its command where that would be refused; or with the version that it is to keep."""
    told, cell = _COMMAND.search(finding.advice), finding.span.cell
    if told is None or cell is None:
        return finding
    found = reading(finding.path, project)
    if found is None:
        return finding
    used, summary = in_cell(cell, found), project.files[finding.path]
    near = leans_on_neighbours(read_in_cell(cell, found) | needed(used, found), summary, project)
    if near or (used and hindrance(used, found) is not None):
        return finding._replace(advice=_COMMAND.sub("", finding.advice))
    if used and has_versions(family(used, found), summary, project):
        kept = f"{told[1]} --keep {quoted(finding.path)}` shows it"
        return finding._replace(advice=finding.advice.replace(told[0], kept))
    return finding


def _copies(findings: list[Finding]) -> Finding:
    """One finding for a cell that was pasted into several notebooks."""
    first, *others = sorted(findings, key=lambda finding: bool(_COPY.search(finding.path)))
    if not others:
        return first
    one = len(others) == 1
    same = "the same code" if len({_statements(finding) for finding in findings}) == 1 else "nearly the same code"
    return first._replace(
        message=f"{first.message}; {'one other cell' if one else f'{len(others)} other cells'} of the project "
        f"{'holds' if one else 'hold'} {same}",
        advice=f"{first.advice} Move it to a module, and call it in the other notebook{'' if one else 's'} too.",
        related=tuple(Related(f.path, f.span.cell, f.span.line, "the same") for f in others),
    )


def _is_single(loop: ast.For | ast.While) -> bool:
    """Whether a loop goes over a list of one, to try that one."""
    return isinstance(loop, ast.For) and isinstance(loop.iter, ast.List | ast.Tuple) and len(loop.iter.elts) < 2


def _size(body: list[ast.stmt]) -> _Size:
    """Statements, branches and loops in a body, those nested included."""
    statements = branches = loops = 0
    stack = list(body)
    while stack:
        node = stack.pop()
        statements += 1
        if isinstance(node, _BRANCHES):
            branches += 1
        elif isinstance(node, _LOOPS):
            loops += not _is_single(node)
        for field in ("body", "orelse", "finalbody"):
            stack.extend(getattr(node, field, ()))
        for handler in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            stack.extend(handler.body)
    return _Size(statements, branches, loops)


def _is_promising(
    logic: _Logic, last_read: Mapping[str, int], values: Mapping[str, int], others: set[str], file: Module
) -> bool:
    """Whether few enough values go in, and what is set or changed is read below: the cheap half of `flow_of`.

    Args:
        logic: the statements.
        last_read: name -> the last line that reads it.
        values: name -> the first line that binds it, of names that are no imports or definitions.
        others: names that are imported or defined.
        file: the notebook.
    """
    begin, last = logic.statements[0].lineno, logic.statements[-1].end_lineno or logic.statements[-1].lineno
    loaded: set[str] = set()
    stored: set[str] = set()
    touched: set[str] = set()
    for statement in logic.statements:
        for node in ast.walk(statement):
            kind = node.__class__
            if kind is ast.Name:
                (loaded if node.ctx.__class__ is ast.Load else stored).add(node.id)  # type: ignore[attr-defined]
            elif kind is ast.Attribute or kind is ast.Subscript:
                touched.add(root(node) or "")
            elif kind is ast.Call:
                touched.update(part.id for part in node.args if part.__class__ is ast.Name)  # type: ignore[attr-defined]
    if sum(1 for name in loaded - stored if values.get(name, begin) < begin) > _INPUTS:
        return False
    made = stored | (touched - others)
    if any(last_read.get(name, 0) > last for name in made):
        return True
    return any(
        cell.first > last
        and (
            any(not made.isdisjoint(magic.uses) for magic in cell.magics)
            or (cell.unparsed is not None and not made.isdisjoint(cell.maybe_binds))
        )
        for cell in file.cells
    )


def _is_narrative(logic: _Logic, file: Module) -> bool:
    """Whether the cell draws, displays, asks, trains, writes for a paper, or prints more than it makes."""
    prints = 0
    for statement in (*logic.statements, *([logic.shown] if logic.shown else [])):
        for node in ast.walk(statement):
            if isinstance(node, ast.JoinedStr):
                if any(isinstance(part, ast.Constant) and _MARKUP.search(str(part.value)) for part in node.values):
                    return True
            elif isinstance(node, ast.BinOp):
                if isinstance(node.op, ast.Mod) and _is_markup(node.left):
                    return True
            elif isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                if name == "print":
                    prints += 1
                elif (
                    (name in _TRAINING and (name != "train" or node.args or node.keywords))  # torch: `model.train()`
                    or (name == "format" and isinstance(function, ast.Attribute) and _is_markup(function.value))
                    or _SHOWING.fullmatch(name)
                    or (file.qualname(function) or "").partition(".")[0] in _DRAWING_MODULES
                ):
                    return True
    return prints * 5 > logic.size


def _is_markup(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and _MARKUP.search(node.value) is not None


def _signature(logic: _Logic, flow: Flow, file: Module) -> _Signature | None:
    """What the function would take and give; None where the loop makes nothing of it, or the rest makes more."""
    derived: set[str] = set()
    of_core: set[str] = set()
    settings: list[str] = []
    filled: dict[str, int] = {}
    for statement in logic.statements:
        effects = effects_of(file, statement)
        stored = effects.binds.keys() | effects.mutates.keys()
        if isinstance(statement, _LOOPS):
            derived |= stored
        elif derived.isdisjoint(effects.reads):
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in flow.outputs:
                    if _is_setting(value):
                        settings.append(name)
        else:
            derived |= stored
        if statement is logic.loop or not of_core.isdisjoint(effects.reads):
            of_core |= stored
        for name in stored:
            filled[name] = filled.get(name, 0) + 1
    settings = [name for name in settings if filled[name] == 1]
    outputs = [name for name in flow.outputs if name not in settings]
    made = [name for name in outputs if name in derived]
    if of_core.isdisjoint(made) or 2 * len(made) < len(outputs) or (settings and file.source.prose > _EXPLAINED):
        return None
    gives = [name for name in outputs if name not in flow.mutated or name in flow.bound]
    halves = _halves(logic, made, flow)
    gives += halves
    changes = [name for name in outputs if name in flow.mutated and name not in flow.bound]
    takes = [name for name in (*settings, *flow.inputs) if not _is_constant(name, file)]
    if len(takes) > _INPUTS or len(gives) + len(changes) > _OUTPUTS:
        return None
    return _Signature(takes, gives, changes, made + halves, frozenset(flow.inputs) | frozenset(flow.bound))


def _is_setting(value: ast.expr) -> bool:
    """Whether a value is written out, and not an empty container that is to be filled."""
    if isinstance(value, ast.Dict):
        return (
            bool(value.keys)
            and all(key is not None and _is_setting(key) for key in value.keys)
            and all(_is_setting(part) for part in value.values)
        )
    if isinstance(value, ast.List | ast.Tuple | ast.Set):
        return bool(value.elts) and all(_is_setting(part) for part in value.elts)
    if isinstance(value, ast.UnaryOp):
        return _is_setting(value.operand)
    if isinstance(value, ast.BinOp):
        return _is_setting(value.left) and _is_setting(value.right)
    return isinstance(value, ast.Constant)


def _is_constant(name: str, file: Module) -> bool:
    """Whether a name in capitals is set once, to what the code says: as a constant it goes along, and is no parameter."""
    if not name.isupper() or sum(1 for use in file.flow if use.name == name and use.kind == "bind") != 1:
        return False
    for statement in file.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                cell = file.source.cell_at(statement.lineno)
                return _is_setting(value) and not (cell is not None and "parameters" in cell.tags)
    return False


def _halves(logic: _Logic, made: list[str], flow: Flow) -> list[str]:
    """Lists that the loop fills side by side with a result, and that nothing reads: halves of a pair, also results."""
    loaded: dict[str, int] = {}
    pairs: list[str] = []
    for statement in logic.statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                loaded[node.id] = loaded.get(node.id, 0) + 1
    own = set(flow.bound) - set(flow.outputs)
    fills: dict[str, int] = {}
    for node in ast.walk(logic.loop):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                beside = [name for statement in block for name in _filled(statement)]
                for name in beside:
                    fills[name] = fills.get(name, 0) + 1
                if not set(beside).isdisjoint(made):
                    pairs += [name for name in beside if name in own]
    return [name for name in dict.fromkeys(pairs) if loaded.get(name, 0) == fills[name]]


def _filled(statement: ast.stmt) -> Iterator[str]:
    """The container that a statement puts something into."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr))) if attr in _FILLING:
            yield name
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))]):
            yield name


def _is_function(flow: Flow) -> bool:
    """Whether a function of its inputs would be understood, and is possible."""
    if flow.obstacles or flow.unknown or flow.defines:
        return False
    return 0 < len(flow.outputs) <= _OUTPUTS and 0 < len(flow.inputs) <= _INPUTS


def _is_tangled(logic: _Logic, flow: Flow, file: Module) -> bool:
    """Whether what a loop leaves behind is read later, or a name keeps its old value on some path: no clear outputs."""
    targets = {
        node.id
        for statement in logic.statements
        for loop in ast.walk(statement)
        if isinstance(loop, ast.For)
        for node in ast.walk(loop.target)
        if isinstance(node, ast.Name)
    }
    reads = {name for statement in logic.statements for name in effects_of(file, statement).reads}
    begun = set(flow.inputs)
    for statement in logic.statements:
        match statement:
            case ast.For() | ast.While():
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str())) if name in flow.outputs:
                return True  # a setting for the whole notebook
            case _:
                begun |= effects_of(file, statement).binds.keys()
    return (
        not targets.isdisjoint((*flow.outputs, *flow.inputs))
        or not reads.issuperset(flow.inputs)
        or not begun.issuperset(flow.rebound)
    )


def _head(loop: ast.For | ast.While, file: Module) -> Span:
    """The place of `for x in y`, up to the colon."""
    last = loop.iter if isinstance(loop, ast.For) else loop.test
    whole, end = file.span(loop), file.span(last)
    text = file.source.lines[(last.end_lineno or last.lineno) - 1]
    column = end.end_column
    while text[column - 1 : column] in (" ", ")"):
        column += 1
    column += text[column - 1 : column] == ":"
    return Span(whole.line, whole.column, end.end_line, column, whole.cell)


def _name(logic: _Logic, signature: _Signature, file: Module) -> str:
    """What to call the function: by the comment above it, or by what its loop makes; else by what it goes through."""
    taken = file.scope.bindings
    lines = logic.cell.lines
    for line in (logic.loop.lineno, logic.statements[0].lineno):
        above = line - logic.cell.first - 1
        match = _COMMENT.match(lines[above]) if 0 <= above < len(lines) else None
        words = re.findall(r"[a-z0-9]+", match[1].lower()) if match else []
        words = [word for word in words if word not in _SMALL]
        if 2 <= len(words) <= 4 and _VERBS.match(words[0]) and not _BEGINNING.intersection(words):
            name = "_".join(words)
            if name not in taken and not iskeyword(name):
                return name
    made = [name for name in signature.made if name in signature.gives]
    if len(made) > 1:  # what did not work is not what it is for
        made = [name for name in made if not _FAILED.search(name)] or made
    words = _common([_words(name) for name in made]) if made else []
    if words and not _GENERAL.issuperset(words) and sum(map(len, words)) > 2 and signature.takes.count(made[0]) == 0:
        name = f"{'count' if _is_count(made, logic) else 'find' if words[0] == 'best' else 'build'}_{'_'.join(words)}"
    else:
        again = [*signature.changes, *(name for name in made if name in signature.takes)]
        through = logic.loop.iter if isinstance(logic.loop, ast.For) else logic.loop.test
        nodes = [node for node in ast.walk(through) if isinstance(node, ast.Name) and node.id in signature.names]
        used = [node.id for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset))]
        used = again if len(again) == 1 else [name for name in used if len(name) > 2]
        known = [name for name in used if name in signature.takes]
        subject = (known or again or used or signature.takes or signature.gives)[0]
        columns = _columns(logic, signature.changes[0]) if len(signature.changes) == 1 and not made else []
        name = f"add_{columns[0]}" if len(columns) == 1 else f"process_{'_'.join(_words(subject)) or 'rows'}"
        if not (known or again or used or columns) and made:  # it goes through what is written there
            name = f"build_{'_'.join(_words(made[0]))}"
    while name in taken:
        name += "_"
    return name


def _words(name: str) -> list[str]:
    """The words of a name: `bprpCleanSuper`, `sample_obs_all`."""
    apart = re.sub(r"(?<=[a-z0-9]{2})(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", "_", name)
    return [word for word in apart.lower().split("_") if word]


def _common(names: list[list[str]]) -> list[str]:
    """The words that all names begin with, or else end with; of an ending one word says too little."""
    first, *others = names
    for cut in range(len(first), 0, -1):
        if all(other[:cut] == first[:cut] for other in others):
            begin = first[:cut]
            if begin[-1] in _LEADING and all(
                other[-1] == first[-1] for other in others
            ):  # patient_to_a_id, patient_to_b_id
                return [*begin, first[-1]]
            while begin and begin[-1] in _LEADING:
                begin = begin[:-1]
            return begin
    for cut in range(len(first) - 1):
        if all(other[-len(first) + cut :] == first[cut:] for other in others):
            return first[cut:]
    return []


def _is_count(made: list[str], logic: _Logic) -> bool:
    """Whether the one result is a number that the loop counts up by one."""
    return len(made) == 1 and any(
        isinstance(node, ast.AugAssign)
        and isinstance(node.op, ast.Add)
        and isinstance(node.target, ast.Name)
        and node.target.id == made[0]
        and isinstance(node.value, ast.Constant)
        and node.value.value == 1
        for node in ast.walk(logic.loop)
    )


def _columns(logic: _Logic, table: str) -> list[str]:
    """The columns that the statements give to a table, as words of a name."""
    found: list[str] = []
    for statement in logic.statements:
        for node in ast.walk(statement):
            match node:
                case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(column)), ctx=ast.Store()) if (
                    name == table
                ):
                    found.append("_".join(_words(column)))
                case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(value=ast.Name(id=name)), ctx=ast.Store()):
                    if name == table:
                        found.append("")
    found = list(dict.fromkeys(found))
    return found if all(name.isidentifier() and name.isascii() for name in found) else []


def _statements(finding: Finding) -> int:
    found = _SIZE.search(finding.message)
    return int(found[1]) if found else 0


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
