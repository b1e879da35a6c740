"""The names under which IPython keeps earlier inputs and outputs."""

from __future__ import annotations

from rescode_lint.lazy import lazy

#: `_`, `__`, `___`, `_12`; `_i`, `_ii`, `_iii`, `_i12`; `_ih`, `_oh`, `_dh`, `In`, `Out`; `_exit_code` of the last `!` line.
HISTORY = lazy(r"(?:_{1,3}|_i{1,3}|_i?\d+|_[iod]h|In|Out|_exit_code)\Z")
