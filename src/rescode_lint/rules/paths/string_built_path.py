from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from rescode_lint.facts.files import file_names, touches
from rescode_lint.facts.path_takers import takes_path
from rescode_lint.model import Finding, Span
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.paths._built import (
    Built,
    Values,
    Words,
    built_path,
    might_be_built,
    name_of,
)
from rescode_lint.semantics import Module, Scope

_LONG = 72


class _Place(NamedTuple):
    """A path built as text that a file function takes."""

    built: Built
    scope: Scope
    #: The name that it is stored under; "" where the function gets it directly.
    name: str
    #: The functions that take it: all want a string, or take a `Path` in every version.
    wants_text: bool
    sure: bool


class StringBuiltPath(FileRule):
    """..."""

    code = "RSC406"
    name = "string-built-path"
    summary = "a path put together as text"
    advice = "Build it with `pathlib`."
    safe_fix = None
    visits = ast.Assign

    def check(self, file: Module) -> Iterator[Finding]:
        values = Values(file)
        for place in _places(file, values):
            b = place.built
            w = Words(place.scope, file, values, '"')
            yield self.finding(
                file.span(b.node),
                f"{b.how} {place.name and 'local'} `{ast.unparse(b.node)}`",
                advice=f"{w.whole(b)}",
                group=("x"),
            )


def _places(file: Module, values: Values, only: Span | None = None) -> Iterator[_Place]:
    """The paths built as text that file functions take, directly or through a name that nothing else takes."""
    stored: set[str] = set()
    for name in file_names():
        for call, scope in file.calls.get(name, ()):
            arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
            for argument in arguments:
                if argument.__class__ is ast.Name:
                    stored.add(argument.id)
                elif might_be_built(argument) and (only is None or file.span(argument) == only):
                    file.here = scope
                    taken = [touch for touch in touches(call, file.qualname(call.func)) if touch.node is argument]
                    built = built_path(argument, scope, file, values) if taken else None
                    if built:
                        taker = _taker(call, file)
                        yield _Place(built, scope, "", taker == "no", taker == "yes")
    for node, scope in file.nodes.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        target = node.targets[0]
        if len(node.targets) != 1 or not isinstance(target, ast.Name) or target.id not in stored:
            continue
        if might_be_built(node.value) and (only is None or file.span(node.value) == only):
            built = built_path(node.value, scope, file, values)
            if built and scope.kind in ("module", "function"):
                place = _of_name(target.id, built, scope, file, values)
                if place:
                    yield place


def _taker(call: ast.Call, file: Module) -> str:
    func = call.func
    last = func.attr if isinstance(func, ast.Attribute) else name_of(func)
    return takes_path(last, file.qualname(func), is_method=isinstance(func, ast.Attribute))


def _of_name(name: str, built: Built, scope: Scope, file: Module, values: Values) -> _Place | None:
    """A path that is stored under a name, if nothing but file functions (and messages) take it from there."""
    found, wants_text, sure = 0, False, True
    by_node = {s.node: s for s in file.scopes if s.kind in ("function", "comprehension")}
    for use in values.occurrences(name):
        if not isinstance(use, ast.Name) or not isinstance(use.ctx, ast.Load):
            if isinstance(use, ast.Global | ast.Nonlocal):
                return None
            continue
        at, chain = use, []
        owner = file.scope
        while (above := values.parent(at)) is not None:
            chain.append(above)
            inner = by_node.get(above)
            if inner is not None and owner is file.scope and name in inner.bindings:
                owner = inner
            at = above
        if owner is not scope:
            continue
        parent, call = chain[0], chain[1] if len(chain) > 1 else None
        if not isinstance(parent, ast.keyword):
            call = parent
        if isinstance(parent, ast.FormattedValue):
            sure = False
            continue
        if not isinstance(call, ast.Call):
            return None
        file.here = scope
        argument = use
        if any(
            touch.node is argument and argument is not getattr(call.func, "value", None)
            for touch in touches(call, file.qualname(call.func))
        ):
            taker = _taker(call, file)
            found += 1
            wants_text = wants_text or taker == "no"
            sure = sure and taker == "yes"
        elif name_of(call.func) in ("print", "info", "debug", "warning", "error"):
            sure = False
        else:
            return None
    return _Place(built, scope, name, wants_text, sure) if found else None
