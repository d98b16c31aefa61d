"""The states of a session, which follow from its times; and when an active one counts as idle."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    PREPARED = "prepared", "Not started"
    ACTIVE = "active", "Active"
    COMPLETED = "completed", "Completed"


IN_STATE = {
    State.PREPARED: Q(started_at__isnull=True),
    State.ACTIVE: Q(started_at__isnull=False, completed_at__isnull=True),
    State.COMPLETED: Q(completed_at__isnull=False),
}


def state_of(started_at: datetime | None, completed_at: datetime | None) -> State:
    """Return the state of a session with these times."""
    if started_at is None:
        return State.PREPARED
    return State.ACTIVE if completed_at is None else State.COMPLETED


def is_recent(last_activity_at: datetime, now: datetime) -> bool:
    """Return whether something was recorded lately; an active session is idle otherwise."""
    return now - last_activity_at < timedelta(minutes=settings.SESSION_INACTIVITY_MINUTES)
