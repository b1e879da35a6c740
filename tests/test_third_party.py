"""Rules of others: a real second distribution, made of the code in `docs/writing-a-rule.md` and installed by pip."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "writing-a-rule.md").read_text(encoding="utf-8")
BAD = "import benchlib\n\nbench = benchlib.connect('spec-1')\nDATA = '/home/alice/spec.csv'\n"


def block(after: str) -> str:
    """The first code block behind a phrase of the page."""
    match = re.search(r"^```\w+\n(.*?)^```$", PAGE.partition(after)[2], re.M | re.S)
    assert match is not None, after
    return match[1]


@pytest.fixture(scope="session")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of the distribution."""
    folder = tmp_path_factory.mktemp("lab-rules")
    (folder / "lab_rules").mkdir()
    (folder / "tests").mkdir()
    (folder / "pyproject.toml").write_text(block("\n`pyproject.toml`:"))
    (folder / "lab_rules" / "__init__.py").write_text("")
    (folder / "lab_rules" / "connect_without_timeout.py").write_text(block("\n`lab_rules/connect_without_timeout.py`:"))
    (folder / "tests" / "test_rules.py").write_text(block("\n`tests/test_rules.py`"))
    return folder


@pytest.fixture(scope="session")
def installed(distribution: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH, into which pip has installed it."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
    done = subprocess.run([*command, "--target", target, distribution], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def site(installed: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(installed, tmp_path / "site"))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.rescode]\nselect = ['LAB', 'RSC401']\n")
    (folder / "read_out.py").write_text(BAD)
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "source": BAD, "outputs": [], "execution_count": None}
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (folder / "measure.ipynb").write_text(json.dumps(notebook))
    return folder


