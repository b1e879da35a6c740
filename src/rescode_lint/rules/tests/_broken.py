"""Tests that ask modules of the project for what these do not have: they fail before they test anything."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from rescode_lint.model import Import, Summary
from rescode_lint.project import Project
from rescode_lint.project.project import module_name

#: Who does one of these may give a module names that its text does not show.
_DYNAMIC = frozenset({"globals", "setattr", "exec", "vars", "sys.modules", "__getattr__"})


class Broken(NamedTuple):
    """A test file with the import that shows it, and the names that a module does not have."""

    test: Summary
    item: Import
    module: str
    names: tuple[str, ...]


def broken_tests(project: Project) -> list[Broken]:
    """The test files that ask for names which a module of the project certainly does not have, one entry each.

    Args:
        project: all files.
    """
    found = []
    suffixes = Counter(
        ".".join(parts[start:])
        for s in project.scripts
        for parts in (module_name(s.path).split("."),)
        for start in range(len(parts))
    )
    for path in sorted(project.tests):
        summary = project.files[path]
        if summary.unparsed:
            continue
        refs = {ref for text in (summary.refs, *(d.refs for d in summary.definitions)) for ref in text.split()}
        missing: dict[str, list[str]] = defaultdict(list)
        items: dict[str, Import] = {}
        for item in summary.imports:
            if item.local or item.optional or item.level or item.alias or suffixes[item.module] != 1:
                continue
            if item.name:
                asked = {item.name}
            else:
                start = f"{item.module}."
                asked = {ref[len(start) :].partition(".")[0] for ref in refs if ref.startswith(start)}
            target = _module(item.module, path, project)
            if target is None:
                continue
            gone = sorted(name for name in asked if name != "*" and not _has(target, name, item.module, path, project))
            if gone:
                missing[target.path] += gone
                items.setdefault(target.path, item)
        if missing:
            module = max(missing, key=lambda p: (len(missing[p]), p))
            found.append(Broken(summary, items[module], module, tuple(dict.fromkeys(missing[module]))))
    return found


def _module(dotted: str, importer: str, project: Project) -> Summary | None:
    """The one file that a name of a module means, if its text shows all names that it has."""
    found = project.find_module(dotted, importer)
    if len(found) != 1 or found[0].endswith("__init__.py"):
        return None
    summary = project.files[found[0]]
    refs = {ref for text in (summary.refs, *(d.refs for d in summary.definitions)) for ref in text.split()}
    if summary.unparsed or any(item.name == "*" for item in summary.imports) or not _DYNAMIC.isdisjoint(refs):
        return None
    if not summary.definitions or any(d.name == "__getattr__" for d in summary.definitions):
        return None
    return summary


def _has(module: Summary, name: str, dotted: str, importer: str, project: Project) -> bool:
    return (
        name in module.bindings.split()
        or name.startswith("__")
        or any(name in (d.name, d.name.partition(".")[0]) for d in module.definitions)
        or any(name in (item.alias, item.name, item.module.partition(".")[0]) for item in module.imports)
        or bool(project.find_module(f"{dotted}.{name}", importer))
    )


def all_broken(project: Project, broken: list[Broken]) -> bool:
    """Whether no test of the project can do its work.

    Args:
        project: all files.
        broken: what `broken_tests` found.
    """
    failing = {entry.test.path for entry in broken}
    return (
        bool(broken)
        and not project.inner_tests
        and not any(
            path not in failing and any("test" in d.name.lower() for d in project.files[path].definitions)
            for path in project.tests
        )
    )
