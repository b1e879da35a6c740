from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import commonpath, dirname

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Name, Related, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.foreign import is_foreign
from rescode_lint.project.vocabulary import (
    CamelLibraries,
    Convention,
    Style,
    Usage,
    class_style,
    convention,
    in_style,
    parts,
    style,
    table,
    vocabulary,
    words,
)
from rescode_lint.rule import Bad, ProjectRule

#: First words by which a function in PascalCase is no factory that poses as a class (`LinearModel(…)`).
_VERBS = table(
    "add apply average build calc calculate check choose classify clean clear close collect combine compare compile"
    " compute convert copy count create crop cut decode define delete detect do download draw encode estimate evaluate"
    " eval export extract fill filter find fit fix format generate get group handle import init initialize insert is"
    " join list load log make merge move normalize open parse plot predict prepare preprocess print process read"
    " reduce remove rename replace resize run sample save scale search select send set setup show shuffle simulate"
    " smooth solve sort split start stop sum test train transform update validate visualize write"
)
#: Methods by which a class in lower case is meant to be used as a decorator, a context manager or a descriptor.
_LIKE_FUNCTIONS = ("__call__", "__get__", "__enter__", "__set_name__")
#: Methods that scikit-learn and PyTorch call by these names, in a project that is written in camelCase.
_IMPOSED = table(
    "fit_transform fit_predict partial_fit predict_proba predict_log_proba inverse_transform decision_function"
    " get_params set_params score_samples state_dict load_state_dict zero_grad"
)
#: Names that libraries in camelCase give to what everybody calls so.
_CANONICAL = table("glueContext sparkContext sqlContext sparkSession hiveContext streamingContext")
#: People, in names of what is theirs, and short words of mathematics before the name of a function or a symbol.
_PEOPLE = lazy(
    r"Gauss|Poisson|Bayes|Fourier|Euler|Markov|Laplac|Hermit|Lagrang|Legendr|Bessel|Newton|Cauchy|Dirichlet|Bernoulli|Gibbs|Kalman"
    r"|Wiener|Hilbert|Jacobi|Hess|Lorent|Maxwell|Boltzmann|Planck|Fermi|Dirac|Voigt|Weibull|Wasserstein|Hamilton|Riemann|Taylor|Monte|Carlo"
)
_NOTATION = lazy(r"(?:d|ln|log|exp|sqrt|flip|inv|abs|cos|sin|tan|conj|det|tr|grad|arg|min|max)[A-Z]")
_HUMP = lazy(r"[a-z][A-Z]")
_ATTRIBUTE = lazy(r"\.(\w*[a-z][A-Z]\w*)")
#: From so many names on, a folder can have a convention of its own.
_FOLDER = 3
#: More files than this with such names are one finding for the project.
_MANY = 2
#: Fewer variables than this are slips, and no want of a convention.
_SLIPS = 4
#: Of each of two styles so many names, and such a share of all, are two conventions; in one file so many mix them.
_TWO, _TWO_SHARE, _MIX = 10, 0.15, 2
_STUDY = """\
def load_sites() -> None: ...
def clean_songs() -> None: ...
def plot_dawn() -> None: ...
def save_figure() -> None: ...
def fit_slope() -> None: ...
"""
_NAMES = "first_row = last_row = mean_rate = site_name = bird_song = 1\n"
_PORTED = """\
def readGrid() -> None: ...
    ^^^^^^^^
def readFlux() -> None: ...
def fluxAt(grid: int) -> None: ...
def saveFlux() -> None: ...
"""


