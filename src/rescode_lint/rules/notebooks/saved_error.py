from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import basename

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.lectures import lectures_of
from rescode_lint.read import Cell
from rescode_lint.read.source import Failure
from rescode_lint.rule import Bad, NotebookRule
from rescode_lint.rules.notebooks.out_of_order_execution import OutOfOrderExecution
from rescode_lint.rules.notebooks.undefined_on_restart import undefined_in
from rescode_lint.semantics import Module

#: What says, in the text around a cell or in a comment, that the error is meant or known.
_MEANT = lazy(
    r"\b(?:an|this|the|following|get|gives?|gets|got|results? in|leads? to|returns?|with|type|value|key|name|attribute"
    r"|index|import|syntax|assertion|runtime|zero\s?division)[ -]?`*(?:\w*error|exception|traceback)s?\b(?! (?:bars?|rate))"
    r"|\braises?\b|\bthrows?\b|\bfail(?:s|ed|ure)?\b|\bcrash|\bbreaks?\b|\bexceptions?\b|\bbugs?\b|\bdebug|`\w+Error`"
    r"|(?:can|could|do|does|did|is|are|will|would|should)(?:n['’]t| not|not)\b.{0,30}\b(?:work|run|allow|possible|support"
    r"|valid|compatible|change|modif)|\bcannot\b|\bimmutab|\bnot allowed\b|\binterrupt|\bstop(?:ped)? (?:here|it|the)\b"
    r"|\b(?:error|fail|broken)\w* (?:on purpose|expected|here)|\bshould (?:error|fail)"
    r"|\b(?:only|must|need|has|have|should)\b.{0,30}\b(?:run|runs|executed?|works?)\b.{0,20}\b(?:locally|on colab|on kaggle|on (?:the|a) (?:cluster|server))\b",
    2,
)
#: What people write to stop "run all".
_HALT = lazy(
    r"\s*(?:raise\b|1\s*/\s*0|assert\s+(?:False|0)|(?:sys\.)?exit\b|quit\b|os\._exit|stop\w*\b|halt\b|break\b)", 2
)
_HALTED = lazy(r"(?!Stop(?:Async)?Iteration\Z).*(?:stop|halt)", 2)
#: Magics that show or look into an error.
_LOOKING = frozenset({"debug", "tb", "pdb", "xmode"})
_NAME = lazy(r"name '(\w+)' is not defined")
_MODULE = lazy(r"[Nn]o module named '?([\w.]+)")
_PART = lazy(r"cannot import name '?(\w+)'? from '?([\w.]+)")
_IMPORTING = ("ModuleNotFoundError", "ImportError")
#: Said of an import that ended with some other error.
_FAILED = "The import itself failed"
#: Said of an error that is perhaps no more.
_CHANGED = ", whose code has been changed since"
#: What a server, or the way to it, did.
_SERVER = lazy(
    r"(?:HTTP|URL|Connection\w*|Connect|Read|Proxy|SSL|MaxRetry|Protocol|ChunkedEncoding|NewConnection|IncompleteRead|API)Error\Z"
    r"|(?:Connect|Read|Connection)?Timeout(?:Error)?\Z|IncompleteRead\Z|RemoteDisconnected\Z|gaierror\Z|ServiceUnavailable\Z"
)
_MEMORY = lazy(r"^(?:\w*Memory\w*|ResourceExhausted)Error\b|\bout of memory\b|[Cc]annot allocate memory")
_OWN_SERVER = lazy(r"localhost|127\.0\.0\.1|0\.0\.0\.0")
_REFUSED = lazy(r"\b(?:40[0-4]|410)\b|Not Found|Forbidden|Unauthorized", 2)
_EXIT = lazy(r"[^#\"']*?\b((?:sys\.)?exit\(|quit\(|raise\s+SystemExit\b|os\._exit\()")
_LOOP = lazy(r"\s*(?:async\s+)?(?:for|while)\b")
#: How much alike the former name of a package and that of today are.
_ALIKE = 0.6
#: What takes a file away from its place, what is quoted, and what a line imports.
_REMOVES = lazy(
    r"\bos\.(?:remove|unlink|rename|replace)\(|\.unlink\(|\bshutil\.(?:move|rmtree)\(|^\s*[!%]\s*(?:rm|mv|del)\s"
)
_QUOTED = lazy(r"([\"'])([^\"'\n]+)\1")
_IMPORT = lazy(r"\s*(?:import|from)\s+(\w+)")
_SHOWN = 5
_LENGTH = 70


