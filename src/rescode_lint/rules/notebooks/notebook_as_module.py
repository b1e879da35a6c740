from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Import, Related, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rule import Bad, ProjectRule
from rescode_lint.rules.notebooks._reading import hindrance, reading
from rescode_lint.rules.notebooks._runs import run_from

#: `from ipynb.fs.full.prepare import load`: the whole of it runs; with `defs`, its definitions.
_IPYNB = lazy(r"ipynb\.fs(?:\.(?:full|defs))?\.?")
#: Who imports one of these can import notebooks afterwards.
_HOOKS = frozenset({"import_ipynb", "nbimporter", "importnb"})
_NOT_WORD = lazy(r"\W+")
_HUMP = lazy(r"(?<=[a-z\d])(?=[A-Z])")
_LOGGER = lazy(r"_?(?:logger|log|LOG|LOGGER|console)\Z")
#: Calls whose result is as good as written out.
_PATHS = frozenset(
    "Path PurePath os path join expanduser abspath dirname str int float dict list tuple set frozenset range".split()
)
_FILLING = frozenset({"append", "extend", "add", "update", "insert", "setdefault", "pop", "remove", "sort"})
#: Names of notebooks that say nothing of what is in them.
_GENERAL = frozenset({"main", "notebook", "untitled", "index", "analysis", "test"})
#: More names than this need not be said in a command: all of the notebook moves.
_SELECTED = 8


class _Use(NamedTuple):
    """A place where a file takes a notebook for a module."""

    summary: Summary
    #: `%run prepare.ipynb`, `import prepare`.
    how: str
    span: Span
    #: The notebook, if it is in the project.
    target: Summary | None
    #: What the place says of it.
    name: str
    #: Names that the file needs from there.
    needs: frozenset[str]
    #: Where the path leads, there is no such file.
    astray: bool = False


