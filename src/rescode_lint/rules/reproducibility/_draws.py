"""Where the code that runs when a file is started draws random numbers that nothing seeds."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from typing import Literal, NamedTuple, cast

from rescode_lint.facts.randomness import (
    ESTIMATOR_PACKAGES,
    ESTIMATORS,
    FITS,
    GENERATORS,
    NUMPY_DRAWS,
    OTHERS,
    RANDOM_DRAWS,
    TENSORFLOW_DRAWS,
    TORCH_DRAWS,
    TORCH_LAYERS,
    TORCH_SAMPLERS,
    Kind,
)
from rescode_lint.lazy import lazy
from rescode_lint.rules.reproducibility._random import below, full_name, seeds
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Scope

Means = Literal["estimator", "training", "number", "generator", "rows"]


class Draw(NamedTuple):
    """A call that draws without a seed."""

    call: ast.Call
    scope: Scope
    stream: str
    #: What the text calls it.
    name: str
    #: "estimator": seeded by its own keyword; "training": a model is trained with what it draws; "generator": is made
    #: without a seed; "rows": of a table; else "number".
    means: Means
    keyword: str = "random_state"


#: What shows or times what it gets: no result depends on it.
_PETTY_CALLS = lazy(
    r"(?:\w*plot\w*|scatter\w*|imshow|matshow|pcolormesh|text|annotate|barh?|fill_between|stem|errorbar|contourf?|hist2?d?"
    r"|hexbin|embedding|loglog|semilog[xy]|show\w*|display\w*|draw\w*|print|sleep|wait|summary|view\w*|visuali[sz]e\w*"
    r"|add_graph|timeit|export|trace|quiver|set_data|get_user_agent|add_argument|all|any|allclose|assert\w*|_*check\w*|_*validate\w*"
    r"|Chart|mark_\w+|set_(?:title|[xy]label|[xy]lim|[xy]ticks\w*)|(?:sup)?title)\Z"
)
_PETTY_NAMES = lazy(
    r"\w*(?:colou?r(?!ect)|cmap|palette)\w*|(?:\w+_)?(?:jitter\w*|port|token|delay|wait|sleep|uu?id|run_?id|run_?name|password|secret|salt|nonce"
    r"|suffix|\w*seed\w*|(?:random|rand|extra)_(?:secs?|seconds|minutes|ms|interval)|random_int|inputs?|input_\w+|dummy\w*|fake\w*|toy\w*|mock\w*|demo\w*|example\w*|tmp\w*|temp\w*|user_?agent|proxy|layout|img|image|fname|filename"
    r"|plot\w*|to_plot|\w+_plot)\Z",
    re.I,
)
#: What hands something on to whoever listens, and what only draws a graph.
_SENDERS = lazy(r"_?(?:push|send|publish|emit|broadcast)(?:_\w+)?\Z")
_DRAWERS = lazy(r"draw(?:_\w+)?\Z|show\Z")
#: What a function leaves behind besides what it returns.
_KEEPS = lazy(
    r"(?i)\w*(?:save|write|dump|print|plot|show|savefig|export|log|insert|update|execute|fit|train)\w*\Z|to_\w+\Z"
)
#: What says that a caller may choose the numbers.
_TOLD = lazy(r"(?i)seed|random_?state|\brng\b|generator\s*=|determinis")
#: A condition under which something is only tried or shown.
_TRIAL = lazy(r"(?i)\b(?:demo|debug|dry_?run|dummy)")
_COLOURS = lazy(r"\w*(?:colou?r(?!ect)|cmap|palette)\w*\Z", re.I)
#: Modules and objects whose methods only draw.
_SHOWING = lazy(r"(?:plt|sns|ax\w*|fig\w*|px|go|sc\.pl|pl|hv|mpl)\.")
#: Methods of fastai's learners that train.
_FASTAI = frozenset({"fit_one_cycle", "fine_tune", "fit_flat_cos", "fit_sgdr"})
#: Methods that train what was built before.
TRAINERS = _FASTAI | {"fit", "fit_generator"}
_LIGHTNING = ("lightning", "pytorch_lightning")
_NAMES = frozenset(
    {*ESTIMATORS, *(name.rpartition(".")[2] for name in (*OTHERS, *GENERATORS)), *NUMPY_DRAWS, *RANDOM_DRAWS}
    | {
        *TORCH_DRAWS,
        *TENSORFLOW_DRAWS,
        *TORCH_LAYERS,
        *TORCH_SAMPLERS,
        "DataLoader",
        *TRAINERS,
        "sample",
        "rvs",
    }
)
_PACKAGES = frozenset(
    "numpy random torch tensorflow keras sklearn scipy pandas umap imblearn openTSNE sklearn_extra sksurv pylab fastai"
    " lightning pytorch_lightning".split()
)


def unseeded_draws(file: Module, lecture: bool, others: Callable[[], Collection[ast.Call]]) -> list[Draw]:
    """The draws of code that runs when the file is started, and that no seed in the file covers: the first of each kind.

    Args:
        file: the script or notebook.
        lecture: only what trains counts.
        others: gives the calls that are left to another rule.
    """
    if not (file.is_notebook or file.main_guard or file.script_statements):
        return []
    found = _unseeded(file)
    if lecture:
        found = [draw for draw in found if draw.means in ("estimator", "training")]
    if any(_owner(d.scope) is not None for d in found):
        reached = _reached(file)
        found = [d for d in found if _owner(d.scope) in reached]
        if found:
            tried = {top: _is_tried(top, file) for d in found if (top := _owner(d.scope)) is not None}
            found = [d for d in found if not tried.get(_owner(d.scope) or d.call)]
    return _firsts(found, file, others) if found else []


def drawing_functions(file: Module, others: Callable[[], Collection[ast.Call]]) -> dict[str, list[Draw]]:
    """The draws in the functions and methods of a module, by their names (`Net.forward`), as `unseeded_draws`.

    Those that speak of a seed or a generator are left out: whoever calls them decides.
    """
    by_owner: dict[str, list[Draw]] = {}
    for draw in _unseeded(file):
        owner = _owner(draw.scope)
        if owner is not None and draw.means != "generator":
            by_owner.setdefault(_unit(draw.scope), []).append(draw)
    for name, draws in tuple(by_owner.items()):
        owner = _owner(draws[0].scope)
        text = "\n".join(file.source.lines[owner.lineno - 1 : owner.end_lineno])  # type: ignore[union-attr]
        kept = [] if _TOLD.search(text) else _firsts(draws, file, others)
        if kept:
            by_owner[name] = kept
        else:
            del by_owner[name]
    return by_owner


def _unseeded(file: Module) -> list[Draw]:
    """All draws that no seed in the file covers."""
    if "draws" not in file.memo:
        file.memo["draws"] = _all_unseeded(file)
    return cast("list[Draw]", file.memo["draws"])


def _all_unseeded(file: Module) -> list[Draw]:
    names = file.calls.keys() & _NAMES
    if not names:
        return []
    if not any(item.module.partition(".")[0] in _PACKAGES for item in file.imports) and not _loads_by_star(file):
        return []
    found = [draw for call, scope in file.calls_of(*names) for draw in _draw(call, scope, file)]
    if not found:
        return []
    covered = seeds(file)
    return [
        d for d in found if d.stream not in covered and (d.stream or not covered.keys() >= {"numpy", "torch", "random"})
    ]


def _firsts(found: list[Draw], file: Module, others: Callable[[], Collection[ast.Call]]) -> list[Draw]:
    """The first of each kind, of those that matter."""
    found = sorted(found, key=lambda d: (d.call.lineno, d.call.col_offset))
    splits = others() if any(d.means in ("number", "rows") for d in found) else ()
    firsts: dict[tuple[str, str], Draw] = {}
    for draw in found:
        key = draw.stream, draw.name if draw.means == "estimator" else draw.means
        if key in firsts or draw.call in splits:
            continue
        if draw.means in ("estimator", "training") or _matters(draw.call, draw.scope, file):
            firsts[key] = draw._replace(name=_text(draw.call.func))
    return sorted(firsts.values(), key=lambda d: (d.call.lineno, d.call.col_offset))


def _draw(call: ast.Call, scope: Scope, file: Module) -> Iterator[Draw]:
    function = call.func
    last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    name = full_name(function, scope, file)
    text = last
    if name is None:
        if isinstance(function, ast.Attribute):
            yield from _method(call, function, last, text, scope, file)
        return
    package, _, rest = name.partition(".")
    if name == "DataLoader" and _loads_by_star(file):
        package = "torch"
    if package in ESTIMATOR_PACKAGES and (last in ESTIMATORS or name in OTHERS):
        kind = OTHERS.get(name) or ESTIMATORS[last]
        if last == "KMeans" and any(k.arg == "init" and not isinstance(k.value, ast.Constant) for k in call.keywords):
            return  # it begins with centres that are there
        if _draws(call, kind) and (kind.at_once or not FITS.isdisjoint(file.calls)):
            yield Draw(call, scope, "numpy", text, "estimator", kind.keyword)
    elif name in OTHERS:
        if _draws(call, OTHERS[name]):
            yield Draw(call, scope, "numpy", text, "estimator", OTHERS[name].keyword)
    elif name in GENERATORS:
        if not call.keywords and (not call.args or _is_none(call.args[0])):
            yield Draw(call, scope, "", text, "generator")
    elif package == "numpy" and rest.startswith("random.") and last in NUMPY_DRAWS:
        yield Draw(call, scope, "numpy", text, "number")
    elif package == "random" and rest in RANDOM_DRAWS:
        yield Draw(call, scope, "random", text, "number")
    elif package == "torch":
        given = {keyword.arg for keyword in call.keywords}
        if last == "DataLoader":
            shuffled = any(
                k.arg == "shuffle" and isinstance(k.value, ast.Constant) and k.value.value is True
                for k in call.keywords
            )
            if shuffled and "generator" not in given and _trains(file):
                yield Draw(call, scope, "torch", text, "training")
        elif last in TORCH_LAYERS or last in TORCH_SAMPLERS:
            if _trains(file) and "generator" not in given:
                yield Draw(call, scope, "torch", text, "training")
        elif rest in TORCH_DRAWS and "generator" not in given and _trains(file):
            # elsewhere, random tensors try out a layer's shape
            yield Draw(call, scope, "torch", text, "number")
    elif package == "tensorflow" and last in TENSORFLOW_DRAWS and "seed" not in {k.arg for k in call.keywords}:
        if rest.startswith("random.") or rest in TENSORFLOW_DRAWS:
            yield Draw(call, scope, "tensorflow", text, "number")
    elif package == "scipy" and last == "rvs":
        seeded = any(k.arg in ("random_state", None) for k in call.keywords)
        if not seeded:
            yield Draw(call, scope, "numpy", text, "number")


def _method(
    call: ast.Call, function: ast.Attribute, last: str, text: str, scope: Scope, file: Module
) -> Iterator[Draw]:
    given = {keyword.arg for keyword in call.keywords}
    if last in _FASTAI:
        if _imports(file, "fastai"):
            yield Draw(call, scope, "torch", text, "training")
    elif last == "fit" and "Trainer" in file.calls and "rainer" in ast.unparse(function.value):
        if _imports(file, *_LIGHTNING):
            yield Draw(call, scope, "torch", text, "training")
    elif last in ("fit", "fit_generator") and not given.isdisjoint({"epochs", "nb_epoch", "steps_per_epoch"}):
        if _imports(file, "keras", "tensorflow"):
            yield Draw(call, scope, "tensorflow", text, "training")
    elif last == "sample" and given.isdisjoint({None, "random_state", "sample_shape"}):
        some = "frac" in given or "n" in given or len(call.args) == 1
        tables = _imports(file, "pandas", "geopandas")
        if some and tables and _is_frame(function.value):
            yield Draw(call, scope, "numpy", text, "rows")


def _is_frame(node: ast.expr) -> bool:
    """Whether a `sample` may be that of a table: posteriors, models and distributions have one too."""
    name = ast.unparse(node).lower()
    return any(word in name for word in ("df", "data", "frame", "table", "train", "test", "rows", "meta")) and not any(
        word in name for word in ("post", "dist", "prior", "model")
    )


def _loads_by_star(file: Module) -> bool:
    """Whether a star import of the author's own may bring torch's `DataLoader`."""
    return bool(file.stars) and "DataLoader" in file.calls and "backward" in file.calls


def _text(function: ast.expr) -> str:
    text = ast.unparse(function)
    return text if len(text) <= 40 and "\n" not in text and "`" not in text else text.rpartition(".")[2]


def _imports(file: Module, *packages: str) -> bool:
    return any(item.module.partition(".")[0] in packages for item in file.imports)


def _trains(file: Module) -> bool:
    """Whether the file trains a torch model."""
    return (
        "backward" in file.calls or ("Trainer" in file.calls and "fit" in file.calls) or "fit_one_cycle" in file.calls
    )


def _draws(call: ast.Call, kind: Kind) -> bool:
    """Whether a constructor or function draws as it is called."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in given or any(isinstance(argument, ast.Starred) for argument in call.args):
        return False
    seed = given.get(kind.keyword)
    if seed is not None and not _is_none(seed):
        return False
    if "rng" in given or "seed" in given:
        return False
    if not kind.needs:
        return True
    value = given.get(kind.needs)
    return value is not None and (not kind.values or ast.unparse(value) in kind.values)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _matters(call: ast.Call, scope: Scope, file: Module) -> bool:
    """Whether a result may depend on a draw: not what only colours, jitters, waits, or is shown once."""
    node: ast.AST = call
    parents = [*file.parents(call)]
    endless = any(isinstance(p, ast.While) and isinstance(p.test, ast.Constant) for p in parents)
    for parent in parents:
        if isinstance(parent, ast.Call) and node is not parent.func:
            called = parent.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if _PETTY_CALLS.match(name) or (endless and _SENDERS.match(name)):
                return False
            if name == "append" and isinstance(called, ast.Attribute) and _COLOURS.match(_name(called.value)):
                return False
        elif isinstance(parent, ast.keyword) and parent.arg and _PETTY_NAMES.match(parent.arg):
            return False
        elif isinstance(parent, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            if any(_PETTY_NAMES.match(_name(target)) for target in targets):
                return False
            if (
                len(targets) == 1
                and isinstance(targets[0], ast.Name)
                and _is_only_shown(targets[0].id, call, scope, file)
            ):
                return False
        elif isinstance(parent, ast.For) and node is parent.iter and isinstance(parent.target, ast.Name):
            if _is_index(parent.target.id, call, scope, file):
                return False
        elif isinstance(parent, ast.Assert) or (isinstance(parent, ast.If) and _TRIAL.search(ast.unparse(parent.test))):
            return False
        elif isinstance(parent, ast.Expr) and scope.kind == "module" and file.is_notebook:
            return _last_part(call) == "shuffle" or (node is not call and not _is_shown(parent.value, call))
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            name = parent.name
            if _PETTY_CALLS.match(name) or _PETTY_NAMES.match(name):
                return False
        node = parent
    return True


def _is_only_shown(name: str, call: ast.Call, scope: Scope, file: Module, depth: int = 0) -> bool:
    """Whether all that is done with a name below a draw is to plot or print it, or what it is the index of, or nothing."""
    shown: set[int] = set()
    uses: list[ast.AST] = []
    for node in below(call, scope, file, name):
        if isinstance(node, ast.Call):
            if _last_part(node) == "sleep" and any(isinstance(a, ast.Name) and a.id == name for a in node.args):
                return True
            if _PETTY_CALLS.match(_last_part(node)) or _SHOWING.match(ast.unparse(node.func)):
                shown.update(id(n) for n in ast.walk(node) if isinstance(n, ast.Name))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and depth < 3:
            looked_up = _indices(node.value, name)
            if looked_up and _is_only_shown(node.targets[0].id, call, scope, file, depth + 1):
                shown |= looked_up
        elif isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            uses.append(node)
    return all(id(node) in shown for node in uses)


def _indices(value: ast.expr, name: str) -> set[int]:
    """The places of a name within what stands in brackets: `rows[i]`."""
    return {
        id(part)
        for node in ast.walk(value)
        if isinstance(node, ast.Subscript)
        for part in ast.walk(node.slice)
        if isinstance(part, ast.Name) and part.id == name
    }


def _is_index(name: str, call: ast.Call, scope: Scope, file: Module) -> bool:
    """Whether what a loop goes through only picks what is shown."""
    used = any(isinstance(node, ast.Subscript) and _indices(node, name) for node in below(call, scope, file, name))
    return used and _is_only_shown(name, call, scope, file)


def _is_tried(top: ast.AST, file: Module) -> bool:
    """Whether the code that runs only tries a class out (`data = Songs(table)`, `data[0]`), or draws the graph of a function."""
    if not file.is_notebook or not isinstance(top, ast.ClassDef | ast.FunctionDef):
        return False
    if isinstance(top, ast.FunctionDef) and any(
        isinstance(node, ast.Call) and _KEEPS.match(_last_part(node)) for node in ast.walk(top)
    ):
        return False
    calls = file.calls_of(top.name)
    if sum(top.name in scope.uses for scope in file.scopes) != 1 or not calls:
        return False  # handed on, or used in other functions too
    for call, scope in calls:
        statement = next((p for p in file.parents(call) if isinstance(p, ast.stmt)), None)
        if scope.kind != "module" or not isinstance(statement, ast.Assign):
            return False
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            return False
        if isinstance(top, ast.ClassDef):
            if statement.value is not call or not _is_looked_at(target.id, call, scope, file):
                return False
        elif not _is_graph(target.id, call, scope, file):
            return False
    return True


def _is_looked_at(name: str, call: ast.Call, scope: Scope, file: Module) -> bool:
    """Whether of an object only an element is asked for, or its length: `data[0]`, `data.__getitem__(0)`, `len(data)`."""
    fine: set[int] = set()
    uses: set[int] = set()
    for node in below(call, scope, file, name):
        match node:
            case (
                ast.Subscript(value=ast.Name() as owner, slice=ast.Constant())
                | ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr="__getitem__" | "__len__"))
                | ast.Call(func=ast.Name(id="len"), args=[ast.Name() as owner])
            ):
                fine.add(id(owner))
            case ast.Name(ctx=ast.Load()) if node.id == name:
                uses.add(id(node))
            case _:
                pass
    return bool(uses) and uses <= fine


