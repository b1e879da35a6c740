"""Where the order of a collection goes: from the call that makes it, through names, loops and lists, to what depends on it."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, NamedTuple, cast

from rescode_lint.lazy import lazy
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Scope

Kind = Literal["listing", "set"]
Chain = list[ast.AST]

#: What makes the order certain: its result, and so all that follows, is the same everywhere.
_SORTERS = frozenset(
    {"sorted", "natsorted", "natsort", "humansorted", "os_sorted", "sort", "argsort", "sort_values", "sort_index"}
    | {"sortby", "sort_nicely", "natural_sort", "sorted_nicely", "nsmallest", "nlargest", "alphanum_sort", "sort_files"}
)
#: What gives the elements on in the order in which it gets them.
_PASSING = frozenset(
    {"list", "tuple", "tqdm", "trange", "iter", "reversed", "array", "asarray", "Series", "track", "progress"}
    | {"DataFrame", "from_dict", "from_records"}
)
_SECOND = frozenset({"map", "filter", "imap", "thread_map", "process_map"})
_SET_METHODS = frozenset({"intersection", "union", "difference", "symmetric_difference", "copy"})
SPLITS = frozenset(
    {"train_test_split", "random_split", "shuffle", "sample", "choice", "choices", "permutation", "permuted"}
    | {"array_split", "split"}
)
_RANDOM = SPLITS - {"array_split", "split"}
_CONCATS = frozenset(
    {"concat", "concatenate", "vstack", "hstack", "dstack", "row_stack", "column_stack", "stack", "cat"}
)
_TRAINS = frozenset({"DataLoader", "TensorDataset", "from_tensor_slices", "fit"})
_SHOWING = frozenset({"print", "display", "imshow", "show", "plot", "scatter", "subplot", "Image", "text", "set_title"})
#: Bounds of what is only looked at.
_FEW = lazy(r"(?i)show|plot|disp|preview|\bvis|print|draw|debug|sample|example|head")
_DEBUG = lazy(r"(?i)debug|verbose|dry_?run|smoke|show_|example|preview")
#: Functions and methods that make text, or another list of the same, of what they get.
_TELLING = frozenset(
    {
        "join",
        "format",
        "str",
        "repr",
        "pformat",
        "list",
        "tuple",
        "sorted",
        "enumerate",
        "tqdm",
        "map",
        "len",
        "reversed",
    }
    | {"basename", "relative_to", "as_posix", "strip", "rstrip", "replace", "split", "splitext", "dirname", "stat"}
    | {"getsize", "isdir", "isfile", "exists", "is_dir", "is_file", "listdir", "iterdir", "append", "extend", "lower"}
)
_LOGGING = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log", "fail", "exit"})
#: Columns that tell the rows apart: such a table is read by them, not by the places of its rows.
_LABEL = lazy(
    r"(?i)(?:.*[\W_])?(?:ids?|file_?names?|files?|fname|paths?|filepath|patient|subject|participant|name|uid|uuid)"
    r"(?:[\W_](?:ids?|name|path|no|number))?"
)
#: What makes a part of a name of a name.
_NAMING = frozenset(
    {"basename", "dirname", "relpath", "Path", "PurePath", "split", "rsplit", "splitext", "replace", "strip", "rstrip"}
    | {"lstrip", "partition", "rpartition", "removesuffix", "removeprefix", "lower", "upper", "zfill", "join", "match"}
    | {"search", "fullmatch", "findall", "sub", "group", "groups", "int", "float", "str", "relative_to", "as_posix"}
)
#: What writes a table or an array as it lies.
_SAVING = frozenset(
    {"to_csv", "to_parquet", "to_feather", "to_pickle", "to_excel", "to_hdf", "to_json", "to_sql", "to_stata"}
    | {"write_h5ad", "write_csv", "write_parquet", "tofile", "to_netcdf", "to_zarr"}
)
_STORING = frozenset({"save", "savez", "savez_compressed", "savetxt"})
#: Methods whose result has the rows in the same order.
_CHANGING = frozenset(
    {"reset_index", "dropna", "fillna", "copy", "assign", "rename", "astype", "query", "drop", "to_numpy", "transpose"}
    | {"reshape", "apply", "replace", "numpy", "cpu", "tolist", "round"}
)
#: What is the same in any order.
_REDUCING = frozenset(
    {"mean", "sum", "std", "var", "median", "max", "min", "nanmean", "nansum", "nanstd", "nanmedian", "average", "len"}
    | {"percentile", "quantile", "groupby", "merge", "set", "Counter", "unique", "nunique", "value_counts", "describe"}
    | {
        "pivot",
        "pivot_table",
        "set_index",
        "isin",
        "any",
        "all",
        "hist",
        "drop_duplicates",
        "shape",
        "histogram",
        "size",
    }
    | {"corr", "print", "display", "join"}
)
_SEEDED = lazy(
    r"seed\s*\(|seed\s*=|random_state\s*=|default_rng\(\s*\w|Generator\(|RandomState\(\s*\w|PRNGKey|seed_everything"
)
#: Functions that draw a number from a global generator, or one of the usual name.
_DRAWS = lazy(
    r"(?:(?:np|numpy)\.)?random\.(?:random|rand|uniform|randint|random_sample|choice)\Z|rng\.(?:random|uniform|integers)\Z"
)
_LISTS = lazy(r"=.*\b(?:listdir|i?glob|rglob|iterdir|scandir)\s*\(")
_COMPOUND = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try)


class Sink(NamedTuple):
    """Something that depends on an order."""

    kind: Literal["ids", "split", "part", "first", "pairs", "rows", "columns", "train", "index"]
    #: The whole of it: the call, the subscript, the loop.
    node: ast.expr | ast.stmt | ast.comprehension
    #: What the text calls it.
    name: str
    #: With what `zip` pairs it.
    mate: str = ""


class Sorted(Exception):
    """The order is made certain after all."""


class Flow:
    """One walk from one call to what depends on its order."""

    def __init__(self, file: Module, kind: Kind, start: ast.AST) -> None:
        self.file = file
        self.kind = kind
        self.start = start
        self.sinks: list[Sink] = []
        #: (index name, line of the loop, name): a subscript by a variable, which matters if two listings share it.
        self.positions: list[tuple[str, int, str]] = []
        #: Whether the elements are only gone through, wherever they are.
        self.iterated = True
        #: Whether only some elements were kept by a condition: perhaps just the one that is wanted.
        self.narrowed = False
        #: Whether each row carries what it belongs to.
        self.labelled = False
        #: Whether what is followed was made of the elements, one by one: `frames[0]` asks for any.
        self.made = False
        self._seen: set[tuple[int, str]] = set()
        #: The elements of a tuple that were met on the way to its `return`.
        self._path: list[ast.AST] = []

    def step(self, node: ast.AST, chain: Chain, scope: Scope, depth: int = 0) -> None:
        """Go from a value to what takes it.

        Args:
            node: the value that has the order.
            chain: its ancestors, innermost first.
            scope: where it stands.
            depth: how many names and functions lie behind.

        Raises:
            Sorted: somebody sorts it.
        """
        for at, parent in enumerate(chain):
            rest = chain[at + 1 :]
            match parent:
                case ast.Call():
                    if parent.func is node:
                        return
                    if not self._call(parent, node, rest, scope):
                        return
                case ast.keyword():
                    if self._keyword(parent, rest, scope):
                        return
                    if parent.arg not in ("iterable", "objs", "a", "x", "data"):
                        return
                case ast.Attribute():
                    call = rest[0] if rest and isinstance(rest[0], ast.Call) and rest[0].func is parent else None
                    if parent.attr in _SORTERS:
                        raise Sorted
                    if parent.attr in ("iloc", "loc", "values", "T") and not _indifferent(rest):
                        node = parent
                        continue
                    if call is None:
                        return
                    if parent.attr in _SAVING and not call.args[1:2] and last(parent.value) != "np":
                        self._add("rows", call, _short(parent))
                    if parent.attr in _CHANGING:
                        self.step(call, rest[1:], scope, depth)
                        return
                    if parent.attr == "sample" and call.keywords and _SEEDED.search(ast.unparse(call)):
                        self._add("split", call, f"{_short(node)}.sample")
                    if parent.attr == "index" and call.args:
                        self._add("ids", call, f"{_short(node)}.index")
                    if self.kind == "set" and parent.attr in _SET_METHODS:
                        self.step(call, rest[1:], scope, depth)
                    return
                case ast.Subscript():
                    if parent.value is node:
                        if not self._subscript(parent, node, rest, scope):
                            return
                    elif parent.slice is node or isinstance(node, ast.Tuple):
                        if (
                            self.kind == "set"
                            and isinstance(parent.ctx, ast.Load)
                            and not (_indifferent(rest) or _put_back(parent, rest))
                        ):
                            self._add("columns", parent, _short(parent))
                        return
                case ast.comprehension():
                    if parent.iter is not node:
                        return
                    if self._comprehension(parent, rest, scope):
                        return
                case ast.ListComp() | ast.GeneratorExp() | ast.Starred() | ast.IfExp() | ast.BoolOp():
                    if isinstance(parent, ast.ListComp | ast.GeneratorExp):
                        self.labelled |= _labels(parent.elt, parent.generators[0].target)
                    if isinstance(parent, ast.IfExp) and parent.test is node:
                        return
                case ast.BinOp():
                    if not isinstance(parent.op, ast.Add | ast.Sub | ast.BitAnd | ast.BitOr | ast.BitXor):
                        return
                case ast.Dict():
                    if not (
                        rest and isinstance(rest[0], ast.Call) and last(rest[0].func) in ("DataFrame", "from_dict")
                    ):
                        return
                    self.labelled |= _labels(parent, None)
                case ast.Tuple() if self._together(node, parent, rest, scope):
                    return
                case ast.List() | ast.Tuple():
                    self._path.append(node)
                    if not isinstance(node, ast.Starred) and not (
                        rest
                        and (
                            isinstance(rest[0], ast.Return)
                            or (self.kind == "set" and isinstance(rest[0], ast.Subscript))
                        )
                    ):
                        return
                case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                    self._assigned(parent, node, scope, depth)
                    return
                case ast.For() | ast.AsyncFor():
                    if parent.iter is node:
                        self._loop(parent, parent.target, None, scope, depth)
                    return
                case ast.Return():
                    self._returned(parent, node, scope, depth)
                    return
                case _:
                    return
            node = parent

    def name(self, key: str, scope: Scope, depth: int, after: int = 0, *, made: bool = False) -> None:
        """Follow a name (or `self.x`) to all its uses in a scope.

        Args:
            key: as it is written.
            scope: whose body is searched; for `self.x`, that of the class.
            depth: as in `step`.
            after: the line below which to look.
            made: the name holds what a loop made, not the elements themselves.
        """
        if (id(scope), key) in self._seen or depth > 5:
            return
        self._seen.add((id(scope), key))
        before, self.made = self.made, self.made or made
        for node, chain, inner in uses(self.file, key, scope, after):
            if not isinstance(getattr(node, "ctx", None), ast.Load):
                continue
            if not made and not _iterates(chain, node):
                self.iterated = False
            self.step(node, chain, inner, depth + 1)
        self.made = before

    # --- what takes the order -----------------------------------------------------------------------------------------

    def _add(
        self,
        kind: Literal["ids", "split", "part", "first", "pairs", "rows", "columns", "train", "index"],
        node: ast.expr | ast.stmt,
        name: str,
        mate: str = "",
    ) -> None:
        if kind != "rows" or not self.labelled:
            self.sinks.append(Sink(kind, node, name, mate))

    def _call(self, call: ast.Call, node: ast.AST, rest: Chain, scope: Scope) -> bool:
        """Whether the call's result has the order still."""
        name = last(call.func)
        if name in _SORTERS:
            raise Sorted
        first = bool(call.args) and call.args[0] is node
        if name in SPLITS or name in _TRAINS or name == "zip":
            self.positions.append((_short(call.func), call.lineno, _short(node)))
        if name in _PASSING:
            return first
        if name in _SECOND:
            return not first
        if name == "enumerate":
            return first and self._enumerated(call, rest, scope)
        if name == "zip":
            self._zipped(call, node, rest, scope)
            return False
        if name == "next":
            if (
                self.kind == "listing"
                and isinstance(node, ast.Name)
                and not self.narrowed
                and _open_pattern(self.start)
            ):
                self._add("first", call, "next")
            return False
        if name in SPLITS and not (name == "split" and not _splitter(call)):
            if (name == "shuffle" or not _shown(rest)) and (
                name not in _RANDOM or _SEEDED.search("\n".join(self.file.source.lines))
            ):
                self._add("split", call, f"{_short(call.func)}")
            return False
        if name in _CONCATS and first:
            return not _reduced(rest)
        if name == "open_mfdataset" and first:  # by their coordinates, xarray sorts the files itself
            given = {k.arg: k.value for k in call.keywords}
            how = given.get("combine")
            return "concat_dim" in given and not (isinstance(how, ast.Constant) and how.value == "by_coords")
        if name in _STORING and not first and isinstance(call.func, ast.Attribute):
            self._add("rows", call, _short(call.func))
            return False
        if name[:1].isupper() and name not in _PASSING and self._together(node, call, rest, scope):
            return False
        if name in _TRAINS and first and (name != "fit" or (len(call.args) > 1 and self._learns_by_steps())):
            self._add("train", call, _short(call.func))
            return False
        if name in ("append", "extend") and isinstance(call.func, ast.Attribute) and name == "extend":
            key = key_of(call.func.value)
            if key:
                self.name(key, scope, 1, after=call.lineno)
        return False

    def _keyword(self, keyword: ast.keyword, rest: Chain, scope: Scope) -> bool:
        call = rest[0] if rest else None
        if not isinstance(call, ast.Call):
            return True
        if self.kind == "set" and keyword.arg in ("columns", "index", "feature_names", "usecols"):
            if keyword.arg != "usecols" and last(call.func) in ("DataFrame", "reindex", "Series"):
                self._add("columns", call, _short(call.func))
            return True
        return False

    def _subscript(self, subscript: ast.Subscript, node: ast.AST, rest: Chain, scope: Scope) -> bool:
        """Whether the subscript gives all of it on."""
        index = subscript.slice
        if isinstance(index, ast.Slice):
            lower = 0 if index.lower is None else _integer(index.lower)
            if index.upper is None and lower in (0, 1):  # all of it, or what follows where the first was taken already
                return lower == 0
            few = index.upper is not None and _FEW.search(ast.unparse(index.upper))
            if not (
                few
                or _shown(rest)
                or _drawn(rest)
                or _batch(index, rest)
                or _debugged(rest)
                or self._told(subscript, rest, scope)
            ):
                self._add("part", subscript, _short(subscript))
            return False
        number = _integer(index)
        if number is not None and isinstance(subscript.ctx, ast.Load):
            alike = number == 0 and (
                self.narrowed
                or self.made
                or self.kind == "set"
                or (isinstance(node, ast.Call) and last(node.func) != "listdir")
                or not _open_pattern(self.start)
            )
            if not (
                alike
                or _shown(rest)
                or _of_any(rest)
                or _counted(rest)
                or self._one(node)
                or self._told(subscript, rest, scope)
                or self._begun(rest, scope)
            ):
                joined = self._joined(node, scope) if number == 0 else ""
                if joined is not None:
                    self._add("first", subscript, _short(subscript), joined)
        elif isinstance(index, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp) or (
            isinstance(index, ast.Constant | ast.List) and number is None
        ):
            return isinstance(subscript.ctx, ast.Load)  # some of its rows or columns
        elif isinstance(index, ast.Name):
            if _sort_key(rest):
                raise Sorted
            loop = next((p for p in rest if isinstance(p, ast.For | ast.comprehension | ast.ListComp)), None)
            line = getattr(loop, "lineno", 0)
            self.positions.append((index.id, line, _short(subscript.value)))
            if isinstance(node, ast.Attribute) and any(
                isinstance(p, ast.FunctionDef) and p.name == "__getitem__" for p in rest
            ):
                self._add("index", subscript, _short(subscript))
        return False

    def _joined(self, node: ast.AST, scope: Scope) -> str | None:
        """What takes the others, where a loop puts them behind the first: `files[1:]`; None where it does not (a sum)."""
        key = key_of(node)
        for use, chain, _ in uses(self.file, key, scope) if key else ():
            whole = chain[0] if chain else None
            if not isinstance(whole, ast.Subscript) or whole.value is not use or not isinstance(whole.slice, ast.Slice):
                continue
            if whole.slice.lower is None or _integer(whole.slice.lower) != 1 or whole.slice.upper is not None:
                continue
            loop = next((p for p in chain if isinstance(p, ast.For)), None)
            if loop is None:
                return ""
            calls = {last(part.func) for part in _body(loop) if isinstance(part, ast.Call)}
            return None if calls.isdisjoint(_CONCATS | {"append", "extend", "r_", "c_"}) else _short(whole)
        return ""

    def _told(self, node: ast.AST, rest: Chain, scope: Scope, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a part only fills a text that somebody reads (printed, logged, raised), or answers whether there is one.

        Args:
            node: the part, or what was made of it.
            rest: its ancestors, innermost first.
            scope: where it stands.
            seen: the names that were followed on the way.
        """
        for at, parent in enumerate(rest):
            match parent:
                case ast.If() | ast.While() | ast.IfExp() if parent.test is node:
                    return True
                case ast.UnaryOp():
                    return isinstance(parent.op, ast.Not)
                case ast.Raise() | ast.Assert() | ast.Expr():
                    return True
                case ast.Call():
                    name = last(parent.func)
                    if name in ("bool", "any", "all", "print", "display") or name in _LOGGING:
                        return True
                    if name in ("append", "extend") and parent.func is not node:
                        key = key_of(parent.func.value) if isinstance(parent.func, ast.Attribute) else None
                        return key is not None and self._all_told(key, scope, parent.lineno, seen)
                    if parent.func is not node and name.endswith(("Error", "Exception", "Warning", "Exit")):
                        node = parent
                        continue
                    if name not in _TELLING:
                        return False
                case ast.Attribute():
                    if parent.attr not in _TELLING and parent.attr not in (
                        "name",
                        "stem",
                        "suffix",
                        "parent",
                        "st_size",
                    ):
                        return False
                case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                    targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
                    return all(
                        isinstance(target, ast.Name) and self._all_told(target.id, scope, parent.lineno, seen)
                        for target in targets
                    )
                case ast.For():
                    return any(isinstance(part, ast.Call) and last(part.func) in _SHOWING for part in _body(parent))
                case ast.Subscript() | ast.IfExp():
                    pass
                case ast.BoolOp() | ast.BinOp() | ast.JoinedStr() | ast.FormattedValue() | ast.keyword():
                    pass
                case (
                    ast.comprehension() | ast.ListComp() | ast.GeneratorExp() | ast.Starred() | ast.List() | ast.Tuple()
                ):
                    if isinstance(parent, ast.comprehension) and isinstance(
                        rest[at + 1], ast.ListComp | ast.GeneratorExp
                    ):
                        made = rest[at + 1].elt  # type: ignore[attr-defined]
                        if not all(last(c.func) in _TELLING for c in ast.walk(made) if isinstance(c, ast.Call)):
                            return False
                case _:
                    return False
            node = parent
        return False

    def _all_told(self, key: str, scope: Scope, line: int, seen: frozenset[str]) -> bool:
        """Whether all uses of a name below a line are only told, and there is one."""
        if key in seen or len(seen) > 4:
            return key in seen
        found = False
        for use, chain, inner in uses(self.file, key, scope, line):
            parent = chain[0] if chain else None
            if not isinstance(getattr(use, "ctx", None), ast.Load):
                continue
            if isinstance(parent, ast.Attribute) and parent.attr in ("append", "extend"):
                continue
            statement = next((p for p in chain if isinstance(p, ast.stmt)), None)
            binds = isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign)
            if statement is not None and binds and statement.lineno <= line:
                continue  # the binding itself
            if not self._told(use, chain, inner, seen | {key}):
                return False
            found = True
        return found

    def _begun(self, rest: Chain, scope: Scope) -> bool:
        """Whether the first is only what a loop begins with: the name is bound again there."""
        statement = rest[0] if rest else None
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return False
        end = statement.end_lineno or statement.lineno
        return any(
            isinstance(use.ctx, ast.Store)  # type: ignore[attr-defined]
            and any(isinstance(parent, ast.For) and parent.lineno > end for parent in chain)
            for use, chain, _ in uses(self.file, statement.targets[0].id, scope, end + 1)
        )

    def _one(self, node: ast.AST) -> bool:
        """Whether the file makes sure that there is but one."""
        name = re.escape(ast.unparse(node))
        check = rf"\b(?:if|elif|assert)\b.*\blen\(\s*{name}\s*\)\s*[=!<>]"
        return isinstance(node, ast.Name | ast.Attribute) and any(
            re.search(check, line) for line in self.file.source.masked if "len" in line
        )

    def _comprehension(self, part: ast.comprehension, rest: Chain, scope: Scope) -> bool:
        """Whether it ends here: a dict by name, a set."""
        whole = rest[0] if rest else None
        if part.ifs:
            self.narrowed = True
        return not isinstance(whole, ast.ListComp | ast.GeneratorExp) or len(whole.generators) > 2

    def _enumerated(self, call: ast.Call, rest: Chain, scope: Scope) -> bool:
        """Numbers by order; whether the pairs go on."""
        taker = rest[0] if rest else None
        if isinstance(taker, ast.Call) and last(taker.func) in ("tqdm", "list"):
            rest = rest[1:]
            taker = rest[0] if rest else None
        if isinstance(taker, ast.Call) and last(taker.func) in ("dict", "OrderedDict"):
            self._add("ids", taker, _target(rest[1:]) or _short(taker.func))
        elif isinstance(taker, ast.comprehension) and isinstance(taker.target, ast.Tuple):
            index = taker.target.elts[0]
            whole = rest[1] if len(rest) > 1 else None
            if isinstance(whole, ast.DictComp) and isinstance(index, ast.Name):
                if index.id in (getattr(whole.key, "id", ""), getattr(whole.value, "id", "")):
                    self._add("ids", whole, _target(rest[2:]) or "enumerate")
            elif isinstance(whole, ast.ListComp | ast.GeneratorExp) and isinstance(index, ast.Name):
                around = rest[2] if len(rest) > 2 else None
                pair = whole.elt.elts if isinstance(whole.elt, ast.Tuple) else []
                if isinstance(around, ast.Call) and last(around.func) == "dict" and _has(pair, index.id):
                    self._add("ids", around, _target(rest[3:]) or "dict")
        elif isinstance(taker, ast.For) and isinstance(taker.target, ast.Tuple) and len(taker.target.elts) == 2:
            self._loop(taker, taker.target.elts[1], taker.target.elts[0], scope, 0)
        return False

    def _zipped(self, call: ast.Call, node: ast.AST, rest: Chain, scope: Scope) -> None:
        for other in call.args:
            if other is node:
                continue
            if isinstance(other, ast.Call) and last(other.func) in ("range", "count") and node is call.args[0]:
                around = rest[0] if rest else None
                if isinstance(around, ast.Call) and last(around.func) == "dict":
                    self._add("ids", around, _target(rest[1:]) or "dict")
                    return
            inner = other
            while isinstance(inner, ast.Call) and inner.args and last(inner.func) in (_PASSING | _SORTERS):
                inner = inner.args[0]
            literal = isinstance(inner, ast.List | ast.Tuple) and all(isinstance(e, ast.Constant) for e in inner.elts)
            if literal and self.kind == "listing":
                self._add("pairs", call, "zip", "the values written there")
            elif is_listing(inner) or (isinstance(inner, ast.Name) and self._lists(inner.id, call.lineno, scope)):
                self._add("pairs", call, "zip", f"`{_short(other)}`")
            else:
                continue
            return

    def _together(self, node: ast.AST, taker: ast.Call | ast.Tuple, rest: Chain, scope: Scope) -> bool:
        """Whether another listing is handed over beside this one: `Pairs(images, masks)`."""
        if self.kind != "listing":
            return False
        call = taker if isinstance(taker, ast.Call) else rest[0] if rest else None
        if not isinstance(call, ast.Call):
            return False
        if isinstance(taker, ast.Tuple) and last(call.func) not in ("from_tensor_slices", "zip"):
            return False
        for other in taker.elts if isinstance(taker, ast.Tuple) else taker.args:
            if other is not node and isinstance(other, ast.Name) and self._lists(other.id, call.lineno, scope):
                self._add("pairs", call, _short(call.func), f"`{other.id}`")
                return True
        return False

    def _learns_by_steps(self) -> bool:
        """Whether the file trains in batches, where the order of the samples shows in the result."""
        return any(i.module.partition(".")[0] in ("keras", "tensorflow", "torch") for i in self.file.imports)

    def _lists(self, name: str, line: int, scope: Scope) -> bool:
        """Whether a name is bound to a listing of its own above a line."""
        first = getattr(scope.node, "lineno", 1)
        lines = self.file.source.lines[first - 1 : line]
        return any(name in text and text.lstrip().startswith(name) and _LISTS.search(text) for text in lines) and (
            getattr(self.start, "lineno", 0)
            not in [first + i for i, text in enumerate(lines) if text.lstrip().startswith(name)]
        )

    def _assigned(self, statement: ast.AST, node: ast.AST, scope: Scope, depth: int) -> None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]  # type: ignore[attr-defined]
        for target in targets:
            key = key_of(target)
            if key is None:
                self.iterated = False
                continue
            made = not (node is self.start or isinstance(node, ast.Name | ast.Call))
            if key.startswith("self."):
                owner = _class_of(scope)
                if owner is not None:
                    self.name(key, owner, depth, made=made)
            else:
                self.name(key, scope, depth, after=statement.lineno if depth else 0, made=made)  # type: ignore[attr-defined]

    def _loop(
        self, loop: ast.For | ast.AsyncFor, target: ast.expr, index: ast.expr | None, scope: Scope, depth: int
    ) -> None:
        """What a loop makes in the order of what it goes through."""
        inside = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
        counters = {
            s.target.id
            for s in loop.body
            if isinstance(s, ast.AugAssign) and isinstance(s.target, ast.Name) and _integer(s.value) == 1
        }
        number = index.id if isinstance(index, ast.Name) else ""
        numbers = counters | {number} if number else counters
        made: list[str] = []
        bound: set[str] = set()
        self.labelled |= any(_labels(part, target, _parts_of_names(loop, inside)) for part in _body(loop))
        for part in _body(loop):
            match part:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if _grows(call, name):
                    made.append(name)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    bound.add(name)
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=where)], value=value):
                    if isinstance(value, ast.Name) and value.id in numbers:
                        self._add("ids", loop, name)
                    first = where.elts[0] if isinstance(where, ast.Tuple) and where.elts else where
                    if isinstance(first, ast.Name) and first.id in numbers:
                        made.append(name)
                case ast.Assign(
                    targets=[ast.Subscript(value=ast.Attribute(attr="coords" | "attrs") as holder)],
                    value=ast.Name(id=value_name),
                ) if value_name in numbers:
                    self._add("ids", loop, _short(holder))
                case ast.Call(func=ast.Attribute(value=holder, attr="append" | "extend"), args=[value]):
                    key = key_of(holder.value if isinstance(holder, ast.Subscript) else holder)
                    if key and key not in inside:
                        made.append(key)
                        if isinstance(value, ast.Name) and value.id in numbers and not _counts_up(loop, value.id, key):
                            self._add("ids", loop, key)
                case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=where)) if where == number:
                    self.positions.append((number, loop.lineno, name))
                case ast.If(test=test) | ast.IfExp(test=test) if drawn := _decides(test):
                    if self.kind == "listing" and _SEEDED.search("\n".join(self.file.source.lines)):
                        self._add("split", loop, drawn)
                case ast.AugAssign(target=ast.Name(id=name), value=ast.List() | ast.ListComp()):
                    made.append(name)
                case _:
                    pass
        for key in dict.fromkeys(made):
            if key in bound:
                continue
            if key.startswith("self."):
                owner = _class_of(scope)
                if owner is not None:
                    self.name(key, owner, depth, made=True)
            else:
                self.name(key, scope, depth, after=loop.end_lineno or loop.lineno, made=True)

    def _returned(self, statement: ast.Return, node: ast.AST, scope: Scope, depth: int) -> None:
        """On to the calls of the function in the same file."""
        function = scope.node
        self.iterated = False
        if not isinstance(function, ast.FunctionDef) or depth > 3:
            return
        value = statement.value
        place = None
        if isinstance(value, ast.Tuple):
            place = next((i for i, e in enumerate(value.elts) if e in self._path), None)
        for call, where in self.file.calls_of(function.name):
            if (id(where), f"{function.name}()") in self._seen:
                continue
            chain = ancestors(self.file, call, where)
            above = chain[0] if chain else None
            if place is None:
                if not isinstance(above, ast.Assign) or not isinstance(above.targets[0], ast.Tuple):
                    self.step(call, chain, where, depth + 1)
            elif isinstance(above, ast.Assign) and isinstance(above.targets[0], ast.Tuple):
                targets = above.targets[0].elts
                if place < len(targets) and isinstance(targets[place], ast.Name):
                    self.name(cast(ast.Name, targets[place]).id, where, depth + 1, after=call.lineno, made=True)


def uses(file: Module, key: str, scope: Scope, after: int = 0) -> Iterator[tuple[ast.expr, Chain, Scope]]:
    """Where a name or `self.x` stands in a scope below a line: node, ancestors (innermost first), scope.

    Functions nested in the scope are left out; for a class, its methods are searched.
    """
    owner = scope.node
    body: list[ast.stmt] = file.body if owner is None else getattr(owner, "body", [])
    if not isinstance(body, list) or not body:
        return
    first, end = (1, len(file.source.lines)) if owner is None else (owner.lineno, owner.end_lineno)  # type: ignore[attr-defined]
    start = max(first, after)
    lines = file.source.masked
    hits = [line for line in range(start, end + 1) if key in lines[line - 1] and _stands(key, lines[line - 1])]
    if not hits:
        return
    whole = isinstance(owner, ast.ClassDef)
    scopes = {id(s.node): s for s in file.scopes if s.parent is scope} if whole else {}
    stack: list[tuple[ast.stmt, Chain, Scope]] = [(s, [], scope) for s in reversed(body)]
    name = key.removeprefix("self.") if key.startswith("self.") else key
    attribute = name != key
    while stack:
        statement, above, inner = stack.pop()
        at = bisect_left(hits, statement.lineno)
        if at >= len(hits) or hits[at] > (statement.end_lineno or statement.lineno):
            continue
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if whole and not above and not isinstance(statement, ast.ClassDef):
                inner = scopes.get(id(statement), scope)
                stack += [(s, [statement], inner) for s in reversed(statement.body)]
            continue
        chain = [statement, *above]
        if isinstance(statement, _COMPOUND):
            for field in ("finalbody", "orelse", "handlers", "body"):
                for part in reversed(getattr(statement, field, ())):
                    if isinstance(part, ast.ExceptHandler):
                        stack += [(s, chain, inner) for s in reversed(part.body)]
                    else:
                        stack.append((part, chain, inner))
        for head in _heads(statement):
            for node, path in _on_lines(head, hits):
                if attribute:
                    found = isinstance(node, ast.Attribute) and node.attr == name and key_of(node) == key
                else:
                    found = node.__class__ is ast.Name and node.id == name
                if found:
                    yield cast(ast.expr, node), [*path, *chain], inner


def ancestors(file: Module, node: ast.expr, scope: Scope) -> Chain:
    """As `Module.parents`, but only up to the function or class that the node stands in, and so faster in large classes."""
    owner: Scope | None = scope
    while owner is not None and (owner.kind == "comprehension" or isinstance(owner.node, ast.Lambda)):
        owner = owner.parent
    body: list[ast.stmt] = file.body if owner is None or owner.node is None else owner.node.body  # type: ignore[attr-defined]
    found = _within(body, node, [])
    return file.parents(node) if found is None else found


def _within(body: list[ast.stmt], node: ast.expr, above: Chain) -> Chain | None:
    line = node.lineno
    for statement in body:
        if not statement.lineno <= line <= (statement.end_lineno or statement.lineno):
            continue
        chain = [statement, *above]
        if isinstance(statement, _COMPOUND):
            for field in ("body", "orelse", "handlers", "finalbody"):
                for part in getattr(statement, field, ()):
                    inner = part.body if isinstance(part, ast.ExceptHandler) else [part]
                    found = _within(inner, node, chain)
                    if found is not None:
                        return found
        heads = _heads(statement)
        for head in heads:
            for candidate, path in _on_lines(head, [line]):
                if candidate is node:
                    return [*path, *chain]
    return None


def _heads(statement: ast.stmt) -> list[ast.AST]:
    """What a statement holds besides other statements."""
    if not isinstance(statement, _COMPOUND):
        return list(ast.iter_child_nodes(statement))
    return [
        head
        for field in ("test", "iter", "items")
        for head in _listed(getattr(statement, field, None))
        if head is not None
    ]


def _listed(value: object) -> list[ast.AST | None]:
    return cast("list[ast.AST | None]", value if isinstance(value, list) else [value])


def _stands(key: str, text: str) -> bool:
    """Whether a text holds a word, not only as a part of another."""
    at = text.find(key)
    while at >= 0:
        before, behind = text[at - 1 : at], text[at + len(key) : at + len(key) + 1]
        if not (before == "_" or before.isalnum() or behind == "_" or behind.isalnum()):
            return True
        at = text.find(key, at + 1)
    return False


def _on_lines(head: ast.AST, lines: list[int]) -> Iterator[tuple[ast.AST, Chain]]:
    """The names and attributes, and on a single line all nodes, that stand on some lines, with their ancestors up to a head."""
    stack: list[tuple[ast.AST, int]] = [(head, 0)]
    path: Chain = []
    one = len(lines) == 1
    while stack:
        node, depth = stack.pop()
        kind = node.__class__
        if kind is ast.Constant:
            continue
        line = getattr(node, "lineno", 0)
        if line:
            at = bisect_left(lines, line)
            if at >= len(lines) or lines[at] > (getattr(node, "end_lineno", None) or line):
                continue
        del path[depth:]
        if one or kind is ast.Name or kind is ast.Attribute:
            yield node, path[::-1]
        if kind is not ast.Name:
            path.append(node)
            stack += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def _body(loop: ast.For | ast.AsyncFor) -> Iterator[ast.AST]:
    for statement in loop.body:
        yield from ast.walk(statement)


def _decides(test: ast.expr) -> str:
    """The draw that decides, as in `if random.random() < 0.8`; "" if none does."""
    calls = (n for c in ast.walk(test) if isinstance(c, ast.Compare) for n in ast.walk(c) if isinstance(n, ast.Call))
    return next((text for call in calls if _DRAWS.match(text := ast.unparse(call.func))), "")


def _grows(call: ast.Call, name: str) -> bool:
    """`x = pd.concat([x, y])`, `x = x.append(y)`, `x = np.append(x, y)`."""
    function = last(call.func)
    if function in _CONCATS and call.args:
        parts = call.args[0].elts if isinstance(call.args[0], ast.List | ast.Tuple) else []
        return _has(list(parts), name)
    if function != "append" or not isinstance(call.func, ast.Attribute):
        return False
    return _has(call.args[:1], name) or (isinstance(call.func.value, ast.Name) and call.func.value.id == name)


def _iterates(chain: Chain, node: ast.AST) -> bool:
    """Whether a use goes through the elements, or only counts them."""
    while (
        chain
        and isinstance(chain[0], ast.Call)
        and last(chain[0].func) in ("list", "tqdm", "enumerate", "len", "print")
    ):
        if last(chain[0].func) in ("len", "print"):
            return True
        node, chain = chain[0], chain[1:]
    parent = chain[0] if chain else None
    return isinstance(parent, ast.For | ast.comprehension) and parent.iter is node


def _reduced(chain: Chain) -> bool:
    """Whether what follows is the same in any order."""
    parent = chain[0] if chain else None
    if isinstance(parent, ast.Subscript):
        return _reduced(chain[1:])
    if isinstance(parent, ast.Attribute):
        return (
            parent.attr in _REDUCING
            or parent.attr in _SORTERS
            or (
                parent.attr in ("reset_index", "dropna", "values", "T")
                and _reduced([c for c in chain[1:] if not isinstance(c, ast.Call)])
            )
        )
    if isinstance(parent, ast.Call):
        return last(parent.func) in _REDUCING or last(parent.func) in _SORTERS
    return isinstance(parent, ast.Expr)


def _shown(rest: Chain) -> bool:
    """Whether a value is only looked at: the end of a cell, `print`."""
    for parent in rest:
        if isinstance(parent, ast.Expr | ast.Assert):
            return True
        if isinstance(parent, ast.Call):
            return last(parent.func) in _SHOWING or last(parent.func) in ("info", "debug", "warning")
        if isinstance(parent, ast.stmt):
            return isinstance(parent, ast.Raise)
    return False


def _drawn(rest: Chain) -> bool:
    """Whether a loop only shows some of them."""
    loop = rest[0] if rest else None
    if isinstance(loop, ast.Call) and len(rest) > 1:
        loop = rest[1]
    return isinstance(loop, ast.For) and any(
        isinstance(part, ast.Call) and last(part.func) in _SHOWING for part in _body(loop)
    )


def _debugged(rest: Chain) -> bool:
    """Whether it only happens in a trial: `if cfg.debug:`."""
    return any(isinstance(p, ast.If | ast.IfExp) and _DEBUG.search(ast.unparse(p.test)) for p in rest)


def _put_back(subscript: ast.Subscript, rest: Chain) -> bool:
    """`table[columns] = table[columns].fillna(0)`: each column comes to its own place, whatever the order."""
    statement = next((p for p in rest if isinstance(p, ast.stmt)), None)
    return isinstance(statement, ast.Assign) and any(
        isinstance(target, ast.Subscript) and ast.dump(target.slice) == ast.dump(subscript.slice)
        for target in statement.targets
    )


def _sort_key(rest: Chain) -> bool:
    """Whether a subscript stands in the key by which something is sorted: `key=lambda i: sizes[i]`."""
    for at, parent in enumerate(rest):
        if isinstance(parent, ast.stmt):
            return False
        if isinstance(parent, ast.Lambda):
            keyword, call = (*rest[at + 1 : at + 3], None, None)[:2]
            return (
                isinstance(keyword, ast.keyword)
                and keyword.arg == "key"
                and isinstance(call, ast.Call)
                and last(call.func) in _SORTERS
            )
    return False


def _parts_of_names(loop: ast.For | ast.AsyncFor, names: set[str]) -> set[str]:
    """The names of a loop's elements, and of what its body takes out of them: `model = basename(path).split("_")[0]`."""
    found = set(names)
    for part in loop.body:
        if isinstance(part, ast.Assign) and _is_part_of_name(part.value, found):
            found.update(n.id for target in part.targets for n in ast.walk(target) if isinstance(n, ast.Name))
    return found


def _is_part_of_name(value: ast.expr, names: set[str]) -> bool:
    """Whether an expression takes a part out of a name, and does nothing else."""
    inner = [*ast.walk(value)]
    return any(isinstance(n, ast.Name) and n.id in names for n in inner) and all(
        last(n.func) in _NAMING for n in inner if isinstance(n, ast.Call)
    )


def _labels(node: ast.AST, target: ast.expr | None, parts: set[str] | None = None) -> bool:
    """Whether rows are made with a column that tells which file or person they are of.

    Args:
        node: a dict (a row, or all columns), `table["file"] = path`, or `table.assign(file=path)`.
        target: what the loop calls an element.
        parts: these names, and those of what was taken out of them.
    """
    names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)} if target is not None else set()
    names |= parts or set()
    match node:
        case ast.Dict():
            pairs = [*zip(node.keys, node.values, strict=True)]
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant() as key)], value=value):
            pairs = [(key, value)]
        case ast.Call(func=ast.Attribute(attr="assign"), keywords=given):
            pairs = [(ast.Constant(keyword.arg), keyword.value) for keyword in given]
        case _:
            return False
    return any(
        isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and (_LABEL.fullmatch(key.value) or _is_part_of_name(value, names))
        for key, value in pairs
    )


