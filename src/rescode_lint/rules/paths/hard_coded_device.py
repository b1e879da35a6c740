from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.facts.devices import CPU, FALLBACK, GPU, GUARD, OF_TENSORS
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Related
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rule import Bad, FileRule, Repair
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Function, Scope, parameters

if TYPE_CHECKING:
    import libcst as cst

_NAME = "DEVICE"
_CHOICE = 'torch.device("cuda" if torch.cuda.is_available() else "cpu")'
_ARGUMENTS = frozenset({"device", "map_location"})
#: Libraries whose `device=` falls back by itself, or means something else.
_FOREIGN = frozenset({"xgboost", "lightgbm", "catboost", "cuml", "cudf", "cupy", "tensorflow", "jax", "numba"})
_LIGHTNING = frozenset({"lightning", "pytorch_lightning", "scvi", "lightning_fabric", "mrvi", "pytorch_forecasting"})
_CHOSEN = lazy(rf'{_NAME} = \w+\.device\("cuda" if \w+\.cuda\.is_available\(\) else "cpu"\)\s*\Z')
_MOVERS = lazy(r"(?i)\A_?(?:to_|move_to_)?(?:cuda|gpu|to)\Z|to_(?:cuda|gpu|device)|cuda_")
#: Cards that are told apart: `"cuda:1"`, `.cuda(1)`.
_NUMBER = lazy(r"[\"']cuda:(\d+)[\"']|\.cuda\((\d+)\)")
#: `x.device`: other code of the file takes the device of what it gets.
_TAKEN = lazy(r"\b(?!(?:torch|th|tf|jax|cupy)\.)[A-Za-z_]\w*(?:\[[^\]]*\])?\.device\b(?!\s*[(=])")
#: What computes with the tensors that it is given.
_COMPUTES = lazy(r"forward\Z|__call__\Z|(?!(?:get|make|build|create|load|init)_)\w*_loss\Z|loss(?:_fn|_function)?\Z")
_COMMENT = lazy(r"#.*")


class _Place(NamedTuple):
    node: ast.expr
    what: str
    #: How the fix goes: "cuda" `.cuda()`, "name" a literal where a name may stand, "choice" the literal of the one choice,
    #: "auto" Lightning's accelerator, "" none.
    how: str
    scope: Scope


