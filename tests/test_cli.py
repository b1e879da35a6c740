"""The command line, in processes of its own: options, exit codes, and the same answer whatever the way to it."""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import pytest
from running import HOME, Done, git, messy_lab, project, rescode, run, settle

CLEAN, FOUND, FAILED = 0, 1, 2


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    return project(tmp_path, {"a.py": HOME, "b.py": f'{HOME}MORE = "/data/x.csv"\n', "sub/clean.py": "x = 1\n"})


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cli") / "lab"
    messy_lab(root)
    git(root, "init", "-q")
    return root


def codes(done: Done) -> list[str]:
    return re.findall(r": (RSC\d+) ", done.stdout)


# --- exit codes, and what is written where ----------------------------------------------------------------------------


def test_findings(lab: Path) -> None:
    done = rescode(lab, "check")
    assert done.returncode == FOUND
    assert codes(done) == ["RSC401", "RSC401", "RSC402"]
    assert "\nFound 3 findings (paths 3) in 3 files.\n[-] 3 findings can be fixed" in done.stdout
    assert done.stderr == ""


def test_clean(lab: Path) -> None:
    done = rescode(lab, "check", "sub")
    assert (done.returncode, done.stdout, done.stderr) == (CLEAN, "All clear: 1 file.\n", "")


def test_both_names_are_the_same_command(lab: Path) -> None:
    from importlib.metadata import entry_points

    scripts = {e.name: e.value for e in entry_points(group="console_scripts") if e.name.startswith("rescode")}
    assert scripts == {"rescode": "rescode_lint.doors.cli:command", "rescode-lint": "rescode_lint.doors.cli:command"}


@pytest.mark.parametrize("more", [[], ["-q"], ["--output-format", "json"]])
def test_nothing_to_check(tmp_path: Path, more: list[str]) -> None:
    project(tmp_path, {"notes.md": "# Notes\n"})
    done = rescode(tmp_path, "check", *more)
    assert done.returncode == CLEAN
    said = "othing to check: no Python files or notebooks found" in done.stdout + done.stderr
    assert said is (more != ["-q"])


def test_exit_zero(lab: Path) -> None:
    done = rescode(lab, "check", "--exit-zero")
    assert done.returncode == CLEAN
    assert len(codes(done)) == 3
    assert rescode(lab, "check", "--exit-zero", "nowhere.py").returncode == FAILED


def test_totals_count_what_was_asked_for(messy: Path) -> None:
    """Cold and warm: files, cells, other languages, what could not be parsed, what was suppressed."""
    for _ in range(2):
        done = rescode(messy, "check", "birdlab/weather.py")
        assert " in 1 file.\n" in done.stdout, done.stdout
        summary = json.loads(rescode(messy, "check", "notebooks", "--output-format", "json").stdout)["summary"]
        assert summary["files"] == summary["notebooks"] == len(list(messy.glob("notebooks/*.ipynb"))) - 1
        assert summary["other_languages"] == {"R": 1}
        assert (summary["unparsed_cells"], summary["unparsed_files"]) == (1, 0)
        everything = json.loads(rescode(messy, "check", "--output-format", "json").stdout)["summary"]
        assert everything["cells"] == summary["cells"]
        assert everything["files"] > summary["files"] + 10
        assert everything["suppressed"] > summary["suppressed"] > 0
        settle()


# --- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (["--select", "RSC402"], ["RSC402"]),
        (["--select", "machine-path"], ["RSC402"]),
        (["--select", "RSC4", "--ignore", "RSC401"], ["RSC402"]),
        (["--select", "RSC1,RSC402"], ["RSC402"]),
        (["--select", "RSC1", "--select", "RSC402"], ["RSC402"]),
        (["--select", "RSC1", "--extend-select", "RSC402"], ["RSC402"]),
        (["--ignore", "RSC4", "--extend-select", "RSC402"], ["RSC402"]),
        (["--select", "ALL", "--ignore", "RSC4,RSC3,RSC5,RSC2"], []),
        (["--config", 'ignore = ["RSC401"]'], ["RSC402"]),
    ],
)
def test_choice_of_rules(lab: Path, arguments: list[str], wanted: list[str]) -> None:
    assert codes(rescode(lab, "check", *arguments)) == wanted


def test_isolated(lab: Path) -> None:
    (lab / "pyproject.toml").write_text('[tool.rescode]\nignore = ["RSC4"]\n')
    assert codes(rescode(lab, "check")) == []
    assert len(codes(rescode(lab, "check", "--isolated"))) == 3


def test_config_file(lab: Path) -> None:
    (lab / "other.toml").write_text('ignore = ["RSC401"]\n')
    assert codes(rescode(lab, "check", "--config", "other.toml")) == ["RSC402"]


def test_show_settings(lab: Path) -> None:
    done = rescode(lab, "check", "--show-settings", "--ignore", "RSC401")
    assert done.returncode == CLEAN
    assert f"root = '{lab}'" in done.stdout
    assert "RSC402  machine-path" in done.stdout
    assert "RSC401  personal-path" not in done.stdout
    assert not (lab / ".rescode_cache").exists()


