from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rescode_lint.model import Finding, Related
from rescode_lint.project import Project
from rescode_lint.project.vocabulary import Usage, vocabulary, words
from rescode_lint.rule import Bad, ProjectRule

#: Ways to say "number of".
_COUNT = frozenset({"n", "num", "nb", "nr", "number", "count", "cnt", "no"})
#: Words that give the order of a name a meaning: `id_to_word` is not `word_to_id`.
_ORDERED = frozenset(
    "to of by from per vs in on at over under for with without and or not as into 2 4 is has no min max first last pre post src dst"
    " old new left right before after".split()
)


class TermVariants(ProjectRule):
    """One thing with two names is two things to the reader. `train_df` in one file and `df_train` in the next, `num_epochs`
    and `n_epochs`: every reader has to find out that they mean the same, every search finds half of the places, and sooner
    or later one of the two is changed and the other is not.

    Three kinds of variants are seen: the same words in another order, the several ways to say "number of", and the same
    words in another style (`trainLoader` and `train_loader`). The most frequent one is proposed.
    """

    code = "RSC202"
    name = "term-variants"
    summary = "one concept under several names"
    advice = "Choose one name, and use it everywhere."
    how_to_fix = "Keep the name that the project uses most (the message says which), and rename the others with the editor."
    limits = (
        "Names are compared by their words, not by what they hold. Orders that mean something (`x_to_y`, `min_max`) and names "
        "with one-letter words are left alone."
    )
    severity = "note"
    VALID = (
        {"a.py": "id_to_word = 1", "b.py": "word_to_id = 1"},
        {"a.py": "train_df = 1", "b.py": "test_df = 1"},
        {"a.py": "x_y = 1", "b.py": "y_x = 1"},
    )
    INVALID = (
        Bad({"a.py": "train_df = 1\nprint(train_df)", "b.py": "df_train = 1\n^^^^^^^^", "c.py": "train_df = 2"}, "`train_df`"),
        Bad({"a.py": "num_epochs = 1\nclass A:\n    num_epochs = 2", "b.py": "n_epochs = 1\n^^^^^^^^"}, "`num_epochs`"),
        Bad({"a.py": "trainLoader = 1\n^^^^^^^^^^^", "b.py": "train_loader = 1", "c.py": "train_loader = 1"}, "`train_loader`"),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a concept, at the first place of the rarer name."""
        files = [s for s in project.files.values() if not s.generated and not s.language]
        concepts: dict[tuple[str, tuple[str, ...]], list[Usage]] = defaultdict(list)
        for usage in _merged(vocabulary(files)).values():
            key = concept(usage.name)
            if key is not None:
                concepts[usage.kind, key].append(usage)
        for (_, key), usages in concepts.items():
            if len(usages) > 1:
                yield from self._found(usages)

    def _found(self, usages: list[Usage]) -> Iterator[Finding]:
        ranked = sorted(usages, key=lambda u: (-len(u.places), -u.uses, not u.name.islower(), u.name))
        best, *others = ranked
        rarest = others[0]
        path, place = rarest.places[0]
        counted = ", ".join(f"`{u.name}` ({_files(len(u.places))})" for u in ranked)
        yield self.finding(
            place.span,
            f"`{rarest.name}` and `{best.name}` are names for one thing: {counted}",
            path=path,
            advice=f"Use `{best.name}` everywhere.",
            related=tuple(
                Related(p, n.span.cell, n.span.line, f"`{u.name}`") for u in ranked for p, n in u.places if n is not place
            ),
        )


def concept(name: str) -> tuple[str, ...] | None:
    """What a name says, whatever the order of its words and the style; None where the order may matter."""
    parts = words(name)
    if len(parts) < 2 or name.isupper():
        return None
    if parts[0] in _COUNT and len(parts) > 1:
        rest = parts[2:] if parts[1] == "of" else parts[1:]
        return ("#", *rest) if rest and not _ORDERED & set(rest) else None
    if parts[-1] in ("count", "num") and len(parts) > 1:
        return ("#", *parts[:-1]) if not _ORDERED & set(parts) else None
    if _ORDERED & set(parts) or any(len(part) == 1 or part.isdigit() for part in parts):
        return parts  # the same order only: other styles of the same words
    return tuple(sorted(parts))


def _merged(used: dict[tuple[str, str], Usage]) -> dict[tuple[str, str], Usage]:
    """Variables and parameters together: what is passed as `n_epochs` is stored as `n_epochs`."""
    merged: dict[tuple[str, str], Usage] = {}
    for (kind, name), usage in used.items():
        key = ("value" if kind in ("variable", "parameter") else kind, name)
        known = merged.get(key)
        merged[key] = Usage(key[0], name, (*known.places, *usage.places) if known else usage.places)
    return merged


def _files(count: int) -> str:
    return f"{count} file{'s' if count > 1 else ''}"
