"""Somebody else's program, run so that it can read its project, answer, and do nothing else."""

from .limits import Limits
from .modes import modes, run_confined
from .start import Ended, NotConfined
from .view import View, python_view
from .ways import complete

__all__ = ["Ended", "Limits", "NotConfined", "View", "complete", "modes", "python_view", "run_confined"]
