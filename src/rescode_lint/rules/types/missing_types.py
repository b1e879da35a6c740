from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import TEST_LIBRARIES, Project, is_module
from rescode_lint.project.foreign import is_foreign
from rescode_lint.project.put_away import is_put_away
from rescode_lint.project.siblings import entry_of, series_of
from rescode_lint.rule import Bad, FileRule
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Function, Site

#: Decorators that say what a function takes, or under which nobody calls it by hand.
_TYPED_BY_DECORATOR = frozenset(
    {"fixture", "command", "overload", "setter", "deleter", "singledispatch", "register", "hook", "hookimpl"}
    | {"route", "callback", "deprecated", "vectorize", "guvectorize", "cfunc"}
)
#: Bases that decide nothing about the signatures of methods.
_PLAIN_BASES = frozenset({"object", "ABC"})
_RETURN = "the return value"
#: Ends the message on a function whose docstring tells the types.
_DOCUMENTED = "; the docstring tells which"
_FIRST = "Type those that others call first, and let a type checker guard them."
#: Statements, one branch among them, of a function that is worth a signature in a notebook with few functions.
_SOME_LOGIC = 5
#: Statements of a file's top level that make it a script, whose one-liners are its own affair.
_SCRIPT = 3
#: Nobody but the script itself asks what they return.
_ENTRY = frozenset({"main", "cli", "parse_args", "parse_arguments", "get_args", "get_parser", "get_args_parser"})
#: More findings than this are one in a project that knows types, and than this where most functions have none.
_MANY, _HABIT = 5, 2
_TYPED_SHARE = 0.4
#: Parameters that count or number something: an `int` wherever their default is one.
_COUNTS = lazy(
    r"(?:n|k|seed|dpi|width|height|epochs?|steps?|folds?|verbose|verbosity|digits|precision|axis|dim|ndim|port|retries)\Z"
    r"|(?:n|num|nb|max|min)_[a-z_]*s\Z|(?:n|num|nb)_|.*_(?:size|seed|count|idx|index|epochs|steps|rows|cols|jobs|workers|id)\Z"
    r"|(?:batch|patch|image|img|embed|hidden|kernel|vocab)_?(?:size|dim)\Z|random_state\Z"
)


#: Parameters that measure something: a `float`, though their default may be written `5`.
_MEASURES = lazy(
    r"(?:alpha|beta|gamma|delta|theta|lam|lambda_?|sigma|mu|eta|rho|tau|eps|epsilon|tol|lr|fs|base|scale|ratio|rate|value|val"
    r"|weight|power|temperature|threshold|thresh|cutoff|perplexity|timeout|spacing|radius|length|speed|freq|frequency|dt|t|x|y|z"
    r"|a|b|c|q|r|v|w|cost|price|mass|angle|distance|strength|randomness|fontsize|linewidth|lw|ms|alpha_?\w*|sigma_?\w*)\Z"
    r"|.*_(?:val|value|rate|ratio|scale|weight|threshold|thresh|tol|timeout|voltage|second|time|duration|factor|freq"
    r"|frequency|exaggeration|radius|distance|percent|percentile|std|mean|min|max|lr|spacing|length|temperature)\Z",
    re.I,
)


#: `x : int`, `x, y : float` (NumPy), `x (int): ` (Google), `:type x: int`, `:param int x:` (Sphinx).
_TOLD = lazy(
    r"^[ \t]*(\w+(?:,[ \t]*\w+)*)[ \t]+:[ \t]+\S|^[ \t]*\*{0,2}(\w+)[ \t]*\([^)\n]+\)[ \t]*:|:type[ \t]+(\w+):"
    r"|:param[ \t]+[^\s:]+[ \t]+(\w+):",
    re.M,
)
#: Folders of what is shown, or kept for a while: nobody would begin there.
_SHOWN = lazy(
    r"(?:^|/)(?:papers?\d*|figures?|figs?|plots?|plotting|tmp|temp|scratch|sandbox|one_?offs?|test_?suites?|templates?)/",
    re.I,
)
#: What nbconvert writes above each cell.
_CELL_MARK = lazy(r"# ?In ?\[[\d ]*\]:")
#: Who asks for the type of something expects several.
_ASKS_FOR_TYPE = frozenset({"isinstance", "issubclass", "callable", "hasattr", "type", "isscalar", "is_list_like"})


