"""Copies of functions and classes: identical ones, and such that have drifted apart.

Everything here looks at Summaries alone. Identical copies are found by their fingerprint, in linear time; drifted ones
are looked for among definitions of one kind and name, by how much of their statements is the same.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from posixpath import basename, dirname
from typing import NamedTuple

from rescode_lint.facts.distributions import distributions
from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Span, Summary
from rescode_lint.project.lectures import lectures_of
from rescode_lint.project.project import Project, is_module
from rescode_lint.project.put_away import is_put_away
from rescode_lint.project.siblings import is_answer
from rescode_lint.semantics.shape import CODE

#: What marks a file as the copy of another by its name: "Copy of x", "x-Copy1", "x (1)", "x_backup", "x_old".
_COPY_NAME = lazy(
    r"^copy[ _-]of[ _-]|[ _-]copy[ _-]?\d*\.\w+\Z|\s?\(\d+\)\.\w+\Z|^untitled\d*\."
    r"|[ _-](?:old|backup|bak|orig|original|archived?|deprecated)\d*\.\w+\Z|^[ _-]*(?:old|backup|bak)[ _-]",
    re.I,
)
#: A project with this many notebooks, all of them lectures, is a course.
_COURSE = 4
#: A folder with one of these is a project of its own.
_ENVIRONMENTS = frozenset(
    {"requirements.txt", "pyproject.toml", "setup.py", "environment.yml", "environment.yaml", "pipfile"}
)
_SCRATCH = lazy(
    r"(?:^|[/_ -])(?:scratch|sandbox|playground|tmp|temp|junk|wip|try|tries|one[-_]?offs?|dev(?:elop)?)(?:[/_. -]|\Z)|(?:^|/)test_\w*\.py\Z",
    re.I,
)
#: Leavings, or what everything imports.
_MISC = lazy(r"(?:^|[/_ -])misc(?:[/_. -]|\Z)", re.I)
#: Folders of teaching, where everybody who takes part has a copy, and of what was handed in or kept as it was.
_TAUGHT = lazy(
    r"(?:^|/)[^/]*(?:cohort|home_?work|assignment|exercise|tutorial|workshop|lesson|lecture|course)[^/]*/|(?:^|/)(?:submissions?|submitted|snapshots?|releases?)/",
    re.I,
)
_OLD_FOLDER = lazy(
    r"(?:[_ -]|/)one[-_ ]?offs?/|[_ -](?:old|backup|bak|archived?|deprecated|prev(?:ious)?|other[_ -]?versions?)\d*/",
    re.I,
)
#: The names of data sets on Kaggle are words with hyphens.
_KAGGLE_DATA = lazy(r"\.\./input/[a-z0-9]+(?:-[a-z0-9]+)+(?:/|\Z)")
_CHECKPOINTS = "/.ipynb_checkpoints/"
#: Top-level work that a module may do and still be imported: a logger, a setting of a library.
_SETTINGS = 3
#: Two definitions of one name are copies that have drifted apart where at least this share of their statements agrees.
SIMILAR = 0.6
#: Drift is looked for in definitions with at least so many statements, the first line of the definition included.
_SMALLEST_DRIFT = 4
#: Of so many different versions of one name at most, those with most copies first and then in the order of their paths,
#: each is compared with each; a project with more `main` or `forward` than that has no home for them.
LARGEST_BUCKET = 40


class Place(NamedTuple):
    """A definition, and the file that it stands in."""

    summary: Summary
    definition: Definition

    @property
    def path(self) -> str:
        """The file."""
        return self.summary.path

    @property
    def name(self) -> str:
        """The definition's name."""
        return self.definition.name

    @property
    def span(self) -> Span:
        """Where its name stands."""
        return self.definition.span


#: Places with the same definition, the one to keep first.
Group = tuple[Place, ...]


class Drift(NamedTuple):
    """Two versions of a definition; each stands for all its identical copies."""

    home: Place
    other: Place
    #: The share of statements that both have, from 0 to 1.
    alike: float


