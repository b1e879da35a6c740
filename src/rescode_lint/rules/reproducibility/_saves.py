"""What a project saves with `torch.save`, under which names, and whether a GPU can be in it: for RSC607."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.project import Project

#: What holds no tensor, by its name.
_NO_TENSOR = lazy(
    r"(?i)(?:\b|_)(?:label_?encoder|onehot\w*|ordinal_?encoder|label_?binarizer|scaler|vocab\w*|tokenizer|classes|columns|genes|"
    r"\w*names|config|args|hparams|params_?dict|history|metadata)\Z"
)
_MAKES_NO_TENSOR = lazy(r"(?:Encoder|Scaler|Binarizer|Vectorizer|Imputer|Counter|DataFrame|Series)\Z")
_PLAIN = frozenset(
    {"list", "sorted", "set", "tuple", "str", "int", "float", "len", "range", "vars", "tolist", "numpy", "item"}
)
_MODEL = lazy(r"(?i)(?:\b|_)(?:model|net|network|checkpoint|ckpt|state_?dict|weights)\d*\Z|state_dict\(")
_FIELD = lazy(r"\{[^{}]*\}|%[-+ #0]*\d*(?:\.\d+)?[sdifgr]")
#: More writers than these are not read.
_MOST = 40


class Save(NamedTuple):
    """One call of `torch.save`."""

    path: str
    #: The end of the file's name as far as it stands in the code: `model.pt`, `.pt`, "".
    tail: str
    #: Nothing in it is on a GPU: no tensor at all, or moved to the CPU before.
    harmless: bool
    #: As far as can be seen: what is saved is no model, and the function that saves it moves things to the CPU.
    perhaps: bool


def saves(project: Project) -> tuple[Save, ...]:
    """All that the project saves with PyTorch."""
    known = project.memo.get("torch.save")
    if known is None:
        writers = [
            path
            for path, summary in project.files.items()
            if any("torch.save" in refs for refs in (summary.refs, *(d.refs for d in summary.definitions)))
        ]
        known = tuple(save for path in writers[:_MOST] for save in _of_file(path, project))
        project.memo["torch.save"] = known
    assert isinstance(known, tuple)
    return known


def is_harmless(tail: str, of_data: bool, project: Project) -> bool:
    """Whether what has such a name is written by the project itself, with nothing in it that needs a GPU.

    Args:
        tail: the end of the name of the file that is loaded.
        of_data: what is loaded is taken apart as data are, not put into a model.
        project: all files.
    """
    tail = tail.lower()
    found = saves(project)
    if not is_open(tail):
        same = [save for save in found if not is_open(save.tail) and _are_same(tail, save.tail.lower())]
        return bool(same) and all(save.harmless for save in same)
    if not of_data:
        return False
    alike = [save for save in found if is_open(save.tail) and (not tail or not save.tail or save.tail == tail)]
    return bool(alike) and all(save.harmless or save.perhaps for save in alike)


def is_open(tail: str) -> bool:
    """Whether a name is known by its ending only, if at all."""
    return tail.startswith(".") or not tail


def _are_same(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) > 7 and (one.endswith(other) or other.endswith(one)))


def _of_file(path: str, project: Project) -> Iterator[Save]:
    source = project.source(path)
    if source is None or not source.body:
        return
    tree = ast.Module(list(source.body), [])
    values = bound(tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for call in ast.walk(tree):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "save"):
            continue
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        what = call.args[0] if call.args else keywords.get("obj")
        where = call.args[1] if len(call.args) > 1 else keywords.get("f")
        if ast.unparse(call.func.value) not in ("torch", "th") or what is None or where is None:
            continue
        around = [f for f in functions if f.lineno <= call.lineno <= (f.end_lineno or 0)]
        inner: ast.AST = max(around, key=lambda f: f.lineno) if around else tree
        moved = _moved(inner, call.lineno)
        text = ast.unparse(what)
        yield Save(
            path,
            tail_of(where, values),
            _is_harmless(what, values, moved),
            not _MODEL.search(text) and bool(moved),
        )


def bound(tree: ast.AST) -> Mapping[str, list[ast.expr]]:
    """What names and attributes of a file are bound to, by their text."""
    found: dict[str, list[ast.expr]] = defaultdict(list)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name | ast.Attribute):
                    found[ast.unparse(target)].append(node.value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            found[ast.unparse(node.target)].append(node.value)
    return found


def _moved(function: ast.AST, line: int) -> frozenset[str]:
    """What a function moves to the CPU above a line; "" for something without a name."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and node.lineno <= line and _to_cpu(node):
            assert isinstance(node.func, ast.Attribute)
            value = node.func.value
            found.add(ast.unparse(value) if isinstance(value, ast.Name | ast.Attribute) else "")
    return frozenset(found)


def _to_cpu(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "cpu":
        return not call.args
    devices = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "device")]
    return call.func.attr == "to" and any(isinstance(d, ast.Constant) and d.value == "cpu" for d in devices)


def _is_harmless(node: ast.expr, values: Mapping[str, list[ast.expr]], moved: frozenset[str], depth: int = 4) -> bool:
    """Whether nothing in what an expression gives can be on a GPU."""
    if depth == 0:
        return False
    if isinstance(node, ast.Constant | ast.JoinedStr):
        return True
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(_is_harmless(item, values, moved, depth - 1) for item in node.elts)
    if isinstance(node, ast.Dict):
        return all(_is_harmless(item, values, moved, depth - 1) for item in node.values)
    if isinstance(node, ast.ListComp | ast.SetComp):
        return _is_harmless(node.elt, values, moved, depth - 1)
    if isinstance(node, ast.DictComp):
        return _is_harmless(node.value, values, moved, depth - 1)
    if isinstance(node, ast.Name | ast.Attribute):
        text = ast.unparse(node)
        if _NO_TENSOR.search(text):
            return True
        last = values.get(text, ())
        return bool(last) and all(_is_harmless(value, values, moved, depth - 1) for value in last)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        if _to_cpu(node) or name in _PLAIN or _MAKES_NO_TENSOR.search(name):
            return True
        if name in ("state_dict", "detach", "clone") and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            text = ast.unparse(owner)
            if isinstance(owner, ast.Call):
                return _is_harmless(owner, values, moved, depth - 1)
            return text in moved and name == "state_dict"
    return False


def tail_of(node: ast.expr, values: Mapping[str, list[ast.expr]], depth: int = 4) -> str:
    """The end of a path's last part, as far as it stands in the code; "" where it does not, or where it is one of several."""
    if depth == 0:
        return ""
    if isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
        return _FIELD.split(text.replace("\\", "/").rpartition("/")[2])[-1]
    if isinstance(node, ast.JoinedStr):
        end = node.values[-1] if node.values else None
        return tail_of(end, values, depth - 1) if isinstance(end, ast.Constant) else ""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Mod):
            return tail_of(node.left, values, depth - 1)
        return tail_of(node.right, values, depth - 1)
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return tail_of(node.func.value, values, depth - 1)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "with_suffix" and node.args:
            return tail_of(node.args[0], values, depth - 1)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        if name in ("join", "joinpath", "Path", "str", "open", "as_posix", "abspath", "expanduser") and node.args:
            return tail_of(node.args[-1 if name in ("join", "joinpath", "Path") else 0], values, depth - 1)
        return ""
    if isinstance(node, ast.Name | ast.Attribute):
        found = {tail_of(value, values, depth - 1) for value in values.get(ast.unparse(node), ())}
        return found.pop() if len(found) == 1 else ""
    return ""
