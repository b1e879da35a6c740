from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.project.pythons import oldest_python
from rescode_lint.project.siblings import series_of
from rescode_lint.rule import Bad, NodeRule
from rescode_lint.semantics import Module

#: What stands around a type and says nothing about `None`.
_WRAPPERS = frozenset({"Annotated", "InitVar", "Required", "NotRequired", "ReadOnly"})
_BUILTIN = frozenset(
    {"int", "float", "bool", "str", "bytes", "complex", "list", "dict", "set", "tuple", "frozenset", "type", "range"}
    | {"slice", "bytearray", "memoryview", "callable"}
)
#: Generic types of `typing` and `collections.abc` that `None` is none of.
_CONTAINERS = frozenset(
    {"List", "Dict", "Set", "FrozenSet", "Tuple", "Type", "Callable", "Iterable", "Iterator", "Generator", "Sequence"}
    | {"MutableSequence", "Mapping", "MutableMapping", "Collection", "Container", "Deque", "DefaultDict", "OrderedDict"}
    | {"Counter", "Text", "AnyStr", "IO", "TextIO", "BinaryIO", "Pattern", "Match", "Literal", "Awaitable", "Coroutine"}
)
#: Libraries whose exported names are classes, not aliases that may hold `None`. Others' names are left alone.
_LIBRARIES = frozenset(
    {"numpy", "pandas", "torch", "tensorflow", "keras", "sklearn", "matplotlib", "scipy", "PIL", "polars", "xarray"}
    | {"dask", "networkx", "anndata", "mudata", "jax", "flax", "pyspark", "h5py", "geopandas", "shapely", "astropy"}
    | {"transformers"}
    | {"datasets", "pytorch_lightning", "lightning", "xgboost", "lightgbm", "catboost", "plotly", "sympy", "pydantic"}
)
#: Classes that are written in lower case.
_LOWER_CLASSES = frozenset(
    {("numpy", "ndarray"), ("numpy", "matrix"), ("numpy", "dtype"), ("torch", "device"), ("torch", "dtype")}
    | {("datetime", "datetime"), ("datetime", "date"), ("datetime", "timedelta"), ("datetime", "time")}
    | {("collections", "deque"), ("collections", "defaultdict"), ("jax", "ndarray"), ("array", "array")}
)
#: More files than this are one finding.
_MANY = 1
#: Where nobody would begin.
_ASIDE = lazy(r"(?:^|/)(?:docs?|examples?|tutorials?|demos?|tests?|notebooks?)/", re.I)
#: The first Python that takes `int | None`.
_UNION = (3, 10)
_ALIASES = ("typing", "_typing", "types", "_types", "typing_extensions")


