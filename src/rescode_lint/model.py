"""The nouns: plain, immutable data that every room shares. Imports nothing of ours.

All of them are named tuples, so that `json.dumps` writes them as lists and `Noun(*row)` reads them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Confidence = Literal["high", "medium", "low"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

#: First digit of a code -> the family's name. Codes are `RSC` and three digits, flake8's own grammar.
FAMILIES = {
    "0": "tool",
    "1": "notebooks",
    "2": "naming",
    "3": "types",
    "4": "paths",
    "5": "tests",
    "6": "reproducibility",
    "7": "correctness",
    "8": "structure",
}


def family(code: str) -> str:
    """The family of a code: `"RSC401"` -> `"paths"`; third-party prefixes are their own family."""
    return FAMILIES.get(code[3:4], code[:3]) if code.startswith("RSC") else code.rstrip("0123456789")


class Span(NamedTuple):
    """A stretch of source: 1-based, columns in characters, `end_column` one past the last character.

    In a notebook, lines count within the cell, and `cell` is its 1-based position among all cells.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None


class Related(NamedTuple):
    """Another place that belongs to the same finding."""

    path: str
    cell: int | None
    line: int
    message: str


class Fix(NamedTuple):
    """What a fix would do; `safe` means that the meaning of the program stays the same."""

    safe: bool
    title: str


