"""A notebook read once more, for the few that hold a finding: who uses a definition, and what keeps it from a move."""

from __future__ import annotations

import ast
import builtins
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from posixpath import basename
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary
from rescode_lint.project import Project
from rescode_lint.project.clones import Place, is_on_kaggle
from rescode_lint.project.lectures import WORDS_A_CELL, lectures_of
from rescode_lint.project.put_away import is_passing
from rescode_lint.project.siblings import entry_of
from rescode_lint.read import Source
from rescode_lint.rules.notebooks._copies import versions_of

Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BUILTINS = frozenset(dir(builtins)) | {"display"}
#: What looks at the notebook in which it runs.
_NAMESPACE = frozenset({"globals", "exec", "eval", "get_ipython", "__file__", "__name__", "_", "__", "In", "Out"})
#: Calls that may stand in a default or a class body, which a module runs when it is imported.
_ANYTIME = frozenset(
    """
    Path PurePath auto bool bytes classmethod complex dict field float frozenset int list object property range set
    slice staticmethod str timedelta tuple
    """.split()
)
#: So many names are worth naming.
_FEW = 3
#: A form for a reader without code, as on Colab; and what nbdev makes a module of.
_FORM = lazy(r"^\s*#\s*@(?:param|title)\b", re.M)
_NBDEV = lazy(r"^\s*#\s*\|?\s*(?:default_exp\b|exports?i?\s*$)", re.M)

#: So much text, in a notebook with as many words a cell as a lecture, presents its code.
_ESSAY = 100
#: Notebooks that show something to a reader, by their name.
_TEACHES = lazy(
    r"(?:^|[_ -]|[a-z0-9](?=[A-Z]))(?i:tutorials?|lectures?|lessons?|exercises?|home_?work|demos?|walkthrough|quick_?start)(?:[_ .-]|\d|(?=[A-Z]))"
)


class Reading(NamedTuple):
    """What the code of a notebook says of its definitions."""

    source: Source
    #: The definitions of the top level, by name.
    defined: dict[str, list[Defined]]
    #: How many places outside of the definition itself use a name.
    uses: Counter[str]
    #: Names that are used, and not called, somewhere.
    bare: frozenset[str]
    #: Name -> how the top level binds it: "import", "relative", "definition", "value"; with a "?" where it is not sure to.
    bound: dict[str, list[str]]
    #: Modules whose names come with a star.
    stars: tuple[str, ...]


def reading(path: str, project: Project) -> Reading | None:
    """A notebook of the project, read and looked through once; None where it cannot be read."""
    memo = project.memo.setdefault("readings", {})
    assert isinstance(memo, dict)
    if path not in memo:
        source = project.source(path)
        memo[path] = None if source is None else _read(source)
    found: Reading | None = memo[path]
    return found


def _read(source: Source) -> Reading:
    defined: dict[str, list[Defined]] = defaultdict(list)
    bound: dict[str, list[str]] = defaultdict(list)
    uses: Counter[str] = Counter()
    bare: set[str] = set()
    stars: list[str] = []
    for cell in source.cells:
        for magic in cell.magics:
            for name in magic.binds:
                bound[name].append("value")
            uses.update(magic.uses)
            if magic.name == "pylab":
                stars.append("pylab")
    for statement in source.body:
        own = statement.name if isinstance(statement, _DEFINED) else ""
        if isinstance(statement, _DEFINED):
            defined[own].append(statement)
        for name, how in _bindings(statement, ""):
            if name == "*":
                stars.append(how)
            else:
                bound[name].append(how)
        called = set()
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                called.add(id(node.func))
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id != own:
                uses[node.id] += 1
                if id(node) not in called:  # a call comes before what it calls
                    bare.add(node.id)
    return Reading(source, dict(defined), uses, frozenset(bare), dict(bound), tuple(stars))


