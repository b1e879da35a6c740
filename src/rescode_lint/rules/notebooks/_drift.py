"""Two versions of a definition: in which statements they differ, and whether that is more than talk and layout."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterator
from copy import deepcopy
from posixpath import basename, dirname, splitext
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary
from rescode_lint.project import Project
from rescode_lint.project.clones import SIMILAR, Drift, Place, codes
from rescode_lint.project.siblings import are_apart
from rescode_lint.rules.notebooks._copies import node_of, versions_of
from rescode_lint.rules.notebooks._display import is_display
from rescode_lint.semantics.shape import CODE, statements, tokens

_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: What draws, prints or logs: it may differ without any difference in what is computed.
_TALK = lazy(
    r"(?:print|pprint|display|tqdm\.write|warnings\.warn|time\.sleep|gc\.collect|sys\.stdout\.\w+|sys\.path\.\w+|IPython\.display\.\w+)\Z"
    r"|(?:logging|logger|log|self\.log(?:ger)?|_logger|LOG|LOGGER|plt|sns|ax\w*|axes\w*|fig\w*|pylab|pyplot|go|px|st|wandb|mlflow|writer)"
    r"(?:\[[^\]]*\])?\."
    r"|.*\.(?:plot|scatter|imshow|hist|legend|set_title|set_xlabel|set_ylabel|set_xlim|set_ylim|savefig|show|tight_layout|head|tail|info|describe|summary)\Z"
)
#: Methods that give the same values, somewhere else or in a row.
_MOVES = frozenset({"to", "cuda", "cpu", "copy", "detach", "contiguous", "compute", "flatten", "ravel"})
_PROGRESS = frozenset({"tqdm", "trange", "notebook_tqdm", "track", "progress_bar"})
_TALKATIVE = lazy(r"(?i)verb|debug|plot|show|print|quiet|silent|log|draw|display")


#: What is meant to be another thing in each file, under one name.
_MEANT = lazy(
    r"(?:main|run|setup|\w*(?:args?|arguments|parser)|get_(?:args|parser|config\w*|configuration\w*|hparams|params)|add_args|config\w*|Config\w*|objective"
    r"|_?(?:build|create|make|get|define|init|construct)_?\w*(?:model|net|network|classifier)\w*|\w*(?:Args|Config|Params|Settings))\Z"
)
_NETWORK = lazy(r"Module|Model|Layer|Lightning|Chain|Block|Net")
_TEXT = lazy(r"b?[\"']")
_SEPARATOR = lazy(r"[\W_]+")
#: What is tried out there is no version of anything.
_DRAFT = lazy(r"(?:^|[/_ -])(?:scratch|sandbox|playground|tmp|temp|junk|drafts?|one[-_]?offs?)(?:[/_. -]|\Z)", re.I)
#: Functions by which each of several files is switched on and off.
_HOOK = lazy(
    r"_*(?:enable|disable|activate|deactivate|register|unregister|install|uninstall|patch|unpatch|set_?up|tear_?down)(?:_\w+)?\Z"
)
#: Values that are chosen for each model by trying: so many that differ are no slip.
_TUNED = 3
_LUCK = lazy(
    r"(?:random_?)?(?:seed|state)\Z|device\Z|n_jobs\Z|num_workers\Z|verb|debug|plot|show|quiet|save|path|folder|file"
)
_VALUE = lazy(r"-?\d|-?\.\d|b?[\"']|(?:True|False|None|nan|inf)\Z")
_DIGITS = lazy(r"[\W\d_]+|v(?=\d)")
#: An attribute of fewer letters may be another in another case: `table.X`, `table.x`.
_TELLING = 3
#: The longest text of a statement in a message.
_LONGEST = 70
#: So many versions of one name in one folder are a series of experiments.
_SERIES = 5
#: The share of statements that may differ, where these are more than three.
_MOST = 0.2


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
            or _HOOK.match(place.name)
            or (place.path == home.path and place.summary.kind == "py")
            or are_apart(place.path, home.path, project)
            or _are_variants(place.path, home.path)
            or _DRAFT.search(place.path)
            or _DRAFT.search(home.path)
            or is_display(place.definition, place.summary)
            or _reads_arguments(place)
        ):
            continue
        if place.path == home.path and _are_sections(place, home, project):
            continue
        differences = compare(drift, project)
        if differences:
            yield Drifted(place, home, differences)


def _reads_arguments(place: Place) -> bool:
    """Whether a definition reads the command line, of which each script has its own."""
    own = f"{place.name}."
    definitions = [place.definition, *(d for d in place.summary.definitions if d.name.startswith(own))]
    return any(ref.startswith(("sys.argv", "argparse.")) for d in definitions for ref in d.refs.split())


def _are_sections(place: Place, home: Place, project: Project) -> bool:
    """Whether each of two definitions in a notebook is used before the next one comes: each section has its own."""
    source = project.source(place.path)
    if source is None:
        return False
    first, second = sorted((place.span.cell or 0, home.span.cell or 0))
    used = [
        source.span(node).cell or 0
        for statement in source.body
        if getattr(statement, "name", "") != place.name
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id == place.name and isinstance(node.ctx, ast.Load)
    ]
    return first < second and any(first <= cell < second for cell in used) and any(cell >= second for cell in used)


def other_versions(drifted: Drifted, project: Project, most: int = 4) -> list[Place]:
    """Further versions of a definition, that are like it, one place of each."""
    place, home, _ = drifted
    mine = Counter(codes(place.definition))
    found: dict[str, Place] = {}
    for other in versions_of(place, project):
        theirs = Counter(codes(other.definition))
        if other.definition.fingerprint != home.definition.fingerprint and (
            2 * (mine & theirs).total() >= SIMILAR * (mine.total() + theirs.total())
        ):
            found.setdefault(other.definition.fingerprint, other)
    return list(found.values())[:most]


def _are_variants(one: str, other: str) -> bool:
    """Whether two files are, by their names, versions of one another: `blur` and `blur_light`, `fit1` and `fit2`."""
    if one == other:
        return False
    first, second = (splitext(basename(path))[0].lower() for path in (one, other))
    if dirname(one) != dirname(other):
        if first != second:
            return False
        return splitext(one)[1] != splitext(other)[1] or _differ_by_a_word(
            basename(dirname(one)), basename(dirname(other))
        )
    short, long = sorted((first, second), key=len)
    return long.startswith(short) or long.endswith(short) or _differ_by_a_word(first, second)


def _differ_by_a_word(one: str, other: str) -> bool:
    """Whether two names differ in one word or number: `experiment-real` and `experiment-pend`."""
    if _DIGITS.sub("", one) == _DIGITS.sub("", other):
        return True
    first, second = _SEPARATOR.split(one.lower()), _SEPARATOR.split(other.lower())
    return len(first) == len(second) > 1 and sum(a != b for a, b in zip(first, second, strict=True)) == 1


def _most_differences(place: Place) -> float:
    """In how many statements two versions of a definition may differ at most."""
    return max(3, _MOST * len(place.definition.shape) // CODE)


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
    from difflib import SequenceMatcher  # slow to import, and rarely needed

    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            found += _paired(here[a:b], there[c:d])
    if any(_is_other_interface(difference) for difference in found):
        return None
    names = _renamed(found, here, there)
    modules = _modules(drift.home) | _modules(drift.other)
    found = [d for d in found if not _is_talk(d) and not _is_the_same(d, names, modules)]
    found = _without_variables(_without_detours(found), names, modules)
    if len(found) > _most_differences(drift.other):
        return None
    found = _without_moves(_without_idle(found, (one, other), (drift.other.summary, drift.home.summary)), one, other)
    if isinstance(one, ast.ClassDef) and any(_NETWORK.search(ast.unparse(base)) for base in one.bases):
        made = [item for node in (one, other) for item in node.body if getattr(item, "name", "") == "__init__"]
        found = [d for d in found if not any(_stands_in(d, item) for item in made)]  # layers are chosen for each
    texts = sum(_is_of_texts(d) or _is_of_paths(d) for d in found)
    if 2 * texts >= len(found):
        return ()
    if all(map(_is_of_luck, found)) or sum(map(_settings, found)) >= _TUNED:
        return ()
    taken = {argument.arg for node in (one, other) for argument in ast.walk(node) if isinstance(argument, ast.arg)}
    return tuple(sorted(found, key=lambda d: _likely_meant(d, taken)))


def _is_of_luck(difference: Difference) -> bool:
    """Whether a difference is in the default of a seed, a device or the like, and no result depends on which is right."""
    one, other = difference
    if not isinstance(one, ast.FunctionDef) or not isinstance(other, ast.FunctionDef):
        return False
    mine, theirs = _default_of(one.args), _default_of(other.args)
    unlike = [name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)]
    return bool(unlike) and all(_LUCK.match(name) for name in unlike)


def _settings(difference: Difference) -> float:
    """In how many values two statements differ, if in values alone: many are what was tuned for each model."""
    one, other = difference
    if one is None or other is None:
        return float("-inf")
    first, second = Counter(tokens(one)), Counter(tokens(other))
    rest = [*(first - second).elements(), *(second - first).elements()]
    if not all(_VALUE.match(token) and not _TEXT.match(token) for token in rest):
        return float("-inf")
    return max((first - second).total(), (second - first).total())


def _likely_meant(difference: Difference, parameters: Collection[str]) -> int:
    """How likely somebody wanted a difference: least another name where a parameter stands, most another text."""
    one, other = difference
    if one is None or other is None:
        value = getattr(one or other, "value", None)
        return (
            4
            if isinstance(value, ast.Constant)
            or (isinstance(value, ast.List | ast.Dict) and not [*ast.iter_child_nodes(value)][1:])
            else 2
        )
    if _is_of_texts(difference) or _is_of_paths(difference):
        return 6
    if in_other_order(difference):
        return 0
    if _defaults(one, other):
        return 4
    first, second = tokens(one), tokens(other)
    if len(first) != len(second):
        rest = [*(Counter(first) - Counter(second)), *(Counter(second) - Counter(first))]
        return 5 if all(map(_VALUE.match, rest)) else 3
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if any(a[:1] == "$" == b[:1] and (a[1:] in parameters) != (b[1:] in parameters) for a, b in pairs):
        return 0
    if all(_VALUE.match(a) and _VALUE.match(b) for a, b in pairs):
        return 5
    return 1


def in_other_order(difference: Difference) -> tuple[str, str] | None:
    """The parameters here and there, if they are the same in another order."""
    one, other = difference
    if not isinstance(one, ast.FunctionDef) or not isinstance(other, ast.FunctionDef):
        return None
    first, second = _parameters(one)[0], _parameters(other)[0]
    return (", ".join(first), ", ".join(second)) if first != second and sorted(first) == sorted(second) else None


def _is_other_interface(difference: Difference) -> bool:
    """Whether a method takes something else than in the other version."""
    one, other = difference
    if not isinstance(one, ast.FunctionDef) or not isinstance(other, ast.FunctionDef):
        return False
    return one.name == other.name and not _same_interface(one, other)


def _stands_in(difference: Difference, node: ast.AST) -> bool:
    first, last = node.lineno, node.end_lineno  # type: ignore[attr-defined]
    return any(part is node or first <= getattr(part, "lineno", 0) <= last for part in difference if part is not None)


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


def _without_idle(
    found: list[Difference], versions: tuple[ast.AST, ast.AST], files: tuple[Summary, Summary]
) -> list[Difference]:
    """Without variables that one version alone has, and that nothing in it reads; that the other file has as a constant;
    or that are another name for something.
    """
    left = []
    for difference in found:
        side = 0 if difference.here is not None else 1
        node = difference[side]
        if difference[1 - side] is None and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            there = {n.id for n in ast.walk(versions[1 - side]) if isinstance(n, ast.Name)}
            alias = isinstance(_Plain(frozenset()).visit(deepcopy(node.value)), ast.Name) and name not in there
            constant = name.isupper() and name in files[1 - side].bindings.split()
            if alias or constant or _is_idle(name, node, versions[side]):
                continue
        left.append(difference)
    return left


def _is_idle(name: str, assignment: ast.AST, version: ast.AST) -> bool:
    """Whether nothing reads a variable that is set: no attribute of a class, and nothing for other functions."""
    for node in ast.walk(version):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            return False
        if isinstance(node, ast.Global | ast.Nonlocal) and name in node.names:
            return False
        if isinstance(node, ast.ClassDef) and assignment in node.body:
            return False
    return True


def _without_moves(found: list[Difference], one: ast.AST, other: ast.AST) -> list[Difference]:
    """With one difference for a statement that stands in another block, and none if it only stands further down."""
    alone = {ast.dump(_bare(there)): there for here, there in found if here is None and there is not None}
    moved = {
        id(here): alone[ast.dump(_bare(here))]
        for here, there in found
        if here is not None and there is None and ast.dump(_bare(here)) in alone
    }
    if not moved:
        return found
    blocks = {
        id(child): _block_of(node)
        for whole in (one, other)
        for node in ast.walk(whole)
        for child in ast.iter_child_nodes(node)
    }
    gone = set(map(id, moved.values()))
    left = []
    for difference in found:
        here, there = difference
        if id(here) in moved:
            there = moved[id(here)]
            if blocks.get(id(here)) == blocks.get(id(there)):
                continue
            left.append(Difference(here, there))
        elif not (here is None and id(there) in gone):
            left.append(difference)
    return left


def _block_of(node: ast.AST) -> str:
    return node.__class__.__name__ + ast.dump(_bare(node)) * (not isinstance(node, ast.FunctionDef))


def _without_variables(found: list[Difference], names: dict[str, str], modules: frozenset[str]) -> list[Difference]:
    """Without what is the same once a variable that one version alone has is replaced by its value."""
    for difference in found:
        side = 0 if difference.here is not None else 1
        node = difference[side]
        if difference[1 - side] is not None or not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Name):
            continue
        spelled = _Spelled(target.id, node.value)
        left = []
        for other in found:
            parts = [None if part is None else _bare(part) for part in other]
            changed = parts[side]
            if changed is not None:
                parts[side] = spelled.visit(deepcopy(changed))
            if other is not difference and not _is_the_same(Difference(*parts), names, modules):
                left.append(other)
        if len(left) < len(found) - 1:
            return left
    return found


class _Spelled(ast.NodeTransformer):
    def __init__(self, name: str, value: ast.expr) -> None:
        self.name = name
        self.value = value

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return deepcopy(self.value) if node.id == self.name and isinstance(node.ctx, ast.Load) else node


def _is_of_texts(difference: Difference) -> bool:
    """Whether a difference is one of texts alone: each file has its own data, columns and figures."""
    one, other = difference
    if one is None or other is None:
        return False
    first, second = tokens(one), tokens(other)
    return len(first) == len(second) and all(
        a == b or (_TEXT.match(a) and _TEXT.match(b)) for a, b in zip(first, second, strict=True)
    )


def _is_of_paths(difference: Difference) -> bool:
    """Whether two statements differ in one path alone, however it is put together: each file has its own place."""
    one, other = difference
    while one is not None and other is not None:
        if _is_path(one) and _is_path(other):
            return True
        one, other = _inner(one, other) or (None, None)
    return False


def _is_path(node: ast.AST) -> bool:
    """Whether an expression puts a path together of texts and names."""
    if not isinstance(node, ast.BinOp | ast.JoinedStr | ast.Call | ast.Constant):
        return False
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    joined = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    called = {ast.unparse(n.func).rpartition(".")[2] for n in ast.walk(node) if isinstance(n, ast.Call)}
    known = {"join", "Path", "str", "format", "expanduser", "abspath"}
    return (
        bool(texts) and called <= known and (joined or bool(called & {"join", "Path"}) or any("/" in t for t in texts))
    )


def _same_interface(one: ast.AST, other: ast.AST) -> bool:
    """Whether two definitions take the same: a version with another parameter, or another base, is meant to be one."""
    if isinstance(one, ast.ClassDef) and isinstance(other, ast.ClassDef):
        return [*map(ast.dump, one.bases)] == [*map(ast.dump, other.bases)] and _fields(one) == _fields(other)
    if isinstance(one, ast.ClassDef) or isinstance(other, ast.ClassDef):
        return False
    first, second = _parameters(one), _parameters(other)  # type: ignore[arg-type]
    return (sorted(first[0]), *first[1:]) == (sorted(second[0]), *second[1:])  # in another order, calls go wrong


def _fields(node: ast.ClassDef) -> list[str]:
    """The fields of a dataclass: what it is made from."""
    if not any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
        return []
    return [f"{ast.unparse(i.target)}: {ast.unparse(i.annotation)}" for i in node.body if isinstance(i, ast.AnnAssign)]


def _parameters(node: ast.FunctionDef) -> tuple[list[str], bool, bool]:
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
    one, other = _assigned(one), _assigned(other)
    if one.__class__ is not other.__class__:
        return False
    if isinstance(one, _NAMED) and isinstance(other, _NAMED) and _folded(one.name) != _folded(other.name):
        return False  # two methods
    first, second = tokens(one), tokens(other)
    from difflib import SequenceMatcher

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
        return _TALKATIVE.search(ast.unparse(node.test)) is not None or all(
            _says_nothing(inner) for inner in (*node.body, *node.orelse)
        )
    return False


def _is_the_same(difference: Difference, names: dict[str, str], modules: frozenset[str]) -> bool:
    """Whether two statements do the same: names, annotations, messages and progress bars aside."""
    one, other = difference
    if one is None or other is None:
        return False
    first = [names.get(token, token) for token in tokens(_plain(one, modules))]
    second = tokens(_plain(other, modules))
    if isinstance(one, ast.FunctionDef) and isinstance(other, ast.FunctionDef):
        first[1], second[1] = first[1].strip("$"), second[1].strip("$")  # the name of a method, as its calls say it
    return [_folded(token) for token in first] == [_folded(token) for token in second]


def _folded(token: str) -> str:
    """An attribute without case and underscores, as a library is renamed: `model.Refresh` is `model.refresh`."""
    return token if token[:1] == "$" or len(token) < _TELLING or _VALUE.match(token) else token.replace("_", "").lower()


def _plain(node: ast.AST, modules: frozenset[str]) -> ast.AST:
    """A copy of a statement's head without annotations, messages and progress bars."""
    return _Plain(modules).visit(deepcopy(_bare(_assigned(node))))  # type: ignore[no-any-return]


