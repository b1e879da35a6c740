from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rescode_lint.facts.devices import CPU, FALLBACK, GPU, GUARD
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Related
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.reproducibility._saves import bound, is_harmless, tail_of
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Scope

if TYPE_CHECKING:
    import libcst as cst

_DEVICES = ("device", "DEVICE", "dev")
_FILE = lazy(r"(?i)file|path|ckpt|checkpoint")
#: A name that says that an estimator is in the file.
_MODEL = lazy(
    r"(?i)(?:\b|_)(?:model|clf|classifier|regressor|estimator|pipeline|scaler|vectorizer|encoder|svm|forest|lasso|ridge)(?:\b|_|\d)"
)
_PICKLED = lazy(r"(?i)\.(?:pkl|pickle|joblib|sav|p)\Z")
_UNPICKLERS = frozenset(
    {"joblib.load", "pickle.load", "cloudpickle.load", "dill.load", "sklearn.externals.joblib.load"}
)
#: Libraries that choose the device by themselves.
_MOVERS = frozenset(
    {"lightning", "pytorch_lightning", "accelerate", "transformers", "scvi", "fastai", "ignite", "skorch"}
)
_WRITERS = ("sklearn", "xgboost", "lightgbm", "catboost")
#: `scikit-learn==1.3`, `scikit-learn=1.3` of conda, a lock file's `name = "scikit-learn"`.
_PINNED = lazy(
    r"(?im)(?:scikit[-_]learn|sklearn|xgboost|lightgbm|catboost)(?:\[[\w,]*\])?[\"']?\s*(?:\(?[=~]=|={1,3}\s*[\"']?[~^]?\d|[<]=?\s*\d"
    r"|==|@)|^name\s*=\s*[\"'](?:scikit-learn|xgboost|lightgbm|catboost)[\"']"
)
_STATE = lazy(r"(?i)state|model|net|weight|optim")
_AND = " (and at "
_DOCS = lazy(r"(?:^|/)docs?/")
#: The group of loads without `map_location`; what is loaded, and the end of the file's name follow.
_MAPS = "map_location"
_UNKNOWN = "which version of its library wrote it is written nowhere"


