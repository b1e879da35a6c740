"""The fix engine: places and nodes, imports and constants, and what it refuses."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import libcst as cst
import pytest

from rescode_lint.model import Fix
from rescode_lint.rule import FileRule, Repair, Shared
from rescode_lint.testing import cells_of, files_of, fix


class OldCall(FileRule):
    """Finds `old(x)`; what it puts there is told by the argument."""

    code, name = "RSC990", "old-call"
    summary, advice = "`old` is called", "Call `new`."
    safe_fix = True

    def check(self, file):
        for call, _ in file.calls_of("old"):
            yield self.finding(file.span(call), "`old` is called", fix=Fix(True, "call `new`"))

    def fix(self, node, finding, file, project):
        if not isinstance(node, cst.Call):
            return None
        return node.with_changes(func=cst.Name("new"))


class NeedsPath(OldCall):
    """The same with an import and a constant."""

    code, name = "RSC991", "needs-path"

    def fix(self, node, finding, file, project):
        if isinstance(node, cst.Call):
            new = node.with_changes(func=cst.parse_expression("HERE.joinpath"))
            return Repair(new, (("pathlib", "Path"),), (("HERE", "HERE = Path(__file__).parent"),))
        return None


class Careless(OldCall):
    """Fixes that must not get through, chosen by the name of the argument."""

    code, name = "RSC992", "careless"

    def fix(self, node, finding, file, project):
        if not isinstance(node, cst.Call):
            return None
        match node.args[0].value.value:
            case "crash":
                raise ValueError("no")
            case "nonsense":
                return "new(x)"
            case "nothing":
                return None
            case "endless":
                return node.with_changes(args=[cst.Arg(node.with_changes(func=cst.Name("new")))])
            case "statement":
                return cst.parse_statement("x = 1")
            case "comment":
                return cst.parse_expression("new(comment)")
            case "same":
                return node.with_changes(args=[*node.args, *node.args])
        return None


def fixed(code: str, *rules, path: str = "") -> str | list[str]:
    files, _ = files_of(code)
    after, _ = fix(files, *rules)
    (text,) = after.values()
    return cells_of(text) if text.startswith('{"cells"') else text


def refused(code: str, *rules) -> list[str]:
    files, _ = files_of(code)
    after, repaired = fix(files, *rules)
    assert after == files
    return [reason for _, reason in repaired.refused]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("old(1)", "new(1)"),
        ("x = (old(1))  # why\n", "x = (new(1))  # why\n"),
        ("x = (  # why\n    old(1)\n)\n", "x = (  # why\n    new(1)\n)\n"),
        ("if x:\n\told(\n\t\t1,  # one\n\t\t2)\n", "if x:\n\tnew(\n\t\t1,  # one\n\t\t2)\n"),
        ("a = 'é'; old('ü')\r\nb\r\n", "a = 'é'; new('ü')\r\nb\r\n"),
        ("old(1); old(2)\n", "new(1); new(2)\n"),
        ("old(old(1))\n", "new(new(1))\n"),
        (
            "@old(1)\ndef f(x=old(2)): return [old(i) for i in x]",
            "@new(1)\ndef f(x=new(2)): return [new(i) for i in x]",
        ),
        ("f'{old(1)!r:>{old(2)}}'\n", "f'{new(1)!r:>{new(2)}}'\n"),
        ("\ufeffold(1)\n", "\ufeffnew(1)\n"),
        ("x = 1\x0c\nold(1)\n", "x = 1\x0c\nnew(1)\n"),
    ],
)
def test_nothing_but_the_node_changes(before, after):
    assert fixed(before, OldCall) == after


def test_magics_stay_as_they_are():
    before = "# %%\n%matplotlib inline\n!ls {old}\n%time x = old(1)\ny = old(2)  # two\n?old\nold(4)"
    cells = fixed(before, OldCall)
    assert cells == ["%matplotlib inline\n!ls {old}\n%time x = new(1)\ny = new(2)  # two\n?old\nnew(4)"]


def test_a_magic_beside_an_added_import():
    before = "# %%\n%timeit old('a')\n%time old('b')"
    assert fixed(before, NeedsPath) == [
        "from pathlib import Path\n\nHERE = Path(__file__).parent\n\n%timeit HERE.joinpath('a')\n%time HERE.joinpath('b')"
    ]


def test_imports_and_constants_in_a_script():
    before = '"""Doc."""\n\nfrom __future__ import annotations\nimport os\n\n# Load.\nx = old("a")\ny = old("b")\n'
    assert fixed(before, NeedsPath) == (
        '"""Doc."""\n\nfrom __future__ import annotations\nimport os\nfrom pathlib import Path\n\n'
        'HERE = Path(__file__).parent\n\n# Load.\nx = HERE.joinpath("a")\ny = HERE.joinpath("b")\n'
    )


def test_a_constant_stands_below_what_it_needs():
    before = "import os\nx = 1\nimport lab\ny = old('a')\n"

    class NeedsLab(OldCall):
        code, name = "RSC995", "needs-lab"

        def fix(self, node, finding, file, project):
            return (
                Repair(cst.Name("HERE"), (), (("HERE", "HERE = lab.here()"),)) if isinstance(node, cst.Call) else None
            )

    assert fixed(before, NeedsLab) == "import os\nx = 1\nimport lab\n\nHERE = lab.here()\n\ny = HERE\n"
    cells = "# %%\nimport os\n# %%\nimport lab\n# %%\nimport sys\n# %%\nold('a')"
    assert fixed(cells, NeedsLab) == ["import os", "import lab", "import sys\n\nHERE = lab.here()", "HERE"]
    late = "def f():\n    return old('a')\nif x:\n    import lab\n"
    assert refused(late, NeedsLab) == ["`lab` is defined only below the imports, or under a condition"]


def test_imports_that_are_there_are_used():
    before = "from pathlib import Path\n\nHERE = Path(__file__).parent\nx = old('a')\n"
    assert fixed(before, NeedsPath) == before.replace("old(", "HERE.joinpath(")


def test_imports_go_to_the_cell_of_imports():
    before = "# %% [markdown]\nText\n# %%\nx = 1\n# %%\nimport os\n# %%\nold('a')\n# %%\nold('b')"
    assert fixed(before, NeedsPath) == [
        "Text",
        "x = 1",
        "import os\nfrom pathlib import Path\n\nHERE = Path(__file__).parent",
        "HERE.joinpath('a')",
        "HERE.joinpath('b')",
    ]


def test_a_notebook_without_imports_gets_them_where_they_are_needed():
    assert fixed("# %%\nx = 1\n# %%\nold('a')", NeedsPath) == [
        "x = 1",
        "from pathlib import Path\n\nHERE = Path(__file__).parent\n\nHERE.joinpath('a')",
    ]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("from lab import Path\nold('a')", "the name `Path` has another meaning in this file"),
        ("print(f'{old(2)=}')", "an f-string prints the text of this very place"),
        ("HERE = 1\nold('a')", "the name `HERE` has another meaning in this file"),
    ],
)
def test_a_name_that_is_taken_is_not_used(code, reason):
    assert refused(code, NeedsPath) == [reason]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("old(nothing)", "nothing that is surely right can be put there"),
        ("old(crash)", "its rule crashed (ValueError: no)"),
        ("old(nonsense)", "its rule crashed (TypeError: `fix` returned str for an expression)"),
        ("old(same)", "RSC992 would still be there"),
        ("x = old(statement)", "its rule crashed (TypeError: `fix` returned SimpleStatementLine for an expression)"),
        ("x = old(\n    comment,  # why\n)", "the comment `# why` would be lost"),
    ],
)
def test_what_does_not_pass_leaves_the_file_as_it_is(code, reason):
    (said,) = refused(code, Careless)
    assert said.startswith(reason)


def test_one_bad_fix_does_not_keep_the_others():
    files = {"a.py": "x = old(same)\ny = old(1)\n"}

    class Mixed(Careless):
        code, name = "RSC993", "mixed"

        def fix(self, node, finding, file, project):
            return super().fix(node, finding, file, project) or OldCall.fix(self, node, finding, file, project)

    after, repaired = fix(files, Mixed)
    assert after == {"a.py": "x = old(same)\ny = new(1)\n"}
    assert [reason for _, reason in repaired.refused] == ["RSC993 would still be there"]


def test_a_shared_constant_is_written_once_and_imported():
    class OnePlace(OldCall):
        code, name = "RSC994", "one-place"

        def fix(self, node, finding, file, project):
            if not isinstance(node, cst.Call):
                return None
            shared = Shared("paths.py", "DATA", 'DATA = Path("data")', (("pathlib", "Path"),))
            return Repair(cst.Name("DATA"), (("paths", "DATA"),), shared=(shared,))

    after, repaired = fix({"a.py": "x = old(1)\n", "b.py": "import os\ny = old(1)\n"}, OnePlace)
    assert after["a.py"] == "from paths import DATA\n\nx = DATA\n"
    assert after["b.py"] == "import os\nfrom paths import DATA\n\ny = DATA\n"
    assert ast.parse(after["paths.py"]) and after["paths.py"].count("DATA = ") == 1
    assert {change.path: change.before is None for change in repaired.changes}["paths.py"]


def test_the_json_of_a_notebook_stays():
    notebook = {
        "metadata": {"b": 1, "a": "é"},
        "cells": [
            {
                "source": ["x = 1\n", "old(x)"],
                "cell_type": "code",
                "outputs": [{"text": "old(x)"}],
                "execution_count": 3,
            }
        ],
        "nbformat_minor": 2,
        "nbformat": 4,
    }
    text = json.dumps(notebook, indent=1) + "\n"
    after, _ = fix({"n.ipynb": text}, OldCall)
    assert after["n.ipynb"] == text.replace('\n    "old(x)"\n', '\n    "new(x)"\n')


@pytest.mark.parametrize("arguments", [["check"], ["check", "--fix"], ["check", "--unsafe-fixes"]], ids=" ".join)
def test_a_run_without_fixes_never_loads_libcst(tmp_path, arguments):
    (tmp_path / "pyproject.toml").write_text("[tool.rescode]\nselect = ['RSC4', 'RSC6']\n")
    (tmp_path / "a.py").write_text("import os\n\n\ndef f(x: int = 1) -> int:\n    return x\n")
    code = (
        f"import sys; from rescode_lint.doors.cli import main; main({arguments!r}); "
        "sys.exit(sorted({'libcst', 'nbformat', 'rich'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