def test_statistics(lab: Path) -> None:
    done = rescode(lab, "check", "--statistics")
    assert (done.returncode, done.stdout) == (FOUND, "2  RSC401  personal-path\n1  RSC402  machine-path\n")
    assert json.loads(rescode(lab, "check", "--statistics", "--output-format", "json").stdout)
    done = rescode(lab, "check", "--statistics", "--output-format", "sarif")
    assert done.returncode == FAILED
    assert done.stderr == "rescode: --statistics: the format `sarif` has no counts; choose from full, concise, json\n"


def test_quiet_and_verbose(lab: Path) -> None:
    done = rescode(lab, "check", "-q")
    assert len(done.stdout.splitlines()) == 3
    assert done.stderr == ""
    done = rescode(lab, "check", "-v")
    assert f"root {lab}" in done.stderr
    assert "3 files in" in done.stderr


@pytest.mark.parametrize("name", ["full", "concise", "json", "sarif", "github", "gitlab", "rdjson", "junit"])
def test_formats(lab: Path, name: str) -> None:
    done = rescode(lab, "check", "--output-format", name)
    assert done.returncode == FOUND
    assert "RSC402" in done.stdout
    target = lab / "report.txt"
    to_file = rescode(lab, "check", "--output-format", name, "--output-file", target)
    assert (to_file.returncode, to_file.stdout) == (FOUND, "")
    assert target.read_text("utf-8") == done.stdout
    if name in ("sarif", "rdjson"):  # they show what the rules say of themselves, on a warm run too
        assert "blob/main/docs/rules/RSC402.md" in done.stdout


def test_color(lab: Path) -> None:
    def colored(*arguments: str, **env: str) -> bool:
        return "\x1b[" in rescode(lab, "check", *arguments, env=env).stdout

    assert not colored()
    assert colored("--color", "always")
    assert colored("--color", "always", NO_COLOR="1")
    assert colored(FORCE_COLOR="1")
    assert not colored(FORCE_COLOR="1", NO_COLOR="1")
    assert not colored("--color", "never", FORCE_COLOR="1")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals there")
def test_on_a_terminal(lab: Path) -> None:
    """Code frames in colour, unless NO_COLOR says otherwise."""
    code = (
        "import os, pty, sys\n"
        "def read(fd):\n"
        "    try:\n        return os.read(fd, 65536)\n    except OSError:\n        return b''\n"
        "sys.exit(os.waitstatus_to_exitcode(pty.spawn([sys.executable, '-m', 'rescode_lint', 'check'], read)))\n"
    )
    done = run(lab, "-c", code, env={"TERM": "xterm"})
    assert done.returncode == FOUND
    assert "\x1b[1ma.py\x1b[0m:1:8" in done.stdout
    assert "help:" in done.stdout
    assert "\x1b[" not in run(lab, "-c", code, env={"TERM": "xterm", "NO_COLOR": "1"}).stdout


def test_paths_are_shown_as_seen_from_here(lab: Path) -> None:
    assert rescode(lab / "sub", "check", "-q", "../a.py").stdout.startswith("../a.py:1:8: RSC401")


def test_version_and_help(tmp_path: Path) -> None:
    assert re.fullmatch(r"rescode-lint \d+\.\d+.*\n", rescode(tmp_path, "--version").stdout)
    done = rescode(tmp_path, "check", "--help", env={"COLUMNS": "100"})
    assert done.returncode == CLEAN
    assert "exit codes: 0 nothing found" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


# --- standard input ---------------------------------------------------------------------------------------------------


def test_standard_input(lab: Path) -> None:
    done = rescode(lab, "check", "-", "--stdin-filename", "sub/clean.py", stdin=HOME)
    assert codes(done) == ["RSC401"]
    assert done.stdout.startswith("sub/clean.py:1:8: ")
    assert " in 1 file.\n" in done.stdout
    assert rescode(lab, "check", "-", stdin=HOME).stdout.startswith("stdin.py:1:8: RSC401")
    assert rescode(lab, "check", "-", stdin="x = 1\n").returncode == CLEAN
    assert codes(rescode(lab, "check", "-", "--stdin-filename", "new.py", stdin=HOME.encode("utf-8-sig"))) == ["RSC401"]


def test_standard_input_within_its_project(messy: Path) -> None:
    """A notebook and a script from an editor: the rules know the files around them."""
    for path in ("notebooks/02_features.ipynb", "birdlab/weather.py"):
        data = (messy / path).read_bytes()
        from_disk = rescode(messy, "check", path)
        from_stdin = rescode(messy, "check", "-", "--stdin-filename", path, stdin=data)
        assert from_stdin.stdout == from_disk.stdout
        assert {"RSC101", "RSC501"} & set(codes(from_stdin))
    notebook = messy / "notebooks" / "02_features.ipynb"
    name = re.search(r"def (split_bouts)\(", notebook.read_text())
    assert name
    (messy / "birdlab" / "bouts.py").write_text("def split_bouts(a, b):\n    c = a\n    c += b\n    return c\n")
    done = rescode(messy, "check", "-", "--stdin-filename", notebook, stdin=notebook.read_bytes())
    assert "split_bouts" not in " ".join(line for line in done.stdout.splitlines() if "RSC101" in line)


