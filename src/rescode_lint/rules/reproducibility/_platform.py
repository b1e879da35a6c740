"""Code that runs on somebody else's machine, in an environment that is given: shared by the rules on files and versions."""

from __future__ import annotations

from rescode_lint.lazy import lazy
from rescode_lint.model import Summary

#: Where Colab mounts a Google Drive, seen from the root and from `/content`.
_DRIVE = lazy(r"(?:/content/)?g?drive/|/content/g?drive\Z")


def is_on_kaggle(summary: Summary) -> bool:
    """Whether a file is written for Kaggle: it names a path of its disk, or imports what is there only."""
    return any(use.text.startswith("/kaggle/") or use.text == "/kaggle" for use in summary.files) or any(
        item.module.partition(".")[0] in ("kaggle_secrets", "kaggle_evaluation", "kaggle_datasets")
        for item in summary.imports
    )


def is_on_colab(summary: Summary) -> bool:
    """Whether a file is written for Google Colab."""
    return any(item.module.startswith("google.colab") or item.name == "colab" for item in summary.imports) or any(
        use.text.startswith("/content/") for use in summary.files
    )


def has_own_disk(summary: Summary) -> bool:
    """Whether a file runs on Kaggle or Colab, where each notebook has a disk of its own: what two of them write is two."""
    return (
        is_on_kaggle(summary)
        or is_on_colab(summary)
        or any(
            use.text == "/content" or (summary.kind == "ipynb" and use.text.startswith("../input/"))
            for use in summary.files
        )
    )


def is_shared_drive(path: str) -> bool:
    """Whether a path lies on what many notebooks of Colab share: a mounted Google Drive."""
    return _DRIVE.match(path) is not None
