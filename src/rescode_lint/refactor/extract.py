"""The move of definitions out of notebooks into a module: a plan, made in memory, whole or not at all.

What a definition needs goes along (imports, helpers, constants); the global state that it reads becomes parameters;
every twin in the project is replaced by an import. Where that cannot be shown to be right, it is refused, with a reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher, unified_diff
from typing import NamedTuple

import libcst as cst

from rescode_lint.fix.part import CannotFix
from rescode_lint.model import Span
from rescode_lint.project import is_module
from rescode_lint.read import Unreadable
from rescode_lint.read.python import decode
from rescode_lint.read.rewrite import CannotRewrite, rewrite
from rescode_lint.refactor import compose, target
from rescode_lint.refactor.compose import Edits, Import
from rescode_lint.refactor.document import BUILTINS, Definition, Document, Imported
from rescode_lint.refactor.names import bound_inside, free_names
from rescode_lint.refactor.needs import (
    Needs,
    Refused,
    code_of,
    definition_of,
    in_strings,
    is_constant,
    needs_of,
    used_by_magic,
)
from rescode_lint.refactor.state import check_late_reads, pass_state, uses_of
from rescode_lint.refactor.target import NoTarget, Target, Way
from rescode_lint.refactor.workspace import Workspace
from rescode_lint.rules.notebooks.notebook_only_definition import is_callback, is_display
from rescode_lint.run.repair import Change

#: Same name and at least so much in common: copies that have drifted apart.
_ALIKE = 0.6


class Wish(NamedTuple):
    """What is to be moved."""

    notebook: str
    #: Names; none means all definitions with logic of their own.
    select: tuple[str, ...] = ()
    #: The module, relative to the root; "" means that it is chosen.
    to: str = ""
    #: Of drifted copies, the file whose version stays.
    keep: str = ""


class Moved(NamedTuple):
    """A definition that goes to the module."""

    name: str
    path: str
    cell: int | None
    module: str
    #: The global names that became parameters.
    parameters: tuple[str, ...] = ()
    #: The module had it already.
    merged: bool = False
    #: It was not asked for; others need it.
    along: bool = False


class Twin(NamedTuple):
    """Another place that imports the definition from now on, or is left as it is for a reason."""

    name: str
    path: str
    cell: int | None
    #: "" where it is replaced.
    left: str = ""
    #: It is a drifted copy, which another version replaces.
    differs: bool = False


class Plan(NamedTuple):
    """What a move comes to."""

    changes: tuple[Change, ...] = ()
    moved: tuple[Moved, ...] = ()
    twins: tuple[Twin, ...] = ()
    refused: tuple[Refused, ...] = ()
    #: Module -> why it was chosen.
    modules: tuple[tuple[str, str], ...] = ()
    #: Files whose imports need the project to be installed.
    to_install: tuple[str, ...] = ()
    #: Cells that do not parse, whose code stays: (path, cell).
    unparsed: tuple[tuple[str, int | None], ...] = ()


def extract(workspace: Workspace, wishes: Sequence[Wish]) -> Plan:
    """Plan moves, one notebook after the other; the workspace holds the files as they would be.

    Args:
        workspace: the project.
        wishes: what to move, from which notebook.

    Raises:
        Refused: a notebook cannot be read.
        NoTarget: the module that was named cannot be one.
    """
    plan = Plan()
    for keep in {wish.keep for wish in wishes if wish.keep}:
        _check_kept(workspace, keep, wishes)
    for wish in [part for asked in wishes for part in _by_version(workspace, asked)]:
        step = _Step(workspace, wish).made()
        plan = Plan(
            (),
            plan.moved + step.moved,
            plan.twins + step.twins,
            plan.refused + step.refused,
            plan.modules + tuple(row for row in step.modules if row[0] not in dict(plan.modules)),
            tuple(dict.fromkeys(plan.to_install + step.to_install)),
            tuple(dict.fromkeys(plan.unparsed + step.unparsed)),
        )
    return plan._replace(changes=workspace.changes())


def _check_kept(workspace: Workspace, keep: str, wishes: Sequence[Wish]) -> None:
    """Whether a file has a version of what is to be moved.

    Raises:
        Refused: it has none.
    """
    kept = workspace.document(keep)
    if kept is None:
        raise Refused("", "there is no such file to keep", "name one of the copies", keep)
    for wish in wishes:
        asked = workspace.document(wish.notebook)
        names = wish.select or (default_names(asked) if asked else ())
        if not names or not kept.definitions.keys().isdisjoint(names):
            return
    raise Refused("", "it defines nothing of what is to be moved", "name one of the copies", keep)


def _by_version(workspace: Workspace, wish: Wish) -> list[Wish]:
    """What the file to be kept defines, and the rest, which it says nothing about."""
    kept, asked = workspace.document(wish.keep) if wish.keep else None, workspace.document(wish.notebook)
    if kept is None or asked is None or wish.keep == wish.notebook:
        return [wish]
    names = wish.select or default_names(asked)
    there = tuple(name for name in names if name in kept.definitions)
    rest = tuple(name for name in names if name not in kept.definitions)
    parts = [(there, wish.keep), (rest, "")] if names else [(wish.select, wish.keep)]
    return [wish._replace(select=part, keep=keep) for part, keep in parts if part or not names]


class _Item(NamedTuple):
    """A definition or constant on its way."""

    name: str
    node: ast.stmt
    needs: Needs


class _Step:
    """One notebook."""

    def __init__(self, workspace: Workspace, wish: Wish) -> None:
        self.workspace = workspace
        self.wish = wish
        found = workspace.document(wish.notebook)
        if found is None:
            raise Refused("", "it is no Python notebook that can be read", "name another", wish.notebook)
        self.asked = found
        self.document = found
        if wish.keep and wish.keep != wish.notebook:
            kept = workspace.document(wish.keep)
            if kept is None:
                raise Refused("", "there is no such file to keep", "name one of the copies", wish.keep)
            self.document = kept if kept.is_notebook else found

    def made(self) -> Plan:
        refused: list[Refused] = []
        roots = list(self.wish.select) or default_names(self.document)
        closures: dict[str, dict[str, _Item]] = {}
        for name in roots:
            try:
                closures[name] = self.closure(name)
            except Refused as why:
                refused.append(_about(name, why))
        plan = Plan()
        while closures:
            items = {name: item for closure in closures.values() for name, item in closure.items()}
            try:
                plan = self.planned(items, tuple(closures))
                break
            except Refused as why:
                blamed = [name for name, closure in closures.items() if why.name in closure] or list(closures)
                for name in blamed:
                    del closures[name]
                    refused.append(_about(name, why))
        unparsed = tuple(
            (self.asked.path, self.asked.position_on_disk(cell.position))
            for cell in self.asked.source.cells
            if cell.unparsed is not None
        )
        return plan._replace(refused=tuple(refused), unparsed=unparsed)

    # --- what goes ----------------------------------------------------------------------------------------------------

    def closure(self, name: str) -> dict[str, _Item]:
        """A definition with all of the file that it needs.

        Raises:
            Refused: something of it cannot be moved.
        """
        found: dict[str, _Item] = {}
        waiting = [name]
        while waiting:
            wanted = waiting.pop()
            if wanted in found:
                continue
            is_value = wanted != name and is_constant(wanted, self.document)
            node = self.document.bindings[wanted][0].statement if is_value else definition_of(wanted, self.document)
            needs = needs_of(node, wanted, self.document)
            if not is_value:
                self.check_use(wanted, self.document)
            found[wanted] = _Item(wanted, node, needs)
            waiting += [*needs.helpers, *needs.constants]
        return found

    def check_use(self, name: str, document: Document) -> None:
        """Whether nothing names a definition that cannot be followed.

        Raises:
            Refused: a magic or a string does, or a cell that does not parse.
        """
        used = used_by_magic(name, document)
        if used is not None:
            text = " ".join(used[0].split())[:60]
            reason = f"`{name}` is used by a magic or a string, `{text}`"
            raise Refused(name, reason, "call it in plain Python there", document.path, used[1])
        for cell in document.source.cells:
            if cell.unparsed is not None and name in cell.maybe_binds:
                text = "\n".join(cell.lines)
                if re.search(rf"(?m)^\s*(?:def|class)\s+{name}\b|^\s*{name}\s*=[^=]", text):
                    _refuse_unparsed(name, document.position_on_disk(cell.position), document)

    def check_unparsed(self, name: str, document: Document) -> None:
        """Whether every call of a definition can be seen, so that it can be given an argument more.

        Raises:
            Refused: a cell that does not parse names it.
        """
        for cell in document.source.cells:
            if cell.unparsed is not None and name in cell.maybe_binds:
                _refuse_unparsed(name, document.position_on_disk(cell.position), document)

    def parameters(self, items: dict[str, _Item]) -> dict[str, tuple[str, ...]]:
        """The state that each definition takes, that of its helpers included.

        Raises:
            Refused: a helper's state cannot be handed through.
        """
        wanted = {name: set(item.needs.state) for name, item in items.items()}
        changed = True
        while changed:
            changed = False
            for name, item in items.items():
                for helper in item.needs.helpers:
                    more = wanted.get(helper, set()) - wanted[name]
                    if helper != name and more:
                        wanted[name] |= more
                        changed = True
        for name, item in items.items():
            more = wanted[name] - set(item.needs.state)
            place = self.document.place(item.node)
            if not wanted[name]:
                continue
            self.check_unparsed(name, self.document)
            if isinstance(item.node, ast.ClassDef):
                reason = f"the class `{name}` uses a function that reads the global `{min(more)}`"
                raise Refused(name, reason, f"pass `{min(more)}` to its methods", self.document.path, place)
            if getattr(item.node, "decorator_list", ()):
                other = min(wanted[name])
                reason = f"`{name}` reads the global `{other}`, and its decorator would see it as an argument"
                raise Refused(name, reason, f"pass `{other}` yourself first", self.document.path, place)
            if clash := more & bound_inside(item.node):
                reason = f"`{name}` calls what reads the global `{min(clash)}`, and has a `{min(clash)}` of its own"
                raise Refused(name, reason, "give one of them another name", self.document.path, place)
            early = [helper for helper in item.needs.early if wanted.get(helper)]
            if early:
                reason = (
                    f"`{early[0]}` is called when `{name}` is defined, and reads the global `{min(wanted[early[0]])}`"
                )
                raise Refused(name, reason, "call it later", self.document.path, place)
            looks = [n for n in ast.walk(item.node) if isinstance(n, ast.Name) and n.id in ("locals", "vars", "dir")]
            if looks:
                reason = f"`{name}` looks at its own names with `{looks[0].id}`, and would get more of them"
                place = self.document.place(looks[0])
                raise Refused(name, reason, "name what it needs", self.document.path, place)
            check_late_reads(item.node, sorted(wanted[name]), self.document)
        return {name: tuple(sorted(names)) for name, names in wanted.items()}

    # --- the plan -----------------------------------------------------------------------------------------------------

    def planned(self, items: dict[str, _Item], roots: tuple[str, ...]) -> Plan:
        parameters = self.parameters(items)
        self.check_drift(items)
        if any(parameters.values()):
            runners = [
                p for p in self.workspace.project.importers.get(self.document.path, ()) if p != self.document.path
            ]
            for name in parameters:
                if parameters[name] and runners:
                    reason = f"`{runners[0]}` runs this notebook, and its calls of `{name}` would lack `{parameters[name][0]}`"
                    raise Refused(name, reason, "move that notebook's calls first", self.document.path)
        failure: Refused | None = None
        for goal in self.goals(items):
            try:
                return _Move(self, items, roots, parameters, goal).plan()
            except _Unfit as why:
                failure = why.refusal
        assert failure is not None
        raise failure

    def goals(self, items: dict[str, _Item]) -> Iterator[Target]:
        project = self.workspace.project
        if self.wish.to:
            yield target.given(self.wish.to, project)
            return
        if self.wish.keep.endswith(".py"):
            yield target.given(self.wish.keep, project)._replace(why="its version is kept", besides=())
            return
        for path in target.within_reach(self.document.path, project):
            if any(self.has_twin(path, item) for item in items.values()):
                yield Target(path, "it has the same definition already")
        yield from target.candidates(self.document.path, project, items, self.workspace.name)

    def has_twin(self, path: str, item: _Item) -> bool:
        names = self.workspace.project.files[path].definitions
        if not any(d.name == item.name and d.kind != "method" for d in names):
            return False
        document = self.workspace.document(path)
        return document is not None and any(
            code_of(node) == code_of(item.node) for node in document.definitions.get(item.name, ())
        )

    def check_drift(self, items: dict[str, _Item]) -> None:
        """Whether no copy of a definition has changed since it was copied, unless it is said which one stays.

        Raises:
            Refused: one has; the reason shows how they differ.
        """
        if self.wish.keep:
            return
        for name, item in items.items():
            if not isinstance(item.node, Definition):
                continue
            for path, node, document in self.named(name):
                if is_drifted(item.node, node):
                    place = document.place(node)
                    where = f"{path}:cell {place.cell}" if place.cell else path
                    shown = difference(item.node, node, self.document.path, path)
                    raise Refused(
                        name,
                        f"`{name}` is different in {where}:\n{shown}",
                        f"say which one stays: `--keep {_quoted(self.document.path)}` or `--keep {_quoted(path)}`",
                        self.document.path,
                        self.document.place(item.node),
                    )

    def named(self, name: str) -> Iterator[tuple[str, Definition, Document]]:
        """The definitions of a name in the other files of the project, tests aside."""
        project = self.workspace.project
        for path, summary in project.files.items():
            if path == self.document.path or path in project.tests or summary.generated or not is_module(path):
                continue
            if any(d.name == name and d.kind != "method" for d in summary.definitions):
                document = self.workspace.document(path)
                for node in document.definitions.get(name, ()) if document else ():
                    assert document is not None
                    yield path, node, document


class _Unfit(Exception):
    """The module cannot take the definitions; another one may."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class _Move:
    """Definitions, and the module that they go to."""

    def __init__(
        self,
        step: _Step,
        items: dict[str, _Item],
        roots: tuple[str, ...],
        parameters: dict[str, tuple[str, ...]],
        goal: Target,
    ) -> None:
        self.step = step
        self.workspace = step.workspace
        self.document = step.document
        self.items = items
        self.roots = roots
        self.parameters = parameters
        self.goal = goal
        self.files: dict[str, bytes] = {}
        #: Of them: the cells that go.
        self.gone: dict[str, set[int]] = {}
        self.twins: list[Twin] = []
        self.to_install: list[str] = []
        #: What installing needs.
        self.besides: list[tuple[str, str]] = []
        #: In the source: name -> text to go.
        self.texts: dict[str, str] = {}

    def plan(self) -> Plan:
        merged = self.merged()
        imports, typing = self.imports(merged)
        for path in self.paths():
            try:
                self.rewrite(path)
            except (Refused, CannotFix, CannotRewrite, NoTarget) as why:
                if path == self.document.path:
                    refusal = self.refusal(why)
                    raise (_Unfit(refusal) if isinstance(why, NoTarget) else refusal) from None
                left = why.reason if isinstance(why, Refused) else str(why)
                self.leave(path, left)
        self.module(merged, imports, typing)
        self.files.update(
            (path, text.encode())
            for path, text in (*self.goal.besides, *self.besides)
            if self.workspace.data(path) is None
        )
        self.workspace.put(self.files, self.gone)
        place = {name: self.document.place(item.node) for name, item in self.items.items()}
        return Plan(
            moved=tuple(
                Moved(
                    name,
                    self.document.path,
                    place[name].cell,
                    self.goal.path,
                    self.parameters[name],
                    name in merged,
                    name not in self.roots,
                )
                for name in sorted(self.items, key=lambda name: self.items[name].node.lineno)
            ),
            twins=tuple(self.twins),
            modules=((self.goal.path, self.goal.why),),
            to_install=tuple(self.to_install),
        )

    def refusal(self, why: Exception) -> Refused:
        if isinstance(why, Refused):
            return why
        message, remedy = getattr(why, "message", str(why)), getattr(why, "remedy", "change that place first")
        if isinstance(why, CannotFix):
            message = f"the file cannot be changed: {message}"
        return Refused("", message, remedy, self.document.path)

    def unfit(self, name: str, reason: str, remedy: str = "choose another module with --to") -> _Unfit:
        place = self.document.place(self.items[name].node) if name in self.items else None
        return _Unfit(Refused(name, reason, remedy, self.document.path, place))

    # --- the module ---------------------------------------------------------------------------------------------------

    def merged(self) -> set[str]:
        """What the module has already.

        Raises:
            _Unfit: it cannot be read, or has something else of that name.
        """
        path = self.goal.path
        data = self.workspace.data(path)
        if data is None:
            return set()
        first = next(iter(self.items))
        there = self.workspace.document(path)
        if there is None or there.source.unparsed:
            line = there.source.unparsed[0].line if there and there.source.unparsed else 1
            raise self.unfit(first, f"`{path}` does not parse (line {line})", "mend it, or choose another module")
        found: set[str] = set()
        for name, item in self.items.items():
            bindings = there.bindings.get(name, ())
            if not bindings:
                continue
            theirs = bindings[-1].statement
            kept = self.step.wish.keep == path and isinstance(theirs, Definition) and isinstance(item.node, Definition)
            if len(bindings) > 1 or code_of(theirs) != code_of(item.node):
                if kept and len(bindings) == 1 and _takes_the_same(theirs, item.node):
                    found.add(name)
                    continue
                reason = f"`{path}` has another `{name}` (line {theirs.lineno})"
                raise self.unfit(name, reason, "give one of them another name, or choose another module with --to")
            try:
                needs = needs_of(theirs, name, there)
            except Refused as why:
                raise self.unfit(name, f"`{path}` has the same `{name}`, but {why.reason}") from None
            if needs.state or (needs.imports, needs.helpers, needs.constants) != (
                item.needs.imports,
                item.needs.helpers,
                item.needs.constants,
            ):
                raise self.unfit(name, f"`{path}` has the same `{name}`, but other names around it")
            found.add(name)
        for name in sorted(found):
            for other in (*self.items[name].needs.helpers, *self.items[name].needs.constants):
                if other not in found and self.step.wish.keep != path:
                    raise self.unfit(name, f"`{path}` has the same `{name}`, but another `{other}`")
            if self.parameters[name]:
                raise self.unfit(name, f"`{path}` has the same `{name}`, which reads a global there too")
        return found

    def imports(self, merged: set[str]) -> tuple[set[Imported], set[Imported]]:
        """What the module must import, and what of it only annotations need.

        Raises:
            _Unfit: a name has another meaning there, or a circle would come.
        """
        project, path = self.workspace.project, self.goal.path
        there = self.workspace.document(path) if self.workspace.data(path) is not None else None
        wanted: set[Imported] = set()
        runtime: set[Imported] = set()
        for name, item in self.items.items():
            if name in merged:
                continue
            for needed in item.needs.imports:
                files = _files_of(needed, self.document.path, self.workspace)
                if path in files:
                    if needed.alias or not needed.name:
                        raise self.unfit(name, f"`{name}` imports `{path}` as `{needed.local}`")
                    continue
                if there is not None and there.bindings.get(needed.local):
                    if needed not in there.imports(needed.local):
                        raise self.unfit(name, f"`{needed.local}` is something else in `{path}`")
                    continue
                self.check_reach(name, needed, files)
                for file in files:
                    chain = target.reaches(file, path, project)
                    if chain:
                        circle = " -> ".join((path, *chain))
                        raise self.unfit(name, f"`{name}` needs `{file}`, and that imports the module: {circle}")
                wanted.add(needed)
                if needed not in item.needs.typing:
                    runtime.add(needed)
        for name in self.items:
            clash = [needed for needed in wanted if needed.local == name]
            if clash:
                raise self.unfit(name, f"`{name}` is also imported, as `{clash[0].statement}`")
        if there is not None:
            self.check_builtins(there, [name for name in self.items if name not in merged], wanted)
        return wanted, wanted - runtime

    def check_builtins(self, there: Document, new: Sequence[str], imports: set[Imported]) -> None:
        """Whether no name hides another one that its reader means: a builtin, or what a star import brings.

        Raises:
            _Unfit: one does.
        """
        stars = [there.names_of(module) for _, module in there.module.stars]
        for name in new:
            free = free_names(self.items[name].node).all - self.document.bindings.keys()
            for other in sorted(free & BUILTINS):
                if other in there.bindings or any(names is None or other in names for names in stars):
                    raise self.unfit(name, f"`{other}` may be something else in `{self.goal.path}`")
        for local in sorted({*new, *(needed.local for needed in imports)} & BUILTINS):
            if local in there.module.scope.uses:
                raise self.unfit(next(iter(self.items)), f"`{self.goal.path}` uses the builtin `{local}`")
        for summary in self.workspace.project.files.values():
            for item in summary.imports:
                if item.name == "*" and self.goal.path in self.workspace.project.imported_files(summary.path, item):
                    hidden = {*new} & set(summary.bindings.split()) - set(self.items)
                    if hidden:
                        raise self.unfit(min(hidden), f"`{summary.path}` imports all of `{self.goal.path}`")

    def check_reach(self, name: str, needed: Imported, files: Sequence[str]) -> None:
        """Whether what the source imports from beside it can also be imported where the module is used.

        Raises:
            _Unfit: only who stands there, or edits the import path so, can import it.
        """
        base = next((b for file in files if (b := target.base_of(file, needed.module)) is not None), "")
        try:
            way = target.way_to(self.goal.path, self.document.path, self.workspace.project)
        except NoTarget:
            return
        if base not in ("", "src", way.base):
            reason = f"`{name}` needs `{files[-1]}`, which only files in `{base}` can import as `{needed.module}`"
            raise self.unfit(name, reason, f"name a module in `{base}` with --to, or move that file first")

    def module(self, merged: set[str], imports: set[Imported], typing: set[Imported]) -> None:
        """Write the module.

        Raises:
            _Unfit: what comes out is not right.
        """
        path = self.goal.path
        new = [name for name in self.items if name not in merged]
        if not new:
            return
        blocks = [self.texts[name] for name in self.in_order(new)]
        data = self.workspace.data(path)
        before = ""
        try:
            if data is None or not data.strip():
                doc = f"What `{self.document.path}` computes."
                postponed = Imported("__future__", "annotations") in self.document.imports("annotations")
                text = compose.new_module(doc, imports, typing, blocks, postponed=postponed)
                made = text.encode()
            else:
                before = decode(data)
                self.check_annotations(new)
                text = compose.with_blocks(cst.parse_module(before), imports, blocks)
                made = rewrite(path, data, {None: text})
        except (CannotRewrite, Unreadable, cst.ParserSyntaxError) as why:
            raise self.unfit(new[0], f"`{path}` cannot be extended: {why}") from None
        problem = target.parses(text)
        if problem:
            raise self.unfit(new[0], f"what would stand in `{path}` does not parse ({problem})")
        known = undefined(Document(path, data)) if data and data.strip() else set()
        missing = undefined(Document(path, made)) - known
        if missing:
            raise self.unfit(new[0], f"`{min(missing)}` would not be defined in `{path}`")
        self.files[path] = made

    def in_order(self, names: Sequence[str]) -> list[str]:
        """As in the source, but all that a definition calls when it is defined stands above it."""
        order: dict[str, None] = {}
        seen: set[str] = set()

        def put(name: str, needed: Sequence[str]) -> None:
            if name in seen:
                return
            seen.add(name)
            for other in sorted(needed, key=lambda other: self.items[other].node.lineno):
                # What is called then must find all that it uses.
                put(other, (*self.items[other].needs.helpers, *self.items[other].needs.constants))
            order[name] = None

        for name in sorted(names, key=lambda name: self.items[name].node.lineno):
            put(name, tuple(self.items[name].needs.early))
        return [name for name in order if name in names]

    def check_annotations(self, names: Sequence[str]) -> None:
        """Whether the module evaluates annotations no more than the source does.

        Raises:
            _Unfit: it does.
        """
        future = Imported("__future__", "annotations")
        there = self.workspace.document(self.goal.path)
        if future not in self.document.imports("annotations") or (there and future in there.imports("annotations")):
            return
        for name in names:
            nodes = ast.walk(self.items[name].node)
            if any(getattr(node, "annotation", None) or getattr(node, "returns", None) for node in nodes):
                reason = f"`{self.goal.path}` has no `{future.statement}`, which `{name}` may need"
                raise self.unfit(name, reason, f"add it there: `{future.statement}`")

    # --- notebooks and scripts ----------------------------------------------------------------------------------------

    def paths(self) -> list[str]:
        """The file itself first, then all that hold a definition of one of the names."""
        found = {self.document.path: None}
        for name, item in self.items.items():
            if isinstance(item.node, Definition):
                found.update((path, None) for path, _, _ in self.step.named(name))
        found.pop(self.goal.path, None)
        return list(found)

    def leave(self, path: str, reason: str) -> None:
        document = self.workspace.document(path)
        for name in self.items:
            for node in document.definitions.get(name, ()) if document else ():
                assert document is not None
                self.twins.append(Twin(name, path, document.place(node).cell, reason))

    def rewrite(self, path: str) -> None:
        """One file: without the definitions, with an import.

        Raises:
            Refused: it cannot be shown to be right.
            CannotFix: libcst cannot change it.
            CannotRewrite: its bytes cannot hold the text.
        """
        document = self.document if path == self.document.path else self.workspace.document(path)
        assert document is not None
        names = set(self.items) if document is self.document else self.twins_in(document)
        if not names:
            return
        if not document.is_notebook:
            self.check_script(document, names)
        way = target.way_to(self.goal.path, path, self.workspace.project)
        parameters = {name: self.parameters[name] for name in names}
        edits = Edits()
        pass_state(parameters, document, edits)
        removed: dict[int | None, set[int]] = {}
        home: dict[tuple[int | None, int], str] = {}
        for name in names:
            for node in self.places(name, document):
                cell = document.cell_of(node)
                part = document.part(cell)
                index = document.index_of(node)
                removed.setdefault(cell, set()).add(index)
                home[cell, index] = name
                if parameters[name]:
                    edits.parameters[id(part.module.body[index])] = parameters[name]
        wanted = self.to_import(names, document)
        if way.installed:
            made = [self.goal.path, *(besides for besides, _ in self.goal.besides)]
            self.besides += target.declaration(self.goal.path, self.workspace.project, made)
            self.to_install.append(path)
        cell, index = self.import_place(document, names, way)
        texts: dict[int | None, str | None] = {}
        cells = {*removed, *([cell] if wanted else []), *edits.cells}
        for position in cells:
            here = [Import(way.dotted, tuple(sorted(wanted)), index)] if wanted and position == cell else []
            done = compose.cut(
                document.part(position), removed.get(position, ()), edits, here, taken=document is self.document
            )
            texts[position] = done.text
            if document is self.document:
                self.texts.update((home[position, at], text) for at, text in done.moved.items())
        if not document.is_notebook and texts.get(None, "") is None:
            texts[None] = ""
        data = document.rewritten(texts)
        self.check(document, Document(path, data), names, set(wanted))
        self.files[path] = data
        self.gone[path] = {position for position, text in texts.items() if position is not None and text is None}
        if document is not self.document:
            self.twins += [
                Twin(name, path, document.place(node).cell, differs=code_of(node) != code_of(self.items[name].node))
                for name in sorted(names)
                for node in self.places(name, document)
                if isinstance(node, Definition)
            ]

    def places(self, name: str, document: Document) -> Sequence[ast.stmt]:
        """Where a file defines a name."""
        if isinstance(self.items[name].node, Definition):
            return document.definitions[name]
        return [document.bindings[name][0].statement]

    def twins_in(self, document: Document) -> set[str]:
        """The definitions of another file that are the same, with the same around them."""
        found: dict[str, Needs] = {}
        for name, item in self.items.items():
            if not isinstance(item.node, Definition) or name not in document.definitions:
                continue
            place = document.definitions[name][0]
            try:
                theirs = definition_of(name, document)
                self.step.check_use(name, document)
                if self.parameters[name]:
                    self.step.check_unparsed(name, document)
                if code_of(theirs) != code_of(item.node):
                    if not (self.step.wish.keep and is_drifted(item.node, theirs)):
                        continue
                    if not _takes_the_same(theirs, item.node):
                        raise Refused(name, "its parameters differ", "")
                    needs = item.needs
                else:
                    needs = needs_of(theirs, name, document)
                    if set(needs.imports) != set(item.needs.imports) or any(
                        _files_of(needed, document.path, self.workspace)
                        != _files_of(needed, self.document.path, self.workspace)
                        for needed in needs.imports
                    ):
                        raise Refused(name, "its imports differ", "")
                    if (needs.state, needs.helpers, needs.constants) != (
                        item.needs.state,
                        item.needs.helpers,
                        item.needs.constants,
                    ):
                        raise Refused(name, "other names are around it there", "")
                    for constant in needs.constants:
                        if code_of(_value_of(constant, document)) != code_of(_value_of(constant, self.document)):
                            raise Refused(name, f"its `{constant}` is another", "")
                found[name] = needs
            except Refused as why:
                self.twins.append(Twin(name, document.path, document.place(place).cell, why.reason))
        while True:
            lost = [name for name, needs in found.items() if any(h not in found and h != name for h in needs.helpers)]
            if not lost:
                break
            for name in lost:
                place = document.definitions[name][0]
                helper = next(h for h in found[name].helpers if h not in found and h != name)
                self.twins.append(Twin(name, document.path, document.place(place).cell, f"its `{helper}` is another"))
                del found[name]
        constants = {c for name in found for c in found[name].constants if is_constant(c, document)}
        return {*found, *constants}

    def check_script(self, document: Document, names: set[str]) -> None:
        """Whether a script can import the definitions instead.

        Raises:
            Refused: it would lack a parameter, or import itself in a circle.
        """
        for name in sorted(names):
            if self.parameters[name]:
                raise Refused(name, f"it reads the global `{self.parameters[name][0]}` there", "")
        project = self.workspace.project
        files = {
            file
            for item in self.items.values()
            for needed in item.needs.imports
            for file in _files_of(needed, self.document.path, self.workspace)
        }
        for start in (self.goal.path, *sorted(files)):
            if start in project.files and target.reaches(start, document.path, project):
                raise Refused("", f"`{self.goal.path}` would import it in a circle", "")

    def to_import(self, names: set[str], document: Document) -> set[str]:
        """Of the names that go, those that the file still needs."""
        gone = {id(node) for name in names for node in self.places(name, document)}
        used = {use.id for use, above in uses_of(names, document) if not (above and id(above[0]) in gone)}
        bound_by_others = set()
        if self.workspace.project.importers.get(document.path) or not document.is_notebook:
            bound_by_others = names  # somebody may take them from here
        return (names & set(self.roots)) | used | bound_by_others | in_strings(names, document, gone)

    def import_place(self, document: Document, names: set[str], way: Way) -> tuple[int | None, int]:
        """The cell that gets the import, and the statement in it that must stand above (-1: among the imports).

        Below all that the definitions import, so that nothing is imported sooner than before: an installation or a
        setting may stand above it.

        Raises:
            Refused: the path of imports is edited only below the first use.
        """
        nodes = [node for name in names for node in self.places(name, document)]
        first = min(nodes, key=lambda node: node.lineno)
        uses = [u.lineno for u, above in uses_of(names, document) if not (above and isinstance(above[0], Definition))]
        end = min(uses, default=10**9)
        if way.after_path_edit:
            edits = [statement for statement in document.module.body if _edits_path(statement)]
            if edits and edits[-1].lineno > end:
                reason, remedy = (
                    "the import path is edited only below its first use",
                    "edit `sys.path` in the first cell",
                )
                raise Refused(min(names), reason, remedy, document.path, document.place(edits[-1]))
        else:
            edits = []
        wanted = {needed.local for name in names for needed in self.items[name].needs.imports}
        tops = {id(statement) for statement in document.module.body}
        needed = [
            binding.statement
            for local in wanted
            for binding in document.bindings.get(local, ())
            if binding.how == "import" and id(binding.statement) in tops and binding.statement.lineno < end
        ]
        last = max([*edits, *needed], key=lambda statement: statement.lineno, default=None)
        if last is None:
            imports = (s for s in document.module.body if isinstance(s, ast.Import | ast.ImportFrom) and s.lineno < end)
            last = next(imports, None)
            if last is None or last.lineno > first.lineno:
                return document.cell_of(first), -1
            return self.readable(last, first, document), -1
        cell = self.readable(last, first, document)
        if cell != document.cell_of(last):
            return cell, -1
        return cell, document.index_of(last)

    def readable(self, wanted: ast.stmt, other: ast.stmt, document: Document) -> int | None:
        """The cell of a statement; that of another one where libcst cannot read it."""
        try:
            document.part(document.cell_of(wanted))
        except CannotFix:
            return document.cell_of(other)
        return document.cell_of(wanted)

    def check(self, before: Document, after: Document, names: set[str], wanted: set[str]) -> None:
        """Whether a file still parses, and has every name that it had.

        Raises:
            Refused: it does not.
        """
        if len(after.source.unparsed) > len(before.source.unparsed):
            raise Refused(min(names), "what would be left does not parse", "change that place first", before.path)
        missing = undefined(after) - undefined(before)
        if missing:
            name = min(missing)
            raise Refused(min(names), f"`{name}` would not be defined any more", "move it too", before.path)
        lost = wanted - after.bindings.keys()
        if lost:
            raise Refused(min(lost), "the import cannot be written here", "add a cell of imports", before.path)


