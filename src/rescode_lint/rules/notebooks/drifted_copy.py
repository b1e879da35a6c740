from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import ClassVar

from rescode_lint.model import Finding, Related
from rescode_lint.project import Project
from rescode_lint.project.clones import Place
from rescode_lint.rule import Bad, Option, ProjectRule
from rescode_lint.rules.notebooks._copies import import_for, listed, move, node_of, reaches, where
from rescode_lint.rules.notebooks._drift import (
    Difference,
    Drifted,
    drifts,
    in_other_order,
    in_words,
    other_versions,
)

_LISTED = 3
#: So many statements that differ are shown, if they are as short as this together.
_SHOWN, _LONGEST = 3, 200


class DriftedCopy(ProjectRule):
    """Copies do not stay copies: somebody corrects a formula in one notebook, or tries another threshold there, and the
    other notebooks go on with the old one under the same name. Whoever reads the paper cannot know which version made
    the figure, and the difference is often the bug: a missing square, a default that was halved, a filter that is gone.

    Two definitions of the same name and with the same parameters, in whatever order, are compared statement by statement,
    and the finding shows in what they differ. Differences in layout, comments, annotations, messages, printing, plotting,
    progress bars, names of variables and the case of methods do not count, nor do variables that nothing reads, texts and
    paths alone (each file has its own columns and folders) and the layers of networks. Versions that are meant are left
    alone: another parameter or base class, files that are
    versions by their names (`fit1`, `fit2`; `blur`, `blur_light`), a series of five or more, `main` and the like, hooks of
    plug-ins (`enable`), drafts and templates, folders of runs, states kept under a date, folders that share nothing, and the
    sections of a notebook that each have their own. What is least likely meant is shown first: another name, a missing step.
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
        # Each plug-in puts its own in place.
        {
            "lab/wind.py": (
                "import core\n\ndef enable():\n    core.load = load\n    core.fit = fit\n    core.save = save\n    core.names = names\n"
            ),
            "lab/rain.py": "import core\n\ndef enable():\n    core.load = load\n    core.fit = fit\n    core.save = save\n    core.mark = mark\n",
        },
        # The state from before a change, kept as such, and the folders of runs.
        {
            "lab/fit.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.std()\n    return slope, error\n"
            ),
            "lab/model_before_review.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.var()\n    return slope, error\n"
            ),
            "runs/deep/go.py": (
                "def fit(x, y):\n    slope = x.dot(y) / x.dot(x)\n    rest = y - slope * x\n    error = rest.max()\n    return slope, error\n"
            ),
        },
        # Each section has its own, and uses it.
        {
            "a.ipynb": (
                "# %%\ndef prior(theta):\n    low, high = theta\n    width = high - low\n    if width < 3:\n        return 0\n    return -1\n"
                "# %%\nsample(prior)\n"
                "# %%\ndef prior(theta):\n    low, high = theta\n    width = high - low\n    if width < 5:\n        return 0\n    return -1\n"
                "# %%\nsample(prior)"
            )
        },
        # The fields of two dataclasses.
        {
            "a.ipynb": "# %%\n@dataclass\nclass App:\n    name: str\n    size: int\n    cost: int\n    hosts: set[int]",
            "b.ipynb": "# %%\n@dataclass\nclass App:\n    name: str\n    size: int\n    cost: int\n    hosts: set[Host]",
        },
        # Another seed.
        {
            "a.ipynb": "# %%\ndef fix(seed=1):\n    random.seed(seed)\n    np.random.seed(seed)\n    torch.manual_seed(seed)\n    return seed",
            "b.ipynb": "# %%\ndef fix(seed=7):\n    random.seed(seed)\n    np.random.seed(seed)\n    torch.manual_seed(seed)\n    return seed",
        },
        # Settings that were tuned for each model.
        {
            "a.ipynb": (
                "# %%\ndef train(x, y):\n    model = Booster(rate=0.1, depth=5, share=0.7)\n    model.fit(x, y)\n    score = model.score(x, y)\n"
                "    model.trim()\n    return model, score"
            ),
            "b.ipynb": (
                "# %%\ndef train(x, y):\n    model = Booster(rate=0.02, depth=9, share=0.9)\n    model.fit(x, y)\n    score = model.score(x, y)\n"
                "    model.trim()\n    return model, score"
            ),
        },
        # Each file has its own place, however the path is put together.
        {
            "a.py": (
                "def load(name):\n    with open(os.path.join(ROOT, name + '/best.txt')) as file:\n        lines = file.readlines()\n"
                "    values = [float(line) for line in lines]\n    return values\n"
            ),
            "b.py": (
                "def load(name):\n    with open('analysis/' + name + '/best.txt') as file:\n        lines = file.readlines()\n"
                "    values = [float(line) for line in lines]\n    return values\n"
            ),
        },
        # The same names in another case, and a variable that nothing reads.
        {
            "a.py": (
                "def run_model(model, steps):\n    model.refresh()\n    state = model.start()\n    for step in range(steps):\n"
                "        state = model.advance(state)\n    return state\n"
            ),
            "b.py": (
                "def run_model(model, steps):\n    model.Refresh()\n    unused = 3\n    state = model.start()\n"
                "    for step in range(steps):\n        state = model.advance(state)\n    return state\n"
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
        # Parameters in another order: calls by position go wrong.
        Bad(
            {
                "lab/pad.py": (
                    "def pad(genes, table):\n    known = [gene for gene in genes if gene in table]\n    part = table[known]\n"
                    "    lacking = len(genes) - len(known)\n    return part, lacking\n"
                ),
                "a.ipynb": (
                    "# %%\ndef pad(table, genes):\n    ^^^\n    known = [gene for gene in genes if gene in table]\n"
                    "    part = table[known]\n    lacking = len(genes) - len(known)\n    return part, lacking\n# %%\npad(t, g)"
                ),
            },
            "`pad` takes `(table, genes)` here and `(genes, table)` there",
        ),
        # A variable that is gone, where its name is read: it is that of the notebook now.
        Bad(
            {
                "lab/count.py": (
                    "def count(words):\n    found = {}\n    for word in words:\n        word = word.lower()\n"
                    "        found[word] = found.get(word, 0) + 1\n    return found\n"
                ),
                "a.ipynb": (
                    "# %%\nfound = {}\n# %%\ndef count(words):\n    ^^^^^\n    for word in words:\n        word = word.lower()\n"
                    "        found[word] = found.get(word, 0) + 1\n    return found\n# %%\ncount(['a'])"
                ),
            },
            "`found = {}` is missing here",
        ),
        # What is no choice comes first: a global where the other has its parameter.
        Bad(
            {
                "a.ipynb": (
                    "# %%\ndef score(model, test_x, folds):\n    total = 0\n    rate = 0.1\n    for fold in range(folds):\n"
                    "        part = model.predict(test_x, fold)\n        total += part.mean() * rate\n    model.close()\n    return total"
                ),
                "b.ipynb": (
                    "# %%\ndef score(model, test_x, folds):\n    ^^^^^\n    total = 0\n    rate = 0.2\n    for fold in range(folds):\n"
                    "        part = model.predict(other_x, fold)\n        total += part.mean() * rate\n    model.close()\n    return total"
                ),
            },
            "`part = model.predict(other_x, fold)` here is `part = model.predict(test_x, fold)` there; `rate = 0.2` here is",
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
                f"{_all_told(differences)}"
            )
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
    names = list(dict.fromkeys(finding.message.split("`")[1] for finding in found))
    home = first.related[0].path
    where_ = "elsewhere in this notebook" if home == first.path else f"in `{home}`"
    difference = first.message.partition(": ")[2]
    return first._replace(
        message=(
            f"{listed(names, _LISTED)} differ from their versions {where_}; in `{names[0]}`, {difference}"
            if len(names) > 1
            else f"`{names[0]}` stands here in {len(found)} versions, which differ from that {where_}: {difference}"
        ),
        related=first.related
        + tuple(
            related for f in others for related in (Related(f.path, f.span.cell, f.span.line, f.message), *f.related)
        ),
    )


def _all_told(differences: Sequence[Difference]) -> str:
    told = [_told(difference) for difference in differences]
    shown = "; ".join(told)
    if len(told) <= _SHOWN and len(shown) <= _LONGEST:
        return shown
    more = len(told) - 1
    return told[0] + (f" (and {more} more statement{'s' if more > 1 else ''})" if more else "")


def _told(difference: Difference) -> str:
    if order := in_other_order(difference):
        return f"`{difference.here.name}` takes `({order[0]})` here and `({order[1]})` there"  # type: ignore[union-attr]
    here, there = in_words(difference)
    if not here:
        return f"`{there}` is missing here"
    if not there:
        return f"`{here}` is missing there"
    if here == there:
        return f"`{here}` stands in another block there"
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
    found += (
        Related(other.path, other.span.cell, other.span.line, f"`{other.name}`, another version")
        for other in other_versions(drifted, project)
    )
    return tuple(found)


def _advice(drifted: Drifted, project: Project) -> str:
    place, home, differences = drifted
    name = place.name
    if place.path == home.path:
        return (
            f"The cell that ran last decides which `{name}` counts: keep one, with what differs as a parameter, or give "
            "them two names."
        )
    meant = f"if both are needed, make {_parameter(differences) or 'what differs'} a parameter"
    if place.definition.kind == "class" and not _parameter(differences):
        meant = "if both are needed, derive one from the other, and override what differs"
    if default := _default(differences):
        meant = f"`{default}` is a parameter already, so agree on one default, and pass the other value in the calls that need it"
    if any(map(in_other_order, differences)):
        meant = "calls that pass the arguments by position must change with it"
    if reaches(project, home.path, place.path):
        if import_for(place, project, home.path):
            return f"Decide which one is right; keep it here, as `{home.path}` depends on this file, and import it there; {meant}."
        return f"Decide which one is right, and move it into a module that both files import; {meant}."
    module = import_for(home, project, place.path)
    if module:
        return f"Decide which one is right, keep it in `{home.path}`, and write `from {module} import {home.name}` here; {meant}."
    told = ""
    for notebook, other in ((place, home), (home, place)):
        if not told and notebook.summary.kind == "ipynb" and _can_be_kept(other, project):
            told = move(notebook.path, [name], project, other.path)
    if told:
        return (
            f"Decide which one is right, and move it into a module that both files import: `{told}` shows the move (behind "
            f"`--keep` stands the file with the right one); {meant}."
        )
    return f"Decide which one is right, and move it into a module that both files import; {meant}."


def _can_be_kept(place: Place, project: Project) -> bool:
    """Whether the command takes the version of a file: one that stands at its top, and can be imported if it is a script."""
    if place.summary.kind == "py":
        return False  # what can be imported from is told by the import
    source, node = project.source(place.path), node_of(place, project)
    return source is not None and node is not None and node in source.body


def _default(differences: Sequence[Difference]) -> str:
    """The parameter in whose default alone two versions differ."""
    if len(differences) != 1:
        return ""
    one, other = differences[0]
    if not isinstance(one, ast.FunctionDef) or not isinstance(other, ast.FunctionDef):
        return ""
    here, there = in_words(differences[0])
    names = {text.partition("=")[0] for text in (here, there) if text.count("=") == 1}
    (found,) = names if len(names) == 1 else ("",)
    return found if found.isidentifier() else ""


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
