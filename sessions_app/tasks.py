"""Background tasks of sessions; procrastinate finds them by this module's name."""

from sessions_app.lifecycle import tasks as lifecycle
from sessions_app.titles import tasks as titles

__all__ = ["lifecycle", "titles"]
