from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.facts.star_names import names_in
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Related, Star, Summary
from rescode_lint.project import Project
from rescode_lint.project.lectures import lectures_of
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.project.stars import VARYING, brought_by, is_alike
from rescode_lint.rule import Bad, ProjectRule, Repair, listed
from rescode_lint.rules.notebooks._stars import Brought, brought_of, imports_of, is_one
from rescode_lint.semantics import Module

if TYPE_CHECKING:
    import libcst as cst

#: Languages of their own within Python, which their manuals import so: for symbols, models, pictures and units.
_LANGUAGES = lazy(
    r"(?:sympy|turtle|manim\w*|tkinter|Tkinter|ctypes|fastai\d?|fastcore|nbdev|learntools|z3|pwn|scapy|sage|dolfinx?|ufl|fenics\w*"
    r"|firedrake|ngsolve|netgen|fipy|devito|psychopy|pyomo|pulp|docplex|gurobipy|cvxpy|mip|picos|simpy|qutip|qiskit|brian2?|openmm|simtk|vpython"
    r"|music21|pyrosetta|pythtb|datascience|graphics|processing|py5|pygame|mpmath|ROOT|neuron|netpyne|pycalphad|galgebra"
    r"|otter|okpy|client|IPython|ipywidgets|google|d2l|pint|CoolProp|bokeh|holoviews|ast|antlr4|pyparsing|kivy|PyQt\d|PySide\d)(?:\.|\Z)"
)
_BUILTINS = frozenset(dir(builtins))
#: A cell with so many imports in common with one of another notebook was pasted.
_PASTED = 5
#: In more notebooks the same star import is one habit, and the report says so.
_FEW = 5
#: A line of more characters is not one to paste from a report.
_LONGEST = 300
#: What NumPy has no longer, of words that anybody may use.
_GONE = frozenset(
    "fv ipmt irr mirr nper npv pmt ppmt pv rate rank mat source who safe_eval product cumproduct alltrue sometrue disp "
    "infty deprecate loads int float bool object str complex long unicode typename cast lookfor msort in1d trapz".split()
)
#: What Spark's functions replace of Python's.
_SPARK = frozenset({"abs", "ascii", "bin", "filter", "hash", "hex", "max", "min", "pow", "round", "slice", "sum"})
_UNUSED = "brings names none of which this notebook uses"
_OWNERS = {
    "numpy": "NumPy's",
    "pylab": "NumPy's",
    "scipy": "SciPy's",
    "pyspark": "Spark's",
    "sympy": "SymPy's",
    "torch": "PyTorch's",
}


