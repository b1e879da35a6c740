"""RSC101 and RSC106 beyond their examples: what keeps them silent, and how findings of one cause become one."""

from __future__ import annotations

import json

import pytest

from rescode_lint.model import Finding
from rescode_lint.rules.notebooks.notebook_only_definition import NotebookOnlyDefinition
from rescode_lint.rules.notebooks.undefined_on_restart import UndefinedOnRestart
from rescode_lint.testing import files_of, run


def undefined(text: str, path: str = "nb.ipynb") -> list[Finding]:
    """What RSC106 finds in a notebook."""
    verdict = run(files_of({path: text})[0], UndefinedOnRestart)
    assert not verdict.problems
    return list(verdict.findings)


def definitions(notebooks: dict[str, str], prose: str = "") -> list[Finding]:
    """What RSC101 finds in notebooks, with a Markdown cell before each."""
    files = {}
    for path, text in files_of(notebooks)[0].items():
        notebook = json.loads(text) if path.endswith(".ipynb") else None
        if notebook and prose:
            notebook["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": prose})
        files[path] = json.dumps(notebook) if notebook else text
    verdict = run(files, NotebookOnlyDefinition)
    assert not verdict.problems
    return list(verdict.findings)


# --- RSC106 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "above",
    [
        "from lab import *",
        "%run helpers.ipynb",
        "%load_ext sage",
        "exec(open('setup.py').read())",
        "globals().update(settings)",
        "globals()['x'] = 1",
        "inject(globals())",
        "import builtins\nbuiltins.x = 1",
        "import sympy as sp\nsp.var('x y')",
        "from sympy import init_session\ninit_session()",
        "get_ipython().run_cell('x = 1')",
        "get_ipython().user_ns['x'] = 1",
        "ip = get_ipython()",
        "%%cython\ndef x(): pass",
        "print x",
    ],
)
def test_silent_below_what_may_define_any_name(above: str) -> None:
    known = "# %%\nsettings = {}\ndef inject(names):\n    pass\n"
    assert not undefined(f"{known}# %%\n{above}\n# %%\nprint(x)\n# %%\ndef f():\n    return x\nf()")


@pytest.mark.parametrize(
    "above",
    [
        "'y' in globals()",
        "globals().get('y')",
        "vars(settings)",
        "print('{a}'.format(**locals()))",
        "import timeit\ntimeit.timeit('1', globals=globals())",
        "eval('1 + 1')",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "get_ipython().system('ls')",
        "import sympy as sp\ny = sp.symbols('y')",
        "!pip install lab",
    ],
)
def test_not_silent_below_what_defines_nothing(above: str) -> None:
    assert [f.message[:3] for f in undefined(f"# %%\nsettings = 1\n# %%\n{above}\n# %%\nprint(x)")] == ["`x`"]


def test_what_is_above_the_star_import_is_judged() -> None:
    assert len(undefined("# %%\nprint(x)\n# %%\nfrom lab import *\n# %%\nprint(y)")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "# %%\ntry:\n    x\nexcept NameError:\n    x = 1\n# %%\nx",
        "# %%\ndef f():\n    try:\n        return x\n    except NameError:\n        return 1\nf()",
        "# %%\ntry:\n    n = int(argv[1])\nexcept:\n    n = 100",
        "# %%\nfrom contextlib import suppress\nwith suppress(NameError):\n    del x",
        "# %%\nif 'x' not in locals():\n    x = 1\nelse:\n    print(x)",
        "# %%\nfor i in range(3):\n    pass\n# %%\ni",
        "# %%\nimport os.path\n# %%\nos.sep",
        "# %%\nclass A:\n    n = 3\n    rows = [0] * n\n    def f(self):\n        return __class__",
        "# %%\ndef start():\n    global x\n    x = 1\n# %%\nstart()\nx",
        "# %%\n_, __, _12, _i3, In, Out, spark, display",
        "# %%\nfor i in xrange(3):\n    unicode(i)",
        "# %%\n%store -r x\n# %%\nx",
        "# %%\n%%R -o x\ny <- 1\n# %%\nx",
        "# %%\n%timeit -o y = 1\n# %%\nstop",
        "# %% tags=parameters\n\n# %%\nx",
        # never called: pseudocode, or a leftover
        "# %%\ndef search(tree):\n    return best(map(search, tree))",
        "# %%\nif rare:\n    del x\n# %%\nrare = x = 1",
    ],
)
def test_silent(text: str) -> None:
    assert not [f for f in undefined(text) if "rare" not in f.message]


def test_names_of_one_cause_are_one_finding() -> None:
    (found,) = undefined(
        "# %%\nfit(train)\n# %%\nscore(test)\n# %%\ntrain = test = 1\ndef fit(x): ...\ndef score(x): ..."
    )
    assert found.message.startswith("`fit`, `train`, `score` and `test` are defined only below, in cell 3,")
    assert [(place.path, place.cell) for place in found.related] == [("nb.ipynb", n) for n in (3, 1, 2, 2)]


