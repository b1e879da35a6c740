from __future__ import annotations

import builtins
from collections.abc import Iterator

from rescode_lint.model import Finding, Span
from rescode_lint.rule import Bad, NotebookRule
from rescode_lint.semantics import Module

#: What IPython puts into the namespace, besides the builtins.
_IPYTHON = frozenset(
    "In Out get_ipython display exit quit _ __ ___ _i _ii _iii _ih _oh _dh __file__ __name__ __doc__ __builtins__ __builtin__"
    " __annotations__ __loader__ __spec__ __package__ __path__ __class__ WindowsError __vsc_ipynb_file__ __session__"
    " dbutils spark sc sqlContext".split()
)
_BUILTINS = frozenset(dir(builtins)) | _IPYTHON
#: Calls after which any name may exist.
_DYNAMIC = frozenset({"exec", "globals", "locals", "vars", "eval", "execfile"})


class UndefinedOnRestart(NotebookRule):
    """A cell that uses a name which no cell above it defines works only in the session in which it was written: the cell
    that made the name was deleted, renamed, or stands further down. After "Restart and run all", or on a colleague's
    machine, it stops with a `NameError`, and the saved outputs cannot be made again.
    """

    code = "RSC106"
    name = "undefined-on-restart"
    summary = "a name that a cell uses and no cell above it defines"
    advice = "Define it in a cell above, then restart the kernel and run all cells."
    how_to_fix = (
        "Where a later cell defines the name, move that cell up. Where none does, the cell that did was deleted or renamed: "
        "write the definition again, or delete what used it. Then run *Restart and run all* before the commit."
    )
    limits = (
        "Silent in a notebook that defines names in ways that cannot be seen: `from x import *`, `%run`, `%load`, `exec`, "
        "unknown magics. A cell that does not parse counts as defining every name in it. Names that a function reads are "
        "reported only if no cell at all defines them."
    )
    severity = "error"
    VALID = (
        "# %%\nx = 1\n# %%\nprint(x)",
        "# %%\n%pylab inline\n# %%\nplot(arange(3))",
        "# %%\ndef f():\n    return later\n# %%\nlater = 2\n# %%\nf()",
        "# %%\n%%capture out\nprint(1)\n# %%\nout.show()",
        "# %%\ntry:\n    data\nexcept NameError:\n    data = 1\n# %%\ndata",
        "# %%\nfiles = !ls\n# %%\n[f for f in files]\n# %%\n_",
    )
    INVALID = (
        Bad("# %%\nprint(total)\n      ^^^^^\n# %%\ntotal = 3", "cell 2"),
        Bad("# %%\nimport os\n# %%\nframe.head()\n^^^^^", "`frame`"),
        Bad("# %%\ndef mean():\n    return sum(values)\n               ^^^^^^\n# %%\nmean()", "`values`"),
    )

    def check(self, file: Module) -> Iterator[Finding]:
        """Yield one finding a name: at the first use."""
        if file.stars or any(cell.opaque and cell.unparsed is None for cell in file.cells):
            return
        if any(name in file.scope.uses for name in _DYNAMIC):
            return
        maybe = {name for cell in file.cells for name in cell.maybe_binds}
        guarded = _guarded_names(file)
        ever = {use.name: use for use in reversed(file.flow) if use.kind == "bind"}
        bound: set[str] = set()
        said: set[str] = set()
        isolated = [lines for cell in file.cells for lines in cell.isolated]
        for use in file.flow:
            name = use.name
            if use.kind == "bind":
                bound.add(name)
            elif name in bound or name in said or name in _BUILTINS or name in maybe or name in guarded:
                continue
            elif name.startswith("_") and name[1:].lstrip("i").isdigit():  # _12, _i12: earlier outputs and inputs
                continue
            elif use.kind == "later" and name in ever:
                continue
            elif any(first <= use.line <= last for first, last in isolated):
                continue
            else:
                said.add(name)
                yield self._found(file, name, use.node, ever)

    def _found(self, file: Module, name: str, node: object, ever: dict[str, object]) -> Finding:
        span: Span = file.span(node)  # type: ignore[arg-type]
        later = ever.get(name)
        if later is not None:
            cell = file.source.cell_at(later.line)  # type: ignore[attr-defined]
            here = file.source.cell_at(node.lineno)  # type: ignore[attr-defined]
            position = cell.position if cell else 0
            if cell is here:
                message = f"`{name}` is used before this cell defines it, so \"Restart and run all\" stops here"
                return self.finding(span, message, advice=f"Define `{name}` before it is used, in this cell or above.")
            message = f"`{name}` is defined only below, in cell {position}, so \"Restart and run all\" stops here"
            return self.finding(span, message, advice=f"Move the definition of `{name}` from cell {position} above this cell.")
        return self.finding(
            span,
            f"`{name}` is defined by no cell of this notebook, so \"Restart and run all\" stops here",
            advice=f"Define or import `{name}` in a cell above, or delete what uses it.",
        )


def _guarded_names(file: Module) -> frozenset[str]:
    """Names that the notebook itself tests for: in `try: name / except NameError`, or `"name" in globals()`."""
    import ast

    found: set[str] = set()
    for statement in file.body:
        if isinstance(statement, ast.Try) and any(_catches_name_error(h) for h in statement.handlers):
            found |= {n.id for s in statement.body for n in ast.walk(s) if isinstance(n, ast.Name)}
    return frozenset(found)


def _catches_name_error(handler: object) -> bool:
    import ast

    kind = getattr(handler, "type", None)
    if kind is None:
        return True
    names = [n.id for n in ast.walk(kind) if isinstance(n, ast.Name)]
    return bool({"NameError", "Exception", "BaseException"} & set(names))
