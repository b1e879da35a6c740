"""What the rules about copies have in common: which of them are worth a word, and how the copy to keep is got."""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Iterator, Sequence
from posixpath import basename, splitext
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.project import Project
from rescode_lint.project.clones import Group, Place, home_of, import_of

#: Names that mean the same in every file, though some bind them.
_KNOWN = frozenset(dir(builtins)) | {"np", "plt", "pd", "sns", "tf", "torch"}


_NO_LETTER = lazy(r"[\W_]+")
#: A name of so many letters tells that a longer one belongs to it.
_TELLING = 8


#: What each script has by this name, if only a few lines of it.
_GLUE = lazy(r"_*(?:main|run|setup|\w*(?:args?|arguments|parser))\Z")


class Copy(NamedTuple):
    """A definition that stands somewhere else too, and the one to keep."""

    place: Place
    home: Place
    #: All places with it that count, the home included.
    group: Group


def copies_of(project: Project, least: int) -> Iterator[Copy]:
    """The identical copies in a project that somebody should do away with.

    Args:
        project: the project.
        least: so many statements a copy has; one under another name, a `main` or the like, has twice as many.
    """
    clones = project.clones
    for group in clones.groups:
        if group[0].definition.statements < least:
            continue
        parts: dict[str, list[Place]] = defaultdict(list)
        for place in group:
            if place.path not in clones.aside:
                parts[clones.sub_project(place.path)].append(place)
        for part in parts.values():
            if len(part) < 2:
                continue
            home = home_of(part, project)
            kept = [place for place in part if place is not home and _counts(place, home, least)]
            for place in kept:
                yield Copy(place, home, (home, *kept))


def _counts(place: Place, home: Place, least: int) -> bool:
    if place.path == home.path and place.summary.kind == "py" and place.name == home.name:
        return False  # a variant for another platform, or an overload
    if is_export(place.path, home.path):
        return False
    same = _plain(place.name) == _plain(home.name) and not _GLUE.match(place.name)
    return same or place.definition.statements >= 2 * least


def _unlike(copy: Copy, project: Project) -> Iterator[str]:
    """Functions and classes that both copies call by one name, and that are not the same."""
    here, there = copy.place, copy.home
    for ref in _refs(here) & _refs(there):
        mine = {d for unit in project.find_units(ref, here.path) if (d := _shape(unit, project))}
        theirs = {d for unit in project.find_units(ref, there.path) if (d := _shape(unit, project))}
        if mine and theirs and not mine & theirs:
            yield ref.rpartition(".")[2]


def _refs(place: Place) -> set[str]:
    own = f"{place.name}."
    definitions = [place.definition, *(d for d in place.summary.definitions if d.name.startswith(own))]
    return {ref for d in definitions for ref in d.refs.split() if not ref.startswith(".") and ref != place.name}


def _shape(unit: tuple[str, str], project: Project) -> str:
    path, name = unit
    return next((d.fingerprint for d in project.files[path].definitions if d.name == name), "")


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names in backticks, the first few of them: `a`, `b` and 4 more."""
    shown = [f"`{name}`" for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _plain(name: str) -> str:
    return name.strip("_").lower()


def is_export(one: str, other: str) -> bool:
    """Whether one of two files is a notebook, and the other a script made of it."""
    (first, kind), (second, other_kind) = splitext(basename(one)), splitext(basename(other))
    if kind == other_kind:
        return False
    short, long = sorted((_NO_LETTER.sub("", name.lower()) for name in (first, second)), key=len)
    return short == long or (len(short) >= _TELLING and long.startswith(short))


def where(place: Place, seen_from: str) -> str:
    """A place in words: `lab/clean.py`, or `eda.ipynb`, cell 3."""
    cell = place.span.cell
    if place.path == seen_from:
        return f"cell {cell}" if cell else f"line {place.span.line}"
    return f"`{place.path}`" + (f", cell {cell}" if cell else "")


def command(path: str, names: Sequence[str], *more: str) -> str:
    """The command that moves definitions of a notebook into a module: these, or all that are worth it."""
    shown = f"'{path}'" if any(c in path for c in " ()&;$!#*?[]") else path
    chosen = ["--select", ",".join(dict.fromkeys(names))] if names else []
    return " ".join(["rescode extract", shown, *chosen, *more])


def instead(copies: Sequence[Copy], project: Project) -> str:
    """The advice for copies in one file whose originals stand in one other file."""
    (place, home, _), *others = copies
    names = list(dict.fromkeys(copy.home.name for copy in copies))
    them = "them" if others else "it"
    if place.path == home.path:
        return f"Delete all but one of {'each' if others else 'them'}."
    own = sorted({word for copy in copies for word in _unlike(copy, project)})
    state = sorted({word for copy in copies for word in copy.place.definition.state.split()} - _KNOWN)
    taken = ""
    if own:
        it = "each file has a version of its own" if len(own) == 1 else "each file has versions of its own"
        taken = f"; pass {listed(own)}, of which {it}, as {'parameters' if len(own) > 1 else 'a parameter'}"
    elif state:
        reader = "they read" if others else "it reads"
        many = "parameters" if len(state) > 1 else "a parameter"
        taken = f"; pass {listed(state)}, which {reader} from the code around, as {many}"
    if home.summary.kind == "ipynb":
        return f"Move {them} into a module: `{command(home.path, names)}` does it, and imports {them} in every file that has a copy{taken}."
    module = import_of(home, project, place.path)
    if not project.clones.is_importable(home.path):
        named = basename(home.path).removesuffix(".py").isidentifier()
        why = "does work when it is imported" if named else "cannot be imported under its name"
        return f"Move {them} into a module that both files import, as `{home.path}` {why}{taken}."
    if not module:
        return f"Move {them} into a module that both files can import{taken}."
    if place.path in project.graph.get(home.path, ()):
        return f"Delete {them} in `{home.path}`, which imports this file{taken}."
    shown = ", ".join(
        copy.home.name if copy.home.name == copy.place.name else f"{copy.home.name} as {copy.place.name}"
        for copy in {(c.home.name, c.place.name): c for c in copies}.values()
    )
    return f"Delete {them} here, and write `from {module} import {shown}`{taken}."
