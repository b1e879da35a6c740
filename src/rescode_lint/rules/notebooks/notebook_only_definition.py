from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from posixpath import basename, dirname, splitext
from typing import ClassVar, NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Finding, Related, Span, Summary
from rescode_lint.project import Project, is_module
from rescode_lint.project.clones import Place, is_on_kaggle, twins_of
from rescode_lint.project.lectures import WORDS_A_CELL
from rescode_lint.project.siblings import are_apart
from rescode_lint.rule import Bad, Option, ProjectRule
from rescode_lint.rules.notebooks._copies import command, copies_of, listed, move, quoted
from rescode_lint.rules.notebooks._display import is_display
from rescode_lint.rules.notebooks._drift import drifts
from rescode_lint.rules.notebooks._reading import (
    family,
    has_versions,
    hindrance,
    is_algorithm,
    is_apart,
    is_constant,
    is_table,
    leans_on_neighbours,
    needed,
    prints,
    reading,
    stands_alone,
    taught,
    unread_parameters,
)
from rescode_lint.rules.notebooks._runs import run_by

__all__ = ["NotebookOnlyDefinition", "is_callback", "is_display"]

#: Folders of notebooks that show a package, if they stand beside one that has tests.
_BESIDE = lazy(r"(?:^|/)(?:notebooks?|nbs?|gallery|samples?)/", re.I)
#: A project with so many notebooks on Kaggle, half of all, is a collection of such, each of which stands alone.
_KERNELS = 3
_LEFT_OVER = lazy(
    r"^copy[ _]of|[ _-]copy\d*\.|\(\d+\)\.|^untitled|(?:^|[ _-])(?:old|backup|archive|sandbox|tmp|test)\b", re.I
)

#: Decorators and names of what a notebook runs on the spot: widgets' callbacks and tests.
_ON_THE_SPOT = lazy(r"interact|widgets?\.|observe|on_click|pytest|\.route\Z")
#: Notebooks that are to be run by themselves.
_ALONE = lazy(r"stand[-_ ]?alone|self[-_ ]?contained", re.I)
#: Helpers that fetch the modules themselves, as notebooks for Colab have them, cannot stand in a module.
_BOOTSTRAP = lazy(r"_*(?:download|install|wget|pip)", re.I)
#: What `%pylab` defines: modules, not state.
_PYLAB = frozenset({"np", "plt", "numpy", "matplotlib", "pylab", "mlab", "pyplot", "scipy"})
#: How much of what two definitions refer to must agree for one to be an edited copy of the other.
_ALIKE = 0.4
#: What RSC102 and RSC103 look at.
_COPIES, _VERSIONS, _SIMILARITY = 5, 4, 0.75
#: Of more definitions than this, a command names none: it moves all.
_SELECTED = 6
#: What is printed or shown in more than one of so many statements makes a report.
_REPORT = 3
_DECLARED = lazy(r"`(global [^`]+)` has to go")
_PASSED = lazy(r"; pass (.+) as (?:parameters|a parameter)")
#: Where one learns and tries things out.
_SANDBOX = lazy(
    r"(?:^|[/_ \d-])(?:scratch|sandbox|playground|play|(?:testing|play)[ _-]?ground|attempts?|trying|try[-_ ]?outs?|junk|wip|scribbles?|toy"
    r"|puzzles?|project[-_ ]?euler|leet[-_ ]?code|advent[-_ ]?of[-_ ]?code|katas?)(?:[/_. -]|\d|\Z)"
    r"|(?:^|/)(?:learning|learn|learnings|study|notes|til)/",
    re.I,
)
#: What calls a function later, by itself.
_REGISTERS = lazy(
    r"(?:mpl_connect|observe|interact\w*|\w*[Aa]nimation|on_\w+|\w*callback\w*|\w*handlers?|connect|bind|FuncFormatter|set_\w+_formatter|signal|widgets\.\w+)\Z"
)
#: What the name of such a function or the notebook says of it, before the notebook is asked.
_HANDLES = lazy(
    r"_*(?:on_?[a-z]|format_|anim|update|refresh|redraw|callback|handle|click|press|key_|mouse|frame|init_?\Z)|\w*(?:callback|handler|_click|_cb|formatter|onclick|changed?)\Z",
    re.I,
)
_INTERACTIVE = frozenset({".mpl_connect", ".observe", ".on_click", "ipywidgets.interact", "ipywidgets.interactive"})