def _batch(index: ast.Slice, rest: Chain) -> bool:
    """`files[i : i + 32]` in a loop, which comes to all of them."""
    if index.lower is None:
        return False
    names = {n.id for n in ast.walk(index.lower) if isinstance(n, ast.Name)}
    for parent in rest:
        targets = [parent.target] if isinstance(parent, ast.For | ast.comprehension) else []
        if isinstance(parent, ast.ListComp | ast.GeneratorExp):
            targets = [generator.target for generator in parent.generators]
        if any(isinstance(n, ast.Name) and n.id in names for target in targets for n in ast.walk(target)):
            return True
        if isinstance(parent, ast.While):
            return True
    return False


def _indifferent(rest: Chain) -> bool:
    """Whether a value is only looked at, or ends in a number that is the same in any order."""
    for parent in rest:
        if isinstance(parent, ast.stmt):
            break
        if isinstance(parent, ast.Attribute) and parent.attr in _REDUCING:
            return True
        if isinstance(parent, ast.Call) and last(parent.func) in _REDUCING:
            return True
    return _shown(rest)


def _of_any(rest: Chain) -> bool:
    """Whether any element would do: `frames[0].columns`, `read_csv(files[0]).shape`."""
    for parent in rest:
        if isinstance(parent, ast.Attribute):
            if parent.attr in ("columns", "shape", "dtype", "dtypes", "suffix", "ndim", "keys", "parent", "var_names"):
                return True
        elif not isinstance(parent, ast.Call | ast.keyword):
            return False
    return False


