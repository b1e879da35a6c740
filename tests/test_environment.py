"""What a repository declares of its environment, however it is written, and what the rules on it make of that."""

from __future__ import annotations

import json

import pytest

from rescode_lint.facts.distributions import (
    IMPORTED_ONLY,
    brought_along,
    canonical,
    distributions,
    is_known,
    needs_no_declaration,
)
from rescode_lint.model import Finding, Tree
from rescode_lint.project.environment import Environment, Manifest, of_script
from rescode_lint.rules.reproducibility.undeclared_dependency import UndeclaredDependency
from rescode_lint.rules.reproducibility.unpinned_environment import UnpinnedEnvironment
from rescode_lint.testing import files_of, run


def environment(files: dict[str, str]) -> Environment:
    return Environment(Tree(frozenset(files), files))


def manifest(path: str, text: str, **others: str) -> Manifest:
    return next(m for m in environment({path: text, **others}).manifests if m.path == path)


def listed(path: str, text: str) -> list[tuple[str, str, int]]:
    return [(r.name, r.version, r.line) for r in manifest(path, text).requirements]


def said(rule: type, files: dict[str, str]) -> list[Finding]:
    verdict = run(files_of(files)[0], rule)
    assert not verdict.problems
    return list(verdict.findings)


# --- files ------------------------------------------------------------------------------------------------------------


def test_requirements() -> None:
    text = (
        "# made by hand\n"
        "numpy == 1.26 # why\n"
        "torch>=1.9,<2 ; python_version < '3.9'\n"
        "scikit_learn[plots]~=1.3 --hash=sha256:00 \\\n    --hash=sha256:01\n"
        "--find-links https://example.org/wheels\n"
        "-e git+https://github.com/lab/toolbox.git@v1#egg=lab-toolbox\n"
        "git+https://github.com/lab/other.git@main\n"
        "pkg @ https://example.org/pkg-1.0.zip\n"
        "https://example.org/wheel_name-2.1-py3-none-any.whl\n"
        "./local\n"
        ".\n"
        "pandas scipy\n"
        "anyio 3.5.0\n"
        "pip install seaborn\n"
        "&&&\n"
    )
    found = listed("requirements.txt", text)
    assert [(name, line) for name, _, line in found] == [
        ("numpy", 2),
        ("torch", 3),
        ("scikit_learn", 4),
        ("lab-toolbox", 7),
        ("other", 8),
        ("pkg", 9),
        ("wheel_name", 10),
        ("pandas", 13),
        ("scipy", 13),
        ("anyio", 14),
        ("seaborn", 15),
    ]
    assert [version for _, version, _ in found[:2]] == ["== 1.26", ">=1.9,<2"]
    assert not manifest("requirements.txt", text).opaque


def test_a_script_of_its_own() -> None:
    text = (
        "#!/usr/bin/env -S uv run\n# /// script\n# requires-python = '>=3.11'\n#\n# dependencies = [\n"
        "#   'numpy >= 2',\n#   \"httpx[cli]<1; python_version < '3.13'\",\n# ]\n# ///\nimport numpy\n"
    )
    assert of_script(text.splitlines()) == ["numpy>=2", "httpx[cli]<1"]
    assert of_script(["# /// script", "# dependencies = [", "# ///"]) == []
    assert of_script(["# /// script", "# dependencies = 'numpy'", "# ///"]) == []
    assert of_script(["# /// script", "# dependencies = ['numpy']"]) == []
    files = {"requirements.txt": "scipy\n", "b.py": "import scipy", "a.py": text + "import seaborn\n"}
    assert [f.message.split("`")[1] for f in said(UndeclaredDependency, files)] == ["seaborn"]


def test_included_requirements_speak_for_themselves() -> None:
    found = environment({"requirements.txt": "-r requirements/base.txt\nnumpy\n", "requirements/base.txt": "scipy\n"})
    assert {"numpy", "scipy"} <= found.declared
    assert not any(m.opaque for m in found.manifests)
    assert manifest("requirements.txt", "-r gone.txt\nnumpy\n").opaque


