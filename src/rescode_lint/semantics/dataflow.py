"""What a run of top-level statements takes from the cells above it and gives to those below: its inputs and outputs.

The question behind it: could these statements be the body of a function? `flow_of` answers with the parameters that it
would have, the names that it would return, what it needs imported or defined beside it, and with all that stands in the
way, each with its line. It is built for the answer "the same values as before": where that cannot be seen, it says so.

A statement's own effects are found once and kept; a run of statements, and what follows it, is put together from them.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rescode_lint.facts.history import HISTORY
from rescode_lint.semantics.module import Function, Module, Scope

__all__ = [
    "MUTATORS",
    "Effects",
    "Flow",
    "Kind",
    "Obstacle",
    "binding_kinds",
    "effects_of",
    "flow_of",
    "flow_of_cell",
    "root",
]

#: What a name is bound to, as far as the binding tells.
Kind = Literal["import", "function", "class", "value"]

Reason = Literal[
    "await",  # `await`, `async for`, `async with` at the top level
    "class-body",  # a class body reads a name and binds it too
    "closure",  # a function, lambda or generator would keep a value that a later cell replaces
    "delete",  # `del` of a name that it has not made
    "dynamic",  # `exec`, `locals()`, `get_ipython()`: any name may be meant
    "global",  # a `global` statement
    "hidden-read",  # a function that it calls reads a name that it sets
    "hidden-write",  # a function that it calls sets a name that it uses
    "history",  # `_`, `Out[3]`: what an earlier cell showed
    "import",  # imports what is read before
    "magic",  # a magic or shell command
    "maybe-unbound",  # an output that is bound on some paths only
    "missing",  # a name that nothing above binds
    "return",  # `return`, `yield`
    "shadowed",  # reads a builtin and then binds its name
    "star",  # `from x import *`
]


class Obstacle(NamedTuple):
    """What keeps statements from being the body of a function."""

    kind: Reason
    #: The name that it is about; "" where there is none.
    name: str
    #: Virtual line: `Module.source.cell_at` and `span_of` tell the place.
    line: int
    #: For the reader: "`del df` deletes what another cell made".
    why: str


class Flow(NamedTuple):
    """The inputs and outputs of a run of top-level statements."""

    statements: tuple[ast.stmt, ...]
    #: Names that earlier cells bind to values and that may be read before they are bound here, in the order of first use;
    #: at the end those that are only bound on some path here, and else keep the value that they had.
    inputs: tuple[str, ...]
    #: Imports, functions and classes of earlier cells that it uses, also those of its nested functions.
    needs: tuple[str, ...]
    #: Values that it binds or changes and that later code may read: first what it binds, then what it changes in place.
    outputs: tuple[str, ...]
    #: Those of the inputs that it changes in place: `df["a"] = 1`, `rows.append(x)`, `model.fit(x)`. A caller sees the
    #: change without getting them back. Method calls that may change their object count.
    mutated: tuple[str, ...]
    #: Imports, functions and classes that it binds and later code uses: they would have to stand outside.
    defines: tuple[str, ...]
    #: All names that it binds, also those that nobody reads later.
    bound: tuple[str, ...]
    #: Names that nothing in sight binds, though a star import or an opaque magic above may.
    unknown: tuple[str, ...]
    #: Why it cannot be a function as it stands.
    obstacles: tuple[Obstacle, ...]
    #: Its last statement, if that is an expression at the end of a cell, whose value the notebook shows.
    shown: ast.Expr | None

    @property
    def rebound(self) -> tuple[str, ...]:
        """The outputs that a function must return, because it binds them."""
        return tuple(name for name in self.outputs if name in self.bound)


class Effects(NamedTuple):
    """What one top-level statement does to the names of the notebook."""

    #: Names read before it has surely bound them itself, with the place of the first such read.
    reads: dict[str, ast.AST]
    #: Of these, the ones that it reads on every path, before anything in it may bind them.
    always: frozenset[str]
    #: Names that its nested functions and lambdas read when they are called.
    later: dict[str, ast.AST]
    #: Names that it may bind, with the place of the first binding.
    binds: dict[str, ast.AST]
    #: Of these, the ones that it binds on every path.
    sure: frozenset[str]
    #: The ones that it binds on every path if each `for` loop turns at least once.
    if_turned: frozenset[str]
    #: Names that it deletes although it has not surely bound them.
    deletes: dict[str, ast.AST]
    #: Names that it may unbind at last: `del x`, `except E as x`.
    unbound: frozenset[str]
    #: Of these, the ones that it unbinds on every path.
    gone: frozenset[str]
    #: Names whose object it changes, with the place.
    mutates: dict[str, ast.AST]
    #: Names that are local in a function of this body although nothing binds them: `x: int`.
    declared: frozenset[str]
    #: Free names of functions, lambdas and generators that may outlive it.
    kept: dict[str, ast.AST]
    obstacles: tuple[Obstacle, ...]


_BUILTINS = frozenset(dir(builtins)) | {"display", "__file__", "__name__", "__doc__", "__builtins__"}
_NAMESPACES = frozenset({"locals", "globals", "vars", "dir"})
_DYNAMIC = frozenset({"exec", "eval", "execfile", "get_ipython", "compile"})
_SUPPRESSING = frozenset({"suppress", "raises", "assertRaises", "warns", "ignored"})
#: Methods that change the object they are called on, whatever it is.
MUTATORS = frozenset(
    """
    add append appendleft clear compile discard difference_update extend fill fit fit_transform insert
    intersection_update load_state_dict load_weights partial_fit pop popitem popleft put remove resize reverse
    set_index_names set_params setdefault sort symmetric_difference_update update setflags itemset train_on_batch
    """.split()
)
#: Methods that do not, for calls that are a statement of their own.
_LOOKING = frozenset(
    """
    describe display head hist info plot print print_stats sample savefig show summary tail to_csv to_excel to_feather
    to_hdf to_html to_json to_latex to_parquet to_pickle to_sql value_counts save dump write writelines close flush
    groupby item keys values items mean sum min max std var corr nunique unique count isnull isna any all copy format
    join dot transpose reshape astype evaluate predict score numpy cpu detach size dim startswith endswith lower upper
    savemat save_pretrained save_weights boxplot scatter bar line area pie kde density
    """.split()
)
#: Functions that change their first argument.
_CHANGING = frozenset(
    """
    setattr delattr next shuffle fill_diagonal copyto put place putmask heappush heappop heapify heapreplace
    heappushpop insort insort_left insort_right
    """.split()
)
_AT_NAME = re.compile(r"@([^\W\d]\w*)")
#: Cell magics that do as well before a call of the function as before its body.
_AROUND = frozenset({"time", "capture", "prun", "memit", "notify", "output"})
_MEMO = "dataflow.effects"


def root(node: ast.AST) -> str | None:
    """The name at the bottom of `name.attribute[key].other`; None where there is no name."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def effects_of(file: Module, statement: ast.stmt) -> Effects:
    """What a top-level statement of `file` does to the names of the notebook. Kept in `file.memo`."""
    kept = _kept(file)
    found = kept.effects.get(id(statement))
    if found is None:
        kept.effects[id(statement)] = found = _Reader(kept.scopes).effects(statement)
    return found