class MissingTypes(FileRule):
    """Without types, the reader of a function has to run it to learn what it takes: a path or an open file, a list or
    an array, one row or all of them. Types are the shortest documentation there is, editors complete by them, and a
    type checker finds the wrong call before the three-hour run does.

    One finding a function; a module or notebook with more than five of them is one finding, with the places. Many of
    them in a project are one habit and not a hundred slips: they are one finding, at the module where types pay most,
    the one with most functions for most other files. What is certain from the code alone (defaults, returned literals,
    nothing returned) is proposed. Where the docstrings tell the types, it says so: there they only have to be moved.
    """

    code = "RSC301"
    name = "missing-types"
    summary = "a public function without types of its parameters or of what it returns"
    advice = "Write the types of the parameters and of the return value."
    how_to_fix = (
        "Begin with the functions that others call. Write what is certain, and let a type checker tell the rest "
        "(`mypy --check-untyped-defs`); `pandas.DataFrame` and `numpy.ndarray` are better than nothing."
    )
    limits = (
        "Private functions, tests, nested functions, special methods other than `__init__` and methods of classes with "
        "bases (whose signatures the base decides) are left alone, and exports of notebooks, and so are `*args` and `**kwargs`, small functions in a "
        "notebook that has few, and whatever lies in folders of documentation, examples or benchmarks. A default says what "
        "its parameter is at least: where the name or the body shows that it may be something else, nothing is proposed."
    )
    severity = "note"
    merge_above = 5

    VALID = (
        "def scale(x: float, by: float = 2.0) -> float:\n    return x * by",
        "def _scale(x):\n    return x * 2",
        {"tests/test_scale.py": "def test_scale(tmp_path):\n    assert tmp_path"},
        "class Model:\n    def __init__(self) -> None:\n        self.x = 1",
        "class Net(nn.Module):\n    def forward(self, x):\n        return self.layers(x)",
        "def outer() -> None:\n    def inner(x):\n        return x",
        "# %%\ndef percent(x):\n    return 100 * x",
        {"docs/conf.py": "def setup(app):\n    app.add_css_file('style.css')"},
        # A test beside what it tests, and an export of a notebook.
        "def scale(x: float) -> float:\n    return 2 * x\n\ndef test_scale():\n    assert scale(1) == 2",
        "# coding: utf-8\n\n# In[1]:\n\ndef scale(x):\n    return 2 * x",
    )
    INVALID = (
        Bad(
            "def scale(x, by=2.0):\n    ^^^^^\n    return x * by",
            "`scale`",
            "def scale(x: float, by: float = 2.0) -> float:\n    return x * by",
        ),
        Bad("def report(rows: list[str]):\n    ^^^^^^\n    for row in rows:\n        print(row)", "`report`"),
        Bad(
            "class Model:\n    def fit(self, X, y):\n        ^^^\n        self.mean = X[y > 0].mean(axis=0)\n"
            "        return self",
            "`Model.fit` has no types for `X`, `y` and the return value",
        ),
        Bad(
            "# %%\ndef tidy(songs, quiet=False):\n    ^^^^\n    songs = songs.dropna()\n"
            "    songs.columns = songs.columns.str.lower()\n    if not quiet:\n        print(len(songs))\n"
            "    return songs",
            "`tidy`",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a function; they are merged where there are many."""
        if is_test_path(file.path) or not is_module(file.path):
            return
        if any(item.module.partition(".")[0] in TEST_LIBRARIES and not item.local for item in file.imports):
            return  # helpers of tests
        if any(_CELL_MARK.match(line) for line in file.source.lines[:30]) and not file.is_notebook:
            return  # an export of a notebook, where the functions are
        small_matter = not file.is_notebook and file.script_statements >= _SCRIPT
        found: dict[str, tuple[Site, list[str]]] = {}
        for site in file.definitions:
            node = site.node
            if isinstance(node, ast.ClassDef) or not _is_public(site):
                continue
            missing = gaps(node, method=site.owner is not None)
            if node.name.startswith("test_") and site.owner is None:
                continue  # a test that stands beside what it tests
            if missing == [_RETURN] and (_passes_all_on(node) or node.name in _ENTRY):
                continue
            if missing and not (small_matter and site.statements < 2):
                name = f"{site.owner.name}.{node.name}" if site.owner else node.name
                found.setdefault(name, (site, missing))
        few = file.is_notebook and len(found) <= self.merge_above
        first = next((name for name, (_, missing) in found.items() if missing != [_RETURN]), next(iter(found), ""))
        for name, (site, missing) in found.items():
            node = site.node
            assert not isinstance(node, ast.ClassDef)
            if few and (site.statements < _SOME_LOGIC or not site.branches):
                continue
            yield self.finding(
                file.name_span(node),
                f"`{name}` has no type{'s' if len(missing) > 1 else ''} for {_listed(missing)}"
                + (_DOCUMENTED if is_documented(node, missing) else ""),
                # Where they are merged, only the first is quoted.
                advice=_advice(node, missing) if name == first or len(found) <= self.merge_above else "",
                group="types",
            )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the module, which names the functions."""
        findings = sorted(findings, key=lambda f: _only_returns(f.message))  # what takes something says more
        first = findings[0]
        names = [_named(finding) for finding in findings]
        shown = ", ".join(f"`{name}`" for name in names[:4])
        what = "notebook" if first.path.endswith(".ipynb") else "module"
        return first._replace(
            message=f"{len(names)} public functions of this {what} lack types: {shown} and {len(names) - 4} more",
            advice=f"{_FIRST}{_sure(names[0], first)}",
            related=tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in findings[1:]),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for many of a project, at the module where types pay most."""
        if _is_python_2(project):
            return []
        if len(findings) <= _HABIT or len({finding.path for finding in findings}) == 1:
            return findings
        public = typed = 0
        for summary in project.files.values():
            if summary.path not in project.tests and is_module(summary.path):
                for definition in summary.definitions:
                    if definition.kind != "class" and not definition.name.rpartition(".")[2].startswith("_"):
                        public += 1
                        typed += definition.typed
        knows = typed >= _TYPED_SHARE * public
        if knows and len(findings) <= _MANY:
            return findings
        return _as_one(findings, "lack types that its others have" if knows else "lack types", project)


def _is_python_2(project: Project) -> bool:
    """Whether the project still runs under Python 2, where annotations are a syntax error."""
    old = sum(any(kind == "python2" for kind, _, _ in summary.unparsed) for summary in project.scripts)
    return 4 * old > len(project.scripts)


def _as_one(findings: list[Finding], lack: str, project: Project) -> list[Finding]:
    """One finding for many of one habit, at the file to begin with; those of that file where it is the only one."""
    by_path: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_path[finding.path].append(finding)
    by_path = _once(by_path, project)
    users = {path: len(project.importers.get(path, ())) for path in by_path}
    sizes = {path: _count(found) for path, found in by_path.items()}
    order = sorted(
        by_path,
        key=lambda p: (
            is_put_away(p) or _SHOWN.search(p) is not None,
            all(map(_only_returns, _messages(by_path[p]))),
            -users[p] * sizes[p],
            p.endswith(".ipynb"),
            -sizes[p],
            p,
        ),
    )
    path = next((p for p in order if not is_foreign(p, project)), order[0])
    work = entry_of(path, project)  # in a collection, the piece of work to begin with
    order = [path, *(p for p in order if p != path and entry_of(p, project) == work)]
    sizes = {path: sizes[path] for path in order}
    findings = [finding for path in order for finding in by_path[path]]
    first = by_path[path][0]
    if users[path] > 1:
        why = f", which {users[path]} files import"
    elif sizes[path] == max(sizes.values()):
        why = ", which has the most of them"
    else:
        why = ", which another file imports" if users[path] else ""
    total = sum(sizes.values())
    told = sum(part.endswith(_DOCUMENTED) for f in findings for part in (f.message, *(r.message for r in f.related)))
    advice = "Type what other files import, module by module, and let a type checker guard those that are done."
    where = ""
    if 2 * told > total:
        where = f" (those of {told} stand in docstrings, where no type checker reads them)"
        advice = (
            "Move the types from the docstrings into the signatures, module by module, and let a type checker guard "
            "those that are done; the docstrings keep what the values mean."
        )
    if len(order) == 1:
        return [] if work and path.endswith(".ipynb") else by_path[path]
    one = first._replace(
        span=_most_used(by_path[path], project),
        message=f"{total} public functions in {len(order)} files of {f'`{work}`' if work else 'this project'} {lack}{where}; "
        f"begin with `{path}`{why}",
        advice=advice,
        related=tuple(_place(by_path[path]) for path in order[1:]),
    )
    return [one]


def _once(by_path: dict[str, list[Finding]], project: Project) -> dict[str, list[Finding]]:
    """The files without copies of one another, those that most others import first; of a series its first member."""
    kept: dict[str, list[Finding]] = {}
    known: dict[object, list[frozenset[str]]] = defaultdict(list)
    for path in sorted(by_path, key=lambda p: (is_put_away(p), -len(project.importers.get(p, ())), p)):
        series = series_of(path, project)
        names = frozenset(message.split("`")[1] for message in _messages(by_path[path]))
        if series is not None and series.numbered:
            key: object = series
            names = frozenset({"one"})
        else:
            key = path.rpartition("/")[2]
        if not any(5 * len(names & others) >= 3 * max(len(names), len(others)) for others in known[key]):
            kept[path] = by_path[path]
        known[key].append(names)
    return kept


def _messages(findings: list[Finding]) -> Iterator[str]:
    """What is said of each function."""
    for finding in findings:
        yield finding.message
        yield from (related.message for related in finding.related)


def _only_returns(message: str) -> bool:
    """Whether a message tells that a function lacks nothing but the type of what it returns."""
    return f"has no type for {_RETURN}" in message


def _most_used(findings: list[Finding], project: Project) -> Span:
    """Where the function stands that most files name, of those in one file whose parameters lack types."""
    summary = project.files[findings[0].path]
    named = {message.split("`")[1] for message in _messages(findings) if not _only_returns(message)}
    able = [d for d in summary.definitions if d.name in named and d.kind != "class"]
    if not able:
        return findings[0].span
    uses = {d.name: 0 for d in able}
    for path in (summary.path, *project.importers.get(summary.path, ())):
        other = project.files[path]
        refs = " ".join((other.refs, *(d.refs for d in other.definitions)))
        words = {ref.rpartition(".")[2] for ref in refs.split()}
        for name in uses:
            uses[name] += name.rpartition(".")[2] in words
    return max(able, key=lambda d: (d.kind == "function", uses[d.name], d.statements)).span


def _sure(name: str, finding: Finding) -> str:
    """What is known of the first of several functions."""
    if finding.advice == MissingTypes.advice:
        return ""
    known = finding.advice.removesuffix(" Write them, and what else is missing.")
    return f" For `{name}`: {known[0].lower()}{known[1:]}"


def _named(finding: Finding) -> str:
    return finding.message.split("`")[1]


def _count(findings: list[Finding]) -> int:
    return sum(1 + len(finding.related) for finding in findings)


def _place(findings: list[Finding]) -> Related:
    first, count = findings[0], _count(findings)
    return Related(
        first.path,
        first.span.cell,
        first.span.line,
        f"`{_named(first)}`" + (f" and {count - 1} more" if count > 1 else ""),
    )


def is_test_path(path: str) -> bool:
    """Whether a file is a test by its name or folder; what tests take is decided by fixtures."""
    *folders, name = path.split("/")
    return (
        name.startswith(("test_", "conftest"))
        or name.endswith("_test.py")
        or bool({"tests", "test", "testing"} & set(folders))
    )


def _is_public(site: Site) -> bool:
    node = site.node
    if node.name.startswith("_") and not (node.name == "__init__" and site.owner):
        return False
    owner = site.owner
    if owner is None and node.col_offset:
        return False  # below `if`, such as the main guard
    if owner and (owner.name.startswith("_") or any(_last_name(base) not in _PLAIN_BASES for base in owner.bases)):
        return False
    names = {_last_name(decorator) for decorator in node.decorator_list}
    return not names & _TYPED_BY_DECORATOR


def _last_name(decorator: ast.expr) -> str:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def gaps(node: Function, *, method: bool) -> list[str]:
    """The parameters without types, in backticks, and "the return value" where that has none."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    static = any(_last_name(decorator) == "staticmethod" for decorator in node.decorator_list)
    if method and not static:
        positional = positional[1:]
    missing = [
        f"`{parameter.arg}`"
        for parameter in (*positional, *arguments.kwonlyargs)
        if parameter.annotation is None and parameter.type_comment is None and not parameter.arg.startswith("_")
    ]
    if node.returns is None and node.type_comment is None and node.name != "__init__":
        missing.append(_RETURN)
    return missing


def is_documented(node: Function, missing: list[str]) -> bool:
    """Whether the docstring gives types to all parameters that lack them, as NumPy, Google or Sphinx would write it.

    Args:
        node: the function.
        missing: what `gaps` found.
    """
    names = [part.strip("`") for part in missing if part != _RETURN]
    doc = ast.get_docstring(node, clean=False) if names else None
    if doc is None:
        return False
    told = {name for found in _TOLD.findall(doc) for name in re.split(r"[,\s]+", "".join(found))}
    return told.issuperset(names)


def _passes_all_on(node: Function) -> bool:
    """`def f(*args, **kwargs): return g(*args, **kwargs)`: it has the types of what it calls."""
    arguments = node.args
    return arguments.vararg is not None and arguments.kwarg is not None and not arguments.args


def _listed(missing: list[str]) -> str:
    if len(missing) > 5:
        missing = [*missing[:4], f"{len(missing) - 4} more"]
    return missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"


def _advice(node: Function, missing: list[str]) -> str:
    if is_documented(node, missing):
        return "Write the types into the signature, where editors and type checkers read them; the docstring has them."
    certain = certain_types(node, missing)
    returned = [kind for kind in certain if kind.startswith("`->")]
    defaults = [kind for kind in certain if not kind.startswith("`->")]
    said = [f"Certain from the code: {returned[0]}."] if returned else []
    if defaults:
        said.append(f"The default{'s say' if len(defaults) > 1 else ' says'} {_listed(defaults)}.")
    if not said:
        return MissingTypes.advice
    return " ".join(said) + ("" if len(certain) == len(missing) else " Write them, and what else is missing.")


def certain_types(node: Function, missing: list[str]) -> list[str]:
    """What the code says of the missing types, in backticks: `n: int`, `-> None`."""
    certain = []
    for parameter, default in _defaults(node):
        kind = literal_type(default)
        if kind is not None and f"`{parameter.arg}`" in missing and _is_borne_out(parameter.arg, kind, default, node):
            certain.append(f"`{parameter.arg}: {kind}`")
    if _RETURN in missing and (returned := return_type(node)):
        certain.append(f"`-> {returned}`")
    return certain


def _defaults(node: Function) -> list[tuple[ast.arg, ast.expr]]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True))
    return pairs + [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]


