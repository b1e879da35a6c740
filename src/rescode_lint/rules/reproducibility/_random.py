"""What seeds random numbers in a file, and in the rest of the project."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import cast

from rescode_lint.facts.randomness import EVERYTHING, LIBRARIES, SEEDING
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding
from rescode_lint.project import Project
from rescode_lint.rules.reproducibility._reach import reached_from
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Scope

#: What a test, an example of a package, or a benchmark is called: nobody repeats its results.
TEST_PATH = lazy(
    r"(?:^|/)(?:tests?|testing|unit_tests|asv_bench|benchmarks?|docs?)/|(?:^|/)(?:test_[^/]*|[^/]*_tests?|conftest)\.py\Z"
)
#: A function that seeds, by its name.
_SEEDS = lazy(
    r"(?:^|\.)(?:\w*(?:set|fix|init|make|manual|all|global|with|control|apply|setup|reset)_?\w*seed\w*|seed_\w+|\w*reproducib\w*|\w*determinis\w*|\w*seeding)\Z",
    re.I,
)
_NUMPY = lazy(r"(?:np|numpy|N|onp)\.random\.(?=\w+\Z)")


#: From these versions on, Keras and TensorFlow have generators of their own.
_BEFORE = {"keras": (2, 7), "tensorflow": (2, 0), "tensorflow-gpu": (2, 0)}
_PINNED = lazy(r"(?:={1,3}|<=?|~=)\s*v?(\d+)(?:\.(\d+))?")
_OLD_MODULES = ("keras.engine.topology.", "keras.utils.np_utils.", "keras.layers.core.", "keras.layers.convolutional.")
_OLD_NAMES = frozenset(
    {"tensorflow.Session", "tensorflow.placeholder", "tensorflow.ConfigProto", "tensorflow.set_random_seed"}
)
#: Libraries that draw from NumPy's global generator, whatever else is seeded.
_SHARING = ("networkx", "pyswarms", "zeus")


def full_name(function: ast.expr, scope: Scope, file: Module) -> str | None:
    """The full name of what is called, as `Module.qualname`; below a star import also for what only that can have brought."""
    file.here = scope
    name = file.qualname(function)
    if name is None and file.stars:
        text = _dotted(function)
        head = text.partition(".")[0]
        if head and not _is_bound(head, scope):
            return _NUMPY.sub("numpy.random.", text) if _NUMPY.match(text) else text
    return name


def _dotted(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else ""


def _is_bound(name: str, scope: Scope) -> bool:
    at: Scope | None = scope
    while at is not None:
        if name in at.bindings:
            return True
        at = at.parent
    return False


def seeds(file: Module) -> dict[str, int]:
    """The streams that the file seeds, each with the virtual line from which on it is; 0 where a function does it."""
    if "seeds" not in file.memo:
        file.memo["seeds"] = _seeds(file)
    return cast("dict[str, int]", file.memo["seeds"])


def _seeds(file: Module) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, calls in file.calls.items():
        lower = name.lower()
        if (
            "seed" in lower
            or lower in ("set_state", "setstate", "set_rng_state")
            or "determinis" in lower
            or "reproduc" in lower
        ):
            for call, scope in calls:
                line = 0 if scope.kind != "module" else call.lineno
                for stream in _seeded_by(call, scope, file):
                    found[stream] = min(found.get(stream, line), line)
    if found.keys() >= EVERYTHING:
        return found
    for calls in file.calls.values():
        for call, scope in calls:
            for keyword in call.keywords:
                if keyword.arg and "seed" in keyword.arg and _is_given(keyword.value) and _is_own(call, scope, file):
                    line = 0 if scope.kind != "module" else call.lineno
                    for stream in EVERYTHING:
                        found[stream] = min(found.get(stream, line), line)
    return found


def _seeded_by(call: ast.Call, scope: Scope, file: Module) -> Iterable[str]:
    function = call.func
    name = full_name(function, scope, file)
    if name in SEEDING:
        return SEEDING[name]
    if name is not None and name.startswith("jax."):
        return ()
    if isinstance(function, ast.Attribute) and name is None:
        if function.attr in ("seed", "manual_seed") or function.attr.startswith(("get", "_get")):
            return ()  # `env.seed(0)`, `generator.manual_seed(0)`: their own
        return EVERYTHING if "seed" in function.attr.lower() else ()
    last = (name or "").rpartition(".")[2] or getattr(function, "id", "")
    if last.lower().startswith(("get_", "derive", "spawn")) or last.endswith("Seed"):
        return ()
    return EVERYTHING


def _is_given(value: ast.expr) -> bool:
    return not (isinstance(value, ast.Constant) and value.value is None)


def _is_own(call: ast.Call, scope: Scope, file: Module) -> bool:
    """Whether a call with `seed=` goes to the author's own code, which is taken to seed with it."""
    name = full_name(call.func, scope, file)
    if name is None:
        return isinstance(call.func, ast.Name)
    return name.partition(".")[0] not in LIBRARIES


