"""Settings: where the project begins, what is read, what is refused and in which words, which rules are on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescode_lint.config import (
    KEYS,
    ConfigError,
    Root,
    Selection,
    Settings,
    find_root,
    load,
    options,
    per_file_ignores,
    selected,
    validate,
)


class Rule(NamedTuple):
    code: str
    name: str
    default: bool = True
    options: Mapping[str, object] = {}


RULES = (
    Rule("RSC001", "unused-suppression"),
    Rule("RSC101", "notebook-only-definition", True, {"min_statements": 3, "ratio": 0.5, "ignore-names": ("main",)}),
    Rule("RSC106", "undefined-on-restart"),
    Rule("RSC301", "missing-types", False, {"private": False, "style": "numpy", "units": {"ms": 1}, "limit": None}),
    Rule("RSC302", "implicit-optional"),
    Rule("XYZ100", "from-a-plugin", False),
)
ON = {"RSC001", "RSC101", "RSC106", "RSC302"}


@pytest.fixture(autouse=True)
def _away_from_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))


def write(path: str, text: str = "") -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
    return str(Path(path).absolute())


def settings(text: str = "", *config: str, isolated: bool = False, **command_line: tuple[str, ...]) -> Settings:
    file = write("pyproject.toml", f"[tool.rescode]\n{text}")
    selection = Selection(**command_line)
    return load(
        Root(os.getcwd(), True, file), config=config, isolated=isolated, command_line=selection, cwd=os.getcwd()
    )


def refusal(text: str = "", *config: str, isolated: bool = False, **command_line: tuple[str, ...]) -> str:
    with pytest.raises(ConfigError) as caught:
        validate(settings(text, *config, isolated=isolated, **command_line), RULES)
    message = str(caught.value)
    assert message.isprintable()
    return message


# --- the root ---------------------------------------------------------------------------------------------------------

OURS = "[tool.rescode]\nselect = ['ALL']\n"


@pytest.mark.parametrize(
    ("files", "paths", "cwd", "root", "bounded"),
    [
        pytest.param({"p/.git/": "", "p/src/a.py": ""}, ["p/src/a.py"], ".", "p", True, id="checkout"),
        pytest.param({"p/.git": "gitdir: x", "p/src/a.py": ""}, ["src"], "p", "p", True, id="worktree"),
        pytest.param({"p/.hg/": "", "p/src/": ""}, [], "p/src", "p", True, id="no paths: the current folder"),
        pytest.param({"p/.git/": "", "p/a/pyproject.toml": ""}, ["p/a"], ".", "p", True, id=".git before markers"),
        pytest.param({"p/.git/": "", "p/a/pyproject.toml": OURS}, ["p/a"], ".", "p/a", True, id="our table first"),
        pytest.param({"pyproject.toml": OURS, "p/.git/": ""}, ["p"], ".", "p", True, id="none above a checkout"),
        pytest.param({"p/pyproject.toml": OURS, "p/a/setup.py": ""}, ["p/a"], ".", "p", True, id="table above marker"),
        pytest.param({"p/setup.py": "", "p/a/requirements.txt": ""}, ["p/a"], ".", "p/a", True, id="nearest marker"),
        pytest.param({"p/.git/": "", "p/a/": "", "p/b/c.py": ""}, ["p/a", "p/b/c.py"], ".", "p", True, id="common"),
        pytest.param({"p/a.py": ""}, ["p/a.py"], ".", ".", True, id="unmarked: the current folder"),
        pytest.param({"p/a.py": "", "q/": ""}, ["../p/a.py"], "q", "p", False, id="unmarked, elsewhere"),
        pytest.param({"p/a.py": "", "q/b.py": ""}, ["a.py", "../q/b.py"], "p", ".", False, id="unmarked, astride"),
        pytest.param({"home/a.py": ""}, ["a.py"], "home", "home", False, id="home is no project"),
        pytest.param({"home/.git/": "", "home/p/a.py": ""}, ["a.py"], "home/p", "home/p", True, id="dotfiles"),
        pytest.param({"home/setup.cfg": "", "home/p/": ""}, ["p"], "home", "home/p", False, id="clutter at home"),
        pytest.param(
            {"home/pyproject.toml": OURS, "home/p/": ""}, ["p"], "home", "home", True, id="home if it says so"
        ),
        pytest.param({"p/.git/": ""}, ["p/no/such.py"], ".", "p", True, id="a path that does not exist"),
    ],
)
def test_root(files: dict[str, str], paths: list[str], cwd: str, root: str, bounded: bool) -> None:
    for name, text in files.items():
        if name.endswith("/"):
            os.makedirs(name, exist_ok=True)
        else:
            write(name, text)
    found = find_root(paths, os.path.abspath(cwd))
    assert found[:2] == (os.path.abspath(root), bounded)
    assert (found.config_file is not None) == (files.get(f"{root}/pyproject.toml") == OURS)


def test_the_root_of_the_file_system_is_no_project() -> None:
    assert find_root(["/etc"], "/") == Root("/etc", bounded=False)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("[tool.rescode]", True),
        ("  [tool.rescode.rules.RSC301]\nprivate = true", True),
        ("[ tool . 'rescode' ]\r\n", True),
        ('[tool]\nrescode.select = ["RSC1"]', True),
        ("tool.rescode.select = []", True),
        ("# [tool.rescode]", False),
        ("[tool.rescode-lint]", False),
        ('[tool.pixi.tasks]\nrescode = "rescode check"\n[project]\ndependencies = ["rescode-lint"]', False),
    ],
)
def test_which_pyproject_is_ours(text: str, ours: bool) -> None:
    file = write("p/pyproject.toml", text)
    assert find_root(["p"], os.getcwd()).config_file == (file if ours else None)


# --- reading ----------------------------------------------------------------------------------------------------------


def test_nothing_said() -> None:
    plain = load(Root("/p"))
    assert plain == Settings("/p")
    assert selected(plain, RULES) == ON
    validate(plain, RULES)
    assert load(Root("/p", bounded=False)).bounded is False


def test_every_key() -> None:
    chosen = settings(
        """
        select = ["RSC1", "missing-types"]
        extend-select = ["XYZ"]
        ignore = ["RSC106"]
        per-file-ignores = { "tests/*" = ["RSC3"], "!src/**" = ["ALL"] }
        unfixable = ["RSC3"]
        include = ["*.py"]
        exclude = []
        extend-exclude = ["third_party"]
        respect-gitignore = false
        [tool.rescode.rules.RSC101]
        min-statements = 5
        ignore_names = ["run", "go"]
        [tool.rescode.rules.missing-types]
        units = { s = 1000 }
        """
    )
    validate(chosen, RULES)
    assert hash(chosen) == hash(chosen._replace())
    assert chosen[2:13] == (
        os.path.abspath("pyproject.toml"),
        ("RSC1", "missing-types"),
        ("XYZ",),
        ("RSC106",),
        (("tests/*", ("RSC3",)), ("!src/**", ("ALL",))),
        ("RSC3",),
        ("*.py",),
        (),
        ("third_party",),
        False,
        (
            ("RSC101", (("min-statements", 5), ("ignore_names", ("run", "go")))),
            ("missing-types", (("units", (("s", 1000),)),)),
        ),
    )
    assert {key.replace("-", "_") for key in KEYS} <= set(Settings._fields)
    assert options(chosen, RULES[1]) == {"min_statements": 5, "ratio": 0.5, "ignore-names": ("run", "go")}
    assert options(chosen, RULES[3])["units"] == {"s": 1000}
    assert options(chosen, RULES[0]) == {}


def test_config_file_and_pairs() -> None:
    write("other.toml", 'select = ["RSC3"]\nrules.RSC101 = { ratio = 1, min-statements = 1 }\n')
    write("deep/pyproject.toml", '[tool.rescode]\nignore = ["RSC302"]\n')
    other = settings(
        'select = ["RSC1"]\nexclude = ["a"]', "other.toml", "rules.RSC101.ratio = 2", 'extend-exclude=["b"]'
    )
    validate(other, RULES)
    assert (other.select, other.exclude, other.extend_exclude) == (("RSC3",), Settings("").exclude, ("b",))
    assert other.config_file == os.path.abspath("other.toml")
    ratio = options(other, RULES[1])["ratio"]
    assert ratio == 2.0 and isinstance(ratio, float)
    assert options(other, RULES[1])["min_statements"] == 1
    assert settings("", "deep/pyproject.toml").ignore == ("RSC302",)
    inline = settings("", 'select = ["RSC1"]', isolated=True)
    assert (inline.select, inline.config_file, inline.inline) == (("RSC1",), None, ("select",))


def test_isolated_does_not_even_look() -> None:
    assert settings("broken [", isolated=True) == Settings(os.getcwd())


def test_bom_and_crlf_are_read() -> None:
    Path("rescode.toml").write_bytes(b'\xef\xbb\xbfselect = ["RSC1"]\r\nignore = [\r\n]\r\n')
    assert settings("", "rescode.toml").select == ("RSC1",)


def test_a_table_that_only_seemed_to_be_there() -> None:
    file = write("pyproject.toml", '[tool]\n[project]\nname = "rescode"\n')
    assert load(Root("/p", True, file)) == Settings("/p")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "pyproject.toml: [tool.rescode] there is no key `selct`; did you mean `select`?"),
        (
            "extend_select = []",
            "pyproject.toml: [tool.rescode] there is no key `extend_select`; did you mean `extend-select`?",
        ),
        (
            "extend-ignore = []",
            "pyproject.toml: [tool.rescode] there is no key `extend-ignore`; did you mean `ignore`?",
        ),
        (
            "colour = 1",
            (
                "pyproject.toml: [tool.rescode] there is no key `colour`; the keys are select, extend-select, ignore, "
                "per-file-ignores, unfixable, include, exclude, extend-exclude, respect-gitignore, rules"
            ),
        ),
        (
            "select = 'RSC1'",
            (
                "pyproject.toml: [tool.rescode] `select` must be a list of strings, not a string; "
                'write `select = ["RSC1", "personal-path"]`'
            ),
        ),
        (
            "exclude = ['a', 1]",
            (
                "pyproject.toml: [tool.rescode] `exclude` must be a list of strings, not one with a whole number; "
                'write `exclude = ["build", "dist"]`'
            ),
        ),
        ("include = ['']", "pyproject.toml: [tool.rescode] `include` holds an empty string; take it out"),
        (
            "respect-gitignore = 'no'",
            (
                "pyproject.toml: [tool.rescode] `respect-gitignore` must be true or false, not a string; "
                "write `respect-gitignore = true`"
            ),
        ),
        (
            "per-file-ignores = ['a']",
            (
                "pyproject.toml: [tool.rescode] `per-file-ignores` must be a table, not a list; "
                'write `per-file-ignores = { "scripts/*" = ["RSC301"] }`'
            ),
        ),
        (
            "per-file-ignores = { 'a.py' = 'RSC1' }",
            (
                "pyproject.toml: [tool.rescode] `per-file-ignores`, `a.py`, must be a list of strings, not a string; "
                'write `"a.py" = ["RSC301"]`'
            ),
        ),
        (
            "rules.RSC101 = 2020-01-01",
            (
                "pyproject.toml: [tool.rescode] `rules`, `RSC101`, must be a table, not a date or time; "
                "write `rules = { RSC502 = { key = value } }`"
            ),
        ),
        (
            "select = ['RSC411']",
            "pyproject.toml: [tool.rescode] `select`: no rule is called `RSC411`; did you mean `RSC101`?",
        ),
        ("ignore = ['all']", "pyproject.toml: [tool.rescode] `ignore`: no rule is called `all`; did you mean `ALL`?"),
        (
            "extend-select = ['E501']",
            "pyproject.toml: [tool.rescode] `extend-select`: no rule is called `E501`; `rescode rules` lists them",
        ),
        (
            "per-file-ignores = { 'a' = ['missing_types'] }",
            "pyproject.toml: [tool.rescode] `per-file-ignores`, `a`: no rule is called `missing_types`; did you mean `missing-types`?",
        ),
        (
            "rules.RSC301.privat = true",
            "pyproject.toml: [tool.rescode] `rules.RSC301` has no option `privat`; did you mean `private`?",
        ),
        (
            "rules.RSC302.x = true",
            "pyproject.toml: [tool.rescode] `rules.RSC302` has no option `x`; it has none; take this one out",
        ),
        (
            "rules.RSC3.private = true",
            "pyproject.toml: [tool.rescode] `rules.RSC3`: no rule is called `RSC3`; did you mean `RSC302`?",
        ),
        (
            "rules.RSC301.private = true\nrules.missing-types.style = 'x'",
            "pyproject.toml: [tool.rescode] `rules.missing-types`: `rules.RSC301` is the same rule; put both into one table",
        ),
        (
            "rules.RSC101.min-statements = true",
            (
                "pyproject.toml: [tool.rescode] `rules.RSC101`, `min-statements`, must be a whole number, not true or false; "
                "the default is `min-statements = 3`"
            ),
        ),
        (
            "rules.RSC101.ignore-names = ['a', 1]",
            (
                "pyproject.toml: [tool.rescode] `rules.RSC101`, `ignore-names`, must be a list of strings, not a list; "
                'the default is `ignore-names = ["main"]`'
            ),
        ),
        (
            "rules.RSC301.units = 1",
            (
                "pyproject.toml: [tool.rescode] `rules.RSC301`, `units`, must be a table, not a whole number; "
                "the default is `units = { ms = 1 }`"
            ),
        ),
        (
            "select = [\n'a'\nb",
            "pyproject.toml:4: broken TOML, unclosed array; mend that line, or pass --isolated to go without the file",
        ),
        (
            "select = ",
            "pyproject.toml:2: broken TOML, invalid value; mend that line, or pass --isolated to go without the file",
        ),
    ],
)
def test_refusals_of_a_file(text: str, message: str) -> None:
    assert refusal(text) == message


def test_refusals_of_the_command_line() -> None:
    write("other.toml", "x")
    write("plain/pyproject.toml", "[project]\nname = 'a'\n")
    pair = """a pair such as 'select = ["RSC1"]'"""
    assert refusal("", "no.toml") == f"--config no.toml: no such file; pass a TOML file, or {pair}"
    message = refusal("", "select=RSC1")
    assert message.startswith("--config select=RSC1: broken TOML, ") and message.endswith(pair)
    assert refusal("", "selct=[]") == "--config: there is no key `selct`; did you mean `select`?"
    assert refusal("", "select=['RSC9']") == "--config: `select`: no rule is called `RSC9`; `rescode rules` lists them"
    assert refusal("", "respect-gitignore=1").startswith(
        "--config: `respect-gitignore` must be true or false, not a whole"
    )
    assert refusal("", "pyproject.toml", "other.toml").endswith("pyproject.toml is given already; pass one file only")
    assert refusal("", "other.toml", isolated=True).startswith(
        "--config other.toml: --isolated ignores all settings files"
    )
    assert refusal("", "other.toml").startswith("other.toml:1: broken TOML")
    assert refusal("", "plain/pyproject.toml").startswith("plain/pyproject.toml: has no [tool.rescode] table")
    assert refusal(select=("RSC9",)) == "--select: no rule is called `RSC9`; `rescode rules` lists them"
    assert refusal(ignore=("",)) == "--ignore: no rule is called ``; `rescode rules` lists them"
    assert refusal(extend_select=("implicit-optionals",)).endswith("did you mean `implicit-optional`?")


def test_a_file_that_is_no_text_or_cannot_be_opened() -> None:
    Path("latin.toml").write_bytes(b"select = []\n# caf\xe9\n")
    assert refusal("", "latin.toml") == "latin.toml:2: TOML must be UTF-8; save the file in that encoding"
    with pytest.raises(ConfigError, match=r"gone\.toml: cannot be read \(No such file or directory\)"):
        load(Root("/p", True, os.path.abspath("gone.toml")), cwd=os.getcwd())
    file = write("odd/pyproject.toml", "tool.rescode = 1")
    with pytest.raises(ConfigError, match=r"`tool\.rescode` must be a table, not a whole number"):
        load(Root("/p", True, file), cwd=os.getcwd())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value.replace("\x7f", "?"), ensure_ascii=True) if value.isascii() else '"?"'
    return str(value).lower()


@given(key=st.sampled_from(sorted(KEYS)) | st.text(max_size=8), value=values)
def test_whatever_a_file_says_ends_in_settings_or_in_one_line(key: str, value: object) -> None:
    for text in (f"{toml(key)} = {toml(value)}", f"rules.RSC101.ratio = {toml(value)}", f"{key} = {value}"):
        try:
            validate(settings(text), RULES)
        except ConfigError as error:
            assert str(error).isprintable()


# --- choosing rules ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "command_line", "expected"),
    [
        (Selection(), Selection(), ON),
        (Selection(select=()), Selection(), set()),
        (Selection(select=("ALL",)), Selection(), {rule.code for rule in RULES}),
        (Selection(select=("RSC",)), Selection(), {rule.code for rule in RULES} - {"XYZ100"}),
        (Selection(extend_select=("missing-types",)), Selection(), ON | {"RSC301"}),
        (Selection(ignore=("RSC1",)), Selection(), ON - {"RSC101", "RSC106"}),
        (Selection(select=("RSC1",), ignore=("RSC106",)), Selection(), {"RSC101"}),
        (Selection(select=("RSC106",), ignore=("RSC1",)), Selection(), {"RSC106"}),
        (Selection(select=("RSC106",), ignore=("undefined-on-restart",)), Selection(), set()),
        (Selection(select=("RSC10",), ignore=("RSC1",)), Selection(), {"RSC101", "RSC106"}),
        (Selection(ignore=("ALL",), extend_select=("RSC3",)), Selection(), {"RSC301", "RSC302"}),
        (Selection(select=("RSC1",)), Selection(select=("RSC3",)), {"RSC301", "RSC302"}),
        (Selection(ignore=("RSC106",)), Selection(select=("RSC1",)), {"RSC101", "RSC106"}),
        (Selection(select=("RSC1",)), Selection(extend_select=("RSC3",)), {"RSC101", "RSC106", "RSC301", "RSC302"}),
        (Selection(select=("RSC1",)), Selection(ignore=("RSC101",)), {"RSC106"}),
        (Selection(ignore=("RSC106",)), Selection(extend_select=("RSC106",)), ON),
        (Selection(ignore=("RSC106",)), Selection(extend_select=("RSC1",)), ON),
    ],
)
def test_selection(file: Selection, command_line: Selection, expected: set[str]) -> None:
    assert selected(Settings("/p", True, None, *file, command_line=command_line), RULES) == expected


def test_selection_resolves_as_in_ruff(tmp_path: Path) -> None:
    """The same choices, written for ruff's own F401, F811, F841 and E711, give what ruff gives."""
    pytest.importorskip("ruff")
    codes = ("E711", "F401", "F811", "F841")
    code = "import os, re\nimport re\nprint(re)\n\n\ndef f():\n    x = re == None\n"
    write("a.py", code)
    rules = tuple(Rule(code, code.lower()) for code in codes)
    sets = [(), ("F",), ("F8",), ("F401",), ("F841", "E")]
    for select in (None, *sets):
        for ignore in (*sets, ("F811", "E711")):
            for override in (Selection(), Selection(("F",)), Selection(None, ("F4",)), Selection(None, (), ("F8",))):
                lines = [
                    "[lint]",
                    f"extend-select = {json.dumps(codes)}" if select is None else f"select = {json.dumps(select)}",
                ]
                write("ruff.toml", "\n".join([*lines, f"ignore = {json.dumps(ignore)}"]))
                arguments = []
                for flag, chosen in zip(("--select", "--extend-select", "--ignore"), override, strict=False):
                    if chosen:
                        arguments += [flag, ",".join(chosen)]
                command = [
                    sys.executable,
                    "-m",
                    "ruff",
                    "check",
                    "--no-cache",
                    "--quiet",
                    "--output-format=json",
                    *arguments,
                ]
                out = subprocess.run([*command, "a.py"], capture_output=True, text=True, check=False).stdout
                theirs = {finding["code"] for finding in json.loads(out)} & set(codes)
                file = Selection(select, codes if select is None else (), ignore)
                ours = selected(Settings("/p", True, None, *file, command_line=override), rules)
                if select != ():  # with an empty `select`, ruff carries `ignore` over to the command line
                    assert ours == theirs, (select, ignore, override)


