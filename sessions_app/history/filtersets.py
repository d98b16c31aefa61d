"""The filters of `GET /sessions` ([S1]); a value that can't be used is refused, not ignored."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import django_filters  # type: ignore[import-untyped]
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from resolutionflow.web.errors import Invalid
from sessions_app.models import Session, SessionQuerySet, State

BIGGEST_ID = 2**63 - 1
TRUTH = {"true": True, "false": False}


class TruthField(forms.Field):
    """`true` or `false`, in any case."""

    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if str(value).lower() not in TRUTH:
            raise ValidationError("Send true or false.")
        return TRUTH[str(value).lower()]


class MomentField(forms.Field):
    """An ISO 8601 date or time; without an offset it is UTC, a date is its midnight."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        text = str(value).strip()
        if "T" in text:
            # In a query string an unescaped + arrives as a space.
            text = text.replace(" ", "+")
        moment = None
        try:
            if len(text) == len("2026-11-30"):
                moment = datetime.combine(date.fromisoformat(text), time())
            else:
                moment = parse_datetime(text)
            if moment is not None:
                given = moment if moment.utcoffset() is not None else moment.replace(tzinfo=UTC)
                return given.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise ValidationError("Send a time such as 2026-11-30T14:05:00Z, or a date.")


class TruthFilter(django_filters.Filter):
    field_class = TruthField


class MomentFilter(django_filters.Filter):
    field_class = MomentField


class IdFilter(django_filters.Filter):
    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_ID, **kwargs)


class PartialText(django_filters.CharFilter):
    """Anywhere in the text, in any case, with or without its accents."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, max_length=255, **kwargs)

    def filter(self, sessions: SessionQuerySet, value: str) -> SessionQuerySet:
        if value in EMPTY_VALUES:
            return sessions
        return sessions.with_text(self.field_name, value)


class SessionFilter(django_filters.FilterSet):
    """Narrows any queryset of sessions; every filter that is sent must fit."""

    completed = TruthFilter(field_name="completed_at", method="by_completed")
    ticket_number = PartialText()
    client_name = PartialText()
    tree_name = PartialText()
    tree_id = IdFilter(field_name="tree_id")
    batch_id = django_filters.UUIDFilter()
    assigned_to_id = IdFilter(field_name="assigned_to_id")
    status = django_filters.ChoiceFilter(choices=State.choices, method="by_status")
    started_after = MomentFilter(field_name="started_at", lookup_expr="gte")
    started_before = MomentFilter(field_name="started_at", lookup_expr="lte")
    completed_after = MomentFilter(field_name="completed_at", lookup_expr="gte")
    completed_before = MomentFilter(field_name="completed_at", lookup_expr="lte")

    class Meta:
        model = Session
        fields: tuple[str, ...] = ()

    def by_completed(self, sessions: SessionQuerySet, name: str, value: bool) -> SessionQuerySet:
        return sessions.filter(completed_at__isnull=not value)

    def by_status(self, sessions: SessionQuerySet, name: str, value: str) -> SessionQuerySet:
        return sessions.in_state(State(value))

    def narrow(self, sessions: SessionQuerySet) -> SessionQuerySet:
        """`sessions` filtered by what was sent; raises `Invalid` by parameter."""
        errors = {name: str(found[0]) for name, found in self.form.errors.items()}
        for name, kind in self.filters.items():
            if not isinstance(kind, PartialText) and self.data.get(name) == "":
                errors[name] = "Send a value, or leave this out."
        if errors:
            raise Invalid(errors)
        return self.filter_queryset(sessions)


def narrowing(asked: QueryDict) -> Callable[[SessionQuerySet], SessionQuerySet] | None:
    """What narrows a list as `asked`; None where nothing is, as making the filters costs as much
    as reading a page of the list.
    """
    if SessionFilter.base_filters.keys().isdisjoint(asked):
        return None
    return SessionFilter(asked, queryset=Session.objects.none()).narrow
