from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import commonpath, dirname
from typing import ClassVar

from rescode_lint.model import Finding, Related
from rescode_lint.project import Project
from rescode_lint.rule import Bad, Option, ProjectRule
from rescode_lint.rules.notebooks._copies import (
    Copy,
    copies_of,
    frozen_in,
    import_for,
    instead,
    is_copy_of_file,
    listed,
    where,
)

#: A folder with more files than this that hold copies of one another is a series of experiments: one cause.
_SERIES = 8
_LISTED = 4
#: In so many members of a series stands what is worth a module.
_REPEATED = 3
#: Of findings with one cause in more files, only one is reported.
_CAUSE = 5
#: So much of a script is copied where the script is a copy.
_MOSTLY = 0.3
#: With more copies than this in a file, only their homes are shown, and not every other copy.
_SHOWN = 6


class DuplicatedDefinition(ProjectRule):
    """A function that was pasted into a second file is two functions from that day on: a correction reaches one of them,
    the other goes on with the mistake, and both results end up in the same paper. Imported from one place, it has one
    body, one test and one history.

    Two definitions count as the same if their trees are: layout, comments, docstrings and the names of local variables
    make no difference. The finding stands at each copy and names the one to keep: a module before a script, a script
    before a notebook, what tests reach before what they do not, what belongs to a package, what more files import. All
    copies in a file are one finding, and so are a folder that repeats another, files that all have the same copies, and a
    series (`exp001` to `exp055`), whose members stay as they ran. Tests, generated and foreign code,
    documentation, lectures, notebooks that run alone on Kaggle or Colab, files that were put away or are copies by their
    name, the export of a notebook beside it, and pieces of work of their own (papers, entries of a collection, sub-projects
    with an environment) are left alone.
    """

    code = "RSC102"
    name = "duplicated-definition"
    summary = "a function or class that stands in several files, letter for letter or with local names changed"
    advice = "Keep one, in a module, and import it everywhere else."
    how_to_fix = (
        "Keep the copy that the finding names, or move it into a module first, and put an import in the place of every "
        "other one. What the function reads from the code around it (a constant, a table) may have another value there: "
        "make it a parameter."
    )
    limits = (
        "Definitions at the top of files are compared: a class as a whole, and not the methods of different classes or "
        "functions within functions. Those with fewer statements than `min-statements` are left alone; under two "
        "different names they need twice as many, and so do `main`, `parse_args` and the like, and members of "
        "a series; what draws needs four times as many. Copies that differ are what [RSC103](RSC103.md) looks at."
    )
    options: ClassVar[dict[str, Option]] = {"min-statements": 5}
    VALID = (
        # Two lines are alike by accident.
        {
            "a.ipynb": "# %%\ndef scale(x):\n    return x / 255",
            "b.ipynb": "# %%\ndef scale(x):\n    return x / 255",
        },
        # A test has its own helpers.
        {
            "lab/clean.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                "    return kept\n"
            ),
            "tests/test_clean.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                "    return kept\n\ndef test_clean():\n    assert clean(['']) == []\n"
            ),
        },
        # The export of a notebook.
        {
            "fit.py": (
                "def fit(x, y):\n    best = None\n    for step in range(9):\n        if best is None or step < best:\n"
                "            best = step * x\n    return best\n"
            ),
            "fit.ipynb": (
                "# %%\ndef fit(x, y):\n    best = None\n    for step in range(9):\n"
                "        if best is None or step < best:\n            best = step * x\n    return best\n"
            ),
        },
        # A dataclass of few fields is below what counts.
        {
            "a.ipynb": "# %%\n@dataclass\nclass Box:\n    width: int\n    height: int\n    label: str",
            "b.ipynb": "# %%\n@dataclass\nclass Box:\n    width: int\n    height: int\n    label: str",
        },
        # Six lines that draw.
        {
            "a.ipynb": (
                "# %%\ndef plot_fit(x, y):\n    plt.figure(figsize=(4, 3))\n    plt.plot(x, y)\n    plt.xlabel('x')\n"
                "    plt.ylabel('y')\n    plt.legend()\n    plt.show()\n# %%\nplot_fit(a, b)"
            ),
            "b.ipynb": (
                "# %%\ndef plot_fit(x, y):\n    plt.figure(figsize=(4, 3))\n    plt.plot(x, y)\n    plt.xlabel('x')\n"
                "    plt.ylabel('y')\n    plt.legend()\n    plt.show()\n# %%\nplot_fit(c, d)"
            ),
        },
        # On Colab, nothing lies beside a notebook that keeps nothing there.
        {
            "lab/clean.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                "    return kept\n"
            ),
            "demo.ipynb": (
                "# %%\nfrom google.colab import files\nrows = files.upload()\n# %%\ndef clean(rows):\n    kept = []\n"
                "    for row in rows:\n        if row:\n            kept.append(row)\n    return kept\n# %%\nclean(rows)"
            ),
        },
        # Two teams that did the same task do not share code.
        {
            "entries/team 1/clean.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                "    return kept\n"
            ),
            "entries/team 2/tidy.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                "    return kept\n"
            ),
        },
        # Plots of ten lines are the narrative of a notebook.
        {
            name: "# %%\ndef plot_fit(x, y):\n    plt.figure()\n"
            + "".join(f"    plt.plot(x, y + {n})\n" for n in range(9))
            + "# %%\nplot_fit(a, b)"
            for name in ("a.ipynb", "b.ipynb")
        },
        # The code of one paper stays as it was when the next one is written.
        {
            f"papers/{name}/clean.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                "    return kept\n"
            )
            for name in ("2019", "thesis")
        },
        # Solutions that are registered by number.
        {
            "solvers.py": "".join(
                f"def solve_{name}(grid):\n    kept = []\n    for row in grid:\n        for cell in row:\n"
                "            if cell:\n                kept.append(cell)\n    size = len(kept)\n    total = sum(kept)\n"
                "    mean = total / size\n    print(mean)\n    return mean\n\n"
                for name in ("0d3d", "1e5f")
            )
        },
        # What differs in one constant is another function.
        {
            "a.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if len(row) > 3:\n            kept.append(row)\n"
                "    return kept\n"
            ),
            "b.py": (
                "def clean(rows):\n    kept = []\n    for row in rows:\n        if len(row) > 4:\n            kept.append(row)\n"
                "    return kept\n"
            ),
        },
    )
    INVALID = (
        Bad(
            {
                "lab/clean.py": (
                    "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                    "    return kept\n"
                ),
                "a.ipynb": (
                    "# %%\ndef clean(rows):\n    ^^^^^\n    '''Without the empty ones.'''\n    kept = []  # in order\n    for row in rows:\n"
                    "        if row:\n            kept.append(row)\n    return kept\n# %%\nclean(['a'])"
                ),
            },
            "`clean` (5 statements) is an identical copy of the one in `lab/clean.py`",
            "from lab.clean import clean\n\nclean(['a'])",
        ),
        Bad(
            {
                "a.ipynb": (
                    "# %%\ndef clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                    "    return kept"
                ),
                "b.ipynb": (
                    "# %%\ndef clean(lines):\n    ^^^^^\n    good = []\n    for line in lines:\n        if line:\n"
                    "            good.append(line)\n    return good"
                ),
            },
            "is a copy of the one in `a.ipynb`, cell 1, with local names changed",
        ),
        # A file that imports from the other one is where the copy goes.
        Bad(
            {
                "lab/__init__.py": "",
                "lab/main.py": (
                    "from .rows import count\n\ndef clean(rows):\n    ^^^^^\n    kept = []\n    for row in rows:\n        if row:\n"
                    "            kept.append(row)\n    return kept\n\nif __name__ == '__main__':\n    print(count(clean([])))\n"
                ),
                "lab/rows.py": (
                    "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                    "    return kept\n\ndef count(rows):\n    return len(clean(rows))\n"
                ),
            },
            "is an identical copy of the one in `lab/rows.py`",
            "from .rows import clean, count\n",
        ),
        # What the other files import today is kept.
        Bad(
            {
                "lab/table.py": (
                    "def clean(rows):\n    ^^^^^\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                    "    return kept\n"
                ),
                "lab/table_new.py": (
                    "def clean(rows):\n    kept = []\n    for row in rows:\n        if row:\n            kept.append(row)\n"
                    "    return kept\n\ndef count(rows):\n    return len(clean(rows))\n"
                ),
                "lab/old_run.py": "from table import clean\nprint(clean([]))\n",
                "lab/run.py": "from table_new import clean\nprint(clean([]))\n",
            },
            "is an identical copy of the one in `lab/table_new.py`",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a copy; those of a file are merged by `across`."""
        least = self.option["min-statements"]
        assert isinstance(least, int)
        for copy in copies_of(project, least):
            place, home, group = copy
            definition = place.definition
            renamed = definition.wording != home.definition.wording
            other = "the one" if place.name == home.name else f"`{home.name}`"
            what = f"a copy of {other}" if renamed else f"an identical copy of {other}"
            message = (
                f"the {definition.kind} `{place.name}` ({definition.statements} statements) is {what} in {where(home, place.path)}"
                + (", with local names changed" if renamed else "")
                + (f" (one of {len(group) - 1} copies)" if len(group) > 2 else "")
            )
            yield self.finding(
                place.span,
                message,
                path=place.path,
                advice=instead([copy], project),
                related=_related(copy),
            )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding a file, and a cause for what shows in many."""
        if not findings:
            return findings
        by_place = {(copy.place.path, copy.place.span): copy for copy in copies_of(project, 1)}
        by_file: dict[str, list[tuple[Finding, Copy]]] = defaultdict(list)
        for finding in findings:
            by_file[finding.path].append((finding, by_place[finding.path, finding.span]))
        told = list(_series_told(by_file, project))
        for (folder, other), files in _folders(by_file).items():
            told.append(_folder_told(folder, other, {path: by_file.pop(path) for path in files}, project))
        homes = {path: {copy.home.path for _, copy in found} for path, found in by_file.items()}
        series = Counter(
            dirname(path) for path, found in homes.items() if {dirname(h) for h in found} == {dirname(path)}
        )
        single: list[Finding] = []
        for path, found in by_file.items():
            finding = found[0][0] if len(found) == 1 else _told(found, project)
            folder = dirname(path)
            if series[folder] > _SERIES and {dirname(home) for home in homes[path]} == {folder}:
                finding = finding._replace(cause=f"copies within {folder or 'the top folder'}")
            elif len(homes[path]) == 1:
                finding = finding._replace(cause=f"copies of code in {min(homes[path])}")
            single.append(finding)
        return told + _of_one_copy(single, by_file)


Found = Sequence[tuple[Finding, Copy]]


def _folders(by_file: Mapping[str, Found]) -> dict[tuple[str, str], list[str]]:
    """Folders of which several scripts are copies of what stands in another folder, in large part: one decision."""
    copied = {path: found for path, found in by_file.items() if path.endswith(".py") and _share(found) >= _MOSTLY}
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path, found in copied.items():
        if (home := _main_home(found)).endswith(".py"):
            pairs[_parted(path, home)].append(path)
    told: dict[tuple[str, str], list[str]] = {}
    for pair, files in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0])):
        homes = {_main_home(by_file[path]) for path in files}
        if not all(pair) or len(homes) < 2 or files[0] not in copied:
            continue
        back = pairs.get((pair[1], pair[0]), [])  # some are kept here, some there: one decision too
        told[pair] = sorted(path for path in copied if path.startswith(f"{pair[0]}/"))
        told[pair] += sorted(path for path in back if path in copied)
        for path in told[pair]:
            del copied[path]
        inside, beside = (f"{folder}/" for folder in pair)  # few of a file are copies: the folder is one all the same
        told[pair] += sorted(
            path
            for path, found in by_file.items()
            if path not in told[pair] and path.startswith(inside) and _main_home(found).startswith(beside)
        )
    return told