def test_names_that_no_cell_defines_are_merged_where_they_are_many() -> None:
    few = undefined("# %%\na + b\n# %%\nc")
    assert [f.message.partition(" defined")[0] for f in few] == ["`a` and `b` are", "`c` is"]
    (many,) = undefined("# %%\na + b\n# %%\nc\n# %%\nd + e\n# %%\nf")
    assert many.message.startswith("`a`, `b`, `c`, `d` and 2 more names are defined by no cell")
    assert [place.cell for place in many.related] == [1, 2, 3, 3, 4]


def test_copies_of_a_notebook_are_one_finding() -> None:
    text = "# %%\nprint(x)"
    files = files_of({"nb/a.ipynb": text, "docs/site/a.ipynb": text, "docs/a.ipynb": text, "b.ipynb": text})[0]
    found = run(files, UndefinedOnRestart).findings
    assert [f.path for f in found] == ["b.ipynb", "docs/a.ipynb"]
    assert [place.path for place in found[1].related] == ["nb/a.ipynb", "docs/site/a.ipynb"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("# %%\nnp.zeros(3)", "Add `import numpy as np` to the first cell."),
        ("# %%\nclass A:\n    def f(x):\n        return self.n\nA().f()", "Make `self` the first parameter of `A.f`."),
        ("# %%\nprint(x)\n# %%\nx = 1", "Move the definition of `x` from cell 2 above this cell."),
    ],
)
def test_advice_is_exact(text: str, advice: str) -> None:
    (found,) = undefined(text)
    assert found.advice == advice


def test_a_command_that_is_too_early_gets_the_text_as_it_stands() -> None:
    (found,) = undefined("# %%\n!curl {url} $HOME {nowhere}\n# %%\nurl = 1")
    assert found.message == "`url` is defined only below, in cell 2, so the command gets `{url}` as it is written"
    assert (found.span.column, found.span.end_column) == (8, 11)


# --- RSC101 -----------------------------------------------------------------------------------------------------------

CLEAN = (
    "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n"
    "            kept.append(row.strip())\n    kept.sort()\n    kept = kept[1:]\n    kept.reverse()\n    return kept"
)
USED = f"# %%\n{CLEAN}\n# %%\nclean(rows)\n# %%\nclean(more)"


def test_the_original_comes_before_its_copies() -> None:
    (found,) = definitions({"Copy of eda.ipynb": USED, "eda.ipynb": USED, "a (1).ipynb": USED, "Untitled.ipynb": USED})
    assert found.path == "eda.ipynb"
    assert len(found.related) == 3
    assert "pasted into 4 notebooks, so a correction" in found.message


def test_a_lecture_is_left_alone() -> None:
    words = "The harmonic mean of the rows " * 50
    assert len(definitions({"one.ipynb": USED})) == 1
    assert not definitions({"one.ipynb": USED}, words)
    assert not definitions({"one.ipynb": USED}, words[:660])
    assert not definitions({"docs/one.ipynb": USED})
    assert not definitions({"Rows_tutorial.ipynb": USED})
    assert not definitions({f"{name}.ipynb": USED for name in ("one", "two", "three", "four")}, words)


def test_sources_of_modules_are_left_alone() -> None:
    assert not definitions({"a.ipynb": USED.replace("# %%\ndef", "# %%\n#| export\ndef")})
    assert not definitions({"a-b.ipynb": USED, "out/a_b.py": "x = 1\n"})
    assert not definitions({"a.ipynb": USED.replace(CLEAN, "if rows:\n" + CLEAN.replace("\n", "\n    "))})


def test_different_functions_of_one_name_are_not_copies() -> None:
    other = USED
    for old, new in (
        ("strip()", "load().fit(x).predict(y)"),
        ("kept.append", "model.add"),
        ("[]", "Net()"),
        ("kept.sort()", "score(x, y)"),
        ("kept = kept[1:]", "show(model)"),
    ):
        other = other.replace(old, new)
    found = definitions({"a.ipynb": USED, "b.ipynb": other})
    assert ["pasted" in f.message or "only in" in f.message for f in found] == [False, False]
    assert (
        "`clean` (8 statements) has other versions in 1 other notebook (`b.ipynb`), and none in a module"
        in found[0].message
    )


def test_a_drifted_copy_is_a_copy() -> None:
    drifted = USED.replace("if row:", "if row and known(row):").replace("row.strip()", "fix(row.strip())")
    drifted = drifted.replace("kept.sort()", "kept.extend(rows)")
    (found,) = definitions({"a.ipynb": USED, "b.ipynb": drifted})
    assert "pasted into 2 notebooks in 2 versions" in found.message


