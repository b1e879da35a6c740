from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, commonpath, dirname, join, normpath, relpath, splitext
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.facts.files import is_placeholder, named_by_convention
from rescode_lint.facts.paths import classify, ends_like_file
from rescode_lint.lazy import lazy
from rescode_lint.model import FileUse, Finding, Fix, Related, Summary
from rescode_lint.project import Project
from rescode_lint.project.project import is_module
from rescode_lint.project.put_away import is_put_away
from rescode_lint.project.siblings import entry_of, series_of
from rescode_lint.rule import Bad, ProjectRule, Repair, Shared
from rescode_lint.semantics import Module

if TYPE_CHECKING:
    import libcst as cst

#: Before a target that is said from the root of the project.
_FROM_ROOT = "PROJECT_ROOT/"
#: In so many files the same path is no coincidence.
_FILES = 3
#: So few files of one folder may share what lies beside them.
_FEW = 4
#: Folders of what is not to stay.
_FOR_NOW = lazy(r"(?i)(?:^|/)(?:te?mp|scratch|sandbox|playground)/")
#: Modules in which a path is named already.
_NAMED = lazy(r"(?i)(?:\w+_)?(?:config(?:uration)?|cfg|settings|paths|constants)\.py")
_LONGEST_NAME = 36
_CODE = (".py", ".ipynb", ".sh", ".r", ".m", ".jl")
#: Names that any project may have beside any script, and that say nothing of what is in the file.
_ANYBODY = lazy(
    r"(?i)(?:data|test|train|val|valid|validation|input|output|out|log|logs|tmp|temp|result|results|fig|figure|plot|image|img|model|foo|file|sample"
    r"|loss|loss[-_]plot|example)\d*\.\w+"
)
_OUTER = lazy(r"(?:\.\./)+")
_UNFIT = lazy(r"[{}%*?<>|\n]")
_IMPORT = lazy(r"\AImport `(?P<name>\w+)` from `(?P<path>[^`]+)`, which says (?P<target>.+)\Z")
#: What a copy of a notebook that is worked on is called besides.
_DRAFT = lazy(r"[-_ ]+(?:dev|develop|development|draft|old|backup|bak|copy|tmp|wip)\Z")


class _Place(NamedTuple):
    summary: Summary
    use: FileUse


class _Constant(NamedTuple):
    """The name that a path is to have, and the module that is to hold it."""

    name: str
    module: str
    #: What it stands for, as code.
    value: str
    #: The path as seen from the module's folder.
    target: str
    #: What to import it from, by the path of the importing file; empty where no import certainly works.
    imports: dict[str, str]
    #: All files are modules of one package, whose modules can import each other.
    package: bool = False


