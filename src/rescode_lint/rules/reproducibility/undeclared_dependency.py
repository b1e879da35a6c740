from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from posixpath import basename

from rescode_lint.facts.distributions import (
    BUILT_FOR_THE_MACHINE,
    IMPORTED_ONLY,
    ONE_PLATFORM_ONLY,
    brought_along,
    modules_of,
    normalised,
)
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Related, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.environment import Environment, Manifest, Requirement, installed
from rescode_lint.project.put_away import is_put_away
from rescode_lint.rule import Bad, ProjectRule, listed
from rescode_lint.rules.reproducibility._dependencies import Foreign, foreign

#: Where the reader would add a requirement, the best place first.
_ORDER = ("requirements", "pyproject", "conda", "pipfile", "setup")
_BY_THE_WAY = lazy(r"(?i)(?:^|/)(?:docs?|tests?|dev|ci)(?:/|\b)|dev|test|doc|lint|extra|optional|constraint")
#: What is kept out of a repository on purpose.
_PRIVATE = lazy(r"(?i)secret|credential|passw|token|(?:^|_)keys?(?:_|$)|local|private|apikey")
#: What Python's own modules hold: whoever imports it as a module has slipped, and no distribution would help.
_OWN_OF_PYTHON = frozenset("defaultdict OrderedDict namedtuple Counter deque partial reduce sleep sqrt join".split())
_WORD = lazy(r"[A-Za-z0-9]+")
#: More missing ones than this are one finding: nobody keeps the list.
_MANY = 4
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
    tools for developing, and imports in a `try` that goes on without them are left alone. A library that is declared and never imported costs whoever installs it: it is said once for a file.
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
        "everything declared is accounted for, as its distribution may have any name. Silent where a list is computed, or "
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
                "README.md": "First `pip install seaborn`.",
                "a.py": "import numpy\n\ndef plot():\n    import seaborn as sns",
                "b.ipynb": "# %%\nimport numpy\nfrom seaborn import heatmap\n     ^^^^^^^",
            },
            "`seaborn` is imported, but `environment.yml` does not list it: only `README.md` says to install it",
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
        """Yield one finding a distribution that is missing, and one a file for what it lists in vain."""
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
        colab = {path for path, summary in project.files.items() if _is_for_colab(summary)}
        on_colab = brought_along(_COLAB)
        installable = any(
            manifest.kind in ("pyproject", "setup") and not manifest.folder for manifest in environment.manifests
        )
        cloned = environment.cloned
        tells_of_torch = any("pytorch.org/" in text for text in project.tree.texts.values())
        keys_used = frozenset(item.key for item in imports)
        missing: dict[str, list[Foreign]] = defaultdict(list)
        optional = {item.key for item in imports if item.item.optional}
        for item in imports:
            if (
                item.item.optional
                or item.key in ONE_PLATFORM_ONLY
                or (not item.known and item.head in _OWN_OF_PYTHON)
                or item.key in present
                or not environment.declared.isdisjoint((*item.distributions, item.key))
                or item.key in own.get(item.path, ())
                or (item.path in colab and item.key in on_colab)
                or (not item.known and (outside or item.path in own or self._is_murky(item, environment, heads)))
                or (item.item.local and (installable or item.key in optional))
                or (
                    item.key in BUILT_FOR_THE_MACHINE
                    and (item.key in environment.hints or (tells_of_torch and "torch" in item.key))
                )
                or not cloned.isdisjoint((item.head.lower(), item.head.lower().replace("_", "-")))
            ):
                continue
            if _speaking(environment, item.path, keys_used):
                missing[item.key].append(item)
        found: dict[str, list[Finding]] = defaultdict(list)
        for key, items in missing.items():
            # What another one brings along is not missing once that is there.
            if not any(
                key in brought_along(frozenset([other])) and other not in brought_along(frozenset([key]))
                for other in missing
                if other != key
            ):
                finding = self._missing(environment, items, keys_used)
                list_of = _subject(finding.message.partition(" imported, but ")[2]) if items[0].known else ""
                found[list_of].append(finding)
        for path, findings in found.items():
            yield from [_many(path, findings)] if path and len(findings) > _MANY else findings

    def _missing(self, environment: Environment, items: list[Foreign], used: frozenset[str]) -> Finding:
        first = min(items, key=lambda item: (item.item.local, item.path, item.item.cell or 0, item.item.line))
        places: dict[str, Foreign] = {}
        for item in items:
            if item.path != first.path:
                places.setdefault(item.path, item)
        manifests = _speaking(environment, first.path, used)
        best = manifests[0]
        name = first.distributions[0]
        files = (
            f"`{best.path}` does not list" if len(manifests) == 1 else f"neither `{best.path}` nor another file lists"
        )
        same = normalised(name) == normalised(first.head)
        module = first.head
        what = "it" if same else f"its distribution, `{name}`"
        hint = environment.hints.get(first.key, "")
        said = f": only `{hint}` says to install it" if hint else ""
        if not first.known:
            message = f"`{module}` is imported, but it is neither in the repository nor in `{best.path}`{said}"
            advice = (
                f"If `{module}` is a library, add its distribution to `{best.path}`; if it is your own file, commit it."
            )
        else:
            message = f"`{module}` is imported, but {files} {what}{said}"
            extra = (
                " as an optional dependency"
                if best.kind in ("pyproject", "setup") and all(map(_is_aside, items))
                else ""
            )
            advice = (
                f"Add `{name}` to `{best.path}`{extra}, with the version that you have: `pip show {name}` names it."
            )
        return self.finding(
            first.span(),
            message,
            path=first.path,
            advice=advice,
            confidence="high" if first.known and not _may_bring_more(manifests) else "medium",
            related=tuple(
                Related(item.path, item.item.cell, item.item.line, f"`{module}` is imported here too")
                for item in places.values()
            )[:20],
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
            if _BY_THE_WAY.search(manifest.path):
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


def _many(path: str, findings: list[Finding]) -> Finding:
    """One finding for a list that was not kept."""
    findings.sort(key=lambda finding: (finding.path, finding.span.cell or 0, finding.span))
    first, *others = findings
    names = [_subject(finding.message) for finding in findings]
    distributions = [_subject(finding.advice) for finding in findings]
    return first._replace(
        message=f"{listed(names, 'module', most=3)} are imported, but `{path}` lists none of them",
        advice=f"Add what is missing to `{path}`, with the versions that you have: "
        f'`pip freeze | grep -iE "{"|".join(distributions)}"` names them.',
        related=tuple(
            place
            for finding in others
            for place in (
                Related(finding.path, finding.span.cell, finding.span.line, f"`{_subject(finding.message)}`"),
            )
        )[:20],
    )


def _subject(message: str) -> str:
    """The first thing in backticks."""
    return message.partition("`")[2].partition("`")[0]


def _speaking(environment: Environment, path: str, used: frozenset[str]) -> list[Manifest]:
    """The files whose list is complete as far as anybody can see, the best to add to first; none where one is not."""
    manifests = environment.of(path)
    if any(manifest.opaque for manifest in manifests):
        return []
    found = [m for m in manifests if m.kind in _ORDER and not environment.brings[m.path].isdisjoint(used)]
    return sorted(found, key=lambda m: (bool(_BY_THE_WAY.search(m.path)), -m.path.count("/"), _ORDER.index(m.kind)))


def _may_bring_more(manifests: list[Manifest]) -> bool:
    """Whether something is declared of which nobody knows here what comes with it."""
    return any(
        not modules_of(requirement.name) and not _is_tool(requirement.name)
        for manifest in manifests
        for requirement in manifest.requirements
    )


def _is_aside(item: Foreign) -> bool:
    """Whether an import stands in what a package does not install: a notebook."""
    return item.path.endswith(".ipynb")


def _is_for_colab(summary: Summary) -> bool:
    return any(item.module.startswith("google.colab") or item.name == "colab" for item in summary.imports)


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
