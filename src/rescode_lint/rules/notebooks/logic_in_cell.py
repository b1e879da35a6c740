from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from typing import ClassVar, NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.lectures import is_wordy, lectures_of
from rescode_lint.read import Cell
from rescode_lint.rule import Bad, NotebookRule, Option
from rescode_lint.semantics import Module
from rescode_lint.semantics.dataflow import Flow, effects_of, flow_of

#: More inputs or outputs than these, and a function of the cell would be no gain to its reader.
_INPUTS, _OUTPUTS = 5, 3
#: How much of a cell's statements must be the loop and what belongs to it.
_SHARE = 0.5
#: Calls that draw, display, ask or wait: what a notebook is for.
_SHOWING = lazy(
    r"plot\w*|\w+plot|scatter|imshow|hist\d*d?|bar|barh|contourf?|pcolormesh|errorbar|fill_between|quiver|axv\w+|axh\w+|annotate"
    r"|legend|colorbar|set_title|set_[xy]\w+|suptitle|savefig|subplots?|add_subplot|add_axes|figure|xlabel|ylabel|title"
    r"|x?y?ticks|add_trace|update_layout|show|display|HTML|Image|Markdown|clear_output|twinx|gcf|gca|add_patch|add_artist"
    r"|interact\w*|input|widgets?|draw\w*|animate|FuncAnimation|pie|violinplot|boxplot|heatmap|embedding|umap|tsne|spy|matshow"
)
#: Calls of a training loop.
_TRAINING = frozenset(
    "backward zero_grad train_on_batch train_step minimize partial_fit apply_gradients optimize_parameters fit".split()
)
_DRAWING_MODULES = frozenset({"matplotlib", "seaborn", "plotly", "bokeh", "altair", "ipywidgets", "IPython", "pylab"})
_VERBS = lazy(
    r"(?:build|compute|calculate|calc|collect|extract|make|create|get|find|load|read|parse|clean|filter|select|count|merge|join"
    r"|convert|transform|encode|split|generate|simulate|estimate|fill|impute|normali[sz]e|scale|aggregate|group|match|map"
    r"|assign|label|sample|search|detect|remove|prepare|preprocess|process|format|download|fetch|score|rank|sort|add|combine|run)\Z",
    re.I,
)
_COMMENT = lazy(r"\s*#+\s*(?:\d+[.)]\s*)?([A-Za-z][\w' -]*?)\s*[.:]*\s*\Z")
#: A notebook that is a copy by its name.
_COPY = lazy(r"(?:\A|/)copy[ _]of|[ _-]copy\d*\.|\(\d+\)\.|(?:\A|/)untitled", re.I)
_SMALL = frozenset(
    {"the", "a", "an", "all", "each", "every", "of", "for", "to", "in", "and", "our", "this", "from", "with"}
)
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


class _Size(NamedTuple):
    statements: int
    branches: int
    loops: int