def test_conda() -> None:
    text = (
        "name: lab\nchannels:\n  - conda-forge\n  - defaults\ndependencies:\n"
        "  - python=3.10\n  - pytorch::pytorch=1.12.1=py3.10_cuda\n  - conda-forge/linux-64::scipy >=1.9 # note\n"
        '  - "numpy<2"\n  - pip\n  - pip:\n      - einops==0.6\n      - -r more.txt\n      - --no-deps\n  - pandas\n'
        "prefix: /home/alice/env\n"
    )
    found = listed("environment.yml", text)
    assert [(name, line) for name, _, line in found] == [
        ("python", 6),
        ("pytorch", 7),
        ("scipy", 8),
        ("numpy", 9),
        ("pip", 10),
        ("einops", 12),
        ("pandas", 15),
    ]
    assert all(bool(version) == (name not in ("pip", "pandas")) for name, version, _ in found)
    assert [name for name, _, _ in listed("conda_env.yaml", "dependencies: [numpy, scipy=1]\n")] == ["numpy", "scipy"]
    assert not environment({"config.yml": text}).manifests


def test_pyproject_of_all_tools() -> None:
    text = """
[build-system]
requires = ["hatchling"]
[project]
name = "lab"
dependencies = ["numpy>=1.24", "torch @ git+https://github.com/pytorch/pytorch"]
[project.optional-dependencies]
plot = ["seaborn"]
[dependency-groups]
dev = ["pytest", {include-group = "x"}]
[tool.poetry.dependencies]
python = "^3.9"
pandas = "^2.0"
local = { path = "../local" }
[tool.poetry.group.test.dependencies]
hypothesis = "*"
[tool.pdm.dev-dependencies]
lint = ["ruff"]
[tool.hatch.envs.docs]
dependencies = ["sphinx"]
[tool.uv]
dev-dependencies = ["mypy"]
[tool.pixi.dependencies]
cmake = "*"
"""
    found = {r.name: (r.version, r.extra, r.line) for r in manifest("pyproject.toml", text).requirements}
    assert found["numpy"] == (">=1.24", False, 6)
    assert found["pandas"] == ("^2.0", False, 13)
    assert found["seaborn"] == ("", True, 8)
    assert {"torch", "pytest", "local", "hypothesis", "ruff", "sphinx", "mypy", "cmake", "hatchling"} <= found.keys()
    assert "python" not in found
    assert not environment({"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}).manifests
    assert manifest("pyproject.toml", "[project]\nname = 'x'\ndynamic = ['dependencies']\n").opaque
    assert manifest("pyproject.toml", "[project\n").opaque


def test_setup_py_is_read_and_not_run() -> None:
    text = """
from setuptools import setup
import os
base = ["numpy>=1.2", 'scipy']
base += ["pandas"]
base.append("tqdm")
extras = {"plot": ["seaborn"]}
extras["all"] = ["plotly"]
os.remove("everything")
setup(name="lab", install_requires=base + ["torch"], extras_require=extras)
"""
    found = manifest("setup.py", text)
    assert {"numpy", "scipy", "pandas", "tqdm", "torch", "seaborn", "plotly"} <= {r.name for r in found.requirements}
    assert not found.opaque
    read = "from setuptools import setup\nsetup(install_requires=[l.strip() for l in open('requirements.txt')])\n"
    assert manifest("setup.py", read).opaque
    assert not manifest("setup.py", read, **{"requirements.txt": "numpy\n"}).opaque
    assert not environment({"setup.py": "from setuptools import setup\nsetup(name='x')\n"}).manifests
    assert manifest("setup.py", "print 'x'\nsetup(install_requires=['numpy'])\n").requirements[0].name == "numpy"


def test_setup_cfg_and_pipfile() -> None:
    text = "[metadata]\nname = lab\n[options]\ninstall_requires =\n    numpy>=1\n    scipy\n[options.extras_require]\nplot =\n  seaborn\n"
    assert listed("setup.cfg", text) == [("numpy", ">=1", 5), ("scipy", "", 6), ("seaborn", "", 9)]
    assert manifest("setup.cfg", "[options]\ninstall_requires = attr: lab.deps\n").opaque
    pipfile = '[packages]\nnumpy = "*"\ntorch = {version = "==1.9"}\n[dev-packages]\npytest = "*"\n'
    assert listed("Pipfile", pipfile) == [("numpy", "", 2), ("torch", "==1.9", 3), ("pytest", "", 5)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Pipfile.lock", json.dumps({"default": {"numpy": {"version": "==1.26.4"}}, "develop": {}})),
        ("poetry.lock", '[[package]]\nname = "numpy"\nversion = "1.26.4"\n'),
        ("conda-lock.yml", "package:\n- name: numpy\n  version: 1.26.4\n"),
        ("requirements.lock", "numpy==1.26.4\n    # via pandas\n"),
        (
            "conda-linux-64.lock",
            "@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311_0.conda\n",
        ),
        ("requirements.txt", "# This file may be used to create an environment using:\nnumpy=1.26.4=py311_0\n"),
    ],
)
def test_lock_files(path: str, text: str) -> None:
    found = manifest(path, text)
    assert found.kind == "lock"
    assert [(r.name, r.version) for r in found.requirements] == [("numpy", "==1.26.4")]


def test_install_commands() -> None:
    text = "RUN pip install -q --upgrade 'numpy==1.2' torch \\\n  -r requirements.txt && conda install -c conda-forge scipy -y\n"
    found = manifest("Dockerfile", f"FROM continuumio/anaconda3:2023\n{text}")
    assert [r.name for r in found.requirements] == ["numpy", "torch", "scipy", "anaconda"]
    hints = environment({"README.md": "First:\n\n    pip install opencv-python\n"}).hints
    assert hints == {"opencv-python": "README.md"}


def test_which_files_speak_for_which_code() -> None:
    found = environment(
        {
            "docs/requirements.txt": "sphinx\n",
            "first/requirements.txt": "numpy\n",
            "conda_envs/gpu/environment.yml": "dependencies:\n- scipy\n",
            "requirements/dev.txt": "pytest\n",
        }
    )
    assert [m.path for m in found.of("train.py")] == ["conda_envs/gpu/environment.yml", "requirements/dev.txt"]
    assert [m.path for m in found.of("first/deep/x.py")][:1] == ["first/requirements.txt"]
    assert "docs/requirements.txt" in [m.path for m in found.of("docs/conf.py")]


@pytest.mark.parametrize(
    "text", ["", "\0", "[", "{", "- ", "dependencies:\n- ", "\ufffd" * 50, "((((" * 5000, "=" * 9999]
)
def test_files_that_are_no_such_thing(text: str) -> None:
    names = (
        "requirements.txt",
        "environment.yml",
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        "Pipfile",
        "Pipfile.lock",
    )
    found = environment(dict.fromkeys((*names, "poetry.lock", "Dockerfile", "README.md", "install.sh"), text))
    assert not any(m.requirements for m in found.manifests), found.manifests
    files = {"a.py": "import numpy\nimport torch\n"} | dict.fromkeys(names, text)
    del files["setup.py"]  # which is linted as well
    said(UndeclaredDependency, files)
    said(UnpinnedEnvironment, files)


# --- the tables -------------------------------------------------------------------------------------------------------


def test_tables() -> None:
    assert distributions("cv2.dnn") == ("cv2", distributions("cv2")[1])
    assert distributions("google.cloud.storage.blob")[1] == ("google-cloud-storage",)
    assert distributions("mpl_toolkits.mplot3d")[1][0] == "matplotlib"
    assert distributions("nobody_knows")[1] == ()
    assert canonical("Opencv_Contrib.Python") == canonical("opencv-python-headless") == "opencv-python"
    assert canonical("pytorch") == "torch"
    assert {"numpy", "scipy", "joblib"} <= brought_along(frozenset({"scikit-learn"}))
    for module in ("os", "urllib2", "Tkinter", "distutils.core", "google.colab.drive", "IPython.display", "setuptools"):
        assert needs_no_declaration(module), module
    assert not needs_no_declaration("google.cloud.storage")
    assert all(is_known(name) and canonical(name) == name for name in IMPORTED_ONLY)


# --- the rules --------------------------------------------------------------------------------------------------------


def test_one_distribution_is_one_finding() -> None:
    files = {
        "requirements.txt": "numpy\n",
        "b.py": "import numpy\nimport skimage.io\n",
        "a.py": "from skimage import filters\n",
        "c.ipynb": "# %%\nimport skimage\n",
    }
    (finding,) = said(UndeclaredDependency, files)
    assert (finding.path, finding.span.line, finding.span.column) == ("a.py", 1, 6)
    assert {place.path for place in finding.related} == {"b.py", "c.ipynb"}
    assert "`scikit-image`" in finding.advice


def test_all_that_a_file_lacks_is_one_finding() -> None:
    files = {
        "requirements.txt": "numpy\n",
        "a.ipynb": "# %%\nimport numpy\nimport cv2",
        "b.py": "import seaborn, songdata",
    }
    (finding,) = said(UndeclaredDependency, files)
    assert (finding.path, finding.message) == (
        "b.py",
        "`seaborn` and `cv2` are imported, but `requirements.txt` lists none of them",
    )
    assert "`songdata` is neither in the repository nor there" in finding.advice
    assert {related.path for related in finding.related} == {"a.ipynb", "b.py"}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("#\n# This file is autogenerated by pip-compile with Python 3.9\n", "lock"),
        ("# This file was autogenerated by uv via the following command:\n", "lock"),
        ("", "requirements"),
    ],
)
def test_what_a_program_wrote_is_a_lock(head: str, kind: str) -> None:
    assert manifest("requirements.txt", f"{head}numpy==1.26.4\n").kind == kind


