from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from posixpath import dirname
from typing import NamedTuple

from rescode_lint.model import Finding, Related, Summary
from rescode_lint.project import Project
from rescode_lint.project.vocabulary import (
    COUNT,
    NUMBER,
    SPLITS,
    TYPES,
    Concept,
    Usage,
    concept,
    parts,
    style,
    vocabulary,
    without_lectures,
)
from rescode_lint.rule import Bad, ProjectRule
from rescode_lint.rules.naming._values import NO_NUMBER, Makers

#: From so many files on, a name that is found once or twice need not know of the others: one of them must prevail.
_MANY_FILES = 40
#: There, also, so much of the names that count must begin (`n_…`, `num_…`) as the name to keep does.
_PREVAILS = 0.7
#: And in all but small projects, two files that share no other term hardly speak of the same thing.
_FEW_FILES = 10
#: A file with more names in camelCase is written in another style throughout, which RSC201 says.
_FEW = 1
#: So many other names of a file that begin (or end) with the same word are a family: `dir_data`, `dir_raw`, `dir_figs`.
_FAMILY = 3
#: More files with words in another style are one finding.
_MANY_STYLED = 2
#: In so many files with a name it is looked up how they make what it holds.
_READ = 4
#: A way to count that so many files have is the project's.
_WORD = 5


class _Variant(NamedTuple):
    usage: Usage
    concept: Concept