def _counted(rest: Chain) -> bool:
    """Whether an `if` around it asks how many there are."""
    return any(
        isinstance(parent, ast.If | ast.IfExp)
        and any(isinstance(n, ast.Call) and last(n.func) == "len" for n in ast.walk(parent.test))
        for parent in rest
    )


def _splitter(call: ast.Call) -> bool:
    """`kfold.split(x)`, not `text.split()`, `re.split(pattern, x)` or `os.path.split(x)`."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if owner is None or not call.args or isinstance(owner, ast.Constant):
        return False
    return last(owner) not in ("re", "regex", "path", "str", "char", "shlex")


def _counts_up(loop: ast.For | ast.AsyncFor, name: str, key: str) -> bool:
    """`epochs.append(i)`: numbers for an axis, where nothing else is appended."""
    return any(word in key.lower() for word in ("epoch", "step", "iter", "count", "x_", "xs"))


def _target(rest: Chain) -> str:
    """The name that takes a value."""
    parent = rest[0] if rest else None
    while isinstance(parent, ast.Attribute | ast.Call):
        rest = rest[1:]
        parent = rest[0] if rest else None
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        return key_of(parent.targets[0]) or ""
    return ""


def _has(elements: list[ast.expr], name: str) -> bool:
    return any(isinstance(e, ast.Name) and e.id == name for e in elements)


def _class_of(scope: Scope) -> Scope | None:
    at: Scope | None = scope
    while at is not None and at.kind != "class":
        at = at.parent
    return at


def _integer(node: ast.expr) -> int | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _integer(node.operand)
        return -inner if inner is not None else None
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_listing(node: ast.AST) -> bool:
    """Whether an expression is a call that lists files, or a comprehension over one."""
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return is_listing(node.generators[0].iter)
    return isinstance(node, ast.Call) and last(node.func) in ("listdir", "glob", "iglob", "rglob", "iterdir", "scandir")


def pattern_of(call: ast.AST) -> str | None:
    """The last literal part of the pattern that `glob` gets; None where it is no literal."""
    if not isinstance(call, ast.Call) or not call.args:
        return None
    parts = [n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return parts[-1] if parts else None


def _open_pattern(start: ast.AST) -> bool:
    """Whether several files are to be expected: `os.listdir(d)`, `glob("*.csv")`; not `glob("*_barcodes.tsv")`."""
    if not isinstance(start, ast.Call):
        return False
    if last(start.func) in ("listdir", "iterdir", "scandir"):
        return True
    pattern = pattern_of(start)
    if pattern is None or any(isinstance(n, ast.JoinedStr) for n in ast.walk(start)):
        return False
    tail = pattern.rpartition("/")[2]
    return tail in ("*", "*.*") or (tail.startswith("*.") and tail.count("*") == 1)


def key_of(node: ast.AST) -> str | None:
    """`x` or `self.x` as text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return f"self.{node.attr}"
    return None


def last(node: ast.AST) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 and "`" not in text and "\n" not in text else f"{text[:36].replace('`', '')}..."
