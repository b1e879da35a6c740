"""An engineer's code review for research code: scripts and notebooks read as one project."""

__version__ = "0.1.0"
