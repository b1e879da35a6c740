from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, relpath
from typing import NamedTuple

from rescode_lint.facts.distributions import canonical, modules_of, normalised
from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Install, Related, Summary
from rescode_lint.project import Project
from rescode_lint.project.environment import Environment, Manifest, Requirement
from rescode_lint.project.lectures import lectures_of
from rescode_lint.project.put_away import is_put_away, is_taken_over
from rescode_lint.rule import Bad, ProjectRule
from rescode_lint.rules.notebooks._installs import Asked, Exact, asked, is_tool
from rescode_lint.rules.reproducibility._platform import is_on_colab, is_on_kaggle

_OWN_NAME = lazy(r"(?m)^\s*name\s*=\s*[\"']?([\w.-]+)")
#: A tag or a commit behind the address of a repository.
_FIXED = lazy(r"@(?:v?\d[\w.+-]*|[0-9a-f]{7,40}|[\w-]*\d+\.\d[\w.-]*)(?:#.*)?\Z")
_EXACT = lazy(r"=?==?\s*v?(\d[\w.+!-]*)(?:\s|\Z|;|=)")


class _Place(NamedTuple):
    """One package that a notebook installs, and where."""

    asked: Asked
    install: Install

    @property
    def key(self) -> str:
        return canonical(self.asked.name)


