"""Words and styles of names, and what a project makes of them: its conventions and its terms."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Name, Summary
from rescode_lint.project.project import Project
from rescode_lint.project.put_away import is_put_away
from rescode_lint.project.siblings import entry_of

Style = Literal["snake_case", "camelCase", "PascalCase", "UPPER_CASE", "Ada_Case", "mixed_Case", ""]


def table(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


#: Stands last among the scopes of a name that its file has from elsewhere: from the data, or from a library.
ELSEWHERE = -1
_WORD = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SNAKE = lazy(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+\Z")
#: Humps have three letters with a vowel (`Tc`, `Tmmf`, `kHz` and `dF` are physics), these words aside; one letter alone
#: may begin a name where no physics begins with it (`nSamples`, not `dTheta`).
_HUMP = (
    r"(?:[A-Z](?=[a-z]*[aeiouy])[a-z]{2,}|(?<=[a-z])[AEIOUY][a-z]{2,}|Id|Df|To|In|Of|By|Up|On|At|Is|As|Ax|Lr|Db|Ip"
    r"|Str|Src|Dst|Cfg|Ptr|Btn|Csv|Png|Html|Xml|Sql|Cmd|Tmp|Txt|Fn)[0-9]*"
)
_CAMEL = lazy(rf"(?:[a-z][a-z0-9]*[a-z]|[knxy])(?:{_HUMP})+\Z")
_PASCAL = lazy(r"(?:[A-Z][a-z0-9]+){2,}\Z")
_UPPER = lazy(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\Z")
_ADA = lazy(r"(?:[A-Z][a-z]+)+[0-9]*(?:_(?:[A-Z][a-z]+)+[0-9]*)+\Z")
#: `trainData_list`: an unmistakable hump between words.
_MIXED = lazy(rf"(?:[a-z0-9]+_)*[a-z]{{2,}}(?:{_HUMP})+(?:_[A-Za-z0-9]+)*\Z")
_CLASS = lazy(r"[A-Z][A-Za-z0-9]*\Z")
_OTHERS = lazy(
    r"(?:^|/)(?:vendor|vendored|_vendor|third[-_]?party|3rd[-_]?party|extern|external|externals|site-packages)/"
    r"|/[^/]+-(?:master|main)/|(?:^|/)[A-Za-z][\w.]*-\d+\.\d+\.\d+/",
    re.I,
)
#: Files that nobody means to keep.
_SCRATCH = lazy(r"(?:^|/)(?:untitled|copy[ _-]of|scratch|tmp|temp|playground|sandbox)[^/]*\.(?:py|ipynb)\Z", re.I)
#: A method in camelCase, and what it is looked up in: `butler.getVisit`.
_METHOD = lazy(
    r"([\w.]*)\.((?:get|set|add|make|is|has|to|from|create|read|write|run|find|load|save|do|put|remove)[A-Z]\w*)(?![\w.])"
)
#: Methods of the standard library in camelCase.
_STANDARD = table(
    "getLogger setLevel addHandler removeHandler setFormatter addFilter isEnabledFor addLevelName getEffectiveLevel"
    " setUp setDaemon isDaemon getName setName isAlive"
)
#: From so many words of text on, in all and for each code cell, a notebook is a lecture.
_WORDS, _WORDS_A_CELL = 500, 25


def style(name: str) -> Style:
    """The style that a name shows; "" where it shows none, as one word does, or mathematics (`X_train`, `nPCs`)."""
    bare = name.strip("_")
    if _SNAKE.match(bare):
        return "snake_case"
    if _CAMEL.match(bare):
        return "camelCase"
    if _PASCAL.match(bare):
        return "PascalCase"
    if _UPPER.match(bare):
        return "UPPER_CASE"
    if _ADA.match(bare) and all(len(word) > 2 for word in words(bare)):
        return "Ada_Case"
    if _MIXED.match(bare):
        return "mixed_Case"
    return ""


def class_style(name: str) -> Style:
    """As `style`, for a class, where one capitalised word is enough: `Trainer` is PascalCase."""
    bare = name.strip("_")
    return "PascalCase" if _CLASS.match(bare) and not bare.isupper() else style(name)


def words(name: str) -> tuple[str, ...]:
    """The words of a name, lower case: `numEpochs` and `num_epochs` -> ("num", "epochs")."""
    found = _WORD.findall(name)
    return tuple(found) if name.islower() else tuple([part.lower() for part in found])


def in_style(name: str, convention: str) -> str:
    """The name in another style: `loadData` -> `load_data`. What has that style already stays."""
    if style(name) == convention or (convention == "PascalCase" and class_style(name) == convention):
        return name
    bare = name.strip("_")
    start = name.index(bare) if bare else 0
    lead, trail = name[:start], name[start + len(bare) :]
    parts: list[str] = []
    for part in words(bare):  # a number belongs to the word before it
        if part.isdigit() and parts and not parts[-1][-1].isdigit():
            parts[-1] += part
        else:
            parts.append(part)
    if not parts:
        return name
    if convention == "snake_case":
        better = "_".join(parts)
    elif convention == "UPPER_CASE":
        better = "_".join(parts).upper()
    elif convention == "camelCase":
        better = parts[0] + "".join(part.capitalize() for part in parts[1:])
    elif convention == "PascalCase":
        better = "".join(part.capitalize() for part in parts)
    else:
        return name
    return lead + better + trail if words(better) == words(bare) else name  # `a_B`: the words would run together


# --- a project's names ------------------------------------------------------------------------------------------------


class Usage(NamedTuple):
    """A name in one kind, with every file that gives it, in the order of paths."""

    kind: str
    name: str
    places: tuple[tuple[str, Name], ...]

    @property
    def files(self) -> int:
        """In how many files."""
        return len({path for path, _ in self.places})

    @property
    def uses(self) -> int:
        """In how many scopes of the project."""
        return sum(scope != ELSEWHERE for _, place in self.places for scope in place.scopes)

    @property
    def borrowed(self) -> bool:
        """Whether some file has the name from elsewhere."""
        return any(ELSEWHERE in place.scopes for _, place in self.places)


def vocabulary(files: Iterable[Summary]) -> list[Usage]:
    """Every name of more than one word, by kind and name, over the files given."""
    found: dict[tuple[str, str], list[tuple[str, Name]]] = defaultdict(list)
    for summary in files:
        path = summary.path
        for name in summary.names:
            found[name[0], name[1]].append((path, name))
    return [Usage(*key, tuple(places)) for key, places in found.items()]


def parts(project: Project) -> list[list[Summary]]:
    """The files whose names are the project's own choice, in parts that have little to do with each other.

    The weeks of a course, papers, and the entries of a competition or collection are projects of their own; everything else is one. Tests,
    generated and vendored files are left out, and so is what was put away or never meant to stay.
    """
    found: dict[str, list[Summary]] = defaultdict(list)
    for path, summary in project.files.items():
        if summary.generated or summary.language or path in project.tests or _OTHERS.search(path):
            continue
        if is_put_away(path) or _SCRATCH.search(path):
            continue
        found[entry_of(path, project)].append(summary)
    return list(found.values())


def without_lectures(files: list[Summary]) -> list[Summary]:
    """The files but for the notebooks that tell a story: each of them is a text with terms of its own.

    Where most notebooks of a collection are like that, all of them are.
    """
    notebooks = [s for s in files if s.kind == "ipynb"]
    wordy = {s.path for s in notebooks if s.prose >= _WORDS and s.prose >= _WORDS_A_CELL * s.code_cells}
    if len(notebooks) >= 3 and 2 * len(wordy) > len(notebooks):
        wordy.update(s.path for s in notebooks)
    return [s for s in files if s.path not in wordy] if wordy else files


class CamelLibraries:
    """Which files work with a library that is written in camelCase (LSST, Qt, Spark), and take over its words."""

    def __init__(self, files: Mapping[str, Summary]) -> None:
        self.files = files
        self._known: dict[str, bool] = {}
        self._own: set[str] = set()

    def spoken_in(self, path: str) -> bool:
        """Whether a file calls three methods or more such as `getVisit` that the project does not define."""
        if path not in self._known:
            summary = self.files[path]
            refs = " ".join((summary.refs, *(d.refs for d in summary.definitions)))
            methods = {name for ref, name in _METHOD.findall(refs) if not ref.startswith("cv2")} - _STANDARD
            if len(methods) >= 3 and not self._own:
                self._own = {d.name.rpartition(".")[2] for summary in self.files.values() for d in summary.definitions}
            self._known[path] = len(methods - self._own) >= 3
        return self._known[path]


class Convention(NamedTuple):
    """The style in which most names of a kind are written."""

    style: str
    agreeing: int
    total: int
    #: What was counted: "function", "class", "variable and parameter".
    noun: str


def convention(shown: Sequence[str], noun: str, agreement: float, least: int) -> Convention | None:
    """What most of the styles agree on, if enough of them do: one name may always differ."""
    if not shown:
        return None
    (common, agreeing), *_ = Counter(shown).most_common(1)
    if agreeing < least or len(shown) - agreeing > max(1, round((1 - agreement) * len(shown))):
        return None
    return Convention(common, agreeing, len(shown), noun)


# --- terms ------------------------------------------------------------------------------------------------------------

#: Parts of a data set: they mean the same wherever they stand in a name.
SPLITS = table("train training trn tr val valid validation dev test testing tst eval holdout")
#: What a thing is, which stands before or after what it is about: `df_sites` and `sites_df`.
TYPES = table(
    "df dataframe frame series table arr array matrix vector tensor list dict map path paths dir directory folder"
    " file files filename url loader dataloader dataset datasets set idx index indices id ids name names label labels"
    " size image images img imgs score scores loss losses acc accuracy rate ax fig plot"
)
#: What describes another word, before or after it, in names of two words.
_ADJECTIVES = table(
    "all full total mean avg average std best worst raw clean cleaned dirty filtered normalized scaled sorted merged"
    " combined expected predicted true next prev previous current curr initial final default baseline original orig"
    " start end new old random selected missing"
)
#: Ways to say "number of", before and after.
NUMBER = frozenset({"n", "num", "nb", "nr", "number"})
COUNT = frozenset({"count", "cnt"})
#: After a number, these say that the letter is a symbol (`n_hat`), or that the rest is no plural of things.
_SYMBOLS = table(
    "bar hat star prime tilde min max val vals value values grid list range arr array vec seq path ss init new old"
    " prev next mean std sum total of in out to by per workers jobs threads"
)
_MOVABLE = SPLITS | TYPES | _ADJECTIVES | NUMBER | COUNT
#: Words that give the order of a name a meaning: `id_to_word` is not `word_to_id`.
_ORDERED = table(
    "to of by from per vs in on at over under for with without and or not as into is has no min max first last pre"
    " post src dst old left right before after minus plus times than"
)
#: Verbs that begin the name of a function; the rest of its name is a thing.
_VERBS = table(
    "get load read make create build compute calc calculate plot save write print show prepare process preprocess clean"
)


class Concept(NamedTuple):
    """What a name says, whatever the order of its words, its style and its way to say "number of"."""

    #: Equal for names that say the same.
    key: tuple[str, ...]
    #: How its variants differ: in the way to count, in the order, or in the style only.
    how: Literal["count", "order", "style"]
    #: The habit that the name shows: "num" or "n", the split at the "front" or "back".
    form: str
    #: Equal for names of the same words in the same order, plurals and separators aside.
    spelling: tuple[str, ...]
    style: Style


def concept(name: str, kind: str = "value") -> Concept | None:
    """What a name says; None where it has one word only, or is mathematics (`X_train` is not `x_train`)."""
    shown = style(name)
    if not shown or shown == "PascalCase":
        return None
    said = words(name)
    if len(said) < 2:
        return None
    # Private names and those with a trailing underscore are names of something else: `_load` is what `load` calls.
    edges = "" if name[0] != "_" != name[-1] else name.partition(name.strip("_"))[0] + " " + name[-1]
    head = (kind, edges, shown) if shown == "UPPER_CASE" else (kind, edges)
    if kind == "class" or _MOVABLE.isdisjoint(said) or min(map(len, said[1:])) < 2 or not "".join(said).isalpha():
        return Concept((*head, *said), "style", "", said, shown)
    if kind == "function":
        if said[0] not in _VERBS:
            return Concept((*head, *said), "style", "", said, shown)
        head, said = (*head, said[0]), said[1:]
    counted = _counted(said) if kind == "value" else None
    if counted is not None:
        form = said[0] if said[0] in NUMBER else said[-1]
        return Concept((*head, "#", *counted), "count", form, (form, *counted), shown)
    if len(said[0]) == 1 or not _ORDERED.isdisjoint(said):
        return Concept((*head, *said), "style", "", said, shown)
    form, how = "", "style"
    rest = said
    splits = SPLITS.intersection(said)
    key: tuple[str, ...] = ()
    if len(splits) == 1:
        (split,) = splits
        at = said.index(split)
        rest = said[:at] + said[at + 1 :]
        key, how, form = (split, "|"), "order", "front" if at == 0 else "back"
    if len(rest) > 1:
        first, last = rest[0] in TYPES, rest[-1] in TYPES
        if first != last:
            how = "order"
            rest = (*rest[1:], rest[0]) if first else rest
        elif len(rest) == 2 and (rest[0] in _ADJECTIVES) != (rest[1] in _ADJECTIVES):
            how = "order"
            rest = rest if rest[0] in _ADJECTIVES else rest[::-1]
    return Concept((*head, *key, *rest), how, form, said, shown)  # type: ignore[arg-type]


def _counted(said: tuple[str, ...]) -> tuple[str, ...] | None:
    """What the name counts: ("num", "of", "epochs") and ("epoch", "count") -> ("epochs",)."""
    if said[0] in NUMBER:
        rest = said[2:] if said[1] == "of" else said[1:]
    elif said[-1] in COUNT:
        rest = (*said[:-2], _plural(said[-2]))
    else:
        return None
    return rest if rest and _SYMBOLS.isdisjoint(rest) and len(rest[0]) > 1 else None


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in ("a", "e", "o", "u"):
        return word[:-1] + "ies"
    if word.endswith(("ss", "tch", "nch", "sh", "x")):
        return word + "es"
    return word if word.endswith("s") else word + "s"
