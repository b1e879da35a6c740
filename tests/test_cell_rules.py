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


def test_silent_in_lectures() -> None:
    assert repeats("x += 1")
    assert repeats("x += 1", "word " * 300) == []
