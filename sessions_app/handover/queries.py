"""Sessions that were handed over, as giver and receiver look for them."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts_app.models import User
from sessions_app.models import Handover, Session, SessionQuerySet

#: For how long a session that was handed over stays in the giver's list.
LISTED_FOR = timedelta(days=90)
MAX_NEWS = 5


def list_handed_over(user: User) -> SessionQuerySet:
    """Return the sessions that `user` handed over lately and that are with others now, what was
    changed last first.
    """
    since = timezone.now() - LISTED_FOR
    given = Handover.objects.filter(from_user=user, handed_at__gte=since).values("session_id")
    return (
        Session.objects.in_account_of(user)
        .filter(pk__in=given)
        .exclude(Q(user=user) | Q(assigned_to=user))
        .order_by("-last_activity_at")
    )


def list_received(user: User, *, after: datetime) -> QuerySet[Handover]:
    """Return what was handed to `user` since then and is theirs still, the oldest first; one query
    that reads an index.
    """
    if user.account_id is None:
        return Handover.objects.none()
    return (
        Handover.objects.filter(
            to_user=user,
            handed_at__gt=after,
            session__user=user,
            session__account_id=user.account_id,
            session__completed_at__isnull=True,
        )
        .select_related("from_user", "session")
        .only(
            "handed_at", "note", "session__tree_name", "session__title",
            "session__client_name", "session__ticket_number",
            "from_user__first_name", "from_user__last_name", "from_user__username",
        )
        .order_by("handed_at", "pk")[:MAX_NEWS]
    )  # fmt: skip
