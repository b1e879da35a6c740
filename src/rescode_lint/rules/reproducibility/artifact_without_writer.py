from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from posixpath import basename, dirname, join, normpath

from rescode_lint.facts.files import is_placeholder, named_by_convention
from rescode_lint.facts.paths import classify
from rescode_lint.lazy import lazy
from rescode_lint.model import FileUse, Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rule import Bad, ProjectRule

_IGNORED = "`.gitignore` keeps it out of the repository"
_PATTERNS = lazy(r"repository \((`[^)]*`) in `")
_MORE = lazy(r" \(and \d+ more files?[^)]*\)")
#: Endings of files that programs make of data: nobody publishes them by accident.
_MADE = (".pkl", ".pickle", ".pickled", ".p", ".joblib", ".pt", ".pth", ".ckpt", ".npy", ".npz", ".h5", ".hdf5")
_MADE_FOLDER = lazy(
    r"(?i)(?:^|/)(?:results?|outputs?|out|models?|checkpoints?|weights|processed|interim|intermediate|features?|runs?|logs?|cache|te?mp"
    r"|predictions?|submissions?|saved?_?\w*)(?:/|$)"
)
_DATA_FOLDER = lazy(r"(?i)(?:^|/)(?:raw_?)?(?:data|dataset|input)s?(?:_?\w*)?(?:/|$)")
#: Lines of a README that say where something comes from; the first pattern suffices alone.
_SOURCE = lazy(
    r"(?i)kaggle\.com/(?:c|competitions|datasets)\b|kaggle competition|zenodo\.org/record|zenodo\.\d|10\.\d{4,}/zenodo|figshare|osf\.io|dryad"
    r"|drive\.google|dropbox\.com|physionet|openneuro|\bGSE\d{3}|\bE-MTAB-\d|synapse\.org|huggingface\.co/datasets|archive\.ics\.uci"
    r"|s3://|gs://|ftp\.|\bdvc pull\b|git lfs pull|download_?data|get_?data\.|accession|10x ?genomics|cellxgene|data portal"
)
_SAID = lazy(
    r"(?i)\b(?:data|data ?sets?|corpus|corpora|images|recordings|spectra|catalogu?es?|weights|checkpoints?|models?|results?|files)\b"
)
_OBTAIN = lazy(
    r"(?i)\bdownload|\bunzip|\bobtain|\bavailable (?:at|from|on|via|upon|here|in|through|for)\b|\brequest|\bhosted\b|\bfetch"
    r"|\bcan be (?:found|accessed)|\bare provided\b|\bget the\b|\bretrieve|\bplease (?:put|place)|\b(?:put|place|copy) (?:the|your|all)\b"
)
_SAID_MADE = lazy(
    r"(?i)\b(?:weights|checkpoints?|(?:pre-?)?trained|results?|outputs?|processed|intermediate|features?|artifacts?)\b"
)
_BADGE = lazy(r"\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?")
#: Files on Kaggle: the path names the data set.
_KAGGLE = lazy(r"(?:\.\./)+input(?:/|$)")
_FETCHING_FILE = lazy(r"(?i)download|fetch|(?:get|make|prepare)_?data|scrap(?:e|ing)|crawl")
#: Code that may write a file and that is not read here, and what only Python writes.
_FOREIGN = lazy(r"(?i)\.(?:r|rmd|qmd|jl|m|nf|wdl|do|sas|mlx|praat)\Z")
_PYTHON_ONLY = (".pkl", ".pickle", ".pickled", ".p", ".joblib", ".pt", ".pth", ".npy", ".npz")
#: Files that tell where data come from, though only their names are known.
_TELLS = lazy(r"(?i)(?:^|/)[^/]*(?:data|download|instruction)[^/]*\.(?:md|rst)\Z|(?:^|/)data/[^/]*\.(?:md|rst)\Z")
_README = lazy(r"(?i)(?:^|/)(?:readme|install)[^/]*\Z")
#: What is filled in when the code runs: `run_%s_{}.csv`.
_GAP = lazy(r"%[-+ #0]*\d*(?:\.\d+)?[sdifgrx]|\{[^{}]*\}")
_FETCHING = lazy(
    r"(?i)\b(?:wget|curl|gdown|kaggle (?:competitions|datasets)|gsutil|aws s3|rsync|dvc pull|zenodo_get|git clone|urlretrieve)\b"
)


