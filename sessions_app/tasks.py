"""Background tasks of sessions; procrastinate finds them by this module's name."""

from sessions_app.retention import tasks as retention
from sessions_app.titles import tasks as titles

__all__ = ["retention", "titles"]