class UnpinnedInstall(ProjectRule):
    """A notebook that installs a package without its version gets whatever is newest on the day it is run. The results were
    made with the release of one afternoon; the colleague who runs the notebook next year gets another one, which may raise
    an error, or give other numbers without saying so, and nothing in the notebook tells which one it was.

    Looked at are `!pip install`, `%pip install`, `pip install` without a sign, `!conda install`, `!uv pip install`, shell
    cells, and `subprocess` or `os.system` with a literal command. `-r requirements.txt`, `-e .`, files, folders of wheels and
    anything with a version, even a lower bound, is fine; so is a repository with a tag or commit behind its `@`. Packages on
    which no result depends (`tqdm`, `ipywidgets`, `gdown`, ...) may have any version. Where the saved output says which
    version was installed, or the project's requirements name one, the advice has the line to write.
    """

    code = "RSC109"
    name = "unpinned-install"
    summary = "a notebook installs a package in whatever version is the newest"
    advice = "Write the version into the line, or install the project's requirements file."
    how_to_fix = (
        "Put the package into the project's `requirements.txt` with the version that gave the results (`pip freeze` shows "
        "it, `!pip install` prints it), and let every notebook begin with `%pip install -r requirements.txt`. In a "
        "notebook that stands alone, on Colab say, write the version into the line: `%pip install shap==0.45.1`."
    )
    limits = (
        "What a variable names (`!pip install {package}`) and what is commented out is not looked at. In lectures and "
        "tutorials only installs that always run count, and none that ask for the newest on purpose (`-U`). Notebooks in "
        "folders such as `archive/` and the project's own package are left alone."
    )
    VALID = (
        "# %%\n%pip install pandas==2.1.4 'scikit-learn>=1.4' \"numpy<2\"",
        "# %%\n!pip install -q -r requirements.txt\n!pip install -e .\n!pip install ./wheels/lab-1.0-py3-none-any.whl",
        "# %%\n!pip install git+https://github.com/lab/toolbox@v1.2\n!pip install https://github.com/lab/x/archive/1f3a9c2.zip",
        "# %%\n# !pip install shap\n#%pip install xgboost",
        "# %%\n!pip install tqdm ipywidgets jupyterlab black kaggle gdown -q\n%pip install --upgrade pip",
        "# %%\n!pip install --no-index --find-links=../wheels shap\n!pip install {package}",
        "# %%\n!apt-get install -y graphviz\n!pip uninstall -y keras\n!echo pip install shap",
        "# %%\nprint('first: pip install shap')",
        {"pyproject.toml": "[project]\nname = 'growth-curves'\n", "demo.ipynb": "# %%\n!pip install growth_curves"},
        {"archive/old.ipynb": "# %%\n!pip install shap"},
        {"tutorials/a.ipynb": "# %%\nimport sys\nif 'google.colab' in sys.modules:\n    %pip install shap"},
        {"tutorials/a.ipynb": "# %%\n%pip install -U shap"},
        "# %%\n!conda install -y -c conda-forge python=3.11 rdkit=2023.9",
        "import subprocess\nsubprocess.check_call(['pip', 'install', 'shap'])",
    )
    INVALID = (
        Bad(
            "# %%\n!pip install -q shap  # importances\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`shap` is installed without a version",
            "# %%\n%pip install -q shap==0.45.1",
        ),
        Bad(
            {
                "requirements.txt": "numpy==1.26.4\nshap==0.45.1\n",
                "notebooks/a.ipynb": "# %%\nimport numpy\n%pip install shap tqdm\n^^^^^^^^^^^^^^^^^^^^^^",
            },
            "`shap` is installed without a version, though `requirements.txt` has one (`shap==0.45.1`)",
            "# %%\n%pip install -r ../requirements.txt",
        ),
        Bad(
            "# %%\n!pip install git+https://github.com/lab/toolbox.git\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`lab/toolbox` is installed from the tip of its repository",
            "# %%\n%pip install git+https://github.com/lab/toolbox.git@v1.4.0",
        ),
        Bad(
            "# %%\n!pip install omegaconf>=2.0\n^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`omegaconf>=2.0` has no quotes, so the shell takes `>` for a redirection",
            "# %%\n!pip install 'omegaconf>=2.0'",
        ),
        # It is there already, and not fixed there either.
        Bad(
            {
                "environment.yml": "dependencies:\n  - numpy=1.26\n  - pip:\n    - git+https://github.com/lab/growth_tools@master\n",
                "a.ipynb": "# %%\nimport numpy\n%pip install growth-tools\n^^^^^^^^^^^^^^^^^^^^^^^^^",
            },
            "`growth-tools` is installed without a version",
            "# environment.yml\n- git+https://github.com/lab/growth_tools@v1.4.0",
        ),
        # Colab does not start from the project's environment.
        Bad(
            {
                "environment.yml": "dependencies:\n  - numpy=1.26\n  - pip:\n    - git+https://github.com/lab/growth_tools@master\n",
                "a.ipynb": "# %%\nimport condacolab\ncondacolab.install()\n# %%\nimport numpy\n!mamba install -y rdkit growth_tools\n"
                + "^" * 36,
            },
            "`rdkit` and `growth_tools` are installed without versions",
            "# %%\n!mamba install -y rdkit=2023.9 growth_tools=1.4.0",
        ),
        Bad(
            "# %%\nimport subprocess, sys\n"
            "subprocess.check_call([sys.executable, '-m', 'pip', 'install', 'optuna'])\n"
            "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`optuna` is installed without a version",
        ),
        Bad(
            "# %%\n%%bash\ncd /tmp\nconda install -y rdkit && pip install 'shap'\n^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
            "`rdkit` and `shap` are installed without versions",
        ),
        Bad(
            {
                "requirements.txt": "numpy==1.26.4\n",
                "a.ipynb": "# %%\nimport numpy, shap\n# %%\n!pip install shap==0.45.1\n^^^^^^^^^^^^^^^^^^^^^^^^^",
            },
            "`shap` is installed here only: `requirements.txt` lacks it",
            "numpy==1.26.4\nshap==0.45.1",
        ),
    )

    def check(self, project: Project) -> Iterator[Finding]:
        """Yield one finding a notebook."""
        notebooks = [s for s in project.notebooks if any(install.span for install in s.installs)]
        if not notebooks:
            return
        lectures = lectures_of(project.notebooks)
        own = _own_names(project)
        is_package = any(path in project.tree.files for path in ("pyproject.toml", "setup.py", "setup.cfg")) and any(
            basename(summary.path) == "__init__.py" for summary in project.scripts
        )
        for summary in notebooks:
            if is_put_away(summary.path) or is_taken_over(summary.path):
                continue
            if is_package and summary.path in lectures:  # it shows what the package does
                continue
            loose: list[_Place] = []
            exact: list[tuple[Exact, Install]] = []
            for install in summary.installs:
                if install.span is None:
                    continue
                for item in asked(install.command):
                    if is_tool(item.name) or normalised(item.name) in own:
                        continue
                    if isinstance(item, Exact):
                        exact.append((item, install))
                    elif not (summary.path in lectures and (install.span.column > 1 or item.upgrade)):
                        loose.append(_Place(item, install))
            # Installed once without and once with a version: the version is there.
            known = {canonical(item.name) for item, _ in exact}
            loose = [place for place in loose if place.key not in known]
            if loose:
                yield self._loose(summary, loose, project.environment, note=summary.path in lectures)
            elif exact and summary.path not in lectures:
                finding = self._lacking(summary, exact, project.environment)
                if finding is not None:
                    yield finding

    # --- without a version --------------------------------------------------------------------------------------------

    def _loose(self, summary: Summary, places: list[_Place], environment: Environment, *, note: bool) -> Finding:
        first = places[0]
        assert first.install.span is not None
        names = list(dict.fromkeys(place.asked.label for place in places))
        hows = {place.asked.how for place in places}
        requirements = {place.key: _required(environment, summary.path, place.key) for place in places}
        if "redirected" in hows:
            first = next(place for place in places if place.asked.how == "redirected")
            words = [place.asked.text for place in places if place.asked.how == "redirected"]
            message = _redirected(words)
        else:
            message = _without_version(places, requirements)
        assert first.install.span is not None
        others = {p.install.span: p for p in places if p.install.span and p.install.span != first.install.span}
        finding = self.finding(
            first.install.span,
            message,
            path=summary.path,
            advice=_advice(summary, places, requirements, environment),
            related=tuple(
                Related(summary.path, span.cell, span.line, f"`{place.asked.label}` is installed here")
                for span, place in others.items()
                if span
            ),
            severity="note" if note else None,
            group=" ".join(sorted(map(normalised, names))),
        )
        return finding._replace(cause="installs without a version")

    # --- with a version, but here only --------------------------------------------------------------------------------

    def _lacking(
        self, summary: Summary, exact: list[tuple[Exact, Install]], environment: Environment
    ) -> Finding | None:
        manifests = _speaking(summary, environment)
        if not manifests or _is_apart(summary):
            return None
        imported = {item.module.partition(".")[0] for item in summary.imports}
        present = {r.key for manifest in environment.manifests for r in manifest.requirements}
        present = present.union(*(environment.brings[manifest.path] for manifest in environment.manifests))
        lacking = [
            (item, install)
            for item, install in exact
            if canonical(item.name) not in present
            and normalised(item.name) not in environment.declared
            and any(module.partition(".")[0] in imported for module in modules_of(normalised(item.name)))
        ]
        if not lacking:
            return None
        install = lacking[0][1]
        assert install.span is not None
        names = list(dict.fromkeys(item.name for item, _ in lacking))
        texts = list(dict.fromkeys(item.text for item, _ in lacking))
        path = manifests[0].path
        several = len(names) > 1
        return self.finding(
            install.span,
            f"{_listed(names)} {'are' if several else 'is'} installed here only: `{path}` lacks {'them' if several else 'it'}, so whoever "
            "makes the environment from that file cannot run this notebook's code elsewhere",
            path=summary.path,
            advice=f"Add {_listed(texts)} to `{path}`, and install that file: the versions then stand in one place.",
            severity="note",
            confidence="medium",
            group="lacking " + " ".join(sorted(names)),
        )

    # --- merged -------------------------------------------------------------------------------------------------------

    @classmethod
    def merged(cls, findings: list[Finding]) -> Finding:
        """One finding for notebooks that all install the same."""
        first, *others = findings
        places = tuple(Related(f.path, f.span.cell, f.span.line, f.message) for f in others)
        return first._replace(
            message=f"{first.message} (the same in {len(others)} more notebook{'s' if len(others) > 1 else ''})",
            related=first.related + places,
        )

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for notebooks that install the same; more than a few with one cause are left to the report."""
        if len({finding.path for finding in findings if finding.cause}) > 5:
            return findings
        return cls.by_group(findings)


def _without_version(places: list[_Place], requirements: dict[str, Requirement | None]) -> str:
    names = list(dict.fromkeys(place.asked.label for place in places))
    several = len(names) > 1
    tips = list(dict.fromkeys(place.asked.label for place in places if place.asked.how == "branch"))
    if len(tips) == len(names):
        return (
            f"{_listed(names)} {'are' if several else 'is'} installed from the tip of {'their repositories' if several else 'its repository'}, "
            "which is another one after every commit there"
        )
    found = [r for place in places if (r := requirements[place.key]) is not None]
    pins = list(dict.fromkeys(_pin(r) for r in found if r.version and not _is_tip(r)))
    message = (
        f"{_listed(names)} {'are' if several else 'is'} installed without {'versions' if several else 'a version'}"
    )
    if pins and len(pins) == len(names):
        path = found[0].path
        return f"{message}, though `{path}` has {'them' if several else 'one'} ({_listed(pins)})"
    if any(place.asked.upgrade for place in places):
        return f"{message} and upgraded in every run, so two runs may use different ones"
    return f"{message}, so a later run may get {'other releases than those' if several else 'another release than the one'} behind these results"


def _redirected(words: list[str]) -> str:
    first = words[0]
    sign = ">" if ">" in first else "<"
    several = len(words) > 1
    what = f"a file `{first.partition('>')[2]}` is written" if sign == ">" else "the command fails"
    return (
        f"{_listed(words)} {'have' if several else 'has'} no quotes, so the shell takes `{sign}` for a redirection: {what}, and "
        f"pip sees no version"
    )


def _advice(
    summary: Summary,
    places: list[_Place],
    requirements: dict[str, Requirement | None],
    environment: Environment,
) -> str:
    redirected = list(dict.fromkeys(place.asked.text for place in places if place.asked.how == "redirected"))
    if redirected:
        quoted = " ".join(f"'{text}'" for text in redirected)
        return f"Put quotes around: `pip install {quoted}`; better still, name the one version that gave the results (`==`)."
    newest = list({place.key: place for place in places if place.asked.how == "newest"}.values())
    if not newest:
        return _for_tip(places[0].asked.text)
    it = "it" if len(newest) == 1 else "them"
    apart = _is_apart(summary)
    listed = [r for place in newest if (r := requirements[place.key]) is not None]
    if len(listed) == len(newest) and not apart:
        path, way = listed[0].path, _way(summary, listed[0].path, environment)
        tips = [r.name for r in listed if _is_tip(r)]
        if tips:
            which = "it comes" if len(newest) == 1 else f"{_listed(tips)} {'comes' if len(tips) == 1 else 'come'}"
            return f"In `{path}` {which} from the tip of a repository: put a tag or a commit behind the `@` there, and {way}."
        if all(r.version for r in listed):
            return f"Take {it} from `{path}`, which names the version: {way}."
        bare = next(r.name for r in listed if not r.version)
        return f"Write the version into `{path}` (`pip freeze | grep -i {bare}` shows it), and {way}."
    conda = re.search(r"\b(?:conda|mamba)\b", newest[0].install.command) is not None
    channel = re.search(r"\s(?:-c|--channel)[ =]([\w/-]+)", newest[0].install.command) if conda else None
    tool, equal, show = ("%conda", "=", "conda list") if conda else ("%pip", "==", "pip freeze | grep -i")
    if conda and "mamba" in newest[0].install.command:
        tool = "!mamba"
    if re.search(r"\buv pip install\b", newest[0].install.command):
        tool = "uv pip"
    install = f"{tool} install -c {channel[1]}" if channel else f"{tool} install"
    manifests = [] if apart else _speaking(summary, environment)
    told = _told(newest)
    pins = [_pinned(place, told, requirements[place.key], equal) for place in newest]
    if all(pins):
        source = "saved output names" if told else "requirements name"
        line = " ".join(f"'{pin}'" if "[" in pin else pin for pin in pins[:6])
        also = f", or add {it} to `{manifests[0].path}` and install that file" if manifests else ""
        return (
            f"Write `{install} {line}{' ...' if len(pins) > 6 else ''}`, the version{'s' if len(pins) > 1 else ''} that the "
            f"{source}{also}."
        )
    if manifests:
        lacking = [place for place in newest if requirements[place.key] is None]
        look = f"`{show} {lacking[0].asked.name}` shows the one that you have"
        path = manifests[0].path
        if len(lacking) < len(newest):
            it = _listed([place.asked.label for place in lacking])
        text = f"Add {it} to `{path}` with the version ({look}), and {_way(summary, path, environment)}."
        for r in listed:
            text += f" `{r.path}` has `{r.name}` already"
            text += ", from the tip of its repository: put a tag or a commit behind the `@`." if _is_tip(r) else "."
        return text
    look = f"`{show} {newest[0].asked.name}` shows the one that you have"
    words = [f"{place.asked.text}{equal}..." for place in newest[:3]]
    line = " ".join(f"'{word}'" if "[" in word else word for word in words)
    several = "versions" if len(newest) > 1 else "version"
    return f"Write the {several} into the line, `{install} {line}`: {look}."


def _is_apart(summary: Summary) -> bool:
    """Whether a notebook runs where the project's files are not at hand, and no environment is made from one of them."""
    return (
        is_on_colab(summary)
        or is_on_kaggle(summary)
        or any(item.module.partition(".")[0] == "condacolab" for item in summary.imports)
    )