def test_per_file_ignores() -> None:
    ignored = per_file_ignores(
        settings(
            """
            [tool.rescode.per-file-ignores]
            "tests/*" = ["RSC3"]
            "*.ipynb" = ["notebook-only-definition"]
            "!src/**" = ["RSC001"]
            "src/gen/" = ["ALL"]
            """
        ),
        RULES,
    )
    assert ignored("src/a.py") == set()
    assert ignored("src/look.ipynb") == {"RSC101"}
    assert ignored("tests/unit/test_a.py") == {"RSC301", "RSC302", "RSC001"}
    assert ignored("src/gen/deep/a.py") == {rule.code for rule in RULES}
    assert per_file_ignores(Settings("/p"), RULES)("a.py") == set()


def test_nothing_slow_is_imported() -> None:
    """A warm run pays for every import: this one costs a few milliseconds."""
    write("pyproject.toml", "[project]\nname = 'a'\n")
    write("a.py")
    script = (
        "import sys; from rescode_lint.config import *; from rescode_lint.run.discover import discover; "
        "root = find_root([], '.'); found = discover(root.path, [], load(root), '.'); "
        "print(len(found.entries), *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert out[0] == "1"
    slow = {"click", "dataclasses", "difflib", "inspect", "json", "pathlib", "tempfile", "tomli", "tomllib"}
    assert not slow & set(out)


def test_an_unpacked_archive_is_a_project_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "src").mkdir(parents=True)
        (tmp_path / name / "README.md").write_text("# Study\n")
    assert find_root([str(tmp_path / "one" / "src")], str(tmp_path)).path == str(tmp_path / "one")