class ArtifactWithoutWriter(ProjectRule):
    """Code that reads a file which is neither in the repository, nor made by any of its scripts, nor named in the README
    can be run by nobody but its author, and after the next clean-up of the disk not by the author either. The step that
    made the file was done by hand, in a notebook that is gone, or by code that was never committed; what the results rest
    on cannot be checked.

    Only files whose whole path stands in the code are judged. A file counts as known if the repository holds one of that
    name, if anything writes, downloads or passes on one of that name (a pattern with the same ending included), or if a
    README, a comment or a text cell says where it comes from.
    """

    code = "RSC608"
    name = "artifact-without-writer"
    summary = "a file that code reads, which is not in the repository and which nothing makes or documents"
    advice = "Commit the script that makes the file, or say in the README where it comes from."
    how_to_fix = (
        "Commit the script or notebook that makes the file. If the file comes from elsewhere, say so in the README: its "
        "name, the address or accession number, the folder where it belongs; better, add a script that downloads it and "
        "checks its hash. A small file can be committed itself."
    )
    limits = (
        "Paths that are put together when the code runs, absolute ones (RSC401 and RSC402 speak about them), arguments of "
        "the command line, reads under `try` or after a check that the file exists are left alone, and so are tests. A "
        "writer outside of Python is seen in shell commands, Makefiles and shell scripts only. Where the project cannot "
        "be seen as a whole, nothing is said."
    )
    severity = "warning"
    confidence = "medium"
    VALID = (
        {"train.py": 'import pandas as pd\npd.read_csv("data/train.csv")', "data/train.csv": "x"},
        {
            "clean.py": 'def clean(table, name):\n    table.to_csv(f"data/{name}.csv")',
            "train.py": 'import pandas as pd\npd.read_csv("data/train.csv")',
        },
        {
            "train.py": 'import pandas as pd\npd.read_csv("data/train.csv")',
            "README.md": "Download the data from https://example.org and put it into `data/`.",
        },
        {"train.py": 'import pandas as pd\npd.read_csv("data/train.csv")', "README.md": "`train.csv`: one row a song"},
        {"train.py": 'import pandas as pd\npd.read_csv("train.csv")', "get.sh": "wget https://example.org/train.csv"},
        'import os, pickle\nif os.path.exists("cache.pkl"):\n    pickle.load(open("cache.pkl", "rb"))',
        'import numpy as np\n# scores.npy: from the lab\'s shared folder\nnp.load("scores.npy")',
        'import numpy as np, sys\nnp.load(sys.argv[1])\nnp.load("/data/scores.npy")\nnp.load(f"run{sys.argv[2]}.npy")',
        'import pandas as pd\ndef load(path="train.csv"):\n    return pd.read_csv(path)',
        'from lab import save\nimport numpy as np\nsave(1, "scores.npy")\nnp.load("out/scores.npy")',
        "# %%\n!curl -O https://example.org/songs.csv\n# %%\nimport pandas as pd\npd.read_csv('songs.csv')",
        {
            "fit.py": 'import os\nfit(net, logdir=os.path.join("runs", name))',
            "table.py": 'import glob, torch\nglob.glob("runs/**/*best.pth")\ntorch.load("runs/one/best.pth")',
        },
        {
            "fit.py": 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--output_dir", help="x", default="nets")',
            "use.py": 'import torch\ntorch.load("nets/best.pth")',
        },
        'import os\nos.listdir("path-to-all-songs")',
        {
            "mean.py": 'import pickle\npickle.dump(x, open(tidy("%s/mean.%s.pickle" % (folder, name)), "wb"))',
            "model.py": 'import pickle\nx = pickle.load(open("input/mean.year.pickle", "rb"))',
        },
        'from astropy.io import ascii\nx = ascii.read("""time rv\n6204.9 -37.4\n6229.9 34.8""")',
        {"old/train.py": 'import pandas as pd\npd.read_csv("data/train.csv")'},
        "# %% [markdown]\nWe download the songs first.\n# %%\nimport pandas as pd\npd.read_csv('songs.csv')",
    )
    INVALID = (
        Bad(
            {
                "train.py": (
                    'import pandas as pd\n\ntable = pd.read_csv("data/features_v3.csv")\n'
                    "                    ^^^^^^^^^^^^^^^^^^^^^^"
                ),
                "README.md": "# Songs\n\nRun `train.py`.",
            },
            "`data/features_v3.csv` is read, but",
            '# make_features.py, committed beside train.py\ntable.to_csv("data/features_v3.csv")',
        ),
        Bad(
            {
                "a.py": 'import numpy as np\nx = np.load("results/x.npy")\n            ^^^^^^^^^^^^^^^\ny = np.load("results/y.npy")',
                "b.py": 'import numpy as np\nz = np.load("results/z.npy")',
                "README.md": "The data are available at https://osf.io/abcde.",
            },
            "(and 2 more files in `results/`)",
        ),
        Bad(
            "# %%\nimport torch\nNET = 'net.pt'\n      ^^^^^^^^\n# %%\nnet = torch.load(NET)",
            "`net.pt`",
        ),
        # One pattern keeps all of them out.
        Bad(
            {
                ".gitignore": "*.pyc\n*.dat\n",
                "a.py": 'import numpy as np\nx = np.loadtxt("x.dat")\n               ^^^^^^^',
                "two/b.py": 'import numpy as np\ny = np.loadtxt("../z/y.dat")',
            },
            "`x.dat` and 1 more file are read, but `.gitignore` keeps them out of the repository (`*.dat` in `.gitignore`)",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a file that is missing, in each file that reads it; those of one folder are merged."""
        if not project.tree.whole:
            return
        known: _Known | None = None
        for summary in project.files.values():
            if (
                summary.path in project.tests
                or summary.generated
                or is_put_away(summary.path)
                or is_taken_over(summary.path)
            ):
                continue
            reads = [use for use in summary.files if _is_read(use)]
            if not reads:
                continue
            if known is None:
                known = _Known(project)
            told = {use.text for use in summary.files if use.role == "check"}
            for use in reads:
                if use.text not in told and not known.has(summary, use):
                    yield self._about(summary, use, _ignored(project, summary, use))

    def _about(self, summary: Summary, use: FileUse, ignored: tuple[str, str] | None) -> Finding:
        what = "folder" if use.role == "list" else "file"
        made = _is_made(use)
        read = "listed" if what == "folder" else "read"
        if ignored is not None:
            by, pattern = ignored
            return self.finding(
                use.span,
                f"`{use.text}` is {read}, but {_IGNORED} (`{pattern}` in `{by}`), no code here writes it, and no README says "
                "where it comes from",
                path=summary.path,
                advice=f"Commit it (`git add -f` takes what `{by}` names), or say in the README where it comes from; without it "
                f"nobody can run `{basename(summary.path)}`.",
                group=f"ignored:{by}",
            )
        advice = (
            f"Commit the script that makes `{use.text}`, or"
            if made
            else f"Say in the README where `{use.text}` comes from and where to put it (a link or an accession number is "
            "enough), or"
        )
        more = (
            f" name in the README where it can be had; without it nobody can run `{basename(summary.path)}`."
            if made
            else f" commit a script that downloads it; without it nobody can run `{basename(summary.path)}`."
        )
        return self.finding(
            use.span,
            f"`{use.text}` is {read}, but the repository does not hold it, no code "
            "here writes it, and no README says where it comes from",
            path=summary.path,
            advice=advice + more,
            group=_folder(summary, use),
        )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all files that are missing from a folder."""
        first, *others = findings
        related = list(first.related)
        for finding in others:
            related.append(Related(finding.path, finding.span.cell, finding.span.line, f"`{_name(finding)}`"))
            related += finding.related
        by_name = {basename(place.message.strip("`")): place.message.strip("`") for place in related}
        names = {by_name[name] for name in by_name.keys() - {basename(_name(first))}}
        message = _MORE.sub("", first.message)
        if names and _IGNORED in message:
            patterns = list(dict.fromkeys(p for f in findings for p in _PATTERNS.findall(f.message)[0].split(" and ")))
            message = _PATTERNS.sub(lambda found: found[0].replace(found[1], " and ".join(patterns)), message, count=1)
            message = message.replace(
                f"`{_name(first)}` is read",
                f"`{_name(first)}` and {len(names)} more file{'s' if len(names) > 1 else ''} are read",
            )
            message = message.replace(_IGNORED, _IGNORED.replace(" it ", " them ")).replace("writes it", "writes them")
            message = message.replace("where it comes", "where they come")
            first = first._replace(
                advice=first.advice.replace("Commit it", "Commit them")
                .replace("where it comes", "where they come")
                .replace("without it", "without them")
            )
        elif names:
            folder = first.group.partition(":")[2]
            where = f" in `{folder}/`" if folder else ""
            message += f" (and {len(names)} more file{'s' if len(names) > 1 else ''}{where})"
        return first._replace(message=message, related=tuple(related))

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for all that is missing from a folder, whichever files read it."""
        return cls.by_group(findings)


def _name(finding: Finding) -> str:
    return finding.message.split("`")[1]


def _is_read(use: FileUse) -> bool:
    """Whether a use is one of a file that has to be there, by a path that stands whole in the code."""
    if use.role not in ("read", "list") or "w" not in use.flags:
        return False
    if not {"d", "t", "m"}.isdisjoint(use.flags):
        return False
    text = use.text
    return not (
        text.startswith(("/", "~", "\\"))
        or "://" in text
        or text[1:2] == ":"
        or not basename(text.rstrip("/")).strip(".*?")
        or len(text) < 3
        or "\n" in text
        or named_by_convention(text)
        or is_placeholder(text)
        or _KAGGLE.match(text)
        or classify(text) is not None
    )


def _is_made(use: FileUse) -> bool:
    """Whether a file is more likely one that the author's own programs make than one that the data come in."""
    folder = dirname(use.text)
    if _MADE_FOLDER.search(folder):
        return True
    return use.text.lower().endswith(_MADE) and not _DATA_FOLDER.search(folder)


def _folder(summary: Summary, use: FileUse) -> str:
    """What the files of one cause have in common: the first folder of their paths, or the place where they are read."""
    parts = [part for part in use.text.split("/")[:-1] if part not in ("..", ".")]
    return f"folder:{parts[0]}" if parts else f"beside:{dirname(summary.path)}"


def _ignored(project: Project, summary: Summary, use: FileUse) -> tuple[str, str] | None:
    """The `.gitignore` that keeps a file out of the repository, and its pattern: it is there, on the author's disk."""
    path = normpath(join(dirname(summary.path), use.text))
    if path.startswith(".."):
        return None
    folder = dirname(path)
    while True:
        by = f"{folder}/.gitignore" if folder else ".gitignore"
        last = ""  # the last pattern that matches decides
        for line in project.tree.texts.get(by, "").split("\n"):
            pattern = line.strip()
            if pattern[:1] not in ("", "#") and _matches(path[len(folder) :].lstrip("/"), pattern.removeprefix("!")):
                last = pattern
        if last:
            return None if last.startswith("!") else (by, last)
        if not folder:
            return None
        folder = dirname(folder)


def _matches(path: str, pattern: str) -> bool:
    """Whether a pattern of a `.gitignore` takes a file: by the name of it or of a folder above, or by its path."""
    plain = pattern.strip("/")
    if plain.strip("*") in ("", "/"):
        return False
    parts = path.split("/")
    named = parts[:-1] if pattern.endswith("/") else parts
    if "/" in plain or pattern.startswith("/"):
        return any(fnmatchcase("/".join(parts[: i + 1]), plain) for i in range(len(named)))
    return any(fnmatchcase(part, plain) for part in named)


class _Known:
    """All files that the repository holds, makes, fetches or explains."""

    def __init__(self, project: Project) -> None:
        tree = project.tree
        self.tree = tree
        self.names = {basename(path).lower() for path in tree.files}
        self.folders = {basename(path).lower() for path in tree.folders()}
        self.patterns: list[re.Pattern[str]] = []
        self.filled: set[str] = set()
        #: Folders that a library is told to write into, whatever it makes there.
        self.handed: set[str] = set()
        self.fetching: set[str] = set()
        everything = False
        patterns: set[str] = set()
        for summary in project.files.values():
            for use in summary.files:
                if use.role == "command":
                    self.fetching.add(summary.path)
                    if _FETCHING_FILE.search(basename(summary.path)):
                        everything = True
                if use.role in ("read", "list", "check", "remove"):
                    continue
                if use.function == "handed":
                    self.handed.add(basename(use.text.rstrip("/")).lower())
                    continue
                name = _GAP.sub("*", basename(use.text.rstrip("/")).lower())
                if use.role == "other" and name.startswith(("_", "-")):
                    name = f"*{name}"  # `folder + run + "_scores.csv"`
                if "*" in name:
                    patterns.add(name)
                elif name:
                    self.names.add(name)
                if use.role in ("write", "append", "make", "command"):
                    folder = (
                        use.text.rstrip("/")
                        if use.role in ("make", "command") or use.kind == "folder"
                        else dirname(use.text)
                    )
                    self.filled.add(basename(folder).lower())
        for name in patterns:
            if len(name.replace("*", "").strip("._-")) > 1:
                self.patterns.append(re.compile(".*".join(map(re.escape, re.split(r"\*+", name)))))
        self.everything = everything
        self.paths = tuple(project.files)
        self.others = [summary.path for summary in project.files.values() if summary.language]

    # What the texts say is worked out only where a file is found in no other way.

    @cached_property
    def docs(self) -> str:
        return "\n".join(self.tree.texts.values()).lower()

    @cached_property
    def readme(self) -> str:
        return "\n".join(_BADGE.sub("", text) for path, text in self.tree.texts.items() if _README.search(path))

    @cached_property
    def said(self) -> list[str]:
        """The lines of READMEs that tell where something comes from."""
        lines = self.readme.split("\n")
        return [line for line in lines if _SOURCE.search(line) or (_OBTAIN.search(line) and _SAID.search(line))]

    @cached_property
    def in_other_languages(self) -> list[str]:
        return [*(path for path in self.tree.files if _FOREIGN.search(path)), *self.others]

    @cached_property
    def foreign(self) -> bool:
        return len(self.in_other_languages) * 10 > len(self.paths)

    @cached_property
    def matlab(self) -> bool:
        return any(path.endswith((".m", ".mlx")) for path in self.in_other_languages)

    @cached_property
    def data_told(self) -> bool:
        """Whether anything says where data come from."""
        if self.everything or any(_TELLS.search(path) for path in self.tree.files) or self.said:
            return True
        scripts = (text for path, text in self.tree.texts.items() if not _README.search(path))
        return any(_FETCHING.search(text) for text in scripts)

    @cached_property
    def results_told(self) -> bool:
        return any(_SAID_MADE.search(line) for line in self.said)

    def has(self, summary: Summary, use: FileUse) -> bool:
        """Whether a file that is read can be had."""
        if summary.path in self.fetching:
            return True
        path = normpath(join(dirname(summary.path), use.text))
        if self.tree.holds(path) or self.tree.holds(normpath(use.text)):
            return True
        parts = [part.lower() for part in use.text.rstrip("/").split("/")]
        if not self.handed.isdisjoint(parts if use.role == "list" else parts[:-1]):
            return True
        if "**" in parts:  # `runs/**/best.pth`
            above = parts[parts.index("**") - 1] if parts[0] != "**" else ""
            if above in self.folders or above in self.filled:
                return True
        name = basename(use.text.rstrip("/")).lower()
        folder = basename(dirname(use.text.rstrip("/"))).lower()
        if "*" in name or "?" in name or "[" in name:  # `glob("runs/*.npy")`: the folder is what must be there
            if not folder or folder in (".", "..") or folder in self.folders or folder in self.filled:
                return True
            name = folder
        if (
            name in self.names
            or name in self.folders
            or name in self.docs
            or (use.role == "list" and name in self.filled)
        ):
            return True
        if any(pattern.fullmatch(name) for pattern in self.patterns):
            return True
        if any(name.endswith(other) for other in self.names if len(other) > 8):
            return True  # `root + "x.csv"` with a root that lacks its slash
        if (self.foreign and not name.endswith(_PYTHON_ONLY)) or (self.matlab and name.endswith(".mat")):
            return True
        folders = {part for part in use.text.split("/")[:-1] if part not in ("..", ".", "")}
        if any(
            part in self.readme
            and re.search(rf"(?:[`*/\s\"'─-]|\A){re.escape(part)}(?:[`*/]|\s*[:#]|\"|')", self.readme)
            for part in folders
        ):
            return True
        return self.results_told if _is_made(use) and self.data_told else self.data_told
