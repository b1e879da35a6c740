from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from posixpath import dirname
from typing import ClassVar

from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.rule import Bad, Option, ProjectRule

_LOGIC = (
    "def scale(rows: list[float]) -> list[float]:\n    out = []\n    for row in rows:\n        if row > 0:\n"
    "            out.append(row)\n    return out\n"
)
_FLAGGED = _LOGIC.replace("\n", "\n    ^^^^^\n", 1) + _LOGIC.replace("scale", "shift")
_TEST = "from lab.scale import scale\n\ndef test_scale():\n    assert scale([1, -1]) == [1]\n"


#: What begins the name of a function that shows, starts or parses, so that a first test of it pays least.
_SHOWS = lazy(
    r"main\Z|_*(?:plot|draw|show|display|disp|print|visuali[sz]e|animate|get_parser|parse_arg|get_arg|add_arg|cli)|\w*parser\Z"
)


class UntestedModule(ProjectRule):
    """A module that no test reaches can be broken without anybody noticing until a figure looks odd. The first test is
    the one that pays most: three rows of made-up data, the result worked out by hand, ten lines.

    A test reaches a module if it imports it, directly or through other modules, or starts it by its file name. Modules
    without logic (constants, re-exports, set-up files) are left alone. What has one cause is one finding, at the module
    to begin with: a project without any test, all that lies outside of the folders which have tests, a folder with more
    than five such modules, several scripts that nobody imports.
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
        "tested. Notebooks, and folders of documentation, examples and benchmarks, are not expected to have tests."
    )
    severity = "note"
    options: ClassVar[Mapping[str, Option]] = {"min-statements": 8, "group-above": 5}
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
            {"lab/scale.py": _FLAGGED, "tests/test_other.py": "def test_other():\n    assert 1 + 1 == 2\n"},
            "no test reaches `lab/scale.py`",
        ),
        Bad({"scale.py": _FLAGGED}, "this project has no test"),
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
        untested = [s for s in project.modules if s.path not in project.tested_files and self.has_logic(s)]
        if not untested:
            return
        untested.sort(key=lambda s: (-len(project.importers.get(s.path, ())), -_size(s), s.path))
        if not project.tests:
            yield self._project(project, untested)
            return
        folders = project.tested_folders
        near = [s for s in untested if any(not f or s.path.startswith(f"{f}/") for f in folders)]
        far = [s for s in untested if s not in near]
        yield from self._apart(far, project)
        limit = self.option["group-above"]
        assert isinstance(limit, int)
        by_folder: dict[str, list[Summary]] = defaultdict(list)
        for summary in near:
            by_folder[dirname(summary.path)].append(summary)
        single: list[Summary] = []
        for folder, summaries in by_folder.items():
            if len(summaries) > limit:
                yield self._folder(folder, summaries)
            else:
                single += summaries
        scripts = [s for s in single if not project.importers.get(s.path) and (s.main_guard or s.script_statements)]
        if len(scripts) > 2:
            yield self._group(
                scripts, f"no test reaches {len(scripts)} files that nothing imports, the largest of them", ""
            )
            single = [s for s in single if s not in scripts]
        if len(single) > 2 * limit:
            yield self._group(single, f"no test reaches {len(single)} modules; the most used is", "")
        else:
            for summary in single:
                yield self._module(summary, project)

    def _apart(self, far: list[Summary], project: Project) -> Iterator[Finding]:
        """Modules outside of the folders that have tests."""
        if len(far) == 1:
            yield self._module(far[0], project)
        elif far:
            folders = sorted(project.tested_folders)
            where = f"`{folders[0]}`" + (f" and {len(folders) - 1} more folders" if len(folders) > 1 else "")
            yield self._group(
                far, f"the tests stay within {where}: none reaches the {len(far)} modules elsewhere, first", ""
            )

    def _group(self, summaries: list[Summary], message: str, end: str) -> Finding:
        first = summaries[0]
        start = _entry(first)
        return self.finding(
            start.span,
            f"{message} `{first.path}`{end}",
            path=first.path,
            advice=f"Begin with `{start.name}` in `{first.path}`: the smallest input that means something, and "
            f"a result worked out by hand.",
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
            advice=f"Begin with `{start.name}`: the smallest input that means something, and a result worked out by hand.",
        )

    def _folder(self, folder: str, summaries: list[Summary]) -> Finding:
        where = f"`{folder}`" if folder else "the top folder"
        return self._group(summaries, f"no test reaches {len(summaries)} modules of {where};", " is the most used")

    def _project(self, project: Project, summaries: list[Summary]) -> Finding:
        first = summaries[0]
        start = _entry(first)
        users = len(project.importers.get(first.path, ()))
        why = f"which {users} files import" if users > 1 else "which holds the most logic"
        others = len(summaries) - 1
        more = f" (and {others} more module{'s' if others > 1 else ''})" if others else ""
        return self.finding(
            start.span,
            f"this project has no test; begin with `{first.path}`, {why}{more}",
            path=first.path,
            advice=f"Write `tests/test_{_stem(first.path)}.py` for `{start.name}`: the smallest input that means "
            f"something, and a result worked out by hand.",
            related=_related(summaries[1:]),
        )


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
            not _SHOWS.match(d.name.rpartition(".")[2]),
            d.branches > 0,
            d.statements,
        ),
    )


def _stem(path: str) -> str:
    return path.removesuffix("/__init__.py").rpartition("/")[2].removesuffix(".py")
