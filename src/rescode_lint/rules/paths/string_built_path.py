from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

from rescode_lint.facts.files import file_names, touches
from rescode_lint.facts.path_takers import takes_path
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Span
from rescode_lint.project import Project
from rescode_lint.rule import Bad, FileRule, Needed, Repair
from rescode_lint.rules.paths._built import Built, built_path, might_be_built
from rescode_lint.rules.paths._values import Values, name_of
from rescode_lint.rules.paths._with_pathlib import Words, is_same_path
from rescode_lint.semantics import Module, Scope

if TYPE_CHECKING:
    import libcst as cst

_ONLY_IF = "only if that ends in a slash"
_LONG = 72
_LONGEST = 120
_TEST = lazy(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py\Z")
#: Modules that only Python 2 has, which has no `pathlib`.
_OLD = frozenset(
    {"cPickle", "urllib2", "ConfigParser", "Queue", "StringIO", "cStringIO", "Tkinter", "commands", "sets"}
)
#: Whose methods `to_csv`, `savefig` and the like are, so far as names tell.
_OWNERS = frozenset(
    {"pandas", "polars", "numpy", "matplotlib", "seaborn", "scanpy", "anndata", "xarray", "geopandas", "pylab"}
)
_MESSAGES = frozenset({"print", "info", "debug", "warning", "error", "critical", "exception", "write"})
_NO_FILES = frozenset({"download", "download_file", "get"})


class _Place(NamedTuple):
    """A path built as text that a file function takes."""

    built: Built
    scope: Scope
    #: The name that it is stored under; "" where the function gets it directly.
    name: str
    #: Some function wants a string.
    wants_text: bool = False
    #: All functions take a `Path`, in every version, and nothing else takes it.
    sure: bool = False
    #: It is a pattern for `glob`.
    pattern: bool = False


class _Better(NamedTuple):
    """The same path with `pathlib`."""

    code: str
    imports: tuple[Needed, ...]


class StringBuiltPath(FileRule):
    """A path that is added up as text is right only by agreement: `folder + "x.csv"` needs a slash at the end of `folder`,
    `folder + "/x.csv"` needs none. Where somebody sets the folder otherwise, the first writes `resultsx.csv` beside it, with
    no error, and nobody finds the file; with an empty folder the second writes into the root of the disk. `pathlib` puts
    the separators in, on every system, and gives the name, the ending and the folder without cutting text.

    All such paths of a file are one finding.
    """

    code = "RSC406"
    name = "string-built-path"
    summary = "a path put together as text"
    advice = 'Join folder and name with `pathlib`: `Path(folder) / "x.csv"`.'
    how_to_fix = (
        'Make the folder a `Path` where it is first named (`RESULTS = Path("results")`), and join with `/`: '
        '`RESULTS / subject / f"run{run:02d}.csv"`. Whatever opens files takes a `Path`; for the few functions that want '
        "text (`cv2.imread`, `glob.glob`) write `str(path)`, or use `path.glob(...)`. The fix is safe where the folder is a "
        "constant of the file and only functions that take a `Path` get the result; else look at it before you accept it."
    )
    limits = (
        "Only what ends in a function that opens, lists, makes or removes files, directly or through a name that nothing else "
        "uses. Templates in a fixed folder (`f'data/{name}.csv'`), prefixes (`stem + '.csv'`, `stem + '_old/x.csv'`) and addresses are left alone, "
        "and so are tests. F-strings with a folder in front (`f'{folder}/x.csv'`) read well: they are named only where the file "
        "adds up other paths, and by themselves with the option `f-strings`. `os.path.join` is right, if longer, and left alone, unless one stands in another "
        "or its arguments are themselves put together with slashes; the option `os-path-join` flags all of them."
    )
    severity = "note"
    confidence = "medium"
    safe_fix = False
    visits = ast.Assign
    options = {"os-path-join": False, "f-strings": False}
    VALID = (
        'import pandas as pd\nfrom pathlib import Path\nfolder = Path("data")\npd.read_csv(folder / "x.csv")',
        'import os\ndef load(folder):\n    return open(os.path.join(folder, "x.csv"))',
        'import pandas as pd\ndef load(name):\n    return pd.read_csv(f"data/{name}.csv")',
        'def save(stem, outfile):\n    open(stem + ".csv", "w")\n    open(outfile + "_2.csv", "w")',
        'import pandas as pd\nurl = "https://example.org/"\npd.read_csv(url + "x.csv")\npd.read_csv(f"{url}/x.csv")',
        'import pandas as pd\nBASE = "s3://songs"\npd.read_csv(BASE + "/x.csv")',
        'import requests\ndef get(server, page):\n    return requests.get(server + "/" + page)',
        'def report(file, folder):\n    file.write(folder + "/done\\n")\n    print(folder + "/x.csv")',
        'import mlflow.pyfunc\ndef load(name):\n    return mlflow.pyfunc.load_model(f"models:/{name}/Production")',
        'import pandas as pd\nmodel_path = "models/net_"\ndef load():\n    return pd.read_csv(model_path + "7.csv")',
        'def load(folder):\n    name = folder + "/x.csv"\n    return open(name), name.split("/")',
        'def load(folder):\n    name = folder + "/x"\n    name += ".csv"\n    return open(name)',
        'import pandas as pd\nROOT = "https://example.org/"\nROOT = ROOT + "data/"\npd.read_csv(ROOT + "x.csv")',
        'def load(out_dir, name):\n    return open(f"{out_dir}/{name}.csv"), open(f"{out_dir}/x.csv")',
        "import os\ndef load(out_dir, n):\n    return open(os.path.join(out_dir, f'runs/{n}/x.csv')), open(f'{out_dir}/{n}.csv')",
        {"tests/test_io.py": 'def test_io(tmp_path):\n    open(f"{tmp_path}/x.csv")'},
        'import cPickle\ndef load(folder):\n    return cPickle.load(open(folder + "/x.pkl"))',
        'import pandas as pd\ndef load(kind):\n    return pd.read_csv("data/{}/x.csv".format(kind))',
        'import numpy as np\ndef load(n):\n    return np.load(format(n, "03"))',
        'import numpy as np\ndef load(prefix, name):\n    return np.load(prefix + name + "/x.npy"), np.load(prefix + "_all/x.npy")',
    )
    INVALID = (
        Bad(
            'def load(folder, name):\n    return open(folder + "/" + name)\n                ^^^^^^^^^^^^^^^^^^^',
            '`folder + "/" + name` builds a path as text',
            fixed="from pathlib import Path\n\ndef load(folder, name):\n    return open(Path(folder) / name)",
        ),
        Bad(
            'import numpy as np\n\nDATA = "data/"\nsongs = np.load(DATA + "songs.npy")\n'
            "                ^^^^^^^^^^^^^^^^^^",
            "relies on the slash at the end of `DATA`",
            fixed='import numpy as np\nfrom pathlib import Path\n\nDATA = "data/"\nsongs = np.load(Path(DATA) / "songs.npy")',
        ),
        Bad(
            "import pandas as pd\n\n\ndef save(table, out_dir):\n    table.to_csv(out_dir + 'table.csv')\n"
            "                 ^^^^^^^^^^^^^^^^^^^^^",
            "is in `out_dir` only if that ends in a slash",
            fixed="import pandas as pd\nfrom pathlib import Path\n\n\ndef save(table, out_dir):\n"
            "    table.to_csv(Path(out_dir) / 'table.csv')",
        ),
        Bad(
            "import cv2\nfrom pathlib import Path\n\n\ndef show(base_dir, subject, run):\n"
            "    return cv2.imread('%s/sub-%s/run%02d.png' % (base_dir, subject, run))\n"
            "                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "builds a path as text",
            fixed="import cv2\nfrom pathlib import Path\n\n\ndef show(base_dir, subject, run):\n"
            "    return cv2.imread(str(Path(base_dir) / f'sub-{subject}/run{int(run):02d}.png'))",
        ),
        Bad(
            "import matplotlib.pyplot as plt\n\n\ndef draw(folder, label):\n    plt.savefig(f'{folder}/{label}_a.png')\n"
            "    plt.savefig(f'{folder}{label}_b.png')\n                ^^^^^^^^^^^^^^^^^^^^^^^^",
            "`f'{folder}{label}_b.png'` is in `folder` only if that ends in a slash (and at 1 more place of this file)",
            fixed="import matplotlib.pyplot as plt\nfrom pathlib import Path\n\n\ndef draw(folder, label):\n"
            "    plt.savefig(Path(folder) / f'{label}_a.png')\n    plt.savefig(Path(folder) / f'{label}_b.png')",
        ),
        Bad(
            '# %%\nimport matplotlib.pyplot as plt\n# %%\nfigures = "figures"\nname = "{}/{}.pdf".format(figures, label)\n'
            "       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\nplt.savefig(name)\n"
            "plt.savefig(f'{figures}/all.png')\nplt.savefig(figures + '/b' + str(3) + '.png')",
            "builds a path as text",
            fixed="# %%\nimport matplotlib.pyplot as plt\nfrom pathlib import Path\n# %%\n"
            'figures = "figures"\nname = Path(figures) / f"{label}.pdf"\nplt.savefig(name)\n'
            "plt.savefig(Path(figures) / 'all.png')\nplt.savefig(Path(figures) / f'b{3}.png')",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a path; they are merged."""
        if _TEST.search(file.path) or any(found.module in _OLD for found in file.imports):
            return
        values = Values(file)
        places = list(self._places(file, values))
        enough = 1 if self.option["f-strings"] else 2
        if all(place.built.weight < enough for place in places):
            return
        places = [sure for place in places if (sure := _certain(place, file, values))]
        if any(place.built.weight >= enough for place in places):
            for place in places:
                yield self._found(place, file, values)

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> cst.CSTNode | Repair | None:
        """`Path(folder) / name`."""
        import libcst as cst

        if not isinstance(node, cst.BaseExpression) or _is_python_2(project):
            return None
        values = Values(file)
        for candidate in self._places(file, values, finding.span):
            place = _certain(candidate, file, values)
            if place is None:
                continue
            if place.name and place.scope.kind == "module" and _is_imported(place.name, file.path, project):
                return None
            better = _better(place, file, values)
            if better is not None:
                return Repair(cst.parse_expression(better.code), better.imports)
        return None

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for a file; in front a path that may already be a wrong one."""
        first = next((finding for finding in findings if _ONLY_IF in finding.message), findings[0])
        return super().merged([first, *(finding for finding in findings if finding is not first)])

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """Nothing in a project for Python 2, which has no `pathlib`."""
        return [] if findings and _is_python_2(project) else findings

    def _found(self, place: _Place, file: Module, values: Values) -> Finding:
        built = place.built
        node = built.node
        words = Words(built, place.scope, file, values)
        text = _short(words.text(node))
        better = _better(place, file, values)
        message = f"`{text}` builds a path as text"
        first = built.head.node
        folder = words.source(first) if first else ""
        if built.how == "glue":
            relies = values.constant(first, place.scope) is not None if first else False
            message = f"`{text}` relies on the slash at the end of `{folder}`"
            if not relies:
                message = f"`{text}` is in `{folder}` {_ONLY_IF}"
        elif built.how == "chain":
            message = f"`{text}` is `os.path.join` within `os.path.join`"
        elif built.how == "join":
            message = f"`{text}` is longer than the same with `pathlib`"
        fix = None
        advice = self.advice
        if better is not None:
            if len(better.code) <= _LONGEST:
                advice = f"Write `{better.code}`"
                if built.how == "glue":
                    advice += f", which is right with and without a slash at the end of `{folder}`"
                advice += "; `Path.glob` lists the files too." if place.pattern and folder else "."
            safe = (
                place.sure
                and not place.wants_text
                and not file.stars
                and not (place.name and place.scope.kind == "module" and not file.is_notebook)
                and is_same_path(built, place.scope, values)
            )
            fix = Fix(safe, "Join the path with `pathlib`")
        found = self.finding(file.span(node), message, advice=advice, fix=fix, group="text")
        return found._replace(cause="paths as text")

    def _places(self, file: Module, values: Values, only: Span | None = None) -> Iterator[_Place]:
        """The paths built as text that file functions take, or may take through a name."""
        joins = bool(self.option["os-path-join"])
        stored: set[str] = set()
        for name in sorted(_functions() & file.calls.keys()):
            for call, scope in file.calls[name]:
                for argument in (
                    (*call.args, *(keyword.value for keyword in call.keywords)) if call.keywords else call.args
                ):
                    if argument.__class__ is ast.Name:
                        stored.add(argument.id)
                    elif might_be_built(argument) and (only is None or file.span(argument) == only):
                        file.here = scope
                        if not any(touch.node is argument for touch in touches(call, file.qualname(call.func))):
                            continue
                        built = built_path(argument, scope, file, values)
                        if built and (joins or built.how != "join"):
                            taker = _taker(call, file)
                            yield _Place(built, scope, "", taker == "no", taker == "yes", _is_glob(call))
        if not stored:
            return
        for node, scope in cast("list[tuple[ast.Assign, Scope]]", file.nodes.get(ast.Assign, [])):
            if not might_be_built(node.value):
                continue
            target = node.targets[0]
            if len(node.targets) != 1 or not isinstance(target, ast.Name) or target.id not in stored:
                continue
            if scope.kind != "class" and (only is None or file.span(node.value) == only):
                built = built_path(node.value, scope, file, values)
                if built and (joins or built.how != "join"):
                    yield _Place(built, scope, target.id)


@cache
def _functions() -> frozenset[str]:
    return frozenset(file_names()) - _NO_FILES


def _certain(place: _Place, file: Module, values: Values) -> _Place | None:
    """A place with what is known of who takes its path; None where other than files take it."""
    return _of_name(place, file, values) if place.name else place


def _taker(call: ast.Call, file: Module) -> str:
    func = call.func
    taker = takes_path(_last(func), file.qualname(func), is_method=isinstance(func, ast.Attribute))
    if taker == "yes" and isinstance(func, ast.Attribute) and file.qualname(func) is None:
        return "yes" if any(found.module.partition(".")[0] in _OWNERS for found in file.imports) else "now"
    return taker


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else name_of(func)


def _is_glob(call: ast.Call) -> bool:
    return _last(call.func) in ("glob", "iglob")


def _of_name(place: _Place, file: Module, values: Values) -> _Place | None:
    """A path that is stored under a name, if nothing but file functions (and messages) take it from there."""
    name, scope = place.name, place.scope
    found, wants_text, sure, pattern = 0, False, True, False
    for use in values.occurrences(name):
        if not isinstance(use, ast.Name):
            if isinstance(use, ast.Global | ast.Nonlocal):
                return None
            continue
        if not isinstance(use.ctx, ast.Load):
            if isinstance(values.parent(use), ast.AugAssign):
                return None
            continue
        owner, chain = values.owner(name, use)
        if owner is not scope or not chain:
            continue
        if isinstance(chain[0], ast.FormattedValue):
            sure = False
            continue
        call = chain[1] if isinstance(chain[0], ast.keyword) else chain[0]
        if not isinstance(call, ast.Call) or call.func is use:
            return None
        file.here = scope
        if any(touch.node is use for touch in touches(call, file.qualname(call.func))):
            taker = _taker(call, file)
            found += 1
            wants_text |= taker == "no"
            pattern |= _is_glob(call)
            sure &= taker == "yes"
        elif _last(call.func) in _MESSAGES:
            sure = False
        else:
            return None
    return place._replace(wants_text=wants_text, sure=sure, pattern=pattern) if found else None


def _better(place: _Place, file: Module, values: Values) -> _Better | None:
    """The path with `pathlib`, and what that needs; None where it cannot be written."""
    name = "Path"
    imports: tuple[Needed, ...] = (("pathlib", "Path"),)
    known = next((local for local, full in file.scope.imports.items() if full == "pathlib.Path"), "")
    module = next((local for local, full in file.scope.imports.items() if full == "pathlib"), "")
    if known:
        name, imports = known, imports if known == "Path" else (("pathlib", "Path", known),)
    elif module == "pathlib":
        name, imports = "pathlib.Path", (("pathlib", ""),)
    if any(name in scope.bindings and scope.imports.get(name) != "pathlib.Path" for scope in file.scopes):
        return None  # it is something else there
    if place.pattern and not place.built.exact:
        return None  # `*/` finds folders only
    code = Words(place.built, place.scope, file, values, name).whole()
    if code is None:
        return None
    needed = imports if name in code else ()
    return _Better(f"str({code})" if place.wants_text else code, needed)


def _is_imported(name: str, path: str, project: Project) -> bool:
    """Whether another file may use a name of this one."""
    return any(
        found.name in (name, "*") or not found.name
        for other in project.importers.get(path, ())
        for found in project.files[other].imports
    )


def _is_python_2(project: Project) -> bool:
    """Whether the project still runs under Python 2, which has no `pathlib`."""
    old = sum(any(kind == "python2" for kind, _, _ in summary.unparsed) for summary in project.scripts)
    return 4 * old > len(project.scripts)


def _short(text: str) -> str:
    text = " ".join(text.replace("`", "'").split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 24]}…{text[-20:]}"
