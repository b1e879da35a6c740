"""What the saved numbers and errors of a notebook, and its names, say: RSC105, RSC106, RSC108."""

import json

import pytest

from rescode_lint.check.catalog import builtin
from rescode_lint.facts.star_names import names_of
from rescode_lint.model import Finding
from rescode_lint.read.notebook import read_notebook
from rescode_lint.testing import files_of, run

RULES = {rule.code: rule for rule in builtin()}


def findings(code: str, files: dict[str, str]) -> tuple[Finding, ...]:
    verdict = run(files, RULES[code])
    assert not verdict.problems
    return verdict.findings


def numbered(*counts: int | None, outputs: bool = True) -> dict[str, str]:
    shown = [{"output_type": "stream", "name": "stdout", "text": "1"}] if outputs else []
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "execution_count": count,
            "metadata": {},
            "outputs": shown if count else [],
            "source": f"x = {index}\nx += 1" if index == 0 else "x += 1",
        }
        for index, count in enumerate(counts)
    ]
    return {"nb.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})}


@pytest.mark.parametrize(
    "counts",
    [
        (1, 2, 3),
        (None, None, None),
        (0, 0, 0),
        (5, 6, 7),
        (1, None, 3, 4),
        (1, 2, None),
        (None, 2, 3),
        (1, 2, 3, 4, 6),
        (2, 4, 6, 8),
        (1, 3),
        (10, 12, 13),
        (1, 1, 1, 1),
        (3,),
        (),
        (1, 0, 0, 4),
        (1, 2, 4, 5),
        (1, 2, 9),
        (1, 38, 39, 40),
    ],
)
def test_one_run_from_top_to_bottom(counts: tuple[int | None, ...]) -> None:
    assert not findings("RSC105", numbered(*counts))


def test_without_outputs_only_a_repeat_tells() -> None:
    assert not findings("RSC105", numbered(1, 3, 2, outputs=False))
    (found,) = findings("RSC105", numbered(2, 2, 9, outputs=False))
    assert "saved outputs" not in found.message
    assert found.severity == "note"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        # The function that it calls reads what was set later.
        (
            "# %% In[1]\ndef area(r):\n    return r * pi\n# %% In[9]\npi = 3.14\n# %% In[5] Out: 3\narea(1)",
            "cell 2, which sets `pi`, was run after cell 3",
        ),
        # A cell below set it meanwhile.
        (
            "# %% In[1]\nrows = load(1)\n# %% In[4] Out: 2\nrows\n# %% In[3]\nrows = load(2)",
            "cell 2 (`[4]`) used the `rows` of cell 3 (`[3]`), not that of cell 1 (`[1]`)",
        ),
        ("# %% In[4] Out: 2\nprint(rows)\n# %% In[3]\nrows = 2", "which only cell 2 (`[3]`) below it sets"),
        # What a loop binds for itself is not another cell's.
        (
            "# %% In[6] Out: 2\nfor x in range(3):\n    y = x + 1\n    y += 1\nprint(y)\n# %% In[3] Out: 1\n"
            "for x in range(2):\n    y = x\nprint(y)",
            "",
        ),
        # Each cell makes its own figure; one only labels the last.
        (
            "# %% In[1]\nimport matplotlib.pyplot as plt\n# %% In[9] Out: <Figure>\nfig, ax = plt.subplots()\n"
            "# %% In[4] Out: <Figure>\nax.set_ylabel('m')",
            "",
        ),
    ],
)
def test_what_a_cell_used(cells: str, says: str) -> None:
    found = findings("RSC105", files_of({"a.ipynb": cells})[0])
    assert bool(found) is bool(says)
    assert not says or says in found[0].message


