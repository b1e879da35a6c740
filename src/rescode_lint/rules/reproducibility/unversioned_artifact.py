from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath, splitext

from rescode_lint.lazy import lazy
from rescode_lint.model import FileUse, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.project.project import is_module
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rule import Bad, ProjectRule
from rescode_lint.rules.reproducibility._platform import has_own_disk, is_on_colab, is_on_kaggle, is_shared_drive

#: Endings of models, tables and arrays that `open` may write; what else it writes is text.
_RESULTS = (
    *(
        ".pkl",
        ".pickle",
        ".p",
        ".csv",
        ".tsv",
        ".parquet",
        ".feather",
        ".npy",
        ".npz",
        ".pt",
        ".pth",
        ".ckpt",
        ".h5",
        ".hdf5",
    ),
    *(".joblib", ".bin", ".b", ".keras", ".onnx", ".json", ".jsonl", ".mat", ".nc", ".h5ad", ".xlsx"),
)
#: Who imports one of these keeps what belongs to a run elsewhere.
_TRACKERS = frozenset({"mlflow", "wandb", "neptune", "comet_ml", "clearml", "sacred", "dvclive", "aim"})
#: What brings a file from elsewhere rather than makes it.
_BRINGS = frozenset(
    {"urlretrieve", "download", "download_file", "copy", "copy2", "copyfile", "copytree", "move", "rename", "replace"}
)
#: Names of files that are meant to be overwritten.
_MEANT = lazy(
    r"(?i)(?:^|[_\-. ])(?:best|last|latest|current|temp|tmp|cache|checkpoint|ckpt|resume|backup|state|progress|partial|log)s?(?=[_\-. \d]|$)"
)
#: Names that a competition demands.
_DEMANDED = lazy(r"(?i)(?:^|[_\-. ])submissions?\d*(?=[_\-. ]|$)")
#: What marks a copy: of a notebook by hand or by Jupyter, and of a notebook on Kaggle, which cuts long names as well.
_COPY = lazy(r"(?i)^(?:copy|fork)[-_ ]+of[-_ ]+|(?:[-_ ]+(?:copy|fork)[-_ ]*\d*|\s*\(\d+\))$")
_FORK = lazy(r"-(?=[0-9a-f]*\d)[0-9a-f]{6}$")
#: Fewer names that are the same do not tell that a file is a copy of another one.
_FEW = 12
#: Files that a sub-project of its own has.
_MARKS = frozenset({"requirements.txt", "pyproject.toml", "setup.py", "environment.yml", "environment.yaml"})
#: Versions that a person counts in file names: two words of this kind in a row, or one at the end.
_WORD = r"(?:final|new|newer|newest|old|updated?|fixed|corrected|revised|really|true|real)"
_BY_HAND = lazy(
    rf"(?i)(?:^|[_\-. ])(?:{_WORD}[_\-. ]?(?:v?\d{{1,2}}|{_WORD})|v(?:er|ersion)?[_\-. ]?\d{{1,2}}[_\-. ]?{_WORD}|(?:old|copy|backup|bak)\d?)(?=[_\-. ]|$)"
)
_ONLY_AT_END = lazy(r"(?i)(?:^|[_\-. ])(?:old|copy|backup|bak)\d?\Z")
_GIT = '`run = subprocess.check_output(["git", "describe", "--always", "--dirty"], text=True).strip()`'


