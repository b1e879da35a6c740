from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from posixpath import basename
from typing import ClassVar

from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rule import Bad, Option, ProjectRule
from rescode_lint.rules.tests._first_test import MOVES_FILES, SHOWS

_LOGIC = (
    "def scale(rows: list[float]) -> list[float]:\n    out = []\n    for row in rows:\n        if row > 0:\n"
    "            out.append(row)\n    return out\n"
)
_FLAGGED = _LOGIC.replace("\n", "\n    ^^^^^\n", 1) + _LOGIC.replace("scale", "shift")
_TEST = "from lab.scale import scale\n\ndef test_scale():\n    assert scale([1, -1]) == [1]\n"


#: What speaks to something outside: a class, and a module that logs.
_OUTSIDE = lazy(r"\w*(?:Client|Connector|Connection|Session|Server|A[Pp][Ii]|Logger|Downloader)\.")
_LOGS = lazy(r"\w*log(?:s|ger|gers|ging)?\Z")
#: Scripts that show, or that were written to try something: nobody would test them.
_TRIALS = lazy(r"(?:test_.*|.*_test|(?:plot|show|draw|demo|example|figure|fig|try|debug|probe)(?:s?_.*|\d*))\.py\Z")


class UntestedModule(ProjectRule):
    """A module that no test reaches can be broken without anybody noticing until a figure looks odd. The first test is
    the one that pays most: three rows of made-up data, the result worked out by hand, ten lines.

    A test reaches a module if it imports it, directly or through other modules, or starts it by its file name. Modules
    without logic (constants, re-exports, set-up files) are left alone. A project without any test is one finding, and so
    are more than three such modules of a project that has some, at the module to begin with: of those that compute
    something, the one that most others import.
    """

    code = "RSC501"
    name = "untested-module"
    summary = "a module with logic that no test reaches"
    advice = "Write one test for its most used function: the smallest input that means something, and a result worked out by hand."
    how_to_fix = (
        "Create `tests/test_<module>.py`, import the function that the others call most, feed it the smallest input that "
        "means something, and compare with a result that you know. Then one test for the empty input."
    )
    limits = (
        "Imports are followed through packages, re-exports and `sys.path` edits. Functions with doctests are taken to be "
        "tested. Notebooks, folders of documentation, examples and benchmarks, what stands among tests, and, in a project "
        "that has tests, scripts which show or try something are not expected to have tests."
    )
    severity = "note"
    options: ClassVar[Mapping[str, Option]] = {"min-statements": 8, "group-above": 3}
    VALID = (
        {"lab/scale.py": _LOGIC * 2, "tests/test_scale.py": _TEST},
        {"lab/names.py": "COLUMNS = ['a', 'b']\n"},
        {
            "lab/scale.py": _LOGIC * 2,
            "lab/io.py": "from lab import scale\n",
            "tests/test_io.py": "import lab.io\n\ndef test_io():\n    assert lab.io\n",
        },
        {
            "train.py": _LOGIC * 2,
            "tests/test_train.py": "import subprocess\n\ndef test_train():\n"
            "    subprocess.run(['python', 'train.py'], check=True)\n",
        },
    )
    INVALID = (
        Bad(
            {
                **{f"lab/{name}.py": _LOGIC * 2 for name in ("cut", "drop", "fold")},
                "lab/plot_scale.py": _LOGIC * 2 + "scale([1])\n",
                "lab/scale.py": _FLAGGED,
                "lab/used.py": _LOGIC * 2,
                "lab/steps.py": "from lab import scale\n",
                "tests/test_used.py": "from lab.used import scale\n\ndef test_used():\n    assert scale([1])\n",
            },
            "no test reaches 4 of the 5 modules with logic; begin with `lab/scale.py`",
        ),
        Bad(
            {"lab/scale.py": _FLAGGED, "tests/test_other.py": "def test_other():\n    assert 1 + 1 == 2\n"},
            "no test reaches `lab/scale.py`",
        ),
        Bad({"scale.py": _FLAGGED}, "this project has no test"),
        Bad({"1-scale.py": _FLAGGED, "eda.py": _LOGIC * 2, "eda.ipynb": "# %%\nx = 1"}, "begin with `1-scale.py`"),
        Bad(
            {
                "model/scale.py": _LOGIC,
                "model/tests/test_scale.py": _TEST.replace("lab", "model"),
                "analysis/plots.py": _FLAGGED,
                "analysis/tables.py": _LOGIC * 2,
            },
            "tests stay within `model`",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a module, or one for what has one cause."""
        stems = {_stem(summary.path) for summary in project.notebooks}
        able = [
            s
            for s in project.modules
            if self.has_logic(s) and (_stem(s.path) not in stems or project.importers.get(s.path))
        ]
        if project.tests:
            among = _folders_of_tests(project)
            able = [s for s in able if not _is_trial(s, project) and not any(map(s.path.startswith, among))]
        untested = [s for s in able if s.path not in project.tested_files]
        if not untested:
            return
        users = {s.path: len(project.importers.get(s.path, ())) for s in untested}
        untested.sort(key=lambda s: (is_put_away(s.path), not _computes(s), -users[s.path], -_size(s), s.path))
        if not project.tests:
            yield self._project(project, untested)
            return
        limit = self.option["group-above"]
        assert isinstance(limit, int)
        folders = _tested_folders(project)
        if len(untested) > 1 and not any(not f or s.path.startswith(f"{f}/") for f in folders for s in untested):
            where = f"`{folders[0]}`"
            if len(folders) > 1:
                where += f" and {len(folders) - 1} more folder{'s' if len(folders) > 2 else ''}"
            yield self._group(
                untested,
                f"the tests stay within {where}: none reaches the {len(untested)} modules elsewhere; begin with",
            )
        elif len(untested) > limit or (len(untested) == limit and not any(users.values())):
            yield self._group(
                untested,
                f"no test reaches {len(untested)} of the {len(able)} modules with logic; begin with"
                if len(able) > len(untested)
                else f"tests are there, but reach none of the {len(able)} modules with logic; begin with",
            )
        else:
            for summary in untested:
                yield self._module(summary, project)

    def _group(self, summaries: list[Summary], message: str) -> Finding:
        first = summaries[0]
        start = _entry(first)
        return self.finding(
            start.span,
            f"{message} `{first.path}`",
            path=first.path,
            advice=_advice(first.path, f"Begin with `{start.name}` in `{first.path}`"),
            related=_related(summaries[1:]),
        )

    def has_logic(self, summary: Summary) -> bool:
        """Whether a module holds enough in functions and methods that a test would pay."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        work = [d for d in summary.definitions if d.kind != "class" and not d.doctest]
        size = sum(d.statements for d in work)
        return size >= least or (2 * size >= least and any(d.branches for d in work))

    def _module(self, summary: Summary, project: Project) -> Finding:
        start = _entry(summary)
        users = len(project.importers.get(summary.path, ()))
        used = f", though {users} files import it" if users > 1 else ""
        return self.finding(
            start.span,
            f"no test reaches `{summary.path}`{used}",
            path=summary.path,
            advice=_advice(summary.path, f"Begin with `{start.name}`"),
        )

    def _project(self, project: Project, summaries: list[Summary]) -> Finding:
        first = summaries[0]
        start = _entry(first)
        users = len(project.importers.get(first.path, ()))
        why = ""
        if users > 1:
            why = f", which {users} files import"
        elif _size(first) == max(map(_size, summaries)):
            why = ", which holds the most logic"
        others = len(summaries) - 1
        more = f" (and {others} more module{'s' if others > 1 else ''})" if others else ""
        return self.finding(
            start.span,
            f"this project has no test; begin with `{first.path}`{why}{more}",
            path=first.path,
            severity="warning",
            advice=_advice(first.path, f"Write `tests/test_{_identifier(first.path)}.py` for `{start.name}`"),
            related=_related(summaries[1:]),
        )


def _tested_folders(project: Project) -> list[str]:
    """The folders that tests belong to, those with most tests first, hidden ones last."""

    def rank(folder: str) -> tuple[bool, int, str]:
        return folder.startswith("."), -sum(path.startswith(f"{folder}/") for path in project.tests), folder

    return sorted(project.tested_folders, key=rank)


def _is_trial(summary: Summary, project: Project) -> bool:
    """Whether a file is a script that shows or tries something, and that no other file imports."""
    lone = not project.importers.get(summary.path)
    return lone and _TRIALS.match(basename(summary.path)) is not None


def _folders_of_tests(project: Project) -> list[str]:
    """The folders, each with "/" at its end, most of whose files are tests: what else is there helps them."""
    tests: Counter[str] = Counter()
    files: Counter[str] = Counter()
    for summary in project.scripts:
        above = summary.path.split("/")[:-1]
        for depth in range(1, len(above) + 1):
            folder = "/".join(above[:depth]) + "/"
            files[folder] += 1
            tests[folder] += summary.path in project.tests
    return [folder for folder, count in files.items() if 2 * tests[folder] > count]


def _related(summaries: list[Summary]) -> tuple[Related, ...]:
    return tuple(Related(s.path, None, _entry(s).span.line, f"`{_entry(s).name}`") for s in summaries)


def _size(summary: Summary) -> int:
    return sum(d.statements for d in summary.definitions if d.kind != "class")


def _entry(summary: Summary) -> Definition:
    """The function to test first: public, a function, one that computes and does not only show; the one with most logic."""
    work = [d for d in summary.definitions if d.kind != "class"]
    return max(
        work,
        key=lambda d: (
            not d.name.rpartition(".")[2].startswith("_"),
            d.kind == "function",
            not SHOWS.match(d.name.rpartition(".")[2]),
            not MOVES_FILES.match(d.name.rpartition(".")[2]),
            d.branches > 0,
            d.statements,
        ),
    )


def _computes(summary: Summary) -> bool:
    """Whether a module has a function that a test can call with three rows."""
    full = _entry(summary).name
    name = full.rpartition(".")[2]
    return not (
        SHOWS.match(name) or MOVES_FILES.match(name) or _OUTSIDE.match(full) or _LOGS.match(_stem(summary.path))
    )


def _advice(path: str, what: str) -> str:
    """What to do: a file whose name no `import` can say must get another one first."""
    said = f"{what}: the smallest input that means something, and a result worked out by hand."
    if _stem(path).isidentifier():
        return said
    return f"No `import` can say `{_stem(path)}`: rename the file to `{_identifier(path)}.py`. {said}"


def _identifier(path: str) -> str:
    name = "".join(part if part.isalnum() else "_" for part in _stem(path))
    return name if name.isidentifier() else f"_{name}"


def _stem(path: str) -> str:
    return path.removesuffix("/__init__.py").rpartition("/")[2].removesuffix(".py").removesuffix(".ipynb")