@pytest.mark.parametrize(
    ("counts", "cell", "says"),
    [
        ((2, 2, 9), 2, "`[2]` stands at cells 1 and 2"),
        ((1, 3, 2), 2, "`[3]` stands above `[2]`"),
        ((2, 3, 4, 1), 4, "`[1]` stands below `[4]`"),
        ((1, 24, 2, 3, 26, 4), 2, "2 of 6 cells"),
        ((1, 2, 1, 2), 3, "of several sessions"),
        ((3, 2, 1), 1, "`[3]` stands above"),
        ((4, 5, 1, 2), 3, "begin again at `[1]` in cell 3"),
    ],
)
def test_no_run_from_top_to_bottom(counts: tuple[int | None, ...], cell: int, says: str) -> None:
    (found,) = findings("RSC105", numbered(*counts))
    assert found.span.cell == cell
    assert says in found.message


def test_copies_of_a_notebook_are_one_finding() -> None:
    text = numbered(1, 3, 2)["nb.ipynb"]
    (found,) = findings("RSC105", {"docs/site/nb.ipynb": text, "nb.ipynb": text})
    assert found.path == "nb.ipynb"
    assert [place.path for place in found.related] == ["docs/site/nb.ipynb"]


def failed(source: str, traceback: list[str], more: dict[str, object] | None = None) -> bytes:
    output = {"output_type": "error", "ename": "KeyError", "evalue": "'age'", "traceback": traceback, **(more or {})}
    cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [output], "source": source}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


@pytest.mark.parametrize(
    ("traceback", "line"),
    [
        (
            [
                "\x1b[0;31mKeyError\x1b[0m Traceback",
                "Cell \x1b[0;32mIn[3], line 2\x1b[0m\n      1 x = {}\n----> 2 x['age']",
            ],
            2,
        ),
        (["<ipython-input-3-abc> in <module>()\n      1 x = {}\n\x1b[1;32m----> 2\x1b[0m x['age']\n"], 2),
        (["/tmp/ipykernel_12/34.py in <module>\n----> 1 x['age']"], 2),
        (["<ipython-input-3-abc> in <module>()\n----> 2 y['age']"], None),
        (["somewhere.py in f()\n----> 2 x['age']"], None),
        ([], None),
    ],
)
def test_line_of_an_error(traceback: list[str], line: int | None) -> None:
    cell = read_notebook("nb.ipynb", failed("x = {}\nx['age']", traceback)).cells[0]
    assert cell.error is not None
    assert (cell.error.name, cell.error.message, cell.error.line) == ("KeyError", "'age'", line)
    assert cell.has_output


def test_an_error_where_somebody_is_asked() -> None:
    frames = [
        "Cell In[1], line 2",
        "----> 2 main()",
        "",
        "Cell In[1], line 1, in main()",
        "----> 1 int(input('How many? '))",
    ]
    assert not findings("RSC108", {"nb.ipynb": failed("x = {}\nmain()", ["\n".join(frames)]).decode()})
    frames[-1] = "----> 1 int(layer.input('How many? '))"
    assert findings("RSC108", {"nb.ipynb": failed("x = {}\nmain()", ["\n".join(frames)]).decode()})


@pytest.mark.parametrize(
    ("traceback", "changed"),
    [
        ("Cell In[3], line 2\n----> 2 y['age']", True),
        ("<ipython-input-3-abc> in <module>()\n----> 2 y['age']", True),
        ("Input In [3], in <cell line: 2>()\n----> 2 y['age']", True),
        ("Cell In[3], line 2\n----> 2 x['age']", False),
        # The line of a function of another cell, of a library, or as IPython rewrites it.
        ("Cell In[2], line 9, in lookup(x)\n----> 2 y['age']", False),
        ("<timed exec> in <module>()\n\n~/lib.py in get(x)\n----> 2 y['age']", False),
        ("Cell In[3], line 2\n----> 2 get_ipython().run_line_magic('run', 'a.py')", False),
    ],
)
def test_the_line_of_an_error_is_gone(traceback: str, changed: bool) -> None:
    (found,) = findings("RSC108", {"nb.ipynb": failed("x = {}\nx['age']", [traceback]).decode()})
    assert ("whose code has been changed since" in found.message) is changed
    assert ("correct the cell if it still fails" in found.advice) is changed


