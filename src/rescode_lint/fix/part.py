"""A script, or one cell of a notebook, as libcst sees it: pairs places with nodes, and puts other nodes there.

IPython's syntax is masked before parsing, as it is for `ast`; lines that do not change get their own text back, so that
magics stay as they are.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import cast

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import MetadataWrapper, PositionProvider

from rescode_lint.model import Span
from rescode_lint.read import Source
from rescode_lint.read.source import LINE_END
from rescode_lint.rule import Needed

#: So many lines above a statement are a comment on it; what the head of a file says.
_COMMENT = 3
_HEAD = re.compile(
    r"(?i)\A#!|coding[:=]|copyright|licen[sc]e|\bauthors?\b|\bcreated\b|\A#\s*(?:%%|In\s?\[)|mypy:|ruff:|noqa|type:|pylint|jupyter|rescode|///"
)
#: (name, statement), as in `Repair.constants`.
Pair = tuple[str, str]
#: What a fix puts in the place of a node.
Replacement = cst.CSTNode | cst.RemovalSentinel | cst.FlattenSentinel[cst.CSTNode]
_OFFERED = (cst.BaseExpression, cst.BaseSmallStatement, cst.BaseStatement)


class CannotFix(Exception):
    """Why a fix is not made: the end of a sentence that begins with the place."""


class Part:
    """One parsed text, with the fixes put into it so far.

    Raises:
        CannotFix: libcst does not read it, or not without loss.
    """

    def __init__(self, source: Source, cell: int | None, text: str) -> None:
        found = next((c for c in source.cells if c.position == cell), None)
        first = found.first if found else 1
        self.cell = cell
        self.text = text
        lines = split_keeping_ends(text)
        masked = source.masked[first - 1 : first - 1 + len(lines)]
        self.shifts = {
            line - first + 1: width for line, width in source.shifts.items() if first <= line < first + len(lines)
        }
        self.masked = text
        if source.masked is not source.lines:
            ends = [line[len(line.rstrip("\r\n")) :] for line in lines]
            self.masked = "".join(line + end for line, end in zip(masked, ends, strict=True))
        try:
            self.module = cst.parse_module(self.masked)
        except cst.ParserSyntaxError as error:
            raise CannotFix(f"libcst does not parse it (line {error.raw_line})") from None
        except RecursionError:
            raise CannotFix("it is nested too deeply for libcst") from None
        if self.module.code != self.masked:
            raise CannotFix("libcst does not give its text back as it is")
        self._nodes: dict[tuple[int, int, int, int], list[cst.CSTNode]] | None = None
        self._home: dict[int, int] = {}
        self._lines: dict[int, int] = {}
        #: `{x=}` in f-strings, from one place to the other.
        self._self_printing: list[tuple[tuple[int, int], tuple[int, int]]] = []

    def nodes(self, span: Span) -> list[cst.CSTNode]:
        """The expressions and statements that have just this span, the innermost first.

        Raises:
            CannotFix: the program prints its own text there.
        """
        if self._nodes is None:
            positions = MetadataWrapper(self.module, unsafe_skip_copy=True).resolve(PositionProvider)
            self._nodes = {}
            for node, place in positions.items():
                if isinstance(node, cst.FormattedStringExpression) and node.equal is not None:
                    start, end = place.start, place.end
                    self._self_printing.append(((start.line, start.column), (end.line, end.column)))
                if isinstance(node, _OFFERED):
                    start, end = place.start, place.end
                    self._lines[id(node)] = start.line
                    self._nodes.setdefault((start.line, start.column, end.line, end.column), []).append(node)
            line = 1
            for index, statement in enumerate(self.module.body):  # decorators stand above the place of what they adorn
                last = positions[statement].end.line
                self._home.update(dict.fromkeys(range(line, last + 1), index))
                line = last + 1
        column = span.column - 1 - self.shifts.get(span.line, 0)
        end_column = span.end_column - 1 - self.shifts.get(span.end_line, 0)
        if any(start <= (span.line, column) < end for start, end in self._self_printing):
            raise CannotFix("an f-string prints the text of this very place")
        found = self._nodes.get((span.line, column, span.end_line, end_column), [])
        if not found and self.masked != self.text and span.line == span.end_line:
            masked = split_keeping_ends(self.masked)[span.line - 1]
            if masked.strip() == "pass" != split_keeping_ends(self.text)[span.line - 1].strip():
                at = masked.index("pass")
                return self._nodes.get((span.line, at, span.line, at + 4), [])
        return found

    def statement_at(self, line: int) -> int:
        """The index of the top-level statement on a line."""
        return self._home.get(line, len(self.module.body))

    def has_imports(self) -> bool:
        """Whether something is imported at the top level."""
        return any(_is_import(statement) for statement in self.module.body)

    def below_imports(self, before: int | None, *, head: bool) -> int:
        """Where constants can stand: the index below the imports at the head of the text, or below all above `before`."""
        body = self.module.body
        stop = len(body) if before is None else before
        if head:
            first = next((index for index, part in enumerate(body) if not _is_preparation(part)), len(body))
            stop = min(first, stop)
        imports = [index for index in range(stop) if _is_import(body[index])]
        return imports[-1] + 1 if imports else 1 if body and _is_docstring(body[0]) else 0

    def with_fixes(
        self,
        new: Mapping[cst.CSTNode, Replacement],
        imports: Iterable[Needed] = (),
        constants: Sequence[Pair] = (),
        at: int = 0,
        *,
        moved: Sequence[cst.SimpleStatementLine] = (),
        gone: Counter[str] | None = None,
        magics: Mapping[int, str] | None = None,
    ) -> str:
        """The user's text with nodes replaced, imports added at the top, and constants below the imports.

        Args:
            new: what stands there -> what shall.
            imports: as in `Repair`.
            constants: as in `Repair`.
            at: the index of the statement that the constants shall stand above, as `below_imports` gives it.
            moved: what comes here from another cell, below the last import.
            gone: the comments that go to another cell.
            magics: line -> what shall stand there instead of a magic.

        Raises:
            CannotFix: what shall stand there does not fit, or a line with IPython's syntax would have to change.
        """
        try:
            module = self._replaced(new, moved, gone or Counter())
            fixed = module.code if self.masked != self.text else ""
            if imports or constants:
                module = _with_comment_below(module)
            if constants:
                module = _with_constants(module, [statement for _, statement in constants], at)
            whole = _with_imports(module, imports).code
        except (cst.CSTValidationError, cst.ParserSyntaxError, AttributeError, TypeError) as error:
            raise CannotFix(f"what the fix would put there is no Python ({error})".split("\n")[0]) from None
        if self.masked == self.text:
            return whole
        theirs = split_keeping_ends(self.text)
        for line, magic in (magics or {}).items():
            bare = theirs[line - 1].strip()
            theirs[line - 1] = theirs[line - 1].replace(bare, magic)
        return unmasked(fixed, whole, unmasked(self.masked, fixed, "".join(theirs)))

    def _replaced(
        self,
        new: Mapping[cst.CSTNode, Replacement],
        moved: Sequence[cst.SimpleStatementLine],
        gone: Counter[str],
    ) -> cst.Module:
        """The module with other nodes; only the statements that hold them are walked.

        Raises:
            CannotFix: a comment would be lost.
        """
        body: list[Replacement] = list(self.module.body)
        changes = _Replace(new)
        gone = Counter(gone)
        left: dict[int, list[cst.EmptyLine]] = {}
        for index in sorted({self.statement_at(self._lines[id(node)]) for node in new}):
            old = self.module.body[index]
            changed = old.visit(changes)
            lost = comments(old) - comments(changed)
            if isinstance(changed, cst.RemovalSentinel):  # what stands above a statement need not be said of it alone
                left[index] = [
                    line for line in old.leading_lines if line.comment is None or not gone[line.comment.value]
                ]
                lost -= Counter(line.comment.value for line in left[index] if line.comment is not None)
            if still := lost - gone:
                raise CannotFix(f"the comment `{next(iter(still))}` would be lost")
            gone -= lost
            body[index] = changed
        footer = _join(body, left, self.module) if left else self.module.footer
        if moved:
            last = max(index for index, statement in enumerate(self.module.body) if _is_import(statement))
            body[last + 1 : last + 1] = moved
        flat = [part for node in body for part in (node if isinstance(node, cst.FlattenSentinel) else [node])]
        kept = [node for node in flat if not isinstance(node, cst.RemovalSentinel)]
        return self.module.with_changes(body=kept, footer=footer)


def _join(body: list[Replacement], left: Mapping[int, list[cst.EmptyLine]], module: cst.Module) -> list[cst.EmptyLine]:
    """Give the lines above removed statements to what follows them; returns those below the last statement."""
    lines: list[cst.EmptyLine] = []
    at_top = not module.header
    for index, node in enumerate(body):
        if isinstance(node, cst.RemovalSentinel):
            lines += left.get(index, ())
            continue
        if lines or (at_top and left.keys() >= set(range(index))):
            first, *others = list(node) if isinstance(node, cst.FlattenSentinel) else [node]
            above = _joined(lines, first.leading_lines, at_top=at_top and left.keys() >= set(range(index)))  # type: ignore[attr-defined]
            body[index] = cst.FlattenSentinel([first.with_changes(leading_lines=above), *others])
            lines = []
    footer = _joined(lines, module.footer, at_top=at_top and len(left) == len(body))
    while lines and footer and footer[-1].comment is None:
        footer.pop()
    return footer


def _joined(one: Sequence[cst.EmptyLine], two: Sequence[cst.EmptyLine], *, at_top: bool) -> list[cst.EmptyLine]:
    """Lines and the lines below them, without blank ones at the top of a text, and not more of them than either had."""
    one, two = list(one), list(two)
    while one and two and one[-1].comment is None and two[0].comment is None:
        one.pop()
    found = [*one, *two]
    while at_top and found and found[0].comment is None:
        found.pop(0)
    return found


def _with_imports(module: cst.Module, imports: Iterable[Needed]) -> cst.Module:
    """The module with imports among those at its head: the rest, which may be long, is not walked."""
    imports = list(imports)
    if not imports:
        return module
    head = next((index for index, part in enumerate(module.body) if not _is_preparation(part)), len(module.body))
    top = module.with_changes(body=module.body[: head + 1])
    for source, name, *alias in imports:
        context = CodemodContext()
        level = len(source) - len(source.lstrip("."))
        asname = alias[0] if alias else None
        AddImportsVisitor.add_needed_import(context, source[level:], name or None, asname, level)
        top = AddImportsVisitor(context).transform_module(top)
    return module.with_changes(body=(*top.body, *module.body[head + 1 :]))


def unmasked(before: str, after: str, theirs: str) -> str:
    """The user's text for the masked `after`, from that for the masked `before`: lines that stay keep their own.

    Raises:
        CannotFix: a line with IPython's syntax would have to change.
    """
    if before == theirs:
        return after
    ends = ("\r", "\n")
    if before and after and not before.endswith(ends) and not after.endswith(ends):  # a last line that is no longer it
        return unmasked(f"{before}\n", f"{after}\n", f"{theirs}\n")[:-1]
    old, own, new = map(split_keeping_ends, (before, theirs, after))
    head = 0  # blank for a cell magic, which is no other blank line
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    text = own[:head]
    old, own, new = old[head:], own[head:], new[head:]
    for tag, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            text += own[i:i_end]
        elif old[i:i_end] == own[i:i_end]:
            text += new[j:j_end]
        elif i_end - i == j_end - j:
            text += map(_unmasked_line, own[i:i_end], old[i:i_end], new[j:j_end])
        else:
            raise CannotFix("it stands on a line with a magic")
    return "".join(text)


def local_name(needed: Needed) -> str:
    """The name that an import of `Repair.imports` binds."""
    module, name, *alias = needed
    return alias[0] if alias else name or module.partition(".")[0]


def target_of(needed: Needed) -> str:
    """What that name then means."""
    module, name, *alias = needed
    return f"{module}.{name}" if name else module if alias else local_name(needed)


def _unmasked_line(theirs: str, old: str, new: str) -> str:
    """`%time x = f(1)` for `x = f(1)`, if only what follows the magic changes."""
    bare, stripped = old.lstrip(), new.lstrip()
    if theirs == old:
        return new
    if bare.strip() and theirs.endswith(bare):
        return theirs[: len(theirs) - len(bare)] + stripped
    raise CannotFix("it stands on a line with a magic")


def split_keeping_ends(text: str) -> list[str]:
    """Lines with their ends, as Python counts them; the last one has none."""
    starts = [0, *(match.end() for match in LINE_END.finditer(text))]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


class _Replace(cst.CSTTransformer):
    def __init__(self, new: Mapping[cst.CSTNode, Replacement]) -> None:
        self.new = {id(node): replacement for node, replacement in new.items()}

    def on_visit(self, node: cst.CSTNode) -> bool:
        return id(node) not in self.new

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Replacement:  # type: ignore[override]
        replacement = self.new.get(id(original_node))
        if replacement is None:
            return updated_node
        return _in_brackets(original_node, replacement)


def _in_brackets(old: cst.CSTNode, new: Replacement) -> Replacement:
    """The brackets around an expression belong to its place: they stay, with the comments in them."""
    brackets = cast("Sequence[cst.LeftParen]", getattr(old, "lpar", ()))
    if not brackets or not isinstance(new, cst.CSTNode) or getattr(new, "lpar", None):
        return new
    return new.with_changes(lpar=old.lpar, rpar=old.rpar)  # type: ignore[attr-defined]


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and any(
        isinstance(part, cst.Import | cst.ImportFrom) for part in statement.body
    )


def _with_comment_below(module: cst.Module) -> cst.Module:
    """The module with the comment at its top given to the statement directly below, which it speaks of: not a file's head."""
    header = list(module.header)
    own: list[cst.EmptyLine] = []
    while header and header[-1].comment is not None and not header[-1].comment.value.startswith("#!"):
        own.insert(0, header.pop())
    first = module.body[0] if module.body else None
    if not own or len(own) > _COMMENT or not isinstance(first, cst.SimpleStatementLine) or not _is_assignment(first):
        return module
    if any(_HEAD.search(line.comment.value) for line in own if line.comment is not None):
        return module
    below = first.with_changes(leading_lines=(*own, *first.leading_lines))
    return module.with_changes(header=header, body=(below, *module.body[1:]))