def _of_one_copy(told: list[Finding], by_file: Mapping[str, Found]) -> list[Finding]:
    """One finding for the files that have copies of the very same definitions and nothing else."""
    alike: dict[tuple[str, ...], list[Finding]] = defaultdict(list)
    causes = Counter(finding.cause for finding in told)
    for finding in told:
        if finding.cause and causes[finding.cause] > _CAUSE:
            alike[finding.path, finding.message].append(finding)  # they will be one anyway
            continue
        key = {f"{c.home.path} {c.place.definition.fingerprint}" for _, c in by_file.get(finding.path, ())}
        alike[tuple(sorted(key)) or (finding.path, finding.message)].append(finding)
    merged = []
    for first, *others in alike.values():
        if others:
            count = f"{len(others)} more file{'s' if len(others) > 1 else ''}"
            places = tuple(Related(f.path, f.span.cell, f.span.line, "the same in this file") for f in others)
            seen = {(place.path, place.line) for place in places}
            own = tuple(place for place in first.related if (place.path, place.line) not in seen)
            advice = Counter(finding.advice for finding in (first, *others)).most_common(1)[0][0]
            first = first._replace(
                message=f"{first.message.partition(' (one of ')[0]}, and so it is in {count}",
                advice=advice,
                related=own + places,
            )
        merged.append(first)
    return merged


