"""Which notebooks others run as if they were modules."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import basename, dirname, join, normpath

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary
from rescode_lint.project import Project

#: The part of a path that only a run knows, with all before it: `{folder}_tools.ipynb`, `$folder/tools.ipynb`.
_FILLED_IN = lazy(r".*(?:\}|\$\w+|\*)")
#: So many letters of a name tell which notebook is meant.
_TELLING = 5


def run_from(path: str, summary: Summary, project: Project) -> tuple[Summary | None, bool]:
    """The notebook that `%run path` starts, and whether it lies where that path leads.

    Args:
        path: as written, with what only a run knows.
        summary: the file that says so.
        project: all files.
    """
    tail = _FILLED_IN.sub("", path, count=1)
    if tail != path:
        name = basename(tail)
        if len(name.removesuffix(".ipynb").strip("_")) < _TELLING:
            return None, True
        end = tail if "/" not in tail else f"/{name}"
        found = [other for other in project.notebooks if f"/{other.path}".endswith(end) and other is not summary]
        return (found[0] if len(found) == 1 else None), True
    target = project.files.get(normpath(join(dirname(summary.path), path)))
    if target is not None and target.kind == "ipynb" and not target.language:
        return target, True
    found = [other for other in project.notebooks if basename(other.path) == basename(path)]
    return (found[0] if len(found) == 1 else None), False


def run_by(project: Project) -> Mapping[str, frozenset[str]]:
    """Path of a notebook -> the files that run it."""
    known = project.memo.get("run_by")
    if known is None:
        found: dict[str, set[str]] = {}
        for summary in project.files.values():
            for start in summary.starts:
                target, _ = run_from(start.path, summary, project)
                if target is not None and target is not summary:
                    found.setdefault(target.path, set()).add(summary.path)
        known = project.memo["run_by"] = {path: frozenset(users) for path, users in found.items()}
    return known  # type: ignore[return-value]
