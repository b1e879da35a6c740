"""The project: what an import loads, which files are tests, and what tests reach."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from rescode_lint.check.analyse import Judges, analyse
from rescode_lint.model import Tree
from rescode_lint.project import Project
from rescode_lint.testing import files_of

NOTHING = Judges(())
WORK = "def work():\n    return 1\n"
TEST = "def test_it():\n    assert work() == 1\n"


def project(files: Mapping[str, str]) -> Project:
    """A project of files given as text; notebooks with `# %%` before each cell."""
    texts, _ = files_of(files)
    return Project(analyse(path, text.encode(), NOTHING).summary for path, text in texts.items())


def reached(files: Mapping[str, str]) -> set[str]:
    """Names of the definitions outside of tests that tests reach."""
    made = project(files)
    return {name for path, name in made.tested_units if name and path not in made.tests}


# --- imports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("importer", "line", "loaded"),
    [
        ("run.py", "import lab.io", {"src/lab/io.py", "src/lab/__init__.py"}),
        ("run.py", "from lab import io", {"src/lab/io.py", "src/lab/__init__.py"}),
        ("run.py", "from lab.io import load", {"src/lab/io.py", "src/lab/__init__.py"}),
        ("run.py", "import lab.io as data", {"src/lab/io.py", "src/lab/__init__.py"}),
        ("run.py", "from helpers import tidy", {"helpers.py"}),
        ("src/lab/model.py", "from . import io", {"src/lab/io.py", "src/lab/__init__.py"}),
        ("src/lab/model.py", "from .io import load", {"src/lab/io.py", "src/lab/__init__.py"}),
        ("src/lab/deep/net.py", "from ..io import load", {"src/lab/io.py", "src/lab/__init__.py"}),
        ("src/lab/deep/net.py", "from ... import helpers", set()),
        ("notebooks/eda.ipynb", "# %%\nfrom plots import draw", {"notebooks/plots.py"}),
        (
            "notebooks/eda.ipynb",
            "# %%\nimport sys\nsys.path.append('../scripts')\nimport prepare",
            {"scripts/prepare.py"},
        ),
        ("notebooks/eda.ipynb", "# %%\n%run ../scripts/prepare.py", {"scripts/prepare.py"}),
        ("scripts/other.py", "import sys\nsys.path.insert(0, '..')\nimport helpers", {"helpers.py"}),
        ("analysis/run.py", "import utils", {"analysis/utils.py"}),
        ("model/run.py", "import utils", {"model/utils.py"}),
        ("run.py", "import numpy as np", set()),
        ("run.py", "import json", set()),
        ("run.py", "from lab import *", {"src/lab/__init__.py"}),
        ("run.py", "from spaces.cells import count", {"spaces/cells.py"}),
    ],
)
def test_what_an_import_loads(importer: str, line: str, loaded: set[str]) -> None:
    modules = (
        *("src/lab/__init__.py", "src/lab/io.py", "src/lab/json.py", "helpers.py", "notebooks/plots.py"),
        *("scripts/prepare.py", "analysis/utils.py", "model/utils.py", "spaces/cells.py"),
    )
    files = dict.fromkeys(modules, WORK)
    made = project({**files, importer: line})
    own_package = {f"{folder}/__init__.py" for folder in ("src/lab",) if importer.startswith(folder)}
    assert made.graph[importer] - own_package == loaded - own_package


def test_a_script_of_a_newer_or_older_python_still_imports() -> None:
    made = project(
        {"lab/io.py": WORK, "lab/old.py": "from io import x\nfrom . import io\nimport lab.io\nprint 'done'\n"}
    )
    assert made.graph["lab/old.py"] == {"lab/io.py"}


# --- tests ------------------------------------------------------------------------------------------------------------


def test_which_files_are_tests() -> None:
    made = project(
        {
            "tests/test_io.py": TEST,
            "tests/helpers.py": WORK,
            "tests/conftest.py": "import pytest\n",
            "lab/io_test.py": TEST,
            "lab/test.py": "import torch\nmodel = torch.load('m.pt')\nprint(model.evaluate())\n",
            "lab/testing/fixtures.py": "import pytest\n\n@pytest.fixture\ndef songs():\n    return []\n",
            "lab/testing/metrics.py": WORK,
            "lab/test_set.py": WORK,
            "lab/stat_tests.py": "def test_of_ranks(a, b):\n    return a > b\n",
            "lab/spelltest.py": TEST,
        }
    )
    assert made.tests == {
        "tests/test_io.py",
        "tests/helpers.py",
        "tests/conftest.py",
        "lab/io_test.py",
        "lab/spelltest.py",
        "lab/testing/fixtures.py",
    }


def test_folders_that_have_tests() -> None:
    assert project({"tests/test_io.py": TEST, "a/tests/test_x.py": TEST}).tested_folders == {""}
    assert project({"model/tests/unit/test_io.py": TEST}).tested_folders == {"model"}
    assert project({"ch01/tests.py": TEST, "ch02/a/test_b.py": TEST}).tested_folders == {"ch01", "ch02/a"}


def test_set_up_and_documentation_are_no_modules() -> None:
    files = ("setup.py", "docs/conf.py", ".github/release.py", "examples/demo.py", "lab/io.py", "test_environment.py")
    assert [s.path for s in project(dict.fromkeys(files, WORK)).modules] == ["lab/io.py"]


# --- what tests reach -------------------------------------------------------------------------------------------------

PACKAGE = {
    "src/lab/__init__.py": "from . import tools as tl\nfrom .io import load as read\nfrom ._version import version\n",
    "src/lab/_version.py": "version = '1'\n",
    "src/lab/io.py": "from ._parse import parse\n\ndef load(path):\n    return parse(path)\n\ndef save(path):\n"
    "    return path\n",
    "src/lab/_parse.py": "def parse(text):\n    return split(text)\n\ndef split(text):\n    return text\n",
    "src/lab/tools/__init__.py": "from ._leiden import leiden\nfrom ._late import *\n",
    "src/lab/tools/_leiden.py": "def leiden(x):\n    def inner():\n        from ._late import late\n"
    "        return late(x)\n    return inner()\n",
    "src/lab/tools/_late.py": "def late(x):\n    return x\n\ndef later(x):\n    return x\n",
}


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("import lab\n\ndef test_it():\n    lab.read('x')\n", {"load", "parse", "split"}),
        ("import lab as lb\n\ndef test_it():\n    lb.tl.leiden(1)\n", {"leiden", "late"}),
        ("from lab import tl\n\ndef test_it():\n    tl.later(1)\n", {"later"}),
        ("import lab.tools\n\ndef test_it():\n    lab.tools.late(1)\n", {"late"}),
        ("from lab.io import save as keep\n\ndef test_it():\n    keep(1)\n", {"save"}),
        ("from lab.io import *\n\ndef test_it():\n    save(1)\n", {"save"}),
        ("import lab\n\ndef test_it():\n    assert lab.version\n", set()),
        ("def test_it():\n    from lab import io\n    io.save(1)\n", {"save"}),
        (
            "import pytest\nfrom lab.io import save\n\n@pytest.fixture\ndef kept():\n    return save(1)\n\n"
            "def test_it(kept):\n    pass\n",
            {"save"},
        ),
        (
            "import lab\nimport pytest\n\n@pytest.mark.parametrize('name', ['leiden'])\ndef test_it(name):\n"
            "    getattr(lab.tl, name)(1)\n",
            {"load", "parse", "split", "leiden", "late", "later"},
        ),
        ("import lab.io\nfrom unittest.mock import patch\n\ndef test_it():\n    patch('lab.io.save')\n", {"save"}),
    ],
)
def test_calls_are_followed_through_packages(test: str, names: set[str]) -> None:
    assert reached({**PACKAGE, "tests/test_lab.py": test}) == names


def test_a_function_that_only_an_untested_one_calls_is_untested() -> None:
    code = "def a():\n    return 1\n\ndef b():\n    return c()\n\ndef c():\n    return 2\n"
    assert reached({"lab.py": code, "test_lab.py": "from lab import a\n\ndef test_a():\n    a()\n"}) == {"a"}


def test_the_main_guard_does_not_run_on_import() -> None:
    code = "def a():\n    return 1\n\ndef main():\n    return a()\n\nif __name__ == '__main__':\n    main()\n"
    assert reached({"lab.py": code, "test_lab.py": "import lab\n\ndef test_a():\n    pass\n"}) == set()
    started = "import subprocess\n\ndef test_a():\n    subprocess.run(['python', 'lab.py'])\n"
    assert reached({"lab.py": code, "test_lab.py": started}) == {"a", "main"}


def test_methods_setters_and_what_a_framework_calls() -> None:
    code = (
        "def clean(x):\n    return x\n\ndef check(x):\n    return x\n\ndef forward(x):\n    return x\n\n"
        "def alone(x):\n    return x\n\n"
        "class Table:\n    @property\n    def rows(self):\n        return clean(self)\n\n    @rows.setter\n"
        "    def rows(self, new):\n"
        "        check(new)\n\n    def __len__(self):\n        return 1\n\n    def drop(self):\n"
        "        return alone(self)\n\n"
        "class Net(nn.Module):\n    def forward(self, x):\n        return forward(x)\n"
    )
    found = reached(
        {"lab.py": code, "test_lab.py": "import lab\n\ndef test_a():\n    lab.Table().rows = 1\n    lab.Net()(2)\n"}
    )
    assert found == {"Table", "Table.rows", "Table.__len__", "clean", "check", "Net", "Net.forward", "forward"}


def test_registered_functions_are_called_by_the_framework() -> None:
    code = (
        "@app.get('/x')\ndef page():\n    return help_page()\n\ndef help_page():\n    return ''\n\n"
        "def other():\n    return ''\n"
    )
    test = "from serve import app\n\ndef test_page(client):\n    client.get('/x')\n"
    assert reached({"serve.py": code, "test_serve.py": test}) == {"page", "help_page"}


def test_words_of_a_file_that_does_not_parse_here_count_as_calls() -> None:
    files = {"lab/io.py": "def load(x):\n    return x\n\ndef save(x):\n    return x\n"}
    broken = "from lab.io import load\n\ndef test_load(:\n    load(1)\n"
    assert reached(
        {**files, "tests/test_io.py": broken, "tests/test_b.py": "import lab.io\n\ndef test_b():\n    pass\n"}
    ) == {"load"}


def test_a_notebook_that_a_test_names_is_loaded_by_it() -> None:
    files = {
        "ch05/eda.ipynb": "# %%\nfrom helpers import work\nwork()",
        "ch05/helpers.py": WORK,
        "ch05/tests/test_eda.py": "from lib import load_notebook\n\ndef test_it():\n    load_notebook('eda.ipynb')\n",
    }
    assert project(files).tested_files == {"ch05/eda.ipynb", "ch05/helpers.py"}


def test_a_script_beside_tests_that_is_named_like_one() -> None:
    script = "import batch\nprint(batch.run())\n"
    files = {"batch.py": WORK, "integration_test.py": script, "test.py": script}
    assert project(files).tests == set()
    assert project({**files, "tests/test_it.py": TEST}).tests == {"tests/test_it.py", "integration_test.py", "test.py"}
    assert "test.py" not in project({"test.py": script, "batch.py": WORK, "tests/test_it.py": TEST}).tests


# --- tests within modules, and packages that import everything --------------------------------------------------------


def test_tests_that_stand_in_modules() -> None:
    files = {"lab/a.py": WORK + TEST.replace("()", "(tmp_path)", 1), "lab/b.py": WORK + TEST, "lab/c.py": WORK}
    texts, _ = files_of(files)
    summaries = [analyse(path, text.encode(), NOTHING).summary for path, text in texts.items()]

    def inner(config: str) -> set[str]:
        tree = Tree(frozenset(texts), {"pyproject.toml": config})
        made = Project(summaries, tree, lambda path: texts[path].encode())
        return {path for path, _ in made.inner_tests}

    assert inner("") == {"lab/b.py"}, "takes nothing and asserts something"
    both = "[tool.pytest.ini_options]\npython_files = ['*.py']\n"
    assert inner(both) == {"lab/a.py", "lab/b.py"}
    assert inner(both + 'testpaths = [\n    "lab",\n]\n') == {"lab/a.py", "lab/b.py"}
    assert inner(both + "testpaths = ['tests']\n") == {"lab/b.py"}


def test_what_only_a_package_imports_is_not_meant_by_a_test() -> None:
    files = {
        "lab/__init__.py": "from .a import work\nfrom .b import play\n",
        "lab/a.py": WORK,
        "lab/b.py": WORK.replace("work", "play"),
        "tests/test_a.py": "from lab import work\n\n" + TEST,
    }
    made = project(files)
    assert {"lab/a.py", "lab/b.py"} <= made.tested_files
    assert "lab/a.py" in made.tested_modules
    assert "lab/b.py" not in made.tested_modules
