"""What a star import brings into a notebook, and the imports to write in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rescode_lint.facts.star_names import names_of
from rescode_lint.model import Import, Star, Summary
from rescode_lint.project import Project
from rescode_lint.project.stars import brought_by

#: Of what `%pylab` and `pylab` bring, what is a module, or not NumPy's and not pyplot's.
_PYLAB = {
    "np": ("numpy", "", "np"),
    "numpy": ("numpy", "", ""),
    "plt": ("matplotlib.pyplot", "", "plt"),
    "mpl": ("matplotlib", "", "mpl"),
    "matplotlib": ("matplotlib", "", ""),
    "pylab": ("pylab", "", ""),
    "mlab": ("matplotlib", "mlab", ""),
    "pyplot": ("matplotlib", "pyplot", ""),
    "display": ("IPython.display", "display", ""),
    "figsize": ("IPython.core.pylabtools", "figsize", ""),
    "getfigs": ("IPython.core.pylabtools", "getfigs", ""),
    "datetime": ("datetime", "", ""),
    "ma": ("numpy", "ma", ""),
    "linalg": ("numpy", "linalg", ""),
}
#: Its parts, in the order in which one overrides the other; NumPy's own first for what has lately come to `linalg` too.
_PARTS = ("numpy.fft", "numpy.random", "numpy", "numpy.linalg", "matplotlib.pyplot")
#: How many characters fit on a line.
_WIDTH = 88


class Brought(NamedTuple):
    """What a star import brings, as far as it is known."""

    #: None where it is not.
    names: frozenset[str] | None = None
    #: A module of the project: the names that it imports itself, and as what.
    imported: dict[str, Import] = {}
    #: False where there is an `__all__`, so that not all of `names` need come.
    whole: bool = True
    #: A module of the project: the names that are there once one of its functions has run, as it says with `global`.
    perhaps: frozenset[str] = frozenset()


def brought_of(star: Star, path: str, project: Project) -> Brought:
    """What a star import in a file brings: by the table, or by the file of the project."""
    found = brought_by(star.module)
    if found is not None:
        return Brought(found)
    level = len(star.module) - len(star.module.lstrip("."))
    item = Import(star.module[level:], "*", level, star.span.line, star.span.cell)
    files = project.imported_files(path, item)
    return _of_file(files[0], project, frozenset()) if len(files) == 1 else Brought()


def _of_file(path: str, project: Project, seen: frozenset[str]) -> Brought:
    summary: Summary = project.files[path]
    if summary.unparsed or summary.kind != "py":
        return Brought()
    names = {name for name in summary.bindings.split() if not name.startswith("_")}
    perhaps = names & set(summary.by_functions.split())
    imported: dict[str, Import] = {}
    own = {definition.name for definition in summary.definitions}
    for item in summary.imports:
        if item.level or item.name == "*":
            continue
        local = item.alias or item.name or item.module.partition(".")[0]
        if item.local and local not in perhaps:
            continue
        if local not in own and (item.name or item.alias or "." not in item.module):
            imported.setdefault(local, item)
    for item in summary.imports:
        if item.name == "*" and not item.local:
            more = _further(item, path, project, seen | {path})
            if more.names is None:
                return Brought()
            perhaps |= more.perhaps - names
            further = more.names - names  # the module's own come first
            names |= further
            for name in further:
                known = more.imported.get(name)
                if known is not None:
                    imported.setdefault(name, known)
                elif not item.level:
                    imported.setdefault(name, Import(item.module, name, 0, 0, None))
    whole = "__all__" not in summary.bindings.split()
    return Brought(frozenset(names), imported, whole, frozenset(perhaps))


def _further(item: Import, path: str, project: Project, seen: frozenset[str]) -> Brought:
    """What a star import in a module brings in its turn."""
    table = names_of(item.module) if not item.level else None
    if table is not None:
        return Brought(table)
    files = project.imported_files(path, item)
    return _of_file(files[0], project, seen) if len(files) == 1 and files[0] not in seen else Brought()


def imports_of(star: Star, names: Iterable[str], brought: Brought) -> list[str]:
    """The import statements, as lines, that bring just these names."""
    plain: dict[str, None] = {}
    members: dict[str, list[str]] = {}
    for name in names:
        module, member, alias = _origin(star, name, brought)
        if not member:
            plain[f"import {module}" + (f" as {alias}" if alias else "")] = None
        else:
            members.setdefault(module, []).append(f"{member} as {alias}" if alias else member)
    return [*sorted(plain), *(_from(module, sorted(found, key=str.lower)) for module, found in sorted(members.items()))]


def _origin(star: Star, name: str, brought: Brought) -> tuple[str, str, str]:
    """(module, name in it, alias) of a name that a star import brings."""
    if star.module in ("pylab", "matplotlib.pylab"):
        if name in _PYLAB:
            return _PYLAB[name]
        return next((part for part in _PARTS if name in (names_of(part) or ())), star.module), name, ""
    if star.module == "numpy" and name in ("np", "numpy"):
        return _PYLAB[name]
    item = brought.imported.get(name)
    if item is not None:
        return item.module, item.name, item.alias
    return star.module, name, ""


def is_one(name: str, star: Star, brought: Brought, other: Star, theirs: Brought) -> bool:
    """Whether two star imports of the project's modules bring the very same thing under a name."""
    if name not in (brought.names or ()) or name not in (theirs.names or ()):
        return False
    return _origin(star, name, brought) == _origin(other, name, theirs)


def _from(module: str, members: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(members)}"
    if len(line) <= _WIDTH:
        return line
    rows = [""]
    for member in members:
        if len(rows[-1]) + len(member) > _WIDTH - 6:
            rows.append("")
        rows[-1] += f" {member}," if rows[-1] else f"{member},"
    return "\n".join((f"from {module} import (", *(f"    {row}" for row in rows), ")"))
