"""Who changed a row lately, for a page that was refused as older than the row ([S15])."""

from datetime import datetime

from django.db import models

from accounts_app.models import AuditEntry

MAX_ENTRIES = 10


def who_changed(row: models.Model, since: datetime) -> str:
    """Return the names of who changed the row since then, as far as it is logged; "" if nobody."""
    entries = AuditEntry.objects.filter(object_id=row.pk, at__gte=since, actor__isnull=False)
    people = entries.values_list("actor_name", "actor_username")[:MAX_ENTRIES]
    return ", ".join(f"{name} ({username})" for name, username in dict.fromkeys(people))