class Edit(NamedTuple):
    """Text that replaces a stretch of a file as it is on disk: 1-based lines, columns in characters, end exclusive.

    In a notebook these are places in its JSON. Those of a finding take whole lines, as review comments do.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Finding(NamedTuple):
    """One thing that an engineer would say in review, with its place, its reason and its remedy."""

    code: str
    name: str
    message: str
    advice: str
    path: str
    span: Span
    severity: Severity = "warning"
    confidence: Confidence = "high"
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    #: Findings of one rule in one file with the same group have one root cause: they are reported as one.
    group: str = ""
    #: Findings of one rule with the same cause in many files are reported as one, where all of them are asked for.
    cause: str = ""
    #: Filled in by the pipeline, for the reports that show them.
    cell_id: str | None = None
    raw_line: int = 0
    fingerprint: str = ""
    #: The lines of the span, for the code frame, perhaps with lines of context around it.
    source: tuple[str, ...] = ()
    #: The line number of `source[0]` where context stands before the span; 0 means `span.line`.
    source_first: int = 0
    #: What the fix does to the file, for the reports that let a reviewer accept it.
    edits: tuple[Edit, ...] = ()


class Problem(NamedTuple):
    """What kept the tool from doing its job: the culprit, what is wrong, and the remedy. Exit code 2."""

    path: str
    message: str
    remedy: str = ""
    code: str = ""
    cell: int | None = None
    line: int | None = None


class RuleInfo(NamedTuple):
    """What a report may say about a rule."""

    code: str
    name: str
    summary: str
    help: str
    severity: Severity
    default: bool
    fixable: bool
    url: str
    #: Why it matters, in one sentence.
    why: str = ""


class Totals(NamedTuple):
    """What a run looked at."""

    files: int = 0
    notebooks: int = 0
    cells: int = 0
    #: Notebooks in other languages, left out: (language, how many).
    other_languages: tuple[tuple[str, int], ...] = ()
    #: Files, cells that could not be parsed (each also has an RSC000 finding).
    unparsed_files: int = 0
    unparsed_cells: int = 0
    suppressed: int = 0


class Report(NamedTuple):
    """The outcome of a run: what every renderer draws from, and nothing else."""

    version: str
    root: str
    #: `root` relative to the folder where the command was called, for paths that a person reads.
    prefix: str
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    totals: Totals
    rules: tuple[RuleInfo, ...]
    #: The folder where the command was called, relative to `root`; "" when it is `root` itself or lies outside of it.
    folder: str = ""
    #: Where the tool's documentation is, if anywhere.
    url: str = ""
    #: How many places were fixed before.
    fixed: int = 0


# --- Summaries: what is kept of a file for the rules that look across files -------------------------------------------


class Definition(NamedTuple):
    """A function, method or class at the top of a module, or directly in such a class."""

    kind: Literal["function", "method", "class"]
    #: Dotted within the module: `Trainer.fit`.
    name: str
    span: Span
    #: Statements in the body, the docstring aside, those nested included.
    statements: int
    #: Of these: `if`, `for`, `while`, `try`, `with`, `match`, and comprehensions.
    branches: int
    #: Equal for definitions with the same tree, docstrings, the own name and those of locals aside; "" for a method, which
    #: is compared with its class, and for what is empty.
    fingerprint: str
    #: Names that the body refers to, each once, joined by spaces: resolved through imports (`pkg.mod.f`), the module's
    #: own as they are (`helper`), attributes of other objects with a leading dot (`.fit`).
    refs: str
    #: Decorators, resolved where they can be, joined by spaces.
    decorators: str = ""
    #: The bases of a class, likewise.
    bases: str = ""
    doctest: bool = False
    #: Module-level names of the notebook or script that the body reads and that are neither imported nor defined as
    #: functions: the global state that it leans on.
    state: str = ""
    #: At least one parameter or the return value has a type.
    typed: bool = False
    #: Of definitions with one fingerprint, equal where the names of their locals are equal too.
    wording: str = ""
    #: Three characters for each statement in the order of the text, equal where the statements are.
    shape: str = ""


class Import(NamedTuple):
    """One imported module or name: `from ..a import b` is `("a", "b", 2)`, `import a.b` is `("a.b", "", 0)`."""

    module: str
    name: str
    level: int
    line: int
    cell: int | None
    #: Inside a function, or under `if TYPE_CHECKING`.
    local: bool = False
    #: The `c` of `import a as c`; "" where the name is kept.
    alias: str = ""
    #: Where the module's name begins, 1-based in characters.
    column: int = 1
    #: In a `try` that goes on without it, or under `if TYPE_CHECKING`.
    optional: bool = False


class Name(NamedTuple):
    """A name that the file gives to something, with the first place where it does."""

    kind: Literal["function", "variable", "parameter", "class"]
    name: str
    span: Span
    #: The scopes that give it, counted from the top of the file; 0 is the module itself.
    scopes: tuple[int, ...] = (0,)


class RelativePath(NamedTuple):
    """A path in a script that begins with `..`, and so says from which folder it counts."""

    text: str
    span: Span
    #: False where more is put behind it.
    whole: bool = True


class FileUse(NamedTuple):
    """A file that the code reads, writes or names, as far as its path stands in the code."""

    #: With `/`, and `*` for what only a run knows: `data/run*.csv`.
    text: str
    #: As in `facts.files`: "read", "write", "append", "list", "make", "remove", "check"; "command": a shell command or a
    #: download names it ("" where it names none); "other": a text that looks like a file or folder.
    role: str
    kind: str
    #: The text where it stands whole, perhaps behind a name; else what the call takes.
    span: Span
    #: The last name of the function that takes it.
    function: str = ""
    #: "w": the text is whole; "s": it is one literal; "d": a parameter's default is in it; "m": a comment or a text cell
    #: names it; "t": under `try`; "c": under a condition within the loop, if there is one; "b": the loop is left afterwards;
    #: "n": what is saved is made anew in each turn of the loop.
    flags: str = ""
    #: The variable of the loop around it, "while", or "".
    loop: str = ""


class Install(NamedTuple):
    """A command in a notebook that installs something: of `!`, `%pip`, a shell cell, or what Python starts.

    For a script, what its `# /// script` asks for.
    """

    command: str
    #: None where it is commented out.
    span: Span | None = None
    #: What its saved output says is there now, of what it asks for: `pandas==2.1.4 numpy==1.26.4`.
    versions: str = ""


class Start(NamedTuple):
    """A notebook that another one runs, as in `%run prepare.ipynb`."""

    #: As written, relative to the folder of the one that runs it.
    path: str
    span: Span


class Star(NamedTuple):
    """`from x import *` at the top level of a notebook, or `%pylab`."""

    #: With its dots; "pylab" for the magic.
    module: str
    span: Span
    #: `%pylab inline`; "" for an import.
    magic: str = ""
    #: The names that are read below and that nothing else gives, joined by spaces. Where it is not known what the module
    #: brings, all that nothing else is known to give.
    names: str = ""
    #: Those that Python, the notebook itself above, or another star import gives too, if this one does not replace them.
    others: str = ""
    #: Those that are read, but may be the notebook's own, or stand in a cell that does not parse.
    perhaps: str = ""
    #: False where names may be used unseen.
    sure: bool = True


class Summary(NamedTuple):
    """All that a cross-file rule may know of a file: small, plain data."""

    path: str
    kind: Literal["py", "ipynb"]
    lines: int = 0
    cells: int = 0
    definitions: tuple[Definition, ...] = ()
    imports: tuple[Import, ...] = ()
    names: tuple[Name, ...] = ()
    #: Names that the module's own top level binds, joined by spaces.
    bindings: str = ""
    #: What the top-level code (outside functions) refers to, in the form of `Definition.refs`.
    refs: str = ""
    #: Literal arguments of `sys.path.append` and `sys.path.insert`, as written.
    sys_path: tuple[str, ...] = ()
    #: What `%run` and the like start: `other.ipynb`, `prepare.py`.
    runs: tuple[str, ...] = ()
    #: What a notebook installs with `!pip install`, or a script declares in itself.
    installs: tuple[Install, ...] = ()
    #: Statements of the top level that do work (calls, loops), imports, definitions and assignments of literals aside.
    script_statements: int = 0
    #: `if __name__ == "__main__"` is there.
    main_guard: bool = False
    #: The language, where it is not Python; nothing else is filled in then.
    language: str = ""
    #: What could not be parsed: (kind, message, span); kind is "python2", "newer", "conflict", "blank" or "syntax".
    unparsed: tuple[tuple[str, str, Span], ...] = ()
    #: Execution counts of the code cells, None where a cell has not run.
    execution_counts: tuple[int | None, ...] = ()
    generated: bool = False
    #: Words in the Markdown cells of a notebook, and how many of its code cells hold something: much text to little
    #: code is a lecture or a tutorial.
    prose: int = 0
    code_cells: int = 0
    #: The files that it reads, writes or names.
    files: tuple[FileUse, ...] = ()
    #: Paths of a script that say from which folder they count.
    relative: tuple[RelativePath, ...] = ()
    #: It is run in its own folder from beginning to end: a notebook that does not change it.
    stays: bool = False
    #: The notebooks that it runs as if they were modules.
    starts: tuple[Start, ...] = ()
    #: The star imports of a notebook.
    stars: tuple[Star, ...] = ()
    #: The position of a notebook's first code cell among all its cells; 0 where there is none.
    first_cell: int = 0
    #: Those of `bindings` that only functions bind, with `global`: they are there once such a function has run.
    by_functions: str = ""


class Tree(NamedTuple):
    """What the repository holds besides Python that is linted: for rules that ask whether a file exists, and what it says.

    Ignored files are left out, so that a checkout elsewhere gives the same answer.
    """

    #: All files, Python included, relative to the root, with `/`. A submodule and a link to a folder count as one file.
    files: frozenset[str] = frozenset()
    #: Path -> text of the files that declare an environment or document the project (`pyproject.toml`, `README.md`, ...).
    texts: Mapping[str, str] = {}
    #: False where nothing marks a project, so that only the passed files are known: what else there is, nobody knows.
    whole: bool = True

    def holds(self, path: str) -> bool:
        """Whether there is such a file, or a folder with files in it; also where it is in a submodule or a linked folder."""
        path = path.removesuffix("/")
        if path in self.files or path in self.folders():
            return True
        while "/" in path:
            path = path.rpartition("/")[0]
            if path in self.files:
                return True
        return False

    def folders(self) -> frozenset[str]:
        """All folders that hold files, at any depth."""
        return _folders(self.files)


NO_TREE = Tree()


@lru_cache(maxsize=4)
def _folders(files: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for path in files:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


class Suppression(NamedTuple):
    """A comment or tag that silences findings between two lines of a file or cell."""

    #: "noqa", "ignore", "cell", "tag", "file", or "string": a `noqa` inside of a string, which flake8 heeds.
    kind: str
    #: Codes, prefixes of codes or names; empty means all.
    codes: tuple[str, ...]
    first: int
    last: int
    cell: int | None
    span: Span


class Record(NamedTuple):
    """What one file gives: cached, and enough for everything that follows."""

    summary: Summary
    findings: tuple[Finding, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    problems: tuple[Problem, ...] = ()
