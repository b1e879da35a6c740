"""`rescode check --fix` as a command: what is written, what is left alone, what is said, and the exit codes.

The rules are those of an installed package of somebody else, and as careless as rules can be.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from running import Done, git, project, run

PLUGIN = '''
import ast
from pathlib import Path

from rescode_lint.rule import FileRule, Repair
from rescode_lint.model import Fix


class OldCall(FileRule):
    """Nobody calls `old` any more, because it is slow and because the lab has agreed on `new` for all that is to come.
    It does the same, and it does it at once."""

    code = "FIX001"
    name = "old-call"
    summary = "`old` is called"
    advice = "Call `new`."
    safe_fix = True
    function = "old"

    def check(self, file):
        for call, _ in file.calls_of(self.function):
            fix = Fix(bool(self.safe_fix), "call `new`")
            yield self.finding(file.span(call), f"`{self.function}` is called", fix=fix)

    def fix(self, node, finding, file, project):
        import libcst as cst

        if not isinstance(node, cst.Call):
            return None
        match getattr(node.args[0].value, "value", "") if node.args else "":
            case "crash":
                raise ValueError("no idea")
            case "deep":
                return self.fix(node, finding, file, project)
            case "nothing":
                return None
            case "nonsense":
                return "new(x)"
            case "unparsable":
                return cst.NamedExpr(cst.Name("new"), cst.Integer("1"))
            case "nameless":
                return cst.Call(func=cst.Name(""))
            case "same":
                return node.with_changes(args=[*node.args, *node.args])
            case "endless":
                return node.with_changes(args=[cst.Arg(cst.SimpleString(repr("x" * finding.span.end_column)))])
            case "worse":
                return node.with_changes(func=cst.Name("older"))
            case "comment":
                return cst.parse_expression("new(comment)")
            case "arrow":
                return cst.parse_expression("new('\\u2192')")
            case "path":
                return Repair(cst.parse_expression("new(Path())"), (("pathlib", "Path"),))
            case "meanwhile":
                with Path(finding.path).open("a") as theirs:
                    theirs.write("# theirs\\n")
        return node.with_changes(func=cst.Name("new"))


class OlderCall(OldCall):
    """Nobody calls `older` any more, because it is slow and because the lab has agreed on `new` for all that is to come.
    It does nearly the same, and it does it at once."""

    code = "FIX002"
    name = "older-call"
    summary = "`older` is called"
    safe_fix = False
    function = "older"
'''
SETTINGS = "[tool.rescode]\nselect = ['FIX']\n"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH that holds an installed distribution."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "fix_rules.py").write_text(PLUGIN)
    information = folder / "fix_rules-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: fix-rules\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        "[rescode_lint.rules]\nold-call = fix_rules:OldCall\nolder-call = fix_rules:OlderCall\n"
    )
    return folder


class Lab:
    """A project, and the command in it."""

    def __init__(self, root: Path, site: Path) -> None:
        self.root = root
        self.site = site

    def write(self, **files: str | bytes) -> None:
        """Files by stem: `a="..."` is `a.py`, `a_ipynb` is `a.ipynb`."""
        named = {(n[:-6] + ".ipynb" if n.endswith("_ipynb") else n + ".py"): text for n, text in files.items()}
        project(self.root, {"pyproject.toml": SETTINGS, **named})

    def check(self, *arguments: str | Path, stdin: str | bytes = b"") -> Done:
        env = {"PYTHONPATH": str(self.site), "NO_COLOR": "1"}
        return run(self.root, "-m", "rescode_lint", "check", *arguments, stdin=stdin, env=env)

    def bytes(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def files(self) -> dict[str, bytes]:
        """All that the project holds, but for the cache."""
        paths = (p for p in self.root.rglob("*") if p.is_file() and ".rescode_cache" not in p.parts)
        return {str(p.relative_to(self.root)): p.read_bytes() for p in paths}


@pytest.fixture
def lab(tmp_path: Path, site: Path) -> Lab:
    return Lab(project(tmp_path / "lab", {"pyproject.toml": SETTINGS}), site)


def notebook(*sources: str | list[str], indent: int | None = 1, **more: Any) -> bytes:
    cells = [
        {
            "cell_type": "code",
            "execution_count": 7,
            "id": f"c{number}",
            "metadata": {"é": [1]},
            "outputs": [],
            "source": s,
        }
        for number, s in enumerate(sources, 1)
    ]
    made = {"cells": cells, "metadata": {"z": 1, "a": 2}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(made, indent=indent, **more) + "\n").encode()


# --- what is written --------------------------------------------------------------------------------------------------


def test_fixes_are_announced_then_made_then_gone(lab: Lab) -> None:
    lab.write(a="x = old(1)\ny = older(2)\n")
    first = lab.check()
    assert "a.py:1:5: FIX001 [*] `old` is called" in first.stdout
    assert "a.py:2:5: FIX002 [-] `older` is called" in first.stdout
    assert "--fix" in first.stdout
    assert first.returncode == 1
    assert lab.bytes("a.py") == b"x = old(1)\ny = older(2)\n"

    safe = lab.check("--fix")
    assert lab.bytes("a.py") == b"x = new(1)\ny = older(2)\n"
    assert "FIX001" not in safe.stdout
    assert "a.py:2:5: FIX002" in safe.stdout
    assert safe.returncode == 1

    unsafe = lab.check("--fix", "--unsafe-fixes")
    assert lab.bytes("a.py") == b"x = new(1)\ny = new(2)\n"
    assert "FIX00" not in unsafe.stdout
    assert unsafe.returncode == 0

    again = lab.check("--fix", "--unsafe-fixes", "-q")
    assert (again.stdout, again.stderr, again.returncode) == ("", "", 0)


def test_unsafe_fixes_alone_change_nothing(lab: Lab) -> None:
    lab.write(a="x = older(2)\n")
    done = lab.check("--unsafe-fixes")
    assert done.returncode == 1
    assert lab.bytes("a.py") == b"x = older(2)\n"


SCRIPTS = {
    "crlf": b"x = old(1)\r\ny = 2\r\n",
    "mixed": b"x = 1\r\ny = old(2)\n",
    "cr": b"x = 1\ry = old(2)",
    "no_end": b"x = old(1)",
    "bom": b"\xef\xbb\xbfx = old('\xc3\xa9')\n",
    "latin_1": b"# -*- coding: latin-1 -*-\nx = old('\xe9')\n",
    "shift_jis": "# coding: shift_jis\nx = old('日本')\n".encode("shift_jis"),
    "tabs": b"if 1:\n\tx = old(\n\t  1,\n\t)   \n\n\n",
    "separators": b"x = 1\n\x0c\nx = old(1)  # \xe2\x80\xa8 \n",
    "dense": b"if 1:\n   x = old(1);  y=old( 2 )\n",
    "nested": b"#!python\nx = '''my old\n''' + old(old(3))\n",
    "continued": b"\n\n\nx = old(1) \\\n  + 2\n",
    "emoji": "x = '🐦', old('é'); y = old(2)\n".encode(),
    "magics": b"%matplotlib inline\n!ls\nx = old(1)\n",
}


def test_scripts_change_in_no_other_byte(lab: Lab) -> None:
    lab.write(**SCRIPTS)
    done = lab.check("--fix")
    for name, before in SCRIPTS.items():
        assert lab.bytes(f"{name}.py") == before.replace(b"old(", b"new("), name
    assert done.returncode == 0, done.stdout


def test_notebooks_change_in_no_other_byte(lab: Lab) -> None:
    first = ["%matplotlib inline\n", "!ls old(1)\n", "x = old('é🐦')  # é\r\n", "y = 1"]
    made: dict[str, bytes] = {}
    for indent in (None, 0, 1, 2):
        for ascii_only in (True, False):
            for end in (b"\n", b"\r\n", b""):
                data = notebook(first, "print('no')", "z = old(2)\n# two\n", indent=indent, ensure_ascii=ascii_only)
                made[f"n{len(made)}_ipynb"] = data.replace(b"\n", end) if end else data.rstrip(b"\n")
    lab.write(**made)
    done = lab.check("--fix")
    for name, before in made.items():
        after = before.replace(b"x = old", b"x = new").replace(b"z = old", b"z = new")
        assert lab.bytes(name.replace("_", ".")) == after, name
    assert done.returncode == 0, done.stdout


def test_magics_stay(lab: Lab) -> None:
    cell = "%load_ext lab\n%time x = old(1)\n!echo {old}\n?old\nfiles = !ls\ny = old(2)"
    lab.write(a_ipynb=notebook(cell))
    lab.check("--fix")
    (made,) = json.loads(lab.bytes("a.ipynb"))["cells"]
    assert made["source"] == cell.replace("old(", "new(")


def test_an_import_goes_to_the_imports(lab: Lab) -> None:
    lab.write(
        a='"""Doc."""\r\n\r\nimport os\r\n\r\nx = old(path)\r\n',
        b_ipynb=notebook(["import os\n", "import sys"], ["x = old(path)\n", "y = 1"], indent=2),
    )
    done = lab.check("--fix")
    assert lab.bytes("a.py") == b'"""Doc."""\r\n\r\nimport os\r\nfrom pathlib import Path\r\n\r\nx = new(Path())\r\n'
    assert lab.bytes("b.ipynb") == notebook(
        ["import os\n", "import sys\n", "from pathlib import Path"], ["x = new(Path())\n", "y = 1"], indent=2
    )
    assert done.returncode == 0


def test_a_name_in_another_function_is_in_nobodys_way(lab: Lab) -> None:
    lab.write(
        a="def f(Path):\n    return Path\n\n\ndef g():\n    return old(path)\n",
        b="def f():\n    from pathlib import Path\n\n    return old(path), Path\n",
    )
    done = lab.check("--fix")
    assert b"return new(Path())" in lab.bytes("a.py")
    assert b"return new(Path()), Path" in lab.bytes("b.py")
    assert done.returncode == 0


def test_mode_and_link_stay(lab: Lab) -> None:
    lab.write(real="#!/usr/bin/env python\nx = old(1)\n")
    (lab.root / "real.py").chmod(0o750)
    (lab.root / "tools").mkdir()
    (lab.root / "tools" / "link.py").symlink_to(Path("..") / "real.py")
    done = lab.check("--fix", "tools/link.py")
    assert (lab.root / "tools" / "link.py").is_symlink()
    assert lab.bytes("real.py") == b"#!/usr/bin/env python\nx = new(1)\n", done.stdout + done.stderr
    assert stat.S_IMODE((lab.root / "real.py").stat().st_mode) == 0o750


def test_no_file_is_touched_that_does_not_change(lab: Lab) -> None:
    lab.write(a="x = old(1)\n", b="x = 1\n")
    before = (lab.root / "b.py").stat()
    lab.check("--fix")
    after = (lab.root / "b.py").stat()  # it is read, so the time of access may be another
    for field in ("st_ino", "st_mode", "st_size", "st_mtime_ns", "st_ctime_ns"):
        assert getattr(after, field) == getattr(before, field)


def test_only_what_is_asked_for(lab: Lab) -> None:
    lab.write(a="x = old(1)\n", b="x = old(1)\n", c="x = old(1)  # noqa: FIX001\ny = old(2)\n")
    lab.check("--fix", "a.py", "c.py")
    assert lab.bytes("a.py") == b"x = new(1)\n"
    assert lab.bytes("b.py") == b"x = old(1)\n"
    assert lab.bytes("c.py") == b"x = old(1)  # noqa: FIX001\ny = new(2)\n"
    lab.check("--fix", "--ignore", "FIX001")
    assert lab.bytes("b.py") == b"x = old(1)\n"
    lab.check("--fix", "--config", "per-file-ignores = {'b.py' = ['FIX001']}")
    assert lab.bytes("b.py") == b"x = old(1)\n"


def test_what_is_unfixable_is_reported_without_a_fix(lab: Lab) -> None:
    text = "x = old(1)\ny = older(2)\n"
    lab.write(a=text)
    setting = ("--config", "unfixable = ['FIX001']")
    for repeated in range(2):
        shown = lab.check(*setting).stdout
        assert "FIX001 [" not in shown and "FIX002 [-]" in shown, repeated
    assert '"edits": []' not in lab.check("--output-format", "rdjson", *setting).stdout
    assert "-y = older(2)" in lab.check("--diff", "--unsafe-fixes", *setting).stdout
    lab.check("--fix", *setting)
    assert lab.bytes("a.py") == text.encode()
    lab.check("--fix", "--unsafe-fixes", *setting)
    assert lab.bytes("a.py").startswith(b"x = old(1)\n")
    done = lab.check("--config", "unfixable = ['FIX9']")
    assert done.returncode == 2 and "no rule is called `FIX9`" in done.stderr


def test_a_cell_that_does_not_parse_keeps_no_other_from_its_fix(lab: Lab) -> None:
    lab.write(a_ipynb=notebook("x = old(1", "y = old(2)"))
    lab.check("--fix")
    assert lab.bytes("a.ipynb") == notebook("x = old(1", "y = new(2)")


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_diff_shows_and_writes_nothing(lab: Lab) -> None:
    lab.write(a="import os\nx = old(1)\ny = older(2)\n", b_ipynb=notebook(["# é\n", "z = old(3)"]))
    before = lab.files()
    done = lab.check("--diff")
    assert done.stdout.splitlines() == [
        "--- a.py",
        "+++ a.py",
        "@@ -1,3 +1,3 @@",
        " import os",
        "-x = old(1)",
        "+x = new(1)",
        " y = older(2)",
        "--- b.ipynb:cell 1",
        "+++ b.ipynb:cell 1",
        "@@ -1,2 +1,2 @@",
        " # é",
        "-z = old(3)",
        "+z = new(3)",
    ]
    assert done.stderr == "Would fix 2 places in 2 files.\n"
    assert done.returncode == 1
    assert lab.files() == before
    unsafe = lab.check("--diff", "--unsafe-fixes", "-q")
    assert "-y = older(2)" in unsafe.stdout
    assert unsafe.stderr == ""
    assert lab.files() == before


def test_diff_wins_over_fix(lab: Lab) -> None:
    lab.write(a="x = old(1)\n")
    done = lab.check("--diff", "--fix", "--fix-only")
    assert done.returncode == 1
    assert lab.bytes("a.py") == b"x = old(1)\n"


def test_diff_without_fixes(lab: Lab) -> None:
    lab.write(a="x = older(1)\n")
    done = lab.check("--diff")
    assert (done.stdout, done.stderr, done.returncode) == ("", "Nothing would be fixed.\n", 0)


def test_a_diff_of_a_script_can_be_applied(lab: Lab) -> None:
    before = {"a": "import os\nx = old(path)\n\n\ny = 1\n", "b": "if 1:\n    x = old(1)\n    y = 2\n"}
    lab.write(**before)
    git(lab.root, "init")
    (lab.root / "fix.patch").write_text(lab.check("--diff", "-q").stdout)
    git(lab.root, "apply", "-p0", "--whitespace=nowarn", "fix.patch")
    (lab.root / "fix.patch").unlink()
    applied = lab.files()
    lab.write(**before)
    lab.check("--fix")
    assert b"x = new(Path())\n\n\ny = 1\n" in lab.bytes("a.py")
    assert {name: data for name, data in lab.files().items() if ".git" not in name} == {
        name: data for name, data in applied.items() if ".git" not in name
    }


def test_fix_only_says_one_line(lab: Lab) -> None:
    lab.write(a="x = old(1)\ny = older(2)\n", b="x = old(1) + old(2)\n")
    done = lab.check("--fix-only")
    assert (done.stdout, done.stderr, done.returncode) == ("", "Fixed 3 places in 2 files.\n", 0)
    assert lab.bytes("a.py") == b"x = new(1)\ny = older(2)\n"
    again = lab.check("--fix-only")
    assert (again.stdout, again.stderr, again.returncode) == ("", "Fixed 0 places in 0 files.\n", 0)


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
def test_standard_input_is_fixed_to_standard_output(lab: Lab, name: str) -> None:
    lab.write(a="x = 1\n")
    data = b"x = old(1)\r\ny = older(2)" if name == "a.py" else notebook("x = old(1)")
    done = lab.check("-", "--stdin-filename", name, "--fix-only", stdin=data)
    assert done.stdout == data.replace(b"old(", b"new(").decode().replace("\r\n", "\n")
    assert lab.bytes("a.py") == b"x = 1\n"
    assert done.returncode == 0


def test_a_report_after_a_fix_holds_what_remains(lab: Lab) -> None:
    lab.write(a="x = old(1)\ny = older(2)\n")
    done = lab.check("--fix", "--output-format", "json")
    assert [finding["code"] for finding in json.loads(done.stdout)["findings"]] == ["FIX002"]


def test_edits_of_reports_make_what_fix_makes(lab: Lab) -> None:
    lab.write(a="# é\nx = old('é')\n\ny = older(2); z = 1", b_ipynb=notebook(["# é\n", "x = old('é')\n", "y = 2"]))
    before = lab.files()
    report = json.loads(lab.check("--output-format", "sarif").stdout)
    (sarif,) = report["runs"]
    lab.check("--fix", "--unsafe-fixes")
    after = lab.files()
    for name in ("a.py", "b.ipynb"):
        lines = before[name].decode().splitlines(keepends=True)
        replacements = [
            replacement
            for result in sarif["results"]
            for fix in result.get("fixes", [])
            for change in fix["artifactChanges"]
            if change["artifactLocation"]["uri"] == name
            for replacement in change["replacements"]
        ]
        for replacement in reversed(replacements):
            region, text = replacement["deletedRegion"], replacement["insertedContent"]["text"]
            behind = [*lines, ""][region["endLine"] - 1][region["endColumn"] - 1 :]
            text = lines[region["startLine"] - 1][: region["startColumn"] - 1] + text + behind
            lines[region["startLine"] - 1 : region["endLine"]] = [text]
        assert "".join(lines).encode() == after[name]


# --- what is left alone -----------------------------------------------------------------------------------------------


def test_a_file_that_changes_meanwhile_is_left_alone(lab: Lab) -> None:
    lab.write(a="x = old(meanwhile)\n", b="x = old(1)\n")
    done = lab.check("--fix")
    assert lab.bytes("a.py") == b"x = old(meanwhile)\n# theirs\n"
    assert lab.bytes("b.py") == b"x = new(1)\n"
    assert "a.py" in done.stdout + done.stderr
    assert "has changed meanwhile, and was left alone" in done.stdout + done.stderr
    assert "a.py:1:5: FIX001" in done.stdout
    assert done.returncode == 2


def test_a_read_only_file_is_left_alone(lab: Lab) -> None:
    lab.write(a="x = old(1)\n", b="x = old(1)\n")
    (lab.root / "a.py").chmod(0o444)
    done = lab.check("--fix")
    assert lab.bytes("a.py") == b"x = old(1)\n"
    assert lab.bytes("b.py") == b"x = new(1)\n"
    assert "the file is read-only" in done.stdout + done.stderr
    assert "a.py:1:5: FIX001" in done.stdout
    assert done.returncode == 2
    assert sorted(lab.files()) == ["a.py", "b.py", "pyproject.toml"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_left_alone(lab: Lab) -> None:
    lab.write(a="x = old(1)\n")
    lab.root.chmod(0o555)
    try:
        done = lab.check("--fix")
    finally:
        lab.root.chmod(0o755)
    assert lab.bytes("a.py") == b"x = old(1)\n"
    assert "its folder cannot be written to" in done.stdout + done.stderr
    assert done.returncode == 2


CRASHES = {
    "x = old(crash)\n": "its rule crashed (ValueError: no idea)",
    "x = old(deep)\n": "its rule crashed (RecursionError: ",
    "x = old(nonsense)\n": "its rule crashed (TypeError: `fix` returned str for an expression)",
    "x = old(nameless)\n": "its rule crashed (CSTValidationError: ",
}
REFUSALS = {
    "x = old(nothing)\n": "nothing that is surely right can be put there",
    "x = old(unparsable)\n": "what comes out does not parse",
    "x = old(same)\n": "FIX001 would still be there",
    "x = old(worse)\n": "FIX002 would be found in what comes out",
    "x = 1\ny = 2, old(worse), older(3)\n": "FIX002 would be found in what comes out",
    "x = old(\n    comment,  # why\n)\n": "the comment `# why` would be lost",
    "from lab import Path\nx = old(path)\n": "the name `Path` has another meaning in this file",
    "def f(Path):\n    return old(path)\n": "the name `Path` has another meaning there",
    "f = lambda Path: old(path)\n": "the name `Path` has another meaning there",
    "x = [old(path) for Path in y]\n": "the name `Path` has another meaning there",
    "class A:\n    Path = 1\n    x = old(path)\n": "the name `Path` has another meaning there",
    "def f():\n    x = old(path)\n    from pathlib import Path\n": "the name `Path` has another meaning there",
    "# coding: latin-1\nx = old(arrow)\n": "cannot hold the new text (`→` is not in its encoding",
    "x = old(1)\r": "libcst does not give its text back as it is",
}


@pytest.mark.parametrize(("texts", "code"), [(CRASHES, 2), (REFUSALS, 1)], ids=["crashes", "refusals"])
def test_a_fix_that_fails_leaves_the_file_and_says_why(lab: Lab, texts: dict[str, str], code: int) -> None:
    lab.write(**{f"a{number}": text for number, text in enumerate(texts)}, b="y = old(2)\n")
    before = lab.files()
    done = lab.check("--fix")
    assert lab.files() == {**before, "b.py": b"y = new(2)\n"}
    for number, why in enumerate(texts.values()):
        (said,) = [line for line in done.stderr.splitlines() if f"a{number}.py:" in line]
        assert f"FIX001 was not fixed: {why}" in said
        crashed = [line for line in done.stdout.splitlines() if f"a{number}.py:" in line and "RSC002" in line]
        assert len(crashed) == (code == 2)
    assert "Fixed 1 place." in done.stdout
    assert done.returncode == code


def test_a_fix_that_fails_in_a_notebook_names_the_cell(lab: Lab) -> None:
    data = notebook("import os", "x = old(crash)\n", "y = old(nothing)", "z = old(3)")
    lab.write(a_ipynb=data)
    done = lab.check("--fix")
    assert lab.bytes("a.ipynb") == data.replace(b"old(3)", b"new(3)")
    said = done.stdout + done.stderr
    assert "a.ipynb:cell 2:1:5" in said
    assert "a.ipynb:cell 3:1:5: FIX001 was not fixed: nothing that is surely right" in said
    assert done.returncode == 2


def test_a_notebook_of_format_3_is_left_alone(lab: Lab) -> None:
    cells = [{"cell_type": "code", "language": "python", "input": ["x = old(1)"], "outputs": []}]
    data = json.dumps({"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}).encode()
    lab.write(a_ipynb=data)
    done = lab.check("--fix")
    assert lab.bytes("a.ipynb") == data
    assert "is a notebook of format 3" in done.stdout + done.stderr
    assert done.returncode == 1


def test_a_crash_in_a_diff(lab: Lab) -> None:
    lab.write(a="x = old(crash)\ny = old(1)\n")
    done = lab.check("--diff")
    assert "+y = new(1)" in done.stdout
    assert "the fix of FIX001 old-call crashed: ValueError: no idea" in done.stderr
    assert done.returncode == 2
    assert lab.bytes("a.py") == b"x = old(crash)\ny = old(1)\n"


def test_a_crash_in_fix_only(lab: Lab) -> None:
    lab.write(a="x = old(crash)\ny = old(1)\n")
    done = lab.check("--fix-only")
    assert "the fix of FIX001 old-call crashed: ValueError: no idea" in done.stderr
    assert done.returncode == 2
    assert lab.bytes("a.py") == b"x = old(crash)\ny = new(1)\n"


@pytest.mark.parametrize(
    "data",
    [b"x = old(1\n", b"x = old(1)\n\0", b"# coding: no-such\nold(1)\n", b"\xff\xfeo\0l\0d\0", b"x = '\xff'\nold(1)\n"],
)
def test_what_cannot_be_read_is_left_alone(lab: Lab, data: bytes) -> None:
    lab.write(a=data, b="x = old(1)\n")
    lab.check("--fix", "--unsafe-fixes")
    assert lab.bytes("a.py") == data
    assert lab.bytes("b.py") == b"x = new(1)\n"


def test_the_hook_of_pre_commit(lab: Lab) -> None:
    """Its command, with file names behind it, as pre-commit starts it."""
    yaml = pytest.importorskip("yaml")
    hooks = yaml.safe_load((Path(__file__).parent.parent / ".pre-commit-hooks.yaml").read_text())
    (entry,) = [hook["entry"] for hook in hooks if hook["id"] == "rescode-fix"]
    assert entry.split()[:2] == ["rescode", "check"]
    lab.write(a="x = old(1)\n", b="x = old(1)\n")
    done = lab.check(*entry.split()[2:], "a.py")
    assert done.returncode == 0
    assert lab.bytes("a.py") == b"x = new(1)\n"
    assert lab.bytes("b.py") == b"x = old(1)\n"
