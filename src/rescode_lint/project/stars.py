"""The star imports of a notebook, `%pylab` among them, with the names that may come from each.

What a module of the project brings is known only when all files are: such a star import keeps every name that is read
below it and that nothing else surely gives.
"""

from __future__ import annotations

import ast
import builtins
import sys
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rescode_lint.facts.star_names import names_of
from rescode_lint.model import Span, Star
from rescode_lint.semantics.module import Module, Use

#: What a kernel and Python itself give.
_PYTHON = frozenset(dir(builtins))
_KERNEL = _PYTHON | {"get_ipython", "display", "In", "Out", "exit", "quit", "__file__", "_", "__", "___"}
#: Builtins that a star import of NumPy replaces from version 2 on, and one of `pylab` in no version.
VARYING = frozenset({"abs", "bool", "max", "min", "pow", "round"})
#: Names that are put into a cell so that a run ends there.
_HALTS = frozenset({"stop", "halt", "end", "stop_here", "stophere", "pause"})
#: What looks at names that no walk sees.
_DYNAMIC = ("eval", "exec", "globals", "locals", "vars", "execfile", "get_ipython")
#: Statements that bind what they bind whenever they run.
_CERTAIN = (
    ast.Assign,
    ast.AnnAssign,
    ast.AugAssign,
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.With,
    ast.Expr,
)
#: Modules that give the same things by the same names.
_ALIKE = frozenset({"numpy", "scipy", "pylab", "matplotlib", "mpl_toolkits"})


class _Place(NamedTuple):
    """A star import by its virtual line, with what it brings, as far as a table knows."""

    line: int
    module: str
    span: Span
    magic: str
    brings: frozenset[str] | None


def brought_by(module: str) -> frozenset[str] | None:
    """The names that a star import of somebody else's module brings; None where no table knows."""
    found = names_of(module)
    if found is not None and module in ("pylab", "matplotlib.pylab"):
        found = found - VARYING - {"bytes"}
    return found


def is_alike(one: str, other: str) -> bool:
    """Whether two names are of one family of modules, which give the same thing by the same name."""
    tops = one.partition(".")[0], other.partition(".")[0]
    return tops[0] == tops[1] or _ALIKE.issuperset(tops)


def stars_of(module: Module) -> Iterator[Star]:
    """The star imports at the top level of a notebook, in order, each with the names that may come from it."""
    places = sorted(_places(module))
    if not places:
        return
    uses: list[dict[str, None]] = [{} for _ in places]
    others: list[dict[str, None]] = [{} for _ in places]
    sure = not any(name in module.scope.uses for name in _DYNAMIC)
    sure = sure and not any(cell.opaque and not cell.unparsed for cell in module.cells)
    unsure = {name for cell in module.cells for name in cell.maybe_binds}
    for use, bound in _reads(module, places, unsure):
        name = use.name
        # A function may be called below all of them, wherever it stands.
        seen = [
            i
            for i, place in enumerate(places)
            if bound <= place.line and (use.kind == "later" or place.line < use.line)
        ]
        givers = [i for i in seen if name in (places[i].brings or ())]
        for index in seen:
            if index in givers:
                if index == givers[-1] or use.kind == "later":
                    source = places[index].module
                    if bound and _is_same(name, source, module):
                        continue
                    other = name in _PYTHON or bound > 0
                    other = other or not all(is_alike(places[giver].module, source) for giver in givers)
                    (others if other else uses)[index][name] = None
            elif places[index].brings is None and use.kind != "expand":
                other = bool(givers or bound) or name in _KERNEL or name.lower() in _HALTS
                (others if other else uses)[index][name] = None
    for (_, name, span, magic, brings), own, more in zip(places, uses, others, strict=True):
        doubtful = unsure if brings is None else unsure & brings
        doubtful = {n for n in doubtful if len(n) > 1 and n not in VARYING and n not in sys.stdlib_module_names}
        perhaps = sorted(doubtful - own.keys() - more.keys())
        yield Star(name, span, magic, " ".join(own), " ".join(more), " ".join(perhaps), sure)


def _places(module: Module) -> Iterator[_Place]:
    for statement in module.body:
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            name = "." * statement.level + (statement.module or "")
            yield _Place(statement.lineno, name, module.span(statement), "", brought_by(name))
    for magic, span in module.magics():
        if magic.name == "pylab" and magic.kind == "line":
            cell = next(cell for cell in module.cells if cell.position == span.cell)
            if cell.unparsed is None and "pylab" in cell.star and "--n" not in magic.text:  # options may be abbreviated
                text = f"%pylab {magic.text.partition('#')[0].strip()}".strip()
                brings = (brought_by("pylab") or frozenset()) | set(magic.binds)
                yield _Place(cell.first + magic.line - 1, "pylab", span, text, brings)


def _reads(module: Module, places: list[_Place], unsure: set[str]) -> Iterator[tuple[Use, int]]:
    """The names that are read, each with the line of what surely binds it last above; 0 where nothing does.

    Names that are bound only on some way to where they are read are not among them, but put among those that are `unsure`.
    """
    magics = {place.line for place in places if place.magic}
    starts = [min([s.lineno, *(d.lineno for d in getattr(s, "decorator_list", ()))]) for s in module.body]
    binds = [use for use in module.flow if use.kind == "bind" and use.line not in magics]
    everywhere = {use.name for use in binds}
    unparsed = {name for cell in module.cells for name in cell.maybe_binds}
    bound: dict[str, int] = {}
    perhaps: dict[str, int] = {}
    for use in module.flow:
        name, kind = use.name, use.kind
        top = bisect_right(starts, use.line) - 1
        if kind == "bind":
            if use.line in magics:
                continue
            if top >= 0 and isinstance(module.body[top], _CERTAIN):
                bound[name] = use.line
                perhaps.pop(name, None)
            else:
                perhaps[name] = top
        elif kind == "delete":
            bound.pop(name, None)
        elif name in perhaps:
            if perhaps[name] != top and name not in _KERNEL:
                unsure.add(name)
        elif (kind == "later" and not bound.get(name) and name in everywhere) or name in unparsed:
            unsure.add(name)
        else:
            yield use, bound.get(name, 0)


def _is_same(name: str, brought: str, module: Module) -> bool:
    """Whether what the notebook imported above by a name is what the star import brings."""
    target = module.scope.imports.get(name)
    return target is not None and is_alike(target, brought)