def literal_type(node: ast.expr) -> str | None:
    """The builtin type of a literal; None where it does not say one (`None`, a name, a number that may be either)."""
    if isinstance(node, ast.UnaryOp):
        if isinstance(node.op, ast.Not):
            return "bool"
        if isinstance(node.op, ast.USub | ast.UAdd):
            node = node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool | str | bytes | float | int):
        return type(node.value).__name__
    if isinstance(node, ast.JoinedStr):
        return "str"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = {literal_type(node.left), literal_type(node.right)}
        return "str" if "str" in sides and sides <= {"str", None} else None
    return None


def _is_borne_out(name: str, kind: str, default: ast.expr, node: Function) -> bool:
    """Whether nothing in the body says that a parameter may be of another type than its default."""
    counts = bool(_COUNTS.match(name))
    for outer in ast.walk(node):
        verdict = _says(outer, name, kind)
        if verdict is False:
            return False
        counts = counts or bool(verdict)
    if kind != "int" or counts:
        return True
    value = default.value if isinstance(default, ast.Constant) else -1
    return isinstance(value, int) and not -1 <= value <= 1 and not _MEASURES.match(name)


def _says(node: ast.AST, name: str, kind: str) -> bool | None:
    """What one node says of a parameter: True, it is of that kind; False, it may be another; None, nothing."""

    def is_it(part: ast.AST | None) -> bool:
        return isinstance(part, ast.Name) and part.id == name

    number = kind in ("int", "float", "bool")
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if is_it(function):
                return False
            called = _last_name(function)
            if any(map(is_it, arguments)):
                if called in _ASKS_FOR_TYPE:
                    return False
                if called in ("len", "sum", "list", "tuple", "set", "sorted", "enumerate", "zip") and number:
                    return False
                if called == "range" and kind == "int":
                    return True
            if kind == "int" and any(is_it(k.value) and k.arg is not None and _COUNTS.match(k.arg) for k in keywords):
                return True
        case ast.Compare(left=left, ops=operators, comparators=others):
            sides = [left, *others]
            if any(map(is_it, sides)):
                if any(isinstance(o, ast.Is | ast.IsNot) for o in operators):
                    return None if kind == "bool" and not any(map(_is_none, sides)) else False
                values = [v for s in sides for v in (s.elts if isinstance(s, ast.Tuple | ast.List | ast.Set) else [s])]
                kinds = {literal_type(v) or ("None" if isinstance(v, ast.Constant) else None) for v in values} - {None}
                allowed = {"float": {"float", "int"}, "int": {"int"}}.get(kind, {kind})
                if not kinds <= allowed:
                    return False
        case ast.Attribute(value=value):
            if number and is_it(value):
                return False
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
            if number and is_it(iterated):
                return False
        case ast.Subscript(value=value, slice=index):
            if number and is_it(value):
                return False
            parts = [index.lower, index.upper, index.step] if isinstance(index, ast.Slice) else [index]
            if kind == "int" and any(map(is_it, parts)):
                return True
        case ast.BinOp(left=left, op=operator, right=right):
            if kind == "int" and (is_it(left) or is_it(right)):
                other = right if is_it(left) else left
                if isinstance(operator, ast.Div | ast.Pow) or literal_type(other) == "float":
                    return False
        case ast.Starred(value=value) if number and is_it(value):
            return False
        case _:
            pass
    return None


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def return_type(node: Function) -> str | None:
    """What a function certainly returns: "None", or the one builtin type of all its literals; None where unsure."""
    names = {_last_name(decorator) for decorator in node.decorator_list}
    if names & {"abstractmethod", "contextmanager", "asynccontextmanager", "property", "cached_property"}:
        return None
    returns = list(_returns(node.body))
    kinds = {literal_type(found.value) if found.value is not None else "None" for found in returns}
    kind = kinds.pop() if len(kinds) == 1 else None
    if returns and kind is None:
        return None
    if kind in (None, "None") and all(found.value is None for found in returns):
        kind = None if _is_stub(node.body) or _never_ends(node.body) else "None"
    elif not _never_ends(node.body):
        return None
    return None if kind is None or _yields(node.body) else kind


