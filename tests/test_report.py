"""The reports, from Reports made by hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescode_lint.model import Finding, Fix, Problem, Related, Report, RuleInfo, Severity, Span, Totals
from rescode_lint.report import FORMATS, STATISTICS, render
from rescode_lint.report.frame import frame
from rescode_lint.report.text import PLAIN, shown_path

SCRIPT = Finding(
    "RSC401",
    "personal-path",
    "`/home/alice/raw.csv` lies in one person's home",
    "Take the folder from an argument.",
    "src/load.py",
    Span(12, 22, 12, 43),
    related=(Related("src/clean.py", None, 7, ""), Related("nb/eda.ipynb", 3, 2, "the same path")),
    fingerprint="f" * 32,
    source=("", "def load():", '    df = pd.read_csv("/home/alice/raw.csv")', "    return df", ""),
    source_first=10,
)
NOTEBOOK = Finding(
    "RSC106",
    "undefined-on-restart",
    "`train_df` is used here, but no cell above defines it",
    "Define it in a cell above.",
    "nb/eda.ipynb",
    Span(3, 11, 3, 19, cell=7),
    severity="error",
    confidence="medium",
    fix=Fix(False, "Move the cell"),
    cell_id="a1b2",
    raw_line=118,
    fingerprint="e" * 32,
    source=("model.fit(train_df)",),
)
CRASH = Problem("src/odd.py", "rule `personal-path` crashed: KeyError: 'x'", "Please report it.", "RSC002")
BROKEN = Problem("pyproject.toml", "unknown key `selct`", 'did you mean "select"?', line=4)
RULES = (
    RuleInfo(
        "RSC401", "personal-path", "path in one home", "## Why\n\nIt breaks.", "warning", True, True, "https://x.org/p"
    ),
    RuleInfo("RSC704", "compare-with-nan", "comparison with NaN", "Never equal.", "error", False, True, ""),
)


def report(
    *findings: Finding, problems: tuple[Problem, ...] = (), totals: Totals | None = None, prefix: str = "", **more: Any
) -> Report:
    return Report("0.1.0", "/lab", prefix, findings, problems, totals or Totals(23, 5, 61), RULES, **more)


def frame_of(source: str, span: Span, first: int = 0, width: int = 120) -> str:
    finding = SCRIPT._replace(span=span, source=tuple(source.split("\n")), source_first=first)
    rows, _ = frame(finding, PLAIN._replace(width=width))
    return "\n".join(rows)


def text(block: str) -> str:
    return dedent(block).strip("\n")


# --- full -------------------------------------------------------------------------------------------------------------


def test_full_shows_place_code_carets_advice_related_places_problems_and_the_closing_line() -> None:
    assert (
        render(report(SCRIPT, NOTEBOOK, problems=(CRASH, BROKEN)), "full")
        == text(
            """
        src/load.py:12:22: RSC401 personal-path: `/home/alice/raw.csv` lies in one person's home
           |
        11 | def load():
        12 |     df = pd.read_csv("/home/alice/raw.csv")
           |                      ^^^^^^^^^^^^^^^^^^^^^
        13 |     return df
           |
           = help: Take the folder from an argument.
           = also: src/clean.py:7
           = also: nb/eda.ipynb:cell 3:2 the same path

        nb/eda.ipynb:cell 7:3:11: RSC106 undefined-on-restart: [-] `train_df` is used here, but no cell above defines it
          |
        3 | model.fit(train_df)
          |           ^^^^^^^^
          |
          = help: Define it in a cell above.
          = fix: Move the cell (`--fix --unsafe-fixes`)

        src/odd.py: error: RSC002 rule `personal-path` crashed: KeyError: 'x'
          = help: Please report it.

        pyproject.toml:4: error: unknown key `selct`
          = help: did you mean "select"?

        Found 2 findings (notebooks 1, paths 1) in 23 files and 61 cells; 2 errors.
        [-] 1 finding can be fixed with `--fix --unsafe-fixes`, which may change what the program does; `--diff` shows them first.
        """
        )
        + "\n"
    )


def test_full_without_source_still_says_everything() -> None:
    bare = SCRIPT._replace(source=(), related=(), advice="One.\nTwo.")
    assert (
        render(report(bare), "full", quiet=True)
        == text(
            """
        src/load.py:12:22: RSC401 personal-path: `/home/alice/raw.csv` lies in one person's home
          = help: One.
                  Two.
        """
        )
        + "\n"
    )


def test_full_names_five_related_places_and_counts_the_rest() -> None:
    many = SCRIPT._replace(related=tuple(Related("a.py", None, line, "") for line in range(1, 18)))
    shown = re.findall(r"= also: (.*)", render(report(many), "full"))
    assert shown == ["a.py:1", "a.py:2", "a.py:3", "a.py:4", "a.py:5", "… and 12 more"]
    assert len(re.findall("= also", render(report(many), "full", verbose=True))) == 17


def test_colours_add_nothing_but_colours() -> None:
    whole = report(SCRIPT, NOTEBOOK, problems=(CRASH,))
    for name in ("full", "concise"):
        coloured = render(whole, name, color=True)
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(whole, name)
        assert "\x1b[1;31mRSC401\x1b[0m" in coloured
        assert "\x1b" not in render(whole, name)


@pytest.mark.parametrize("name", [*FORMATS, *(f"{name}+" for name in STATISTICS)])
def test_no_escape_sequence_of_the_linted_code_reaches_the_terminal(name: str) -> None:
    evil = "\x1b[2J\u202e\x00\udc80\x85"
    finding = SCRIPT._replace(
        message=f"m{evil}\rn", advice=evil, path=f"p{evil}.py", source=(f'x = "{evil}"',), span=Span(1, 1, 1, 9),
        source_first=0, related=(Related(f"r{evil}", None, 1, evil),),
    )  # fmt: skip
    output = render(
        report(finding, problems=(Problem(f"q{evil}", evil, evil, "RSC002"),)), name.rstrip("+"), statistics="+" in name
    )
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", output)
    output.encode("utf-8")  # no lone surrogate either


# --- the code frame ---------------------------------------------------------------------------------------------------


def test_frame_of_a_span_from_within_a_line_to_within_another() -> None:
    assert frame_of("if a:\n    x = f(1,\n        b)\nend", Span(5, 9, 6, 11), first=4) == (
        "  |\n4 |   if a:\n5 |       x = f(1,\n  |  _________^\n6 | |         b)\n  | |__________^\n7 |   end"
    )


def test_frame_of_a_long_span_is_elided_in_the_middle() -> None:
    assert frame_of("\n".join(["def f(", *(f"    a{n}," for n in range(8)), "):"]), Span(98, 1, 107, 3)) == (
        "    |\n 98 | / def f(\n 99 | |     a0,\n100 | |     a1,\n...   |\n107 | | ):\n    | |__^"
    )


def test_frame_of_a_span_that_ends_with_its_newline_is_of_one_line() -> None:
    assert frame_of("x = 1\ny = 2", Span(1, 1, 2, 1)) == "  |\n1 | x = 1\n  | ^^^^^\n2 | y = 2"


def test_frame_of_a_span_whose_end_is_not_there_says_so() -> None:
    assert frame_of("def f(\n    a,", Span(1, 1, 9, 3)) == "  |\n1 | / def f(\n2 | |     a,\n  | |_..."


def test_frame_has_two_lines_of_context_at_most_and_no_blank_ones_at_its_edges() -> None:
    source = "one\ntwo\n\nx\n  \nsix\nseven"
    assert frame_of(source, Span(4, 1, 4, 2), first=1) == "  |\n2 | two\n3 |\n4 | x\n  | ^\n5 |\n6 | six"
    assert frame_of(source, Span(6, 1, 6, 2), first=1) == "  |\n4 | x\n5 |\n6 | six\n  | ^\n7 | seven"
    assert frame_of("\n\nx\n\n", Span(3, 1, 3, 2), first=1) == "  |\n3 | x\n  | ^"


def test_frame_counts_columns_of_the_screen_not_characters() -> None:
    assert frame_of('\t名 = "a"', Span(1, 6, 1, 9)) == '  |\n1 |     名 = "a"\n  |          ^^^'
    assert frame_of('\t名 = "a"', Span(1, 2, 1, 3)) == '  |\n1 |     名 = "a"\n  |     ^^'
    assert frame_of("e\u0301 = x", Span(1, 6, 1, 7)) == "  |\n1 | e\u0301 = x\n  |     ^"
    assert frame_of("a\tb\tc", Span(1, 5, 1, 6)) == "  |\n1 | a   b   c\n  |         ^"
    assert frame_of("\u0301x", Span(1, 2, 1, 3)) == "  |\n1 | \u0301x\n  |  ^"


def test_frame_of_an_empty_span_and_of_one_beyond_the_line() -> None:
    assert frame_of("ab", Span(1, 2, 1, 2)) == "  |\n1 | ab\n  |  ^"
    assert frame_of("ab", Span(1, 30, 1, 40)) == "  |\n1 | ab\n  |   ^"


def test_frame_shows_the_window_of_a_long_line_around_its_span() -> None:
    line = f'save("{"x" * 300}", "/home/alice", {"y" * 300})'
    at = line.index('"/home') + 1
    rows = frame_of(f"short\n{line}\nshort", Span(2, at, 2, at + 13), first=1, width=80).split("\n")
    assert all(len(row) <= 80 for row in rows)
    assert rows[1] == "1 | short"
    assert rows[2].startswith("2 | …x") and rows[2].endswith("y…")
    assert rows[2][rows[3].index("^") : rows[3].rindex("^") + 1] == '"/home/alice"'


def test_frame_of_a_span_longer_than_the_window_shows_its_beginning() -> None:
    rows = frame_of(f"{'a' * 100} = '{'b' * 500}'", Span(1, 104, 1, 606), width=60).split("\n")
    assert "= 'bbb" in rows[1] and rows[1].endswith("b…") and len(rows[1]) <= 60
    assert rows[2].index("^") == rows[1].index("'") and len(rows[2]) == len(rows[1])


def test_frame_cuts_no_wide_character_in_half() -> None:
    for width in (60, 61, 62, 63):
        line = f"{'名' * 80}MARK{'名' * 80}"
        at = line.index("MARK") + 1
        rows = frame_of(line, Span(1, at, 1, at + 4), width=width).split("\n")
        columns = [char for char in rows[1] for _ in range(2 if unicodedata.east_asian_width(char) == "W" else 1)]
        assert len(columns) == width
        assert "".join(columns[rows[2].index("^") : rows[2].rindex("^") + 1]) == "MARK"


ANY_TEXT = st.text(alphabet=st.sampled_from("ab \t名é\u0301\x1b\u200d😀"), max_size=90)


@given(st.lists(ANY_TEXT, max_size=9), st.integers(-3, 3), st.tuples(*[st.integers(1, 95)] * 2), st.integers(0, 8))
def test_frame_never_fails_and_keeps_its_width(lines: list[str], before: int, at: tuple[int, int], more: int) -> None:
    span = Span(5, at[0], 5 + more, max(at) if not more else at[1])
    finding = SCRIPT._replace(span=span, source=tuple(lines), source_first=5 + before)
    rows, _ = frame(finding, PLAIN._replace(width=60))
    for row in rows:
        assert row == row.rstrip()
        width = sum(
            0 if unicodedata.category(char) in ("Mn", "Cf") else 2 if unicodedata.east_asian_width(char) in "WF" else 1
            for char in row
        )
        assert width <= 60
    assert not rows or "^" in "".join(rows) or "|_..." in rows[-1] or len(lines) + before <= more


# --- concise and the closing line -------------------------------------------------------------------------------------


def test_concise_has_one_line_each() -> None:
    two_lines = SCRIPT._replace(message="first\n  second")
    assert (
        render(report(two_lines, NOTEBOOK, problems=(CRASH, BROKEN, Problem("", "no rule `RSC9`"))), "concise")
        == text(
            """
        src/load.py:12:22: RSC401 first second
        nb/eda.ipynb:cell 7:3:11: RSC106 [-] `train_df` is used here, but no cell above defines it
        src/odd.py: error: RSC002 rule `personal-path` crashed: KeyError: 'x' (Please report it.)
        pyproject.toml:4: error: unknown key `selct` (did you mean "select"?)
        error: no rule `RSC9`
        Found 2 findings (notebooks 1, paths 1) in 23 files and 61 cells; 3 errors.
        [-] 1 finding can be fixed with `--fix --unsafe-fixes`, which may change what the program does; `--diff` shows them first.
        """
        )
        + "\n"
    )


JULIA = Totals(23, 7, 61, other_languages=(("Julia", 2),))


@pytest.mark.parametrize(
    ("made", "closing"),
    [
        (report(), "All clear: 23 files and 61 cells."),
        (report(totals=Totals(1)), "All clear: 1 file."),
        (report(totals=JULIA), "All clear: 23 files and 61 cells; 2 notebooks in other languages left out (Julia 2)."),
        (report(totals=Totals(2, unparsed_cells=1)), "No findings in 2 files; 1 cell could not be parsed."),
        (report(totals=Totals(2, unparsed_files=2)), "No findings in 2 files; 2 files could not be parsed."),
        (report(problems=(CRASH,)), "No findings in 23 files and 61 cells; 1 error."),
        (report(totals=Totals()), "Nothing to check: no Python files or notebooks found."),
        (report(problems=(CRASH,), totals=Totals()), "Nothing was checked; 1 error."),
        (
            report(totals=Totals(other_languages=(("R", 1),))),
            "Nothing to check: no Python files or notebooks found; 1 notebook in another language left out (R 1).",
        ),
        (
            report(NOTEBOOK, SCRIPT, SCRIPT, totals=JULIA._replace(unparsed_cells=1)),
            "Found 3 findings (notebooks 1, paths 2) in 23 files and 61 cells; "
            "2 notebooks in other languages left out (Julia 2); 1 cell could not be parsed.",
        ),
        (report(SCRIPT._replace(code="LAB12"), totals=Totals(1)), "Found 1 finding (LAB 1) in 1 file."),
    ],
)
def test_the_closing_line_is_honest(made: Report, closing: str) -> None:
    for name in ("full", "concise"):
        assert closing in render(made, name).splitlines()[-2:]
        assert closing not in render(made, name, quiet=True)


@pytest.mark.parametrize("name", ["full", "concise"])
def test_many_findings_end_with_where_to_begin(name: str) -> None:
    other = Related("b.py", 1, "", None)
    many = [SCRIPT._replace(span=Span(line, 1, line, 9), severity="warning") for line in range(1, 13)]
    assert "Begin with" not in render(report(*many), name)
    wide = SCRIPT._replace(code="RSC405", severity="warning", message="reaches far " * 20, related=(other,) * 3)
    guess = SCRIPT._replace(code="RSC604", severity="warning", confidence="low")
    tool = SCRIPT._replace(code="RSC000", severity="error")
    made = report(tool, guess, *many, wide, NOTEBOOK._replace(severity="error", message="stops here"))
    end = render(made, name).partition("Begin with:\n")[2].splitlines()
    assert [line.split(maxsplit=1)[0] for line in end[::2]] == ["RSC106", "RSC405", "RSC401", "RSC604"]
    assert [line.strip() for line in end[1:4:2]] == ["nb/eda.ipynb:cell 7:3:11", "src/load.py:12:22"]
    assert end[2].endswith(" …") and len(end[2]) == 120
    assert "Begin with" not in render(made, name, quiet=True)


def test_suppressed_findings_are_counted_for_who_asks() -> None:
    totals = Totals(1, suppressed=3)
    assert "suppressed" not in render(report(totals=totals), "concise")
    assert render(report(totals=totals), "concise", verbose=True) == "All clear: 1 file; 3 findings suppressed.\n"


@pytest.mark.parametrize(
    ("prefix", "folder", "path", "shown"),
    [
        ("", "", "src/a.py", "src/a.py"),
        (".", "", "src/a.py", "src/a.py"),
        ("lab", "", "src/a.py", "lab/src/a.py"),
        ("../other", "", "a.py", "../other/a.py"),
        ("..", "", "src/a.py", "../src/a.py"),
        ("..", "src", "src/a.py", "a.py"),
        ("../..", "src/deep", "nb/x.ipynb", "../../nb/x.ipynb"),
        ("..", "src", "src", "."),
        ("..", "src", "/etc/x.py", "/etc/x.py"),
        ("..", "src", "C:\\x.py", "C:\\x.py"),
        ("..", "src", "-", "-"),
    ],
)
def test_paths_are_shown_from_the_callers_folder(prefix: str, folder: str, path: str, shown: str) -> None:
    assert shown_path(report(prefix=prefix, folder=folder), path) == shown


def test_backslashes_of_windows_become_slashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sep", "\\")
    assert shown_path(report(prefix="..\\lab"), "src/a.py") == "../lab/src/a.py"
    assert shown_path(report(prefix="..\\..", folder="src\\deep"), "src/a.py") == "../a.py"


# --- json -------------------------------------------------------------------------------------------------------------


def test_json_has_the_keys_of_version_one() -> None:
    totals = Totals(23, 5, 61, (("Julia", 2),), 1, 2, 3)
    data = json.loads(render(report(SCRIPT, NOTEBOOK, problems=(BROKEN,), totals=totals, prefix=".."), "json"))
    assert list(data) == ["version", "findings", "errors", "summary"]
    assert data["version"] == 1
    assert data["findings"][1] == {
        "code": "RSC106",
        "name": "undefined-on-restart",
        "message": "`train_df` is used here, but no cell above defines it",
        "advice": "Define it in a cell above.",
        "path": "nb/eda.ipynb",
        "cell": 7,
        "cell_id": "a1b2",
        "line": 3,
        "column": 11,
        "end_line": 3,
        "end_column": 19,
        "raw_line": 118,
        "severity": "error",
        "confidence": "medium",
        "fix": {"safe": False, "title": "Move the cell"},
        "related": [],
        "fingerprint": "e" * 32,
    }
    assert data["findings"][0]["related"][1] == {
        "path": "nb/eda.ipynb", "cell": 3, "line": 2, "message": "the same path",
    }  # fmt: skip
    assert (data["findings"][0]["cell"], data["findings"][0]["fix"], data["findings"][0]["raw_line"]) == (
        None,
        None,
        12,
    )
    assert data["errors"] == [
        {
            "path": "pyproject.toml",
            "cell": None,
            "line": 4,
            "code": "",
            "message": "unknown key `selct`",
            "remedy": 'did you mean "select"?',
        }
    ]
    assert data["summary"] == {
        "findings": 2,
        "errors": 1,
        "files": 23,
        "notebooks": 5,
        "cells": 61,
        "by_family": {"notebooks": 1, "paths": 1},
        "by_code": {"RSC106": 1, "RSC401": 1},
        "other_languages": {"Julia": 2},
        "unparsed_files": 1,
        "unparsed_cells": 2,
        "suppressed": 3,
    }


def test_json_is_ascii_and_loses_no_character() -> None:
    odd = 'é 名 😀 \\u00e9 \x07 "'
    output = render(report(SCRIPT._replace(message=odd + "\udc80")), "json")
    assert output.isascii()
    assert json.loads(output)["findings"][0]["message"] == odd + "\ufffd"


# --- sarif ------------------------------------------------------------------------------------------------------------


def sarif_run(made: Report) -> dict[str, Any]:
    data = json.loads(render(made, "sarif"))
    assert data["version"] == "2.1.0" and len(data["runs"]) == 1
    run: dict[str, Any] = data["runs"][0]
    return run


def test_sarif_is_read_by_a_real_consumer(tmp_path: Path) -> None:
    loader = pytest.importorskip("sarif.loader")
    file = tmp_path / "rescode.sarif"
    file.write_text(render(report(SCRIPT, NOTEBOOK, SCRIPT._replace(path="src/mit leer.py", severity="note")), "sarif"))
    read = loader.load_sarif_file(str(file))
    assert read.get_distinct_tool_names() == ["rescode-lint"]
    rows = [(row["Severity"], row["Code"], row["Location"], str(row["Line"])) for row in read.get_records()]
    assert rows == [
        ("warning", "RSC401", "src/load.py", "12"),
        ("error", "RSC106", "nb/eda.ipynb", "118"),
        ("note", "RSC401", "src/mit%20leer.py", "12"),
    ]
    assert read.get_records()[1]["Description"].startswith("cell 7:3:11: `train_df` is used here")
    assert {level: len(read.get_report().get_issues_for_severity(level)) for level in ("error", "warning", "note")} == {
        "error": 1, "warning": 1, "note": 1,
    }  # fmt: skip


def test_sarif_describes_every_rule_that_a_result_names() -> None:
    run = sarif_run(report(SCRIPT, NOTEBOOK))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["RSC106", "RSC401", "RSC704"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["RSC401", "RSC106"]
    assert rules[1]["name"] == "PersonalPath"
    assert rules[1]["help"]["markdown"] == "## Why\n\nIt breaks."
    assert rules[1]["helpUri"] == "https://x.org/p" and "helpUri" not in rules[2]
    assert rules[2]["defaultConfiguration"] == {"enabled": False, "level": "error"}


def test_sarif_places_a_script_finding_by_its_columns() -> None:
    result = sarif_run(report(SCRIPT))["results"][0]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "src/load.py", "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {
        "startLine": 12,
        "startColumn": 22,
        "endLine": 12,
        "endColumn": 43,
        "snippet": {"text": '"/home/alice/raw.csv"'},
    }
    assert physical["contextRegion"]["startLine"] == 10 and physical["contextRegion"]["endLine"] == 14
    assert result["partialFingerprints"] == {"rescode/v1": "f" * 32}
    assert [other["physicalLocation"].get("region") for other in result["relatedLocations"]] == [{"startLine": 7}, None]
    assert result["relatedLocations"][1]["properties"] == {"cell": 3, "cellLine": 2}


def test_sarif_places_a_notebook_finding_by_the_line_of_the_file_and_its_cell() -> None:
    result = sarif_run(report(NOTEBOOK))["results"][0]
    location = result["locations"][0]
    assert location["physicalLocation"]["region"] == {"startLine": 118}
    assert location["logicalLocations"] == [
        {"name": "cell 7", "fullyQualifiedName": "nb/eda.ipynb#a1b2", "kind": "cell"}
    ]
    assert result["properties"] == {
        "confidence": "medium",
        "cell": 7,
        "cellId": "a1b2",
        "cellLine": 3,
        "cellColumn": 11,
        "cellEndLine": 3,
        "cellEndColumn": 19,
    }
    assert result["rank"] < sarif_run(report(SCRIPT))["results"][0]["rank"]


def test_sarif_notes_what_kept_the_tool_from_its_job() -> None:
    invocation = sarif_run(report(problems=(CRASH, BROKEN)))["invocations"][0]
    assert invocation["executionSuccessful"] is False
    crash, broken = invocation["toolExecutionNotifications"]
    assert crash["descriptor"] == {"id": "RSC002"} and crash["level"] == "error"
    assert crash["message"]["text"] == "rule `personal-path` crashed: KeyError: 'x'. Please report it."
    assert broken["locations"][0]["physicalLocation"]["region"] == {"startLine": 4}
    assert sarif_run(report())["invocations"][0]["executionSuccessful"] is True


def test_sarif_encodes_paths_as_uris() -> None:
    def uri(path: str, prefix: str = "") -> dict[str, str]:
        result = sarif_run(report(SCRIPT._replace(path=path), prefix=prefix))["results"][0]
        place: dict[str, str] = result["locations"][0]["physicalLocation"]["artifactLocation"]
        return place

    assert uri("a b/é#1.py")["uri"] == "a%20b/%C3%A9%231.py"
    assert uri("\udcff.py")["uri"] == "%FF.py"
    assert uri("a:b.py")["uri"] == "a%3Ab.py"
    assert uri("a.py", prefix="sub")["uri"] == "sub/a.py"
    assert uri("a.py", prefix="..")["uri"] == "a.py"
    assert uri("/tmp/é.py") == {"uri": "file:///tmp/%C3%A9.py"}
    assert uri("C:\\x y.py") == {"uri": "file:///C:/x%20y.py"}


# --- github, gitlab, rdjson, junit ------------------------------------------------------------------------------------


def commands(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Workflow commands as the runner reads them: split first, unescape after."""
    read = []
    for line in output.splitlines():
        level, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
        pairs = (pair.split("=", 1) for pair in properties.split(","))
        read.append((level, {key: unquote(value) for key, value in pairs}, unquote(message)))
    return read


