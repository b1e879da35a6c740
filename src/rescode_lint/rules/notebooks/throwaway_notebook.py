from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename, dirname, join
from typing import NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.lectures import lectures_of
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rule import Bad, ProjectRule
from rescode_lint.rules.notebooks._same_cells import ALIKE, shared

_CHECKPOINTS = ".ipynb_checkpoints"
_UNTITLED = lazy(r"(?i)untitled[ _-]?\d*\Z")
#: What Jupyter, Drive, browsers, editors and Windows make of the name of a copy. Some of it may also be a name.
_COPY = lazy(
    r"(?P<a>.+)-Copy\d+\Z|(?i:copy[ _]of[ _])(?P<b>.+)\Z|(?P<c>.+?) - (?i:copy)(?: \(\d+\))?\Z|(?P<d>.+)-checkpoint\Z"
    r"|(?P<maybe>.+?)(?:[ _-](?i:copy)[ _]?\d*| ?\((?P<number>\d+)\))\Z"
)
#: One word behind a name that says which state of the work it is.
_STATE = lazy(
    r"(?i)(?P<base>.*?)[ _.-]+(?P<word>v(?:er)?\.?\d+|version[ _-]?\d+|final\d*|new\d*|old\d*|latest|real|last|backup|bak|fixed|"
    r"orig(?:inal)?|really|updated|revised|corrected|finished|this[ _-]one)\Z"
)
#: Names that promise nothing.
_NOTHING = lazy(r"(?i)(?:te?mp\d*|asdf+|foo|foobar|bla+h*|scratch|scrap|delete[_ -]?me|new[ _-]?notebook\d*|test\d*)\Z")
#: A line of a `.gitignore` for all checkpoints.
_NAMED = lazy(r"(?m)^(?:\*\*/|\*/)?(?:\.ipynb_checkpoints/?\*{0,2}|\*-checkpoint\.ipynb)[ \t\r]*$")
_TESTS = lazy(r"(?i)(?:^|/)tests?/")
_TITLE = lazy(r"(?m)^#{1,2}[ \t]+(.+?)[ \t#]*$")
_MARKUP = lazy(r"!?\[([^\]]*)\]\([^)]*\)|<[^>]+>|\$[^$]*\$|[`*_~]")
#: With more than this in one folder, the folder is the finding.
_MANY = 2
_SHOWN = 20
#: With so many words a notebook without code says something.
_SOME_TEXT = 30


#: Titles of these words alone name nothing.
_GENERIC: Mapping[str, None] = dict.fromkeys(
    "the a of and for in with my this introduction imports import setup untitled test testing load loading read reading data libraries library "
    "packages modules notebook analysis results plots main code model models functions step part 1 2 3".split()
)


class _Bad(NamedTuple):
    """A notebook whose name says nothing, and why."""

    summary: Summary
    #: "untitled", "copy", "state" or "nothing".
    kind: str
    #: What it is a copy or another state of.
    originals: tuple[str, ...] = ()
    #: Of a copy: the name without what makes it one.
    bare: str = ""


