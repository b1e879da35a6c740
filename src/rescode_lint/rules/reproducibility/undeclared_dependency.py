from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from posixpath import basename, commonpath, dirname

from rescode_lint.facts.distributions import (
    BUILT_FOR_THE_MACHINE,
    IMPORTED_ONLY,
    ONE_PLATFORM_ONLY,
    TOLD_BY_USE,
    brought_along,
    modules_of,
    normalised,
)
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span
from rescode_lint.project import Project
from rescode_lint.project.environment import Environment, Manifest, Requirement, installed
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rule import Bad, ProjectRule, listed
from rescode_lint.rules.reproducibility._dependencies import Foreign, foreign
from rescode_lint.rules.reproducibility._places import BY_THE_WAY, Places, Told, runs_elsewhere
from rescode_lint.rules.reproducibility._platform import is_on_colab

#: What is kept out of a repository on purpose.
_PRIVATE = lazy(r"(?i)secret|credential|passw|token|(?:^|_)keys?(?:_|$)|local|private|apikey")
#: What Python's own modules hold: whoever imports it as a module has slipped, and no distribution would help.
_OWN_OF_PYTHON = frozenset("defaultdict OrderedDict namedtuple Counter deque partial reduce sleep sqrt join".split())
_WORD = lazy(r"[A-Za-z0-9]+")
#: The group of findings about what is declared and never imported.
_IN_VAIN = "in vain"
#: So many exact versions together are an export of all that was installed, not a list that somebody keeps.
_EXPORT = 20


