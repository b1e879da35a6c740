"""Which functions are worth a first test: they take values, compute something, and return it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Summary
from rescode_lint.project import Project
from rescode_lint.project.foreign import is_foreign
from rescode_lint.project.put_away import is_put_away, is_taken_over

Candidate = tuple[Summary, Definition]

#: What begins the name of a function that shows, starts, parses, trains or sets up.
SHOWS = lazy(
    r"(?:main|run|app|cli|callback|test|score_all|load|save|read|write|predict_all)\Z"
    r"|_*(?:plot|draw|show|display|disp|print|progress|visuali[sz]e|viz|animate|render|get_parser|parse_arg|get_arg|add_arg|cli|report"
    r"|run|launch|start|stop|stream|record|install|train|fit|optimi[sz]e|mcmc|sweep|benchmark|profile|debug|log|make_fig|make_plot"
    r"|figure|fig|main|test|on|handle|setup|set|init|configure|register|download|upload|create_(?:model|dataset|dir|fold)"
    r"|build_(?:model|net)|get_(?:model|net|logger|device|optimizer|scheduler|data_?loader))(?:_|s?\Z|\d)"
    r"|(?:plot|draw|show|run|train)[A-Z]|\w*(?:parser|_plot|_viz|_figure|_fig|_gui)\Z"
    r"|(?:setup|init|get|configure)_log|tim(?:ing|er|eit)(?:_|\Z)"
)
#: And of one that reads or writes files, or puts their names together.
MOVES_FILES = lazy(
    r"_*(?:load|save|read|write|dump|download|upload|fetch|export|import|open|query)(?:_|\Z|[A-Z])"
    r"|(?:get_)?(?:file|path|dir|folder)(?:s|name|names)?(?:_|\Z)|\w*_(?:file|path|dir|folder|filename|filenames|paths|files)\Z"
    r"|\w*_(?:to|from)_(?:file|csv|json|db|disk|hdf5?|excel|parquet|pickle)\Z"
)
#: Libraries and functions that show, read, write, ask, start something or need a machine.
_OUTSIDE = lazy(
    r"(?:matplotlib|seaborn|plotly|bokeh|altair|pylab|plt|sns|mpl_toolkits|corner|pyvista|vtk|mayavi|cartopy|folium|graphviz"
    r"|PyQt\d?|PySide\d?|qtpy|tkinter|streamlit|dash|gradio|pyqtgraph|napari|pygame|turtle|IPython|ipywidgets|wandb|mlflow|tensorboard"
    r"|requests|urllib|socket|subprocess|sqlite3|psycopg2|sqlalchemy|duckdb|pymongo|paramiko|selenium|boto3|google\.cloud|openai"
    r"|argparse|click|typer|getpass|shutil|h5py|pickle|joblib|yaml|netCDF4|zipfile|tarfile|tempfile|logging|mpi4py|multiprocessing"
    r"|emcee|pymc3?|pystan|cmdstanpy|optuna|ray|tensorflow|keras|onnxruntime|onnx|transformers|torchvision|timm|vllm|serial|pylsl|torch\.(?:load|save|hub|cuda"
    r"|distributed|optim|utils|jit)|scanpy\.(?:pl|read\w*|pp|tl)|pandas\.read_\w+|numpy\.(?:load\w*|save\w*|genfromtxt|fromfile|memmap)|glob"
    r"|json\.(?:load|dump)|os\.(?!path)\w+|sys\.(?:argv|stdin|exit)|input|open|exit|quit|time\.sleep|xarray\.open_\w+"
    r"|cv2\.(?:imread|imwrite|imshow|VideoCapture|waitKey)|skimage\.io|imageio|PIL\.Image\.open|scipy\.io|os\.path\.(?:exists|isfile|isdir)"
    r"|pathlib|tqdm\.gui|importlib|globals|eval|exec)(?:\.|\Z)"
    r"|\.(?:plot\w*|scatter|imshow|savefig|set_(?:xlabel|ylabel|title|xlim|ylim|data|text)|legend|subplots?|add_subplot|axhline|axvline|hist|bar"
    r"|figure|to_csv|to_json|to_excel|to_parquet|to_pickle|to_hdf|to_netcdf|to_sql|write\w*|read\w*|save\w*|dump|execute|cursor|connect|commit|fetchall"
    r"|fetchone|backward|zero_grad|fit|fit_transform|compile|run_mcmc|train|cuda|eval|parse_args|add_argument|mkdir|unlink|exists|listdir|glob|rglob"
    r"|iterdir|is_file|open|close|send|recv|setText|show|emit|connect|addWidget|update_layout|add_trace|info|debug|warning|state_dict|load\w*"
    r"|predict|predict_proba|get_children|submit|map_async|update_traces|Slice|Update|Render|SetInputData)\Z"
)
#: Parameters that no test makes by hand, and such as name a file.
_MACHINE = lazy(
    r"(?:args?|opts?|options|cfg|conf|config|configs|params|parent|window|root|app|event|ax|axs|axes|fig|figure|model|models|net|network|agent"
    r"|trainer|optimizer|optimiser|scheduler|loader|\w*_?loader|dataloader|\w*dataset|client|conn|connection|cursor|session|sess|driver|db|engine|logger|env"
    r"|tokenizer|sampler|gp|writer|device|sim|simulation|browser|widget|canvas|adata|estimator|clf|classifier|pipeline|\w*model"
    r"|(?:\w+_)?(?:file|files|path|paths|filename|filenames|filepath|fname|dir|dirs|folder|directory|url|root|outdir|fn))\Z"
)
_DEPRECATED = lazy(
    r"deprecated|obsolete|not used any ?more|no longer used|unused|do not use|don't use|superseded|\bhack\b", re.I
)
#: Folders whose code shows, checks against theory, or is filled in by others.
ASIDE = lazy(
    r"(?:^|/)(?:templates?|cookiecutter[^/]*|test_?suites?|validation|papers?\d*|figures?|figs?|plots?|plotting|manuscripts?|viz|visuali[sz]ations?"
    r"|guis?|web_?apps?|streamlit|dashboards?|tmp|temp|scratch|one_?offs?|[^/]*oneoffs?|sandbox|playground|debug(?:ging)?|user_code|nbconverted)/",
    re.I,
)
#: More statements than this are no function to begin with; so many are read in the end.
_LARGE, _READ = 60, 40
#: What a function may ask of what it calls: a model is fitted to made-up rows in no time.
_FITS = frozenset({".fit", ".fit_transform", ".predict", ".predict_proba"})
#: More statements of its top level than this do the work of a script.
_WORK = 2
_MOST_PARAMETERS = 6


def computes(definition: Definition) -> bool:
    """Whether a function or method may compute something, as far as its name and what it refers to tell."""
    name = definition.name.rpartition(".")[2]
    if name.startswith("test_") or SHOWS.match(name) or MOVES_FILES.match(name):
        return False
    return not any(map(_is_outside, definition.refs.split()))


@lru_cache(maxsize=1 << 15)
def _is_outside(ref: str) -> bool:
    return _OUTSIDE.match(ref) is not None


class FirstTests:
    """What to begin with, of all functions of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._used: Counter[str] = Counter()
        self._own: dict[str, Counter[str]] = {}
        for summary in project.files.values():
            own = self._own[summary.path] = Counter()
            for definition in summary.definitions:
                name = definition.name.rpartition(".")[2]
                words = {ref.rpartition(".")[2] for ref in definition.refs.split()} - {name}
                own.update(words)
            own.update({ref.rpartition(".")[2] for ref in summary.refs.split()})
            self._used.update(own.keys())
        self._lines: dict[str, list[str]] = {}

    @classmethod
    def of(cls, project: Project) -> FirstTests:
        """Those of a project, made once."""
        known = project.memo.get("first tests")
        if not isinstance(known, cls):
            known = project.memo["first tests"] = cls(project)
        return known

    def users(self, summary: Summary, definition: Definition) -> int:
        """How many files use a function: those that import its module and name it, and its own."""
        name = definition.name
        others = self._project.importers.get(summary.path, frozenset())
        return sum(name in self._own[path] for path in others) + (name in self._own[summary.path])

    def best(self, candidates: Iterable[Candidate], *, unused: bool = False) -> Candidate | None:
        """The function that a first test pays most for; None where none is sure to be one.

        Args:
            candidates: definitions with their files.
            unused: whether it may be one that nothing in the project uses.
        """
        ranked: list[tuple[tuple[object, ...], Summary, Definition]] = []
        project = self._project
        for summary, definition in candidates:
            if definition.kind != "function" or definition.name.startswith("_") or not computes(definition):
                continue
            if definition.statements < 2 or definition.statements > _LARGE or ASIDE.search(summary.path):
                continue
            users = self.users(summary, definition)
            if not users and not unused:
                continue
            importers = len(project.importers.get(summary.path, ()))
            if summary.script_statements > _WORK and not importers:
                continue  # to import it is to run it
            key = (
                is_put_away(summary.path),
                -min(users, 3),
                bool(definition.state),
                -importers,
                definition.branches == 0,
                -definition.statements,
                summary.path,
                definition.name,
            )
            ranked.append((key, summary, definition))
        ranked.sort(key=lambda entry: entry[0])
        for _, summary, definition in ranked[:_READ]:
            path = summary.path
            if self.is_worth(summary, definition) and not is_taken_over(path) and not is_foreign(path, project):
                return summary, definition
        return None

    def is_worth(self, summary: Summary, definition: Definition) -> bool:
        """Whether the text of a function takes values, computes and returns; what it calls of the project does as well."""
        return self._reads_well(summary, definition) and self._is_pure(summary, definition)

    def _is_pure(self, summary: Summary, definition: Definition, depth: int = 0) -> bool:
        for ref in definition.refs.split():
            if ref.startswith("."):
                continue
            for path, name in self._project.find_units(ref, summary.path):
                other = self._project.files[path]
                called = next((d for d in other.definitions if d.name == name), None)
                if called is None or called is definition:
                    continue
                if any(_is_outside(r) and r not in _FITS for r in called.refs.split()):
                    return False
                if depth < 2 and called.kind == "function" and not self._is_pure(other, called, depth + 1):
                    return False
        return True

    def _reads_well(self, summary: Summary, definition: Definition) -> bool:
        node = self._node(summary, definition)
        if node is None:
            return False
        arguments = node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        required = positional[: len(positional) - len(arguments.defaults)]
        names = [parameter.arg for parameter in (*required, *arguments.kwonlyargs)]
        if not required or len(required) > _MOST_PARAMETERS or any(map(_MACHINE.match, names)):
            return False
        body = [s for s in node.body if not isinstance(s, ast.Import | ast.ImportFrom)]
        body = body[1:] if ast.get_docstring(node) is not None else body
        parts = [part for statement in body for part in ast.walk(statement)]
        if sum(isinstance(part, ast.stmt) for part in parts) < 2 or any(
            isinstance(part, ast.Yield | ast.YieldFrom | ast.Global | ast.Await) for part in parts
        ):
            return False
        gives = any(
            isinstance(part, ast.Return) and part.value is not None and not _is_plain(part.value) for part in parts
        )
        works = any(
            isinstance(part, ast.BinOp | ast.AugAssign | ast.comprehension | ast.For | ast.While)
            or (isinstance(part, ast.Subscript) and any(isinstance(i, ast.Compare) for i in ast.walk(part.slice)))
            for part in parts
        )
        return gives and works

    def _node(self, summary: Summary, definition: Definition) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The parsed text of a function, None where it is deprecated or cannot be cut out of its file."""
        path = summary.path
        if path not in self._lines:
            self._lines[path] = self._project.text(path).splitlines()
        lines = self._lines[path]
        first = definition.span.line - 1
        if first >= len(lines) or not lines[first].startswith(("def ", "async def ")):
            return None
        above = first
        while above and lines[above - 1].startswith(("#", "@")):
            above -= 1
        if any(map(_DEPRECATED.search, lines[above:first])):
            return None
        last = first + 1
        while last < len(lines) and (not lines[last].strip() or lines[last][0] in " \t#)"):
            last += 1
        try:
            (node,) = ast.parse("\n".join(lines[first:last])).body
        except (SyntaxError, ValueError):
            return None
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        return None if _DEPRECATED.search((ast.get_docstring(node) or "")[:200]) else node


def _is_plain(node: ast.expr) -> bool:
    """What a function returns that computes nothing: a constant, an attribute of an object."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