class ThrowawayNotebook(ProjectRule):
    """A reader of the repository sees `Untitled3.ipynb`, `analysis-Copy1.ipynb` and `model_final_v2_REAL.ipynb`, and cannot
    tell which of them made the figures; half a year later the author cannot either. A correction then goes into one of
    the copies, and the paper is redone with another. Git keeps every old state, so that the folder needs to hold
    only what counts, under a name that says what it does.

    Reported are names that Jupyter, Drive, a browser or an editor gave (`Untitled`, `-Copy1`, `Copy of`, ` (1)`), names that
    promise nothing (`tmp`, `test2`), and words for a state of the work (`_v2`, `_final`, `_old`) where the other state stands
    beside it and the two have cells in common, or where such words pile up. For a copy it is said how much of it is also
    in the original. The folders `.ipynb_checkpoints`, in which Jupyter keeps what was saved last, are one finding if git
    does not ignore them, or has them all the same.
    """

    code = "RSC112"
    name = "throwaway-notebook"
    summary = "a notebook with a name that says nothing: untitled, a copy, one of several versions; tracked checkpoints"
    advice = "Give it a name that says what it does (`git mv`), or delete it: git keeps what was there."
    how_to_fix = (
        "Ask what the notebook is for. If it made something that counts, name it after that (`02-fit-growth-curves.ipynb`), with "
        "a title in its first cell; what it shares with another notebook belongs into a module (`rescode extract`). If not, "
        "delete it: `git log -- path` finds it again. To try something out, make a branch."
    )
    limits = (
        "A version in a name (`_v2`) is reported only beside the other version, and only if the two have cells in common; not "
        "in lectures. Folders such as `archive/` are left alone. A checkpoint that git does not ignore counts as tracked, as "
        "it will be with the next `git add .`; of one that it ignores, its index is asked."
    )
    severity = "note"
    VALID = (
        {"01-load.ipynb": "# %%\nx = 1", "02-fit.ipynb": "# %%\nx = 2", "fit_v2.ipynb": "# %%\nx = 3"},
        # Two models, not two states of one.
        {"resnet_v1.ipynb": "# %%\nresnet(1)", "resnet_v2.ipynb": "# %%\nother(2)\n# %%\nplot()"},
        # Exercises, not copies.
        {
            "Exercise (1).ipynb": "# %%\nx = 1",
            "Exercise (2).ipynb": "# %%\nx = 2",
            "upvote-and-copy.ipynb": "# %%\nx = 2",
        },
        {"archive/Untitled.ipynb": "# %%\nx = 1", "tests/test.ipynb": "# %%\nx = 2"},
        {"docs/fit.ipynb": "# %%\nfit(1)", "docs/fit_new.ipynb": "# %%\nfit(1)"},
        {"Untitled.py": "x = 1", "renewal.ipynb": "# %%\nx = 1", "Testing new modules.ipynb": "# %%\nx = 1"},
    )
    INVALID = (
        Bad(
            {
                "Untitled3.ipynb": "# %%\nimport pandas as pd\n^\n# %% [markdown]\n# Growth curves of 2019\n# %%\npd.read_csv('a.csv')"
            },
            "`Untitled3.ipynb` never got a name",
            "git mv Untitled3.ipynb growth-curves-of-2019.ipynb",
        ),
        Bad(
            {
                "fit.ipynb": "# %%\nx = load()\n# %%\nfit(x)\n# %%\nplot(x)",
                "fit-Copy1.ipynb": "# %%\nx = load()\n^\n# %%\nfit(x, 3)\n# %%\nplot(x)",
            },
            "`fit-Copy1.ipynb` is a copy of `fit.ipynb`: 2 of its 3 code cells are the same",
        ),
        Bad(
            {"fit.ipynb": "# %%\nfit(1)", "Copy of fit.ipynb": "# %%\nfit(1)\n^"},
            "`Copy of fit.ipynb` is a copy of `fit.ipynb`, cell by cell",
        ),
        Bad(
            {"model.ipynb": "# %%\nfit(1)\n# %%\nshow()", "model_final.ipynb": "# %%\nfit(2)\n^\n# %%\nshow()"},
            "`model_final.ipynb` and `model.ipynb` are states of one notebook: 1 of 2 code cells is the same",
        ),
        Bad({"model_final_v2_REAL.ipynb": "# %%\nfit(2)\n^"}, "`model_final_v2_REAL.ipynb`"),
        Bad({"test2.ipynb": "# %%\nfit(2)\n^"}, "`test2.ipynb` promises nothing"),
        # The title is the name of the notebook beside it.
        Bad(
            {
                "Growth rates.ipynb": "# %%\nrates(1)",
                "growth-may-Copy1.ipynb": "# %% [markdown]\n# Growth rates\n# %%\nfit(2)\n^",
            },
            "`growth-may-Copy1.ipynb` is the name of a copy",
            "git mv growth-may-Copy1.ipynb growth-may.ipynb",
        ),
        Bad(
            {
                "eda/a.ipynb": "# %%\nx = 1",
                "eda/.ipynb_checkpoints/a-checkpoint.ipynb": "# %%\nx = 2\n^",
                "fit/.ipynb_checkpoints/b-checkpoint.ipynb": "# %%\nx = 2",
            },
            "`.ipynb_checkpoints` is not ignored by git: 2 files in 2 such folders",
        ),
        Bad(
            {f"lab/Untitled{n}.ipynb": "# %%\nx = 1" + ("\n^" if not n else "") for n in range(4)},
            "4 notebooks in `lab/` have names that say nothing",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a notebook, and one for all checkpoints."""
        yield from _checkpoints(self, project)
        notebooks = [
            s
            for s in project.notebooks
            if _CHECKPOINTS not in s.path.split("/") and not is_put_away(s.path) and not is_taken_over(s.path)
        ]
        stems = {_stem(summary.path): summary for summary in notebooks}
        named: set[str] = set()
        states: list[Summary] = []
        for summary in notebooks:
            bad = _by_name(summary, stems)
            if bad is not None:
                named.add(summary.path)
                yield self._finding(bad, project)
            elif _STATE.match(basename(_stem(summary.path))):
                states.append(summary)
        if states:
            yield from self._states(states, notebooks, named, project)

    def _finding(self, bad: _Bad, project: Project) -> Finding:
        path = bad.summary.path
        name = basename(path)
        related: tuple[Related, ...] = ()
        if not bad.summary.code_cells and bad.summary.prose < _SOME_TEXT:
            message, advice = (
                f"`{name}` holds no code, and its name says nothing",
                f"Delete it: {_command('rm', path)}.",
            )
        elif bad.kind == "copy" and bad.originals:
            original = bad.originals[0]
            same, own, whole = shared(path, original, project)
            shown = basename(original) if dirname(original) == dirname(path) else original
            related = (Related(original, 1, 1, "the original"),)
            if same == own == whole:
                message = f"`{name}` is a copy of `{shown}`, cell by cell"
                advice = f"Delete it: {_command('rm', path)}."
            else:
                are = "is" if same == 1 else "are"
                message = f"`{name}` is a copy of `{shown}`: {same} of its {own} code cells {are} the same"
                advice = (
                    f"Take over into `{shown}` what counts, move what both need into a module (`rescode extract`), and delete the "
                    f"copy: {_command('rm', path)}."
                )
                if 2 * same < own:
                    message = f"`{name}` began as a copy of `{shown}`, and has {same} of {own} code cells in common with it now"
                    advice = f"It has become a notebook of its own: {_rename(bad.summary, project)}."
        elif bad.kind == "copy":
            message = f"`{name}` is the name of a copy, and the original is not in the repository"
            advice = _sentence(_rename(bad.summary, project, bad.bare))
        elif bad.kind == "untitled":
            message = f"`{name}` never got a name, so nobody can tell what it is for without reading it"
            advice = _sentence(_rename(bad.summary, project))
        elif bad.kind == "state":
            message = f"`{name}` has more than one word for the state of the work, so there were others, and which one counts is not said"
            advice = "Keep the one that counts under its plain name, and delete the others: git keeps the old states."
        else:
            message = f"`{name}` promises nothing, so nobody can tell whether it counts"
            advice = _sentence(_rename(bad.summary, project))
        return self.finding(_top(bad.summary), message, path=path, advice=advice, related=related, group="name")

    def _states(
        self, states: list[Summary], notebooks: list[Summary], named: set[str], project: Project
    ) -> Iterator[Finding]:
        """One finding for each notebook that stands in one folder in several states."""
        lectures = lectures_of(project.notebooks)
        families: dict[str, list[Summary]] = defaultdict(list)
        for summary in notebooks:
            if summary.path not in lectures and summary.path not in named:
                families[_base(_stem(summary.path)).lower()].append(summary)
        for family in families.values():
            marked = [summary for summary in family if summary in states]
            if len(family) < 2 or not marked:
                continue
            # The one that is marked last in the alphabet is the newest more often than not; it does not matter much.
            for summary in marked:
                others = [s for s in family if s is not summary]
                alike = [(s, shared(summary.path, s.path, project)) for s in others]
                alike = [(s, parts) for s, parts in alike if parts[0] and parts[0] >= ALIKE * min(parts[1:])]
                if not alike:
                    continue
                other, (same, own, _) = max(alike, key=lambda pair: pair[1][0])
                more = f" (and {len(alike) - 1} more)" if len(alike) > 1 else ""
                yield self.finding(
                    _top(summary),
                    f"`{basename(summary.path)}` and `{basename(other.path)}`{more} are states of one notebook: {same} of {own} code "
                    f"cells {'is' if same == 1 else 'are'} the same",
                    path=summary.path,
                    advice="Keep the one that counts, under the plain name, and delete the other: git keeps it. What differs on "
                    "purpose is a parameter.",
                    related=tuple(Related(s.path, 1, 1, "another state of it") for s, _ in alike),
                    group="name",
                )
                break

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for a folder full of such notebooks."""
        folders: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            folders[dirname(finding.path) if finding.group == "name" else finding.path].append(finding)
        kept: list[Finding] = []
        for folder, members in folders.items():
            if len(members) <= _MANY:
                kept += members
                continue
            first, *others = members
            where = f"`{folder}/`" if folder else "the root of the `repository`"
            names = [basename(finding.path) for finding in members]
            kept.append(
                first._replace(
                    message=f"{len(members)} notebooks in {where} have names that say nothing, or are copies: {_listed(names)}",
                    advice="Name those that count after what they do (`git mv`), and delete the others: git keeps what was there.",
                    related=first.related + tuple(Related(f.path, 1, 1, f.message) for f in others),
                )
            )
        return kept


_TOP = Span(1, 1, 1, 2, 1)


def _top(summary: Summary) -> Span:
    """The beginning of a notebook's first code cell; of its first cell where it has no code."""
    return _TOP._replace(cell=summary.first_cell or 1)


def _checkpoints(rule: ThrowawayNotebook, project: Project) -> Iterator[Finding]:
    paths = sorted(path for path in project.tree.files if _CHECKPOINTS in path and _CHECKPOINTS in path.split("/")[:-1])
    if not paths:
        return
    folders = {path[: path.index(_CHECKPOINTS) + len(_CHECKPOINTS)] for path in paths}
    notebooks = [path for path in paths if path.endswith(".ipynb")]
    first = (notebooks or paths)[0]
    count = f"{len(paths)} file{'s' if len(paths) > 1 else ''}"
    where = f"{len(folders)} such folders" if len(folders) > 1 else f"`{min(folders)}/`"
    pattern = f"'{min(folders)}'" if len(folders) == 1 else "':(glob)**/.ipynb_checkpoints/**'"
    named = _NAMED.search(project.tree.texts.get(".gitignore", "")) is not None
    state = "is in git though `.gitignore` names it" if named else "is not ignored by git"
    ignore = "" if named else f" && echo {_CHECKPOINTS}/ >> .gitignore"
    yield rule.finding(
        _TOP if first.endswith(".ipynb") else _TOP._replace(cell=None),
        f"`{_CHECKPOINTS}` {state}: {count} in {where} {'are' if len(paths) > 1 else 'is'} what Jupyter kept of notebooks "
        "when they were saved, old code and outputs included",
        path=first,
        advice=f"Run `git rm -r --cached --ignore-unmatch {pattern}{ignore}`, and commit.",
        related=tuple(Related(path, None, 1, "a checkpoint") for path in paths if path != first)[:_SHOWN],
        severity="warning",
    )


def _stem(path: str) -> str:
    return path.removesuffix(".ipynb")


def _by_name(summary: Summary, stems: dict[str, Summary]) -> _Bad | None:
    """What the name alone, and the names beside it, tell."""
    stem = _stem(summary.path)
    folder, name = dirname(stem), basename(stem)
    copy = _COPY.match(name)
    if copy is not None:
        base = next(text for text in (copy["a"], copy["b"], copy["c"], copy["d"], copy["maybe"]) if text)
        base = base.strip()
        bare = base
        while (again := _COPY.match(bare)) is not None:  # `x-Copy1-Copy2`
            bare = next(
                text for text in (again["a"], again["b"], again["c"], again["d"], again["maybe"]) if text
            ).strip()
        originals = _named(base, folder, stems) or _named(bare, folder, stems)
        if _UNTITLED.match(bare):
            return _Bad(summary, "copy" if originals else "untitled", originals)
        numbered = copy["maybe"] is not None and not originals
        if not numbered or (copy["number"] == "1" and join(folder, name[:-3] + "(2)") not in stems):
            return _Bad(summary, "copy", originals, bare)
        return None
    if _UNTITLED.match(name):
        return _Bad(summary, "untitled")
    if _NOTHING.match(name) and not _TESTS.search(summary.path):
        return _Bad(summary, "nothing")
    first = _STATE.match(name)
    second = _STATE.match(first["base"]) if first else None
    if first and second and not (_is_number(first["word"]) and _is_number(second["word"])):
        return _Bad(summary, "state")
    return None


def _is_number(word: str) -> bool:
    return word[-1:].isdigit() and word[:1].lower() == "v"


def _named(base: str, folder: str, stems: dict[str, Summary]) -> tuple[str, ...]:
    """The notebook of that name: beside it, else the only one anywhere."""
    beside = stems.get(join(folder, base))
    if beside is not None:
        return (beside.path,)
    folded = base.lower().replace("_", " ")
    found = [s.path for stem, s in stems.items() if basename(stem).lower().replace("_", " ") == folded]
    near = [path for path in found if dirname(path) == folder]
    return tuple(near[:1]) or (tuple(found) if len(found) == 1 else ())


def _base(stem: str) -> str:
    """The name without the words for its state."""
    folder, name = dirname(stem), basename(stem)
    while (match := _STATE.match(name)) is not None and match["base"]:
        name = match["base"]
    return join(folder, name)


def _rename(summary: Summary, project: Project, bare: str = "") -> str:
    """What to do about a name: a better one, where the notebook has a title or a main function, or was a copy of `bare`."""
    path = summary.path
    source = project.source(path)
    title = _TITLE.search(source.markdown) if source is not None else None
    slug = _slug(title[1]) if title else ""
    # On some machines two names that differ in case are one, and to a reader they are one everywhere.
    taken = {_folded(s.path) for s in project.notebooks if dirname(s.path) == dirname(path) and s is not summary}
    if slug and _folded(join(dirname(path), slug)) not in taken:
        return f"name it after its title, {_command('mv', path, join(dirname(path), f'{slug}.ipynb'))}, or delete it"
    if bare and not _NOTHING.match(bare) and _folded(join(dirname(path), bare)) not in taken:
        return f"drop what makes it a copy, {_command('mv', path, join(dirname(path), f'{bare}.ipynb'))}, or delete it"
    names = [d.name for d in sorted(summary.definitions, key=lambda d: -d.statements) if d.kind != "method"]
    hint = f" (it defines {_listed(names[:3])})" if names else ""
    return f"name it after what it does{hint}, {_command('mv', path, '...')}, or delete it: git keeps it"


def _folded(path: str) -> str:
    """A name as a reader takes it: whatever its case, and what stands between its words."""
    return re.sub(r"[-_ ]+", "-", _stem(path).lower())


def _slug(title: str) -> str:
    """A title as the name of a file: at most six words."""
    text = _MARKUP.sub(lambda match: match[1] or "", title)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", text.replace("'", ""))
    slug = "-".join(words[:6])
    return slug if len(words) > 1 and not set(words) <= _GENERIC.keys() and not slug[:1].isdigit() else ""


def _command(verb: str, *paths: str) -> str:
    return f"`git {verb} {' '.join(_quoted(path) for path in paths)}`"


def _quoted(path: str) -> str:
    from shlex import quote

    return path if path == "..." else quote(path).replace("`", "")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _listed(names: Iterable[str], limit: int = 4) -> str:
    shown = [f"`{name}`" for name in names]
    if len(shown) > limit + 1:
        return f"{', '.join(shown[:limit])} and {len(shown) - limit} more"
    return ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
