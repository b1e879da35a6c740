"""RSC110 and RSC111: what their fixes leave of comments, cells and names."""

import json

import libcst as cst
import pytest

from rescode_lint.fix.part import Part
from rescode_lint.model import Span
from rescode_lint.read import read
from rescode_lint.rules.notebooks.hidden_star_import import HiddenStarImport
from rescode_lint.rules.notebooks.scattered_imports import ScatteredImports
from rescode_lint.testing import cells_of, files_of, fix, run

REST = ["print(a)"] * 12


def notebook(*cells: str) -> dict[str, str]:
    return files_of({"a.ipynb": "".join(f"# %%\n{cell}\n" for cell in cells)})[0]


def gathered(*cells: str) -> list[str]:
    after, repaired = fix(notebook(*cells, *REST), ScatteredImports)
    assert not repaired.problems
    return cells_of(after["a.ipynb"])[: -len(REST)]


HOME = ("import numpy", "a = 1", "b = 2", "c = 3")


def test_a_comment_above_an_import_goes_with_it_if_it_speaks_of_it() -> None:
    cells = gathered(*HOME, "x = 1\n# for the map\nimport umap\n\ny = 2", "import shap\nimport xgboost  # trees\nz = 3")
    assert cells == [
        "import numpy\n# for the map\nimport umap\nimport shap\nimport xgboost  # trees",
        *HOME[1:],
        "x = 1\n\ny = 2",
        "z = 3",
    ]


def test_a_comment_above_code_stays() -> None:
    cells = gathered(*HOME, "x = 1\n\n# the map\nimport umap\ny = 2", "import shap", "import xgboost")
    assert cells[-1] == "x = 1\n\n# the map\ny = 2"


def test_magics_beside_moved_imports_stay_as_they_are() -> None:
    cells = gathered(
        "%matplotlib inline\nimport numpy", *HOME[1:], "%time a\nimport umap\n!ls", "import shap", "import xgboost"
    )
    assert cells[0] == "%matplotlib inline\nimport numpy\nimport umap\nimport shap\nimport xgboost"
    assert cells[-1] == "%time a\n!ls"


@pytest.mark.parametrize(
    ("outputs", "left"), [([], 0), ([{"output_type": "stream", "name": "stderr", "text": "x"}], 1)]
)
def test_an_emptied_cell_goes_unless_it_has_an_output(outputs: list[object], left: int) -> None:
    files = notebook(*HOME, "import umap", "import shap", "import xgboost", *REST)
    raw = json.loads(files["a.ipynb"])
    raw["cells"][4]["outputs"] = outputs
    after, _ = fix({"a.ipynb": json.dumps(raw)}, ScatteredImports)
    cells = json.loads(after["a.ipynb"])["cells"]
    assert len(cells) == len(HOME) + len(REST) + left
    assert [cell for cell in cells if not cell["source"]] == [{**raw["cells"][4], "source": ""}] * left


@pytest.mark.parametrize(
    "between",
    ["!pip install umap-learn", "%load_ext cudf.pandas", "import os\nos.environ['OMP_NUM_THREADS'] = '1'", "%reset -f"],
)
def test_what_must_come_first_holds_imports_back(between: str) -> None:
    files = notebook(*HOME, between, "import umap", "import shap", "import xgboost", *REST)
    assert not run(files, ScatteredImports).findings


BLOCK = "import keras\nimport shap\nfrom xgboost import XGBClassifier"


@pytest.mark.parametrize(
    ("counts", "block", "found"),
    [
        ((1, 2, 3, 9, 1, 2), BLOCK, 0),  # a new session
        ((1, 2, 3, 9, 2, 3), BLOCK, 0),
        ((1, 2, 3, 4, 5, 6), BLOCK, 1),
        ((None, None, None, None, 1, 2), BLOCK, 1),
        ((1, 2, 3, 9, 1, 2), BLOCK.replace("shap", "numpy"), 1),  # one repeats another
    ],
)
def test_a_block_where_a_new_session_begins_is_gathered(counts: tuple[int | None, ...], block: str, found: int) -> None:
    raw = json.loads(notebook(*HOME, block, "import umap", *REST)["a.ipynb"])
    for cell, count in zip(raw["cells"], counts, strict=False):
        cell["execution_count"] = count
    assert len(run({"a.ipynb": json.dumps(raw)}, ScatteredImports).findings) == found


def test_blocks_in_many_parts_are_scattered() -> None:
    parts = (f"import a{n}\nimport b{n}\nimport c{n}" for n in range(4))
    text = "".join(f"# %% [markdown]\n## Part\n# %%\n{part}\n# %%\nb = 1\n" for part in parts)
    files = files_of({"a.ipynb": "".join(f"# %%\n{cell}\n" for cell in (*HOME, *REST)) + text})[0]
    (finding,) = run(files, ScatteredImports).findings
    assert "12 imports in 4 cells" in finding.message