class HardCodedDevice(FileRule):
    """Code that says `"cuda"` and nothing else stops at its first line on a laptop, on a reviewer's desktop, on the test
    server: without a GPU there is no way to run even the smallest example, and `cuda:1` fails on most machines that have
    one. A device that is chosen once, by what there is, runs everywhere and costs one line.

    All places of a file are one finding. Silent where anything in the file chooses: `is_available`, an argument, a
    configuration, `"cpu"` as an alternative; and in code that is meant for GPUs only, such as kernels, distributed
    training or measurements of GPU memory.
    """

    code = "RSC408"
    name = "hard-coded-device"
    summary = "a CUDA device that is written down, with no way to run without one"
    advice = f"Choose once, `{_NAME} = {_CHOICE}`, and use `.to({_NAME})`."
    how_to_fix = (
        f"Write `{_NAME} = {_CHOICE}` once, below the imports, and hand `{_NAME}` on: `model.to({_NAME})`, "
        f'`torch.zeros(3, device={_NAME})`, `torch.load(path, map_location={_NAME})`. With Lightning, `accelerator="auto"`.'
    )
    limits = (
        "Silent where a file names two different cards, as the work is spread over them on purpose, in folders for what "
        "was put away, and in notebooks that are set up for a GPU of Colab or Kaggle. In a function that gets tensors, the fix takes the device of one of them where the text shows that "
        "it is a tensor; else there is no fix. "
        "`tf.device('/gpu:0')` is not reported: TensorFlow places by itself what it cannot place there. Defaults of "
        'parameters (`device="cuda"` in a signature) are left alone, since the caller can choose. `torch.cuda.FloatTensor` '
        "and `torch.cuda.set_device` are reported without a fix."
    )
    safe_fix = False
    VALID = (
        'import torch\ndevice = torch.device("cuda" if torch.cuda.is_available() else "cpu")\nmodel = Net().to(device)',
        "import torch\nif torch.cuda.is_available():\n    model.cuda()",
        'import torch\ndef predict(model, x, device="cuda"):\n    return model.to(device)(x.to(device))',
        'import argparse\nimport torch\nparser = argparse.ArgumentParser()\nparser.add_argument("--device", default="cuda")\n'
        "model.to(parser.parse_args().device)",
        "import torch\ndef to_gpu(batch):\n    return batch.cuda()",
        "import torch\nif config.gpu:\n    model = model.cuda()",
        "import torch\ndef run(model, gpu):\n    if gpu is not None:\n        model.cuda()",
        "import torch\nimport torch.distributed as dist\ndist.init_process_group('nccl')\nmodel.cuda()",
        "import torch\nimport triton\nx = torch.empty(4, device='cuda')",
        "import torch\nx = y.cuda(gpu_id)",
        "import xgboost as xgb\nimport torch\nmodel = xgb.XGBClassifier(device='cuda')",
        "import tensorflow as tf\nwith tf.device('/gpu:0'):\n    x = tf.zeros(3)",
        'import torch\nwith torch.autocast(device_type="cuda"):\n    y = model(x)',
        'import torch\ndevice = "cuda"  # or "cpu"\nmodel.to(device)',
        'import torch\nkeys = {"cuda": 1}\nprint("cuda")',
        # Two models, each on a card of its own.
        "import torch\nfirst = torch.device('cuda:0')\nsecond = torch.device('cuda:1')\na.to(first)\nb.to(second)",
        {"archive/train.py": "import torch\nmodel.cuda()"},
        # Nothing reads it.
        'import torch\ndevice = "cuda:0"  # device\nx = torch.zeros(3, device=other)',
        "import torch\nclass CudaCallback(Callback):\n    def before_batch(self):\n        self.batch = self.batch.cuda()",
        "class Model(nn.Module):\n    def cuda(self):\n        self.inner.cuda()\n        return self",
    )
    INVALID = (
        Bad(
            "import torch\nfrom nets import Net\nmodel = Net().cuda()\n        ^^^^^^^^^^^^\nfor x, y in load():\n"
            "    loss = model(x.cuda()) - y",
            "`.cuda()` needs an NVIDIA GPU, and nothing in this file chooses another device (and at 1 more place of this file)",
            fixed='import torch\nfrom nets import Net\n\nDEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")\n\n'
            "model = Net().to(DEVICE)\nfor x, y in load():\n    loss = model(x.to(DEVICE)) - y",
        ),
        Bad(
            'import torch\nx = torch.zeros(3, device="cuda:0")\n                          ^^^^^^^^',
            '`device="cuda:0"`',
            fixed='import torch\n\nDEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")\n\n'
            "x = torch.zeros(3, device=DEVICE)",
        ),
        Bad(
            'import torch\ndevice = torch.device("cuda:0")\n                      ^^^^^^^^\nmodel = Net().to(device)',
            '`"cuda:0"`',
            fixed='import torch\ndevice = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")\nmodel = Net().to(device)',
        ),
        Bad(
            '# %%\nimport torch\ndevice = "cuda"\n         ^^^^^^\n# %%\nmodel.to(device)\nx = x.cuda(non_blocking=True)',
            '`device = "cuda"`',
            fixed='# %%\nimport torch\ndevice = "cuda" if torch.cuda.is_available() else "cpu"\n# %%\nmodel.to(device)\n'
            "x = x.to(device, non_blocking=True)",
        ),
        Bad(
            'import torch\nmodel.to("cuda")\n         ^^^^^^',
            fixed='import torch\n\nDEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")\n\nmodel.to(DEVICE)',
        ),
        Bad(
            "import torch\nfrom nets import Net\nnet = Net(torch.zeros(3).cuda()).cuda()\n      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`.cuda()`",
            fixed="import torch\nfrom nets import Net\n\nDEVICE = torch.device("
            '"cuda" if torch.cuda.is_available() else "cpu")\n\nnet = Net(torch.zeros(3).to(DEVICE)).to(DEVICE)',
        ),
        Bad(
            "import torch\nimport torch.nn.functional as F\ndef focal(logits, target):\n"
            "    weights = torch.ones(3).cuda()\n              ^^^^^^^^^^^^^^^^^^^^\n"
            "    return (F.softmax(logits, 1) * weights).sum()",
            "`.cuda()` needs an NVIDIA GPU, on whatever device the tensors around it are",
            fixed="import torch\nimport torch.nn.functional as F\ndef focal(logits, target):\n"
            "    weights = torch.ones(3).to(logits.device)\n    return (F.softmax(logits, 1) * weights).sum()",
        ),
        Bad(
            "import torch\nclass Runner(Base):\n    def step(self, batch):\n        batch = self.move(batch, self.device)\n"
            '        return batch + torch.zeros(3, device="cuda")\n                                             ^^^^^^',
            '`device="cuda"`',
            fixed="import torch\nclass Runner(Base):\n    def step(self, batch):\n        batch = self.move(batch, self.device)\n"
            "        return batch + torch.zeros(3, device=self.device)",
        ),
        Bad(
            "import torch\ndef train(model, batches, device):\n    for x, w in batches:\n"
            "        yield model(x.to(device)) * w.float().cuda()\n                                    ^^^^^^^^^^^^^^^^",
            "though this function gets a `device`",
            fixed="import torch\ndef train(model, batches, device):\n    for x, w in batches:\n"
            "        yield model(x.to(device)) * w.float().to(device)",
        ),
        # Which of the two is a tensor cannot be seen: no fix.
        Bad(
            "import torch\nclass PairLoss:\n    def forward(self, a, b):\n        weights = torch.ones(3).cuda()\n"
            "                  ^^^^^^^^^^^^^^^^^^^^\n        return weights * compare(a, b)",
            "`.cuda()`",
        ),
        # `torch` is imported only where it is asked for: no fix, which would want it at the top.
        Bad(
            "def score(mask, fast):\n    if fast:\n        import torch\n        mask = torch.from_numpy(mask).cuda()\n"
            "               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n    return mask.sum()",
            "`.cuda()`",
        ),
        Bad(
            'import torch\nCARD = "cuda:1"\n       ^^^^^^^^\nmodel.to(CARD)',
            '`CARD = "cuda:1"`',
            fixed='import torch\nCARD = "cuda:1" if torch.cuda.is_available() else "cpu"\nmodel.to(CARD)',
        ),
        Bad("import torch\nx = torch.cuda.FloatTensor(3)\n    ^^^^^^^^^^^^^^^^^^^^^^^^^", "`torch.cuda.FloatTensor`"),
        Bad(
            'import scvi\nvae = scvi.model.SCVI(adata)\nvae.train(accelerator="gpu")\n                      ^^^^^',
            '`accelerator="gpu"`',
            fixed='import scvi\nvae = scvi.model.SCVI(adata)\nvae.train(accelerator="auto")',
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a place; those of a file are merged."""
        modules = {imported.module.partition(".")[0] for imported in file.imports}
        if not ("torch" in modules or "cuda" in file.calls or "to" in file.calls or modules & _LIGHTNING):
            return
        if file.source.on_gpu:
            return
        # What the fix writes does not excuse the places that are still to be mended.
        lines = [line for line in file.source.masked if not _CHOSEN.match(line)]
        chosen = len(lines) < len(file.source.masked)
        text = "\n".join(lines)
        if not ("cuda" in text or "gpu" in text) or "is_available" in text:
            return
        if "test" in file.path.rpartition("/")[2].split("_") or is_put_away(file.path):
            return
        places = list(self._places(file, modules))
        if not places or FALLBACK.search(text) or CPU.search(text):
            return
        if any(magic.name == "timeit" for cell in file.cells for magic in cell.magics):
            return
        if len({number for found in _NUMBER.findall(text) for number in found if number}) > 1:
            return  # the work is spread over several cards
        known = self._known(file, places)
        taken = _TAKEN.search(text) is not None
        late = "torch" not in file.scope.imports.values() and any("torch" in s.imports.values() for s in file.scopes)
        for place in places:
            device = "" if place.how in ("choice", "auto", "") else known or _NAME
            near = _at_hand(place, file, taken) if device == _NAME and not chosen else None
            if near is not None:
                advice = _advice_at_hand(place, near)
                fix = Fix(False, f"Take the device of what is at hand, `{near}`") if near else None
            else:
                advice = _advice(place, device)
                can = place.how and not (device == _NAME and late)
                fix = Fix(False, _title(place.how, device)) if can else None
            why = "and nothing in this file chooses another device"
            if near == "device":
                why = "though this function gets a `device`"
            elif chosen:
                why = f"although this file has a `{_NAME}`"
            elif near is not None:
                why = "on whatever device the tensors around it are"
            elif taken:
                why = "though other lines of this file take whatever device there is"
            yield self.finding(
                file.span(place.node),
                f"`{place.what}` needs an NVIDIA GPU, {why}",
                advice=advice,
                fix=fix,
                group="device",
            )._replace(cause="cuda")

    def _places(self, file: Module, modules: set[str]) -> Iterator[_Place]:
        for call, scope in file.calls_of("cuda"):
            if isinstance(call.func, ast.Attribute) and all(_integer(a) for a in call.args) and len(call.args) < 2:
                file.here = scope
                if file.qualname(call.func) is None and self._bare(file, call):
                    yield _Place(call, ".cuda()", "cuda", scope)
        for call, scope in file.calls_of("to"):
            if isinstance(call.func, ast.Attribute) and call.args and _is_gpu(call.args[0]) and self._bare(file, call):
                yield _Place(call.args[0], _quoted(call.args[0]), "name", scope)
        if "torch" in modules:
            yield from self._torch(file)
        if modules & _LIGHTNING:
            for calls in file.calls.values():
                for call, scope in calls:
                    for keyword in call.keywords:
                        if keyword.arg == "accelerator" and _text(keyword.value) in ("gpu", "cuda"):
                            value = _quoted(keyword.value)
                            yield _Place(keyword.value, f"accelerator={value}", "auto", scope)

    def _torch(self, file: Module) -> Iterator[_Place]:
        for call, scope in file.calls_of("device"):
            file.here = scope
            if call.args and _is_gpu(call.args[0]) and file.qualname(call.func) == "torch.device":
                chain = file.parents(call)
                how = "choice" if isinstance(chain[0] if chain else None, ast.Assign) else "name"
                node = call.args[0] if how == "choice" else call
                what = _quoted(call.args[0])
                if self._bare(file, call) and not _is_default(chain):
                    yield _Place(node, what if how == "choice" else f"torch.device({what})", how, scope)
        for calls in file.calls.values():
            for call, scope in calls:
                for keyword in call.keywords:
                    if keyword.arg in _ARGUMENTS and _is_gpu(keyword.value):
                        file.here = scope
                        root = (file.qualname(call.func) or "").partition(".")[0]
                        if root not in _FOREIGN and self._bare(file, call):
                            how = "name" if root in ("torch", "") else "choice"
                            yield _Place(keyword.value, f"{keyword.arg}={_quoted(keyword.value)}", how, scope)
        for call, scope in file.calls_of("load"):
            file.here = scope
            if len(call.args) > 1 and _is_gpu(call.args[1]) and file.qualname(call.func) == "torch.load":
                yield _Place(call.args[1], _quoted(call.args[1]), "name", scope)
        for call, scope in file.calls_of("FloatTensor", "LongTensor", "DoubleTensor", "HalfTensor", "set_device"):
            file.here = scope
            name = file.qualname(call.func) or ""
            fixed = name != "torch.cuda.set_device" or (call.args and _integer(call.args[0]))
            if name.startswith("torch.cuda.") and fixed and self._bare(file, call):
                yield _Place(call, ast.unparse(call.func), "", scope)
        constants = [c.args[0].id for c, _ in file.calls_of("to") if c.args and isinstance(c.args[0], ast.Name)]
        names = dict.fromkeys(("device", _NAME, "dev", *constants))
        for scope in file.scopes:
            for name in names:
                target = scope.bindings.get(name)
                if not isinstance(target, ast.Name):
                    continue
                chain = file.parents(target)
                bound = chain[0] if chain else None
                if isinstance(bound, ast.Assign) and _is_gpu(bound.value) and scope.kind != "class" and len(chain) < 3:
                    if name.islower() and not _is_read(name, file):
                        continue  # left over from a template
                    yield _Place(bound.value, f"{name} = {_quoted(bound.value)}", "choice", scope)

    def _bare(self, file: Module, node: ast.expr) -> bool:
        """Whether no condition around it asks for a GPU."""
        for parent in file.parents(node):
            if isinstance(parent, ast.If | ast.IfExp | ast.While) and GUARD.search(ast.unparse(parent.test)):
                if not (isinstance(parent, ast.If) and ".device !=" in ast.unparse(parent.test)):
                    return False
            elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if (GUARD if isinstance(parent, ast.ClassDef) else _MOVERS).search(parent.name):
                    return False
            elif isinstance(parent, ast.Try):
                return False
        return True

    def _known(self, file: Module, places: list[_Place]) -> str:
        """The name at the top of the file that holds the (repaired) choice, if it stands above all its uses."""
        for place in places:
            if place.how != "choice" or place.scope is not file.scope:
                continue
            bound = next((p for p in file.parents(place.node)[:2] if isinstance(p, ast.Assign)), None)
            if bound is None or not (bound.value is place.node or place.what == _quoted(place.node)):
                continue
            if isinstance(bound.targets[0], ast.Name) and bound in file.body:
                later = [p for p in places if p.how in ("cuda", "name") and p.scope is file.scope]
                if all(p.node.lineno > bound.lineno for p in later):
                    return bound.targets[0].id
        return ""

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> cst.CSTNode | Repair | None:
        """The device chosen once, in the place of the literal or of `.cuda()`."""
        import libcst as cst

        title = finding.fix.title if finding.fix is not None else ""
        torch = next((k for k, v in file.scope.imports.items() if v == "torch"), "torch")
        imports = (("torch", ""),) if torch not in file.scope.imports else ()
        if isinstance(node, cst.SimpleString):
            if title == _title("auto", ""):
                return node.with_changes(value=f"{node.value[0]}auto{node.value[0]}")
            if title == _title("choice", ""):
                return Repair(cst.parse_expression(f'{node.value} if {torch}.cuda.is_available() else "cpu"'), imports)
        name = title.rpartition("`")[0].rpartition("`")[2]
        if "." in name:
            imports = ()
        constants = ((name, f"{name} = {_CHOICE.replace('torch.', f'{torch}.')}"),) if name == _NAME else ()
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value == "cuda":
            first = cst.Arg(cst.parse_expression(name))
            rest = [a for a in node.args if a.keyword is not None and a.keyword.value != "device"]
            if rest:
                first = first.with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
            method = node.func.with_changes(attr=cst.Name("to"))
            return Repair(node.with_changes(func=method, args=[first, *rest]), imports, constants)
        if isinstance(node, cst.SimpleString | cst.Call):
            return Repair(cst.parse_expression(name), imports, constants)
        return None

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all places of a file, the first with a fix in front."""
        first = next((finding for finding in findings if finding.fix is not None), findings[0])
        others = [finding for finding in findings if finding is not first]
        places = tuple(
            Related(f.path, f.span.cell, f.span.line, f"{f.message.partition('` ')[0]}` needs one, too") for f in others
        )
        count = f"{len(others)} more place{'s' if len(others) > 1 else ''}"
        return first._replace(message=f"{first.message} (and at {count} of this file)", related=first.related + places)


def _title(how: str, device: str) -> str:
    if how == "auto":
        return "Let Lightning choose what there is"
    if how == "choice":
        return "Fall back to the CPU"
    return f"Use a device that is chosen once, `{device}`"


def _advice(place: _Place, device: str) -> str:
    if place.how == "auto":
        return 'Write `accelerator="auto"`, which takes the GPU where there is one.'
    if place.how == "choice":
        number = _text(place.node).rpartition(":")[2]
        advice = f'Write `{_quoted(place.node)} if torch.cuda.is_available() else "cpu"`'
        if number.strip("0").isdigit():
            advice = 'Write `"cuda" if torch.cuda.is_available() else "cpu"`'
            advice += f", and choose the card outside, with `CUDA_VISIBLE_DEVICES={number}`"
        return f"{advice}."
    if place.how == "":
        return f"Choose once, `{_NAME} = {_CHOICE}`, and make tensors with `device={_NAME}`."
    if device != _NAME:
        return f"Let `{device}` fall back to the CPU, and use it here: `.to({device})`."
    return f"Choose once, `{_NAME} = {_CHOICE}`, and write `{_better(place)}` here."


def _better(place: _Place) -> str:
    if place.what.startswith(("device=", "map_location=")):
        return f"{place.what.partition('=')[0]}={_NAME}"
    return f".to({_NAME})" if place.how == "cuda" else _NAME


def _advice_at_hand(place: _Place, near: str) -> str:
    if near == "device":
        better = ".to(device)" if place.how == "cuda" else _better(place).replace(_NAME, "device")
        return f"Write `{better}`, as the caller says where this function is to run."
    if not near:
        return "Make it where its neighbours are, with the `.device` of a tensor that the function gets."
    method = f".to({near})" if place.how == "cuda" else near
    better = f"{place.what.partition('=')[0]}={near}" if place.what.startswith(("device=", "map_location=")) else method
    return f"Write `{better}`: then it is where the rest of this function is."


def _at_hand(place: _Place, file: Module, taken: bool) -> str | None:
    """The device of something that the function has, if a device for the whole file would be the worse choice.

    Returns:
        `x.device` where the text shows that `x` is a tensor (or `self.device`); "" where the function visibly computes
        with tensors, but which is one cannot be seen; None elsewhere.
    """
    function = _function(place.scope)
    if function is None:
        return None
    node = function.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if place.how == "cuda" and isinstance(place.node, ast.Call) and isinstance(place.node.func, ast.Attribute):
        moved = _root(place.node.func.value)
    else:
        call = next((p for p in file.parents(place.node)[:2] if isinstance(p, ast.Call)), None)
        moved = _root(call.func) if call is not None else ""
    given = [p.arg for p in parameters(node.args)]
    if "device" in given:
        return "device"
    if moved in given:
        return None  # it is what the function gets that is moved
    if "self.device" in function.dotted:
        return "self.device"
    lines = file.source.lines[node.body[0].lineno - 1 : node.end_lineno]
    text = "\n".join(_COMMENT.sub("", line) for line in lines)
    annotations = {p.arg: ast.unparse(p.annotation) for p in parameters(node.args) if p.annotation is not None}
    for name in given:
        if name not in ("self", "cls") and _is_tensor(name, annotations.get(name, ""), text):
            return f"{name}.device"
    if not (taken or _computes(place.scope)):
        return None
    file.here = place.scope
    made = file.resolve(moved, place.scope) or ""
    return "" if made == "torch" else None  # a layer, a loss, a model of one's own: whoever makes it says where


def _function(scope: Scope) -> Scope | None:
    at: Scope | None = scope
    while at is not None and at.kind == "comprehension":
        at = at.parent
    return at if at is not None and isinstance(at.node, Function) else None


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_tensor(name: str, annotation: str, text: str) -> bool:
    """Whether a parameter is a tensor from the first line of its function to the last, on a device of its own."""
    word = re.escape(name)
    if annotation not in ("Tensor", "torch.Tensor") and not re.search(
        rf"(?<![\w.]){word}\.(?:{OF_TENSORS})\b|\b(?:F|torch)\.(?!from_numpy|tensor|as_tensor|Tensor|is_|load)[a-z]\w*\(\s*{word}\b"
        rf"(?![.(\[])",
        text,
    ):
        return False
    if re.search(rf"(?<![\w.]){word}\.(?:cuda|to|cpu|numpy)\(", text):
        return False
    bound = re.findall(rf"(?m)^[ \t]*(?:[\w, ]*,[ \t]*)?{word}[ \t]*(?:,[\w, \t]*)?=(?!=)[ \t]*(.*)", text)
    if re.search(rf"\b(?:for|as|global|del)\b[^:\n]*(?<![\w.]){word}\b[^:\n]*(?:\bin\b|:)", text):
        return False
    return all(re.match(rf"(?:{word}\.\w+\(|F\.|torch\.)", value) and "numpy" not in value for value in bound)


def _computes(scope: Scope) -> bool:
    at: Scope | None = scope
    while at is not None:
        if isinstance(at.node, Function) and _COMPUTES.match(at.node.name):
            return True
        at = at.parent
    return False


def _is_read(name: str, file: Module) -> bool:
    """Whether anything but assignments and keywords names a variable."""
    read = re.compile(rf"(?<![\w.]){name}\b(?!\s*=(?!=))")
    return any(read.search(_COMMENT.sub("", line)) for line in file.source.masked)


def _is_default(chain: list[ast.AST]) -> bool:
    return bool(chain) and isinstance(chain[0], ast.arguments)


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_gpu(node: ast.expr) -> bool:
    return bool(GPU.match(_text(node)))


def _quoted(node: ast.expr) -> str:
    return f'"{_text(node)}"'


def _integer(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)