class DeviceBoundLoad(FileRule):
    """`torch.save` writes down on which device each tensor was. `torch.load` puts it back there, so a checkpoint from
    `cuda:1` stops with `RuntimeError` on a laptop, on a machine with one GPU, on the reviewer's computer. With
    `map_location` the file can be read anywhere.

    A pickled estimator is bound to the version of the library that wrote it in the same way: another one warns, fails, or
    computes something else. That is reported where the pickle is in the repository and no file says the version.
    """

    code = "RSC607"
    name = "device-bound-load"
    summary = "a saved model that loads only on the device, or with the library version, that wrote it"
    advice = 'Add `map_location="cpu"`, and move the model where it shall be afterwards.'
    how_to_fix = (
        '`torch.load(path, map_location=device)`, or `"cpu"` where the file knows no device: `load_state_dict` copies the '
        "weights to wherever the model is. For pickled estimators, pin the library in the requirements "
        "(`scikit-learn==1.5.2`), or save the version beside the model and compare it when loading."
    )
    limits = (
        "What the same file has saved itself is left alone, and so is what the project saves with nothing in it that was on a "
        "GPU (lists, encoders, tensors moved to the CPU), tests, documentation, and loads that only run where something was "
        "moved to a GPU before (see RSC408). Pickles are reported only where their name "
        "says that they hold an estimator, they are in the repository, and no file of the project bounds the library."
    )
    safe_fix = False
    VALID = (
        'import torch\nstate = torch.load("model.pt", map_location="cpu")',
        "import torch\nstate = torch.load(path, device)",
        "import torch\nstate = torch.load(path, **options)",
        'import torch\ntorch.save(model.state_dict(), "best.pt")\nmodel.load_state_dict(torch.load("best.pt"))',
        'import torch\nif torch.cuda.is_available():\n    state = torch.load(path)\nelse:\n    state = torch.load(path, map_location="cpu")',
        "import json\nstate = json.load(open(path))",
        {
            "predict.py": 'import joblib\nmodel = joblib.load("model.pkl")',
            "train.py": "from sklearn.svm import SVC",
            "model.pkl": "",
            "requirements.txt": "scikit-learn==1.5.2\n",
        },
        {
            "predict.py": 'import joblib\nmodel = joblib.load("model.pkl")',
            "train.py": "from sklearn.svm import SVC",
            "requirements.txt": "scikit-learn\n",
        },
        {
            "train.py": "import torch\ntorch.save(net.state_dict(), name)",
            "show.py": "import torch\nnet.load_state_dict(torch.load(path))",
        },
        "import torch\ndef run(fold):\n    torch.save(net, f'{fold}/best_net.pt')\ndef test(folder):\n"
        "    return torch.load(folder + '/best_net.pt')",
        "import torch\nclass Data:\n    def make(self):\n        with open(join(self.root, self.train_file), 'wb') as f:\n"
        "            torch.save(tensors, f)\n    def read(self):\n        return torch.load(join(self.root, self.train_file))",
        "import torch\ntorch.save(obj=net.state_dict(), f=PATH)\nnet.load_state_dict(torch.load(PATH))",
        # Without a GPU, nobody comes as far as the load.
        "import torch\nmodel = Net().cuda()\nmodel.load_state_dict(torch.load(path))",
        'import torch\nCARD = "cuda:0"\ndef restore(path):\n    model = Net().to(CARD)\n    model.load_state_dict(torch.load(path))\n'
        'device = "cuda" if torch.cuda.is_available() else "cpu"',
        # What follows needs a GPU anyhow.
        "import torch\nif torch.cuda.is_available():\n    torch.cuda.empty_cache()\nfor path in paths:\n"
        "    state = torch.load(path)\n    net = Net().cuda()\n    net.load_state_dict(state)",
        "import torch\nclass Run:\n    def restore(self, path):\n        self.net.load_state_dict(torch.load(path))\n"
        "    def start(self):\n        self.net.cuda()",
        {"load.py": 'import pickle\ntable = pickle.load(open("table.pkl", "rb"))', "table.pkl": ""},
        # Written by the project itself, with nothing in it that was on a GPU.
        {
            "train.py": "import torch\ndef keep(net, folder):\n    net.cuda()\n    torch.save(LabelEncoder(), f'{folder}labels.pt')\n"
            "    torch.save([1, 2], folder + 'genes.pt')\n",
            "use.py": "import torch\ndef use(folder):\n    x = torch.load(f'{folder}labels.pt')\n    return torch.load(folder + 'genes.pt'), x",
        },
        {
            "embed.py": "import torch\ndef embed(net, songs, out):\n    net.cuda()\n    for song in songs:\n"
            "        x = {n: t.to(device='cpu') for n, t in net(song).items()}\n        torch.save(x, out / f'{song}.pt')",
            "fit.ipynb": "# %%\nimport torch\nrows = []\nfor song in songs:\n    x = torch.load(f'{folder}/{song}.pt')\n"
            "    rows.append(x['mean'])\ny = torch.stack(rows).numpy()",
        },
        # The path of what was saved comes back in a record.
        "import torch\nkept = []\nfor epoch in range(9):\n    model_path = name(epoch)\n    torch.save(net.cuda().state_dict(), model_path)\n"
        "    kept.append({'model_path': model_path})\nnet.load_state_dict(torch.load(kept[0]['model_path']))",
        {"docs/a.py": "import torch\nnet.load_state_dict(torch.load('net.pt'))"},
    )
    INVALID = (
        Bad(
            'import torch\nmodel.load_state_dict(torch.load("model.pt"))\n                      ^^^^^^^^^^^^^^^^^^^^^^',
            '`torch.load("model.pt")`',
            fixed='import torch\nmodel.load_state_dict(torch.load("model.pt", map_location="cpu"))',
        ),
        Bad(
            "import torch\ndef restore(path, device):\n    return torch.load(path, weights_only=True)\n"
            "           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "no `map_location`",
            fixed="import torch\ndef restore(path, device):\n"
            "    return torch.load(path, weights_only=True, map_location=device)",
        ),
        # The device is chosen, though one of its values is `"cuda"`.
        Bad(
            "import torch\nif torch.cuda.is_available():\n    device = 'cuda'\nelse:\n    device = 'cpu'\nnet.to(device)\n"
            "state = torch.load(path)\n        ^^^^^^^^^^^^^^^^",
            "`torch.load(path)`",
        ),
        Bad(
            "import torch\ndevice = 'cuda'\nif not torch.cuda.is_available():\n    device = 'cpu'\nnet.to(device)\n"
            "state = torch.load(path)\n        ^^^^^^^^^^^^^^^^",
            "`torch.load(path)`",
        ),
        # Another function moves, and only if it is asked to.
        Bad(
            "import torch\ndef fast(net, x):\n    return net.cuda()(x.cuda())\ndef restore(path):\n    return torch.load(path)\n"
            "           ^^^^^^^^^^^^^^^^\nif torch.cuda.is_available():\n    fast(restore(name), x)",
            "`torch.load(path)`",
        ),
        Bad(
            "# %%\nimport torch\ndevice = choose()\n# %%\nbest = torch.load(\n       ^^^^^^^^^^^\n    path,  # the last one\n)",
            fixed="# %%\nimport torch\ndevice = choose()\n# %%\nbest = torch.load(\n    path, map_location=device,  # the last one\n)",
        ),
        Bad(
            {
                "predict.py": 'import joblib\nmodel = joblib.load("model.pkl")\n        ^^^^^^^^^^^^^^^^^^^^^^^^',
                "train.py": "from sklearn.svm import SVC",
                "model.pkl": "",
                "requirements.txt": "scikit-learn\n",
            },
            "`model.pkl`",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a load; those of a file are merged."""
        calls = file.calls.get("load")
        if not calls or _is_test(file.path) or is_put_away(file.path) or _DOCS.search(file.path):
            return
        saved: set[tuple[int, str]] | None = None
        moves: list[tuple[ast.Call, Scope]] | None = None
        for call, scope in calls:
            file.here = scope
            name = file.qualname(call.func)
            if name == "torch.load":
                if len(call.args) != 1 or any(k.arg in ("map_location", None) for k in call.keywords):
                    continue
                if saved is None or moves is None:
                    saved, moves = _saved(file), _moves(file)
                    if moves and _needs_gpu(file):
                        return
                if any(_goes_with(move, at, call, scope) for move, at in moves):
                    continue
                if not saved.isdisjoint(_traits(call.args[0], scope)) or not _bare(file, call):
                    continue
                device = _device(file, call, scope)
                data = _is_data(file, call)
                better = device if device and not data else '"cpu"'
                then = "" if device or data else ", and move the model where it shall be afterwards"
                yield self.finding(
                    file.span(call),
                    f"`{_brief(call)}` has no `map_location`: what a GPU has saved fails to load where there is none",
                    advice=f"Add `map_location={better}`{then}.",
                    fix=Fix(False, f"Add `map_location={better}`"),
                    group=f"{_MAPS}|{'data' if data else 'model'}|{_tail(file, call)}",
                )
            elif name in _UNPICKLERS and call.args:
                yield from self._pickled(file, call)

    def _pickled(self, file: Module, call: ast.Call) -> Iterator[Finding]:
        """A pickle with a literal name that says what is in it; whether it is in the repository is asked later."""
        source = call.args[0]
        if isinstance(source, ast.Call) and source.args:
            source = source.args[0]
        path = source.value if isinstance(source, ast.Constant) else None
        if not isinstance(path, str) or not _PICKLED.search(path):
            return
        chain = file.parents(call)
        target = ast.unparse(chain[0].targets[0]) if chain and isinstance(chain[0], ast.Assign) else ""
        if _MODEL.search(path.rpartition("/")[2]) or _MODEL.search(target):
            yield self.finding(
                file.span(call),
                f"`{path}` holds a pickled estimator, and {_UNKNOWN}",
                advice="Pin the library in the requirements to the version that wrote it.",
                confidence="medium",
            )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for the loads of a file, or of files that are copies of each other."""
        first, *others = findings
        places = first.related + tuple(
            place
            for finding in others
            for place in (
                Related(finding.path, finding.span.cell, finding.span.line, finding.message.partition(_AND)[0]),
                *finding.related,
            )
        )
        count = f"{len(places)} more place{'s' if len(places) > 1 else ''}"
        files = len({first.path, *(place.path for place in places)})
        where = "of this file" if files == 1 else f"in {files} files"
        return first._replace(message=f"{first.message.partition(_AND)[0]}{_AND}{count} {where})", related=places)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """Without what no GPU has saved, and without pickles that are not in the repository or whose library is pinned."""
        findings = [finding for finding in findings if not is_taken_over(finding.path)]
        if findings and _knows_no_gpu(project):
            findings = [finding for finding in findings if _UNKNOWN in finding.message]
        loads = [f for f in findings if f.group.startswith(_MAPS) and not _is_own(f, project)]
        findings = [f for f in findings if not f.group.startswith(_MAPS)] + _one_a_cause(cls, loads)
        if not any(_UNKNOWN in finding.message for finding in findings):
            return findings
        roots = {imported.module.partition(".")[0] for file in project.files.values() for imported in file.imports}
        unknown = not roots.isdisjoint(_WRITERS) and not any(
            _PINNED.search(text) for text in project.tree.texts.values()
        )
        return [
            finding
            for finding in findings
            if _UNKNOWN not in finding.message
            or (unknown and _held(finding.message.split("`")[1], finding.path, project))
        ]

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> cst.CSTNode | None:
        """`map_location=` behind the other arguments."""
        import libcst as cst

        if not isinstance(node, cst.Call) or finding.fix is None or not node.args or _knows_no_gpu(project):
            return None
        if is_taken_over(finding.path) or _is_own(finding, project):
            return None
        value = finding.fix.title.partition("map_location=")[2].rstrip("`")
        equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
        *others, final = node.args
        added = cst.Arg(cst.parse_expression(value), cst.Name("map_location"), equal=equal, comma=final.comma)
        added = added.with_changes(whitespace_after_arg=final.whitespace_after_arg)
        comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        before = final.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace(""))
        return node.with_changes(args=[*others, before, added])


def _is_own(finding: Finding, project: Project) -> bool:
    """Whether what is loaded is written by the project itself, with nothing in it that needs a GPU."""
    _, kind, tail = finding.group.split("|", 2)
    return is_harmless(tail, kind == "data", project)


def _one_a_cause(rule: type[DeviceBoundLoad], loads: list[Finding]) -> list[Finding]:
    """One finding a file, and one for files that load the same in the same way."""
    by_file: dict[str, list[Finding]] = {}
    for finding in loads:
        by_file.setdefault(finding.path, []).append(finding)
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for path, members in by_file.items():
        said = tuple(finding.message for finding in members)
        # Copies have one name, or load one file.
        same = () if any('("' in text for text in said) else (path.rpartition("/")[2],)
        alike.setdefault((*same, *said), []).append(rule.merged(members) if len(members) > 1 else members[0])
    return [rule.merged(members) if len(members) > 1 else members[0] for members in alike.values()]


def _is_data(file: Module, call: ast.Call) -> bool:
    """Whether what is loaded is taken apart: subscripted under the name that it gets, and put into no model."""
    chain = file.parents(call)
    if chain and isinstance(chain[0], ast.Subscript):
        key = chain[0].slice
        return not (isinstance(key, ast.Constant) and isinstance(key.value, str) and _STATE.search(key.value))
    if not (chain and isinstance(chain[0], ast.Assign) and isinstance(chain[0].targets[0], ast.Name)):
        return False
    name = re.escape(chain[0].targets[0].id)
    if _STATE.search(name):
        return False
    text = "\n".join(file.source.lines)
    return re.search(rf"\b{name}\[", text) is not None and ".numpy()" in text and "load_state_dict" not in text


def _tail(file: Module, call: ast.Call) -> str:
    """The end of the name of the file that is loaded, as far as it stands in the code."""
    path = call.args[0]
    if isinstance(path, ast.Constant):
        return tail_of(path, {})
    return tail_of(path, bound(ast.Module(list(file.body), [])))


def _is_test(path: str) -> bool:
    *folders, name = path.split("/")
    return name.startswith("test_") or name == "conftest.py" or "tests" in folders


def _saved(file: Module) -> set[tuple[int, str]]:
    """What `torch.save` and the like write in this file."""
    found: set[tuple[int, str]] = set()
    for call, scope in file.calls_of("save"):
        for path in [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "f")]:
            found.update(_traits(path, scope))
            if isinstance(path, ast.Name) and _FILE.search(path.id):
                found.add((-1, path.id))
            if isinstance(path, ast.Name):  # `with open(path, "wb") as f: torch.save(x, f)`
                items = [item for p in file.parents(call) if isinstance(p, ast.With) for item in p.items]
                opened = [
                    i.context_expr
                    for i in items
                    if isinstance(i.optional_vars, ast.Name) and i.optional_vars.id == path.id
                ]
                for opener in opened:
                    if isinstance(opener, ast.Call) and opener.args:
                        found.update(_traits(opener.args[0], scope))
    return found


