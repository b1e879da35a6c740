"""The two fixture studies: what is said of the messy one stands in a golden file, of the clean one nothing is said.

`RESCODE_UPDATE=1 pytest tests/test_labs.py` writes the golden file anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running import messy_lab

from rescode_lint.config import Root, load
from rescode_lint.model import Report
from rescode_lint.report import render
from rescode_lint.run.pipeline import Request, lint

HERE = Path(__file__).parent.parent
FIXTURES = HERE / "fixtures"
GOLDEN = FIXTURES / "messy_lab.findings.txt"


def check(folder: Path, *paths: str, **more: bool) -> Report:
    settings = load(Root(str(folder)), isolated=True)
    return lint(Request(settings, paths=paths, cwd=str(folder), cache_folder="", places=frozenset({"source"}), **more))


def lines(report: Report) -> list[str]:
    return [
        line
        for finding in report.findings
        for line in (
            f"{render(report._replace(findings=(finding,)), 'concise', quiet=True).splitlines()[0]}",
            f"    help: {finding.advice}",
            *(f"    also: {r.path}{f':cell {r.cell}' if r.cell else ''}:{r.line} {r.message}" for r in finding.related),
        )
    ]


def test_the_messy_lab_gets_the_findings_of_the_golden_file() -> None:
    report = check(FIXTURES / "messy_lab")
    found = "\n".join(lines(report)) + "\n"
    if os.environ.get("RESCODE_UPDATE"):
        GOLDEN.write_text(found, encoding="utf-8")
    assert not report.problems
    assert found.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_every_default_rule_of_the_first_ten_speaks_in_the_messy_lab() -> None:
    found = {finding.code for finding in check(FIXTURES / "messy_lab").findings}
    wanted = {"RSC101", "RSC106", "RSC201", "RSC202", "RSC301", "RSC302", "RSC401", "RSC402", "RSC501", "RSC502"}
    assert wanted <= found


def test_the_clean_lab_gets_no_finding() -> None:
    report = check(FIXTURES / "clean_lab")
    assert lines(report) == []
    assert not report.problems
    assert report.totals.files > 20


@pytest.mark.parametrize("path", ["notebooks/02_features.ipynb", "birdlab", "birdlab/weather.py"])
def test_a_part_is_judged_with_the_whole_project_in_mind(path: str) -> None:
    whole = check(FIXTURES / "messy_lab", one_for_each_cause=False).findings
    part = check(FIXTURES / "messy_lab", path, one_for_each_cause=False).findings
    assert part == tuple(f for f in whole if f.path == path or f.path.startswith(f"{path}/"))
    assert part


def test_nothing_that_is_linted_is_run_or_written(tmp_path: Path) -> None:
    lab = tmp_path / "lab"
    messy_lab(lab)
    (lab / "trap.py").write_text("open('sprung', 'w').close()\nraise SystemExit\n")
    (lab / "conftest.py").write_text("open('sprung', 'w').close()\n")
    before = {path: path.read_bytes() for path in lab.rglob("*") if path.is_file()}
    check(lab)
    assert {path: path.read_bytes() for path in lab.rglob("*") if path.is_file()} == before