def _returns(body: list[ast.stmt]) -> Iterator[ast.Return]:
    """The `return` statements of a function, without those of functions within it."""
    for statement in body:
        if isinstance(statement, ast.Return):
            yield statement
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for field in ("body", "orelse", "finalbody"):
                yield from _returns(getattr(statement, field, None) or [])
            for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
                yield from _returns(part.body)


def _yields(body: list[ast.stmt]) -> bool:
    stack: list[ast.AST] = list(body)
    while stack:
        inner = stack.pop()
        if isinstance(inner, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            stack.extend(ast.iter_child_nodes(inner))
    return False


def _is_stub(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(s, ast.Pass | ast.Raise) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in body
    )


def _never_ends(body: list[ast.stmt]) -> bool:
    """Whether the end of a body cannot be reached: it returns, raises, or loops without end."""
    last = body[-1]
    if isinstance(last, ast.Return | ast.Raise):
        return True
    if isinstance(last, ast.If):
        return bool(last.orelse) and _never_ends(last.body) and _never_ends(last.orelse)
    if isinstance(last, ast.With | ast.AsyncWith):
        return _never_ends(last.body)
    if isinstance(last, ast.Try):
        return _never_ends(last.body) and all(_never_ends(h.body) for h in last.handlers) and not last.orelse
    if isinstance(last, ast.While):
        return isinstance(last.test, ast.Constant) and bool(last.test.value)
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call):
        return _last_name(last.value) in ("exit", "_exit", "abort", "fail", "quit")
    return False