class Clones:
    """The copies in one project. Everything is computed once, when it is first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def by_fingerprint(self) -> Mapping[str, Group]:
        """Every top-level definition that is not empty, by fingerprint: those alone too. In the order of paths."""
        found: dict[str, list[Place]] = defaultdict(list)
        for summary in self._project.files.values():
            for definition in summary.definitions:
                if definition.fingerprint:
                    found[definition.fingerprint].append(Place(summary, definition))
        return {fingerprint: tuple(places) for fingerprint, places in found.items()}

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The definitions that stand in more than one place, the one to keep first."""
        return tuple(tuple(sorted(places, key=self.rank)) for places in self.by_fingerprint.values() if len(places) > 1)

    @cached_property
    def aside(self) -> frozenset[str]:
        """Files whose copies nobody would merge: tests, what is generated, foreign, documentation, put away, or a copy by
        its name; what runs on Kaggle or Colab, by itself; lectures, whose text presents the code; all of a course.
        """
        project = self._project
        lectures = lectures_of(project.notebooks)
        every = len(project.notebooks)
        if every >= _COURSE and len(lectures) == every and every * 4 >= len(project.files):
            return frozenset(project.files)
        return lectures | frozenset(
            path
            for path, summary in project.files.items()
            if path in project.tests
            or summary.generated
            or not is_module(path)
            or self.is_left_over(path)
            or _TAUGHT.search(path)
            or is_on_kaggle(summary)
            or is_on_colab(summary)
        )

    @cached_property
    def _sub_projects(self) -> frozenset[str]:
        files = self._project.tree.files
        return frozenset(dirname(path) for path in files if "/" in path and basename(path).lower() in _ENVIRONMENTS)

    def sub_project(self, path: str) -> str:
        """The innermost folder around a file that declares an environment of its own, or is one of many people's answers
        to one task; "" for the project itself.
        """
        folder = dirname(path)
        while folder and folder not in self._sub_projects and not is_answer(basename(folder)):
            folder = dirname(folder)
        return folder

    @cached_property
    def drifted(self) -> tuple[Drift, ...]:
        """Pairs of one kind and name that are neither identical nor unlike: each version against the one to keep.

        Only within a sub-project, and not in files that are `aside`.
        """
        named: dict[tuple[str, str, str], list[Group]] = defaultdict(list)
        for places in self.by_fingerprint.values():
            names: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
            for place in places:
                if place.path not in self.aside:
                    names[place.definition.kind, place.name, self.sub_project(place.path)].append(place)
            for key, own in names.items():
                if len(own[0].definition.shape) >= _SMALLEST_DRIFT * CODE:
                    named[key].append(tuple(sorted(own, key=self.rank)))
        found: list[Drift] = []
        for versions in named.values():
            if len(versions) > 1:
                found += self._drift(versions)
        return tuple(found)

    def _drift(self, versions: list[Group]) -> Iterator[Drift]:
        """Of the versions of one name, each with the most similar one that comes before it in rank."""
        if len(versions) > LARGEST_BUCKET:
            versions = sorted(versions, key=lambda group: (-len(group), group[0].path, group[0].span))[:LARGEST_BUCKET]
        versions = sorted(versions, key=lambda group: self.rank(group[0]))
        counts = [Counter(codes(group[0].definition)) for group in versions]
        for index, group in enumerate(versions):
            best, home = 0.0, None
            for before in range(index):
                alike = _alike(counts[index], counts[before])
                if alike >= SIMILAR and alike > best:
                    best, home = alike, versions[before][0]
            if home is not None:
                yield Drift(home, group[0], best)

    def rank(self, place: Place) -> tuple[object, ...]:
        """The order in which copies are worth keeping, the best first; see `home_of`."""
        summary, project = place.summary, self._project
        path = summary.path
        return (
            self.is_left_over(path),
            path in project.tests or summary.generated or not is_module(path),
            2 if summary.kind == "ipynb" else 0 if self.is_importable(path) else 1,
            bool(_SCRATCH.search(path) or (_MISC.search(path) and not project.importers.get(path))),
            (path, place.name) not in project.tested_units,
            basename(path) == "__init__.py",
            f"{dirname(path)}/__init__.py" not in project.files,
            -len(project.importers.get(path, ())),
            path.count("/"),
            len(path),
            path,
            place.span.cell or 0,
            place.span,
        )

    def is_importable(self, path: str) -> bool:
        """Whether other files can import a script without running work that it does."""
        summary = self._project.files[path]
        if summary.kind != "py" or not basename(path).removesuffix(".py").isidentifier():
            return False
        return summary.script_statements <= _SETTINGS or bool(self._project.importers.get(path))

    @staticmethod
    def is_left_over(path: str) -> bool:
        """Whether a file is, by its name or folder, the copy of another, a checkpoint, or put away."""
        named = _COPY_NAME.search(basename(path)) or _OLD_FOLDER.search(path)
        return is_put_away(path) or named is not None or _CHECKPOINTS in f"/{path}"


