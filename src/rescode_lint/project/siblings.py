"""Files and folders beside each other: members of a series, entries of a collection, runs and kept states.

The members of a series resemble each other and are numbered, dated or named as versions (`exp001` to `exp055`, `fit` and
`fit_v2`): each is kept as it was when it ran. The entries of a collection have nothing to do with each other (the
competitions, papers or weeks that one repository holds): each is a project of its own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from posixpath import dirname
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary
from rescode_lint.project.project import Project

#: Files that are there to be copied.
_TEMPLATE = lazy(r"(?:^|[/_. -])(?:templates?|skeletons?|boilerplates?|cookiecutter)(?:[/_. -]|\Z)", re.I)
#: States that are kept on purpose: folders of runs, files of a day or from before a change.
_KEPT = lazy(
    r"(?:^|/)(?:runs?|run[_ -][^/]*|\w+[_-]runs|(?:exp|expt|experiment|trial|run)[_ -]?\d+[^/]*|wandb|mlruns|outputs?|results?|checkpoints?|snapshots?)/"
    r"|[_ -](?:before|prior|prev|previous|old|orig|original|backup|bak|obsolete|deprecated)(?![a-z])"
    r"|(?<!\d)(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:[0-2]\d|3[01])(?!\d)"
    r"|(?<!\d)(?:[012]\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])[012]\d)(?!\d)",
    re.I,
)
#: Folders that keep what ran, one for each run.
_RUN = lazy(r"(?:^|/)(?:runs?|wandb|mlruns|checkpoints?|snapshots?)/", re.I)
#: Folders that are parts of one piece of work, and not a piece of work each.
_PART = lazy(
    r"\d+[a-z]?(?![a-z\d])|(?:src|code|lib|libs|scripts?|notebooks?|nbs?|ipynb|analys[ie]s|data\w*|raw|processed|runs?|utils?|utilities|helpers?"
    r"|common|shared|tools?|models?|figures?|figs?|plots?|tests?|docs?|examples?|experiments?|results?|train\w*|eval\w*|pre\w*|post\w*"
    r"|features?|kaggle[-_ ]data|simulations?|python|modules?|main|core|app|bin|pipelines?|eda)(?![a-z])",
    re.I,
)
#: Weeks of a course, and entries of a competition: they are pieces of work of their own by their names.
_LABELLED = lazy(
    r"(?:chapter|chap|ch|week|wk|day|lecture|lec|lesson|hw|homework|assignment|exercises?|ex|lab|tutorial|session|unit|module"
    r"|part|team|group|student|solution|seminar|practical|task|problem|ps|paper)[ _-]?\d+\Z"
    r"|\d+(?:st|nd|rd|th)?[ _-]?(?:place|prize|chapter|week|day|lecture|lesson|team|solution)\Z",
    re.I,
)
#: Folders of several people who did the same task, each alone.
_ANSWER = lazy(r"(?:teams?|students?)[ _-]?\d+\Z|\d+(?:st|nd|rd|th)[ _-]?(?:place|prize|solution)", re.I)
_PAPER = lazy(r"papers?[ _-]?\d+\Z", re.I)
#: Folders in which each piece of work stands alone; those within them are numbered or named.
_SHELF = lazy(r"(?:papers?|publications?|competitions?)\Z", re.I)
#: What a piece of work has of its own.
_OWN = lazy(
    r"(?:readme(?:\.\w+)?|licen[sc]e(?:\.\w+)?|requirements\.txt|environment\.ya?ml|pyproject\.toml|setup\.py"
    r"|data(?:sets?)?/.*|inputs?/.*|[^/]*\.(?:csv|tsv|parquet|xlsx?))\Z",
    re.I,
)
#: So many folders beside each other, none of which imports from another, are a collection of unrelated things.
_COLLECTION = 4
#: Of so many folders, a notebook in each tells that they are pieces of work of their own.
_MANY = 8

#: What a name says before its first number, what marks that as the number of a version aside.
_NUMBERED = lazy(r"(?P<head>\D*?)(?P<sign>(?:(?<![a-z])(?:v|ver|version|rev|no|nr|try|run))?[ _.-]*)\d", re.I)
_VERSION = lazy(
    r"[ _.-]+(?:v\d[\w.]*|old|new|newer|newest|latest|final|copy|backup|bak|orig|original|draft|prev|previous|updated?|improved|fixed)\d*\Z",
    re.I,
)
_DIGITS = lazy(r"\d+")
_EDGES = " _.-"
#: So many members that are numbered are a series; two are enough where one is named as a version of the other.
_MEMBERS, _VERSIONS = 3, 2
#: A member shares so much of what it holds with others.
_ALIKE = 0.5
#: Where so many of some siblings do, all of them are members.
_MOST = 0.75


class Series(NamedTuple):
    """Numbered, dated or versioned siblings that resemble each other."""

    #: The folder that they lie in; "" for the root.
    folder: str
    #: Names of the folders, or of the files with their endings, in order.
    members: tuple[str, ...]

    @property
    def numbered(self) -> bool:
        """Whether it is more than two versions of one thing."""
        return len(self.members) >= _MEMBERS

    def member_of(self, path: str) -> str:
        """The member that a file belongs to; "" for a file outside of the series."""
        inside = path.removeprefix(f"{self.folder}/") if self.folder else path
        name = inside.partition("/")[0]
        return name if name in self.members and (inside != path or not self.folder) else ""


def series_of(path: str, project: Project) -> Series | None:
    """The series that a file belongs to, with the outermost folder that is a member of one or by itself; None if none.

    Args:
        path: the file's path from the root of the project.
        project: the project.
    """
    members = _members(project)
    parts = path.split("/") if members else ()
    return next((one for i in range(len(parts)) if (one := members.get("/".join(parts[: i + 1])))), None)


def _members(project: Project) -> dict[str, Series]:
    """Every member of a series, by its path."""
    known = project.memo.get("series")
    if known is None:
        known = project.memo["series"] = _all_series(project)
    return known  # type: ignore[return-value]


def _all_series(project: Project) -> dict[str, Series]:
    siblings: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    held: dict[str, list[str]] = defaultdict(list)
    for path in project.files:
        parts = path.split("/")
        for depth, part in enumerate(parts):
            stem, _, ending = part.rpartition(".") if depth == len(parts) - 1 else (part, "", "")
            if head := _head(stem):
                entry = "/".join(parts[: depth + 1])
                siblings["/".join(parts[:depth]), ending, head].add(entry)
                held[entry].append(path)
    found: dict[str, Series] = {}
    for (folder, ending, _), entries in siblings.items():
        names = {entry: entry[len(folder) + 1 if folder else 0 :] for entry in entries}
        stems = [name.removesuffix(f".{ending}") for name in names.values()]
        least = _VERSIONS if any(map(_VERSION.search, stems)) else _MEMBERS
        if len(entries) < least or not any(any(map(str.isdigit, stem)) or _VERSION.search(stem) for stem in stems):
            continue
        alike = _alike({entry: held[entry] for entry in entries}, project)
        if len(alike) >= max(least, _MOST * len(entries)):
            alike = list(entries)  # a few may have become something else
        if len(alike) >= least:
            found.update(dict.fromkeys(alike, Series(folder, tuple(sorted(names[entry] for entry in alike)))))
    return found


def _head(stem: str) -> str:
    """What all members of a series have in their names; "#" for those that begin with a date or number."""
    numbered = _NUMBERED.match(stem)
    if numbered is None:
        return (_VERSION.sub("", stem) or stem).strip(_EDGES).lower()
    # `01_load` and `02_fit` are steps; `01-run` and `02-run`, and `2021-03-04 fit` and `2021-03-05 fit`, are not.
    head = numbered["head"].strip(_EDGES) or _DIGITS.sub("#", stem)
    return (_VERSION.sub("", head) or head).strip(_EDGES).lower()


def _alike(held: dict[str, list[str]], project: Project) -> list[str]:
    """Those of some siblings that share much of what they hold with others of them."""
    features: dict[str, set[str]] = {}
    for entry, paths in held.items():
        own: set[str] = set()
        for path in paths:
            summary = project.files[path]
            if path != entry:
                own.add(f"/{_DIGITS.sub('#', path[len(entry) + 1 :])}")
            own.update(_DIGITS.sub("#", definition.name) for definition in summary.definitions)
            own.update(_DIGITS.sub("#", name) for name in summary.bindings.split())
        features[entry] = own
    counts = Counter(feature for own in features.values() for feature in own)
    return [
        entry
        for entry, own in features.items()
        if own and sum(counts[feature] > 1 for feature in own) >= _ALIKE * len(own)
    ]


def entry_of(path: str, project: Project) -> str:
    """The folder of the piece of work that a file belongs to, where the repository holds several; "" where it is one.

    A week of a course, the solution of a team, a paper, or an entry of a collection whose entries have a README, data or
    an environment of their own. Of collections within collections the innermost counts.

    Args:
        path: the file's path from the root of the project.
        project: the project.
    """
    folders = path.split("/")[:-1]
    found = ""
    for depth, folder in enumerate(folders):
        here = "/".join(folders[: depth + 1])
        if _LABELLED.match(folder):
            return here
        above = folders[depth - 1] if depth else ""
        if is_answer(folder) or _is_paper(folder, above) or folder in _entries("/".join(folders[:depth]), project):
            found = here
    return found


def is_answer(folder: str) -> bool:
    """Whether a folder holds, by its name, what one of several teams or people did, each alone."""
    return _ANSWER.match(folder) is not None


def _is_paper(folder: str, above: str) -> bool:
    """Whether a folder holds, by its name and that of the one above, what belongs to one paper or competition."""
    on_shelf = _SHELF.match(above) is not None and (folder[:1].isdigit() or not _PART.match(folder))
    return on_shelf or _PAPER.match(folder) is not None


def _entries(parent: str, project: Project) -> frozenset[str]:
    """The folders of a collection, if most of them have something of their own; else none."""
    key = f"entries {parent}"
    known = project.memo.get(key)
    if known is None:
        found = frozenset() if _PART.match(parent.rpartition("/")[2]) else _collection(parent, project)
        start = f"{parent}/" if parent else ""
        inside = [path[len(start) :].partition("/") for path in project.tree.files if found and path.startswith(start)]
        many = len(found) >= _MANY
        own = {n for n, _, rest in inside if n in found and (_OWN.match(rest) or (many and rest.endswith(".ipynb")))}
        known = project.memo[key] = found if len(own) >= _MOST * len(found) else frozenset()
    return known  # type: ignore[return-value]


def are_apart(one: str, other: str, project: Project) -> bool:
    """Whether two files have versions of their own on purpose: templates, kept states, different pieces of work."""
    if one == other:
        return _TEMPLATE.search(one) is not None
    if any(meant.search(path) for meant in (_TEMPLATE, _KEPT) for path in (one, other)):
        return True
    if "" != entry_of(one, project) != entry_of(other, project) != "":
        return True
    series = series_of(one, project)
    if series is not None and series.numbered and series == series_of(other, project):
        return True
    return are_unrelated(one, other, project)


def are_unrelated(one: str, other: str, project: Project) -> bool:
    """Whether two files belong to different pieces of work: folders beside each other of a collection of such."""
    first, second = dirname(one).split("/"), dirname(other).split("/")
    depth = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if depth is None or not first[0] or not second[0] or _PART.match(first[depth]) or _PART.match(second[depth]):
        return False
    parent = "/".join(first[:depth])
    if f"{parent}/__init__.py" in project.files:
        return False  # parts of one package
    folders = _collection(parent, project)
    return first[depth] in folders and second[depth] in folders


def _collection(parent: str, project: Project) -> frozenset[str]:
    """The folders within a folder, if they are many and none of them imports from another; else none."""
    key = f"collection {parent}"
    known = project.memo.get(key)
    if known is None:
        start = f"{parent}/" if parent else ""
        inside = {path: path[len(start) :].partition("/") for path in project.files if path.startswith(start)}
        folders = {path: name for path, (name, slash, _) in inside.items() if slash}
        own = frozenset(name for name in folders.values() if not _PART.match(name))
        connected = any(
            folders.get(target, name) != name and _is_certain(project.files[path], folders[target])
            for path, name in folders.items()
            for target in project.graph.get(path, ())
        )
        known = project.memo[key] = frozenset() if connected or len(own) < _COLLECTION else own
    return known  # type: ignore[return-value]


def _is_certain(summary: Summary, folder: str) -> bool:
    """Whether a file names the folder that it imports from, or puts one on the path: not only a module of that name."""
    return bool(summary.sys_path or summary.runs) or any(
        item.level or item.module.partition(".")[0] == folder for item in summary.imports
    )


def are_runs(one: str, other: str) -> bool:
    """Whether two files document two runs, each in a folder of its own."""
    return dirname(one) != dirname(other) and all(_RUN.search(path) for path in (one, other))