class _Place(NamedTuple):
    """A definition with logic, where it stands, and what its body mentions."""

    summary: Summary
    definition: Definition
    words: frozenset[str]

    @property
    def path(self) -> str:
        return self.summary.path


class NotebookOnlyDefinition(ProjectRule):
    """Logic that lives only in a notebook cannot be imported, tested or reviewed: the next notebook gets a pasted copy,
    the copies drift apart, and nobody knows which of them made the figure. A function in a module is written once, has
    a test, and every notebook and script that imports it gets the same correction on the same day.

    Only definitions are named that an engineer would ask for: eight statements or more with branches or loops, which at
    least two places call or of which another notebook has another version. Of a class, of what one place calls and of
    what does not branch, twice as many are asked for; of a function that one place calls only nine, if a loop of it
    holds branches and it needs nothing of the notebook. What nothing uses is left alone, and so are helpers that draw,
    print or display, tables written as branches, forms for Colab, sources of nbdev, notebooks with a script of the same
    name, lectures and tutorials, and what a module already offers.
    A definition that was pasted into several notebooks and edited there is one finding, at the most likely original;
    identical copies are left to [RSC102](RSC102.md), those that differ in a line or two to [RSC103](RSC103.md).
    """

    code = "RSC101"
    name = "notebook-only-definition"
    summary = "a function or class with real logic that only a notebook defines"
    advice = "Move it into a module, import it here, and give it a test."
    how_to_fix = (
        "Cut the definition into a module of the project (`src/<package>/features.py`), with the imports that it "
        "needs. What it reads from the notebook's global state becomes a parameter. Import it in the notebook's first "
        "cell, and write one test on three rows of made-up data."
    )
    limits = (
        "A definition of the same name in any module of the project counts as offering it, even if the body differs. "
        "Logic in the top-level code of a cell is not seen by this rule. Notebooks that run on Kaggle or are called "
        "standalone, folders for learning and trying (`sandbox`, `scratch`), and code of others (`extern/`) are left alone, and so "
        "are the `objective` of a search and what a widget or a figure calls. `rescode extract` is named only where the "
        "notebook itself shows that it would not refuse. A notebook counts as a lecture if it has more "
        f"than {WORDS_A_CELL} words of text for each code cell, stands in a folder such as `docs` or `tutorials` (or `notebooks`, "
        "in a project that is a package with tests and nothing else), or "
        "belongs to a collection most of whose notebooks do."
    )
    options: ClassVar[Mapping[str, Option]] = {"min-statements": 8}
    merge_above = 1
    VALID = (
        # Two lines of arithmetic may stay where they are.
        {"a.ipynb": "# %%\ndef to_celsius(kelvin):\n    return kelvin - 273.15\n# %%\nto_celsius(300)"},
        # A figure is what the notebook is for.
        {
            "a.ipynb": (
                "# %%\ndef compare(ax, runs):\n    for name, run in runs.items():\n"
                "        ax.plot(run.x, run.y, label=name)\n"
                "    ax.set_xlabel('hours')\n    ax.set_ylabel('yield')\n    ax.legend()\n    return ax"
            )
        },
        # One place calls it, and it is short.
        {
            "a.ipynb": (
                "# %%\ndef pairs(rows):\n    found = []\n    for row in rows:\n        text = row.strip().lower()\n"
                "        key, value = text.split('=')\n        key = key.strip()\n        value = value.strip()\n"
                "        found.append((key, value))\n    found.sort()\n    return found\n# %%\ntable = pairs(lines)"
            )
        },
        # Nothing uses it.
        {
            "a.ipynb": (
                "# %%\ndef pairs(rows):\n    found = []\n    for row in rows:\n        text = row.strip()\n        if not text:\n"
                "            continue\n        key, value = text.split('=')\n        if not key:\n            continue\n"
                "        if value == '-':\n            value = ''\n        value = value.strip()\n        key = key.strip()\n"
                "        key = key.lower()\n        found.append((key, value))\n    found.sort()\n    return found\n# %%\nlines = []"
            )
        },
        # A table that is written as branches.
        {
            "a.ipynb": (
                "# %%\ndef age_of(row):\n"
                + "".join(f"    if row['id'] == 'm{n}':\n        return '{40 + n}'\n" for n in range(9))
                + "    return 'unknown'\n# %%\nage_of(first)\nage_of(second)"
            )
        },
        # A form for people who do not read code.
        {
            "a.ipynb": (
                "# %%\n#@title Choose a file\nname = 'a.txt' #@param {type: 'string'}\n# %%\ndef pairs(rows):\n    found = []\n"
                "    for row in rows:\n        text = row.strip()\n        if not text:\n            continue\n"
                "        key, value = text.split('=')\n        found.append((key, value))\n    return found\n"
                "# %%\npairs(open(name))\npairs([])"
            )
        },
        # A part of the notebook that got a name: it takes nothing, and runs once.
        {
            "a.ipynb": (
                "# %%\ndef prepare():\n    found = {}\n    for name in names:\n        rows = load(name)\n"
                + "".join(f"        if rows[{n}] is None:\n            rows[{n}] = {n}\n" for n in range(7))
                + "        found[name] = rows\n    return found\n# %%\nfound = prepare()"
            )
        },
        # A small helper of one notebook.
        {
            "a.ipynb": (
                "# %%\ndef smooth(x, width):\n    kernel = np.ones(width)\n    kernel /= kernel.sum()\n    if width > len(x):\n"
                "        return x\n    return np.convolve(x, kernel, 'same')\n# %%\nsmooth(signal, 5)"
            )
        },
        # What tries something out.
        {
            "learning/loops.ipynb": (
                "# %%\ndef gather(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row.strip())\n"
                "    return kept\n# %%\ngather(['a'])"
            )
        },
        # The figure calls it whenever the mouse moves.
        {
            "a.ipynb": (
                "# %%\ndef format_place(x, y):\n    column = int(x + 0.5)\n    row = int(y + 0.5)\n"
                "    if 0 <= column < width:\n        if 0 <= row < height:\n            return f'{table[row, column]}'\n"
                "    return 'outside'\n# %%\nax.format_coord = format_place"
            )
        },
        # The module offers it; the notebook tries a variant.
        {
            "lab/clean.py": "def clean(rows):\n    return [row for row in rows if row]\n",
            "a.ipynb": (
                "# %%\ndef clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n"
                "            kept.append(row.strip())\n    return kept"
            ),
        },
    )
    INVALID = (
        Bad(
            {
                "a.ipynb": (
                    "# %%\nlimit = 3\n# %%\ndef clean(rows):\n    ^^^^^\n    kept = []\n    for row in rows:\n"
                    "        text = row.strip()\n        if not text:\n            continue\n        if len(text) > limit:\n"
                    "            kept.append(text)\n    return kept\n"
                    "# %%\nclean(['a'])\n# %%\nclean(['b'])"
                )
            },
            "`clean` (8 statements) exists only in this notebook",
            "from lab.cleaning import clean\n\nclean(['a'], limit=3)",
        ),
        # Another notebook has a version of it.
        Bad(
            {
                "eda.ipynb": (
                    "# %%\ndef load(folder):\n    ^^^^\n    found = {}\n    for path in folder.glob('*.csv'):\n"
                    "        text = path.read_text('utf-8')\n        if not text:\n            continue\n"
                    "        if path.stem not in found:\n            found[path.stem] = text\n    return found\n"
                    "# %%\nload(raw)"
                ),
                "model.ipynb": (
                    "# %%\ndef load(folder):\n    found = {}\n    for path in folder.glob('*.csv'):\n"
                    "        text = path.read_text('latin-1')\n        if path.stem not in found:\n"
                    "            found[path.stem] = text.lower()\n    found.pop('old')\n    found.pop('new')\n    return found\n"
                    "# %%\nload(raw)"
                ),
            },
            "pasted into 2 notebooks in 2 versions",
            "from lab.loading import load\n\nload(raw)",
        ),
        # Two of one notebook are one finding.
        Bad(
            {
                "a.ipynb": (
                    "# %%\ndef split(rows):\n    ^^^^^\n    left = []\n    right = []\n    for row in rows:\n        if row.ok:\n"
                    "            left.append(row)\n        else:\n            right.append(row)\n    both = left, right\n"
                    "    return both\n"
                    "# %%\ndef merge(left, right):\n    rows = []\n    for one in left:\n        if one:\n            rows.append(one)\n"
                    "    for other in right:\n        if other not in rows:\n            rows.append(other)\n    return rows\n"
                    "# %%\nmerge(*split(a))\n# %%\nmerge(*split(b))"
                )
            },
            "2 functions exist only in this notebook",
            "from lab.rows import merge, split",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a definition, however many notebooks hold a copy of it."""
        offered = {d.name for s in project.scripts for d in s.definitions if d.kind != "method"}
        offered_code = {d.fingerprint for s in project.scripts for d in s.definitions if d.fingerprint}
        offered |= _nested(project.scripts)
        lectures = taught(project)
        if _is_package(project):
            lectures |= {s.path for s in project.notebooks if _BESIDE.search(s.path)}
        anywhere: dict[str, set[str]] = defaultdict(set)
        for summary in project.notebooks:
            for definition in summary.definitions:
                anywhere[definition.name].add(summary.path)
            methods = {d.name.rpartition(".")[2] for d in summary.definitions if d.kind == "method"}
            for name in summary.names:  # some of which stand within a function
                if name.kind == "function" and name.name not in methods:
                    anywhere[name.name].add(summary.path)
        named: dict[str, list[_Place]] = defaultdict(list)
        # They stand alone on purpose, or are not the project's own; what they have too is not here alone.
        exported = {_letters(s.path) for s in project.scripts}
        aside = {
            s.path
            for s in project.notebooks
            if _ALONE.search(s.path) or not is_module(s.path) or _letters(s.path) in exported
        }
        offered_code |= {
            d.fingerprint for s in project.notebooks if s.path in aside for d in s.definitions if d.fingerprint
        }
        kaggle = sum(is_on_kaggle(summary) for summary in project.notebooks)
        if kaggle >= _KERNELS and 2 * kaggle >= len(project.notebooks):
            return
        for summary in sorted(project.notebooks, key=lambda s: (s.path in lectures, *_rank(s.path))):
            if summary.path in aside or stands_alone(summary, project):
                continue
            for definition in summary.definitions:
                if (
                    definition.kind != "method"
                    and definition.name not in offered
                    and definition.fingerprint not in offered_code
                    and self.has_logic(definition, summary)
                ):
                    named[definition.name].append(_Place(summary, definition, _words(definition, summary)))
        told = _told_elsewhere(project)
        users = _users(project, named)
        for places in named.values():
            for copies in _alike(places):
                if any((place.path, place.definition.span) in told for place in copies):
                    continue
                own = copies[0].definition.name
                if _SANDBOX.search(copies[0].path) or copies[0].path in lectures:
                    continue
                if any(_is_handed_over(place, project) for place in copies):
                    continue
                if not users[own].isdisjoint(run_by(project).get(copies[0].path, ())):
                    continue  # RSC113 says that they run the notebook for it, and what to do
                finding = self._judge(copies, lectures, project, anywhere[own], users[own])
                if finding is not None:
                    yield finding

    def has_logic(self, definition: Definition, summary: Summary) -> bool:
        """Whether an engineer would want the definition in a module: size and branches, and not only display."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        if definition.statements < (least if definition.branches else 2 * least):
            return False
        if (
            definition.name == "objective"
            or definition.name.startswith("test")
            or _ON_THE_SPOT.search(definition.decorators)
        ):
            return False
        if _BOOTSTRAP.match(definition.name) and definition.statements < 2 * least:
            return False
        return not is_display(definition, summary) and not is_callback(definition)

    def _judge(
        self,
        copies: list[_Place],
        lectures: frozenset[str],
        project: Project,
        anywhere: Collection[str],
        users: Collection[str],
    ) -> Finding | None:
        first, *others = copies
        definition = first.definition
        # What documentation shows of it is no copy.
        others = [place for place in others if place.path not in lectures]
        anywhere, users = set(anywhere) - lectures, set(users) - lectures
        own = definition.fingerprint
        others = [p for p in others if p.definition.fingerprint == own or not are_apart(first.path, p.path, project)]
        others = [
            p for p in others if p.definition.fingerprint == own or is_version(first.path, p.path, definition, project)
        ]
        anywhere = {
            path
            for path in anywhere
            if path == first.path
            or (not are_apart(first.path, path, project) and is_version(first.path, path, definition, project))
        }
        paths = {place.path for place in (first, *others)}
        if not self._is_worth_it(first, bool(others), set(users) - {first.path}, project):
            return None
        versions = len({place.definition.fingerprint or id(place) for place in (first, *others)})
        thing = f"the {definition.kind} `{definition.name}` ({definition.statements} statements)"
        if len(paths) > 1:
            how = f" in {versions} versions" if versions > 1 else ""
            why = "nobody knows which one is right" if versions > 1 else "a correction in one does not reach the others"
            message = f"{thing} is pasted into {len(paths)} notebooks{how}, so {why}"
        elif others:
            count = "twice" if len(others) == 1 else f"{len(others) + 1} times"
            message = f"{thing} is defined {count} in this notebook, so the cell that ran last decides which one counts"
        elif len(anywhere) > 1:
            number = len(anywhere) - 1
            shown = listed(sorted(set(anywhere) - {first.path}), 2)
            message = (
                f"{thing} has other versions in {number} other notebook{'s' if number > 1 else ''} ({shown}), and none in a"
                " module, where a test could reach it"
            )
        elif set(users) - {first.path}:
            shown = listed(sorted(set(users) - {first.path}), 2)
            message = (
                f"{thing} exists only in this notebook, where no test can reach it, nor {shown}, which would use it"
            )
        else:
            who = "no test" if run_by(project).get(first.path) else "no test and no other file"
            message = f"{thing} exists only in this notebook, where {who} can reach it"
        return self.finding(
            definition.span,
            message,
            path=first.path,
            advice=_advice(first, sorted(paths | set(anywhere) | set(users)), versions > 1, project),
            related=tuple(
                Related(
                    place.path,
                    place.definition.span.cell,
                    place.definition.span.line,
                    "a copy" if place.definition.fingerprint == definition.fingerprint else "another version",
                )
                for place in others
            ),
            group="definitions",
        )

    def _is_worth_it(self, place: _Place, has_copies: bool, users: Collection[str], project: Project) -> bool:
        """Whether the code itself, and its uses, speak for a module."""
        definition = place.definition
        if not has_copies and not users and not _is_mentioned(place):
            return False
        found = reading(place.path, project)
        nodes = found.defined.get(definition.name, []) if found is not None else []
        if found is None or not nodes or is_apart(found):  # no nodes: it stands under an `if`
            return False
        node = nodes[0]
        if is_table(node) or prints(node) * _REPORT > definition.statements:
            return False
        least = self.option["min-statements"]
        assert isinstance(least, int)
        uses = found.uses[definition.name] + len(users)
        if isinstance(node, ast.ClassDef):
            return (has_copies or uses > 0) and definition.statements - _written_out(node) >= 2 * least
        if has_copies or uses > 1:
            return True
        if uses == 0:
            return False
        if definition.statements < 2 * least and (
            definition.statements <= least or definition.state or not is_algorithm(node)
        ):
            return False
        arguments = node.args
        return definition.branches > 0 and bool(arguments.args or arguments.kwonlyargs or arguments.vararg)

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the notebook, which names the definitions, the largest first."""
        largest = sorted(findings, key=lambda f: (-_size(f), f.span))
        names = [finding.message.split("`")[1] for finding in largest]
        shown = ", ".join(f"`{name}`" for name in names[:4])
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        pasted = sum("pasted into" in f.message or "has other versions" in f.message for f in findings)
        copied = (
            f", and other notebooks hold copies or versions of {pasted if pasted < len(names) else 'all'} of them"
            if pasted
            else ""
        )
        first = findings[0]
        movable = [f.message.split("`")[1] for f in largest if "`rescode extract" in f.advice]
        keep = ["--keep", quoted(first.path)] if any(" --keep " in f.advice for f in findings) else []
        told = f"`{command(first.path, movable if len(movable) <= _SELECTED else [], *keep)}` shows the move"
        told += f" of {len(movable)}" if len(movable) < len(names) else ""
        globals_ = [name for f in largest for part in _PASSED.findall(f.advice) for name in part.split("`")[1::2]]
        state = list(dict.fromkeys(globals_))
        passed = f"; pass {listed(state, _SELECTED)}, which they read, as parameters" if state else ""
        declared = list(dict.fromkeys(word for f in largest for word in _DECLARED.findall(f.advice)))
        if declared:
            passed += f"; {listed(declared, _SELECTED)} has to go first, and what it sets is to be returned"
        return first._replace(
            message=f"{len(names)} {_noun(findings)} exist only in {'notebooks' if pasted else 'this notebook'}, where no test can reach "
            f"them: "
            f"{shown}{more}{copied}",
            advice=f"Move them into a module{f' ({told})' if movable else ''}, import it here, and test them one by one; "
            f"begin with `{(movable or names)[0]}`{passed}.",
            related=tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in findings[1:]) + first.related,
        )


def is_version(one: str, other: str, definition: Definition, project: Project) -> bool:
    """Whether what two notebooks define under a name takes the same parameters, but for those that one of them adds."""
    if one == other:
        return True
    first, second = (
        found.defined.get(definition.name, []) if (found := reading(path, project)) is not None else []
        for path in (one, other)
    )
    if not first or not second:
        return True  # it stands under an `if`, or in another function
    if isinstance(first[0], ast.ClassDef) or isinstance(second[0], ast.ClassDef):
        return isinstance(first[0], ast.ClassDef) and isinstance(second[0], ast.ClassDef)
    names, theirs = (
        {a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
        for node in (first[0], second[0])
    )
    return names <= theirs or theirs <= names


def _written_out(node: ast.ClassDef) -> int:
    """How many statements of a class only give attributes values that stand there: settings, and no logic."""
    return sum(
        isinstance(part, ast.Assign)
        and isinstance(part.targets[0], ast.Attribute)
        and not any(isinstance(inner, ast.Call | ast.Name) for inner in ast.walk(part.value))
        for part in ast.walk(node)
    )


def _is_handed_over(place: _Place, project: Project) -> bool:
    """Whether a widget, a figure or an animation calls it, and the notebook itself does not."""
    name = place.definition.name
    if not _HANDLES.match(name) and not _INTERACTIVE & set(place.summary.refs.split()):
        return False
    source = project.source(place.path)
    if source is None:
        return False
    handed = False
    for statement in source.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Name) and node.func.id == name:
                    return False
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
                if any(isinstance(v, ast.Name) and v.id == name for v in values):
                    handed |= _REGISTERS.search(ast.unparse(node.func)) is not None
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == name:
                handed |= isinstance(node.targets[0], ast.Attribute)
    return handed


def _nested(scripts: Iterable[Summary]) -> set[str]:
    """Functions of scripts that stand within others: near-copies, though nobody can import them."""
    found: set[str] = set()
    for summary in scripts:
        known = {definition.name.rpartition(".")[2] for definition in summary.definitions}
        found.update(name.name for name in summary.names if name.kind == "function" and name.name not in known)
    return found


def _letters(path: str) -> str:
    """What a notebook and the script that was made of it have in common."""
    return re.sub(r"[\W_]+", "", splitext(basename(path))[0].lower())


def _is_package(project: Project) -> bool:
    """Whether the project is a package with tests and nothing else: its notebooks show what it does."""
    packages = {dirname(s.path) for s in project.scripts if basename(s.path) == "__init__.py"} - {""}
    own = [s for s in project.modules if basename(s.path) != "__init__.py"]
    return bool(project.tests and packages and own) and all(dirname(s.path) in packages for s in own)


def is_callback(definition: Definition) -> bool:
    """Whether a widget calls it: it asks the notebook's sliders and buttons for their value."""
    refs = set(definition.refs.split())
    return any(f"{name}.value" in refs for name in definition.state.split())


def _rank(path: str) -> tuple[bool, str]:
    """The order in which notebooks are asked for the original of a copy: last those that are copies by their name."""
    return bool(_LEFT_OVER.search(basename(path))), path


def _words(definition: Definition, summary: Summary) -> frozenset[str]:
    """What the body mentions, for a comparison that survives edits."""
    if definition.kind == "function":
        return frozenset(definition.refs.split())
    own = f"{definition.name}."
    methods = [d for d in summary.definitions if d.name.startswith(own)]
    return frozenset(word for d in methods for word in (d.name, *d.refs.split()))


def _alike(places: Iterable[_Place]) -> Iterator[list[_Place]]:
    """Definitions of one name, those that are copies of each other together."""
    clusters: list[list[_Place]] = []
    for place in places:
        for cluster in clusters:
            if any(_are_copies(known, place) for known in cluster):
                cluster.append(place)
                break
        else:
            clusters.append([place])
    yield from clusters


def _are_copies(one: _Place, other: _Place) -> bool:
    if one.definition.fingerprint and one.definition.fingerprint == other.definition.fingerprint:
        return True
    if one.definition.kind != other.definition.kind:
        return False
    everything = one.words | other.words
    return len(one.words & other.words) >= _ALIKE * len(everything)


def _noun(findings: Iterable[Finding]) -> str:
    kinds = {"classes" if finding.message.startswith("the class") else "functions" for finding in findings}
    return " and ".join(sorted(kinds, reverse=True))


def _size(finding: Finding) -> int:
    found = re.search(r"\((\d+) statements\)", finding.message)
    return int(found[1]) if found else 0


def _is_mentioned(place: _Place) -> bool:
    """Whether something in the notebook refers to a definition: the cheap half of counting its uses."""
    summary, name = place.summary, place.definition.name
    own = f"{name}."
    others = (d for d in summary.definitions if d.name != name and not d.name.startswith(own))
    texts = (summary.refs, *(text for d in others for text in (d.refs, d.bases, d.decorators)))
    return summary.unparsed != () or any(
        word == name or word.startswith(own) for text in texts for word in text.split()
    )


def _told_elsewhere(project: Project) -> set[tuple[str, Span]]:
    """The definitions of which RSC102 or RSC103 says that they have a copy or another version, and where it belongs."""
    found: set[Place] = set()
    for copy in copies_of(project, _COPIES):
        found.update(copy.group)
    for drifted in drifts(project, _VERSIONS, _SIMILARITY):
        found.update((*twins_of(drifted.place, project), *twins_of(drifted.home, project)))
    return {(place.path, place.span) for place in found}


def _users(project: Project, names: Collection[str]) -> dict[str, set[str]]:
    """For each name the notebooks that would use such a function: they call it, and do not define it."""
    found: dict[str, set[str]] = {name: set() for name in names}
    wanted = frozenset(names)
    for summary in project.notebooks:
        called = {word for d in summary.definitions for word in d.refs.split()}.union(summary.refs.split())
        for name in (called & wanted) - set(summary.bindings.split()):
            found[name].add(summary.path)
    return found


def _advice(place: _Place, notebooks: Sequence[str], has_versions: bool, project: Project) -> str:
    definition = place.definition
    name = definition.name
    left = {path for path in notebooks if not is_module(path) or project.clones.is_left_over(path)}
    found = reading(place.path, project)
    state = [
        word
        for word in definition.state.split()
        if word not in _PYLAB and not (found is not None and is_constant(word, found))
    ]
    others = [path for path in notebooks if path != place.path and path not in left]
    where = f"here and in {listed(others, 2)}" if others else "here"
    told, stop = _command([name], place, project)
    shown = f" (`{told}` shows the move)" if told else ""
    first = ""
    if has_versions or " --keep " in told:
        first = f"Decide which `{name}` is right, or make a parameter of what differs. "
    taken = ""
    unread = unread_parameters(found.defined[name][0]) if found is not None and found.defined.get(name) else []
    if len(state) == len(unread) == 1:
        taken = f"; it reads the notebook's `{state[0]}`, and never its parameter `{unread[0]}`, which it may mean"
    elif state and not (stop and all(f"`{word}`" in stop for word in state)):
        taken = f"; pass {listed(state, _SELECTED)} as {'parameters' if len(state) > 1 else 'a parameter'}"
    declared = sorted(
        {
            word
            for node in (found.defined.get(name, []) if found is not None else [])[:1]
            for part in ast.walk(node)
            if isinstance(part, ast.Global)
            for word in part.names
        }
    )
    if declared:
        taken += f"; `global {', '.join(declared)}` has to go first, and what it sets is to be returned"
    if stop:
        return f"{first}{stop}; then move it into a module, import it {where}, and give it a test{taken}."
    return f"{first}Move it into a module{shown}, import it {where}, and give it a test{taken}."


def _command(names: Sequence[str], place: _Place, project: Project) -> tuple[str, str]:
    """The command that moves definitions of a notebook, "" where it might refuse; and what is to be done first then."""
    found = reading(place.path, project)
    if found is None:
        return "", ""
    stop = hindrance(names, found)
    if stop is not None:
        return "", stop.first
    if leans_on_neighbours(needed(names, found), place.summary, project):
        return "", ""
    versions = has_versions(family(names, found), place.summary, project)
    return move(place.path, names, project, place.path if versions else ""), ""