def _refuse_unparsed(name: str, cell: int, document: Document) -> None:
    reason = f"`{name}` is named in cell {cell}, which does not parse"
    raise Refused(name, reason, "mend or delete that cell", document.path, Span(1, 1, 1, 2, cell))


def default_names(document: Document) -> list[str]:
    """The definitions with logic of their own: not those that draw, print or answer a widget, nor one-liners."""
    from rescode_lint.project.summary import summarise

    summary = summarise(document.module)
    names = (
        d.name
        for d in summary.definitions
        if d.kind != "method"
        and d.name in document.definitions
        and (d.statements >= 3 or d.branches)
        and not is_display(d, summary)
        and not is_callback(d)
    )
    return list(dict.fromkeys(names))


def undefined(document: Document) -> set[str]:
    """The names that the top level or a function of it reads and nothing binds."""
    return set(document.module.scope.uses) - document.bindings.keys() - BUILTINS


def is_drifted(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two definitions of one name are copies of which one was changed."""
    if code_of(one) == code_of(other):
        return False
    left, right = ast.unparse(one).split("\n"), ast.unparse(other).split("\n")
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= _ALIKE


def difference(one: ast.stmt, other: ast.stmt, path: str, other_path: str) -> str:
    """Where two definitions differ, as a diff without context."""
    left, right = ast.unparse(one).split("\n"), ast.unparse(other).split("\n")
    lines = list(unified_diff(left, right, path, other_path, lineterm="", n=0))
    return "\n".join(f"    {line}" for line in lines if not line.startswith("@@"))


def _takes_the_same(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether every call of one definition fits the other."""
    match one, other:
        case ast.ClassDef(), ast.ClassDef():
            return _outside_of(one) == _outside_of(other)
        case ast.FunctionDef(args=left), ast.FunctionDef(args=right):
            return ast.dump(left) == ast.dump(right)
    return False


def _outside_of(node: ast.ClassDef) -> tuple[list[str], list[str], dict[str, str]]:
    """What one sees of a class who uses it: what it is made from, its fields in their order, how its methods are called."""
    made = [ast.dump(part) for part in (*node.bases, *node.keywords, *node.decorator_list)]
    fields = [ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)]
    methods = {part.name: ast.dump(part.args) for part in node.body if isinstance(part, ast.FunctionDef)}
    return made, fields, methods


def _edits_path(statement: ast.stmt) -> bool:
    return any(isinstance(n, ast.Attribute) and ast.unparse(n) == "sys.path" for n in ast.walk(statement))


def _value_of(name: str, document: Document) -> ast.stmt:
    bindings = document.bindings.get(name)
    if not bindings:
        raise Refused(name, f"its `{name}` is another", "")
    return bindings[0].statement


def _files_of(needed: Imported, importer: str, workspace: Workspace) -> tuple[str, ...]:
    from rescode_lint.model import Import as Row

    row = Row(needed.module, needed.name, 0, 0, None)
    return workspace.project.imported_files(importer, row)


def _about(name: str, why: Refused) -> Refused:
    """The same refusal for the definition that was asked for."""
    reason = why.reason
    if f"`{name}`" not in reason:
        reason = f"`{name}`: {reason}" if why.name in ("", name) else f"`{name}` needs `{why.name}`: {reason}"
    return Refused(name, reason, why.remedy, why.path, why.span)


def _quoted(path: str) -> str:
    return f"'{path}'" if " " in path else path