class _Seen(NamedTuple):
    """A star import and what becomes of names by it."""

    star: Star
    brought: Brought
    #: The names that come from it, as far as that is sure.
    names: tuple[str, ...]
    #: Python's that are replaced; that another library's version decides on; the notebook's own; another star import's.
    python: tuple[str, ...] = ()
    varying: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    other: tuple[tuple[str, str], ...] = ()
    #: More that may come from it.
    perhaps: tuple[str, ...] = ()

    @property
    def replaced(self) -> tuple[str, ...]:
        return (*self.python, *self.own, *(name for name, _ in self.other))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Of `names`, those that no line can bring, as a function has to run first."""
        imported = self.brought.imported
        return tuple(
            name
            for name in self.names
            if name in self.brought.perhaps and (name not in imported or imported[name].name)
        )

    def lines(self) -> list[str]:
        """The imports that bring what is used, and nothing that may not be there."""
        doubtful = self.doubtful
        perhaps = self.perhaps if self.brought.names is not None else ()
        names = (*(name for name in self.names if name not in doubtful), *self.replaced, *perhaps)
        return imports_of(self.star, names, self.brought)


class HiddenStarImport(ProjectRule):
    """After `from x import *` or `%pylab`, nobody can tell where a name comes from, and a name may silently be another one
    than it looks: `sum` is NumPy's, `open` is that of `os`, `sin` is that of the last of two libraries. What the star
    brings also changes with the library's version, so the same cell may give another number next year.

    The names that the notebook really uses are few, and are named, with the imports that bring just these. For libraries
    that are a language of their own and whose manuals say so (SymPy, turtle, Pyomo, fastai), and in lectures, the star is
    left alone unless a name is replaced that is used.
    """

    code = "RSC110"
    name = "hidden-star-import"
    summary = "a star import or `%pylab` that hides where names come from"
    advice = "Import just the names that are used."
    how_to_fix = (
        "Replace `from numpy import *` by `import numpy as np` and write `np.` before the names, or import the few that are "
        "used. Replace `%pylab inline` by `%matplotlib inline`, `import numpy as np` and `import matplotlib.pyplot as plt`."
    )
    limits = (
        "What a library brings is looked up in a table. A library that is not in it is named only where the notebook uses names "
        "that nothing else is known to define; which of them it brings is not said, and there is no fix. `%pylab --no-import-all` is left alone. Scripts are flake8's (F403)."
    )
    safe_fix = False
    severity = "note"
    confidence = "high"
    VALID = (
        "# %%\nimport numpy as np\n# %%\nnp.sin(1)",
        # A language of its own.
        "# %%\nfrom sympy import *\n# %%\nx = symbols('x')\nsolve(x**2 - 1)",
        "# %%\n%pylab --no-import-all inline\n# %%\nplt.plot(np.arange(3))",
        # Scripts are flake8's.
        "from math import *\nprint(sin(pi))",
        # Nothing is known of it, and nothing here needs it.
        "# %%\nfrom labtools import *\nimport numpy as np\n# %%\nnp.sin(1)",
        # A library that is used here is known to have it.
        "# %%\nfrom labtools import *\nfrom sklearn.model_selection import KFold\n# %%\nKFold(3)\nStratifiedKFold(3)",
        # Another notebook runs this one for what it imports.
        {
            "setup.ipynb": "# %%\nfrom math import *",
            "a.ipynb": "# %%\n%run setup.ipynb\n# %%\nsin(1)",
        },
        # In a lecture the names are the ones that the text speaks of.
        {"lectures/one.ipynb": "# %%\nfrom math import *\n# %%\nsin(pi)"},
    )
    INVALID = (
        Bad(
            "# %%\nfrom math import *\n^^^^^^^^^^^^^^^^^^\n# %%\nprint(sin(pi))",
            "hides where `sin` and `pi` come from",
            "from math import pi, sin",
            "# %%\nfrom math import pi, sin\n# %%\nprint(sin(pi))",
        ),
        # The true danger: NumPy's `sum` takes a generator for one object.
        Bad(
            "# %%\nfrom numpy import *\n^^^^^^^^^^^^^^^^^^^\n# %%\nsum(linspace(0, 1, n) for n in (2, 3))",
            "makes `sum` NumPy's instead of Python's",
            fixed="# %%\nfrom numpy import linspace, sum\n# %%\nsum(linspace(0, 1, n) for n in (2, 3))",
        ),
        Bad(
            "# %%\n%pylab inline\n^^^^^^^^^^^^^\nimport os\n# %%\nplot(linspace(0, 1), randn(50))\nplt.show()",
            "`%pylab inline`",
            "import matplotlib.pyplot as plt\nimport numpy as np",
            "# %%\n%matplotlib inline\nimport matplotlib.pyplot as plt\nfrom matplotlib.pyplot import plot\n"
            "from numpy import linspace\nfrom numpy.random import randn\nimport os\n"
            "# %%\nplot(linspace(0, 1), randn(50))\nplt.show()",
        ),
        # Two libraries bring the same name.
        Bad(
            "# %%\nfrom numpy import sin\nfrom math import *\n^^^^^^^^^^^^^^^^^^\n# %%\nsin([1, 2])",
            "replaces the `sin` that stands above",
        ),
        # A module of the project, with what it imports itself.
        Bad(
            {
                "helpers.py": "import numpy as np\n\ndef load(path):\n    return np.load(path)\n",
                "a.ipynb": "# %%\nfrom helpers import *  # ours\n^^^^^^^^^^^^^^^^^^^^^\n# %%\nx = np.mean(load('x.npy'))",
            },
            "`np` and `load`",
            fixed={
                "helpers.py": "import numpy as np\n\ndef load(path):\n    return np.load(path)\n",
                "a.ipynb": "# %%\nimport numpy as np\nfrom helpers import load  # ours\n# %%\nx = np.mean(load('x.npy'))",
            },
        ),
        # Nothing of it is used.
        Bad(
            "# %%\nimport numpy as np\nfrom pylab import *\n^^^^^^^^^^^^^^^^^^^\n# %%\nnp.zeros(3)",
            "brings names none of which this notebook uses",
            fixed="# %%\nimport numpy as np\n# %%\nnp.zeros(3)",
        ),
        # Each name is said where it comes from, also where another star import passes it on, or it is imported as well.
        Bad(
            {
                "units.py": "KELVIN = 273.15\n",
                "tools.py": "import json\nfrom units import *\n\ndef heat(t):\n    return t + KELVIN\n",
                "a.ipynb": "# %%\nimport json\nfrom units import *\n^^^^^^^^^^^^^^^^^^^\nfrom tools import *\n"
                "# %%\nprint(json.dumps(heat(KELVIN)))",
            },
            "`from units import *` hides where `KELVIN` comes from",
            fixed={
                "units.py": "KELVIN = 273.15\n",
                "tools.py": "import json\nfrom units import *\n\ndef heat(t):\n    return t + KELVIN\n",
                "a.ipynb": "# %%\nimport json\nfrom units import KELVIN\nfrom tools import heat\n"
                "# %%\nprint(json.dumps(heat(KELVIN)))",
            },
        ),
        # Whose names nobody knows without the library.
        Bad(
            "# %%\nfrom labtools import *\n^^^^^^^^^^^^^^^^^^^^^^\n# %%\ncalibrate(3)",
            "nobody can tell which of those used here it brings",
            "import labtools",
        ),
        # Set by a function, on some machines.
        Bad(
            {
                "maps.py": "def load():\n    global plotter, np, Grid\n    import cartoplot as plotter\n    from grids import Grid\n"
                "def show(x):\n    print(x)\n",
                "a.ipynb": "# %%\nfrom maps import *\n^^^^^^^^^^^^^^^^^^\n# %%\nload()\n# %%\nshow(plotter.world(Grid(3)))",
            },
            "`load`, `show`, `plotter` and `Grid`",
            "import cartoplot as plotter\nfrom maps import load, show",
        ),
        # `display` is the one that every notebook has.
        Bad(
            {
                "tables.py": "from IPython.display import display\ndef shorten(x):\n    return x[:3]\ndef show(x):\n    display(x)\n",
                "a.ipynb": "# %%\nfrom IPython.core.display import display\nfrom tables import *\n^^^^^^^^^^^^^^^^^^^^\n# %%\ndisplay(shorten(x))",
            },
            "`from tables import *` hides where `shorten` comes from",
            "from tables import shorten",
        ),
        # The same imports were pasted into each notebook.
        Bad(
            {
                f"{name}.ipynb": f"# %%\nimport os\nimport re\nimport sys\nimport json\nfrom math import *\n{marks}# %%\n{use}"
                for name, use, marks in (
                    ("a", "sin(1)", "^^^^^^^^^^^^^^^^^^\n"),
                    ("b", "cos(2)", ""),
                    ("c", "sin(1)", ""),
                )
            },
            "(and the same import in 2 more notebooks)",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a star import."""
        notebooks = [s for s in project.notebooks if s.stars and not is_put_away(s.path) and not is_taken_over(s.path)]
        if not notebooks:
            return
        lectures = lectures_of(project.notebooks)
        for summary in notebooks:
            for star in summary.stars:
                finding = self._judge(star, summary, project, summary.path in lectures)
                if finding is not None:
                    yield finding

    def _judge(self, star: Star, summary: Summary, project: Project, lecture: bool) -> Finding | None:
        seen = _see(star, summary, project)
        text = star.magic or f"from {star.module} import *"
        if star.module == "typing" or ((lecture or _LANGUAGES.match(star.module)) and not seen.replaced):
            return None
        known = seen.brought.names is not None
        if not known and not seen.names and not seen.replaced:
            return None
        passed_on = bool(project.importers.get(summary.path))
        if not seen.names and not seen.replaced and not seen.varying and passed_on:
            return None
        if not seen.names and not seen.replaced and (seen.perhaps or not star.sure):
            return None
        lines = seen.lines() if known else []
        sure = star.sure and not passed_on and known and not seen.varying and not star.magic and _is_table(star)
        fixable = known and not passed_on and seen.brought.perhaps.isdisjoint(seen.names)
        fix = Fix(sure, _title(lines, star)) if fixable else None
        finding = self.finding(
            star.span,
            _message(seen, text),
            path=summary.path,
            advice=_advice(seen, lines, summary, fixable=fixable),
            fix=fix,
            confidence="high" if known else "medium",
            group="stars",
        )
        # A habit; but where a name is another one than it looks, each place is worth a word.
        return finding if seen.replaced else finding._replace(cause=text)

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the notebook, at the first star import that something comes from."""
        first = next((f for f in findings if not f.message.endswith(_UNUSED)), findings[0])
        others = [f for f in findings if f is not first]
        more = f"{len(others)} more star import{'s' if len(others) > 1 else ''}"
        return first._replace(
            cause=findings[0].cause,  # by which copies of the notebook are told
            message=f"{first.message} (and {more} in this notebook)",
            related=tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for notebooks that say the same, or begin with the same pasted imports; where more than a few have
        the same star import, they are left to the report.
        """
        files = Counter(cause for _, cause in {(f.path, f.cause) for f in findings if f.cause})
        kept: list[tuple[Finding, frozenset[tuple[str, str, int]], list[Finding]]] = []
        for finding in sorted(findings, key=lambda f: (f.path, f.span.cell or 0, f.span)):
            header = _header(finding, project)
            for first, other, others in kept:
                common = len(header & other)
                pasted = common >= _PASTED and 4 * common >= 3 * max(len(header), len(other))
                same = _bare(first) == _bare(finding) or (pasted and finding.cause)
                if same and first.cause == finding.cause and files[finding.cause] <= _FEW:
                    others.append(finding)
                    break
            else:
                kept.append((finding, header, []))
        return [_with_copies(first, others) for first, _, others in kept]

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> Repair | cst.CSTNode | None:
        """The imports of the names that are used, in place of the star; `%matplotlib` in place of `%pylab`."""
        import libcst as cst

        summary = project.files[file.path]
        star = next((star for star in summary.stars if star.span == finding.span), None)
        if star is None or not isinstance(node, cst.SimpleStatementLine):
            return None
        seen = _see(star, summary, project)
        if not seen.brought.perhaps.isdisjoint(seen.names):
            return None
        lines = seen.lines()
        made = [cst.ensure_type(cst.parse_statement(line), cst.SimpleStatementLine) for line in lines]
        if star.magic:
            return Repair(cst.FlattenSentinel([node, *made]), magic=_matplotlib(star))
        if not made:
            return Repair(cst.RemoveFromParent())
        made[0] = made[0].with_changes(leading_lines=node.leading_lines)
        made[-1] = made[-1].with_changes(trailing_whitespace=node.trailing_whitespace)
        return Repair(cst.FlattenSentinel(made))