def flow_of_cell(file: Module, position: int) -> Flow | None:
    """The flow of a whole cell.

    Args:
        file: a notebook.
        position: 1-based, among all cells, as `Span.cell`.

    Returns:
        None where there is no such code cell, or none with statements.
    """
    index = next((i for i, cell in enumerate(file.cells) if cell.position == position), None)
    if index is None:
        return None
    first = file.cells[index].first
    end = file.cells[index + 1].first if index + 1 < len(file.cells) else len(file.source.lines) + 1
    statements = [statement for statement in file.body if first <= statement.lineno < end]
    return flow_of(file, statements) if statements else None


def flow_of(file: Module, statements: Sequence[ast.stmt]) -> Flow:
    """The flow of some statements that stand one after the other at the top level of `file`.

    Args:
        file: a notebook, or a script.
        statements: a stretch of `file.body`, not empty; it may go over several cells.
    """
    return _Run(file, statements).flow()


def binding_kinds(file: Module, before: int) -> dict[str, Kind]:
    """What each name is bound to when the statement `file.body[before]` begins, if the cells run from the top."""
    found: dict[str, Kind] = {}
    stop = file.body[before].lineno if before < len(file.body) else len(file.source.lines) + 1
    magics = [
        (cell.first + magic.line - 1, name, magic.name in ("pylab", "aimport"))
        for cell in file.cells
        for magic in cell.magics
        for name in magic.binds
        if cell.first + magic.line - 1 < stop
    ]
    for statement in file.body[:before]:
        while magics and magics[0][0] <= statement.lineno:
            _, name, is_import = magics.pop(0)
            found[name] = "import" if is_import else "value"
        effects = effects_of(file, statement)
        for name, node in effects.binds.items():
            kind = kind_of(node)
            if kind == "value" and file.scope.imports.get(name) and name not in effects.sure:
                kind = "import"  # `try: import x` / `except ImportError: x = None`
            found[name] = kind
        for name in effects.gone:
            found.pop(name, None)
    for _, name, is_import in magics:
        found[name] = "import" if is_import else "value"
    return found


def kind_of(node: ast.AST) -> Kind:
    """What a binding makes of its name, by the node that binds."""
    match node:
        case ast.alias():
            return "import"
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return "function"
        case ast.ClassDef():
            return "class"
    return "value"


class _Kept:
    """What is found out of a file once."""

    __slots__ = ("effects", "globals", "scopes")

    def __init__(self, file: Module) -> None:
        self.effects: dict[int, Effects] = {}
        self.scopes = {id(scope.node): scope for scope in file.scopes if scope.kind == "function"}
        #: Whether any function declares a name `global`.
        self.globals = any(scope.foreign for scope in self.scopes.values())