class ImplicitOptional(NodeRule):
    """The annotation says `int`, the default says `None`: one of the two is wrong, and whoever believes the annotation
    calls a method on `None`. PEP 484 once let type checkers read it as `int | None`; that was withdrawn, and mypy has
    refused it since 0.990.

    One finding a file; where more than two files do it, one for the project. Where a comment tells the type checker to
    ignore the line (`# type: ignore`), it is left alone: somebody has decided.
    """

    code = "RSC302"
    name = "implicit-optional"
    summary = "a default of `None` where the type does not allow it"
    advice = "Add `| None` to the type, or give a default of that type."
    how_to_fix = (
        "Write `x: int | None = None` (`Optional[int]` before Python 3.10), and handle `None` where `x` is used. "
        "If `None` "
        "was never meant, give a real default or none."
    )
    limits = (
        "Only types that are known for sure: builtins, those of the standard library and of the common scientific "
        "packages, and classes of the same file. Names from elsewhere may be aliases that hold `None`, and are left alone, "
        "as are type variables."
    )
    severity = "note"
    merge_above = 1
    visits = (ast.FunctionDef, ast.AsyncFunctionDef, ast.AnnAssign)

    VALID = (
        "def f(x: int | None = None) -> None: ...",
        "from typing import Optional, Any\n"
        "def f(x: Optional[int] = None, y: Any = None, z: 'int | None' = None) -> None: ...",
        "def f(x=None, y: object = None) -> None: ...",
        "from typing import Union\nNumber = Union[int, None]\ndef f(x: Number = None) -> None: ...",
        "from lab.types import Seed\nfrom numpy.typing import ArrayLike\n"
        "def f(x: ArrayLike = None, seed: Seed = None) -> None: ...",
        "class Curve:\n    x: list[float] = None  # type: ignore[assignment]",
        "from dataclasses import InitVar, dataclass\n@dataclass\nclass Config:\n    seed: InitVar[int | None] = None",
    )
    INVALID = (
        Bad(
            "def f(x: int = None) -> None: ...\n      ^^^^^^",
            "`x: int = None`",
            "def f(x: int | None = None) -> None: ...",
        ),
        Bad(
            "def f(*, names: 'list[str]' = None) -> None: ...\n         ^^^^^^^^^^^^^^^^^^", "`names: list[str] = None`"
        ),
        Bad(
            {
                "a.py": "def f(x: int = None) -> None: ...\n",
                "b.py": "def f(x: int = None, y: str = None) -> None: ...\n      ^^^^^^\n",
                "c.py": "def f(x: int = None) -> None: ...\n",
            },
            "`x: int = None` promises `int` and gives `None`, and so do 3 more places in 3 files of this project",
        ),
        Bad(
            {
                "environment.yml": "dependencies:\n  - python=3.7.3\n",
                "a.py": "def f(x: int = None) -> None: ...\n      ^^^^^^\n",
            },
            "`x: int = None`",
            "from typing import Optional\n\ndef f(x: Optional[int] = None) -> None: ...",
        ),
        Bad("class Config:\n    rate: float = None\n    ^^^^^^^^^^^", "`rate: float = None`"),
        Bad(
            "import pandas as pd\ndef plot(songs: pd.DataFrame = None) -> None: ...\n         ^^^^^^^^^^^^^^^^^^^",
            "`songs: pd.DataFrame = None`",
            "import pandas as pd\ndef plot(songs: pd.DataFrame) -> None: ...",
        ),
    )

    def check(self, node: ast.AST, file: Module) -> Iterator[Finding]:
        """Yield one finding a parameter or annotated name."""
        if isinstance(node, ast.AnnAssign):
            target, kind = node.target, node.annotation
            if _is_none(node.value) and isinstance(target, ast.Name) and self._is_found(kind, file):
                end = file.span(kind)
                span = file.span(target)._replace(end_line=end.end_line, end_column=end.end_column)
                yield self._found(span, target.id, kind, file)
            return
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            kind_or_none = parameter.annotation
            if _is_none(default) and kind_or_none is not None and self._is_found(kind_or_none, file):
                yield self._found(file.span(parameter), parameter.arg, kind_or_none, file)

    def _is_found(self, annotation: ast.expr, file: Module) -> bool:
        """Whether a type does not allow None, and nobody has told the type checker to ignore that."""
        line = (annotation.end_lineno or annotation.lineno) - 1
        return self._excludes_none(annotation, file) and "type: ignore" not in file.source.lines[line]

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for a project that does it in many files."""
        files = len({finding.path for finding in findings})
        oldest = oldest_python(project.tree)
        if oldest is not None:
            findings = [_for_python(finding, oldest, project) for finding in findings]
        if files <= _MANY:
            return findings
        first, *others = sorted(
            findings,
            key=lambda f: (
                is_put_away(f.path) or _ASIDE.search(f.path) is not None,
                f.path.endswith(".ipynb"),
                series_of(f.path, project) is not None,
                -len(f.related),
                f.path,
                f.span,
            ),
        )
        count = sum(1 + len(finding.related) for finding in findings)
        message = first.message.partition(" (and at ")[0]
        advice = first.advice
        if not any(f.path.endswith(".ipynb") for f in findings):
            advice += " `pip install no_implicit_optional`, then `no_implicit_optional .`, writes it everywhere."
        return [
            first._replace(
                message=f"{message}, and so do {count - 1} more places in {files} files of this project",
                advice=advice,
                related=(
                    *first.related,
                    *(
                        part
                        for f in others
                        for part in (Related(f.path, f.span.cell, f.span.line, f.message), *f.related)
                    ),
                ),
            )
        ]

    def _found(self, span: Span, name: str, annotation: ast.expr, file: Module) -> Finding:
        text = annotation.value if isinstance(annotation, ast.Constant) else None
        kind = text if isinstance(text, str) else ast.unparse(annotation)
        optional = next((k for k, v in file.scope.imports.items() if v == "typing.Optional"), "")
        better = f"{optional}[{kind}]" if optional else f"{kind} | None"
        older = "" if optional else f" (`Optional[{kind}]` if Python 3.9 must run it)"
        return self.finding(
            span,
            f"`{name}: {kind} = None` promises `{kind}` and gives `None`",
            advice=f"Write `{name}: {better} = None`{older}, or give a default that is `{kind}`.",
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
        if isinstance(annotation, ast.BinOp):
            return self._excludes_none(annotation.left, file) and self._excludes_none(annotation.right, file)
        if not isinstance(annotation, ast.Subscript):
            return _is_class(annotation, file)
        head, inner = _last(annotation.value), annotation.slice
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if head == "Union":
            return all(self._excludes_none(part, file) for part in parts)
        if head in _WRAPPERS:
            return self._excludes_none(parts[0], file)
        if head == "Literal":
            return not any(isinstance(n, ast.Constant) and n.value is None for n in ast.walk(inner))
        return _is_class(annotation.value, file)


def _for_python(finding: Finding, oldest: tuple[int, int], project: Project) -> Finding:
    """The finding with the advice for the oldest Python that the project runs on."""
    before, marker, after = finding.advice.partition(" (`Optional[")
    if not marker:
        return finding  # the file has `Optional` already
    better, _, rest = after.partition("` if Python 3.9 must run it)")
    if oldest >= _UNION or any(
        i.module == "__future__" and i.name == "annotations" for i in project.files[finding.path].imports
    ):
        return finding._replace(advice=before + rest)
    start = before.partition(": ")[0]
    return finding._replace(
        advice=f"{start}: Optional[{better} = None`, with `from typing import Optional`{rest}"
        if before.startswith("Write `")
        else finding.advice
    )


def _is_class(node: ast.expr, file: Module) -> bool:
    """Whether a name certainly is a class, and no alias that might hold `None`."""
    name = _last(node)
    if isinstance(node, ast.Name) and name not in file.scope.imports:
        if name in file.scope.bindings:
            return isinstance(file.scope.bindings[name], ast.ClassDef)
        return name in _BUILTIN
    *above, _ = full = (file.qualname(node) or "").split(".")
    if not above:
        return False
    if full[0] in ("typing", "typing_extensions") or full[:2] == ["collections", "abc"]:
        return name in _CONTAINERS
    if not name[:1].isupper() and (above[0], name) not in _LOWER_CLASSES:
        return False
    if any(part in _ALIASES for part in above) or name.endswith("Like"):
        return False
    return above[0] in _LIBRARIES or above[0] in sys.stdlib_module_names


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