def _bare(finding: Finding) -> str:
    """A message without what is added where there are several."""
    return finding.message.partition(" (and ")[0]


def _header(finding: Finding, project: Project) -> frozenset[tuple[str, str, int]]:
    """What else the cell of a star import imports."""
    items = project.files[finding.path].imports
    return frozenset((item.module, item.name, item.level) for item in items if item.cell == finding.span.cell)


def _with_copies(first: Finding, others: list[Finding]) -> Finding:
    """A finding that stands for those in other notebooks, too."""
    if not others:
        return first
    more = f"{len(others)} more notebook{'s' if len(others) > 1 else ''}"
    places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others)
    return first._replace(
        message=f"{first.message} (and the same import in {more})",
        related=first.related + places,
        fix=first.fix or next((f.fix for f in others if f.fix), None),
    )


def _see(star: Star, summary: Summary, project: Project) -> _Seen:
    """What a star import brings of what is used."""
    brought = brought_of(star, summary.path, project)
    names, others = star.names.split(), star.others.split()
    rest = [(s, brought_of(s, summary.path, project)) for s in summary.stars if s is not star]
    if brought.names is None:
        given = {name for _, other in rest for name in other.names or ()}
        # What a library that is used here is known to have was forgotten to be imported from there.
        given |= names_in({item.module.partition(".")[0] for item in summary.imports if not item.level})
        names = [name for name in names if name not in given]
        spark = star.module == "pyspark.sql.functions"
        python = tuple(name for name in others if spark and name in _SPARK)
        return _Seen(star, brought, tuple(names), python)
    above = [(s, b) for s, b in rest if (s.span.cell, s.span.line) < (star.span.cell, star.span.line)]
    if not _is_table(star):
        last = {
            name
            for s, other in rest
            if _is_right_below(s, star)
            for name in other.names or ()
            if not is_one(name, star, brought, s, other)
        }
        # What a star import above brings just so already.
        last.update(
            name for name in (*names, *others) if any(is_one(name, star, brought, s, other) for s, other in above)
        )
        names = [name for name in names if name in brought.names and name not in last]
        others = [name for name in others if name in brought.names and name not in last] if brought.whole else []
    python_, varying, own = list[str](), list[str](), list[str]()
    other_: list[tuple[str, str]] = []
    for name in others:
        theirs = brought.imported.get(name)
        if name == "display" and theirs is not None and _is_ipython(theirs.module):
            continue  # every notebook has it, and it is the same one
        if name in _BUILTINS:
            free = star.module.partition(".")[0] in ("numpy", "scipy") and name in VARYING
            (varying if free else python_).append(name)
            continue
        giver = next((s for s, b in above if name in (b.names or ())), None)
        if giver is None:
            if name not in brought.perhaps and not _is_same(name, brought, summary, star):
                own.append(name)
        elif _is_table(star) and _is_table(giver) and not is_alike(giver.module, star.module):
            other_.append((name, giver.module))
        elif not is_alike(giver.module, star.module) and not _is_same(name, brought, summary, star):
            names.append(name)
    perhaps = [name for name in star.perhaps.split() if name in brought.names and not _is_gone(name, star)]
    return _Seen(star, brought, tuple(names), tuple(python_), tuple(varying), tuple(own), tuple(other_), tuple(perhaps))


