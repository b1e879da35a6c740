from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import ClassVar

from rescode_lint.model import Finding, Related
from rescode_lint.project import Project
from rescode_lint.project.clones import import_of
from rescode_lint.rule import Bad, Option, ProjectRule
from rescode_lint.rules.notebooks._copies import command, listed, where
from rescode_lint.rules.notebooks._drift import Difference, Drifted, drifts, in_words

_LISTED = 3


class DriftedCopy(ProjectRule):
    """Copies do not stay copies: somebody corrects a formula in one notebook, or tries another threshold there, and the
    other notebooks go on with the old one under the same name. Whoever reads the paper cannot know which version made
    the figure, and the difference is often the bug: a missing square, a default that was halved, a filter that is gone.

    Two definitions of the same name and with the same parameters are compared statement by statement, and the finding
    shows in what they differ. Differences in layout, comments, annotations, messages, printing, plotting, progress bars
    and names of variables do not count, nor do those in texts alone (each file has its own columns and paths) and in the
    layers of networks. Versions that are meant are left alone: another parameter or base class, files that are
    versions by their names (`fit1`, `fit2`; `blur`, `blur_light`), a series of five or more, `main` and the like, drafts.
    """

    code = "RSC103"
    name = "drifted-copy"
    summary = "two versions of one function or class under one name, that differ in a line or two"
    advice = "Keep one in a module; if both versions are needed, make the difference a parameter."
    how_to_fix = (
        "Find out which version is right: the history of the files says when they parted. Keep that one in a module and "
        "import it in both files. If both are needed, what differs becomes a parameter that each call passes, so that the "
        "difference can be seen where it matters."
    )
    limits = (
        "Versions that differ in more than a quarter of their statements (`similarity`), or in many places, are not "
        "compared, nor are those under different names, functions within functions, and scripts that redefine a name. "
        "Of more than 40 versions of one name only 40 are looked at. Identical copies are [RSC102](RSC102.md)'s."
    )
    options: ClassVar[dict[str, Option]] = {"min-statements": 4, "similarity": 0.75}
    VALID = (
        # Only talk differs.
        {
            "a.ipynb": (
                "# %%\ndef fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    print('slope', slope)\n"
                "    error = rest.std()\n    return slope, error"
            ),
            "b.ipynb": (
                "# %%\ndef fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n"
                "    error = rest.std()\n    return slope, error"
            ),
        },
        # Another parameter: a variant that is meant.
        {
            "a.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.std()\n"
                "    return slope, error\n"
            ),
            "b.py": (
                "def fit(x, y, weight):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x * weight\n"
                "    error = rest.std()\n    return slope, error\n"
            ),
        },
        # Each file has its own columns.
        {
            "rain.py": (
                "def load(path):\n    table = read(path)\n    table = table.dropna()\n    table['rain'] = table['rain'] / 10\n"
                "    return table\n"
            ),
            "wind.py": (
                "def load(path):\n    table = read(path)\n    table = table.dropna()\n    table['wind'] = table['wind'] / 10\n"
                "    return table\n"
            ),
        },
        # Versions by the names of their files.
        {
            "fit1.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.std()\n"
                "    return slope, error\n"
            ),
            "fit2.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.std() / 2\n"
                "    return slope, error\n"
            ),
        },
        # The same by way of a variable.
        {
            "a.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.std()\n"
                "    return slope * error\n"
            ),
            "b.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.std()\n"
                "    found = slope * error\n    return found\n"
            ),
        },
    )
    INVALID = (
        Bad(
            {
                "lab/fit.py": (
                    "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n"
                    "    error = (rest ** 2).mean() ** 0.5\n    return slope, error\n"
                ),
                "model.ipynb": (
                    "# %%\ndef fit(x, y):\n    ^^^\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n"
                    "    error = rest.mean() ** 0.5\n    return slope, error\n# %%\nfit(x, y)"
                ),
            },
            "`error = rest.mean() ** 0.5` here is `error = (rest ** 2).mean() ** 0.5` there",
            "from lab.fit import fit\n\nfit(x, y)",
        ),
        Bad(
            {
                "a.ipynb": (
                    "# %%\ndef train(model, data):\n    rate = 0.01\n    for batch in data:\n"
                    "        loss = model.loss(batch)\n        model.step(loss, rate)\n    return model"
                ),
                "b.ipynb": (
                    "# %%\ndef train(model, data):\n    ^^^^^\n    rate = 0.001\n    for batch in data:\n"
                    "        loss = model.loss(batch)\n        model.step(loss, rate)\n    return model"
                ),
            },
            "`rate = 0.001` here is `rate = 0.01` there",
        ),
        Bad(
            {
                "a.ipynb": (
                    "# %%\ndef clean(table):\n    table = table.dropna()\n    table = table.sort_index()\n"
                    "    table = table[table.age > 0]\n    table['age'] += 1\n    return table.reset_index()"
                ),
                "b.ipynb": (
                    "# %%\ndef clean(table):\n    ^^^^^\n    table = table.dropna()\n    table = table.sort_index()\n"
                    "    table['age'] += 1\n    return table.reset_index()"
                ),
            },
            "`table = table[table.age > 0]` is missing here",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding for each version, against the one to keep; those of two files are merged by `across`."""
        least, similarity = self.option["min-statements"], self.option["similarity"]
        assert isinstance(least, int) and isinstance(similarity, float)
        for drifted in drifts(project, least, similarity):
            place, home, differences = drifted
            source = "that this notebook has in" if place.path == home.path else "in"
            message = (
                f"the {place.definition.kind} `{place.name}` differs from the version {source} {where(home, place.path)}: "
                f"{_told(differences[0])}"
            )
            more = len(differences) - 1
            if more:
                message += f" (and {more} more statement{'s' if more > 1 else ''})"
            yield self.finding(
                place.span,
                message,
                path=place.path,
                advice=_advice(drifted, project),
                related=_related(drifted, project),
            )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for two files, however many versions they have of each other's definitions."""
        pairs: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for finding in findings:
            pairs[finding.path, finding.related[0].path].append(finding)
        return [found[0] if len(found) == 1 else _merged(found) for found in pairs.values()]


def _merged(found: Sequence[Finding]) -> Finding:
    first, *others = found
    names = [finding.message.split("`")[1] for finding in found]
    home = first.related[0].path
    where_ = "elsewhere in this notebook" if home == first.path else f"in `{home}`"
    difference = first.message.partition(": ")[2]
    return first._replace(
        message=f"{listed(names, _LISTED)} differ from their versions {where_}; in `{names[0]}`, {difference}",
        related=first.related
        + tuple(
            related for f in others for related in (Related(f.path, f.span.cell, f.span.line, f.message), *f.related)
        ),
    )


def _told(difference: Difference) -> str:
    here, there = in_words(difference)
    if not here:
        return f"`{there}` is missing here"
    if not there:
        return f"`{here}` is missing there"
    return f"`{here}` here is `{there}` there"


def _related(drifted: Drifted, project: Project) -> tuple[Related, ...]:
    """The other version, and the first statement that differs, there and here."""
    place, home, differences = drifted
    found = [Related(home.path, home.span.cell, home.span.line, f"`{home.name}`, the version to compare with")]
    here, there = in_words(differences[0])
    for node, text, path in ((differences[0].there, there, home.path), (differences[0].here, here, place.path)):
        source = project.source(path)
        if source is not None and isinstance(node, ast.stmt) and text:
            span = source.span(node)
            found.append(Related(path, span.cell, span.line, f"`{text}`"))
    return tuple(found)


def _advice(drifted: Drifted, project: Project) -> str:
    place, home, differences = drifted
    if place.path == home.path:
        return f"The cell that ran last decides which `{place.name}` counts: delete one, or give them two names."
    parameter = _parameter(differences)
    meant = f"if both are needed, make {parameter or 'what differs'} a parameter"
    module = import_of(home, project, place.path) if project.clones.is_importable(home.path) else ""
    if module:
        return f"Decide which one is right, keep it in `{home.path}`, and write `from {module} import {home.name}` here; {meant}."
    notebook = place if place.summary.kind == "ipynb" else home
    if notebook.summary.kind == "ipynb":
        kept = f"'{home.path}'" if " " in home.path else home.path
        told = command(notebook.path, [notebook.name], "--keep", kept)
        return f"Decide which one is right: `{told}` moves it into a module (or that of the other file, named behind `--keep`) and imports it in both; {meant}."
    return f"Decide which one is right, and move it into a module that both files import; {meant}."


def _parameter(differences: Sequence[Difference]) -> str:
    """The name of the one value in which two versions differ, if it has one."""
    if len(differences) != 1:
        return ""
    one, other = differences[0]
    if isinstance(one, ast.Assign) and isinstance(other, ast.Assign) and isinstance(one.value, ast.Constant):
        target = one.targets[0]
        if isinstance(target, ast.Name) and ast.dump(target) == ast.dump(other.targets[0]):
            return f"`{target.id}`"
    return ""
