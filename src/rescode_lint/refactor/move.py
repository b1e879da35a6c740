"""Definitions on their way into one module: what stands there then, and what becomes of every file that has them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from rescode_lint.fix.part import CannotFix
from rescode_lint.read import Unreadable
from rescode_lint.read.python import decode
from rescode_lint.read.rewrite import CannotRewrite, rewrite
from rescode_lint.refactor import compose, target
from rescode_lint.refactor.compose import Edits, Import
from rescode_lint.refactor.document import BUILTINS, Definition, Document, Imported
from rescode_lint.refactor.drift import are_renamed, are_twins, is_drifted, takes_the_same
from rescode_lint.refactor.names import free_names
from rescode_lint.refactor.needs import (
    Needs,
    Refused,
    code_of,
    definition_of,
    in_strings,
    is_constant,
    needs_of,
)
from rescode_lint.refactor.plan import Item, Moved, Plan, Twin, Unfit
from rescode_lint.refactor.state import pass_state, uses_of
from rescode_lint.refactor.target import NoTarget, Target, Way
from rescode_lint.refactor.workspace import Workspace

if TYPE_CHECKING:
    from rescode_lint.refactor.extract import Step


class Move:
    """Definitions, and the module that they go to."""

    def __init__(
        self,
        step: Step,
        items: dict[str, Item],
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
        """The plan; the workspace then holds the files as they would be.

        Raises:
            Refused: the definitions cannot leave their file.
            Unfit: this module cannot take them.
        """
        merged = self.merged()
        imports, typing = self.imports(merged)
        for path in self.paths():
            try:
                self.rewrite(path)
            except (Refused, CannotFix, CannotRewrite, NoTarget) as why:
                if path == self.document.path:
                    refusal = self.refusal(why)
                    raise (Unfit(refusal) if isinstance(why, NoTarget) else refusal) from None
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
            twins=tuple(twin._replace(module=self.goal.path) for twin in self.twins),
            modules=((self.goal.path, self.goal.why),),
            to_install=tuple(self.to_install),
        )

    def refusal(self, why: Exception) -> Refused:
        """Whatever went wrong, as a refusal."""
        if isinstance(why, Refused):
            return why
        message, remedy = getattr(why, "message", str(why)), getattr(why, "remedy", "change that place first")
        if isinstance(why, CannotFix):
            message = f"the file cannot be changed: {message}"
        return Refused("", message, remedy, self.document.path)

    def unfit(self, name: str, reason: str, remedy: str = "choose another module with --to") -> Unfit:
        """Why the module cannot take a definition."""
        place = self.document.place(self.items[name].node) if name in self.items else None
        return Unfit(Refused(name, reason, remedy, self.document.path, place))

    # --- the module ---------------------------------------------------------------------------------------------------

    def merged(self) -> set[str]:
        """What the module has already.

        Raises:
            Unfit: it cannot be read, or has something else of that name.
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
            if len(bindings) > 1 or not are_twins(item.node, self.document, theirs, there):
                if kept and len(bindings) == 1 and takes_the_same(theirs, item.node):
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
            Unfit: a name has another meaning there, or a circle would come.
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
            Unfit: one does.
        """
        stars = [there.names_of(module) for _, module in there.module.stars]
        for name in new:
            free = free_names(self.items[name].node).all - self.document.bindings.keys()
            for other in sorted(free & BUILTINS):
                if other in there.bindings or any(names is None or other in names for names in stars):
                    raise self.unfit(name, f"`{other}` may be something else in `{self.goal.path}`")
        for local in sorted({*new, *(needed.local for needed in imports)}):
            if local in there.module.scope.uses and (
                local in BUILTINS or any(names is None or local in names for names in stars)
            ):
                raise self.unfit(next(iter(self.items)), f"`{self.goal.path}` uses another `{local}`")
        for summary in self.workspace.project.files.values():
            for item in summary.imports:
                if item.name == "*" and self.goal.path in self.workspace.project.imported_files(summary.path, item):
                    hidden = {*new} & set(summary.bindings.split()) - set(self.items)
                    if hidden:
                        raise self.unfit(min(hidden), f"`{summary.path}` imports all of `{self.goal.path}`")

    def check_reach(self, name: str, needed: Imported, files: Sequence[str]) -> None:
        """Whether what the source imports from beside it can also be imported where the module is used.

        Raises:
            Unfit: only who stands there, or edits the import path so, can import it.
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
            Unfit: what comes out is not right.
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
                if any(isinstance(self.items[name].node, ast.ClassDef) for name in new):
                    typing = set()  # classes may read annotations when the program runs: they stay what they are
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
            Unfit: it does.
        """
        future = Imported("__future__", "annotations")
        there = self.workspace.document(self.goal.path)
        here, everywhere = (
            future in self.document.imports("annotations"),
            bool(there and future in there.imports("annotations")),
        )
        if everywhere and not here:
            for name in names:
                if isinstance(self.items[name].node, ast.ClassDef):
                    raise self.unfit(name, f"`{self.goal.path}` turns annotations into text, which `{name}` may read")
        if not here or everywhere:
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
        """Note that a file keeps its copies, and why."""
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
                Twin(
                    name,
                    path,
                    document.place(node).cell,
                    differs=not are_twins(self.items[name].node, self.document, node, document),
                )
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
                if not are_twins(item.node, self.document, theirs, document):
                    if are_renamed(item.node, self.document, theirs, document):
                        raise Refused(name, "its parameters have other names", "")
                    if not (self.step.wish.keep and is_drifted(item.node, self.document, theirs, document)):
                        continue
                    if not takes_the_same(theirs, item.node):
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
        needed += self.shown_by(document, way, end)
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

    def shown_by(self, document: Document, way: Way, end: int) -> list[ast.stmt]:
        """The statement that imports the module already, or else the first that imports another from the same place.

        What stands above it (`sys.path`, `os.chdir`, a setting of the environment) may be what makes it work.
        """
        found: list[ast.stmt] = []
        for statement in document.module.body:
            if statement.lineno >= end or not isinstance(statement, ast.Import | ast.ImportFrom):
                continue
            level = getattr(statement, "level", 0)
            module = getattr(statement, "module", "") or ""
            rows = [Imported("." * level + module, alias.name) for alias in statement.names]
            if isinstance(statement, ast.Import):
                rows = [Imported(alias.name) for alias in statement.names]
            for row in rows:
                for file in _files_of(row, document.path, self.workspace):
                    if file == self.goal.path:
                        return [statement]
                    if not found and target.base_of(file, row.module) == way.base:
                        found.append(statement)
        return found

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


def undefined(document: Document) -> set[str]:
    """The names that the top level or a function of it reads and nothing binds."""
    return set(document.module.scope.uses) - document.bindings.keys() - BUILTINS


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
