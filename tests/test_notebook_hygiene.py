"""RSC109, RSC112 and RSC113 beyond their examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.check.catalog import builtin
from rescode_lint.config import Root, Selection, load
from rescode_lint.model import Finding
from rescode_lint.rule import Rule
from rescode_lint.rules.notebooks._installs import Asked, asked
from rescode_lint.rules.notebooks.notebook_as_module import NotebookAsModule
from rescode_lint.rules.notebooks.throwaway_notebook import ThrowawayNotebook
from rescode_lint.rules.notebooks.unpinned_install import UnpinnedInstall
from rescode_lint.run.cache import decode, encode
from rescode_lint.run.index import checkpoints_in_index
from rescode_lint.run.pipeline import Request, lint
from rescode_lint.testing import files_of, run


def found(rule: type[Rule], files: dict[str, str]) -> list[Finding]:
    """What a rule finds in files, notebooks written as text."""
    verdict = run(files_of(files)[0], rule)
    assert not verdict.problems
    return list(verdict.findings)


def printed(source: str, *lines: str) -> str:
    """A notebook of one cell with what it printed."""
    output = {"output_type": "stream", "name": "stdout", "text": [f"{line}\n" for line in lines]}
    cell = {"cell_type": "code", "metadata": {}, "source": source, "execution_count": 1, "outputs": [output]}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


# --- RSC109 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("pip install x", "x"),
        ("pip install -q -U x y==1 'z<2' w[a,b]", "x w"),
        ("{sys.executable} -m pip install x --user", "x"),
        ("$PYTHON -m pip install x", "x"),
        ("sudo -H python3.11 -m pip3.11 install x", "x"),
        ("TOKEN=1 pip install x", "x"),
        ("pip install -r requirements.txt x", "x"),
        ("pip install -c constraints.txt x", ""),
        ("pip -q install x", "x"),
        ("uv pip install --system x", "x"),
        ("uv add x", "x"),
        ("uv --version", ""),
        ("pip install x > /dev/null 2>&1", "x"),
        ("pip install x 2> log.txt", "x"),
        ("pip install x > dev null", "x"),
        ("cd lab && pip install -e . && pip install x; pip install y | tail -1", "x y"),
        ("pip install x # y z", "x"),
        ("pip install x \\\n  y", "x y"),
        ("pip install x\n# pip install y\npip install z", "x z"),
        ("pip install 'x", ""),
        ("pip install --no-index -f wheels x", ""),
        ("pip install --find-links=/wheels x", ""),
        ("pip install -f https://download.pytorch.org/whl x", "x"),
        ("pip install -i https://pypi.org/simple --trusted-host pypi.org x", "x"),
        ("pip install . .. ./x ~/x /x x.whl x-1.tar.gz x.zip", ""),
        ("pip install {package} $package `cat list` x*", ""),
        ("pip uninstall -y x", ""),
        ("pip download x", ""),
        ("echo pip install x", ""),
        ("apt-get install x", ""),
        ("npm install x", ""),
        ("conda install -y -c conda-forge -n lab python=3.11 x y=1 'z>=2' lab::w", "x w"),
        ("conda env create -f environment.yml", ""),
        ("pip install git+https://github.com/a/x.git", "x"),
        ("pip install git+https://github.com/a/x@main#egg=x", "x"),
        ("pip install git+https://github.com/a/x@v1.2#egg=x", ""),
        ("pip install git+https://github.com/a/x@1f3a9c2", ""),
        ("pip install git+ssh://git@github.com/a/x.git", "x"),
        ("pip install git+ssh://git@github.com/a/x.git@v2", ""),
        ("pip install 'x @ git+https://github.com/a/x'", ""),
        ("pip install x @ git+https://github.com/a/x", "x"),
        ("pip install https://github.com/a/x/archive/master.zip", "x"),
        ("pip install https://github.com/a/x/archive/refs/heads/fix.zip", "x"),
        ("pip install https://github.com/a/x/archive/refs/tags/v1.zip", ""),
        ("pip install https://host/x-1.0-py3-none-any.whl", ""),
        ("pip install x>=2.0.0 y<3", "x y"),
    ],
)
def test_what_a_command_asks_for(command: str, names: str) -> None:
    assert [item.name for item in asked(command) if isinstance(item, Asked)] == names.split()


def test_the_saved_output_tells_the_version() -> None:
    files = {
        "a.ipynb": printed(
            "!pip install shap[plots] scikit_learn tqdm",
            "Requirement already satisfied: tqdm in /usr/lib (4.1)",
            "Requirement already satisfied: scikit-learn in /usr/lib/python3 (1.4.2)",
            "\x1b[0mSuccessfully installed slicer-0.0.7 shap-0.45.1",
        )
    }
    (finding,) = run(files, UnpinnedInstall).findings
    assert "`%pip install 'shap[plots]==0.45.1' scikit_learn==1.4.2`" in finding.advice
    (finding,) = run({"a.ipynb": printed("!uv pip install shap", " + shap==0.45.1")}, UnpinnedInstall).findings
    assert "`uv pip install shap==0.45.1`, the version that the saved output names" in finding.advice


@pytest.mark.parametrize(
    "outputs", [None, 3, [None, 3, {}, {"text": 3}, {"text": [3]}], [{"text": "Successfully installed "}]]
)
def test_odd_outputs(outputs: object) -> None:
    notebook = json.loads(printed("!pip install shap"))
    notebook["cells"][0]["outputs"] = outputs
    (finding,) = run({"a.ipynb": json.dumps(notebook)}, UnpinnedInstall).findings
    assert "shap==..." in finding.advice


@pytest.mark.parametrize(
    ("files", "message", "advice"),
    [
        (
            {"requirements.txt": "numpy\nshap==0.45.1"},
            "though `requirements.txt` has one",
            "%pip install -r ../requirements.txt",
        ),
        (
            {"requirements.txt": "numpy\nshap"},
            "so a later run may get another release",
            "Write the version into `requirements.txt`",
        ),
        ({"requirements.txt": "numpy==1.26"}, "so a later run may get another release", "Add it to `requirements.txt`"),
        (
            {"environment.yml": "dependencies:\n  - numpy\n  - shap=0.45.1"},
            "(`shap=0.45.1`)",
            "make the environment from that file",
        ),
        ({}, "so a later run may get another release", "Write the version into the line, `%pip install shap==...`"),
    ],
)
def test_what_the_project_has(files: dict[str, str], message: str, advice: str) -> None:
    (finding,) = found(UnpinnedInstall, {**files, "nb/a.ipynb": "# %%\nimport numpy\n!pip install shap"})
    assert message in finding.message and advice in finding.advice


def test_on_colab_the_version_goes_into_the_line() -> None:
    files = {
        "requirements.txt": "numpy\nshap==0.45.1",
        "a.ipynb": "# %%\nimport numpy\nfrom google.colab import drive\n!pip install shap",
    }
    (finding,) = found(UnpinnedInstall, files)
    assert "`%pip install shap==0.45.1`, the version that the requirements name" in finding.advice


def test_notebooks_that_install_the_same_are_one_finding() -> None:
    same = "# %%\n!pip install shap optuna"
    (finding,) = found(UnpinnedInstall, {"a.ipynb": same, "b.ipynb": "# %%\n!pip install optuna\n!pip install shap"})
    assert finding.message.endswith("(the same in 1 more notebook)") and finding.related[-1].path == "b.ipynb"
    two = found(UnpinnedInstall, {"a.ipynb": same, "b.ipynb": "# %%\n!pip install torch"})
    assert len(two) == 2
    several = found(UnpinnedInstall, {f"{n}.ipynb": f"# %%\n!pip install x{n}" for n in range(7)})
    assert {finding.cause for finding in several} == {"installs without a version"}


def test_installed_twice_the_second_time_with_a_version() -> None:
    assert not found(UnpinnedInstall, {"a.ipynb": "# %%\n!pip install shap\n# %%\n!pip install shap==0.45.1"})


@pytest.mark.parametrize(
    "line",
    [
        "pip install shap",
        "    !pip install shap",
        "get_ipython().system('pip install shap')",
        "get_ipython().run_line_magic('pip', 'install shap')",
        "import os\nos.system('pip install shap')",
        "import pip\npip.main(['install', 'shap'])",
        "import subprocess\nsubprocess.run('pip install shap', shell=True)",
        "%%capture\n%pip install shap",
        "%%sh\npip install \\\n  shap",
        "x = !pip install shap",
    ],
)
def test_ways_to_install(line: str) -> None:
    body = f"if True:\n{line}" if line.startswith(" ") else line
    (finding,) = found(UnpinnedInstall, {"a.ipynb": f"# %%\n{body}"})
    assert "`shap`" in finding.message


# --- RSC112 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "flagged"),
    [
        ("Untitled", True),
        ("untitled7", True),
        ("Untitled-Copy1", True),
        ("Untitled (2)", True),
        ("eda-Copy2", True),
        ("Copy of eda", True),
        ("Copy_of_eda", True),
        ("eda - Copy", True),
        ("eda - Copy (2)", True),
        ("eda(1)", True),
        ("eda-checkpoint", True),
        ("test", True),
        ("tmp2", True),
        ("asdf", True),
        ("eda_final_v2", True),
        ("eda-new-old", True),
        ("eda (2)", False),
        ("lecture(12)", False),
        ("eda_v2", False),
        ("eda_final", False),
        ("model_v1_v2", False),
        ("photocopy", False),
        ("hard-copy", False),
        ("test_params", False),
        ("contest2", False),
        ("temperature", False),
        ("new", False),
    ],
)
def test_names(name: str, flagged: bool) -> None:
    assert bool(found(ThrowawayNotebook, {f"lab/{name}.ipynb": "# %%\nx = 1"})) is flagged


@pytest.mark.parametrize("name", ["eda copy", "eda copy 2", "eda_copy", "eda (2)", "eda(12)"])
def test_copies_of_what_stands_beside(name: str) -> None:
    (finding,) = found(ThrowawayNotebook, {"lab/eda.ipynb": "# %%\nx = 1", f"lab/{name}.ipynb": "# %%\nx = 1"})
    assert finding.path == f"lab/{name}.ipynb" and "is a copy of `eda.ipynb`, cell by cell" in finding.message


def test_a_copy_that_has_become_something_else() -> None:
    cells = "".join(f"\n# %%\nx = {n}" for n in range(5))
    (finding,) = found(ThrowawayNotebook, {"eda.ipynb": "# %%\nload()", "sub/eda-Copy1.ipynb": f"# %%\nload(){cells}"})
    assert "began as a copy of `eda.ipynb`" in finding.message


def test_states_need_cells_in_common() -> None:
    same = "# %%\nload()\n# %%\nfit(1)"
    files = {"eda.ipynb": same, "eda_v2.ipynb": same.replace("1", "2"), "eda_v3.ipynb": same.replace("1", "3")}
    (finding,) = found(ThrowawayNotebook, files)
    assert finding.path == "eda_v2.ipynb" and "(and 1 more) are states of one notebook" in finding.message
    assert not found(ThrowawayNotebook, {"eda.ipynb": same, "eda_v2.ipynb": "# %%\nother()\n# %%\nplot()"})
    assert not found(ThrowawayNotebook, {"a/eda.ipynb": same, "b/eda_v2.ipynb": same})


@pytest.mark.parametrize("cells", [[], [{"cell_type": "markdown", "metadata": {}, "source": "to do"}]])
def test_a_notebook_without_code(cells: list[object]) -> None:
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (finding,) = run({"it's.ipynb": text, "Untitled.ipynb": text}, ThrowawayNotebook).findings
    assert finding.path == "Untitled.ipynb" and finding.advice == "Delete it: `git rm Untitled.ipynb`."


def test_an_essay_is_not_empty() -> None:
    essay = [{"cell_type": "markdown", "metadata": {}, "source": "# On growth and form\n" + "word " * 90}]
    text = json.dumps({"cells": essay, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})
    (finding,) = run({"Untitled.ipynb": text}, ThrowawayNotebook).findings
    assert "`git mv Untitled.ipynb on-growth-and-form.ipynb`" in finding.advice


@pytest.mark.parametrize(
    ("gitignore", "count"),
    [("", 2), (".ipynb_checkpoints\n", 0), ("*-checkpoint.ipynb\n", 0), ("nb/.ipynb_checkpoints/\n", 1)],
)
def test_checkpoints_that_git_does_not_ignore(tmp_path: Path, gitignore: str, count: int) -> None:
    for name in ("a.ipynb", ".ipynb_checkpoints/a-checkpoint.ipynb", "nb/.ipynb_checkpoints/b-checkpoint.ipynb"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(printed("x = 1"))
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(gitignore)
    settings = load(Root(str(tmp_path)), isolated=True, command_line=Selection(("RSC112",)))
    request = Request(settings, cwd=str(tmp_path), cache_folder="", places=frozenset({"raw_line", "source"}))
    report = lint(request)
    assert report.totals.notebooks == 1 and not report.problems
    assert len(report.findings) == min(count, 1)
    if count:
        assert f"{count} file" in report.findings[0].message


@pytest.mark.parametrize("version", [2, 3, 4])
def test_checkpoints_that_git_has_although_it_ignores_them(tmp_path: Path, version: int) -> None:
    names = [f"lab {n}/.ipynb_checkpoints/é{'x' * n * n}-checkpoint.ipynb" for n in range(12)]
    others = [f"lab {n}/{'y' * n}.py" for n in range(12)]
    for name in (*names, *others, "lab 1/.ipynb_checkpoints/mine.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(printed("x = 1"))
    (tmp_path / ".gitignore").write_text("**/.ipynb_checkpoints/\n")
    (tmp_path / ".git").mkdir()
    index = tmp_path / ".git" / "index"
    assert not checkpoints_in_index(str(tmp_path))  # no index yet
    data = b"DIRC" + version.to_bytes(4, "big") + len(names + others).to_bytes(4, "big")
    before = b""
    for path in sorted(path.encode() for path in (*names, *others)):
        extended = version > 2 and path.endswith(b".py")
        entry = bytes(60) + (0x4000 * extended + min(len(path), 0xFFF)).to_bytes(2, "big") + bytes(2 * extended)
        if version == 4:
            same = next(n for n in range(len(before), -1, -1) if path.startswith(before[:n]))
            cut = len(before) - same
            entry += bytes([cut] if cut < 128 else [127 + (cut >> 7), cut & 127]) + path[same:] + b"\0"
        else:
            entry += path
            entry += bytes(8 - len(entry) % 8)
        data, before = data + entry, path
    index.write_bytes(data + b"TREE" + bytes(4) + bytes(20))
    assert checkpoints_in_index(str(tmp_path)) == set(names)

    settings = load(Root(str(tmp_path)), isolated=True, command_line=Selection(("RSC112",)))
    (finding,) = lint(Request(settings, cwd=str(tmp_path), cache_folder="")).findings
    assert "is in git though `.gitignore` names it: 12 files in 12 such folders" in finding.message
    assert "echo" not in finding.advice

    inner = Root(str(tmp_path / "lab 3"))  # a part of the checkout
    settings = load(inner, isolated=True, command_line=Selection(("RSC112",)))
    (finding,) = lint(Request(settings, cwd=inner.path, cache_folder="")).findings
    assert "1 file in `.ipynb_checkpoints/`" in finding.message
    for damaged in (data[:100], b"DIRC\0\0\0\x09" + data[8:], b""):
        index.write_bytes(damaged)
        assert len(checkpoints_in_index(str(tmp_path))) <= 1


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("fit-Copy1", "`git mv fit-Copy1.ipynb fit.ipynb`, or delete it."),
        ("test-Copy1", "`git mv test-Copy1.ipynb ...`"),
        ("Growth Rates-Copy1", "`git rm"),
    ],
)
def test_the_name_of_the_original_is_free_or_taken(name: str, advice: str) -> None:
    code = "# %% [markdown]\n# Growth rates\n# %%\nx = 1"
    findings = found(ThrowawayNotebook, {f"{name}.ipynb": code, "growth_rates.ipynb": code})
    assert advice in findings[0].advice and findings[0].span.cell == 2


def test_the_version_that_conda_shows() -> None:
    lines = (
        "    package                    |            build",
        "    conda-24.1.1               |   py311h06a4308_1         2.9 MB",
        "  shap               conda-forge/noarch::shap-0.45.1-py_0 ",
        "    sky-charts-2.0             |             py_0          31 KB  conda-forge",
    )
    text = printed("!conda install -y -c conda-forge shap sky-charts", *lines)
    (finding,) = run({"a.ipynb": text}, UnpinnedInstall).findings
    line = "`%conda install -c conda-forge shap=0.45.1 sky-charts=2.0`"
    assert line in finding.advice and "saved output" in finding.advice


# --- RSC113 -----------------------------------------------------------------------------------------------------------

TOOLS = "# %%\nimport numpy as np\nLIMIT = 3\ndef clean(x):\n    return x\n# %%\ntable = clean(np.ones(LIMIT))"


@pytest.mark.parametrize(
    ("cell", "message", "advice"),
    [
        ("%run tools.ipynb\n# %%\nclean(1)", "`clean` is needed", "--select clean --to tools.py` shows how"),
        ("%run -i tools.ipynb\n# %%\nprint(table)", "`table` is needed", "Let `tools.ipynb` write `table` to a file"),
        (
            "%run tools.ipynb\n# %%\nprint(LIMIT)",
            "`LIMIT` is needed",
            "Put the line that sets it into a module, `tools.py`",
        ),
        ("%run tools.ipynb\n# %%\nnp.sum(1)", "`np` is needed", "Write `import numpy as np` here"),
        (
            "%run tools.ipynb\n# %%\nclean(np.ones(1))",
            "`clean` is needed",
            "`from tools import clean` and `import numpy as np` take the place of the `%run`",
        ),
        (
            "get_ipython().run_line_magic('run', 'tools.ipynb')\n# %%\nclean(1)",
            "`clean` is needed",
            "from tools import clean",
        ),
        ("%run gone.ipynb", "`gone.ipynb` is run here, and there is no such notebook", "Add it to the repository"),
        (
            "import import_ipynb\nfrom tools import *\nclean(1)",
            "is imported as if it were a module: `clean`",
            "from tools",
        ),
        (
            "import nbimporter\nimport tools\ntools.clean(tools.table)",
            "`clean` and `table` are needed",
            "What it computes (`table`) `tools.ipynb` should write to a file",
        ),
        ("from ipynb.fs.defs.tools import clean\nclean(1)", "`clean` is needed", "from tools import clean"),
    ],
)
def test_what_is_needed_of_another_notebook(cell: str, message: str, advice: str) -> None:
    (finding,) = found(NotebookAsModule, {"a.ipynb": f"# %%\n{cell}", "tools.ipynb": TOOLS})
    assert message in finding.message and advice in finding.advice


def test_a_notebook_that_several_run_is_one_finding() -> None:
    files = {f"{n}.ipynb": f"# %%\n%run ../lab/BikeTools.ipynb\n# %%\n{n}(1)" for n in ("a/clean", "a/scale")}
    files["lab/BikeTools.ipynb"] = "# %%\ndef clean(x):\n    return x\ndef scale(x):\n    return x"
    files = {path: text.replace("\na/", "\n") for path, text in files.items()}
    (finding,) = found(NotebookAsModule, files)
    assert (
        "`BikeTools.ipynb` is run by 2 files as if it were a module: `clean` and `scale` are needed" in finding.message
    )
    assert "`rescode extract lab/BikeTools.ipynb --select clean,scale` shows how" in finding.advice
    assert [place.path for place in finding.related] == ["a/scale.ipynb"]


def test_a_function_that_reads_the_notebook_s_tables_is_given_them() -> None:
    tools = "# %%\nimport pandas as pd\ntable = pd.read_csv('a.csv')\ndef rows(name):\n    return table[name]"
    (finding,) = found(NotebookAsModule, {"a.ipynb": "# %%\n%run tools.ipynb\n# %%\nrows('x')", "tools.ipynb": tools})
    assert "pass as a parameter what it reads of `tools.ipynb` (`table`)" in finding.advice


def test_a_notebook_that_is_not_in_the_project() -> None:
    cells = "# %%\n%run gone.ipynb\n# %%\n%run ./lost.ipynb"
    (finding,) = found(NotebookAsModule, {"a.ipynb": cells})
    assert "`gone.ipynb` and `lost.ipynb` are run here, and there are no such notebooks" in finding.message
    assert not found(NotebookAsModule, {"a.ipynb": "# %%\n%cd ..\n%run gone.ipynb"})
    assert not found(NotebookAsModule, {"a.ipynb": "# %%\n%run clone/gone.ipynb"})


def test_itself_and_scripts_are_left_alone() -> None:
    assert not found(NotebookAsModule, {"a.ipynb": "# %%\n%run tools.ipynb\n# %%\nx = 1", "tools.ipynb": TOOLS})
    assert not found(NotebookAsModule, {"a.ipynb": "# %%\n%run a.ipynb\n%run train.py\n%run ./includes/setup"})
    assert not found(NotebookAsModule, {"a.ipynb": "# %%\nimport import_ipynb\nimport json, tools", "tools.py": ""})


def test_what_the_summary_keeps_survives_the_cache() -> None:
    text = printed("!pip install shap\n# pip install x\n%run b.ipynb", "Successfully installed shap-0.45.1")
    record = analyse("a.ipynb", text.encode(), Judges(builtin()))
    assert decode(encode(record)) == record
    assert [install.versions for install in record.summary.installs if install.span] == ["shap==0.45.1"]
    assert [install.command for install in record.summary.installs if not install.span] == ["pip install x"]
    assert [start.path for start in record.summary.starts] == ["b.ipynb"]
