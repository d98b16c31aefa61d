"""Admin pages of sessions, their steps, and the step library.

Sessions and decisions are evidence: they are read here and changed nowhere but by a run. Both
lists may hold millions, so they count to 10,000, sort by an index and search by one.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts_app.audit_admin import AuditedAdmin, add_object_search
from accounts_app.models import User
from resolutionflow.admin.scoped import (
    OwnChoicesFilter,
    ReadOnlyAdmin,
    format_json,
    format_preformatted,
    scoped_choices,
    uuid_or_none,
)
from resolutionflow.admin.typed_filters import DayRangeFilter, TextFilter
from resolutionflow.web.errors import Invalid
from resolutionflow.web.schemas import validate
from sessions_app.models import (
    IN_STATE,
    NEWEST_FIRST,
    Addendum,
    Attachment,
    Decision,
    Handover,
    LibraryStep,
    Session,
    State,
)
from sessions_app.schemas import LibraryStepRequest

MAX_PEOPLE = 200
MAX_FOUND = 200
MIN_SEARCHED = 3


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        return queryset.filter(IN_STATE[State(value)]) if value in State.values else queryset


class PersonFilter(TextFilter):
    """The sessions that somebody owns or has been assigned, by a part of their name."""

    title = "person"
    parameter_name = "person"

    def found_by(self, request: HttpRequest, text: str) -> Q:
        people = scoped_choices(admin.site, User, request)
        for word in text.split():
            people = people.filter(
                Q(username__icontains=word)
                | Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
            )
        ids = list(people.order_by().values_list("pk", flat=True)[:MAX_PEOPLE])
        return Q(user_id__in=ids) | Q(assigned_to_id__in=ids)


class SessionChangeList(ChangeList):
    def get_queryset(self, *args: Any, **kwargs: Any) -> Any:
        rows: Any = super().get_queryset(*args, **kwargs)
        return rows.without_documents()


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    page_name = "session-detail"
    list_display = ("shown_name", "account", "user", "assigned_to", "client_name", "ticket_number",
                    "target_label", "shown_state", "outcome", "decision_count", "started_at",
                    "completed_at")  # fmt: skip
    list_filter = (PersonFilter, ("started_at", DayRangeFilter), ("completed_at", DayRangeFilter),
                   StateFilter, "outcome", ("user__team", OwnChoicesFilter), "exported",
                   "account")  # fmt: skip
    list_select_related = ("account", "user", "assigned_to")
    # The account first: that is the index, for one account and for all of them.
    ordering = ("account_id", *NEWEST_FIRST)
    sortable_by = ()
    search_fields = ("ticket_number", "client_name", "tree_name")
    search_help_text = "Ticket, client, title, flow or target; or the id of one session."
    fieldsets = (
        (None, {"fields": ("id", "account", "tree_name", "title", "shown_state", "pinned")}),
        ("Record", {"fields": ("steps", "log")}),
        ("Who", {"fields": ("user", "assigned_to", "prepared_by")}),
        ("For whom", {"fields": ("client_name", "ticket_number", "batch_id", "target_label")}),
        ("Times", {"fields": ("created_at", "started_at", "completed_at", "last_activity_at")}),
        ("End", {"fields": ("outcome", "outcome_notes", "next_steps", "exported")}),
        ("Evidence", {"fields": ("scratchpad_text", "current_node")}),
        ("Documents", {"fields": ("variables_text", "custom_steps_text", "snapshot_text")}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return SessionChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search as the product does; an id finds its row."""
        term = search_term.strip().replace("\x00", "")
        if not term:
            return queryset, False
        if pk := uuid_or_none(term):
            return queryset.filter(pk=pk), False
        found: Any = queryset
        return found.search(term), False

    @admin.display(description="Session")
    def shown_name(self, work_session: Session) -> str:
        return str(work_session)

    @admin.display(description="State")
    def shown_state(self, work_session: Session) -> str:
        return work_session.state.label

    @admin.display(description="Steps")
    def steps(self, work_session: Session) -> SafeString:
        address = reverse("admin:sessions_app_decision_changelist")
        return format_html(
            '<a href="{}?session__id__exact={}">{} recorded</a>',
            address,
            work_session.pk,
            work_session.decision_count,
        )

    @admin.display(description="Audit log")
    def log(self, work_session: Session) -> SafeString:
        address = reverse("admin:accounts_app_auditentry_changelist")
        return format_html('<a href="{}?q={}">What was done with it</a>', address, work_session.pk)

    @admin.display(description="Scratchpad")
    def scratchpad_text(self, work_session: Session) -> SafeString:
        return format_preformatted(work_session.scratchpad)

    @admin.display(description="Variables")
    def variables_text(self, work_session: Session) -> SafeString:
        """Return the values, but not those that the intake form calls sensitive."""
        hidden = {f["name"] for f in work_session.intake_form if f.get("sensitive")}
        shown = {
            name: "(sensitive)" if name in hidden else value
            for name, value in work_session.session_variables.items()
        }
        return format_preformatted(format_json(shown))

    @admin.display(description="Custom steps")
    def custom_steps_text(self, work_session: Session) -> SafeString:
        return format_preformatted(format_json(work_session.custom_steps))

    @admin.display(description="Snapshot")
    def snapshot_text(self, work_session: Session) -> SafeString:
        return format_preformatted(format_json(work_session.tree_snapshot))


