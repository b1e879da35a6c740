from __future__ import annotations

import ast
import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname, join, normpath
from typing import NamedTuple, cast

from rescode_lint.facts.history import HISTORY
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Import, Related, Span
from rescode_lint.project import Project
from rescode_lint.read import Cell
from rescode_lint.read.ipython import Magic, is_automagic, mask, may_define
from rescode_lint.rule import Bad, NotebookRule, listed
from rescode_lint.rules.notebooks._restart import (
    condition_of,
    default_advice,
    hint_of,
    is_never_read,
    secret_advice,
    where_to_move,
)
from rescode_lint.rules.notebooks._runs import run_by
from rescode_lint.semantics import Module, Use
from rescode_lint.semantics.walk import is_main_guard

#: What IPython, Colab, Databricks and other kernels put into the namespace, besides the builtins.
_KERNELS = (
    "get_ipython display exit quit copyright credits license help __file__ __name__ __doc__ __builtins__"
    " __builtin__ __annotations__ __loader__ __spec__ __package__ __path__ __class__ __debug__ __vsc_ipynb_file__"
    " __session__ dbutils displayHTML getArgument spark sc sqlContext sqlc mssparkutils notebookutils WindowsError"
    " aiter anext EncodingWarning ExceptionGroup BaseExceptionGroup PythonFinalizationError _IncompleteInputError"
)
#: What Python 2 had: a notebook that uses these was written for it, which is another trouble.
_PYTHON_2 = (
    "apply basestring buffer cmp coerce execfile file intern long raw_input reduce reload unichr unicode xrange"
    " StandardError __nonzero__"
)
_KNOWN = frozenset(dir(builtins)) | frozenset(f"{_KERNELS} {_PYTHON_2}".split())

#: Functions that look at a namespace or change it.
_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})
_LOOKING = frozenset({"get", "keys", "items", "values", "copy", "__contains__"})
_LOOKERS = frozenset({"len", "list", "sorted", "print", "set", "dict", "type", "id", "display", "tuple", "repr", "str"})
_EXECUTING = frozenset({"exec", "execfile"})
_DYNAMIC = _NAMESPACES - {"dir"} | _EXECUTING | {"get_ipython"}
#: Methods of IPython's shell that define names.
_SHELL = frozenset(
    {"run_cell", "run_cell_magic", "ex", "push", "user_ns", "user_global_ns", "run_code", "safe_execfile"}
)
#: Calls that put names into the caller's namespace.
_INJECTING = frozenset(
    {
        "sympy.var",
        "sympy.init_session",
        "sympy.interactive.init_session",
        "sympy.interactive.session.init_session",
        "gettext.install",
        "runpy.run_path",
    }
)
#: What in a cell that does not parse may bring any name.
_HIDDEN = lazy(r"import\s*\(?\*|^\s*%(?:pylab|run|load)\b|\bexec", re.M)
_WORD = lazy(r"(\w+)(?=[ \t]|\Z)")
#: What people write on a line of its own so that "run all" stops there.
_HALTS = frozenset({"stop", "halt"})
_CATCHES_IT = frozenset({"NameError", "Exception", "BaseException"})

#: So many lines of code make a cell that stands twice a copy.
_COPIED = 3
#: That part of the lines is the same in a copy.
_SAME = 0.95
#: So many files of a project import a short name alike before it is taken for what is meant.
_ALIKE = 3
#: Names of one finding for which a hint is looked for.
_SHOWN = 4

#: Names that stand for the same module in nearly every notebook.
_SELF_NAMED = (
    "argparse collections copy csv cv2 datetime functools gc glob io itertools joblib json keras logging math"
    " matplotlib numpy os pandas pathlib pickle pprint random re requests scipy seaborn shutil sklearn statistics"
    " string subprocess sys time torch tqdm warnings"
)
_IMPORTS = {
    "np": "numpy as np",
    "pd": "pandas as pd",
    "plt": "matplotlib.pyplot as plt",
    "mpl": "matplotlib as mpl",
    "sns": "seaborn as sns",
    "tf": "tensorflow as tf",
    "tfp": "tensorflow_probability as tfp",
    "xr": "xarray as xr",
    "sp": "scipy as sp",
    "sm": "statsmodels.api as sm",
    "px": "plotly.express as px",
    "nx": "networkx as nx",
    "PIL": "PIL.Image",
}
_ALIASES = frozenset(_IMPORTS)
_IMPORTS |= {name: name for name in _SELF_NAMED.split()}


class _Missing(NamedTuple):
    """A use without a definition above it, and the event of another cell that explains it."""

    use: Use
    #: Where the name is defined later.
    below: Use | None = None
    #: Where it was deleted.
    deleted: Use | None = None


class _Sight(NamedTuple):
    """What only a look at the whole tree shows: wanted only where a name is missing."""

    #: Names that the notebook itself tests for.
    guarded: frozenset[str]
    #: Virtual lines whose NameErrors are caught.
    caught: tuple[tuple[int, int], ...]
    #: The first virtual line from which on any name may exist.
    blind: float
    #: Virtual lines of star imports of known libraries, with the names that they bring.
    brings: tuple[tuple[int, frozenset[str]], ...]
    #: Virtual lines of what brings names that only the project as a whole knows: "star lab.io", "run prepare.py".
    asks: tuple[tuple[int, str], ...]