def _is_graph(name: str, call: ast.Call, scope: Scope, file: Module, depth: int = 0) -> bool:
    """Whether of what a function gives only a graph is drawn, or nothing is made."""
    fine: set[int] = set()
    uses: set[int] = set()
    for node in below(call, scope, file, name):
        if isinstance(node, ast.Call) and _DRAWERS.match(_last_part(node)):
            fine.update(id(n) for n in ast.walk(node) if isinstance(n, ast.Name))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and depth < 3:
            target = node.targets[0].id
            if target != name and _is_graph(target, call, scope, file, depth + 1):
                fine.update(id(n) for n in ast.walk(node.value) if isinstance(n, ast.Name))
        elif isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            uses.add(id(node))
    return uses <= fine


def _is_shown(value: ast.expr, call: ast.Call) -> bool:
    """Whether a statement only shows what it draws: `np.random.rand(3).mean()`."""
    return not isinstance(value, ast.Call) or _last_part(value) in ("head", "mean", "round", "shape")


def _last_part(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _name(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


# --- what runs ----------------------------------------------------------------------------------------------------


def _owner(scope: Scope) -> ast.AST | None:
    """The outermost function or class that holds a scope; None for top-level code."""
    owner = None
    at: Scope | None = scope
    while at is not None:
        if at.kind in ("function", "class") and not isinstance(at.node, ast.Lambda):
            owner = at.node
        at = at.parent
    return owner


def _unit(scope: Scope) -> str:
    """The name of the function, or class and method, that holds a scope."""
    names: list[str] = []
    at: Scope | None = scope
    while at is not None:
        if at.kind in ("function", "class") and not isinstance(at.node, ast.Lambda):
            names.append(at.node.name)  # type: ignore[union-attr]
            is_class = at.kind == "class"
        at = at.parent
    return ".".join(names[:-3:-1]) if is_class else names[-1]


def _reached(file: Module) -> set[ast.AST | None]:
    """The top-level functions and classes that the file's own top-level code reaches, and None for that code itself.

    A method runs if its class is used.
    """
    tops: dict[str, list[ast.AST]] = {}
    uses: dict[ast.AST, set[str]] = {}
    for site in file.definitions:
        owner = site.owner or site.node
        uses.setdefault(owner, set()).update(site.scope.uses)
        if site.owner is None:
            tops.setdefault(site.node.name, []).append(site.node)
    names: set[str] = set()
    stack: list[ast.AST] = []
    for statement in file.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stack += statement.decorator_list
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            text = "\n".join(file.source.lines[statement.lineno - 1 : statement.end_lineno])
            if any(name in text for name in tops):
                stack.append(statement)
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is ast.Name:
            names.add(node.id)  # type: ignore[attr-defined]
        elif kind is ast.FunctionDef or kind is ast.AsyncFunctionDef or kind is ast.ClassDef:
            stack += node.decorator_list  # type: ignore[attr-defined]
        else:
            stack += ast.iter_child_nodes(node)
    reached: set[ast.AST | None] = {None}
    waiting = [node for name in names for node in tops.get(name, ()) if not name.startswith("test_")]
    while waiting:
        top = waiting.pop()
        if top not in reached:
            reached.add(top)
            waiting += [node for name in uses.get(top, ()) for node in tops.get(name, ())]
    return reached
