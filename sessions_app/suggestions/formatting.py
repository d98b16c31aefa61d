"""How hints from earlier sessions are put into words."""

from datetime import datetime

from django.utils import timezone


def format_day(moment: datetime, *, now: datetime | None = None) -> str:
    """Return the day of `moment` in the current time zone: “today”, “12 Nov”, “12 Nov 2025”."""
    local, today = timezone.localtime(moment), timezone.localtime(now or timezone.now())
    days = (today.date() - local.date()).days
    if days in (0, 1):
        return ("today", "yesterday")[days]
    return f"{local.day} {local:%b}" if local.year == today.year else f"{local.day} {local:%b %Y}"
