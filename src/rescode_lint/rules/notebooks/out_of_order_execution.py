from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from enum import IntEnum
from posixpath import basename
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.lectures import lectures_of
from rescode_lint.read import Cell
from rescode_lint.rule import Bad, NotebookRule
from rescode_lint.rules.notebooks.undefined_on_restart import stops_in, undefined_in
from rescode_lint.semantics import Module
from rescode_lint.semantics.dataflow import MUTATORS, effects_of

#: Places that a finding shows besides its own.
_SHOWN = 5
#: So many numbers that stand twice are said whatever the cells do.
_SEVERAL = 3
#: So many cells out of order, and that part of them, are said even where none seems to hang on the others.
_MANY, _MANY_PART = 5, 0.25
#: Cells that nobody runs twice, or that are run once on each machine.
_SET_UP = lazy(r"\s*(?:[!%]|pip |conda |#|\Z)")
#: An assignment, in a cell that does not parse.
_ASSIGNS = lazy(r"[^#=(\"']*[\w\])] *[-+*/]?=(?!=)")
#: What says that a cell need not run.
_OPTIONAL = lazy(
    r"optional|exercise|your (?:code|answer|turn|solution)|uncomment|only once|(?:run|execute) (?:this|it|the)? ?(?:cell )?once"
    r"|(?:don'?t|do not|need not|not need to|skip|only) (?:be )?(?:run|execut|need|th)|skip|if you (?:want|need|wish|like)"
    r"|alternativ|deprecated|obsolete|unused|old (?:code|version)|todo|work in progress|\bwip\b|scratch|takes? (?:a )?(?:very )?long",
    2,
)


_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


#: What makes a figure or axes.
_FIGURES = frozenset("subplots figure axes gca gcf add_subplot twinx twiny colorbar subplot subplot_mosaic".split())
#: What many notebooks of a project have in common, except where an output shows what the cells above do not set.
_CAUSE = "notebooks not run from top to bottom"


class _Run(NamedTuple):
    """A cell with code in it."""

    cell: Cell
    #: None where it was not run, or where nobody knows.
    number: int | None


class _Weight(IntEnum):
    """How much it tells that a cell was out of its place."""

    #: Its output shows what was made of another value.
    SHOWN = 0
    #: Perhaps of another one: of an object that was changed.
    CHANGED = 1
    SILENT = 2
    #: It ran with another version of a function.
    CODE = 3
    UNSEEN = 4
    NONE = 5


class _Names(NamedTuple):
    """The names that a cell needs from others, those that it sets or changes, and those that it binds."""

    uses: AbstractSet[str]
    sets: AbstractSet[str]
    binds: AbstractSet[str]


class _Clash(NamedTuple):
    """A cell out of its place."""

    weight: _Weight
    #: Its index among the cells that ran.
    at: int
    what: str
    #: The cell that sets or changes what is used.
    setter: int = 0
    #: It used what another cell set than the one above, which may be the same.
    is_other: bool = False


