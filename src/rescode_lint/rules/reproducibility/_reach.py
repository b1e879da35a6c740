"""Which functions and classes of the project some code comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rescode_lint.model import Definition
from rescode_lint.project import Project


def reached_from(starts: Iterable[tuple[str, str]], project: Project) -> set[tuple[str, str]]:
    """The functions and classes (by path and name) that some code comes to.

    Args:
        starts: path and name of where to begin; "" as name stands for the top-level code of a file.
        project: all files.

    Returns:
        The starts and what they come to. Of a class, the methods that are named somewhere on the way count, and all
        where a base class may call them.
    """
    parts = project.memo.setdefault("parts", _Parts(project))
    assert isinstance(parts, _Parts)
    reached: set[tuple[str, str]] = set()
    waiting = [*starts]
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
