"""The one walk over a file: scopes, bindings and uses in the order of evaluation, and the nodes that rules ask for.

Function bodies are walked where they stand; the names that they leave free are handed outwards when the function is
done, when all of its own bindings are known. What the walk cannot see (`exec`, `globals()[...]`) it does not guess.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, Literal

from rescode_lint.model import Import
from rescode_lint.read import Cell, Source
from rescode_lint.semantics.module import Event, Function, Module, Scope, Site, Use, parameters

_Handler = Callable[[Any], None]
_Load, _Del = ast.Load, ast.Del
#: Types below which nothing of interest can be: visiting them is skipped.
_LEAVES = frozenset({ast.Constant, ast.Pass, ast.Break, ast.Continue})


def walk(source: Source, wanted: Iterable[type[ast.AST]] = ()) -> Module:
    """Walk a file once; `Module.nodes` gets the nodes of the wanted types."""
    walker = _Walker(source)
    walker.want(wanted)
    walker.run()
    walker.handlers.clear()  # bound methods: the one cycle that would keep the tree alive without a garbage collector
    return walker.module


class _Walker:
    """The state of one walk; thrown away after it."""

    def __init__(self, source: Source) -> None:
        self.module = module = Module(source)
        self.scope = module.scope
        #: Events of the module level; None in a script, where nothing asks for them.
        self.flow: list[Use] | None = module.flow if source.kind == "ipynb" else None
        self.statements = 0
        self.branches = 0
        self.owner: ast.ClassDef | None = None
        self.local_import = False
        self.optional_import = False
        self.skip_attributes = True
        self.handlers: dict[type[ast.AST], _Handler] = {
            ast.Name: self.name,
            ast.Attribute: self.attribute,
            ast.Call: self.call,
            ast.Expr: self.expr,
            ast.Assign: self.assign,
            ast.AugAssign: self.aug_assign,
            ast.AnnAssign: self.ann_assign,
            ast.NamedExpr: self.named_expr,
            ast.FunctionDef: self.function,
            ast.AsyncFunctionDef: self.function,
            ast.Lambda: self.lambda_,
            ast.ClassDef: self.class_,
            ast.If: self.if_,
            ast.IfExp: self.if_exp,
            ast.For: self.for_,
            ast.AsyncFor: self.for_,
            ast.While: self.while_,
            ast.With: self.with_,
            ast.AsyncWith: self.with_,
            ast.Try: self.try_,
            ast.Match: self.match,
            ast.Import: self.import_,
            ast.ImportFrom: self.import_from,
            ast.Global: self.foreign,
            ast.Nonlocal: self.foreign,
            ast.ListComp: self.comprehension,
            ast.SetComp: self.comprehension,
            ast.GeneratorExp: self.comprehension,
            ast.DictComp: self.comprehension,
            ast.BinOp: self.bin_op,
            ast.Subscript: self.subscript,
            ast.Compare: self.compare,
            ast.Tuple: self.elements,
            ast.List: self.elements,
            ast.Set: self.elements,
            ast.Dict: self.dict_,
            ast.keyword: self.valued,
            ast.Starred: self.valued,
            ast.Return: self.valued,
            ast.Await: self.valued,
            ast.Yield: self.valued,
            ast.YieldFrom: self.valued,
            ast.FormattedValue: self.generic,
            ast.Constant: self.nothing,
            ast.Pass: self.nothing,
            ast.Break: self.nothing,
            ast.Continue: self.nothing,
            ast.MatchAs: self.pattern,
            ast.MatchStar: self.pattern,
            ast.MatchMapping: self.pattern,
        }
        if hasattr(ast, "TryStar"):  # 3.11
            self.handlers[ast.TryStar] = self.try_
        if hasattr(ast, "TypeAlias"):  # 3.12
            self.handlers[ast.TypeAlias] = self.type_alias
        self.calls = module.calls
        self.recorded: dict[type[ast.AST], list[tuple[ast.AST, Scope]]] = module.nodes

    def want(self, wanted: Iterable[type[ast.AST]]) -> None:
        for kind in wanted:
            found = self.recorded.setdefault(kind, [])
            self.handlers[kind] = self.recording(found, self.handlers.get(kind, self.generic))
            if kind is ast.Attribute:
                self.skip_attributes = False

    def recording(self, found: list[tuple[ast.AST, Scope]], handler: _Handler) -> _Handler:
        def record(node: ast.AST) -> None:
            found.append((node, self.scope))
            handler(node)

        return record

    def run(self) -> None:
        source = self.module.source
        if source.kind == "py":
            self.top(source.body)
            return
        bodies: list[list[ast.stmt]] = [[] for _ in source.cells]
        index = 0
        for statement in source.body:
            while index + 1 < len(source.cells) and source.cells[index + 1].first <= statement.lineno:
                index += 1
            bodies[index].append(statement)
        for cell, body in zip(source.cells, bodies, strict=True):
            self.cell_start(cell.first, cell.star)
            begin = len(self.module.flow)
            self.top(body)
            if cell.magics:
                self.magics(cell, begin)

    def magics(self, cell: Cell, begin: int) -> None:
        """Put what the magics of a cell read and define among its other events, which are in the order of the lines."""
        flow = self.module.flow
        for magic in cell.magics:
            if magic.name == "run":
                self.module.runs.append(magic.text)
            line = cell.first + magic.line - 1
            if magic.uses:
                local = self.local_names(line)
                at = next((i for i in range(begin, len(flow)) if flow[i].line >= line), len(flow))
                for name in magic.uses:
                    if name not in local:
                        node = ast.Name(name, _Load(), lineno=line, col_offset=magic.column - 1)
                        flow.insert(at, Use(name, "expand", node, line))
            for name in magic.binds:
                node = ast.Name(name, _Load(), lineno=line, col_offset=magic.column - 1)
                self.scope.bindings.setdefault(name, node)
                at = len(flow)  # a cell magic binds when the cell is done
                if magic.kind != "cell":
                    at = next((i for i in range(begin, at) if flow[i].line > line), at)
                flow.insert(at, Use(name, "bind", node, line))

    def local_names(self, line: int) -> set[str]:
        """The names that the functions bind in which a line stands."""
        found: set[str] = set()
        for scope in self.module.scopes:
            node = scope.node
            if scope.kind != "function" or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if node.lineno < line <= (node.end_lineno or node.lineno):
                found.update(scope.bindings)
        return found

    def cell_start(self, line: int, stars: tuple[str, ...]) -> None:
        for star in stars:
            self.module.stars.append((line, star))

    def event(self, name: str, kind: Event, node: ast.AST, line: int) -> None:
        if self.flow is not None:
            self.flow.append(Use(name, kind, node, line))

    # --- blocks -------------------------------------------------------------------------------------------------------

    def top(self, body: list[ast.stmt]) -> None:
        """Statements of the module level: as `block`, and counts those that do work."""
        handlers, generic = self.handlers, self.generic
        module = self.module
        for statement in body:
            self.statements += 1
            kind = statement.__class__
            if kind in _WORKING and not _is_trivial(statement):
                module.script_statements += 1
            handlers.get(kind, generic)(statement)

    def block(self, body: list[ast.stmt]) -> None:
        handlers, generic = self.handlers, self.generic
        self.statements += len(body)
        for statement in body:
            handlers.get(statement.__class__, generic)(statement)

    def visit(self, node: ast.AST) -> None:
        self.handlers.get(node.__class__, self.generic)(node)

    def visit_all(self, nodes: Iterable[ast.AST]) -> None:
        handlers, generic = self.handlers, self.generic
        for node in nodes:
            handlers.get(node.__class__, generic)(node)

    def generic(self, node: ast.AST) -> None:
        handlers, generic = self.handlers, self.generic
        for field in node._fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                for item in value:
                    if isinstance(item, ast.AST):
                        handlers.get(item.__class__, generic)(item)
            elif isinstance(value, ast.AST):
                handlers.get(value.__class__, generic)(value)

    def nothing(self, node: ast.AST) -> None:
        pass

    # --- names --------------------------------------------------------------------------------------------------------

    def name(self, node: ast.Name) -> None:
        kind = node.ctx.__class__
        if kind is _Load:
            self.read(node.id, node)
        elif kind is _Del:
            self.read(node.id, node)
            if self.scope.kind == "module":
                self.event(node.id, "delete", node, node.lineno)
        else:
            self.bind(node.id, node)

    def read(self, name: str, node: ast.expr) -> None:
        scope = self.scope
        if scope.kind == "class":
            while scope.kind == "class" and name not in scope.bindings and scope.parent is not None:
                scope = scope.parent
        if name not in scope.uses:
            scope.uses[name] = node
        if self.flow is not None and scope.kind == "module":
            self.flow.append(Use(name, "read", node, node.lineno))

    def bind(self, name: str, node: ast.AST, line: int = 0) -> None:
        scope = self.scope
        while scope.kind == "comprehension" and scope.parent is not None and isinstance(node, ast.NamedExpr):
            scope = scope.parent
        if name in scope.foreign:
            scope = self.module.scope
            scope.bindings.setdefault(name, node)
            self.event(name, "bind", node, line or getattr(node, "lineno", 0))
            return
        bindings = scope.bindings
        if name not in bindings:
            bindings[name] = node
        elif name in scope.imports and not isinstance(node, ast.alias):
            scope.imports[name] = None
        if self.flow is not None and scope.kind == "module":
            self.flow.append(Use(name, "bind", node, line or getattr(node, "lineno", 0)))

    def attribute(self, node: ast.Attribute) -> None:
        parts = [node.attr]
        value = node.value
        while value.__class__ is ast.Attribute and self.skip_attributes:
            parts.append(value.attr)
            value = value.value
        if value.__class__ is ast.Name:
            name: ast.Name = value
            parts.append(name.id)
            parts.reverse()
            self.scope.dotted.add(".".join(parts))
            if ast.Name in self.recorded:
                self.visit(name)
            else:
                self.read(name.id, name)
        else:
            parts.append("")
            parts.reverse()
            self.scope.dotted.add(".".join(parts))
            self.visit(value)

    def foreign(self, node: ast.Global | ast.Nonlocal) -> None:
        if isinstance(node, ast.Global):
            self.scope.foreign.update(node.names)

    # --- statements ---------------------------------------------------------------------------------------------------

    def expr(self, node: ast.Expr) -> None:
        value = node.value
        if value.__class__ is not ast.Constant or ast.Constant in self.recorded:
            self.visit(value)

    def assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            if target.__class__ is ast.Name:
                if ast.Name in self.recorded:
                    self.visit(target)
                else:
                    self.bind(target.id, target)
            else:
                self.visit(target)

    def aug_assign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self.read(node.target.id, node.target)
        self.visit(node.target)

    def ann_assign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)
        elif not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def named_expr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.bind(node.target.id, node)

    def if_(self, node: ast.If) -> None:
        self.branches += 1
        if self.scope.kind == "module" and is_main_guard(node.test):
            self.module.main_guard = True
            if self.flow is None:  # in a notebook the guard is always open
                self.main_guard(node)
                return
        self.visit(node.test)
        was = self.local_import, self.optional_import
        if _is_type_checking(node.test):
            self.local_import = self.optional_import = True
        self.block(node.body)
        self.local_import, self.optional_import = was
        self.block(node.orelse)

    def main_guard(self, node: ast.If) -> None:
        """What stands under the guard does not run on import: its references are not those of the module."""
        uses, dotted = self.scope.uses, self.scope.dotted
        self.scope.uses, self.scope.dotted = dict(uses), set(dotted)
        self.block(node.body)
        self.scope.uses, self.scope.dotted = uses, dotted
        self.block(node.orelse)

    def if_exp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self.visit(node.body)
        self.visit(node.orelse)

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        self.branches += 1
        self.visit(node.iter)
        self.visit(node.target)
        self.block(node.body)
        self.block(node.orelse)

    def while_(self, node: ast.While) -> None:
        self.branches += 1
        self.visit(node.test)
        self.block(node.body)
        self.block(node.orelse)

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        self.branches += 1
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.visit(item.optional_vars)
        self.block(node.body)

    def try_(self, node: ast.Try) -> None:
        self.branches += 1
        was = self.optional_import
        self.optional_import = was or any(map(_catches_import_error, node.handlers))
        self.block(node.body)
        imports = dict(self.scope.imports)
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
            if handler.name:
                self.bind(handler.name, handler)
            self.block(handler.body)
        # `try: import x` / `except ImportError: x = None`: the name still is the module wherever it is used.
        for name, target in imports.items():
            if self.scope.imports[name] is None:
                self.scope.imports[name] = target
        self.optional_import = was
        self.block(node.orelse)
        self.block(node.finalbody)

    def match(self, node: ast.Match) -> None:
        self.branches += 1
        self.visit(node.subject)
        for case in node.cases:
            self.visit(case.pattern)
            if case.guard is not None:
                self.visit(case.guard)
            self.block(case.body)

    def pattern(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        self.generic(node)
        if name:
            self.bind(name, node)

    def import_(self, node: ast.Import) -> None:
        span_line, cell = self.place(node)
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            self.bind(local, alias, node.lineno)
            target = alias.name if alias.asname else local
            self.imported(local, target)
            column = self.column(node, alias.col_offset if alias.lineno == node.lineno else node.col_offset + 7)
            self.module.imports.append(
                Import(
                    alias.name,
                    "",
                    0,
                    span_line,
                    cell,
                    self.is_local(),
                    alias.asname or "",
                    column,
                    self.optional_import,
                )
            )

    def import_from(self, node: ast.ImportFrom) -> None:
        span_line, cell = self.place(node)
        module = node.module or ""
        prefix = "." * node.level + module
        local_import, optional = self.is_local(), self.optional_import
        column = self.column(node, node.col_offset + 5)
        line = self.module.source.lines[node.lineno - 1]
        while line[column - 1 : column] == " ":
            column += 1
        for alias in node.names:
            self.module.imports.append(
                Import(
                    module,
                    alias.name,
                    node.level,
                    span_line,
                    cell,
                    local_import,
                    alias.asname or "",
                    column,
                    optional,
                )
            )
            if alias.name == "*":
                self.module.stars.append((node.lineno, prefix))
                continue
            local = alias.asname or alias.name
            self.bind(local, alias, node.lineno)
            self.imported(local, f"{prefix}.{alias.name}" if module else f"{prefix}{alias.name}")

    def imported(self, local: str, target: str) -> None:
        scope = self.module.scope if local in self.scope.foreign else self.scope
        known = scope.imports.get(local, "")
        if known == "":
            bound_before = scope.bindings.get(local)
            scope.imports[local] = target if isinstance(bound_before, ast.alias) else None
        # imported again under the same name (`try: import a as x` / `except: import b as x`): the first one stands

    def is_local(self) -> bool:
        return self.local_import or self.scope.kind == "function"

    def column(self, node: ast.stmt, offset: int) -> int:
        return self.module.source.column(node.lineno, offset)

    def place(self, node: ast.stmt) -> tuple[int, int | None]:
        cell = self.module.source.cell_at(node.lineno)
        return (node.lineno, None) if cell is None else (node.lineno - cell.first + 1, cell.position)

    # --- definitions --------------------------------------------------------------------------------------------------

    def function(self, node: Function) -> None:
        outer = self.scope
        self.visit_all(node.decorator_list)
        arguments = node.args
        self.defaults(arguments)
        generic = self.type_parameters(node)
        for parameter in parameters(arguments):
            if parameter.annotation is not None:
                self.visit(parameter.annotation)
        if node.returns is not None:
            self.visit(node.returns)
        self.scope = outer
        self.bind(node.name, node)
        self.scope = generic or outer
        scope = self.enter("function", node)
        for parameter in parameters(arguments):
            scope.bindings[parameter.arg] = parameter
        owner, self.owner = self.owner, None
        statements, branches = self.statements, self.branches
        if ast.arg in self.recorded:
            self.visit_all(parameters(arguments))
        self.block(node.body)
        self.owner = owner
        is_top = outer.kind == "module" or (outer.kind == "class" and owner is not None)
        if is_top:
            size = self.statements - statements - _has_docstring(node)
            self.module.definitions.append(Site(node, owner, scope, size, self.branches - branches))
        self.leave(scope)
        if generic:
            self.leave(generic)

    def type_parameters(self, node: Function | ast.ClassDef) -> Scope | None:
        """The scope of `[T]` in `def f[T](x: T)` (Python 3.12), around the definition; to be left after it."""
        found = getattr(node, "type_params", None)
        if not found:
            return None
        scope = self.enter("comprehension", node)
        for parameter in found:
            scope.bindings[parameter.name] = parameter
            self.generic(parameter)
        return scope

    def type_alias(self, node: Any) -> None:
        """`type Name[T] = value` (Python 3.12): the value is evaluated when it is asked for."""
        self.bind(node.name.id, node.name)
        scope = self.enter("function", node)
        for parameter in node.type_params:
            scope.bindings[parameter.name] = parameter
        self.visit(node.value)
        self.leave(scope)

    def lambda_(self, node: ast.Lambda) -> None:
        self.defaults(node.args)
        scope = self.enter("function", node)
        for parameter in parameters(node.args):
            scope.bindings[parameter.arg] = parameter
        self.visit(node.body)
        self.leave(scope)

    def defaults(self, arguments: ast.arguments) -> None:
        if arguments.defaults:
            self.visit_all(arguments.defaults)
        if arguments.kw_defaults:
            self.visit_all(default for default in arguments.kw_defaults if default is not None)

    def class_(self, node: ast.ClassDef) -> None:
        outer = self.scope
        self.visit_all(node.decorator_list)
        generic = self.type_parameters(node)
        self.visit_all(node.bases)
        self.visit_all(node.keywords)
        scope = self.enter("class", node)
        is_top = outer.kind == "module"
        owner, self.owner = self.owner, node if is_top else None
        statements, branches = self.statements, self.branches
        site = len(self.module.definitions)
        self.block(node.body)
        self.owner = owner
        if is_top:
            size = self.statements - statements - _has_docstring(node)
            self.module.definitions.insert(site, Site(node, None, scope, size, self.branches - branches))
        (generic or outer).dotted.update(scope.dotted)
        if generic:
            self.leave(generic)
        self.scope = outer
        self.bind(node.name, node)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        self.branches += 1
        self.visit(node.generators[0].iter)
        scope = self.enter("comprehension", node)
        for index, generator in enumerate(node.generators):
            if index:
                self.visit(generator.iter)
            self.visit(generator.target)
            self.visit_all(generator.ifs)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)
        self.leave(scope)

    def enter(self, kind: Literal["class", "function", "comprehension"], node: ast.AST) -> Scope:
        scope = Scope(kind, node, self.scope)
        self.module.scopes.append(scope)
        self.scope = scope
        return scope

    def leave(self, scope: Scope) -> None:
        """Back to the enclosing scope, to which the free names go: read now, or by a function later."""
        outer = scope.parent
        assert outer is not None
        self.scope = outer
        outer.dotted |= scope.dotted
        while outer.kind == "class" and outer.parent is not None:  # functions do not see the names of a class body
            outer = outer.parent
        bindings, uses = scope.bindings, outer.uses
        later = scope.kind == "function"
        flow = self.flow if outer.kind == "module" else None
        for name, node in scope.uses.items():
            if name in bindings and name not in scope.foreign:
                continue
            if name not in uses:
                uses[name] = node
            if flow is not None:
                flow.append(Use(name, "later" if later else "read", node, node.lineno))

    # --- expressions that are frequent enough to have a handler of their own ------------------------------------------

    def call(self, node: ast.Call) -> None:
        handlers, generic = self.handlers, self.generic
        function = node.func
        handlers.get(function.__class__, generic)(function)
        for argument in node.args:
            handlers.get(argument.__class__, generic)(argument)
        for keyword in node.keywords:
            value: ast.AST = keyword if ast.keyword in self.recorded else keyword.value
            handlers.get(value.__class__, generic)(value)
        kind = function.__class__
        name = function.attr if kind is ast.Attribute else function.id if kind is ast.Name else ""  # type: ignore[attr-defined]
        found = self.calls.get(name)
        if found is None:
            self.calls[name] = [(node, self.scope)]
        else:
            found.append((node, self.scope))
        if name in ("append", "insert") and kind is ast.Attribute:
            self.path_edit(node)

    def path_edit(self, node: ast.Call) -> None:
        if not node.args:
            return
        target = ast.unparse(node.func)
        if target.startswith("sys.path."):
            constants = (n.value for n in ast.walk(node.args[-1]) if isinstance(n, ast.Constant))
            self.module.sys_path.extend(value for value in constants if isinstance(value, str))

    def bin_op(self, node: ast.BinOp) -> None:
        left: ast.expr = node
        rights: list[ast.expr] = []
        if ast.BinOp in self.recorded:
            self.visit(node.left)
            self.visit(node.right)
            return
        while left.__class__ is ast.BinOp:  # a long sum is nested to the left as deep as it is long
            rights.append(left.right)
            left = left.left
        self.visit(left)
        for right in reversed(rights):
            self.visit(right)

    def subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        self.visit(node.slice)

    def compare(self, node: ast.Compare) -> None:
        self.visit(node.left)
        self.visit_all(node.comparators)

    def elements(self, node: ast.Tuple | ast.List | ast.Set) -> None:
        handlers, generic = self.handlers, self.generic
        for element in node.elts:
            handlers.get(element.__class__, generic)(element)

    def dict_(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                self.visit(key)
            self.visit(value)

    def valued(self, node: ast.keyword | ast.Starred | ast.Return | ast.Await | ast.Yield | ast.YieldFrom) -> None:
        if node.value is not None:
            self.visit(node.value)


_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_WORKING = frozenset(
    {ast.Expr, ast.Assign, ast.AugAssign, ast.For, ast.While, ast.With, ast.If, ast.Try, ast.AsyncFor, ast.AsyncWith}
)


def _is_trivial(statement: ast.stmt) -> bool:
    """A docstring, a constant, or an assignment of literals."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Assign):
        return not any(isinstance(node, ast.Call | ast.Subscript) for node in ast.walk(statement.value))
    if isinstance(statement, ast.If):
        return _is_type_checking(statement.test) or is_main_guard(statement.test)
    if isinstance(statement, ast.Try):
        return all(isinstance(inner, ast.Import | ast.ImportFrom) for inner in statement.body)
    return False


def is_main_guard(test: ast.expr) -> bool:
    """Whether an `if` asks for `__name__ == "__main__"`."""
    return isinstance(test, ast.Compare) and any(
        isinstance(side, ast.Name) and side.id == "__name__" for side in (test.left, *test.comparators)
    )


def _catches_import_error(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in _IMPORT_ERRORS) for kind in kinds)


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def _has_docstring(node: Function | ast.ClassDef) -> bool:
    first = node.body[0]
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
