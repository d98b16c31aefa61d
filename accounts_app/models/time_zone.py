"""The time zones that accounts and users carry: IANA names such as Europe/Berlin."""

import zoneinfo
from collections import defaultdict
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

# What the system's folder holds beside the zones: other files, and each zone twice more.
NO_ZONES = ("posix/", "right/", "Factory", "localtime", "posixrules", "SystemV/")
WITHOUT_REGION = "Other"


def validate_time_zone(name: str) -> None:
    """Raise `ValidationError` unless `name` is an IANA time zone such as Europe/Berlin."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(
            f"“{name}” is not a time zone; use a name such as Europe/Berlin.", code="time_zone"
        ) from None


@cache
def time_zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every zone under its region, to choose from: [("Europe", [("Europe/Berlin", "Berlin")
    …]) …], those without a region last.
    """
    regions: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in sorted(zoneinfo.available_timezones()):
        if not name.startswith(NO_ZONES):
            region, _, place = name.rpartition("/") if name.count("/") < 2 else name.partition("/")
            regions[region or WITHOUT_REGION].append((name, place.replace("_", " ")))
    return sorted(regions.items(), key=lambda one: (one[0] == WITHOUT_REGION, one[0]))


class TimeZoneField(models.CharField):
    """The name of a time zone; forms offer a list of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs["validators"] = [validate_time_zone]
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        def choices() -> list[Any]:
            zones: list[Any] = list(time_zone_choices())
            return [("", "The account’s time zone"), *zones] if self.blank else zones

        return forms.TypedChoiceField(
            choices=choices,
            required=not self.blank,
            label=kwargs.get("label") or self.verbose_name.capitalize(),
            help_text=kwargs.get("help_text", self.help_text),
            initial=self.get_default(),
            error_messages={"invalid_choice": "“%(value)s” is not a time zone; choose one."},
        )
