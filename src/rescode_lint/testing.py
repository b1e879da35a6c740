"""The contract of rules as tests, for this project's rules and for those of others.

In a test module:

    from rescode_lint.testing import cases, check_case, check_rule

    @pytest.mark.parametrize("rule", RULES)
    def test_contract(rule): check_rule(rule)

    @pytest.mark.parametrize("case", cases(*RULES), ids=str)
    def test_example(case): check_case(case)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rescode_lint.check.analyse import Judges, analyse, subject
from rescode_lint.check.catalog import builtin
from rescode_lint.check.judge import Verdict, judge
from rescode_lint.model import Finding, Span, Tree
from rescode_lint.rule import Bad, Example, Rule
from rescode_lint.run.repair import Ground, Repaired, repair

_CARETS = re.compile(r"\s*\^+\s*\Z")
#: `# %% In[4] KeyError: 'age'` is a code cell that was the fourth to run and raised an error; `# %% In[4] Out: 12` one
#: that showed something.
_CELL = re.compile(
    r"# %%(?: \[(?P<kind>markdown|raw)\])?(?: tags=(?P<tags>[\w,-]+))?(?: In\[(?P<count>\d+)\])?(?: (?P<error>\w+: .*))?\s*\Z"
)
_CODE = (".py", ".ipynb")
SCRIPT, NOTEBOOK = "example.py", "example.ipynb"


class Case(NamedTuple):
    """One example of one rule."""

    rule: type[Rule]
    kind: str
    number: int
    example: Example | Bad

    def __str__(self) -> str:
        return f"{self.rule.code}-{self.kind}-{self.number}"


def cases(*rules: type[Rule]) -> list[Case]:
    """Every example of the rules, as test cases."""
    return [
        Case(rule, kind, number, example)
        for rule in rules
        for kind, examples in (("valid", rule.VALID), ("invalid", rule.INVALID))
        for number, example in enumerate(examples)
    ]


def check_case(case: Case) -> None:
    """Run one example through the whole tool.

    Raises:
        AssertionError: a valid example has a finding, or an invalid one has not just those that its carets mark.
    """
    rule, example = case.rule, case.example
    code = example.code if isinstance(example, Bad) else example
    files, marked = files_of(code)
    verdict = run(files, rule)
    assert not verdict.problems, verdict.problems
    found = {(finding.path, finding.span.cell, finding.span.line): finding for finding in verdict.findings}
    if not isinstance(example, Bad):
        assert not found, f"{case}: flagged: {[f.message for f in found.values()]}"
        return
    assert verdict.findings, f"{case}: nothing found"
    wanted = {mark[:3]: mark for mark in marked}
    assert wanted.keys() == found.keys(), f"{case}: wanted {sorted(wanted, key=str)}, found {sorted(found, key=str)}"
    for place, (_, _, line, column, end) in wanted.items():
        span = found[place].span
        assert span.column == column, f"{case}: begins in column {span.column}, not {column}"
        if span.end_line == line:
            assert span.end_column == end, f"{case}: ends in column {span.end_column}, not {end}"
    assert example.message in verdict.findings[0].message, f"{case}: {verdict.findings[0].message}"
    for finding in verdict.findings:
        check_words(finding)
    if example.fixed:
        check_fixed(case, files, files_of(example.fixed)[0])


def check_fixed(case: Case, files: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Fix an example: it becomes what it should, that has no finding of the rule, and fixing it again changes nothing.

    Raises:
        AssertionError: it does not.
    """
    after, repaired = fix(files, case.rule)
    assert not repaired.problems, repaired.problems
    if after != wanted:
        refused = "".join(f"\nrefused: {reason}" for _, reason in repaired.refused)
        assert {path: cells_of(text) for path, text in after.items()} == {
            path: cells_of(text) for path, text in wanted.items()
        }, f"{case}{refused}"
    assert fix(after, case.rule)[1].changes == (), f"{case}: fixed again, it changes"
    assert all(finding.fix is None for finding in run(after, case.rule).findings), f"{case}: still found"


def cells_of(text: str) -> list[str]:
    """The sources of a notebook's cells; a script is one cell."""
    if not text.startswith('{"cells"'):
        return [text]
    return [cell["source"] for cell in json.loads(text)["cells"]]


def fix(files: Mapping[str, str], *rules: type[Rule]) -> tuple[dict[str, str], Repaired]:
    """All fixes of these rules, safe or not, in files given as text: the files afterwards, and what was done."""
    catalog, judges = _catalog(*rules)
    data = {path: text.encode() for path, text in files.items()}
    ground = Ground(
        {path: analyse(path, text, judges) for path, text in data.items() if path.endswith(_CODE)},
        _tree(files),
        catalog,
        {},
        {rule.code for rule in rules},
        lambda path: (),
        lambda path: _read(data, path),
    )
    repaired = repair(ground, unsafe=True)
    return {**files, **{change.path: change.after.decode() for change in repaired.changes}}, repaired


def _read(data: Mapping[str, bytes], path: str) -> bytes:
    if path not in data:
        raise FileNotFoundError(path)
    return data[path]


