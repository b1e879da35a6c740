from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from posixpath import basename
from typing import ClassVar

from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Finding, Related, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.project.siblings import entry_of, series_of
from rescode_lint.rule import Bad, Option, ProjectRule, listed
from rescode_lint.rules.tests._broken import Broken, all_broken, broken_tests
from rescode_lint.rules.tests._first_test import ASIDE, FirstTests, computes

_LOGIC = (
    "def scale(rows: list[float]) -> list[float]:\n    out = []\n    for row in rows:\n        if row > 0:\n"
    "            out.append(row)\n    return out\n"
)
_TWICE = "def twice(rows: list[float]) -> list[float]:\n    return scale(scale(rows))\n"
_FLAGGED = _LOGIC.replace("\n", "\n    ^^^^^\n", 1) + _LOGIC.replace("scale", "shift") + _TWICE
_TEST = "from lab.scale import scale\n\ndef test_scale():\n    assert scale([1, -1]) == [1]\n"


#: Scripts that show, or that were written to try something: nobody would test them.
_TRIALS = lazy(r"(?:test_.*|.*_test|(?:plot|show|draw|demo|example|figure|fig|try|debug|probe)(?:s?_.*|\d*))\.py\Z")


class UntestedModule(ProjectRule):
    """A module that no test reaches can be broken without anybody noticing until a figure looks odd. The first test is
    the one that pays most: three rows of made-up data, the result worked out by hand, ten lines.

    A test reaches a module if it imports it, directly or through other modules, or starts it by its file name. Modules
    without logic (constants, re-exports, set-up files) are left alone. A project without any test is one finding, and so
    are more than three such modules of a project that has some. Where some function takes values, computes something of
    them and returns it, and others use it, that is the one to begin with; where none is, none is named.

    A test that needs a name which its module does not have reaches nothing: it fails before it checks anything, and that
    is said first.
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
        "tested, and so are copies of a tested file; what only the `__init__.py` of a package imports is not. Notebooks, "
        "folders of documentation, examples, benchmarks, templates, figures and interfaces, what stands among tests, modules "
        "whose functions all plot, train, or read and write files, and, in a project that has tests, scripts which show or "
        "try something are not expected to have tests. Members of a series of experiments count once."
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
        # Tests within the modules.
        {
            "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['lab']\npython_files = ['*.py']\n",
            "lab/scale.py": _LOGIC * 2 + "def test_scale(tmp_path):\n    assert scale([1]) == [1]\n",
        },
        # A copy of what a test reaches, a template, a figure.
        {
            "lab/scale.py": _LOGIC * 2,
            "tests/test_scale.py": _TEST,
            "other/scale.py": _LOGIC * 2,
            "template/study.py": _LOGIC * 2 + "scale([1])",
            "figures/fig1.py": _LOGIC * 2 + "scale([1])",
        },
        # Nothing that a test could call with three rows.
        {
            "lab/scale.py": _LOGIC * 2,
            "tests/test_scale.py": _TEST,
            "lab/train.py": "import torch\n\n" + _LOGIC.replace("return", "torch.save(out, 'out.pt')\n    return") * 2,
        },
    )
    INVALID = (
        Bad(
            {
                **{f"lab/{name}.py": _LOGIC.replace("scale", name) * 2 for name in ("cut", "drop", "fold")},
                "lab/plot_scale.py": _LOGIC * 2 + "scale([1])\n",
                "lab/scale.py": _FLAGGED,
                "lab/used.py": _LOGIC * 2,
                "lab/steps.py": "from lab.scale import scale\nscale([1])\n",
                "tests/test_used.py": "from lab.used import scale\n\ndef test_used():\n    assert scale([1])\n",
            },
            "no test reaches 4 of the 5 modules with logic; begin with `lab/scale.py`",
        ),
        Bad(
            {"lab/scale.py": _FLAGGED, "tests/test_other.py": "def test_other():\n    assert 1 + 1 == 2\n"},
            "no test reaches `lab/scale.py`",
        ),
        Bad(
            {
                "lab/scale.py": _LOGIC * 2,
                "tests/test_scale.py": "from lab.scale import rescale\n     ^^^^^^^^^\n\ndef test_scale():\n    assert rescale([1])\n",
            },
            "this test needs `rescale` of `lab/scale.py`, which has no such name",
        ),
        Bad({"scale.py": _FLAGGED}, "this project has no test; begin with `scale.py`"),
        # None to begin with.
        Bad(
            {"scale.py": "import pandas as pd\n" + _FLAGGED.replace("for row in rows", "for row in pd.read_csv(rows)")},
            "this project has no test; the most logic is in `scale.py`",
        ),
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
        broken = broken_tests(project)
        if broken:
            yield self._broken(broken)
            if all_broken(project, broken):
                return
        stems = {_stem(summary.path) for summary in project.notebooks}
        able = [
            s
            for s in project.modules
            if self.has_logic(s) and (_stem(s.path) not in stems or project.importers.get(s.path))
        ]
        has_tests = bool(project.tests or project.inner_tests)
        pure = [s for s in able if not ASIDE.search(s.path) and any(map(computes, s.definitions))]
        if has_tests:
            among = _folders_of_tests(project)
            pure = [s for s in pure if not _is_trial(s, project) and not any(map(s.path.startswith, among))]
            tried = {entry_of(path, project) for path in (*project.tests, *(path for path, _ in project.inner_tests))}
            pure = [s for s in pure if entry_of(s.path, project) in tried]
        able = _once(pure if pure or has_tests else able, project)
        untested = [s for s in able if s.path not in project.tested_modules]
        if not untested:
            return
        folders = _tested_folders(project)
        near = [s for s in untested if any(not f or s.path.startswith(f"{f}/") for f in folders)]
        first = FirstTests.of(project).best((s, d) for s in near or untested for d in s.definitions if not d.doctest)
        if not has_tests:
            # In a collection, the piece of work to begin with.
            works = Counter(entry_of(s.path, project) for s in untested)
            work = entry_of(first[0].path, project) if first else max(works, key=lambda work: (works[work], work))
            untested = [s for s in untested if entry_of(s.path, project) == work]
        users = {s.path: len(project.importers.get(s.path, ())) for s in untested}
        untested.sort(
            key=lambda s: (
                s is not (first and first[0]),
                is_put_away(s.path),
                -users[s.path] if first else 0,
                -_size(s),
                s.path,
            )
        )
        if not has_tests:
            yield self._project(project, untested, first and first[1])
            return
        limit = self.option["group-above"]
        assert isinstance(limit, int)
        if len(untested) > 1 and folders and not near:
            where = f"`{folders[0]}`"
            if len(folders) > 1:
                where += f" and {len(folders) - 1} more folder{'s' if len(folders) > 2 else ''}"
            message = f"the tests stay within {where}: none reaches the {len(untested)} modules elsewhere"
        elif len(untested) > limit or (len(untested) == limit and not any(users.values())):
            message = f"no test reaches {len(untested)} of the {len(able)} modules with logic"
            if len(able) == len(untested):
                message = f"tests are there, but reach none of the {len(able)} modules with logic"
        else:
            for summary in untested:
                yield from self._module(summary, project)
            return
        if first is not None:
            yield self._group(untested, message, first[1])

    def _broken(self, broken: list[Broken]) -> Finding:
        test, item, module, names = broken[0]
        more = (
            f", and so it is with {len(broken) - 1} more test file{'s' if len(broken) > 2 else ''}"
            if broken[1:]
            else ""
        )
        start = item.column
        return self.finding(
            Span(item.line, start, item.line, start + len(item.module)),
            f"this test needs {listed(names, 'name')} of `{module}`, which has no such name{'s' if names[1:] else ''}{more}",
            path=test.path,
            severity="warning",
            advice=f"Test what `{module}` has now, or delete the tests of what is gone: until then they fail before they "
            "check anything.",
            related=tuple(
                Related(b.test.path, None, b.item.line, f"needs {listed(b.names, 'name')} of `{b.module}`")
                for b in broken[1:]
            ),
        )

    def _group(self, summaries: list[Summary], message: str, start: Definition) -> Finding:
        first = summaries[0]
        return self.finding(
            start.span,
            f"{message}; begin with `{first.path}`",
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

    def _module(self, summary: Summary, project: Project) -> Iterator[Finding]:
        """One finding for a module with a function that a test can call."""
        able = [(summary, d) for d in summary.definitions if not d.doctest]
        best = FirstTests.of(project).best(able)
        begin = "Begin with"
        if best is None and not summary.main_guard:
            best = FirstTests.of(project).best(able, unused=True)
        if not project.importers.get(summary.path) and not summary.main_guard and not summary.script_statements:
            begin = "Nothing in this project uses it: delete it if nobody else does, or begin with"
        if best is None:
            return
        start = best[1]
        users = len(project.importers.get(summary.path, ()))
        used = f", though {users} files import it" if users > 1 else ""
        yield self.finding(
            start.span,
            f"no test reaches `{summary.path}`{used}",
            path=summary.path,
            advice=_advice(summary.path, f"{begin} `{start.name}`"),
        )

    def _project(self, project: Project, summaries: list[Summary], start: Definition | None) -> Finding:
        first = summaries[0]
        if start is None:
            place = next(d for d in first.definitions if d.kind != "class")
            return self.finding(
                place.span,
                f"this project has no test; the most logic is in `{first.path}`",
                path=first.path,
                severity="warning",
                advice="Take one step that computes something, cut it out as a function that takes values and returns them, "
                "and test that: the smallest input that means something, and a result worked out by hand.",
                related=_related(summaries[1:]),
            )
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


def _once(summaries: list[Summary], project: Project) -> list[Summary]:
    """The modules without copies of one another, and of a series its first member; a tested one stands for the rest."""
    kept: list[Summary] = []
    known: dict[object, list[frozenset[str]]] = defaultdict(list)
    for summary in sorted(summaries, key=lambda s: s.path not in project.tested_modules):
        series = series_of(summary.path, project)
        names = frozenset(d.name for d in summary.definitions)
        if series is not None and series.numbered:
            names, key = frozenset({"one"}), (series.folder, series.members)
        else:
            key = ("", (_stem(summary.path),))
        if not any(5 * len(names & others) >= 3 * max(len(names), len(others)) for others in known[key]):
            kept.append(summary)
        known[key].append(names)
    return kept


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
    """The function that stands for a module: one that computes, before one that shows; the one with most logic."""
    work = [d for d in summary.definitions if d.kind != "class"]
    return max(
        work,
        key=lambda d: (
            computes(d),
            not d.name.rpartition(".")[2].startswith("_"),
            d.kind == "function",
            d.branches > 0,
            d.statements,
        ),
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
