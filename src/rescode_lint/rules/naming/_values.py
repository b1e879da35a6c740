"""What stands behind a name: how a file makes the values that it gives to it."""

from __future__ import annotations

import ast
from collections import defaultdict

from rescode_lint.project import Project

#: What is no number, so that a name which may hold it counts nothing.
NO_NUMBER = frozenset({"list", "dict", "text", "turn"})
_NUMBERS = ("range", "arange", "linspace", "logspace", "geomspace")


class Makers:
    """How the files of a project make what their names hold; each file that is asked for is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, dict[str, set[str]]] = {}

    def of(self, path: str, name: str) -> set[str]:
        """How a file makes what a name holds.

        Args:
            path: a file of the project.
            name: a variable or parameter of it.

        Returns:
            The last name of each function that is called for it ("read_csv"), ".index" for an attribute of that name,
            "number", "text", "list" or "dict" for what stands there, "turn" for what a loop takes from something.
            Empty where nothing is known, as of a parameter without default.
        """
        if path not in self._known:
            source = self._project.source(path)
            self._known[path] = {} if source is None else _makers(source.body)
        return self._known[path].get(name, set())


def _makers(body: list[ast.stmt]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        stack += ast.iter_child_nodes(node)
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _give(target, value, found)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                _give(target, value, found)
            case ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated):
                how = "number" if _gives_numbers(iterated) else "turn"
                for part in ast.walk(target):
                    if isinstance(part, ast.Name):
                        found[part.id].add(how)
            case ast.arguments(args=args, defaults=defaults, kwonlyargs=kwonly, kw_defaults=kw_defaults):
                pairs = [*zip(args[::-1], defaults[::-1], strict=False), *zip(kwonly, kw_defaults, strict=False)]
                for parameter, default in pairs:
                    if default is not None:
                        found[parameter.arg].update(_maker(default))
            case _:
                pass
    return found


def _give(target: ast.expr, value: ast.expr, found: dict[str, set[str]]) -> None:
    if isinstance(target, ast.Name):
        found[target.id].update(_maker(value))
    elif isinstance(target, ast.Tuple | ast.List):
        values = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        for part, given in zip(target.elts, values, strict=False):
            _give(part, given, found)


def _maker(value: ast.expr) -> set[str]:
    match value:
        case ast.Constant(value=bool() | None):
            return set()
        case ast.Constant(value=int() | float()):
            return {"number"}
        case ast.Constant(value=str()) | ast.JoinedStr():
            return {"text"}
        case ast.List() | ast.ListComp() | ast.Tuple() | ast.Set() | ast.SetComp():
            return {"list"}
        case ast.Dict() | ast.DictComp():
            return {"dict"}
        case ast.Call(func=ast.Name(id=name)):
            return {name}
        case ast.Call(func=ast.Attribute(attr=name)):
            return {name}
        case ast.Attribute(attr=name):
            return {f".{name}"}
        case ast.Subscript(value=inner) | ast.Await(value=inner):
            return {maker for maker in _maker(inner) if maker not in NO_NUMBER}
        case ast.IfExp(body=one, orelse=other):
            return _maker(one) | _maker(other)
        case _:
            return set()


def _gives_numbers(iterated: ast.expr) -> bool:
    match iterated:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _NUMBERS
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return all(_maker(part) == {"number"} for part in parts)
        case _:
            return False