def test_several_environments_in_a_folder() -> None:
    files = {
        "envs/fit.yml": "dependencies:\n  - numpy\n",
        "envs/plot.yml": "dependencies:\n  - pandas\n",
        "a.py": "import numpy, seaborn",
        "b.py": "import pandas, cv2",
    }
    (finding,) = said(UndeclaredDependency, files)
    assert finding.message == "`seaborn` and `cv2` are imported, but no file in `envs/` lists them"
    assert "to the environment file that this code is run with" in finding.advice


def test_a_list_that_setup_reads_holds_no_extras() -> None:
    files = {
        "requirements.txt": "numpy\n",
        "setup.py": "from setuptools import setup\nsetup(install_requires=open('requirements.txt').read().split())",
        "songs/__init__.py": "import numpy",
        "paper/a.py": "import songs, seaborn",
    }
    (finding,) = said(UndeclaredDependency, files)
    assert "to `setup.py` as an optional dependency, or to a `requirements.txt` in `paper/`" in finding.advice


def test_what_another_missing_one_brings_is_not_said_as_well() -> None:
    files = {"requirements.txt": "requests\n", "a.py": "import requests\nimport numpy\nimport pandas\nimport pytz\n"}
    assert [f.message.split("`")[1] for f in said(UndeclaredDependency, files)] == ["pandas"]