def test_github_annotations() -> None:
    several = SCRIPT._replace(span=Span(1, 2, 3, 4), severity="note")
    assert commands(render(report(SCRIPT, NOTEBOOK, several, problems=(BROKEN,)), "github")) == [
        (
            "warning",
            {
                "file": "src/load.py",
                "line": "12",
                "col": "22",
                "endLine": "12",
                "endColumn": "43",
                "title": "rescode-lint RSC401 personal-path",
            },
            "src/load.py:12:22: RSC401 `/home/alice/raw.csv` lies in one person's home\n"
            "Take the folder from an argument.",
        ),
        (
            "error",
            {
                "file": "nb/eda.ipynb",
                "line": "118",
                "endLine": "118",
                "title": "rescode-lint RSC106 undefined-on-restart",
            },
            "nb/eda.ipynb:cell 7:3:11: RSC106 `train_df` is used here, but no cell above defines it\n"
            "Define it in a cell above.",
        ),
        (
            "notice",
            {"file": "src/load.py", "line": "1", "endLine": "3", "title": "rescode-lint RSC401 personal-path"},
            "src/load.py:1:2: RSC401 `/home/alice/raw.csv` lies in one person's home\n"
            "Take the folder from an argument.",
        ),
        (
            "error",
            {"file": "pyproject.toml", "line": "4", "title": "rescode-lint error"},
            'unknown key `selct`\ndid you mean "select"?',
        ),
    ]