class UndefinedOnRestart(NotebookRule):
    """A cell that uses a name which no cell above it defines works only in the session in which it was written: the
    cell that made the name was deleted, renamed, or stands further down. After "Restart and run all", or on a
    colleague's machine, it stops with a `NameError`, and the saved outputs cannot be made again.

    Names that one cell further down defines are one finding; so are names that one cell uses and none defines, and all
    of these where more than two cells use them: the cells that made them are gone.
    """

    code = "RSC106"
    name = "undefined-on-restart"
    summary = "a name that a cell uses and no cell above it defines"
    advice = "Define it in a cell above, then restart the kernel and run all cells."
    how_to_fix = (
        "Where a later cell defines the name, move that cell up. Where none does, the cell that did was deleted or "
        "renamed: write the definition again, or delete what used it. Then run *Restart and run all* before the commit."
    )
    limits = (
        "`%pylab` and `from x import *` bring what the library has in any of its versions of the last years, `%run` and star "
        "imports of the project what those files define. Silent below the first cell that may define any name: a star "
        "import or `%run` of what is not known, `%load`, `exec`, an unknown magic. A cell that does not parse counts as "
        "defining every name in it. Names that a function reads are reported only if no cell at all defines them, as the "
        "function may be called later, and only if something in the notebook calls it, and not on a branch that hangs on a "
        "parameter which no call sets so. What stands under an `if` that is asked once is not looked at, as it may be false. "
        "The same cell in several notebooks is one finding."
    )
    severity = "error"
    merge_above = 2
    VALID = (
        "# %%\nx = 1\n# %%\nprint(x)",
        # `%pylab` and `import *` define what the library has, or anything if nobody knows it.
        "# %%\n%pylab inline\n# %%\nplot(arange(3))",
        "# %%\nfrom somelab import *\n# %%\nmeasure()",
        {"study.ipynb": "# %%\nfrom helpers import *\n# %%\nload()", "helpers.py": "def load(): ..."},
        {"study.ipynb": "# %%\n%run prepare.ipynb\n# %%\nframe", "prepare.ipynb": "# %%\nframe = 3"},
        # Notebooks that are run by another one have its names.
        {"all.ipynb": "# %%\nimport numpy as np\n%run {folder}/prepare.ipynb", "lib/prepare.ipynb": "# %%\nnp.ones(3)"},
        # IPython takes the line for a magic.
        "# %%\nls -l\n# %%\npwd",
        # Asked only where the name is there; or never, though a loop is around.
        "# %%\nif 'net' not in dir() or chosen != loaded:\n    net = 3\n# %%\nloaded = chosen = 3",
        "# %%\nDRAW = False\nfor row in [1, 2]:\n    if DRAW:\n        axes.plot(row)\n    print(row)",
        # Asked once, and false.
        "# %%\nRETRAIN = False\n# %%\nif RETRAIN:\n    net.fit()\n# %%\nnet = 3",
        # Nothing evaluates the annotation.
        "# %%\nfrom __future__ import annotations\n# %%\ndef f() -> Table: ...\n# %%\nclass Table: ...",
        # The function runs when the name is there.
        "# %%\ndef f():\n    return later\n# %%\nlater = 2\n# %%\nf()",
        # No call takes that branch.
        "# %%\ndef fit(rows, extra=False):\n    if extra is True:\n        rows = rows + more\n    return rows\n# %%\n"
        "fit([1])\nfit([2], extra=False)",
        "# %%\ndef show(kind='bar'):\n    if kind == 'pie':\n        return pie_colours\n# %%\nshow()\nshow('line')",
        "# %%\n%%capture out\nprint(1)\n# %%\nout.show()",
        "# %%\ntry:\n    data\nexcept NameError:\n    data = 1\n# %%\ndata",
        '# %%\nif "cached" in globals():\n    print(cached)',
        "# %%\nfiles = !ls\n# %%\n[f for f in files]\n# %%\n_",
        # A variable of the shell.
        "# %%\n!echo $HOME",
        "# %%\nurl = 'https://zenodo.org/x.csv'\n!curl -O {url}",
        # The text says that it fails.
        "# %% tags=raises-exception\nprint(undefined)",
    )
    INVALID = (
        Bad(
            "# %%\nprint(total)\n      ^^^^^\n# %%\ntotal = 3",
            "`total` is defined only below, in cell 2",
            "# %%\ntotal = 3\n# %%\nprint(total)",
        ),
        Bad("# %%\nimport os\n# %%\nframe.head()\n^^^^^", "`frame` is defined by no cell"),
        Bad(
            "# %%\ndef mean():\n    return sum(values)\n               ^^^^^^\n# %%\nmean()",
            "`values` is read by `mean`",
        ),
        Bad(
            "# %%\nfit(train, test)\n^^^\n# %%\nscore(test)\n# %%\nsave(table)",
            "`fit`, `train`, `test`, `score` and 2 more names are defined by no cell of this notebook",
        ),
        Bad("# %%\n%pylab inline\n# %%\nplot(spectrum)\n     ^^^^^^^^", "`spectrum` is defined by no cell"),
        Bad(
            {
                "study.ipynb": "# %%\nfrom helpers import *\n%run prepare.py\n# %%\nload(frame, fit)\n            ^^^",
                "helpers.py": "def load(): ...",
                "prepare.py": "frame = 3",
            },
            "`fit` is defined by no cell",
        ),
        Bad(
            "# %%\ndef show(rows, save=False):\n    if save:\n        rows.save(folder)\n                  ^^^^^^\n# %%\n"
            "show(3, save=True)",
            "so calling it fails where `save`",
        ),
        Bad(
            "# %%\nfor kind in ['sum', 'mean']:\n    if kind == 'mean':\n        print(average)\n              ^^^^^^^",
            "so \"Restart and run all\" stops here where `kind == 'mean'`",
        ),
        # A look that came too early, not a definition that came too late.
        Bad(
            "# %%\nx = 1\n# %%\nratio\n^^^^^\n# %%\ny = x + 1\nratio = y / x",
            "`ratio` is defined only below, in cell 3",
        ),
        # The key was taken out before the commit.
        Bad(
            "# %%\nimport lab\n# %%\nlab.login(api_key=api_key)\n                  ^^^^^^^",
            "`api_key` is defined by no cell",
        ),
        # A cell that was pasted at the top, and stands below as well.
        Bad(
            "# %%\nrows = read()\n       ^^^^\nrows.sort()\nprint(rows)\n# %%\ndef read():\n    return [1]\n# %%\n"
            "rows = read()\nrows.sort()\nprint(rows)",
            "cell 1 stands again in cell 3",
        ),
        # The default is read when the function is defined.
        Bad(
            "# %%\ndef draw(rows, width=width):\n                     ^^^^^\n    print(rows, width)\n# %%\nwidth = 3\ndraw(1, width=width)",
            "`width` is defined only below, in cell 2",
        ),
        # A slip of the pen.
        Bad(
            "# %%\nfeatures_path = 'a'\n# %%\nopen(feature_path)\n     ^^^^^^^^^^^^",
            "`feature_path` is defined by no cell",
        ),
        Bad("# %%\nn = 3\n# %%\ndel n\n# %%\nprint(n)\n      ^", "deleted in cell 2"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for each cell that stands too low, and one of the group "missing" for each other name."""
        certain = _certain(file)
        if not certain:
            return
        below: dict[tuple[int, bool], list[_Missing]] = defaultdict(list)
        nowhere: dict[tuple[int, str], list[_Missing]] = defaultdict(list)
        for found, asked in certain:
            if asked:  # `across` knows what those bring
                yield self._one(found, file)._replace(group="", cause="\n".join((found.use.name, *asked)))
            elif found.below is not None:
                there, here = _cell(file, found.below.line), _cell(file, found.use.line)
                below[there, there == here].append(found)
            elif found.deleted is not None:
                yield self._deleted(found, file)
            else:
                reader = _reader(found.use, file) if found.use.kind == "later" else ""
                nowhere[_cell(file, found.use.line), reader].append(found)
        copies = _Copies(file, [found for group in below.values() for found in group])
        for group in copies.groups:
            yield self._copied(group, copies, file)
        for (cell, same), group in below.items():
            rest = [found for found in group if not copies.holds(found)]
            if rest:
                yield self._too_low(rest, cell, same, file)
        for (_, reader), group in nowhere.items():
            yield self._nowhere(group, reader, file)

    def _one(self, found: _Missing, file: Module) -> Finding:
        """The finding for one name."""
        if found.below is not None:
            there = _cell(file, found.below.line)
            return self._too_low([found], there, there == _cell(file, found.use.line), file)
        if found.deleted is not None:
            return self._deleted(found, file)
        return self._nowhere([found], _reader(found.use, file) if found.use.kind == "later" else "", file)

    def _nowhere(self, group: list[_Missing], reader: str, file: Module) -> Finding:
        names = [found.use.name for found in group]
        shown, are = listed(names, "name"), "is" if len(names) == 1 else "are"
        them = "it" if len(names) == 1 else "them"
        imports = ", ".join(f"`import {_IMPORTS[name]}`" for name in names if name in _IMPORTS)
        hints = list(dict.fromkeys(filter(None, (hint_of(found.use, file) for found in group[:_SHOWN]))))
        secret = secret_advice(names)
        default = default_advice([found.use for found in group], file)
        advice = f"Define or import {shown} in a cell above, or delete what uses {them}."
        if default:
            advice = default
        elif imports and all(name in _IMPORTS for name in names):
            advice = f"Add {imports} to the first cell."
        elif reader and names in (["self"], ["cls"]):
            advice = f"Make {shown} the first parameter of `{reader}`."
        elif secret:
            advice = secret
        elif hints:
            advice = " ".join(hints[:2]) + (f" {advice}" if len(hints) < len(names) else "")
        fails = f"so calling it fails{_under(group, file)}" if reader else f"{_STOPS}{_under(group, file)}"
        message = f"{shown} {are} {f'read by `{reader}` and ' if reader else ''}{_NOWHERE}, {fails}"
        spans = [(found.use.name, _span(found.use, file)) for found in group]
        related = tuple(Related(file.path, span.cell, span.line, f"`{name}` is used here") for name, span in spans[1:])
        return self.finding(spans[0][1], message, advice=advice, related=related, group="missing")

    def _deleted(self, found: _Missing, file: Module) -> Finding:
        assert found.deleted is not None
        name, cell = found.use.name, _cell(file, found.deleted.line)
        return self.finding(
            _span(found.use, file),
            f"`{name}` is used after it was deleted in cell {cell}, {_STOPS}",
            advice=f"Delete `{name}` after its last use, or not at all.",
            related=(Related(file.path, cell, _span(found.deleted, file).line, f"deletes `{name}`"),),
        )

    def _too_low(self, group: list[_Missing], cell: int, same: bool, file: Module) -> Finding:
        names = [found.use.name for found in group]
        shown, are = listed(names, "name"), "is" if len(names) == 1 else "are"
        use = group[0].use
        fails = any(found.use.kind == "read" for found in group)
        stops = f"{_STOPS}{_under(group, file)}" if fails else f"so the command gets `{{{use.name}}}` as it is written"
        if same:
            message = f"{shown} {are} used before this cell defines {'it' if len(names) == 1 else 'them'}, {stops}"
            advice = f"Define {shown} before the use, in this cell or above."
        else:
            message = f"{shown} {are} defined only below, in cell {cell}, {stops}"
            advice = where_to_move([(found.use, found.below) for found in group if found.below], cell, file)
            if len(names) == 1:
                advice = hint_of(use, file, cell) or advice
            advice = default_advice([found.use for found in group], file) or advice
        places = [(found.below, "defined here") for found in group[:1]]
        places += [(found.use, f"`{found.use.name}` is used") for found in group[1:]]
        related = tuple(
            Related(file.path, span.cell, span.line, text)
            for use, text in places
            if use
            for span in (_span(use, file),)
        )
        return self.finding(_span(group[0].use, file), message, advice=advice, related=related)

    def _copied(self, group: list[_Missing], copies: _Copies, file: Module) -> Finding:
        """The finding for cells that stand again further below, where what they need is there."""
        names = list(dict.fromkeys(found.use.name for found in group))
        cells = sorted({_cell(file, found.use.line) for found in group})
        twins = [cell for cell in cells if cell in copies.twins]
        again = sorted(copies.twins[cell] for cell in twins)
        one = len(twins) == 1
        stand = f"cell{'' if one else 's'} {_numbers(twins)} stand{'s' if one else ''} again in cell{'' if one else 's'} {_numbers(again)}"
        advice = f"Delete the cop{'y' if one else 'ies'} in cell{'' if one else 's'} {_numbers(twins)}"
        for cell in cells:
            if cell not in copies.twins:
                needs = [_cell(file, f.below.line) for f in group if f.below and _cell(file, f.use.line) == cell]
                advice += f", and move cell {cell} below cell {max(copies.twins.get(need, need) for need in needs)}"
        spans = [(found.use.name, _span(found.use, file)) for found in sorted(group, key=lambda f: f.use.line)]
        return self.finding(
            spans[0][1],
            f"{listed(names, 'name')} {'is' if len(names) == 1 else 'are'} defined only below, {_STOPS}; {stand}",
            advice=f"{advice}; then restart the kernel and run all cells.",
            related=tuple(Related(file.path, span.cell, span.line, f"`{name}` is used") for name, span in spans[1:]),
        )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all names that no cell defines."""
        first = findings[0]
        places = [
            place for f in findings for place in (Related(f.path, f.span.cell, f.span.line, f.message), *f.related)
        ]
        names = [place.message.split("`")[1] for place in places]
        stops = _STOPS if any(f.message.endswith(_STOPS) for f in findings) else "so what reads them fails"
        hints = [hint for f in findings for hint in _HINT.findall(f.advice)]
        generic = "Bring back the cells that defined them, or delete what uses them; then restart and run all cells."
        return first._replace(
            message=f"{listed(names, 'name')} are {_NOWHERE}, {stops}",
            advice=" ".join([*dict.fromkeys(hints[:2]), generic]),
            related=tuple(
                place._replace(message=f"`{name}` is used here")
                for place, name in zip(places[1:], names[1:], strict=True)
            ),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """Drop names that other files of the project bring, and one finding for copies of a notebook, as documentation
        tools make them: that with the shortest path.
        """
        findings = _not_brought_by_callers(_brought_away(findings, project), project)
        findings = _with_imports(findings, project)
        copies: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
        for finding in findings:
            copies[basename(finding.path), finding.span, finding.message].append(finding)
        pasted: dict[tuple[object, ...], list[tuple[Finding, str]]] = defaultdict(list)
        for same in copies.values():
            first, *others = sorted(same, key=lambda f: (f.path.count("/"), f.path))
            pasted[_pasted(first)].append((first, ""))
            pasted[_pasted(first)] += [(other, "the same in a copy of the notebook") for other in others]
        kept = []
        for many in pasted.values():
            (first, _), *rest = sorted(many, key=lambda one: (bool(one[1]), one[0].path.count("/"), one[0].path))
            places = tuple(
                Related(f.path, f.span.cell, f.span.line, text or "the same in another notebook") for f, text in rest
            )
            kept.append(first._replace(related=first.related + places))
        return kept


class _Copies:
    """The cells with missing names that stand once more below, as blocks that one paste has brought."""

    def __init__(self, file: Module, missing: list[_Missing]) -> None:
        self._file = file
        #: Position of a cell -> that of the same cell below.
        self.twins: dict[int, int] = {}
        seen: list[tuple[int, Counter[str]]] = []
        for cell in reversed(file.cells if missing else ()):
            code = Counter(line.rstrip() for line in cell.lines if line.strip() and not line.lstrip().startswith("#"))
            if (size := code.total()) < _COPIED:
                continue
            for position, other in seen:
                if (code & other).total() >= _SAME * max(size, other.total()):
                    self.twins[cell.position] = position
                    break
            seen.append((cell.position, code))
        self._block: dict[int, int] = {}
        self.groups: list[list[_Missing]] = []
        if not self.twins:
            return
        ran = any(cell.execution_count for cell in file.cells)
        before, block = False, 0
        for cell in file.cells:
            inside = cell.position in self.twins or (ran and not cell.execution_count and any(cell.lines))
            if inside:
                block = block if before else cell.position
                self._block[cell.position] = block
            before = inside
        blocks: dict[int, list[_Missing]] = defaultdict(list)
        for found in missing:
            block = self._block.get(_cell(file, found.use.line), 0)
            if block:
                blocks[block].append(found)
        for block, group in blocks.items():
            kept = [found for found in group if self._helps(found, block)]
            if any(_cell(file, found.use.line) in self.twins for found in kept):
                self.groups.append(kept)
        self._held = {id(found) for group in self.groups for found in group}

    def _helps(self, found: _Missing, block: int) -> bool:
        """Whether the name is there where the cell stands again, or is made by another copy of the block."""
        if found.below is None:
            return False
        here, there = _cell(self._file, found.use.line), _cell(self._file, found.below.line)
        if there in self.twins and self._block.get(there) == block:
            return True
        return here in self.twins and there < self.twins[here]

    def holds(self, found: _Missing) -> bool:
        """Whether a name belongs to one of the blocks."""
        return bool(self.groups) and id(found) in self._held


def _numbers(cells: list[int]) -> str:
    *some, last = map(str, cells)
    return f"{', '.join(some)} and {last}" if some else last


def _under(group: list[_Missing], file: Module) -> str:
    """Under which condition names are read: " where `save`"; "" where one of them always is."""
    where = {condition_of(found.use, file) for found in group}
    return "" if "" in where else f" {where.pop()}" if len(where) == 1 else " on some of its branches"


def _pasted(finding: Finding) -> tuple[object, ...]:
    """The same for findings about a cell that stands in several notebooks."""
    name = finding.message.partition("`")[2].partition("`")[0]
    span = finding.span
    where: tuple[object, ...] = (span.column, span.end_column)
    by = finding.message.partition(" read by ")[1]
    if by or (len(name) >= _TELLING and name not in _IMPORTS):
        where = ()
    elif len(name) < _LONG or name in _IMPORTS:
        where = span if len(name) > 2 else (finding.path, span)
    return _CELL.sub("", finding.message), where


#: Shorter names mean something else in each notebook; one as long as this does not, wherever it stands.
_LONG, _TELLING = 5, 10
_CELL = lazy(r", in cell \d+")
#: What `hint_of` says.
_HINT = lazy(
    r"(?:Perhaps `\w+`.*? is meant(?: \(`[^`]*`\))?\.|(?:This cell|Cell \d+) has the (?:definition|import) of .*? uses it\.)"
)
#: The end of an advice that knows nothing of the names.
_GENERIC = ("or delete what uses it.", "or delete what uses them.", "then restart and run all cells.")
#: In the message of a name that nothing defines.
_NOWHERE = "defined by no cell of this notebook"
#: What runs code by its text.
_DYNAMIC_REFS = frozenset({"exec", "execfile", "globals", "vars", "locals", "eval", "get_ipython", "setattr"})
#: What `%run` takes: options, then a file.
_RUN = lazy(r"(?:-[nietGpb]\w*\s+)*(?:\"([^\"{$]+)\"|'([^'{$]+)'|([^\s\"'{$-][^\s\"'{$]*))(?=\s|\Z)")
_STOPS = 'so "Restart and run all" stops here'


def undefined_in(file: Module, cell: Cell) -> frozenset[str]:
    """The names that a cell uses without a definition above, as this rule reports them."""
    last = cell.first + len(cell.lines)
    used = frozenset(found.use.name for found in _missing(file) if cell.first <= found.use.line < last)
    return used & frozenset(found.use.name for found, asked in _certain(file) if not asked)


def stops_in(file: Module) -> int | None:
    """The first cell at which a run from top to bottom stops for a name that no cell above it defines."""
    sure = [found.use for found, asked in _certain(file) if found.use.kind == "read" and not asked]
    lines = [use.line for use in sure if not condition_of(use, file)]
    return _cell(file, min(lines)) if lines else None


def _certain(file: Module) -> list[tuple[_Missing, tuple[str, ...]]]:
    """The first use of each name that is missing, and what may bring it if the project holds that."""
    known = file.memo.get("undefined-on-restart")
    if known is None:
        first: dict[str, tuple[_Missing, tuple[str, ...]]] = {}
        missing = _missing(file)
        brings: list[tuple[int, frozenset[str]]] = []
        for line, module in file.stars if missing else ():
            _star(line, module, brings, [])
        missing = [found for found in missing if not _is_brought(found.use, brings)]
        begin = _blind(file) if missing else float("inf")
        missing = [found for found in missing if _may_count(found, file, begin)]
        sight = _look(file, begin) if missing else None
        for found in missing:
            use = found.use
            if sight is None or use.name in first or use.name in sight.guarded or not _is_certain(found, file, sight):
                continue
            if _is_brought(use, sight.brings):
                continue
            everywhere = use.kind == "later"
            asked = tuple(dict.fromkeys(what for line, what in sight.asks if everywhere or line <= use.line))
            idle = everywhere and not found.below and not found.deleted
            if idle and (not _is_called(_reader(use, file), use, file) or is_never_read(use, file)):
                continue
            first[use.name] = found, asked
        known = file.memo["undefined-on-restart"] = list(first.values())
    return cast("list[tuple[_Missing, tuple[str, ...]]]", known)


def _is_brought(use: Use, brings: Iterable[tuple[int, frozenset[str]]]) -> bool:
    return any(use.name in names and (use.kind == "later" or line <= use.line) for line, names in brings)


def _may_count(found: _Missing, file: Module, blind: float) -> bool:
    """Whether nothing speaks against a use that can be seen without a look at the whole tree."""
    use = found.use
    if (0 if use.kind == "later" or found.deleted else use.line) >= blind or (
        use.kind == "later" and blind < float("inf")
    ):
        return False
    cell = file.source.cell_at(use.line)
    if cell is None or "raises-exception" in cell.tags:
        return False
    if any(begin <= use.line <= end for begin, end in cell.isolated):
        return False
    return not any(use.name in other.maybe_binds for other in file.cells)


def _is_certain(found: _Missing, file: Module, sight: _Sight) -> bool:
    use = found.use
    line = sight.blind if use.kind == "later" or found.deleted else use.line
    if sight.blind < float("inf") and line >= sight.blind:
        return False
    if any(begin <= use.line <= end for begin, end in sight.caught):
        return False
    if use.name.lower() in _HALTS or use.kind == "read":
        assert isinstance(use.node, ast.expr)
        parents = file.parents(use.node)
        if use.name.lower() in _HALTS and parents and isinstance(parents[0], ast.Expr):
            return False
        if use.kind == "read" and (_in_annotation(use.node, parents, file) or _in_switch(use.node, parents)):
            return False
    return not _in_automagic(use, file)


def _in_automagic(use: Use, file: Module) -> bool:
    """Whether a name stands in a line that IPython takes for a magic though Python can parse it: `ls`, `ls -l`."""
    first = _WORD.match(file.source.lines[use.line - 1])
    if first is None or not is_automagic(first[1]) or first[1] in file.scope.bindings:
        return False
    return any(isinstance(s, ast.Expr) and s.lineno == use.line and not s.col_offset for s in file.body)


def _in_annotation(node: ast.AST, parents: list[ast.AST], file: Module) -> bool:
    """Whether a name stands in an annotation that nothing evaluates; a `__future__` import holds for the cells below."""
    if not any(i.module == "__future__" and i.name == "annotations" for i in file.imports):
        return False
    for parent in parents:
        if node in (getattr(parent, "annotation", None), getattr(parent, "returns", None)):
            return True
        node = parent
    return False


def _in_switch(node: ast.AST, parents: list[ast.AST]) -> bool:
    """Whether a name stands behind a condition that is asked once, or not of what a loop sets, and so may be false:
    `if RETRAIN:`, `if "net" not in dir() or old != new:`.
    """
    asked: list[ast.AST] = []
    for parent in parents:
        if isinstance(parent, ast.If | ast.IfExp):
            if node is not parent.test and not is_main_guard(parent.test):
                asked.append(parent.test)
        elif isinstance(parent, ast.BoolOp):
            if node is not parent.values[0]:
                asked.append(parent)
        elif asked and isinstance(parent, ast.For | ast.AsyncFor | ast.While):
            names = [n for n in ast.walk(parent) if isinstance(n, ast.Name)]
            bound = {n.id for n in names if not isinstance(n.ctx, ast.Load)}
            asked = [t for t in asked if not any(isinstance(n, ast.Name) and n.id in bound for n in ast.walk(t))]
        node = parent
    return bool(asked)


def _missing(file: Module) -> list[_Missing]:
    """The uses of names that nothing above them defines."""
    defined: dict[str, Use] = {}
    for use in file.flow:
        if use.kind == "bind" and use.name not in defined:
            defined[use.name] = use
    found: list[_Missing] = []
    bound: set[str] = set()
    deleted: dict[str, Use] = {}
    for use in file.flow:
        name, kind = use.name, use.kind
        if kind == "bind":
            bound.add(name)
            deleted.pop(name, None)
        elif kind == "delete":
            deleted[name] = use
        elif name in bound:
            if name in deleted and kind == "read":
                found.append(_Missing(use, deleted=deleted[name]))
        elif name in _KNOWN or HISTORY.match(name):
            pass
        elif name in defined:
            if kind != "later":
                found.append(_Missing(use, below=defined[name]))
        elif kind != "expand":
            found.append(_Missing(use))
    if any(one.deleted for one in found):
        certain = {line for s in file.body if isinstance(s, ast.Delete) for line in range(s.lineno, _end(s) + 1)}
        found = [one for one in found if one.deleted is None or one.deleted.line in certain]
    return found


def _blind(file: Module) -> float:
    """The first line from which on any name may exist, as far as the cells tell."""
    return min(
        [
            *(cell.first for cell in file.cells if cell.unparsed and _HIDDEN.search("\n".join(cell.lines))),
            # papermill fills the cell of this tag, also where it is empty
            *(cell.first for cell in file.cells if "parameters" in cell.tags and not "".join(cell.lines).strip()),
            *(
                cell.first + m.line - 1
                for cell in file.cells
                for m in cell.magics
                if m.name == "load_ext" and m.text == "sage"
            ),
            *(
                _magic(cell.first + magic.line - 1, magic, [], [])
                for cell in file.cells
                for magic in (cell.magics if cell.opaque and cell.unparsed is None else ())
            ),
            float("inf"),
        ]
    )


def _look(file: Module, blind: float) -> _Sight:
    """Look at the statements for what guards names, and at calls for what defines names unseen."""
    brings: list[tuple[int, frozenset[str]]] = []
    asks: list[tuple[int, str]] = []
    for line, module in file.stars:
        blind = min(blind, _star(line, module, brings, asks))
    for cell in file.cells:
        for magic in cell.magics if cell.opaque and cell.unparsed is None else ():
            blind = min(blind, _magic(cell.first + magic.line - 1, magic, brings, asks))
    guarded: set[str] = set()
    caught: list[tuple[int, int]] = []
    text = "\n".join(file.source.lines)
    if "except" in text or any(kind in text for kind in _CATCHES_IT):
        for node in _statements(file.body):
            if isinstance(node, ast.Try):
                kinds = [_kinds(handler.type) for handler in node.handlers]
                if any(not kind or kind & _CATCHES_IT for kind in kinds):
                    caught.append(_lines(node.body))
                if any("NameError" in kind for kind in kinds):
                    guarded.update(n.id for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name))
            elif isinstance(node, ast.With) and any(_kinds(item.context_expr) & _CATCHES_IT for item in node.items):
                caught.append(_lines(node.body))
    for call, _ in file.calls_of(*_NAMESPACES):  # `"x" in globals()`, `"x" not in locals().keys()`
        for above in file.parents(call):
            if isinstance(above, ast.Compare):
                match above.left:
                    case ast.Constant(value=str(name)):
                        guarded.add(name)
            elif isinstance(above, ast.stmt):
                break
    dynamic = any(name in file.scope.uses for name in _DYNAMIC)
    bringing = any(item.module.partition(".")[0] in ("sympy", "gettext", "runpy") for item in file.imports)
    if dynamic or bringing:
        for call, _ in file.calls_of(*_DYNAMIC, *(name.rpartition(".")[2] for name in _INJECTING)):
            chain = file.parents(call)
            parent = chain[0] if chain else call
            if _defines_unseen(call, parent, file):
                told = _line_magic(parent, file)
                blind = min(blind, _magic(call.lineno, told, brings, asks) if told else call.lineno)
    if any(item.module == "builtins" for item in file.imports):
        for statement in file.body:
            for inner in ast.walk(statement):
                if isinstance(inner, ast.Attribute) and _sets_builtin(inner, file):
                    blind = min(blind, inner.lineno)
    return _Sight(frozenset(guarded), tuple(caught), blind, tuple(brings), tuple(asks))


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements, with those inside of them; no expressions."""
    for statement in body:
        yield statement
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if inner:
                yield from _statements(inner)
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _statements(part.body)


def _star(line: int, module: str, brings: list[tuple[int, frozenset[str]]], asks: list[tuple[int, str]]) -> float:
    """Note what a star import brings; the line from which on nobody knows."""
    from rescode_lint.facts.star_names import names_of  # large, and rarely needed

    names = None if module.startswith(".") else names_of(module)
    if names is None:
        asks.append((line, f"star {module}"))
    else:
        brings.append((line, names))
    return float("inf")


def _magic(line: int, magic: Magic, brings: list[tuple[int, frozenset[str]]], asks: list[tuple[int, str]]) -> float:
    """The same for a magic."""
    if magic.kind == "line" and magic.name == "run":
        if _RUN.match(magic.text):
            asks.append((line, f"run {magic.text}"))
            return float("inf")
        return line
    if magic.kind == "line" and magic.name == "pylab":
        brings.append((line, frozenset(magic.binds)))
        return _star(line, "pylab", brings, asks)
    return line if may_define(magic) else float("inf")


def _line_magic(node: ast.AST, file: Module) -> Magic | None:
    """The magic of `get_ipython().run_line_magic("run", "prepare.py")`, by the node around `get_ipython()`."""
    if not isinstance(node, ast.Attribute) or node.attr not in ("run_line_magic", "magic"):
        return None
    chain = file.parents(node)
    call = chain[0] if chain else None
    words = [a.value for a in call.args if isinstance(a, ast.Constant)] if isinstance(call, ast.Call) else []
    if not words or len(words) != len(call.args) or not all(isinstance(word, str) for word in words):  # type: ignore[union-attr]
        return None
    magics = mask("%" + " ".join(str(word) for word in words).lstrip("%")).magics
    return magics[0] if len(magics) == 1 else None


def _not_brought_by_callers(findings: list[Finding], project: Project) -> list[Finding]:
    """What remains of findings in notebooks that others `%run`, in whose namespace they run then."""
    callers = run_by(project) if findings else {}
    kept = []
    for finding in findings:
        brought = [
            _brought(f'run "{basename(caller)}"', caller, project, frozenset())
            for caller in callers.get(finding.path, ())
        ]
        if brought:
            texts = (finding.message, *(r.message for r in finding.related if r.path == finding.path))
            names = {text.split("`")[1] for text in texts if text.startswith("`")}
            known = None if None in brought else frozenset().union(*filter(None, brought))
            if known is None or names <= known:
                continue
        kept.append(finding)
    return kept


def _with_imports(findings: list[Finding], project: Project) -> list[Finding]:
    """Findings with names that other files of the project import, or define, with the advice to import them as well."""
    asking = {
        id(finding): [
            name for text in (finding.message, *(r.message for r in finding.related)) for name in text.split("`")[1:2]
        ]
        for finding in findings
        if _NOWHERE in finding.message and finding.advice.endswith(_GENERIC)
    }
    wanted = {name for names in asking.values() for name in names}
    if not wanted:
        return findings
    imports: dict[str, Counter[tuple[str, str, tuple[str, ...]]]] = defaultdict(Counter)
    homes: dict[str, set[str]] = defaultdict(set)
    for path, summary in project.files.items():
        for item in summary.imports:
            bound = item.alias or item.name or item.module.partition(".")[0]
            if bound in wanted and not item.level:
                what = f"from {item.module} import {item.name}" if item.name else f"import {item.module}"
                what = f"{what} as {item.alias}" if item.alias else what
                imports[bound][what, item.module, project.find_module(item.module, path)] += 1
        for definition in summary.definitions if summary.kind == "py" else ():
            if definition.name in wanted:
                homes[definition.name].add(path)
    kept = []
    for finding in findings:
        names = asking.get(id(finding), [])
        lines, hints = [], []
        for name in names:
            ((line, module, files), times), *_ = imports[name].most_common(1) or [(("", "", ()), 0)]
            common = line and times * 4 >= imports[name].total() * 3 and (len(name) > 2 or times >= _ALIKE)
            if common and (not files or _is_near(files[0], module, finding.path)):
                lines.append(f"`{line}`")
            elif name in _ALIASES:
                lines.append(f"`import {_IMPORTS[name]}`")
            elif (
                len(name) > 2
                and len(homes[name]) == 1
                and (
                    (top := min(homes[name]).partition("/")[0]) in ("src", finding.path.partition("/")[0])
                    or f"{top}/__init__.py" in project.files
                )
            ):
                hints.append(f"`{min(homes[name])}` defines `{name}`: import it from there.")
        if lines:
            *some, last = lines[:4]
            shown = f"{', '.join(some)} and {last}" if some else last
            hints.insert(0, f"Add {shown} to the first cell, as other files of the project do.")
        if hints:
            rest = [] if len(hints) - bool(lines) + len(lines) >= len(names) else [finding.advice]
            finding = finding._replace(advice=" ".join([*hints[:2], *rest]))
        kept.append(finding)
    return kept


def _is_near(file: str, module: str, path: str) -> bool:
    """Whether a module of the project can be imported by that name in a notebook, as far as their folders tell."""
    top = module.partition(".")[0]
    at_root = file.removeprefix("src/").startswith((f"{top}/", f"{top}.py"))
    return at_root or file.partition("/")[0] == path.partition("/")[0]


def _brought_away(findings: list[Finding], project: Project) -> list[Finding]:
    """What remains of findings that hang on what other files of the project bring, merged with the others of their file."""
    kept = [f for f in findings if not f.cause]
    missing: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if not finding.cause:
            continue
        name, *asked = finding.cause.split("\n")
        brought = [_brought(what, finding.path, project, frozenset()) for what in asked]
        if any(names is None or name in names for names in brought):
            continue
        sure = finding._replace(cause="")
        if _NOWHERE in sure.message:
            missing[sure.path].append(sure)
        else:
            kept.append(sure)
    for path, more in missing.items():
        group = [f for f in kept if f.path == path and _NOWHERE in f.message] + more
        kept = [f for f in kept if f not in group]
        group.sort(key=lambda f: (f.span.cell or 0, f.span))
        cells: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
        for found in group:
            cells[found.span.cell, found.message.partition(" read by ")[2]].append(found)
        if len(cells) > UndefinedOnRestart.merge_above:
            kept.append(UndefinedOnRestart.merged(group))
        else:
            kept += [UndefinedOnRestart.merged(same) if len(same) > 1 else same[0] for same in cells.values()]
    return kept


def _brought(what: str, path: str, project: Project, seen: frozenset[str]) -> frozenset[str] | None:
    """The names that a star import or `%run` brings; None where that is not known."""
    from rescode_lint.facts.star_names import names_of

    kind, _, text = what.partition(" ")
    if kind == "star":
        module = text.lstrip(".")
        names = names_of(text)
        if names is not None:
            return names
        files = project.imported_files(path, Import(module, "*", len(text) - len(module), 1, None))
    else:
        word = _RUN.match(text)
        target = normpath(join(dirname(path), (word[1] or word[2] or word[3]) if word else ""))
        files = tuple(file for file in (target, f"{target}.py", f"{target}.ipynb") if file in project.files)[:1]
    if not files:
        return None
    found: set[str] = set()
    for file in files:
        if file in seen:
            continue
        summary = project.files[file]
        if summary.unparsed or summary.language or not _DYNAMIC_REFS.isdisjoint(summary.refs.split()):
            return None
        found.update(summary.bindings.split())
        if file.endswith("/__init__.py"):
            folder = dirname(file)
            found.update(
                p[len(folder) + 1 :].partition("/")[0].removesuffix(".py")
                for p in project.files
                if p.startswith(folder)
            )
        nested = [f"star {'.' * i.level}{i.module}" for i in summary.imports if i.name == "*"]
        nested += [f"star {star.module}" for star in summary.stars if star.magic]
        nested += [f"run {run}" for run in summary.runs] if file.endswith(".ipynb") else []
        for inner in nested:
            more = _brought(inner, file, project, seen | set(files))
            if more is None:
                return None
            found |= more
    return frozenset(found)


def _sets_builtin(node: ast.Attribute, file: Module) -> bool:
    is_set = isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    return is_set and file.qualname(node.value) == "builtins"


def _defines_unseen(node: ast.Call, parent: ast.AST, file: Module) -> bool:
    """Whether a call, by what it calls and where it stands, may define any name in the notebook's namespace."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return file.qualname(function) in _INJECTING
    if not isinstance(function, ast.Name):
        return False
    if function.id in _EXECUTING:
        return True
    if function.id == "get_ipython":
        return _shell_defines(parent, file, node)
    if function.id not in _NAMESPACES or node.args:
        return file.qualname(function) in _INJECTING
    match parent:
        case ast.Attribute(attr=attr):
            return attr not in _LOOKING
        case ast.keyword() | ast.Compare() | ast.For() | ast.comprehension() | ast.Expr() | ast.FormattedValue():
            return False
        case ast.Subscript(ctx=ast.Load()):
            return False
        case ast.Call(func=ast.Name(id=name)):
            return name not in _LOOKERS
    return True


def _shell_defines(parent: ast.AST, file: Module, node: ast.Call) -> bool:
    """The same for `get_ipython()`: its harmless magics, as `nbconvert` writes them, define nothing."""
    if not isinstance(parent, ast.Attribute):
        return not isinstance(parent, ast.Compare | ast.Expr | ast.If | ast.keyword) and not isinstance(
            parent, ast.Call
        )
    if parent.attr in _SHELL:
        return True
    if parent.attr not in ("run_line_magic", "magic"):
        return False
    chain = file.parents(parent)
    call = chain[0] if chain else None
    words = [a.value for a in call.args if isinstance(a, ast.Constant)] if isinstance(call, ast.Call) else []
    if not words or not all(isinstance(word, str) for word in words):
        return True
    masked = mask("%" + " ".join(str(word) for word in words))
    return masked.opaque or bool(masked.star)


def _kinds(node: ast.expr | None) -> set[str]:
    """The last names in an `except` clause or a context manager: `NameError`."""
    if node is None:
        return set()
    return {
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)
    }


def _lines(body: list[ast.stmt]) -> tuple[int, int]:
    return body[0].lineno, _end(body[-1])


def _end(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _cell(file: Module, line: int) -> int:
    cell = file.source.cell_at(line)
    return cell.position if cell else 0


def _span(use: Use, file: Module) -> Span:
    node = use.node
    assert isinstance(node, ast.expr | ast.stmt | ast.alias | ast.excepthandler)
    if getattr(node, "end_lineno", None) is not None:
        return file.span(node)
    text = file.source.lines[use.line - 1]  # read by a magic, whose text is no longer in the tree
    found = re.compile(rf"(?<!\w){re.escape(use.name)}(?!\w)").search(text, node.col_offset)
    column = found.start() + 1 if found else node.col_offset + 1
    return file.source.span_of(use.line, column, use.line, column + (len(use.name) if found else 1))


def _is_called(reader: str, use: Use, file: Module) -> bool:
    """Whether anything but itself mentions the function, so that it may run; of a nested one, that around it."""
    if not reader:
        return True
    assert isinstance(use.node, ast.expr)
    top = file.parents(use.node)[-1]
    if not isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or top.decorator_list:
        return True
    return any(
        event.name == top.name and event.kind not in ("bind", "delete") and not top.lineno <= event.line <= _end(top)
        for event in file.flow
    )


def _reader(use: Use, file: Module) -> str:
    """The function that reads a name: `fit`, `Model.fit`; "" for a lambda."""
    assert isinstance(use.node, ast.expr)
    chain = file.parents(use.node)
    for index, node in enumerate(chain):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            owner = next(
                (f"{outer.name}." for outer in chain[index + 1 : index + 2] if isinstance(outer, ast.ClassDef)), ""
            )
            return f"{owner}{node.name}"
    return ""