def _is_tip(requirement: Requirement) -> bool:
    """Whether a file asks for whatever a repository's branch holds."""
    return "git" in requirement.version and "://" in requirement.version and not _FIXED.search(requirement.version)


def _for_tip(text: str) -> str:
    if not text.startswith("git"):
        return "Put a tag or the number of a commit in place of the branch."
    bare = re.sub(r"(?<=\w)@[^/@]*$", "", text.partition("#")[0])
    return f"Name a tag or a commit behind an `@`, `%pip install {bare}@...`: `pip freeze` shows the commit that is installed."


def _told(places: list[_Place]) -> dict[str, str]:
    """Package -> the version of which the saved outputs tell."""
    pairs = (pair.partition("==") for place in places for pair in place.install.versions.split())
    return {normalised(name): version for name, _, version in pairs}


def _pinned(place: _Place, told: dict[str, str], required: Requirement | None, equal: str) -> str:
    """What to write in place of a bare name; "" where nobody knows the version."""
    version = told.get(normalised(place.asked.name), "") or (_version(required) if required else "")
    return f"{place.asked.text}{equal}{version}" if version else ""


def _way(summary: Summary, path: str, environment: Environment) -> str:
    """How a notebook gets what a file of the project lists."""
    if any(m.path == path and m.kind == "requirements" for m in environment.manifests):
        here = relpath(path, dirname(summary.path) or ".")
        quoted = f"'{here}'" if " " in here else here
        return f"write `%pip install -r {quoted}` here"
    return "make the environment from that file, so that this line can go"


