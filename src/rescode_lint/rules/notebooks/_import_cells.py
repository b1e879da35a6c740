"""Where the imports of a notebook stand, and which of them could stand with the others at its top."""

from __future__ import annotations

import ast
import builtins
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from rescode_lint.facts.distributions import distributions
from rescode_lint.lazy import lazy
from rescode_lint.project.stars import brought_by
from rescode_lint.semantics import Module

#: The cell of imports is the fullest among so many from the first that has any.
_NEAR = 6
#: Of these, one further down than the second must have so many.
_FULL = 4
#: So many cells below the imports at the top, and further down, an import is far from them.
FAR = 3
#: So many imports in one cell that repeat none above are a block, and with more such blocks than this below headings nothing is gathered.
_BLOCK, _BLOCKS = 3, 2
#: One of so many imports of a cell that has to stay keeps the others where they are.
_PART = 5
#: An execution count up to this one, below a larger one, is that of a new session.
_AFRESH = 3
#: What is there wherever another package, or a notebook, is.
_ALONG = {"mpl_toolkits": "matplotlib", "pylab": "matplotlib", "keras": "tensorflow", "tensorboard": "tensorflow"}
_THERE = frozenset({"IPython", "ipykernel", "google", "pkg_resources", "setuptools"})
_STANDARD = sys.stdlib_module_names
_BUILTINS = frozenset(dir(builtins))
#: What a debugging session leaves behind, and what has no other place than its own.
_IN_PLACE = frozenset({"pdb", "ipdb", "pudb", "__future__", "this", "antigravity"})
#: What may decide whether a module that was not loaded before can be.
_BARRIER = lazy(
    r"environ\b|putenv|os\.system|subprocess|findspark|pyximport|import_module|importlib|__import__|get_ipython\(\)"
    r"|[._ ]install\w*\(|startJVM"
)
#: The same for a module that is not a well-known library, and may come from the notebook's own surroundings.
_LOCAL = lazy(
    r"sys\.path|chdir\(|\.mount\(|addsitedir|extractall|unpack_archive|urlretrieve|clone_from|git clone|snapshot_download"
    r"|\.write\(|write_text"
)
#: What must come before one that was loaded already is used further, too.
_STRICT = lazy(
    r"(?:matplotlib|mpl)\.use\(|patch_sklearn|switch_backend|reload\(|sys\.modules|cudf|modin|set_backend|set_start_method"
    r"|enable_iterative|enable_hist|enable_halving|jax\.config|config\.update"
)
#: Shell commands that only look.
#: Those that fetch or move files.
_FILES = lazy(r"\s*(?:wget|curl|unzip|tar|mv|cp|mkdir|rm|gdown|gsutil|git|kaggle|touch|chmod|gunzip)\b(?!.*\.whl)")
_LOOKS = lazy(
    r"\s*(?:(?:ls|pwd|head|tail|cat|nvidia-smi|echo|du|df|wc|free|which|date|nproc|lscpu|tree|find|grep|uname|ps|top|file|less|more)\b"
    r"(?!.*>)|pip\d? (?:list|show|freeze)|python\d? --?[vV]|conda (?:list|info|env list))"
)
#: Magics after which a module is found as before.
_HARMLESS = frozenset(
    "matplotlib autoreload aimport time timeit capture config precision who whos who_ls history memit mprun lprun prun"
    " snakeviz pinfo pdoc psource debug pdb tb xmode colors pprint doctest_mode store html HTML latex javascript js svg"
    " markdown pylab ls pwd cat less more lsmagic magic tensorboard watermark reload_ext notebook pycat page".split()
)


class Statement(NamedTuple):
    """An import statement at the top level."""

    node: ast.Import | ast.ImportFrom
    #: Which of the code cells, counted from 0, and its position among all cells.
    number: int
    position: int
    #: (module, name, local name) of what it imports.
    items: tuple[tuple[str, str, str], ...]

    @property
    def tops(self) -> frozenset[str]:
        """The packages, "." for what is relative."""
        return frozenset(module.partition(".")[0] or "." for module, _, _ in self.items)


class Far(NamedTuple):
    """An import that could stand with the others."""

    statement: Statement
    #: It brings a package that nothing above it brings, and that need not be installed.
    is_new: bool
    #: Where the same is imported above; 0 where it is not.
    again: int = 0


