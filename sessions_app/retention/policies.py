"""Which sessions an account's two policies reach, counted in days of 24 hours.

A day is a length of time here, never a date, so no time zone and no clock change moves it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts_app.models import MAX_RETENTION_DAYS, Account
from sessions_app.models import Session, SessionQuerySet, State


def days_ago(days: int) -> datetime:
    return timezone.now() - _days(days)


def _days(days: int) -> timedelta:
    # Bounded here too: a number that was written past the forms must not end the run.
    return timedelta(days=min(days, MAX_RETENTION_DAYS))


def idle_sessions(account: Account) -> SessionQuerySet:
    """Return the active sessions that nobody changed for `close_idle_after_days`; no
    prepared ones. In the order of their index, so that a few are found without reading the table.
    """
    return (
        Session.objects.filter(account=account)
        .in_state(State.ACTIVE)
        .filter(last_activity_at__lt=days_ago(account.close_idle_after_days))
        .order_by("user_id", "-last_activity_at")
    )


def expired_sessions(account: Account) -> SessionQuerySet:
    """Return the completed sessions that are older than `retention_days` and not pinned."""
    return Session.objects.filter(
        account=account, pinned=False, completed_at__lt=days_ago(account.retention_days)
    )


@dataclass(frozen=True)
class KeptUntil:
    """Until when a completed session is kept, for a page: the day, and the exact moment."""

    text: str
    exact: str
    iso: str
    is_over: bool


def kept_until(work_session: Session, account: Account | None) -> KeptUntil | None:
    """Return when the retention policy may delete the session, in the current time zone.

    None when it is open or pinned, and for a session of another account.
    """
    completed_at = work_session.completed_at
    if completed_at is None or work_session.pinned or account is None:
        return None
    if account.pk != work_session.account_id:
        return None
    end = timezone.localtime(completed_at + _days(account.retention_days))
    return KeptUntil(
        text=f"{end.day} {end:%b %Y}",
        exact=f"{end:%Y-%m-%d %H:%M:%S %Z}",
        iso=end.isoformat(timespec="seconds"),
        is_over=end < timezone.now(),
    )
