from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple, cast

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related
from rescode_lint.rule import Bad, FileRule
from rescode_lint.semantics import Module, Scope

_TEST = lazy(r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest)\.py\Z")
#: Parameters that decide what comes out, by call: those of a name that any of these libraries has, by keyword.
_DECISIONS = frozenset(
    """
    test_size train_size validation_split validation_size val_size valid_size n_splits n_repeats
    epochs num_epochs n_epochs max_epochs nb_epoch num_train_epochs steps_per_epoch max_steps warmup_steps num_warmup_steps
    batch_size per_device_train_batch_size per_device_eval_batch_size lr learning_rate weight_decay momentum
    random_state random_seed seed n_estimators num_boost_round early_stopping_rounds max_depth num_leaves
    min_samples_leaf min_child_weight subsample colsample_bytree reg_alpha reg_lambda l2_leaf_reg
    patience n_iter max_iter num_iterations hidden_size hidden_dim latent_dim embedding_dim n_latent n_hidden dropout
    dropout_rate n_topics max_length max_len max_seq_length
    """.split()
)
#: Decided for the data or the run as a whole; the others for one kind of model, and only its calls are compared.
_OF_THE_RUN = frozenset(
    """
    test_size train_size validation_split validation_size val_size valid_size n_splits n_repeats batch_size epochs num_epochs
    n_epochs max_epochs nb_epoch num_train_epochs random_state random_seed seed patience early_stopping_rounds max_length max_len
    max_seq_length per_device_train_batch_size per_device_eval_batch_size
    """.split()
)
#: Names that say the same.
_SAME = {
    "learning_rate": "lr",
    "num_epochs": "epochs",
    "n_epochs": "epochs",
    "max_epochs": "epochs",
    "nb_epoch": "epochs",
    "num_train_epochs": "epochs",
    "nb_epochs": "epochs",
    "batchsize": "batch_size",
    "bs": "batch_size",
    "train_batch_size": "batch_size",
    "per_device_train_batch_size": "batch_size",
    "random_seed": "seed",
    "random_state": "seed",
    "rng_seed": "seed",
    "val_split": "validation_split",
    "max_len": "max_length",
    "n_folds": "n_splits",
    "num_folds": "n_splits",
}
#: Calls that train, split, load or optimise.
_CALLS = frozenset(
    """
    fit fit_generator train cv compile train_test_split random_split Trainer TrainingArguments Seq2SeqTrainingArguments
    KFold StratifiedKFold GroupKFold RepeatedKFold RepeatedStratifiedKFold StratifiedGroupKFold TimeSeriesSplit ShuffleSplit
    StratifiedShuffleSplit DataLoader SGD Adam AdamW RMSprop Adagrad Adadelta Adamax NAdam RAdam LBFGS
    LGBMClassifier LGBMRegressor XGBClassifier XGBRegressor CatBoostClassifier CatBoostRegressor
    RandomForestClassifier RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor GradientBoostingClassifier
    GradientBoostingRegressor HistGradientBoostingClassifier HistGradientBoostingRegressor AdaBoostClassifier
    DecisionTreeClassifier DecisionTreeRegressor LogisticRegression SGDClassifier SGDRegressor MLPClassifier MLPRegressor
    SVC SVR LinearSVC Lasso Ridge ElasticNet KMeans MiniBatchKMeans RandomizedSearchCV GridSearchCV
    flow_from_directory flow_from_dataframe image_dataset_from_directory
    """.split()
)
#: The parameters that some of them also take by position.
_BY_POSITION = {
    "KFold": (0, "n_splits"),
    "StratifiedKFold": (0, "n_splits"),
    "GroupKFold": (0, "n_splits"),
    "TimeSeriesSplit": (0, "n_splits"),
    "DataLoader": (1, "batch_size"),
}
#: By position after the parameters of the model: `torch.optim.Adam(net.parameters(), 1e-3)`.
_TORCH_OPTIMISERS = frozenset({"SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam", "RAdam"})
_CONFIG = lazy(
    r"(?:\A|_)(?:config|cfg|conf|params?|hparams?|hyper_?param\w*|settings|options|args|opts?|defaults?)\d*\Z", re.I
)
_MANY = 5
#: A notebook with more text than this for each code cell is a lecture.
_WORDS_A_CELL, _WORDS = 14, 200


class _Number(NamedTuple):
    """A number that a call is given."""

    call: ast.Call
    name: str
    node: ast.expr | ast.keyword
    value: int | float


class _Named(NamedTuple):
    """Where a configuration names a number: how to write it, and its line."""

    text: str
    line: int