def _series_told(by_file: dict[str, list[tuple[Finding, Copy]]], project: Project) -> Iterator[Finding]:
    """One finding for all copies between the members of a series, which are taken out."""
    found: dict[str, list[tuple[Finding, Copy]]] = defaultdict(list)
    for path, copies in list(by_file.items()):
        for one in copies:
            folder = _common_series(path, one[1].home.path, project)
            if folder is not None:
                found[folder].append(one)
                by_file[path] = [other for other in by_file[path] if other is not one]
        if not by_file[path]:
            del by_file[path]
    for folder, copies in found.items():
        members: dict[str, set[str]] = defaultdict(set)
        for _, copy in copies:
            members[copy.home.name] |= {_below(folder, place.path) for place in (copy.place, copy.home)}
        names = sorted((n for n in members if len(members[n]) >= _REPEATED), key=lambda n: (-len(members[n]), n))
        if not names:
            continue
        finding, copy = next(one for one in reversed(copies) if one[1].home.name == names[0])
        what = "files" if copy.place.path.endswith(_below(folder, copy.place.path)) else "folders"
        all_ = sorted(set().union(*(members[name] for name in names)))
        where_ = f" in `{folder}`" if folder else ""
        told = f"{len(names)} functions and classes: {listed(names, 1)}" if len(names) > 1 else f"`{names[0]}`"
        yield finding._replace(
            message=f"{len(all_)} {what} of the series `{all_[0]}` to `{all_[-1]}`{where_} repeat {told}",
            advice=(
                f"Move what does not change any more into a module beside the series (`{names[0]}`, say), and import it from "
                "the next one on; those that have run may stay as they are."
            ),
            related=tuple(
                Related(c.home.path, c.home.span.cell, c.home.span.line, f"`{name}`, in {len(members[name])} {what}")
                for name in names[:_LISTED]
                for c in [next(one for _, one in copies if one.home.name == name)]
            ),
        )


