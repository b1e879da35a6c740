"""RSC405 over projects: what is wanted, and the advice that fits the project."""

from rescode_lint.rules.paths.import_path_edit import ImportPathEdit
from rescode_lint.testing import files_of, run

EDIT = 'import sys\nsys.path.append("..")\n'


def found(files):
    texts, _ = files_of(files)
    return run(texts, ImportPathEdit).findings


def test_a_project_without_a_file_gets_the_lines():
    (finding,) = found(
        {"analysis/fit.py": f"{EDIT}import model.song\nimport measures\n", "model/song.py": "", "measures.py": ""}
    )
    assert "`import model`, `import measures`" in finding.message
    assert 'py-modules = ["measures"]' in finding.advice
    assert 'include = ["model", "model.*"]' in finding.advice
    assert "pip install -e ." in finding.advice


def test_a_package_that_is_installed_needs_no_lines():
    files = {
        "pyproject.toml": '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "songlab"\n',
        "songlab/__init__.py": "",
        "nb/a.py": f"{EDIT}import songlab\n",
    }
    (finding,) = found(files)
    assert finding.advice == "Install `songlab` once in editable mode (`pip install -e .`), and delete the edit."


def test_what_the_project_does_not_install():
    files = {"pyproject.toml": '[project]\nname = "songlab"\n', "nb/a.py": f"{EDIT}import paths\n", "paths.py": ""}
    (finding,) = found(files)
    assert "Add these lines to `pyproject.toml`" in finding.advice
    assert 'py-modules = ["paths"]' in finding.advice


def test_setuptools_cannot_choose_between_two_folders():
    files = {"pyproject.toml": '[project]\nname = "lab"\n', "nb/a.py": f"{EDIT}import lab\n", "lab/__init__.py": ""}
    (finding,) = found(files)
    assert 'include = ["lab", "lab.*"]' in finding.advice


def test_another_project_s_modules_beside_an_installer_get_a_file_of_their_own():
    setup = "from setuptools import setup\nsetup(name='lab', packages=['lab'])\n"
    edit = 'import sys\nsys.path.append("helpers")\nimport worms\n'
    (finding,) = found({"setup.py": setup, "lab/__init__.py": "", "nb/a.py": edit, "nb/helpers/worms.py": ""})
    assert "`pyproject.toml` in `nb/helpers`" in finding.advice


def test_a_setup_that_sets_up_something_else():
    (finding,) = found({"setup.py": "print('unzip the data')\n", "nb/a.py": f"{EDIT}import lab\n", "lab.py": ""})
    assert 'dev-mode-dirs = ["."]' in finding.advice


def test_modules_need_modules():
    files = {"nb/a.py": f"{EDIT}import lab\n", "lab.py": "import tools\n", "tools.py": "import json\n", "other.py": ""}
    (finding,) = found(files)
    assert 'py-modules = ["lab", "tools"]' in finding.advice


def test_two_folders_are_put_on_the_path():
    edit = 'import sys\nsys.path.append("engine")\nsys.path.append("funcs")\nimport model\nimport plots\n'
    (finding,) = found({"run.py": edit, "engine/model.py": "", "funcs/plots.py": ""})
    assert 'dev-mode-dirs = ["engine", "funcs"]' in finding.advice


def test_files_that_want_the_same_folder_are_one_finding():
    (finding,) = found({"lab.py": "", "nb/a.py": f"{EDIT}import lab\n", "nb/b.py": f"{EDIT}import lab\n"})
    assert "likewise in 1 more file" in finding.message


def test_where_pip_installs_is_not_a_folder_of_the_project():
    text = "import sys\nsys.path.insert(0, f'/usr/lib/python{v}/site-packages')\nimport lab\n"
    assert not found({"nb/a.py": text, "lab/__init__.py": ""})


def test_a_folder_that_setup_does_not_find():
    setup = "from setuptools import setup, find_packages\nsetup(name='x', packages=find_packages())\n"
    files = {"setup.py": setup, "nb/a.py": f"{EDIT}import lab.io\n", "lab/io.py": ""}
    (finding,) = found(files)
    assert "setup.py" in finding.advice and "pip install -e ." in finding.advice


def test_one_name_for_several_modules():
    files = {
        "one.py": 'import sys\nsys.path.append("exp1")\nimport data\n',
        "two.py": 'import sys\nsys.path.append("exp2")\nimport data\n',
        "exp1/data.py": "",
        "exp2/data.py": "",
        "sub/three.py": f"{EDIT}import one\n",
    }
    advice = [finding.advice for finding in found(files)]
    assert len(advice) == 2
    assert sum("`data` is another module in each of `exp1` and `exp2`" in text for text in advice) == 1


