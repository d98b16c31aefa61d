"""Filters of admin lists that one types into: a text, or the days from and until."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from resolutionflow.web.dates import start_of_day

MAX_LENGTH = 200


class TextFilter(ABC, admin.SimpleListFilter):
    """Narrow a list by what is typed; subclasses have `title`, `parameter_name` and `found_by`."""

    template = "admin/typed_filter.html"
    title: str
    parameter_name: str

    @abstractmethod
    def found_by(self, request: HttpRequest, text: str) -> Q:
        """Return the condition for a text that isn't empty."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ()

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        text = (self.value() or "").replace("\x00", "").strip()[:MAX_LENGTH]
        return queryset.filter(self.found_by(request, text)) if text else queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {
            "kept": _kept(changelist, [self.parameter_name]),
            "fields": [{"name": self.parameter_name, "label": self.title.capitalize(),
                        "type": "search", "value": self.value() or ""}],
            "without": changelist.get_query_string(remove=[self.parameter_name]),
            "selected": bool(self.value()),
        }  # fmt: skip


class DayRangeFilter(admin.FieldListFilter):
    """Narrow a list by the days of a time, both included, in the viewer's zone.

    `…__gte` and `…__lte` are days (2026-11-30), or times with their offset, as links carry them.
    """

    template = "admin/typed_filter.html"

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, admin: Any, field_path: str
    ) -> None:
        self.names = (f"{field_path}__gte", f"{field_path}__lte")
        super().__init__(field, request, params, model, admin, field_path)

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = (self._sent(name) for name in self.names)
        if first:
            queryset = queryset.filter(**{self.names[0]: _begin(first)})
        if last:
            day, name = _day(last), self.names[1]
            if day:
                end = start_of_day(day + timedelta(days=1))
                queryset = queryset.filter(**{name.removesuffix("e"): end})
            else:
                queryset = queryset.filter(**{name: _begin(last)})
        return queryset

    def choices(self, changelist: Any) -> Iterator[Any]:
        labels = ("From", "Until")
        yield {
            "kept": _kept(changelist, list(self.names)),
            "fields": [
                {"name": name, "label": label, "type": "date", "value": self._sent(name)[:10]}
                for name, label in zip(self.names, labels, strict=True)
            ],
            "without": changelist.get_query_string(remove=list(self.names)),
            "selected": any(self._sent(name) for name in self.names),
        }

    def _sent(self, name: str) -> str:
        values: Any = self.used_parameters.get(name) or [""]
        return str(values[-1]).strip()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-11-30") else None
    except ValueError:
        return None
    return day if day and 1970 <= day.year <= 9000 else None


def _begin(text: str) -> Any:
    """Return the moment that `text` names; `IncorrectLookupParameters` for what is none."""
    if day := _day(text):
        return start_of_day(day)
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year <= 9000:
        raise IncorrectLookupParameters("Send a day such as 2026-11-30.")
    return moment


def _kept(changelist: Any, names: list[str]) -> list[tuple[str, str]]:
    """Return what the address asks for beside these filters, but for the page."""
    return [
        (name, value)
        for name, values in changelist.filter_params.items()
        if name not in names
        for value in values
    ]