class SavedError(NotebookRule):
    """A traceback among the saved outputs says that the notebook did not run to its end: the cell did not make what it
    should, and what stands below was not run, or ran with what an earlier session had left behind. A reader cannot know
    which, and whoever runs the notebook again meets the same error.

    One finding a notebook. Left alone is an error that is meant: the cell raises it by itself, has the tag
    `raises-exception`, or the text beside it speaks of it; and all but failed imports in lectures and tutorials. A name
    that no cell above defines is the business of RSC106.
    """

    code = "RSC108"
    name = "saved-error"
    summary = "a traceback that is saved as the output of a cell"
    advice = "Correct the cell, or delete it, then restart the kernel, run all cells, and save."
    how_to_fix = (
        "Correct the cell or delete it, then choose *Restart Kernel and Run All Cells* and save. What failed for a reason "
        "outside of the code (a missing package, file or login) belongs into the README or the environment file, so that "
        "the next reader does not meet it. If the error is what you want to show, say so in the text above, and give the "
        "cell the tag `raises-exception`: then *Run All* goes on behind it."
    )
    limits = (
        "Where the line that failed is no longer in the cell, the finding stands at its first line, and says so. Outputs that a program "
        "prints about its own failures are not read."
    )

    VALID = (
        "# %% In[1]\nprint(1)",
        "# %% tags=raises-exception In[1] KeyError: 'age'\n{}['age']",
        "# %% [markdown]\nA missing key raises an error:\n# %% In[1] KeyError: 'age'\n{}['age']",
        "# %% In[1] TypeError: 'tuple' object does not support item assignment\n(1, 2)[0] = 3\n"
        "# %% [markdown]\nTuples cannot be changed.",
        # Stops "run all" here.
        "# %% In[1] RuntimeError: the rest takes a night\nraise RuntimeError('the rest takes a night')",
        "# %% In[1] SystemExit: 0\nexit()",
        "# %% In[1] KeyError: 'age'\n# this fails before 2019\nframe = {}\nframe['age']",
        # What is said above: not here.
        "# %% [markdown]\nThis must be run locally.\n# %% In[1] ValueError: outfile must be *.html\nsave('a.mp4')",
        # RSC105 says that cell 2 was not run.
        "# %% In[1] Out: 1\nprint(1)\n# %%\nframe = 3\n# %% In[2] NameError: name 'frame' is not defined\nframe + 1",
        # RSC106 says it.
        "# %% In[1] NameError: name 'frame' is not defined\nframe.head()",
    )
    INVALID = (
        Bad(
            "# %% In[1]\nrow = {}\n# %% In[2] KeyError: 'age'\nrow['age']\n^^^^^^^^^^",
            "`KeyError: 'age'` was raised here when the cell was last run",
            "# %% In[1]\nrow = {'age': 3}\n# %% In[2]\nrow['age']",
        ),
        Bad(
            "# %% In[1] ModuleNotFoundError: No module named 'umap'\nimport umap\n^^^^^^^^^^^\n# %%\numap.UMAP()",
            "`ModuleNotFoundError: No module named 'umap'` was raised here when the cell was last run, and the cell below "
            "was not run",
        ),
        # It ended the loop, which nobody meant; a line of its own at the top is meant.
        Bad(
            "# %% In[3] SystemExit: \nimport sys\nfor name in ['a', 'b']:\n    print(name)\n    sys.exit()\n    ^^^^^^^^^^",
            "`sys.exit()` ended the cell here when it was last run, in the middle of a loop",
        ),
        Bad(
            "# %% In[3] HTTPError: Error 500\nimport lab\nlab.query('Vega')\n^^^^^^^^^^^^^^^^^",
            "`HTTPError: Error 500` was raised here",
        ),
        # A cell below takes the file away.
        Bad(
            "# %% In[2] FileNotFoundError: No such file: 'rows.csv'\nrows = open('rows.csv')\n^^^^^^^^^^^^^^^^^^^^^^^\n"
            "# %% In[9]\nimport os\nos.remove('rows.csv')",
            "`FileNotFoundError: No such file: 'rows.csv'`",
        ),
        Bad("# %% In[7] KeyboardInterrupt: \nmodel = 3\nmodel.fit()\n^^^^^^^^^^^", "was interrupted"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding, of one group, for each cell that ended with an error."""
        for index, cell in enumerate(file.cells):
            error = cell.error
            if error is None or cell.unparsed or error.asked or _is_meant(cell, error) or self._said(cell, error, file):
                continue
            if error.name == "SystemExit" and (line := _exit_line(cell)):
                error = error._replace(line=line)
            interrupted = error.name == "KeyboardInterrupt"
            yield self.finding(
                _span(cell, error),
                _message(cell, error) + _below(file.cells[index + 1 :], interrupted),
                advice=_advice(cell, error, file),
                group="errors",
                severity="note" if interrupted else None,
                confidence="medium" if interrupted else None,
            )

    def _said(self, cell: Cell, error: Failure, file: Module) -> bool:
        """Whether RSC106 says that a name of the cell is not defined, or RSC105 that the cell which defines it did not run."""
        if error.name != "NameError":
            return False
        missing = undefined_in(file, cell)
        found = _NAME.search(error.message)
        if found is None or found[1] in missing:
            return bool(missing)
        defining = {
            other.position: other
            for use in file.flow
            if use.name == found[1] and use.kind == "bind" and use.line < cell.first
            for other in (file.source.cell_at(use.line),)
            if other is not None
        }
        if not defining:
            return False
        if all(undefined_in(file, other) for other in defining.values()):
            return True  # these cannot run either, and RSC106 says why
        return any(f"defines `{found[1]}`, which cell" in f.message for f in OutOfOrderExecution().check(file))

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all errors of a notebook: at the first that nobody caused by hand."""
        main = next((f for f in findings if f.severity != "note"), findings[0])
        others = [f for f in findings if f is not main]
        places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others[:_SHOWN])
        cells = "1 more cell" if len(others) == 1 else f"{len(others)} more cells"
        return main._replace(message=f"{main.message} ({cells} ended with an error)", related=main.related + places)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for copies of a notebook; in lectures and tutorials, which show errors, failed imports only."""
        lectures = lectures_of(project.notebooks)
        copies: dict[tuple[object, ...], list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.path not in lectures or finding.message.startswith(tuple(f"`{name}" for name in _IMPORTING)):
                copies[basename(finding.path), finding.span, finding.message].append(finding)
        kept = []
        for same in copies.values():
            first, *others = sorted(same, key=lambda f: (f.path.count("/"), f.path))
            places = tuple(
                Related(f.path, f.span.cell, f.span.line, "the same in a copy of the notebook") for f in others
            )
            kept.append(first._replace(related=first.related + places, advice=_own(first, project) or first.advice))
        return kept


def _own(finding: Finding, project: Project) -> str:
    """The advice where the module whose import failed is the project's own; "" where it is not."""
    if _CHANGED in finding.message:
        return ""
    if finding.advice.startswith(_FAILED) and project.find_module(finding.advice.split("`")[1], finding.path):
        return SavedError.advice
    part = _PART.search(finding.message)
    if part:
        files = project.find_module(f"{part[2]}.{part[1]}", finding.path)
        return (
            f"There is `{files[0]}` now: install the project (`pip install -e .`), so that it is found as it is here; then "
            "run all cells again, and save."
            if files
            else ""
        )
    own = _own_module(finding, project)
    if own:
        return (
            f"Install the project (`pip install -e .`), so that `{own}` is found wherever the notebook runs; "
            "then run all cells again, and save."
        )
    former = _former_name(finding, project)
    if former:
        old, path = former
        module = path.removesuffix(".py").removesuffix("/__init__").removeprefix("src/").replace("/", ".")
        return (
            f"`{old}` looks like a former name of the project's own package (there is `{path}`): import from `{module}` "
            "instead, then run all cells again, and save."
        )
    return ""


def _former_name(finding: Finding, project: Project) -> tuple[str, str] | None:
    """The package that the import asks for, and the file of the project that has the module under a name much like it."""
    found = _MODULE.search(finding.message)
    summary = project.files.get(finding.path)
    if found is None or summary is None or not finding.message.startswith(tuple(f"`{name}" for name in _IMPORTING)):
        return None
    old = found[1].partition(".")[0]
    wanted = set()
    for item in summary.imports:
        top, _, rest = item.module.partition(".")
        if top == old and not item.level:
            wanted.add(rest.rpartition(".")[2] or item.name)
    wanted -= {"", "*"}
    from difflib import SequenceMatcher  # rarely needed

    for path in sorted(project.files, key=lambda p: (p.count("/"), p)):
        folder, _, name = path.rpartition("/")
        package = folder.rpartition("/")[2]
        if name.endswith(".py") and name.removesuffix(".py") in wanted and package and package != old:
            alike = SequenceMatcher(None, old.lower(), package.lower()).ratio()
            if alike >= _ALIKE and f"{folder}/__init__.py" in project.files:
                return old, path
    return None


def _own_module(finding: Finding, project: Project) -> str:
    """The module of the project itself whose import failed, if it is one."""
    found = _MODULE.search(finding.message)
    if found is None or not finding.message.startswith(tuple(f"`{name}" for name in _IMPORTING)):
        return ""
    name = found[1]
    folder = name.replace(".", "/")
    own = project.find_module(name, finding.path) or any(f"/{folder}/" in f"/{path}" for path in project.files)
    return name if own else ""


def _is_meant(cell: Cell, error: Failure) -> bool:
    """Whether the error is shown on purpose, or made to stop there."""
    if "raises-exception" in cell.tags or _HALTED.match(error.name):
        return True
    if error.name == "SystemExit":
        line = error.line or _exit_line(cell)
        if line and _EXIT.match(cell.lines[line - 1]):
            return not _in_loop(cell, line)
    if any(magic.name in _LOOKING for magic in cell.magics):
        return True
    if error.line and _HALT.match(cell.lines[error.line - 1]):
        return True
    if _MEANT.search(error.around):
        return True
    beside = (error.line or 1) - 1
    lines = {*cell.lines[:2], *cell.lines[max(beside - 3, 0) : beside + 2]}
    return any("#" in line and _MEANT.search(line.partition("#")[2]) for line in lines)


def _exit_line(cell: Cell) -> int:
    """The first line that ends the program; 0 where there is none."""
    return next((number for number, line in enumerate(cell.lines, 1) if _EXIT.match(line)), 0)


def _in_loop(cell: Cell, line: int) -> bool:
    """Whether a line stands inside of a loop of the cell, by its indentation."""
    text = cell.lines[line - 1]
    indent = len(text) - len(text.lstrip())
    for above in reversed(cell.lines[: line - 1]):
        its = len(above) - len(above.lstrip())
        if above.strip() and not above.lstrip().startswith("#") and its < indent:
            if _LOOP.match(above):
                return True
            indent = its
    return False


def _message(cell: Cell, error: Failure) -> str:
    if error.name == "KernelCrash":
        return "the kernel died here when the cell was last run, perhaps for want of memory"
    if error.name == "SystemExit" and error.line and _EXIT.match(cell.lines[error.line - 1]):
        return (
            f"`{cell.lines[error.line - 1].strip().partition('#')[0].strip()}` ended the cell here when it was last run, "
            "in the middle of a loop, so the rest of it never ran"
        )
    if error.name == "KeyboardInterrupt":
        return "the cell was interrupted (`KeyboardInterrupt`) when it was last run, so what it made is not complete"
    said = error.message.replace("`", "'")
    if len(said) > _LENGTH:
        said = f"{said[:_LENGTH].rstrip()} …"
    text = ": ".join(filter(None, (error.name or "an error", said)))
    if error.line:
        return f"`{text}` was raised here when the cell was last run"
    return f"`{text}` is the saved output of this cell{_CHANGED if error.changed else ''}"


def _below(cells: tuple[Cell, ...], interrupted: bool) -> str:
    """What became of the cells below."""
    cells = tuple(cell for cell in cells if any(line.strip() and line.lstrip()[0] != "#" for line in cell.lines))
    if not cells or interrupted or any(cell.execution_count or cell.has_output for cell in cells):
        return ""
    return f", and the {'cell' if len(cells) == 1 else f'{len(cells)} cells'} below {'was' if len(cells) == 1 else 'were'} not run"


def _advice(cell: Cell, error: Failure, file: Module) -> str:
    if error.changed:
        return (
            "The line that raised it is no longer in the cell: restart the kernel, run all cells, and save; correct the cell "
            "if it still fails."
        )
    module = _MODULE.search(error.message)
    if error.name == "FileNotFoundError" and (gone := _gone(cell, error, file)):
        name, where = gone
        return (
            f"{where} deletes or moves `{name}`, so this cell works once only: keep the file, or make it here again, then "
            "run all cells, and save."
        )
    if error.name == "KeyboardInterrupt":
        return (
            "Let it run to its end and save, or make what it does small enough for that (fewer rounds, a part of the data); "
            "a stop that is meant belongs into the code."
        )
    if error.name in _IMPORTING and module:
        top = module[1].partition(".")[0]
        return f"Declare what brings `{top}` in the project's requirements, install it, run all cells again, and save."
    imported = _IMPORT.match(cell.lines[error.line - 1]) if error.line else None
    if imported and error.name not in _IMPORTING:
        return (
            f"{_FAILED}, so it is the environment and not the cell: install what brings `{imported[1]}` anew, restart the "
            "kernel, run all cells, and save."
        )
    if error.name == "ImportError" and any(
        word in error.message for word in ("requires", "install", "Missing", "engine")
    ):
        return "Install what the message asks for, declare it in the project's requirements, run all cells again, and save."
    named = _NAME.search(error.message) if error.name == "NameError" else None
    if named and any(e.kind == "bind" and e.name == named[1] and e.line < cell.first for e in file.flow):
        return (
            f"`{named[1]}` is defined above, by a cell that had not run: restart the kernel, run all cells, and save."
        )
    if error.name == "KernelCrash" or _MEMORY.search(f"{error.name}: {error.message}"):
        return (
            "See whether the cell needs more memory than there is (a part of the data, smaller types, batches), "
            "then restart the kernel, run all cells, and save."
        )
    if error.name == "SystemExit" and error.line and _EXIT.match(cell.lines[error.line - 1]):
        return "Delete the line, or say when to stop by `break` under a condition; then run all cells again, and save."
    if _SERVER.match(error.name):
        if _OWN_SERVER.search(error.message):
            return (
                "Say in the README how to start the server that the cell asks, start it, run all cells again, and save."
            )
        if _REFUSED.search(error.message):
            return "See whether the address still holds and whether a login is needed, or keep the result in a file and read that."
        return (
            "The server or the network failed, not the cell: run it again, or keep the result in a file and read that, so "
            "that the notebook runs without the server."
        )
    if error.name == "FileNotFoundError":
        return "Say in the README where the file comes from, give its path from the project's root, and run all cells again."
    return SavedError.advice


def _gone(cell: Cell, error: Failure, file: Module) -> tuple[str, str] | None:
    """The file that a cell did not find, and which cell of the notebook deletes or moves it; None where none does."""
    text = "\n".join(cell.lines)
    names = [found[2] for found in _QUOTED.finditer(error.message) if found[2] in text]
    line = cell.lines[error.line - 1] if error.line else text
    names += [found[2] for found in _QUOTED.finditer(line)]
    for name in dict.fromkeys(basename(name) for name in names):
        for other in file.cells if "." in name.strip(".") else ():
            if other.position >= cell.position and any(_REMOVES.search(text) and name in text for text in other.lines):
                here = other.position == cell.position
                return name, "The cell itself" if here else f"Cell {other.position}"
    return None


def _span(cell: Cell, error: Failure) -> Span:
    """The line where it arose; else the first that holds something."""
    line = error.line or next((number for number, text in enumerate(cell.lines, 1) if text.strip()), 1)
    text = cell.lines[line - 1]
    column = len(text) - len(text.lstrip()) + 1
    return Span(line, column, line, max(len(text.rstrip()) + 1, column + 1), cell.position)