@pytest.mark.parametrize(
    "files",
    [
        {".gitmodules": "[submodule 'x']\n\tpath = x\n", "a.py": "import numpy\nimport xlib_of_ours\n"},
        {"a.py": "import sys\nsys.path.append('/opt/lab')\nimport numpy\nimport lab_tools\n"},
        {"README.md": "Get https://github.com/lab/labtools first.\n", "a.py": "import numpy\nimport labtools\n"},
        {"a.py": "import numpy\nimport message_pb2\n"},
        {"legacy/a.py": "import numpy\nimport gone_module\n"},
        {"kernel.pyx": "", "a.py": "import numpy\nimport kernel\n"},
        {"tools/x.py": "", "a.py": "import numpy\nimport tools.x\n"},
        {"third_party/a.py": "import numpy\nimport seaborn\n"},
        {"a.py": "import numpy\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n"},
        {"a.ipynb": "# %%\n# !pip install seaborn\nimport numpy, seaborn\n"},
        {"a.ipynb": "# %%\nfrom google.colab import drive\nimport numpy, seaborn, torch\n"},
        {"README.md": "git clone https://github.com/lab/clip.git\n", "a.py": "import numpy\nimport clip\n"},
        {"torch/__init__.py": "", "a.py": "import numpy\nimport torch\n"},
        {"install.sh": "pip install seaborn\n", "a.py": "import numpy\nimport seaborn\n"},
        {"a.py": "print 'x'\nimport numpy\nimport seaborn\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_silent(files: dict[str, str]) -> None:
    assert said(UndeclaredDependency, {"requirements.txt": "numpy\n", **files}) == []


def test_a_module_that_nobody_knows() -> None:
    (finding,) = said(
        UndeclaredDependency, {"requirements.txt": "numpy\n", "a.py": "import numpy\nimport helpers_of_bob\n"}
    )
    assert finding.confidence == "medium"
    assert "neither in the repository nor in `requirements.txt`" in finding.message
    assert (
        said(UndeclaredDependency, {"requirements.txt": "numpy\nbobs-things\n", "a.py": "import helpers_of_bob\n"})
        == []
    )


def test_needless_ones_are_one_finding_and_can_be_silenced() -> None:
    files = {
        "requirements.txt": "numpy\nseaborn  # rescode: ignore[RSC605]\nxgboost\n",
        "environment.yml": "dependencies:\n- numpy\n- lightgbm\n",
        "a.py": "import numpy\n",
    }
    (finding,) = said(UndeclaredDependency, files)
    assert (finding.path, finding.span.line, finding.span.column) == ("environment.yml", 3, 3)
    assert [(place.path, place.line) for place in finding.related] == [("requirements.txt", 3)]
    silent = (
        {"run.sh": "python -m xgboost\n", ".gitignore": ""},
        {".gitignore": "notebooks/\n"},
        {"b.ipynb": "# %%\nx = = 1\n"},
    )
    for more in silent:
        assert (
            said(UndeclaredDependency, {"requirements.txt": "numpy\nxgboost\n", "a.py": "import numpy\n", **more}) == []
        )
    export = "".join(f"package{i}==1.{i}\n" for i in range(30)) + "numpy==1.26\nxgboost==2.0\n"
    assert said(UndeclaredDependency, {"requirements.txt": export, "a.py": "import numpy\n"}) == []


def test_no_version_at_all() -> None:
    (finding,) = said(
        UnpinnedEnvironment, {"requirements.txt": "click\nnumpy\npandas\n", "a.py": "import numpy, pandas"}
    )
    assert (finding.path, finding.span.line) == ("requirements.txt", 2)
    assert finding.message.startswith("`numpy` and `pandas` have no version in `requirements.txt`")


def test_an_environment_for_another_part_only() -> None:
    files = {
        "paper/requirements.txt": "numpy==1.26\n",
        "a.py": "import torch",
        "b.py": "import numpy",
        "c.py": "import scipy",
    }
    (finding,) = said(UnpinnedEnvironment, files)
    assert "`paper/requirements.txt` speaks for `paper/` only" in finding.message


def test_a_notebook_that_pins_what_it_installs() -> None:
    pinned = "# %%\n!pip install numpy==1.26\nimport numpy"
    assert said(UnpinnedEnvironment, {"a.ipynb": pinned}) == []
    (finding,) = said(UnpinnedEnvironment, {"a.ipynb": pinned, "b.py": "import numpy", "c.py": "import scipy"})
    assert finding.path == "b.py"


def test_nothing_is_said_where_only_passed_files_are_known() -> None:
    from rescode_lint.check.analyse import Judges, analyse
    from rescode_lint.project import Project

    judges = Judges((UnpinnedEnvironment,))
    record = analyse("a.py", b"import numpy\n", judges)
    for whole, count in ((True, 1), (False, 0)):
        project = Project([record.summary], Tree(frozenset({"a.py"}), {}, whole))
        assert len(list(UnpinnedEnvironment().check(project))) == count
