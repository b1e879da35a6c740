from __future__ import annotations

import ast
from collections.abc import Iterator

from rescode_lint.model import Finding, Related
from rescode_lint.rule import Bad, FileRule
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Function, Site

#: Decorators that say what a function takes, or under which nobody calls it by hand.
_TYPED_BY_DECORATOR = frozenset({"fixture", "command", "overload", "setter", "deleter", "singledispatch", "register", "hook"})
_RETURN = "the return value"


class MissingTypes(FileRule):
    """Without types, the reader of a function has to run it to learn what it takes: a path or an open file, a list or an
    array, one row or all of them. Types are the shortest documentation there is, editors complete by them, and a type
    checker finds the wrong call before the three-hour run does.

    One finding a function; a module or notebook with more than five of them is one finding, with the places. What is
    certain from the code alone (defaults, returned literals, nothing returned) is proposed.
    """

    code = "RSC301"
    name = "missing-types"
    summary = "a public function without types of its parameters or of what it returns"
    advice = "Write the types of the parameters and of the return value."
    how_to_fix = (
        "Begin with the functions that others call. Write what is certain, and let a type checker tell the rest "
        "(`mypy --check-untyped-defs`); `pandas.DataFrame` and `numpy.ndarray` are better than nothing."
    )
    limits = (
        "Private functions, tests, nested functions, special methods and methods of classes with bases (whose signatures "
        "the base decides) are left alone, and so are `*args` and `**kwargs`."
    )
    severity = "note"
    merge_above = 5

    VALID = (
        "def scale(x: float, by: float = 2.0) -> float:\n    return x * by",
        "def _scale(x):\n    return x * 2",
        {"tests/test_scale.py": "def test_scale(tmp_path):\n    assert tmp_path"},
        "class Model:\n    def __init__(self) -> None:\n        self.x = 1",
        "def outer() -> None:\n    def inner(x):\n        return x",
    )
    INVALID = (
        Bad(
            "def scale(x, by=2.0):\n    ^^^^^\n    return x * by",
            "`scale`",
            "def scale(x: float, by: float = 2.0) -> float:\n    return x * by",
        ),
        Bad("def report(rows: list[str]):\n    ^^^^^^\n    for row in rows:\n        print(row)", "`report`"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a function; they are merged where there are many."""
        if is_test_path(file.path):
            return
        for site in file.definitions:
            node = site.node
            if isinstance(node, ast.ClassDef) or not _is_public(site):
                continue
            missing = gaps(node, method=site.owner is not None)
            if missing:
                yield self.finding(
                    file.name_span(node),
                    f"`{node.name}` has no type{'s' if len(missing) > 1 else ''} for {_listed(missing)}",
                    advice=_advice(node, missing),
                    group="types",
                )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the module, which names the functions."""
        names = [finding.message.split("`")[1] for finding in findings]
        shown = ", ".join(f"`{name}`" for name in names[:4])
        first = findings[0]
        what = "notebook" if first.path.endswith(".ipynb") else "module"
        return first._replace(
            message=f"{len(names)} public functions of this {what} lack types: {shown} and {len(names) - 4} more",
            advice="Type them from the most used one on, and let a type checker guard them. " + first.advice,
            related=tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in findings[1:]),
        )


def is_test_path(path: str) -> bool:
    """Whether a file is a test by its name or folder; what tests take is decided by fixtures."""
    *folders, name = path.split("/")
    return name.startswith(("test_", "conftest")) or name.endswith("_test.py") or bool({"tests", "test"} & set(folders))


def _is_public(site: Site) -> bool:
    node = site.node
    if node.name.startswith("_") and not (node.name == "__init__" and site.owner):
        return False
    if site.owner is not None and (site.owner.name.startswith("_") or site.owner.bases):
        return False
    names = {_last_name(decorator) for decorator in node.decorator_list}
    return not names & _TYPED_BY_DECORATOR


def _last_name(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def gaps(node: Function, *, method: bool) -> list[str]:
    """The parameters without types, in backticks, and "the return value" where that has none."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    static = any(_last_name(decorator) == "staticmethod" for decorator in node.decorator_list)
    if method and not static:
        positional = positional[1:]
    missing = [
        f"`{parameter.arg}`"
        for parameter in (*positional, *arguments.kwonlyargs)
        if parameter.annotation is None and parameter.type_comment is None and not parameter.arg.startswith("_")
    ]
    if node.returns is None and node.type_comment is None and node.name != "__init__":
        missing.append(_RETURN)
    return missing


def _listed(missing: list[str]) -> str:
    if len(missing) > 5:
        missing = [*missing[:4], f"{len(missing) - 4} more"]
    return missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"


def _advice(node: Function, missing: list[str]) -> str:
    certain = [
        f"`{parameter.arg}: {kind}`"
        for parameter, default in _defaults(node)
        if f"`{parameter.arg}`" in missing and (kind := literal_type(default))
    ]
    if _RETURN in missing and (returned := return_type(node)):
        certain.append(f"`-> {returned}`")
    if not certain:
        return MissingTypes.advice
    return f"Certain from the code: {', '.join(certain)}." + (
        " Write them, and the others." if len(certain) < len(missing) else ""
    )


def _defaults(node: Function) -> list[tuple[ast.arg, ast.expr]]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True))
    return pairs + [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]


def literal_type(node: ast.expr) -> str | None:
    """The builtin type of a literal; None where it does not say one (`None`, a name, a number that may be either)."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | str | bytes | float | int):
        return type(node.value).__name__
    if isinstance(node, ast.JoinedStr):
        return "str"
    return None


def return_type(node: Function) -> str | None:
    """What a function certainly returns: "None", or the one builtin type of all its literals; None where unsure."""
    if any(_last_name(decorator) in ("abstractmethod", "contextmanager", "property") for decorator in node.decorator_list):
        return None
    returns: list[ast.Return] = []
    stack: list[ast.AST] = list(node.body)
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return None
        if isinstance(inner, ast.Return):
            returns.append(inner)
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(inner))
    if not any(found.value is not None for found in returns):
        return None if _is_stub(node.body) or _never_ends(node.body) else "None"
    kinds = {literal_type(found.value) if found.value is not None else "None" for found in returns}
    kind = kinds.pop() if len(kinds) == 1 else None
    return kind if kind is not None and _never_ends(node.body) else None


def _is_stub(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(s, ast.Pass | ast.Raise) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) for s in body
    )


def _never_ends(body: list[ast.stmt]) -> bool:
    """Whether the end of a body cannot be reached: it returns, raises, or loops without end."""
    last = body[-1]
    if isinstance(last, ast.Return | ast.Raise):
        return True
    if isinstance(last, ast.If):
        return bool(last.orelse) and _never_ends(last.body) and _never_ends(last.orelse)
    if isinstance(last, ast.With):
        return _never_ends(last.body)
    if isinstance(last, ast.While):
        return isinstance(last.test, ast.Constant) and bool(last.test.value)
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return _last_name(last.value) in ("exit", "_exit", "abort", "fail")
    return False
