"""Where a file divides data at random, and no seed says how."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

from rescode_lint.facts.randomness import (
    CHOICES,
    DATASET_SPLIT,
    MULTILABEL_SPLITS,
    OLD_SPLITS,
    SHUFFLES,
    SPARK_SPLIT,
    SPLIT_PACKAGES,
    SPLITS,
    TORCH_SPLIT,
    Split,
)
from rescode_lint.lazy import lazy
from rescode_lint.rules.reproducibility._random import TEST_PATH, below, full_name, seeds
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Scope

#: Last parts of the names of calls that may be splits.
_NAMES = frozenset(
    {*SPLITS, *MULTILABEL_SPLITS, "random_split", "randomSplit", "sample", "shuffle", "permutation", "choice"}
    | {"randperm", "rand", "random", "random_sample"}
)
_PART = lazy(
    r"train|test|\bte\b|_te\b|\btr\b|_tr\b|trn|tst|val|\bdev|_dev|hold|fold|split",
)
#: What gives the rest.
_REMOVING = frozenset({"drop", "difference", "setdiff1d", "delete"})
_CUTTING = frozenset({"split", "array_split"})
#: What hands on the rows of a table in the order in which it gets them.
_CHAINED = frozenset(
    {"reset_index", "copy", "tolist", "to_list", "batch", "prefetch", "cache", "map", "repeat", "numpy"}
)


class Place(NamedTuple):
    """A split without a seed."""

    call: ast.Call
    scope: Scope
    split: Split
    #: What the text calls it.
    name: str
    #: "keyword": the seed goes into the call; else the call goes to a seeded generator: "numpy", "rand", "random".
    way: str = "keyword"


def unseeded_splits(file: Module) -> list[Place]:
    """The random splits that neither their own arguments nor the file seed, in the order of the text."""
    if "splits" not in file.memo:
        file.memo["splits"] = _unseeded_splits(file)
    return cast("list[Place]", file.memo["splits"])


def _unseeded_splits(file: Module) -> list[Place]:
    names = file.calls.keys() & _NAMES
    if not names or TEST_PATH.search(file.path):
        return []
    found = [maybe for call, scope in file.calls_of(*names) for maybe in _split(call, scope, file)]
    if not found:
        return []
    covered = seeds(file)
    kept = []
    for place, is_split in found:
        since = covered.get(place.split.stream)
        if since is not None and (place.scope.kind != "module" or since <= place.call.lineno):
            continue
        if is_split is None or is_split():
            kept.append(place)
    kept.sort(key=lambda place: (place.call.lineno, place.call.col_offset))
    return kept


def _split(call: ast.Call, scope: Scope, file: Module) -> Iterator[tuple[Place, Callable[[], bool] | None]]:
    """What a call may be, and what has yet to be asked (it takes longer) where it is a split only by what follows."""
    function = call.func
    last = _last(function)
    name = full_name(function, scope, file)
    if name is None:
        if isinstance(function, ast.Attribute):
            yield from _method(call, function, scope, file)
        return
    split = _known(name, last)
    if split is not None:
        if _lacks(call, split):
            yield Place(call, scope, split, _text(function)), None
    elif name in SHUFFLES:
        if call.args and not call.keywords:
            stream = SHUFFLES[name]
            split = TORCH_SPLIT if stream == "torch" else Split(stream, "")
            place = Place(call, scope, split, _text(function), "keyword" if stream == "torch" else stream)
            yield place, lambda: _is_cut(call, last == "shuffle", scope, file)
    elif name in CHOICES:
        place = Place(call, scope, Split(CHOICES[name], ""), _text(function), CHOICES[name])
        yield place, lambda: _is_set_apart(call, name, file, scope)
    elif name in ("numpy.random.rand", "numpy.random.random", "numpy.random.random_sample"):
        place = Place(call, scope, Split("numpy", ""), _text(function), "rand")
        yield place, lambda: _is_mask(call, scope, file)


def _text(function: ast.expr) -> str:
    text = ast.unparse(function)
    return text if len(text) <= 40 and "\n" not in text and "`" not in text else text.rpartition(".")[2]


def _known(name: str, last: str) -> Split | None:
    """A function or class of a library that splits."""
    package = name.partition(".")[0]
    if name == last:
        package = "sklearn" if last not in ("random_split",) else "torch"  # by a star import
    if package in SPLIT_PACKAGES and last in SPLITS:
        split = SPLITS[last]
        if name.startswith(OLD_SPLITS) and split.position >= 0:
            return split._replace(position=split.position + 1, shuffle=split.shuffle + 1 if split.shuffle >= 0 else -1)
        return split
    if package == "iterstrat":
        return MULTILABEL_SPLITS.get(last)
    if last == "random_split" and package == "torch":
        return TORCH_SPLIT
    return None


def _method(
    call: ast.Call, function: ast.Attribute, scope: Scope, file: Module
) -> Iterator[tuple[Place, Callable[[], bool] | None]]:
    """A method of a table, a dataset or a Spark frame that splits."""
    owner = function.value
    if isinstance(owner, ast.Name) and owner.id in ("self", "cls"):
        return
    last = function.attr
    split: Split | None = None
    follows: Callable[[], bool] | None = None
    if last == "train_test_split":
        split = DATASET_SPLIT if _imports(file, "datasets", "transformers") else None
    elif last == "randomSplit":
        split = SPARK_SPLIT
    elif last == "sample" and _imports(file, "pandas", "geopandas", "modin"):
        given = {keyword.arg for keyword in call.keywords}
        if "frac" in given or "n" in given or len(call.args) == 1:
            split = Split("numpy", "random_state", 4)
            follows = lambda: _is_cut(call, False, scope, file)  # noqa: E731
    elif last == "shuffle" and _imports(file, "tensorflow") and {"take", "skip"} <= file.calls.keys():
        split = Split("tensorflow", "seed", 1)
        follows = lambda: _is_taken(call, file)  # noqa: E731
    if split is not None and _lacks(call, split):
        yield Place(call, scope, split, _text(function)), follows


def _imports(file: Module, *packages: str) -> bool:
    return any(item.module.partition(".")[0] in packages for item in file.imports)


def _lacks(call: ast.Call, split: Split) -> bool:
    """Whether a call draws, and is not given a seed."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in given or any(isinstance(argument, ast.Starred) for argument in call.args[1:]):
        return False
    seed = given.get(split.keyword)
    if seed is None and 0 <= split.position < len(call.args):
        seed = call.args[split.position]
    if seed is not None and not _is_constant(seed, None):
        return False
    shuffled = given.get("shuffle")
    if shuffled is None and 0 <= split.shuffle < len(call.args):
        shuffled = call.args[split.shuffle]
    if split.only_shuffled:
        return shuffled is not None and _is_constant(shuffled, True)
    return shuffled is None or not _is_constant(shuffled, False)