def test_a_part_of_the_own_package_that_is_there_now() -> None:
    error = "ImportError: cannot import name 'lv' from 'lab' (unknown location)"
    files, _ = files_of({"lab/lv.py": "x = 1", "nb/a.ipynb": f"# %% In[1] {error}\nfrom lab import lv"})
    (found,) = findings("RSC108", files)
    assert found.advice.startswith("There is `lab/lv.py` now")


def test_imports_of_other_files() -> None:
    files = {
        "lab/__init__.py": "",
        "lab/fits.py": "def fit(rows): ...",
        "nb/a.ipynb": "# %%\nfrom lab import fits\nfrom sklearn.decomposition import PCA\n# %%\nPCA(), fits",
        "nb/b.ipynb": "# %%\nPCA(2)\n# %%\nfits.fit(3)",
        "nb/c.ipynb": "# %%\nrows = fit([1])",
        "nb/d.ipynb": "# %%\n# from umap import UMAP\nUMAP(3)",
    }
    advice = {found.path: found.advice for found in findings("RSC106", files_of(files)[0])}
    assert advice["nb/c.ipynb"].startswith("`lab/fits.py` defines `fit`: import it from there.")
    assert "has the import of `UMAP` commented out" in advice["nb/d.ipynb"]
    assert {found.advice for found in findings("RSC106", files_of(files)[0]) if found.path == "nb/b.ipynb"} == {
        "Add `from sklearn.decomposition import PCA` to the first cell, as other files of the project do.",
        "Add `from lab import fits` to the first cell, as other files of the project do.",
    }


def test_names_of_one_cell_are_one_finding_below_a_star_import() -> None:
    cells = "# %%\nfrom helpers import *\n# %%\nfit(train_rows, test_rows)"
    files, _ = files_of({"a.ipynb": cells, "helpers.py": "def fit(a, b): ..."})
    (found,) = findings("RSC106", files)
    assert "`train_rows` and `test_rows`" in found.message


def test_the_same_step_in_several_notebooks_is_one_finding() -> None:
    cells = "# %%\nimport pandas as pd\ndf = pd.read_csv('a.csv')\n# %%\ndf = df.drop(columns='id')"
    (found,) = findings("RSC107", files_of({"a.ipynb": cells, "b.ipynb": cells})[0])
    assert [place.path for place in found.related] == ["b.ipynb"]


@pytest.mark.parametrize("odd", [{"ename": None}, {"evalue": 3}, {"traceback": "text"}, {"traceback": [3, None]}])
def test_odd_errors(odd: dict[str, object]) -> None:
    text = failed("x = 1", [], odd).decode()
    assert len(findings("RSC108", {"nb.ipynb": text})) == 1


def test_own_module_is_not_to_be_declared() -> None:
    files, _ = files_of(
        {
            "src/lab/io.py": "x = 1",
            "nb/a.ipynb": "# %% In[1] ModuleNotFoundError: No module named 'lab.io'\nfrom lab.io import x",
        }
    )
    (found,) = findings("RSC108", files)
    assert "pip install -e" in found.advice


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("HTTPError: Error 500", "run it again, or keep the result in a file"),
        ("ConnectionError: aborted", "run it again, or keep the result in a file"),
        ("ReadTimeout: 30 s", "run it again, or keep the result in a file"),
        ("HTTPError: HTTP Error 404: Not Found", "whether the address still holds"),
        ("ConnectionError: localhost:5000 refused", "start the server"),
        ("ImportError: plotting requires kaleido", "Install what the message asks for"),
        ("MemoryError: Unable to allocate 90 GiB", "more memory"),
        ("NameError: name 'ask' is not defined", "run all cells"),
        ("ValueError: no", "Correct the cell"),
    ],
)
def test_advice_fits_the_error(error: str, says: str) -> None:
    (found,) = findings("RSC108", files_of({"a.ipynb": f"# %%\nask = print\n# %% In[1] {error}\nask()"})[0])
    assert says in found.advice


