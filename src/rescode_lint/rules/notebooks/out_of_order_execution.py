from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from posixpath import basename
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.lectures import lectures_of
from rescode_lint.read import Cell
from rescode_lint.rule import Bad, NotebookRule
from rescode_lint.semantics import Module

#: Places that a finding shows besides its own.
_SHOWN = 5
#: A gap is worth a word where as many runs are missing as this part of all cells, one alone as that; or so many, and
#: that part.
_PART, _PART_OF_ONE = 0.25, 0.33
_LOST, _LOST_PART = 5, 0.1
#: Cells that nobody runs twice, or that are run once on each machine.
_SET_UP = lazy(r"\s*(?:[!%]|pip |conda |#|\Z)")
#: What says that a cell need not run.
_OPTIONAL = lazy(
    r"optional|exercise|your (?:code|answer|turn|solution)|uncomment|only once|(?:run|execute) (?:this|it|the)? ?(?:cell )?once"
    r"|(?:don'?t|do not|need not|not need to|skip|only) (?:be )?(?:run|execut|need|th)|skip|if you (?:want|need|wish|like)"
    r"|alternativ|deprecated|obsolete|unused|old (?:code|version)|todo|work in progress|\bwip\b|scratch|takes? (?:a )?(?:very )?long",
    2,
)


class _Run(NamedTuple):
    """A cell with code in it."""

    cell: Cell
    #: None where it was not run, or where nobody knows.
    number: int | None