class RepeatedPathLiteral(ProjectRule):
    """A path that is spelled out in three files has to be changed in three files: when the data move, when a new version
    arrives under another name, when somebody else wants to run it on their own table. The file that is forgotten goes on
    with the old data and says nothing.

    All paths that files of one folder repeat are one finding. Only relative paths are counted, by the file that they mean
    and not by their text alone, and only those that something reads or looks for.
    """

    code = "RSC409"
    name = "repeated-path-literal"
    summary = "the same path spelled out in three or more files"
    advice = "Name the path once, in a module such as `paths.py`, and import the name."
    how_to_fix = (
        'Put the paths of the project into one module, `paths.py`, as constants: `SONGS = DATA / "songs.csv"`, with '
        '`DATA = Path(__file__).resolve().parent / "data"` above them. Every script and notebook imports the name; '
        "where the data live is then said in one place."
    )
    limits = (
        "Names that are conventions (`README.md`, `config.json`), paths that are only ever written (RSC604 looks at those), "
        "absolute paths (RSC401, RSC402), tests and lecture notebooks, each of which has to stand alone, are left out. The "
        "fix makes `paths.py` only where all files stand in one folder that is no package, or in one package that is "
        "imported and not started, or where all of them put one folder on their import path; there the path is built from "
        "the root of the project, else it stays as it is written."
    )
    severity = "note"
    confidence = "high"
    safe_fix = False
    VALID = (
        dict.fromkeys(("a.py", "b.py"), 'import pandas as pd\npd.read_csv("data/songs.csv")'),
        {f"{name}/a.py": 'import pandas as pd\npd.read_csv("data/songs.csv")' for name in "abc"},
        dict.fromkeys(("a.py", "b.py", "c.py"), 'print(open("README.md").read())'),
        dict.fromkeys(("a.py", "b.py", "c.py"), 'import matplotlib.pyplot as plt\nplt.savefig("out/songs.png")'),
        dict.fromkeys(("a.py", "b.py", "c.py"), 'import numpy as np\nnp.load(f"data/{name}.npy")'),
        {f"{name}.py": 'import pandas as pd\npd.read_csv("songs.csv")' for name in "abcd"},
        {
            f"exp00{n}/{name}.py": 'import pandas as pd\nDATA = pd.read_csv("../data/songs.csv")\ndef fit(x): ...'
            for n in "1234"
            for name in ("fit", "plot")
        },
        {f"{n}/config.py": 'TABLE = "../data/songs.csv"\nrows = open(TABLE)' for n in ("birds", "frogs", "moths")},
        {
            "fit.ipynb": '# %%\nx = open("data/songs.csv")',
            "plot.ipynb": '# %%\nx = open("data/songs.csv")',
            "nbconverted/fit.py": '# In[1]:\nx = open("data/songs.csv")',
            "nbconverted/plot.py": '# In[1]:\nx = open("data/songs.csv")',
            "data/songs.csv": "",
        },
        {f"trash/{name}.py": 'import pandas as pd\npd.read_csv("songs.csv")' for name in "abc"},
        {f"test_{name}.py": 'def test_it():\n    assert open("data/songs.csv")' for name in "abc"},
    )
    INVALID = (
        Bad(
            {
                "a.py": 'import pandas as pd\n\nsongs = pd.read_csv("data/songs.csv")\n                    ^^^^^^^^^^^^^^^^',
                "b.py": 'import pandas as pd\n\n\ndef load(path="data/songs.csv"):\n    return pd.read_csv(path)',
                "c.py": 'SONGS = "data/songs.csv"\nprint(open(SONGS).read())',
            },
            "`data/songs.csv` is spelled out in 3 files",
            '# paths.py\nSONGS_CSV = "data/songs.csv"\n\n# a.py, b.py, c.py\nfrom paths import SONGS_CSV',
            {
                "a.py": "import pandas as pd\nfrom paths import SONGS_CSV\n\nsongs = pd.read_csv(SONGS_CSV)",
                "b.py": (
                    "import pandas as pd\nfrom paths import SONGS_CSV\n\n\ndef load(path=SONGS_CSV):\n    return pd.read_csv(path)"
                ),
                "c.py": "from paths import SONGS_CSV\n\nSONGS = SONGS_CSV\nprint(open(SONGS).read())",
                "paths.py": (
                    '"""Where this project keeps its files: the one place to change."""\nSONGS_CSV = "data/songs.csv"\n'
                ),
            },
        ),
        Bad(
            {
                "a/fit.py": 'import numpy as np\nx = np.load("../data/x.npy")\n            ^^^^^^^^^^^^^^^',
                "b/fit.py": 'import numpy as np\nx = np.load("../data/x.npy")',
                "b/plot.ipynb": '# %%\nimport numpy as np\nx = np.load("../data/x.npy")',
                "c/plot.py": 'import numpy as np\nx = np.load("../data/x.npy")',
            },
            "`../data/x.npy` is spelled out in 4 files",
        ),
        Bad(
            {
                "src/count.py": 'import numpy as np\nnp.save("data/counts.npy", 1)\n        ^^^^^^^^^^^^^^^^^',
                "src/models/fit.py": 'import numpy as np\nx = np.load("data/counts.npy")',
                "src/models/plot.py": 'import numpy as np\nx = np.load("data/counts.npy")',
            },
            "`data/counts.npy` is spelled out in 3 files",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a place; those of one folder are merged."""
        places: dict[str, list[_Place]] = defaultdict(list)
        notebooks = [summary for summary in project.notebooks if summary.code_cells]
        # Where lectures stand, the other notebooks are exercises and solutions.
        from_root = _from_root(project)
        course = sum(map(_is_lecture, notebooks)) * 3 > len(notebooks)
        for summary in project.files.values():
            if summary.path in project.tests or summary.generated or not is_module(summary.path):
                continue
            if is_put_away(summary.path) or _FOR_NOW.search(summary.path) or _NAMED.fullmatch(basename(summary.path)):
                continue
            if summary.kind == "ipynb" and (course or _is_lecture(summary)):
                continue
            for use in summary.files:
                if "w" in use.flags and use.role not in ("command", "remove") and _is_own(use):
                    meant = _identity(summary, use, project, from_root)
                    if meant is not None:
                        places[meant].append(_Place(summary, use))
        repeated: dict[str, dict[str, list[_Place]]] = defaultdict(dict)
        for path, some in sorted(places.items()):
            found = _without_exports(some, project)
            files = {place.summary.path for place in found}
            roles = {place.use.role for place in found}
            counted = _counted(files, project)
            if len(counted) < _FILES or roles <= {"write", "make", "other"}:
                continue
            if len(counted) <= _FEW and all("/" not in place.use.text.removeprefix("./") for place in found):
                continue  # it lies beside the few that read it
            repeated[_above(files)][path] = found
        causes = _causes(repeated)
        folders: dict[str, set[str]] = defaultdict(set)
        for folder, group in repeated.items():
            folders[causes[folder]] |= {dirname(place.summary.path) for found in group.values() for place in found}
        for folder, group in repeated.items():
            names = _names(group)
            several = len(folders[causes[folder]]) > 1
            for path, found in group.items():
                constant = _constant(names[path], path, folder, found, project, several)
                count = len(_counted({place.summary.path for place in found}, project))
                unique = {(place.summary.path, place.use.span): place for place in found}
                for place in unique.values():
                    yield self._at(place, count, constant, causes[folder])

    def _at(self, place: _Place, count: int, constant: _Constant, cause: str) -> Finding:
        summary, use = place
        fix = None
        free = "s" in use.flags and constant.name not in summary.bindings.split()
        # What is no file's name to a function may be compared with one: then it must stay as it is written.
        if use.role == "other" and constant.target.startswith(_FROM_ROOT):
            free = False
        if summary.path in constant.imports and free:
            title = f"Import `{constant.name}` from `{constant.module}`, which says {constant.target}"
            fix = Fix(False, title)
        imported = constant.imports.get(summary.path, "")
        how = f"`from {imported} import {constant.name}`" if imported else f"import `{constant.name}`"
        advice = (
            f"Name it once, `{constant.name} = {constant.value}` in `{constant.module}`, and {how} in all of them."
            if imported or constant.package
            else f"Name it once, in a settings file that all of them read: `{constant.name.lower()} = "
            f'"{constant.target}"` in `{join(dirname(constant.module), "paths.toml")}`.'
        )
        return self.finding(
            use.span,
            f"`{use.text}` is spelled out in {count} files",
            path=summary.path,
            advice=advice,
            fix=fix,
            group=cause,
        )

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> Repair | None:
        """The name in the place of the literal."""
        import libcst as cst

        told = _IMPORT.match(finding.fix.title) if finding.fix else None
        text = finding.message.split("`")[1]
        if told is None or not isinstance(node, cst.SimpleString):
            return None
        value = node.evaluated_value
        if not isinstance(value, str) or value.removeprefix("./") != text:
            return None
        name, path, target = told["name"], told["path"], json.dumps(told["target"], ensure_ascii=False)
        if not told["target"].startswith(_FROM_ROOT):
            module = _module(finding.path, path, project)
            told_once = Shared(path, name, f"{name} = {target}")
            return Repair(cst.Name(name), imports=((module, name),), shared=(told_once,))
        depth = path.count("/")
        root = f"PROJECT_ROOT = Path(__file__).resolve().{'parent' if not depth else f'parents[{depth}]'}"
        rest = json.dumps(told["target"].removeprefix(_FROM_ROOT), ensure_ascii=False)
        shared = (
            Shared(path, "PROJECT_ROOT", root, (("pathlib", "Path"),)),
            Shared(path, name, f"{name} = str(PROJECT_ROOT / {rest})"),
        )
        if dirname(path) == dirname(finding.path):
            return Repair(cst.Name(name), imports=(("paths", name),), shared=shared)
        # Below the edit of `sys.path` that makes it possible.
        return Repair(cst.Name(name), constants=((name, f"from paths import {name}"),), shared=shared)

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all paths that a folder's files repeat, with every place."""
        first = next((finding for finding in findings if finding.fix), findings[0])
        others = [finding for finding in findings if finding is not first]
        related = first.related + tuple(
            place
            for finding in others
            for place in (
                Related(finding.path, finding.span.cell, finding.span.line, f"`{_text(finding)}`"),
                *finding.related,
            )
        )
        names = list(dict.fromkeys(place.message.strip("`") for place in related))
        names = [name for name in names if basename(name) != basename(_text(first))]
        message = first.message.partition(" (and ")[0]
        if names:
            message += (
                f" (and {f'so is `{names[0]}`' if len(names) == 1 else f'{len(names)} more paths in three or more'})"
            )
        return first._replace(message=message, related=related)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for all that the files of a piece of work repeat: they lack one module."""
        return cls.by_group([found._replace(group=f"in {entry_of(found.path, project)}") for found in findings])


def _without_exports(found: list[_Place], project: Project) -> list[_Place]:
    """The places without those in scripts that notebooks were exported to: nobody edits them."""
    notebooks = {_plain(notebook.path) for notebook in project.notebooks}
    return [place for place in found if not _is_export(place.summary, notebooks, project)]


def _is_export(summary: Summary, notebooks: set[str], project: Project) -> bool:
    if summary.kind == "ipynb" or _plain(summary.path) not in notebooks:
        return False
    source = project.source(summary.path)
    return source is not None and any(line.startswith(("# In[", "#%%", "# %%")) for line in source.lines)


def _counted(files: set[str], project: Project) -> set[tuple[str, ...]]:
    """What stands for each of these files: the folders of a series, each kept as it ran, and copies count as one."""
    found: set[tuple[str, ...]] = set()
    for file in files:
        series = series_of(file, project)
        apart = series is not None and series.member_of(file) != basename(file)
        found.add((series.folder, *series.members) if series and apart else (dirname(file), _plain(file)))
    return found


def _text(finding: Finding) -> str:
    return finding.message.split("`")[1]


def _is_lecture(summary: Summary) -> bool:
    """Much text to little code: such a notebook is read by itself."""
    return summary.kind == "ipynb" and summary.prose >= 20 * max(summary.code_cells, 1)


def _is_own(use: FileUse) -> bool:
    """Whether a path is relative, a file or folder of this project, and more than a name that everybody has."""
    text = use.text
    name = basename(text.rstrip("/"))
    if use.role == "other" and " " in text.strip():
        return False
    if text.startswith(("/", "~", "\\")) or "://" in text or text[1:2] == ":" or _UNFIT.search(text):
        return False
    if name.startswith((".", "_", "-")) or len(name) < 4 or named_by_convention(text) or text.lower().endswith(_CODE):
        return False
    if not ends_like_file(text) and "/" not in text.strip("./"):
        return False  # `data`, `../figures/`
    if "/" not in text.strip("/") and _ANYBODY.fullmatch(name):
        return False
    return classify(text) is None and not is_placeholder(text)


def _from_root(project: Project) -> frozenset[str]:
    """First folders of paths that scripts see from the root: one script writes what one in a deeper folder reads."""
    written: dict[str, set[str]] = defaultdict(set)
    used: dict[str, set[str]] = defaultdict(set)
    for summary in project.files.values():
        if summary.kind != "py" or summary.path in project.tests or is_put_away(summary.path):
            continue
        own = dirname(summary.path)
        for use in summary.files:
            if "w" not in use.flags or "/" not in use.text or not _is_own(use):
                continue
            if use.text.startswith(".") or project.tree.holds(join(own, use.text.partition("/")[0])):
                continue
            (written if use.role == "write" else used)[use.text].add(own)
    return frozenset(
        text.partition("/")[0]
        for text, folders in written.items()
        if any(reader.startswith(f"{writer}/") or not writer for writer in folders for reader in used[text] - {writer})
    )


def _identity(summary: Summary, use: FileUse, project: Project, from_root: frozenset[str]) -> str | None:
    """The file that a path means, as seen from the folder of the code, or from the root if scripts are started there.

    None for a notebook that goes to another folder.
    """
    text = use.text.rstrip("/")
    first = text.partition("/")[0]
    if "/" in text and first not in ("..", ".") and (first in from_root or project.tree.holds(first)):
        return text
    if summary.kind == "ipynb" and not summary.stays:
        return None
    return normpath(join(dirname(summary.path), text))


def _plain(path: str) -> str:
    """A file's name without what marks it as a copy or an export."""
    name = splitext(basename(path).removeprefix("Copy of ").replace(" (1)", "").replace("-Copy1", "").lower())[0]
    return _DRAFT.sub("", name)


def _above(files: set[str]) -> str:
    """The folder that holds all of these files."""
    folders = {dirname(file) for file in files}
    return commonpath(folders) if "" not in folders else ""


def _causes(repeated: Mapping[str, Mapping[str, list[_Place]]]) -> dict[str, str]:
    """For each folder, what stands for all folders whose files it shares: they lack the same module."""
    causes: dict[str, str] = {}
    of_file: dict[str, str] = {}
    for folder in sorted(repeated):
        files = {place.summary.path for found in repeated[folder].values() for place in found}
        files |= {f"{dirname(path)}/" for path in repeated[folder] if dirname(path)}  # the folder that they all mean
        cause = next((of_file[file] for file in sorted(files) if file in of_file), f"below {folder}")
        causes[folder] = cause
        for file in files:
            of_file.setdefault(file, cause)
    return causes


def _names(paths: Iterable[str]) -> dict[str, str]:
    """A constant's name for each path: the name of the file, with that of its folder where it is needed."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        stem, ending = splitext(basename(path))
        word = f"{stem}_{ending[1:]}" if ending else stem if re.search(r"(?i)(?:dir|folder)\Z", stem) else f"{stem}_dir"
        name = _identifier(word)
        folder = dirname(path)
        while name in taken and basename(folder).strip("."):
            name = f"{_identifier(basename(folder))}_{name}"
            folder = dirname(folder)
        while name in taken:
            name += "_2"
        taken.add(name)
        found[path] = name
    return found


def _identifier(text: str) -> str:
    word = re.sub(r"\W+|_+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)).strip("_").upper()
    while len(word) > _LONGEST_NAME and "_" in word:
        first, *words = word.split("_")
        words.pop(len(words) // 2)
        word = "_".join((first, *words))
    return f"FILE_{word}" if word[:1].isdigit() or not word else word


def _constant(name: str, path: str, folder: str, found: list[_Place], project: Project, several: bool) -> _Constant:
    """Where a constant is to stand, what it holds, and how each file can import it.

    Args:
        name: of the constant.
        path: the file that it names, from the root.
        folder: that holds all files that spell it out.
        found: where they do.
        project: for what may import what.
        several: other folders share files with this one, and are to have one place for all.
    """
    module = join(folder, "paths.py")
    files = sorted({place.summary.path for place in found})
    spelled = Counter(place.use.text.removeprefix("./") for place in found)
    text = min(spelled, key=lambda text: (-spelled[text], len(text), text))
    if len({dirname(file) for file in files}) > 1 and not _in_package(folder, files, project):
        home = _importable(files, project)
        if home is not None and not path.startswith(".."):
            module = join(home, "paths.py")
            depth = module.count("/")
            start = f"Path(__file__).resolve().{'parent' if not depth else f'parents[{depth}]'}"
            value = f'str({start} / "{path}")'
            return _Constant(name, module, value, f"{_FROM_ROOT}{path}", dict.fromkeys(files, "paths"))
    if several:  # only the place of `paths.py` is the same for all
        value = f'Path(__file__).resolve().parent / "{_from(folder, path)}"'
        if _in_package(folder, files, project):
            return _Constant(name, module, value, path, {}, package=True)
        home = folder if not folder or path.startswith(f"{folder}/") else ""
        return _Constant(name, join(home, "paths.py"), value, _from(home, path), {})
    value = f'"{text}"'
    holds = project.tree.holds
    imports: dict[str, str] = {}
    if holds(join(folder, "paths")) or (module in project.files and project.files[module].unparsed):
        pass
    elif all(dirname(file) == folder and _finds_beside(file, project) for file in files):
        if all(dirname(importer) == folder for file in files for importer in project.importers.get(file, ())):
            imports = dict.fromkeys(files, "paths")  # the folder of a script that is started is on the path
    elif _in_package(folder, files, project):
        imports = {file: _module(file, module, project) for file in files}
    return _Constant(name, module, value, text, imports)


def _importable(files: list[str], project: Project) -> str | None:
    """A folder from which all of these files can import: their own, or one that they put on `sys.path`; None if there is none."""
    reach: list[set[str]] = []
    for file in files:
        folders = set(project.roots_of(file))
        if _finds_beside(file, project) and all(
            dirname(importer) == dirname(file) for importer in project.importers.get(file, ())
        ):
            folders.add(dirname(file))  # what is started finds what stands beside it
        reach.append(folders)
    common = set.intersection(*reach)
    if any(
        project.tree.holds(join(folder, name)) for some in reach for folder in some for name in ("paths.py", "paths")
    ):
        return None
    return min(common, key=lambda folder: (-sum(dirname(file) == folder for file in files), folder), default=None)


def _finds_beside(file: str, project: Project) -> bool:
    """Whether a file can import what stands beside it by its bare name: no package is there, or it does so already."""
    folder = dirname(file)
    if not project.tree.holds(join(folder, "__init__.py")):
        return True
    return any(
        not item.level and join(folder, f"{item.module.partition('.')[0]}.py") in project.files
        for item in project.files[file].imports
    )


def _from(folder: str, path: str) -> str:
    """A path as seen from a folder, both relative to the root of the project; the machine has no part in it."""
    deep = "/root" * 20  # deeper than any path leads out of the project
    return relpath(f"{deep}/{path}", f"{deep}/{folder}")


def _in_package(folder: str, files: list[str], project: Project) -> bool:
    """Whether all files are modules of one package that others import, and none is started itself."""
    for file in files:
        summary = project.files[file]
        if summary.kind != "py" or summary.main_guard or not project.importers.get(file):
            return False
        above = dirname(file)
        while True:
            if not project.tree.holds(join(above, "__init__.py")):
                return False
            if above in (folder, ""):
                break
            above = dirname(above)
    return folder != ""


def _module(file: str, module: str, project: Project) -> str:
    """What a file imports the module from: `paths` beside scripts, `..paths` within a package."""
    beside = dirname(module) == dirname(file) and _finds_beside(file, project)
    if beside or not project.tree.holds(join(dirname(module), "__init__.py")):
        return "paths"
    up = _from(dirname(file), dirname(module))
    dots = 1 if up == "." else 1 + up.count("..")
    return "." * dots + "paths"