def test_former_name_of_the_own_package() -> None:
    files, _ = files_of(
        {
            "spectralab/__init__.py": "",
            "spectralab/fitting.py": "x = 1",
            "nb/a.ipynb": "# %% In[1] ModuleNotFoundError: No module named 'spectrumlab'\nfrom spectrumlab import fitting",
            "nb/b.ipynb": "# %% In[1] ModuleNotFoundError: No module named 'umap'\nfrom umap import fitting",
        }
    )
    found = {f.path: f.advice for f in findings("RSC108", files)}
    assert "former name" in found["nb/a.ipynb"] and "`spectralab.fitting`" in found["nb/a.ipynb"]
    assert "requirements" in found["nb/b.ipynb"]


@pytest.mark.parametrize(("result", "count"), [(False, 1), (True, 0)])
def test_crash_of_the_kernel(result: bool, count: int) -> None:
    text = failed("x = 1", ["The Kernel crashed while executing code"], {"ename": "", "evalue": ""}).decode()
    notebook = json.loads(text)
    if result:
        notebook["cells"][0]["outputs"].insert(0, {"output_type": "execute_result", "data": {}, "metadata": {}})
    found = findings("RSC108", {"nb.ipynb": json.dumps(notebook)})
    assert len(found) == count
    assert not found or "the kernel died" in found[0].message


def test_errors_of_a_notebook_are_one_finding() -> None:
    files, _ = files_of(
        {
            "a.ipynb": "# %% In[1] KeyboardInterrupt: \nrun()\n# %% In[2] KeyError: 3\n{}[3]\n# %% In[3] TypeError: no\nint([])"
        }
    )
    (found,) = findings("RSC108", files)
    assert found.span.cell == 2
    assert [place.cell for place in found.related] == [1, 3]


def test_lectures_show_errors() -> None:
    files, _ = files_of({"lectures/a.ipynb": "# %% In[1] KeyError: 3\n{}[3]"})
    assert not findings("RSC108", files)
    files, _ = files_of({"lectures/a.ipynb": "# %% In[1] ModuleNotFoundError: No module named 'umap'\nimport umap"})
    assert findings("RSC108", files)


@pytest.mark.parametrize(
    ("files", "missing"),
    [
        ({"a.ipynb": "# %%\n%run prep\n# %%\nx\n# %%\ny", "prep.py": "x = 1"}, ["y"]),
        ({"nb/a.ipynb": "# %%\n%run ../prep.py --fast\n# %%\nx\n# %%\ny", "prep.py": "x = 1"}, ["y"]),
        ({"a.ipynb": "# %%\n%run prep.py\n# %%\ny", "prep.py": "exec('y = 1')"}, []),
        ({"a.ipynb": "# %%\n%run prep.py\n# %%\ny"}, []),
        ({"a.ipynb": "# %%\n%run $name\n# %%\ny", "name.py": ""}, []),
        (
            {
                "a.ipynb": "# %%\nfrom p import *\n# %%\nsin(x)\n# %%\ny",
                "p.py": "from math import *\nfrom q import *",
                "q.py": "x = 1",
            },
            ["y"],
        ),
        ({"a.ipynb": "# %%\nfrom p import *\n# %%\ny", "p.py": "from p import *\nfrom unknown import *"}, []),
        ({"a.ipynb": "# %%\nfrom p import *\n# %%\ny", "p.py": "def broken("}, []),
        ({"a.ipynb": "# %%\nget_ipython().run_line_magic('pylab', 'inline')\n# %%\nplot(np.sin(y))"}, ["y"]),
        ({"a.ipynb": "# %%\nget_ipython().magic('%run p.py')\n# %%\nx\n# %%\ny", "p.py": "x = 1"}, ["y"]),
        ({"a.ipynb": "# %%\nget_ipython().run_line_magic(name, '')\n# %%\ny"}, []),
        ({"a.ipynb": "# %%\n%load p.py\n# %%\ny", "p.py": ""}, []),
        ({"a.ipynb": "# %%\npip install pandas\n# %%\ny"}, ["y"]),
        ({"a.ipynb": "# %%\nfrom typing import *\ndef f(:\n# %%\nList"}, []),
        ({"a.ipynb": "# %%\nglobals().update(x)\n# %%\ny"}, []),
    ],
)
def test_names_from_elsewhere(files: dict[str, str], missing: list[str]) -> None:
    found = findings("RSC106", files_of(files)[0])
    names = [f.message.split("`")[1] for f in found if f.path.endswith("a.ipynb")]
    assert [name for name in names if name != "x" or "x" in missing] == missing


