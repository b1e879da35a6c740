"""One file and the findings in it: new bytes. Pure; what it makes is verified before it leaves.

A fix is taken only if the file still parses, its finding is gone, no other finding came, and no comment was lost. Where
several fixes of a file do not go together, they are tried one by one.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import libcst as cst

from rescode_lint.check.analyse import Judges, analyse_source
from rescode_lint.fix.part import (
    CannotFix,
    Pair,
    Part,
    Replacement,
    bound_by,
    comments,
    imported_above,
    local_name,
    names_in,
    target_of,
)
from rescode_lint.fix.unparsed import fixed_text
from rescode_lint.model import Finding, Problem, Span
from rescode_lint.project import Project
from rescode_lint.read import Source, Unreadable, read
from rescode_lint.read.notebook import code_cells, load, text_of
from rescode_lint.read.python import decode
from rescode_lint.read.rewrite import CannotRewrite, rewrite
from rescode_lint.rule import Needed, Repair, Rule, Shared
from rescode_lint.semantics import Module, walk


class Refusal(NamedTuple):
    """A fix that was not made, and why: the end of a sentence."""

    finding: Finding
    reason: str


class Outcome(NamedTuple):
    """What became of one file."""

    data: bytes
    done: tuple[Finding, ...] = ()
    refused: tuple[Refusal, ...] = ()
    #: Constants that other files of the project must have before this one is written.
    shared: tuple[Shared, ...] = ()
    #: Rules that crashed.
    problems: tuple[Problem, ...] = ()


class _Plan(NamedTuple):
    """A fix that is ready to be made."""

    finding: Finding
    node: cst.CSTNode
    repair: Repair


def fix_file(
    path: str,
    data: bytes,
    findings: Iterable[Finding],
    rules: Mapping[str, Rule],
    project: Project,
    judges: Judges,
    chosen: Collection[str],
) -> Outcome:
    """Make the fixes of these findings, each in its place; where two overlap, the first of them.

    Args:
        path: relative to the root.
        data: the bytes that the findings are about.
        findings: of this file, each with a `fix`, one for each place.
        rules: by code, with their options.
        project: all files, for rules that ask.
        judges: to look at what came out.
        chosen: codes of the rules that are on: the others may say what they like of the result.
    """
    try:
        return File(path, data, rules, project, judges, chosen).fixed(findings)
    except Unreadable as why:
        return Outcome(data, refused=tuple(Refusal(finding, str(why)) for finding in findings))


class File:
    """One file that is to be fixed.

    Raises:
        Unreadable: what the bytes are, if no Python and no notebook.
    """

    def __init__(
        self,
        path: str,
        data: bytes,
        rules: Mapping[str, Rule],
        project: Project,
        judges: Judges,
        chosen: Collection[str],
    ) -> None:
        self.path = path
        self.data = data
        self.rules = rules
        self.project = project
        self.judges = judges
        self.chosen = chosen
        self.source: Source = read(path, data)
        self.module: Module = walk(self.source, judges.by_type)
        self.said = _said(f for f in analyse_source(self.source, judges).findings if f.code in chosen)
        self.texts = _texts(path, data)
        self.parts: dict[int | None, Part] = {}
        self.problems: list[Problem] = []

    def fixed(self, findings: Iterable[Finding]) -> Outcome:
        """All fixes at once, or part by part where together they do not pass."""
        if self.source.unparsed and not self.source.cells:
            made = fixed_text(self.source, self.data, findings, self.rules, self.project, self.judges, self.chosen)
            return Outcome(made.data, made.done, tuple(Refusal(*pair) for pair in made.refused))
        plans, refused = self.plan(sorted(findings, key=_place))
        data = self.data
        done: list[_Plan] = []
        todo = [plans] if plans else []
        while todo:  # halved where something in it does not pass, so that one bad fix does not cost one try for each
            part = todo.pop()
            try:
                data = self.made([*done, *part])
                done += part
            except CannotFix as why:
                if len(part) == 1:
                    refused.append(Refusal(part[0].finding, str(why)))
                else:
                    middle = len(part) // 2
                    todo += [part[middle:], part[:middle]]
        return Outcome(
            data,
            tuple(plan.finding for plan in done),
            tuple(refused),
            tuple(dict.fromkeys(shared for plan in done for shared in plan.repair.shared)),
            tuple(self.problems),
        )

    # --- what each rule wants -----------------------------------------------------------------------------------------

    def plan(self, findings: Sequence[Finding]) -> tuple[list[_Plan], list[Refusal]]:
        """The fixes to make: asked of the rules, without those that overlap an earlier one (they wait for the next pass)."""
        plans: list[_Plan] = []
        refused: list[Refusal] = []
        taken: dict[int | None, list[Span]] = {}
        for finding in findings:
            spans = taken.setdefault(finding.span.cell, [])
            if any(_overlap(finding.span, other) for other in spans):
                continue
            try:
                found = self.asked(finding)
            except CannotFix as why:
                refused.append(Refusal(finding, str(why)))
                continue
            except Exception as error:  # whatever somebody's rule raises: it is named, and the file stays as it was
                what = f"{type(error).__name__}: {error}"
                refused.append(Refusal(finding, f"its rule crashed ({what})"))
                self.problems.append(
                    Problem(
                        self.path,
                        f"the fix of {finding.code} {finding.name} crashed: {what}",
                        f"report it, and go on with `--ignore {finding.code}`",
                        "RSC002",
                        finding.span.cell,
                        finding.span.line,
                    )
                )
                continue
            if found is None:
                refused.append(Refusal(finding, "nothing that is surely right can be put there"))
                continue
            plans.append(found)
            spans.append(finding.span)
        return plans, refused

    def asked(self, finding: Finding) -> _Plan | None:
        """What the rule puts there.

        Raises:
            CannotFix: the place is no node, or a name that the fix needs means something else here.
        """
        rule = self.rules[finding.code]
        nodes = self.part(finding.span.cell).nodes(finding.span)
        if not nodes:
            raise CannotFix("the place cannot be matched with libcst's tree")
        for node in nodes:
            self.module.here = self.module.scope
            answer = rule.fix(node, finding, self.module, self.project)
            if answer is not None:
                repair = answer if isinstance(answer, Repair) else Repair(answer)
                _check_kind(node, repair.node)
                used = names_in(repair.node)
                for name, wanted in self.wanted(repair):
                    self.check_free(name, wanted, self.virtual(finding.span) if name in used else None)
                return _Plan(finding, node, repair)
        return None

    def wanted(self, repair: Repair) -> Iterable[tuple[str, str]]:
        """(name, what it must mean) of all that a repair needs."""
        for needed in repair.imports:
            yield local_name(needed), target_of(needed)
        yield from repair.constants

    def check_free(self, name: str, meaning: str, line: int | None) -> None:
        """Whether a name is unbound, or bound to just that, at the top level and as seen from a (virtual) line.

        Raises:
            CannotFix: it is not.
        """
        scope = self.module.scope
        if name in scope.bindings and scope.imports.get(name) != meaning and not self.says(meaning):
            raise CannotFix(f"the name `{name}` has another meaning in this file")
        if line is None:
            return
        for inner in self.module.scopes[1:]:
            first = getattr(inner.node, "lineno", 0)
            if name in inner.bindings and first <= line <= (getattr(inner.node, "end_lineno", None) or first):
                above = getattr(inner.bindings[name], "lineno", line) < line
                if inner.imports.get(name) != meaning or not above:
                    raise CannotFix(f"the name `{name}` has another meaning there")

    def says(self, statement: str) -> bool:
        """Whether the file has this very line: a constant of an earlier pass."""
        return statement in self.source.lines

    # --- putting it together ------------------------------------------------------------------------------------------

    def made(self, plans: Sequence[_Plan]) -> bytes:
        """The file with these fixes.

        Raises:
            CannotFix: what comes out does not pass.
        """
        new: dict[int | None, dict[cst.CSTNode, Replacement]] = {}
        for plan in plans:
            new.setdefault(plan.finding.span.cell, {})[plan.node] = plan.repair.node
        first = min(plans, key=lambda plan: _place(plan.finding)).finding.span
        home, at, imports, constants = self.settled(plans, first)
        texts: dict[int | None, str | None] = {}
        for cell in dict.fromkeys([*new, home, *(move.cell for plan in plans for move in plan.repair.moved)]):
            here = cell == home
            mine = [plan for plan in plans if plan.finding.span.cell == cell]
            gone = sum((comments(move.statement) for plan in mine for move in plan.repair.moved), Counter[str]())
            text = self.part(cell).with_fixes(
                new.get(cell, {}),
                imports if here else (),
                constants if here else (),
                at,
                moved=[move.statement for plan in plans for move in plan.repair.moved if move.cell == cell],
                gone=gone,
                magics={plan.finding.span.line: plan.repair.magic for plan in mine if plan.repair.magic is not None},
            )
            texts[cell] = text if text.strip() or self.keeps(cell) else None
        try:
            data = rewrite(self.path, self.data, texts)
        except CannotRewrite as why:
            raise CannotFix(str(why)) from None
        self.verify(data, plans)
        return data

    def keeps(self, cell: int | None) -> bool:
        """Whether a cell stays that a fix has left empty: it has an output, or a tag."""
        if cell is None:
            return True
        raw = load(self.data)["cells"][cell - 1]
        tags = next((found.tags for found in self.source.cells if found.position == cell), ())
        return bool(tags or raw.get("outputs") or not text_of(raw).strip())

    def above(self, cell: int | None, index: int) -> list[ast.stmt]:
        """The statements above the one with this index in a cell, or in the script."""
        part = self.part(cell)
        found = []
        for statement in self.source.body:
            here = self.source.cell_at(statement.lineno)
            position = here.position if here else None
            if (position or 0) > (cell or 0):
                break
            if position != cell or part.statement_at(statement.lineno - (here.first - 1 if here else 0)) < index:
                found.append(statement)
        return found

    def missing(self, plans: Sequence[_Plan], line: int, above: Sequence[ast.stmt]) -> tuple[list[Needed], list[Pair]]:
        """The imports and constants that are not there yet.

        Args:
            plans: who needs them.
            line: the (virtual) line of the first fix.
            above: what stands above the place of the constants.

        Raises:
            CannotFix: two constants have one name, or one needs what is defined only further down.
        """
        constants: dict[str, str] = {}
        for name, statement in (pair for plan in plans for pair in plan.repair.constants):
            if constants.setdefault(name, statement) != statement:
                raise CannotFix(f"two fixes need a `{name}` of their own")
        constants = {name: statement for name, statement in constants.items() if not self.says(statement)}
        if any(statement.startswith("from ") for statement in constants.values()):
            edits = [statement for statement in self.source.body if "sys.path" in ast.unparse(statement)]
            if any(statement not in above for statement in edits):
                raise CannotFix("what it needs can be imported only below the edit of `sys.path`")
        used = {name for statement in constants.values() for name in _free_names(statement)}
        at_fix, at_constant = dict(imported_above(self.source.body, line)), dict(imported_above(above))
        imports: dict[Needed, None] = {}
        for needed in (needed for plan in plans for needed in plan.repair.imports):
            local = local_name(needed)
            bound = at_constant if local in used else at_fix
            if bound.get(local) != target_of(needed):
                imports[needed] = None
        known = {
            *bound_by(above),
            *constants,
            *dir(builtins),
            "__file__",
            *map(local_name, imports),
        }
        for name in sorted(used - known):
            raise CannotFix(f"`{name}` is defined only below the imports, or under a condition")
        return list(imports), list(constants.items())

    def settled(self, plans: Sequence[_Plan], first: Span) -> tuple[int | None, int, list[Needed], list[Pair]]:
        """Where imports and constants go, and which: as high as all that they need allows.

        Raises:
            CannotFix: nowhere.
        """
        failure: CannotFix | None = None
        needed = any(plan.repair.imports or plan.repair.constants for plan in plans)
        for home in self.homes(first.cell) if needed else [first.cell]:
            part, before = self.part(home), None
            if home == first.cell:
                part.nodes(first)
                before = part.statement_at(first.line)
            for head in (True, False):
                at = part.below_imports(before, head=head)
                try:
                    return home, at, *self.missing(plans, self.virtual(first), self.above(home, at))
                except CannotFix as why:  # what a constant needs may be imported further down
                    failure = why
        assert failure is not None
        raise failure

    def homes(self, cell: int | None) -> list[int | None]:
        """The cells where imports may go: the first and the last that have some above a cell, and that cell itself."""
        found: list[int | None] = []
        for position in self.texts if cell is not None else ():
            assert position is not None and cell is not None
            if position >= cell:
                break
            try:
                if self.part(position).has_imports():
                    found.append(position)
            except CannotFix:
                continue
        return [*dict.fromkeys([*found[:1], *found[-1:]]), cell]

    def part(self, cell: int | None) -> Part:
        """A cell, or the script, parsed once."""
        if cell not in self.parts:
            self.parts[cell] = Part(self.source, cell, self.texts[cell])
        return self.parts[cell]

    def virtual(self, span: Span) -> int:
        """The virtual line of a place."""
        cell = next((cell for cell in self.source.cells if cell.position == span.cell), None)
        return span.line + cell.first - 1 if cell else span.line

    def verify(self, data: bytes, plans: Sequence[_Plan]) -> None:
        """Look at what came out as at any file.

        Raises:
            CannotFix: it does not parse, a finding stays, or another one came.
        """
        source = read(self.path, data)
        if len(source.unparsed) > len(self.source.unparsed):
            raise CannotFix("what comes out does not parse")
        found = [f for f in analyse_source(source, self.judges).findings if f.code in self.chosen]
        after = _said(found)
        gone = _said(plan.finding for plan in plans)
        for key in gone:
            if self.said[key] and after[key] > self.said[key] - gone[key]:
                raise CannotFix(f"{key[0]} would still be there")
        # A seed brings out what it alone does not settle: what can be fixed in its turn, elsewhere, may come.
        new = after - self.said
        old_lines = set(self.source.lines)
        for finding in found:
            if not new[finding.code, finding.message]:
                continue
            cell = next((cell for cell in source.cells if cell.position == finding.span.cell), None)
            line = source.lines[finding.span.line + (cell.first - 1 if cell else 0) - 1]
            if finding.fix is None or line not in old_lines:
                same = [key for key in (*self.said, *gone) if key[0] == finding.code]
                left = sum(self.said[key] - gone[key] for key in dict.fromkeys(same))
                if sum(count for key, count in after.items() if key[0] == finding.code) > left:
                    raise CannotFix(f"{finding.code} would be found in what comes out")


def _free_names(statement: str) -> set[str]:
    names = [node for node in ast.walk(ast.parse(statement)) if isinstance(node, ast.Name)]
    return {name.id for name in names} - {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _said(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """How often each rule says what. Rules that look across files are not heard where a file is looked at alone."""
    return Counter((finding.code, finding.message) for finding in findings)


def _texts(path: str, data: bytes) -> dict[int | None, str]:
    """The text of a script, or of each code cell by position."""
    if not path.endswith(".ipynb"):
        return {None: decode(data)}
    return {position: text_of(cell) for position, cell in code_cells(load(data))}


def _place(finding: Finding) -> tuple[int, ...]:
    """The order of places: from the top, the outer before the inner."""
    line, column, end_line, end_column, cell = finding.span
    return cell or 0, line, column, -end_line, -end_column


def _check_kind(old: cst.CSTNode, new: object) -> None:
    """Whether a node can stand where another stood: an expression for an expression.

    Raises:
        TypeError: it cannot.
    """
    if isinstance(old, cst.BaseExpression):
        if not isinstance(new, cst.BaseExpression):
            raise TypeError(f"`fix` returned {type(new).__name__} for an expression")
    elif not isinstance(new, cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel):
        raise TypeError(f"`fix` returned {type(new).__name__} for a statement")


def _overlap(one: Span, other: Span) -> bool:
    return one[:2] < other[2:4] and other[:2] < one[2:4]
