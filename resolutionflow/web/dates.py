"""Dates in words; made ready in the views, as template filters are slow in long lists."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class DisplayTime:
    """A time on a page: `text` to read, `exact` on hover, `iso` for machines."""

    text: str
    local: datetime
    iso: str

    @property
    def exact(self) -> str:
        """Formatted on demand: lists have many times, and few are shown exactly."""
        return f"{self.local:%Y-%m-%d %H:%M:%S %Z}"


def display_time(moment: datetime | None, *, now: datetime | None = None) -> DisplayTime | None:
    """Return `moment` in the current time zone: “today 09:15”, “Tue 17:02”, “12 Nov 2025”."""
    if moment is None:
        return None
    zone = timezone.get_current_timezone()
    local = moment.astimezone(zone)
    return DisplayTime(
        text=_relative_text(local, (now or timezone.now()).astimezone(zone)),
        local=local,
        iso=local.isoformat(timespec="seconds"),
    )


def _relative_text(local: datetime, now: datetime) -> str:
    days = (now.date() - local.date()).days
    if days == 0:
        return f"today {local:%H:%M}"
    if days == 1:
        return f"yesterday {local:%H:%M}"
    if 1 < days < 7:
        return f"{local:%a %H:%M}"
    if local.year == now.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def duration(span: timedelta) -> str:
    """Return a length of time in its two largest units: “42 s”, “9 min”, “2 h 5 min”, “3 d 4 h”."""
    seconds = max(0, int(span.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes == 0:
        return f"{seconds} s"
    if hours == 0:
        return f"{minutes} min"
    if days == 0:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"