class UndeclaredDependency(ProjectRule):
    """Who follows the instructions, makes a fresh environment from the file in the repository, and starts the first script,
    gets `ModuleNotFoundError`; then guesses a distribution by the name of the module, and perhaps installs another one, or
    another version than the one that gave the results. On the machine of the author all is well, because the library has
    been there for years.

    Every import of the project is compared with all that its `pyproject.toml`, `requirements*.txt`, `environment.yml`,
    `setup.py`, `setup.cfg`, `Pipfile` and lock files ask for, extras and groups for developers included, and
    with what a script declares in itself (`# /// script`). Libraries that come with declared ones (NumPy with pandas),
    tools for developing, and imports in a `try` that goes on without them are left alone. All that one file lacks is one
    finding. A library that is declared and never imported costs whoever installs it: it is said once for a file.
    """

    code = "RSC605"
    name = "undeclared-dependency"
    summary = "an import that no environment file of the project declares, or a declared library that nothing imports"
    advice = "Add its distribution to the environment file, with the version that gave your results."
    how_to_fix = (
        "Add the distribution (its name may differ from the module's: `cv2` is `opencv-python`) with the version that you "
        "have: `pip show` names it. Then try it: a new environment, made from the file alone, must run the first script."
    )
    limits = (
        "The distributions of some 1,100 modules are known from a table; another module is reported only where "
        "everything declared is accounted for, as its distribution may have any name. What a README, a text cell or a call of "
        "pip in the code tells of counts as declared. Left alone are tests, code that was put away, tried out or runs on Kaggle "
        "or AWS Glue, and what lies beside a package and has nothing to do with it. Silent where a list is computed, or "
        "includes a file that is not there, and where the project declares nothing at all (see `unpinned-environment`). "
        "A declared library counts as needless only if it is one that is used by importing it, and nothing else."
    )
    severity = "warning"
    VALID = (
        {"requirements.txt": "pandas==2.2\nscikit-learn\n", "a.py": "import pandas\nimport numpy\nimport sklearn.svm"},
        {"a.py": "import pandas\nimport seaborn"},
        {"requirements.txt": "numpy\n", "a.py": "try:\n    import cupy\nexcept ImportError:\n    cupy = None"},
        {"requirements.txt": "numpy\n", "a.py": "import os, Queue, setuptools, IPython, google.colab, pytest"},
        {"requirements.txt": "opencv-python-headless\n", "a.py": "import cv2"},
        {
            "environment.yml": "dependencies:\n  - pytorch::pytorch=1.12\n  - pip:\n    - einops==0.6\n",
            "a.py": "import torch\nimport einops",
        },
        {"pyproject.toml": "[project]\ndependencies = ['numpy']\n[project.optional-dependencies]\nplot = ['seaborn']\n"}
        | {"a.py": "import seaborn"},
        {"requirements.txt": "numpy\n", "lib/tools.py": "x = 1", "a.py": "import tools\nfrom lib import tools as t"},
        {"requirements.txt": "numpy\nlab-toolbox\n", "a.py": "import numpy\nimport labtools"},
        {"requirements.txt": "numpy\n", "a.ipynb": "# %%\n!pip install -q seaborn\nimport seaborn"},
        {"setup.py": "from setuptools import setup\nsetup(install_requires=open('deps.list').read())"}
        | {"a.py": "import seaborn"},
        {"requirements.txt": "numpy\nopenpyxl\njupyter\npytest\nseaborn[stats]\n", "a.py": "import numpy, seaborn"},
        {"docs/requirements.txt": "sphinx\n", "a.py": "import seaborn"},
        {"requirements.txt": "numpy\n", "b.py": "import numpy"}
        | {"a.py": "# /// script\n# dependencies = [\n#   'seaborn >= 0.13',\n# ]\n# ///\nimport seaborn"},
        {"requirements.txt": "numpy\n", "a.py": "import numpy\nimport torch_xla.core.xla_model as xm"},
        {"requirements.txt": "numpy\n", "a.py": "import numpy\nimport defaultdict"},
        {"requirements.txt": "numpy\n", "README.md": "First `pip install seaborn`.", "a.py": "import numpy, seaborn"},
        {"requirements.txt": "numpy\n", "fig/README.md": "## Requirements\n\n- Seaborn\n", "a.py": "import numpy"}
        | {"fig/b.py": "import seaborn"},
        {"requirements.txt": "numpy\n", "a.py": "import numpy"}
        | {"b.ipynb": "# %% [markdown]\nYou will need these modules: numpy, scikit-learn\n# %%\nimport sklearn"},
        {"requirements.txt": "numpy\n", "a.py": "import numpy, subprocess, sys\nrun = subprocess.run\n"}
        | {
            "b.py": "import sys\nrun([sys.executable, '-m', 'pip', 'install', 'git+https://example.org/lab/detectron2.git'])\nimport detectron2"
        },
        {"requirements.txt": "numpy\n", "a.py": "import numpy", "k/kernel-metadata.json": "{}", "k/b.py": "import cv2"},
        {"requirements.txt": "numpy\n", "a.py": "import numpy", "job.py": "import awsglue\nimport numpy, boto3"},
        {
            "requirements.txt": "numpy\n",
            "a.py": "import numpy",
            "a_old.py": "import seaborn",
            "scratch/b.py": "import ray",
        },
        # The package's list is not for all that lies in the repository.
        {"pyproject.toml": "[project]\ndependencies = ['numpy']", "src/songs/__init__.py": "import numpy"}
        | {"other/job.py": "import numpy, pydicom"},
        {
            "requirements-lock.txt": "#\n# This file is autogenerated by pip-compile\n#\nnumpy==1.26.4\n",
            "a.py": "import numpy, ray",
        },
        "import numpy",
    )
    INVALID = (
        Bad(
            {"requirements.txt": "numpy==1.26\n", "a.py": "import numpy\nimport cv2\n       ^^^"},
            "`cv2` is imported, but `requirements.txt` does not list its distribution, `opencv-python`",
            "numpy==1.26\nopencv-python==4.9.0.80",
        ),
        Bad(
            {
                "environment.yml": "dependencies:\n  - python=3.10\n  - numpy\n",
                "README.md": "# Songs\n\nHow loud they are.",
                "a.py": "import numpy\n\ndef plot():\n    import seaborn as sns",
                "b.ipynb": "# %%\nimport numpy\nfrom seaborn import heatmap\n",
                "c.py": "import numpy\nimport seaborn\n       ^^^^^^^",
            },
            "`seaborn` is imported, but `environment.yml` does not list it",
        ),
        # What only code beside the package needs is no burden for those who install the package.
        Bad(
            {
                "pyproject.toml": "[project]\ndependencies = ['numpy']",
                "songs/__init__.py": "import numpy",
                "paper/plot.py": "import songs\nimport seaborn",
                "paper/fit.py": "import xgboost\n       ^^^^^^^",
            },
            "`xgboost` and `seaborn` are imported, but `pyproject.toml` lists none of them",
        ),
        # A list that a program writes is none to add to.
        Bad(
            {
                "requirements.in": "numpy\n",
                "requirements.txt": "# This file is autogenerated by pip-compile\nnumpy==1.26.4\n",
                "a.py": "import numpy\nimport seaborn\n       ^^^^^^^",
            },
            "`seaborn` is imported, but `requirements.in` does not list it",
        ),
        # Two libraries have that name, and have nothing in common.
        Bad(
            {"requirements.txt": "numpy\n", "a.py": "import numpy\nimport magic\n       ^^^^^\nmagic.MAGIC().fit(x)"},
            "does not list its distribution, `magic-impute`",
        ),
        Bad(
            {"requirements.txt": "numpy\n", "a.py": "import numpy\nimport magic\n       ^^^^^\nrun(magic)"},
            "does not list its distribution, `magic-impute` or `python-magic`",
        ),
        Bad(
            {"requirements.txt": "numpy\nseaborn\nxgboost\n^^^^^^^", "a.py": "import numpy\nimport seaborn"},
            "`xgboost` is in `requirements.txt`, but nothing in the repository imports it",
        ),
        Bad(
            {
                "requirements.txt": "numpy\n",
                "a.py": "import numpy\nimport cv2\n       ^^^\nimport seaborn\nimport xgboost",
                "b.py": "import sklearn\nimport tqdm",
            },
            "`cv2`, `seaborn`, `xgboost` and 2 more modules are imported, but `requirements.txt` lists none of them",
        ),
        Bad(
            {
                "pyproject.toml": "[project]\ndependencies = ['numpy']",
                "a.py": "import torch\n       ^^^^^\nimport numpy",
            },
            "`torch` is imported, but `pyproject.toml` does not list it",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a file for what it lacks, and one for what it lists in vain."""
        environment = project.environment
        if not environment.manifests or not project.tree.whole:
            return
        imports = foreign(project)
        yield from self._undeclared(project, environment, imports)
        yield from self._unused(project, environment)

    # --- imported, not declared ---------------------------------------------------------------------------------------

    def _undeclared(
        self, project: Project, environment: Environment, imports: tuple[Foreign, ...]
    ) -> Iterator[Finding]:
        keys = frozenset(requirement.key for manifest in environment.manifests for requirement in manifest.requirements)
        present = brought_along(keys)
        own = {
            path: brought_along(frozenset(r.key for install in summary.installs for r in installed(install.command)))
            for path, summary in project.files.items()
            if summary.installs
        }
        outside = ".gitmodules" in project.tree.texts or any(_leaves(s.sys_path) for s in project.files.values())
        heads = {_letters(item.head) for item in imports}
        colab = {path for path, summary in project.files.items() if is_on_colab(summary)}
        on_colab = brought_along(_COLAB)
        installable = any(
            manifest.kind in ("pyproject", "setup") and not manifest.folder for manifest in environment.manifests
        )
        cloned = environment.cloned
        tells_of_torch = any("pytorch.org/" in text for text in project.tree.texts.values())
        places = Places(project, frozenset(item.key for item in imports))
        told = Told(project)
        optional = {item.key for item in imports if item.item.optional}
        missing: dict[Manifest, dict[str, list[Foreign]]] = defaultdict(lambda: defaultdict(list))
        for item in imports:
            if (
                item.item.optional
                or item.key in ONE_PLATFORM_ONLY
                or (not item.known and item.head in _OWN_OF_PYTHON)
                or item.key in present
                or not environment.declared.isdisjoint((*item.distributions, item.key))
                or item.key in own.get(item.path, ())
                or item.key in environment.hints
                or (item.path in colab and item.key in on_colab)
                or (not item.known and (outside or item.path in own or self._is_murky(item, environment, heads)))
                or (item.item.local and (installable or item.key in optional))
                or (item.key in BUILT_FOR_THE_MACHINE and tells_of_torch and "torch" in item.key)
                or not cloned.isdisjoint((item.head.lower(), item.head.lower().replace("_", "-")))
                or runs_elsewhere(project, item.path)
            ):
                continue
            place = places.of(item.path)
            if place is not None and not told.about(item):
                missing[place][item.key].append(item)
        for place, found in missing.items():
            lacking = frozenset(found)
            lists = [
                items
                for key, items in found.items()
                # What another one brings along is not missing once that is there.
                if not any(
                    key in brought_along(frozenset([other])) and other not in brought_along(frozenset([key]))
                    for other in lacking - {key}
                )
            ]
            yield self._missing(project, places, place, lists)

    def _missing(self, project: Project, places: Places, place: Manifest, lists: list[list[Foreign]]) -> Finding:
        """One finding for all that a file lacks, the surest first."""
        path = place.path
        for items in lists:
            items.sort(key=_certainty)
        lists.sort(key=lambda items: _certainty(items[0]))
        first = lists[0][0]
        manifests = project.environment.of(first.path)
        sure = [items[0] for items in lists if items[0].known]
        unsure = [items[0] for items in lists if not items[0].known]
        heads = [f"`{item.head}`" for item in sure or unsure]
        several = len(heads) > 1
        alone = sum(1 for manifest in manifests if manifest.kind != "lock") == 1
        names = [_distribution(project, item, lists) for item in sure]
        if not sure:
            message = (
                f"{listed([item.head for item in unsure], 'module', most=3)} are imported, but they are neither in the repository nor in `{path}`"
                if several
                else f"{heads[0]} is imported, but it is neither in the repository nor in `{path}`"
            )
            advice = (
                f"Add to `{path}` the distribution of each that is a library, and commit those that are your own files."
                if several
                else f"If {heads[0]} is a library, add its distribution to `{path}`; if it is your own file, commit it."
            )
        else:
            where = f"`{path}` does not list" if alone else f"neither `{path}` nor another file lists"
            none = f"`{path}` lists none of them" if alone else f"neither `{path}` nor another file lists them"
            siblings = places.siblings(place)
            if len(siblings) > 1:
                together = place.folder and all(other.folder == place.folder for other in siblings)
                where = f"no file in `{place.folder}/` lists" if together else "no environment file lists"
                none = f"{where} them"
            same = normalised(names[0].strip("`")) == normalised(sure[0].head)
            what = "it" if same else f"its distribution, {names[0]}"
            message = (
                f"{listed([item.head for item in sure], 'module', most=3)} are imported, but {none}"
                if several
                else f"{heads[0]} is imported, but {where} {what}"
            )
            advice = _advice(place, names, places, [item for items in lists if items[0].known for item in items])
            if unsure:
                also = listed([item.head for item in unsure], "module")
                advice += (
                    f" {also} {'are' if len(unsure) > 1 else 'is'} neither in the repository nor there: add or commit "
                    f"{'them' if len(unsure) > 1 else 'it'}."
                )
        shown: set[tuple[str, str]] = {(first.path, first.head)}
        related: list[Related] = []
        for number, item in sorted(
            ((number, item) for items in lists for number, item in enumerate(items)), key=lambda pair: pair[0] > 0
        ):
            if (item.path, item.head) not in shown:
                shown.add((item.path, item.head))
                again = " is imported here too" if number else " is imported here"
                related.append(Related(item.path, item.item.cell, item.item.line, f"`{item.head}`{again}"))
        return self.finding(
            first.span(),
            message,
            path=first.path,
            advice=advice,
            confidence="high" if first.known and not _may_bring_more(list(manifests)) else "medium",
            related=tuple(related[:20]),
        )

    def _is_murky(self, item: Foreign, environment: Environment, heads: set[str]) -> bool:
        """Whether a module that no table knows may come from something that is declared, or that a text tells of."""
        return (
            is_put_away(item.path)
            or _PRIVATE.search(item.head) is not None
            or _loosely(item.head, environment)
            or item.head.lower() in environment.linked
            or any(
                not modules_of(requirement.name)
                and _letters(requirement.name) not in heads
                and not _is_tool(requirement.name)
                for manifest in environment.of(item.path)
                for requirement in manifest.requirements
            )
        )

    # --- declared, not imported ---------------------------------------------------------------------------------------

    def _unused(self, project: Project, environment: Environment) -> Iterator[Finding]:
        if any(summary.kind == "ipynb" and summary.unparsed for summary in project.files.values()):
            return
        if any(not item.known for item in foreign(project)):
            return
        if _HIDES_CODE.search(project.tree.texts.get(".gitignore", "")):
            return
        used = {item.module.partition(".")[0] for summary in project.files.values() for item in summary.imports}
        found: list[Requirement] = []
        for manifest in environment.manifests:
            if manifest.kind in ("lock", "shell") or manifest.opaque or _is_export(manifest):
                continue
            if BY_THE_WAY.search(manifest.path):
                continue
            if not all(modules_of(r.name) or _is_tool(r.name) for r in manifest.requirements if not r.extra):
                continue  # nobody knows what the others need
            keys = [r.key for r in manifest.requirements]
            found += [
                r
                for r in manifest.requirements
                if r.line
                and not r.extra
                and r.key in IMPORTED_ONLY
                and not any(module.partition(".")[0] in used for module in modules_of(r.name) + modules_of(r.key))
                and r.key not in brought_along(frozenset(key for key in keys if key != r.key))
            ]
        words = self._words(project, environment) if found else set()
        for requirement in found:
            if any(module.partition(".")[0] in words for module in modules_of(requirement.key)):
                continue
            yield self.finding(
                Span(
                    requirement.line, requirement.column, requirement.line, requirement.column + len(requirement.name)
                ),
                f"`{requirement.name}` is in `{requirement.path}`, but nothing in the repository imports it",
                path=requirement.path,
                advice="Take it out, if no script that is missing here needs it: whoever installs the environment has less "
                "to wait for and to break.",
                severity="note",
                confidence="medium",
                group=_IN_VAIN,
            )

    def _words(self, project: Project, environment: Environment) -> set[str]:
        """All that scripts of the shell, settings and the like may name."""
        words: set[str] = set()
        declaring = {manifest.path for manifest in environment.manifests}
        for path, text in project.tree.texts.items():
            if path not in declaring and not basename(path).lower().startswith(("readme", "install")):
                words.update(_WORD.findall(text))
        for summary in project.files.values():
            for part in (summary.refs, *summary.runs, *(install.command for install in summary.installs)):
                words.update(_WORD.findall(part))
        return words

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for all that a file lists in vain."""
        first = findings[0]
        names = list(dict.fromkeys(f"`{_subject(finding.message)}`" for finding in findings))
        if len(names) == 1:
            return first
        return first._replace(
            message=f"{', '.join(names[:-1])} and {names[-1]} are in `{first.path}`, but nothing in the repository imports them",
            advice=first.advice.replace("it out", "them out").replace("needs it:", "needs them:"),
            related=tuple(
                Related(finding.path, None, finding.span.line, f"`{_subject(finding.message)}` likewise")
                for finding in findings[1:]
            ),
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for what several files list in vain."""
        vain = [finding for finding in findings if finding.group == _IN_VAIN]
        if len(vain) < 2:
            return findings
        first = min(vain, key=lambda finding: (finding.path.count("/"), finding.path))
        others = [finding for finding in vain if finding is not first]
        related = first.related + tuple(
            Related(finding.path, None, finding.span.line, finding.message) for finding in others
        )
        return [finding for finding in findings if finding not in vain] + [first._replace(related=related)]


def _certainty(item: Foreign) -> tuple[bool, bool, bool, str, int, int]:
    """The surest import first."""
    return (
        not item.known,
        item.path.endswith(".ipynb"),
        item.item.local,
        item.path,
        item.item.cell or 0,
        item.item.line,
    )


def _distribution(project: Project, item: Foreign, lists: list[list[Foreign]]) -> str:
    """The distribution to name, in backticks; of unrelated ones that share a module the one whose parts are used, or all."""
    by_use = TOLD_BY_USE.get(item.head)
    if by_use is None:
        return f"`{item.distributions[0]}`"
    words: set[str] = set()
    for other in (other for items in lists for other in items if other.head == item.head):
        summary = project.files[other.path]
        words.add(f"{other.item.module}.{other.item.name}")
        for refs in (summary.refs, *(definition.refs for definition in summary.definitions)):
            words.update(refs.split())
    fitting = [
        name
        for name, parts in by_use.items()
        if any(
            word == f"{item.head}.{part}" or word.startswith(f"{item.head}.{part}.") for part in parts for word in words
        )
    ]
    return " or ".join(f"`{name}`" for name in (fitting if len(fitting) == 1 else by_use))


def _advice(place: Manifest, names: list[str], places: Places, items: list[Foreign]) -> str:
    """Where to write the distributions, and where their versions can be had."""
    path = place.path
    plain = [name.replace("`", "").replace(" or ", " ") for name in names]
    shown = ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]
    versions = (
        f"with the versions that you have: `pip show {' '.join(plain)}` names them."
        if len(names) > 1
        else f"with the version that you have: `pip show {plain[0]}` names it."
    )
    if len(places.siblings(place)) > 1:
        return f"Add {shown} to the environment file that this code is run with, {versions}"
    aside = [item for item in items if places.is_outside(item.path, path)]
    if not aside:
        return f"Add {shown} to `{path}`, {versions}"
    folder = commonpath([dirname(item.path) for item in items])
    extra = f"`{places.extra_of(place)}` as {'optional dependencies' if len(names) > 1 else 'an optional dependency'}"
    if len(aside) == len(items):
        own = f", or to a `requirements.txt` in `{folder}/`" if folder else ""
        return f"Add {shown} to {extra}{own}, {versions}"
    return (
        f"Add {shown} to `{path}` (what only code outside of the package needs, as an optional dependency), {versions}"
    )


def _subject(message: str) -> str:
    """The first thing in backticks."""
    return message.partition("`")[2].partition("`")[0]


def _may_bring_more(manifests: list[Manifest]) -> bool:
    """Whether something is declared of which nobody knows here what comes with it."""
    return any(
        not modules_of(requirement.name) and not _is_tool(requirement.name)
        for manifest in manifests
        for requirement in manifest.requirements
    )


#: What is there on Colab before anything is installed.
_COLAB = frozenset(
    "anaconda torch torchvision torchaudio tensorflow keras tensorflow-hub tensorflow-datasets tensorflow-probability jax "
    "flax xgboost lightgbm transformers datasets spacy nltk gensim gdown wordcloud plotly opencv-python albumentations gym "
    "hyperopt prophet geopandas folium librosa statsmodels pymc arviz google-cloud-bigquery yfinance".split()
)
#: A `.gitignore` under which committed code may hide.
_HIDES_CODE = lazy(
    r"(?im)^/?(?:\*\.ipynb|\*\.py|(?:.*/)?(?:notebooks?|scripts?|code|src|experiments?|analysis|examples?)/?\**)\s*$"
)
#: What says nothing about the libraries that the code imports.
_TOOLS: Mapping[str, None] = dict.fromkeys(
    "python pip setuptools wheel jupyter jupyterlab notebook ipykernel ipython pytest pytest-cov black flake8 isort mypy "
    "ruff pylint pre-commit sphinx nbsphinx nbconvert nbstripout coverage tox twine cudatoolkit nodejs cmake git make "
    "hatchling hatch-vcs setuptools-scm flit-core poetry-core pip-tools build ninja compilers openssl ffmpeg".split()
)


def _is_tool(name: str) -> bool:
    return normalised(name) in _TOOLS or normalised(name).startswith(
        ("sphinx", "pytest", "jupyter", "mkdocs", "types-")
    )


def _is_export(manifest: Manifest) -> bool:
    exact = [r for r in manifest.requirements if r.version[:1] == "=" or "==" in r.version or r.version[:1].isdigit()]
    return len(exact) >= _EXPORT and len(exact) >= 0.8 * len(manifest.requirements)


@cache
def _letters(name: str) -> str:
    """A name without what names of modules and distributions differ in."""
    letters = "".join(char for char in name.lower() if char.isalnum())
    return letters.removeprefix("python").removesuffix("python").removeprefix("py").removesuffix("py")


def _loosely(head: str, environment: Environment) -> bool:
    letters = _letters(head)
    return len(letters) < 2 or any(letters in _letters(name) for name in environment.declared)


def _leaves(entries: tuple[str, ...]) -> bool:
    """Whether what is added to `sys.path` may lie outside of the repository."""
    return any(entry.startswith(("/", "~", "../..")) or ":" in entry for entry in entries)
