"""What draws, prints or displays: the narrative of a notebook, not its logic."""

from __future__ import annotations

import re

from rescode_lint.lazy import lazy
from rescode_lint.model import Definition, Summary

_DRAWING = lazy(
    r"(?:matplotlib|seaborn|plotly|IPython|bokeh|altair|ipywidgets|holoviews|hvplot|pylab|plt|sns|display)(?:\.|\Z)"
    r"|[\w.]*\.(?:plot|scatter|imshow|hist|bar|barh|boxplot|contourf?|pcolormesh|errorbar|fill_between|quiver|axvline"
    r"|axhline|annotate|legend|colorbar|set_title|set_xlabel|set_ylabel|set_xlim|set_ylim|set_xticks|set_yticks"
    r"|set_xticklabels|set_yticklabels|tight_layout|savefig|subplots|add_subplot|suptitle|xlabel|ylabel|title|figure"
    r"|add_trace|update_layout|set_axis_off|twinx|tick_params|set_major_formatter|set_visible|spines|set_aspect)\Z"
)
_DISPLAY_NAME = lazy(
    r"_*(?:plot|show|display|draw|print|visuali[sz]e|animate|render|save_?fig|(?:make|create)_?(?:fig|plot))"
    r"|.*plot|.*(?:_fig|_figure|colou?r_?map|_cmap)\Z",
    re.I,
)


def is_display(definition: Definition, summary: Summary) -> bool:
    """Whether the body mostly draws or prints: the narrative of a notebook, not its logic."""
    if _DISPLAY_NAME.match(definition.name):
        return True
    refs = set(definition.refs.split())
    if definition.kind == "class":
        own = f"{definition.name}."
        refs.update(ref for d in summary.definitions if d.name.startswith(own) for ref in d.refs.split())
    drawing = sum(1 for ref in refs if _DRAWING.match(ref))
    return drawing >= 3 or (drawing >= 2 and drawing * 3 >= len(refs))
