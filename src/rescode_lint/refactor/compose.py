"""Texts, made with libcst: a cell without what was moved out of it, and a module with what was moved into it."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor

from rescode_lint.fix.part import Part, unmasked
from rescode_lint.refactor.document import Imported

_LONGEST = 88
#: Comments that belong to the file or the cell, whatever stands below them.
_OF_THE_FILE = re.compile(
    r"#!|#\s*%%|#\s*In\s*\[|#\s*@(?:title|markdown|param)\b|#.*?coding[:=]|#.*?(?i:copyright|licen[cs]e)"
)
_CELL_MAGIC = re.compile(r"\A\s*%%(?:time|timeit|capture|prun)\b[^\n]*\s*\Z")


class Edits(cst.CSTTransformer):
    """Arguments for calls, and parameters for definitions, by the identity of their nodes."""

    def __init__(self) -> None:
        #: id of a Call -> the names to pass by keyword.
        self.arguments: dict[int, tuple[str, ...]] = {}
        #: id of a FunctionDef -> its new parameters.
        self.parameters: dict[int, tuple[str, ...]] = {}
        #: The cells that hold such calls; None is a script.
        self.cells: set[int | None] = set()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """The call with its new arguments."""
        names = self.arguments.get(id(original_node))
        if not names:
            return updated_node
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        more = [cst.Arg(cst.Name(name), keyword=cst.Name(name), equal=equal) for name in names]
        args = list(updated_node.args)
        if len(args) == 1 and isinstance(args[0].value, cst.GeneratorExp) and not args[0].value.lpar:
            brackets = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
            args = [args[0].with_changes(value=args[0].value.with_changes(**brackets))]
        return updated_node.with_changes(args=_appended(args, more, "whitespace_after_arg"))

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """The definition with its new parameters."""
        names = self.parameters.get(id(original_node))
        if not names:
            return updated_node
        parameters = updated_node.params
        more = [cst.Param(cst.Name(name)) for name in names]
        plain = not (
            any(p.default is not None for p in (*parameters.params, *parameters.posonly_params))
            or isinstance(parameters.star_arg, cst.Param | cst.ParamStar)
            or parameters.kwonly_params
            or parameters.star_kwarg
        )
        if plain:
            parameters = parameters.with_changes(params=_appended(parameters.params, more, _AFTER))
        else:
            star = parameters.star_arg
            if not isinstance(star, cst.Param | cst.ParamStar):
                star = cst.ParamStar()
            parameters = parameters.with_changes(
                star_arg=star, kwonly_params=_appended(parameters.kwonly_params, more, _AFTER)
            )
        return updated_node.with_changes(params=parameters)


_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


_AFTER = "whitespace_after_param"


def _appended(known: Sequence[Any], more: Sequence[Any], after: str) -> list[Any]:
    """Arguments, or parameters, with more behind them: on lines of their own where the others are; comments stay."""
    inner, final = more[:-1], more[-1]
    rows = [part.with_changes(comma=_COMMA) for part in inner]
    if not known:
        return [*rows, final]
    first, last = known[:-1], known[-1]
    space = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else None
    if not isinstance(space, cst.ParenthesizedWhitespace):
        head = last.with_changes(comma=_COMMA, **{after: cst.SimpleWhitespace("")})
        end = {"comma": last.comma} if isinstance(last.comma, cst.Comma) else {after: getattr(last, after)}
        return [*first, head, *rows, final.with_changes(**end)]
    above = first[-1].comma if first else None
    between = above.whitespace_after if isinstance(above, cst.Comma) else None
    if not isinstance(between, cst.ParenthesizedWhitespace):
        return [*first, last.with_changes(comma=_COMMA), *rows, final.with_changes(comma=last.comma)]
    bare = cst.TrailingWhitespace(newline=space.first_line.newline)
    line = between.with_changes(first_line=bare, empty_lines=())
    head = last.with_changes(comma=cst.Comma(whitespace_after=line.with_changes(first_line=space.first_line)))
    rows = [part.with_changes(comma=cst.Comma(whitespace_after=line)) for part in inner]
    end_of_all = cst.Comma(whitespace_after=space.with_changes(first_line=bare))
    return [*first, head, *rows, final.with_changes(comma=end_of_all)]


class Cut(NamedTuple):
    """What becomes of one cell, or of a script."""

    #: None: nothing is left of the cell.
    text: str | None
    #: Index of the removed statement -> its text, with the comments above it and all edits.
    moved: Mapping[int, str]


class Import(NamedTuple):
    """An import to be put into a cell: from where, which names, and below which statement."""

    dotted: str
    names: tuple[str, ...]
    #: Index of the statement that must stand above it; -1: among the imports at the head.
    below: int = -1


def cut(
    part: Part, removed: Collection[int], edits: Edits, imports: Sequence[Import] = (), *, taken: bool = True
) -> Cut:
    """A cell, or a script, without some of its statements, and with edits in the others.

    Args:
        part: the text.
        removed: indices of the top-level statements to be taken out.
        edits: what to change in calls and definitions.
        imports: what to import instead.
        taken: whether what is taken out goes elsewhere, so that comments between two of them can go along.

    Raises:
        CannotFix: a line with IPython's syntax would have to change.
    """
    touched = {*edits.arguments, *edits.parameters}
    moved: dict[int, str] = {}
    body: list[cst.BaseStatement | cst.SimpleStatementLine] = []
    carried: list[cst.EmptyLine] = []
    header = list(part.module.header)
    magics = _magic_lines(part)
    places: dict[int, int] = {}  # index of an old statement -> how many statements stand above the one after it
    for index, statement in enumerate(part.module.body):
        new = statement.visit(edits) if touched else statement
        assert isinstance(new, cst.BaseStatement | cst.SimpleStatementLine)
        lines = [*carried, *new.leading_lines]
        if index in removed:
            if taken and index and index - 1 in removed:  # what stands between two that go, goes
                rest, own = carried, _without_blank_head(list(new.leading_lines))
            else:
                above = header if index == 0 else lines
                own = comments_above(above)
                rest = above[: len(above) - len(own)]
            while len(rest) > (magics if index == 0 else 0) and rest[-1].comment is None:
                rest.pop()
            if index == 0:
                header, carried = rest, []
            else:
                carried = rest
            text = part.module.code_for_node(new.with_changes(leading_lines=own))
            moved[index] = text.lstrip("\r\n").rstrip()
        else:
            at_top = not body and len(header) <= magics
            if carried or (len(moved) and at_top and index - 1 in removed):
                lines = _without_blank_head(lines) if at_top else lines
            body.append(new.with_changes(leading_lines=lines) if lines != list(new.leading_lines) else new)
            carried = []
        places[index] = len(body)
    if part.cell is not None and len(part.module.body) - 1 in removed and body:
        body[-1] = _unshown(body[-1])
    footer = [*carried, *part.module.footer]
    if removed and len(part.module.body) - 1 in removed:
        while footer and footer[-1].comment is None:
            footer.pop()
    module = part.module.with_changes(header=header, body=body, footer=footer)
    for wanted in imports:
        module = _with_import(module, wanted, places.get(wanted.below, 0) if wanted.below >= 0 else None)
    code = module.with_changes(has_trailing_newline=True).code
    text = code
    if part.masked != part.text:
        end = "" if part.masked.endswith(("\n", "\r")) else module.default_newline
        text = unmasked(part.masked + end, code, part.text + end)
    if not part.text.endswith(("\n", "\r")):
        text = text.rstrip("\r\n")
    return Cut(None if not text.strip() or _CELL_MAGIC.match(text) else text, moved)


def _magic_lines(part: Part) -> int:
    """How many lines at the head of a cell are blank because a cell magic stands there."""
    pairs = zip(part.masked.split("\n"), part.text.split("\n"), strict=False)
    return max((line for line, (bare, own) in enumerate(pairs, 1) if own.strip() and not bare.strip()), default=0)


def _unshown(statement: cst.BaseStatement | cst.SimpleStatementLine) -> cst.BaseStatement | cst.SimpleStatementLine:
    """A statement that becomes the last of its cell, whose value the notebook shall not show, as it did not before."""
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[-1], cst.Expr):
        return statement
    last = statement.body[-1]
    called = last.value.func if isinstance(last.value, cst.Call) else None
    if isinstance(last.semicolon, cst.Semicolon) or (
        isinstance(called, cst.Name) and called.value in ("print", "display")
    ):
        return statement
    return statement.with_changes(body=[*statement.body[:-1], last.with_changes(semicolon=cst.Semicolon())])


def comments_above(lines: Sequence[cst.EmptyLine]) -> list[cst.EmptyLine]:
    """The comments that stand directly above a statement."""
    own: list[cst.EmptyLine] = []
    for line in reversed(lines):
        if line.comment is None or _OF_THE_FILE.match(line.comment.value):
            break
        own.insert(0, line)
    return own


def _without_blank_head(lines: list[cst.EmptyLine]) -> list[cst.EmptyLine]:
    while lines and lines[0].comment is None:
        lines = lines[1:]
    return lines


# --- imports ----------------------------------------------------------------------------------------------------------


def import_lines(dotted: str, names: Iterable[str]) -> str:
    """`from dotted import names`, over several lines where one is too long."""
    names = sorted(names)
    line = f"from {dotted} import {', '.join(names)}"
    if len(line) <= _LONGEST:
        return line
    return f"from {dotted} import (\n" + "".join(f"    {name},\n" for name in names) + ")"


def _with_import(module: cst.Module, wanted: Import, at: int | None) -> cst.Module:
    body = list(module.body)
    for index, statement in enumerate(body):
        known = _names_from(statement, wanted.dotted)
        if known is not None and (at is None or index >= at - 1):
            line = import_lines(wanted.dotted, {*known, *wanted.names})
            old = statement
            assert isinstance(old, cst.SimpleStatementLine)
            new = cst.parse_statement(line, module.config_for_parsing)
            assert isinstance(new, cst.SimpleStatementLine)
            body[index] = old.with_changes(body=new.body)
            return module.with_changes(body=body)
    if at is None:
        at = head_end(module)
    while at < len(body) and _is_import(body[at]):
        at += 1
    made = cst.parse_statement(import_lines(wanted.dotted, wanted.names), module.config_for_parsing)
    if at == 0 and body:
        first = body[0]
        if not _is_import(first) and not module.header and not _starts_apart(first):
            body[0] = first.with_changes(leading_lines=(cst.EmptyLine(indent=False), *first.leading_lines))
    body.insert(at, made)
    if at == len(body) - 1 and len(body) > 1 and module.footer and not module.has_trailing_newline:
        module = module.with_changes(footer=())
    return module.with_changes(body=body)


def head_end(module: cst.Module) -> int:
    """The index below the imports at the head of a text, or below its docstring.

    Magics, calls and guarded imports may stand among the imports.
    """
    last = 0
    for index, statement in enumerate(module.body):
        if _is_import(statement):
            last = index + 1
        elif isinstance(statement, cst.SimpleStatementLine):
            if not all(isinstance(part, cst.Expr | cst.Pass) for part in statement.body):
                break
            if index == 0 and _is_docstring(statement):
                last = 1
        elif not isinstance(statement, cst.Try | cst.If):
            break
    return last


def _is_docstring(statement: cst.SimpleStatementLine) -> bool:
    part = statement.body[0]
    return isinstance(part, cst.Expr) and isinstance(part.value, cst.SimpleString | cst.ConcatenatedString)


def _is_import(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and all(
        isinstance(part, cst.Import | cst.ImportFrom) for part in statement.body
    )


def _starts_apart(statement: cst.CSTNode) -> bool:
    lines: Sequence[cst.EmptyLine] = getattr(statement, "leading_lines", ())
    return bool(lines) and lines[0].comment is None


def _names_from(statement: cst.CSTNode, dotted: str) -> list[str] | None:
    """The names that a statement imports from a module, if it does just that, without aliases and comments."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    imported = statement.body[0]
    if not isinstance(imported, cst.ImportFrom) or isinstance(imported.names, cst.ImportStar):
        return None
    module = cst.Module([]).code_for_node(imported.module) if imported.module else ""
    if "." * len(imported.relative) + module != dotted or "#" in cst.Module([]).code_for_node(imported):
        return None
    names = []
    for alias in imported.names:
        if alias.asname is not None or not isinstance(alias.name, cst.Name):
            return None
        names.append(alias.name.value)
    return names