def _common_series(one: str, other: str, project: Project) -> str | None:
    """The folder of the series that two files belong to, if they do: one series of several in a folder is as good as all."""
    first, second = frozen_in(one, project), frozen_in(other, project)
    series = first or second
    if series is None or (first and second and first.folder != second.folder):
        return None
    beside = dirname(one) == dirname(other) == series.folder
    within = first is not None and second is not None and _below(series.folder, one) != _below(series.folder, other)
    return series.folder if beside or within else None


def _below(folder: str, path: str) -> str:
    """What lies directly in a folder, and is a file or has it within."""
    return path[len(folder) + 1 if folder else 0 :].partition("/")[0]


def _main_home(found: Found) -> str:
    homes = Counter(copy.home.path for _, copy in found)
    return min(homes, key=lambda path: (-homes[path], path))


def _share(found: Found) -> float:
    """How much of a script is copied, by its statements."""
    summary = found[0][1].place.summary
    own = summary.script_statements + sum(d.statements for d in summary.definitions if d.fingerprint)
    copied = {copy.place.span: copy.place.definition.statements for _, copy in found}
    return sum(copied.values()) / max(own, 1)


def _parted(one: str, other: str) -> tuple[str, str]:
    """The two folders in which two files lie, as far up as they differ; "" where one lies above the other."""
    first, second = dirname(one).split("/"), dirname(other).split("/")
    depth = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if depth is None or not first[0] or not second[0]:
        return "", ""
    return "/".join(first[: depth + 1]), "/".join(second[: depth + 1])