def _kept(file: Module) -> _Kept:
    kept = file.memo.get(_MEMO)
    if not isinstance(kept, _Kept):
        file.memo[_MEMO] = kept = _Kept(file)
    return kept


def _magics(file: Module) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """The virtual line of each magic, the names that it binds, and those that it reads."""
    for cell in file.cells:
        for magic in cell.magics:
            yield cell.first + magic.line - 1, magic.binds, magic.uses


def _free(scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    """The names that a function takes from outside."""
    for name, node in scope.uses.items():
        if name not in scope.bindings or name in scope.foreign:
            yield name, node


# --- one statement ----------------------------------------------------------------------------------------------------


class _State(NamedTuple):
    """The names that are surely bound at a point; `turned`: if each `for` loop before it has turned. None: never reached."""

    sure: frozenset[str]
    turned: frozenset[str]


class _Reader:
    """Reads a top-level statement in the order of execution."""

    def __init__(self, scopes: dict[int, Scope]) -> None:
        self.scopes = scopes
        self.reads: dict[str, ast.AST] = {}
        self.always: set[str] = set()
        #: How many branches, loops and the like stand around the place, any of which may not be run.
        self.depth = 0
        self.later: dict[str, ast.AST] = {}
        self.binds: dict[str, ast.AST] = {}
        self.deletes: dict[str, ast.AST] = {}
        self.unbound: set[str] = set()
        self.gone: set[str] = set()
        self.mutates: dict[str, ast.AST] = {}
        self.declared: set[str] = set()
        self.kept: dict[str, ast.AST] = {}
        self.obstacles: list[Obstacle] = []
        self.state: _State | None = _State(frozenset(), frozenset())
        #: Names that comprehensions and class bodies around the place bind for themselves.
        self.hidden: list[set[str]] = []
        self.in_class: list[set[str]] = []

    def effects(self, statement: ast.stmt) -> Effects:
        self.statement(statement)
        state = self.state or _State(frozenset(self.binds), frozenset(self.binds))
        return Effects(
            self.reads,
            frozenset(self.always),
            self.later,
            self.binds,
            state.sure,
            state.turned,
            self.deletes,
            frozenset(self.unbound - state.sure),
            frozenset(self.gone),
            self.mutates,
            frozenset(self.declared),
            self.kept,
            tuple(self.obstacles),
        )

    # names

    def read(self, name: str, node: ast.AST) -> None:
        if any(name in hidden for hidden in self.hidden):
            return
        if self.state is not None and name not in self.state.sure:
            self.reads.setdefault(name, node)
            if not self.depth and name not in self.binds:
                self.always.add(name)

    def bind(self, name: str, node: ast.AST, *, through: bool = False) -> None:
        """Bind a name here; `through`: as the walrus does, which binds around a comprehension."""
        if self.hidden and (not through or (self.in_class and self.hidden[-1] is self.in_class[-1])):
            self.hidden[-1].add(name)
            return
        _add(self.binds, name, node)
        self.gone.discard(name)
        if self.state is not None:
            self.state = _State(self.state.sure | {name}, self.state.turned | {name})

    def unbind(self, name: str) -> None:
        self.unbound.add(name)
        if not self.depth:
            self.gone.add(name)
        if self.state is not None:
            self.state = _State(self.state.sure - {name}, self.state.turned - {name})

    def obstacle(self, kind: Reason, name: str, node: ast.AST, why: str) -> None:
        self.obstacles.append(Obstacle(kind, name, getattr(node, "lineno", 0), why))

    def change(self, node: ast.AST, at: ast.AST) -> None:
        name = root(node)
        if name is not None and not any(name in hidden for hidden in self.hidden):
            self.mutates.setdefault(name, at)

    # statements

    def block(self, body: Iterable[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def maybe(self, body: Iterable[ast.stmt]) -> None:
        """A block that may not be run, or not to its end."""
        self.depth += 1
        self.block(body)
        self.depth -= 1

    def perhaps(self, node: ast.AST) -> None:
        """An expression that may not be evaluated."""
        self.depth += 1
        self.expression(node)
        self.depth -= 1

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                self.stored(value)
                for target in targets:
                    self.target(target)
            case ast.AugAssign(target=target, value=value):
                if isinstance(target, ast.Name):
                    self.read(target.id, target)
                self.expression(value)
                self.target(target)
            case ast.AnnAssign(target=target, annotation=annotation, value=given):
                self.expression(annotation)
                if given is not None:
                    self.stored(given)
                    self.target(target)
                elif isinstance(target, ast.Name):
                    self.declared.add(target.id)
            case ast.Expr(value=value):
                self.effect(value)
                self.expression(value)
            case ast.If():
                self.expression(node.test)
                before = self.state
                self.maybe(node.body)
                after, self.state = self.state, before
                self.maybe(node.orelse)
                self.state = _either(after, self.state)
            case ast.For() | ast.AsyncFor():
                self.loop(node)
            case ast.While():
                self.expression(node.test)
                before = self.state
                self.maybe(node.body)
                self.state = before
                self.maybe(node.orelse)
                self.state = _either(before, self.state)
            case ast.With() | ast.AsyncWith():
                self.with_(node)
            case ast.Try():
                self.try_(node)
            case ast.Match():
                self.match(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node)
            case ast.ClassDef():
                self.class_(node)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    if alias.name == "*":
                        module = getattr(node, "module", "") or "."
                        self.obstacle("star", "", node, f"`from {module} import *` can stand at the top of a file only")
                    else:
                        self.bind(alias.asname or alias.name.partition(".")[0], alias)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    self.obstacle("global", name, node, f"`global {name}` means the notebook's own `{name}`")
            case ast.Delete(targets=targets):
                for target in targets:
                    self.delete(target)
            case ast.Return() | ast.Raise() | ast.Continue() | ast.Break():
                for child in ast.iter_child_nodes(node):
                    self.expression(child)
                if isinstance(node, ast.Return):
                    self.obstacle("return", "", node, "`return` stands outside of a function")
                self.state = None
            case _ if node.__class__.__name__ == "TryStar":
                self.try_(node)  # type: ignore[arg-type]
            case _:
                for child in ast.iter_child_nodes(node):
                    self.expression(child)

    def loop(self, node: ast.For | ast.AsyncFor) -> None:
        if isinstance(node, ast.AsyncFor):
            self.obstacle("await", "", node, "`async for` needs an `async def`")
        self.expression(node.iter)
        before = self.state
        self.target(node.target)
        entered = self.state
        self.maybe(node.body)
        turned = (self.state or entered or _State(frozenset(), frozenset())).turned
        if before is not None and entered is not None and _turns(node.iter):
            before = _State(before.sure | (entered.sure if self.state is None else self.state.sure), before.turned)
            if any(isinstance(child, ast.Break | ast.Continue) for child in _own(node.body)):
                before = _State(entered.sure, before.turned)
        if before is not None:
            if any(isinstance(child, ast.Break | ast.Continue) for child in _own(node.body)):
                turned = entered.turned if entered else before.turned
            self.state = _State(before.sure, before.turned | turned)
        if node.orelse:
            begun = self.state
            self.maybe(node.orelse)
            self.state = _either(begun, self.state)

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        if isinstance(node, ast.AsyncWith):
            self.obstacle("await", "", node, "`async with` needs an `async def`")
        before = self.state
        for item in node.items:
            self.expression(item.context_expr)
            if item.optional_vars is not None:
                self.target(item.optional_vars)
        if not any(_last_name(item.context_expr) in _SUPPRESSING for item in node.items):
            self.block(node.body)
        else:
            self.maybe(node.body)
            self.state = _either(before, self.state)

    def try_(self, node: ast.Try) -> None:
        before = self.state
        self.maybe(node.body)
        self.maybe(node.orelse)
        after = self.state
        for handler in node.handlers:
            self.state = before
            if handler.type is not None:
                self.perhaps(handler.type)
            if handler.name:
                self.bind(handler.name, handler)
            self.maybe(handler.body)
            if handler.name and self.state is not None:
                self.depth += 1
                self.unbind(handler.name)
                self.depth -= 1
            after = _either(after, self.state)
        if node.finalbody:
            self.state = before
            self.block(node.finalbody)
            if after is not None and self.state is not None:
                after = _State(after.sure | self.state.sure, after.turned | self.state.turned)
            elif self.state is None:
                after = None
        self.state = after

    def match(self, node: ast.Match) -> None:
        self.expression(node.subject)
        before = self.state
        after: _State | None = None
        whole = False
        for case in node.cases:
            self.state = before
            for part in ast.walk(case.pattern):
                name = part.rest if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
                if isinstance(part, ast.MatchStar | ast.MatchAs | ast.MatchMapping) and name:
                    self.bind(name, part)
                elif isinstance(part, ast.MatchValue):
                    self.expression(part.value)
                elif isinstance(part, ast.MatchClass):
                    self.expression(part.cls)
            if case.guard is not None:
                self.perhaps(case.guard)
            whole = whole or (
                case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
            )
            self.maybe(case.body)
            after = _either(after, self.state)
        self.state = after if whole else _either(before, after)

    def function(self, node: Function) -> None:
        for child in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if child is not None:
                self.expression(child)
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        for annotation in [*(a.annotation for a in arguments if a is not None), node.returns]:
            if annotation is not None:
                self.expression(annotation)
        self.bind(node.name, node)
        self.body(node, keep=True)

    def body(self, node: ast.AST, *, keep: bool) -> None:
        """The free names of a function, which are read when it is called."""
        scope = self.scopes.get(id(node))
        if scope is None:
            return
        for name in scope.foreign:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.obstacle(
                    "global", name, node, f"`{node.name}` declares `global {name}`: the notebook's own `{name}`"
                )
        for name, place in _free(scope):
            if any(name in hidden for hidden in self.hidden if not any(hidden is own for own in self.in_class)):
                continue
            self.later.setdefault(name, place)
            if keep:
                self.kept.setdefault(name, place)

    def class_(self, node: ast.ClassDef) -> None:
        for child in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.expression(child)
        own: set[str] = set()
        before, reads, known = self.state, self.reads, self.state.sure if self.state else frozenset()
        self.reads = {}
        self.state = _State(frozenset(), frozenset())
        self.hidden.append(own)
        self.in_class.append(own)
        self.block(node.body)
        self.hidden.pop()
        self.in_class.pop()
        read, self.reads = self.reads, reads
        self.state = before
        stores = {
            n.id for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        for name, place in read.items():
            if name in stores:
                self.obstacle("class-body", name, place, f"the body of `{node.name}` reads `{name}` and binds it too")
            if name not in known and before is not None:
                self.reads.setdefault(name, place)
        self.bind(node.name, node)

    def delete(self, target: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                if any(name in hidden for hidden in self.hidden):
                    return
                if self.state is not None and name not in self.state.sure:
                    self.deletes.setdefault(name, target)
                    self.read(name, target)
                self.unbind(name)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self.delete(element)
            case _:
                self.change(target, target)
                for child in ast.iter_child_nodes(target):
                    self.expression(child)

    def target(self, node: ast.expr) -> None:
        match node:
            case ast.Name(id=name):
                self.bind(name, node)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self.target(element)
            case ast.Starred(value=value):
                self.target(value)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.expression(child)
                self.change(node, node)

    # expressions

    def stored(self, value: ast.expr) -> None:
        """A value that gets a name: what it closes over outlives the statement, unless a call takes it."""
        stack: list[ast.AST] = [] if isinstance(value, ast.Call | ast.Constant | ast.Name) else [value]
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Lambda | ast.GeneratorExp):
                for name in _names_in(node):
                    self.kept.setdefault(name.id, name)
            elif not isinstance(node, ast.Call):
                stack.extend(ast.iter_child_nodes(node))
        self.expression(value)

    def effect(self, value: ast.expr) -> None:
        """A call that is a statement of its own is made for what it changes."""
        while isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr not in _LOOKING:
            self.change(value.func.value, value)

    def call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Name):
            name = function.id
            if name in _DYNAMIC or (name in _NAMESPACES and not node.args):
                self.obstacle("dynamic", name, node, f"`{name}()` may read or set any name of the notebook")
            elif name in _CHANGING and node.args:
                self.change(node.args[0], node)
        elif isinstance(function, ast.Attribute):
            name = function.attr
            if name in MUTATORS:
                self.change(function.value, node)
            elif name in _CHANGING and node.args:
                self.change(node.args[0], node)
            elif name in ("query", "eval"):
                self.queried(node)
        for keyword in node.keywords:
            if keyword.arg == "inplace" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value):
                if isinstance(function, ast.Attribute):
                    self.change(function.value, node)
            elif keyword.arg == "out":
                self.change(keyword.value, node)

    def queried(self, node: ast.Call) -> None:
        """`df.query("age > @limit")` reads `limit`."""
        for argument in node.args[:1]:
            for part in ast.walk(argument):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    for name in _AT_NAME.findall(part.value):
                        self.read(name, part)

    def expression(self, node: ast.AST) -> None:
        while isinstance(node, ast.Attribute):
            node = node.value
        match node:
            case ast.Name(id=name):
                self.read(name, node)
            case ast.Constant():
                pass
            case ast.Subscript():
                self.expression(node.value)
                self.expression(node.slice)
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                for element in elements:
                    self.expression(element)
            case ast.BinOp():
                self.expression(node.left)
                self.expression(node.right)
            case ast.Call():
                self.call(node)
                self.expression(node.func)
                for argument in node.args:
                    self.expression(argument)
                for keyword in node.keywords:
                    self.expression(keyword.value)
            case ast.NamedExpr(target=target, value=value):
                self.expression(value)
                self.bind(target.id, node, through=True)
            case ast.Lambda(args=arguments):
                for default in (*arguments.defaults, *arguments.kw_defaults):
                    if default is not None:
                        self.expression(default)
                self.body(node, keep=False)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.comprehension(node)
            case ast.BoolOp(values=values):
                self.expression(values[0])
                before = self.state
                for value in values[1:]:
                    self.perhaps(value)
                self.state = _either(before, self.state)
            case ast.Compare(left=left, comparators=comparators):
                self.expression(left)
                self.expression(comparators[0])
                for other in comparators[1:]:
                    self.perhaps(other)
            case ast.IfExp():
                self.expression(node.test)
                before = self.state
                self.perhaps(node.body)
                after, self.state = self.state, before
                self.perhaps(node.orelse)
                self.state = _either(after, self.state)
            case ast.Await() | ast.Yield() | ast.YieldFrom():
                if isinstance(node, ast.Await):
                    self.obstacle("await", "", node, "`await` needs an `async def`")
                else:
                    self.obstacle("return", "", node, "`yield` stands outside of a function")
                for child in ast.iter_child_nodes(node):
                    self.expression(child)
            case _:
                for child in ast.iter_child_nodes(node):
                    self.expression(child)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first, *others = node.generators
        self.expression(first.iter)
        before = self.state
        self.hidden.append(set())
        self.depth += 1
        self.target(first.target)
        for generator in (first, *others):
            if generator is not first:
                self.expression(generator.iter)
                self.target(generator.target)
            if generator.is_async:
                self.obstacle("await", "", node, "`async for` needs an `async def`")
            for test in generator.ifs:
                self.expression(test)
        for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.expression(part)
        self.depth -= 1
        self.hidden.pop()
        self.state = _either(before, self.state)


def _add(binds: dict[str, ast.AST], name: str, node: ast.AST) -> None:
    """Keep the first binding of a name; `except E as name` is none that lasts."""
    if name not in binds or isinstance(binds[name], ast.ExceptHandler):
        binds[name] = node


def _either(one: _State | None, other: _State | None) -> _State | None:
    """What is bound where two paths meet."""
    if one is None or other is None:
        return other if one is None else one
    return _State(one.sure & other.sure, one.turned & other.turned)


def _turns(iterable: ast.expr) -> bool:
    """Whether a loop over it surely turns at least once."""
    match iterable:
        case ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_]) | ast.Set(elts=[first, *_]):
            return not isinstance(first, ast.Starred)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(stop))]):
            return stop > 0
        case ast.Call(func=ast.Name(id="enumerate" | "tqdm"), args=[inner, *_]):
            return _turns(inner)
    return False


