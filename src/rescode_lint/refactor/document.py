"""A file in hand: its bytes, its parsed text, and what its top level binds to which name."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from rescode_lint.facts.star_names import names_of
from rescode_lint.fix.part import CannotFix, Part
from rescode_lint.model import Span
from rescode_lint.read import Source, read
from rescode_lint.read.notebook import code_cells, load, text_of
from rescode_lint.read.python import decode
from rescode_lint.read.rewrite import rewrite
from rescode_lint.semantics import Module, walk
from rescode_lint.semantics.shape import Shape, shapes

_COMPOUND = (
    ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match,
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__", "__builtins__", "__class__"}
#: What every notebook has without importing it, and a module has not.
DISPLAY = "display"


class Imported(NamedTuple):
    """What an import statement brings: `from ..a import b as c` is `("..a", "b", "c")`, `import a.b` is `("a.b", "", "")`."""

    module: str
    name: str = ""
    alias: str = ""

    @property
    def local(self) -> str:
        """The name that it binds."""
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def statement(self) -> str:
        """The statement that brings it and nothing else."""
        what = f"from {self.module} import {self.name}" if self.name else f"import {self.module}"
        return f"{what} as {self.alias}" if self.alias else what


#: What `%pylab` imports besides its star imports (IPython.core.pylabtools.import_pylab).
PYLAB = {
    "np": Imported("numpy", "", "np"),
    "numpy": Imported("numpy"),
    "plt": Imported("matplotlib.pyplot", "", "plt"),
    "pyplot": Imported("matplotlib", "pyplot"),
    "matplotlib": Imported("matplotlib"),
    "pylab": Imported("matplotlib", "pylab"),
    "mlab": Imported("matplotlib", "mlab"),
}


class Binding(NamedTuple):
    """One place of the top level that binds a name."""

    how: Literal["import", "definition", "assignment", "other"]
    #: The node that binds: an alias, a definition, an assignment, or whatever it is.
    node: ast.AST
    #: The statement of the top level that holds it.
    statement: ast.stmt
    imported: Imported | None = None
    #: Under a condition, in a loop, or in a function that declares it `global`.
    nested: bool = False


class Document:
    """A script or notebook as it is now, perhaps changed in memory.

    Raises:
        Unreadable: the bytes are no Python and no notebook.
    """

    def __init__(
        self,
        path: str,
        data: bytes,
        names_of: Callable[[str], frozenset[str] | None] = names_of,
        gone: frozenset[int] = frozenset(),
    ) -> None:
        #: The cells that it had on disk and has no more, by their positions there.
        self.gone = gone
        #: The names that a star import of a module brings; None where nobody knows.
        self.names_of = names_of
        self.path = path
        self.data = data
        self.source: Source = read(path, data)
        self.module: Module = walk(self.source)
        self._parts: dict[int | None, Part] = {}

    @property
    def is_notebook(self) -> bool:
        """Whether it is an `.ipynb`."""
        return self.path.endswith(".ipynb")

    @cached_property
    def texts(self) -> dict[int | None, str]:
        """The text of a script under None, or of each code cell by position."""
        if not self.is_notebook:
            return {None: decode(self.data)}
        return {position: text_of(cell) for position, cell in code_cells(load(self.data))}

    def part(self, cell: int | None) -> Part:
        """A cell, or the script, as libcst sees it.

        Raises:
            CannotFix: libcst does not read it.
        """
        if cell not in self._parts:
            self._parts[cell] = Part(self.source, cell, self.texts[cell])
        return self._parts[cell]

    def index_of(self, statement: ast.stmt) -> int:
        """The index of a statement of the top level among those that libcst sees in its cell, or in the script.

        Raises:
            CannotFix: libcst counts otherwise.
        """
        cell = self.cell_of(statement)
        last = 0
        found, count = -1, 0
        for other in self.module.body:
            if self.cell_of(other) != cell:
                continue
            if other.lineno > last or isinstance(other, _COMPOUND):  # several may share a line
                count += 1
            last = max(last, other.end_lineno or other.lineno) if not isinstance(other, _COMPOUND) else 0
            if other is statement:
                found = count - 1
        if count != len(self.part(cell).module.body):
            raise CannotFix("libcst sees other statements there")
        return found

    def rewritten(self, texts: Mapping[int | None, str | None]) -> bytes:
        """The bytes with other texts; a cell whose text is None goes.

        Raises:
            CannotRewrite: they cannot hold the text.
        """
        return rewrite(self.path, self.data, texts)

    # --- places -------------------------------------------------------------------------------------------------------

    def place(self, node: ast.AST) -> Span:
        """The place of a node, for a person."""
        assert isinstance(node, ast.expr | ast.stmt | ast.arg | ast.alias | ast.excepthandler | ast.keyword)
        return self.on_disk(self.source.span(node))

    def on_disk(self, span: Span) -> Span:
        """A place, with its cell as the file on disk counts them."""
        return span if span.cell is None else span._replace(cell=self.position_on_disk(span.cell))

    def position_on_disk(self, cell: int) -> int:
        """The position that a cell has on disk."""
        for position in sorted(self.gone):
            cell += position <= cell
        return cell

    def cell_of(self, node: ast.AST) -> int | None:
        """The position of the cell that holds a node; None in a script."""
        cell = self.source.cell_at(getattr(node, "lineno", 1))
        return cell.position if cell else None

    def fingerprint(self, node: ast.AST) -> str:
        """Equal for definitions that differ in the names of their locals at most; "" for the smallest."""
        shape = self._shapes.get(node)
        return shape.fingerprint if shape else ""

    @cached_property
    def _shapes(self) -> Mapping[ast.AST, Shape]:
        return shapes(self.module)

    # --- names --------------------------------------------------------------------------------------------------------

    @cached_property
    def definitions(self) -> Mapping[str, Sequence[Definition]]:
        """The functions and classes that stand at the top level itself, by name."""
        found: dict[str, list[Definition]] = defaultdict(list)
        for statement in self.module.body:
            if isinstance(statement, Definition):
                found[statement.name].append(statement)
        return dict(found)

    @cached_property
    def bindings(self) -> Mapping[str, Sequence[Binding]]:
        """All that binds a name of the top level, in the order of the text."""
        found: dict[str, list[Binding]] = defaultdict(list)
        for statement in self.module.body:
            for name, binding in _bindings(statement, statement, nested=False):
                found[name].append(binding)
        for cell in self.source.cells:
            for magic in cell.magics:
                for name in magic.binds:
                    if not any(self.cell_of(known.node) == cell.position for known in found[name]):
                        line = cell.first + magic.line - 1
                        node = ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=0)
                        imported = PYLAB.get(name) if magic.name == "pylab" else None
                        found[name].append(Binding("import" if imported else "other", node, node, imported))
        return {name: bindings for name, bindings in found.items() if bindings}

    def imports(self, name: str) -> frozenset[Imported]:
        """What a name is imported as, if imports alone bind it, all to the same; else nothing.

        `import a` and `import a.b` both bind `a`: then both are needed.
        """
        kinds = {binding.imported for binding in self.bindings.get(name, ())}
        found = frozenset(kind for kind in kinds if kind is not None)
        if len(found) < len(kinds) or (len(found) > 1 and any(kind.name or kind.alias for kind in found)):
            return frozenset()
        return found


def _bindings(node: ast.AST, top: ast.stmt, *, nested: bool) -> Iterator[tuple[str, Binding]]:
    match node:
        case ast.Import(names=aliases):
            for alias in aliases:
                imported = Imported(alias.name, "", alias.asname or "")
                yield imported.local, Binding("import", alias, top, imported, nested)
            return
        case ast.ImportFrom(names=aliases):
            module = "." * node.level + (node.module or "")
            for alias in aliases:
                if alias.name != "*":
                    imported = Imported(module, alias.name, alias.asname or "")
                    yield imported.local, Binding("import", alias, top, imported, nested)
            return
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, Binding("definition", node, top, None, nested)
            declared = {n for inner in ast.walk(node) if isinstance(inner, ast.Global) for n in inner.names}
            for inner in ast.walk(node) if declared else ():
                if isinstance(inner, ast.Name) and inner.id in declared and not isinstance(inner.ctx, ast.Load):
                    yield inner.id, Binding("other", inner, top, None, True)
                elif isinstance(inner, ast.alias):
                    local = inner.asname or inner.name.partition(".")[0]
                    if local in declared:
                        yield local, Binding("other", inner, top, None, True)
            return
        case ast.Lambda():
            return
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ):
            yield name, Binding("assignment", node, top, None, nested)
            for child in ast.walk(value):
                if isinstance(child, ast.NamedExpr):
                    yield child.target.id, Binding("other", child, top, None, True)
            return
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, Binding("other", node, top, None, nested)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, Binding("other", node, top, None, True)
        case ast.comprehension():
            for child in (node.iter, *node.ifs):
                yield from _bindings(child, top, nested=True)
            return
    if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While | ast.Try | ast.Match):
        nested = True
    for child in ast.iter_child_nodes(node):
        yield from _bindings(child, top, nested=nested)
