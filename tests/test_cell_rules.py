"""RSC104 and RSC107 beyond their examples: what is one finding, what is said, and where they are silent."""

from __future__ import annotations

import json

import pytest

from rescode_lint.model import Finding
from rescode_lint.rules.notebooks.logic_in_cell import LogicInCell
from rescode_lint.rules.notebooks.non_idempotent_cell import NonIdempotentCell
from rescode_lint.testing import files_of, run

LOOP = """{out} = []
for row in {source}:
    if row.ok:
        low = row.low
        high = row.high
        span = high - low
        if span < 0:
            span = -span
        half = span / 2
        {out}.append(half)"""


def logic(notebooks: dict[str, str]) -> list[Finding]:
    """What RSC104 finds."""
    verdict = run(files_of(notebooks)[0], LogicInCell)
    assert not verdict.problems
    return list(verdict.findings)


def repeats(text: str, prose: str = "") -> list[Finding]:
    """What RSC107 finds in a notebook that reads two tables, with a text before it."""
    (content,) = files_of(
        {"nb.ipynb": f"# %%\nimport pandas as pd\nimport numpy as np\ndf = x = load()\n# %%\n{text}"}
    )[0].values()
    notebook = json.loads(content)
    if prose:
        notebook["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": prose})
    verdict = run({"nb.ipynb": json.dumps(notebook)}, NonIdempotentCell)
    assert not verdict.problems
    return list(verdict.findings)


def test_signature_and_command() -> None:
    text = f"# %%\nrows = load()\n# %%\n# Collect spans\n{LOOP.format(out='spans', source='rows')}\n# %%\nspans"
    (found,) = logic({"my nb.ipynb": text})
    assert "takes `rows`, and gives `spans`" in found.message
    assert "`def collect_spans(rows): ... return spans`" in found.advice
    assert "`rescode extract 'my nb.ipynb' --cell 2 --as collect_spans`" in found.advice


def test_no_command_where_a_helper_cannot_move() -> None:
    loop = LOOP.format(out="spans", source="rows").replace("span / 2", "half_of(span)")
    helper = "def half_of(x, by=make()):\n    return x / by"
    (found,) = logic({"nb.ipynb": f"# %%\nrows = load()\n{helper}\n# %%\n{loop}\n# %%\nspans"})
    assert found.advice == "Make it `def build_spans(rows): ... return spans`."
    (found,) = logic({"nb.ipynb": f"# %%\nrows = load()\n{helper.replace('make()', '2')}\n# %%\n{loop}\n# %%\nspans"})
    assert "`rescode extract nb.ipynb --cell 2 --as build_spans` shows it" in found.advice


def test_the_same_cell_twice_is_said_to_be_the_same() -> None:
    cell = f"# %%\n{LOOP.format(out='spans', source='rows')}\n# %%\nprint(spans)\n"
    (found,) = logic({"nb.ipynb": f"# %%\nrows = load()\n{cell}{cell}"})
    assert found.message.endswith("; cell 4 of this notebook holds the same code")


def test_several_cells_are_one_finding() -> None:
    cells = "".join(f"# %%\n{LOOP.format(out=f'spans{i}', source='rows')}\n" for i in range(4))
    reads = "# %%\nprint(spans0, spans1, spans2, spans3)"
    (found,) = logic({"nb.ipynb": f"# %%\nrows = load()\n{cells}{reads}"})
    assert "3 more cells" in found.message
    assert len(found.related) == 3


def test_a_pasted_cell_is_one_finding() -> None:
    text = f"# %%\nrows = load()\n# %%\n{LOOP.format(out='spans', source='rows')}\n# %%\nspans"
    (found,) = logic({"Copy of a.ipynb": text, "a.ipynb": text})
    assert found.path == "a.ipynb"
    assert [place.path for place in found.related] == ["Copy of a.ipynb"]


@pytest.mark.parametrize(
    "cell",
    [
        f"%%bash\n{LOOP.format(out='spans', source='rows')}",
        f"{LOOP.format(out='spans', source='rows')}\n!ls",
        f"{LOOP.format(out='spans', source='rows')}\nspans = locals()['spans']",
        f"{LOOP.format(out='spans', source='nowhere')}",
        f"{LOOP.format(out='spans', source='rows')}\nmodel.fit(spans)\nspans = spans[:3]",
        f"{LOOP.format(out='others', source='rows')}",
        f"{LOOP.format(out='spans', source='[rows]')}",
    ],
)
def test_what_is_no_function(cell: str) -> None:
    assert logic({"nb.ipynb": f"# %%\nrows = model = load()\n# %%\n{cell}\n# %%\nspans"}) == []