def _pin(requirement: Requirement) -> str:
    version = requirement.version.strip()
    if "://" in version:
        return requirement.name
    sign = "" if version[:1] in "=<>~!^*" else "=="
    return f"{requirement.name}{sign}{version}"


def _version(requirement: Requirement) -> str:
    """The one version that a requirement allows, if it is one."""
    match = _EXACT.match(requirement.version)
    if match:
        return match[1]
    return requirement.version if re.match(r"\d[\w.]*\Z", requirement.version) else ""


def _required(environment: Environment, path: str, key: str) -> Requirement | None:
    """What the files that speak for a notebook say of a package: with a version where one of them has it."""
    found = [r for m in environment.of(path) if m.kind != "shell" for r in m.requirements if r.key == key]
    return next((r for r in found if r.version), found[0] if found else None)


def _speaking(summary: Summary, environment: Environment) -> list[Manifest]:
    """The files to which a reader would add a requirement of this notebook, the best first; none where one is murky."""
    manifests = environment.of(summary.path)
    if any(manifest.opaque and manifest.kind != "shell" for manifest in manifests):
        return []
    order = ("requirements", "pyproject", "conda", "pipfile", "setup")
    imported = {item.module.partition(".")[0] for item in summary.imports}
    found = [
        m
        for m in manifests
        if m.kind in order
        and not re.search(r"(?i)dev|test|doc|lint|extra|optional|constraint", m.path)
        and any(module.partition(".")[0] in imported for r in m.requirements for module in modules_of(r.key))
    ]
    return sorted(found, key=lambda m: (-m.path.count("/"), order.index(m.kind)))


def _own_names(project: Project) -> frozenset[str]:
    """What the project calls its own packages."""
    found: set[str] = set()
    for path, text in project.tree.texts.items():
        if basename(path) in ("pyproject.toml", "setup.py", "setup.cfg"):
            found.update(normalised(name) for name in _OWN_NAME.findall(text))
    for summary in project.scripts:
        if basename(summary.path) == "__init__.py":
            found.add(normalised(basename(dirname(summary.path))))
    return frozenset(found) | frozenset(name.lower() for name in project.environment.cloned)


def _listed(names: list[str], limit: int = 4) -> str:
    shown = [f"`{name}`" for name in names]
    if len(shown) > limit + 1:
        return f"{', '.join(shown[:limit])} and {len(shown) - limit} more packages"
    return ", ".join(shown[:-1]) + f" and {shown[-1]}" if len(shown) > 1 else shown[0]
