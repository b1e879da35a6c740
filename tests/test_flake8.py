"""The flake8 plugin: the same findings as the command line's, through flake8's own machinery."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from running import HOME, Done, flake8, git, messy_lab, project, rescode, run

Places = list[tuple[str, int, int, str, str]]


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The messy laboratory as a throw-away git repository, with a few odd files more."""
    root = tmp_path_factory.mktemp("flake8") / "lab"
    messy_lab(root)
    (root / "birdlab" / "umlauts.py").write_text(f"# -*- coding: latin-1 -*-\nname = 'Zürich'; {HOME}", "latin-1")
    (root / "birdlab" / "mark.py").write_text(f"def écoute(x=('é', '/home/alice/x.csv')): pass\n{HOME}", "utf-8-sig")
    (root / "birdlab" / "windows.py").write_bytes(HOME.replace("\n", "\r\n").encode() * 2)
    (root / "birdlab" / "no_end.py").write_text(HOME * 2 + HOME.strip())
    (root / "birdlab" / "old.py").write_text("print 'hello'\n")
    quiet = f"{HOME.strip()}  # noqa: RSC401\nx = 1  # noqa: RSC402\n# rescode: ignore\n"
    (root / "birdlab" / "quiet.py").write_text(quiet)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    return root


def of_flake8(done: Done) -> Places:
    pattern = re.compile(r"(?:\./)?(.*?):(\d+):(\d+): ([A-Z]+\d+) (.*)")
    matches = [pattern.fullmatch(line) for line in done.stdout.splitlines()]
    assert all(matches), done.stdout
    return sorted((m[1], int(m[2]), int(m[3]), m[4], m[5]) for m in matches if m and m[4].startswith("RSC"))


def of_rescode(done: Done) -> Places:
    """What a format says that has a finding for each file, as flake8 has, even where all have one cause."""
    lines = [d["original_output"] for d in json.loads(done.stdout)["diagnostics"]]
    matches = [re.fullmatch(r"([^:]*?\.py):(\d+):(\d+): ([A-Z]+\d+) (.*)", line) for line in lines]
    places = [(m[1], int(m[2]), int(m[3]), m[4], m[5]) for m in matches if m]
    return sorted(place for place in places if place[3] != "RSC000")  # flake8 says E999, and calls no plugin


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("paths", [(), ("birdlab", "train.py"), ("birdlab/model.py",)], ids=["all", "some", "one"])
def test_the_same_as_the_command_line(messy: Path, jobs: str, paths: tuple[str, ...]) -> None:
    wanted = of_rescode(rescode(messy, "check", "--output-format", "rdjson", *paths))
    assert of_flake8(flake8(messy, "--jobs", jobs, *paths)) == wanted
    assert len(wanted) > (1 if paths else 25)
    if not paths:  # rules that know the whole project, and suppressions
        assert {"RSC001", "RSC201", "RSC202", "RSC501", "RSC502"} <= {code for *_, code, _ in wanted}


def test_from_a_subfolder(messy: Path) -> None:
    wanted = of_rescode(rescode(messy, "check", "--output-format", "rdjson", "birdlab/model.py"))
    found = of_flake8(flake8(messy / "birdlab", "model.py"))
    assert [("birdlab/" + path, *rest) for path, *rest in found] == wanted


def test_nothing_is_judged_twice(messy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What flake8's tree gives is what our own reading gave, so the project is judged once."""
    from flake8.main.cli import main

    from rescode_lint.run.pipeline import Session

    calls = []
    judge = Session.judge
    monkeypatch.setattr(Session, "judge", lambda self, *more: calls.append(1) or judge(self, *more))
    monkeypatch.chdir(messy)
    assert main(["--jobs", "1", "--select", "RSC", "--output-file", "/dev/null"]) == 1
    assert len(calls) == 1


def test_standard_input(messy: Path) -> None:
    path = "birdlab/weather.py"
    text = (messy / path).read_text() + HOME
    done = flake8(messy, "--stdin-display-name", path, "-", stdin=text)
    wanted = rescode(messy, "check", "-", "--stdin-filename", path, "--output-format", "rdjson", stdin=text)
    assert of_flake8(done) == of_rescode(wanted)
    assert "RSC501" in done.stdout
    assert "/home/alice" in done.stdout
    assert "stdin:1:8: RSC401" in flake8(messy, "-", stdin=HOME).stdout


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return project(
        tmp_path,
        {
            "a.py": f'{HOME}MORE = "/data/x.csv"\n',
            "b/c.py": HOME,
            "quiet.py": f"{HOME.strip()}  # noqa\n",
        },
    )


def codes(done: Done) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, *_, code, _ in of_flake8(done):
        found.setdefault(path, []).append(code)
    return found


BOTH = ["RSC401", "RSC402"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((), {"a.py": BOTH, "b/c.py": BOTH[:1]}),
        (("--select", "RSC402"), {"a.py": BOTH[1:]}),
        (("--select", "E,F"), {}),
        (("--extend-ignore", "RSC4"), {}),
        (("--extend-ignore", "RSC401"), {"a.py": BOTH[1:]}),
        (("--per-file-ignores", "b/*:RSC"), {"a.py": BOTH}),
        (("--exclude", "b"), {"a.py": BOTH}),
        (("--disable-noqa",), {"a.py": BOTH, "b/c.py": BOTH[:1], "quiet.py": BOTH[:1]}),
        (("--isolated",), {"a.py": BOTH, "b/c.py": BOTH[:1]}),
    ],
)
def test_flake8s_own_choice(lab: Path, arguments: tuple[str, ...], wanted: dict[str, list[str]]) -> None:
    assert codes(flake8(lab, *arguments)) == wanted


