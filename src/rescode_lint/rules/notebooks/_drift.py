"""Two versions of a definition: in which statements they differ, and whether that is more than talk and layout."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from difflib import SequenceMatcher
from posixpath import basename, dirname, splitext
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.project import Project
from rescode_lint.project.clones import Drift, Place, codes
from rescode_lint.rules.notebooks._display import is_display
from rescode_lint.semantics.shape import CODE, statements, tokens

_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
#: What draws, prints or logs: it may differ without any difference in what is computed.
_TALK = lazy(
    r"(?:print|pprint|display|tqdm\.write|warnings\.warn|time\.sleep|gc\.collect|sys\.stdout\.\w+|IPython\.display\.\w+)\Z"
    r"|(?:logging|logger|log|self\.log(?:ger)?|_logger|LOG|LOGGER|plt|sns|ax\w*|axes\w*|fig\w*|pylab|pyplot|go|px|st|wandb|mlflow|writer)"
    r"(?:\[[^\]]*\])?\."
    r"|.*\.(?:plot|scatter|imshow|hist|legend|set_title|set_xlabel|set_ylabel|set_xlim|set_ylim|savefig|show|tight_layout|head|tail|info|describe|summary)\Z"
)
_PROGRESS = frozenset({"tqdm", "trange", "notebook_tqdm", "track", "progress_bar"})
_TALKATIVE = lazy(r"(?i)verb|debug|plot|show|print|quiet|silent|log|draw|display")


#: What is meant to be another thing in each file, under one name.
_MEANT = lazy(
    r"(?:main|run|setup|_?parse_?(?:args?|arguments)|get_(?:args|parser|config\w*|configuration\w*|hparams|params)|add_args|config\w*|Config\w*|objective"
    r"|_?(?:build|create|make|get|define|init|construct)_?\w*(?:model|net|network|classifier)\w*|\w*(?:Args|Config|Params|Settings))\Z"
)
_NETWORK = lazy(r"Module|Model|Layer|Lightning|Chain|Block|Net")
_NUMBER = lazy(r"0x|-?\d|None\Z|True\Z|False\Z")
_DIGITS = lazy(r"[\W\d_]+|v(?=\d)")
#: So many versions of one name in one folder are a series of experiments.
_SERIES = 5
#: The share of statements that may differ, and that two versions may have in more than two places.
_MOST = 0.15


class Difference(NamedTuple):
    """A statement that only one version has, or that differs."""

    here: ast.AST | None
    there: ast.AST | None


class Drifted(NamedTuple):
    """Two versions that are worth a word."""

    place: Place
    home: Place
    differences: tuple[Difference, ...]


def drifts(project: Project, least: int, similarity: float) -> list[Drifted]:
    """The versions of one definition that should be one, or say by a parameter in what they differ.

    Args:
        project: the project.
        least: so many statements both have.
        similarity: the share of statements in which they agree.
    """
    key = f"drifts {least} {similarity}"
    known = project.memo.get(key)
    if known is None:
        known = project.memo[key] = list(_drifts(project, least, similarity))
    return known  # type: ignore[return-value]


def _drifts(project: Project, least: int, similarity: float) -> Iterator[Drifted]:
    found = project.clones.drifted
    versions = Counter((drift.other.name, dirname(drift.other.path)) for drift in found)
    for drift in found:
        place, home = drift.other, drift.home
        if (
            drift.alike < similarity
            or min(place.definition.statements, home.definition.statements) < least
            or versions[place.name, dirname(place.path)] >= _SERIES
            or _MEANT.match(place.name)
            or (place.path == home.path and place.summary.kind == "py")
            or _are_variants(place.path, home.path)
            or is_display(place.definition, place.summary)
        ):
            continue
        differences = compare(drift, project)
        if differences and len(differences) <= max(2, _MOST * len(place.definition.shape) // CODE):
            yield Drifted(place, home, differences)


def _are_variants(one: str, other: str) -> bool:
    """Whether two files are, by their names, versions of one another: `blur` and `blur_light`, `fit1` and `fit2`."""
    if one == other:
        return False
    first, second = (splitext(basename(path))[0].lower() for path in (one, other))
    if dirname(one) != dirname(other):
        return first == second and splitext(one)[1] != splitext(other)[1]
    if _DIGITS.sub("", first) == _DIGITS.sub("", second):
        return True
    short, long = sorted((first, second), key=len)
    return long.startswith(short) or long.endswith(short)


def compare(drift: Drift, project: Project) -> tuple[Difference, ...] | None:
    """The differences that matter; None where the two are no versions of one thing, or cannot be read."""
    one, other = node_of(drift.other, project), node_of(drift.home, project)
    if one is None or other is None or not _same_interface(one, other):
        return None
    here, there = statements(one), statements(other)
    mine, theirs = codes(drift.other.definition), codes(drift.home.definition)
    if len(here) != len(mine) or len(there) != len(theirs):
        return None  # the file has changed meanwhile
    found: list[Difference] = []
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            found += _paired(here[a:b], there[c:d])
    names = _renamed(found, here, there)
    modules = _modules(drift.home) | _modules(drift.other)
    found = [d for d in found if not _is_talk(d) and not _is_the_same(d, names, modules)]
    network = isinstance(one, ast.ClassDef) and any(_NETWORK.search(ast.unparse(base)) for base in one.bases)
    return tuple(d for d in _without_detours(found) if not (network and _is_size(d)))


def _modules(place: Place) -> frozenset[str]:
    """The names under which a file has modules."""
    return frozenset(
        item.alias or item.name or item.module.partition(".")[0] for item in place.summary.imports if item.name != "*"
    )


def _without_detours(found: list[Difference]) -> list[Difference]:
    """Without what is the same by way of a variable: `return a` and `b = a`, `return b`."""
    for one, other in ((0, 1), (1, 0)):
        returned = [d for d in found if isinstance(d[one], ast.Return) and d[one].value is not None]  # type: ignore[union-attr]
        for difference in returned:
            value = ast.dump(difference[one].value)  # type: ignore[union-attr]
            for other_ in found:
                node = other_[other]
                if isinstance(node, ast.Assign) and ast.dump(node.value) == value:
                    name = ast.unparse(node.targets[0])
                    return [
                        d
                        for d in found
                        if d is not difference
                        and d is not other_
                        and not (isinstance(d[other], ast.Return) and ast.unparse(d[other]) == f"return {name}")  # type: ignore[arg-type]
                    ]
    return found


def _is_size(difference: Difference) -> bool:
    """Whether a difference is one of numbers alone: the sizes of a network's layers are chosen for each."""
    one, other = difference
    if one is None or other is None:
        return False
    first, second = tokens(one), tokens(other)
    return len(first) == len(second) and all(a == b or (_NUMBER.match(a) and _NUMBER.match(b)) for a, b in zip(first, second, strict=True))


