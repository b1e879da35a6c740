from __future__ import annotations

import ast
from collections.abc import Iterator
from posixpath import normpath

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Span
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.read.ipython import Magic
from rescode_lint.rule import Bad, FileRule
from rescode_lint.semantics import Module, Scope

#: Tests, set-up and documentation have their own reasons, and the folder that they start from is known.
_ELSEWHERE = lazy(
    r"(?:^|/)(?:tests?|testing|docs?|documentation|benchmarks?)/"
    r"|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|setup|conf|fabfile|tasks|noxfile|dodo|versioneer)\.py\Z"
)
_CLONE = lazy(r"\bgit\s+clone\b|\bgit\.Repo\.clone_from\b")
_ABSOLUTE = lazy(r"[/~]|[A-Za-z]:[\\/]")
_UP = lazy(r"(?:\./)*(?:\.\.[/\\]?(?:\./)*)+\Z")
#: Who asks one of these before moving knows where the program is.
_ASKS = frozenset({"listdir", "getcwd", "cwd", "exists", "isfile", "isdir", "is_file", "is_dir"})
_CD = lazy(r"cd(?:\s+(?P<to>[^\s;&|]+))?\s*\Z")
_NOW = frozenset({"os.getcwd", "os.getcwdb", "pathlib.Path.cwd", "os.curdir"})
_LONG = 60
_WORDS = lazy(r"[a-z]+")
#: What the folder of a copied repository is called besides its name.
_CODE_WORDS = frozenset("main master src code lib repo dev project data results output".split())