def test_github_escapes_what_would_end_a_command_or_a_property() -> None:
    output = render(report(SCRIPT._replace(path="a,b:c%0A.py", message="100%\n::error::x", advice="y\r\nz")), "github")
    assert output.count("\n") == 1
    assert "file=a%2Cb%3Ac%250A.py," in output
    [(_, properties, message)] = commands(output)
    assert properties["file"] == "a,b:c%0A.py"
    assert message == "a,b:c%0A.py:12:22: RSC401 100% ::error::x\ny\nz"


def test_github_says_nothing_of_a_clean_project() -> None:
    assert render(report(), "github") == ""


def test_gitlab_code_quality() -> None:
    entries = json.loads(render(report(SCRIPT, NOTEBOOK, prefix="lab"), "gitlab"))
    assert entries[1] == {
        "description": "RSC106: cell 7:3:11: `train_df` is used here, but no cell above defines it. "
        "Define it in a cell above.",
        "check_name": "undefined-on-restart",
        "fingerprint": "e" * 32,
        "severity": "major",
        "location": {"path": "lab/nb/eda.ipynb", "lines": {"begin": 118}},
    }
    assert json.loads(render(report(), "gitlab")) == []


def test_gitlab_fingerprints_are_unique_and_stable() -> None:
    def fingerprints(*findings: Finding) -> list[str]:
        entries = json.loads(render(report(*findings, problems=(CRASH, CRASH)), "gitlab"))
        return [entry["fingerprint"] for entry in entries]

    bare = SCRIPT._replace(fingerprint="")
    made = fingerprints(SCRIPT, SCRIPT, SCRIPT, bare, bare)
    assert len(set(made)) == 7 and all(made)
    moved = Span(90, 1, 90, 2)
    assert fingerprints(*(finding._replace(span=moved) for finding in (SCRIPT, SCRIPT, SCRIPT, bare, bare))) == made