def _is_gone(name: str, star: Star) -> bool:
    """Whether today's NumPy lacks a name that the notebook may define itself."""
    return name in _GONE and star.module.partition(".")[0] in ("numpy", "pylab", "scipy", "matplotlib")


def _is_right_below(star: Star, other: Star) -> bool:
    """Whether nothing but imports can stand between a star import and the other one above it."""
    return star.span.cell == other.span.cell and 0 < star.span.line - other.span.line <= 3


def _is_table(star: Star) -> bool:
    return brought_by(star.module) is not None


def _is_same(name: str, brought: Brought, summary: Summary, star: Star) -> bool:
    """Whether the notebook itself imports, under the same name, just what the star import brings."""
    theirs = brought.imported.get(name)
    for item in summary.imports:
        local = item.alias or item.name or item.module.partition(".")[0]
        if local == name:
            if (
                theirs is not None
                and item.name == theirs.name
                and (item.module == theirs.module or (_is_ipython(item.module) and _is_ipython(theirs.module)))
            ):
                return True
            if (item.module, item.name) == (star.module, name):
                return True
    return False


def _is_ipython(module: str) -> bool:
    """Whether a module gives what `IPython.display` does, as all of these do."""
    return module in ("IPython.display", "IPython.core.display", "IPython.core.display_functions", "IPython")