def _moves(file: Module) -> list[tuple[ast.Call, Scope]]:
    """The calls that move something to a GPU, whether there is one or not: the program does not come further without."""
    return [
        (call, scope)
        for call, scope in file.calls_of("cuda", "to", "set_device", "set_default_device", "set_default_tensor_type")
        if _is_move(call, scope, file) and _bare(file, call)
    ]


def _is_move(call: ast.Call, scope: Scope, file: Module) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    file.here = scope
    name = file.qualname(function)
    first = call.args[0] if call.args else None
    if name is None:
        if function.attr == "cuda":
            return all(isinstance(a, ast.Constant) and isinstance(a.value, int) for a in call.args)
        return function.attr == "to" and first is not None and bool(GPU.match(_value(first, scope, file)))
    value = _value(first, scope, file) if first is not None else ""
    if name in ("torch.set_default_tensor_type", "torch.set_default_device"):
        return value.startswith(("cuda", "torch.cuda."))
    return name == "torch.cuda.set_device" and isinstance(first, ast.Constant)


def _value(node: ast.expr, scope: Scope, file: Module) -> str:
    """The text that an expression stands for: a literal, a device made of one, or a name that is bound to one."""
    for _ in range(3):
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.Call):
            file.here = scope
            if file.qualname(node.func) != "torch.device" or len(node.args) != 1:
                return ""
            node = node.args[0]
        elif isinstance(node, ast.Name):
            at: Scope | None = scope
            while at is not None and node.id not in at.bindings:
                at = at.parent
            bound = at.bindings[node.id] if at is not None else None
            chain = file.parents(bound) if isinstance(bound, ast.Name) else []
            if not chain or not isinstance(chain[0], ast.Assign) or chain[0].targets != [bound]:
                return ""
            if not all(isinstance(parent, ast.FunctionDef | ast.ClassDef) for parent in chain[1:]):
                return ""  # bound on a condition
            again = rf"^\s*{re.escape(node.id)}\b[^=\n(]*=(?!=)"
            if sum(1 for line in file.source.lines if re.match(again, line)) > 1:
                return ""
            node = chain[0].value
        else:
            return ""
    return ""