def test_rdjson_counts_bytes_and_gives_a_line_where_it_knows_no_more() -> None:
    wide = SCRIPT._replace(span=Span(2, 5, 3, 2), source=("x", 'é名 "😀', "名)"), source_first=1)
    no_source = SCRIPT._replace(source=(), source_first=0)
    cut_off = SCRIPT._replace(span=Span(1, 2, 9, 4), source=("xyz",), source_first=0)
    data = json.loads(render(report(wide, NOTEBOOK, no_source, cut_off, problems=(CRASH,), prefix=".."), "rdjson"))
    assert data["source"]["name"] == "rescode-lint"
    assert [row["location"].get("range") for row in data["diagnostics"]] == [
        {"start": {"line": 2, "column": 8}, "end": {"line": 3, "column": 4}},
        {"start": {"line": 118}},
        {"start": {"line": 12}, "end": {"line": 12}},
        {"start": {"line": 1}, "end": {"line": 9}},
        None,
    ]
    assert [row["severity"] for row in data["diagnostics"]] == ["WARNING", "ERROR", "WARNING", "WARNING", "ERROR"]
    assert data["diagnostics"][0]["code"] == {"value": "RSC401", "url": "https://x.org/p"}
    assert data["diagnostics"][1]["code"] == {"value": "RSC106"}
    assert data["diagnostics"][1]["location"]["path"] == "../nb/eda.ipynb"
    assert data["diagnostics"][1]["original_output"].startswith("../nb/eda.ipynb:cell 7:3:11: RSC106 ")


