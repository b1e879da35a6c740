from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from posixpath import basename

from rescode_lint.facts.distributions import DECISIVE, canonical
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Span, Summary
from rescode_lint.project import Project
from rescode_lint.project.environment import Environment, Manifest, installed
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rule import Bad, ProjectRule
from rescode_lint.rules.reproducibility._dependencies import Foreign, foreign
from rescode_lint.rules.reproducibility._platform import is_on_kaggle


class UnpinnedEnvironment(ProjectRule):
    """A script that ran in spring stops in autumn, or goes on with other numbers: in between pandas has changed a default,
    scikit-learn a solver, PyTorch an initialisation. Without a record of the versions nobody can tell which, and the only
    environment in which the results hold is one laptop that will be replaced.

    A project needs one file that says which libraries it uses, and for those that decide about results at least a lower
    bound; a lock file holds all of it exactly. One version, of any of them, in any file, and this rule is content.
    """

    code = "RSC606"
    name = "unpinned-environment"
    summary = "no environment file, or none with a version of what the results depend on"
    advice = "Write the versions down that gave your results: `pip freeze > requirements-lock.txt`, or `uv lock`."
    how_to_fix = (
        "List what you import directly in `pyproject.toml`, `requirements.txt` or `environment.yml`, with the versions that "
        "gave your results (`pip freeze` shows them). Keep a full record beside it: `uv lock`, `pip-compile`, "
        "`conda env export` or `pip freeze > requirements-lock.txt`, and commit it."
    )
    limits = (
        "A Dockerfile counts as an environment file, as do a script's own `# /// script` lines, a README that names versions, and any file that the README or a set-up script hands to "
        "`conda env create -f`. Notebooks written for Colab need one as well: what is installed there changes from month "
        "to month; not so where most of the code runs on Kaggle, whose images are kept. Code that was put away (`old/`, "
        "`archive/`) does not count. Silent for projects that import only what Python brings, and where "
        "the list is computed."
    )
    severity = "warning"
    VALID = (
        {"requirements.txt": "numpy==1.26.4\npandas\n", "a.py": "import numpy, pandas"},
        {"pyproject.toml": "[project]\ndependencies = ['numpy>=1.24', 'scipy']", "a.py": "import numpy, scipy"},
        {"environment.yml": "dependencies:\n  - numpy=1.26\n", "a.py": "import numpy"},
        {"Pipfile": "[packages]\nnumpy = '*'\n", "Pipfile.lock": '{"default": {}}', "a.py": "import numpy"},
        {"requirements.txt": "click\nrich\n", "a.py": "import click, rich"},
        {"Dockerfile": "FROM python:3.11\nRUN pip install numpy==1.26\n", "a.py": "import numpy"},
        {"setup.py": "from setuptools import setup\nsetup(install_requires=find())", "a.py": "import numpy"},
        {"a.py": "import os, json", "b.py": "import a"},
        {"a.py": "# /// script\n# dependencies = ['numpy==2.1']\n# ///\nimport numpy"},
        {"a.py": "import requests"},
        {"requirements.yml": "name: lab\ndependencies:\n  - numpy=1.26\n", "a.py": "import numpy"},
        {
            "setup.py": "import subprocess\nsubprocess.run(['conda', 'env', 'create', '-n', 'lab', '-f',\n    '.lab-env'])",
            ".lab-env": "dependencies:\n  - numpy=1.26\n",
            "a.py": "import numpy",
        },
        {
            "README.md": "Run `mamba env create --file lab.yml`.",
            "lab.yml": "name: lab\ndependencies:\n  - numpy=1.26\n",
            "a.py": "import numpy",
        },
        "# %%\nimport pandas as pd\npd.read_csv('/kaggle/input/songs/train.csv')",
        {"old/a.py": "import numpy", "b.py": "import json"},
        {"README.md": "Needs numpy==1.18.4 and scipy==1.7.2.", "a.py": "import numpy, scipy"},
        {"README": "I used:\n\npython 3.8\nNumPy 1.18.4\n* `scipy` (version 1.7.2)", "a.py": "import numpy, scipy"},
    )
    INVALID = (
        Bad(
            {"a.py": "import os\nimport numpy as np\n       ^^^^^", "b.ipynb": "# %%\nimport pandas, sklearn, json"},
            "`numpy`, `pandas` and `scikit-learn` are imported, and no environment file says in which versions",
            "numpy==1.26.4\npandas==2.2.2\nscikit-learn==1.5.0",
        ),
        Bad(
            {
                "README.md": "Run `pip install torch numpy`.",
                "train.py": "import torch\n       ^^^^^\nimport numpy",
            },
            "only `README.md` says what to install",
        ),
        Bad(
            {
                "setup.py": "from setuptools import setup\nsetup(name='lab', install_requires=[])\n                  ^^^^^^^^^^^^^^^^",
                "lab/fit.py": "import numpy",
            },
            "`install_requires` of `setup.py` is empty",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield at most one finding."""
        if not project.tree.whole:
            return
        imports = [item for item in foreign(project) if item.known and not is_put_away(item.path)]
        if not any(item.key in DECISIVE for item in imports):
            return
        paths = {item.path for item in imports}
        if sum(is_on_kaggle(project.files[path]) for path in paths) * 2 >= len(paths):
            return
        environment = project.environment
        if any(basename(path) in _OTHER_TOOLS for path in project.tree.files):
            return
        used = frozenset(item.key for item in imports)
        declaring = {m.path for m in environment.manifests if _declares(environment, m, used)}
        covered = {
            path: _pins(project.files[path]) or any(m.path in declaring for m in environment.of(path))
            for path in {i.path for i in imports}
        }
        bare = [item for item in imports if not covered[item.path]]
        if bare and not declaring and _told(project, used):
            return
        if len({item.path for item in bare}) * 2 > len({item.path for item in imports}):
            yield self._absent(project, bare, declaring)
        else:
            finding = self._unbounded(environment, imports)
            if finding is not None:
                yield finding

    def _absent(self, project: Project, bare: list[Foreign], declaring: set[str]) -> Finding:
        environment = project.environment
        counts: Counter[str] = Counter()
        for _, key in {(item.path, item.key) for item in bare}:
            counts[key] += 1
        ranked = sorted(counts, key=lambda key: (key not in DECISIVE, -counts[key], key))
        first = min(
            (item for item in bare if item.key in DECISIVE),
            default=bare[0],
            key=lambda item: (
                item.path in project.tests or _TESTS.search(item.path) is not None,
                item.path.endswith(".ipynb"),
                item.item.local,
                item.path.count("/"),
                item.path,
                item.item.cell or 0,
                item.item.line,
            ),
        )
        said = sorted({environment.hints[key] for key in ranked if key in DECISIVE and key in environment.hints})
        others = [m for m in environment.manifests if m.path in declaring]
        where = ""
        if others:
            where = f": `{others[0].path}` speaks for `{environment.home(others[0])}/` only"
        elif said:
            where = f": only `{said[0]}` says what to install"
        path, span = first.path, first.span()
        advice = "Commit a `requirements.txt` with what you import and the versions that gave your results: `pip freeze` shows them."
        package = _package(project)
        if package is not None and not others:
            home, field, place = package
            path, span = (home, place) if place is not None else (path, span)
            where = where or f": `{field}` of `{home}` is empty" * (place is not None)
            advice = (
                f"Write what you import into `{field}` of `{home}`, with the versions that gave your results (`>=` where "
                "newer ones should do): `pip freeze` shows them."
            )
        return self.finding(
            span,
            f"{_listed(ranked)} {'are' if len(ranked) > 1 else 'is'} imported, and no environment file says in which versions{where}",
            path=path,
            advice=advice,
        )

    def _unbounded(self, environment: Environment, imports: list[Foreign]) -> Finding | None:
        used = {item.key for item in imports}
        listed: list[tuple[Manifest, list[str]]] = []
        for manifest in environment.manifests:
            if manifest.kind == "lock" or (manifest.opaque and manifest.kind != "shell"):
                return None
            decisive = [r for r in manifest.requirements if r.key in DECISIVE]
            if any(r.version for r in decisive) or any(r.version for r in manifest.requirements if r.key in used):
                return None
            decisive = [r for r in decisive if r.line]
            if decisive and not is_taken_over(manifest.path):
                listed.append((manifest, list(dict.fromkeys(r.key for r in decisive))))
        if not listed:
            return None
        manifest, names = max(listed, key=lambda pair: (len(pair[1]), -pair[0].path.count("/"), pair[0].path))
        first = next(r for r in manifest.requirements if r.key == names[0] and r.line)
        shown = [r.name for r in manifest.requirements if r.key in names and not r.extra] or names
        return self.finding(
            Span(first.line, first.column, first.line, first.column + len(first.name)),
            f"{_listed(list(dict.fromkeys(shown)))} {'have' if len(shown) > 1 else 'has'} no version in `{manifest.path}`, "
            "and no lock file holds one",
            path=manifest.path,
            advice=f"Write the versions down that gave your results, `{first.name}>=` with the oldest that you have tried in "
            "a library, `==` in a paper's code; a lock file beside it records the rest.",
        )


#: A version in a text.
_VERSION = lazy(
    r"\b([A-Za-z][\w-]+)[`*)\]]{0,3}(?:\s?(?:==?|>=|~=|:)\s?|,?\s{1,2}\(?(?:version|ver\.?|v\.?)?\s?)[`*]{0,2}v?(?=\d+(?:\.\d+)+)"
)
_TESTS = lazy(r"(?:^|/)(?:tests?/|test_[^/]*\Z)")
_EMPTY = lazy(r"\binstall_requires\s*=\s*(?:\[\s*\]|\(\s*\)|\[?\s*[\"']{2}\s*\]?)")
_SETS_UP = lazy(r"(?m)^\s*(?:setuptools\.|core\.)?setup\s*\(")
_PROJECT = lazy(r"(?m)^\[project\]")
#: What tools declare environments with that are not Python's own.
_OTHER_TOOLS = frozenset(
    {
        "flake.nix",
        "shell.nix",
        "default.nix",
        "manifest.scm",
        "guix.scm",
        "spack.yaml",
        "devcontainer.json",
        "meta.yaml",
    }
)


def _package(project: Project) -> tuple[str, str, Span | None] | None:
    """The file at the root that builds a package, its field for requirements, and where that stands, if it stands there empty."""
    texts = project.tree.texts
    if _PROJECT.search(texts.get("pyproject.toml", "")):
        return "pyproject.toml", "dependencies", None
    text = texts.get("setup.py", "")
    if not _SETS_UP.search(text):
        return None
    empty = _EMPTY.search(text)
    if empty is None:
        return "setup.py", "install_requires", None
    line = text.count("\n", 0, empty.start()) + 1
    column = empty.start() - (text.rfind("\n", 0, empty.start()) + 1) + 1
    return "setup.py", "install_requires", Span(line, column, line, column + len("install_requires"))


def _told(project: Project, used: frozenset[str]) -> bool:
    """Whether a README has the versions of some of what the code imports: `numpy==1.18.4`, `numpy 1.18`, twice at least."""
    found = {
        canonical(name)
        for path, text in project.tree.texts.items()
        if basename(path).lower().startswith(("readme", "install"))
        for name in _VERSION.findall(text)
    }
    return len(found & used) > 1


def _pins(summary: Summary) -> bool:
    """Whether a notebook installs a version of something decisive by itself, or a script declares its own environment."""
    if summary.kind == "py" and summary.installs:
        return True
    requirements = (requirement for install in summary.installs for requirement in installed(install.command))
    return any(requirement.key in DECISIVE and requirement.version for requirement in requirements)


def _declares(environment: Environment, manifest: Manifest, used: frozenset[str]) -> bool:
    """Whether a file says something about what the code imports."""
    return manifest.opaque or manifest.kind == "lock" or not environment.brings[manifest.path].isdisjoint(used)


def _listed(names: list[str], limit: int = 4) -> str:
    shown = [f"`{name}`" for name in names]
    if len(shown) > limit + 1:
        return f"{', '.join(shown[:limit])} and {len(shown) - limit} more libraries"
    return ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