# --- modules ----------------------------------------------------------------------------------------------------------


def new_module(
    docstring: str,
    imports: Iterable[Imported],
    typing: Collection[Imported],
    blocks: Sequence[str],
    *,
    postponed: bool = False,
) -> str:
    """The text of a new module.

    Args:
        docstring: what it holds.
        imports: what it imports.
        typing: of these, those that only annotations need.
        blocks: constants and definitions, in their order.
        postponed: annotations are not evaluated where the definitions come from.
    """
    now = {item for item in imports if item not in typing}
    parts = [f'"""{docstring}"""']
    if typing or postponed:
        parts.append("from __future__ import annotations")
    if typing:
        now.add(Imported("typing", "TYPE_CHECKING"))
    if now:
        parts.append(_grouped(now))
    if typing:
        lines = _grouped(typing).replace("\n\n", "\n").split("\n")
        parts.append("if TYPE_CHECKING:\n" + "\n".join(f"    {line}" for line in lines))
    return "\n\n".join(parts) + joined_blocks(blocks, "\n")


def with_blocks(module: cst.Module, imports: Iterable[Imported], blocks: Sequence[str]) -> str:
    """The text of a module with imports and definitions more, above what runs when it is a script."""
    for item in sorted(imports):
        context = CodemodContext()
        AddImportsVisitor.add_needed_import(context, item.module, item.name or None, item.alias or None)
        module = AddImportsVisitor(context).transform_module(module)
    guard = next((i for i, part in enumerate(module.body) if _is_guard(part)), len(module.body))
    above = module.with_changes(
        body=module.body[:guard], footer=module.footer if guard == len(module.body) else ()
    ).code
    newline = module.default_newline
    text = above.rstrip() + joined_blocks(blocks, newline) if above.strip() else joined_blocks(blocks, newline).lstrip()
    if guard < len(module.body):
        below = module.with_changes(header=(), body=module.body[guard:]).code
        text += newline * 2 + below.lstrip("\r\n")
    return text


