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
    assert 'include = ["model*"]' in finding.advice
    assert "pip install -e ." in finding.advice


def test_a_package_that_is_installed_needs_no_lines():
    files = {
        "pyproject.toml": '[project]\nname = "songlab"\n',
        "songlab/__init__.py": "",
        "nb/a.py": f"{EDIT}import songlab\n",
    }
    (finding,) = found(files)
    assert finding.advice == "Install `songlab` once in editable mode (`pip install -e .`), and delete the edit."


def test_what_the_project_does_not_install():
    files = {"pyproject.toml": '[project]\nname = "songlab"\n', "nb/a.py": f"{EDIT}import paths\n", "paths.py": ""}
    (finding,) = found(files)
    assert "Let `pyproject.toml` install the module `paths` too" in finding.advice


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
    messages = [finding.advice for finding in found(files)]
    assert any("another module in each folder" in advice for advice in messages)


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