class FoundBySession(ReadOnlyAdmin):
    """What is recorded of sessions, found by the id of one."""

    search_help_text = "The id of a session."

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        pk = uuid_or_none(search_term)
        return (queryset.filter(session_id=pk) if pk else queryset.none()), False


class DecisionList(ChangeList):
    def get_queryset(self, *args: Any, **kwargs: Any) -> Any:
        rows = super().get_queryset(*args, **kwargs)
        return rows.only("id", "position", "question", "answer", "timestamp", "discarded_branch",
                         "session__id", "session__title", "session__tree_name")  # fmt: skip


@admin.register(Decision)
class DecisionAdmin(FoundBySession):
    account_path = "session__account"
    list_display = ("session", "position", "question", "answer", "timestamp", "on_path")
    list_display_links = ("position", "question")
    list_select_related = ("session",)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("session__id",)
    fields = ("session", "position", "node_id", "question", "answer", "next_node", "action",
              "notes_text", "output_text", "entered_at", "timestamp", "recorded_by",
              "attachments_text", "on_path")  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DecisionList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "session__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description="On the path", boolean=True)
    def on_path(self, decision: Decision) -> bool:
        return decision.discarded_branch is None

    @admin.display(description="Notes")
    def notes_text(self, decision: Decision) -> SafeString:
        return format_preformatted(decision.notes)

    @admin.display(description="Command output")
    def output_text(self, decision: Decision) -> SafeString:
        return format_preformatted(decision.command_output)

    @admin.display(description="Attachments")
    def attachments_text(self, decision: Decision) -> SafeString:
        return format_preformatted(format_json(decision.attachments))


class LibraryStepForm(forms.ModelForm):
    """A step, checked as the API checks it ([S17])."""

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        sent = {name: cleaned[name] for name in ("title", "body", "commands") if name in cleaned}
        try:
            stored = validate(LibraryStepRequest, sent).stored()
        except Invalid as error:
            for path, message in error.fields.items():
                self.add_error(path.partition(".")[0], f"{path}: {message}")
            return cleaned
        return {**cleaned, **stored}


@admin.register(LibraryStep)
class LibraryStepAdmin(AuditedAdmin):
    form = LibraryStepForm
    list_display = ("title", "account", "author", "created_at")
    list_filter = ("account",)
    list_select_related = ("account", "author")
    search_fields = ("title",)
    autocomplete_fields = ("account", "author")
    readonly_fields = ("created_at",)


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """What files there are; the file itself opens only to who may read its session."""

    page_name = "attachment"
    list_display = ("name", "content_type", "size", "account", "created_by", "created_at")
    list_filter = ("content_type", "account")
    list_select_related = ("account", "created_by")
    search_fields = ("name",)


@admin.register(Handover)
class HandoverAdmin(FoundBySession):
    account_path = "session__account"
    page_name = "session-detail"
    list_display = ("session", "from_user", "to_user", "handed_at")
    list_select_related = ("session", "from_user", "to_user")
    list_filter = (("handed_at", DayRangeFilter),)
    search_fields = ("session__id",)

    def page_address(self, row: Handover) -> str:
        return reverse(self.page_name, args=[row.session_id])


@admin.register(Addendum)
class AddendumAdmin(FoundBySession):
    account_path = "session__account"
    page_name = "session-detail"
    list_display = ("session", "author", "written_at")
    list_select_related = ("session", "author")
    list_filter = (("written_at", DayRangeFilter),)
    search_fields = ("session__id",)

    def page_address(self, row: Addendum) -> str:
        return reverse(self.page_name, args=[row.session_id])


def _sessions_of_target(request: HttpRequest, text: str) -> list[Any]:
    """Return the ids of the viewer's newest sessions whose target's name contains `text`.

    The index knows pieces of three characters; for less it would read every session.
    """
    if len(text) < MIN_SEARCHED:
        return []
    sessions: Any = scoped_choices(admin.site, Session, request)
    found = sessions.with_text("target_label", text).order_by("-started_at")
    return list(found.values_list("pk", flat=True)[:MAX_FOUND])


add_object_search(_sessions_of_target)
