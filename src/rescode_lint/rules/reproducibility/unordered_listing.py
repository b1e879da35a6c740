from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from rescode_lint.lazy import lazy
from rescode_lint.model import Finding, Fix, Related
from rescode_lint.project import Project
from rescode_lint.project.put_away import is_taken_over
from rescode_lint.rule import Bad, FileRule
from rescode_lint.rules.reproducibility._order import Chain, Flow, Kind, Sink, Sorted, ancestors, last, pattern_of
from rescode_lint.semantics import Module
from rescode_lint.semantics.module import Scope

if TYPE_CHECKING:
    import libcst as cst

_LISTING = ("listdir", "glob", "iglob", "rglob", "iterdir", "scandir", "walk")
_FUNCTIONS = frozenset({"os.listdir", "glob.glob", "glob.iglob", "os.scandir", "os.walk"})
_PATH_METHODS = frozenset({"glob", "rglob", "iterdir"})
#: What gives a list already: `sorted` gives a list too, so nothing else can change.
_LISTS = frozenset({"os.listdir", "glob.glob"})
#: Objects of other libraries with a `glob` of their own.
_REMOTE = lazy(r"(?i)fs\b|gcs|s3|gfile|bucket|client|hdf|api")
#: Text, whose hashes differ from run to run; numbers lie in a set in the same order each time.
_TEXT = lazy(
    r"(?i)columns|\bcols?\b|_cols?\b|features?\b|feats\b|names?\b|genes?\b|labels?\b|class(?:es)?\b|words?\b|tokens?\b|chars?\b"
    r"|\b(?:obs|var)\.index|texts?\b|files?\b|paths?\b|subjects?\b|species|categor|tags?\b|strings?\b|markers?\b|vocab|\.keys\(\)|\blabs?\b"
)
#: Names of what maps strings to numbers.
_TEXT_KEYS = lazy(
    r"(?i)word|char|token|tag|label|class|name|categor|vocab|gene|species|stoi|itos|amino|residue|aa_?to|ch_to"
)
_NUMBERS = lazy(
    r"(?i)(?<!\bobs\.)(?<!\bvar\.)\bindex\b|ind(?:ex|ices)|_?idx|\brange\(|\bint\(|arange|\bn_|labels_\b|ages?\b|years?\b"
)
#: The names of cells and genes.
_CELLS = lazy(r"\b(?:obs|var)\.index\b")
#: What belongs to an image, a recording or a text one by one.
_PAIRED = lazy(
    r"(?i)mask|msk|label|_?gt|target|annot|seg|truth|depth|lr_|hr_|low|high|caption|^y|_y|ref|json|xml|clean|noisy"
)
_WEIGHT = ("pairs", "ids", "split", "index", "part", "train", "columns", "first", "rows")


class _Source(NamedTuple):
    """A call whose result has no order of its own."""

    kind: Kind
    #: What is wrapped by the fix, and marked.
    node: ast.expr
    chain: Chain
    scope: Scope
    #: Whether `sorted` around it gives the same type.
    is_list: bool
    #: What several sources are made of: their findings are one.
    origin: str = ""


