"""The times of an export: to the minute, in the account's zone, which is named once."""

from datetime import datetime, timedelta, tzinfo

from exports_app import cleaning


class ExportClock:
    """Writes the times of one document, in the order in which they are read.

    The zone is named at the first time, and again where its offset has changed since.
    """

    def __init__(self, zone: tzinfo, *, has_seconds: bool) -> None:
        self._zone = zone
        self._has_seconds = has_seconds  # at steps; nobody needs those of the header
        self._offset: timedelta | None = None
        self._day = ""

    def header_time(self, value: datetime) -> str:
        """Return `2026-02-13 09:15 CET (UTC+01:00)`; without the zone where it is known."""
        local = value.astimezone(self._zone)
        if self._offset is None:
            self._offset, self._day = local.utcoffset(), self.day(value)
            return f"{cleaning.format_time(local)} {cleaning.zone_names(local)[1]}"
        return cleaning.format_time(local) + self._zone_if_changed(local)

    def step_time(self, value: datetime) -> str:
        """Return the time of day, with the date where it isn't that of the time before."""
        local = value.astimezone(self._zone)
        stamp = cleaning.format_time(local, seconds=self._has_seconds)
        is_same_day = stamp.startswith(self._day) and self._day
        self._day = stamp[:10]
        return (stamp[11:] if is_same_day else stamp) + self._zone_if_changed(local)

    def day(self, value: datetime) -> str:
        """Return the date of a time, as ISO has it."""
        return cleaning.format_time(value.astimezone(self._zone))[:10]

    def _zone_if_changed(self, local: datetime) -> str:
        offset = local.utcoffset()
        if offset == self._offset:
            return ""
        self._offset = offset
        return f" {cleaning.zone_names(local)[0]}"
