from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from posixpath import basename, dirname
from typing import ClassVar, NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Finding, Related, Span, Summary
from rescode_lint.project import Project, is_module
from rescode_lint.project.clones import Place, is_on_kaggle, twins_of
from rescode_lint.project.lectures import WORDS_A_CELL, lectures_of
from rescode_lint.rule import Bad, Option, ProjectRule
from rescode_lint.rules.notebooks._copies import command, copies_of, listed, move, quoted
from rescode_lint.rules.notebooks._display import is_display
from rescode_lint.rules.notebooks._drift import are_apart, drifts

__all__ = ["NotebookOnlyDefinition", "is_callback", "is_display"]

#: In how many such notebooks the same text must stand before it is worth a module.
_PASTED_LECTURES = 3
#: Folders of notebooks that show a package, if they stand beside one that has tests.
_BESIDE = lazy(r"(?:^|/)(?:notebooks?|nbs?|gallery|samples?)/", re.I)
#: What marks a copy of a notebook: "Copy of x", "x-Copy1", "x (1)", "Copy_of_x", "Untitled".
_COPY = lazy(r"^copy[ _]of[ _]|[ _-]copy\d*$|\s?\(\d+\)$", re.I)
_LEFT_OVER = lazy(
    r"^copy[ _]of|[ _-]copy\d*\.|\(\d+\)\.|^untitled|(?:^|[ _-])(?:old|backup|archive|sandbox|tmp|test)\b", re.I
)