class NotebookAsModule(ProjectRule):
    """A notebook that is run or imported for the functions in it brings all the rest along: it loads its data, trains its
    model and draws its figures each time, and leaves every variable behind in the namespace of the one that ran it. A
    reader does not see where a name comes from, a test cannot import it, and whoever tries something out in one
    notebook breaks the other.

    Reported are `%run other.ipynb`, and imports by way of `import_ipynb`, `nbimporter`, `importnb` or `ipynb.fs`. The names
    that are really needed from there are named, with the command that moves them into a module. Running scripts
    (`%run script.py`), and starting notebooks one after the other, with papermill or with `%run` and no use of what is in
    them, is another thing and is left alone, unless there is no such notebook.
    """

    code = "RSC113"
    name = "notebook-as-module"
    summary = "a notebook is run or imported as if it were a module"
    advice = "Move what is needed from there into a module (`rescode extract`), and import it."
    how_to_fix = (
        "`rescode extract prepare.ipynb --select load,clean` shows how the functions move into a module, and what both notebooks "
        "look like then; `--apply` does it. What the other notebook computes (a table, a model) it should write to a file, "
        "which this one reads. Notebooks that only have to run one after the other belong into a script or a "
        "workflow (papermill, Snakemake, a Makefile)."
    )
    limits = (
        "Names are compared by their spelling; a name that both notebooks define counts as the reader's own. A path that only a "
        "run knows (`%run {name}`) is left alone, unless its end is the name of one notebook (`%run {folder}prepare.ipynb`)."
    )
    VALID = (
        {"a.ipynb": "# %%\n%run prepare.py\n%run -i tools", "prepare.py": "x = 1"},
        {
            "a.ipynb": "# %%\nimport papermill as pm\npm.execute_notebook('b.ipynb', 'out.ipynb')",
            "b.ipynb": "# %%\nx = 1",
        },
        {"a.ipynb": "# %%\nimport import_ipynb\nimport tools\ntools.clean(1)", "tools.py": "def clean(x): ..."},
        {"a.ipynb": "# %%\nname = 'b'\n%run {name}.ipynb\nprint(x)\n# %run b.ipynb", "b.ipynb": "# %%\nx = 1"},
        {"a.ipynb": "# %%\nimport tools", "tools.ipynb": "# %%\nx = 1"},
        # Only one after the other.
        {
            "all.ipynb": "# %%\n%run load.ipynb\n%run plot.ipynb",
            "load.ipynb": "# %%\nx = 1",
            "plot.ipynb": "# %%\ny = 1",
        },
        {"a.ipynb": "# %%\n!git clone https://github.com/lab/tools\n%run tools/setup.ipynb"},
    )
    INVALID = (
        Bad(
            {
                "eda.ipynb": "# %%\n%run prepare.ipynb\n^^^^^^^^^^^^^^^^^^\n# %%\nrows = clean(load('a.csv'))",
                "prepare.ipynb": "# %%\ndef load(path):\n    return open(path).read()\n# %%\n"
                "def clean(text):\n    return text.strip()\n# %%\nload('b.csv')",
            },
            "`prepare.ipynb` is run as if it were a module: `clean` and `load` are needed from there",
            "from prepare import clean, load\n\nrows = clean(load('a.csv'))",
        ),
        Bad(
            {
                "nb/fit.ipynb": "# %%\n%run './data prep.ipynb'\n^^^^^^^^^^^^^^^^^^^^^^^^\n# %%\nprint(df.mean())",
                "nb/data prep.ipynb": "# %%\nimport pandas as pd\ndf = pd.read_csv('b.csv')",
            },
            "`df` is needed from there",
        ),
        # Nothing is computed there; and the path leads nowhere.
        Bad(
            {
                "fig/one.ipynb": "# %%\n%run _folders.ipynb\n^^^^^^^^^^^^^^^^^^^\n# %%\nopen(raw + 'a.csv')",
                "fig/two.ipynb": "# %%\n%run _folders.ipynb\n# %%\nopen(clean + 'a.csv')",
                "tools/_folders.ipynb": "# %%\nraw = 'data/raw/'\nclean = 'data/clean/'\n# %%\nprint(raw)",
            },
            "`clean` and `raw` are needed from there; that `%run` fails in `fig/`, as the file is `tools/_folders.ipynb`",
            "# fig/folders.py holds the two lines\nfrom folders import clean, raw",
        ),
        # Nobody can write a logger to a file.
        Bad(
            {
                "fit.ipynb": "# %%\nfolder = '..'\n%run {folder}/_prepare.ipynb\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n# %%\nlogger.info(table.mean())",
                "_prepare.ipynb": "# %%\nimport logging\nlogger = logging.getLogger('lab')\ntable = load()\nlogger.info('done')",
            },
            "`table` is needed from there, and all the rest runs along",
        ),
        Bad(
            {
                "all.ipynb": "# %%\n%run load.ipynb\n%run figures.ipynb\n^^^^^^^^^^^^^^^^^^",
                "load.ipynb": "# %%\nx = 1\nprint(x)",
            },
            "`figures.ipynb` is run here, and there is no such notebook in the project",
        ),
        Bad(
            {
                "a.ipynb": "# %%\nimport import_ipynb\nimport my_tools as t\n       ^^^^^^^^\nt.clean(1)",
                "my tools.ipynb": "# %%\ndef clean(x):\n    return x\n# %%\nclean(2)",
            },
            "`my tools.ipynb` is imported as if it were a module: `clean` is needed from there",
        ),
        Bad(
            {
                "a.ipynb": "# %%\nfrom ipynb.fs.full.tools import clean\n     ^^^^^^^^^^^^^^^^^^^\nclean(1)",
                "tools.ipynb": "# %%\ndef clean(x):\n    return x",
            },
            "`tools.ipynb` is imported as if it were a module: `clean` is needed from there",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a notebook that is taken for a module, at the first place, with the others related."""
        uses: dict[str, list[_Use]] = defaultdict(list)
        missing: dict[str, list[_Use]] = defaultdict(list)
        for summary in project.files.values():
            if is_put_away(summary.path) or is_taken_over(summary.path):
                continue
            if summary.starts or any(_is_hook(item) for item in summary.imports):
                for use in _uses(summary, project):
                    if use.target is None:
                        missing[summary.path].append(use)
                    elif use.needs:
                        uses[use.target.path].append(use)
        for found in uses.values():
            yield self._finding(found, project)
        for found in missing.values():
            yield self._missing(found)

    def _finding(self, uses: list[_Use], project: Project) -> Finding:
        first = uses[0]
        target = first.target
        assert target is not None
        paths = list(dict.fromkeys(use.summary.path for use in uses))
        needs = frozenset[str]().union(*(use.needs for use in uses))
        verb = "run" if "%" in first.how else "imported"
        where = "" if len(paths) == 1 else f"by {len(paths)} files "
        kinds = _kinds(needs, target, project)
        shown = [*kinds.functions, *sorted([*kinds.constants, *kinds.values])] or kinds.tools or kinds.modules
        rest = "" if kinds.alone else ", and all the rest runs along"
        astray = [use for use in uses if use.astray]
        if astray:
            folder = dirname(astray[0].summary.path)
            fails = "that `%run`" if len(astray) == len(uses) else f"the `%run` of {len(astray)} of them"
            rest += (
                f"; {fails} fails in {f'`{folder}/`' if folder else 'the top folder'}, as the file is `{target.path}`"
            )
        return self.finding(
            first.span,
            f"`{basename(target.path)}` is {verb} {where}as if it were a module: {_listed(shown)} "
            f"{'is' if len(shown) == 1 else 'are'} needed from there{rest}",
            path=first.summary.path,
            advice=_advice(uses, target, kinds, project),
            related=tuple(Related(use.summary.path, use.span.cell, use.span.line, f"`{use.how}`") for use in uses[1:]),
        )

    def _missing(self, uses: list[_Use]) -> Finding:
        names = list(dict.fromkeys(normpath(use.name) for use in uses))
        several = len(names) > 1
        return self.finding(
            uses[0].span,
            f"{_listed(names)} {'are' if several else 'is'} run here, and there {'are' if several else 'is'} no such "
            f"notebook{'s' if several else ''} in the project: nobody else can run this one",
            path=uses[0].summary.path,
            advice=f"Add {'them' if several else 'it'} to the repository, or delete the line{'s' if several else ''}.",
            related=tuple(Related(use.summary.path, use.span.cell, use.span.line, f"`{use.how}`") for use in uses[1:]),
        )


def _is_hook(item: Import) -> bool:
    head = item.module.partition(".")[0]
    return head in _HOOKS or (head == "ipynb" and item.module.startswith("ipynb.fs"))


def _uses(summary: Summary, project: Project) -> Iterator[_Use]:
    """All places of one file where it takes a notebook for a module."""
    read = _read(summary)
    for start in summary.starts:
        target, there = run_from(start.path, summary, project)
        if target is summary or (target is None and not _is_missing(start.path, summary, project)):
            continue
        needs = frozenset(_offered(target) & read - set(summary.bindings.split())) if target else frozenset()
        astray = not there and summary.stays and _is_inside(join(dirname(summary.path), start.path))
        yield _Use(summary, f"%run {start.path}", start.span, target, start.path, needs, astray)
    hooked = any(_is_hook(item) for item in summary.imports)
    for item in summary.imports if hooked else ():
        found = _imported(item, summary, project)
        if found is None:
            continue
        target, name = found
        if item.name and item.name != "*" and item.name != name:
            needs = frozenset({item.name}) & _offered(target)
            how = f"from {item.module} import {item.name}"
        else:
            needs = frozenset((_attributes(summary, item, name) & _offered(target)) - _own(summary, item))
            how = f"import {item.module}"
        span = Span(item.line, item.column, item.line, item.column + len(item.module), item.cell)
        yield _Use(summary, how, span, target, name, needs)


def _is_missing(path: str, summary: Summary, project: Project) -> bool:
    """Whether a notebook would have to lie in a folder of the project, and is not there."""
    if any(char in path for char in "{}$*:") or path.startswith(("/", "~")) or not project.tree.whole:
        return False
    beside = any(normpath(join(dirname(summary.path), start.path)) in project.files for start in summary.starts)
    if not summary.stays and not beside:
        return False
    folder = normpath(join(dirname(summary.path), dirname(path)))
    if folder.startswith("..") or not (folder == "." or project.tree.holds(folder)):
        return False  # another program puts it there: the folder, too
    return not any(basename(other) == basename(path) for other in project.tree.files)


def _imported(item: Import, summary: Summary, project: Project) -> tuple[Summary, str] | None:
    """The notebook that an import loads, and the name of its module."""
    if item.level or (_is_hook(item) and not item.module.startswith("ipynb.fs")):
        return None
    dotted = item.module
    if dotted.startswith("ipynb.fs"):
        dotted = _IPYNB.sub("", dotted, count=1)
        if not dotted or set(dotted) == {"."}:
            dotted = item.name
    if not dotted or project.imported_files(summary.path, item):
        return None
    parts = dotted.strip(".").split(".")
    base = join(dirname(summary.path), *parts)
    spaced = join(dirname(base), basename(base).replace("_", " "))
    target = _notebook(f"{base}.ipynb", project) or _notebook(f"{spaced}.ipynb", project)
    if target is None or target is summary:
        return None
    return target, parts[-1]


def _notebook(path: str, project: Project) -> Summary | None:
    found = project.files.get(path)
    return found if found is not None and found.kind == "ipynb" and not found.language else None


def _is_inside(path: str) -> bool:
    """Whether a path stays in the project, so that it can be known what is there."""
    return not normpath(path).startswith(("..", "/", "~"))


def _read(summary: Summary) -> set[str]:
    """All plain names that a file refers to."""
    texts = (summary.refs, *(definition.refs for definition in summary.definitions))
    return {ref.partition(".")[0] for text in texts for ref in text.split() if not ref.startswith(".")}


def _attributes(summary: Summary, item: Import, name: str) -> set[str]:
    """What is used of an imported module: `tools.clean` is `clean`."""
    texts = (summary.refs, *(definition.refs for definition in summary.definitions))
    starts = tuple({f"{item.module}.", f"{name}.", f"{item.module}.{item.name}."})
    found = set()
    for text in texts:
        for ref in text.split():
            for start in starts:
                if ref.startswith(start):
                    found.add(ref.removeprefix(start).partition(".")[0])
    return found | (_read(summary) if item.name == "*" else set())


def _own(summary: Summary, item: Import) -> set[str]:
    return set(summary.bindings.split()) if item.name == "*" else set()


def _offered(target: Summary) -> set[str]:
    return set(target.bindings.split())


class _Kinds(NamedTuple):
    """What is needed of a notebook, by what it is, each in the order of its name."""

    functions: list[str]
    #: What it computes; what is written out there.
    values: list[str]
    constants: list[str]
    #: Loggers and other names of functions: nothing that a file could hold.
    tools: list[str]
    modules: list[str]
    #: It holds nothing but what is written out, and what shows it.
    alone: bool


def _kinds(needs: frozenset[str], target: Summary, project: Project) -> _Kinds:
    definitions = {d.name for d in target.definitions if d.kind != "method"}
    imported = {item.alias or item.name or item.module.partition(".")[0] for item in target.imports}
    source = project.source(target.path)
    assigned: dict[str, list[ast.expr]] = defaultdict(list)
    constants: set[str] = set()
    alone = source is not None
    bound: Counter[str] = Counter()
    for statement in source.body if source is not None else ():
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                assigned[name].append(value)
                if _is_written_out(value, constants):
                    constants.add(name)
                else:
                    alone = False
            case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant() | ast.Name()):
                pass
            case ast.Expr(value=ast.Call(func=ast.Name(id="print" | "display"))):
                pass
            case _:
                alone = False
                bound.update(
                    node.id
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
                )
                bound.update(  # what is filled or changed in its place
                    node.value.id
                    for node in ast.walk(statement)
                    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.value, ast.Name)
                    if not isinstance(node.ctx, ast.Load) or getattr(node, "attr", "") in _FILLING
                )
    constants = {name for name in constants if len(assigned[name]) == 1 and not bound[name]}
    tools = {
        name
        for name in needs
        if _LOGGER.match(name) or any(_is_tool(value, definitions | imported) for value in assigned[name])
    }
    left = needs - definitions - imported - tools
    return _Kinds(
        sorted(needs & definitions),
        sorted(left - constants),
        sorted(left & constants),
        sorted(tools - definitions - imported),
        sorted((needs & imported) - definitions),
        alone,
    )


def _is_written_out(node: ast.expr, constants: set[str]) -> bool:
    """Whether a value stands in the code: literals, paths, and what is put together of them."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Load()) if name not in constants and name not in _PATHS:
                return False
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name not in _PATHS:
                return False
            case ast.List(elts=[]) | ast.Dict(keys=[]) | ast.Set(elts=[]):
                return False  # it is filled below
            case ast.Lambda() | ast.comprehension() | ast.Subscript() | ast.Await() | ast.NamedExpr():
                return False
    return True


def _is_tool(node: ast.expr, known: set[str]) -> bool:
    """Whether a value is a logger, or a function by another name."""
    match node:
        case ast.Lambda():
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in ("getLogger", "get_logger", "partial", "jit", "vectorize", "Console")
        case ast.Name(id=name):
            return name in known
    return False


def _advice(uses: list[_Use], target: Summary, kinds: _Kinds, project: Project) -> str:
    functions, values, constants, modules = kinds.functions, kinds.values, kinds.constants, kinds.modules
    module = _module(target.path)
    imports = [f"`{_import_of(name, target)}`" for name in modules]
    file = f"`{basename(target.path)}`"
    if functions:
        beside = all(dirname(use.summary.path) == dirname(target.path) for use in uses)
        select = f" --select {','.join(functions)}" if len(functions) <= _SELECTED else ""
        to = f" --to {_quoted(join(dirname(target.path), module) + '.py')}" if beside else ""
        names = f"{', '.join(functions[:4])}{', ...' if len(functions) > 4 else ''}"
        them = "it" if len(functions) == 1 else "them"
        many = len(functions) > _SELECTED
        state = [] if many else [name for name in _state(functions, target) if name not in constants]
        found = reading(target.path, project)
        hindered = not many and (found is None or hindrance(functions, found) is not None)
        if hindered and not state:
            text = f"Move {them} into a module, `{module}.py`, with the imports that {'it needs' if len(functions) == 1 else 'they need'}, and import {them} here."
        elif state:
            text = (
                f"Move {them} into a module, `{module}.py`, and pass as {'a parameter' if len(state) == 1 else 'parameters'} what "
                f"{'it reads' if len(functions) == 1 else 'they read'} of {file} ({_listed(state)})."
            )
        else:
            text = f"Move {them} into a module: `rescode extract {_quoted(target.path)}{select}{to}` shows how"
            lines = [f"`from {module} import {names}`" if beside else "an import", *imports]
            text += f"; then {_and(lines)} {'takes' if len(lines) == 1 else 'take'} the place of the `{uses[0].how.partition(' ')[0]}`."
        if values and many:
            text += f" Values ({_listed(values)}) move along as constants; what takes long to compute goes to a file that is read here."
        elif values:
            text += f" What it computes ({_listed(values)}) {file} should write to a file that is read here."
        if constants:
            text += f" What is written out ({_listed(constants)}) moves into that module, too."
        return text
    if values:
        text = f"Let {file} write {_listed(values)} to a file (`.parquet`, `.npz`, `.joblib`), and read that file here."
        if constants:
            shared = "settings" if module in _GENERAL else module
            text += f" Put {_listed(constants)} into a module, `{shared}.py`, which both import."
        return text
    if constants:
        folders = {dirname(use.summary.path) for use in uses}
        path = join(folders.pop(), f"{module}.py") if len(folders) == 1 else f"{module}.py"
        names = ", ".join(constants[:6]) + (", ..." if len(constants) > 6 else "")
        which = "the line that sets it" if len(constants) == 1 else f"the {len(constants)} lines that set them"
        return (
            f"Put {which} into a module, `{path}`, and write `from {module} import {names}` in place of the "
            f"`{uses[0].how.partition(' ')[0]}`."
        )
    if kinds.tools:
        return (
            f"Write the line that makes {_listed(kinds.tools)} here, in place of the `{uses[0].how.partition(' ')[0]}`."
        )
    return f"Write {_and(imports)} here, in the first cell."


def _state(functions: list[str], target: Summary) -> list[str]:
    """The variables of a notebook that some of its functions read; what is written as a constant or a type moves along."""
    wanted = set(functions)
    found = {
        name
        for definition in target.definitions
        if definition.name.partition(".")[0] in wanted
        for name in definition.state.split()
    }
    return sorted(name for name in found if not name[:1].isupper())


def _import_of(name: str, target: Summary) -> str:
    """The statement that imports a name, as another notebook writes it."""
    for item in target.imports:
        if (item.alias or item.name or item.module.partition(".")[0]) == name and not item.level:
            alias = f" as {item.alias}" if item.alias else ""
            return f"from {item.module} import {item.name}{alias}" if item.name else f"import {item.module}{alias}"
    return f"import {name}"


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _module(path: str) -> str:
    """The name of a module for what moves out of a notebook: `BikeCode.ipynb` gives `bike_code`."""
    stem = basename(path).removesuffix(".ipynb")
    words = _NOT_WORD.sub("_", _HUMP.sub("_", stem)).strip("_").lower()
    return f"nb_{words}" if not words or words[0].isdigit() else words


def _quoted(path: str) -> str:
    return f"'{path}'" if " " in path else path


def _listed(names: list[str], limit: int = 4) -> str:
    shown = [f"`{name}`" for name in names]
    if len(shown) > limit + 1:
        return f"{', '.join(shown[:limit])} and {len(shown) - limit} more names"
    return ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
