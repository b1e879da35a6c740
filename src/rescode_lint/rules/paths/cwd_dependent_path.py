from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath, relpath
from typing import TYPE_CHECKING

from rescode_lint.model import FileUse, Finding, Fix, Related, RelativePath, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rule import Bad, ProjectRule, Repair
from rescode_lint.semantics import Module

if TYPE_CHECKING:
    import libcst as cst

_FIX = Fix(False, "Build the path from the file's own place")
#: Files that their tool runs in their own folder.
_RUN_IN_PLACE = frozenset({"conf.py", "setup.py"})
_SHOWN = 3
_FROM_OUTSIDE = "Take the folder from an argument or an environment variable, and build the path from it."
_UNSURE = "Build it from this file's own place, `Path(__file__).resolve()`, or take the folder from an argument."
#: So many scripts that each have their own starting folder are a habit: one cause.
_HABIT = 3


class CwdDependentPath(ProjectRule):
    """`../data/x.csv` counts from the folder in which the program is started, not from the file that says it. Started
    anywhere else (from the project's root, by a scheduler, by pytest, from an editor), the script fails, or reads and
    writes files of the same name in another place. Two scripts that need two different folders cannot be run by one
    command at all.

    In a script, only paths that begin with `..` are meant: `data/x.csv` counts from the project's root by a wide-spread
    convention. A notebook starts in its own folder, so it is flagged only where its path leads nowhere from there, and
    does from another folder. All paths of a file are one finding.
    """

    code = "RSC403"
    name = "cwd-dependent-path"
    summary = "a relative path that is right only if the program is started in one certain folder"
    advice = "Build the path from the file's own place: `Path(__file__).resolve().parent`."
    how_to_fix = (
        "In a script, build the path from the place of the file: "
        '`PROJECT_ROOT = Path(__file__).resolve().parents[1]`, then `PROJECT_ROOT / "data" / "x.csv"`. In a notebook, '
        "look for the root by a file that only the root has: "
        '`PROJECT_ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "pyproject.toml").exists())`. '
        "The fix does just that, and takes a file that the repository really has (`.git` if there is no better one). It "
        "is unsafe: who relied on another starting folder gets another file. Where text is needed, it writes `str(…)`."
    )
    limits = (
        "Paths in options and environment variables are left alone, as they can be set from outside, and so are checks "
        "such as `os.path.exists` that stand alone, commands, `../input/` (Kaggle), lists of folders that are tried in "
        "turn, `sys.path` and `os.chdir`, which have rules of their own, files that set their working directory, scripts "
        "that are run cell by cell (`# %%`), configurations that their tool reads from the file's own folder (`_base_`), and "
        "folders of code that was put away (`obsolete`, `archive`). Where the data "
        "are not in the repository, the folder that is named is a guess, and the confidence is medium."
    )
    safe_fix = False
    VALID = (
        {"src/a.py": 'open("data/x.csv")', "data/x.csv": ""},
        {"src/a.py": 'from pathlib import Path\nopen(Path(__file__).parent / "../data/x.csv")', "data/x.csv": ""},
        {"src/a.py": 'import sys\nsys.path.append("../lib")'},
        {"src/a.py": 'from pathlib import Path\ndef merge(cwd=Path("..")): ...'},
        {"src/a.py": 'import os\nos.chdir("../data")\nopen("../data/x.csv")', "data/x.csv": ""},
        {"src/a.py": 'p.add_argument("--data", default="../data")', "data/x.csv": ""},
        {"src/a.py": 'NOTE = ".."\nprint("../data is missing")'},
        {"src/a.py": 'import os\nDATA = "../data"\nopen(os.path.join(HERE, DATA))', "data/x.csv": ""},
        {"src/a.py": 'for folder in ["data", "../data"]:\n    find(folder)', "data/x.csv": ""},
        {"src/a.py": 'import os\nfolder = "data" if os.path.exists("data") else find(os.path.exists("../data"))'},
        {"src/a.py": '# %%\nopen("../data/x.csv")', "data/x.csv": ""},
        {"src/obsolete/a.py": 'open("../../data/x.csv")', "data/x.csv": ""},
        {"configs/birds/small.py": '_base_ = ["../base/birds.py"]\nepochs = 3', "configs/base/birds.py": "lr = 0.1"},
        {"configs/small.py": '_base_ = "../base.py"\nroot = "../data/birds"', "base.py": "", "data/birds/x.csv": ""},
        {"docs/conf.py": 'html_logo = "../logo.png"', "logo.png": ""},
        {
            "src/main.py": 'from plots.deep import run\nif __name__ == "__main__":\n    run.all()',
            "src/plots/deep/run.py": 'SONGS = "data/songs.csv"',
            "data/songs.csv": "",
        },
        {"nb/a.ipynb": '# %%\nopen("../data/x.csv")', "data/x.csv": ""},
        {"nb/a.ipynb": '# %%\nopen("../data/not_here.csv")', "data/x.csv": ""},
        {"nb/a.ipynb": '# %%\n%cd ..\n# %%\nopen("data/x.csv")', "data/x.csv": ""},
        {"nb/a.ipynb": '# %%\nopen("data/x.csv")', "nb/data/x.csv": ""},
    )
    INVALID = (
        Bad(
            {
                "src/count.py": 'import pandas as pd\nsongs = pd.read_csv("../data/songs.csv")\n'
                "                    ^^^^^^^^^^^^^^^^^^^",
                "data/songs.csv": "",
            },
            "`../data/songs.csv` is right only if the program is started in `src`",
            "from pathlib import Path\n\nimport pandas as pd\n\nPROJECT_ROOT = Path(__file__).resolve().parents[1]\n"
            'songs = pd.read_csv(PROJECT_ROOT / "data" / "songs.csv")',
            fixed={
                "src/count.py": "import pandas as pd\n"
                "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[1]\n"
                "\n"
                'songs = pd.read_csv(PROJECT_ROOT / "data" / "songs.csv")',
                "data/songs.csv": "",
            },
        ),
        Bad(
            {
                "main/run.py": 'open("config/run.yml")',
                "config/run.yml": "",
                "src/train/fit.py": 'DATA = "../../data/"\n       ^^^^^^^^^^^^^\nOUT = "../out"',
                "data/x.csv": "",
            },
            "2 paths in this file are right only if the program is started in `src/train`: `../../data/`, `../out`",
            fixed={
                "main/run.py": 'open("config/run.yml")',
                "config/run.yml": "",
                "src/train/fit.py": "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[2]\n"
                "HERE = Path(__file__).resolve().parent\n"
                "\n"
                'DATA = f"{PROJECT_ROOT}/data/"\n'
                'OUT = str(HERE.parent / "out")',
                "data/x.csv": "",
            },
        ),
        Bad(
            {"src/a.py": 'import os\nTABLE = os.path.join("..", "data", "x.csv")\n                     ^^^^'},
            "depends on the folder in which the program is started",
            fixed={
                "src/a.py": "import os\n"
                "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[1]\n"
                "\n"
                'TABLE = os.path.join(PROJECT_ROOT, "data", "x.csv")'
            },
        ),
        Bad(
            {
                "src/main.py": 'from plots.songs import draw\n\nif __name__ == "__main__":\n    draw()',
                "src/plots/__init__.py": "",
                "src/plots/songs.py": 'def draw():\n    return open("../recordings")\n                ^^^^^^^^^^^^^^^',
            },
            "`../recordings` is right only if the program is started in `src`",
            fixed={
                "src/main.py": 'from plots.songs import draw\n\nif __name__ == "__main__":\n    draw()',
                "src/plots/__init__.py": "",
                "src/plots/songs.py": "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[2]\n"
                "\n"
                "def draw():\n"
                '    return open(PROJECT_ROOT / "recordings")',
            },
        ),
        Bad(
            {"fit.py": 'open("../other-study/x.csv")\n     ^^^^^^^^^^^^^^^^^^^^^^'},
            "`../other-study/x.csv` depends on the folder in which the program is started",
        ),
        Bad(
            {"a/b/fit.py": 'open("../songs.csv")\n     ^^^^^^^^^^^^^^'},
            "`../songs.csv` depends on the folder in which the program is started",
        ),
        Bad(
            {
                "fit/run.py": 'open("../data/x.csv")\n     ^^^^^^^^^^^^^^^\nopen("prior.csv")',
                "fit/prior.csv": "",
                "data/x.csv": "",
            },
            "2 paths in this file are right only if the program is started in `fit`: `../data/x.csv`, `prior.csv`",
            fixed={
                "fit/run.py": "from pathlib import Path\n"
                "\n"
                "PROJECT_ROOT = Path(__file__).resolve().parents[1]\n"
                "HERE = Path(__file__).resolve().parent\n"
                "\n"
                'open(PROJECT_ROOT / "data" / "x.csv")\n'
                'open(HERE / "prior.csv")',
                "fit/prior.csv": "",
                "data/x.csv": "",
            },
        ),
        Bad(
            {"nb/new/a.ipynb": '# %%\nopen("../data/x.csv")\n     ^^^^^^^^^^^^^^^', "data/x.csv": ""},
            "`../data/x.csv` leads nowhere from `nb/new`, where this notebook starts",
            fixed={
                "nb/new/a.ipynb": "# %%\n"
                "from pathlib import Path\n"
                "\n"
                'PROJECT_ROOT = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / ".git").exists())\n'
                "\n"
                'open(PROJECT_ROOT / "data" / "x.csv")',
                "data/x.csv": "",
            },
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a path; those of a file are merged."""
        starts: dict[str, dict[str, str]] = {}
        for summary in project.files.values():
            if _is_elsewhere(summary):
                continue
            start = starting_folder(summary, project) if summary.relative else None
            if start is None and not summary.relative and _needs_root(summary, project):
                start = ""
            if start is not None:
                starts.setdefault(dirname(summary.path), {}).setdefault(start, summary.path)
        for summary in project.files.values():
            if _is_elsewhere(summary):
                continue
            if summary.relative:
                start = starting_folder(summary, project)
                others = starts.get(dirname(summary.path), {})
                for path in (*summary.relative, *_beside(summary, start, project)):
                    yield self._up(summary, path, start, others, project)
            elif summary.stays:
                yield from self._stays(summary, project)

    def _up(
        self, summary: Summary, path: RelativePath, start: str | None, starts: dict[str, str], project: Project
    ) -> Finding:
        """What a script says: right from one folder, which is its own unless its paths lead nowhere from there."""
        own = dirname(summary.path)
        shown = f"`{path.text if path.whole else path.text + '…'}`"
        where = start if start is not None else own
        advice = _advice(path.text, own, where)
        fix: Fix | None = _FIX
        sure = start is not None and any(_leads_somewhere(start, p.text, project) for p in summary.relative)
        if start is not None:
            message = f"{shown} is right only if the program is started in {_name_of(where)}"
            other = next((folder for folder in starts if folder != start), None)
            if other is not None:
                advice += (
                    f" No folder is right for all scripts: `{starts[other]}` must be started in {_name_of(other)}."
                )
        elif entries_of(summary, project) or path.text.count("../") < len(own.split("/")):
            message = f"{shown} depends on the folder in which the program is started"
            advice = _UNSURE
            fix = None  # nothing of it is there, and it may count from more than one folder
        else:
            message = f"{shown} depends on the folder in which the program is started, perhaps {_name_of(where)}"
        if _seen(where, path.text).startswith("../"):
            if start is None:
                message = f"{shown} depends on the folder in which the program is started"
            advice = _FROM_OUTSIDE
            fix = None  # it leads out of the project: what is meant is anybody's guess
        found = self.finding(
            path.span,
            message,
            path=summary.path,
            advice=advice,
            confidence=None if sure else "medium",
            fix=fix,
            group="cwd",
        )
        return found._replace(cause=where or ".")

    def _stays(self, summary: Summary, project: Project) -> Iterator[Finding]:
        """What a notebook says: wrong where it stands, and right elsewhere."""
        own = dirname(summary.path)
        for use in summary.files if own else ():
            start = better_folder(use, own, project)
            if start is None:
                continue
            text = use.text
            target = relpath(_seen(start, text), own)
            yield self.finding(
                use.span,
                f"`{text}` leads nowhere from `{own}`, where this notebook starts, but from {_name_of(start)}",
                path=summary.path,
                advice=f"Write `{target}`, or build it from the project's root, which the notebook can look for.",
                fix=_FIX,
                group="cwd",
            )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all relative paths of a file."""
        first = findings[0]
        if any(" leads nowhere from " in finding.message for finding in findings):
            return super().merged(findings)
        sure = [finding for finding in findings if " is right only if " in finding.message]
        first = sure[0]._replace(span=first.span) if sure else first
        named = dict.fromkeys(finding.message.split("`")[1] for finding in findings)
        subjects = sorted(named, key=lambda subject: not subject.startswith(".."))
        _, _, claim = first.message.partition("` ")
        claim = claim.replace("is right", "are right").replace("depends", "depend")
        shown = ", ".join(f"`{subject}`" for subject in subjects[:_SHOWN])
        more = f" and {len(subjects) - _SHOWN} more" if len(subjects) > _SHOWN else ""
        return first._replace(
            message=f"{len(findings)} paths in this file {claim}: {shown}{more}",
            fix=next((finding.fix for finding in findings if finding.fix), None),
            related=tuple(
                Related(f.path, f.span.cell, f.span.line, f"`{f.message.split('`')[1]}`") for f in findings[1:]
            ),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for all scripts that have to be started in certain folders: a habit."""
        groups: dict[str, list[Finding]] = {}
        for finding in findings:
            script = " leads nowhere from " not in finding.message
            groups.setdefault(" " if script else finding.path, []).append(finding)
        return [f for some in groups.values() for f in ([cls._one(some)] if len(some) >= _HABIT else some)]

    @classmethod
    def _one(cls, findings: list[Finding]) -> Finding:
        first = next((f for f in findings if f.confidence == "high"), findings[0])
        others = [f for f in findings if f is not first]
        folders = {f.cause if " right only if " in f.message else "" for f in findings}
        own = all(f.cause == (dirname(f.path) or ".") for f in findings)
        each = (
            "" if len(folders) == 1 else ", each with its own folder" if own else f", in {len(folders)} folders in all"
        )
        return first._replace(
            message=f"{first.message} (so it is with {len(others)} more scripts{each})",
            related=first.related
            + tuple(
                place for f in others for place in (Related(f.path, f.span.cell, f.span.line, f.message), *f.related)
            ),
            cause="" if each else first.cause,
        )

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> Repair | None:
        """The same path from the project's root, which the file finds from its own place."""
        from rescode_lint.rules.paths._repair import repair_of_relative

        return repair_of_relative(node, finding, file, project)


def _is_elsewhere(summary: Summary) -> bool:
    """Whether nobody starts this file: a tool does, in its folder, or it was generated or put away."""
    return summary.generated or basename(summary.path) in _RUN_IN_PLACE or is_put_away(summary.path)


def _needs_root(summary: Summary, project: Project) -> bool:
    """Whether a script in a folder reads a file by a path that is right from the root only."""
    own, files = dirname(summary.path), project.tree.files
    return (
        own != ""
        and summary.kind == "py"
        and any(
            use.role == "read" and "s" in use.flags and use.text in files and _seen(own, use.text) not in files
            for use in summary.files
        )
    )


def better_folder(use: FileUse, own: str, project: Project) -> str | None:
    """The folder above from which a path leads to a file, if it leads nowhere from the file's own; else None.

    Args:
        use: what a notebook does to a file; only what it reads must be there.
        own: the notebook's folder.
        project: for what the repository holds.
    """
    text, tree = use.text, project.tree
    if use.role not in ("read", "list") or "s" not in use.flags or set(use.flags) & set("dtc"):
        return None
    if "/" not in text.strip("./") or text.startswith(("/", "~", "../input/")) or any(c in text for c in ":*?[{%"):
        return None
    mine = _seen(own, text)
    if not tree.whole or tree.holds(mine) or tree.holds(dirname(mine) or "."):
        return None
    for folder in _above(own):
        target = _seen(folder, text)
        # The file may be ignored by git: then its folder tells, if its name is no common one.
        if target in tree.files or (target.count("/") > 1 and "../" not in target and tree.holds(dirname(target))):
            return folder
    return None


def starting_folder(summary: Summary, project: Project) -> str | None:
    """The folder from which a script's paths lead to what the repository holds; None if there is none.

    Args:
        summary: of the script; its own folder is tried first, and those above after it. For a module that is imported,
            the folder in which the program starts that imports it, also where what is meant is not there.
        project: for what the repository holds.
    """
    own = dirname(summary.path)
    entries = entries_of(summary, project)
    if not entries:
        for folder in (own, *_above(own)):
            if any(_leads_somewhere(folder, path.text, project) for path in summary.relative):
                return folder
        return None
    for folder in dict.fromkeys((*entries, own, *_above(own))):
        if any(project.tree.holds(_seen(folder, path.text)) for path in summary.relative):
            return folder
    return entries[0] if len(entries) == 1 else None


def entries_of(summary: Summary, project: Project) -> tuple[str, ...]:
    """The folders in which the programs start that import a module; none for what is started itself.

    A script with a main guard is a module too if it imports what only another folder's programs find.

    Args:
        summary: of the module.
        project: for what imports it.
    """
    if summary.main_guard and _homes(summary, project) <= {dirname(summary.path)}:
        return ()
    seen, found = {summary.path}, set()
    ahead = [summary.path]
    while ahead:
        path = ahead.pop()
        above = project.importers.get(path, frozenset()) - project.tests
        if path != summary.path and (not above or project.files[path].main_guard) and basename(path) != "__init__.py":
            found.add(dirname(path))
        ahead.extend(above - seen)
        seen |= above
    return tuple(sorted(found & _homes(summary, project) or found))


def _homes(summary: Summary, project: Project) -> frozenset[str]:
    """The folders from which the absolute imports of a file count: that of the program, where it is put nowhere else."""
    if project.roots_of(summary.path):
        return frozenset()
    found = set()
    for item in summary.imports:
        name = item.module.replace(".", "/")
        for target in () if item.level or not name else project.imported_files(summary.path, item):
            for tail in (f"/{name}.py", f"/{name}/__init__.py"):
                if f"/{target}".endswith(tail):
                    found.add(f"/{target}".removesuffix(tail).lstrip("/"))
    return frozenset(found)


def _beside(summary: Summary, start: str | None, project: Project) -> Iterator[RelativePath]:
    """Paths without `..` that lead to what stands beside a script, and so hang on the same folder as the others."""
    own = dirname(summary.path)
    if not own or start not in (None, own):
        return
    holds = project.tree.holds
    for use in summary.files:
        text, first = use.text, use.text.partition("/")[0]
        if not {"w", "s"} <= set(use.flags) or use.role in ("other", "command", "remove", "make"):
            continue
        if first in ("", ".", "..", "~") or any(c in text for c in ":*?[{%\\") or holds(first):
            continue
        if holds(_seen(own, text)) or ("/" in text and holds(join(own, first))):
            yield RelativePath(text, use.span)


def _above(folder: str) -> Iterator[str]:
    while folder:
        folder = dirname(folder)
        yield folder


def _leads_somewhere(start: str, text: str, project: Project) -> bool:
    """Whether there is such a file or folder, or, for what is yet to be made, the folder that is named before it."""
    target = _seen(start, text)
    if target == "." or target.startswith(".."):
        return False
    named = dirname(target) and "/" in text.replace("\\", "/").removeprefix("./").replace("../", "").rstrip("/")
    return project.tree.holds(target) or (bool(named) and project.tree.holds(dirname(target)))


def _seen(folder: str, text: str) -> str:
    """A relative path as seen from the root."""
    return normpath(join(folder, text.replace("\\", "/")))


def _name_of(folder: str) -> str:
    return f"`{folder}`" if folder else "the project's root (`.`)"


def _advice(text: str, own: str, start: str) -> str:
    """The better code for a path of a script."""
    target = relpath(_seen(start, text), own or ".")
    ups = 0
    while target == ".." or target.startswith("../"):
        target, ups = target[3:], ups + 1
    place = "parent" if ups == 0 else f"parents[{ups}]"
    parts = "".join(f' / "{part}"' for part in target.split("/") if part not in ("", "."))
    if any(character in target for character in "{%*"):
        return f"Build it from this file's own place, beginning with `Path(__file__).resolve().{place}`."
    return f"Build it from this file's own place: `Path(__file__).resolve().{place}{parts}`."