class OutOfOrderExecution(NotebookRule):
    """The numbers beside the cells tell in which order they ran. Where these do not rise, the tables and figures that
    are saved in the notebook were made by cells that ran in another order than they are read, some perhaps twice, or
    in another session: nobody can make them again from top to bottom, and a reader who compares the code with the
    output below it is misled.

    One finding a notebook, at the first cell that is out of place. That a cell among executed ones was not run, and
    that numbers are missing because cells were run again or deleted, is said where nothing worse is.
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
        "Silent where fewer than two cells have a number, where numbers rise by one from any start (the kernel had been used before), "
        "where cells without a number fill just the gap that they leave (their output was cleared), and on cells "
        "without a number at the end. A gap is named where at least a quarter as many runs are missing as there are "
        "cells, or five. Cells that install packages, that say they are optional, and those of lectures and tutorials may stay "
        "unrun. Copies of a notebook are one finding."
    )

    VALID = (
        "# %% In[1]\nx = 1\n# %% In[2]\nprint(x)",
        # Stripped.
        "# %%\nx = 1\n# %%\nprint(x)",
        # One run, in a kernel that had been used before.
        "# %% In[5]\nx = 1\n# %% In[6]\nprint(x)\n# %% In[7]\nx + 1",
        # Empty cells and comments do not run.
        "# %% In[1]\nx = 1\n# %%\n\n# %%\n# to do\n# %% In[2]\nprint(x)",
        # The output of the second cell was cleared.
        "# %% In[1]\nimport huggingface_hub\n# %%\nhuggingface_hub.login()\n# %% In[3]\nprint(1)",
        # The last cells were not run.
        "# %% In[1]\nx = 1\n# %% In[2]\nprint(x)\n# %%\nx + 1",
        # One cell was run again in place.
        "# %% In[1]\na = 1\n# %% In[2]\nb = 1\n# %% In[3]\nc = 1\n# %% In[4]\nd = 1\n# %% In[6]\nprint(a, b, c, d)",
        "# %%\n!pip install pandas\n# %% In[1]\nimport pandas as pd\n# %% In[2]\npd.DataFrame()",
        "# %% In[1]\nx = 1\n# %% tags=skip-execution\nx = 2\n# %% In[2]\nprint(x)",
        # Written by a front end that counts otherwise.
        "# %% In[1]\nx = 1\n# %% In[1]\ny = 1\n# %% In[1]\nprint(x, y)",
    )
    INVALID = (
        Bad(
            "# %% In[1]\nx = 1\n# %% In[4]\nx = x + 1\n^^^^^^^^^\n# %% In[2]\nprint(x)\n# %% In[3]\ny = x",
            "`[4]` stands above `[2]`: cell 2 was run after cell 3",
            "# %% In[1]\nx = 1\n# %% In[2]\nx = x + 1\n# %% In[3]\nprint(x)\n# %% In[4]\ny = x",
        ),
        Bad(
            "# %% In[2]\nx = 1\n# %% In[2]\nprint(x)\n^^^^^^^^\n# %% In[9]\ny = x",
            "`[2]` stands at cells 1 and 2",
        ),
        Bad(
            "# %% In[1]\nx = 1\n# %%\ny = x + 1\n^^^^^^^^^\n# %% In[2]\nprint(y)",
            "cell 2 defines `y`, which cell 3 uses",
        ),
        Bad(
            "# %% In[1]\nx = 1\n# %%\ny = x + 1\n^^^^^^^^^\n# %%\nz = x\n# %% In[2]\nprint(x)",
            "cell 2 has no number, `[ ]`, so it was not run in the session that made the outputs around it, nor was cell 3",
        ),
        Bad("# %% In[1]\nx = 1\n# %% In[12]\nprint(x)\n^^^^^^^^", "`[12]` follows `[1]`"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield at most one finding: what is worst of order, cells that did not run, and gaps."""
        runs = _runs(file)
        counts = [run.number for run in runs if run.number is not None]
        if len(counts) < 2 or _counts_otherwise(counts):
            return
        found = self._disorder(runs, file) or self._unrun(runs, file) or self._gaps(runs, file)
        if found:
            yield found

    def _disorder(self, runs: list[_Run], file: Module) -> Finding | None:
        done = [run for run in runs if run.number is not None]
        kept = _in_order([run.number or 0 for run in done])
        out = [index for index in range(len(done)) if index not in kept]
        if not out:
            return None
        first, *others = out
        what = _conflict(done, first, kept)
        more = f" ({len(out)} of {len(done)} cells are out of order)" if others else ""
        return self.finding(
            _span(done[first].cell, file),
            f"{what}, so the saved outputs are not of one run from top to bottom{more}",
            related=tuple(
                Related(file.path, done[i].cell.position, _first_line(done[i].cell), _conflict(done, i, kept))
                for i in others[:_SHOWN]
            ),
        )

    def _unrun(self, runs: list[_Run], file: Module) -> Finding | None:
        missing = [cell for cell in _not_run(runs) if not _may_stay(cell)]
        needed = _needed(missing, runs, file)
        stale = [cell for cell in missing if cell.has_output]
        if needed:
            cell, name, user = needed
            what = f"cell {cell.position} defines `{name}`, which cell {user.position} uses, but was not run in the session"
        elif stale:
            cell = stale[0]
            what = f"cell {cell.position} has an output but no number, `[ ]`, so it was not run in the session"
        elif len(missing) > 1:
            cell = missing[0]
            what = f"cell {cell.position} has no number, `[ ]`, so it was not run in the session"
        else:
            return None
        others = [other for other in missing if other is not cell]
        nor = f", nor {'was cell' if len(others) == 1 else 'were cells'} " if others else ""
        nor += _listed([other.position for other in others])
        return self.finding(
            _span(cell, file),
            f"{what} that made the outputs around it{nor}",
            confidence="high" if needed else "medium",
            severity="warning" if needed or stale else "note",
            related=tuple(
                Related(file.path, other.position, _first_line(other), "not run either") for other in others[:_SHOWN]
            ),
        )

    def _gaps(self, runs: list[_Run], file: Module) -> Finding | None:
        steps = _gaps(runs)
        lost = sum(size for _, _, size in steps)
        if lost < (_PART if lost > 1 else _PART_OF_ONE) * len(runs) and lost < max(_LOST, _LOST_PART * len(runs)):
            return None
        if lost == 1 and (len(runs) < 3 or runs[0].number != 1):
            return None
        worst = max(steps, key=lambda step: step[2])
        before, after, size = worst
        places = f" (and {lost - size} in other places)" if len(steps) > 1 else ""
        return self.finding(
            _span(after.cell, file),
            f"`[{after.number}]` follows `[{before.number}]`: {size} run{'s' if size > 1 else ''} between them "
            f"{'were' if size > 1 else 'was'} of cells that were run again or have been deleted{places}",
            confidence="medium",
            severity="note",
            related=tuple(
                Related(file.path, b.cell.position, _first_line(b.cell), f"`[{b.number}]` follows `[{a.number}]`")
                for a, b, _ in (step for step in steps if step is not worst)
            )[:_SHOWN],
        )

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


def _runs(file: Module) -> list[_Run]:
    """The cells that have or should have a number."""
    found = []
    for cell in file.cells:
        count = cell.execution_count or None  # Colab and Databricks write 0 for no number
        if count is None and ("skip-execution" in cell.tags or not _has_code(cell)):
            continue
        found.append(_Run(cell, count))
    return found


def _has_code(cell: Cell) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in cell.lines)


def _counts_otherwise(counts: list[int]) -> bool:
    """Whether a front end or a converter wrote numbers that do not count runs: always the same, or in equal steps."""
    steps = {b - a for a, b in pairwise(counts)}
    return len(counts) > 2 and len(steps) == 1 and steps != {1}


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


def _gaps(runs: list[_Run]) -> list[tuple[_Run, _Run, int]]:
    """Neighbours between whose numbers more runs are missing than there are cells: (above, below, how many)."""
    found = []
    above: _Run | None = None
    between = 0
    for run in runs:
        if run.number is None:
            between += 1
            continue
        if above is not None and above.number is not None and run.number - above.number - 1 > between:
            found.append((above, run, run.number - above.number - 1 - between))
        above, between = run, 0
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
