"""RSC603, RSC607 and RSC408 where an example in the rule does not suffice: notebooks, several causes, odd input."""

import ast
import json

import pytest

from rescode_lint.model import Finding
from rescode_lint.read import read
from rescode_lint.rules.paths.hard_coded_device import HardCodedDevice
from rescode_lint.rules.reproducibility.device_bound_load import DeviceBoundLoad
from rescode_lint.rules.reproducibility.unordered_listing import UnorderedListing
from rescode_lint.semantics import walk
from rescode_lint.testing import fix, run


def listed(code: str) -> tuple[Finding, ...]:
    return run({"study.py": code}, UnorderedListing).findings


PAIRED = {
    "zip": "for a, b in zip(images, masks):\n    learn(a, b)",
    "by index": "for i in range(len(images)):\n    learn(images[i], masks[i])",
    "data set": "data = Segmentation(images, masks)",
    "slices": "data = tf.data.Dataset.from_tensor_slices((images, masks))",
    "split": "a, b, c, d = train_test_split(images, masks, random_state=1)",
}


@pytest.mark.parametrize("use", PAIRED.values(), ids=PAIRED)
def test_two_listings_paired_by_place_are_one_finding(use: str) -> None:
    code = f"from glob import glob\nimages = glob('images/*.png')\nmasks = glob('masks/*.png')\n{use}"
    (finding,) = listed(code)
    assert "pairs" in finding.message and "`masks" in finding.message
    assert [place.line for place in finding.related] == [3]


@pytest.mark.parametrize("use", PAIRED.values(), ids=PAIRED)
def test_paired_by_place_after_sorting(use: str) -> None:
    assert not listed(
        f"from glob import glob\nimages = sorted(glob('i/*.png'))\nmasks = sorted(glob('m/*.png'))\n{use}"
    )


def test_a_function_of_the_same_file_hands_the_order_on() -> None:
    code = (
        "import os\ndef load(folder):\n    X, y = [], []\n    for name in os.listdir(folder):\n"
        "        X.append(read(name))\n        y.append(name[0])\n    return X, y\n"
        "X, y = load('train')\nX_train, X_test = train_test_split(X, random_state=0)"
    )
    (finding,) = listed(code)
    assert finding.span.line == 4 and "`train_test_split`" in finding.message


def test_two_numberings_of_one_set_are_one_finding() -> None:
    code = "found = set(data)\nto_id = {x: i for i, x in enumerate(found)}\nof_id = dict(enumerate(found))"
    assert not listed(code), "no name says that the elements are strings"
    (finding,) = listed(code.replace("to_id", "word_to_id").replace("of_id", "id_to_word"))
    assert len(finding.related) == 1


def test_both_loops_of_a_walk() -> None:
    code = "import os\npaths = []\nfor root, folders, names in os.walk(top):\n    for name in names:\n        paths.append(name)\n"
    files, _ = fix({"study.py": code + "train = paths[:9]"}, UnorderedListing)
    text = files["study.py"]
    # The walk itself stays lazy: `folders[:] = ...` in its loop may tell it where not to go.
    assert "in os.walk(top):" in text and "in sorted(names):" in text


@pytest.mark.parametrize(
    "code",
    [
        "import os\nfor start in range(0, n, 32):\n    learn(os.listdir('d')[start : start + 32])",
        "import os\nfor name in os.listdir('d')[:3]:\n    print(name)",
        "import os\nnames = os.listdir('d')\nif len(names) != 1:\n    raise ValueError\nlearn(names[-1])",
        "from pathlib import Path\nmodel = next(Path('d').glob('*.xml'))",
        "import os\ntables = [read(n) for n in os.listdir('d')]\ncolumns = tables[0].columns",
        "import os\nresult = train_test_split(labels, random_state=0)\nnames = os.listdir('d')\nprint(names)",
        "x = [f for f in (lambda d: set(d.columns))(table)]",
        "import os\nos.listdir",
        "import glob\nglob.glob()",
    ],
)
def test_left_alone(code: str) -> None:
    assert not listed(code)