class BuriedParameter(FileRule):
    """A number that decides the result (the share of the test set, the seed, the learning rate) and that is written in one
    call after the other gets changed in all of them but one. Then two models of one table were trained on other splits, and
    nothing says so. A number with one name is changed in one place, shows in the log, and is found by who repeats the work.

    Said of numbers that three or more calls repeat, or that a constant, a configuration or an option of the file already
    names with the same value.
    """

    code = "RSC410"
    name = "buried-parameter"
    summary = "a number of a training or split call that the file repeats, or has a name for"
    advice = "Define it once at the top of the file, and pass the name."
    how_to_fix = (
        "Put the numbers that decide a result together at the top (`TEST_SIZE = 0.2`, `SEED = 42`), or into a dataclass or a "
        "configuration file, and pass the names to every call. Log them with the results."
    )
    limits = (
        "Off by default: whether four models have 100 trees each for one reason or by chance, no tool can tell. Only parameters "
        "with a name that says what they decide, in calls that split, load, train or optimise; 0, 1 and -1 are left alone, and "
        "so are tests, lectures, and parameters that take several values in one file. A configuration counts where it says the same number; another may be meant."
    )
    default = False
    severity = "note"
    confidence = "medium"
    visits = (ast.Assign, ast.AnnAssign)
    options = {"repeats": 3}
    VALID = (
        "from sklearn.model_selection import train_test_split\na, b = train_test_split(x, test_size=0.2, random_state=42)",
        "TEST_SIZE = 0.2\na, b = train_test_split(x, test_size=TEST_SIZE)",
        "BATCH_SIZE = 64\ntrain = DataLoader(a, batch_size=BATCH_SIZE)\ntest = DataLoader(b, batch_size=128)",
        "for d in 2, 4:\n    RandomForestClassifier(max_depth=d, n_estimators=100)",
        "\n".join(f"KMeans({k}, random_state=0)" for k in range(2, 8)),
        "\n".join(f"plt.hist(x{k}, bins=50, alpha=0.5)" for k in range(8)),
        {"tests/test_x.py": "\n".join(f"a{k} = train_test_split(x, test_size=0.2)" for k in range(6))},
        "def fit(model, epochs=10):\n    model.fit(x, epochs=epochs)\nmodel.fit(x, epochs=10)",
        "\n".join(f"fit(x{k}, epochs={n})" for k, n in enumerate((5, 5, 5, 9, 9))),
        "GradientBoostingRegressor(learning_rate=0.05)\nXGBRegressor(learning_rate=0.05)\nLGBMRegressor(learning_rate=0.05)",
        "width = 32\nDataLoader(a, batch_size=32)",
    )
    INVALID = (
        Bad(
            "BATCH_SIZE = 64\ntrain = DataLoader(a, batch_size=BATCH_SIZE)\ntest = DataLoader(b, batch_size=64)\n"
            "                     ^^^^^^^^^^^^^",
            "`batch_size=64` writes the value of `BATCH_SIZE` again",
            "BATCH_SIZE = 64\ntrain = DataLoader(a, batch_size=BATCH_SIZE)\ntest = DataLoader(b, batch_size=BATCH_SIZE)",
        ),
        Bad(
            "# %%\na, b = train_test_split(x, test_size=0.2)\n                           ^^^^^^^^^^^^^\n"
            "# %%\nc, d = train_test_split(y, test_size=0.2)\n# %%\ne, f = train_test_split(z, test_size=0.2)\n"
            "# %%\ng, h = train_test_split(w, test_size=.2)",
            "`test_size=0.2` is written in 4 calls of this notebook",
            "# %%\nTEST_SIZE = 0.2\na, b = train_test_split(x, test_size=TEST_SIZE)",
        ),
        Bad(
            "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--learning-rate', default=1e-3)\n"
            "args = parser.parse_args()\noptimizer = torch.optim.Adam(net.parameters(), lr=0.001)\n"
            "                                               ^^^^^^^^",
            "writes the value of `--learning-rate` again",
            "optimizer = torch.optim.Adam(net.parameters(), lr=args.learning_rate)",
        ),
        Bad(
            "config = {'seed': 7, 'epochs': 40}\nmodel.fit(x, epochs=40)\n             ^^^^^^^^^",
            "`config['epochs']`",
            "config = {'seed': 7, 'epochs': 40}\nmodel.fit(x, epochs=config['epochs'])",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for the numbers that a configuration names, and one for those that are repeated."""
        if file.calls.keys().isdisjoint(_CALLS) or _TEST.search(file.path):
            return
        if file.source.prose >= max(_WORDS, _WORDS_A_CELL * len(file.cells)):
            return  # each cell of a lecture stands for itself
        numbers = list(_numbers(file))
        if not numbers:
            return
        names = _names(file)
        by_value: dict[tuple[str, str, float], list[_Number]] = defaultdict(list)
        again: list[tuple[_Number, _Named]] = []
        for number in numbers:
            known = names.get((_meaning(number.name), number.value))
            if known is not None and known.line < number.call.lineno:
                again.append((number, known))
            else:
                model = "" if number.name in _OF_THE_RUN else ast.unparse(number.call.func)
                by_value[model, number.name, number.value].append(number)
        if again:
            yield self._again(again, file)
        least = self.option["repeats"]
        assert isinstance(least, int)
        repeated = [found for found in by_value.values() if len({id(n.call) for n in found}) >= least]
        repeated = [found for found in repeated if 4 * len(found) > 3 * sum(n.name == found[0].name for n in numbers)]
        if repeated:
            yield self._repeated(sorted(repeated, key=lambda found: -len(found)), file)

    def _again(self, found: list[tuple[_Number, _Named]], file: Module) -> Finding:
        number, known = found[0]
        more = list(dict.fromkeys(_shown(n) for n, _ in found if _shown(n) != _shown(number)))
        message = f"`{_shown(number)}` writes the value of `{known.text}` again"
        message += f", and so is it with {_listed(more)}" if more else ""
        write = known.text
        if known.text.startswith("-"):
            write = f"args.{known.text.lstrip('-').replace('-', '_')}"
        return self.finding(
            file.span(number.node),
            message,
            advice=f"Pass `{number.name}={write}`, so that a change there reaches this call too.",
            related=tuple(_place(n, file) for n, _ in found[1:]),
        )

    def _repeated(self, found: list[list[_Number]], file: Module) -> Finding:
        first = found[0][0]
        kind = "notebook" if file.is_notebook else "file"
        message = f"`{_shown(first)}` is written in {len(found[0])} calls of this {kind}"
        others = [_shown(same[0]) for same in found[1:]]
        message += f", and {_listed(others)} in {len(found[-1])} or more" if others else ""
        constants = "`, `".join(f"{_constant(same[0].name)} = {same[0].value}" for same in found[:_MANY])
        return self.finding(
            file.span(first.node),
            message,
            advice=f"Define `{constants}` once at the top, and pass `{first.name}={_constant(first.name)}`.",
            related=tuple(_place(n, file) for same in found for n in same if n is not first),
        )


def _numbers(file: Module) -> Iterator[_Number]:
    """The bare numbers that training and split calls are given."""
    calls = sorted(
        (found for name in file.calls.keys() & _CALLS for found in file.calls[name]),
        key=lambda found: (found[0].lineno, found[0].col_offset),
    )
    for call, _ in calls:
        func = call.func
        last = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        position, name = _BY_POSITION.get(last, (1, "lr") if last in _TORCH_OPTIMISERS else (len(call.args), ""))
        if position < len(call.args) and (value := _number(call.args[position])) is not None:
            yield _Number(call, name, call.args[position], value)
        for keyword in call.keywords:
            if keyword.arg in _DECISIONS and (value := _number(keyword.value)) is not None:
                yield _Number(call, keyword.arg, keyword, value)


def _number(node: ast.expr) -> int | float | None:
    """A number that says something: not 0, 1 or -1."""
    if isinstance(node, ast.Constant) and node.value.__class__ in (int, float):
        value = node.value
        return None if value in (0, 1) else value
    return None


def _names(file: Module) -> dict[tuple[str, float], _Named]:
    """(what a number means, its value) -> where a constant, a configuration or an option of the file names it."""
    found: dict[tuple[str, float], _Named] = {}

    several: set[str] = set()

    def put(name: str, value: ast.expr | None, text: str, line: int) -> None:
        if text in several:  # a name with several values names none of them
            return
        for key in [key for key, known in found.items() if known.text == text]:
            several.add(text)
            del found[key]
        number = _number(value) if value is not None else None
        if number is not None and text not in several:
            found.setdefault((_meaning(name), number), _Named(text, line))

    for node, scope in _assigned(file):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name) or scope.kind not in ("module", "class"):
            continue
        owner = scope.node.name + "." if isinstance(scope.node, ast.ClassDef) else ""
        put(target.id, node.value, owner + target.id, node.lineno)
        if not _CONFIG.search(target.id):
            continue
        match node.value:
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        put(key.value, value, f"{target.id}[{key.value!r}]", value.lineno)
            case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                for keyword in keywords:
                    put(keyword.arg or "", keyword.value, f"{target.id}[{keyword.arg!r}]", keyword.value.lineno)
    for call, _ in file.calls.get("add_argument", ()):
        default = next((keyword.value for keyword in call.keywords if keyword.arg == "default"), None)
        for option in call.args:
            if isinstance(option, ast.Constant) and isinstance(option.value, str) and option.value.startswith("--"):
                put(option.value.lstrip("-").replace("-", "_"), default, option.value, call.lineno)
    return found


def _assigned(file: Module) -> Iterator[tuple[ast.Assign | ast.AnnAssign, Scope]]:
    for kind in (ast.Assign, ast.AnnAssign):
        yield from cast("list[tuple[ast.Assign | ast.AnnAssign, Scope]]", file.nodes.get(kind, []))


def _meaning(name: str) -> str:
    name = name.lower().strip("_")
    return _SAME.get(name, name)


def _shown(number: _Number) -> str:
    return f"{number.name}={number.value}"


def _constant(name: str) -> str:
    return {"random_state": "SEED", "seed": "SEED", "lr": "LEARNING_RATE"}.get(name, name.upper())


def _listed(texts: list[str]) -> str:
    shown = ", ".join(f"`{text}`" for text in texts[:_MANY])
    return f"{shown} and {len(texts) - _MANY} more" if len(texts) > _MANY else shown


def _place(number: _Number, file: Module) -> Related:
    span = file.span(number.node)
    return Related(file.path, span.cell, span.line, f"`{_shown(number)}`")