def _goes_with(move: ast.Call, at: Scope, load: ast.Call, scope: Scope) -> bool:
    """Whether a load is of no use without a move: both in the same function, or the move above at the top level, or as the
    object is made.
    """
    here, there = _holder(scope), _holder(at)
    if there is here:
        return True
    if there is None:
        return move.lineno < load.lineno
    return (
        isinstance(there.node, ast.FunctionDef)
        and there.node.name == "__init__"
        and here is not None
        and there.parent is here.parent
    )


def _holder(scope: Scope) -> Scope | None:
    """The function that holds a scope; None at the top level."""
    at: Scope | None = scope
    while at is not None and at.kind != "function":
        at = at.parent
    return at


def _needs_gpu(file: Module) -> bool:
    """Whether nothing in the file chooses another device than a GPU: that is RSC408's finding."""
    text = "\n".join(file.source.lines)
    return not FALLBACK.search(text) and not CPU.search(text)


def _traits(path: ast.expr, scope: Scope) -> Iterator[tuple[int, str]]:
    """By what two paths are known to be the same: their text, or a name that it contains."""
    local = isinstance(path, ast.Name) and path.id in scope.bindings and scope.kind == "function"
    yield (id(scope) if local else 0, ast.dump(path))
    for node in ast.walk(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            name = node.value.rpartition("/")[2]
            if len(name) > 5:
                yield 0, name
        elif isinstance(node, ast.Attribute) and _FILE.search(node.attr):
            yield 0, ast.dump(node)
    # The path out of a record, as in `best["model_path"]`, which is called as the variable that was saved to.
    match path:
        case ast.Subscript(slice=ast.Constant(str(name))) if _FILE.search(name):
            yield -1, name


def _bare(file: Module, call: ast.Call) -> bool:
    """Whether no condition around it asks for the device."""
    for parent in file.parents(call):
        if isinstance(parent, ast.If | ast.IfExp) and GUARD.search(ast.unparse(parent.test)):
            return False
    return True


def _knows_no_gpu(project: Project) -> bool:
    """Whether the project trains or saves its models itself, and nothing in it ever moves one to a GPU."""
    trains = False
    for summary in project.files.values():
        for refs in (summary.refs, *(definition.refs for definition in summary.definitions)):
            if "cuda" in refs or "torch.device" in refs or ".device" in refs:
                return False
            trains = trains or "torch.save" in refs or ".backward" in refs
        if any(imported.module.partition(".")[0] in _MOVERS for imported in summary.imports):
            return False
    return trains


def _device(file: Module, call: ast.Call, scope: Scope) -> str:
    """What the file calls its device, where that can be seen from the call."""
    at: Scope | None = scope
    while at is not None:
        for name in _DEVICES:
            bound = at.bindings.get(name)
            if bound is None or at.imports.get(name) is not None or (at.kind == "class" and at is not scope):
                continue
            if isinstance(bound, ast.arg) or at is not scope or getattr(bound, "lineno", 0) < call.lineno:
                return name
        at = at.parent
    return ""


def _brief(call: ast.Call) -> str:
    name = ast.unparse(call.func)
    argument = call.args[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and len(argument.value) < 50:
        return f'{name}("{argument.value}")' if "`" not in argument.value else f"{name}(...)"
    text = ast.unparse(argument)
    return f"{name}({text})" if len(text) < 40 and "`" not in text else f"{name}(...)"


def _held(path: str, of: str, project: Project) -> bool:
    """Whether the repository holds the file, seen from the code's folder or from the root."""
    parts = [*of.split("/")[:-1]]
    for part in path.replace("\\", "/").removeprefix("./").split("/"):
        if part == "..":
            if not parts:
                return False
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts) in project.tree.files or path.removeprefix("./") in project.tree.files