def test_safe_only_where_rows_are_written() -> None:
    code = "import glob\nimport pandas as pd\nframes = [pd.read_csv(f) for f in glob.glob('*.csv')]\ntable = pd.concat(frames)\n"
    (written,) = listed(code + "table.to_csv('all.csv')")
    assert written.fix is not None and written.fix.safe
    (drawn,) = listed(code + "part = table.sample(9, random_state=1)")
    assert drawn.fix is not None and not drawn.fix.safe


def test_a_device_that_is_defined_below_its_first_use_is_not_reused() -> None:
    code = "import torch\nnet = Net().cuda()\ndevice = torch.device('cuda')\nnet.to(device)"
    files, _ = fix({"train.py": code}, HardCodedDevice)
    assert "net = Net().to(DEVICE)" in files["train.py"]
    assert 'DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")' in files["train.py"]


def test_torch_by_another_name() -> None:
    files, _ = fix({"train.py": "import torch as th\nx = th.zeros(3, device='cuda')"}, HardCodedDevice)
    assert 'DEVICE = th.device("cuda" if th.cuda.is_available() else "cpu")' in files["train.py"]


def test_loads_where_nothing_uses_a_gpu() -> None:
    train = "import torch\ndef fit(net):\n    loss(net).backward()\n"
    show = "import torch\nnet.load_state_dict(torch.load('net.pt'))"
    assert not run({"train.py": train, "show.py": show}, DeviceBoundLoad).findings
    assert run({"train.py": train + "    net.cuda()", "show.py": show}, DeviceBoundLoad).findings


def test_who_wrote_what_is_loaded() -> None:
    load = "import torch\nx = torch.load(folder / 'best_net.pt')"
    for saved, right in (("net.state_dict()", True), ("net.cpu().state_dict()", False), ("{'names': list(x)}", False)):
        train = f"import torch\ndef fit(net):\n    net.cuda()\n    torch.save({saved}, f'{{folder}}/best_net.pt')\n"
        assert bool(run({"train.py": train, "use.py": load}, DeviceBoundLoad).findings) is right, saved


def test_copies_are_one_finding() -> None:
    code = "import torch\ndef restore(net, path):\n    net.load_state_dict(torch.load(path))\n    return torch.load(path + 'x')\n"
    (finding,) = run({"one/a.py": code, "two/a.py": code}, DeviceBoundLoad).findings
    assert finding.message.endswith("(and at 3 more places in 2 files)")
    assert len(run({"one/a.py": code, "two/b.py": code}, DeviceBoundLoad).findings) == 2


@pytest.mark.parametrize("bound", ["scikit-learn==1.5", "scikit-learn~=1.5", "scikit-learn<2", "  - scikit-learn=1.5"])
def test_a_pickle_whose_library_is_bound(bound: str) -> None:
    files = {"show.py": "import pickle, sklearn\nclf = pickle.load(open('clf.pkl', 'rb'))", "clf.pkl": ""}
    assert run(files | {"requirements.txt": "scikit-learn>=1.0"}, DeviceBoundLoad).findings
    assert not run(files | {"requirements.txt": bound}, DeviceBoundLoad).findings


@pytest.mark.parametrize(
    "code",
    [
        "class A:\n    @register(\n        call(1)\n    )\n    def f(self):\n        pass",
        "def f():\n    return f'''\n    {call(1)}\n    '''",
        "x = [\n    y\n    for y in z\n    if call(1)\n]",
        "x = 1; call(1)",
    ],
)
def test_ancestors_are_found_by_line(code: str) -> None:
    module = walk(read("x.py", code.encode()))
    ((call, _),) = module.calls_of("call")
    chain = module.parents(call)
    assert chain[-1] in module.body
    assert any(child is call for child in ast.iter_child_nodes(chain[0]))


@pytest.mark.parametrize(
    ("metadata", "count"),
    [
        ({"accelerator": "GPU"}, 0),
        ({"kaggle": {"isGpuEnabled": True}}, 0),
        ({"accelerator": "TPU"}, 1),
        ({"kaggle": 1}, 1),
    ],
)
def test_a_notebook_that_is_set_up_for_a_gpu(metadata: dict[str, object], count: int) -> None:
    cell = {
        "cell_type": "code",
        "metadata": {},
        "source": "import torch\nmodel.cuda()",
        "outputs": [],
        "execution_count": None,
    }
    text = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": [cell]})
    assert len(run({"a.ipynb": text}, HardCodedDevice).findings) == count