def test_its_settings_file(lab: Path) -> None:
    (lab / ".flake8").write_text("[flake8]\nselect = RSC\nper-file-ignores =\n    a.py: RSC402\n")
    assert codes(flake8(lab)) == {"a.py": BOTH[:1], "b/c.py": BOTH[:1]}


def test_our_settings_hold(lab: Path) -> None:
    (lab / "pyproject.toml").write_text('[tool.rescode]\nignore = ["RSC402"]\nper-file-ignores = {"b/*" = ["RSC4"]}\n')
    assert codes(flake8(lab)) == {"a.py": BOTH[:1]}
    assert codes(flake8(lab, "--extend-select", "RSC402")) == {"a.py": BOTH}


def test_a_rule_that_is_off_is_switched_on_by_name(lab: Path) -> None:
    """Every rule can be chosen by flake8's means, its default notwithstanding."""
    (lab / "pyproject.toml").write_text('[tool.rescode]\nselect = ["RSC402"]\n')
    assert codes(flake8(lab)) == {"a.py": ["RSC402"]}
    assert codes(flake8(lab, "--select", "RSC401")) == {"a.py": ["RSC401"], "b/c.py": ["RSC401"]}
    assert codes(flake8(lab, "--extend-select", "RSC4")) == {"a.py": BOTH, "b/c.py": ["RSC401"]}


def test_what_we_exclude_is_left_alone_unless_it_is_passed(lab: Path) -> None:
    (lab / "pyproject.toml").write_text('[tool.rescode]\nextend-exclude = ["b"]\n')
    assert codes(flake8(lab)) == {"a.py": BOTH}
    assert codes(flake8(lab, "b/c.py")) == {"b/c.py": BOTH[:1]}


def test_a_file_outside_of_any_project(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(HOME)
    assert codes(flake8(Path("/"), str(tmp_path / "x.py"))) == {str(tmp_path / "x.py"): ["RSC401"]}


def test_an_encoding_that_nobody_declares(lab: Path) -> None:
    (lab / "a.py").write_bytes(b"name = 'Z\xfcrich'\n")
    for more in ((), ("--select", "RSC4")):
        done = flake8(lab, *more, "a.py")
        assert "a.py:1:1: RSC000 is not valid UTF-8 (save it as UTF-8" in done.stdout
        assert done.returncode == 1


def test_broken_settings_end_in_one_line(lab: Path) -> None:
    (lab / "pyproject.toml").write_text('[tool.rescode]\nselct = ["RSC4"]\n')
    for jobs in ("1", "2"):
        done = flake8(lab, "--jobs", jobs)
        assert done.returncode == 1
        assert done.stdout.count("selct") == 1
        assert "rescode-lint: pyproject.toml: [tool.rescode] there is no key `selct`; did you mean" in done.stdout


def test_a_crashed_rule_is_named(lab: Path) -> None:
    """The others go on; the name is given even where flake8 is told to show other codes alone."""
    code = (
        "import sys\n"
        "from rescode_lint.rules.paths.personal_path import PersonalPath\n"
        "def crash(*_): raise KeyError('x')\n"
        "PersonalPath.check = crash\n"
        "from flake8.main.cli import main\n"
        "sys.exit(main())\n"
    )
    (lab / "crash.py").write_text(code)
    for more in ((), ("--select", "RSC4")):
        done = run(lab, "crash.py", "--jobs", "1", *more, "a.py")
        assert done.returncode == 1
        assert "a.py:2:8: RSC402" in done.stdout
        assert "RSC002 the rule RSC401 personal-path crashed: KeyError: 'x'" in done.stdout


def test_what_flake8_cannot_parse(lab: Path) -> None:
    (lab / "a.py").write_text("x = (\n")
    done = flake8(lab)
    assert "E999" in done.stdout
    assert codes(done) == {"b/c.py": ["RSC401"]}


def test_it_says_its_name_and_version(tmp_path: Path) -> None:
    from rescode_lint import __version__

    assert f"rescode-lint: {__version__}" in flake8(tmp_path, "--version").stdout.replace("\n", " ")