class WorkingDirectoryChange(FileRule):
    """A relative path means whatever the working directory makes of it. Once a program or notebook moves, every path after
    that line depends on whether, and how often, the line has run: run the cell twice and `..` has gone up two folders, run
    the cells in another order and the table is written somewhere else. Paths that the user passed in no longer lead where
    they led.

    Left alone: what goes back (`contextlib.chdir`, a saved `os.getcwd()`), a move that looks first where it is, a script that moves to its own folder so that it
    works from everywhere, a notebook that clones a repository and enters it, tests and documentation.
    """

    code = "RSC404"
    name = "working-directory-change"
    summary = "a change of the working directory that all paths after it depend on"
    advice = "Leave the working directory alone, and join the folder to the paths."
    how_to_fix = (
        'Name the folder once (`RESULTS = Path(out)`) and join it to each name (`RESULTS / "table.csv"`): then every path '
        "says by itself where it leads. Where a library writes into the working directory and takes no folder, "
        "`with contextlib.chdir(folder):` (Python 3.11) moves for these lines only."
    )
    limits = (
        "A change that a called function makes is reported where it is made, not where it is called. `cd` in a `%%bash` "
        "cell ends with the cell and is left alone."
    )
    #: What these say of an absolute path at the same place is the greater trouble.
    yields_to = ("RSC401", "RSC402")
    VALID = (
        "import contextlib\nwith contextlib.chdir('figures'):\n    plot()",
        "import os\nhere = os.getcwd()\nos.chdir('build')\nmake()\nos.chdir(here)",
        "import os\nfrom contextlib import contextmanager\n@contextmanager\ndef inside(folder):\n"
        "    os.chdir(folder)\n    yield",
        "import os\nos.chdir(os.path.dirname(os.path.abspath(__file__)))",
        "import os\nfrom pathlib import Path\nHERE = Path(__file__).parent\nos.chdir(HERE)",
        "# %%\n!git clone https://github.com/alice/songs.git\n%cd songs",
        "# %%\n%cd data\n# %%\n!unzip songs.zip\n# %%\n%cd ..",
        "# %%\n!cd data && unzip songs.zip",
        "# %%\nimport os\n# %%\n%cd work\n!python src/fit.py\n# %%\n!python src/plot.py",
        "# %%\n%%bash\ncd data\nunzip songs.zip",
        # It looks where it is, so running it again does no harm.
        "# %%\nimport os\nif 'setup.cfg' not in os.listdir():\n    os.chdir('..')",
        "# %%\nimport os\nfrom pathlib import Path\nwhile not Path('setup.cfg').exists():\n    os.chdir('..')",
        {"old/run.py": "import os\nos.chdir('out')\n"},
        {"tests/test_io.py": "import os\n\ndef test_write(tmp_path):\n    os.chdir(tmp_path)\n"},
    )
    INVALID = (
        Bad(
            '# %%\nimport os\nos.chdir("..")\n^^^^^^^^^^^^^^',
            "running the cell again",
            '# %%\nfrom pathlib import Path\nROOT = Path.cwd().parent\nopen(ROOT / "data" / "songs.csv")',
        ),
        Bad(
            "import os\nimport click\n@click.command()\n@click.argument('outdir')\ndef main(outdir):\n"
            "    os.chdir(outdir)\n    ^^^^^^^^^^^^^^^^",
            "`os.chdir(outdir)`",
            "import click\nfrom pathlib import Path\n@click.command()\n@click.argument('outdir', type=Path)\n"
            "def main(outdir):\n    table.to_csv(outdir / 'table.csv')",
        ),
        Bad("# %%\n%cd ../model\n^^^^^^^^^^^^", "`%cd ../model`"),
        Bad(
            '# %%\nimport os\ntarget = "../BirdNet-main"\nos.chdir(target)\n^^^^^^^^^^^^^^^^\nfrom birdnet import Model',
            "`os.chdir(target)`",
        ),
        Bad("# %%\n!cd data\n^^^^^^^^\n!unzip songs.zip", "has no effect", "# %%\n!cd data && unzip songs.zip"),
        # Whether there is a folder of that name does not say where the program is.
        Bad(
            "# %%\nimport os\nif os.path.isdir('out'):\n    os.chdir('out')\n    ^^^^^^^^^^^^^^^",
            '`os.chdir("out")`',
        ),
        Bad("# %%\nimport os\nos.chdir('./../')\n^^^^^^^^^^^^^^^^^", "running the cell again"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a place; those of a file are merged."""
        calls = file.calls_of("chdir", "fchdir")
        magics = [
            (magic, span)
            for cell in file.cells
            if cell.magics
            for magic, span in _of_cell(cell.magics, cell.lines, cell.position)
        ]
        if (not calls and not magics) or _ELSEWHERE.search(file.path):
            return
        if is_put_away(file.path) or is_taken_over(file.path):
            return
        found = [(call, scope) for call, scope in calls if call.args and self._moves(call, scope, file)]
        gone_back = {id(scope) for call, scope in found if _is_saved(call.args[0], file)}
        for call, scope in found:
            if id(scope) not in gone_back and not _is_free(call.args[0], scope, file) and not _looks_first(call, file):
                yield self._of_call(call, scope, file)
        if magics:
            yield from self._of_magics(magics, file)

    def _moves(self, call: ast.Call, scope: Scope, file: Module) -> bool:
        file.here = scope
        return file.qualname(call.func) in ("os.chdir", "os.fchdir")

    def _of_call(self, call: ast.Call, scope: Scope, file: Module) -> Finding:
        argument = call.args[0]
        to = argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else ""
        text = ast.unparse(argument)
        shown = f"os.chdir({text})" if len(text) <= _LONG else f"os.chdir({text[:_LONG]}…)"
        shown = shown.replace("'", '"').replace("`", "'")
        span = file.span(argument if _ABSOLUTE.match(to) else call)
        name = text if isinstance(argument, ast.Name | ast.Attribute) else ""
        finding = self._finding(span, shown, to, name, file, inside=_function(scope))
        better = _instead(call, scope, file, text.replace("'", '"'))
        return finding._replace(advice=better) if better else finding

    def _of_magics(self, magics: list[tuple[Magic, Span]], file: Module) -> Iterator[Finding]:
        steps: list[tuple[str, Span, str]] = []
        for magic, span in magics:
            if magic.kind == "shell":
                match = _CD.match(magic.text.strip())
                if match and match["to"]:
                    shown = f"!{magic.text.strip()}".replace("`", "'")
                    yield self.finding(
                        span,
                        f"`{shown}` has no effect: the shell that it moves ends with the line",
                        advice=_of_shell(match["to"], magic, span, file),
                        group="shell",
                    )
                continue
            words = [word for word in magic.text.split() if not word.startswith("-") or word == "-"]
            steps.append((words[0].strip("'\"") if words else "~", span, magic.text))
        if not steps or any(_CLONE.search(line) for cell in file.cells for line in cell.lines):
            return
        relative = [
            to for to, _, _ in steps if not _ABSOLUTE.match(to) and to != "-" and "{" not in to and "$" not in to
        ]
        if any(to == "-" for to, _, _ in steps) or (
            len(relative) == len(steps) and normpath("/".join(relative)) == "."
        ):
            return  # it comes back
        for (to, span, text), following in zip(steps, [*steps[1:], None], strict=True):
            if _only_commands_follow(file, span):
                continue  # they are to run there, and no path of the notebook's own depends on it
            column = (
                span.column + file.source.lines[_virtual(file, span) - 1][span.column - 1 :].find(text) if text else 0
            )
            place = span._replace(column=column) if _ABSOLUTE.match(to) and column >= span.column else span
            shown = f"%cd {text}".strip().replace("`", "'")
            finding = self._finding(place, shown, to, "", file, inside="")
            module = _only_import(file, span, following[1]) if following else ""
            if module:
                finding = finding._replace(advice=_installed(module))
            yield finding

    def _finding(self, span: Span, shown: str, to: str, name: str, file: Module, inside: str) -> Finding:
        up = _UP.match(to) is not None
        if up and file.is_notebook:
            what = "changes what every relative path means, and running the cell again goes up once more"
        elif inside and inside != "main":
            what = f"in `{inside}` also moves whoever calls it: every relative path after that means another file"
        else:
            what = "moves the whole program: every relative path after it means another file"
        module = _imported_from(to, name, span, file)
        if module:
            advice = _installed(module)
        else:
            advice = _advice(to, name, up, file)
        return self.finding(span, f"`{shown}` {what}", advice=advice, group="moved")._replace(cause=shown.rstrip("/\\"))


def _installed(module: str) -> str:
    return (
        f"It is there for `import {module}`: install that code instead (`pip install -e` with its folder), so that "
        "the import works from everywhere."
    )


def _only_import(file: Module, first: Span, last: Span) -> str:
    """The module that is imported between two places of a notebook; "" where anything else happens there."""
    start, end = _virtual(file, first), _virtual(file, last)
    module = ""
    for statement in file.body:
        if not start < statement.lineno < end or isinstance(statement, ast.Pass):
            continue
        if isinstance(statement, ast.ImportFrom):
            module = module or statement.module or ""
        elif isinstance(statement, ast.Import):
            module = module or statement.names[0].name
        else:
            return ""
    return module.partition(".")[0]


def _of_shell(to: str, cd: Magic, span: Span, file: Module) -> str:
    """What to write in place of `!cd`."""
    cell = next(cell for cell in file.cells if cell.position == span.cell)
    below = [
        m.text.strip() for m in cell.magics if m.kind == "shell" and m.line > cd.line and not _CD.match(m.text.strip())
    ]
    if not below or _UP.match(to):
        return f'Delete it, and join the folder to the paths: `Path("{to}") / name`.'
    command = below[0].replace("`", "'")
    return f"Write both on one line, `!cd {to} && {command}`: the next line starts where the notebook is, without a `cd` back."


def _looks_first(call: ast.Call, file: Module) -> bool:
    """Whether a move depends on where the program is: `if "setup.cfg" not in os.listdir(): os.chdir("..")`."""
    target = ast.unparse(call.args[0])
    return any(
        isinstance(node, ast.If | ast.While)
        and target not in ast.unparse(node.test)
        and any(
            isinstance(inner, ast.Call) and getattr(inner.func, "attr", getattr(inner.func, "id", "")) in _ASKS
            for inner in ast.walk(node.test)
        )
        for node in file.parents(call)
    )


def _instead(call: ast.Call, scope: Scope, file: Module, target: str) -> str:
    """What to do where the move is there for one kind of call only; "" where it is not."""
    chain = file.parents(call)
    statements = [node for node in chain if isinstance(node, ast.stmt)]
    if not statements:
        return ""
    blocks = (
        [getattr(statements[1], part, []) for part in ("body", "orelse", "finalbody")] if len(statements) > 1 else []
    )
    block = next((b for b in blocks if statements[0] in b), file.body)
    if statements[0] not in block:
        return ""
    found = ""
    for statement in block[block.index(statements[0]) + 1 :]:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Call):
                continue
            file.here = scope
            name = file.qualname(node.func)
            if name == "os.chdir":
                return found
            if name == "os.system" and not found:
                found = f"Start the command in its folder, `subprocess.run(…, cwd={target})`, and leave your own where it is."
            first = node.args[0] if node.args else None
            if name == "glob.glob" and not found and first and not node.keywords and _is_relative(first):
                pattern = ast.unparse(first).replace("'", '"').replace("`", "'")
                found = f"Name the folder where it is listed, `glob.glob({pattern}, root_dir={target})`, and stay where you are."
    return ""


def _is_relative(node: ast.expr) -> bool:
    """Whether a text begins as a relative path does."""
    while isinstance(node, ast.BinOp):
        node = node.left
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not _ABSOLUTE.match(node.value)


def _only_commands_follow(file: Module, span: Span) -> bool:
    """Whether nothing but commands comes after a place in a notebook."""
    here = _virtual(file, span)
    below = [magic for magic, at in file.magics() if _virtual(file, at) > here]
    return (
        any(magic.kind == "shell" for magic in below)
        and all(magic.kind in ("shell", "help") for magic in below)
        and all((s.end_lineno or 0) <= here for s in file.body if not isinstance(s, ast.Pass))
    )


def _imported_from(to: str, name: str, span: Span, file: Module) -> str:
    """The module that a move is there for: the code is a clone's or a copy's, and is imported right after it.

    It is taken for that where the folder's name holds the module's, or is called as code that is not installed is.
    """
    here = _virtual(file, span) if file.is_notebook else span.line
    folder = to
    if not folder and name.isidentifier():
        texts = [
            node.value
            for value in _values(ast.Name(name), file)
            for node in ast.walk(value)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        folder = texts[-1] if texts else ""
    words = set(_WORDS.findall(folder.replace("\\", "/").rstrip("/").rpartition("/")[2].lower())) - _CODE_WORDS
    if not words:
        return ""
    for statement in file.body:
        if statement.lineno <= here:
            continue
        if isinstance(statement, ast.Import):
            modules = [(alias.name, "") for alias in statement.names]
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            modules = [(statement.module, " ".join(alias.name for alias in statement.names))]
        else:
            continue
        for module, names in modules:
            found = set(_WORDS.findall(f"{module} {names}".lower()))
            if any(word == other or (len(word) > 3 and word in other) for word in words for other in found):
                return module.partition(".")[0]
    return ""


def _advice(to: str, name: str, up: bool, file: Module) -> str:
    notebook = file.is_notebook
    if up:
        count = to.count("..")
        root = "Path.cwd().parent" if count == 1 else f"Path.cwd().parents[{count - 1}]"
        if notebook:
            return f'Stay in the folder, and name the other one once: `ROOT = {root}`, then `ROOT / "data"`.'
        root = f"Path(__file__).resolve().parents[{count}]"
        return f'Name the folder once, by the place of this file: `ROOT = {root}`, then `ROOT / "data"`.'
    folder = name or (f'"{to}"' if to else "folder")
    folder = folder.replace("`", "'")
    if notebook:
        return f"Stay in the folder, and name the other one once: `FOLDER = Path({folder})`, then `FOLDER / name`."
    if any(item.module == "subprocess" for item in file.imports):
        other = f"give what is started its own folder (`subprocess.run(…, cwd={folder})`)"
    else:
        other = (
            f"where a library insists on the working directory, use `with contextlib.chdir({folder}):`, which goes back"
        )
    return f"Join the folder to the names, as in `Path({folder}) / name`, and {other}."


def _of_cell(magics: tuple[Magic, ...], lines: tuple[str, ...], position: int) -> Iterator[tuple[Magic, Span]]:
    """The magics of a cell that may move, with their places."""
    for magic in magics:
        is_cd = (magic.kind == "line" and magic.name == "cd") or (magic.kind == "shell" and magic.text.startswith("cd"))
        if is_cd and magic.line <= len(lines):
            end = len(lines[magic.line - 1].rstrip()) + 1
            yield magic, Span(magic.line, magic.column, magic.line, max(end, magic.column + 1), position)


def _virtual(file: Module, span: Span) -> int:
    cell = next(cell for cell in file.cells if cell.position == span.cell)
    return cell.first + span.line - 1


def _function(scope: Scope) -> str:
    """The name of the function that a scope belongs to; "" at the top of a module or notebook."""
    at: Scope | None = scope
    while at is not None:
        if isinstance(at.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return at.node.name
        at = at.parent
    return ""


def _is_free(argument: ast.expr, scope: Scope, file: Module) -> bool:
    """Whether a move does no harm: to the script's own folder, or in what goes back when it is done."""
    if _comes_from(argument, file, {"__file__"}):
        return True
    if "tempfile." in ast.unparse(argument):
        return True
    node = scope.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        if node.name in ("__enter__", "__exit__", "__del__"):
            return True
        return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
    return False


def _is_saved(argument: ast.expr, file: Module) -> bool:
    """Whether this goes back to where the program was: `here = os.getcwd()`, then `os.chdir(here)`."""
    return isinstance(argument, ast.Name | ast.Attribute) and any(
        isinstance(value, ast.Call) and file.qualname(value.func) in _NOW for value in _values(argument, file)
    )


def _comes_from(argument: ast.expr, file: Module, names: set[str], depth: int = 0) -> bool:
    """Whether an expression is made of one of these names, also by way of other names."""
    for node in ast.walk(argument):
        if isinstance(node, ast.Name):
            if node.id in names:
                return True
            if depth < 4 and any(_comes_from(value, file, names, depth + 1) for value in _values(node, file)):
                return True
    return False


def _values(target: ast.Name | ast.Attribute, file: Module) -> Iterator[ast.expr]:
    """What is assigned to a name anywhere in the file."""
    wanted = ast.unparse(target)
    for statement in file.body:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(ast.unparse(t) == wanted for t in targets):
                yield node.value
