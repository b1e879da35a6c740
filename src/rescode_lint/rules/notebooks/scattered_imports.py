from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Related
from rescode_lint.project import Project
from rescode_lint.project.lectures import is_wordy, lectures_of
from rescode_lint.project.put_away import is_passing
from rescode_lint.rule import Bad, Moved, NotebookRule, Repair, listed
from rescode_lint.rules.notebooks._import_cells import Far, Statement, gathering
from rescode_lint.semantics import Module

if TYPE_CHECKING:
    import libcst as cst

#: So many imports must stand far below the others, in so many cells, and bring so many packages that none above brings.
_LEAST, _CELLS, _PACKAGES = 3, 2, 2
#: A notebook with fewer code cells is seen at a glance.
_LARGE = 15
#: Notebooks from which a tool makes modules, cell by cell.
_EXPORTED = lazy(r"#\s*\|?\s*(?:export|hide|default_exp)\b")
_GATHER = "Move it to the other imports"


def _notebook(*cells: str, gone: int = 0) -> str:
    """An example: a notebook of these code cells, and more below them until it is large but for those that are `gone`."""
    more = _LARGE - len(cells) - gone
    return "".join(f"# %%\n{cell}\n" for cell in (*cells, *["print(a)"] * more))


class ScatteredImports(NotebookRule):
    """Whoever opens a notebook looks at its first cells to see what it needs. A package that is first imported in cell 41
    is not seen there: where it is missing, the notebook stops after an hour of computing and not in its first second, and
    nobody can write down the environment without reading all of it.

    Only what is worth a commit is said: in a notebook of fifteen code cells or more, at least three imports far below the
    cell of imports, two of them of packages that nothing above imports. Imports that must wait (for an installation,
    `sys.path`, `os.environ`, `matplotlib.use`, a cloned repository, a magic, an `if` or `try`) are left alone. So is a block
    of imports at the head of a later part, below a heading or where a new session began, and so are lectures, which
    present a library where they need it, and so is a cell of which one import in five has to stay. It is a habit: one finding tells of
    all notebooks of a project.
    """

    code = "RSC111"
    name = "scattered-imports"
    summary = "imports that stand far below the others in a notebook"
    advice = "Move them to the cell of imports at the top."
    how_to_fix = (
        "Put all imports into one cell at the top. What must be installed, or added to the path, goes above them. The fix "
        "moves each import as it stands, with its comment, deletes those that repeat one, and deletes cells that it leaves "
        "empty and that have no output."
    )
    limits = (
        "An import whose name is bound to something else elsewhere in the notebook is not named, as it could not be moved. "
        "What a package does when it is imported (patches, settings of figures) happens earlier after the fix."
    )
    severity = "note"
    safe_fix = False
    merge_above = 0
    VALID = (
        # Two are not worth a commit.
        _notebook("import numpy as np", "a = 1", "b = 2", "c = 3", "import scipy", "d = 4", "import sklearn"),
        # Not before they are installed.
        _notebook(
            "import numpy as np",
            "a = 1",
            "b = 2",
            "!pip install umap-learn xgboost",
            "import umap",
            "import xgboost",
            "import shap",
        ),
        # The module is where the path leads.
        _notebook(
            "import sys",
            "a = 1",
            "b = 2",
            "sys.path.append('../src')",
            "import cells",
            "import plots",
            "c = 3",
            "import tracks",
        ),
        # Only where it is needed.
        _notebook(
            "import numpy as np",
            "a = 1",
            "b = 2",
            "if a:\n    import umap",
            "try:\n    import xgboost\nexcept ImportError:\n    pass",
            "def f():\n    import shap",
        ),
        # The names mean something else elsewhere.
        _notebook(
            "import numpy as np\nfrom keras import Model\nsum([1])",
            "a = 1",
            "b = 2",
            "from torch import Model",
            "from scipy import sum",
            "c = 3",
            "import umap as a",
        ),
        # One of the cell's imports must stay, as its name means something else elsewhere: so do those beside it.
        _notebook(
            "import numpy as np",
            "a = 1",
            "b = 2",
            "c = 3",
            "import theano\nimport pymc3 as pm",
            "import umap",
            "import xgboost\nimport shap as pm",
        ),
        # What was fetched or put out is not worked on.
        {
            "outputs/lab/tmp/fit.ipynb": _notebook(
                "import numpy", "a = 1", "b = 2", "c = 3", "import umap", "import xgboost", "d = 4", "import shap"
            )
        },
        # An import a cell, right at the top.
        _notebook("import numpy", "import scipy", "import umap", "import xgboost", "import shap", "import sklearn"),
        # The second part begins with its own.
        _notebook("import numpy as np", "a = 1", "b = 2", "c = 3", "d = 4", "e = 5").rstrip("\n")
        + "\n# %% [markdown]\n# With networks\n# %%\nimport keras\nimport shap\nfrom xgboost import XGBClassifier\n# %%\nimport umap\n",
        # A lecture presents each library where it needs it.
        {
            "tutorials/trees.ipynb": _notebook(
                "import numpy", "a = 1", "b = 2", "import umap", "umap.UMAP()", "import xgboost", "c = 3", "import shap"
            )
        },
    )
    INVALID = (
        Bad(
            _notebook(
                "import numpy as np\nimport pandas as pd",
                "table = pd.read_csv('cells.csv')",
                "table.head()",
                "rows = np.array(table)",
                "import umap\n^^^^^^^^^^^\nimport pandas as pd\npd.DataFrame(umap.UMAP().fit(rows))",
                "from xgboost import XGBClassifier  # trees",
                "# how much each column matters\nimport shap\nshap.initjs()",
            ),
            "`umap`, `xgboost` and `shap` are first imported far below the other imports, the last in cell 7",
            "import numpy as np\nimport pandas as pd\nimport shap\nimport umap\nfrom xgboost import XGBClassifier",
            _notebook(
                "import numpy as np\nimport pandas as pd\nimport umap\nfrom xgboost import XGBClassifier  # trees\nimport shap",
                "table = pd.read_csv('cells.csv')",
                "table.head()",
                "rows = np.array(table)",
                "pd.DataFrame(umap.UMAP().fit(rows))",
                "# how much each column matters\nshap.initjs()",
                gone=1,
            ),
        ),
        # Below what must come first; the standard library and well-known libraries need not wait for a path.
        Bad(
            _notebook(
                "!pip install umap-learn",
                "%matplotlib inline\nimport sys\nsys.path.append('..')\nimport cells",
                "a = 1",
                "b = 2",
                "%cd data",
                "import umap\n^^^^^^^^^^^",
                "c = 3",
                "import json\n\nimport shap\n\njson.loads('{}')",
                "import tracks",
            ),
            "`umap` and `shap` are first imported far below the other imports, the last in cell 8",
            fixed=_notebook(
                "!pip install umap-learn",
                "%matplotlib inline\nimport sys\nsys.path.append('..')\nimport cells\nimport umap\nimport json\nimport shap",
                "a = 1",
                "b = 2",
                "%cd data",
                "c = 3",
                "json.loads('{}')",
                "import tracks",
                gone=1,
            ),
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding an import that could stand at the top; they are merged."""
        if len(file.cells) < _LARGE or is_wordy(file.source.prose, len(file.cells)):
            return
        found = gathering(file)
        moving = [far for far in found.far if not far.again] if found else []
        if (
            found is None
            or len(moving) < _LEAST
            or len({far.statement.number for far in moving}) < _CELLS
            or sum(far.is_new for far in moving) < _PACKAGES
            or any(_EXPORTED.match(cell.lines[0]) for cell in file.cells if cell.lines)
        ):
            return
        for far in found.far:
            yield self.finding(
                file.span(far.statement.node),
                _message(far, found.home),
                advice=f"Move the imports of the cells below to the other imports in cell {found.home}.",
                fix=Fix(False, "Delete it" if far.again else _GATHER),
                group="imports",
            )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the notebook, which names the packages, and what comes again."""
        first = findings[0]
        again = [f for f in findings if "` is imported again" in f.message]
        moving = [f for f in findings if f not in again]
        if not moving:  # the others are silenced
            moving, again = again, []
        firsts = [f for f in moving if "` is first imported" in f.message] or moving
        new = list(dict.fromkeys(f.message.split("`")[1].partition(".")[0] for f in firsts))
        cells = len({f.span.cell for f in findings})
        last = max(f.span.cell or 0 for f in firsts)
        shown = listed(new, "package", most=3)
        message = (
            f"{shown} {'is' if len(new) == 1 else 'are'} first imported far below the other imports, the last in cell {last}, so whoever opens the notebook "
            f"does not see that it needs {'it' if len(new) == 1 else 'them'}"
        )
        count = len(moving)
        repeats = f", and {len(again)} that repeat{'s' if len(again) == 1 else ''} one" if again else ""
        message += f" ({count} imports in {cells} cells{repeats})"
        places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in findings[1:])
        return first._replace(message=message, related=places)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One for the habit, in notebooks that are no lectures and are not put away: where most imports are far."""
        if not findings:
            return findings
        lectures = lectures_of(project.notebooks)
        findings = [f for f in findings if f.path not in lectures and not is_passing(f.path)]
        if len(findings) < 2:
            return findings
        first, *others = sorted(findings, key=lambda f: (-len(f.related), f.path, f.span.cell or 0, f.span))
        others.sort(key=lambda f: (f.path, f.span.cell or 0, f.span))
        return [_with_others(first, others)]

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> Repair | cst.CSTNode | None:
        """Take the import away, and put it below those of the cell of imports, unless it is there."""
        import libcst as cst

        found = gathering(file)
        if found is None or not isinstance(node, cst.SimpleStatementLine):
            return None
        far = next((far for far in found.far if file.span(far.statement.node) == finding.span), None)
        if far is None:
            return None
        if far.again:
            return Repair(cst.RemoveFromParent())
        comments = (
            [line for line in node.leading_lines if line.comment is not None] if _is_alone(far.statement, file) else []
        )
        return Repair(cst.RemoveFromParent(), moved=(Moved(found.home, node.with_changes(leading_lines=comments)),))


def _with_others(first: Finding, others: list[Finding]) -> Finding:
    """A finding that stands for those in other notebooks, too."""
    notebooks = len({f.path for f in others})
    places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others)
    return first._replace(
        message=f"{first.message} (likewise in {notebooks} more notebook{'s' if notebooks > 1 else ''})",
        related=first.related + places,
    )


def _message(far: Far, home: int) -> str:
    statement = far.statement
    name = _shown(statement)
    if far.again:
        return f"`{name}` is imported again, as in cell {far.again}"
    first = "first imported" if far.is_new else "imported"
    return f"`{name}` is {first} in cell {statement.position}, far below the imports in cell {home}"


def _shown(statement: Statement) -> str:
    node = statement.node
    if isinstance(node, ast.Import) or not statement.items[0][0].strip("."):
        module, name, _ = statement.items[0]
        return module if not name else f"{module}{name}"
    return statement.items[0][0]


def _is_alone(statement: Statement, file: Module) -> bool:
    """Whether the comment above an import speaks of it, and not of the code that follows."""
    lines = file.source.lines
    end = statement.node.end_lineno or statement.node.lineno
    cell = file.source.cell_at(statement.node.lineno)
    below = lines[end] if cell and end < cell.first + len(cell.lines) - 1 else ""
    return not below.strip() or below.lstrip().startswith(("import ", "from ", "#"))