def test_several_projects_in_one_repository():
    edit = "import os, sys\nsys.path.append(os.path.dirname(os.getcwd()))\nimport cons\n"
    files = {
        f"contests/{name}/scripts/{path}": text
        for name in ("titanic", "houses")
        for path, text in (("cons.py", ""), ("eda/a.py", edit))
    }
    advice = {finding.path: finding.advice for finding in found(files)}
    assert 'name = "titanic"' in advice["contests/titanic/scripts/eda/a.py"]
    assert "pip install -e contests/titanic/scripts" in advice["contests/titanic/scripts/eda/a.py"]


def test_by_the_place_of_the_file_is_a_note():
    text = "import sys\nfrom pathlib import Path\nROOT = Path(__file__).resolve().parents[1]\nsys.path.insert(0, str(ROOT))\nimport lab\n"
    (finding,) = found({"scripts/run.py": text, "lab.py": ""})
    assert finding.severity == "note"
    assert "one folder only" not in finding.message


def test_edits_in_one_file_are_one_finding():
    text = 'import sys\nsys.path.append("..")\nsys.path.append("../model")\nimport lab, song\n'
    (finding,) = found({"nb/run.py": text, "lab.py": "", "model/song.py": ""})
    assert len(finding.related) == 1


def test_all_forms():
    for edit in (
        'sys.path += [".."]',
        'sys.path[:0] = [".."]',
        'sys.path.extend(["..", "."])',
        'site.addsitedir("..")',
    ):
        assert found({"nb/run.py": f"import sys, site\n{edit}\nimport lab\n", "lab.py": ""}), edit


def test_what_a_project_of_folders_lacks_is_named():
    text = '[project]\nname = "lab"\n[build-system]\nbuild-backend = "hatchling.build"\n[tool.ruff]\nsrc = ["steps"]\n'
    files = {"pyproject.toml": text, "nb/a.py": f"{EDIT}import steps.io\n", "steps/io.py": "", "steps/__init__.py": ""}
    (finding,) = found(files)
    assert "Let `pyproject.toml` install the module `steps` too" in finding.advice


def test_one_project_gets_one_advice():
    edit = "import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), '../{0}'))\nimport {1}\n"
    files = {
        "lab/README.md": "",
        "lab/steps/a.py": edit.format("helpers", "worms"),
        "lab/steps/b.py": edit.format("engine", "motor"),
        "lab/helpers/worms.py": "",
        "lab/engine/motor.py": "",
        "lab/engine/requirements.txt": "numpy",
    }
    (finding,) = found(files)
    assert 'dev-mode-dirs = ["engine", "helpers"]' in finding.advice and "`pyproject.toml` in `lab`" in finding.advice


def test_the_nearest_file_is_told_what_lies_below_it():
    edit = "import sys\nsys.path.append('../lib')\nimport worms\n"
    files = {
        "pyproject.toml": "[project]\nname = 'lab'\n[tool.uv]\npackage = false\n",
        "nb/a.py": edit,
        "lib/worms.py": "",
    }
    (finding,) = found(files)
    assert "Add these lines to `pyproject.toml` in place of `package = false`" in finding.advice
    assert 'dev-mode-dirs = ["lib"]' in finding.advice and "[project]" not in finding.advice


def test_what_each_experiment_has_is_not_installed():
    edit = "import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), '../runs/exp2'))\nimport losses\n"
    files = {
        "README.md": "",
        "tests/test_losses.py": edit + "def test_it():\n    assert losses.total() == 1\n",
        **{f"runs/exp{n}/losses.py": "def total():\n    return 1\n" for n in range(4)},
    }
    (finding,) = found(files)
    assert "`from runs.exp2.losses import ...`" in finding.advice and "`python -m pytest`" in finding.advice
    assert "pip install" not in finding.advice


def test_a_file_that_finds_its_own_parts_is_let_be():
    text = (
        "import sys\nfrom pathlib import Path\nsys.path.insert(0, str(Path(__file__).parent / 'parts'))\nimport song\n"
    )
    assert not found({"run.py": text, "parts/song.py": ""})
    (finding,) = found({"run.py": text.replace("str(Path(__file__).parent / 'parts')", "'parts'"), "parts/song.py": ""})
    assert finding.severity == "warning"


def test_two_installations_have_two_names():
    files = {
        f"{name}/tools/{path}": text
        for name in ("mice", "rats")
        for path, text in (("lab.py", ""), ("nb/a.py", f"{EDIT}import lab\n"), ("README.md", ""))
    }
    advice = " ".join(finding.advice for finding in found(files))
    assert 'name = "mice-tools"' in advice and 'name = "rats-tools"' in advice