def test_all_notebooks_of_a_project_are_one_finding() -> None:
    cells = (*HOME, "import umap", "import shap", "import xgboost")
    files = {
        "a.ipynb": notebook(*cells, *REST)["a.ipynb"],
        "b.ipynb": notebook(*cells, "import keras", *(line.replace("a", "b") for line in REST))["a.ipynb"],
        "c.ipynb": notebook(
            "import os", "x", "y", "z", "import umap", "import shap as s", "import xgboost as x2", *"defghijkl"
        )["a.ipynb"],
    }
    (finding,) = run(files, ScatteredImports).findings
    assert finding.path == "b.ipynb" and "(likewise in 2 more notebooks)" in finding.message
    assert [place.path for place in finding.related[-2:]] == ["a.ipynb", "c.ipynb"]


def test_imports_of_a_cell_stay_together() -> None:
    files = notebook(
        *HOME, "import theano\nimport pymc as pm", "import umap", "import shap", "import xgboost", "pm = 1", *REST
    )
    (finding,) = run(files, ScatteredImports).findings
    assert "`umap`, `shap` and `xgboost`" in finding.message and "theano" not in finding.message


def test_a_name_that_python_has_is_not_moved_above_its_use() -> None:
    cells = gathered(*HOME, "sum([1])", "from scipy import sum", "import umap", "import shap", "import xgboost")
    assert cells[-1] == "from scipy import sum"


def test_pylab_in_the_last_line_of_a_cell() -> None:
    after, _ = fix(notebook("import os\n%pylab", "plot(np.arange(3))"), HiddenStarImport)
    assert cells_of(after["a.ipynb"])[0] == (
        "import os\n%matplotlib\nimport numpy as np\nfrom matplotlib.pyplot import plot"
    )


def test_names_that_may_come_from_the_star_stay_imported_but_are_not_claimed() -> None:
    files = notebook("from numpy import *", "print 'pi', pi", "sin(1)")
    (finding,) = run(files, HiddenStarImport).findings
    assert "`pi`" not in finding.message
    after, _ = fix(files, HiddenStarImport)
    assert cells_of(after["a.ipynb"])[0] == "from numpy import pi, sin"


def test_of_two_star_imports_the_last_one_gives_a_name() -> None:
    files = notebook("from math import *\nfrom numpy import *", "sin(1) + gcd(4, 6)")
    (finding,) = run(files, HiddenStarImport).findings
    assert "makes `sin`" in finding.message and "`math`" in finding.message


def test_a_star_import_that_is_not_known_has_no_line_that_may_fail() -> None:
    files = notebook(
        "from lab.tools import *\nfrom sklearn.model_selection import KFold", "StratifiedKFold(KFold(gauge()))"
    )
    (finding,) = run(files, HiddenStarImport).findings
    assert "`gauge`" not in finding.message and finding.fix is None
    assert "`import lab.tools as tools`" in finding.advice and "from lab.tools" not in finding.advice


def test_what_a_function_sets_is_not_imported() -> None:
    module = "def load():\n    global Grid, depth\n    from grids import Grid\n    depth = 3\ndepth = 1\n"
    files = {"maps.py": module, **notebook("from maps import *", "load()", "Grid(depth)")}
    (finding,) = run(files, HiddenStarImport).findings
    assert finding.advice == (
        "Write `from maps import depth, load`. `Grid` is set by a function, with `global`, and may not be there: let that function return it."
    )
    assert finding.fix is None
    files = {"maps.py": module, **notebook("from grids import Grid\nfrom maps import *", "load()", "Grid(depth)")}
    (finding,) = run(files, HiddenStarImport).findings
    assert "Grid" not in finding.message


def test_a_line_in_the_help_is_complete_or_absent() -> None:
    few, many = ([f"a_long_name_{n}" for n in range(count)] for count in (12, 40))
    for names, shown in ((few, True), (many, False)):
        files = {"tools.py": "".join(f"{n} = 1\n" for n in names), **notebook("from tools import *", *names)}
        (finding,) = run(files, HiddenStarImport).findings
        assert "..." not in finding.advice and ("`from tools import" in finding.advice) is shown
        assert shown or "--diff --unsafe-fixes` shows the lines" in finding.advice


def test_a_pasted_header_is_one_finding() -> None:
    header = "import os\nimport re\nimport sys\nimport json\nfrom math import *"
    files = {f"{n}.ipynb": notebook(header, use)["a.ipynb"] for n, use in (("a", "sin(1)"), ("b", "cos(1) + pi"))}
    files["c.ipynb"] = notebook("from math import *", "tan(1)")["a.ipynb"]
    first, other = run(files, HiddenStarImport).findings
    assert (
        first.message.endswith("(and the same import in 1 more notebook)")
        and "`cos` and `pi`" in first.related[0].message
    )
    assert other.path == "c.ipynb"


def test_an_import_with_another_name() -> None:
    source = read("a.py", b"import os\n\nx = 1\n")
    part = Part(source, None, "import os\n\nx = 1\n")
    (node, *_) = part.nodes(Span(3, 5, 3, 6))
    text = part.with_fixes({node: cst.Integer("2")}, [("numpy", "", "np"), ("a.b", "c", "d"), ("json", "")])
    assert text == "import os\nimport json\nimport numpy as np\nfrom a.b import c as d\n\nx = 2\n" or set(
        text.splitlines()
    ) >= {"import numpy as np", "from a.b import c as d", "import json"}
