"""Code that was put away: kept in a folder for the record, not run any more."""

import re

from rescode_lint.lazy import lazy

_PUT_AWAY = lazy(
    r"(?:^|[/\\])[\s_.\-]*"
    r"(?:(?:old|older|archived?|archives|deprecated|obsolete|legacy|attic|deleted?|to[-_ ]?delete|trash|unused|"
    r"not[-_ ]?used|backups?|bak|references|graveyard|outdated)"
    r"(?:[-_ ](?:code|scripts?|files?|notebooks?|stuff|versions?|experiments?|models?))?"
    r"|(?:code|scripts?|files?|notebooks?|versions?|experiments?|src)[-_ ](?:old|archived?|deprecated|obsolete|legacy|unused))"
    r"[\s_.\-]*[/\\]",
    re.I,
)


def is_put_away(path: str) -> bool:
    """Tell whether a file lies in a folder for what is no longer run.

    Args:
        path: The file's path from the root of the project, with its name.

    Returns:
        True where one of its folders is named `old`, `archive`, `deprecated`, `trash`, `unused` or the like.
    """
    return _PUT_AWAY.search(path) is not None
