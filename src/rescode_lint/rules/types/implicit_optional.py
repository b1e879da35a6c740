from __future__ import annotations

import ast
from collections.abc import Iterator

from rescode_lint.model import Finding
from rescode_lint.rule import Bad, NodeRule
from rescode_lint.semantics import Module

#: Types that hold None already, or may.
_MAY_BE_NONE = frozenset({"None", "Optional", "Any", "object", "Incomplete", "Unused", "NoneType", "Hashable", "Final", "ClassVar"})
_UNSURE = ("Like", "Type", "Opt", "Maybe", "Arg", "Input", "Param", "Value", "_T", "T")


class ImplicitOptional(NodeRule):
    """The annotation says `int`, the default says `None`: one of the two is wrong, and whoever believes the annotation
    calls a method on `None`. PEP 484 once let type checkers read it as `int | None`; that was withdrawn, and mypy has
    refused it since 0.990.
    """

    code = "RSC302"
    name = "implicit-optional"
    summary = "a default of `None` where the type does not allow it"
    advice = "Add `| None` to the type, or give a default of that type."
    how_to_fix = (
        "Write `x: int | None = None` (`Optional[int]` before Python 3.10), and handle `None` where `x` is used. If `None` "
        "was never meant, give a real default or none."
    )
    limits = "Type aliases and names that may hold `None` (`ArrayLike`, type variables) are left alone."
    merge_above = 3
    visits = (ast.FunctionDef, ast.AsyncFunctionDef, ast.AnnAssign)

    VALID = (
        "def f(x: int | None = None) -> None: ...",
        "from typing import Optional, Any\ndef f(x: Optional[int] = None, y: Any = None, z: 'int | None' = None) -> None: ...",
        "def f(x=None, y: object = None) -> None: ...",
        "from typing import Union\nNumber = Union[int, None]\ndef f(x: Number = None) -> None: ...",
        "from numpy.typing import ArrayLike\ndef f(x: ArrayLike = None) -> None: ...",
    )
    INVALID = (
        Bad("def f(x: int = None) -> None: ...\n      ^^^^^^", "`x: int = None`", "def f(x: int | None = None) -> None: ..."),
        Bad("def f(*, names: 'list[str]' = None) -> None: ...\n         ^^^^^^^^^^^^^^^^^^", "`names: list[str] = None`"),
        Bad("class Config:\n    rate: float = None\n    ^^^^^^^^^^^", "`rate: float = None`"),
    )

    def check(self, node: ast.AST, file: Module) -> Iterator[Finding]:
        """Yield one finding a parameter or annotated name."""
        if isinstance(node, ast.AnnAssign):
            if _is_none(node.value) and isinstance(node.target, ast.Name) and self._excludes_none(node.annotation, file):
                span = file.span(node.target)._replace(
                    end_line=file.span(node.annotation).end_line, end_column=file.span(node.annotation).end_column
                )
                yield self._found(span, node.target.id, node.annotation)
            return
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            if _is_none(default) and parameter.annotation is not None and self._excludes_none(parameter.annotation, file):
                yield self._found(file.span(parameter), parameter.arg, parameter.annotation)

    def _found(self, span: object, name: str, annotation: ast.expr) -> Finding:
        kind = annotation.value if isinstance(annotation, ast.Constant) else ast.unparse(annotation)
        return self.finding(
            span,  # type: ignore[arg-type]
            f"`{name}: {kind} = None` promises `{kind}` and gives `None`",
            advice=f"Write `{name}: {kind} | None = None`, or give a default that is `{kind}`.",
            group="optional",
        )

    def _excludes_none(self, annotation: ast.expr, file: Module) -> bool:
        """Whether a type certainly does not allow None."""
        if isinstance(annotation, ast.Constant):
            if not isinstance(annotation.value, str):
                return False
            try:
                annotation = ast.parse(annotation.value.strip(), mode="eval").body
            except SyntaxError:
                return False
        if isinstance(annotation, ast.Subscript):
            head = _last(annotation.value)
            if head in ("Union", "Annotated"):
                inner = annotation.slice
                parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
                parts = parts[:1] if head == "Annotated" else parts
                return all(self._excludes_none(part, file) for part in parts)
            if head == "Literal":
                return not any(isinstance(n, ast.Constant) and n.value is None for n in ast.walk(annotation))
            return head not in _MAY_BE_NONE
        if isinstance(annotation, ast.BinOp):
            return self._excludes_none(annotation.left, file) and self._excludes_none(annotation.right, file)
        name = _last(annotation)
        if not name or name in _MAY_BE_NONE or name.endswith(_UNSURE) or len(name) == 1:
            return False
        if isinstance(annotation, ast.Name) and name in file.scope.bindings and name not in file.scope.imports:
            return isinstance(file.scope.bindings[name], ast.ClassDef)  # else an alias
        return True


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