def test_known_star_imports() -> None:
    pylab = names_of("pylab")
    assert pylab is not None and {"plot", "arange", "rand", "inv", "normpdf", "cm"} <= pylab
    assert pylab == names_of("matplotlib.pylab")
    assert names_of("numpy") is not None and "fft" in (names_of("numpy") or ())
    assert names_of("nobody.knows") is None
    assert "List" in (names_of("typing") or ())


def test_advice_by_kind_of_error() -> None:
    cells = (
        "# %% In[1] FileNotFoundError: No such file: 'a.csv'\nopen('a.csv')\n# %% In[2]\nimport os\nos.remove('a.csv')"
    )
    (found,) = findings("RSC108", files_of({"a.ipynb": cells})[0])
    assert found.advice.startswith("Cell 2 deletes or moves `a.csv`")
    (found,) = findings("RSC108", files_of({"a.ipynb": "# %% In[1] AttributeError: half loaded\nimport cv2"})[0])
    assert "install what brings `cv2` anew" in found.advice
    (found,) = findings(
        "RSC108", files_of({"a.ipynb": "# %% In[1] AttributeError: x\nimport own", "own.py": "x = 1"})[0]
    )
    assert "install" not in found.advice


def test_advice_looks_around_the_name() -> None:
    cells = "# %%\ndef label(rows, print_errors=False):\n    return rows if print_error else 0\n# %%\nlabel(1)"
    (found,) = findings("RSC106", files_of({"a.ipynb": cells})[0])
    assert found.advice == "Perhaps `print_errors` of `label` is meant."
    cells = (
        "# %%\nimport pandas as pd\n# %%\ndf['a'].sum()\n# %%\ndf = pd.read_csv('a.csv', chunksize=9)\n# %%\nnext(df)"
    )
    (found,) = findings("RSC106", files_of({"a.ipynb": cells})[0])
    assert "gives it in pieces" in found.advice
    cells = "# %%\nrows = load(3)\nprint(rows)\n# %%\nn = 3\n# %%\ndef load(n=n):\n    return n"
    (found,) = findings("RSC106", files_of({"a.ipynb": cells})[0])
    assert "needs `n`" in found.advice


def test_pasted_cells_are_one_finding() -> None:
    one = "model = Net(size)\nmodel.fit(rows)\nprint(model)\nprint(rows)"
    two = "class Net:\n    kind = np.float64\n    def fit(self, rows):\n        self.rows = np.array(rows)\n        return self"
    above = "# %% In[1]\nimport numpy as np\nrows, size = [1], 2"
    files = files_of({"a.ipynb": f"# %%\nmodel.show()\n# %%\n{one}\n# %%\n{two}\n{above}\n# %%\n{two}\n# %%\n{one}"})[0]
    (found,) = findings("RSC106", files)
    assert "cells 2 and 3 stand again in cells 5 and 6" in found.message
    assert found.advice.startswith("Delete the copies in cells 2 and 3, and move cell 1 below cell 6;")
    assert not findings("RSC105", files)
