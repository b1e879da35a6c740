from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Import, Related, Span, Summary
from rescode_lint.project import Project
from rescode_lint.rule import Bad, ProjectRule

#: `from ipynb.fs.full.prepare import load`: the whole of it runs; with `defs`, its definitions.
_IPYNB = lazy(r"ipynb\.fs(?:\.(?:full|defs))?\.?")
#: Who imports one of these can import notebooks afterwards.
_HOOKS = frozenset({"import_ipynb", "nbimporter", "importnb"})
_NOT_WORD = lazy(r"\W+")
_HUMP = lazy(r"(?<=[a-z\d])(?=[A-Z])")
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


class NotebookAsModule(ProjectRule):
    """A notebook that is run or imported for the functions in it brings all the rest along: it loads its data, trains its
    model and draws its figures each time, and leaves every variable behind in the namespace of the one that ran it. A
    reader does not see where a name comes from, a test cannot import it, and whoever tries something out in one
    notebook breaks the other.

    Reported are `%run other.ipynb`, and imports by way of `import_ipynb`, `nbimporter`, `importnb` or `ipynb.fs`. The names
    that are really needed from there are named, with the command that moves them into a module. Running scripts
    (`%run script.py`), and starting notebooks one after the other with papermill or nbconvert, is another thing and is
    left alone.
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
        "run knows (`%run {name}`) is left alone."
    )
    VALID = (
        {"a.ipynb": "# %%\n%run prepare.py\n%run -i tools", "prepare.py": "x = 1"},
        {
            "a.ipynb": "# %%\nimport papermill as pm\npm.execute_notebook('b.ipynb', 'out.ipynb')",
            "b.ipynb": "# %%\nx = 1",
        },
        {"a.ipynb": "# %%\nimport import_ipynb\nimport tools\ntools.clean(1)", "tools.py": "def clean(x): ..."},
        {"a.ipynb": "# %%\nname = 'b'\n%run {name}.ipynb\n# %run b.ipynb", "b.ipynb": "# %%\nx = 1"},
        {"a.ipynb": "# %%\nimport tools", "tools.ipynb": "# %%\nx = 1"},
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
        Bad(
            {
                "all.ipynb": "# %%\n%run figures.ipynb\n^^^^^^^^^^^^^^^^^^",
                "figures.ipynb": "# %%\nx = 1\nprint(x)",
            },
            "`figures.ipynb` is run as if it were a module, and no name of it is used here",
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
        for summary in project.files.values():
            if summary.starts or any(_is_hook(item) for item in summary.imports):
                for use in _uses(summary, project):
                    uses[use.target.path if use.target else use.name].append(use)
        for found in uses.values():
            yield self._finding(found)

    def _finding(self, uses: list[_Use]) -> Finding:
        first = uses[0]
        paths = list(dict.fromkeys(use.summary.path for use in uses))
        needs = frozenset[str]().union(*(use.needs for use in uses))
        target = first.target
        name = basename(target.path) if target else first.name
        verb = "run" if "%" in first.how else "imported"
        where = "here" if len(paths) == 1 else f"by {len(paths)} files"
        message = f"`{name}` is {verb} {'' if len(paths) == 1 else f'{where} '}as if it were a module"
        if target is None:
            advice = self.advice
        elif not needs:
            message += f", and no name of it is used {'here' if len(paths) == 1 else 'there'}: it runs for what it does besides"
            advice = (
                "If the order of the notebooks matters, say so where it can be run: a script, a Makefile or papermill. What this "
                "one needs of the other should be a file that the other writes."
            )
        else:
            functions, values, modules = _kinds(needs, target)
            shown = [*functions, *values] or modules
            message += f": {_listed(shown)} {'is' if len(shown) == 1 else 'are'} needed from there, and all the rest runs along"
            advice = _advice(uses, target, functions, values)
        return self.finding(
            first.span,
            message,
            path=first.summary.path,
            advice=advice,
            related=tuple(Related(use.summary.path, use.span.cell, use.span.line, f"`{use.how}`") for use in uses[1:]),
            severity=None if needs else "note",
        )


def _is_hook(item: Import) -> bool:
    head = item.module.partition(".")[0]
    return head in _HOOKS or (head == "ipynb" and item.module.startswith("ipynb.fs"))


def _uses(summary: Summary, project: Project) -> Iterator[_Use]:
    """All places of one file where it takes a notebook for a module."""
    folder = dirname(summary.path)
    read = _read(summary)
    for start in summary.starts:
        if any(char in start.path for char in "{}$*"):
            continue
        target = _notebook(normpath(join(folder, start.path)), project) or _only(basename(start.path), project)
        if target is summary:
            continue
        needs = frozenset(_offered(target) & read - set(summary.bindings.split())) if target else frozenset()
        yield _Use(summary, f"%run {start.path}", start.span, target, start.path, needs)
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


def _only(name: str, project: Project) -> Summary | None:
    """The one notebook of that name, wherever it is: the folder may have been changed before."""
    found = [summary for summary in project.notebooks if basename(summary.path) == name]
    return found[0] if len(found) == 1 else None


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


def _kinds(needs: frozenset[str], target: Summary) -> tuple[list[str], list[str], list[str]]:
    """What is needed, as definitions, values and imported modules, each in the order of its name."""
    definitions = {d.name for d in target.definitions if d.kind != "method"}
    imported = {item.alias or item.name or item.module.partition(".")[0] for item in target.imports}
    functions = sorted(needs & definitions)
    modules = sorted((needs & imported) - definitions)
    return functions, sorted(needs - definitions - imported), modules


def _advice(uses: list[_Use], target: Summary, functions: list[str], values: list[str]) -> str:
    if functions:
        module = _module(target.path)
        beside = all(dirname(use.summary.path) == dirname(target.path) for use in uses)
        select = f" --select {','.join(functions)}" if len(functions) <= _SELECTED else ""
        to = f" --to {_quoted(join(dirname(target.path), module) + '.py')}" if beside else ""
        names = f"{', '.join(functions[:4])}{', ...' if len(functions) > 4 else ''}"
        text = (
            f"Move {'it' if len(functions) == 1 else 'them'} into a module: `rescode extract {_quoted(target.path)}{select}{to}` shows how; then "
            f"{f'`from {module} import {names}`' if beside else 'an import'} is all that is needed here."
        )
        if values:
            text += f" Values ({_listed(values)}) move along as constants; what takes long to compute goes to a file that is read here."
        return text
    if values and all(name.isupper() for name in values):
        return f"Put {_listed(values)} into a module, `{_module(target.path)}.py`, which both import."
    if values:
        return f"Let `{basename(target.path)}` write {_listed(values)} to a file (`.parquet`, `.npz`, `.joblib`), and read that file here."
    return "Import these libraries here, in the first cell."


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