def test_a_function_within_a_function_of_a_script_is_known() -> None:
    cells = USED.replace("clean", "clean_rows")
    assert len(definitions({"a.ipynb": cells, "lab.py": "class A:\n    def clean_rows(self): ..."})) == 1
    assert not definitions({"a.ipynb": cells, "lab.py": "def run():\n    def clean_rows(rows): ...\n"})


def test_notebooks_beside_a_package_with_tests_show_it() -> None:
    package = {"lab/__init__.py": "", "lab/clean.py": "x = 1\n", "tests/test_lab.py": "def test_it(): assert True\n"}
    assert not definitions({"notebooks/a.ipynb": USED, **package})
    assert len(definitions({"notebooks/a.ipynb": USED, **package, "train.py": "print(1)\n"})) == 1


def test_all_in_one_notebook_are_one_finding() -> None:
    cells = [USED.replace("clean", f"clean_{n}") for n in range(5)]
    assert len(definitions({"a.ipynb": cells[0]})) == 1
    (found,) = definitions({"a.ipynb": "\n".join(cells)})
    assert found.message.startswith("5 functions exist only in this notebook, where no test can reach them: `")
    assert len(found.related) == 4


@pytest.mark.parametrize(
    "code",
    [
        CLEAN.replace("clean", "plot_rows"),
        CLEAN.replace("clean", "test_rows"),
        CLEAN.replace("clean", "download"),
        "slider = widget()\n" + CLEAN.replace("if row", "if slider.value"),
        "@interact\n" + CLEAN,
        "def small(rows):\n    return [row for row in rows]",
    ],
)
def test_what_belongs_to_a_notebook(code: str) -> None:
    assert not definitions({"a.ipynb": f"# %%\n{code}"})


def test_advice_names_the_state_and_what_it_may_mean() -> None:
    text = "# %%\nlimit = 3\n" + USED.replace("if row", "if row > limit").partition("\n")[2]
    (found,) = definitions({"a.ipynb": text})
    assert found.advice.endswith("and give it a test; pass `limit` as a parameter.")
    (found,) = definitions({"a.ipynb": text.replace("clean(rows)", "clean(rows, top)")})
    assert found.advice.endswith("reads the notebook's `limit`, and never its parameter `top`, which it may mean.")
    (found,) = definitions({"a.ipynb": text.replace("limit", "LIMIT")})  # goes along
    assert found.advice.endswith("and give it a test.")
    assert not definitions({"a.ipynb": f"# %%\n{CLEAN}"})


@pytest.mark.parametrize(
    ("above", "change", "advice"),
    [
        (
            "from lab import *",
            ("row.strip()", "fix(row)"),
            "Import by name what it takes from `from lab import *`, `fix`; then",
        ),
        ("limit = 3", ("clean(more)", "map(clean, more)"), "Give it `limit` as a parameter, and call it in a lambda"),
        (
            "try:\n    import fast\nexcept ImportError:\n    pass",
            ("row.strip()", "fast.fix(row)"),
            "Move it into a module, ",
        ),
        ("helper = 1\ndef helper(x):\n    return x", ("row.strip()", "helper(row)"), "Move it into a module, "),
        ("%timeit clean([])", ("", ""), "Move it into a module, "),
        ("", ("(rows):", "(rows, start=now()):"), "Move it into a module, "),
        ("", ("kept.sort()", "print(globals())"), "Move it into a module, "),
    ],
)
def test_no_command_is_named_that_would_be_refused(above: str, change: tuple[str, str], advice: str) -> None:
    text = USED.replace(*change) if change[0] else USED
    if above.startswith("limit"):
        text = text.replace("if row", "if row > limit")
    (found,) = definitions({"a.ipynb": f"# %%\n{above}\n{text}"})
    assert found.advice.startswith(advice)
    assert "rescode extract" not in found.advice


COUNTED = """def clean({parameters}):
    global seen
    kept = []
    for row in rows:
        text = row.strip()
        if not text:
            continue
        if len(text) > 3:
            kept.append(text)
    seen = len(kept)
    return kept"""


def test_what_another_notebook_runs_for_a_function_is_not_out_of_reach() -> None:
    tools = f"# %%\n{COUNTED.format(parameters='rows')}\n# %%\nclean(['a'])\nclean(['b'])"
    assert not definitions({"tools.ipynb": tools, "a.ipynb": "# %%\n%run {folder}tools.ipynb\n# %%\nclean(lines)"})
    (finding,) = definitions({"tools.ipynb": tools})
    assert "no other file can reach it" in finding.message and "`global seen` has to go first" in finding.advice


def test_a_version_takes_the_same_parameters() -> None:
    files = {
        "a.ipynb": f"# %%\n{COUNTED.format(parameters='rows')}\n# %%\nclean(['a'])\nclean(['b'])",
        "b.ipynb": "# %%\ndef clean(folder, depth):\n    for path in folder.walk(depth):\n        path.unlink()\n# %%\nclean('x', 3)",
    }
    (finding,) = definitions(files)
    assert "exists only in this notebook" in finding.message