def _message(seen: _Seen, text: str) -> str:
    star = seen.star
    owner = _OWNERS.get(star.module.partition(".")[0], f"`{star.module}`'s")
    said: list[str] = []
    if seen.python:
        said.append(f"makes {listed(seen.python, 'name', most=3)} {owner} instead of Python's")
    if seen.other:
        name, giver = seen.other[0]
        more = (
            f" and {len(seen.other) - 1} more name{'s' if len(seen.other) > 2 else ''}" if len(seen.other) > 1 else ""
        )
        said.append(f"makes `{name}`{more} {owner} instead of `{giver}`'s")
    if seen.own:
        said.append(
            f"replaces the {listed(seen.own, 'name', most=3)} that {'stands' if len(seen.own) == 1 else 'stand'} above"
        )
    if seen.varying:
        said.append(f"makes {listed(seen.varying, 'name', most=3)} NumPy's or Python's, depending on NumPy's version")
    if seen.brought.names is None and seen.names:
        said.append("hides where names come from: nobody can tell which of those used here it brings")
    elif seen.names:
        said.append(
            f"hides where {listed(seen.names, 'name', most=3)} {'comes' if len(seen.names) == 1 else 'come'} from"
        )
    if not said:
        return f"`{text}` {_UNUSED}"
    return f"`{text}` {', '.join(said[:-1])}{', and ' if len(said) > 1 else ''}{said[-1]}"


