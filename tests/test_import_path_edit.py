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