#: Decorators and names of what a notebook runs on the spot: widgets' callbacks and tests.
_ON_THE_SPOT = lazy(r"interact|widgets?\.|observe|on_click|pytest|\.route\Z")
#: Notebooks that are to be run by themselves.
_ALONE = lazy(r"stand[-_ ]?alone|self[-_ ]?contained", re.I)
#: Small helpers that fetch the modules themselves, as notebooks for Colab have them, cannot stand in a module.
_BOOTSTRAP = lazy(r"_*(?:download|install|wget|pip)", re.I)
#: What `%pylab` defines: modules, not state.
_PYLAB = frozenset({"np", "plt", "numpy", "matplotlib", "pylab", "mlab", "pyplot", "scipy"})
#: How much of what two definitions refer to must agree for one to be an edited copy of the other.
_ALIKE = 0.4
#: What RSC102 and RSC103 look at.
_COPIES, _VERSIONS, _SIMILARITY = 5, 4, 0.75
#: Of more definitions than this, a command names none: it moves all.
_SELECTED = 6
#: A helper of one notebook is worth a module if its statements and branches are so many more than `min-statements`.
_OF_ONE = 2
_PASSED = lazy(r"; pass (.+) as (?:parameters|a parameter)")
#: Where one learns and tries things out.
_SANDBOX = lazy(
    r"(?:^|[/_ \d-])(?:scratch|sandbox|playground|play|(?:testing|play)[ _-]?ground|attempts?|trying|try[-_ ]?outs?|junk|wip|scribbles?|toy)(?:[/_. -]|\d|\Z)"
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

    Only definitions with real logic are named: five statements or more with branches or loops, or twice as many
    without; a helper that serves one notebook needs seven statements and branches together. Helpers that draw, print or display belong to the notebook's narrative and are left alone, and so is what a
    module already offers. A definition that was pasted into several notebooks and edited there is one finding, at the
    most likely original, and says in how many versions it now exists; identical copies are left to
    [RSC102](RSC102.md), those that differ in a line or two to [RSC103](RSC103.md). In lectures and tutorials, where the text presents the code,
    only what stands unchanged in three notebooks or more is named.
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
        "are the `objective` of a search and what a widget or a figure calls. A notebook counts as a lecture if it has more "
        f"than {WORDS_A_CELL} words of text for each code cell, stands in a folder such as `docs` or `tutorials` (or `notebooks`, "
        "in a project that is a package with tests and nothing else), or "
        "belongs to a collection most of whose notebooks do."
    )
    options: ClassVar[Mapping[str, Option]] = {"min-statements": 5}
    merge_above = 3
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
                    "        if len(row) > limit:\n            kept.append(row.strip())\n    return kept\n"
                    "# %%\nclean(['a'])"
                )
            },
            "`clean` (5 statements) exists only in this notebook",
            "from lab.cleaning import clean\n\nclean(['a'], limit=3)",
        ),
        Bad(
            {
                "eda.ipynb": (
                    "# %%\ndef load(folder):\n    ^^^^\n    found = {}\n    for path in folder.glob('*.csv'):\n"
                    "        if path.stem not in found:\n            found[path.stem] = path.read_text('utf-8')\n"
                    "    return found\n"
                    "# %%\nload(raw)"
                ),
                "model.ipynb": (
                    "# %%\ndef load(folder):\n    found = {}\n    for path in folder.glob('*.csv'):\n"
                    "        if path.stem not in found:\n            found[path.stem] = path.read_text('latin-1')\n"
                    "    return found\n"
                    "# %%\nload(raw)"
                ),
            },
            "pasted into 2 notebooks in 2 versions",
            "from lab.loading import load\n\nload(raw)",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a definition, however many notebooks hold a copy of it."""
        offered = {d.name for s in project.scripts for d in s.definitions if d.kind != "method"}
        offered_code = {d.fingerprint for s in project.scripts for d in s.definitions if d.fingerprint}
        offered |= _nested(project.scripts)
        lectures = lectures_of(project.notebooks)
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
        aside = {s.path for s in project.notebooks if _ALONE.search(s.path) or not is_module(s.path)}
        offered_code |= {
            d.fingerprint for s in project.notebooks if s.path in aside for d in s.definitions if d.fingerprint
        }
        for summary in sorted(project.notebooks, key=lambda s: (s.path in lectures, *_rank(s.path))):
            if summary.path in aside or is_on_kaggle(summary):
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
                if _SANDBOX.search(copies[0].path) or any(_is_handed_over(place, project) for place in copies):
                    continue
                finding = self._judge(copies, lectures, project, anywhere[own], users[own])
                if finding is not None:
                    yield finding

    def has_logic(self, definition: Definition, summary: Summary) -> bool:
        """Whether an engineer would want the definition in a module: size and branches, and not only display."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        if definition.statements < least or (definition.branches == 0 and definition.statements < 2 * least):
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
        if first.path in lectures:
            others = [place for place in others if place.definition.fingerprint == definition.fingerprint]
            if len({_original_name(place.path) for place in (first, *others)}) < _PASTED_LECTURES:
                return None
        else:  # what documentation shows of it is no copy
            others = [place for place in others if place.path not in lectures]
            anywhere, users = set(anywhere) - lectures, set(users) - lectures
        own = definition.fingerprint
        others = [p for p in others if p.definition.fingerprint == own or not are_apart(first.path, p.path, project)]
        anywhere = {path for path in anywhere if path == first.path or not are_apart(first.path, path, project)}
        paths = {place.path for place in (first, *others)}
        least = self.option["min-statements"]
        assert isinstance(least, int)
        if not others and definition.statements + definition.branches < least + _OF_ONE:
            return None  # a small helper, that serves one notebook
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
            message = f"{thing} exists only in this notebook, where no test and no other file can reach it"
        return self.finding(
            definition.span,
            message,
            path=first.path,
            advice=_advice(first, sorted(paths | set(anywhere) | set(users)), project),
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
        return first._replace(
            message=f"{len(names)} functions and classes exist only in {'notebooks' if pasted else 'this notebook'}, where no test can reach "
            f"them: "
            f"{shown}{more}{copied}",
            advice=f"Move them into a module{f' ({told})' if movable else ''}, import it here, and test them one by one; "
            f"begin with `{(movable or names)[0]}`{passed}.",
            related=tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in findings[1:]) + first.related,
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


def _original_name(path: str) -> str:
    return _COPY.sub("", basename(path).removesuffix(".ipynb")).strip().lower()


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


def _size(finding: Finding) -> int:
    found = re.search(r"\((\d+) statements\)", finding.message)
    return int(found[1]) if found else 0


def _is_used(place: _Place, project: Project) -> bool:
    """Whether some cell, or a notebook that runs this one, refers to the definition; in doubt, it does."""
    summary, name = place.summary, place.definition.name
    if summary.unparsed or project.importers.get(summary.path):
        return True
    own = f"{name}."
    others = [d for d in summary.definitions if d.name != name and not d.name.startswith(own)]
    mentions = " ".join([summary.refs, *(text for d in others for text in (d.refs, d.bases, d.decorators))])
    return any(word == name or word.startswith(own) for word in mentions.split())


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


def _advice(place: _Place, notebooks: Sequence[str], project: Project) -> str:
    definition = place.definition
    name = definition.name
    if len(notebooks) == 1 and not _is_used(place, project):
        return f"No cell uses `{name}`: delete it, or move it into a module and give it a test."
    left = {path for path in notebooks if not is_module(path) or project.clones.is_left_over(path)}
    taken = ""
    state = [word for word in definition.state.split() if word not in _PYLAB]
    if state:
        taken = f"; pass {listed(state, _SELECTED)} as {'parameters' if len(state) > 1 else 'a parameter'}"
    others = [path for path in notebooks if path != place.path and path not in left]
    where = f"here and in {listed(others, 2)}" if others else "here"
    told = move(place.path, [name], project)
    shown = f" (`{told}` shows the move)" if told else ""
    many = len({d.fingerprint for d in place.summary.definitions if d.name == name}) > 1
    first = ""
    if many or " --keep " in told:
        first = f"Decide which `{name}` is right, or make a parameter of what differs. "
    return f"{first}Move it into a module{shown}, import it {where}, and give it a test{taken}."
