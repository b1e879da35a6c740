"""Code that runs on somebody else's machine, in an environment that is given: shared by the rules on files and versions."""

from __future__ import annotations

from rescode_lint.model import Summary


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
