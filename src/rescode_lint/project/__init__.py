"""The project: Summaries of all files, and what only shows when they are looked at together."""

from rescode_lint.project.project import TEST_LIBRARIES, Opener, Project, is_module
from rescode_lint.project.summary import summarise

__all__ = ["TEST_LIBRARIES", "Opener", "Project", "is_module", "summarise"]