def _bindings(statement: ast.stmt, unsure: str) -> Iterator[tuple[str, str]]:
    """The names that a statement binds at its own level, and how; a star import as `("*", module)`."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, f"definition{unsure}"
            for node in ast.walk(statement):
                if isinstance(node, ast.Global):
                    yield from ((other, "value?") for other in node.names)
            return
        case ast.Import(names=aliases):
            for alias in aliases:
                yield alias.asname or alias.name.partition(".")[0], f"import{unsure}"
            return
        case ast.ImportFrom(names=aliases, module=module, level=level):
            for alias in aliases:
                if alias.name == "*":
                    yield "*", "." * level + (module or "")
                else:
                    yield alias.asname or alias.name, "relative" if level else f"import{unsure}"
            return
    inner: list[ast.stmt] = []
    for field in ("body", "orelse", "finalbody"):
        inner += getattr(statement, field, [])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        inner += part.body
    within = {id(node) for part in inner for node in ast.walk(part)}
    for node in ast.walk(statement):
        if id(node) not in within and isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id, f"value{unsure}"
    surely = isinstance(statement, ast.With | ast.AsyncWith)
    for part in inner:
        yield from _bindings(part, unsure if surely else "?")


def taught(project: Project) -> frozenset[str]:
    """The notebooks that present their code to a reader: lectures, short essays, and what is called a tutorial or demo."""
    notebooks = project.notebooks
    essays = (s.path for s in notebooks if _is_essay(s) or _TEACHES.search(basename(s.path)))
    return lectures_of(notebooks).union(essays)


def _is_essay(summary: Summary) -> bool:
    """Whether the text of a short notebook presents its code."""
    return summary.prose >= _ESSAY and summary.prose >= WORDS_A_CELL * max(summary.code_cells, 1)


def is_apart(found: Reading) -> bool:
    """Whether the notebook stands alone on purpose, or is the source of a module: a form for Colab, or nbdev."""
    texts = ["\n".join(cell.lines) for cell in found.source.cells]
    return any(_FORM.search(text) or _NBDEV.search(text) for text in texts)


def is_table(node: Defined) -> bool:
    """Whether a function only looks a value up: branches, and in each a value that is written out."""
    if isinstance(node, ast.ClassDef):
        return False
    waiting = list(node.body)
    while waiting:
        match waiting.pop():
            case ast.If(body=body, orelse=orelse):
                waiting += [*body, *orelse]
            case ast.Return(value=value) | ast.Assign(value=value):
                if value is not None and any(
                    isinstance(part, ast.Call | ast.BinOp | ast.Subscript | ast.ListComp | ast.GeneratorExp)
                    for part in ast.walk(value)
                ):
                    return False
            case ast.Pass() | ast.Raise() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                return False
    return True


def is_algorithm(node: Defined) -> bool:
    """Whether a loop of it holds a branch or another loop."""
    return any(
        isinstance(inner, ast.If | ast.For | ast.While | ast.Try)
        for loop in ast.walk(node)
        if isinstance(loop, ast.For | ast.While)
        for statement in (*loop.body, *loop.orelse)
        for inner in ast.walk(statement)
    )


def prints(node: Defined) -> int:
    """How many statements do nothing but print or show something."""
    return sum(
        isinstance(part, ast.Expr)
        and isinstance(part.value, ast.Call)
        and isinstance(part.value.func, ast.Name)
        and part.value.func.id in ("print", "display")
        for part in ast.walk(node)
    )


class Hindrance(NamedTuple):
    """Why `rescode extract` would not move something."""

    #: What to do first, as the beginning of a sentence; "" where there is no short word for it.
    first: str


def family(names: Collection[str], found: Reading) -> list[str]:
    """Definitions of a notebook with all others of it that they need."""
    waiting, seen = list(names), dict.fromkeys(names)
    while waiting:
        for node in found.defined.get(waiting.pop(), ()):
            for other in _free(node):
                if other in found.defined and other not in seen:
                    seen[other] = None
                    waiting.append(other)
    return list(seen)


def hindrance(names: Collection[str], found: Reading) -> Hindrance | None:
    """What keeps definitions of a notebook, and what they need of it, from a module; in doubt, something does."""
    texts = [text for cell in found.source.cells for magic in cell.magics for text in (magic.text, magic.body)]
    for name in family(names, found):
        nodes = found.defined.get(name, [])
        if not nodes or len({ast.dump(node) for node in nodes}) > 1 or set(found.bound[name]) != {"definition"}:
            return Hindrance("")
        if any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts):
            return Hindrance("")
        why = _hindrance(name, nodes[0], found)
        if why is not None:
            return why
    return None


def _hindrance(name: str, node: Defined, found: Reading) -> Hindrance | None:
    if _has_magic(node, found.source) or _acts_early(node, found):
        return Hindrance("")
    state: list[str] = []
    starred: list[str] = []
    for other in sorted(_free(node) - {name}):
        how = set(found.bound.get(other, ()))
        if other in _NAMESPACE:
            return Hindrance("")
        if not how:
            if other in _BUILTINS:
                continue
            starred.append(other)
        elif how & {"import", "import?"}:
            if how != {"import"}:
                return Hindrance("")
        elif "relative" in how:
            return Hindrance("")
        elif how == {"definition"}:
            continue
        elif not is_constant(other, found):
            state.append(other)
    if starred:
        if not found.stars or "pylab" in found.stars or len(starred) > _FEW:
            return Hindrance("")
        shown = " and ".join(f"`{other}`" for other in starred)
        which = f"`from {found.stars[0]} import *`" if len(set(found.stars)) == 1 else "the star imports"
        return Hindrance(f"Import by name what it takes from {which}, {shown}")
    if not state:
        return None
    shown = " and ".join(f"`{other}`" for other in state[:2])
    if isinstance(node, ast.ClassDef):
        return Hindrance(f"Give {shown} to `__init__` and keep it as an attribute") if len(state) < 3 else Hindrance("")
    if name in found.bare:
        return Hindrance(f"Give it {shown} as a parameter, and call it in a lambda where it is handed over")
    if any(len(found.bound[other]) > 1 or found.bound[other] != ["value"] for other in state) or node.decorator_list:
        return Hindrance("")
    return None


def _free(node: Defined) -> set[str]:
    """The names that a definition reads from around it; one that is also bound in a part of it counts as its own."""
    read: set[str] = set()
    own: set[str] = set()
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Load()):
                read.add(name)
            case ast.Name(id=name) | ast.arg(arg=name):
                own.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if part is not node and not isinstance(node, ast.ClassDef):
                    own.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                own.add(name)
            case ast.alias():
                own.add(part.asname or part.name.partition(".")[0])
            case ast.Global(names=names):
                read.update(names)
                read.add("globals")
    return read - own


def _has_magic(node: Defined, source: Source) -> bool:
    last = node.end_lineno or node.lineno
    return any(node.lineno <= cell.first + m.line - 1 <= last for cell in source.cells for m in cell.magics) or any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("query", "eval")
        and any(isinstance(part, ast.Constant) and "@" in str(part.value) for part in ast.walk(call))
        for call in ast.walk(node)
    )


def _acts_early(node: Defined, found: Reading) -> bool:
    """Whether something is called, or read from the notebook, when the definition is executed."""
    early: list[ast.AST] = list(node.decorator_list)
    waiting: list[Defined] = [node]
    while waiting:
        own = waiting.pop()
        if isinstance(own, ast.ClassDef):
            for stands in own.body:
                if isinstance(stands, _DEFINED):
                    waiting.append(stands)
                else:
                    early.append(stands)
        else:
            early += [*own.args.defaults, *(default for default in own.args.kw_defaults if default is not None)]
    for part in early:
        for inner in ast.walk(part):
            if isinstance(inner, ast.Call):
                called = inner.func.attr if isinstance(inner.func, ast.Attribute) else getattr(inner.func, "id", "")
                if called not in _ANYTIME:
                    return True
            elif isinstance(inner, ast.Name) and not {"value", "value?", "definition"}.isdisjoint(
                found.bound.get(inner.id, ())
            ):
                return True
    return False


def is_constant(name: str, found: Reading) -> bool:
    """Whether a name in capitals is assigned once, to what the code says."""
    if not name.isupper() or found.bound.get(name) != ["value"]:
        return False
    for statement in found.source.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=own)], value=value) if own == name:
                return not any(
                    isinstance(part, ast.Call | ast.Name | ast.Subscript | ast.Attribute) for part in ast.walk(value)
                )
    return False


def unread_parameters(node: Defined) -> list[str]:
    """The parameters of a function that it never reads."""
    if isinstance(node, ast.ClassDef):
        return []
    arguments = node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if a.arg[0] != "_"]
    read = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    return [name for name in names if name not in read and name not in ("self", "cls")]


def in_cell(position: int, found: Reading) -> set[str]:
    """The definitions of a notebook that the code of a cell uses."""
    cells = [cell for cell in found.source.cells if cell.position == position]
    last = max((cell.first + len(cell.lines) for cell in cells), default=0)
    return {
        node.id
        for statement in found.source.body
        if cells and cells[0].first <= statement.lineno < last and not isinstance(statement, _DEFINED)
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id in found.defined
    }


def stands_alone(summary: Summary, project: Project) -> bool:
    """Whether a notebook runs by itself on purpose or is kept by accident, so that nothing of it belongs into a module.

    On Kaggle, in a folder of what was fetched or put out, and where a collection has a folder for each notebook.
    """
    if is_on_kaggle(summary) or is_passing(summary.path):
        return True
    entry = entry_of(summary.path, project)
    if not entry or summary.path.rpartition("/")[0] != entry:
        return False
    return sum(path.startswith(f"{entry}/") for path in project.files) == 1


def leans_on_neighbours(names: Collection[str], summary: Summary, project: Project) -> bool:
    """Whether names come from modules beside the notebook, which only files in that folder can import."""
    folder = summary.path.rpartition("/")[0]
    return bool(folder) and any(
        (item.alias or item.name or item.module.partition(".")[0]) in names
        and any(path.rpartition("/")[0] == folder for path in project.imported_files(summary.path, item))
        for item in summary.imports
    )


def needed(names: Collection[str], found: Reading) -> set[str]:
    """The names that definitions, and what they need of the notebook, read."""
    return {other for name in family(names, found) for node in found.defined.get(name, ()) for other in _free(node)}


def read_in_cell(position: int, found: Reading) -> set[str]:
    """All names in the code of a cell."""
    cells = [cell for cell in found.source.cells if cell.position == position]
    last = max((cell.first + len(cell.lines) for cell in cells), default=0)
    return {
        node.id
        for statement in found.source.body
        if cells and cells[0].first <= statement.lineno < last
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }


def has_versions(names: Collection[str], summary: Summary, project: Project) -> bool:
    """Whether other files hold other definitions of some names, or of what they need; of one, a command asks which."""
    return any(
        other.path != summary.path
        for definition in summary.definitions
        if definition.name in names
        for other in versions_of(Place(summary, definition), project)
    )
