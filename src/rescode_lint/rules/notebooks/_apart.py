"""Which files have versions, and copies, of their own on purpose: templates, kept states, runs, unrelated work."""

from __future__ import annotations

import re
from posixpath import dirname

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary
from rescode_lint.project import Project

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
#: So many folders beside each other, none of which imports from another, are a collection of unrelated things.
_COLLECTION = 4


def are_apart(one: str, other: str, project: Project) -> bool:
    """Whether two files have versions of their own on purpose: templates, kept states, different pieces of work."""
    if one == other:
        return _TEMPLATE.search(one) is not None
    return any(meant.search(path) for meant in (_TEMPLATE, _KEPT) for path in (one, other)) or are_unrelated(
        one, other, project
    )


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