class TermVariants(ProjectRule):
    """One thing with two names is two things to the reader. `train_df` in one file and `df_train` in the next,
    `num_epochs` and `n_epochs`: every reader has to find out that they mean the same, every search finds half of
    the places, and sooner or later one of the two is changed and the other is not.

    Three kinds of variants are seen: the same words in another order (`train_df` and `df_train`), the several ways
    to say "number of" (`num_epochs`, `n_epochs`, `epoch_count`), and the same words in another style (`trainLoader`
    and `train_loader`). The name to keep is proposed: the one in the project's own style, then the one found in
    most files.
    """

    code = "RSC202"
    name = "term-variants"
    summary = "one concept under several names"
    advice = "Choose one name, and use it everywhere."
    how_to_fix = (
        "Keep the name that the message proposes, and rename the others with the editor's *Rename symbol*. Keys of "
        "configuration files, columns and keyword arguments that carry the old name have to follow."
    )
    limits = (
        "Names are compared by their words, not by what they hold. Orders that may mean something (`x_to_y`, "
        "`min_max`, `file_list`), mathematics (`X_batch`, `y_batch`), verbs, one-letter words, tests, names that belong to a family of their file (`dir_data` beside `dir_raw`, `dir_figs`), and two names"
        " that stand side by side in one function or notebook are left alone. So are rare names in large projects "
        "where neither prevails, two orders of words in files that have little else in common, and notebooks that are "
        "lectures."
    )
    severity = "note"
    VALID = (
        {"a.py": "id_to_word = 1", "b.py": "word_to_id = 1"},
        {"a.py": "x_y = y_batch = 1", "b.py": "y_x = Y_batch = 1"},
        {"a.py": "max_min_freq = file_list = train_test = 1", "b.py": "min_max_freq = list_file = test_train = 1"},
        {"a.py": "def load_data() -> None: ...", "b.py": "def data_load() -> None: ..."},
        {"a.py": "def join(train_df: int, df_train: int) -> None: ..."},
        {"a.py": "species_name = train_df = 1", "b.py": "species_names = test_df = 1"},
        # Families: one of them alone would be the odd one.
        {"a.py": "dir_data = dir_raw = dir_clean = dir_figs = 1", "b.py": "data_dir = 1"},
        {"a.py": "inputMask1 = inputMask2 = 1", "b.py": "input_mask2 = 1"},
    )
    INVALID = (
        Bad(
            {
                "load.py": "train_df = 1",
                "train.py": "def fit(df_train: int) -> None: ...\n        ^^^^^^^^^^^^^",
                "plot.ipynb": "# %%\ntrain_df = 2",
            },
            "`df_train` (1 file) and `train_df` (2 files) are two names for one thing",
            "def fit(train_df: int) -> None: ...",
        ),
        Bad(
            {
                "train.py": "num_epochs = 1\n",
                "settings.py": "class Settings:\n    n_epochs = 2",
                "sweep.py": "def sweep(epoch_count: int) -> None: ...\n          ^^^^^^^^^^^^^^^^",
                "plot.py": "num_epochs = 3",
            },
            "`epoch_count` (1 file), `n_epochs` (1 file) and `num_epochs` (2 files) are three names for one thing",
        ),
        Bad(
            {
                "a.py": "rowCount = 1\n^^^^^^^^",
                "b.py": "mainTable = 1",
                "c.py": "firstSong = 1",
                "d.py": "row_count = main_table = first_song = 1",
            },
            "`rowCount` (1 file) and `row_count` (1 file) are two names for one thing, and so it is with `mainTable` and `firstSong`",
        ),
        Bad({"eda.ipynb": "# %%\ntrainLoader = 1\n^^^^^^^^^^^", "train.py": "train_loader = 1"}, "`trainLoader`"),
        Bad(
            {
                "load.py": "train_df = val_df = test_df = 1",
                "train.py": "df_train = df_val = df_test = 1\n^^^^^^^^",
                "plot.py": "train_df = 1",
            },
            "`df_train` (1 file) and `train_df` (2 files) are two names for one thing, and so it is with `df_val`",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a concept, at the first place of the rarest name."""
        for files in parts(project):
            yield from self._part(without_lectures(files), project)

    def _part(self, files: list[Summary], project: Project) -> Iterator[Finding]:
        groups: dict[tuple[str, ...], dict[str, list[Usage]]] = defaultdict(dict)
        concepts: dict[tuple[str, str], Concept | None] = {}
        for usage in vocabulary(files):
            kind = _kind(usage.kind)
            at = (kind, usage.name)
            if at in concepts:
                thing = concepts[at]
            else:
                thing = concepts[at] = concept(usage.name, kind)
            if thing is not None and (thing.form not in COUNT or _is_count(usage)):
                groups[thing.key].setdefault(usage.name, []).append(usage)
        several = [
            [_Variant(_merged(usages), concepts[kind, name]) for name, usages in group.items()]  # type: ignore[arg-type]
            for (kind, *_), group in groups.items()
            if len(group) > 1
        ]
        if not several:
            return
        things = [thing for thing in concepts.values() if thing is not None]
        habits = Counter(thing.form for thing in things)
        styles = Counter(thing.style for thing in things)
        common = "camelCase" if styles["camelCase"] > styles["snake_case"] else "snake_case"
        kinship = _Kinship(files, concepts, project)
        makers = Makers(project)
        many = len(files) > _MANY_FILES
        twice = {v.usage.name for group in several for v in group}
        counts = sum(habits[form] for form in NUMBER | COUNT)
        for group in several:
            ranked = sorted(
                group,
                key=lambda v: (
                    v.concept.style not in (common, "UPPER_CASE"),
                    -v.usage.files,
                    -habits[v.concept.form],
                    -v.usage.uses,
                    v.concept.form == "back",
                    v.usage.name,
                ),
            )
            best, *others = ranked
            others = [v for v in others if _differ(best, v) and not _side_by_side(best, v)]
            if many:
                others = [v for v in others if best.usage.files >= max(3, 2 * v.usage.files)]
                if best.concept.how == "count" and habits[best.concept.form] < _PREVAILS * counts:
                    continue
            if len(files) > _FEW_FILES:
                if best.concept.how == "count" and not _is_count(best.usage) and best.usage.files < _WORD:
                    continue  # what some functions count on the way
                if best.usage.files == 1:  # neither is the project's word
                    others = [v for v in others if _how(best, v) == "style" or _is_typed(v.concept.spelling)]
                others = [v for v in others if kinship.holds(best, v)]
            others = [v for v in others if not _is_foreign(v, files)]
            others = [
                v
                for v in others
                if _how(best, v) == "count"
                or not (
                    _is_of_family(best, v, files, twice)
                    or (_how(best, v) == "style" and _is_of_family(v, best, files, twice))
                )
            ]
            others = [v for v in others if _may_be_one(best, v, makers)]
            if others:
                yield self._found(best, others)

    def _found(self, best: _Variant, others: list[_Variant]) -> Finding:
        others = sorted(others, key=lambda v: (v.usage.files, v.usage.uses, v.usage.name))
        path, place = others[0].usage.places[0]
        names = [f"`{v.usage.name}` ({_files(v.usage.files)})" for v in (*others, best)]
        number = {2: "two", 3: "three", 4: "four"}.get(len(names), str(len(names)))
        renamed = " and ".join(f"`{v.usage.name}`" for v in others)
        keeper = best.usage.places[0]
        places = [(p, n) for v in others for p, n in v.usage.places if n is not place]
        return self.finding(
            place.span,
            f"{', '.join(names[:-1])} and {names[-1]} are {number} names for one thing",
            path=path,
            advice=f"Keep `{best.usage.name}`, and rename {renamed}.",
            related=tuple(Related(p, n.span.cell, n.span.line, f"`{n.name}`") for p, n in (*places, keeper)),
            group=_how(best, others[0]),
        )

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for a file that has its own order of words, or its own "number of"."""
        first, *others = findings
        names = [f"`{finding.message.split('`')[1]}`" for finding in others]
        if len(names) > 2:
            more = "this file" if len({finding.path for finding in findings}) == 1 else "this project"
            names = [", ".join(names[:2]), f"{len(names) - 2} more of {more}"]
        listed = " and ".join(names)
        return first._replace(
            message=f"{first.message}, and so it is with {listed}",
            advice=" ".join((first.advice, *(finding.advice for finding in others[:2]))),
            related=(*first.related, *(Related(f.path, f.span.cell, f.span.line, f.message) for f in others)),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for a project in which many files write the words of others in another style."""
        styled = sorted((f for f in findings if f.group == "style"), key=lambda f: (f.path, f.span.cell or 0, f.span))
        if len(styled) <= _MANY_STYLED:
            return findings
        return [*(f for f in findings if f.group != "style"), cls.merged(styled)]


class _Kinship:
    """Which files have so many terms in common that they speak of the same things."""

    def __init__(
        self, files: list[Summary], concepts: Mapping[tuple[str, str], Concept | None], project: Project
    ) -> None:
        self._graph = project.graph
        self._files = {summary.path: summary for summary in files}
        self._concepts = concepts
        self._terms: dict[str, set[tuple[str, ...]]] = {}

    def holds(self, best: _Variant, other: _Variant) -> bool:
        """Whether a file with the one name is akin to a file with the other."""
        here = {path for path, _ in other.usage.places}
        there = {path for path, _ in best.usage.places}
        # Two ways to count say the same almost everywhere; two orders of words only among files of one kind.
        how = _how(best, other)
        least, share = (5, 1 / 3) if how == "order" else (1, 1.0)
        for path in sorted(here):
            for another in sorted(there):
                terms, others = self._of(path), self._of(another)
                common = len(terms & others) - 1
                if path == another:
                    return True
                if how != "style" and not (how == "count" and len(there) >= _WORD) and not self._near(path, another):
                    continue
                if common >= least or common > share * min(len(terms), len(others)):
                    return True
        return False

    def _near(self, path: str, another: str) -> bool:
        """Whether one lies in the folder of the other or below it, or both import the same of the project."""
        here, there = f"{dirname(path)}/", f"{dirname(another)}/"
        if here.startswith(there) or there.startswith(here) or "/" in (here, there):
            return True
        mine, others = self._graph.get(path, frozenset()), self._graph.get(another, frozenset())
        return path in others or another in mine or not mine.isdisjoint(others)

    def _of(self, path: str) -> set[tuple[str, ...]]:
        if path not in self._terms:
            things = (self._concepts.get((_kind(name.kind), name.name)) for name in self._files[path].names)
            self._terms[path] = {thing.key for thing in things if thing is not None}
        return self._terms[path]


def _kind(kind: str) -> str:
    """What is passed as `n_epochs` is stored as `n_epochs`."""
    return "value" if kind in ("variable", "parameter") else kind


def _merged(usages: list[Usage]) -> Usage:
    """Variables and parameters of one name together, in the order of places."""
    places = [place for usage in usages for place in usage.places]
    places.sort(key=lambda at: (at[0], at[1].span.cell or 0, at[1].span[:2]))
    return Usage("value" if len(usages) > 1 else usages[0].kind, usages[0].name, tuple(places))


def _differ(best: _Variant, other: _Variant) -> bool:
    """Whether they differ in more than a plural or the place of a digit."""
    return best.concept.spelling != other.concept.spelling or best.concept.style != other.concept.style


def _how(best: _Variant, other: _Variant) -> str:
    """What they differ in: "style" where the words are the same, else "order" or "count"."""
    return "style" if best.concept.spelling == other.concept.spelling else other.concept.how


def _may_be_one(best: _Variant, other: _Variant, makers: Makers) -> bool:
    """Whether what the two hold may be of one kind, as far as the code that makes it tells."""
    one, two = (
        set().union(*(makers.of(path, v.usage.name) for path in sorted({p for p, _ in v.usage.places})[:_READ]))
        for v in (best, other)
    )
    how = _how(best, other)
    if how == "count":
        return NO_NUMBER.isdisjoint(one | two)
    if how == "order":
        return not one or not two or not one.isdisjoint(two) or _is_typed(best.concept.spelling)
    return True


def _is_typed(said: tuple[str, ...]) -> bool:
    """Whether a name says of which split of the data it is, and of which type: `train_df` is `df_train` for sure."""
    return not SPLITS.isdisjoint(said) and not TYPES.isdisjoint(said)


def _is_foreign(variant: _Variant, files: list[Summary]) -> bool:
    """Whether the file that has the name is written in camelCase as a whole."""
    path = variant.usage.places[0][0]
    if variant.concept.style != "camelCase":
        return False
    names = next(summary.names for summary in files if summary.path == path)
    return len({name.name for name in names if style(name.name) == "camelCase"}) > _FEW


def _is_of_family(best: _Variant, other: _Variant, files: list[Summary], twice: set[str]) -> bool:
    """Whether a name is one of several that its file forms alike: `dir_data` beside `dir_raw`, `inputMask2` beside
    `inputMask1`. To rename it alone would part it from them; those of `twice` have several names as well.
    """
    name = other.usage.name
    how = _how(best, other)
    least = _FAMILY - 1 if _is_typed(other.concept.spelling) else _FAMILY
    for summary in files:
        if not any(path == summary.path for path, _ in other.usage.places):
            continue
        names = {n.name for n in summary.names} - {name}
        stem = name.rstrip("0123456789")
        if stem != name and any(n.rstrip("0123456789") == stem for n in names):
            return True
        if how != "order" or "_" not in name:
            continue
        first, last = f"{name.partition('_')[0]}_", f"_{name.rpartition('_')[2]}"
        others = names - twice
        if sum(n.startswith(first) for n in others) >= least or sum(n.endswith(last) for n in others) >= least:
            return True
    return False


def _is_count(usage: Usage) -> bool:
    """Whether a count is a setting (a parameter, a name of the module), and not what some loop counts."""
    return any(name.kind == "parameter" or 0 in name.scopes for _, name in usage.places)


def _side_by_side(best: _Variant, other: _Variant) -> bool:
    """Whether some scope has both names: then they are two things. What a module binds, its functions have as well."""
    there: dict[str, set[int]] = defaultdict(set)
    for path, name in best.usage.places:
        there[path].update(name.scopes)
    sure = _how(best, other) != "order" or other.concept.form in ("front", "back")
    for path, name in other.usage.places:
        scopes = there.get(path)
        if scopes and (not sure or 0 in scopes or 0 in name.scopes or not scopes.isdisjoint(name.scopes)):
            return True
    return False


def _files(count: int) -> str:
    return f"{count} file{'s' if count > 1 else ''}"