def test_junit_has_a_suite_for_each_file() -> None:
    evil = SCRIPT._replace(message='a < b & "c"\x00\x1b', advice="]]>")
    root = ElementTree.fromstring(render(report(evil, SCRIPT, NOTEBOOK, problems=(CRASH,)), "junit"))
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("errors")) == ("testsuites", "4", "3", "1")
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["nb/eda.ipynb", "src/load.py", "src/odd.py"]
    assert [(suite.get("tests"), suite.get("failures"), suite.get("errors")) for suite in root] == [
        ("1", "1", "0"), ("2", "2", "0"), ("1", "0", "1"),
    ]  # fmt: skip
    assert all(len(suite) == int(suite.get("tests", "")) for suite in root)
    case = suites["nb/eda.ipynb"][0]
    assert (case.get("name"), case.get("line")) == ("RSC106 undefined-on-restart at cell 7:3:11", "118")
    failure = suites["src/load.py"][0][0]
    assert failure.tag == "failure" and failure.get("type") == "RSC401"
    assert failure.get("message") == 'a < b & "c"␀␛'
    assert (failure.text or "").splitlines()[1:] == [
        "]]>",
        "also: src/clean.py:7",
        "also: nb/eda.ipynb:cell 3:2 the same path",
    ]
    assert suites["src/odd.py"][0][0].tag == "error"


