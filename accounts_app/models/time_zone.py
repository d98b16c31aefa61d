"""The names of time zones that accounts and users carry."""

import zoneinfo

from django.core.exceptions import ValidationError


def validate_time_zone(name: str) -> None:
    """Raise `ValidationError` unless `name` is an IANA time zone such as Europe/Berlin."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(
            f"“{name}” is not a time zone; use a name such as Europe/Berlin.", code="time_zone"
        ) from None
