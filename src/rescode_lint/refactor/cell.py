"""The code of a cell becomes a function and a call of it: the first half of moving it out of the notebook."""

from __future__ import annotations

import ast
import keyword

import libcst as cst

from rescode_lint.fix.part import CannotFix, unmasked
from rescode_lint.model import Span
from rescode_lint.read.rewrite import CannotRewrite
from rescode_lint.refactor.compose import comments_above
from rescode_lint.refactor.document import BUILTINS, Document
from rescode_lint.refactor.names import free_names
from rescode_lint.refactor.needs import Refused, is_constant
from rescode_lint.refactor.workspace import Workspace
from rescode_lint.semantics.dataflow import Flow, flow_of

_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
_KEPT = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def into_function(workspace: Workspace, path: str, position: int, name: str) -> None:
    """Rewrite a cell in the workspace: its imports and definitions, a function of the rest, a call, what it shows.

    Args:
        workspace: the project.
        path: the notebook.
        position: of the cell, counted from 1 among all cells.
        name: of the function to be.

    Raises:
        Refused: the cell is not there, or its code cannot be shown to be a function.
    """
    document = workspace.document(path)
    assert document is not None
    _check_name(name, path, document)
    cell = next((cell for cell in document.source.cells if cell.position == position), None)
    if cell is None:
        cells = document.source.cells
        there = f"code cells are {cells[0].position} to {cells[-1].position}" if cells else "there is no code cell"
        raise Refused(
            name, f"cell {position} is no code cell ({there})", "count all cells from 1, Markdown included", path
        )
    if cell.unparsed is not None:
        place = Span(1, 1, 1, 2, position)
        raise Refused(name, f"cell {position} does not parse ({cell.unparsed.message})", "mend it first", path, place)
    last = cell.first + len(cell.lines) - 1
    statements = [s for s in document.module.body if cell.first <= s.lineno <= last]
    while statements and isinstance(statements[0], _KEPT):
        statements.pop(0)
    if statements and isinstance(statements[-1], ast.Expr):  # what the cell shows, the notebook goes on showing
        statements.pop()
    if not statements:
        remedy = "choose a cell that computes something"
        raise Refused(name, f"cell {position} holds no code that a function could hold", remedy, path)
    flow = flow_of(document.module, statements)
    _check_flow(flow, name, document)
    shared = _read_by_helpers(statements, document)  # stay global here: the move makes parameters of them, for both
    parameters = [n for n in flow.inputs if not is_constant(n, document) and n not in shared]
    try:
        text = _rewritten(document, position, statements, name, parameters, list(flow.rebound))
        workspace.put({path: document.rewritten({position: text})})
    except (CannotFix, CannotRewrite, cst.ParserSyntaxError) as why:
        raise Refused(
            name, f"cell {position} cannot be changed ({why})", "move its magics to a cell of their own", path
        ) from None


def _read_by_helpers(statements: list[ast.stmt], document: Document) -> frozenset[str]:
    """The globals that the definitions which a cell uses read too, of those that the cell does not bind."""
    names = [node for statement in statements for node in ast.walk(statement) if isinstance(node, ast.Name)]
    waiting = [node.id for node in names if node.id in document.definitions]
    seen: set[str] = set()
    read: set[str] = set()
    while waiting:
        helper = waiting.pop()
        if helper in seen:
            continue
        seen.add(helper)
        for node in document.definitions[helper]:
            free = free_names(node).all
            read |= free
            waiting += free & document.definitions.keys()
    return frozenset(read) - {node.id for node in names if not isinstance(node.ctx, ast.Load)}


def _check_name(name: str, path: str, document: Document) -> None:
    if not name.isidentifier() or keyword.iskeyword(name):
        raise Refused(name, f"`{name}` is no name for a function", "choose letters, digits and `_`", path)
    taken = document.bindings.get(name)
    if taken or name in BUILTINS or name in document.module.scope.uses:
        place = document.place(taken[0].node) if taken else None
        raise Refused(name, f"`{name}` has a meaning already", "choose another name", path, place)


def _check_flow(flow: Flow, name: str, document: Document) -> None:
    for obstacle in flow.obstacles:
        place = document.source.span_of(obstacle.line, 1, obstacle.line, 2)
        raise Refused(name, obstacle.why, "change that line, or leave it out of the cell", document.path, place)
    if flow.unknown:
        reason = f"`{flow.unknown[0]}` is defined by nothing in sight"
        raise Refused(name, reason, "import or define it above", document.path, document.place(flow.statements[0]))
    if flow.defines:
        reason = f"the cell defines `{flow.defines[0]}`, which other cells use"
        raise Refused(name, reason, "move it to a cell above", document.path, document.place(flow.statements[0]))


def _rewritten(
    document: Document, position: int, statements: list[ast.stmt], name: str, parameters: list[str], returned: list[str]
) -> str:
    part = document.part(position)
    first, last = document.index_of(statements[0]), document.index_of(statements[-1])
    body = list(part.module.body)
    inner = body[first : last + 1]
    header, above = list(part.module.header), list(inner[0].leading_lines)
    if first == 0:  # a comment on the first step goes in, unless it is the heading of the cell
        own = comments_above(header)
        if any(line.comment for line in header[: len(header) - len(own)]):
            header, above = header[: len(header) - len(own)], own
    blank = next((at for at, line in enumerate(above) if line.comment is not None), len(above))
    apart, above = above[:blank], above[blank:]
    inner[0] = inner[0].with_changes(leading_lines=above)
    inner = [_flush(statement) for statement in inner]
    if returned:
        inner.append(cst.parse_statement(f"return {', '.join(returned)}"))
    function = cst.FunctionDef(
        name=cst.Name(name),
        params=cst.Parameters([cst.Param(cst.Name(parameter)) for parameter in parameters]),
        body=cst.IndentedBlock(inner),
    )
    target = f"{', '.join(returned)} = " if returned else ""
    call = cst.parse_statement(f"{target}{name}({', '.join(parameters)})")
    call = call.with_changes(leading_lines=apart)
    module = part.module.with_changes(header=header, body=[*body[:first], function, call, *body[last + 1 :]])
    code = module.code
    text = unmasked(part.masked, code, part.text) if part.masked != part.text else code
    return text if part.text.endswith("\n") else text.rstrip("\n")


def _flush(statement: _Statement) -> _Statement:
    """A statement that is going to be indented: the blank lines above it stay blank."""
    lines = [line if line.comment else line.with_changes(indent=False) for line in statement.leading_lines]
    return statement.with_changes(leading_lines=lines)
