"""The audit log in the admin: to search and to download, and the *History* of audited rows."""

import csv
import json
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts_app.changed_by import who_changed
from accounts_app.models import Action, AuditedObject, AuditEntry, ObjectType
from resolutionflow.admin.scoped import (
    AccountScopedAdmin,
    ReadOnlyAdmin,
    format_json,
    format_preformatted,
    uuid_or_none,
)
from resolutionflow.admin.typed_filters import DayRangeFilter

COLUMNS = {
    "at": "at",
    "action": "action",
    "user_name": "actor_username",
    "user_id": "actor_id",
    "display_name": "actor_name",
    "address": "address",
    "object_type": "object_type",
    "object_id": "object_id",
    "object_name": "object_name",
    "ticket_number": "ticket_number",
    "account_id": "account_id",
    "details": "details",
}
ROWS_AT_ONCE = 1_000

# What the log doesn't keep but the apps above know: functions from a text to the ids of objects.
_object_searches: list[Callable[[HttpRequest, str], list[Any]]] = []


def add_object_search(search: Callable[[HttpRequest, str], list[Any]]) -> None:
    """Have the log's search find the entries of the objects that `search` returns ids of."""
    _object_searches.append(search)


# What spreadsheets begin a formula or a call of a program with, blanks and wide letters aside.
FORMULA_SIGNS = "=+-@|%"


class AuditedAdmin(AccountScopedAdmin):
    """An admin page of rows that the audit log follows: their *History* is what the log has."""

    def who_changed(self, row: models.Model, since: datetime) -> str:
        return who_changed(row, since)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        address = reverse("admin:accounts_app_auditentry_changelist")
        return HttpResponseRedirect(f"{address}?q={row.pk}")


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What was done, by whom and from where, with what is long gone, too."""

    list_display = ("at", "action", "who", "actor_name", "actor_id", "address", "object_type",
                    "shown_object", "object_id", "account", "details_line")  # fmt: skip
    list_filter = (("at", DayRangeFilter), "action", "object_type", "account")
    list_select_related = ("account",)
    sortable_by = ()
    search_fields = ("actor_username", "object_name", "ticket_number")
    search_help_text = (
        "How a user name, a ticket, or the name of a flow, user, key or team begins; a part of the "
        "name of a target; the whole id of a user or of anything else; or an address, or a network "
        "such as 203.0.113.0/24."
    )
    fields = ("id", "at", "action", "who", "actor_name", "actor_id", "address", "object_type",
              "object_name", "object_id", "ticket_number", "account", "details_text")  # fmt: skip
    actions = ("download_csv",)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Return newest first; for one account by the index that begins with it."""
        newest = ("-at", "-id")
        return newest if request.user.is_superuser else ("account_id", *newest)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().replace("\x00", "")
        return (queryset.filter(_found_by(request, term)) if term else queryset), False

    @admin.display(description="User name")
    def who(self, entry: AuditEntry) -> str:
        return entry.actor_username or "–"

    @admin.display(description="What it was done with")
    def shown_object(self, entry: AuditEntry) -> str:
        ticket = f" (ticket {entry.ticket_number})" if entry.ticket_number else ""
        return f"{entry.object_name}{ticket}"

    @admin.display(description="Details")
    def details_line(self, entry: AuditEntry) -> str:
        """Return the details on a line, without the long hash of a text: that is on the entry's own
        page.
        """
        shown = {name: value for name, value in entry.details.items() if name != "sha256"}
        return ", ".join(
            f"{name.replace('_', ' ')}: {_in_words(value)}" for name, value in shown.items()
        )

    @admin.display(description="Details")
    def details_text(self, entry: AuditEntry) -> SafeString:
        return format_preformatted(format_json(entry.details))

    @admin.action(description="Download as CSV", permissions=["view"])
    def download_csv(
        self, request: HttpRequest, entries: QuerySet[AuditEntry]
    ) -> StreamingHttpResponse:
        """Return the chosen entries as a file; that they were taken is an entry itself."""
        user: Any = request.user
        now = timezone.now()
        about = AuditedObject(ObjectType.AUDIT, None, "Audit log", user.account_id)
        AuditEntry.objects.log(
            Action.EXPORTED, about, by=user, search=request.GET.urlencode()[:500]
        )
        response = StreamingHttpResponse(
            csv_lines(entries.filter(at__lte=now)), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="audit-{now:%Y%m%dT%H%M%SZ}.csv"'
        return response


def _found_by(request: HttpRequest, term: str) -> Q:
    """Return the condition for what was typed into the search."""
    if pk := uuid_or_none(term):
        return Q(object_id=pk) | Q(actor_id=pk)
    if network := _network(term):
        return Q(address__gte=str(network[0]), address__lte=str(network[-1]))
    ids = [pk for search in _object_searches for pk in search(request, term)]
    return (
        Q(object_id__in=ids)
        | Q(actor_username__istartswith=term)
        | Q(object_name__istartswith=term)
        | Q(ticket_number__istartswith=term)
    )


def _network(term: str) -> IPv4Network | IPv6Network | None:
    if not ("." in term or ":" in term):
        return None
    try:
        return ip_network(term, strict=False)
    except ValueError:
        return None


def _in_words(value: Any) -> str:
    """Return a detail for the list: of a change what was before, and what is now."""
    if isinstance(value, list) and len(value) == 2:
        before, after = ("–" if one in (None, "") else str(one) for one in value)
        return f"{before} → {after}"
    return str(value)


# -- the file ----------------------------------------------------------------------------------


class _Line:
    """A file for `csv.writer` that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """Yield the lines of the file, the names of the columns first; times are UTC."""
    writer: Any = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in entries.values_list(*COLUMNS.values()).iterator(ROWS_AT_ONCE):
        yield writer.writerow(_cells(row))


def _cells(row: Iterable[Any]) -> Iterator[str]:
    for value in row:
        if isinstance(value, dict):
            yield json.dumps(value, ensure_ascii=False)
        elif value is None or isinstance(value, uuid.UUID):
            yield str(value or "")
        else:
            yield _text(value.isoformat() if hasattr(value, "isoformat") else str(value))


def _text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula: names are typed by anybody."""
    begins = unicodedata.normalize("NFKC", value).strip()[:1]
    is_formula = begins and begins in FORMULA_SIGNS
    return f"'{value}" if is_formula or value[:1] in ("\t", "\r", "\n") else value
