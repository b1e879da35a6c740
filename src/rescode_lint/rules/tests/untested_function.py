from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from rescode_lint.model import Definition, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.rule import Bad, Option, ProjectRule, listed
from rescode_lint.rules.tests._first_test import SHOWS

_HEAD = "def used(x: int) -> int:\n    return x + 1\n\n"
_OTHER = (
    "def other(rows: list[int]) -> int:\n    total = 0\n    for row in rows:\n        if row:\n            total += row\n"
    "    return total\n"
)
_ALL = "    for table in tables:\n        print(other(table))\n"
_TEST = "from lab.a import used\n\ndef test_used():\n    assert used(1) == 2\n"


#: What starts a script: the work is in what it calls.
_ENTRY = frozenset({"main", "cli", "app", "parse_args", "get_args", "get_parser", "get_args_parser", "parse_arguments"})
#: More modules than this are one finding.
_MANY = 2


class UntestedFunction(ProjectRule):
    """In a module that tests import, the functions which they never reach look tested and are not: the badge is green,
    the file appears in the test folder, and the branch that makes the table is run by nobody but the author.

    Calls are followed from the tests through the whole project. One finding a module, which lists the functions; where
    more than two modules have such functions, one for the project, at the module with most of those that are used.
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
        "doctests and `main` are left alone, and so are modules in which only functions that show something are missed."
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
    )
    INVALID = (
        Bad({"lab/a.py": _HEAD + _OTHER.replace("\n", "\n    ^^^^^\n", 1), "tests/test_a.py": _TEST}, "`other`"),
        Bad(
            {
                "lab/__init__.py": "from .a import other, used\n",
                "lab/a.py": _HEAD + _OTHER.replace("\n", "\n    ^^^^^\n", 1) + "\ndef all_of(tables):\n" + _ALL,
                "tests/test_a.py": _TEST.replace("lab.a", "lab"),
            },
            "no test reaches 2 of the 3 public functions of this module: `other` and `all_of`",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a module."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        found: list[tuple[Summary, list[Definition]]] = []
        for summary in project.modules:
            if summary.path not in project.tested_files:
                continue
            missed = [
                d
                for d in summary.definitions
                if d.kind == "function"
                and d.statements >= least
                and not d.name.startswith("_")
                and not d.doctest
                and d.name not in _ENTRY
                and (summary.path, d.name) not in project.tested_units
            ]
            if any(not SHOWS.match(d.name) for d in missed):
                found.append((summary, missed))
        if len(found) > _MANY:
            yield self._all(found, project)
        else:
            for summary, missed in found:
                yield self._found(summary, missed, project)

    def _all(self, found: list[tuple[Summary, list[Definition]]], project: Project) -> Finding:
        found.sort(key=lambda at: (-sum(d.name in project.mentioned for d in at[1]), -len(at[1]), at[0].path))
        (summary, missed), *others = found
        first = self._found(summary, missed, project)
        total = sum(len(missed) for _, missed in found)
        public = sum(_public(summary) for summary, _ in found)
        return first._replace(
            message=f"no test reaches {total} of the {public} public functions of {len(found)} modules that tests import; "
            f"of `{summary.path}`, {_names(missed)}",
            related=(
                *first.related,
                *(
                    Related(other.path, None, unreached[0].span.line, f"no test reaches {_names(unreached)}")
                    for other, unreached in others
                ),
            ),
        )

    def _found(self, summary: Summary, missed: list[Definition], project: Project) -> Finding:
        public = _public(summary)
        used = [d for d in missed if d.name in project.mentioned]
        first = max(used or missed, key=lambda d: (not SHOWS.match(d.name), d.branches, d.statements))
        if len(missed) == 1:
            message = f"no test reaches `{missed[0].name}`"
        elif len(missed) == public:
            message = f"tests import this module and call none of its {public} public functions: {_names(missed)}"
        else:
            message = f"no test reaches {len(missed)} of the {public} public functions of this module: {_names(missed)}"
        return self.finding(
            missed[0].span,
            message,
            path=summary.path,
            advice=self._advice(first, len(missed), bool(used)),
            related=tuple(Related(summary.path, None, d.span.line, f"`{d.name}`") for d in missed[1:]),
        )

    def _advice(self, first: Definition, missed: int, used: bool) -> str:
        if not used:
            them = "it" if missed == 1 else "them"
            return f"Nothing in this project calls {them} either: delete {them} if nobody else does, or test `{first.name}`."
        if missed == 1:
            return f"Write a test that calls `{first.name}` with the smallest input that means something."
        return f"Begin with `{first.name}`, which has the most branches of those that the project uses."


def _public(summary: Summary) -> int:
    return sum(1 for d in summary.definitions if d.kind == "function" and not d.name.startswith("_"))


def _names(missed: list[Definition]) -> str:
    return listed([d.name for d in missed], "function")
