"""Dates in words, made ready in the views, as template filters are slow in long lists; and times
as JSON has them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime


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


def start_of_day(day: date) -> datetime:
    """Return midnight of `day` in the current time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


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


def zone_of(name: str) -> tzinfo:
    """Return the time zone with this IANA name, UTC when the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


# -- bounds ------------------------------------------------------------------------------------

# What is recorded happened since then, and at most a day from now: clocks differ.
EARLIEST_RECORDED = datetime(2000, 1, 1, tzinfo=UTC)
MAX_AHEAD = timedelta(days=1)


def is_recordable(moment: datetime) -> bool:
    """Return whether something can have been recorded at that time."""
    return EARLIEST_RECORDED <= moment <= timezone.now() + MAX_AHEAD


# -- ISO 8601 ----------------------------------------------------------------------------------


def parse_datetime_utc(text: object, *, allow_date: bool = False) -> datetime | None:
    """Return the moment that an ISO 8601 `text` names, in UTC, or None for anything else.

    Without an offset it is UTC. With `allow_date` a date is its midnight, and a space stands for
    the plus sign that it was in an address.
    """
    if not isinstance(text, str):
        return None
    try:
        if allow_date:
            text = text.strip()
            if len(text) == len("2026-11-30"):
                return datetime.combine(date.fromisoformat(text), time(), UTC)
            if "T" in text:
                text = text.replace(" ", "+")
        moment = parse_datetime(text)
        if moment is None:
            return None
        aware = moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def iso_utc(moment: datetime | None) -> str | None:
    """Return `moment` as 2026-11-30T14:05:00Z, with microseconds where it has some."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