def check_words(finding: Finding) -> None:
    """The manners of a message: it names the thing in backticks, and ends without a full stop; the advice is a sentence.

    Raises:
        AssertionError: it does not.
    """
    assert subject(finding) != finding.message, f"names nothing in backticks: {finding.message}"
    assert not finding.message.endswith("."), finding.message
    assert finding.message.count("`") % 2 == 0, finding.message
    assert finding.advice.endswith((".", "`")) and finding.advice[:1].isupper(), finding.advice


def check_rule(rule: type[Rule]) -> None:
    """The parts of a rule: prose, examples, and a file named after it.

    Raises:
        AssertionError: something is missing.
    """
    assert len(rule.why()) > 200, "the docstring must say why it matters"
    assert rule.summary[:1].islower() and not rule.summary.endswith("."), rule.summary
    assert rule.advice.endswith("."), rule.advice
    assert rule.__module__.rpartition(".")[2] == rule.name.replace("-", "_"), "the file is named after the rule"
    if hasattr(rule, "check") or hasattr(rule, "judge"):
        assert rule.VALID and rule.INVALID, "a rule needs examples of both kinds"


def run(files: Mapping[str, str], *rules: type[Rule]) -> Verdict:
    """Lint files given as text, with these rules alone (all of them are known to suppressions)."""
    catalog, judges = _catalog(*rules)
    data = {path: text.encode() for path, text in files.items()}
    records = [analyse(path, text, judges) for path, text in data.items() if path.endswith(_CODE)]
    chosen = {rule.code for rule in rules}
    if "RSC001" in chosen:
        chosen = {rule.code for rule in catalog if rule.default}
    verdict = judge(records, judges, catalog, chosen, tree=_tree(files), opener=data.get)
    if "RSC001" in chosen:
        verdict = verdict._replace(findings=tuple(f for f in verdict.findings if f.code == "RSC001"))
    return verdict


def _catalog(*rules: type[Rule]) -> tuple[tuple[type[Rule], ...], Judges]:
    catalog = tuple({rule.code: rule for rule in (*builtin(), *rules)}.values())
    return catalog, Judges(catalog)


def _tree(files: Mapping[str, str]) -> Tree:
    texts = {path: text for path, text in files.items() if not path.endswith(_CODE) or path.endswith("setup.py")}
    return Tree(frozenset(files), texts)


Mark = tuple[str, int | None, int, int, int]


def files_of(example: Example) -> tuple[dict[str, str], list[Mark]]:
    """The files of an example without its carets, notebooks as JSON, and the places (path, cell, line, columns) marked."""
    if isinstance(example, str):
        first = example.lstrip().partition("\n")[0]
        example = {NOTEBOOK if _CELL.match(first) else SCRIPT: example}
    files: dict[str, str] = {}
    marks: list[Mark] = []
    for path, text in example.items():
        if path.endswith(".ipynb"):
            files[path], found = _notebook(text)
        else:
            files[path], found = _unmark(text)
        marks += [(path, span.cell, span.line, span.column, span.end_column) for span in found]
    return files, marks


def _unmark(text: str, cell: int | None = None) -> tuple[str, list[Span]]:
    lines: list[str] = []
    spans: list[Span] = []
    for line in text.split("\n"):
        if lines and _CARETS.match(line):
            start = line.index("^") + 1
            spans.append(Span(len(lines), start, len(lines), line.rindex("^") + 2, cell))
        else:
            lines.append(line)
    return "\n".join(lines), spans


def _notebook(text: str) -> tuple[str, list[Span]]:
    cells: list[dict[str, object]] = []
    spans: list[Span] = []
    for header, body in split_cells(text):
        kind, tags = header.get("kind") or "code", (header.get("tags") or "").split(",")
        code, found = _unmark(body, len(cells) + 1)
        spans += found
        cell: dict[str, object] = {"cell_type": kind, "metadata": {"tags": tags} if any(tags) else {}, "source": code}
        if kind == "code":
            count, error = header.get("count"), header.get("error")
            cell |= {
                "execution_count": int(count) if count else None,
                "outputs": [_error(error, code)] if error else [],
            }
        cells.append(cell)
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), spans


def _error(text: str, code: str) -> dict[str, object]:
    """The output of a cell whose last line raised an error, or showed something."""
    name, _, message = text.partition(": ")
    if name == "Out":
        return {"output_type": "stream", "name": "stdout", "text": message}
    lines = code.split("\n")
    traceback = f"Cell In[1], line {len(lines)}\n----> {len(lines)} {lines[-1]}"
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": [traceback, text]}


def split_cells(text: str) -> Iterator[tuple[Mapping[str, str | None], str]]:
    """The cells of a notebook written as text: what the line `# %%` says of each, by `kind`, `tags`, `count` and
    `error`, and its source.
    """
    header: Mapping[str, str | None] = {}
    lines: list[str] = []
    begun = False
    for line in text.strip("\n").split("\n"):
        match = _CELL.match(line)
        if match is None:
            begun = True
            lines.append(line)
            continue
        if begun:
            yield header, "\n".join(lines).strip("\n")
        header, lines, begun = match.groupdict(), [], True
    yield header, "\n".join(lines).strip("\n")
