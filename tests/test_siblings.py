"""Series, collections, and what belongs together."""

from __future__ import annotations

import pytest

from rescode_lint.model import Definition, Span, Summary, Tree
from rescode_lint.project import Project
from rescode_lint.project.siblings import are_apart, entry_of, series_of

SPAN = Span(1, 1, 1, 2)


def summary(path: str, *names: str) -> Summary:
    definitions = tuple(Definition("function", name, SPAN, 5, 0, name, "") for name in names)
    return Summary(path, "ipynb" if path.endswith(".ipynb") else "py", definitions=definitions)


@pytest.mark.parametrize(
    "paths",
    [
        ("exp/exp001/train.py", "exp/exp002/train.py", "exp/exp003_wide/train.py"),
        ("runs/2021-03-04/fit.py", "runs/2021-03-05/fit.py", "runs/2021-04-01/fit.py"),
        ("task001.py", "task002.py", "task003.draft.py"),
        ("ndr_v13_first/build_v13.py", "ndr_v14_second/build_v14.py", "ndr_v15/build_v15.py"),
        ("Figure 1.ipynb", "Figure 2.ipynb", "Figure 3b.ipynb"),
        ("fit.py", "fit_old.py"),
        ("fit.py", "fit_v2.py"),
    ],
)
def test_siblings_that_resemble_each_other_are_a_series(paths: tuple[str, ...]) -> None:
    project = Project([*(summary(path, "load", "fit") for path in paths), summary("other/tools.py", "load", "fit")])
    found = {series_of(path, project) for path in paths}
    assert len(found) == 1 and None not in found
    (series,) = found
    assert series is not None and len(series.members) == len(paths) and series.numbered == (len(paths) > 2)
    assert [series.member_of(path) for path in sorted(paths)] == sorted(series.members)
    assert series_of("other/tools.py", project) is None and not series.member_of("other/tools.py")


@pytest.mark.parametrize(
    "paths",
    [
        ("01_load.py", "02_fit.py", "03_plot.py"),  # steps
        ("exp1.py", "exp2.py"),
        ("data.py", "model.py", "train.py"),
    ],
)
def test_steps_and_a_pair_are_no_series(paths: tuple[str, ...]) -> None:
    project = Project([summary(path, "load", "fit") for path in paths])
    assert {series_of(path, project) for path in paths} == {None}


def test_numbers_alone_make_no_series() -> None:
    project = Project([summary(f"part{n}.py", f"load_{x}", f"fit_{x}") for n, x in enumerate("abcd")])
    assert series_of("part1.py", project) is None


def test_entries_of_a_collection_have_something_of_their_own() -> None:
    paths = [f"{name}/{file}.py" for name in ("birds", "houses", "stars", "words") for file in ("load", "fit")]
    alone = Project(map(summary, paths))
    assert entry_of("birds/fit.py", alone) == ""
    tree = Tree(files=frozenset([*paths, "birds/README.md", "houses/data/train.csv", "stars/requirements.txt"]))
    project = Project(map(summary, paths), tree)
    assert entry_of("birds/fit.py", project) == "birds" and entry_of("words/fit.py", project) == "words"
    assert are_apart("birds/fit.py", "words/fit.py", project)


@pytest.mark.parametrize(
    ("path", "entry"),
    [
        ("week 2/deep/a.py", "week 2"),
        ("papers/2019/fit.py", "papers/2019"),
        ("paper/figures/fit.py", ""),
        ("paper2/figures/fit.py", "paper2"),
        ("entries/team 3/src/fit.py", "entries/team 3"),
        ("src/lab/fit.py", ""),
    ],
)
def test_pieces_of_work_by_their_names(path: str, entry: str) -> None:
    assert entry_of(path, Project([summary(path)])) == entry