class UnversionedArtifact(ProjectRule):
    """A model or table that is saved under one constant name is silently replaced: by the next turn of the loop, by another
    script, by tomorrow's run with other parameters. Afterwards nobody can say which code, data and settings made the file
    that the paper rests on, and `final_v2` in its name does not tell either.

    Said of three things: what a loop makes anew in each turn and saves under one name, so that only the last survives; one
    file that several scripts of the project write; names in which versions are counted by hand (`final_v2`, `new2`,
    `_old`).
    """

    code = "RSC604"
    name = "unversioned-artifact"
    summary = "a saved model or table that is overwritten, or whose version is counted by hand"
    advice = "Put what tells the runs apart into the file's name, and save the settings and the commit beside it."
    how_to_fix = (
        "Give every run a folder of its own, named after its time and commit: "
        '`run = Path("runs") / f"{datetime.now():%Y%m%d-%H%M%S}-{commit}"` with '
        '`commit = subprocess.check_output(["git", "describe", "--always", "--dirty"], text=True).strip()`. Save the model, '
        "the table and the settings (`json.dump(vars(args), file)`) there. In a loop, put its variable into the name. Tools "
        "such as MLflow, Weights & Biases or DVC do the same for you."
    )
    limits = (
        "Only whole, constant paths are judged. Checkpoints that are meant to be overwritten are left alone: those under a "
        "condition (`if loss < best`), those of one model that a loop trains on, and names such as `best_model.pt` or "
        "`latest.pt`; so are figures, downloads, tables that a loop adds to, tests, and a script that is an export of the "
        "notebook, copies of one notebook, what a competition demands (`submission.csv`), what runs on Kaggle or Colab, where each "
        "notebook has a disk of its own (a mounted Drive aside), and code that was put away (`old/`, `archive/`)."
    )
    severity = "warning"
    confidence = "medium"
    VALID = (
        "import torch\nfor fold in range(5):\n    net = train(fold)\n    torch.save(net, f'net_{fold}.pt')",
        "import torch\nfor epoch in range(5):\n    step(net)\n    torch.save(net.state_dict(), 'net.pt')",
        "import torch\nfor fold in range(5):\n    net = train(fold)\n    if net.loss < best:\n        torch.save(net, 'net.pt')",
        "import torch\nfor fold in range(5):\n    net = train(fold)\n    torch.save(net, 'last.pt')",
        (
            "import pandas as pd\nrows = []\nfor seed in range(5):\n    rows.append(run(seed))\n"
            "    table = pd.DataFrame(rows)\n    table.to_csv('scores.csv')"
        ),
        "for seed in range(5):\n    table = run(seed)\n    table.to_csv('scores.csv', mode='a')",
        "for seed in range(5):\n    table = run(seed)\n    table.to_csv('scores.csv')\n    break",
        {"a.py": "fit().to_csv('a.csv')", "b.py": "fit().to_csv('b.csv')"},
        {
            "a.py": "import mlflow\nfit().to_csv('scores.csv')\nmlflow.log_artifact('scores.csv')",
            "b.py": "import mlflow\nfit().to_csv('scores.csv')\nmlflow.log_artifact('scores.csv')",
        },
        {"one/a.py": "fit().to_csv('scores.csv')", "two/b.py": "fit().to_csv('scores.csv')"},
        {
            "clean.py": "make().to_csv('songs.csv')",
            "enrich.py": "import pandas as pd\nsongs = pd.read_csv('songs.csv')\nsongs.to_csv('songs.csv')",
        },
        {
            "forest.ipynb": "# %%\nfit().to_csv('submission.csv')",
            "linear.ipynb": "# %%\nfit().to_csv('submission.csv')\nfit().to_csv('submission_2.csv')",
        },
        {
            "forest.ipynb": "# %%\nimport pandas as pd\nx = pd.read_csv('/kaggle/input/songs/x.csv')\nfit(x).to_csv('oof.csv')",
            "linear.ipynb": "# %%\nimport pandas as pd\nx = pd.read_csv('/kaggle/input/songs/x.csv')\nfit(x).to_csv('oof.csv')",
        },
        # Two machines.
        {
            "forest.ipynb": "# %%\nimport pandas as pd\nx = pd.read_csv('../input/songs/x.csv')\nfit(x).to_csv('oof.csv')",
            "linear.ipynb": "# %%\nimport pandas as pd\nx = pd.read_csv('/content/songs/x.csv')\nfit(x).to_csv('oof.csv')",
        },
        {"a.py": "fit().to_csv('cache/x.csv')", "b.py": "fit().to_csv('cache/x.csv')"},
        {"a.py": "fit().to_csv('scores.csv')", "b.py": "1", "old/c.py": "fit().to_csv('../scores.csv')"},
        {
            "songs-a-long-name-for-an-ensemble-of-models.ipynb": "# %%\nfit().to_csv('scores.csv')",
            "songs-a-long-name-for-an-ensemble-of-mod-4c698d.ipynb": "# %%\nfit().to_csv('scores.csv')",
            "fork-of-songs-a-long-name-for-an-ensemble-of-models.ipynb": "# %%\nfit().to_csv('scores.csv')",
        },
        {
            "one/README.md": "One.",
            "one/forest.py": "fit().to_csv('/scratch/scores.csv')",
            "two/README.md": "Two.",
            "two/linear.py": "fit().to_csv('/scratch/scores.csv')",
        },
        "# %%\nimport pandas as pd\npd.read_csv('/kaggle/input/x.csv').to_csv('table_final_v2.csv')",
        "kinds = ['plain']\nfor kind in kinds:\n    table = run(kind)\n    table.to_csv('scores.csv')",
        "table.to_csv('final_scores.csv')\ntable.to_csv('new_york.csv')\ntable.to_csv('old_faithful.csv')\ntable.to_csv('v2.csv')",
    )
    INVALID = (
        Bad(
            "import torch\nfor fold in range(5):\n    net = train(fold)\n    torch.save(net, 'net.pt')\n                    ^^^^^^^^",
            "`net.pt` is written anew in each turn of the loop over `fold`",
            "import torch\nfor fold in range(5):\n    net = train(fold)\n    torch.save(net, f'net_{fold}.pt')",
        ),
        Bad(
            "import pickle\nfor seed in seeds:\n    scores = run(seed)\n    with open('scores.pkl', 'wb') as file:\n"
            "              ^^^^^^^^^^^^\n        pickle.dump(scores, file)",
            "the loop over `seed`",
        ),
        Bad(
            {
                "forest.py": "fit().to_csv('out/scores.csv')\n             ^^^^^^^^^^^^^^^^",
                "linear.py": "fit().to_csv('out/scores.csv')\nfit().to_csv('out/scores.csv')",
            },
            "`out/scores.csv` is written by `forest.py` and `linear.py`",
        ),
        Bad(
            "table.to_csv('scores_final_v2.csv')\n             ^^^^^^^^^^^^^^^^^^^^^\ntable.to_csv('scores_old.csv')",
            "`scores_final_v2.csv` counts versions by hand (and so does `scores_old.csv`)",
            "table.to_csv(f'scores_{commit}.csv')",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a place; those of one cause are merged."""
        written: dict[str, list[tuple[Summary, FileUse]]] = defaultdict(list)
        for summary in project.files.values():
            if summary.path in project.tests or summary.generated or not is_module(summary.path):
                continue
            if is_put_away(summary.path):
                continue
            wordy = summary.kind == "ipynb" and summary.prose >= 20 * max(summary.code_cells, 1)
            tracked = any(found.module.partition(".")[0] in _TRACKERS for found in summary.imports)
            fetches = any(use.role == "command" for use in summary.files)
            kaggle = is_on_kaggle(summary)
            apart = kaggle or has_own_disk(summary)
            for use in summary.files:
                if not _is_result(use) or (fetches and use.function == "open"):
                    continue
                stem = _stem(use.text)
                if not kaggle and _counts_by_hand(stem):
                    yield self._by_hand(summary, use)
                if "w" not in use.flags:
                    continue
                if use.loop and "n" in use.flags and not ({"c", "b"} & {*use.flags}) and not _is_meant(use):
                    yield self._in_loop(summary, use)
                if apart and not is_shared_drive(use.text):
                    continue
                if not (wordy or tracked or _is_meant(use) or _DEMANDED.search(stem)):
                    path = (
                        use.text if use.text.startswith(("/", "~")) else normpath(join(dirname(summary.path), use.text))
                    )
                    written[path].append((summary, use))
        yield from self._by_several(written, _sub_projects(project))

    def _in_loop(self, summary: Summary, use: FileUse) -> Finding:
        variable = use.loop.strip("()[] ").split(",")[0].strip()
        counted = variable.isidentifier() and variable not in ("_", "while")
        base, ending = splitext(use.text)
        over = f"the loop over `{variable}`" if counted else "the loop"
        better = f'`f"{base}_{{{variable}}}{ending}"`' if counted else f"a name with a counter, as `{base}_3{ending}`"
        return self.finding(
            use.span,
            f"`{use.text}` is written anew in each turn of {over}, so only the last one is kept",
            path=summary.path,
            advice=f"Put what tells the turns apart into the name: {better}.",
            group=f"loop over {use.loop} in {summary.path}",
        )

    def _by_hand(self, summary: Summary, use: FileUse) -> Finding:
        base, ending = splitext(use.text)
        plain = basename(_BY_HAND.sub("", base).rstrip("_-. ")) or "table"
        return self.finding(
            use.span,
            f"`{use.text}` counts versions by hand",
            path=summary.path,
            advice=f'Let the name tell the commit, with {_GIT}: `f"{plain}_{{run}}{ending}"`; keep the settings beside it, '
            "and leave old versions to git, DVC or a folder for each run.",
            group="by hand",
        )

    def _by_several(
        self, written: dict[str, list[tuple[Summary, FileUse]]], sub_projects: frozenset[str]
    ) -> Iterator[Finding]:
        for path, uses in sorted(written.items()):
            writers: dict[str, tuple[Summary, FileUse]] = {}
            for summary, use in uses:
                if not _reads_first(summary, use, path):
                    writers.setdefault(summary.path, (summary, use))
            if len({_home(writer, sub_projects) for writer in writers}) > 1:
                continue  # each sub-project has its own way to the same thing
            if _all_copies([summary for summary, _ in writers.values()]):
                continue  # a notebook and its export, or copies
            names = [f"`{basename(writer)}`" for writer in writers]
            told = (
                f"{', '.join(names[:-1])} and {names[-1]}" if len(names) < 4 else f"{len(names)} files of this project"
            )
            (summary, use), *others = writers.values()
            base, ending = splitext(use.text)
            example = f"{base}_{splitext(basename(summary.path))[0].replace(' ', '_')}{ending}"
            yield self.finding(
                use.span,
                f"`{use.text}` is written by {told}, so the file does not tell which one made it",
                path=summary.path,
                advice=f"Give each its own output (here `{example}`)"
                + (
                    "."
                    if is_on_colab(summary)
                    else f", and tie it to the code with the commit in its name or beside it: {_GIT}."
                ),
                related=tuple(
                    Related(other.path, place.span.cell, place.span.line, f"`{place.text}`") for other, place in others
                ),
                group="several:" + " ".join(sorted({_plain(writer) for writer in writers})),
            )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for what has one cause."""
        first, *others = findings
        related = first.related + tuple(
            place
            for finding in others
            for place in (
                Related(finding.path, finding.span.cell, finding.span.line, f"`{_name(finding)}`"),
                *finding.related,
            )
        )
        message = first.message.partition(" (and ")[0]
        names = list(dict.fromkeys(_name(finding) for finding in others if _name(finding) != _name(first)))
        names += [
            place.message.strip("`") for place in related if place.message.strip("`") not in (*names, _name(first))
        ]
        names = list(dict.fromkeys(names))
        verb = "so does" if len(names) == 1 else "so do"
        if first.group != "by hand":
            verb = "so is" if len(names) == 1 else "so are"
        if names:
            shown = f"`{names[0]}`" if len(names) == 1 else f"{len(names)} more files"
            message += f" (and {verb} {shown})"
        return first._replace(message=message, related=related)

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for the names of a whole project, and one for what the same scripts overwrite."""
        groups: dict[str, list[Finding]] = defaultdict(list)
        kept = []
        for finding in findings:
            if finding.group:
                groups[finding.group].append(finding)
            else:
                kept.append(finding)
        return kept + [cls.merged(members) if len(members) > 1 else members[0] for members in groups.values()]


def _is_result(use: FileUse) -> bool:
    """Whether a model, a table or an array is written under a constant name, in whatever folder."""
    if use.role != "write" or "d" in use.flags or use.function in _BRINGS or "*" in basename(use.text):
        return False
    if use.kind in ("model", "table", "array"):
        return True
    return use.kind in ("file", "data") and use.text.lower().endswith(_RESULTS)


def _stem(text: str) -> str:
    return basename(text.rstrip("/")).partition(".")[0]


def _counts_by_hand(stem: str) -> bool:
    match = _BY_HAND.search(stem)
    if match is None:
        return False
    return _ONLY_AT_END.search(stem) is not None or not _ONLY_AT_END.search(match.group())


def _is_meant(use: FileUse) -> bool:
    """Whether a file's name or one of its folders' tells that it is meant to be overwritten: `best.pt`, `cache/x.npy`."""
    folders = dirname(use.text).split("/")
    return _MEANT.search(_stem(use.text)) is not None or any(_MEANT.search(part) for part in folders)


def _plain(path: str) -> str:
    """A file's name without its ending and without what marks it as a copy."""
    name = splitext(basename(path))[0].lower()
    shorter = _FORK.sub("", _COPY.sub("", name))
    while shorter and shorter != name:
        name, shorter = shorter, _COPY.sub("", shorter)
    return name


def _all_copies(writers: list[Summary]) -> bool:
    """Whether all files are copies of one, by their names or by what stands in them."""
    kept: list[Summary] = []
    for summary in writers:
        if not any(_is_copy(summary, other) for other in kept):
            kept.append(summary)
    return len(kept) < 2


def _is_copy(one: Summary, other: Summary) -> bool:
    first, second = _plain(one.path), _plain(other.path)
    if first == second:
        return True
    for short, long, summary in ((first, second, one), (second, first, other)):
        if len(short) > 25 and long.startswith(short) and _FORK.search(splitext(basename(summary.path))[0].lower()):
            return True  # a fork whose long name was cut
    words = _words(one)
    return len(words) >= _FEW and words == _words(other)


def _words(summary: Summary) -> frozenset[str]:
    """What a file binds, uses and imports."""
    imports = (f"{item.module}.{item.name}" for item in summary.imports)
    return frozenset((*summary.bindings.split(), *summary.refs.split(), *imports))


def _sub_projects(project: Project) -> frozenset[str]:
    """The folders below the root that are projects by themselves: they have a README or an environment file."""
    found = set()
    for path in project.tree.files:
        name = basename(path).lower()
        if "/" in path and (name in _MARKS or name.startswith("readme")):
            found.add(dirname(path))
    return frozenset(found)


def _home(path: str, sub_projects: frozenset[str]) -> str:
    """The sub-project that a file belongs to; "" for the project itself."""
    folder = dirname(path)
    while folder and folder not in sub_projects:
        folder = dirname(folder)
    return folder


def _reads_first(summary: Summary, use: FileUse, path: str) -> bool:
    """Whether a file is read before it is written: then it is brought up to date."""
    here = (use.span.cell or 0, use.span.line)
    return any(
        other.role == "read" and other.text == use.text and (other.span.cell or 0, other.span.line) <= here
        for other in summary.files
    )


def _name(finding: Finding) -> str:
    return finding.message.split("`")[1]
