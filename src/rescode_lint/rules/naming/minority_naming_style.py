from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.vocabulary import Usage, style, vocabulary, words
from rescode_lint.rule import Bad, ProjectRule

_EXAMPLE = "".join(f"def load_part_{word}() -> None: ...\n" for word in "a b c d e f g h i j".split())


class MinorityNamingStyle(ProjectRule):
    """A reader who has seen forty functions in `snake_case` looks for `load_data`, and does not find `loadData`. Mixed
    styles are the first thing a reviewer sees, and the first reason to doubt the rest.

    No style is imposed: the convention of the project is inferred, for each kind of name, from what its names show. Where
    nine in ten agree, the few that do not are named, with the counts. Where they do not agree there is no convention, and
    nothing is said.
    """

    code = "RSC201"
    name = "minority-naming-style"
    summary = "a name that breaks the project's own convention"
    advice = "Rename it as the others are."
    how_to_fix = "Rename it with the editor's *Rename symbol*, which finds all uses; in notebooks, search for the old name too."
    limits = (
        "Names of one word, mathematics (`X_train`, `nPCs`), constants, methods of classes with bases (whose names the base "
        "decides) and names of imported libraries show no style and are left alone."
    )
    severity = "note"
    yields_to = ("RSC202",)
    options = {"agreement": 0.9, "min-names": 10, "allow": ()}
    VALID = (
        {"a.py": "def load_data() -> None: ...\ndef loadData() -> None: ...\n"},
        {"a.py": _EXAMPLE + "import unittest\nclass Case(unittest.TestCase):\n    def setUp(self) -> None: ...\n"},
        {"a.py": _EXAMPLE + "X_train = y_hat = 1\n"},
    )
    INVALID = (
        Bad({"a.py": _EXAMPLE + "def loadTable() -> None: ...\n    ^^^^^^^^^\n"}, "`loadTable`", "def load_table() -> None: ..."),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a name, at its first place."""
        files = [s for s in project.files.values() if not s.generated and not s.language]
        used = vocabulary(files)
        by_kind: dict[str, dict[str, list[Usage]]] = defaultdict(lambda: defaultdict(list))
        for usage in used.values():
            shown = style(usage.name)
            if shown and not (shown == "UPPER_CASE" and usage.kind != "class"):
                by_kind[usage.kind][shown].append(usage)
        yield from self._modules(project)
        for kind, styles in by_kind.items():
            total = sum(len(usages) for usages in styles.values())
            convention, usages = max(styles.items(), key=lambda item: len(item[1]))
            if not self._is_convention(len(usages), total):
                continue
            for other, breaking in styles.items():
                if other == convention:
                    continue
                for usage in breaking:
                    if self._may_break(usage, kind, convention, other):
                        continue
                    yield self._found(usage, kind, other, convention, len(usages), total)

    def _is_convention(self, agreeing: int, total: int) -> bool:
        agreement, least = self.option["agreement"], self.option["min-names"]
        assert isinstance(agreement, float) and isinstance(least, int)
        return agreeing >= least and agreeing >= agreement * total

    def _may_break(self, usage: Usage, kind: str, convention: str, other: str) -> bool:
        allowed = self.option["allow"]
        assert isinstance(allowed, tuple)
        if usage.name in allowed:
            return True
        # A class assigned to a variable, or taken as a parameter, keeps the style of classes.
        return kind in ("variable", "parameter") and other in ("PascalCase", "UPPER_CASE")

    def _found(self, usage: Usage, kind: str, other: str, convention: str, agreeing: int, total: int) -> Finding:
        path, name = usage.places[0]
        better = in_style(usage.name, convention)
        plural = {"class": "classes"}.get(kind, f"{kind}s")
        return self.finding(
            name.span,
            f"`{usage.name}` is {other}; {agreeing} of the {total} {plural} here whose names show a style are {convention}",
            path=path,
            advice=f"Rename it to `{better}`.",
            related=tuple(Related(p, n.span.cell, n.span.line, f"`{usage.name}` again") for p, n in usage.places[1:]),
        )

    def _modules(self, project: Project) -> Iterator[Finding]:
        styles: dict[str, list[str]] = defaultdict(list)
        for summary in project.scripts:
            stem = summary.path.rpartition("/")[2].removesuffix(".py")
            shown = style(stem)
            if shown and "-" not in stem:
                styles[shown].append(summary.path)
        total = sum(map(len, styles.values()))
        if not total:
            return
        convention, agreeing = max(styles.items(), key=lambda item: len(item[1]))
        if not self._is_convention(len(agreeing), total):
            return
        for other, paths in styles.items():
            for path in paths if other != convention else ():
                stem = path.rpartition("/")[2].removesuffix(".py")
                yield self.finding(
                    Span(1, 1, 1, 2),
                    f"`{stem}` is {other}; {len(agreeing)} of the {total} modules here whose names show a style are {convention}",
                    path=path,
                    advice=f"Rename the file to `{in_style(stem, convention)}.py`, and its imports.",
                )


def in_style(name: str, convention: str) -> str:
    """The name in another style: `loadData` -> `load_data`."""
    parts = words(name)
    lead = name[: len(name) - len(name.lstrip("_"))]
    if convention == "snake_case":
        return lead + "_".join(parts)
    if convention == "UPPER_CASE":
        return lead + "_".join(parts).upper()
    capitals = [part.capitalize() for part in parts]
    if convention == "camelCase":
        return lead + parts[0] + "".join(capitals[1:])
    return lead + "".join(capitals)
