"""Who changed a row lately, for a page that was refused as older than the row ([S15])."""

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models

MAX_ENTRIES = 10


def who_changed(row: models.Model, since: datetime) -> str:
    """Return the names of who changed the row since then, as far as it is logged; "" if nobody."""
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        action_time__gte=since,
    )
    people = dict.fromkeys(entry.user for entry in entries.select_related("user")[:MAX_ENTRIES])
    return ", ".join(f"{person} ({person.get_username()})" for person in people)