def node_of(place: Place, project: Project) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None:
    """The tree of a definition, read from its file."""
    source = project.source(place.path)
    if source is None:
        return None
    stack: list[ast.AST] = list(source.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == place.name:
                span = source.span(node)
                if (span.cell, span.line) == (place.span.cell, place.span.line):
                    return node
        else:
            stack += (child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.excepthandler))
    return None


def _same_interface(one: ast.AST, other: ast.AST) -> bool:
    """Whether two definitions take the same: a version with another parameter, or another base, is meant to be one."""
    if isinstance(one, ast.ClassDef) and isinstance(other, ast.ClassDef):
        return [ast.dump(base) for base in one.bases] == [ast.dump(base) for base in other.bases]
    if isinstance(one, ast.ClassDef) or isinstance(other, ast.ClassDef):
        return False
    return _parameters(one) == _parameters(other)  # type: ignore[arg-type]


def _parameters(node: ast.FunctionDef) -> tuple[object, ...]:
    arguments = node.args
    return (
        [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)],
        arguments.vararg is None,
        arguments.kwarg is None,
    )


def _paired(here: list[ast.AST], there: list[ast.AST]) -> Iterator[Difference]:
    """The statements of a stretch that differs, side by side where they are of one kind."""
    used = 0
    for node in here:
        match = next((i for i in range(used, len(there)) if _is_edit(node, there[i])), None)
        if match is None:
            yield Difference(node, None)
            continue
        for skipped in there[used:match]:
            yield Difference(None, skipped)
        yield Difference(node, there[match])
        used = match + 1
    for rest in there[used:]:
        yield Difference(None, rest)


