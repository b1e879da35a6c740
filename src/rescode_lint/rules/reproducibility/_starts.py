"""Which scripts and notebooks run the functions that draw random numbers, and seed nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rescode_lint.model import Definition, Finding, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rules.reproducibility._random import TEST_PATH

#: What shows that somebody has thought of it.
_SEED = ("seed", "random_state", "randomstate", "default_rng", "determinis", "reproduc")


def unseeded_starts(functions: Sequence[Finding], project: Project) -> Iterator[tuple[Finding, list[str]]]:
    """The scripts and notebooks that come to each drawing function, and nowhere speak of a seed.

    Args:
        functions: findings at draws, whose group ends in the name of the function or class that draws.
        project: all files.
    """
    by_place: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in functions:
        by_place[finding.path, finding.group.rpartition(" ")[2]].append(finding)
    if not by_place:
        return
    starts: dict[tuple[str, str], list[str]] = defaultdict(list)
    parts = _Parts(project)
    for path in sorted(_above({path for path, _ in by_place}, project)):
        summary = project.files[path]
        if not _is_start(summary, project):
            continue
        reached = _reached(path, project, parts)
        found = reached & by_place.keys()
        if found and not _speaks_of_seeds(path, project):
            for place in found:
                if place[0] != path:
                    starts[place].append(path)
    for place, paths in starts.items():
        for finding in by_place[place]:
            yield finding, paths


def _above(paths: set[str], project: Project) -> set[str]:
    """All files that import some file, directly or through others."""
    found: set[str] = set()
    waiting = [*paths]
    while waiting:
        for importer in project.importers.get(waiting.pop(), ()):
            if importer not in found:
                found.add(importer)
                waiting.append(importer)
    return found


def _is_start(summary: Summary, project: Project) -> bool:
    """Whether a file is run by itself, and its results are wanted."""
    if summary.generated or summary.path in project.tests or is_put_away(summary.path):
        return False
    if TEST_PATH.search(summary.path):
        return False
    return summary.kind == "ipynb" or (
        (summary.main_guard or summary.script_statements > 0) and not project.importers.get(summary.path)
    )


def _reached(start: str, project: Project, parts: _Parts) -> set[tuple[str, str]]:
    """The functions and classes (by path and name) that the top-level code of a file comes to.

    Of a class, the methods that are named somewhere on the way count, and all where a base class may call them.
    """
    reached: set[tuple[str, str]] = set()
    waiting: list[tuple[str, str]] = [(start, "")]
    words: set[str] = set()
    #: Methods that have not been named yet, by their last names.
    idle: dict[str, list[tuple[str, str]]] = defaultdict(list)
    while waiting:
        path, name = waiting.pop()
        if (path, name) in reached:
            continue
        reached.add((path, name))
        refs = parts.refs(path, name)
        for last, method, always in parts.methods(path, name):
            if always or last in words:
                waiting.append((path, method))
            else:
                idle[last].append((path, method))
        for ref in refs:
            last = ref.rpartition(".")[2]
            if last not in words:
                words.add(last)
                waiting += idle.pop(last, ())
            if not ref.startswith("."):
                waiting += project.find_units(ref, path)
    return reached


class _Parts:
    """What the definitions of each file refer to, worked out once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.known: dict[str, dict[str, list[Definition]]] = {}

    def of(self, path: str) -> dict[str, list[Definition]]:
        """The definitions of a file by name; the methods of a class under its name and a dot."""
        found = self.known.get(path)
        if found is None:
            found = self.known[path] = defaultdict(list)
            for definition in self.project.files[path].definitions:
                found[definition.name].append(definition)
                owner, dot, _ = definition.name.rpartition(".")
                found[f"{owner}{dot}"].append(definition)
        return found

    def refs(self, path: str, name: str) -> set[str]:
        """The names that a definition refers to; of the top-level code for ""."""
        if not name:
            return {*self.project.files[path].refs.split()}
        return {ref for d in self.of(path).get(name, ()) for ref in (*d.refs.split(), *d.bases.split())}

    def methods(self, path: str, name: str) -> Iterator[tuple[str, str, bool]]:
        """The methods of a class: last name, full name, and whether they may run without being named."""
        if not name:
            return
        found = self.of(path)
        has_bases = any(d.bases for d in found.get(name, ()))
        for method in found.get(f"{name}.", ()):
            last = method.name.rpartition(".")[2]
            yield last, method.name, has_bases or last.startswith("__")


def _speaks_of_seeds(path: str, project: Project) -> bool:
    text = project.text(path).lower()
    return not text or any(word in text for word in _SEED)
