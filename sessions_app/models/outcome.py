"""How sessions end."""

from django.db import models


class Outcome(models.TextChoices):
    """How a session ended; the labels are those of the exports."""

    RESOLVED = "resolved", "Resolved"
    ESCALATED = "escalated", "Escalated"
    WORKAROUND = "workaround", "Workaround"
    UNRESOLVED = "unresolved", "Unresolved"
    CANCELLED = "cancelled", "Cancelled"
    RESOLVED_EXTERNALLY = "resolved_externally", "Resolved Externally"
