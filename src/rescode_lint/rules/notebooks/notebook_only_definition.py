from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rescode_lint.model import Definition, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.rule import Bad, ProjectRule


class NotebookOnlyDefinition(ProjectRule):
    """Logic that lives only in a notebook cannot be imported, tested or reviewed: the next notebook gets a pasted copy,
    the copies drift apart, and nobody knows which of them made the figure. A function in a module is written once, has a
    test, and every notebook and script that imports it gets the same correction on the same day.

    Only definitions with real logic are named: several statements with branches or loops, or many statements. Plotting
    and printing helpers, which belong to the narrative, are not, and neither is what a module already offers. Pasted
    copies are one finding, at the first.
    """

    code = "RSC101"
    name = "notebook-only-definition"
    summary = "a function or class with real logic that only a notebook defines"
    advice = "Move it into a module, import it here, and give it a test."
    how_to_fix = (
        "Cut the definition into a module of the project (`src/<package>/features.py`), with the imports that it needs. "
        "What it reads from the notebook's global state becomes a parameter. Import it in the notebook's first cell, and "
        "write one test on three rows of made-up data."
    )
    limits = (
        "A definition of the same name in any module of the project counts as offering it, even if the body differs. "
        "Logic in the top-level code of a cell is not seen by this rule."
    )
    options = {"min-statements": 5}
    VALID = (
        {"a.ipynb": "def show(ax, title):\n    ax.set_title(title)\n    return ax"},
        {
            "lab/clean.py": "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n    return kept\n",
            "a.ipynb": "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row.strip())\n    return kept",
        },
    )
    INVALID = (
        Bad(
            {
                "a.ipynb": (
                    "def clean(rows):\n    ^^^^^\n    kept = []\n    for row in rows:\n        if row:\n"
                    "            kept.append(row.strip())\n    total = len(kept)\n    return kept, total\n"
                    "# %%\nclean(['a'])"
                )
            },
            "`clean`",
            "from lab.features import clean\n\nclean(['a'])",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a definition, however many notebooks hold a copy of it."""
        offered = {
            definition.name for summary in project.scripts for definition in summary.definitions if definition.kind != "method"
        }
        offered_code = {d.fingerprint for s in project.scripts for d in s.definitions if d.fingerprint}
        copies: dict[tuple[str, str], list[tuple[Summary, Definition]]] = defaultdict(list)
        for summary in project.notebooks:
            for definition in summary.definitions:
                if (
                    definition.kind != "method"
                    and self.has_logic(definition, summary)
                    and definition.name not in offered
                    and definition.fingerprint not in offered_code
                ):
                    key = (definition.name, definition.fingerprint or f"{summary.path}:{definition.span}")
                    copies[key].append((summary, definition))
        for (name, _), places in copies.items():
            (first, definition), *others = places
            elsewhere = sorted({summary.path for summary, _ in others} - {first.path})
            count = f" {len(elsewhere) + 1} notebooks hold a copy." if elsewhere else ""
            what = "class" if definition.kind == "class" else "function"
            size = f"{definition.statements} statements"
            yield self.finding(
                definition.span,
                f"the {what} `{name}` ({size}) exists only in this notebook"
                + (f" and as a copy in {len(elsewhere)} other{'s' if len(elsewhere) > 1 else ''}" if elsewhere else ""),
                path=first.path,
                advice=self._advice(definition, bool(count)),
                related=tuple(Related(s.path, d.span.cell, d.span.line, "a copy") for s, d in others),
            )

    def _advice(self, definition: Definition, copied: bool) -> str:
        state = definition.state.split()
        taken = ""
        if state:
            names = ", ".join(f"`{name}`" for name in state[:3])
            taken = f"; pass {names}{' and the other globals that it reads' if len(state) > 3 else ''} as parameter{'s' if len(state) > 1 else ''}"
        everywhere = "every notebook that holds a copy" if copied else "the notebook"
        return f"Move `{definition.name}` into a module, import it in {everywhere}, and give it a test{taken}."

    def has_logic(self, definition: Definition, summary: Summary) -> bool:
        """Whether an engineer would want the definition in a module: size and branches, and not only display."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        if definition.statements < least:
            return False
        if definition.kind == "class":
            return definition.branches >= 1 or definition.statements >= 2 * least
        if definition.branches == 0 and definition.statements < 2 * least:
            return False
        return not is_display(definition)


_DISPLAY_ROOTS = ("matplotlib.", "seaborn.", "plotly.", "IPython.", "bokeh.", "altair.", "ipywidgets.", "plt.", "sns.", "ax.")
_DISPLAY_NAMES = ("plot", "show", "display", "draw", "print", "visualiz", "visualis", "animate", "render", "save_fig", "figure")


def is_display(definition: Definition) -> bool:
    """Whether the body mostly draws or prints: the narrative of a notebook, not its logic."""
    name = definition.name.lower()
    if name.startswith(_DISPLAY_NAMES) or "plot" in name:
        return True
    refs = definition.refs.split()
    drawing = sum(ref.startswith(_DISPLAY_ROOTS) for ref in refs)
    return drawing >= 3