class MinorityNamingStyle(ProjectRule):
    """A reader who has seen forty functions in `snake_case` looks for `load_data`, and does not find
    `loadData`. Mixed styles are the first thing a reviewer sees, and the first reason to doubt the rest.

    No style is imposed: the convention of the project is inferred, for each kind of name (function, variable,
    parameter, class, module), from what the names show. Where nine in ten agree, the few that do not are named,
    with the counts. Where two styles share the names of functions and the same files mix them, that is said once for the project, and
    where each file has its own, nothing. All such names of a file are
    one finding, and where more than two files have some, they are one for the project.
    """

    code = "RSC201"
    name = "minority-naming-style"
    summary = "a name that breaks the project's own convention"
    advice = "Rename it as the others are."
    how_to_fix = (
        "Rename it with the editor's *Rename symbol*, which finds all uses; in notebooks, search for the old name "
        "too. Where other people already call the function by its old name, leave an alias that warns "
        "(`DeprecationWarning`)."
    )
    limits = (
        "Fewer than four variables or parameters, scripts that nothing imports, what was put away, names of one word, mathematics and units (`X_train`, `nPCs`, `peak_kHz`), proper names "
        "(`add_Gaussian_noise`), acronyms, constants, class objects in variables, factories that are named as "
        "classes, methods of classes with bases (whose names the base decides), variables in files that work with a"
        " library in camelCase, tests, generated and vendored code are left alone. So are words that come from elsewhere:"
        " an attribute of another object, a text without blanks (a column, a key, a file), the keyword of a call; and"
        " folders in which the other style has the majority. In a small project, one name may differ. The weeks of a course (`week1/`,"
        " `week2/`) and the entries of a competition are judged each by itself."
    )
    severity = "note"
    yields_to = ("RSC202",)
    merge_above = 1
    options = {"agreement": 0.9, "min-names": 5, "allow": ()}
    VALID = (
        {"load.py": "def load_data() -> None: ...\ndef saveData() -> None: ...\n"},
        {"study.py": _NAMES + "X_train = y_hat = nPCs = peak_kHz = dF = 1\nN_FFT = 512\n"},
        {"study.py": _STUDY + "def LinearModel() -> None: ...\ndef add_Gaussian_noise() -> None: ...\n"},
        {
            "study.py": _STUDY + "import logging\n\nclass Short(logging.Formatter):\n"
            "    def formatTime(self, logRecord: int) -> str: ...\n"
        },
        {"study.py": _STUDY, "tests/test_study.py": "def test_study() -> None: ...\ndef makeSongs() -> None: ...\n"},
        {"week1/study.py": _STUDY, "week2/study.py": "def loadSites() -> None: ...\n"},
        # The data says `stimOn`, and so does what is made of it.
        {"study.py": _NAMES + "def cut(trials: dict) -> None:\n    stimOn_offset = trials['stimOn_times']\n"},
        {"study.py": _NAMES + "def cut(trials: int) -> None:\n    goCue = trials.goCue\n"},
        # The folder is written otherwise.
        {"study.py": _STUDY * 2 + _STUDY.replace("def ", "def re") * 7, "port/flux.py": _PORTED},
        # Half of a pair: `siteID` shows no style.
        {"study.py": _NAMES + "siteRange = siteID = 1\n"},
        # A wrapper is called as what it wraps.
        {"study.py": _STUDY + "def getBalance(eth: int) -> int:\n    return eth.getBalance() / 2\n"},
        # Fewer than four variables are slips.
        {"study.py": _NAMES + "noiseFloor = 1\n"},
        # Symbols, people, and what is called as its own class.
        {"study.py": _STUDY + "def lnGauss() -> None: ...\n"},
        {"study.py": _NAMES * 8 + "Aik = flipAik = 1\n"},
        {"study.py": _NAMES + "class KeyGen: ...\ndef make(keyGen: KeyGen) -> None: ...\n"},
        # A folder with its own way to name modules, and what somebody else wrote.
        {
            "load_data.py": "",
            "fit_slope.py": "",
            "plot_all.py": "",
            "models/EvalModel.py": "",
            "models/Model1.py": "import EvalModel\n",
        },
        {
            "load_data.py": "",
            "fit_slope.py": "",
            "plot_all.py": "import SessionState\n",
            "SessionState.py": '"""Taken from https://github.com/someone/state."""\n',
        },
        {"study.py": "".join(f"row_{a}{b} = 1\n" for a in "abcdefgh" for b in "abcdefghi") + "barWidth = 1\n"},
        # Most functions are named in a style of their own.
        {
            "study.py": _STUDY
            + "".join(f"def Load_{x}s() -> None: ...\n" for x in "abc")
            + "def saveRows() -> None: ...\n"
        },
        # The name of what the data is about, as its folder says.
        {
            "load_data.py": "",
            "fit_slope.py": "",
            "plot_all.py": "",
            "sfcWind/make_sfcWind.py": "",
            "old/evalModel.py": "",
        },
        {"study.py": _NAMES + "def show(view: int) -> None:\n    rowCount = view.getModel().addRow().setIndex(0)\n"},
    )
    INVALID = (
        Bad(
            {"study.py": _STUDY, "eda.ipynb": "# %%\ndef loadWeather() -> None: ...\n    ^^^^^^^^^^^\n"},
            "`loadWeather` is camelCase; 5 of 6 function names that show a style are snake_case",
            "def load_weather() -> None: ...",
        ),
        Bad(
            {
                "study.py": "".join(f"row_{a}{b} = 1\n" for a in "abcdefg" for b in "abcdefg")
                + "noiseFloor = 1\n^^^^^^^^^^\nfirstRow = lastRow = meanRate = 1\n"
            },
            "`noiseFloor`, `firstRow`, `lastRow` and 1 more name of this file are camelCase; 49 of 53 variable names",
            "noise_floor = 1",
        ),
        Bad(
            {
                "songs.py": "class Song: ...\nclass Site: ...\nclass SongModel: ...\n",
                "birds.py": "class bird_record: ...\n      ^^^^^^^^^^^\n",
            },
            "`bird_record` is snake_case; 3 of 4 class names",
            "class BirdRecord: ...",
        ),
        Bad(
            {
                "load_data.py": "",
                "fit_slope.py": "",
                "plots.py": "import evalModel\n",
                "evalModel.py": "import fit_slope\n^\n",
            },
            "`evalModel` is camelCase; 3 of 4 module names",
            "eval_model.py",
        ),
        Bad(
            {
                "study.py": "".join(
                    _STUDY.replace("def ", f"def {x}") for x in ("", "re", "un", "pre", "de", "co", "in")
                )
                + "def save_all() -> None: ...\n",
                "helpers.py": _NAMES,
                "ported.py": _PORTED,
            },
            "`readGrid`, `readFlux`, `fluxAt` and 1 more name of this file are camelCase; 36 of 40 function names",
        ),
        Bad(
            {
                "load.py": "".join(f"def read_{x}s() -> None: ...\n" for x in "abcdefgh")
                + "def readSongs() -> None: ...\n    ^^^^^^^^^\n"
                + "".join(f"def read{x}oats() -> None: ...\n" for x in "ABCDE"),
                "plot.py": "".join(
                    f"def plot_{x}s() -> None: ...\ndef plot{x.upper()}oats() -> None: ...\n" for x in "abcdef"
                ),
            },
            "this project has two styles for its function names: 14 are in snake_case, 12 in camelCase or the like, and 2 files"
            " mix them, as here `readSongs` and `readAoats` beside `read_as` and `read_bs`",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a name, at its first place."""
        several = parts(project)
        for files in several:
            where = commonpath([dirname(summary.path) for summary in files]) if len(several) > 1 else ""
            yield from self._modules(files, project, where)
            yield from self._names(files, project, where)

    def _names(self, files: list[Summary], project: Project, where: str) -> Iterator[Finding]:
        by_kind: dict[str, list[tuple[Style, Usage]]] = defaultdict(list)
        unclear: Counter[str] = Counter()
        for usage in vocabulary(files):
            shown = class_style(usage.name) if usage.kind == "class" else style(usage.name)
            if shown and (shown != "UPPER_CASE"):
                by_kind[usage.kind].append((shown, usage))
            elif not shown:
                unclear[usage.kind] += 1
        found: dict[str, Finding] = {}
        folders = _Folders(files)
        borrowed = _Borrowed(files)
        libraries = CamelLibraries(project.files)
        for kind in ("function", "class", "parameter", "variable"):
            agreed = self._agreed(by_kind, kind)
            if agreed is None:
                if kind == "function":
                    yield from self._two(kind, by_kind[kind], libraries, borrowed, where)
                continue
            if kind == "function" and 2 * unclear[kind] > agreed.agreeing:
                continue  # as where most functions are named like `Load_table`
            other = [
                (shown, usage)
                for shown, usage in by_kind[kind]
                if shown != agreed.style
                and not self._may_break(usage, shown, agreed.style, libraries)
                and not any(folders.differ(path, kind, agreed.style) for path, _ in usage.places)
                and not (kind in ("parameter", "variable") and borrowed.has(usage))
                and not _is_half(usage, project.files)
            ]
            if kind in ("parameter", "variable") and len(other) < _SLIPS:
                continue
            for shown, usage in other:
                known = found.get(usage.name)
                finding = self._found(usage, shown, agreed, where)
                if known is not None and kind == "variable":  # a parameter, and what is passed for it
                    first, second = sorted((known, finding), key=lambda f: (f.path, f.span.cell or 0, f.span))
                    again = Related(second.path, second.span.cell, second.span.line, f"`{usage.name}` again")
                    found[usage.name] = first._replace(related=(*first.related, again, *second.related))
                else:
                    found[usage.name if kind in ("parameter", "variable") else f"{kind} {usage.name}"] = finding
        yield from found.values()

    def _two(
        self,
        kind: str,
        names: list[tuple[Style, Usage]],
        libraries: CamelLibraries,
        borrowed: _Borrowed,
        where: str,
    ) -> Iterator[Finding]:
        """One finding for two styles that the same files mix."""
        snake = [usage for shown, usage in names if shown == "snake_case"]
        camel = [
            usage
            for shown, usage in names
            if shown != "snake_case"
            and not self._may_break(usage, shown, "snake_case", libraries)
            and not _is_half(usage, libraries.files)
            and not borrowed.has(usage)
        ]
        few = min(len(snake), len(camel))
        if few < _TWO or few < _TWO_SHARE * (len(snake) + len(camel)):
            return
        by_file: dict[str, tuple[list[Name], list[Name]]] = defaultdict(lambda: ([], []))
        for at, usages in enumerate((snake, camel)):
            for usage in usages:
                for path, name in usage.places:
                    by_file[path][at].append(name)
        mixed = sorted(
            (path for path, sides in by_file.items() if min(map(len, sides)) >= _MIX),
            key=lambda path: (-min(map(len, by_file[path])), path),
        )
        fewer = camel if len(camel) == few else snake
        within = sum(any(path in mixed for path, _ in usage.places) for usage in fewer)
        if len(mixed) < _MIX or 2 * within < few:
            return  # each file has its own
        # Plain words first: `dy_dt` shows less than `load_folder`.
        sides = [
            sorted(side, key=lambda name: (min(map(len, words(name.name))) < 3, name.span.cell or 0, name.span[:2]))
            for side in by_file[mixed[0]]
        ]
        main, rest = sides if len(snake) >= len(camel) else sides[::-1]
        most = "snake_case" if len(snake) >= len(camel) else "camelCase"
        of = f"`{where}`" if where else "this project"
        yield self.finding(
            rest[0].span,
            f"{of} has two styles for its {kind} names: {len(snake)} are in snake_case, {len(camel)} in camelCase or the "
            f"like, and {len(mixed)} files mix them, as here {_listed([n.name for n in rest[:2]])} beside "
            f"{_listed([n.name for n in main[:2]])}",
            path=mixed[0],
            severity="warning",
            advice=f"Choose one ({most} is what most have"
            + (", and what PEP 8 asks for" if most == "snake_case" else "; PEP 8 asks for snake_case")
            + "), and rename file by file, beginning with what others import.",
            related=tuple(
                Related(path, name.span.cell, name.span.line, f"`{name.name}`")
                for path in mixed[1:]
                for name in by_file[path][most == "snake_case"][:1]
            ),
            group=f"two {kind} {where}",
        )

    def _agreed(self, by_kind: dict[str, list[tuple[Style, Usage]]], kind: str) -> Convention | None:
        least = self.option["min-names"]
        assert isinstance(least, int)
        shown = [shown for shown, _ in by_kind[kind]]
        noun = kind
        if kind == "parameter" and len(shown) <= least:  # too few to tell: parameters are variables
            shown = [*shown, *(shown for shown, _ in by_kind["variable"])]
            noun = "variable and parameter"
        return self._convention(shown, noun)

    def _convention(self, shown: Sequence[str], noun: str) -> Convention | None:
        agreement, least = self.option["agreement"], self.option["min-names"]
        assert isinstance(agreement, float)
        assert isinstance(least, int)
        if noun in ("class", "module"):  # of which there are fewer
            least = (least + 1) // 2
        return convention(shown, noun, agreement, least)

    def _may_break(self, usage: Usage, shown: str, agreed: str, libraries: CamelLibraries) -> bool:
        allowed = self.option["allow"]
        assert isinstance(allowed, tuple)
        name, kind = usage.name, usage.kind
        if name in allowed or usage.borrowed or in_style(name, agreed) == name or name in _CANONICAL:
            return True
        if shown != "PascalCase" and (_PEOPLE.search(name) or _is_notation(usage, libraries.files)):
            return True
        if kind == "class":
            # A class within a function is nobody else's.
            own = {d.name for d in libraries.files[usage.places[0][0]].definitions}
            return name not in own or any(f"{name}.{method}" in own for method in _LIKE_FUNCTIONS)
        if kind == "function":
            if name in _IMPOSED or name.startswith("test_") or _wraps(usage, libraries.files):
                return True
            return shown == "PascalCase" and words(name)[0] not in _VERBS
        # A class assigned to a variable, or taken as a parameter, keeps the style of classes.
        if shown == "PascalCase":
            return True
        return shown in ("camelCase", "mixed_Case") and any(libraries.spoken_in(path) for path, _ in usage.places)

    def _found(self, usage: Usage, shown: str, agreed: Convention, where: str) -> Finding:
        path, name = usage.places[0]
        return self.finding(
            name.span,
            f"`{usage.name}` is {_SHOWN.get(shown, shown)}; {_counted(agreed)}",
            path=path,
            advice=f"Rename it to `{in_style(usage.name, agreed.style)}`.",
            related=tuple(_again(p, n) for p, n in usage.places[1:]),
            group=f"names {where}",
        )

    def _modules(self, files: list[Summary], project: Project, where: str) -> Iterator[Finding]:
        shown: list[tuple[Style, str, Summary]] = []
        plain = 0
        capitalised: Counter[str] = Counter()
        for summary in files:
            stem = _stem(summary.path)
            if summary.kind != "py" or stem.startswith("__") or stem == "setup":
                continue
            how = style(stem)
            if how and how != "UPPER_CASE" and "-" not in stem:
                shown.append((how, stem, summary))
            elif stem.islower() and stem.isalnum():
                plain += 1
            elif stem[:1].isupper() and stem[1:].islower():  # `Model1`: one word, and yet capitalised
                capitalised[dirname(summary.path)] += 1
        styles = [how for how, _, _ in shown]
        if styles.count("snake_case") * 2 > len(styles):
            styles += ["snake_case"] * plain  # one lower-case word is in that style too
        agreed = self._convention(styles, "module")
        if agreed is None:
            return
        here = Counter(dirname(summary.path) for how, _, summary in shown if how != agreed.style)
        here += capitalised
        there = Counter(dirname(summary.path) for how, _, summary in shown if how == agreed.style)
        folders = {word for path in (*here, *there) for name in path.split("/") for word in name.split("_")}
        for how, stem, summary in shown:
            folder = dirname(summary.path)
            if not project.importers.get(summary.path):
                continue  # a script has its name for itself
            if how == agreed.style or is_foreign(summary.path, project):
                continue
            if any(_HUMP.search(word) and word in folders for word in stem.split("_")):
                continue  # it is about something that is called so: `sfcWind/make_sfcWind.py`
            own = here[folder] > 1 and here[folder] >= there[folder]  # the folder's modules are written otherwise
            if how != agreed.style and not own and stem.isidentifier():
                yield self.finding(
                    Span(1, 1, 1, 2),
                    f"`{stem}` is {_SHOWN.get(how, how)}; {_counted(agreed)}",
                    path=summary.path,
                    advice=f"Rename the file to `{in_style(stem, agreed.style)}.py`, and its imports.",
                    group=f"modules {where}",
                )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all names of a file that break the convention."""
        first, *others = findings
        better = [f"`{finding.advice.split('`')[1]}`" for finding in findings]
        counts = list(dict.fromkeys(finding.message.partition("; ")[2] for finding in findings))
        if len({count.rpartition(" are ")[2] for count in counts}) > 1:
            message = "; ".join(_by_count(findings, counts))
            return first._replace(
                message=message,
                advice=f"Rename them: {_joined(better) if len(better) < 4 else ', '.join(better[:3]) + ' and so on'}.",
                related=tuple(Related(f.path, f.span.cell, f.span.line, f"`{_name(f)}`") for f in others)
                + first.related,
            )
        return first._replace(
            message=f"{_listed([_name(f) for f in findings])} of this file are {_styles(findings)}; {_told(counts)}",
            advice=f"Rename them as the others are: {_joined(better) if len(better) < 4 else ', '.join(better[:3]) + ' and so on'}.",
            related=tuple(Related(f.path, f.span.cell, f.span.line, f"`{_name(f)}`") for f in others) + first.related,
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for the project where many files have such names, at the file with most."""
        by_group: dict[str, list[Finding]] = defaultdict(list)
        seen: set[tuple[str, str]] = set()
        for finding in findings:
            at = finding.path.rpartition("/")[2], finding.message
            if at in seen or is_foreign(finding.path, project):
                continue  # a copy of the file has the same names
            seen.add(at)
            by_group[finding.group].append(finding)
        kept = []
        for group, found in by_group.items():
            if len(found) <= _MANY or group.startswith("two "):
                kept += found
                continue
            first, *others = sorted(found, key=lambda f: (-_size(f), f.path))
            kind, _, where = group.partition(" ")
            what = "files are named" if kind == "modules" else "files have names"
            of = f"that of `{where}`" if where else "the project's"
            message, _, counted = first.message.partition("; ")
            kept.append(
                first._replace(
                    message=f"{len(found)} {what} in another style than {of}; here "
                    f"{message.replace(' of this file', '')}; {counted}",
                    related=(
                        *first.related,
                        *(Related(f.path, f.span.cell, f.span.line, f.message.partition("; ")[0]) for f in others),
                    ),
                )
            )
        return kept


class _Folders:
    """In which folders another style than the project's has the majority."""

    def __init__(self, files: list[Summary]) -> None:
        self._styles: dict[tuple[str, str], list[str]] = defaultdict(list)
        for summary in files:
            above = summary.path.split("/")[:-1]
            for kind, name in {(_sort(name.kind), name.name) for name in summary.names}:
                shown = class_style(name) if kind == "class" else style(name)
                if shown or (kind == "class" and len(words(name)) > 1):
                    for depth in range(1, len(above) + 1):
                        self._styles["/".join(above[:depth]), kind].append(shown)

    def differ(self, path: str, kind: str, agreed: str) -> bool:
        """Whether a folder with the file has a convention of its own."""
        above = path.split("/")[:-1]
        for depth in range(1, len(above) + 1):
            styles = self._styles["/".join(above[:depth]), _sort(kind)]
            others = [shown for shown in styles if shown not in (agreed, "UPPER_CASE")]
            if len(others) >= _FOLDER and 2 * len(others) >= len(styles):
                return True
        return False


class _Borrowed:
    """Words such as `stimOn` that the project reads from something else: `trials.stimOn_times`."""

    def __init__(self, files: list[Summary]) -> None:
        self._words: dict[str, set[str]] = defaultdict(set)
        for summary in files:
            for refs in (summary.refs, *(definition.refs for definition in summary.definitions)):
                for attribute in _ATTRIBUTE.findall(refs):
                    for word in attribute.split("_"):
                        self._words[word].add(summary.path)

    def has(self, usage: Usage) -> bool:
        """Whether another file than those that give the name has a hump of it as an attribute."""
        own = {path for path, _ in usage.places}
        return any(_HUMP.search(word) and self._words.get(word, own) - own for word in usage.name.split("_"))


def _is_half(usage: Usage, files: Mapping[str, Summary]) -> bool:
    """Whether a name of the same file belongs with it and shows no style: `siteRange` and `siteID`, `tmpRows` and `tmpPd`."""
    hump = _HUMP.search(usage.name)
    if hump is None or hump.end() < 4:
        return False
    start = usage.name[: hump.end() - 1]
    return any(
        name.name != usage.name
        and name.name.startswith(start)
        and name.name[len(start) : len(start) + 1].isupper()
        and (name.name[len(start) :].isupper() or (usage.kind in ("variable", "parameter") and not style(name.name)))
        for path, _ in usage.places
        for name in files[path].names
    )


def _is_notation(usage: Usage, files: Mapping[str, Summary]) -> bool:
    """Whether a name says what is done to a symbol of its file, or is called as its own class: `flipAik` beside `Aik`."""
    name = usage.name
    hump = _HUMP.search(name)
    if hump is None:
        return False
    tail = name[hump.end() - 1 :].rstrip("0123456789")
    whole = name[:1].upper() + name[1:]
    for path, _ in usage.places:
        for other in files[path].names:
            if other.name == tail and _NOTATION.match(name):
                return True
            if usage.kind in ("parameter", "variable") and (other.name == whole or other.name == tail):
                return True
        if any(item.name == whole for item in files[path].imports):
            return True
    return False


def _wraps(usage: Usage, files: Mapping[str, Summary]) -> bool:
    """Whether a function calls a method of its own name: `getBalance` that asks `w3.eth.getBalance`."""
    return any(
        definition.name == usage.name and any(ref.endswith(f".{usage.name}") for ref in definition.refs.split())
        for path, _ in usage.places
        for definition in files[path].definitions
    )


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _sort(kind: str) -> str:
    return "value" if kind in ("parameter", "variable") else kind


_SAYS = " names that show a style"
_SHOWN = {"Ada_Case": "Capitalised_Words", "mixed_Case": "mixed camelCase and snake_case"}


def _name(finding: Finding) -> str:
    return finding.message.split("`")[1]


def _size(finding: Finding) -> int:
    """How many names a finding is about: those that are merged stand in `related`, without "again"."""
    return 1 + sum("again" not in related.message for related in finding.related)


def _styles(findings: list[Finding]) -> str:
    shown = list(dict.fromkeys(f.message.partition(" is ")[2].partition("; ")[0] for f in findings))
    if {"camelCase", _SHOWN["mixed_Case"]} <= set(shown):
        others = [style for style in shown if style not in ("camelCase", _SHOWN["mixed_Case"])]
        return "camelCase, wholly or in part" + (f", or {_joined(others)}" if others else "")
    return _joined(shown)


def _by_count(findings: list[Finding], counts: Sequence[str]) -> Iterator[str]:
    """Names of different kinds, each kind with its own convention."""
    for count in counts:
        own = [finding for finding in findings if finding.message.endswith(f"; {count}")]
        verb = "are" if len(own) > 1 else "is"
        yield f"{_listed([_name(f) for f in own])} {verb} {_styles(own)}, where {count.replace(_SAYS, ' names')}"


def _told(counts: Sequence[str]) -> str:
    """Several counts, which agree on the style, as one phrase."""
    nouns = [count.partition(_SAYS)[0] + " names" for count in counts]
    return _joined(nouns) + counts[0].partition(" names")[2]


def _joined(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[: 3 if len(names) > 3 else None]]
    if len(names) > 3:
        shown.append(f"{len(names) - 3} more name{'s' if len(names) > 4 else ''}")
    return _joined(shown)


def _counted(agreed: Convention) -> str:
    return f"{agreed.agreeing} of {agreed.total} {agreed.noun} names that show a style are {agreed.style}"


def _again(path: str, name: Name) -> Related:
    return Related(path, name.span.cell, name.span.line, f"`{name.name}` again")