def below(call: ast.Call, scope: Scope, file: Module, name: str) -> Iterator[ast.AST]:
    """The nodes below a call in the same function, or the module, of those statements alone whose text holds a name."""
    lines = [number for number, line in enumerate(file.source.lines, 1) if number >= call.lineno and name in line]
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    body = getattr(scope.node, "body", None) if scope.node is not None else file.body
    waiting: list[ast.AST] = list(reversed(body)) if isinstance(body, list) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            first = bisect_left(lines, node.lineno)
            if first == len(lines) or lines[first] > (node.end_lineno or node.lineno):
                continue
        if getattr(node, "lineno", call.lineno) >= call.lineno:
            yield node
        waiting += ast.iter_child_nodes(node)


def own_seeds(finding: Finding, stream: str, project: Project) -> bool:
    """Whether another file of the project seeds a stream for the file of a finding: one that it imports, or that imports it."""
    summary = project.files.get(finding.path)
    if summary is None:
        return False
    below = _closure(finding.path, project.graph)
    reached: set[tuple[str, str]] | None = None
    for path in below:
        other = project.files[path]
        if _names_seeding(other.refs, stream):
            return True
        for definition in other.definitions:
            if _names_seeding(definition.refs, stream):
                if reached is None:
                    own = (finding.path, ""), *((finding.path, d.name) for d in summary.definitions)
                    reached = reached_from(own, project)
                if (path, definition.name) in reached:
                    return True
    above = _closure(finding.path, project.importers)
    return any(
        _names_seeding(text, stream)
        for path in above
        if path not in project.tests
        for text in (project.files[path].refs, *(d.refs for d in project.files[path].definitions))
    )


def names_seed(path: str, stream: str, project: Project) -> bool:
    """Whether a file names anywhere what seeds a stream."""
    summary = project.files.get(path)
    return summary is not None and any(
        _names_seeding(text, stream) for text in (summary.refs, *(d.refs for d in summary.definitions))
    )


def is_old_keras(path: str, project: Project) -> bool:
    """Whether a file is for Keras before 2.7 or TensorFlow 1: it takes the seeds of its weights from NumPy's generator."""
    for manifest in project.environment.of(path):
        for requirement in manifest.requirements:
            before = _BEFORE.get(requirement.name.lower())
            version = _PINNED.match(requirement.version)
            if before and version:
                return (int(version[1]), int(version[2] or 0)) < before
    summary = project.files.get(path)
    if summary is None:
        return False
    if any(f"{item.module}.{item.name}.".startswith(_OLD_MODULES) for item in summary.imports):
        return True
    return any(
        not _OLD_NAMES.isdisjoint(text.split()) for text in (summary.refs, *(d.refs for d in summary.definitions))
    )


def imports(file: Module, *packages: str) -> bool:
    """Whether a file imports from one of some packages."""
    return any(item.module.partition(".")[0] in packages for item in file.imports)


def shares_numpy(file: Module) -> str:
    """Why a generator of one's own would not do: what else in the file draws from NumPy's global one; "" if nothing."""
    if imports(file, "emcee"):
        return (
            "emcee 3 takes its state from NumPy's global generator "
            "(emcee 2 wants `rstate0=np.random.RandomState(0).get_state()` in `run_mcmc`)"
        )
    for package in _SHARING:
        if imports(file, package):
            return f"{package} draws from NumPy's global generator"
    if "rvs" in file.calls and imports(file, "scipy"):
        return "`rvs` draws from NumPy's global generator"
    return ""


def _closure(path: str, edges: object) -> set[str]:
    get = edges.get  # type: ignore[attr-defined]
    reached: set[str] = set()
    waiting = [path]
    while waiting:
        for target in get(waiting.pop(), ()):
            if target not in reached and target != path:
                reached.add(target)
                waiting.append(target)
    return reached


def _names_seeding(refs: str, stream: str) -> bool:
    if "eed" not in refs and "eterminis" not in refs and "eproduc" not in refs:
        return False
    for ref in refs.split():
        streams = SEEDING.get(ref)
        if streams is not None:
            if stream in streams:
                return True
        elif _SEEDS.search(ref):
            return True
    return False