def _own(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """The statements of a loop, without those of loops and functions inside of it."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            stack.extend(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            stack.extend(ast.iter_child_nodes(node))


def _last_name(node: ast.expr) -> str:
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _names_in(node: ast.AST) -> Iterator[ast.Name]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


# --- a run of statements ----------------------------------------------------------------------------------------------


class _Run:
    """Some statements, what stands before them and what comes after."""

    def __init__(self, file: Module, statements: Sequence[ast.stmt]) -> None:
        self.file = file
        self.statements = tuple(statements)
        body = file.body
        at = next(i for i, statement in enumerate(body) if statement is statements[0])
        self.begin, self.end = at, at + len(statements)
        self.effects = [effects_of(file, statement) for statement in statements]
        self.first = statements[0].lineno
        self.last = statements[-1].end_lineno or statements[-1].lineno
        self.before = binding_kinds(file, self.begin)
        self.sure_before = self.surely_bound()
        self.obstacles: list[Obstacle] = []

    def flow(self) -> Flow:
        before = self.before
        reads, later, binds, mutates, deletes = {}, {}, {}, {}, {}  # type: ignore[var-annotated]
        always: set[str] = set()
        gone: set[str] = set()
        sure: set[str] = set()
        turned: set[str] = set()
        declared: set[str] = set()
        for effects in self.effects:
            always |= effects.always - binds.keys()
            for name, node in effects.reads.items():
                if name not in sure:
                    reads.setdefault(name, node)
            for name, node in effects.later.items():
                later.setdefault(name, node)
            for name, node in effects.deletes.items():
                if name not in sure:
                    deletes.setdefault(name, node)
            for name, node in effects.mutates.items():
                mutates.setdefault(name, node)
            for name, node in effects.binds.items():
                _add(binds, name, node)
            gone = (gone - effects.sure) | effects.unbound
            sure = (sure | effects.sure) - (effects.unbound - effects.sure)
            turned = (turned | effects.if_turned) - (effects.unbound - effects.if_turned)
            declared |= effects.declared
            self.obstacles += effects.obstacles
        local = binds.keys() | declared
        kinds = {name: kind_of(node) for name, node in binds.items()}
        live = self.live(set(binds) | set(mutates))

        inputs: list[str] = []
        needs: list[str] = []
        unknown: list[str] = []
        blind = self.is_blind()
        for name, node in _in_order(reads, later):
            kind = before.get(name)
            if name not in reads and name in local and kind != "value":
                continue  # a function within reads what the statements around it bind
            if kind is None:
                self.unbound_read(name, node, name in local, name in reads, blind, unknown)
            elif kind == "value":
                inputs.append(name)
                if name not in always and name not in self.sure_before:
                    why = f"`{name}` is bound on some paths only above, and may not be needed here"
                    self.stop("maybe-unbound", name, node, why)
            elif name in local and kinds.get(name) == "import" and kind == "import":
                self.stop("import", name, node, f"`{name}` is used before the cell imports it")
                needs.append(name)
            else:
                (inputs if name in local else needs).append(name)
        for name, node in deletes.items():
            if name in binds:
                why = f"`del {name}` comes where `{name}` is bound on some paths only"
            elif name in before or blind:
                why = f"`del {name}` deletes what another cell made"
            else:
                why = f"`del {name}` deletes what no cell above binds"
            self.stop("delete", name, node, why)

        defines = [name for name in binds if name in live and kinds[name] != "value"]
        outputs = [name for name in binds if name in live and kinds[name] == "value"]
        outputs = [name for name in outputs if not isinstance(binds[name], ast.ExceptHandler)]
        for name in outputs:
            if name in gone:
                self.stop("delete", name, binds[name], f"`{name}` is deleted, and read later")
            elif name in sure or name in inputs:
                pass
            elif before.get(name) == "value":
                inputs.append(name)  # keeps the value that it had
                if name not in self.sure_before:
                    why = f"`{name}` is bound on some paths only, here and above, and read later"
                    self.stop("maybe-unbound", name, binds[name], why)
            elif name not in turned or not self.surely_read(name):
                self.stop("maybe-unbound", name, binds[name], f"`{name}` is bound on some paths only, and read later")
        mutated = [name for name in inputs if name in mutates]
        outputs += [name for name in mutated if name in live and name not in binds]
        self.closures(local | set(inputs), defines, binds)
        self.hidden(set(reads) | set(later), set(binds))
        self.magics()
        return Flow(
            self.statements,
            tuple(inputs),
            tuple(needs),
            tuple(outputs),
            tuple(mutated),
            tuple(defines),
            tuple(binds),
            tuple(unknown),
            tuple(sorted(dict.fromkeys(self.obstacles), key=lambda o: (o.line, o.kind, o.name))),
            self.shown(),
        )

    def stop(self, kind: Reason, name: str, node: ast.AST, why: str) -> None:
        self.obstacles.append(Obstacle(kind, name, getattr(node, "lineno", self.first), why))

    def unbound_read(
        self, name: str, node: ast.AST, is_local: bool, is_now: bool, blind: bool, unknown: list[str]
    ) -> None:
        """A read of what no cell above binds: a builtin, an unseen name, or one that is missing."""
        if is_local:
            if is_now and name in _BUILTINS:
                self.stop("shadowed", name, node, f"the builtin `{name}` is read, and its name is bound here too")
        elif name in _BUILTINS:
            pass
        elif HISTORY.match(name):
            self.stop("history", name, node, f"`{name}` is what another cell has shown")
        elif blind:
            unknown.append(name)
        else:
            self.stop("missing", name, node, f"no cell above binds `{name}`")

    def is_blind(self) -> bool:
        """Whether something above may bind names that cannot be seen."""
        if any(line < self.first for line, _ in self.file.stars):
            return True
        return any((cell.opaque or cell.star) and cell.first < self.first for cell in self.file.cells)

    def surely_bound(self) -> set[str]:
        """The names that are bound on every path when the statements begin, if loops above have turned."""
        found: set[str] = set()
        for line, names, _ in _magics(self.file):
            if line < self.first:
                found.update(names)
        for statement in self.file.body[: self.begin]:
            effects = effects_of(self.file, statement)
            found = (found | effects.if_turned) - (effects.unbound - effects.if_turned)
        return found

    # what follows

    def live(self, names: set[str]) -> set[str]:
        """Those of some names that what comes after may read, before it surely binds them anew."""
        file = self.file
        found: set[str] = set()
        waiting = set(names)
        for line, _, uses in _magics(file):
            if line > self.last:
                found |= waiting.intersection(uses)
        for cell in file.cells:
            if cell.unparsed is not None and cell.first > self.last:
                found |= waiting & cell.maybe_binds
        for statement in file.body[self.end :]:
            effects = effects_of(file, statement)
            found |= waiting & (effects.reads.keys() | effects.later.keys() | effects.mutates.keys())
            waiting -= effects.sure | found
            if not waiting:
                break
        if waiting := names - found:
            found |= self.read_by_functions(waiting)
        return found

    def read_by_functions(self, names: set[str]) -> set[str]:
        """Those that functions of earlier cells read, which later code may call."""
        file = self.file
        found: set[str] = set()
        for statement in file.body[: self.begin]:
            effects = effects_of(file, statement)
            used = names & effects.later.keys()
            if not used:
                continue
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and not statement.decorator_list:
                if self.is_used(statement.name):
                    found |= used
            elif isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                found |= used
            else:  # a lambda that was given a name, or a function under an `if`
                found |= used & effects.kept.keys()
        return found

    def is_used(self, function: str) -> bool:
        """Whether a function of an earlier cell may be called after the statements."""
        body = self.file.body
        for index, statement in enumerate(body):
            effects = effects_of(self.file, statement)
            if function in effects.later and not (
                isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == function
            ):
                return True
            if index >= self.end and function in effects.reads:
                return True
        return any(line > self.last and function in uses for line, _, uses in _magics(self.file))

    def surely_read(self, name: str) -> bool:
        """Whether what comes after reads a name on every path, so that it fails anyway if the name is not bound."""
        for statement in self.file.body[self.end :]:
            effects = effects_of(self.file, statement)
            if name in effects.always:
                return True
            if name in effects.binds:
                return False
        return False

    def shown(self) -> ast.Expr | None:
        """The expression whose value the notebook shows."""
        last = self.statements[-1]
        if not isinstance(last, ast.Expr) or not self.file.is_notebook:
            return None
        cell = self.file.source.cell_at(last.lineno)
        follows = self.file.body[self.end] if self.end < len(self.file.body) else None
        if follows is not None and self.file.source.cell_at(follows.lineno) is cell:
            return None
        lines = [line for line in (cell.lines if cell else ()) if line.strip() and not line.lstrip().startswith("#")]
        return None if lines and lines[-1].rstrip().endswith(";") else last

    # what may not be seen in the statements themselves

    def closures(self, own: set[str], defines: list[str], binds: dict[str, ast.AST]) -> None:
        """Functions, lambdas and generators that keep a variable which a later cell binds anew."""
        after: set[str] = set()
        if any(effects.kept for effects in self.effects):
            for statement in self.file.body[self.end :]:
                after |= effects_of(self.file, statement).binds.keys()
        for statement, effects in zip(self.statements, self.effects, strict=True):
            name = getattr(statement, "name", "")
            for kept, node in effects.kept.items():
                if kept in own and (kept in after or (name in defines and kept in binds)):
                    holder = f"`{name}`" if name else "a function here"
                    self.stop("closure", kept, node, f"{holder} reads `{kept}`, which another cell sets too")

    def hidden(self, used: set[str], binds: set[str]) -> None:
        """Functions of earlier cells that read or set the names which the statements bind or read."""
        kept = _kept(self.file)
        scopes = kept.scopes if kept.globals else {}
        readers: dict[str, tuple[dict[str, ast.AST], set[str]]] = {}
        methods: list[tuple[str, dict[str, ast.AST]]] = []
        for statement in self.file.body[: self.begin]:
            effects = effects_of(self.file, statement)
            if not effects.later and not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                readers[statement.name] = (effects.later, _foreign_within(statement, scopes))
            elif isinstance(statement, ast.ClassDef):
                methods.append((statement.name, effects.later))
                readers[statement.name] = (effects.later, _foreign_within(statement, scopes))
            else:
                for name in effects.binds:
                    if effects.kept:
                        readers[name] = (effects.kept, set())
        seen: set[str] = set()
        waiting = sorted(used & readers.keys())
        while waiting:
            function = waiting.pop()
            if function in seen:
                continue
            seen.add(function)
            reads, sets = readers[function]
            for name in sorted(reads.keys() & binds):
                self.stop("hidden-read", name, self.place(function), f"`{function}` reads `{name}`, which is set here")
            for name in sorted(sets & (used | binds)):
                self.stop("hidden-write", name, self.place(function), f"`{function}` sets `{name}`, which is used here")
            waiting += sorted(name for name in reads if name in readers and name not in seen)
        for owner, read in methods:
            if owner not in seen:
                for name in sorted(read.keys() & binds):
                    self.stop("hidden-read", name, self.statements[0], f"`{owner}` reads `{name}`, which is set here")

    def place(self, name: str) -> ast.AST:
        for effects in self.effects:
            if name in effects.reads:
                return effects.reads[name]
        return self.statements[0]

    def magics(self) -> None:
        """Magics and shell commands among the lines, for which a module has no syntax."""
        for cell in self.file.cells:
            end = cell.first + len(cell.lines) - 1
            if end < self.first or cell.first > self.last:
                continue
            for magic in cell.magics:
                line = cell.first + magic.line - 1
                if magic.kind == "cell":
                    if magic.name not in _AROUND or magic.binds:
                        self.obstacles.append(Obstacle("magic", "", line, f"the cell stands under `%%{magic.name}`"))
                elif self.first <= line <= self.last:
                    sign = "!" if magic.kind == "shell" else "?" if magic.kind == "help" else f"%{magic.name}"
                    self.obstacles.append(Obstacle("magic", "", line, f"`{sign}` works in a notebook only"))


def _foreign_within(top: ast.AST, scopes: dict[int, Scope]) -> set[str]:
    """The names that a function, or one within it, declares `global`."""
    found: set[str] = set()
    for node in ast.walk(top) if scopes else ():
        scope = scopes.get(id(node))
        if scope is not None:
            found |= scope.foreign
    return found


def _in_order(reads: dict[str, ast.AST], later: dict[str, ast.AST]) -> list[tuple[str, ast.AST]]:
    """What is read, in the order of the text."""
    merged = {**later, **reads}
    return sorted(merged.items(), key=lambda item: (getattr(item[1], "lineno", 0), getattr(item[1], "col_offset", 0)))