class Gathering(NamedTuple):
    """The position of the cell of imports, and what could stand there as well."""

    home: int
    far: tuple[Far, ...]


def gathering(file: Module) -> Gathering | None:
    """Find the cell of imports, and the imports further down that could stand in it."""
    known = file.memo.get("gathering", "")
    if known == "":
        known = file.memo["gathering"] = _gathering(file)
    assert known is None or isinstance(known, Gathering)
    return known


def _gathering(file: Module) -> Gathering | None:
    if len({item.cell for item in file.imports if not item.local}) < FAR:
        return None
    statements = list(_statements(file))
    if not statements:
        return None
    counts = Counter(statement.number for statement in statements)
    first = min(counts)
    near = [
        index for index in counts if index < first + _NEAR and (counts[index] >= _FULL or first <= index <= first + 1)
    ]
    home = max(near, key=lambda index: (counts[index], -index))
    end = home
    while end + 1 < len(file.cells) and (end + 1 in counts or _is_blank(file.cells[end + 1].lines)):
        end += 1
    heads = _heads(file, statements, end + FAR)
    if sum(statement.number >= end + FAR and statement.number not in heads for statement in statements) < FAR:
        return None
    last = max(s.node.end_lineno or s.node.lineno for s in statements if s.number == home)
    found = list(_far(file, statements, end + FAR, last, heads))
    # Where a good part of a cell's imports cannot go, the others stay with them.
    whole = Counter(s.number for s in statements)
    gone = Counter(far.statement.number for far in found)
    found = [far for far in found if _PART * (whole[n := far.statement.number] - gone[n]) < whole[n]]
    return Gathering(file.cells[home].position, tuple(found))


def _heads(file: Module, statements: list[Statement], least: int) -> set[int]:
    """The cells of imports with which later parts begin: below a heading, or where a new session begins.

    Their imports are gathered where a reader of that part looks for them.
    """
    cells = file.cells
    above: set[tuple[str, str, str]] = set()
    new: Counter[int] = Counter()
    for statement in statements:
        new[statement.number] += not above.issuperset(statement.items)
        above.update(statement.items)
    begins = [
        index
        for index, count in new.items()
        if index >= least and count >= _BLOCK and (cells[index].heading or _is_afresh(file, index))
    ]
    if len(begins) > _BLOCKS:
        return set()
    found: set[int] = set()
    for index in begins:
        while index in new:
            found.add(index)
            index += 1
    return found


def _is_afresh(file: Module, index: int) -> bool:
    """Whether the execution counts begin again at a cell."""
    count = file.cells[index].execution_count
    before = next((c for cell in file.cells[index - 1 :: -1] if (c := cell.execution_count) is not None), 0)
    return count is not None and count <= _AFRESH and count < before


def _statements(file: Module) -> Iterator[Statement]:
    firsts = [cell.first for cell in file.cells]
    for node in file.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        index = bisect_right(firsts, node.lineno) - 1
        if isinstance(node, ast.Import):
            items = [(a.name, "", a.asname or a.name.partition(".")[0]) for a in node.names]
        else:
            module = "." * node.level + (node.module or "")
            items = [(module, a.name, a.asname or a.name) for a in node.names]
        yield Statement(node, index, file.cells[index].position, tuple(items))


def _is_blank(lines: tuple[str, ...]) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in lines)