def _is_assignment(statement: cst.SimpleStatementLine) -> bool:
    return isinstance(statement.body[0], cst.Assign | cst.AnnAssign)


def _with_constants(module: cst.Module, statements: Sequence[str], at: int) -> cst.Module:
    """The module with constants, as a paragraph of their own, above the statement with the index `at`."""
    body = list(module.body)
    made = [cst.parse_statement(statement, module.config_for_parsing) for statement in statements]
    empty = cst.EmptyLine(indent=False)
    if at:
        made[0] = made[0].with_changes(leading_lines=(empty,))
    if at < len(body):
        below = body[at]
        if not below.leading_lines or below.leading_lines[0].comment is not None:
            body[at] = below.with_changes(leading_lines=(empty, *below.leading_lines))
    return module.with_changes(body=(*body[:at], *made, *body[at:]))


def _is_preparation(statement: cst.CSTNode) -> bool:
    """What may stand among the imports at the head of a file: more of them, under conditions too, and mere calls."""
    match statement:
        case cst.SimpleStatementLine(body=body):
            return all(isinstance(part, cst.Import | cst.ImportFrom | cst.Expr | cst.Pass) for part in body)
        case cst.Try(body=cst.IndentedBlock(body=[first, *_])) | cst.If(body=cst.IndentedBlock(body=[first, *_])):
            return _is_import(first)
    return False