def _is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


# --- draws that are a split only by what follows ----------------------------------------------------------------------


def _is_cut(call: ast.Call, in_place: bool, scope: Scope, file: Module) -> bool:
    """Whether what comes out is cut into parts that are named as such, or leaves a rest."""
    if in_place:
        return isinstance(call.args[0], ast.Name) and _is_divided(call.args[0].id, call, scope, file)
    name, direct = _target(call, file)
    if direct:
        return True
    if not name:
        return False
    return _has_rest(name, call, scope, file) or _is_divided(name, call, scope, file)


def _is_set_apart(call: ast.Call, name: str, file: Module, scope: Scope) -> bool:
    """Whether what is chosen without repetition is a part of the data, and the rest is another."""
    if name == "numpy.random.choice" and not any(
        keyword.arg == "replace" and _is_constant(keyword.value, False) for keyword in call.keywords
    ):
        return False
    target, _ = _target(call, file)
    return bool(target and _PART.search(target.lower())) and _has_rest(target, call, scope, file)


def _has_rest(name: str, call: ast.Call, scope: Scope, file: Module) -> bool:
    """Whether what a name does not hold is used too: `set(all) - set(x)`, `i not in x`, `drop(x.index)`, `~isin(x)`."""

    def means(node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute) and node.attr in ("index", "values"):
            node = node.value
        if (
            isinstance(node, ast.Call)
            and len(node.args) == 1
            and getattr(node.func, "id", "") in ("set", "list", "tuple")
        ):
            node = node.args[0]
        return _is_name(node, name)

    for node in below(call, scope, file, name):
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.Sub) and means(node.right) and isinstance(node.right, ast.Call):
                return True
        elif isinstance(node, ast.Compare):
            if isinstance(node.ops[0], ast.NotIn) and means(node.comparators[0]):
                return True
        elif isinstance(node, ast.Call):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            if _last(node.func) in _REMOVING and any(map(means, values)):
                return True
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.Not):
            inner = node.operand
            if isinstance(inner, ast.Call) and _last(inner.func) in ("isin", "in1d") and any(map(means, inner.args)):
                return True
    return False


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _target(call: ast.Call, file: Module) -> tuple[str, bool]:
    """The name that gets the result, and whether it goes straight to `np.split`."""
    node: ast.AST = call
    for parent in file.parents(call):
        if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
            return parent.targets[0].id, False
        if isinstance(parent, ast.Call) and node is not parent.func:
            called = parent.func
            if isinstance(called, ast.Attribute) and called.attr in _CUTTING and parent.args[:1] == [node]:
                return "", True
            if not (isinstance(called, ast.Name) and called.id == "list"):
                return "", False
        elif isinstance(parent, ast.Attribute):
            if parent.attr not in _CHAINED:
                return "", False
        elif not isinstance(parent, ast.Call):
            return "", False
        node = parent
    return "", False