def _far(file: Module, statements: list[Statement], least: int, last: int, heads: set[int]) -> Iterator[Far]:
    """The imports from the code cell `least` on, those in `heads` aside, that can stand below the line `last`."""
    above: dict[tuple[str, str, str], int] = {}
    packages: set[str] = set()
    at_home: set[str] = set()
    barriers = _barriers(file, last, statements[-1].node.lineno)
    fixed = _fixed_names(file, last)
    lines = Counter(line for s in file.body for line in {s.lineno, s.end_lineno or s.lineno})
    for statement in statements:
        node = statement.node
        names = {local for _, _, local in statement.items}
        if statement.number >= least and statement.number not in heads and names.isdisjoint(fixed):
            cell = file.cells[statement.number]
            alone = lines[node.lineno] == 1 and lines[node.end_lineno or node.lineno] == 1
            stays = (
                not alone
                or "*" in names
                or not _IN_PLACE.isdisjoint(statement.tops)
                or any(begin <= node.lineno <= end for begin, end in cell.isolated)
                or _is_hidden(names, file, last, node.lineno)
            )
            again = {above.get(item, 0) for item in statement.items}
            if not stays and all(again):
                yield Far(statement, False, min(again))
            elif not stays and _may_pass(statement, barriers, at_home):
                new = {_ALONG.get(top, top) for top in statement.tops} - packages - _STANDARD - _THERE
                yield Far(statement, bool(new))
        for item in statement.items:
            above.setdefault(item, statement.position)
        packages |= statement.tops
        if node.lineno <= last:
            at_home |= statement.tops


#: What may matter to modules that are not well-known libraries, to all that are not loaded yet, to all others too.
_OWN, _UNLOADED, _ALL = range(3)


def _may_pass(statement: Statement, barriers: list[tuple[int, int]], at_home: set[str]) -> bool:
    """Whether nothing between the cell of imports and this one must come first."""
    passed = max((weight for line, weight in barriers if line < statement.node.lineno), default=-1)
    if passed < 0 or statement.tops <= _STANDARD:
        return True
    if passed == _OWN:
        return all(top in _STANDARD or top in at_home or distributions(top)[1] for top in statement.tops)
    return passed == _UNLOADED and statement.tops <= _STANDARD | at_home


def _barriers(file: Module, first: int, last: int) -> list[tuple[int, int]]:
    """The lines between two lines that may decide how a module is found, and what they matter to."""
    found: list[tuple[int, int]] = []
    for cell in file.cells:
        if cell.first > last or cell.first + len(cell.lines) <= first:
            continue
        for magic in cell.magics:
            line = cell.first + magic.line - 1
            if magic.kind == "help" or (magic.kind == "shell" and _LOOKS.match(magic.text)):
                continue
            if magic.kind != "shell" and magic.name in _HARMLESS:
                continue
            if magic.name == "load_ext" and magic.text.strip() in (
                "autoreload",
                "tensorboard",
                "watermark",
                "line_profiler",
            ):
                continue
            weight = _ALL if magic.name.startswith("reset") or magic.name == "load_ext" else _UNLOADED
            if magic.name in ("cd", "pushd", "popd", "writefile", "file") or (
                magic.kind == "shell" and _FILES.match(magic.text)
            ):
                weight = _OWN
            found.append((line, weight))
        if cell.unparsed:
            found.append((cell.first, _ALL))
    for number, text in enumerate(file.source.lines[first : last - 1], first + 1):
        if "." not in text and "(" not in text:
            continue
        if _STRICT.search(text):
            found.append((number, _ALL))
        elif not text.lstrip().startswith("#"):
            if _BARRIER.search(text):
                found.append((number, _UNLOADED))
            elif _LOCAL.search(text):
                found.append((number, _OWN))
    return found


def _fixed_names(file: Module, last: int) -> set[str]:
    """Names whose import cannot go up: they mean something else elsewhere, or are looked up above as Python's own."""
    imported: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for item in file.imports:
        if not item.local:
            local = item.alias or item.name or item.module.partition(".")[0]
            module = "." * item.level + item.module
            imported[local].add((module, item.name) if item.name or item.alias else (local, ""))
    found = {name for name, targets in imported.items() if len(targets) > 1}
    bound: set[str] = set()
    for use in file.flow:
        name = use.name
        if name not in imported:
            continue
        if use.kind == "bind":
            if not isinstance(use.node, ast.alias):
                found.add(name)
            bound.add(name)
        elif use.kind == "delete" or (name in _BUILTINS and name not in bound):
            found.add(name)
    for cell in file.cells:
        if cell.unparsed:
            found |= cell.maybe_binds & imported.keys()
    return found


def _is_hidden(names: set[str], file: Module, first: int, last: int) -> bool:
    """Whether a star import between two lines may give one of the names as well."""
    for line, module in file.stars:
        if first < line < last:
            brought = brought_by(module)
            if brought is None or not names.isdisjoint(brought):
                return True
    return False