def _is_docstring(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString() | cst.ConcatenatedString())]):
            return True
    return False


class _Comments(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: Counter[str] = Counter()

    def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802 (libcst calls it so)
        self.found[node.value] += 1


def comments(node: Replacement) -> Counter[str]:
    """The comments in what stands or is to stand somewhere, and how often each is there."""
    visitor = _Comments()
    for part in node if isinstance(node, cst.FlattenSentinel) else [node] if isinstance(node, cst.CSTNode) else []:
        part.visit(visitor)
    return visitor.found


def names_in(node: Replacement) -> set[str]:
    """The names in a node, attributes and keywords among them."""
    visitor = _Names()
    if isinstance(node, cst.CSTNode):
        node.visit(visitor)
    return visitor.found


class _Names(cst.CSTVisitor):
    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802 (libcst calls it so)
        self.found.add(node.value)


def imported_above(body: Iterable[ast.stmt], line: int | None = None) -> Iterator[tuple[str, str]]:
    """(name, what it is) of the imports at the top level, above a (virtual) line if there is one."""
    for statement in body:
        if line is not None and statement.lineno > line:
            return
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            for alias in statement.names:
                yield alias.asname or alias.name, f"{module}.{alias.name}"


def bound_by(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The names that statements certainly bind: by imports, definitions and plain assignments."""
    for statement in body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                yield from (name for name, _ in imported_above([statement]))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name