def _advice(seen: _Seen, lines: list[str], summary: Summary, *, fixable: bool) -> str:
    star = seen.star
    if seen.brought.names is None:
        if star.module == "pyspark.sql.functions":
            return "Write `from pyspark.sql import functions as F`, and `F.` before its functions."
        if star.module.startswith("."):
            return "Import the names that are used instead."
        last = star.module.rpartition(".")[2]
        short = last if last == star.module or last not in summary.bindings.split() else star.module
        line = f"import {star.module}" + (f" as {last}" if short != star.module else "")
        return f"Write `{line}`, and `{short}.` before what comes from it, or import just those names."
    shown = [_line(line) for line in lines]
    doubtful = ""
    if seen.doubtful:
        several = len(seen.doubtful) > 1
        doubtful = (
            f" {listed(seen.doubtful, 'name', most=3)} {'are' if several else 'is'} set by a function, with `global`, and may not be there: "
            f"let that function return {'them' if several else 'it'}."
        )
    if any(len(line) > _LONGEST for line in shown):
        what = "Import just the names that are used"
        fix = "" if not fixable else ": `rescode check --select RSC110 --diff --unsafe-fixes` shows the lines"
        return f"{what}{fix}.{doubtful}"
    if star.magic:
        shown = [_matplotlib(star), *shown]
    if not shown:
        return doubtful.strip() or "Delete it."
    own = ""
    if seen.perhaps:
        which = listed(seen.perhaps, "name", most=3) if len(seen.perhaps) < 5 else f"Of these, {len(seen.perhaps)}"
        own = f" {which} may be this notebook's own: then leave {'them' if len(seen.perhaps) > 1 else 'it'} out."
    return f"Write {_and([f'`{line}`' for line in shown])}.{own}{doubtful}"


def _matplotlib(star: Star) -> str:
    """What sets up drawing as a `%pylab` does."""
    return star.magic.replace("%pylab", "%matplotlib", 1)


def _title(lines: list[str], star: Star) -> str:
    if star.magic:
        return "Write `%matplotlib`, and import what is used"
    return "Import just the names that are used" if lines else "Delete it"


def _line(line: str) -> str:
    """An import on one line."""
    return " ".join(line.replace("(", "").replace(")", "").split()).rstrip(",")


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