class OutOfOrderExecution(NotebookRule):
    """Tables and figures that were made by cells in another order than they are read, some twice or in another session,
    cannot be made again from top to bottom. The numbers beside the cells show it; and whoever compares the code with the
    output below it is misled.

    One finding a notebook: where a number stands twice, that the cells are of several sessions; else a cell whose output
    was made of another value than the cells above it set; else a cell among executed ones that was not run although
    something below needs it. Where more than five notebooks of a project show no more than that they were not run from top
    to bottom, these are one finding.
    """

    code = "RSC105"
    name = "out-of-order-execution"
    summary = "saved outputs that did not come from one run from top to bottom"
    advice = (
        'Choose "Restart Kernel and Run All Cells", see that nothing fails and that the results still are what you '
        "report, and save."
    )
    how_to_fix = (
        "Choose *Restart Kernel and Run All Cells*, or run `jupyter nbconvert --to notebook --execute --inplace "
        "NOTEBOOK.ipynb`, which does the same without the editor. Where a cell stops it, that cell needs something that "
        "only the old session had. What need not run every time (a download, a long training) belongs into a script, "
        "or behind an `if` that looks whether its result is there. To keep outputs out of version control "
        "altogether, use `nbstripout`."
    )
    limits = (
        "A number that stands at two cells, or one cell out of order, counts where that cell sets what another one uses, or shows "
        "what was set in another order. Silent where no cell has a saved output (unless a number stands twice), where fewer than two cells have a number, and "
        "where all numbers rise, whatever is missing between them: running a cell twice is how people work. A cell out of order "
        "counts where it uses a name, itself or in a function that it calls, that the nearest cell above it that sets or "
        "changes the name set later, or that another cell had set meanwhile; imports, figures and axes do not count, nor what a "
        "function changes in its arguments, or writes to a file. A cell without a number "
        "counts where it has an output, or where an executed cell below needs a name that only it defines; not where it says that "
        "it is optional, or installs packages. Copies of a notebook are one finding."
    )

    VALID = (
        "# %% In[1]\nx = 1\n# %% In[2] Out: 1\nprint(x)",
        # Stripped.
        "# %%\nx = 1\n# %%\nprint(x)",
        # One run, in a kernel that had been used before.
        "# %% In[5]\nx = 1\n# %% In[6] Out: 1\nprint(x)\n# %% In[7]\nx + 1",
        # Cells were run again in place.
        "# %% In[1]\nx = 1\n# %% In[12] Out: 1\nprint(x)\n# %% In[14] Out: 2\nx + 1",
        "# %% In[1]\nimport os\n# %% In[8] Out: /home\nos.getcwd()\n# %% In[9]\nx = 1\n# %% In[10]\nx + 1",
        # Empty cells and comments do not run, whatever their number.
        "# %% In[1]\nx = 1\n# %%\n\n# %%\n# to do\n# %% In[2] Out: 1\nprint(x)",
        "# %% In[1]\nx = 1\n# %% In[9]\n\n# %% In[7]\n# to do\n# %% In[2] Out: 1\nprint(x)",
        # The output of the second cell was cleared.
        "# %% In[1]\nimport huggingface_hub\n# %%\nhuggingface_hub.login()\n# %% In[3] Out: 1\nprint(1)",
        # The last cells were not run.
        "# %% In[1]\nx = 1\n# %% In[2] Out: 1\nprint(x)\n# %%\nx + 1",
        # Nothing needs the cells that were not run.
        "# %% In[1]\nx = 1\n# %%\ny = x + 1\n# %%\nz = x\n# %% In[2] Out: 1\nprint(x)",
        "# %%\n!pip install pandas\n# %% In[1]\nimport pandas as pd\n# %% In[2] Out: empty\npd.DataFrame()",
        "# %% In[1]\nx = 1\n# %% tags=skip-execution\nx = 2\n# %% In[2] Out: 1\nprint(x)",
        # Written by a front end that counts otherwise.
        "# %% In[1]\nx = 1\n# %% In[1]\ny = 1\n# %% In[1] Out: 1 1\nprint(x, y)",
        # No output is saved.
        "# %% In[1]\nx = 1\n# %% In[4]\nx = x + 1\n# %% In[2]\nprint(x)",
        # The cell that was run again only draws what is made above.
        "# %% In[1]\nimport matplotlib.pyplot as plt\n# %% In[2]\nheights = [1, 2]\n# %% In[9] Out: <Figure>\n"
        "fig, ax = plt.subplots()\nax.plot(heights)\nax.set_xlabel('year')\n# %% In[4]\nwidths = [2, 3]\n"
        "# %% In[5] Out: <Figure>\nfig, ax = plt.subplots()\nax.plot(widths)",
        # It only prints, in the Python of then.
        "# %% In[1]\nrows = [3]\n# %% In[7] Out: 1\nprint len(rows)\n# %% In[5] Out: [3]\nprint rows",
        # Functions read when they are called.
        "# %% In[1]\nimport numpy as np\n# %% In[9]\ndef width(x):\n    return x * 2\n# %% In[4]\ndef area(x):\n"
        "    return width(x) ** 2\n# %% In[10] Out: 16\narea(2)",
        # Written for the Python of then, a cell above sets it, too.
        "# %% In[1]\nsize = 2\nprint 'size', size\n# %% In[4] Out: 2\nprint(size)\n# %% In[3]\nsize = 3",
        # The cell with a number that stands twice sets nothing that is used, nor shows what has changed.
        "# %% In[1]\nrows = [2]\n# %% In[2] Out: [2]\nprint(rows)\n# %% In[3]\nimport lab\n# %% In[3] Out: 1\nlab.show(rows)",
        # One plot is of an earlier run, of what only one cell sets.
        "# %% In[1]\nrows = [2]\n# %% In[4]\nheights = rows\n# %% In[5] Out: 1\nprint(1)\n# %% In[2] Out: <Figure>\nplot(heights)",
        # It asks, and changes nothing that is known.
        "# %% In[1]\nbase = open_base()\n# %% In[7] Out: 3\nbase.ask('b')\n# %% In[5] Out: 2\nbase.ask('a')",
        # An import was added.
        "# %% In[30]\nimport numpy as np\nimport scipy.stats\n# %% In[2] Out: 1.0\nnp.exp(0)\n# %% In[3] Out: 2\nprint(2)",
    )
    INVALID = (
        Bad(
            "# %% In[1]\nx = 1\n# %% In[4]\nx = x + 1\n^^^^^^^^^\n# %% In[2] Out: 1\nprint(x)\n# %% In[3]\ny = x",
            "`[4]` stands above `[2]`: cell 2, which sets `x`, was run after cell 3, which uses it",
            "# %% In[1]\nx = 1\n# %% In[2]\nx = x + 1\n# %% In[3] Out: 2\nprint(x)\n# %% In[4]\ny = x",
        ),
        # What is shown twice may be right, but not what the model has learnt.
        Bad(
            "# %% In[3]\nmodel = Model()\n# %% In[8]\nmodel.fit(1)\n^^^^^^^^^^^^\n# %% In[5] Out: 0.9\nmodel.score(1)",
            "cell 2, which changes `model`, was run after cell 3",
        ),
        Bad(
            "# %% In[2]\nx = 1\n# %% In[2] Out: 1\nprint(x)\n^^^^^^^^\n# %% In[9]\ny = x",
            "`[2]` stands at cells 1 and 2",
        ),
        # What only shows is not looked at, however often its number stands there.
        Bad(
            "# %% In[7]\nx = 1\n# %% In[3] Out: 1\nprint(x)\n# %% In[1]\ny = x\n^^^^^\n# %% In[3] Out: 1\nprint(y)",
            "the numbers begin again at `[1]` in cell 3",
        ),
        Bad(
            "# %% In[4]\nx = 1\n# %% In[5] Out: 1\nprint(x)\n# %% In[1]\nx = 2\n^^^^^\n# %% In[2] Out: 2\nprint(x)",
            "the numbers begin again at `[1]` in cell 3, below `[5]`",
        ),
        Bad(
            "# %% In[1]\nx = 1\n# %%\ny = x + 1\n^^^^^^^^^\n# %% In[2] Out: 2\nprint(y)",
            "cell 2 defines `y`, which cell 3 uses",
        ),
        Bad(
            "# %% In[1]\nx = 1\n# %% Out: 2\nprint(x + 1)\n^^^^^^^^^^^^\n# %%\nz = x\n# %% In[2]\nprint(x)",
            "cell 2 has an output but no number, `[ ]`, so it was not run in the session that made the outputs around it, "
            "nor was cell 3",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield at most one finding: several sessions, else what is worst of order, else cells that did not run."""
        runs = _runs(file)
        done = [run for run in runs if run.number is not None]
        counts = [run.number or 0 for run in done]
        if len(counts) < 2 or (len(counts) > 2 and len(set(counts)) == 1):
            return
        shown = any(cell.has_output for cell in file.cells)
        found = self._sessions(done, counts, shown, file)
        if found is None and shown:
            found = self._disorder(done, counts, file) or self._unrun(runs, file)
        if found is None:
            return
        stop = stops_in(file)
        yield (
            found._replace(
                advice=f"{found.advice.rstrip('.')}. Now it stops in cell {stop}, for a name that no cell above defines."
            )
            if stop
            else found
        )

    def _sessions(self, done: list[_Run], counts: list[int], shown: bool, file: Module) -> Finding | None:
        """That a number stands at two cells."""
        first: dict[int, int] = {}
        again = [index for index, count in enumerate(counts) if first.setdefault(count, index) != index]
        if not again or (len({counts[index] for index in again}) < _SEVERAL and not _matter(again, done, counts, file)):
            return None

        def told(index: int) -> str:
            cell = done[first[counts[index]]].cell.position
            return f"`[{counts[index]}]` stands at cells {cell} and {done[index].cell.position}"

        more = len({counts[index] for index in again}) - 1
        others = f" ({more} more number{'s stand' if more > 1 else ' stands'} twice)" if more else ""
        what = "the saved outputs are" if shown else "the cells were run in more than one session, not"
        what += " of several sessions, not of one run from top to bottom" if shown else " from top to bottom"
        return self.finding(
            _span(done[again[0]].cell, file),
            f"{told(again[0])}, so {what}{others}",
            related=tuple(
                Related(file.path, done[index].cell.position, _first_line(done[index].cell), told(index))
                for index in again[1 : _SHOWN + 1]
            ),
            severity=None if shown else "note",
        )._replace(cause=_CAUSE)

    def _disorder(self, done: list[_Run], counts: list[int], file: Module) -> Finding | None:
        kept = _in_order(counts)
        out = [index for index in range(len(done)) if index not in kept]
        if not out:
            return None
        order = _Order(file)
        if len(out) == 1:
            (alone,) = out
            against = [i for i in range(len(counts)) if i != alone and (i < alone) != (counts[i] < counts[alone])]
            if not any(order.matters(i, done) for i in (alone, *(against if len(against) == 1 else ()))):
                return None
        clash = order.clash(done, frozenset(out))
        begins = next(
            (i for i in range(1, len(counts) - 1) if counts[i] == 1 and counts[i - 1] > 1 and counts[i + 1] > 1), None
        )
        if begins is not None and not any(order.works(run.cell) for run in done[:begins]):
            begins = None
        if clash is None:
            work = [index for index in out if order.works(done[index].cell)]
            if begins is None and (len(work) < _MANY or len(work) < _MANY_PART * len(done)):
                return None
            clash = _Clash(_Weight.NONE, out[0], _conflict(done, out[0], kept))
        first, what = clash.at, clash.what
        if begins is not None:
            first = begins
            what = (
                f"the numbers begin again at `[1]` in cell {done[begins].cell.position}, below `[{counts[begins - 1]}]`"
            )
        others = [index for index in out if index != first]
        more = f" ({len(out)} of {len(done)} cells are out of order)" if len(out) > 1 else ""
        found = self.finding(
            _span(done[first].cell, file),
            f"{what}, so the saved outputs are not of one run from top to bottom{more}",
            related=tuple(
                Related(file.path, done[i].cell.position, _first_line(done[i].cell), _conflict(done, i, kept))
                for i in others[:_SHOWN]
            ),
        )
        return found if clash.weight is _Weight.SHOWN else found._replace(cause=_CAUSE)

    def _unrun(self, runs: list[_Run], file: Module) -> Finding | None:
        missing = [cell for cell in _not_run(runs) if not _may_stay(cell) and not undefined_in(file, cell)]
        needed = _needed(missing, runs, file)
        stale = [cell for cell in missing if cell.has_output]
        if needed:
            cell, name, user = needed
            what = f"cell {cell.position} defines `{name}`, which cell {user.position} uses, but was not run in the session"
        elif stale:
            cell = stale[0]
            what = f"cell {cell.position} has an output but no number, `[ ]`, so it was not run in the session"
        else:
            return None
        others = [other for other in missing if other is not cell]
        nor = f", nor {'was cell' if len(others) == 1 else 'were cells'} " if others else ""
        nor += _listed([other.position for other in others])
        found = self.finding(
            _span(cell, file),
            f"{what} that made the outputs around it{nor}",
            confidence="high" if needed else "medium",
            related=tuple(
                Related(file.path, other.position, _first_line(other), "not run either") for other in others[:_SHOWN]
            ),
        )
        return found if needed else found._replace(cause=_CAUSE)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for copies of a notebook; in lectures and tutorials only what is out of order."""
        lectures = lectures_of(project.notebooks)
        copies: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.confidence == "high" or finding.path not in lectures:
                copies[basename(finding.path), finding.span, finding.message].append(finding)
        kept = []
        for same in copies.values():
            first, *others = sorted(same, key=lambda f: (f.path.count("/"), f.path))
            places = tuple(
                Related(f.path, f.span.cell, f.span.line, "the same in a copy of the notebook") for f in others
            )
            kept.append(first._replace(related=first.related + places))
        return kept


class _Order:
    """Whether it matters when a cell ran, by the names that it and others bind, change and read."""

    def __init__(self, file: Module) -> None:
        self._file = file
        self._statements: dict[int, list[ast.stmt]] = {}
        self._names: dict[int, _Names] = {}
        self._flow: dict[int, _Names] = {}
        self._drawn: frozenset[str] | None = None
        self._later: dict[str, frozenset[str]] | None = None

    def clash(self, done: list[_Run], out: frozenset[int]) -> _Clash | None:
        """The weightiest case of a cell that did not use what the cells above it set, if there is one: the first of these.
        A cheap look at the names comes first.
        """
        clash = self._clash(done, out, self._seen)
        if clash is None or clash.weight is not _Weight.SHOWN or clash.is_other:
            clash = self._clash(done, out, self._of)
        return clash

    def _clash(self, done: list[_Run], out: frozenset[int], names: Callable[[Cell], _Names]) -> _Clash | None:
        found: list[_Clash] = []
        writers: dict[str, list[int]] = defaultdict(list)
        for index, run in enumerate(done):
            for name in names(run.cell).sets:
                writers[name].append(index)
        ran = {run.cell.position for run in done}
        #: Names that cells set of which nobody knows when, or whether, they ran.
        unknown = {name for cell in self._file.cells for name in cell.maybe_binds}
        aside = {name for cell in self._file.cells if cell.position not in ran for name in names(cell).binds}
        for index, run in enumerate(done):
            if all(map(_SET_UP.match, run.cell.lines)):
                continue
            if run.cell.opaque or run.cell.unparsed:
                sets = run.cell.unparsed is None or any(map(_ASSIGNS.match, run.cell.lines))
                if index in out and sets:
                    found.append(
                        _Clash(_Weight.UNSEEN, index, _conflict(done, index, frozenset(range(len(done))) - out))
                    )
                continue
            for name in sorted((names(run.cell).uses & writers.keys()) - unknown):
                clash = _used(name, index, writers[name], done, out)
                binds = clash is not None and name in names(done[clash.setter].cell).binds
                above = any(w < index for w in writers[name])
                if clash is None or not (above or (binds and name not in aside and not self._is_blind(run.cell))):
                    continue
                weight = _Weight.SHOWN if binds else _Weight.CHANGED
                if name in self._defined():
                    weight = _Weight.CODE
                elif not run.cell.has_output:
                    weight = _Weight.SILENT
                what = clash.what if binds else clash.what.replace("which sets ", "which changes ")
                found.append(clash._replace(weight=weight, what=what))
        return min(found, key=lambda clash: (clash.weight, clash.is_other), default=None)

    def matters(self, index: int, done: list[_Run], twin: int | None = None) -> bool:
        """Whether it matters when a cell ran: it sets what another one uses, or shows what cells set in another order.

        Args:
            index: its index among the cells that ran.
            done: these cells.
            twin: that with the same number, whose names count as changed.
        """
        cell = done[index].cell
        if cell.opaque or cell.unparsed:
            return cell.unparsed is None or any(map(_ASSIGNS.match, cell.lines))
        own = self._of(cell)
        others = [self._of(run.cell) for at, run in enumerate(done) if at != index]
        if any(own.sets & other.uses for other in others):
            return True
        if not cell.has_output:
            return False
        changed = self._of(done[twin].cell).sets if twin is not None else frozenset()
        for name in own.uses:
            writers = [at for at, run in enumerate(done) if name in self._of(run.cell).sets]
            if name in changed or (
                len(writers) > 1 and _used(name, index, writers, done, frozenset({index})) is not None
            ):
                return True
        return False

    def _is_blind(self, cell: Cell) -> bool:
        """Whether something above a cell may bring names that cannot be seen."""
        return any(line < cell.first for line, _ in self._file.stars) or any(
            other.opaque and other.position < cell.position for other in self._file.cells
        )

    def _defined(self) -> frozenset[str]:
        """The functions and classes of the notebook."""
        self._read_by("")
        assert self._later is not None
        return frozenset(self._later)

    def works(self, cell: Cell) -> bool:
        """Whether a cell does more than import, define functions, and set up."""
        return any(not isinstance(s, ast.Import | ast.ImportFrom | _DEFINITION | ast.Pass) for s in self._body(cell))

    def _seen(self, cell: Cell) -> _Names:
        """The names that statements at the top level read before they bind them, and those that they bind."""
        if not self._flow:
            uses: dict[int, set[str]] = defaultdict(set)
            sets: dict[int, set[str]] = defaultdict(set)
            left_out = self._file.scope.imports.keys() | self._figures()
            for use in self._file.flow:
                of = self._file.source.cell_at(use.line)
                if of is None or use.name in left_out:
                    continue
                if use.kind == "bind":
                    sets[of.position].add(use.name)
                elif use.kind == "read" and use.name not in sets[of.position]:
                    uses[of.position].add(use.name)
            self._flow = {
                run.position: _Names(uses[run.position], sets[run.position], sets[run.position])
                for run in self._file.cells
            }
        return self._flow[cell.position]

    def _of(self, cell: Cell) -> _Names:
        """The names that a cell needs from others, and those that it sets; without imports."""
        known = self._names.get(cell.position)
        if known is None:
            reads: set[str] = set()
            writes: set[str] = set()
            sure: set[str] = set()
            binds: set[str] = set()
            for statement in self._body(cell):
                effects = effects_of(self._file, statement)
                own = effects.binds.keys() - effects.always  # what a loop binds and reads is its own
                reads |= (effects.reads.keys() | effects.mutates.keys()) - own - sure
                if not isinstance(statement, _DEFINITION):
                    reads |= effects.later.keys() - own - sure
                writes |= effects.binds.keys() | {
                    n for n, at in effects.mutates.items() if n not in sure and _changes(at)
                }
                binds.update(effects.binds)
                sure |= effects.if_turned
            waiting = list(reads)
            while waiting:  # a function reads what it reads when it is called
                more = self._read_by(waiting.pop()) - reads
                reads |= more
                waiting += more
            left_out = self._file.scope.imports.keys() | self._figures()
            known = _Names(frozenset(reads - left_out), frozenset(writes - left_out), binds)
            self._names[cell.position] = known
        return known

    def _figures(self) -> frozenset[str]:
        """The names of figures and axes, which each cell that draws makes anew."""
        if self._drawn is None:
            drawn, others = set[str](), set[str]()
            for statement in self._file.body:
                if isinstance(statement, ast.Assign):
                    call = statement.value
                    is_figure = isinstance(call, ast.Call) and getattr(call.func, "attr", "") in _FIGURES
                    names = {n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
                    (drawn if is_figure else others).update(names)
            self._drawn = frozenset(drawn - others)
        return self._drawn

    def _read_by(self, name: str) -> frozenset[str]:
        """The names that a function or class of the notebook reads when it is called."""
        if self._later is None:
            self._later = {
                s.name: frozenset(effects_of(self._file, s).later)
                for s in self._file.body
                if isinstance(s, _DEFINITION)
            }
        return self._later.get(name, frozenset())

    def _body(self, cell: Cell) -> list[ast.stmt]:
        if not self._statements:
            self._statements[0] = []
            for statement in self._file.body:
                of = self._file.source.cell_at(statement.lineno)
                self._statements.setdefault(of.position if of else 0, []).append(statement)
        return self._statements.get(cell.position, [])


def _runs(file: Module) -> list[_Run]:
    """The cells with code that have or should have a number; an empty one keeps that of what once stood there."""
    found = []
    for cell in file.cells:
        count = cell.execution_count or None  # Colab and Databricks write 0 for no number
        if not _has_code(cell) or (count is None and "skip-execution" in cell.tags):
            continue
        found.append(_Run(cell, count))
    return found


def _has_code(cell: Cell) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in cell.lines)


def _in_order(counts: list[int]) -> frozenset[int]:
    """The places of the longest rising part of a sequence."""
    ends: list[int] = []
    tails: list[int] = []
    previous: list[int] = []
    for index, count in enumerate(counts):
        at = bisect_left(ends, count)
        previous.append(tails[at - 1] if at else -1)
        if at == len(ends):
            ends.append(count)
            tails.append(index)
        elif count < ends[at]:
            ends[at] = count
            tails[at] = index
    kept = []
    index = tails[-1]
    while index >= 0:
        kept.append(index)
        index = previous[index]
    return frozenset(kept)


def _changes(at: ast.AST) -> bool:
    """Whether what is said to change an object surely does: no call of an unknown method."""
    if not isinstance(at, ast.Call):
        return True
    known = isinstance(at.func, ast.Name) or (isinstance(at.func, ast.Attribute) and at.func.attr in MUTATORS)
    return known or any(keyword.arg in ("inplace", "out") for keyword in at.keywords)


def _used(name: str, reader: int, writers: list[int], done: list[_Run], out: frozenset[int]) -> _Clash | None:
    """That a cell did not use the value of a name that the cells above it set; None if it did."""

    def told(index: int) -> str:
        return f"cell {done[index].cell.position} (`[{done[index].number}]`)"

    here, count = done[reader].cell.position, done[reader].number or 0
    above = max((w for w in writers if w < reader), default=None)
    ran = [w for w in writers if w != reader and (done[w].number or 0) < count]
    before = max(ran, key=lambda w: done[w].number or 0, default=None)
    if above is None:
        if before is None:
            return None
        at = reader if reader in out else before
        return _Clash(
            _Weight.SHOWN, at, f"{told(reader)} uses `{name}`, which only {told(before)} below it sets", before
        )
    there, its = done[above].cell.position, done[above].number or 0
    if its > count:
        if above in out:
            what = f"`[{its}]` stands above `[{count}]`: cell {there}, which sets `{name}`, was run after cell {here}, which uses it"
            return _Clash(_Weight.SHOWN, above, what, above)
        what = f"`[{count}]` stands below `[{its}]`: cell {here}, which uses `{name}`, was run before cell {there}, which sets it"
        return _Clash(_Weight.SHOWN, reader, what, above)
    if before is None or before == above:
        return None
    at = next((index for index in (reader, before, above) if index in out), reader)
    what = f"{told(reader)} used the `{name}` of {told(before)}, not that of {told(above)}, which stands above it"
    return _Clash(_Weight.SHOWN, at, what, before, is_other=True)


def _is_movable(counts: list[int], index: int) -> bool:
    """Whether the longest rising part is as long without a number, which then may be the one that is out of order."""
    return len(_in_order(counts[:index] + counts[index + 1 :])) == len(_in_order(counts))


def _matter(again: list[int], done: list[_Run], counts: list[int], file: Module) -> bool:
    """Whether it matters when one of the cells ran that have the number of another."""
    order = _Order(file)
    for index in again:
        first = counts.index(counts[index])
        if any(
            _is_movable(counts, at) and order.matters(at, done, twin) for at, twin in ((first, index), (index, first))
        ):
            return True
    return False


def _conflict(done: list[_Run], index: int, kept: frozenset[int]) -> str:
    """What is wrong with a cell that is out of place, beside one that is not."""
    here, count = done[index].cell.position, done[index].number or 0
    for other in sorted(kept, key=lambda k: abs(k - index)):
        cell, its = done[other].cell.position, done[other].number or 0
        if its == count:
            return (
                f"`[{count}]` stands at cells {min(here, cell)} and {max(here, cell)}, which ran in different sessions"
            )
        if other > index and its < count:
            return f"`[{count}]` stands above `[{its}]`: cell {here} was run after cell {cell}"
        if other < index and its > count:
            return f"`[{count}]` stands below `[{its}]`: cell {here} was run before cell {cell}"
    return f"`[{count}]` is out of order"


def _not_run(runs: list[_Run]) -> list[Cell]:
    """The cells without a number between executed ones whose numbers leave no room for them."""
    found: list[Cell] = []
    last = 0
    waiting: list[Cell] = []
    for run in runs:
        if run.number is None:
            waiting.append(run.cell)
        else:
            room = run.number - last - 1
            if room < len(waiting):
                found += waiting[: len(waiting) - room] if room else waiting
            waiting, last = [], run.number
    return found


def _may_stay(cell: Cell) -> bool:
    """Whether a cell says that it need not run, or only sets up the machine."""
    if all(_SET_UP.match(line) for line in cell.lines):
        return True
    return any("#" in line and _OPTIONAL.search(line.partition("#")[2]) for line in cell.lines)


def _needed(missing: list[Cell], runs: list[_Run], file: Module) -> tuple[Cell, str, Cell] | None:
    """The first cell that was not run of which an executed one below uses a name that no executed one above defines."""
    if not missing:
        return None
    ran = {run.cell.position for run in runs if run.number is not None}
    unrun = {cell.position: cell for cell in missing}
    bound: set[str] = set()
    owed: dict[str, Cell] = {}
    for use in file.flow:
        cell = file.source.cell_at(use.line)
        if cell is None:
            continue
        if cell.position in ran:
            if use.kind == "bind":
                bound.add(use.name)
            elif use.kind == "read" and use.name in owed and use.name not in bound:
                return owed[use.name], use.name, cell
        elif cell.position in unrun and use.kind == "bind":
            owed.setdefault(use.name, cell)
    return None


def _first_line(cell: Cell) -> int:
    return next((number for number, line in enumerate(cell.lines, 1) if line.strip()), 1)


def _span(cell: Cell, file: Module) -> Span:
    """The first line of a cell that holds something."""
    line = _first_line(cell)
    text = cell.lines[line - 1]
    indent = len(text) - len(text.lstrip())
    return Span(line, indent + 1, line, max(len(text.rstrip()), indent + 1) + 1, cell.position)


def _listed(cells: list[int]) -> str:
    shown = [str(cell) for cell in cells]
    if len(shown) > 4:
        shown = [*shown[:3], f"{len(shown) - 3} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