def test_junit_of_a_clean_project_is_one_passed_case() -> None:
    root = ElementTree.fromstring(render(report(), "junit"))
    [[case]] = root
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("1", "0", "0")
    assert case.get("name") == "All clear: 23 files and 61 cells." and len(case) == 0


# --- statistics, and what holds of all --------------------------------------------------------------------------------


def test_statistics_count_rules_by_frequency() -> None:
    made = report(*[NOTEBOOK] * 2, *[SCRIPT] * 12, SCRIPT._replace(code="RSC1", name="other"), problems=(CRASH,))
    assert render(made, "concise", statistics=True) == (
        "12  RSC401  personal-path\n"
        " 2  RSC106  undefined-on-restart\n"
        " 1  RSC1    other\n"
        "src/odd.py: error: RSC002 rule `personal-path` crashed: KeyError: 'x' (Please report it.)\n"
    )
    data = json.loads(render(made, "json", statistics=True))
    assert data["statistics"][1] == {"code": "RSC106", "name": "undefined-on-restart", "count": 2, "fixable": 2}
    assert len(data["errors"]) == 1 and data["summary"]["findings"] == 15


def test_statistics_are_text_or_json() -> None:
    with pytest.raises(KeyError):
        render(report(), "sarif", statistics=True)


MADE: list[Callable[[], Report]] = [
    report,
    lambda: report(SCRIPT, NOTEBOOK, problems=(CRASH, BROKEN)),
    lambda: report(problems=(Problem("nb/x.ipynb", "not JSON", cell=3, line=2), Problem("", "no such option"))),
    lambda: report(NOTEBOOK._replace(raw_line=0, span=Span(1, 1, 1, 1), cell_id=None, source=())),
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("made", MADE)
def test_every_format_renders_every_report_alike_each_time(name: str, made: Callable[[], Report]) -> None:
    output = render(made(), name)
    assert output == render(made(), name, color=False, width=120)
    assert output == "" or (output.endswith("\n") and not output.endswith("\n\n"))
    for problem in made().problems:
        assert problem.message.split("'")[0].split('"')[0] in output.replace("&apos;", "'")


@pytest.mark.parametrize("severity", ["error", "warning", "note"])
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_knows_every_severity(name: str, severity: Severity) -> None:
    assert "RSC401" in render(report(SCRIPT._replace(severity=severity)), name)


def test_only_the_renderer_that_is_asked_for_is_imported() -> None:
    program = (
        "import sys; from rescode_lint import report, model; "
        "report.render(model.Report('', '', '', (), (), model.Totals(), ()), 'concise'); "
        "print([name for name in ('json', 'urllib.parse', 'xml.sax') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True,
                          env={"PYTHONPATH": str(Path(__file__).parents[1] / "src")})  # fmt: skip
    assert done.stdout.strip() == "[]"