def rescode(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "rescode_lint", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def places(report: str, *codes: str) -> list[str]:
    """What a report says, without the words."""
    lines = (line.split(" ") for line in report.splitlines())
    found = [" ".join(words[:i]) + " " + word for words in lines for i, word in enumerate(words) if word in codes]
    return [place.replace(": error:", ":") for place in found]


def test_check_finds_what_the_rule_finds(installed: Path, project: Path) -> None:
    for _ in range(2):  # the second time from the cache
        done = rescode(installed, project, "check", "-q")
        assert done.stderr == ""
        assert places(done.stdout, "LAB001", "RSC401") == [
            "measure.ipynb:cell 1:3:9: LAB001",
            "measure.ipynb:cell 1:4:8: RSC401",
            "read_out.py:3:9: LAB001",
            "read_out.py:4:8: RSC401",
        ]
        assert done.stdout.count("`benchlib.connect` may wait for ever\n") == 2
        assert done.returncode == 1


def test_check_in_worker_processes(installed: Path, project: Path) -> None:
    for number in range(4):
        (project / f"long_{number}.py").write_text(BAD + "x = 1\n" * 100_000)
    done = rescode(installed, project, "check", "-q", "--jobs", "2", "--select", "LAB001", "--statistics")
    assert (done.stdout, done.stderr, done.returncode) == ("6  LAB001  connect-without-timeout\n", "", 1)


def test_settings_and_suppressions_reach_it(installed: Path, project: Path) -> None:
    (project / "read_out.py").write_text(
        "import benchlib\nbenchlib.connect()  # noqa: LAB001\n"
        "benchlib.connect()  # "
        "rescode: ignore[connect-without-timeout]\n"
        "benchlib.reconnect()\n"
    )
    option = """rules.connect-without-timeout.functions = ["benchlib.connect", "benchlib.reconnect"]"""
    done = rescode(installed, project, "check", "-q", "--config", option, "read_out.py")
    assert done.stdout == "read_out.py:4:1: LAB001 `benchlib.reconnect` may wait for ever\n"
    assert not rescode(installed, project, "check", "-q", "--ignore", "LAB", "read_out.py").stdout
    wrong = rescode(installed, project, "check", "--config", "rules.LAB001.function = []")
    assert "did you mean `functions`?" in wrong.stderr
    assert wrong.returncode == 2


def test_rules_lists_it(installed: Path, project: Path) -> None:
    done = rescode(installed, project, "rules")
    assert re.search(r"\nLAB\n  LAB001  connect-without-timeout +on +- +a connection to the spectrometer", done.stdout)
    rows = json.loads(rescode(installed, project, "rules", "--output-format", "json").stdout)["rules"]
    (row,) = [row for row in rows if row["code"] == "LAB001"]
    assert row["family"] == "LAB"
    assert row["options"] == {"functions": ["benchlib.connect"]}
    assert row["url"] is None


@pytest.mark.parametrize("name", ["LAB001", "lab001", "connect-without-timeout"])
def test_explain_explains_it(installed: Path, project: Path, name: str) -> None:
    done = rescode(installed, project, "explain", name)
    assert done.returncode == 0
    assert done.stdout.startswith("# LAB001 connect-without-timeout\n")
    assert "Our spectrometer does not answer" in done.stdout
    assert "example.py:2:9: LAB001 `benchlib.connect` may wait for ever" in done.stdout
    assert 'functions = ["benchlib.connect"]' in done.stdout


def test_its_own_tests_pass(installed: Path, distribution: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", ".", "tests"]
    done = subprocess.run(command, cwd=distribution, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_a_crash_is_news(site: Path, project: Path) -> None:
    module = site / "lab_rules" / "connect_without_timeout.py"
    module.write_text(module.read_text().replace("assert isinstance(functions, tuple)", "1 / 0"))
    (project / "fine.py").write_text("DATA = '/home/bob/x.csv'\n")
    for _ in range(2):
        done = rescode(site, project, "check", "-q")
        assert done.returncode == 2
        assert "Traceback" not in done.stdout + done.stderr
        assert places(done.stdout, "RSC002", "RSC401") == [
            "fine.py:1:8: RSC401",
            "measure.ipynb:cell 1:4:8: RSC401",
            "read_out.py:4:8: RSC401",
            "measure.ipynb:cell 1:3: RSC002",
            "read_out.py:3: RSC002",
        ]
        crashes = [line for line in done.stdout.splitlines() if "RSC002" in line]
        for line in crashes:
            assert "LAB001 connect-without-timeout crashed: ZeroDivisionError" in line
            assert "`--ignore LAB001`" in line
    without = rescode(site, project, "check", "-q", "--ignore", "LAB001")
    assert "RSC002" not in without.stdout
    assert without.returncode == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import no_such_sdk\n", "ModuleNotFoundError: No module named 'no_such_sdk'"),
        ("def broken(:\n", "SyntaxError"),
        ("raise RuntimeError('no licence')\n", "RuntimeError: no licence"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_named(site: Path, project: Path, text: str, why: str) -> None:
    (site / "lab_rules" / "connect_without_timeout.py").write_text(text)
    (project / "pyproject.toml").write_text("[tool.rescode]\nselect = ['RSC401']\n")
    for arguments in (("check", "-q"), ("rules",)):
        done = rescode(site, project, *arguments)
        assert done.returncode == 2
        said = done.stdout + done.stderr
        assert "`connect-without-timeout` (lab_rules.connect_without_timeout) cannot be loaded" in said
        assert why in said
        assert "Traceback" not in said
        assert "RSC401" in done.stdout
    done = rescode(site, project, "explain", "LAB001")
    assert "no rule is called `LAB001`" in done.stderr
    assert "cannot be loaded" in done.stderr
    assert done.returncode == 2
    assert rescode(site, project, "explain", "RSC401").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('code = "LAB001"', 'code = "RSC401"', "has the code of `personal-path`"),
        ('code = "LAB001"', 'code = "lab1"', "has a code that is not three to five capital letters and three digits"),
        ('name = "connect-without-timeout"', 'name = "Connect"', "has a name that is not in kebab-case"),
        ("    summary = ", "    said = ", "has no `summary`"),
    ],
)
def test_a_rule_that_breaks_the_contract_is_named(site: Path, project: Path, old: str, new: str, fault: str) -> None:
    module = site / "lab_rules" / "connect_without_timeout.py"
    module.write_text(module.read_text().replace(old, new))
    (project / "pyproject.toml").write_text("[tool.rescode]\nselect = ['RSC401']\n")
    done = rescode(site, project, "check", "-q")
    assert fault in done.stdout
    assert "ConnectWithoutTimeout" in done.stdout
    assert done.stdout.count(" RSC401 ") >= 2
    assert done.returncode == 2