def joined_blocks(blocks: Sequence[str], newline: str) -> str:
    """Definitions two lines apart, constants in one paragraph."""
    text, after_constant = "", False
    for block in blocks:
        lines = re.split(r"\r\n|\r|\n", block)
        is_constant = not _is_block(lines)
        text += newline * (1 if is_constant and after_constant else 3) + newline.join(lines)
        after_constant = is_constant
    return text + newline


def _is_block(lines: Sequence[str]) -> bool:
    return any(re.match(r"(?:async\s+)?def\s|class\s|@", line) for line in lines)


def _grouped(imports: Iterable[Imported]) -> str:
    """Import statements as isort orders them: standard library, others; one statement for each module."""
    plain = sorted({item for item in imports if not item.name})
    froms: dict[str, list[Imported]] = {}
    for item in sorted(set(imports)):
        if item.name:
            froms.setdefault(item.module, []).append(item)
    groups: tuple[list[str], list[str]] = ([], [])
    for item in plain:
        groups[not _is_standard(item.module)].append(item.statement)
    for module, items in froms.items():
        bare = [item.name for item in items if not item.alias]
        statements = [import_lines(module, bare)] if bare else []
        groups[not _is_standard(module)].extend([*statements, *(item.statement for item in items if item.alias)])
    return "\n\n".join("\n".join(group) for group in groups if group)


def _is_standard(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _is_guard(statement: cst.CSTNode) -> bool:
    return isinstance(statement, cst.If) and "__name__" in cst.Module([]).code_for_node(statement.test)
