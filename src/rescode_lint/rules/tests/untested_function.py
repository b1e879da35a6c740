from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

from rescode_lint.model import Definition, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.rule import Bad, Option, ProjectRule, listed
from rescode_lint.rules.tests._broken import all_broken, broken_tests
from rescode_lint.rules.tests._first_test import ASIDE, FirstTests, computes

_HEAD = "def used(x: int) -> int:\n    return x + 1\n\n"
_OTHER = (
    "def other(rows: list[int]) -> int:\n    total = 0\n    for row in rows:\n        if row:\n            total += row\n"
    "    return total\n"
)
_ALL = "    for table in tables:\n        print(other(table))\n"
_TEST = "from lab.a import used\n\ndef test_used():\n    assert used(1) == 2\n"


#: More modules than this are one finding.
_MANY = 2


class _Missed(NamedTuple):
    """A module with functions that no test reaches."""

    summary: Summary
    functions: list[Definition]
    #: The one to begin with.
    first: Definition
    #: Something in the project uses some of them.
    used: bool


class UntestedFunction(ProjectRule):
    """In a module that tests import, the functions which they never reach look tested and are not: the badge is green,
    the file appears in the test folder, and the branch that makes the table is run by nobody but the author.

    Calls are followed from the tests through the whole project. One finding a module, which lists the functions; where
    more than two modules have such functions, one for the project, at the function to begin with. Only modules
    count in which a missed function takes values, computes something of them and returns it.
    """

    code = "RSC502"
    name = "untested-function"
    summary = "a public function that no test reaches, in a module that tests import"
    advice = "Write a test that calls it."
    how_to_fix = (
        "Add a test beside those of the module: the smallest input that means something, and a result that you know."
    )
    limits = (
        "Whatever is mentioned counts as called, and `x.fit` counts as a call of every `fit`, so that no tested function "
        "is named; some untested ones are missed. Methods, private functions, functions of one statement, those with "
        "doctests, and what plots, trains, starts, or reads and writes files are left alone, and so are modules that only the "
        "`__init__.py` of a package imports. Tests that stand in a module are tests, where pytest is told to look there "
        "(`python_files`)."
    )
    severity = "note"
    options: ClassVar[Mapping[str, Option]] = {"min-statements": 2}
    VALID = (
        {
            "lab/a.py": _HEAD + _OTHER,
            "tests/test_a.py": _TEST + "\nfrom lab import a\n\ndef test_o():\n    a.other([])\n",
        },
        {"lab/a.py": _HEAD + _OTHER + "TABLE = other([1])\n", "tests/test_a.py": _TEST},
        {"lab/a.py": _HEAD + _OTHER.replace("other", "_other"), "tests/test_a.py": _TEST},
        # A plot, what loads, and what was put out of use.
        {
            "lab/a.py": "import matplotlib.pyplot as plt\n\n"
            + _HEAD
            + _OTHER.replace("    return", "    plt.plot(rows)\n    return"),
            "tests/test_a.py": _TEST,
        },
        {"lab/a.py": _HEAD + _OTHER.replace("other", "load_other"), "tests/test_a.py": _TEST},
        {"lab/a.py": _HEAD + "# DEPRECATED\n" + _OTHER, "tests/test_a.py": _TEST},
        # Tests in the module.
        {
            "pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['lab']\npython_files = ['*.py']\n",
            "lab/a.py": _HEAD + _OTHER + "\ndef test_other(tmp_path):\n    rows = [1]\n    assert other(rows) == 1\n",
            "tests/test_a.py": _TEST,
        },
        # Only the package imports it.
        {
            "lab/__init__.py": "from .b import other\n",
            "lab/a.py": _HEAD,
            "lab/b.py": _OTHER,
            "use.py": "from lab import other\nother([])\n",
            "tests/test_a.py": _TEST,
        },
    )
    INVALID = (
        Bad({"lab/a.py": _HEAD + _OTHER.replace("\n", "\n    ^^^^^\n", 1), "tests/test_a.py": _TEST}, "`other`"),
        Bad(
            {
                "lab/__init__.py": "from .a import other, used\n",
                "lab/a.py": _HEAD + _OTHER.replace("\n", "\n    ^^^^^\n", 1) + "\ndef all_of(tables):\n" + _ALL,
                "tests/test_a.py": _TEST.replace("lab.a", "lab"),
            },
            "no test reaches 2 of the 3 public functions of this module that compute something: `other` and `all_of`",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a module."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        if all_broken(project, broken_tests(project)):
            return  # which RSC501 says
        choice = FirstTests.of(project)
        found: list[_Missed] = []
        for summary in project.modules:
            if summary.path not in project.tested_modules or ASIDE.search(summary.path):
                continue
            missed = [
                d
                for d in _public(summary, project)
                if d.statements >= least and not d.doctest and (summary.path, d.name) not in project.tested_units
            ]
            used = [d for d in missed if choice.users(summary, d)]
            first = choice.best(((summary, d) for d in used or missed), unused=not used)
            if first is not None:
                found.append(_Missed(summary, missed, first[1], bool(used)))
        if len(found) > _MANY:
            yield self._all(found, project)
        else:
            for missing in found:
                yield self._found(missing, project)

    def _all(self, found: list[_Missed], project: Project) -> Finding:
        begin = FirstTests.of(project).best(((m.summary, m.first) for m in found), unused=True)
        start = begin[0] if begin else found[0].summary
        found.sort(key=lambda m: (m.summary is not start, -len(m.functions), m.summary.path))
        main, *others = found
        first = self._found(main, project)
        total = sum(len(m.functions) for m in found)
        public = sum(len(_public(m.summary, project)) for m in found)
        return first._replace(
            message=f"no test reaches {total} of the {public} public functions that compute something in {len(found)} modules "
            f"with tests; of `{start.path}`, {_names(main.functions)}",
            related=(
                *first.related,
                *(
                    Related(m.summary.path, None, m.functions[0].span.line, f"no test reaches {_names(m.functions)}")
                    for m in others
                ),
            ),
        )

    def _found(self, at: _Missed, project: Project) -> Finding:
        public = _public(at.summary, project)
        missed = at.functions
        if len(missed) == 1:
            message = f"no test reaches `{missed[0].name}`"
        elif len(missed) == len(public):
            message = f"no test reaches the {len(missed)} public functions of this module that compute something: {_names(missed)}"
        else:
            message = (
                f"no test reaches {len(missed)} of the {len(public)} public functions of this module that compute something: "
                f"{_names(missed)}"
            )
        return self.finding(
            at.first.span,
            message,
            path=at.summary.path,
            advice=self._advice(at),
            related=tuple(
                Related(at.summary.path, None, d.span.line, f"`{d.name}`") for d in missed if d is not at.first
            ),
        )

    def _advice(self, at: _Missed) -> str:
        if not at.used:
            them = "it" if len(at.functions) == 1 else "them"
            return f"Nothing in this project calls {them} either: delete {them} if nobody else does, or test `{at.first.name}`."
        if len(at.functions) == 1:
            return f"Write a test that calls `{at.first.name}` with the smallest input that means something."
        return (
            f"Begin with `{at.first.name}`: the smallest input that means something, and a result worked out by hand."
        )


def _public(summary: Summary, project: Project) -> list[Definition]:
    """The functions that a test may be expected for: those that compute something."""
    return [
        d
        for d in summary.definitions
        if d.kind == "function"
        and not d.name.startswith("_")
        and computes(d)
        and (summary.path, d.name) not in project.inner_tests
    ]


def _names(missed: list[Definition]) -> str:
    return listed([d.name for d in missed], "function")
