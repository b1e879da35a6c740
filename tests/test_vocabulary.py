"""Words and styles of names, and what says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescode_lint.model import Finding, Name, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.vocabulary import (
    class_style,
    concept,
    convention,
    in_style,
    parts,
    style,
    vocabulary,
    without_lectures,
    words,
)
from rescode_lint.rules.naming.minority_naming_style import MinorityNamingStyle
from rescode_lint.testing import files_of, run

STYLES = ("snake_case", "camelCase", "PascalCase", "UPPER_CASE")
NAMES = st.from_regex(r"_{0,2}[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)
PARTS = st.lists(st.from_regex(r"[b-df-hj-np-tv-z][aeiou][a-z]{1,6}", fullmatch=True), min_size=2, max_size=4)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("load_data", "snake_case"),
        ("_load_data", "snake_case"),
        ("fold_2", "snake_case"),
        ("loadData", "camelCase"),
        ("trainLoader", "camelCase"),
        ("userId", "camelCase"),
        ("nSamples", "camelCase"),
        ("xTrain", "camelCase"),
        ("filePath2", "camelCase"),
        ("LoadData", "PascalCase"),
        ("DATA_DIR", "UPPER_CASE"),
        ("Train_Loader", "Ada_Case"),
        ("trainData_list", "mixed_Case"),
        ("parents_from_boolRule", "mixed_Case"),
        # one word
        ("data", ""),
        ("Data", ""),
        # mathematics, physics, units, acronyms, proper names
        ("X_train", ""),
        ("Y_batch", ""),
        ("Cy_hat", ""),
        ("nPCs", ""),
        ("dF", ""),
        ("dTheta", ""),
        ("peak_kHz", ""),
        ("snr_dB", ""),
        ("clT500", ""),
        ("ycTmmf3", ""),
        ("szspecTc", ""),
        ("add_Gaussian_noise", ""),
        ("test_DataFrame_label", ""),
        ("Qwen3_5TextConfig", ""),
    ],
)
def test_style(name: str, shown: str) -> None:
    assert style(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Trainer", "PascalCase"),
        ("SVDSolver", "PascalCase"),
        ("ResNet50", "PascalCase"),
        ("_Reader", "PascalCase"),
        ("song_record", "snake_case"),
        ("songRecord", "camelCase"),
        ("Conv_Block", "Ada_Case"),
        ("trainer", ""),
        ("CFG", "UPPER_CASE"),
    ],
)
def test_class_style(name: str, shown: str) -> None:
    assert class_style(name) == shown


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("num_epochs", ("num", "epochs")),
        ("numEpochs", ("num", "epochs")),
        ("NUM_EPOCHS", ("num", "epochs")),
        ("HTTPServer", ("http", "server")),
        ("model2_f", ("model", "2", "f")),
        ("_", ()),
    ],
)
def test_words(name: str, found: tuple[str, ...]) -> None:
    assert words(name) == found


@pytest.mark.parametrize(
    ("name", "wanted", "better"),
    [
        ("loadData", "snake_case", "load_data"),
        ("_evalFunction", "snake_case", "_eval_function"),
        ("filePath2", "snake_case", "file_path2"),
        ("trainData_list", "snake_case", "train_data_list"),
        ("Train_Loader", "snake_case", "train_loader"),
        ("song_record", "PascalCase", "SongRecord"),
        ("load_data", "camelCase", "loadData"),
        ("loadData", "UPPER_CASE", "LOAD_DATA"),
        ("loadData_", "snake_case", "load_data_"),
        ("SVDSolver", "PascalCase", "SVDSolver"),
    ],
)
def test_in_style(name: str, wanted: str, better: str) -> None:
    assert in_style(name, wanted) == better


@given(NAMES)
def test_a_name_in_its_own_style_stays(name: str) -> None:
    assert in_style(name, style(name)) == name


@given(NAMES, st.sampled_from(STYLES))
def test_in_style_twice_is_once(name: str, wanted: str) -> None:
    once = in_style(name, wanted)
    assert once.isidentifier() or not once.strip("_")
    assert in_style(once, wanted) == once


@given(PARTS, st.sampled_from(STYLES), st.sampled_from(STYLES))
def test_a_name_of_words_gets_every_style(said: list[str], first: str, second: str) -> None:
    name = in_style("_".join(said), first)
    assert style(name) == first
    assert words(name) == tuple(said)
    assert in_style(in_style(name, second), first) == name


@given(NAMES)
def test_nothing_is_lost_in_words(name: str) -> None:
    assert "".join(words(name)) == name.replace("_", "").lower()


def key(name: str, kind: str = "value") -> object:
    """What a name says."""
    thing = concept(name, kind)
    return name if thing is None else thing.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("train_df", "df_train"),
        ("train_loader", "trainLoader"),
        ("train_loader", "loader_train"),
        ("trainLoader", "loader_train"),
        ("raw_train_set", "train_set_raw"),
        ("test_pred_df", "df_test_pred"),
        ("ckpt_path", "path_ckpt"),
        ("mean_loss", "loss_mean"),
        ("next_idx", "idx_next"),
        ("num_epochs", "n_epochs"),
        ("num_epochs", "nEpochs"),
        ("num_epochs", "number_of_epochs"),
        ("num_epochs", "nb_epochs"),
        ("num_epochs", "epoch_count"),
        ("num_classes", "class_count"),
        ("num_categories", "category_count"),
        ("DATA_DIR", "DIR_DATA"),
        ("N_EPOCHS", "NUM_EPOCHS"),
    ],
)
def test_one_concept(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("id_to_word", "word_to_id"),
        ("species2id", "id2species"),
        ("species_by_site", "site_by_species"),
        ("max_min_freq", "min_max_freq"),
        ("train_test", "test_train"),
        ("file_list", "list_file"),
        ("x_y", "y_x"),
        ("X_train", "x_train"),
        ("Y_batch", "y_batch"),
        ("K_star", "k_star"),
        ("model_KV", "model_kv"),
        ("n_hat", "num_hat"),
        ("no_train", "num_train"),
        ("num_workers", "n_workers"),
        ("species_name", "species_names"),
        ("train_df", "test_df"),
        ("load", "_load"),
        ("gearys_c", "_gearys_c"),
        ("n_components", "n_components_"),
        ("train_df", "TRAIN_DF"),
        ("array_type", "ArrayType"),
        ("layer_output", "output_layer"),
        ("data_slice", "slice_data"),
        ("data", "df"),
    ],
)
def test_two_concepts(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_functions_begin_with_what_they_do() -> None:
    assert key("load_data", "function") != key("data_load", "function")
    assert key("train_model", "function") != key("model_train", "function")
    assert key("load_train_data", "function") == key("load_data_train", "function")
    assert key("load_data", "function") == key("loadData", "function")
    assert key("SongModel", "class") == "SongModel"


@given(NAMES, st.sampled_from(["value", "function", "class"]))
def test_every_name_can_be_asked_for_its_concept(name: str, kind: str) -> None:
    thing = concept(name, kind)
    assert thing is None or thing == concept(name, kind)


@pytest.mark.parametrize(
    ("shown", "agreed"),
    [
        (["snake_case"] * 5, ("snake_case", 5, 5)),
        (["snake_case"] * 16 + ["camelCase"] * 4, ("snake_case", 16, 20)),
        (["snake_case"] * 15 + ["camelCase"] * 5, None),
        (["snake_case"] * 4, None),
        ([], None),
    ],
)
def test_convention(shown: list[str], agreed: tuple[str, int, int] | None) -> None:
    found = convention(shown, "function", 0.8, 5)
    assert (found and found[:3]) == agreed


def test_one_name_may_differ_in_a_small_project() -> None:
    assert convention(["snake_case"] * 5 + ["camelCase"], "function", 0.9, 5) is not None
    assert convention(["snake_case"] * 6 + ["camelCase"] * 2, "function", 0.9, 5) is None
    assert convention(["snake_case"] * 20 + ["camelCase"] * 2, "function", 0.9, 5) is not None
    assert convention(["snake_case"] * 80 + ["camelCase"] * 20, "function", 0.9, 5) is None


def naming(files: dict[str, str]) -> list[Finding]:
    """What RSC201 finds."""
    return list(run(files_of(files)[0], MinorityNamingStyle).findings)


SNAKE = "".join(f"def load_{chr(97 + i)}{chr(97 + k)}_rows(): ...\n" for i in range(4) for k in range(20))


def test_all_names_of_a_file_are_one_finding() -> None:
    (found,) = naming({"a.py": SNAKE, "b.py": "def loadRows(): ...\ndef saveRows(): ...\nclass a_b: ...\n"})
    assert found.message == (
        "`loadRows` and `saveRows` of this file are camelCase; 80 of 82 function names that show a style are snake_case"
    )
    assert found.advice == "Rename them as the others are: `load_rows` and `save_rows`."


def test_many_files_are_one_finding() -> None:
    files = {f"m{n}.py": f"def load{'abc'[n].upper()}oats(): ...\n" for n in range(3)}
    assert len(naming({"a.py": SNAKE, **dict(list(files.items())[:2])})) == 2
    files["m1.py"] += "def saveRows(): ...\n"
    (found,) = naming({"a.py": SNAKE, **files})
    assert found.path == "m1.py"
    assert found.message.startswith("3 files have names in another style than the project's; here `loadBoats` and")
    assert [place.path for place in found.related] == ["m1.py", "m0.py", "m2.py"]


@pytest.mark.parametrize(
    "other",
    [
        "stimOn_bin = trials['stimOn_times']\n",
        "stimOn_bin = trials.stimOn\n",
        "stimOn = fetch(1, stimOn=3)\n",
        "def run_stimOn_fit():\n    'library(stimOn)'\n",
    ],
)
def test_words_from_elsewhere_are_nobodys_choice(other: str) -> None:
    rows = SNAKE + SNAKE.replace("def load", "keep").replace("(): ...", " = 1")
    assert not naming({"a.py": rows + other})
    assert len(naming({"a.py": rows + "stimOn_bin = stimUp_bin = stimDown_bin = stimOff_bin = 1\n"})) == 1


def test_an_own_attribute_is_an_own_choice() -> None:
    own = "class A:\n    def put(self, rowCount, siteName, birdSong, meanRate):\n        self.rowCount = rowCount\n"
    names = "".join(f"def put_{x}(row_{x}{y}): ...\n" for x in "abcdefghijkl" for y in "abcd")
    assert len(naming({"a.py": names + own})) == 1


def test_a_folder_may_have_a_style_of_its_own() -> None:
    camel = "def loadRows(): ...\ndef saveRows(): ...\ndef makeRows(): ...\n"
    assert len(naming({"a.py": SNAKE, "b.py": camel})) == 1
    assert not naming({"a.py": SNAKE, "sub/b.py": camel})
    modules = {f"load_{x}.py": "import evalModel, plotModel\n" for x in "abcdefghijklmnopqrstuvwxyz"}
    assert len(naming({**modules, "evalModel.py": ""})) == 1
    assert not naming({**dict.fromkeys(modules, ""), "evalModel.py": ""})
    assert not naming({**modules, "models/evalModel.py": "", "models/plotModel.py": ""})


def test_kinds_with_different_conventions_are_told_apart() -> None:
    classes = "".join(f"class Song{x}: ...\n" for x in "ABCDEFGHIJ")
    (found,) = naming({"a.py": SNAKE + classes, "b.py": "def loadRows(): ...\nclass song_list: ...\n"})
    assert found.message == (
        "`loadRows` is camelCase, where 80 of 81 function names are snake_case; "
        "`song_list` is snake_case, where 10 of 11 class names are PascalCase"
    )
    assert found.advice == "Rename them: `load_rows` and `SongList`."


def test_each_part_of_a_project_is_told_by_itself() -> None:
    odd = {f"week1/m{n}.py": f"def load{'abcdef'[n].upper()}oats(): ...\n" for n in range(6)}
    (found,) = naming({"week1/a.py": SNAKE, **odd, "week2/a.py": SNAKE})
    assert found.message.startswith("6 files have names in another style than that of `week1`; here `load")


def test_a_pair_is_not_broken() -> None:
    assert not naming({"a.py": SNAKE + "def readID(): ...\n", "b.py": "def readRange(): ...\ndef readID(): ...\n"})


def test_parts_of_a_project() -> None:
    paths = [
        *("a.py", "src/a.py", "01_load/a.py", "model2/a.py", "week1/a.py", "week1/deep/b.py", "week 2/a.py"),
        *("12th Place/src/a.py", "third_party/a.py"),
    ]
    found = parts(Project(Summary(path, "py") for path in paths))
    assert [[s.path for s in part] for part in found] == [
        ["01_load/a.py", "a.py", "model2/a.py", "src/a.py"],
        ["12th Place/src/a.py"],
        ["week 2/a.py"],
        ["week1/a.py", "week1/deep/b.py"],
    ]


def test_lectures_have_terms_of_their_own() -> None:
    script, study = Summary("a.py", "py"), Summary("b.ipynb", "ipynb", prose=100, code_cells=20)
    lectures = [Summary(f"{n}.ipynb", "ipynb", prose=2000, code_cells=20) for n in range(3)]
    assert without_lectures([script, study]) == [script, study]
    assert without_lectures([script, study, lectures[0]]) == [script, study]
    assert without_lectures([script, study, *lectures]) == [script]


def test_vocabulary_counts_scopes_and_files() -> None:
    span = Span(1, 1, 1, 9)
    one = Summary("a.py", "py", names=(Name("variable", "train_df", span, (0, 3)),))
    two = Summary("b.py", "py", names=(Name("variable", "train_df", span), Name("parameter", "train_df", span)))
    variable, parameter = vocabulary([one, two])
    assert (variable.kind, variable.files, variable.uses) == ("variable", 2, 3)
    assert (parameter.kind, parameter.files, parameter.uses) == ("parameter", 1, 1)