# --- the same answer, whatever the way to it (law 2) ------------------------------------------------------------------


def test_the_same_answer_whatever_the_way_to_it(tmp_path: Path) -> None:
    root = tmp_path / "lab"
    messy_lab(root)
    for number in range(30):  # enough for two processes
        text = "\n".join(f"def f_{number}_{i}(x, fileName=None):\n    return x + {i}" for i in range(400))
        (root / f"many_{number}.py").write_text(text)
    settle()
    wanted = rescode(root, "check", "--output-format", "json", "--no-cache", "--jobs", "1").stdout
    assert not (root / ".rescode_cache").exists()
    ways: dict[str, list[str]] = {
        "two processes": ["--no-cache", "--jobs", "2"],
        "cold": [],
        "warm": [],
        "warm, other processes": ["--jobs", "2"],
        "cache elsewhere": ["--cache-dir", str(tmp_path / "cache")],
        "that cache, warm": ["--cache-dir", str(tmp_path / "cache")],
        "from elsewhere": [str(root)],
    }
    for way, arguments in ways.items():
        assert rescode(root, "check", "--output-format", "json", *arguments).stdout == wanted, way
    assert (tmp_path / "cache" / "CACHEDIR.TAG").is_file()
    assert (root / ".rescode_cache" / ".gitignore").read_text() == "*\n"

    paths = ["birdlab", "train.py", "many_3.py", "notebooks", "scripts", "many_1.py", "tests", "train.py"]
    outputs = set()
    for seed in range(3):
        random.Random(seed).shuffle(paths)
        outputs.add(rescode(root, "check", *paths, *(["--no-cache"] if seed else [])).stdout)
    assert len(outputs) == 1

    # One file at a time, each with the whole project in mind, says what they say together.
    together = json.loads(wanted)["findings"]
    for path in ("birdlab/features.py", "notebooks/03_train.ipynb", "many_7.py"):
        alone = json.loads(rescode(root, "check", path, "--output-format", "json").stdout)["findings"]
        assert alone == [finding for finding in together if finding["path"] == path]


# --- a warm run is light ----------------------------------------------------------------------------------------------

HEAVY = (
    *(
        "libcst",
        "nbformat",
        "rich",
        "mypy",
        "flake8",
        "dataclasses",
        "inspect",
        "importlib.metadata",
        "multiprocessing",
    ),
    *("concurrent", "tokenize", "difflib", "tomllib", "tomli", "shutil", "ast", "subprocess", "rescode_lint.rules"),
    *("rescode_lint.semantics", "rescode_lint.read"),
)
#: What is imported for one changed script besides.
NEEDED_TO_READ = ("ast", "rescode_lint.rules", "rescode_lint.semantics", "rescode_lint.read")


def test_a_warm_run_imports_little(tmp_path: Path) -> None:
    project(tmp_path, {f"m_{number}.py": f"{HOME}x_{number} = 1\n" for number in range(500)})
    (tmp_path / "pyproject.toml").unlink()
    settle()
    code = (
        "import sys\n"
        "from rescode_lint.doors.cli import main\n"
        "before = set(sys.modules)\n"
        "status = main(['check', '-q', *sys.argv[1:]])\n"
        "print(status, *sys.modules, file=sys.stderr)\n"
    )

    def imported(*arguments: str) -> set[str]:
        # -S: not what `.pth` files of the test environment import.
        import rescode_lint

        env = {"PYTHONPATH": str(Path(rescode_lint.__file__).parent.parent)}
        status, *modules = run(tmp_path, "-S", "-c", code, *arguments, env=env).stderr.split()
        assert status == "1"
        return {name for name in modules for heavy in HEAVY if name == heavy or name.startswith(f"{heavy}.")}

    assert "rescode_lint.read" in imported(".")
    assert imported(".") == set()
    assert imported("m_3.py") == set()
    assert imported("m_3.py", "--output-format", "concise", "--statistics") == set()
    (tmp_path / "m_3.py").write_text(HOME)
    assert {name for name in imported("m_3.py") if not name.startswith(NEEDED_TO_READ)} == set()


def test_one_cause_in_many_files_is_one_finding_unless_few_are_asked_for(tmp_path: Path) -> None:
    project(tmp_path, {f"step{i}.py": f'open("/scratch/run7/part{i}.csv")\n' for i in range(7)})
    whole = rescode(tmp_path, "check", "--select", "RSC402", "-q").stdout.splitlines()
    assert len(whole) == 1
    assert whole[0].startswith("step0.py:1:6: RSC402 ")
    assert "6 more files" in whole[0]
    few = rescode(tmp_path, "check", "--select", "RSC402", "-q", "step3.py", "step5.py").stdout.splitlines()
    assert [line.split(":")[0] for line in few] == ["step3.py", "step5.py"]