def _is_edit(one: ast.AST, other: ast.AST) -> bool:
    if one.__class__ is not other.__class__:
        return False
    first, second = tokens(one), tokens(other)
    return SequenceMatcher(None, first, second, autojunk=False).ratio() > 0.4


def _renamed(found: list[Difference], here: list[ast.AST], there: list[ast.AST]) -> dict[str, str]:
    """Names that one version has for what the other calls otherwise throughout."""
    pairs: set[tuple[str, str]] = set()
    for one, other in found:
        if one is not None and other is not None:
            first, second = tokens(one), tokens(other)
            if len(first) == len(second):
                pairs.update((a, b) for a, b in zip(first, second, strict=True) if a != b and a[:1] == "$" == b[:1])
    if not pairs:
        return {}
    mine = {token for node in here for token in tokens(node) if token[:1] == "$"}
    theirs = {token for node in there for token in tokens(node) if token[:1] == "$"}
    first_names, second_names = [a for a, _ in pairs], [b for _, b in pairs]
    return {
        a: b
        for a, b in pairs
        if a not in theirs and b not in mine and first_names.count(a) == 1 and second_names.count(b) == 1
    }


def _is_talk(difference: Difference) -> bool:
    """Whether a difference is in what is printed, logged, drawn or imported, and not in what is computed."""
    return all(node is None or _says_nothing(node) for node in difference)


def _says_nothing(node: ast.AST) -> bool:
    if isinstance(node, ast.Pass | ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal | ast.Assert):
        return True
    if isinstance(node, ast.Delete):
        return True
    value = getattr(node, "value", None)
    if isinstance(node, ast.Expr) and not isinstance(value, ast.Call | ast.Await):
        return True  # a text, or a name that the last line of a cell shows
    if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign) and isinstance(value, ast.Call):
        return _TALK.match(ast.unparse(value.func)) is not None
    if isinstance(node, ast.If):
        return _TALKATIVE.search(ast.unparse(node.test)) is not None
    return False


def _is_the_same(difference: Difference, names: dict[str, str], modules: frozenset[str]) -> bool:
    """Whether two statements do the same: names, annotations, messages and progress bars aside."""
    one, other = difference
    if one is None or other is None:
        return False
    first = [names.get(token, token) for token in tokens(_plain(one, modules))]
    return first == tokens(_plain(other, modules))


def _plain(node: ast.AST, modules: frozenset[str]) -> ast.AST:
    """A copy of a statement's head without annotations, messages and progress bars."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        node = ast.Assign([node.target], node.value)
    return _Plain(modules).visit(deepcopy(_bare(node)))  # type: ignore[no-any-return]


def _bare(node: ast.AST) -> ast.AST:
    """A statement without its blocks."""
    fields = {field: [] if field in _BLOCKS else getattr(node, field, None) for field in node._fields}
    return ast.copy_location(node.__class__(**fields), node)


class _Plain(ast.NodeTransformer):
    def __init__(self, modules: frozenset[str]) -> None:
        self.modules = modules

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id in self.modules:
            return ast.Name(node.attr)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.decorator_list = []
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):
            node.exc = node.exc.func
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in _PROGRESS and node.args:
            return ast.Call(ast.Name("range"), node.args, []) if name == "trange" else node.args[0]
        node.keywords = [k for k in node.keywords if not (k.arg and _TALKATIVE.search(k.arg))]
        if name in ("list", "print") and len(node.args) == 1:
            return node.args[0]
        return node


def head(node: ast.AST) -> str:
    """The text of a statement, without its blocks."""
    if isinstance(node, ast.excepthandler):
        kind = f" {ast.unparse(node.type)}" if isinstance(node, ast.ExceptHandler) and node.type else ""
        return f"except{kind}:"
    if isinstance(node, ast.match_case):
        return f"case {ast.unparse(node.pattern)}:"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        node = _bare(node)
        node.decorator_list = []  # type: ignore[attr-defined]
    return " ".join(ast.unparse(_bare(node)).split())