def _folder_told(folder: str, other: str, by_file: Mapping[str, Found], project: Project) -> Finding:
    """One finding for the copies in a folder, at the first of them."""
    found = list(by_file.values())
    firsts = [min((finding for finding, _ in one), key=lambda f: (f.span.cell or 0, f.span)) for one in found]
    here = [path for path in by_file if path.startswith(f"{folder}/")]
    back = len(found) - len(here)
    there = [home for path in here if (home := _main_home(by_file[path])).startswith(f"{other}/")]
    folder, other = commonpath(map(dirname, here)), commonpath(map(dirname, there))
    inside = [path.removeprefix(f"{folder}/") for path in here]
    many = sum(len({copy.place.name for _, copy in one}) for one in found)
    copy = next(copy for _, copy in found[0] if copy.home.path == _main_home(found[0]))
    advice = (
        f"Keep `{other}`, delete here what it repeats, and import it from there; if this folder is only there for the "
        "record, a tag in git keeps it better."
    )
    if back or not import_for(copy.home, project, copy.place.path):
        advice = "Keep one of each, in modules that the files of both folders can import."
    related = [
        Related(
            path,
            None,
            one.span.line,
            f"{len(copies)} {'copies' if len(copies) > 1 else 'copy'} of `{_main_home(copies)}`",
        )
        for (path, copies), one in zip(by_file.items(), firsts, strict=True)
    ]
    return firsts[0]._replace(
        message=(
            f"{many} functions and classes in {len(inside)} files of `{folder}` ({listed(inside, _LISTED)}) are copies, mostly "
            f"of what stands in `{other}`{f', and in {back} files the other way round' if back else ''}"
        ),
        advice=advice,
        related=tuple(related),
    )


def _told(found: Found, project: Project) -> Finding:
    """One finding for the copies in a file, at the first of them."""
    first = min((finding for finding, _ in found), key=lambda f: (f.span.cell or 0, f.span))
    copies = sorted((copy for _, copy in found), key=lambda c: (-c.place.definition.statements, c.place.span))
    names = list(dict.fromkeys(copy.place.name for copy in copies))
    by_home: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_home[copy.home.path].append(copy)
    homes = sorted(by_home, key=lambda path: (-len(by_home[path]), path))
    renamed = {c.place.name for c in copies if c.place.definition.wording != c.home.definition.wording}
    how = "copies" if renamed else "identical copies"
    path = first.path
    all_ = {d.name for d in copies[0].place.summary.definitions if d.fingerprint} <= set(names)
    if len(names) == 1:
        what = (
            f"`{names[0]}` is defined {len(copies)} times here, each time a copy"
            if len(copies) > 1
            else f"`{names[0]}` is a copy"
        )
    else:
        what = listed(names, _LISTED)
        if all_ and len(names) > 2:
            what = f"all {len(names)} functions and classes of this file ({what})"
        what += f" are {how}"
    others = [home for home in homes if home != path]
    if not others:
        source = "of others in this file"
    elif len(homes) == 1:
        source = f"of {'those' if len(names) > 1 else 'the one'} in `{homes[0]}`"
    else:
        source = f"of what stands in {listed(others, 2)}" + (
            f" file{'s' if len(others) > 3 else ''}" if len(others) > 2 else ""
        )
    if len(names) > 1 and len(homes) == 1 and is_copy_of_file(copies[0].place, copies[0].home, project):
        what, source = f"this file is a copy of `{homes[0]}`", f"({listed(names, _LISTED)})"
    changed = f", with local names changed in {len(renamed)} of them" if renamed and len(names) > 1 else ""
    advice = instead(by_home[(others or homes)[0]], project)
    if len(homes) > 1:
        advice = f"{advice[:-1]}; likewise for the others."
    few = len(copies) <= _SHOWN
    related = tuple(
        dict.fromkeys(
            place for copy in copies for place in (_here(copy, first), *_related(copy)[: None if few else 1]) if place
        )
    )
    return first._replace(message=f"{what} {source}{changed}", advice=advice, related=related)


def _here(copy: Copy, first: Finding) -> Related | None:
    span = copy.place.span
    return (
        None if span == first.span else Related(copy.place.path, span.cell, span.line, f"`{copy.place.name}`, a copy")
    )


def _related(copy: Copy) -> tuple[Related, ...]:
    home = copy.home
    others = (place for place in copy.group if place is not home and place.path != copy.place.path)
    return (
        Related(home.path, home.span.cell, home.span.line, f"`{home.name}`, the one to keep"),
        *(Related(p.path, p.span.cell, p.span.line, f"`{p.name}`, another copy") for p in others),
    )
