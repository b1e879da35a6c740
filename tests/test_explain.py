"""`rescode explain` and `rescode rules`: what is found, what is said when it is not, and how it looks."""

from __future__ import annotations

import json
import re

import pytest

from rescode_lint.check.catalog import builtin
from rescode_lint.doors.cli import main
from rescode_lint.doors.explain import rendered
from rescode_lint.doors.page import page

RULES = builtin()


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """Runs a command; returns exit code, output and errors."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "90")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


@pytest.mark.parametrize("wanted", ["RSC401", "rsc401", "personal-path", "Personal_Path"])
def test_a_rule_is_found_by_code_and_name_in_any_case(say, wanted: str) -> None:
    code, out, err = say("explain", wanted)
    assert (code, err) == (0, "")
    assert out.startswith("# RSC401 personal-path\n")
    assert "docs/rules/RSC401.md" in out


def test_several_rules_and_none_twice(say) -> None:
    code, out, _ = say("explain", "RSC401", "implicit-optional", "personal-path")
    assert code == 0
    assert re.findall(r"^# (RSC\d{3})", out, re.M) == ["RSC401", "RSC302"]


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [
        ("RSC499", "did you mean `RSC4"),
        ("RSC30", "did you mean `RSC301` or `RSC302`?"),
        ("persnal-path", "did you mean `personal-path`?"),
        ("nonsense", "`rescode rules` lists them"),
        ("", "`rescode rules` lists them"),
    ],
)
def test_what_is_unknown_is_one_line(say, wanted: str, hint: str) -> None:
    code, out, err = say("explain", wanted, "RSC302")
    assert code == 2
    assert out.startswith("# RSC302")
    assert err.startswith(f"rescode: no rule is called `{wanted}`; {hint}")
    assert err.count("\n") == 1


def test_where_nobody_looks_it_is_markdown(say) -> None:
    plain = say("explain", "RSC302")[1]
    assert plain == say("explain", "RSC302", "--output-format", "markdown", "--color", "always")[1]
    assert plain.startswith(page(next(rule for rule in RULES if rule.code == "RSC302")))


def test_colours_when_asked_for(say) -> None:
    out = say("explain", "RSC302", "--color", "always")[1]
    assert "\x1b[" in out
    assert "##" not in out
    assert "\x1b[" not in say("explain", "RSC302", "--color", "never")[1]
    assert "\x1b[" in say("rules", "--color", "always")[1]
    assert "\x1b[" not in say("rules")[1]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rendered_page_loses_no_word_and_fits(rule) -> None:
    text = rendered(page(rule), False, 80)
    assert "\x1b" not in text
    assert all(len(line) <= 80 for line in text.splitlines())
    words = re.findall(r"[A-Za-z]{4,}", re.sub(r"```\w+|\*\*", "", page(rule)))
    # A long line of code may be broken within a word.
    squeezed = re.sub(r"\s", "", text)
    assert not [word for word in words if word not in squeezed]


def test_the_list_has_every_rule(say) -> None:
    code, out, err = say("rules")
    assert (code, err) == (0, "")
    rows = dict(re.findall(r"^  (RSC\d{3})  ([a-z-]+) ", out, re.M))
    assert rows == {rule.code: rule.name for rule in RULES}
    assert all(rule.summary in out for rule in RULES)
    assert f"{len(RULES)} rules, {sum(rule.default for rule in RULES)} of them on by default" in out


def test_the_list_as_json(say) -> None:
    report = json.loads(say("rules", "--output-format", "json")[1])
    assert report["version"] == 1
    assert report["errors"] == []
    assert [row["code"] for row in report["rules"]] == [rule.code for rule in RULES]
    for row, rule in zip(report["rules"], RULES, strict=True):
        assert row["default"] is rule.default
        assert row["summary"] == rule.summary
        assert row["options"].keys() == rule.options.keys()
        assert row["fix"] == (None if rule.safe_fix is None else {"safe": rule.safe_fix})
