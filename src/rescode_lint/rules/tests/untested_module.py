from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import dirname

from rescode_lint.model import Definition, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.rule import Bad, ProjectRule

_LOGIC = "def scale(rows: list[float]) -> list[float]:\n    out = []\n    for row in rows:\n        if row > 0:\n            out.append(row)\n    return out\n"


class UntestedModule(ProjectRule):
    """A module that no test reaches can be broken without anybody noticing until a figure looks odd. The first test is the
    one that pays most: three rows of made-up data, the result worked out by hand, ten lines.

    A test reaches a module if it imports it, directly or through other modules. Modules without logic (constants,
    re-exports, set-up files) are left alone. A project without any test is one finding, at the module to begin with; so
    is a folder with more than five such modules.
    """

    code = "RSC501"
    name = "untested-module"
    summary = "a module with logic that no test reaches"
    advice = "Write one test for its most used function: three rows of made-up data, and the result worked out by hand."
    how_to_fix = (
        "Create `tests/test_<module>.py`, import the function that the others call most, feed it the smallest input that means "
        "something, and compare with a result that you know. Then one test for the empty input."
    )
    limits = (
        "Imports are followed through packages, re-exports and `sys.path` edits. Tests that start a script as a process reach it "
        "if they name its file. Notebooks are not expected to have tests."
    )
    severity = "note"
    options = {"min-statements": 8, "group-above": 5}
    VALID = (
        {"lab/scale.py": _LOGIC * 2, "tests/test_scale.py": "from lab.scale import scale\n\ndef test_scale():\n    assert scale([1]) == [1]\n"},
        {"lab/names.py": "COLUMNS = ['a', 'b']\n"},
        {
            "lab/scale.py": _LOGIC * 2,
            "lab/io.py": "from lab import scale\n",
            "tests/test_io.py": "import lab.io\n\ndef test_io():\n    assert lab.io\n",
        },
    )
    INVALID = (
        Bad(
            {
                "lab/scale.py": "def scale(rows: list[float]) -> list[float]:\n    ^^^^^\n" + _LOGIC.partition("\n")[2] + _LOGIC.replace("scale", "shift"),
                "tests/test_other.py": "def test_other():\n    assert 1 + 1 == 2\n",
            },
            "`lab/scale.py`",
        ),
        Bad({"scale.py": "def scale(rows: list[float]) -> list[float]:\n    ^^^^^\n" + _LOGIC.partition("\n")[2] + _LOGIC.replace("scale", "shift")}, "no test"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a module, a folder of many, or a project without tests."""
        untested = [s for s in project.modules if s.path not in project.tested_files and self.has_logic(s)]
        if not untested:
            return
        importance = {s.path: (len(project.importers.get(s.path, ())), _size(s)) for s in untested}
        untested.sort(key=lambda s: (importance[s.path], s.path), reverse=True)
        if not project.tests:
            yield self._project(project, untested)
            return
        by_folder: dict[str, list[Summary]] = defaultdict(list)
        for summary in untested:
            by_folder[dirname(summary.path)].append(summary)
        limit = self.option["group-above"]
        assert isinstance(limit, int)
        for folder, summaries in by_folder.items():
            if len(summaries) > limit:
                yield self._folder(folder, summaries, project)
            else:
                for summary in summaries:
                    yield self._module(summary, project)

    def has_logic(self, summary: Summary) -> bool:
        """Whether a module holds enough in functions and methods that a test would pay."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        work = [d for d in summary.definitions if d.kind != "class"]
        return sum(d.statements for d in work) >= least and any(d.branches for d in work)

    def _module(self, summary: Summary, project: Project) -> Finding:
        start = _entry(summary)
        users = len(project.importers.get(summary.path, ()))
        used = f", though {users} files import it" if users > 1 else ""
        return self.finding(
            start.span,
            f"no test reaches `{summary.path}`{used}",
            path=summary.path,
            advice=f"Begin with `{start.name}`: three rows of made-up data, and the result worked out by hand.",
        )

    def _folder(self, folder: str, summaries: list[Summary], project: Project) -> Finding:
        first = summaries[0]
        start = _entry(first)
        return self.finding(
            start.span,
            f"no test reaches {len(summaries)} modules of `{folder or '.'}`; `{first.path}` is the most used",
            path=first.path,
            advice=f"Begin with `{start.name}` in `{first.path}`: three rows of made-up data, and the result worked out by hand.",
            related=_related(summaries[1:]),
        )

    def _project(self, project: Project, summaries: list[Summary]) -> Finding:
        first = summaries[0]
        start = _entry(first)
        users = len(project.importers.get(first.path, ()))
        why = f"which {users} files import" if users > 1 else "which holds the most logic"
        more = f" (and {len(summaries) - 1} more modules)" if len(summaries) > 1 else ""
        return self.finding(
            start.span,
            f"this project has no test; begin with `{first.path}`, {why}{more}",
            path=first.path,
            advice=f"Write `tests/test_{_stem(first.path)}.py` for `{start.name}`: made-up data, and the result worked out by hand.",
            related=_related(summaries[1:]),
        )


def _related(summaries: list[Summary]) -> tuple[Related, ...]:
    return tuple(Related(s.path, None, _entry(s).span.line, f"`{_entry(s).name}`") for s in summaries)


def _size(summary: Summary) -> int:
    return sum(d.statements for d in summary.definitions if d.kind != "class")


def _entry(summary: Summary) -> Definition:
    """The function to test first: public before private, functions before methods, the one with most logic."""
    work = [d for d in summary.definitions if d.kind != "class"]
    return max(
        work, key=lambda d: (not d.name.rpartition(".")[2].startswith("_"), d.kind == "function", d.branches > 0, d.statements)
    )


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")