class LogicInCell(NotebookRule):
    """A loop with branches at the top level of a cell is a function that nobody can call: it cannot be tested on three
    made-up rows, the next notebook gets a pasted copy, and its loop variables and half-built lists stay in the
    namespace, where a later cell picks them up by accident. As a function it has a name, says what it needs and what it
    gives, and can move into a module.

    Named are loops that hold other loops or branches and several statements, and that make something which later cells
    use. Cells that draw, print or display, training loops, widgets, lectures and tutorials are left alone; so is what
    could not be a function without more ado, because it needs a magic, or too many inputs.
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
    confidence = "medium"
    merge_above = 3
    options: ClassVar[Mapping[str, Option]] = {"min-statements": 6}

    VALID = (
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
        # What the last turn has left behind is no result.
        "# %%\nfiles = ['a', 'b']\n# %%\nfor name in files:\n    text = open(name).read()\n    if not text:\n        continue\n"
        "    parts = text.split()\n    first = parts[0]\n    open(name + '.first', 'w').write(first)\n# %%\nfirst",
        # It is a function already.
        "# %%\ndef clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            a = row[0]\n            b = row[1]\n"
        "            kept.append(a + b)\n    return kept\n# %%\nkept = clean([])",
    )
    INVALID = (
        Bad(
            "# %%\nimport numpy as np\ntable = load()\nstations = [1, 2]\n# %%\nrows = []\nfor station in stations:\n"
            "^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "    part = table[table.station == station]\n    if len(part) < 3:\n        continue\n"
            "    mean = part.value.mean()\n    spread = part.value.std()\n    rows.append((station, mean, spread))\n"
            "summary = np.array(rows)\n# %%\nprint(summary)",
            "takes `stations` and `table`, and gives `summary`",
            "def build_summary(stations, table):\n    ...\n    return summary\n\nsummary = build_summary(stations, table)",
        ),
        Bad(
            "# %%\ntext = 'a b'\nstop = ['a']\n# %%\n# Count words\nfreq = {}\nfor line in text.splitlines():\n"
            "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "    for word in line.split():\n        word = word.strip().lower()\n        if word in stop:\n            continue\n"
            "        freq[word] = freq.get(word, 0) + 1\n# %%\nmax(freq.values())",
            "`for line in text.splitlines()`",
            "def count_words(text, stop):\n    ...\n    return freq",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for each cell that could be a function."""
        found = [logic for cell, body in _bodies(file) for logic in self._logic(cell, body)]
        if not found or is_wordy(file.source.prose, sum(1 for cell in file.cells if any(cell.lines))):
            return
        file.here = file.scope
        for logic in found:
            if _is_narrative(logic, file):
                continue
            flow = flow_of(file, logic.statements)
            if _is_function(flow) and not _is_tangled(logic, flow, file):
                yield self._judge(logic, flow, file)

    def _logic(self, cell: Cell, body: list[ast.stmt]) -> Iterator[_Logic]:
        """The cell's core loop with the statements that belong to it, if that is most of the cell."""
        if not any(isinstance(s, ast.For | ast.While) for s in body) or any(m.kind == "cell" for m in cell.magics):
            return
        least = self.option["min-statements"]
        assert isinstance(least, int)
        sizes = [_size([statement]) for statement in body]
        loops = [
            (size.statements, -index)
            for index, (statement, size) in enumerate(zip(body, sizes, strict=True))
            if isinstance(statement, ast.For | ast.While)
            and size.statements >= least
            and size.branches + size.loops > 1
            and not _is_single(statement)
        ]
        if not loops:
            return
        statements = [
            s for s in body if not isinstance(s, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
        ]
        whole = sum(size.statements for statement, size in zip(body, sizes, strict=True) if statement in statements)
        core = body[-max(loops)[1]]
        in_loops = sum(s.statements for b, s in zip(body, sizes, strict=True) if isinstance(b, ast.For | ast.While))
        if in_loops < _SHARE * whole:
            return
        assert isinstance(core, ast.For | ast.While)
        if isinstance(statements[-1], ast.Expr):  # what the cell shows
            statements.pop()
        first, last = body.index(statements[0]), body.index(statements[-1])
        yield _Logic(cell, core, body[first : last + 1], whole)

    def _judge(self, logic: _Logic, flow: Flow, file: Module) -> Finding:
        head = _head(logic.loop, file)
        name = _name(logic, flow, file)
        inputs = [f"`{n}`" for n in flow.inputs]
        outputs = [f"`{n}`" for n in flow.outputs if n not in flow.mutated or n in flow.bound]
        changed = [f"`{n}`" for n in flow.outputs if n in flow.mutated and n not in flow.bound]
        gives = " and ".join(
            [*([f"gives {_listed(outputs)}"] if outputs else []), *([f"changes {_listed(changed)}"] if changed else [])]
        )
        takes = f"takes {_listed(inputs)}" if inputs else "takes nothing"
        shown = ast.unparse(logic.loop).partition("\n")[0].rstrip(":")
        shown = shown if len(shown) <= 60 and "`" not in shown else shown.replace("`", "")[:56] + "..."
        message = (
            f"the code around `{shown}` ({logic.size} statements) is a function without a name: it {takes}, and {gives}"
        )
        signature = f"def {name}({', '.join(flow.inputs)}): ..."
        if flow.rebound:
            signature += f" return {', '.join(flow.rebound)}"
        path = f"'{file.path}'" if re.search(r"[^\w./-]", file.path) else file.path
        advice = f"Make it `{signature}`: `rescode extract {path} --cell {logic.cell.position} --as {name}`."
        return self.finding(head, message, advice=advice, group="cells")

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the notebook, at the largest."""
        first, *others = sorted(findings, key=lambda f: (-_statements(f), f.span))
        return first._replace(
            message=f"{first.message}; {len(others)} more cells of this notebook are functions, too",
            related=tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """None in lectures, where the reader is to see each step."""
        if not findings:
            return findings
        lectures = lectures_of(project.notebooks)
        groups: dict[tuple[str, str], list[Finding]] = {}
        for finding in findings:
            if finding.path not in lectures:
                key = (finding.message, finding.path if finding.related else "")
                groups.setdefault(key, []).append(finding)
        return [_copies(members) for members in groups.values()]


def _copies(findings: list[Finding]) -> Finding:
    """One finding for a cell that was pasted into several notebooks."""
    first, *others = sorted(findings, key=lambda finding: bool(_COPY.search(finding.path)))
    if not others:
        return first
    notebooks = "one other cell" if len(others) == 1 else f"{len(others)} other cells"
    return first._replace(
        message=f"{first.message}; {notebooks} of the project {'holds' if len(others) == 1 else 'hold'} the same code",
        related=tuple(Related(f.path, f.span.cell, f.span.line, "the same") for f in others),
    )


def _bodies(file: Module) -> Iterator[tuple[Cell, list[ast.stmt]]]:
    """The cells with their statements."""
    cells = file.cells
    bodies: list[list[ast.stmt]] = [[] for _ in cells]
    index = 0
    for statement in file.body:
        while index + 1 < len(cells) and cells[index + 1].first <= statement.lineno:
            index += 1
        bodies[index].append(statement)
    return ((cell, body) for cell, body in zip(cells, bodies, strict=True) if body)


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
        if isinstance(node, ast.If | ast.Try | ast.Match):
            branches += 1
        elif isinstance(node, ast.For | ast.While):
            loops += 1
        for field in ("body", "orelse", "finalbody"):
            stack.extend(getattr(node, field, ()))
        for handler in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            stack.extend(handler.body)
    return _Size(statements, branches, loops)


def _is_narrative(logic: _Logic, file: Module) -> bool:
    """Whether the cell draws, displays, asks, trains, or prints more than it makes."""
    prints = 0
    for statement in logic.statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                function = node.func
                name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
                if name == "print":
                    prints += 1
                elif (
                    name in _TRAINING
                    or _SHOWING.fullmatch(name)
                    or (file.qualname(function) or "").partition(".")[0] in _DRAWING_MODULES
                ):
                    return True
    return prints * 5 > logic.size


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
        not targets.isdisjoint(flow.outputs) or not reads.issuperset(flow.inputs) or not begun.issuperset(flow.rebound)
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


def _name(logic: _Logic, flow: Flow, file: Module) -> str:
    """What to call the function: by the comment above it, or by what it gives."""
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
    outputs = [name for name in flow.rebound if len(name) > 1] or list(flow.outputs)
    shared = outputs[0].split("_")
    for other in outputs[1:]:
        parts = other.split("_")
        while shared and parts[-len(shared) :] != shared:
            shared = shared[1:]
    name = f"{'build' if flow.rebound else 'fill'}_{'_'.join(shared) or outputs[0]}".lower()
    while name in taken:
        name += "_"
    return name


def _statements(finding: Finding) -> int:
    found = re.search(r"\((\d+) statements\)", finding.message)
    return int(found[1]) if found else 0


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