def is_on_kaggle(summary: Summary) -> bool:
    """Whether a file runs on Kaggle, where it stands alone: a notebook may say `../input` for `/kaggle/input` there."""
    return any(
        use.text.startswith("/kaggle/") or (summary.kind == "ipynb" and _KAGGLE_DATA.match(use.text))
        for use in summary.files
    )


def is_on_colab(summary: Summary) -> bool:
    """Whether a notebook runs on Colab and keeps nothing there: it stands alone, as nothing beside it is there."""
    used = {item.name for item in summary.imports if item.module == "google.colab"} - {""}
    return bool(used) and "drive" not in used


def groups(project: Project) -> tuple[Group, ...]:
    """The definitions that stand in more than one place of a project, same tree and all, the one to keep first.

    Functions and classes at the top of files; a group may hold several places of one file, and different names.
    """
    return project.clones.groups


def drifted(project: Project) -> tuple[Drift, ...]:
    """The pairs of versions of a definition: same kind and name, nearly the same body."""
    return project.clones.drifted


def home_of(group: Iterable[Place], project: Project) -> Place:
    """The copy to keep, and to import everywhere else.

    Not one that was put away, a copy by its file's name or in a checkpoint, where there is another; nor one in a test.
    Then a module before a script that does work when it is imported, and that before a notebook; what tests reach before
    what they do not; what belongs to a package; what more files import; what lies less deep; the shorter path.
    """
    return min(group, key=project.clones.rank)


def twins_of(place: Place, project: Project) -> Group:
    """All places with this very definition, itself included, in the order of paths."""
    return project.clones.by_fingerprint.get(place.definition.fingerprint, (place,))


def codes(definition: Definition) -> list[str]:
    """One code for each statement, in the order of the text."""
    shape = definition.shape
    return [shape[at : at + CODE] for at in range(0, len(shape), CODE)]


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """The share of statements that two definitions have in common."""
    size, more = one.total(), other.total()
    if 2 * min(size, more) < SIMILAR * (size + more):
        return 0.0
    return 2 * (one & other).total() / (size + more)


def import_of(place: Place, project: Project, importer: str) -> str:
    """The module to import a definition from: `lab.clean`; "" where there is no name that certainly leads there.

    Args:
        place: the definition, in a script.
        project: the project.
        importer: the file that wants to import it.
    """
    return next(imports_of(place, project, importer), "")


def imports_of(place: Place, project: Project, importer: str) -> Iterator[str]:
    """The names under which a definition's module can be imported, the best first.

    That of a neighbour in its folder, else the shortest name under which files of other folders import it, else that of
    its package, else the path from the root. Not one that leads elsewhere: to what lies beside the importer (itself, for
    one), or to a library.
    """
    path = place.path
    if place.summary.kind != "py":
        return
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    dotted = ".".join(parts)
    here = dirname(path)
    used: Counter[str] = Counter()
    for other in project.importers.get(path, ()):
        if dirname(other) == here and dirname(importer) != here:
            continue  # it lies in the same folder, which says nothing to those outside
        for item in project.files[other].imports:
            for name in (item.module, f"{item.module}.{item.name}"):
                if not item.level and name and f".{dotted}".endswith(f".{name}"):
                    used[name] += 1
    packaged, start = here, len(parts) - 1
    while packaged and f"{packaged}/__init__.py" in project.files:
        start -= 1
        packaged = dirname(packaged)
    candidates = sorted(used, key=lambda name: (-used[name], name))
    if start < len(parts) - 1 or dirname(importer) == here:
        candidates.append(".".join(parts[start:]))
    candidates.append(dotted)
    for name in dict.fromkeys(candidates):
        base = "/".join(parts[: -(name.count(".") + 1)])
        if (
            all(map(str.isidentifier, name.split(".")))
            and project.find_module(name, importer) == (path,)
            and (base == dirname(importer) or not _is_shadowed(name, importer, project))
        ):
            yield name


def _is_shadowed(module: str, importer: str, project: Project) -> bool:
    """Whether a name that counts from another folder means something else in a file: what lies beside it, or a library."""
    head, dot, _ = module.partition(".")
    here = dirname(importer)
    beside = f"{here}/{head}" if here else head
    if f"{beside}.py" in project.files or f"{beside}/__init__.py" in project.files:
        return True
    return not dot and bool(distributions(head)[1])