def _is_divided(name: str, call: ast.Call, scope: Scope, file: Module) -> bool:
    """Whether a name is cut below a call: `x[:k]` and `x[k:]`, in lines that speak of training, testing or folds."""
    first = last = False
    lines: set[int] = set()
    for node in below(call, scope, file, name):
        if isinstance(node, ast.Subscript):
            value = node.value
            if isinstance(value, ast.Attribute) and value.attr in ("iloc", "loc", "values"):
                value = value.value
            if not _is_name(value, name):
                continue
            part = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
            if isinstance(part, ast.Slice) and part.step is None and (part.lower is None) != (part.upper is None):
                first |= part.lower is None
                last |= part.upper is None
                lines.update((node.lineno, node.end_lineno or node.lineno))
        elif isinstance(node, ast.Call) and _last(node.func) in _CUTTING:
            first_argument, *more = node.args or [node]
            if more and _is_name(first_argument, name):
                first = last = True
                lines.add(node.lineno)
    return first and last and any(_PART.search(file.source.lines[line - 1].lower()) for line in lines)


def _is_mask(call: ast.Call, scope: Scope, file: Module) -> bool:
    """Whether `mask = np.random.rand(n) < 0.8` is used both as it is and inverted."""
    if len(call.args) != 1:
        return False
    parents = file.parents(call)
    if len(parents) < 2 or not (isinstance(parents[0], ast.Compare) and isinstance(parents[1], ast.Assign)):
        return False
    target = parents[1].targets[0]
    return isinstance(target, ast.Name) and any(
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert) and _is_name(node.operand, target.id)
        for node in below(call, scope, file, target.id)
    )


def _is_taken(call: ast.Call, file: Module) -> bool:
    """Whether a shuffled `tf.data.Dataset` is divided with `take` and `skip`."""
    name, _ = _target(call, file)
    if not name:
        return False

    def on(method: str) -> bool:
        return any(isinstance(c.func, ast.Attribute) and _is_name(c.func.value, name) for c, _ in file.calls_of(method))

    return on("take") and on("skip")


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
