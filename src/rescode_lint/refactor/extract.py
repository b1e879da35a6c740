"""The move of definitions out of notebooks into a module: a plan, made in memory, whole or not at all.

What a definition needs goes along (imports, helpers, constants); the global state that it reads becomes parameters;
every twin in the project is replaced by an import. Where that cannot be shown to be right, it is refused, with a reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from rescode_lint.model import Span
from rescode_lint.project import is_module
from rescode_lint.refactor import target
from rescode_lint.refactor.document import Definition, Document
from rescode_lint.refactor.drift import are_twins, difference, is_drifted
from rescode_lint.refactor.move import Move
from rescode_lint.refactor.names import bound_inside
from rescode_lint.refactor.needs import (
    Refused,
    definition_of,
    is_constant,
    needs_of,
    used_by_magic,
)
from rescode_lint.refactor.plan import Item, Plan, Unfit, Wish
from rescode_lint.refactor.state import check_late_reads
from rescode_lint.refactor.target import Target
from rescode_lint.refactor.workspace import Workspace
from rescode_lint.rules.notebooks.notebook_only_definition import is_callback, is_display


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
        step = Step(workspace, wish).made()
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


class Step:
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
        """The plan for all that can be moved; what cannot is in `Plan.refused`."""
        refused: list[Refused] = []
        roots = list(self.wish.select) or default_names(self.document)
        closures: dict[str, dict[str, Item]] = {}
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

    def closure(self, name: str) -> dict[str, Item]:
        """A definition with all of the file that it needs.

        Raises:
            Refused: something of it cannot be moved.
        """
        found: dict[str, Item] = {}
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
            found[wanted] = Item(wanted, node, needs)
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

    def parameters(self, items: dict[str, Item]) -> dict[str, tuple[str, ...]]:
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
            if unseen := {"eval", "exec", "globals"} & self.document.module.scope.uses.keys():
                reason = f"`{name}` reads the global `{min(wanted[name])}`, and `{min(unseen)}` may call it unseen"
                raise Refused(name, reason, f"call it without `{min(unseen)}`", self.document.path, place)
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

    def planned(self, items: dict[str, Item], roots: tuple[str, ...]) -> Plan:
        """The plan for definitions that go together, in the first module that can take them.

        Raises:
            Refused: one of them cannot be moved, or no module can take them.
        """
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
                return Move(self, items, roots, parameters, goal).plan()
            except Unfit as why:
                failure = why.refusal
        assert failure is not None
        raise failure

    def goals(self, items: dict[str, Item]) -> Iterator[Target]:
        """The modules to try, the best first."""
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

    def has_twin(self, path: str, item: Item) -> bool:
        """Whether a module has the same definition."""
        names = self.workspace.project.files[path].definitions
        if not any(d.name == item.name and d.kind != "method" for d in names):
            return False
        document = self.workspace.document(path)
        return document is not None and any(
            are_twins(item.node, self.document, node, document) for node in document.definitions.get(item.name, ())
        )

    def check_drift(self, items: dict[str, Item]) -> None:
        """Whether no copy of a definition has changed since it was copied, unless it is said which one stays.

        Raises:
            Refused: one has; the reason shows how they differ.
        """
        if self.wish.keep or self.wish.leave:
            return
        for name, item in items.items():
            if not isinstance(item.node, Definition):
                continue
            for path, node, document in self.named(name):
                if is_drifted(item.node, self.document, node, document):
                    place = document.place(node)
                    where = f"{path}:cell {place.cell}" if place.cell else path
                    shown = difference(item.node, node, self.document.path, path)
                    raise Refused(
                        name,
                        f"`{name}` is different in {where}:\n{shown}",
                        f"say which one all shall use, `--keep {_quoted(self.document.path)}` or `--keep {_quoted(path)}`,"
                        " or that both are meant, `--leave-others`",
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


def _about(name: str, why: Refused) -> Refused:
    """The same refusal for the definition that was asked for."""
    reason = why.reason
    if f"`{name}`" not in reason:
        reason = f"`{name}`: {reason}" if why.name in ("", name) else f"`{name}` needs `{why.name}`: {reason}"
    return Refused(name, reason, why.remedy, why.path, why.span)


def _quoted(path: str) -> str:
    return f"'{path}'" if " " in path else path
