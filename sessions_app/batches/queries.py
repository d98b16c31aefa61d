"""Lists of batches, each counted over the sessions that the user may read."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Min, Q

from accounts_app.models import User
from resolutionflow.web.dates import DisplayTime, display_time
from sessions_app.models import Session
from sessions_app.person_names import PREPARER, full_name

MAX_LISTED = 100


@dataclass(frozen=True)
class BatchSummary:
    """One batch in a list, counted over the sessions that the user may read."""

    id: UUID
    tree_name: str
    started_by: str
    when: DisplayTime | None
    count: int
    completed: int


def list_batches(
    user: User, *, own_open: bool = False, limit: int = MAX_LISTED
) -> list[BatchSummary]:
    """Return the newest batches first; with `own_open` those of the user's own that aren't
    completed.
    """
    sessions = Session.objects.visible_to(user).filter(batch_id__isnull=False)
    if own_open:
        sessions = sessions.filter(Q(user=user) | Q(assigned_to=user))
    found = (
        sessions.order_by()
        .values("batch_id", "tree_name", *PREPARER)
        .annotate(count=Count("pk"), completed=Count("completed_at"), created=Min("created_at"))
    )
    if own_open:
        found = found.filter(completed__lt=F("count"))
    return [
        BatchSummary(
            id=row["batch_id"],
            tree_name=row["tree_name"],
            started_by=full_name(row, PREPARER),
            when=display_time(row["created"]),
            count=row["count"],
            completed=row["completed"],
        )
        for row in found.order_by("-created", "batch_id")[:limit]
    ]
