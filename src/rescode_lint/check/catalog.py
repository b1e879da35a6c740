"""The catalog of rules: a tuple sorted by code, found by looking into `rules/` and at the installed plugins."""

from __future__ import annotations

import os
from importlib import import_module
from typing import NamedTuple

from rescode_lint import rules
from rescode_lint.check.plugins import Plugin, plugins
from rescode_lint.lazy import lazy
from rescode_lint.model import Problem
from rescode_lint.rule import Rule

_CODE = lazy(r"[A-Z]{3,5}\d{3}\Z")
_NAME = lazy(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+\Z")


class Catalog(NamedTuple):
    """All rules, by code, and what could not be loaded."""

    rules: tuple[type[Rule], ...]
    problems: tuple[Problem, ...] = ()


def builtin() -> tuple[type[Rule], ...]:
    """The rules of this package: one class a file of `rules/<family>/`."""
    found: list[type[Rule]] = []
    base = os.path.dirname(rules.__file__ or "")
    for folder in sorted(entry.name for entry in os.scandir(base) if entry.is_dir() and entry.name.isidentifier()):
        if folder.startswith("__"):
            continue
        for file in sorted(os.listdir(os.path.join(base, folder))):
            stem, ending = os.path.splitext(file)
            if ending == ".py" and not stem.startswith("_"):
                found += classes(f"{rules.__name__}.{folder}.{stem}")
    return tuple(sorted(found, key=lambda rule: rule.code))


def classes(module: str) -> list[type[Rule]]:
    """The rules that a module defines itself."""
    loaded = import_module(module)
    return [
        value
        for value in vars(loaded).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module and hasattr(value, "code")
    ]


def catalog(installed: tuple[Plugin, ...] | None = None) -> Catalog:
    """All rules. A plugin that cannot be loaded is a problem that names it, and the others go on."""
    found = list(builtin())
    problems: list[Problem] = []
    for plugin in plugins() if installed is None else installed:
        try:
            found += _load(plugin.target)
        except Exception as error:  # whatever somebody else's module raises on import
            why = f"plugin `{plugin.name}` ({plugin.target}) cannot be loaded: {type(error).__name__}: {error}"
            problems.append(Problem(plugin.name, why, "update it or uninstall it", "RSC002"))
    unique: dict[str, type[Rule]] = {}
    for rule in found:
        fault = _fault(rule)
        if fault is None and rule.code in unique:
            fault = f"has the code of `{unique[rule.code].name}`"
        if fault:
            label = f"{getattr(rule, 'code', '?')} ({rule.__module__}.{rule.__qualname__})"
            problems.append(Problem(label, f"the rule {fault}", "report it to its author", "RSC002"))
        else:
            unique[rule.code] = rule
    return Catalog(tuple(unique[code] for code in sorted(unique)), tuple(problems))


def _load(target: str) -> list[type[Rule]]:
    module, _, attribute = target.partition(":")
    if not attribute:
        return classes(module)
    value = getattr(import_module(module), attribute)
    return list(value) if isinstance(value, list | tuple) else [value]


def _fault(rule: object) -> str | None:
    if not (isinstance(rule, type) and issubclass(rule, Rule)):
        return "is no subclass of NodeRule, FileRule, NotebookRule or ProjectRule"
    for field in ("code", "name", "summary", "advice"):
        if not isinstance(getattr(rule, field, None), str):
            return f"has no `{field}`"
    if not _CODE.match(rule.code):
        return "has a code that is not three to five capital letters and three digits"
    if not _NAME.match(rule.name):
        return "has a name that is not in kebab-case"
    return None
