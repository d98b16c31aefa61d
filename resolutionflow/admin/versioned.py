"""Admin pages that undo nothing that was done elsewhere meanwhile ([S15]).

Change forms, the question before a deletion and the lists with their actions carry what they
showed. One that is older than its row is refused, with how the row stands now: nothing is saved.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from resolutionflow.web.row_versions import SEEN_FIELD, version_of
from resolutionflow.web.versioned_forms import VersionedForm, hidden_seen

STALE_DELETION = (
    "This was changed elsewhere in the meantime, so nothing was deleted. Look at it as it stands "
    "now, then delete it if it is still to go."
)
STALE_ACTION = (
    "Nothing was done, because this was changed elsewhere in the meantime: {names}. The list shows "
    "how it stands now."
)
MAX_NAMES = 10


class VersionedAdminForm(VersionedForm):
    """A change form that is refused after any change of its row."""

    refuses_any_change = True


class VersionedAdmin(admin.ModelAdmin):
    """An admin page that refuses what was decided about an older state of a row.

    `unversioned` are fields that change by themselves, and make no page stale.
    """

    unversioned: Iterable[str] = ()

    def who_changed(self, row: models.Model, since: datetime) -> str:
        """Return the names of who changed the row since then; "" where that isn't known."""
        return ""

    # -- the row -------------------------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Return the row; for a write, as it stands with its row locked."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST" or not connection.in_atomic_block:
            return found
        locked = self.model._base_manager.select_for_update(no_key=True).filter(pk=found.pk)
        locked.values_list("pk").first()
        return super().get_object(request, object_id, from_field)

    # -- change forms --------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        more = {
            "also_shown": tuple(self.get_readonly_fields(request, obj)),
            "unversioned": tuple(self.unversioned),
        }
        return type("VersionedAdminForm", (VersionedAdminForm, form), more)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save a new row whole, and of one that was there only what was changed."""
        if change:
            form.save_changes()
        else:
            super().save_model(request, obj, form, change)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        form = context["adminform"].form
        if is_stale := getattr(form, "is_stale", False):
            form.changed_by = self.who_changed(form.instance, form.seen.at)
        response = super().render_change_form(request, context, *args, **kwargs)
        if is_stale:
            response.status_code = 409
        return response

    # -- deletion ------------------------------------------------------------------------------

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with transaction.atomic():
            row = self.get_object(request, unquote(object_id))
            more = {**(extra_context or {}), "seen": "" if row is None else self._version(row)}
            seen = request.POST.get(SEEN_FIELD)
            if row is None or seen in (None, more["seen"]):
                return super().delete_view(request, object_id, more)
            request.POST = QueryDict()  # only ask again
            more["stale_message"] = STALE_DELETION
            response = super().delete_view(request, object_id, more)
            response.status_code = 409
            return response

    # -- lists and their actions ---------------------------------------------------------------

    @admin.display(description="")
    def action_checkbox(self, obj: models.Model) -> SafeString:
        mark = f"{obj.pk}:{self._version(obj)}"
        return super().action_checkbox(obj) + hidden_seen(SEEN_FIELD, mark)

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Do the action while the chosen rows are as the list showed them; else nothing of it."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        with transaction.atomic():
            rows = self._locked(request, chosen)
            if stale := self._stale(request, rows):
                names = ", ".join(f"“{row}”" for row in stale[:MAX_NAMES])
                self.message_user(request, STALE_ACTION.format(names=names), messages.ERROR)
                return HttpResponseRedirect(request.get_full_path())
            response = super().response_action(request, queryset, *args, **kwargs)
            if isinstance(response, TemplateResponse) and response.context_data is not None:
                # The question before rows are deleted.
                marks = [f"{row.pk}:{self._version(row)}" for row in rows]
                response.context_data.update(seen_field=SEEN_FIELD, seen_marks=marks)
            return response

    def _locked(self, request: HttpRequest, chosen: list[str]) -> list[Any]:
        """Return the chosen rows of the viewer, locked; ids that are none find nothing."""
        ids = []
        for text in chosen:
            try:
                ids.append(self.model._meta.pk.to_python(text))
            except ValidationError:
                continue
        if not ids:
            return []
        rows = self.get_queryset(request).filter(pk__in=ids).order_by("pk")
        return list(rows.select_for_update(of=("self",), no_key=True))

    def _stale(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """Return the rows of which the list showed another state."""
        seen = dict(mark.partition(":")[::2] for mark in request.POST.getlist(SEEN_FIELD))
        return [row for row in rows if seen.get(str(row.pk)) not in (None, self._version(row))]

    def _version(self, row: models.Model) -> str:
        return version_of(row, without=self.unversioned)
