"""The documentation: generated pages are fresh, their examples are true, and nothing in the prose is made up."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from rescode_lint.check.catalog import builtin
from rescode_lint.config import KEYS
from rescode_lint.doors.cli import _parser
from rescode_lint.doors.page import HEADINGS, NOT_MEASURED, measured, page, shown_examples, shown_instead
from rescode_lint.report import FORMATS
from rescode_lint.rule import Rule
from rescode_lint.testing import files_of, run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
HAND_WRITTEN = sorted(DOCS.glob("*.md")) + [ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md")]
ALL = HAND_WRITTEN + sorted((DOCS / "rules").glob("*.md")) + [ROOT / "README.md"]
RULES = builtin()
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<language>\w*)\n(?P<code>.*?)^(?P=ticks)$", re.M | re.S)


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def prose(path: Path) -> str:
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def blocks(text: str, language: str) -> list[str]:
    return [match["code"] for match in FENCE.finditer(text) if match["language"] == language]


# --- generated pages --------------------------------------------------------------------------------------------------


def test_the_pages_of_the_rules_are_fresh(generate: ModuleType) -> None:
    assert not [str(path.relative_to(ROOT)) for path in generate.stale()], "run `python docs/generate.py`"


def test_a_change_of_a_rule_makes_its_page_stale(generate: ModuleType, tmp_path: Path) -> None:
    pages = generate.pages(RULES, "")
    (tmp_path / "rules").mkdir()
    for name, text in pages.items():
        (tmp_path / "rules" / name).write_text(text, encoding="utf-8")
    assert not generate.stale(tmp_path)
    (tmp_path / "rules" / "RSC401.md").write_text("old", encoding="utf-8")
    (tmp_path / "rules" / "RSC999.md").write_text("a rule that is gone", encoding="utf-8")
    (tmp_path / "rules" / "README.md").unlink()
    assert {path.name: text is None for path, text in generate.stale(tmp_path).items()} == {
        "RSC401.md": False,
        "README.md": False,
        "RSC999.md": True,
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_page_has_its_headings_in_order(rule: type[Rule]) -> None:
    text = page(rule, NOT_MEASURED)
    assert tuple(re.findall(r"^## (.*)$", text, re.M)) == HEADINGS
    assert all(part.strip() for part in re.split(r"^## .*$", text, flags=re.M))
    assert page(rule).startswith(f"# {rule.code} {rule.name}\n")
    assert "Measured precision" not in page(rule)
    for option in rule.options:
        assert option in page(rule)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_examples_of_a_page_are_those_that_are_run(rule: type[Rule]) -> None:
    known: set[str] = set()
    for bad in rule.INVALID:
        for example in (bad.code, bad.instead, bad.fixed):
            known |= set([example] if isinstance(example, str) else example.values())
    for valid in rule.VALID:
        known |= set([valid] if isinstance(valid, str) else valid.values())
    known = {text.strip("\n") for text in known}
    assert {code.strip("\n") for code in blocks(page(rule), "python")} <= known


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_a_page_says_to_write_instead_has_no_finding(rule: type[Rule]) -> None:
    for example in shown_instead(rule):
        assert not run(files_of(example)[0], rule).findings


@pytest.mark.parametrize("rule", [rule for rule in RULES if hasattr(rule, "check")], ids=lambda rule: rule.code)
def test_what_a_page_says_about_silencing_silences(rule: type[Rule]) -> None:
    carets = re.compile(r"\n *\^+ *(?=\n|\Z)")
    comments = re.findall(r"`(# (?:noqa|rescode).*?)`", page(rule))
    assert len(comments) == 3  # the third is that for a cell
    for comment in comments[:2]:
        for bad in shown_examples(rule):
            code = bad.code if isinstance(bad.code, str) else dict(bad.code)
            files, marks = files_of(code)
            assert run(files, rule).findings
            if isinstance(code, str):
                code = carets.sub(f"  {comment}", code)
            else:
                code = {path: carets.sub(f"  {comment}", text) for path, text in code.items()}
            found = {(f.path, f.span.cell, f.span.line) for f in run(files_of(code)[0], rule).findings}
            assert found.isdisjoint(mark[:3] for mark in marks)  # other places of the same cause may stay


def test_the_report_on_a_page_is_that_of_the_run() -> None:
    rule = next(rule for rule in RULES if rule.code == "RSC401")
    (finding,) = run(files_of(rule.INVALID[0].code)[0], rule).findings
    place = f"example.py:{finding.span.line}:{finding.span.column}"
    assert f"{place}: RSC401 {finding.message}\n  help: {finding.advice}" in page(rule)


def test_the_table_of_measurements_is_read() -> None:
    text = (
        "# Precision\n\n| Rule | Name | Repositories | Sampled | Right | What was wrong | What was done |\n"
        "|---|---|---|---|---|---|---|\n"
        "| [RSC401](rules/RSC401.md) | personal-path | 12 | 40 | 39 (98 %) | a `\\|` in a route | now left alone |\n"
        "| RSC402 | machine-path | 9 | 45 of 300 | 45 | - | – |\n| RSC501 | untested-module | | | | | |\n\nAnd so on.\n"
    )
    found = measured(text)
    assert found["RSC401"] == (
        "Of 40 findings in 12 public repositories, read one by one, 39 were right (97 %). "
        "What was wrong: a `|` in a route. What was done: now left alone."
    )
    assert found["RSC402"] == "Of 45 findings in 9 public repositories, read one by one, 45 were right (100 %)."
    assert found["RSC501"] == NOT_MEASURED
    assert measured("") == {}


# --- prose ------------------------------------------------------------------------------------------------------------


def anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#{1,6} (.*)$", prose(path), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{target} does not exist"
        if anchor:
            assert anchor in anchors(there), f"{target}: no such heading"


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_codes_exist(path: Path) -> None:
    known = {rule.code for rule in RULES}
    text = path.read_text(encoding="utf-8")
    if path.parent == DOCS / "rules":  # an example may need a code that no rule has
        text = prose(path)
    assert set(re.findall(r"\bRSC\d{3}\b", text)) <= known
    for prefix in re.findall(r"\bRSC\d{1,2}\b", text):
        assert any(code.startswith(prefix) for code in known), prefix


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_machine_is_named(path: Path) -> None:
    assert not re.search(r"(?<![\w/])/(?:work|root|tmp)/", path.read_text(encoding="utf-8"))


def options_of(command: str) -> set[str]:
    parsers = next(action for action in _parser()._actions if action.dest == "command").choices
    assert isinstance(parsers, dict)
    return {option for action in parsers[command]._actions for option in action.option_strings}


def test_every_option_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    section = text.partition("## Options of `rescode check`")[2].partition("\n## ")[0]
    documented = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", section))
    assert options_of("check") - documented == set()


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_have_only_options_that_exist(path: Path) -> None:
    for command, rest in re.findall(r"\brescode (check|explain|rules)\b([^\n`|]*)", path.read_text(encoding="utf-8")):
        for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest):
            assert option in options_of(command), f"rescode {command}{rest}"


def test_every_key_and_format_is_documented() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    table = text.partition("## Settings")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \|", table, re.M)) == set(KEYS)
    table = text.partition("## Output formats")[2].partition("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(FORMATS)


def test_the_schema_of_the_json_is_documented(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rescode_lint.doors.cli import main

    (tmp_path / "a.py").write_text('open("/home/alice/x.csv")\n')
    monkeypatch.chdir(tmp_path)
    main(["check", "--output-format", "json", "--no-cache", "a.py", "missing.py"])
    report = json.loads(capsysbinary.readouterr().out)
    text = (DOCS / "configuration.md").read_text(encoding="utf-8").partition("### JSON")[2].partition("\n## ")[0]
    table, _, sentences = text.partition("An error:")
    rows = {key for row in re.findall(r"^\| (.*?) \|", table, re.M) for key in re.findall(r"`(\w+)`", row)}
    assert rows == set(report["findings"][0])
    errors, _, summary = sentences.partition("The summary:")
    assert set(re.findall(r"`(\w+)`", errors)) == set(report["errors"][0])
    assert set(re.findall(r"`(\w+)`", summary)) == set(report["summary"])


def snippets() -> Iterator[tuple[str, str, str]]:
    for path in ALL:
        text = path.read_text(encoding="utf-8")
        for language in ("toml", "yaml", "json"):
            for number, code in enumerate(blocks(text, language)):
                yield f"{path.relative_to(ROOT)}-{language}-{number}", language, code


@pytest.mark.parametrize(("language", "code"), [pytest.param(*rest, id=name) for name, *rest in snippets()])
def test_snippets_parse(language: str, code: str) -> None:
    parse: dict[str, Callable[[str], object]]
    parse = {"toml": tomllib.loads, "yaml": yaml.safe_load, "json": json.loads}
    assert parse[language](code) is not None


def test_settings_in_the_docs_are_valid(tmp_path: Path) -> None:
    from rescode_lint.config import find_root, load, validate

    for name, language, code in snippets():
        if language != "toml" or "[tool.rescode" not in code or "writing-a-rule" in name:
            continue
        (tmp_path / "pyproject.toml").write_text(code, encoding="utf-8")
        root = find_root([], str(tmp_path))
        assert root.config_file, name
        validate(load(root), RULES)


# --- the action -------------------------------------------------------------------------------------------------------


def test_the_inputs_of_the_action_are_documented() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    table = (DOCS / "ci.md").read_text(encoding="utf-8").partition("Its inputs:")[2].partition("\n##")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.M) == list(action["inputs"])
    given = "".join(str(step["env"]) for step in action["runs"]["steps"])
    assert all(f"inputs.{name} " in given for name in action["inputs"])
    assert not any("${{" in step["run"] for step in action["runs"]["steps"]), "inputs must reach the shell as variables"