@pytest.mark.parametrize(
    ("statement", "effect"),
    [
        ("df = df.drop('a', axis=1)", "`KeyError`"),
        ("df = df.drop(columns=['a', 'b']).reset_index(drop=True)", ""),
        ("df = df.set_index('a')", "`KeyError`"),
        ("df.set_index('a', inplace=True)", "`KeyError`"),
        ("df = df.reset_index()", "one more column"),
        ("df = df.merge(x, on='a')", "merges once more"),
        ("df = pd.merge(df, x, left_on='a', right_on='b')", "merges once more"),
        ("df = df.merge(x)", ""),
        ("df = pd.concat([df, x])", "concatenates once more"),
        ("df = pd.concat(df)", ""),
        ("x = x * 2", "multiplies once more"),
        ("x = x.astype(float) / 255", "divides once more"),
        ("x = 2 * (x - 1)", "once more"),
        ("x = 1 - x", "turns it back"),
        ("x = -x", "sign"),
        ("x = x - x.mean()", ""),
        ("x = (x - x.min()) / (x.max() - x.min())", ""),
        ("x = x * (x > 3)", ""),
        ("x = x + 0", ""),
        ("x **= 2", "power"),
        ("x = x.T", "turns it back"),
        ("x = x[::-1]", "turns it back"),
        ("x = x[:100]", ""),
        ("x = x[:-1]", "cuts off"),
        ("x = x.iloc[2:]", "cuts off"),
        ("x = np.sqrt(x)", "root"),
        ("x = np.abs(x)", ""),
        ("x = np.asarray(x)", ""),
        ("x = clean(x)", ""),
        ("df['a'] = df['a'].map({'m': 0})", "NaN"),
        ("df['a'] = df['a'].map(codes)", ""),
        ("df['a'] = df['b'] / 100", ""),
        ("df.a = df.a * 2", "multiplies once more"),
        ("df.loc[:, 'a'] = df.loc[:, 'a'] * 2", "multiplies once more"),
        ("y = df.pop('a')", "`KeyError`"),
        ("del df['a']", "`KeyError`"),
        ("del df", ""),
        ("df.insert(0, 'a', 1)", "`ValueError`"),
        ("df = df.sort_values('a').fillna(0)", ""),
    ],
)
def test_second_run(statement: str, effect: str) -> None:
    found = repeats(statement)
    assert [effect in one.message for one in found] == ([True] if effect else [])


def test_one_finding_for_a_cell_and_one_above_three_cells() -> None:
    (found,) = repeats("df = df.drop(columns='a')\nx = x.drop(columns='a')")
    assert "the same goes for `x`" in found.message
    (found,) = repeats("\n# %%\n".join(f"df['{c}'] = df['{c}'] / 100" for c in "abcd"))
    assert "4 cells of this notebook" in found.message
    assert len(found.related) == 3


def test_what_fails_at_once_is_one_note() -> None:
    cells = "# %%\nimport pandas as pd\ndf = load()\n# %%\ndf = df.drop(columns='a')\n# %%\ndf = df.set_index('b')\n# %%\ndf = df * 2"
    verdict = run(files_of({"a.ipynb": cells, "b.ipynb": cells.replace("'a'", "'c'")})[0], NonIdempotentCell)
    loud = [found for found in verdict.findings if found.severity == "note"]
    assert len(loud) == 1
    assert loud[0].message.endswith("(3 more cells of 2 notebooks cannot be run twice either)")
    assert [found.severity for found in verdict.findings if found not in loud] == ["warning"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("x = x * 2", "Bind the result to a new name, `x_scaled = x * 2`, or do it in cell 1, which sets `x`."),
        (
            "x = x * 2\n# %%\nprint(x)\n# %%\nx.sum()",
            "Bind the result to a new name, `x_scaled = x * 2`, and read `x_scaled` in cells 3 and 4, or do it in cell 1, "
            "which sets `x`.",
        ),
        (
            "print(x)\n# %%\nx = x * 2" + "\n# %%\nprint(x)" * 4,
            "Give the original a second name where cell 1 sets it, `x_raw = x`, and begin from that here, `x = x_raw * 2`.",
        ),
        (
            "df.head()\n# %%\ndf['a'] = df['a'] / 100\n# %%\ndf['a'].sum()\ndf['b'].sum()",
            "Bind the result to a new name, `df['a_scaled'] = df['a'] / 100`, and read `df['a_scaled']` in cell 4, or do it in "
            "cell 1, which sets `df`.",
        ),
        (
            "df['a'].sum()\n# %%\ndf['a'] = df['a'] / 100\n# %%\nfit(df)",
            "Keep the original under a name of its own in cell 1, and compute from that here.",
        ),
    ],
)
def test_advice_breaks_no_other_cell(text: str, advice: str) -> None:
    assert [found.advice for found in repeats(text)] == [advice]


def test_silent_in_lectures() -> None:
    assert repeats("x += 1")
    assert repeats("x += 1", "word " * 300) == []


def test_a_cell_that_needs_a_module_beside_it_has_no_command() -> None:
    text = f"# %%\nimport tools\nrows = tools.load()\n# %%\n{LOOP.format(out='halves', source='tools.known(rows)')}\n# %%\nlen(halves)"
    (apart,) = logic({"nb/a.ipynb": text, "nb/tools.py": "def load(): ...\n"})
    assert "rescode extract" not in apart.advice and "def " in apart.advice
    (near,) = logic({"a.ipynb": text, "tools.py": "def load(): ...\n"})
    assert "rescode extract" in near.advice