def _assigned(node: ast.AST) -> ast.AST:
    """An assignment without its annotation."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    return node


def _bare(node: ast.AST) -> ast.AST:
    """A statement without its blocks."""
    fields: dict[str, object] = {f: [] if f in _BLOCKS else getattr(node, f, None) for f in node._fields}
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

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        node.name = None
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """How much of a message is shown makes no difference: `str(error)[:150]`."""
        self.generic_visit(node)
        value = node.value
        if not isinstance(node.slice, ast.Slice) or not isinstance(value, ast.Call):
            return node
        return value if ast.unparse(value.func).rpartition(".")[2] in ("str", "repr", "format_exc") else node

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
        while node.keywords and node.keywords[0].arg == ("X", "y", "")[min(len(node.args), 2)]:
            node.args.append(node.keywords.pop(0).value)  # as one writes `fit(X, y)`
        if name in ("list", "print") and len(node.args) == 1:
            return node.args[0]
        if name in _MOVES and isinstance(node.func, ast.Attribute):
            return node.func.value
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


def in_words(difference: Difference) -> tuple[str, str]:
    """What stands here and what there: as much of the two statements as tells the difference; "" for nothing."""
    one, other = difference
    if one is None or other is None:
        return ("" if one is None else _short(head(one)), "" if other is None else _short(head(other)))
    first, second = _defaults(one, other) or (head(one), head(other))
    while max(len(first), len(second)) > _LONGEST:
        inner = _inner(one, other)
        if inner is None:
            return _around(first, second)
        one, other = inner
        first, second = _text(one), _text(other)
    return _clean(first), _clean(second)


def _defaults(one: ast.AST, other: ast.AST) -> tuple[str, str] | None:
    """The parameters of two functions whose defaults differ."""
    if not isinstance(one, ast.FunctionDef) or not isinstance(other, ast.FunctionDef):
        return None
    mine, theirs = (_default_of(node.args) for node in (one, other))
    unlike = [name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)]
    if not unlike or len(unlike) > 3:
        return None
    first, second = (
        ", ".join(f"{name}={found[name]}" if name in found else name for name in sorted(unlike))
        for found in (mine, theirs)
    )
    return (first, second) if max(len(first), len(second)) <= _LONGEST else None


def _default_of(arguments: ast.arguments) -> dict[str, str]:
    positional = [*arguments.posonlyargs, *arguments.args]
    late = positional[len(positional) - len(arguments.defaults) :]
    pairs = [
        *zip(late, arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {parameter.arg: ast.unparse(default) for parameter, default in pairs if default is not None}


def _inner(one: ast.AST, other: ast.AST) -> tuple[ast.AST, ast.AST] | None:
    """The one part in which two nodes differ; None where there are several, or another number of parts."""
    if one.__class__ is not other.__class__:
        return None
    pairs: list[tuple[ast.AST, ast.AST]] = []
    for field in one._fields:
        if field in _BLOCKS and isinstance(one, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        mine, theirs = getattr(one, field, None), getattr(other, field, None)
        mine, theirs = (value if isinstance(value, list) else [value] for value in (mine, theirs))
        if len(mine) != len(theirs):
            return None
        for a, b in zip(mine, theirs, strict=True):
            if isinstance(a, ast.AST) and isinstance(b, ast.AST):
                if ast.dump(a) != ast.dump(b):
                    if field == "func" and isinstance(a, ast.Attribute) and isinstance(b, ast.Attribute):
                        if a.attr != b.attr:
                            return None
                        a, b = a.value, b.value
                    pairs.append((a, b))
            elif a != b:
                return None
    return pairs[0] if len(pairs) == 1 and not isinstance(pairs[0][0], ast.arguments | ast.operator) else None


def _text(node: ast.AST) -> str:
    return (
        head(node)
        if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case)
        else " ".join(ast.unparse(node).split())
    )


def _clean(text: str) -> str:
    return text.replace("`", "'").removesuffix(":")


def _short(text: str) -> str:
    text = _clean(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"


def _around(first: str, second: str) -> tuple[str, str]:
    """The stretch of two long texts where they begin to differ."""
    same = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
    start = max(0, same - _LONGEST // 3)
    while 0 < start < same and (first[start - 1].isalnum() or first[start - 1] == "_"):
        start += 1
    found = []
    for text in (first, second):
        part = text[start : start + _LONGEST - 2].strip()
        found.append(_clean(("… " if start else "") + part + (" …" if len(text) > start + _LONGEST - 2 else "")))
    return found[0], found[1]