class UnorderedListing(FileRule):
    """`os.listdir` and `glob` give files in the order of the file system's own tables: another one on the cluster, after a
    copy, in the container. A set of strings has another order in every run. Where a split, an index, a label's number or
    the pairing of images with masks follows it, the result cannot be had again, and no seed helps.

    Silent where the order cannot matter: counting, membership, work on each file by itself, what is sorted later.
    """

    code = "RSC603"
    name = "unordered-listing"
    summary = "a result that depends on the order of a directory listing or a set"
    advice = "Put `sorted(...)` around the listing."
    how_to_fix = (
        "Write `sorted(...)` around the listing itself, at the one place where it is made: `sorted(os.listdir(folder))`, "
        '`sorted(folder.glob("*.csv"))`. For a set, `sorted(set(labels))`, or `list(dict.fromkeys(labels))` where the '
        "elements cannot be compared, or first come should be first served. Pair files by their names, not by their places."
    )
    limits = (
        "The order is followed through names, lists, loops and functions of the same file; what happens in functions from "
        "elsewhere is not seen. `files[0]` is only reported where the pattern can match several files. Sets are only "
        "reported where their elements look like strings: numbers lie in a set in the same order each time."
    )
    safe_fix = True
    VALID = (
        "import re\ndef parse(tags):\n    tags = set(re.split(',', tags)) if tags else set()\n    return Mod(tags)",
        "import os\nfor name in os.listdir('data'):\n    os.remove(os.path.join('data', name))",
        "import os\nprint(len(os.listdir('data')))",
        "import os\nfiles = os.listdir('data')\nfiles.sort()\ntrain, test = files[:80], files[80:]",
        "import glob\nfirst = sorted(glob.glob('*.csv'))[0]",
        "import glob\nimport pandas as pd\nframes = [pd.read_csv(f) for f in glob.glob('*.csv')]\n"
        "table = pd.concat(frames).sort_values('date')",
        "import glob\nimport pandas as pd\nframes = [pd.read_csv(f) for f in glob.glob('*.csv')]\ntable = pd.concat(frames)\n"
        "print(table.groupby('day').mean())",
        "import os\nimport numpy as np\nsizes = []\nfor name in os.listdir('data'):\n    sizes.append(os.path.getsize(name))\n"
        "mean = np.mean(np.array(sizes))",
        "import os\nimport pandas as pd\nruns = pd.DataFrame()\nfor run in os.listdir('runs'):\n"
        "    runs = pd.concat([runs, pd.read_csv(run)])\nsns.boxplot(data=runs, x='run', y='score')",
        "from glob import glob\nmatrix = glob('sample1/*_matrix.mtx')[0]",
        "from glob import glob\nlatest = max(glob('runs/*.pt'), key=len)",
        "from pathlib import Path\nby_name = {p.stem: p.read_text() for p in Path('data').glob('*.txt')}",
        "# %%\nimport os\nos.listdir('data')[:5]",
        "import os\nwanted = set(names)\nhits = [n for n in os.listdir('data') if n in wanted]\nprint(hits)",
        "left = list(set(range(10)) - set(train_idx))\nfirst = left[0]",
        "labels = sorted(set(names))\nids = {label: i for i, label in enumerate(labels)}",
        "import random\nfiles = __import__('os').listdir('.')\npick = random.choice(files)",
        "import os\nfor i, name in enumerate(os.listdir('data')):\n    print(i, name)",
        "fs = open_bucket()\nfirst = fs.glob('*.csv')[0]",
        "import os\ndef files(d):\n    return os.listdir(d)\nfor f in sorted(files('data')):\n    print(f)",
        "import os\nnames = os.listdir('run')\nassert len(names) == 1\nmodel = load(names[-1])",
        "from pathlib import Path\nmodel = load(next(Path('run').glob('*.xml')))",
        "import os\nfor start in range(0, n, 32):\n    learn(os.listdir('data')[start : start + 32])",
        "import glob\nfrom imageio import imread\nfor path in glob.glob('*.png')[:9]:\n    plt.imshow(imread(path))",
        "share = (scores.loc[list(set(genes) & set(markers))] > 2).mean()",
        "import os\nepochs = []\nfor i, name in enumerate(os.listdir('data')):\n    epochs.append(i)",
        "import os\ndef weights(root):\n    tried = []\n    for folder in os.listdir(root):\n        tried.append(folder)\n"
        "    listed = ', '.join(str(folder) for folder in tried[:40])\n    raise FileNotFoundError('looked in ' + listed)",
        "import os\nfor folder in folders:\n    inside = os.listdir(folder)[:10]\n    print(f'{folder}: {inside}')",
        "import glob\nhits = []\nfound = glob.glob('*.pt')[:6]\nif found:\n    print(len(found), found[:3])\n    hits.extend(found)\n"
        "if not hits:\n    print('no weights')",
        "from pathlib import Path\nfor cache in caches:\n    if cache.is_dir() and list(cache.glob('*.cif'))[:1]:\n        link(cache)",
        "import glob\nfiles = glob.glob('*.ogg')\nif config.debug:\n    files = files[:20]\nfor path in files:\n    predict(path)",
        "import os\nruns = os.listdir('runs')\norder = sorted(range(len(runs)), key=lambda i: os.path.getctime(runs[i]))\n"
        "runs = [runs[i] for i in order]\nnewest = runs[:5]",
        "numbers = list(set(table.columns) - {'target'})\ntable[numbers] = table[numbers].fillna(0)",
        "import os\nimport pandas as pd\nrows = []\nfor patient in os.listdir('scans'):\n"
        "    rows.append({'Patient': patient, 'volume': measure(patient)})\npd.DataFrame(rows).to_csv('volumes.csv')",
        "import glob\nlogs = glob.glob('*.json')\nlog = logs[0]\nfor candidate in logs:\n    if fits(candidate):\n        log = candidate",
        "import os\nimport pandas as pd\nparts = []\nfor run in os.listdir('runs'):\n"
        "    parts.append(pd.read_csv(run).assign(setting=run))\npd.concat(parts).to_csv('all.csv')",
        # Each row carries what the name of its file says.
        "import glob\nimport os\nimport pandas as pd\nparts = []\nfor path in glob.glob('out/*.csv'):\n"
        "    method, size = os.path.basename(path).split('_')\n    part = pd.read_csv(path)\n    part['method'] = method\n"
        "    part['size'] = int(size)\n    parts.append(part)\npd.concat(parts).to_csv('all.csv')",
        # A sum, begun with the first.
        "import os\nnames = os.listdir('maps')\ntotal = load(names[0])\nfor name in names[1:]:\n    total = total + load(name)\nsave(total)",
        "show_some = len(names) > 9\nif show_some:\n    names = list(set(names))[:3]\nfor name in names:\n    print(name)",
        "cells = list(set(adata.obs.index) & set(table.index))\nadata.obs = pd.concat([adata.obs, table.loc[cells]], axis=1)",
        "import glob\nimport xarray as xr\nice = xr.open_mfdataset(glob.glob('*.nc'), combine='by_coords', concat_dim='time')\n"
        "ice.to_netcdf('all.nc')",
        "import glob\nimport xarray as xr\nice = xr.open_mfdataset(glob.glob('*.nc'), concat_dim='time')\n"
        "ice = ice.sortby('time')\nice.to_netcdf('all.nc')",
    )
    INVALID = (
        Bad(
            "labels = load()\nids = {label: i for i, label in enumerate(set(labels))}\n"
            "                                          ^^^^^^^^^^^",
            "`set(labels)` has another order in every run, and `ids` takes its numbers from it",
            fixed="labels = load()\nids = {label: i for i, label in enumerate(sorted(set(labels)))}",
        ),
        Bad(
            "import glob\nfor image, mask in zip(glob.glob('images/*.png'), glob.glob('masks/*.png')):\n"
            "                       ^^^^^^^^^^^^^^^^^^^^^^^^^\n    learn(image, mask)",
            "`zip` pairs",
            fixed="import glob\nfor image, mask in zip(sorted(glob.glob('images/*.png')), sorted(glob.glob('masks/*.png'))):\n"
            "    learn(image, mask)",
        ),
        Bad(
            "import os\nfrom sklearn.model_selection import train_test_split\nfiles = os.listdir('data')\n"
            "        ^^^^^^^^^^^^^^^^^^\ntrain, test = train_test_split(files, random_state=0)",
            "`train_test_split`",
            fixed="import os\nfrom sklearn.model_selection import train_test_split\nfiles = sorted(os.listdir('data'))\n"
            "train, test = train_test_split(files, random_state=0)",
        ),
        Bad(
            "from pathlib import Path\nfiles = list(Path('data').rglob('*.wav'))\n        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "train = files[:800]",
            "`files[:800]`",
            fixed="from pathlib import Path\nfiles = sorted(Path('data').rglob('*.wav'))\ntrain = files[:800]",
        ),
        Bad(
            "# %%\nimport glob\nimport pandas as pd\nframes = []\nfor path in glob.glob('*.csv'):\n"
            "            ^^^^^^^^^^^^^^^^^^\n"
            "    frames.append(pd.read_csv(path))\n# %%\ntable = pd.concat(frames)\ntable.to_csv('all.csv')",
            "`table.to_csv`",
            fixed="# %%\nimport glob\nimport pandas as pd\nframes = []\nfor path in sorted(glob.glob('*.csv')):\n"
            "    frames.append(pd.read_csv(path))\n# %%\ntable = pd.concat(frames)\ntable.to_csv('all.csv')",
        ),
        Bad(
            "import os\nclass Scans(Dataset):\n    def __init__(self, root):\n        self.files = os.listdir(root)\n"
            "                     ^^^^^^^^^^^^^^^^\n"
            "    def __getitem__(self, index):\n        return load(self.files[index])",
            "`self.files[index]`",
            fixed="import os\nclass Scans(Dataset):\n    def __init__(self, root):\n        self.files = sorted(os.listdir(root))\n"
            "    def __getitem__(self, index):\n        return load(self.files[index])",
        ),
        Bad(
            "import pandas as pd\ncolumns = list(set(table.columns) - {'target'})\n"
            "          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\nX = table[columns]",
            "`table[columns]`",
            fixed="import pandas as pd\ncolumns = sorted(set(table.columns) - {'target'})\nX = table[columns]",
        ),
        Bad(
            "import os\nfiles = os.listdir('data')\n        ^^^^^^^^^^^^^^^^^^\npart = files[:100]\nprint(part)\nlearn(part)",
            "`files[:100]`",
            fixed="import os\nfiles = sorted(os.listdir('data'))\npart = files[:100]\nprint(part)\nlearn(part)",
        ),
        Bad(
            "import os\nlatest = os.listdir('checkpoints')[-1]\n         ^^^^^^^^^^^^^^^^^^^^^^^^^",
            fixed="import os\nlatest = sorted(os.listdir('checkpoints'))[-1]",
        ),
        Bad(
            "import os\nimport random\nimport shutil\nrandom.seed(0)\nfor name in os.listdir('scans'):\n"
            "            ^^^^^^^^^^^^^^^^^^^\n    shutil.copy(name, 'train' if random.random() < 0.8 else 'test')",
            "`random.random` draws for each in turn: the same seed gives another draw",
            fixed="import os\nimport random\nimport shutil\nrandom.seed(0)\nfor name in sorted(os.listdir('scans')):\n"
            "    shutil.copy(name, 'train' if random.random() < 0.8 else 'test')",
        ),
        Bad(
            "import os\nname = os.listdir('subjects')[0]\n       ^^^^^^^^^^^^^^^^^^^^^^\nshape = measure(name)",
            "`os.listdir('subjects')[0]` takes one of several",
            "import os\nname = min(name for name in os.listdir('subjects') if not name.startswith('.'))\nshape = measure(name)",
        ),
        Bad(
            "import glob\nimport numpy as np\nparts = glob.glob('star/*')\n        ^^^^^^^^^^^^^^^^^^^\n"
            "flux = load(parts[0])\nfor part in parts[1:]:\n    flux = np.concatenate((flux, load(part)))\nanalyse(flux)",
            "`parts[0]` and then `parts[1:]` are put together in that order",
            fixed="import glob\nimport numpy as np\nparts = sorted(glob.glob('star/*'))\n"
            "flux = load(parts[0])\nfor part in parts[1:]:\n    flux = np.concatenate((flux, load(part)))\nanalyse(flux)",
        ),
        Bad(
            "import glob\nimport xarray as xr\nfiles = glob.glob('*.nc')\n        ^^^^^^^^^^^^^^^^^\n"
            "ice = xr.open_mfdataset(files, concat_dim='time')\nice.to_netcdf('all.nc')",
            fixed="import glob\nimport xarray as xr\nfiles = sorted(glob.glob('*.nc'))\n"
            "ice = xr.open_mfdataset(files, concat_dim='time')\nice.to_netcdf('all.nc')",
        ),
        Bad(
            "import os\nfor number, name in enumerate(os.listdir('runs')):\n                              ^^^^^^^^^^^^^^^^^^\n"
            "    run = load(name)\n    run.coords['member'] = number\n    keep(run)",
            "`run.coords` takes its numbers from it",
            fixed="import os\nfor number, name in enumerate(sorted(os.listdir('runs'))):\n"
            "    run = load(name)\n    run.coords['member'] = number\n    keep(run)",
        ),
        Bad(
            "cells = list(set(adata.obs.index) & set(table.index))\n        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "adata = adata[cells, :].copy()",
            fixed="cells = sorted(set(adata.obs.index) & set(table.index))\nadata = adata[cells, :].copy()",
        ),
        Bad(
            "genes = list(set(markers))\n        ^^^^^^^^^^^^^^^^^^\nexpression = adata[:, genes]",
            fixed="genes = list(dict.fromkeys(markers))\nexpression = adata[:, genes]",
        ),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding for each listing or set that something depends on."""
        if is_test(file.path):
            return
        found: list[tuple[_Source, Flow]] = []
        waiting: list[tuple[_Source, Flow]] = []
        for source in self._sources(file):
            flow = Flow(file, source.kind, source.node)
            try:
                flow.step(source.node, source.chain, source.scope)
            except Sorted:
                continue
            (found if flow.sinks else waiting).append((source, flow))
        yield from self._pairs_by_index([*found, *waiting], file)
        for source, flow in found:
            if source.kind == "set":
                flow.sinks[:] = [sink for sink in flow.sinks if _is_text(source, sink)]
            if not flow.sinks:
                continue
            yield self._finding(source, flow, min(flow.sinks, key=lambda sink: _WEIGHT.index(sink.kind)), file)

    def _sources(self, file: Module) -> Iterator[_Source]:
        for call, scope in file.calls_of(*_LISTING):
            file.here = scope
            name = file.qualname(call.func)
            if name not in _FUNCTIONS and not (
                name is None and isinstance(call.func, ast.Attribute) and call.func.attr in _PATH_METHODS
            ):
                continue
            if name is None and (_REMOTE.search(ast.unparse(call.func.value)) or not _uses_pathlib(file)):  # type: ignore[attr-defined]
                continue
            if not _has_wildcard(call):
                continue
            chain = ancestors(file, call, scope)
            yield _wrapped(_Source("listing", call, chain, scope, name in _LISTS))
            if name == "os.walk":
                yield from _walked(chain, scope)
        yield from self._sets(file)

    def _sets(self, file: Module) -> Iterator[_Source]:
        done: set[int] = set()
        takers: dict[str, list[tuple[ast.Call, ast.Name, Scope]]] = defaultdict(list)
        for call, scope in file.calls_of("enumerate", "list", "zip") if "set" in file.calls else ():
            for argument in call.args:
                if isinstance(argument, ast.Name):
                    takers[argument.id].append((call, argument, scope))
        for call, scope in file.calls_of("set"):
            if not isinstance(call.func, ast.Name) or len(call.args) > 1 or _harmless(file, call):
                continue
            chain = ancestors(file, call, scope)
            whole = _wrapped(_whole_set(call, chain, scope))
            text = ast.unparse(whole.node)
            if id(whole.node) in done or (_NUMBERS.search(text) and not _CELLS.search(text)):
                continue
            done.add(id(whole.node))
            bound = whole.chain[0] if whole.chain else None
            target = bound.targets[0] if isinstance(bound, ast.Assign) else None
            if isinstance(target, ast.Name) and not whole.is_list:
                for taker, node, inner in takers.get(target.id, ()):
                    if inner is scope or (scope is file.scope and target.id not in inner.bindings):
                        path = [taker, *ancestors(file, taker, inner)]
                        yield _wrapped(_Source("set", node, path, inner, False, f"{target.id} {call.lineno}"))
            elif call.args:
                yield whole
        for call, scope in file.calls_of("enumerate", "list"):
            if call.args and isinstance(call.args[0], ast.SetComp):
                chain = [call, *ancestors(file, call, scope)]
                yield _wrapped(_Source("set", call.args[0], chain, scope, is_list=False))

    def _pairs_by_index(self, flows: list[tuple[_Source, Flow]], file: Module) -> Iterator[Finding]:
        """`images[i]` beside `masks[i]`, each from a listing of its own."""
        by_index: dict[tuple[str, int], list[tuple[str, _Source, Flow]]] = defaultdict(list)
        for source, flow in flows:
            if source.kind == "listing":
                for index, line, name in flow.positions:
                    by_index[index, line].append((name, source, flow))
        done: set[int] = set()
        for (index, line), places in by_index.items():
            sources: dict[str, set[int]] = defaultdict(set)
            for name, source, _ in places:
                sources[name].add(id(source.node))
            for name, source, flow in places:
                mate = next((other for other in sources if sources[other].isdisjoint(sources[name])), "")
                called = not index.isidentifier() or any(c.lineno == line for c, _ in file.calls.get(index, ()))
                if (
                    not mate
                    or id(source.node) in done
                    or not ((line and not called) or _PAIRED.search(" ".join(sources)))
                ):
                    continue
                done.add(id(source.node))
                flow.sinks[:] = []
                if called:
                    sink = Sink("pairs", places[0][1].node, index, f"`{mate}`")
                else:
                    sink = Sink("pairs", places[0][1].node, f"{name}[{index}]", f"`{mate}[{index}]`")
                yield self._finding(source, flow, sink, file)

    def _finding(self, source: _Source, flow: Flow, sink: Sink, file: Module) -> Finding:
        node = source.node
        what = f"the set `{_brief(node)}`" if isinstance(node, ast.Name) else f"`{_brief(node)}`"
        if source.kind == "listing":
            order = f"`{_brief(node)}` lists files in no fixed order"
        else:
            order = f"{what} has another order in every run"
        safe = source.kind == "listing" and sink.kind == "rows" and (source.is_list or flow.iterated)
        better = self._better(source, sink)
        shown = better if len(better) <= 70 else "sorted(...)"
        hidden = _takes_hidden(node, sink)
        where = file.span(sink.node) if not isinstance(sink.node, ast.comprehension) else None
        found = self.finding(
            file.span(node),
            f"{order}, and {_depends(sink, source.kind)}",
            advice=_advice(sink, shown, source.kind) if not hidden else _which(node, sink),
            confidence="medium" if sink.kind in ("rows", "train", "first") else None,
            # A walk must stay lazy: `folders[:] = ...` in its loop tells it where not to go.
            fix=None
            if hidden or _is_walk(node)
            else Fix(safe, "Sort it" if better.startswith("sorted") else _FIRST_SEEN),
            group=source.origin or (f"{sink.kind} {where.cell}:{where.line}:{where.column}" if where else ""),
        )
        return found._replace(cause=f"{found.message} {_around(source)}")

    def _better(self, source: _Source, sink: Sink) -> str:
        node = source.node
        inner = _inside_list(node)
        if source.kind == "set" and sink.kind != "ids" and _plain_set(inner):
            return f"list(dict.fromkeys({ast.unparse(inner.args[0])}))"  # type: ignore[attr-defined]
        if isinstance(inner, ast.Call) and last(inner.func) == "scandir":
            return f"sorted({ast.unparse(inner)}, key=lambda entry: entry.name)"
        return f"sorted({ast.unparse(inner)})"

    @classmethod
    def across(cls, findings: list[Finding], project: Project) -> list[Finding]:
        """One finding for what was copied into several files, with the others as related places."""
        copies: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            if is_taken_over(finding.path):
                continue
            copies[finding.cause].append(finding)
        kept = []
        for members in copies.values():
            members.sort(key=lambda f: (f.path.count("/"), f.path, f.span.cell or 0, f.span))
            first, *others = members
            if not others:
                kept.append(first._replace(cause=""))
                continue
            places = tuple(
                place
                for f in others
                for place in (
                    Related(f.path, f.span.cell, f.span.line, f.message.partition(" (and at ")[0]),
                    *f.related,
                )
            )
            count = len({f.path for f in others} - {first.path})
            where = f"{count} more file{'s' if count > 1 else ''}" if count else "another place of this file"
            kept.append(
                first._replace(
                    message=f"{first.message} (the same code is in {where})", related=first.related + places, cause=""
                )
            )
        return kept

    def fix(self, node: cst.CSTNode, finding: Finding, file: Module, project: Project) -> cst.CSTNode | None:
        """`sorted(...)` around the listing, in the place of a `list(...)` if there is one."""
        import libcst as cst

        if not isinstance(node, cst.BaseExpression) or is_taken_over(finding.path):
            return None
        inner: cst.BaseExpression = node
        match node:
            case cst.Call(func=cst.Name("list" | "tuple"), args=[cst.Arg(value=value, keyword=None, star="")]):
                inner = value
            case _:
                pass
        if finding.fix is not None and finding.fix.title.startswith("Keep"):
            match inner:
                case cst.Call(func=cst.Name("set"), args=[cst.Arg(value=value)]):
                    seen = cst.Call(cst.Attribute(cst.Name("dict"), cst.Name("fromkeys")), [cst.Arg(value)])
                    return cst.Call(cst.Name("list"), [cst.Arg(seen)])
                case _:
                    return None
        arguments = [cst.Arg(inner)]
        if isinstance(inner, cst.Call) and isinstance(inner.func, cst.Attribute | cst.Name):
            name = inner.func.attr if isinstance(inner.func, cst.Attribute) else inner.func
            if name.value == "scandir":
                equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
                key = cst.parse_expression("lambda entry: entry.name")
                arguments = [
                    cst.Arg(inner, comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))),
                    cst.Arg(key, cst.Name("key"), equal=equal),
                ]
        return cst.Call(cst.Name("sorted"), arguments)


def _around(source: _Source) -> str:
    """The code that a source stands in, as a short digest: the innermost function, or the outermost statement."""
    functions = [p for p in source.chain if isinstance(p, ast.FunctionDef | ast.AsyncFunctionDef)]
    statements = [p for p in source.chain if isinstance(p, ast.stmt)]
    whole = functions[0] if functions else statements[-1] if statements else source.node
    return blake2b(ast.unparse(whole).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _wrapped(source: _Source) -> _Source:
    """The `list(...)` around it, if there is one: the fix takes its place."""
    chain = source.chain
    outer = chain[0] if chain else None
    if isinstance(outer, ast.Call) and outer.args == [source.node] and ast.unparse(outer.func) == "list":
        return source._replace(node=outer, chain=chain[1:], is_list=True)
    return source


_FIRST_SEEN = "Keep the order of first appearance"


def _is_walk(node: ast.expr) -> bool:
    inner = _inside_list(node)
    return isinstance(inner, ast.Call) and last(inner.func) == "walk"


def _walked(chain: Chain, scope: Scope) -> Iterator[_Source]:
    """Where the files of each folder are gone through: `for name in names` below `for root, folders, names in os.walk(...)`."""
    loop = chain[0] if chain else None
    if isinstance(loop, ast.Call) and len(chain) > 1:
        loop = chain[1]
    if not isinstance(loop, ast.For | ast.comprehension) or not isinstance(loop.target, ast.Tuple):
        return
    names = loop.target.elts[-1]
    if not isinstance(names, ast.Name):
        return
    whole = chain[chain.index(loop) + 1] if isinstance(loop, ast.comprehension) else loop
    stack: list[tuple[ast.AST, Chain]] = [(whole, chain[chain.index(whole) + 1 :])]
    while stack:
        node, above = stack.pop()
        if (
            isinstance(node, ast.For | ast.comprehension)
            and isinstance(node.iter, ast.Name)
            and node.iter.id == names.id
        ):
            yield _Source("listing", node.iter, [node, *above], scope, is_list=True)
        below = [node, *above]
        stack += [(child, below) for child in ast.iter_child_nodes(node)]


def _is_text(source: _Source, sink: Sink) -> bool:
    """Whether a set holds strings, by what it is made of or what is made of it."""
    text = ast.unparse(source.node)
    if _NUMBERS.search(text) and ".loc[" in ast.unparse(sink.node):
        return False  # rows of a table by their index, which pandas puts in place again
    return bool(_TEXT.search(text)) or (sink.kind == "ids" and bool(_TEXT_KEYS.search(sink.name)))


def _inside_list(node: ast.expr) -> ast.expr:
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "list"
        and len(node.args) == 1
    ):
        return node.args[0]
    return node


def _plain_set(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last(node.func) == "set" and isinstance(node.func, ast.Name)


def _harmless(file: Module, call: ast.Call) -> bool:
    """Whether what stands before a set says at once that its order does not matter: spares the way to its ancestors."""
    text = file.source.masked[call.lineno - 1]
    before = text[: call.col_offset].rstrip() if text.isascii() else ""
    return before.endswith(("len(", "sorted(", "==", "!=")) or (before.endswith(" in") and " for " not in f" {before}")


def _whole_set(call: ast.Call, chain: Chain, scope: Scope) -> _Source:
    """The set that an expression makes of this and other sets."""
    node: ast.expr = call
    at = 0
    while at < len(chain):
        parent = chain[at]
        if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Sub | ast.BitAnd | ast.BitOr | ast.BitXor):
            node, at = parent, at + 1
        elif (
            isinstance(parent, ast.Attribute)
            and parent.attr in ("intersection", "union", "difference", "symmetric_difference")
            and at + 1 < len(chain)
            and isinstance(chain[at + 1], ast.Call)
        ):
            node, at = chain[at + 1], at + 2  # type: ignore[assignment]
        else:
            break
    return _Source("set", node, chain[at:], scope, is_list=False)


def _has_wildcard(call: ast.Call) -> bool:
    """Whether a literal pattern can match more than one file."""
    if last(call.func) not in ("glob", "iglob", "rglob"):
        return True
    if not call.args:
        return False
    if any(isinstance(n, ast.Name | ast.Attribute) and n is call.args[0] for n in ast.walk(call.args[0])):
        return True
    pattern = pattern_of(call)
    texts = [n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return pattern is None or any("*" in text or "?" in text or "[" in text for text in texts)


def is_test(path: str) -> bool:
    """Whether a file holds tests, where an order rarely reaches a result."""
    *folders, name = path.split("/")
    return name.startswith("test_") or name == "conftest.py" or "tests" in folders


def _uses_pathlib(file: Module) -> bool:
    return any(imported.module == "pathlib" for imported in file.imports)


def _brief(node: ast.expr) -> str:
    text = ast.unparse(node)
    if len(text) <= 60 and "`" not in text:
        return text
    inner = _inside_list(node)
    return f"{ast.unparse(inner.func)[:40]}(...)".replace("`", "") if isinstance(inner, ast.Call) else "set(...)"


def _depends(sink: Sink, kind: Kind) -> str:
    elsewhere = "on another computer" if kind == "listing" else "in the next run"
    match sink.kind:
        case "pairs":
            return f"`{sink.name}` pairs them with {sink.mate}: which belong together is left to chance"
        case "ids":
            return f"`{sink.name}` takes its numbers from it: a number means something else {elsewhere}"
        case "split" if isinstance(sink.node, ast.For):
            return f"`{sink.name}` draws for each in turn: the same seed gives another draw {elsewhere}"
        case "split":
            return f"`{sink.name}` draws from it: the same seed gives another draw {elsewhere}"
        case "part":
            return f"`{sink.name}` takes a part of it: another one {elsewhere}"
        case "index":
            return f"`{sink.name}` looks up by place: an index means another file {elsewhere}"
        case "first" if sink.mate:
            return f"`{sink.name}` and then `{sink.mate}` are put together in that order: another one {elsewhere}"
        case "first":
            return f"`{sink.name}` takes one of several: another one {elsewhere}"
        case "train":
            return f"`{sink.name}` gets its samples in that order: another one {elsewhere}"
        case "columns":
            return f"`{sink.name}` puts them in that order: another one {elsewhere}"
        case _:
            return f"`{sink.name}` writes the rows in that order: another one {elsewhere}"


def _takes_hidden(node: ast.expr, sink: Sink) -> bool:
    """Whether the first name of a whole folder is taken: in order, that is a hidden file where there is one."""
    return (
        sink.kind == "first"
        and isinstance(node, ast.Call)
        and last(node.func) == "listdir"
        and isinstance(sink.node, ast.Subscript)
        and isinstance(sink.node.slice, ast.Constant)
        and sink.node.slice.value == 0
    )


def _which(node: ast.expr, sink: Sink) -> str:
    text = ast.unparse(node)
    better = f"`min(name for name in {text} if not name.startswith('.'))`"
    direct = isinstance(sink.node, ast.Subscript) and sink.node.value is node
    if not direct or len(text) > 60 or "`" in text:
        better = "the first by name that does not begin with a dot"
    return (
        f"Say which one is meant by its name, or take {better}: in order, hidden files such as `.DS_Store` come first."
    )


def _advice(sink: Sink, better: str, kind: Kind) -> str:
    if sink.kind == "pairs":
        return f"Write `{better}`, the same for what it is paired with, and check that the names match."
    if sink.kind == "ids":
        return f"Write `{better}`, so that the numbers stay the same."
    return f"Write `{better}`."
